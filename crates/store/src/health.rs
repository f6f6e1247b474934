//! How the database itself is: what a person who looks after it wants to know.

use crate::{Act, Actor, Error, Position, Reads, Result, Scope, Store, Timestamp, Tx};

/// What the journal holds that followers may not read yet, and where the followers stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    pub head: Position,
    /// Rows above the horizon: a transaction that is open elsewhere hides them.
    pub hidden: i64,
    /// Since when the oldest of them has waited.
    pub since: Option<Timestamp>,
    /// Followers that write tables of ours, and how many rows each has before it.
    pub followers: Vec<(String, i64)>,
    /// The time on the newest row.
    pub newest: Option<Timestamp>,
}

/// The errands of one kind that are still to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errands {
    pub kind: String,
    pub count: i64,
    /// When the oldest of them was decided.
    pub oldest: Timestamp,
}

const FAULTS_MAX: usize = 10;

impl Store {
    /// What the engine finds wrong with its own structures; empty when all is well. Reads the whole
    /// file of a SQLite database, about a second for each gigabyte.
    pub async fn faults(&self) -> Result<Vec<String>> {
        let mut read = self.read(&Scope::operator()).await?;
        if self.is_postgres() {
            let sql =
                "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                WHERE NOT i.indisvalid LIMIT 10";
            let rows = read.query(sql, &[]).await?;
            let said = |row: &crate::Row| format!("the index {} is not valid", row.text(0));
            return Ok(rows.iter().map(said).collect());
        }
        let checked = read.query("PRAGMA quick_check(10)", &[]).await;
        let orphans = read.query("PRAGMA foreign_key_check", &[]).await;
        let (checked, orphans) = match (checked, orphans) {
            (Ok(checked), Ok(orphans)) => (checked, orphans),
            // So damaged that it cannot even be looked at.
            (Err(Error::Broken { cause }), _) | (_, Err(Error::Broken { cause })) => {
                return Ok(vec![cause]);
            }
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let mut faults: Vec<String> = checked.iter().map(|row| row.text(0).to_owned()).collect();
        faults.retain(|said| said != "ok");
        let orphan = |row: &crate::Row| {
            format!(
                "a row of {} belongs to no row of {}",
                row.text(0),
                row.text(2)
            )
        };
        faults.extend(orphans.iter().take(FAULTS_MAX).map(orphan));
        Ok(faults)
    }

    /// Settings under which a write that was acknowledged could be lost; empty when there is none.
    pub async fn risks(&self) -> Result<Vec<String>> {
        let act = Act::by(Actor::System("doctor"));
        let mut tx = self.begin(&Scope::operator(), act).await?;
        let safe: [(&str, &str, &[&str]); 3] = match self.is_postgres() {
            true => [
                ("fsync", "SELECT current_setting('fsync')", &["on"]),
                (
                    "full_page_writes",
                    "SELECT current_setting('full_page_writes')",
                    &["on"],
                ),
                (
                    "synchronous_commit",
                    "SELECT current_setting('synchronous_commit')",
                    &["on", "remote_apply", "remote_write", "local"],
                ),
            ],
            false => [
                (
                    "journal_mode",
                    "SELECT journal_mode FROM pragma_journal_mode",
                    &["wal"],
                ),
                (
                    "synchronous",
                    "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous",
                    &["2", "3"],
                ),
                (
                    "secure_delete",
                    "SELECT CAST(secure_delete AS TEXT) FROM pragma_secure_delete",
                    &["1"],
                ),
            ],
        };
        let mut risks = Vec::new();
        for (name, sql, good) in safe {
            let found = setting(&mut tx, sql).await?;
            if !good.contains(&found.as_str()) {
                risks.push(format!("{name} is {found}, not {}", good[0]));
            }
        }
        Ok(risks)
    }

    pub async fn backlog(&self) -> Result<Backlog> {
        let head = self.head().await?;
        let mut read = self.read(&Scope::operator()).await?;
        let mut lag = Backlog {
            head,
            ..Backlog::default()
        };
        let sql = "SELECT COUNT(*), MIN(at) FROM journal WHERE (tx, seq) > ($1, $2)";
        let vals = [head.transaction.into(), head.seq.into()];
        if let Some(row) = read.one(sql, &vals).await? {
            (lag.hidden, lag.since) = (row.int(0), row.opt_time(1));
        }
        let sql = "SELECT at FROM journal ORDER BY tx DESC, seq DESC LIMIT 1";
        lag.newest = read.one(sql, &[]).await?.map(|row| row.time(0));
        for row in read
            .query("SELECT name, tx, seq FROM follower ORDER BY name", &[])
            .await?
        {
            let sql = "SELECT COUNT(*) FROM journal WHERE (tx, seq) > ($1, $2)";
            let vals = [row.int(1).into(), row.int(2).into()];
            let before = read.one(sql, &vals).await?.map_or(0, |r| r.int(0));
            lag.followers.push((row.text(0).to_owned(), before));
        }
        Ok(lag)
    }

    /// The errands that are still to be done, by kind.
    pub async fn errands(&self) -> Result<Vec<Errands>> {
        let mut read = self.read(&Scope::operator()).await?;
        let sql = "SELECT kind, COUNT(*), MIN(created_at) FROM job WHERE state = 'due'
            GROUP BY kind ORDER BY kind";
        let rows = read.query(sql, &[]).await?;
        let errands = rows.iter().map(|row| Errands {
            kind: row.text(0).to_owned(),
            count: row.int(1),
            oldest: row.time(2),
        });
        Ok(errands.collect())
    }

    /// The time of the database's own machine, where it has one.
    pub async fn time_there(&self) -> Result<Option<Timestamp>> {
        if !self.is_postgres() {
            return Ok(None);
        }
        let mut read = self.read(&Scope::operator()).await?;
        let sql = "SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint";
        Ok(read.one(sql, &[]).await?.map(|row| row.time(0)))
    }
}

async fn setting(tx: &mut Tx, sql: &str) -> Result<String> {
    let row = tx.one(sql, &[]).await?;
    Ok(row.map(|row| row.text(0).to_owned()).unwrap_or_default())
}
