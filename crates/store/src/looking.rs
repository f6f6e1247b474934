//! Looking at a database without making or changing it.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use tokio_postgres::NoTls;
use tokio_postgres::error::SqlState;

use crate::postgres::from_postgres;
use crate::{Error, Location, Migration, Result, Store, migrate};

/// What is found at a location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// No file, no such database, or a database that nothing of ours was ever written to.
    Nothing,
    /// Ours, and how its schema stands to this program's.
    Ours {
        /// Steps that the next opening takes.
        waiting: Vec<String>,
        /// Steps that a newer program took.
        unknown: Vec<String>,
    },
}

const STEPS: &str = "SELECT name FROM migration ORDER BY name";

impl Store {
    /// Looks what is there; opens nothing that does not exist, and takes no step of the schema.
    pub async fn look(location: &Location, migrations: &[Migration]) -> Result<Found> {
        let taken = match location {
            Location::Sqlite(path) => taken_in_file(path)?,
            Location::Postgres(url) => taken_on_server(url).await?,
        };
        let Some(taken) = taken else {
            return Ok(Found::Nothing);
        };
        let all = migrate::OWN.iter().chain(migrations);
        let known: Vec<String> = all.map(|step| step.name.to_owned()).collect();
        let missing_of = |steps: &[String], among: &[String]| -> Vec<String> {
            let missing = steps.iter().filter(|step| !among.contains(step));
            missing.cloned().collect()
        };
        Ok(Found::Ours {
            waiting: missing_of(&known, &taken),
            unknown: missing_of(&taken, &known),
        })
    }
}

fn taken_in_file(path: &Path) -> Result<Option<Vec<String>>> {
    if !path.is_file() {
        return Ok(None);
    }
    let unreadable = |e: rusqlite::Error| {
        let said = format!("{} is no database of ours: {e}", path.display());
        Error::refused("not_a_database", [&said, &said, &said, &said])
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(unreadable)?;
    let there = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'migration'";
    let count: i64 = conn
        .query_row(there, [], |row| row.get(0))
        .map_err(unreadable)?;
    if count == 0 {
        return Ok(None);
    }
    let mut statement = conn.prepare(STEPS).map_err(unreadable)?;
    let names = statement
        .query_map([], |row| row.get(0))
        .map_err(unreadable)?;
    names
        .collect::<Result<_, _>>()
        .map(Some)
        .map_err(unreadable)
}

async fn taken_on_server(url: &str) -> Result<Option<Vec<String>>> {
    let (client, connection) = match tokio_postgres::connect(url, NoTls).await {
        Ok(connected) => connected,
        Err(error) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => return Ok(None),
        Err(error) => return Err(from_postgres(error)),
    };
    let driver = tokio::spawn(connection);
    let there = "SELECT to_regclass('migration') IS NOT NULL";
    let ours: bool = client
        .query_one(there, &[])
        .await
        .map_err(from_postgres)?
        .get(0);
    let taken = match ours {
        false => None,
        true => {
            let rows = client.query(STEPS, &[]).await.map_err(from_postgres)?;
            Some(rows.iter().map(|row| row.get(0)).collect())
        }
    };
    drop(client);
    let _ = driver.await;
    Ok(taken)
}
