//! `trash list|restore`.

use clap::Subcommand;
use store::{Id, kinds};

use crate::house::{Place, act};
use crate::output::{Failure, out, print};

#[derive(Subcommand)]
pub enum TrashVerb {
    /// What lies in the trash, and until when
    #[command(after_help = "Example: entremise trash list --account lumen")]
    List {
        /// Of one account; of all if left out
        #[arg(long, value_name = "SLUG")]
        account: Option<String>,
    },
    /// Take a listing out of the trash
    #[command(after_help = "Example: entremise trash restore lst_01j…")]
    Restore {
        /// The listing, as `trash list` prints it (lst_…)
        #[arg(value_parser = listing)]
        listing: Id<kinds::Listing>,
    },
}

fn listing(text: &str) -> Result<Id<kinds::Listing>, String> {
    let wrong = |_| "listings look like lst_01j…; `entremise trash list` shows them".to_owned();
    text.parse().map_err(wrong)
}

impl TrashVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            TrashVerb::List { account } => {
                let account = match account {
                    Some(slug) => Some(house.account(&slug).await?.0.id),
                    None => None,
                };
                let mut read = house.store.read(&house.operator()).await?;
                let trash = catalog::trashed(&mut read, account, 10_000).await?;
                print(json, &serde_json::json!({ "trash": trash }), || {
                    for t in &trash {
                        out!(
                            "{}  until {}  {}",
                            t.id,
                            &t.purge_at.to_string()[..10],
                            t.title
                        );
                    }
                });
            }
            TrashVerb::Restore { listing } => {
                let id = listing;
                let mut tx = house.store.begin(&house.operator(), act()).await?;
                let listing = catalog::restore(&mut tx, &house.dictionary.get(), id)
                    .await
                    .map_err(|e| {
                        let hint = "`entremise trash list` shows what lies there";
                        Failure::of_missing(e, &id.to_string(), hint)
                    })?;
                tx.commit().await?;
                print(json, &serde_json::json!({ "restored": listing.id }), || {
                    out!("restored {}", listing.id)
                });
            }
        }
        Ok(())
    }
}
