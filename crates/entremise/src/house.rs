//! Opens the rooms that a command works in.

use std::path::PathBuf;

use clap::Args;
use dictionary::Live;
use portal::Portals;
use publication::Ground;
use store::{Account, Act, Actor, Clock, Dice, Found, Location, Scope, Seal, Store, Via};

use crate::near::did_you_mean;
use crate::output::Failure;

/// Where the deployment lives.
#[derive(Args, Clone)]
#[command(next_help_heading = "Options of every command")]
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
    /// A folder of portals beside the built-in ones; followed while the server runs
    #[arg(long, global = true, env = "PORTALS", value_name = "DIR")]
    pub portals: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long, global = true)]
    pub json: bool,
}

/// The key of the deployment, when it is not to lie in the data folder.
const SECRET_KEY: &str = "ENTREMISE_SECRET_KEY";

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

    /// Opens what is there. A mistyped folder is an error and not an empty deployment.
    pub async fn open(self) -> Result<House, Failure> {
        let location = self.location()?;
        match Store::look(&location, &server::migrations()).await? {
            Found::Nothing => Err(self.nothing_at(&location)),
            Found::Ours { unknown, .. } if !unknown.is_empty() => Err(newer(&location, &unknown)),
            Found::Ours { .. } => self.open_or_make().await,
        }
    }

    /// Opens the deployment, and makes it if it is not there yet.
    pub async fn open_or_make(self) -> Result<House, Failure> {
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

    /// Says where we looked, and how to begin.
    pub fn nothing_at(&self, location: &Location) -> Failure {
        let begin =
            "begin with `entremise serve --demo` or `entremise account add SLUG --vertical V`";
        let said = match location {
            Location::Postgres(_) => format!(
                "there is nothing of ours in {location}: look at the name after --database, or {begin}"
            ),
            Location::Sqlite(path) => {
                let here = std::env::current_dir().unwrap_or_default();
                let path = here.join(path);
                let folder = path.parent().unwrap_or(&path).display();
                format!(
                    "there is no deployment in {folder}: name its folder with --data DIR, or {begin}"
                )
            }
        };
        Failure::new("no_deployment", said)
    }
}

fn newer(location: &Location, steps: &[String]) -> Failure {
    let said = format!(
        "{location} was written by a newer program ({}): use that one, this one is too old",
        steps.join(", ")
    );
    Failure::new("newer_database", said)
}

impl House {
    /// The portals; a fault in an own folder is told, and what is faulty is not there.
    pub fn portals(&self) -> Portals {
        let (portals, faults) =
            Portals::open(&self.dictionary.get(), self.place.portals.as_deref());
        for fault in faults.iter().take(20) {
            eprintln!("{fault}");
        }
        portals
    }

    /// What publications stand on.
    pub fn ground(&self, base: &str, reach: reach::Reach) -> Result<Ground, Failure> {
        Ok(Ground {
            store: self.store.clone(),
            dictionary: self.dictionary.clone(),
            portals: self.portals(),
            seal: self.seal()?,
            base: base.trim_end_matches('/').to_owned(),
            reach,
        })
    }

    pub fn operator(&self) -> Scope {
        self.store.operator()
    }

    /// With what passwords are sealed: the key in the environment, or that of the data folder.
    pub fn seal(&self) -> Result<Seal, Failure> {
        let given = std::env::var(SECRET_KEY).ok().filter(|key| !key.is_empty());
        let dice = self.store.dice();
        Ok(Seal::open(&self.place.data, given.as_deref(), dice)?)
    }

    /// The account with a slug, and the scope of its manager.
    pub async fn account(&self, slug: &str) -> Result<(Account, Scope), Failure> {
        let mut read = self.store.read(&self.operator()).await?;
        let account = Account::by_slug(&mut read, slug).await;
        let Ok(account) = account else {
            let known = Account::all(&mut read).await?;
            let slugs = known.iter().map(|a| a.slug.as_str());
            let hint = did_you_mean(slug, slugs)
                .unwrap_or_else(|| "`entremise account list` shows them".to_owned());
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
