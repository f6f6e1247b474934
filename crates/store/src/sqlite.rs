//! SQLite: one writer whose commits are shared, readers that never wait for it.
//!
//! A durable commit costs a flush of the disk (4 ms here), so writers share it. The first opens an
//! outer transaction, those that come before its flush are savepoints in it; whoever is done queues
//! a flush behind the writers that are already waiting, and all of them are answered by one COMMIT.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{OwnedMutexGuard, oneshot, watch};

use crate::log::{self, Log};
use crate::statement::{Slots, TOGETHER, bind, cell, slots, together};
use crate::{Error, Result, Row, Val};

const BUSY_TIMEOUT: Duration = Duration::from_secs(15);
/// How often a writer looks whether the one of another process is done. SQLite by itself looks every
/// tenth of a second in the end, and so may never find him away.
const BUSY_LOOK: Duration = Duration::from_millis(1);
/// How long an erasure waits for readers that still need the write-ahead log.
const EMPTY_PATIENCE: Duration = Duration::from_secs(5);
const EMPTY_PAUSE: Duration = Duration::from_millis(50);
const IDLE_READERS_MAX: usize = 8;
const STATEMENTS_MAX: usize = 128;

pub(crate) struct Sqlite {
    path: PathBuf,
    writer: Arc<tokio::sync::Mutex<Writer>>,
    readers: Mutex<Vec<Connection>>,
    /// Asked for its `data_version` and for nothing else: the number is per connection.
    sentry: Mutex<Connection>,
    /// Something was erased whose bytes the write-ahead log may still hold.
    erased_in_log: AtomicBool,
    /// A transaction holds the writer, and no flush does.
    writing: AtomicBool,
    /// Somebody had to wait for a transaction of somebody else.
    pub(crate) awaited: AtomicBool,
    pub(crate) log: Log,
    /// Pages of the log after the latest commit.
    log_pages: Arc<AtomicI32>,
    pub(crate) changed: watch::Sender<u64>,
}

pub(crate) struct Writer {
    conn: Connection,
    slots: Slots,
    /// Changes when somebody else has committed.
    version: i64,
    outer_open: bool,
    flush_queued: bool,
    pending: Vec<oneshot::Sender<Result<()>>>,
}

/// A transaction of the writer, the first of a group or a savepoint in it; dropped without `commit`,
/// it is rolled back.
pub(crate) struct Savepoint {
    guard: Option<OwnedMutexGuard<Writer>>,
    /// It opened the outer transaction and is all of it so far: SQLite need not keep the pages that
    /// it changes as they were, which is half of the work of a thousand rows.
    first: bool,
    home: Arc<Sqlite>,
}

/// A connection borrowed from the readers.
pub(crate) struct Reader {
    conn: Option<Connection>,
    home: Arc<Sqlite>,
}

