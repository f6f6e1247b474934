//! Work that only one process may do at a time, whoever it is; the lock ends with its process.

use std::fs::{File, OpenOptions, TryLockError};

use crate::{Engine, Error, Location, Reads, Result, Store, Tx};

/// Held until dropped. A process that dies lets go of it at once, unlike of a lease.
pub struct Exclusive {
    held: Held,
}

enum Held {
    File {
        _file: File,
    },
    Session {
        client: tokio_postgres::Client,
        number: i64,
    },
}

impl Exclusive {
    /// False once the database has gone away, and the lock with it.
    pub fn holds(&self) -> bool {
        match &self.held {
            Held::File { .. } => true,
            Held::Session { client, .. } => !client.is_closed(),
        }
    }

    /// Lets go and waits until it is let go: a dropped one may be held for a moment longer, until
    /// the database has noticed.
    pub async fn release(self) {
        if let Held::Session { client, number } = &self.held {
            // When the session is gone, so is the lock.
            let _ = client
                .execute("SELECT pg_advisory_unlock($1)", &[number])
                .await;
        }
    }
}

impl Store {
    /// Takes the lock of a name; None while somebody else has it.
    pub async fn exclusive(&self, name: &str) -> Result<Option<Exclusive>> {
        let number = number_of(name);
        match (self.engine(), self.location()) {
            (Engine::Postgres(db), _) => {
                let client = db.owner().await?;
                let sql = "SELECT pg_try_advisory_lock($1)";
                let row = client.query_one(sql, &[&number]).await;
                let row = row.map_err(|e| Error::Unavailable {
                    cause: e.to_string(),
                })?;
                Ok(row.get::<_, bool>(0).then_some(Exclusive {
                    held: Held::Session { client, number },
                }))
            }
            (Engine::Sqlite(_), Location::Sqlite(path)) => {
                let folder = path.with_extension("locks");
                let broken =
                    |e: std::io::Error| Error::broken(format!("{}: {e}", folder.display()));
                std::fs::create_dir_all(&folder).map_err(broken)?;
                let mut options = OpenOptions::new();
                options.create(true).truncate(false).write(true);
                let file = options.open(folder.join(format!("{number:016x}")));
                let file = file.map_err(broken)?;
                match file.try_lock() {
                    Ok(()) => Ok(Some(Exclusive {
                        held: Held::File { _file: file },
                    })),
                    Err(TryLockError::WouldBlock) => Ok(None),
                    Err(TryLockError::Error(error)) => Err(broken(error)),
                }
            }
            (Engine::Sqlite(_), Location::Postgres(_)) => {
                unreachable!("an engine of SQLite has a file")
            }
        }
    }
}

impl Tx {
    /// Waits until no other transaction has this name, and has it until this one ends. SQLite has one
    /// writer anyway.
    pub async fn alone(&mut self, name: &str) -> Result<()> {
        if self.is_postgres() {
            let sql = "SELECT pg_advisory_xact_lock($1)::text";
            self.query(sql, &[number_of(name).into()]).await?;
        }
        Ok(())
    }
}

/// PostgreSQL knows locks by numbers.
fn number_of(name: &str) -> i64 {
    let hash = blake3::hash(name.as_bytes());
    let mut number = [0; 8];
    number.copy_from_slice(&hash.as_bytes()[..8]);
    i64::from_le_bytes(number)
}
