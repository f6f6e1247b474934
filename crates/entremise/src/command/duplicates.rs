//! `duplicates`: the same thing offered twice.

use std::collections::HashMap;

use catalog::Where;
use clap::Args;
use store::{Account, Id, kinds};

use crate::house::Place;
use crate::output::{Failure, out, print};

#[derive(Args)]
#[command(after_help = "Examples:
  entremise duplicates                        in all accounts
  entremise duplicates --vertical auto --json | jq '.groups[].reasons'
  entremise duplicates --account lumen        what this account has twice, or others have too

A group is one thing by a number that no other thing has (chassis, plate, page on a portal), by its
photos, by its address, or by its facts; each is told with how sure that is. Sold and withdrawn
listings are left out. Nothing is removed: that is for whoever they belong to.")]
pub struct Duplicates {
    /// Only of one trade
    #[arg(long, value_name = "VERTICAL")]
    vertical: Option<String>,
    /// Only what this account has too
    #[arg(long, value_name = "SLUG")]
    account: Option<String>,
}

impl Duplicates {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        let dictionary = house.dictionary.get();
        if let Some(vertical) = &self.vertical
            && dictionary.vertical(vertical).is_none()
        {
            let known: Vec<&str> = dictionary
                .verticals()
                .iter()
                .map(|v| v.key.as_ref())
                .collect();
            return Err(Failure::unknown("vertical", vertical, &known));
        }
        let account = match &self.account {
            Some(slug) => Some(house.account(slug).await?.0.id),
            None => None,
        };
        let mut read = house.store.read(&house.operator()).await?;
        let accounts = Account::all(&mut read).await?;
        let slugs: HashMap<Id<kinds::Account>, String> =
            accounts.into_iter().map(|a| (a.id, a.slug)).collect();
        let place = Where {
            vertical: self.vertical,
            account,
            ..Where::default()
        };
        let found = catalog::duplicates(&mut read, &dictionary, &place).await?;
        print(json, &found, || {
            for group in &found.groups {
                let reasons: Vec<&str> = group.reasons.iter().map(|r| r.said()).collect();
                out!("{:.0} %  {}", group.confidence * 100.0, reasons.join("; "));
                for twin in &group.listings {
                    let slug = slugs.get(&twin.account).map_or("", String::as_str);
                    out!(
                        "    {}  {slug:<20} {:<14} {}",
                        twin.id,
                        twin.reference,
                        twin.title
                    );
                }
            }
            out!(
                "{} groups among {} listings",
                found.groups.len(),
                found.looked
            );
            if found.too_common > 0 {
                out!(
                    "{} facts that more than 20 listings share were not believed",
                    found.too_common
                );
            }
        });
        Ok(())
    }
}
