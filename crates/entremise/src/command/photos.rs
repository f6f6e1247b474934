//! `photos`: what came of the photos that feeds name by address, and fetching them by hand.

use arrivals::Reach;
use clap::Subcommand;
use media::Objects;
use photos::{Counts, Failure, Fetcher, Manners};
use store::{Batch, Id, kinds};

use crate::command::serve::FetchPrivate;
use crate::house::{House, Place};
use crate::output::{Failure as Failed, out, print};

#[derive(Subcommand)]
pub enum PhotosVerb {
    /// How many came, wait and failed, import by import, and why
    #[command(after_help = "Examples:
  entremise photos list --account garage
  entremise photos list --account garage --batch bat_… --json | jq .failures")]
    List {
        #[arg(long, value_name = "SLUG")]
        account: String,
        /// Only of one import; its id is in its report and in `arrivals list --json`
        #[arg(long, value_name = "ID")]
        batch: Option<Id<kinds::Batch>>,
        /// How many imports and failures are shown
        #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1_000))]
        limit: u16,
    },
    /// Fetch what is due now and end; while `serve` runs it does so by itself
    #[command(after_help = "Example: entremise photos fetch --json

Addresses in your own network are asked with --fetch-private only.")]
    Fetch {
        #[command(flatten)]
        private: FetchPrivate,
    },
    /// Ask for the failed photos of an import at once, instead of in the night
    #[command(after_help = "Example: entremise photos again bat_…")]
    Again {
        /// The import's batch
        batch: Id<kinds::Batch>,
    },
}

/// So long nobody else fetches after we have begun.
const LEASE_MS: i64 = 600_000;

impl PhotosVerb {
    pub async fn run(self, place: Place) -> Result<(), Failed> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            PhotosVerb::List {
                account,
                batch,
                limit,
            } => list(&house, &account, batch, usize::from(limit), json).await,
            PhotosVerb::Fetch { private } => fetch(&house, private.reach, json).await,
            PhotosVerb::Again { batch } => {
                let act = crate::house::act();
                let mut tx = house.store.begin(&house.operator(), act).await?;
                let account = Batch::find(&mut tx, batch).await?.account;
                let listings = photos::try_again(&mut tx, account, batch).await?;
                tx.commit().await?;
                let told = serde_json::json!({ "batch": batch, "listings": listings });
                print(json, &told, || {
                    out!(
                        "the photos of {listings} listings are due now; `serve` or `photos fetch` asks for them"
                    );
                });
                Ok(())
            }
        }
    }
}

async fn list(
    house: &House,
    slug: &str,
    only: Option<Id<kinds::Batch>>,
    limit: usize,
    json: bool,
) -> Result<(), Failed> {
    let (account, scope) = house.account(slug).await?;
    let mut read = house.store.read(&scope).await?;
    let batches = match only {
        Some(batch) => vec![Batch::find(&mut read, batch).await?],
        None => Batch::of(&mut read, account.id, limit).await?,
    };
    let ids: Vec<_> = batches.iter().map(|b| b.id).collect();
    let counts = photos::counts(&mut read, account.id, &ids).await?;
    let failures = photos::failures(&mut read, account.id, only, limit).await?;
    let named = batches
        .iter()
        .filter_map(|b| Some((b, *counts.get(&b.id)?)));
    let named: Vec<(&Batch, Counts)> = named.collect();
    let imports: Vec<_> = named
        .iter()
        .map(|(b, c)| {
            serde_json::json!({
                "batch": b.id, "label": b.label, "at": b.started_at,
                "waiting": c.waiting, "fetched": c.fetched, "failed": c.failed,
            })
        })
        .collect();
    let told = serde_json::json!({ "imports": imports, "failures": failures });
    print(json, &told, || say(&named, &failures));
    Ok(())
}

fn say(named: &[(&Batch, Counts)], failures: &[Failure]) {
    if named.is_empty() {
        out!("no import has named photos by address");
    }
    for (batch, counts) in named {
        let at = batch.started_at.to_string();
        out!(
            "{}  {}  fetched {}, waiting {}, failed {}  {}",
            batch.id,
            &at[..16],
            counts.fetched,
            counts.waiting,
            counts.failed,
            batch.label
        );
    }
    for failure in failures {
        let place = format!("row {}, line {}", failure.row, failure.line);
        out!("  {place}: {} ({})", failure.message, failure.listing);
    }
}

async fn fetch(house: &House, reach: Reach, json: bool) -> Result<(), Failed> {
    let store = &house.store;
    let holder = format!("{}-{}", std::process::id(), store.dice().below(u64::MAX));
    let Some(lease) = store.lease("photos", &holder, LEASE_MS).await? else {
        let said = "a running server fetches them; `photos list` shows how far it is";
        return Err(Failed::new("fetched_elsewhere", said));
    };
    let objects = Objects::open(&house.place.data.join("media"))?;
    let dictionary = house.dictionary.clone();
    let manners = Manners::default();
    let fetched = async {
        let mut fetcher = Fetcher::new(store.clone(), dictionary, objects, reach, manners)?;
        fetcher.fetch_due().await
    };
    let fetched = fetched.await;
    store.release(&lease).await?;
    let hosts = fetched?;
    let mut read = store.read(&house.operator()).await?;
    let figures = photos::figures(&mut read).await?;
    let [fetched, unchanged, failed, turned_away] = photos::asked().map(|(_, count)| count);
    let told = serde_json::json!({
        "hosts": hosts, "fetched": fetched, "unchanged": unchanged, "failed": failed,
        "turned_away": turned_away, "still_waiting": figures.waiting,
    });
    print(json, &told, || {
        out!(
            "{fetched} photos fetched from {hosts} hosts, {unchanged} unchanged, {failed} failed, {turned_away} turned away"
        );
        if figures.waiting + figures.failed > 0 {
            let (waiting, failed) = (figures.waiting, figures.failed);
            out!("{waiting} wait for another try, {failed} for the night: `photos list` tells why");
        }
    });
    Ok(())
}
