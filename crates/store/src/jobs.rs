//! Jobs: what leaves the process, written in the transaction that decides it.
//!
//! At least once: a job carries an idempotency key, is tried with growing pauses and some jitter,
//! and ends done or in the visible list of the dead.

use crate::time::{HOUR_MS, SECOND_MS};
use crate::{Id, Reads, Result, Row, Scope, Store, Timestamp, Tx, count, kinds};

#[derive(Clone, Debug)]
pub struct NewJob {
    pub kind: &'static str,
    /// Two jobs of one kind with the same key are one job.
    pub key: String,
    pub account: Option<Id<kinds::Account>>,
    /// JSON.
    pub payload: String,
    pub due: Timestamp,
}

#[derive(Clone, Debug)]
pub struct Job {
    pub id: Id<kinds::Job>,
    pub kind: String,
    pub key: String,
    pub account: Option<Id<kinds::Account>>,
    pub payload: String,
    /// How often it was tried before.
    pub attempts: i64,
    pub error: Option<String>,
}

pub const ATTEMPTS_MAX: i64 = 12;
/// A worker that dies gives its jobs back after this long.
pub const CLAIM_MS: i64 = 120 * SECOND_MS;
const PAUSE_MAX_MS: i64 = 6 * HOUR_MS;
const COLUMNS: &str = "id, kind, key, account, payload, attempts, error";

impl Tx {
    pub(crate) async fn write_jobs(&mut self) -> Result<()> {
        let jobs = std::mem::take(&mut self.jobs);
        if jobs.is_empty() {
            return Ok(());
        }
        let now = self.now();
        let rows = jobs.into_iter().map(|job| {
            let id = self.uuid();
            vec![
                id.into(),
                job.account.into(),
                job.kind.into(),
                job.key.into(),
                job.payload.into(),
                job.due.into(),
                now.into(),
            ]
        });
        let rows = rows.collect();
        let sql = "INSERT INTO job (id, account, kind, key, payload, due, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind, key) DO NOTHING";
        self.many(sql, rows).await.map(|_| ())
    }
}

impl Store {
    /// Takes jobs that are due; they are ours until `CLAIM_MS` from now.
    pub async fn claim(&self, kind: &'static str, limit: usize) -> Result<Vec<Job>> {
        if !self.has_due(kind).await? {
            return Ok(Vec::new());
        }
        let mut tx = self
            .begin(
                &Scope::operator(),
                crate::Act::by(crate::Actor::System("jobs")),
            )
            .await?;
        let locked = if tx.is_postgres() {
            "FOR UPDATE SKIP LOCKED"
        } else {
            ""
        };
        let sql = format!(
            "UPDATE job SET due = $1, attempts = attempts + 1 WHERE id IN (
               SELECT id FROM job WHERE kind = $2 AND state = 'due' AND due <= $3
               ORDER BY due LIMIT $4 {locked})
             RETURNING {COLUMNS}"
        );
        let now = tx.now();
        let vals = [
            now.plus_ms(CLAIM_MS).into(),
            kind.into(),
            now.into(),
            count(limit),
        ];
        let jobs = tx.query(&sql, &vals).await?.iter().map(job).collect();
        tx.commit().await?;
        Ok(jobs)
    }

    /// Looks before anything is written: a commit wakes whoever waits for changes, and whoever looks
    /// for jobs at each change would wake himself for ever.
    async fn has_due(&self, kind: &str) -> Result<bool> {
        let mut read = self.read(&Scope::operator()).await?;
        let sql = "SELECT 1 FROM job WHERE kind = $1 AND state = 'due' AND due <= $2 LIMIT 1";
        let found = read.one(sql, &[kind.into(), self.now().into()]).await?;
        Ok(found.is_some())
    }

    pub async fn finish(&self, job: Id<kinds::Job>) -> Result<()> {
        self.settle(
            job,
            "UPDATE job SET state = 'done', error = NULL WHERE id = $1",
            vec![],
        )
        .await
    }

    /// Tries again after a pause that doubles, up to six hours, with a quarter of jitter; after
    /// `ATTEMPTS_MAX` the job is dead and waits for a person.
    pub async fn retry(&self, job: &Job, error: &str) -> Result<()> {
        if job.attempts >= ATTEMPTS_MAX {
            return self.bury(job.id, error).await;
        }
        let doublings = u32::try_from(job.attempts.clamp(0, 20)).unwrap_or(0);
        let pause = (5 * SECOND_MS)
            .saturating_mul(1 << doublings)
            .min(PAUSE_MAX_MS);
        let jitter = self.dice().below(u64::try_from(pause / 4).unwrap_or(0) + 1);
        let due = self
            .now()
            .plus_ms(pause + i64::try_from(jitter).unwrap_or(0));
        let sql = "UPDATE job SET due = $2, error = $3 WHERE id = $1";
        self.settle(job.id, sql, vec![due.into(), error.into()])
            .await
    }

    /// Trying again cannot help.
    pub async fn bury(&self, job: Id<kinds::Job>, error: &str) -> Result<()> {
        let sql = "UPDATE job SET state = 'dead', error = $2 WHERE id = $1";
        self.settle(job, sql, vec![error.into()]).await
    }

    /// The dead, newest first.
    pub async fn dead_jobs(&self, limit: usize) -> Result<Vec<Job>> {
        let mut read = self.read(&Scope::operator()).await?;
        let sql =
            format!("SELECT {COLUMNS} FROM job WHERE state = 'dead' ORDER BY due DESC LIMIT $1");
        Ok(read
            .query(&sql, &[count(limit)])
            .await?
            .iter()
            .map(job)
            .collect())
    }

    /// Gives the dead another life, of one kind or all; how many.
    pub async fn revive_jobs(&self, kind: Option<&str>) -> Result<u64> {
        let act = crate::Act::by(crate::Actor::System("jobs"));
        let mut tx = self.begin(&Scope::operator(), act).await?;
        let sql = "UPDATE job SET state = 'due', attempts = 0, due = $1
            WHERE state = 'dead' AND ($2 = '' OR kind = $2)";
        let vals = [tx.now().into(), kind.unwrap_or_default().into()];
        let revived = tx.execute(sql, &vals).await?;
        tx.commit().await?;
        Ok(revived)
    }

    /// Comes back to a job that cannot be done just now; this was no attempt.
    pub async fn postpone(&self, job: Id<kinds::Job>, pause_ms: i64) -> Result<()> {
        let due = self.now().plus_ms(pause_ms);
        let sql = "UPDATE job SET due = $2, attempts = attempts - 1 WHERE id = $1";
        self.settle(job, sql, vec![due.into()]).await
    }

    async fn settle(&self, job: Id<kinds::Job>, sql: &str, more: Vec<crate::Val>) -> Result<()> {
        let act = crate::Act::by(crate::Actor::System("jobs"));
        let mut tx = self.begin(&Scope::operator(), act).await?;
        let vals: Vec<crate::Val> = std::iter::once(job.into()).chain(more).collect();
        tx.execute(sql, &vals).await?;
        tx.commit().await.map(|_| ())
    }
}

fn job(row: &Row) -> Job {
    Job {
        id: row.id(0),
        kind: row.text(1).to_owned(),
        key: row.text(2).to_owned(),
        account: row.opt_id(3),
        payload: row.text(4).to_owned(),
        attempts: row.int(5),
        error: row.opt_text(6).map(str::to_owned),
    }
}
