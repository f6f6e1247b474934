//! What is fetched at its times: files on the web, and mails out of mailboxes.

use std::time::Duration;

use ::store::{Act, Actor, Result, Seal, Store, Tx, Via};
use media::Files;
use reach::Reach;
use reqwest::Client;

use crate::quiet::alert_quiet;
use crate::receive::take;
use crate::schedule::Times;
use crate::source::{Source, Way};
use crate::{imap, store, web};

const AT_ONCE: usize = 8;
const LOOK: Duration = Duration::from_secs(15);
/// Pauses after the first, second and third fetch that went wrong; then its next time is awaited.
const PAUSES_MS: [i64; 3] = [5 * 60_000, 20 * 60_000, 60 * 60_000];
/// Without times an address is asked every day.
const DAY_MS: i64 = 24 * 3_600_000;
/// Without times a mailbox is looked into so often.
const MAILBOX_MS: i64 = 10 * 60_000;

/// Fetches what is due, for ever, and tells of sources that have fallen silent; one node does it.
pub async fn fetcher(store: Store, files: Files, seal: Seal, reach: Reach) {
    let holder = format!("{}-{}", std::process::id(), store.dice().below(u64::MAX));
    let ttl = i64::try_from(LOOK.as_millis()).unwrap_or(i64::MAX) * 4;
    loop {
        if let Ok(Some(_)) = store.lease("fetch", &holder, ttl).await {
            if let Err(error) = fetch_due(&store, &files, &seal, reach).await {
                tracing::warn!(%error, "addresses wait to be fetched");
            }
            if let Err(error) = alert_quiet(&store).await {
                tracing::warn!(%error, "quiet sources cannot be told");
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Fetches what is due now; how many addresses were asked.
pub async fn fetch_due(store: &Store, files: &Files, seal: &Seal, reach: Reach) -> Result<usize> {
    let mut read = store.read(&store.operator()).await?;
    let due = store::due(&mut read, store.now(), AT_ONCE).await?;
    drop(read);
    if due.is_empty() {
        return Ok(0);
    }
    // Not made for nothing: it reads the certificates that this machine trusts.
    let client = web::client(reach)?;
    let fetch = Fetch {
        store,
        files,
        seal,
        reach,
        client,
    };
    for source in &due {
        if let Err(error) = fetch.one(source).await {
            tracing::warn!(%error, source = %source.id, "an address cannot be fetched");
        }
    }
    Ok(due.len())
}

struct Fetch<'a> {
    store: &'a Store,
    files: &'a Files,
    seal: &'a Seal,
    reach: Reach,
    client: Client,
}

impl Fetch<'_> {
    async fn one(&self, source: &Source) -> Result<()> {
        // A fetch may outlast the lease: no other node begins the same one.
        let alone = self
            .store
            .exclusive(&format!("fetch {}", source.id))
            .await?;
        let Some(alone) = alone else {
            return Ok(());
        };
        let mut read = self.store.read(&self.store.operator()).await?;
        let source = store::by_id(&mut read, source.id).await?;
        drop(read);
        let now = self.store.now();
        let due = |s: &Source| s.active && s.next_at.is_some_and(|at| at <= now);
        let done = match source.filter(due) {
            Some(source) if source.way == Way::Imap => self.mailbox(&source).await,
            Some(source) => self.address(&source).await,
            None => Ok(()),
        };
        alone.release().await;
        done
    }

    async fn address(&self, source: &Source) -> Result<()> {
        let (store, files) = (self.store, self.files);
        let got = web::get(store, files, &self.client, self.reach, self.seal, source).await;
        let mut tx = self.begin(source).await?;
        // A person may have changed it while it was fetched.
        let mut after = crate::find_source(&mut tx, source.id).await?;
        match got {
            Ok(Some((kept, validators))) => {
                after.validators = validators;
                asked(&mut tx, &mut after, Ok(()));
                take(&mut tx, &after, &web::file_name(source), kept).await?;
            }
            Ok(None) => {
                asked(&mut tx, &mut after, Ok(()));
                store::write(&mut tx, &after).await?;
            }
            Err(said) => {
                asked(&mut tx, &mut after, Err(said));
                store::write(&mut tx, &after).await?;
            }
        }
        tx.commit().await.map(drop)
    }

    async fn mailbox(&self, source: &Source) -> Result<()> {
        let (store, files) = (self.store, self.files);
        let visited = imap::visit(store, files, self.reach, self.seal, source).await;
        let mut tx = self.begin(source).await?;
        let mut after = crate::find_source(&mut tx, source.id).await?;
        let arrived_at = after.arrived_at;
        let more = visited == Ok(true);
        asked(&mut tx, &mut after, visited.map(drop));
        // An empty mailbox is silence.
        after.arrived_at = arrived_at;
        if more {
            after.next_at = Some(tx.now());
        }
        store::write(&mut tx, &after).await?;
        tx.commit().await.map(drop)
    }

    async fn begin(&self, source: &Source) -> Result<Tx> {
        let act = Act::by(Actor::System("fetch")).via(Via::Import);
        let scope = self.store.operator().within(source.account)?;
        self.store.begin(&scope, act).await
    }
}

/// Writes down that a source was asked, and when it is asked again. The same file is an answer too:
/// the source is not quiet.
fn asked(tx: &mut Tx, source: &mut Source, told: std::result::Result<(), String>) {
    let now = tx.now();
    let pause = match source.way {
        Way::Imap => MAILBOX_MS,
        _ => DAY_MS,
    };
    let times = Times::read(&source.times).unwrap_or_default();
    let next = times.next(&source.zone, now);
    source.next_at = Some(next.unwrap_or(now.plus_ms(pause)));
    match told {
        Ok(()) => {
            (source.arrived_at, source.failures) = (now, 0);
            source.said.clear();
        }
        Err(said) => {
            let soon = usize::try_from(source.failures).ok();
            if let Some(pause) = soon.and_then(|n| PAUSES_MS.get(n)) {
                source.next_at = Some(now.plus_ms(*pause));
            }
            (source.failures, source.said) = (source.failures + 1, said);
        }
    }
}
