//! Batches: the changes one act made, and the unit of undo.

use serde::Serialize;

use crate::{Change, Error, Id, Reads, Result, Row, Timestamp, Tx, count, kinds};

#[derive(Clone, Debug, Serialize)]
pub struct Batch {
    pub id: Id<kinds::Batch>,
    pub account: Id<kinds::Account>,
    /// `import`, `edit`, `undo`, `demo`.
    pub kind: String,
    /// What a person recognises it by, e.g. the file's name.
    pub label: String,
    pub actor: String,
    pub state: BatchState,
    /// A JSON object of counts.
    #[serde(serialize_with = "as_object")]
    pub counts: String,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// In the works; after a crash it is resumed or undone.
    Running,
    Applied,
    Cancelled,
    Undone,
}

const COLUMNS: &str = "id, account, kind, label, actor, state, counts, started_at, finished_at";

impl BatchState {
    pub const fn key(self) -> &'static str {
        match self {
            BatchState::Running => "running",
            BatchState::Applied => "applied",
            BatchState::Cancelled => "cancelled",
            BatchState::Undone => "undone",
        }
    }

    fn parse(key: &str) -> BatchState {
        match key {
            "running" => BatchState::Running,
            "cancelled" => BatchState::Cancelled,
            "undone" => BatchState::Undone,
            _ => BatchState::Applied,
        }
    }
}

impl Tx {
    pub async fn open_batch(
        &mut self,
        account: Id<kinds::Account>,
        kind: &str,
        label: &str,
    ) -> Result<Id<kinds::Batch>> {
        let account = self.scope().reach(account)?;
        let (id, now, actor) = (self.id(), self.now(), self.act().actor.to_string());
        let sql = "INSERT INTO batch (id, account, kind, label, actor, state, started_at)
            VALUES ($1, $2, $3, $4, $5, 'running', $6)";
        let vals = [
            Id::into(id),
            account.into(),
            kind.into(),
            label.into(),
            actor.into(),
            now.into(),
        ];
        self.execute(sql, &vals).await?;
        self.tell_batch(
            id,
            account,
            "batch.opened",
            format!("{{\"kind\":{kind:?}}}"),
        );
        Ok(id)
    }

    /// Makes a batch of its own of all that this transaction does, so that it can be undone. For
    /// small acts: it costs one row, and nothing is left open when the transaction fails.
    pub async fn become_batch(
        &mut self,
        account: Id<kinds::Account>,
        kind: &str,
        label: &str,
        counts: &str,
    ) -> Result<Id<kinds::Batch>> {
        let account = self.scope().reach(account)?;
        let (id, now, actor) = (self.id(), self.now(), self.act().actor.to_string());
        let sql = "INSERT INTO batch
            (id, account, kind, label, actor, state, counts, started_at, finished_at)
            VALUES ($1, $2, $3, $4, $5, 'applied', $6, $7, $7)";
        let vals = [
            Id::into(id),
            account.into(),
            kind.into(),
            label.into(),
            actor.into(),
            counts.into(),
            now.into(),
        ];
        self.execute(sql, &vals).await?;
        self.enter_batch(id);
        self.tell_batch(id, account, "batch.applied", counts.into());
        Ok(id)
    }

    /// Ends a batch, or says how far it has come (`Running`); `counts` is a JSON object.
    pub async fn mark_batch(
        &mut self,
        id: Id<kinds::Batch>,
        state: BatchState,
        counts: &str,
    ) -> Result<()> {
        let batch = Batch::find(self, id).await?;
        let finished = (state != BatchState::Running).then(|| self.now());
        let sql = "UPDATE batch SET state = $2, counts = $3, finished_at = $4 WHERE id = $1";
        let vals = [
            id.into(),
            state.key().into(),
            counts.into(),
            finished.into(),
        ];
        self.execute(sql, &vals).await?;
        match state {
            BatchState::Running => {}
            BatchState::Applied => {
                self.tell_batch(id, batch.account, "batch.applied", counts.into())
            }
            BatchState::Cancelled => {
                self.tell_batch(id, batch.account, "batch.cancelled", counts.into());
            }
            BatchState::Undone => self.tell_batch(id, batch.account, "batch.undone", counts.into()),
        }
        Ok(())
    }