impl Sqlite {
    pub(crate) fn open(path: &Path) -> Result<Arc<Sqlite>> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|e| Error::broken(format!("cannot make {}: {e}", folder.display())))?;
        }
        let mut conn = connect(path, false)?;
        let log_pages = Arc::new(AtomicI32::new(0));
        let told = log_pages.clone();
        // In place of SQLite's own, which would move the log within the commit.
        conn.wal_hook(Some(move |_: &mut _, pages| {
            told.store(pages, Ordering::Relaxed);
            Ok(())
        }))
        .map_err(from_sqlite)?;
        let writer = Writer {
            version: version(&conn)?,
            slots: Slots::default(),
            conn,
            outer_open: false,
            flush_queued: false,
            pending: Vec::new(),
        };
        Ok(Arc::new(Sqlite {
            path: path.to_owned(),
            writer: Arc::new(tokio::sync::Mutex::new(writer)),
            readers: Mutex::default(),
            sentry: Mutex::new(connect(path, true)?),
            erased_in_log: AtomicBool::new(false),
            writing: AtomicBool::new(false),
            awaited: AtomicBool::new(false),
            log: Log::default(),
            log_pages,
            changed: watch::Sender::new(0),
        }))
    }

    pub(crate) fn reader(self: &Arc<Self>) -> Result<Reader> {
        let idle = self
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let conn = idle.map_or_else(|| connect(&self.path, true), Ok)?;
        Ok(Reader {
            conn: Some(conn),
            home: self.clone(),
        })
    }

    pub(crate) async fn begin(self: &Arc<Self>) -> Result<Savepoint> {
        let mut guard = match self.writer.clone().try_lock_owned() {
            Ok(guard) => guard,
            Err(_) => {
                let writing = self.writing.load(Ordering::Relaxed);
                self.awaited.fetch_or(writing, Ordering::Relaxed);
                self.writer.clone().lock_owned().await
            }
        };
        let first = !guard.outer_open;
        if first {
            blocking(|| guard.conn.execute_batch("BEGIN IMMEDIATE")).map_err(from_sqlite)?;
            guard.outer_open = true;
            let beside = guard.is_beside_others().unwrap_or(false);
            self.awaited.fetch_or(beside, Ordering::Relaxed);
        } else {
            let begun = guard.conn.execute_batch("SAVEPOINT w");
            begun.map_err(from_sqlite)?;
        }
        self.writing.store(true, Ordering::Relaxed);
        Ok(Savepoint {
            guard: Some(guard),
            first,
            home: self.clone(),
        })
    }

    /// Waits for the writers before us in the queue, then commits what all of them did.
    async fn flush(self: Arc<Self>) {
        let mut writer = self.writer.clone().lock_owned().await;
        writer.flush_queued = false;
        self.settle(&mut writer);
        if self.log.grew(self.log_pages.load(Ordering::Relaxed)) {
            tokio::spawn(log::move_on(self.clone()));
        }
    }

    /// Nobody writes while it is held, and what was written is committed.
    pub(crate) async fn still(self: &Arc<Self>) -> OwnedMutexGuard<Writer> {
        let mut writer = self.writer.clone().lock_owned().await;
        self.settle(&mut writer);
        writer
    }

    /// A connection that may write; for the log, which is no writer's.
    pub(crate) fn connection(&self) -> Result<Connection> {
        connect(&self.path, false)
    }

    /// Commits the open group and answers all who wait for it.
    fn settle(&self, writer: &mut Writer) {
        let done = writer.commit_outer();
        let pending = std::mem::take(&mut writer.pending);
        let failed = done.as_ref().err().map(ToString::to_string);
        for waiting in pending {
            let answer = failed
                .clone()
                .map_or(Ok(()), |cause| Err(Error::Unavailable { cause }));
            // A caller that went away does not need the answer.
            let _ = waiting.send(answer);
        }
        if done.is_ok() {
            self.changed.send_modify(|n| *n += 1);
        }
    }

    /// Moves the write-ahead log into the file and cuts it, so that what was erased is in neither.
    /// If readers need the log for longer, the store goes on trying behind the caller's back.
    pub(crate) async fn forget(self: &Arc<Self>) -> Result<()> {
        self.erased_in_log.store(true, Ordering::SeqCst);
        let tries = EMPTY_PATIENCE.as_millis() / EMPTY_PAUSE.as_millis();
        for _ in 0..tries {
            self.empty_log().await?;
            if !self.erased_in_log.load(Ordering::SeqCst) {
                return Ok(());
            }
            tokio::time::sleep(EMPTY_PAUSE).await;
        }
        tracing::warn!("a reader holds the write-ahead log; what was erased leaves it afterwards");
        Ok(())
    }

    /// Tries once what an erasure still owes; nothing if it owes nothing.
    pub(crate) async fn empty_log(self: &Arc<Self>) -> Result<()> {
        if !self.erased_in_log.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut writer = self.still().await;
        // Writers queue behind us: we do not wait for readers here.
        let conn = &mut writer.conn;
        conn.busy_timeout(EMPTY_PAUSE).map_err(from_sqlite)?;
        let busy = blocking(|| {
            conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| {
                r.get::<_, i64>(0)
            })
        });
        conn.busy_handler(Some(wait_a_little))
            .map_err(from_sqlite)?;
        if busy.map_err(from_sqlite)? == 0 {
            self.erased_in_log.store(false, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Changes whenever a connection, of whatever process, has committed.
    pub(crate) fn version(&self) -> Result<i64> {
        version(&self.sentry.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Writer {
    /// Whether another process has written since this was last asked.
    fn is_beside_others(&mut self) -> Result<bool> {
        let version = version(&self.conn)?;
        Ok(std::mem::replace(&mut self.version, version) != version)
    }

    fn commit_outer(&mut self) -> Result<()> {
        if !self.outer_open {
            return Ok(());
        }
        self.outer_open = false;
        let done = blocking(|| self.conn.execute_batch("COMMIT"));
        if done.is_err() {
            // The disk is full or gone: nothing of the group happened.
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        done.map_err(from_sqlite)
    }
}

impl Savepoint {
    fn writer(&mut self) -> &mut Writer {
        self.guard
            .as_mut()
            .unwrap_or_else(|| unreachable!("a savepoint holds the writer"))
    }

    pub(crate) fn home(&self) -> Arc<Sqlite> {
        self.home.clone()
    }

    pub(crate) fn query(&mut self, sql: &str, vals: &[Val]) -> Result<Vec<Row>> {
        query(&self.writer().conn, sql, vals)
    }

    pub(crate) fn execute(&mut self, sql: &str, vals: &[Val]) -> Result<u64> {
        let Writer { conn, slots, .. } = self.writer();
        let mut statement = conn.prepare_cached(sql).map_err(from_sqlite)?;
        let slots = slots.of(sql, &statement);
        bind(&mut statement, &slots, |n| vals.get(n))?;
        statement
            .raw_execute()
            .map(|n| n as u64)
            .map_err(from_sqlite)
    }

    pub(crate) fn many(&mut self, sql: &str, rows: &[Vec<Val>]) -> Result<u64> {
        let Writer { conn, slots, .. } = self.writer();
        let (mut changed, mut rest) = (0, rows);
        if let Some(wide) = together(conn, sql, rows)? {
            let mut statement = conn.prepare_cached(&wide).map_err(from_sqlite)?;
            let slots = slots.of(&wide, &statement);
            let width = rows[0].len();
            while let Some((group, after)) = rest.split_at_checked(TOGETHER) {
                bind(&mut statement, &slots, |n| {
                    group.get(n / width)?.get(n % width)
                })?;
                changed += statement.raw_execute().map_err(from_sqlite)? as u64;
                rest = after;
            }
        }
        let mut statement = conn.prepare_cached(sql).map_err(from_sqlite)?;
        let slots = slots.of(sql, &statement);
        for row in rest {
            bind(&mut statement, &slots, |n| row.get(n))?;
            changed += statement.raw_execute().map_err(from_sqlite)? as u64;
        }
        Ok(changed)
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<()> {
        self.writer().conn.execute_batch(sql).map_err(from_sqlite)
    }

    /// Returns once the work is on the disk.
    pub(crate) async fn commit(mut self) -> Result<()> {
        let first = self.first;
        let writer = self.writer();
        if first && writer.conn.is_autocommit() {
            // A full disk makes SQLite take back the whole by itself; nothing is left to commit.
            return Err(Error::Unavailable {
                cause: "the transaction was rolled back after an error".into(),
            });
        }
        if !first {
            let released = writer.conn.execute_batch("RELEASE w");
            released.map_err(from_sqlite)?;
        }
        let (sender, answer) = oneshot::channel();
        writer.pending.push(sender);
        if !std::mem::replace(&mut writer.flush_queued, true) {
            tokio::spawn(self.home.clone().flush());
        }
        self.home.writing.store(false, Ordering::Relaxed);
        self.guard = None;
        answer.await.map_err(|_| Error::Unavailable {
            cause: "the writer stopped".into(),
        })?
    }
}

impl Drop for Savepoint {
    fn drop(&mut self) {
        let Some(writer) = self.guard.as_mut() else {
            return;
        };
        self.home.writing.store(false, Ordering::Relaxed);
        if self.first {
            let _ = writer.conn.execute_batch("ROLLBACK");
            writer.outer_open = false;
            return;
        }
        let undone = writer.conn.execute_batch("ROLLBACK TO w; RELEASE w");
        if undone.is_err() || writer.pending.is_empty() {
            // Nobody waits for the outer transaction, or it is lost: give the file back to other
            // processes. Senders dropped here tell whoever waits that his commit did not happen.
            writer.pending.clear();
            let _ = writer
                .conn
                .execute_batch(if undone.is_ok() { "COMMIT" } else { "ROLLBACK" });
            writer.outer_open = false;
        }
    }
}

impl Reader {
    pub(crate) fn query(&mut self, sql: &str, vals: &[Val]) -> Result<Vec<Row>> {
        let conn = self
            .conn
            .as_ref()
            .unwrap_or_else(|| unreachable!("held until dropped"));
        // One who looks through much holds up no page.
        blocking(|| query(conn, sql, vals))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut idle = self
            .home
            .readers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(conn) = self.conn.take()
            && idle.len() < IDLE_READERS_MAX
        {
            idle.push(conn);
        }
    }
}

fn connect(path: &Path, read_only: bool) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX;
    flags |= if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let mut conn = Connection::open_with_flags(path, flags)
        .map_err(|e| Error::broken(format!("cannot open {}: {e}", path.display())))?;
    conn.busy_handler(Some(wait_a_little))
        .map_err(from_sqlite)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    if !read_only {
        // A listing is two thousand bytes: of the usual pages of four thousand much stays empty.
        // FULL: with NORMAL a power cut loses acknowledged writes. What is deleted is overwritten:
        // an erased person must not be found in the free space of the file.
        conn.execute_batch(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA secure_delete = ON;",
        )
        .map_err(from_sqlite)?;
    }
    conn.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536;",
    )
    .map_err(from_sqlite)?;
    Ok(conn)
}

fn version(conn: &Connection) -> Result<i64> {
    let mut asked = conn
        .prepare_cached("PRAGMA data_version")
        .map_err(from_sqlite)?;
    asked.query_row([], |row| row.get(0)).map_err(from_sqlite)
}

fn wait_a_little(looked: i32) -> bool {
    std::thread::sleep(BUSY_LOOK);
    (looked as u128) < BUSY_TIMEOUT.as_millis() / BUSY_LOOK.as_millis()
}

fn query(conn: &Connection, sql: &str, vals: &[Val]) -> Result<Vec<Row>> {
    let mut statement = conn.prepare_cached(sql).map_err(from_sqlite)?;
    let slots = slots(&statement);
    bind(&mut statement, &slots, |n| vals.get(n))?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(from_sqlite)? {
        let cells = (0..columns)
            .map(|i| row.get_ref(i).map(cell))
            .collect::<Result<_, _>>();
        found.push(Row(cells.map_err(from_sqlite)?));
    }
    Ok(found)
}

pub(crate) fn from_sqlite(error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode as Code;
    if error.sqlite_error_code() != Some(Code::ConstraintViolation) {
        crate::error::count_failure();
    }
    match error.sqlite_error_code() {
        Some(Code::DatabaseBusy | Code::DatabaseLocked | Code::DiskFull) => Error::Unavailable {
            cause: error.to_string(),
        },
        Some(Code::ConstraintViolation) => Error::conflict(
            "taken",
            [
                "Cette valeur existe déjà",
                "Deze waarde bestaat al",
                "This value is already taken",
                "Dieser Wert ist schon vergeben",
            ],
        ),
        _ => Error::broken(error.to_string()),
    }
}

/// Lets other tasks move to another thread while this one waits for the disk.
fn blocking<T>(work: impl FnOnce() -> T) -> T {
    let flavor = tokio::runtime::Handle::try_current().map(|h| h.runtime_flavor());
    match flavor {
        Ok(tokio::runtime::RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
