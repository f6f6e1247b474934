//! Undoing an import: the listings go back, and the feed forgets that it brought them.

use ::store::{Act, BatchState, Id, Result, Scope, Store, Via, kinds};
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

/// Undoes any batch as a new batch of its own.
pub async fn undo(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    act: Act,
    batch: Id<kinds::Batch>,
) -> Result<UndoReport> {
    let mut tx = store.begin(scope, act.clone().via(Via::Undo)).await?;
    let known = ::store::Batch::find(&mut tx, batch).await?;
    let own = tx.open_batch(known.account, "undo", &known.label).await?;
    tx.commit().await?;
    let mut tx = store.begin(scope, act.via(Via::Undo).in_batch(own)).await?;
    let done = catalog::undo(&mut tx, dictionary, batch).await;
    let report = match done {
        Ok(report) => report,
        Err(error) => {
            drop(tx);
            let mut tx = store
                .begin(scope, Act::by(::store::Actor::System("undo")))
                .await?;
            tx.mark_batch(own, BatchState::Cancelled, "{}").await?;
            tx.commit().await?;
            return Err(error);
        }
    };
    store::forget_batch(&mut tx, batch).await?;
    let counts = format!(
        "{{\"trashed\":{},\"reverted\":{},\"restored\":{}}}",
        report.trashed, report.reverted, report.restored
    );
    tx.mark_batch(own, BatchState::Applied, &counts).await?;
    tx.commit().await?;
    Ok(report)
}
