//! The spine: one database under two engines, and the promises that every room keeps by it.
//!
//! - Nothing is written but through a [`Tx`], and a `Tx` carries who, when, why and chance.
//! - Rows and journal commit together ([`Tx::record`]); so do jobs ([`Tx::enqueue`]).
//! - Account rows are reached through a [`Scope`] that cannot be made up.
//! - The journal is read in commit order without gaps ([`Store::entries`]).
//!
//! The store knows no business rule: it has never heard of listings.

mod accounts;
mod batches;
mod error;
mod exclusive;
mod figures;
mod health;
mod idempotency;
mod ids;
mod jobs;
pub mod journal;
mod leases;
mod location;
mod log;
mod looking;
mod migrate;
mod passwords;
mod postgres;
mod scope;
mod seal;
mod sessions;
mod sqlite;
mod statement;
mod time;
mod tokens;
mod tx;
mod users;
mod val;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::watch;

pub use accounts::{Account, NewAccount};
pub use batches::{Batch, BatchState};
pub use error::{Error, Result, Wrong, database_failures};
pub use exclusive::Exclusive;
pub use figures::{Figures, JobFigure};
pub use health::{Backlog, Errands};
pub use idempotency::{Answered, IDEMPOTENCY_DAYS, IdempotencyKey};
pub use ids::{Id, Kind, NotAnId, kinds};
pub use jobs::{ATTEMPTS_MAX, CLAIM_MS, Job, NewJob};
pub use journal::{Change, Entry, Lag, Position};
pub use leases::Lease;
pub use location::Location;
pub use looking::Found;
pub use migrate::Migration;
pub use scope::{Right, Role, Scope};
pub use seal::Seal;
pub use sessions::{SESSION_DAYS, Session};
pub use time::{Clock, DAY_MS, Dice, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
pub use tokens::{NewToken, Token};
pub use tx::{Act, Actor, Read, Reads, Tx, Via};
pub use users::{NewUser, User};
pub use uuid::Uuid;
pub use val::{Row, Val, count, json};

/// How often a SQLite file is asked whether another process has written to it.
const FOREIGN_POLL: Duration = Duration::from_millis(150);

/// The database of the deployment. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    engine: Engine,
    clock: Clock,
    dice: Dice,
    location: Location,
}

pub(crate) enum Engine {
    Sqlite(Arc<sqlite::Sqlite>),
    Postgres(Arc<postgres::Postgres>),
}

impl Store {
    /// Opens the database, brings its schema up to date, and listens for what other processes
    /// commit. `migrations` are the rooms' steps, in the order of the rooms.
    pub async fn open(
        location: &Location,
        migrations: &[Migration],
        clock: Clock,
        dice: Dice,
    ) -> Result<Store> {
        let steps: Vec<Migration> = migrate::OWN.iter().chain(migrations).copied().collect();
        let engine = match location {
            Location::Sqlite(path) => {
                let db = sqlite::Sqlite::open(path)?;
                migrate::on_sqlite(&db, &steps).await?;
                tokio::spawn(watch_file(Arc::downgrade(&db)));
                Engine::Sqlite(db)
            }
            Location::Postgres(url) => {
                let db = postgres::Postgres::configure(url)?;
                migrate::on_postgres(&db, &steps).await?;
                tokio::spawn(db.clone().listen());
                Engine::Postgres(db)
            }
        };
        Ok(Store(Arc::new(Inner {
            engine,
            clock,
            dice,
            location: location.clone(),
        })))
    }

    /// The deployment itself: its command line and its followers.
    pub fn operator(&self) -> Scope {
        Scope::operator()
    }

    /// Somebody from outside who brings something to an account, and reads nothing.
    pub fn visitor(&self, account: Id<kinds::Account>) -> Scope {
        Scope::of(Some(account), Role::Visitor)
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub fn dice(&self) -> &Dice {
        &self.0.dice
    }

    pub fn location(&self) -> &Location {
        &self.0.location
    }

    pub fn is_postgres(&self) -> bool {
        matches!(self.0.engine, Engine::Postgres(_))
    }

    /// Whether somebody has had to wait for the only writer since this was last asked: who writes
    /// much then goes on in smaller steps. PostgreSQL has many writers.
    pub fn is_awaited(&self) -> bool {
        match &self.0.engine {
            Engine::Sqlite(db) => db.awaited.swap(false, Ordering::Relaxed),
            Engine::Postgres(_) => false,
        }
    }

    /// Ticks after every commit, of this process and of others.
    pub fn changed(&self) -> watch::Receiver<u64> {
        match &self.0.engine {
            Engine::Sqlite(db) => db.changed.subscribe(),
            Engine::Postgres(db) => db.changed.subscribe(),
        }
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }
}

async fn watch_file(db: std::sync::Weak<sqlite::Sqlite>) {
    let mut last = 0;
    loop {
        tokio::time::sleep(FOREIGN_POLL).await;
        let Some(db) = db.upgrade() else { return };
        if let Err(error) = db.empty_log().await {
            tracing::warn!(%error, "the write-ahead log cannot be emptied");
        }
        match db.version() {
            Ok(version) if version != last => {
                last = version;
                db.changed.send_modify(|n| *n += 1);
            }
            _ => {}
        }
    }
}
