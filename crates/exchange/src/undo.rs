//! Undoing an import: the listings go back, and the feed forgets that it brought them.

use ::store::{Act, BatchState, Id, Reads, Result, Right, Scope, Store, Timestamp, Via, kinds};
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
    let act = act.via(Via::Undo);
    let mut tx = store.begin(scope, act.clone()).await?;
    tx.scope().demand(Right::Write)?;
    let known = catalog::undoable(&mut tx, batch).await?;
    if known.state == BatchState::Running {
        tx.stop_batch(batch).await?;
    }
    let touched = catalog::touched(&mut tx, batch).await?;
    let own = tx.open_batch(known.account, "undo", &known.label).await?;
    tx.commit().await?;
    let act = act.in_batch(own);
    let mut report = UndoReport::of(batch);
    for chunk in touched.rchunks(catalog::CHUNK) {
        let mut tx = store.begin(scope, act.clone()).await?;
        catalog::undo_some(&mut tx, dictionary, batch, chunk, &mut report).await?;
        tx.advance_batch(own, &counts(&report, tx.now())).await?;
        tx.commit().await?;
    }
    let mut tx = store.begin(scope, act).await?;
    store::forget_batch(&mut tx, batch).await?;
    tx.mark_batch(batch, BatchState::Undone, &known.counts)
        .await?;
    for again in catalog::undone_by(&mut tx, batch).await? {
        let known = ::store::Batch::find(&mut tx, again).await?;
        tx.mark_batch(again, BatchState::Applied, &known.counts)
            .await?;
    }
    let counts = counts(&report, tx.now());
    tx.mark_batch(own, BatchState::Applied, &counts).await?;
    tx.commit().await?;
    Ok(report)
}

fn counts(report: &UndoReport, now: Timestamp) -> String {
    format!(
        "{{\"trashed\":{},\"reverted\":{},\"restored\":{},\"at\":{}}}",
        report.trashed, report.reverted, report.restored, now.0
    )
}
