//! The journal: every change, in the order in which it became true.
//!
//! On SQLite the single writer gives the order for nothing. On PostgreSQL a plain sequence would
//! let a follower skip what a slower transaction commits later, and a counter row would make
//! unrelated writers queue. So a row carries the id of its transaction, and followers read in the
//! order (transaction, sequence), and only below the oldest transaction that is still running:
//! nothing can appear below that line any more. No lock, no counter, no visit per account.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use crate::{Id, Reads, Result, Row, Scope, Store, Timestamp, Tx, Val, count, kinds};

/// Where a row stands in the journal. Written `seq` on SQLite, `transaction.seq` on PostgreSQL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    pub transaction: i64,
    pub seq: i64,
}

/// One row as it is read.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub position: Position,
    pub at: Timestamp,
    pub account: Option<Id<kinds::Account>>,
    pub actor: String,
    pub via: String,
    pub batch: Option<Id<kinds::Batch>>,
    pub cause: Option<String>,
    pub entity: String,
    pub id: Uuid,
    pub fact: String,
    /// The changed fields as JSON; a creation has only `after`, a deletion only `before`.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// One row as it is written: what happened to what.
#[derive(Clone, Debug)]
pub struct Change {
    pub account: Option<Id<kinds::Account>>,
    pub entity: &'static str,
    pub id: Uuid,
    /// Business words, e.g. `listing.created`. A meaning never changes.
    pub fact: &'static str,
    pub before: Option<String>,
    pub after: Option<String>,
}

const COLUMNS: &str =
    "tx, seq, at, account, actor, via, batch, cause, entity, id, fact, before, after";
pub const ENTRIES_MAX: usize = 10_000;

/// What to show of the journal to a person.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub after: Position,
    pub entity_id: Option<Uuid>,
    pub account: Option<Id<kinds::Account>>,
    pub batch: Option<Id<kinds::Batch>>,
    /// Newest first instead of oldest first.
    pub newest: bool,
    pub limit: usize,
}

impl Store {
    /// The journal after a position, in commit order and without gaps: what followers read.
    pub async fn entries(&self, after: Position, limit: usize) -> Result<Vec<Entry>> {
        let mut read = self.read(&Scope::operator()).await?;
        let sql = format!(
            "SELECT {COLUMNS} FROM journal WHERE {} ORDER BY {} LIMIT $3",
            if self.is_postgres() {
                "(tx, seq) > ($1, $2) AND tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
            } else {
                "$1 >= 0 AND seq > $2"
            },
            if self.is_postgres() { "tx, seq" } else { "seq" },
        );
        let vals = [
            after.transaction.into(),
            after.seq.into(),
            count(limit.min(ENTRIES_MAX)),
        ];
        Ok(read.query(&sql, &vals).await?.iter().map(entry).collect())
    }

    /// The last position that a follower may have seen.
    pub async fn head(&self) -> Result<Position> {
        let mut read = self.read(&Scope::operator()).await?;
        let sql = if self.is_postgres() {
            "SELECT tx, seq FROM journal
             WHERE tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
             ORDER BY tx DESC, seq DESC LIMIT 1"
        } else {
            "SELECT tx, seq FROM journal ORDER BY seq DESC LIMIT 1"
        };
        let row = read.one(sql, &[]).await?;
        Ok(row.map_or_else(Position::default, |r| Position {
            transaction: r.int(0),
            seq: r.int(1),
        }))
    }
}

/// How far behind a reader of the journal is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// Counted up to [`LAG_ROWS_MAX`].
    pub rows: i64,
    /// Since when the first unread row waits; 0 without one.
    pub ms: i64,
}

pub const LAG_ROWS_MAX: i64 = 100_000;

impl Store {
    pub async fn lag(&self, position: Position) -> Result<Lag> {
        let mut read = self.read(&Scope::operator()).await?;
        let (after, by) = match self.is_postgres() {
            true => ("(tx, seq) > ($1, $2)", "tx, seq"),
            false => ("$1 >= 0 AND seq > $2", "seq"),
        };
        let sql = format!(
            "SELECT COUNT(*), MIN(at) FROM
             (SELECT at FROM journal WHERE {after} ORDER BY {by} LIMIT $3) AS unread"
        );
        let vals = [
            position.transaction.into(),
            position.seq.into(),
            LAG_ROWS_MAX.into(),
        ];
        let row = read.one(&sql, &vals).await?;
        let (rows, first) = row.map_or((0, None), |r| (r.int(0), r.opt_time(1)));
        Ok(Lag {
            rows,
            ms: first.map_or(0, |at| (self.now().0 - at.0).max(0)),
        })
    }
}

