//! What an operator's instruments ask of the database.

use crate::{Position, Reads, Result, Scope, Store};

#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub jobs: Vec<JobFigure>,
    /// How many batches are in each state.
    pub batches: Vec<(String, i64)>,
    pub imports_running: i64,
    pub sessions: i64,
}

/// Jobs of one kind that are not done.
#[derive(Clone, Debug)]
pub struct JobFigure {
    pub kind: String,
    /// `due` or `dead`.
    pub state: String,
    pub count: i64,
    /// Since when the oldest of them exists.
    pub oldest_ms: i64,
}

impl Store {
    pub async fn figures(&self) -> Result<Figures> {
        let mut read = self.read(&Scope::operator()).await?;
        let now = self.now();
        let sql = "SELECT kind, state, COUNT(*), MIN(created_at) FROM job
            WHERE state IN ('due', 'dead') GROUP BY kind, state ORDER BY kind, state";
        let jobs = read.query(sql, &[]).await?;
        let jobs = jobs.iter().map(|row| JobFigure {
            kind: row.text(0).to_owned(),
            state: row.text(1).to_owned(),
            count: row.int(2),
            oldest_ms: (now.0 - row.int(3)).max(0),
        });
        let jobs = jobs.collect();
        let sql = "SELECT state, COUNT(*) FROM batch GROUP BY state ORDER BY state";
        let batches = read.query(sql, &[]).await?;
        let batches = batches
            .iter()
            .map(|row| (row.text(0).to_owned(), row.int(1)));
        let batches = batches.collect();
        let sql = "SELECT COUNT(*) FROM batch WHERE state = 'running' AND kind = 'import'";
        let running = read.one(sql, &[]).await?;
        let sql = "SELECT COUNT(*) FROM session WHERE expires_at > $1";
        let sessions = read.one(sql, &[now.into()]).await?;
        Ok(Figures {
            jobs,
            batches,
            imports_running: running.map_or(0, |row| row.int(0)),
            sessions: sessions.map_or(0, |row| row.int(0)),
        })
    }

    /// Every follower that keeps its cursor with us, and how far it has come.
    pub async fn cursors(&self) -> Result<Vec<(String, Position)>> {
        let mut read = self.read(&Scope::operator()).await?;
        let sql = "SELECT name, tx, seq FROM follower ORDER BY name";
        let rows = read.query(sql, &[]).await?;
        let cursor = |row: &crate::Row| {
            let position = Position {
                transaction: row.int(1),
                seq: row.int(2),
            };
            (row.text(0).to_owned(), position)
        };
        Ok(rows.iter().map(cursor).collect())
    }
}
