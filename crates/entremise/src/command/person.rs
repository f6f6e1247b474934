//! `person list|erase`: who wrote to us, and forgetting him.

use clap::{Args, Subcommand};
use relations::Person;
use store::{Account, Id, kinds};

use crate::house::{House, Place, act};
use crate::output::{Failure, out, print};

#[derive(Subcommand)]
pub enum PersonVerb {
    /// Who wrote to an account, the newest first
    #[command(after_help = "Example: entremise person list --account lumen")]
    List {
        /// The account's slug
        #[arg(long, value_name = "SLUG")]
        account: String,
    },
    /// Erase a person with all that he wrote and that was written to him; there is no way back
    ///
    /// His messages, mails and errands go, the journal forgets them, and their bytes leave the files
    /// of a SQLite deployment. Your backups and the mailboxes of your agents are yours to clear.
    #[command(after_help = "Examples:
  entremise person erase ada@example.org --dry-run     who would go, in which accounts
  entremise person erase ada@example.org
  entremise person erase per_01j… ")]
    Erase(Erase),
}

#[derive(Args)]
pub struct Erase {
    /// The e-mail address, in whichever accounts it is known, or one person (per_…)
    who: String,
    /// Only what this account knows
    #[arg(long, value_name = "SLUG")]
    account: Option<String>,
    /// Show who would be erased and erase nothing
    #[arg(long)]
    dry_run: bool,
}

const LISTED_MAX: usize = 1_000;

impl PersonVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        match self {
            PersonVerb::List { account } => list(place, &account).await,
            PersonVerb::Erase(erase) => erase.run(place).await,
        }
    }
}

async fn list(place: Place, account: &str) -> Result<(), Failure> {
    let json = place.json;
    let house = place.open().await?;
    let (account, scope) = house.account(account).await?;
    let mut read = house.store.read(&scope).await?;
    let people = relations::list(&mut read, account.id, LISTED_MAX).await?;
    print(json, &serde_json::json!({ "people": people }), || {
        for person in &people {
            out!("{}  {:<36} {}", person.id, person.email, person.name);
        }
    });
    Ok(())
}

impl Erase {
    async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let id = wanted(&self.who)?;
        let house = place.open().await?;
        let people = self.found(&house, id).await?;
        let mut told = Vec::new();
        for (person, account) in &people {
            if !self.dry_run {
                let mut tx = house.store.begin(&house.operator(), act()).await?;
                enquiries::erase_person(&mut tx, person.id).await?;
                tx.commit().await?;
            }
            told.push(serde_json::json!({ "person": person.id, "account": account.slug }));
        }
        let shown = serde_json::json!({ "erased": told, "dry_run": self.dry_run });
        print(json, &shown, || {
            let done = if self.dry_run {
                "would erase"
            } else {
                "erased"
            };
            for (person, account) in &people {
                out!("{done} {} of {}", person.id, account.slug);
            }
        });
        Ok(())
    }

    async fn found(
        &self,
        house: &House,
        id: Option<Id<kinds::Person>>,
    ) -> Result<Vec<(Person, Account)>, Failure> {
        let only = match &self.account {
            Some(slug) => Some(house.account(slug).await?.0.id),
            None => None,
        };
        let mut read = house.store.read(&house.operator()).await?;
        let mut people = match id {
            Some(id) => vec![relations::find(&mut read, id).await?],
            None => relations::known_as(&mut read, &self.who).await?,
        };
        people.retain(|person| only.is_none_or(|only| person.account == only));
        if people.is_empty() {
            let said = format!(
                "nobody is known as “{}”; `entremise person list --account SLUG` shows who is",
                self.who
            );
            return Err(Failure::new("not_found", said));
        }
        let mut found = Vec::new();
        for person in people {
            let account = Account::find(&mut read, person.account).await?;
            found.push((person, account));
        }
        Ok(found)
    }
}

/// The id that was typed; None for an e-mail address.
fn wanted(who: &str) -> Result<Option<Id<kinds::Person>>, Failure> {
    if who.contains('@') {
        return Ok(None);
    }
    who.parse().map(Some).map_err(|_| {
        let said = format!("“{who}” is neither an e-mail address nor a person (per_…)");
        Failure::usage(said)
    })
}