/// The journal as a scope may see it.
pub async fn ask(read: &mut impl Reads, asked: &Asked) -> Result<Vec<Entry>> {
    let account = read.scope().account().or(asked.account);
    let order = if asked.newest { "DESC" } else { "ASC" };
    // On SQLite every row has transaction 0; naming it would keep the indexes from being used, but
    // for that of batches, which begins with it.
    let plain = !read.is_postgres() && asked.batch.is_none();
    let (after, by) = match plain {
        true => ("$1 >= 0 AND seq > $2", format!("seq {order}")),
        false => ("(tx, seq) > ($1, $2)", format!("tx {order}, seq {order}")),
    };
    let mut sql = format!("SELECT {COLUMNS} FROM journal WHERE {after}");
    let mut vals: Vec<Val> = vec![asked.after.transaction.into(), asked.after.seq.into()];
    let filters: [(&str, Val); 3] = [
        ("account", account.into()),
        ("id", asked.entity_id.into()),
        ("batch", asked.batch.into()),
    ];
    for (column, val) in filters {
        if val != Val::Null {
            vals.push(val);
            sql.push_str(&format!(" AND {column} = ${}", vals.len()));
        }
    }
    vals.push(count(asked.limit.clamp(1, ENTRIES_MAX)));
    sql.push_str(&format!(" ORDER BY {by} LIMIT ${}", vals.len()));
    Ok(read.query(&sql, &vals).await?.iter().map(entry).collect())
}

impl Tx {
    /// Blanks what the journal tells of one entity (erasure of a person) and says that it did.
    /// The rows stay, so that the order has no gaps. On SQLite the commit waits until the bytes have
    /// left the file and its log; PostgreSQL gives their space back at its next VACUUM.
    pub async fn redact(
        &mut self,
        account: Option<Id<kinds::Account>>,
        entity: &'static str,
        id: Uuid,
    ) -> Result<u64> {
        let sql = "UPDATE journal SET before = NULL, after = NULL WHERE entity = $1 AND id = $2";
        let blanked = self.execute(sql, &[entity.into(), id.into()]).await?;
        self.erases = true;
        let fact = "journal.redacted";
        self.record(Change {
            account,
            entity,
            id,
            fact,
            before: None,
            after: None,
        });
        Ok(blanked)
    }

    /// Writes the recorded changes; called once, by the commit.
    pub(crate) async fn write_journal(&mut self) -> Result<Position> {
        let changes = std::mem::take(&mut self.changes);
        if changes.is_empty() {
            return Ok(Position::default());
        }
        let transaction = self.transaction_id().await?;
        let (at, act) = (self.now(), self.act().clone());
        let actor = act.actor.to_string();
        let rows = changes.into_iter().map(|c| {
            vec![
                transaction.into(),
                at.into(),
                c.account.into(),
                (&actor).into(),
                act.via.key().into(),
                act.batch.into(),
                act.cause.clone().into(),
                c.entity.into(),
                c.id.into(),
                c.fact.into(),
                c.before.into(),
                c.after.into(),
            ]
        });
        let rows: Vec<Vec<Val>> = rows.collect();
        let sql = "INSERT INTO journal
            (tx, at, account, actor, via, batch, cause, entity, id, fact, before, after)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        self.many(sql, rows).await?;
        let sql = "SELECT seq FROM journal WHERE tx = $1 ORDER BY seq DESC LIMIT 1";
        let seq = self
            .one(sql, &[transaction.into()])
            .await?
            .map_or(0, |row| row.int(0));
        Ok(Position { transaction, seq })
    }
}

fn entry(row: &Row) -> Entry {
    let text = |i: usize| row.opt_text(i).map(str::to_owned);
    Entry {
        position: Position {
            transaction: row.int(0),
            seq: row.int(1),
        },
        at: row.time(2),
        account: row.opt_id(3),
        actor: row.text(4).to_owned(),
        via: row.text(5).to_owned(),
        batch: row.opt_id(6),
        cause: text(7),
        entity: row.text(8).to_owned(),
        id: row.uuid(9),
        fact: row.text(10).to_owned(),
        before: text(11),
        after: text(12),
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.transaction {
            0 => write!(f, "{}", self.seq),
            transaction => write!(f, "{transaction}.{}", self.seq),
        }
    }
}

impl FromStr for Position {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (transaction, seq) = text.split_once('.').unwrap_or(("0", text));
        Ok(Position {
            transaction: transaction.parse()?,
            seq: seq.parse()?,
        })
    }
}

impl serde::Serialize for Position {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
