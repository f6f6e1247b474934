//! `search` and `rebuild`.

use clap::{Args, Subcommand};
use dictionary::Language;

use crate::command::account::LANGUAGES;
use crate::house::Place;
use crate::output::{Failure, out, print};

#[derive(Args)]
#[command(after_help = "Examples:
  entremise search --site immo maison price_max=400000 near=Gent
  entremise search --site auto 'golf mileage_max=80000' --limit 5 --json
`entremise dictionary show VERTICAL` tells what can be filtered by.")]
pub struct Search {
    /// Words, and filters as in a site's address: `maison price_max=400000 bedrooms_min=3 near=Gent`
    query: Vec<String>,
    /// The site: immo, auto, devis, or one of your own
    #[arg(long, value_name = "SITE")]
    site: String,
    /// The language of the words and of what is printed
    #[arg(long, default_value = "en", value_parser = LANGUAGES, ignore_case = true)]
    language: String,
    /// How many to print
    #[arg(long, default_value_t = 20, value_name = "COUNT")]
    limit: usize,
}

#[derive(Subcommand)]
pub enum RebuildVerb {
    /// Build the search index anew from the tables
    #[command(after_help = "Example: entremise rebuild search --compare")]
    Search {
        /// Also follow the journal from its beginning, and say whether both agree
        #[arg(long)]
        compare: bool,
    },
}

/// Tenths of a second that a comparison waits for the journal to settle.
const PATIENCE: u32 = 50;

impl Search {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let sites = place.sites()?;
        let site = sites.find(&self.site).ok_or_else(|| {
            let known: Vec<String> = sites.iter().map(|s| s.key.clone()).collect();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            Failure::unknown("site", &self.site, &known)
        })?;
        let language = Language::parse(&self.language).unwrap_or_default();
        let house = place.open().await?;
        let dictionary = house.dictionary.get();
        let words = self.query.join(" ");
        let saved = house.place.data.join("search");
        let (index, _) = search::open(&house.store, &house.dictionary, Some(&saved)).await?;
        let query = server::query_of_line(&site, &dictionary, language, &words, self.limit)
            .map_err(Failure::usage)?;
        let answer = index.search(&query);
        let listings: Vec<serde_json::Value> = answer
            .hits
            .iter()
            .filter_map(|hit| index.listing(hit.id))
            .map(|listing| server::listing_json(&listing))
            .collect();
        let facets: serde_json::Map<String, serde_json::Value> = answer
            .facets
            .iter()
            .map(|f| {
                let counts = f
                    .counts
                    .iter()
                    .map(|(k, n)| (k.to_string(), (*n).into()))
                    .collect();
                (f.field.to_string(), serde_json::Value::Object(counts))
            })
            .collect();
        let shown =
            serde_json::json!({ "total": answer.total, "facets": facets, "listings": listings });
        print(json, &shown, || {
            out!("{} found", answer.total);
            for listing in answer.hits.iter().filter_map(|hit| index.listing(hit.id)) {
                let price = listing
                    .price()
                    .map(|p| format!("{} {}", p.minor / 100, p.currency))
                    .unwrap_or_default();
                let town = listing.place().map(|p| p.town.clone()).unwrap_or_default();
                out!(
                    "{}  {:>14}  {:<20} {}",
                    listing.id,
                    price,
                    town,
                    listing.label(language)
                );
            }
        });
        Ok(())
    }
}

impl RebuildVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let RebuildVerb::Search { compare } = self;
        let house = place.open().await?;
        let dictionary = house.dictionary.get();
        let started = std::time::Instant::now();
        let index = search::Index::new(&dictionary)?;
        search::rebuild(&index, &house.store, &house.dictionary).await?;
        let seconds = started.elapsed().as_secs_f64();
        let mut agrees = None;
        if compare {
            let followed = search::Index::new(&dictionary)?;
            let mut after = store::Position::default();
            // On PostgreSQL a transaction that is open elsewhere holds followers back for a moment.
            for _ in 0..PATIENCE {
                while let Some(next) =
                    search::catch_up(&followed, &house.store, &house.dictionary, after).await?
                {
                    after = next;
                }
                if followed.dump() == index.dump() {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            agrees = Some(followed.dump() == index.dump());
        }
        let shown =
            serde_json::json!({ "listings": index.len(), "seconds": seconds, "agrees": agrees });
        print(json, &shown, || {
            out!("{} public listings in {seconds:.2} s", index.len());
            if let Some(agrees) = agrees {
                out!(
                    "following and rebuilding {}",
                    if agrees { "agree" } else { "DISAGREE" }
                );
            }
        });
        match agrees {
            Some(false) => {
                Err("following the journal and rebuilding from the tables disagree".into())
            }
            _ => Ok(()),
        }
    }
}
