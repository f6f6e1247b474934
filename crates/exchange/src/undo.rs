//! Undoing an import: the listings go back, and the feed forgets that it brought them.

use std::collections::BTreeSet;

use ::store::{
    Act, Batch, BatchState, Error, Exclusive, Id, IdempotencyKey, Reads, Result, Right, Scope,
    Store, Timestamp, Tx, Via, kinds,
};
use catalog::UndoReport;
use dictionary::Dictionary;

use crate::store;

/// What undoing would do.
pub async fn undo_preview(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    batch: Id<kinds::Batch>,
) -> Result<UndoReport> {
    let mut read = store.read(scope).await?;
    catalog::undo_preview(&mut read, dictionary, batch).await
}

/// Undoes any batch as a new batch of its own, a chunk of listings a transaction, so that nobody
/// waits behind it. Cut off in the middle, it is finished by asking for it again.
pub async fn undo(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    act: Act,
    batch: Id<kinds::Batch>,
) -> Result<UndoReport> {
    undo_keyed(store, dictionary, scope, act, batch, None, &mut Listings).await
}

/// What batches do beyond listings, taken back by the room that knows of it.
pub trait Beyond: Send {
    /// Takes back what `batch` did; `act` stands in the batch of the undoing. Doing it twice does
    /// it once.
    fn undo(
        &mut self,
        store: &Store,
        scope: &Scope,
        act: Act,
        batch: Id<kinds::Batch>,
        report: &mut UndoReport,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Nothing beyond.
struct Listings;

impl Beyond for Listings {
    async fn undo(
        &mut self,
        _: &Store,
        _: &Scope,
        _: Act,
        _: Id<kinds::Batch>,
        _: &mut UndoReport,
    ) -> Result<()> {
        Ok(())
    }
}

/// The same for a request with a key, which is claimed with the batch and answered with its end.
pub async fn undo_keyed(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    act: Act,
    batch: Id<kinds::Batch>,
    key: Option<&IdempotencyKey>,
    beyond: &mut impl Beyond,
) -> Result<UndoReport> {
    let act = act.via(Via::Undo);
    let _alone = alone(store, batch).await?;
    let mut tx = store.begin(scope, act.clone()).await?;
    tx.scope().demand(Right::Write)?;
    let known = catalog::undoable(&mut tx, batch).await?;
    if known.state == BatchState::Running {
        tx.stop_batch(batch).await?;
    }
    let mut report = UndoReport::of(batch);
    let mut touched = catalog::touched(&mut tx, batch).await?;
    let own = match begun(&mut tx, key).await? {
        Some(begun) => {
            let done: BTreeSet<_> = catalog::touched(&mut tx, begun.id)
                .await?
                .into_iter()
                .collect();
            touched.retain(|id| !done.contains(id));
            take_up(&mut report, &begun.counts);
            begun.id
        }
        None => tx.open_batch(known.account, "undo", &known.label).await?,
    };
    if let Some(key) = key {
        tx.claim_key(key, own).await?;
    }
    tx.commit().await?;
    let act = act.in_batch(own);
    for chunk in touched.rchunks(catalog::CHUNK) {
        let mut tx = store.begin(scope, act.clone()).await?;
        catalog::undo_some(&mut tx, dictionary, batch, chunk, &mut report).await?;
        tx.advance_batch(own, &counts(&report, tx.now())).await?;
        tx.commit().await?;
    }
    beyond
        .undo(store, scope, act.clone(), batch, &mut report)
        .await?;
    let mut tx = store.begin(scope, act).await?;
    store::forget_batch(&mut tx, batch).await?;
    tx.mark_batch(batch, BatchState::Undone, &known.counts)
        .await?;
    for again in catalog::undone_by(&mut tx, batch).await? {
        let known = Batch::find(&mut tx, again).await?;
        tx.mark_batch(again, BatchState::Applied, &known.counts)
            .await?;
    }
    let counts = counts(&report, tx.now());
    tx.mark_batch(own, BatchState::Applied, &counts).await?;
    if let Some(key) = key {
        tx.answer(key, 200, &::store::json(&report)?).await?;
    }
    tx.commit().await?;
    Ok(report)
}

/// Two that undo the same at once would each think that the other had worked on it since.
async fn alone(store: &Store, batch: Id<kinds::Batch>) -> Result<Exclusive> {
    let taken = store.exclusive(&format!("undo {batch}")).await?;
    taken.ok_or_else(|| {
        Error::conflict(
            "undo_running",
            [
                "Cette annulation est en cours ; attendez qu’elle soit terminée",
                "Dit wordt al ongedaan gemaakt; wacht tot dat klaar is",
                "This is being undone already; wait until that is done",
                "Das wird gerade rückgängig gemacht; warten Sie, bis das fertig ist",
            ],
        )
    })
}

/// The undoing that the same request began before it was cut off.
async fn begun(tx: &mut Tx, key: Option<&IdempotencyKey>) -> Result<Option<Batch>> {
    let Some(key) = key else { return Ok(None) };
    match key.begun(tx).await? {
        Some(begun) => {
            let batch = Batch::find(tx, begun).await?;
            Ok((batch.state == BatchState::Running).then_some(batch))
        }
        None => Ok(None),
    }
}

fn take_up(report: &mut UndoReport, counts: &str) {
    let counts: serde_json::Value = serde_json::from_str(counts).unwrap_or_default();
    let count = |key: &str| counts[key].as_u64().unwrap_or(0) as usize;
    report.trashed = count("trashed");
    report.reverted = count("reverted");
    report.restored = count("restored");
}

fn counts(report: &UndoReport, now: Timestamp) -> String {
    format!(
        "{{\"trashed\":{},\"reverted\":{},\"restored\":{},\"at\":{}}}",
        report.trashed, report.reverted, report.restored, now.0
    )
}
