//! The only way to write, and the way to read.
//!
//! A `Tx` knows who acts, what time it is and how chance falls; it collects what the journal shall
//! hear and what must leave the house afterwards, and commits all of it at once or not at all.

use std::fmt;

use uuid::Uuid;

use crate::ids::Kind;
use crate::journal::Change;
use crate::postgres::{CHANNEL, Session};
use crate::sqlite::{Reader, Savepoint};
use crate::{
    Clock, Dice, Id, NewJob, Position, Result, Right, Role, Row, Scope, Store, Timestamp, Val,
    kinds,
};

/// Who does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    User(Id<kinds::User>),
    Token(Id<kinds::Token>),
    /// A visitor of a public site.
    Person,
    /// A part of the house, by its name: `import`, `courier`, `demo`.
    System(&'static str),
}

/// Through which door it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    Office,
    Api,
    Site,
    Import,
    CommandLine,
    Follower,
    Undo,
}

/// The circumstances of a transaction, written on each of its journal rows.
#[derive(Clone, Debug)]
pub struct Act {
    pub actor: Actor,
    pub via: Via,
    pub batch: Option<Id<kinds::Batch>>,
    pub cause: Option<String>,
}

/// Reads within a scope.
pub struct Read {
    scope: Scope,
    conn: Reading,
}

enum Reading {
    Sqlite(Reader),
    Postgres(Box<Session>),
}

/// Reads and writes within a scope; dropped without `commit`, nothing happened.
pub struct Tx {
    scope: Scope,
    act: Act,
    now: Timestamp,
    dice: Dice,
    conn: Writing,
    transaction_id: Option<i64>,
    /// Something personal was erased: its bytes shall leave the disk with the commit.
    pub(crate) erases: bool,
    pub(crate) changes: Vec<Change>,
    pub(crate) jobs: Vec<NewJob>,
}

enum Writing {
    Sqlite(Savepoint),
    Postgres(Box<Session>),
}

/// What a finder needs: `Read` and `Tx` both give it.
pub trait Reads: Send {
    fn query(&mut self, sql: &str, vals: &[Val]) -> impl Future<Output = Result<Vec<Row>>> + Send;

    fn scope(&self) -> &Scope;

    /// Which of the two engines: they lock and compare texts differently.
    fn is_postgres(&self) -> bool;

    /// The first row, if any.
    fn one(&mut self, sql: &str, vals: &[Val]) -> impl Future<Output = Result<Option<Row>>> + Send {
        async move { Ok(self.query(sql, vals).await?.into_iter().next()) }
    }
}

impl Act {
    pub fn by(actor: Actor) -> Act {
        Act {
            actor,
            via: Via::CommandLine,
            batch: None,
            cause: None,
        }
    }

    pub fn via(self, via: Via) -> Act {
        Act { via, ..self }
    }

    pub fn in_batch(self, batch: Id<kinds::Batch>) -> Act {
        Act {
            batch: Some(batch),
            ..self
        }
    }

    pub fn because(self, cause: impl Into<String>) -> Act {
        Act {
            cause: Some(cause.into()),
            ..self
        }
    }
}

impl Via {
    pub const fn key(self) -> &'static str {
        match self {
            Via::Office => "office",
            Via::Api => "api",
            Via::Site => "site",
            Via::Import => "import",
            Via::CommandLine => "command-line",
            Via::Follower => "follower",
            Via::Undo => "undo",
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Actor::User(id) => write!(f, "{id}"),
            Actor::Token(id) => write!(f, "{id}"),
            Actor::Person => f.write_str("visitor"),
            Actor::System(name) => f.write_str(name),
        }
    }
}

impl Store {
    pub async fn read(&self, scope: &Scope) -> Result<Read> {
        let conn = match self.engine() {
            crate::Engine::Sqlite(db) => Reading::Sqlite(db.reader()?),
            crate::Engine::Postgres(db) => {
                Reading::Postgres(Box::new(db.session(&scope.setting(), false).await?))
            }
        };
        Ok(Read {
            scope: scope.clone(),
            conn,
        })
    }

