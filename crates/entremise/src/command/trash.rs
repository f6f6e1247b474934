//! `trash list|restore`.

use clap::Subcommand;
use store::{Id, kinds};

use crate::house::{Place, act};
use crate::output::{Failure, out, print};

#[derive(Subcommand)]
pub enum TrashVerb {
    /// What lies in the trash, and until when
    List {
        /// Of one account; of all if left out
        #[arg(long)]
        account: Option<String>,
    },
    /// Take a listing out of the trash
    Restore { listing: String },
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
                let id: Id<kinds::Listing> = listing.parse()?;
                let mut tx = house.store.begin(&house.operator(), act()).await?;
                let listing = catalog::restore(&mut tx, &house.dictionary.get(), id).await?;
                tx.commit().await?;
                print(json, &serde_json::json!({ "restored": listing.id }), || {
                    out!("restored {}", listing.id)
                });
            }
        }
        Ok(())
    }
}
