//! Opens the rooms that a command works in.

use std::path::PathBuf;

use clap::Args;
use dictionary::Live;
use store::{Account, Act, Actor, Clock, Dice, Location, Scope, Store, Via};

use crate::output::Failure;

/// Where the deployment lives.
#[derive(Args, Clone)]
pub struct Place {
    /// The folder of the database, the pictures and the caches
    #[arg(
        long,
        global = true,
        env = "DATA",
        default_value = "data",
        value_name = "DIR"
    )]
    pub data: PathBuf,
    /// A PostgreSQL URL (postgres://host1,host2/name) or a SQLite file; by default DIR/entremise.db
    #[arg(long, global = true, env = "DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// A folder of verticals to use instead of the built-in ones; followed while the server runs
    #[arg(long, global = true, env = "VERTICALS", value_name = "DIR")]
    pub verticals: Option<PathBuf>,
    /// A folder of sites to use instead of the built-in ones; followed while the server runs
    #[arg(long, global = true, env = "SITES", value_name = "DIR")]
    pub sites: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long, global = true)]
    pub json: bool,
}

/// The opened rooms.
pub struct House {
    pub store: Store,
    pub dictionary: Live,
    pub place: Place,
}

impl Place {
    pub fn location(&self) -> Result<Location, Failure> {
        match &self.database {
            Some(url) => Ok(Location::parse(url)?),
            None => Ok(Location::Sqlite(self.data.join("entremise.db"))),
        }
    }

    pub fn dictionary(&self) -> Result<Live, Failure> {
        let Some(folder) = &self.verticals else {
            return Ok(Live::embedded());
        };
        Live::open(folder).map_err(|faults| {
            let said: Vec<String> = faults.iter().take(20).map(ToString::to_string).collect();
            Failure::new("faulty_dictionary", said.join("\n"))
        })
    }

    pub fn sites(&self) -> Result<server::Sites, Failure> {
        let Some(folder) = &self.sites else {
            return Ok(server::Sites::shipped());
        };
        server::Sites::open(folder).map_err(|message| Failure::new("faulty_sites", message))
    }

    pub async fn open(self) -> Result<House, Failure> {
        let dictionary = self.dictionary()?;
        let dice = Dice::fair().map_err(|e| format!("no entropy to be had: {e}"))?;
        let location = self.location()?;
        let store = Store::open(&location, &server::migrations(), Clock::Wall, dice).await?;
        Ok(House {
            store,
            dictionary,
            place: self,
        })
    }
}

impl House {
    pub fn operator(&self) -> Scope {
        self.store.operator()
    }

    /// The account with a slug, and the scope of its manager.
    pub async fn account(&self, slug: &str) -> Result<(Account, Scope), Failure> {
        let mut read = self.store.read(&self.operator()).await?;
        let account = Account::by_slug(&mut read, slug).await;
        let Ok(account) = account else {
            let known = Account::all(&mut read).await?;
            let near = known
                .iter()
                .filter(|a| a.slug.starts_with(slug.get(..2).unwrap_or(slug)));
            let near: Vec<&str> = near.map(|a| a.slug.as_str()).take(5).collect();
            let hint = match near.is_empty() {
                true => "`entremise account list` shows them".to_owned(),
                false => format!("did you mean {}?", near.join(", ")),
            };
            let message = format!("there is no account “{slug}”; {hint}");
            return Err(Failure::new("not_found", message));
        };
        let scope = self.operator().within(account.id)?;
        Ok((account, scope))
    }
}

/// Whoever types a command acts as the deployment.
pub fn act() -> Act {
    Act::by(Actor::System("operator")).via(Via::CommandLine)
}
