//! A world for tests: a fresh database of either kind, two accounts, a clock that stands still and
//! dice that fall the same way each time.
//!
//! [`on_both!`] runs a story on SQLite and on PostgreSQL. The PostgreSQL cluster is named by
//! `ENTREMISE_TEST_POSTGRES`; `bin/with-postgres` starts one.

mod disk;
mod dovecot;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use dictionary::Dictionary;
use store::{
    Account, Act, Actor, Clock, Dice, Id, Location, Migration, NewAccount, Read, Reads, Scope,
    Store, Timestamp, Tx, kinds,
};
use tempfile::TempDir;

pub use disk::SmallDisk;
pub use dovecot::Dovecot;

/// 2026-01-05, a Monday, 09:00 UTC.
pub const MONDAY: Timestamp = Timestamp(1_767_603_600_000);
pub const POSTGRES: &str = "ENTREMISE_TEST_POSTGRES";

pub struct World {
    pub store: Store,
    pub clock: Clock,
    pub dictionary: Dictionary,
    /// The account that the story is about.
    pub account: Account,
    /// Another one, which must never see anything of it.
    pub stranger: Account,
    pub location: Location,
    pub folder: TempDir,
    migrations: Vec<Migration>,
}

/// Runs a story on both databases: `on_both!(MIGRATIONS, async fn name(world) { … });`
#[macro_export]
macro_rules! on_both {
    ($migrations:expr, $(async fn $name:ident($world:ident) $body:block)*) => {
        $(mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn story($world: $crate::World) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                story($crate::World::on_sqlite($migrations).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                story($crate::World::on_postgres($migrations).await).await;
            }
        })*
    };
}

impl World {
    pub async fn on_sqlite(migrations: &[Migration]) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = Location::Sqlite(folder.path().join("entremise.db"));
        World::at(location, folder, migrations).await
    }

    /// A new database in the cluster, so that stories may look at the whole journal.
    pub async fn on_postgres(migrations: &[Migration]) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let location = Location::Postgres(fresh_postgres().await);
        World::at(location, folder, migrations).await
    }

    async fn at(location: Location, folder: TempDir, migrations: &[Migration]) -> World {
        let clock = Clock::held_at(MONDAY);
        // What an import writes, whatever the story adds.
        let all: Vec<Migration> = catalog::MIGRATIONS
            .iter()
            .chain(photos::MIGRATIONS)
            .chain(migrations)
            .copied()
            .collect();
        let store = Store::open(&location, &all, clock.clone(), Dice::seeded(7))
            .await
            .expect("the database opens");
        let mut tx = store
            .begin(&store.operator(), story_act())
            .await
            .expect("a transaction");
        let account = tx
            .add_account(agency("lumen", "Maison Lumen"))
            .await
            .expect("an account");
        let stranger = tx
            .add_account(agency("autre", "Autre Toit"))
            .await
            .expect("an account");
        tx.commit().await.expect("a commit");
        let dictionary = Dictionary::embedded();
        let world = World {
            store,
            clock,
            dictionary,
            account,
            stranger,
            location,
            folder,
            migrations: all,
        };
        world.settle().await;
        world
    }

    /// Waits until the journal may be read to its end. On PostgreSQL a transaction that is open in
    /// any database of the cluster, a neighbour's test for one, holds followers back for a moment.
    pub async fn settle(&self) {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        loop {
            let mut read = self
                .store
                .read(&self.store.operator())
                .await
                .expect("a reader");
            let sql = "SELECT tx, seq FROM journal ORDER BY tx DESC, seq DESC LIMIT 1";
            let last = read.one(sql, &[]).await.expect("the journal");
            let last = last.map(|row| store::Position {
                transaction: row.int(0),
                seq: row.int(1),
            });
            if self.store.head().await.expect("the head") == last.unwrap_or_default() {
                return;
            }
            assert!(
                std::time::Instant::now() < deadline,
                "the journal never settled"
            );
            tokio::task::yield_now().await;
        }
    }

    /// A second node on the same database.
    pub async fn second_node(&self) -> Store {
        Store::open(
            &self.location,
            &self.migrations,
            self.clock.clone(),
            Dice::seeded(8),
        )
        .await
        .expect("the database opens twice")
    }

    /// The account's own scope, as one of its managers has it.
    pub fn scope(&self) -> Scope {
        self.scope_of(self.account.id)
    }

    pub fn scope_of(&self, account: Id<kinds::Account>) -> Scope {
        self.store
            .operator()
            .within(account)
            .expect("the operator reaches every account")
    }

    pub async fn tx(&self) -> Tx {
        self.store
            .begin(&self.scope(), story_act())
            .await
            .expect("a transaction")
    }

    pub async fn read(&self) -> Read {
        self.store.read(&self.scope()).await.expect("a reader")
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// What the journal tells of the account, a fact a line, without the accounts' own beginning.
    pub async fn story(&self) -> String {
        self.settle().await;
        let entries = self
            .store
            .entries(store::Position::default(), 10_000)
            .await
            .expect("journal");
        let facts = entries
            .iter()
            .filter(|e| e.account == Some(self.account.id) && e.fact != "account.added")
            .map(|e| format!("{} by {} via {}", e.fact, e.actor, e.via));
        facts.collect::<Vec<_>>().join("\n")
    }
}

/// The URL of a new, empty database.
pub async fn fresh_postgres() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let cluster = std::env::var(POSTGRES)
        .unwrap_or_else(|_| panic!("{POSTGRES} is not set: run `bin/with-postgres cargo test`"));
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("story_{}_{number}_test", std::process::id());
    let (client, connection) =
        tokio_postgres::connect(&format!("{cluster}/postgres"), tokio_postgres::NoTls)
            .await
            .expect("the cluster answers");
    let driver = tokio::spawn(connection);
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await
        .expect("a database is made");
    drop(client);
    let _ = driver.await;
    format!("{cluster}/{name}")
}

/// Every row of every table of a PostgreSQL database as text, with the table's name before it.
pub async fn every_row(url: &str) -> Vec<String> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .expect("the database answers");
    let driver = tokio::spawn(connection);
    let sql = "SELECT quote_ident(table_name) FROM information_schema.tables
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE'";
    let mut told = Vec::new();
    for table in client.query(sql, &[]).await.expect("the tables") {
        let table: String = table.get(0);
        let sql = format!("SELECT t::text FROM {table} t");
        for row in client.query(&sql, &[]).await.expect("its rows") {
            told.push(format!("{table}: {}", row.get::<_, String>(0)));
        }
    }
    drop(client);
    let _ = driver.await;
    told
}

fn story_act() -> Act {
    Act::by(Actor::System("story"))
}

fn agency(slug: &str, name: &str) -> NewAccount {
    NewAccount {
        slug: slug.into(),
        name: name.into(),
        vertical: "estate".into(),
        country: "BE".into(),
        language: "fr".into(),
        profile: "{}".into(),
    }
}