    /// Says how far a batch has come; refused when somebody has stopped it meanwhile.
    pub async fn advance_batch(&mut self, id: Id<kinds::Batch>, counts: &str) -> Result<()> {
        let sql = "UPDATE batch SET counts = $2 WHERE id = $1 AND state = 'running'";
        match self.execute(sql, &[id.into(), counts.into()]).await? {
            0 => Err(Error::conflict(
                "stopped",
                [
                    "L’opération a été arrêtée ; ce qui était déjà fait peut être annulé",
                    "De bewerking is gestopt; wat al gedaan was, kan ongedaan worden gemaakt",
                    "It was stopped; what had been done by then can be undone",
                    "Es wurde angehalten; was schon getan war, lässt sich rückgängig machen",
                ],
            )),
            _ => Ok(()),
        }
    }

    /// Stops a batch in the works before its next chunk; one that has ended stays as it is.
    pub async fn stop_batch(&mut self, id: Id<kinds::Batch>) -> Result<Batch> {
        self.scope().demand(crate::Right::Write)?;
        let known = Batch::find(self, id).await?;
        if known.state == BatchState::Running {
            self.mark_batch(id, BatchState::Cancelled, &known.counts)
                .await?;
        }
        Batch::find(self, id).await
    }

    fn tell_batch(
        &mut self,
        id: Id<kinds::Batch>,
        account: Id<kinds::Account>,
        fact: &'static str,
        after: String,
    ) {
        let after = Some(after);
        let id = id.uuid();
        self.record(Change {
            account: Some(account),
            entity: "batch",
            id,
            fact,
            before: None,
            after,
        });
    }
}

impl Batch {
    pub async fn find(read: &mut impl Reads, id: Id<kinds::Batch>) -> Result<Batch> {
        let sql = format!("SELECT {COLUMNS} FROM batch WHERE id = $1");
        let found = read.one(&sql, &[id.into()]).await?.as_ref().map(batch);
        found
            .filter(|b| read.scope().reach(b.account).is_ok())
            .ok_or(Error::NotFound { what: "batch" })
    }

    /// An account's batches, newest first.
    pub async fn of(
        read: &mut impl Reads,
        account: Id<kinds::Account>,
        limit: usize,
    ) -> Result<Vec<Batch>> {
        let account = read.scope().reach(account)?;
        let sql = format!(
            "SELECT {COLUMNS} FROM batch WHERE account = $1 ORDER BY started_at DESC, id DESC LIMIT $2"
        );
        Ok(read
            .query(&sql, &[account.into(), count(limit)])
            .await?
            .iter()
            .map(batch)
            .collect())
    }

    /// An account's batches of one kind, newest first.
    pub async fn of_kind(
        read: &mut impl Reads,
        account: Id<kinds::Account>,
        kind: &str,
        limit: usize,
    ) -> Result<Vec<Batch>> {
        let account = read.scope().reach(account)?;
        let sql = format!(
            "SELECT {COLUMNS} FROM batch WHERE account = $1 AND kind = $2
            ORDER BY started_at DESC, id DESC LIMIT $3"
        );
        let vals = [account.into(), kind.into(), count(limit)];
        let rows = read.query(&sql, &vals).await?;
        Ok(rows.iter().map(batch).collect())
    }

    /// Batches that were cut off or are still in the works, oldest first; for the operator.
    pub async fn running(read: &mut impl Reads) -> Result<Vec<Batch>> {
        read.scope().demand(crate::Right::Operate)?;
        let sql =
            format!("SELECT {COLUMNS} FROM batch WHERE state = 'running' ORDER BY started_at");
        Ok(read.query(&sql, &[]).await?.iter().map(batch).collect())
    }
}

/// A text column that holds a JSON object, told as the object.
pub(crate) fn as_object<S: serde::Serializer>(text: &str, s: S) -> Result<S::Ok, S::Error> {
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(text).unwrap_or_default();
    object.serialize(s)
}

fn batch(row: &Row) -> Batch {
    Batch {
        id: row.id(0),
        account: row.id(1),
        kind: row.text(2).to_owned(),
        label: row.text(3).to_owned(),
        actor: row.text(4).to_owned(),
        state: BatchState::parse(row.text(5)),
        counts: row.text(6).to_owned(),
        started_at: row.time(7),
        finished_at: row.opt_time(8),
    }
}
