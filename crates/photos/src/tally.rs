//! What people are told: how many photos came, wait, and failed, and why.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use ::store::{Id, Reads, Result, Timestamp, kinds};
use serde::Serialize;

use crate::store;

/// The photos of the listings whose photos an import set last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Still to be fetched.
    pub waiting: i64,
    /// Here.
    pub fetched: i64,
    /// Asked for often enough; tried again each night.
    pub failed: i64,
}

/// An address that gave no picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    pub listing: Id<kinds::Listing>,
    pub batch: Id<kinds::Batch>,
    /// In the file: the row from 1, and the line.
    pub row: i64,
    pub line: i64,
    /// Without user and password.
    pub url: String,
    /// Why: for programs.
    pub code: String,
    /// Why, and what to do: in the language of the account.
    pub message: String,
    pub at: Timestamp,
    /// When it is asked next; None when it no longer is.
    pub again_at: Option<Timestamp>,
}

/// Of all accounts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    pub waiting: i64,
    pub failed: i64,
    /// Since when the first of them waits.
    pub since: Option<Timestamp>,
}

/// What came of the requests of this process: by [`asked`]'s order.
static ASKED: [AtomicU64; 4] = [const { AtomicU64::new(0) }; 4];
const OUTCOMES: [&str; 4] = ["fetched", "unchanged", "failed", "turned_away"];

pub(crate) fn note(outcome: usize) {
    ASKED[outcome].fetch_add(1, Ordering::Relaxed);
}

/// Requests for photos since the start of this process, by what came of them.
pub fn asked() -> [(&'static str, u64); 4] {
    std::array::from_fn(|at| (OUTCOMES[at], ASKED[at].load(Ordering::Relaxed)))
}

/// By batch; one that set no photos, or whose listings were set anew since, is not named.
pub async fn counts(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    batches: &[Id<kinds::Batch>],
) -> Result<HashMap<Id<kinds::Batch>, Counts>> {
    let account = read.scope().reach(account)?;
    store::counts(read, account, batches).await
}

/// The failures of one import, or of all of an account, in the order of the feed.
pub async fn failures(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    batch: Option<Id<kinds::Batch>>,
    limit: usize,
) -> Result<Vec<Failure>> {
    let account = read.scope().reach(account)?;
    store::failures(read, account, batch, limit).await
}

pub async fn figures(read: &mut impl Reads) -> Result<Figures> {
    store::figures(read).await
}