    /// Begins a transaction. Read-only roles get none; a visitor's may only bring something in.
    pub async fn begin(&self, scope: &Scope, act: Act) -> Result<Tx> {
        if scope.role() != Role::Visitor {
            scope.demand(Right::Write)?;
        }
        let conn = match self.engine() {
            crate::Engine::Sqlite(db) => Writing::Sqlite(db.begin().await?),
            crate::Engine::Postgres(db) => {
                Writing::Postgres(Box::new(db.session(&scope.setting(), true).await?))
            }
        };
        let (clock, dice): (&Clock, &Dice) = (self.clock(), self.dice());
        Ok(Tx {
            scope: scope.clone(),
            act,
            now: clock.now(),
            dice: dice.clone(),
            conn,
            transaction_id: None,
            erases: false,
            changes: Vec::new(),
            jobs: Vec::new(),
        })
    }
}

impl Reads for Read {
    async fn query(&mut self, sql: &str, vals: &[Val]) -> Result<Vec<Row>> {
        match &mut self.conn {
            Reading::Sqlite(reader) => reader.query(sql, vals),
            Reading::Postgres(session) => session.query(sql, vals).await,
        }
    }

    fn is_postgres(&self) -> bool {
        matches!(self.conn, Reading::Postgres(_))
    }

    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl Reads for Tx {
    async fn query(&mut self, sql: &str, vals: &[Val]) -> Result<Vec<Row>> {
        match &mut self.conn {
            Writing::Sqlite(savepoint) => savepoint.query(sql, vals),
            Writing::Postgres(session) => session.query(sql, vals).await,
        }
    }

    fn is_postgres(&self) -> bool {
        matches!(self.conn, Writing::Postgres(_))
    }

    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl Tx {
    pub async fn execute(&mut self, sql: &str, vals: &[Val]) -> Result<u64> {
        match &mut self.conn {
            Writing::Sqlite(savepoint) => savepoint.execute(sql, vals),
            Writing::Postgres(session) => session.execute(sql, vals).await,
        }
    }

    /// One statement for many rows.
    pub async fn many(&mut self, sql: &str, rows: Vec<Vec<Val>>) -> Result<u64> {
        match &mut self.conn {
            Writing::Sqlite(savepoint) => savepoint.many(sql, &rows),
            Writing::Postgres(session) => session.many(sql, &rows).await,
        }
    }

    /// The same instant for everything in this transaction.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn act(&self) -> &Act {
        &self.act
    }

    /// All that this transaction tells the journal belongs to a batch from now on.
    pub(crate) fn enter_batch(&mut self, batch: Id<kinds::Batch>) {
        self.act.batch = Some(batch);
    }

    pub fn dice(&self) -> &Dice {
        &self.dice
    }

    pub fn id<K: Kind>(&mut self) -> Id<K> {
        Id::from_uuid(self.dice.uuid(self.now))
    }

    pub fn uuid(&mut self) -> Uuid {
        self.dice.uuid(self.now)
    }

    /// Tells the journal, in this transaction.
    pub fn record(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Decides in this transaction that something shall leave the house afterwards.
    pub fn enqueue(&mut self, job: NewJob) {
        self.jobs.push(job);
    }

    /// The position of the last change, once it is on the disk.
    pub async fn commit(mut self) -> Result<Position> {
        self.write_jobs().await?;
        let position = self.write_journal().await?;
        match self.conn {
            Writing::Sqlite(savepoint) => {
                let home = savepoint.home();
                savepoint.commit().await?;
                if self.erases {
                    home.forget().await?;
                }
            }
            Writing::Postgres(mut session) => {
                session.batch(&format!("NOTIFY {CHANNEL}")).await?;
                session.commit().await?;
            }
        }
        Ok(position)
    }

    pub(crate) async fn transaction_id(&mut self) -> Result<i64> {
        if let Some(id) = self.transaction_id {
            return Ok(id);
        }
        let id = match &mut self.conn {
            Writing::Sqlite(_) => 0,
            Writing::Postgres(session) => {
                let sql = "SELECT pg_current_xact_id()::text::bigint";
                session
                    .query(sql, &[])
                    .await?
                    .first()
                    .map_or(0, |row| row.int(0))
            }
        };
        self.transaction_id = Some(id);
        Ok(id)
    }
}
