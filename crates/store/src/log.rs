//! SQLite's write-ahead log is moved into the file beside the writer.
//!
//! SQLite would do it within the commit that makes the log long: whoever commits then waits for
//! thousands of pages that are not his. Here another connection moves what is committed while
//! writers go on, and the writer stands still only for what was written meanwhile, after which the
//! log begins anew.

use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use crate::sqlite::{Sqlite, from_sqlite};
use crate::{Error, Result};

/// A log of so many pages is moved: 8 MB, as SQLite has it for pages of this size.
const PAGES: i32 = 1_000;
/// So much may be left for the moment in which the writer stands still.
const LEFT: i32 = 200;
/// A disk slower than the writer never comes to that: after so many rounds he waits for it.
const ROUNDS: usize = 4;

/// What is known of the log.
#[derive(Default)]
pub(crate) struct Log {
    mover: Mutex<Option<Connection>>,
    moving: AtomicBool,
    /// Its length after the latest commit.
    pages: AtomicI32,
    /// It is moved when it is so long.
    due: AtomicI32,
}

impl Log {
    /// Told after each commit how many pages the log has; whether it is to be moved now.
    pub(crate) fn grew(&self, pages: i32) -> bool {
        if pages < self.pages.swap(pages, Ordering::Relaxed) {
            self.due.store(PAGES, Ordering::Relaxed);
        }
        let due = self.due.load(Ordering::Relaxed).max(PAGES);
        pages >= due && !self.moving.swap(true, Ordering::AcqRel)
    }
}

/// Moves the log, so that the next commit begins it anew.
pub(crate) async fn move_on(db: Arc<Sqlite>) {
    if let Err(error) = rounds(&db).await {
        tracing::warn!(%error, "the write-ahead log cannot be moved");
    }
    // While a reader looks at an earlier state it goes on where it is, and is moved again later.
    let due = db.log.pages.load(Ordering::Relaxed).saturating_add(PAGES);
    db.log.due.store(due, Ordering::Relaxed);
    db.log.moving.store(false, Ordering::Release);
}

async fn rounds(db: &Arc<Sqlite>) -> Result<()> {
    for _ in 0..ROUNDS {
        if beside(db.clone()).await? <= LEFT {
            break;
        }
    }
    let held = db.still().await;
    let last = beside(db.clone()).await;
    drop(held);
    last.map(|_| ())
}

async fn beside(db: Arc<Sqlite>) -> Result<i32> {
    let moved = tokio::task::spawn_blocking(move || db.move_log());
    moved.await.map_err(|e| Error::broken(e.to_string()))?
}

impl Sqlite {
    /// Moves what is committed and no reader needs; how many pages of the log are not moved.
    fn move_log(&self) -> Result<i32> {
        let mut mover = self
            .log
            .mover
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let conn = match &mut *mover {
            Some(conn) => conn,
            None => mover.insert(self.connection()?),
        };
        let told = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
            Ok((row.get::<_, i32>(1)?, row.get::<_, i32>(2)?))
        });
        let (pages, moved) = told.map_err(from_sqlite)?;
        Ok(pages - moved)
    }
}
