//! Undoing a batch with all that it brought beyond listings.

use std::collections::HashSet;

use catalog::UndoReport;
use dictionary::Dictionary;
use exchange::Beyond;
use store::{
    Act, Batch, DAY_MS, Error, Id, IdempotencyKey, Result, Scope, Store, Timestamp, kinds,
};

use crate::run::BATCH_KIND;

/// So long everything that is needed to take a migration back is kept, and it may be taken back.
pub const UNDO_DAYS: i64 = 30;

/// Until when what ended at an instant can be taken back.
pub fn undo_until(ended: Timestamp) -> Timestamp {
    ended.plus_ms(UNDO_DAYS * DAY_MS)
}

/// Whether it is not too late: half of an old migration would come back, and half of it be gone.
pub fn is_in_time(batch: &Batch, now: Timestamp) -> bool {
    let ended = batch.finished_at.filter(|_| batch.kind == BATCH_KIND);
    ended.is_none_or(|at| now <= undo_until(at))
}

async fn in_time(store: &Store, scope: &Scope, batch: Id<kinds::Batch>) -> Result<()> {
    let mut read = store.read(scope).await?;
    let known = Batch::find(&mut read, batch).await?;
    if is_in_time(&known, store.now()) {
        return Ok(());
    }
    Err(Error::conflict(
        "undo_too_late",
        [
            &format!(
                "Cette reprise est terminée depuis plus de {UNDO_DAYS} jours et ne s’annule plus en \
                 bloc ; mettez à la corbeille les annonces dont vous ne voulez pas"
            ),
            &format!(
                "Deze overname is langer dan {UNDO_DAYS} dagen geleden en kan niet meer in haar geheel \
                 ongedaan worden gemaakt; gooi de zoekertjes die u niet wilt in de prullenbak"
            ),
            &format!(
                "This migration ended more than {UNDO_DAYS} days ago and can no longer be taken back as \
                 a whole; put the listings that you do not want into the trash"
            ),
            &format!(
                "Diese Übernahme ist länger als {UNDO_DAYS} Tage her und lässt sich nicht mehr als \
                 Ganzes zurücknehmen; werfen Sie die unerwünschten Inserate in den Papierkorb"
            ),
        ],
    ))
}

/// Undoes any batch, a migration whole: its listings, people, parties, documents and notes. A person
/// who has written to us since, or who has to do with other listings, stays.
pub async fn undo(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    act: Act,
    batch: Id<kinds::Batch>,
) -> Result<UndoReport> {
    undo_keyed(store, dictionary, scope, act, batch, None).await
}

/// The same for a request with a key.
pub async fn undo_keyed(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    act: Act,
    batch: Id<kinds::Batch>,
    key: Option<&IdempotencyKey>,
) -> Result<UndoReport> {
    in_time(store, scope, batch).await?;
    exchange::undo_keyed(store, dictionary, scope, act, batch, key, &mut Whole).await
}

/// What undoing would do.
pub async fn undo_preview(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    batch: Id<kinds::Batch>,
) -> Result<UndoReport> {
    in_time(store, scope, batch).await?;
    let mut report = exchange::undo_preview(store, dictionary, scope, batch).await?;
    let mut read = store.read(scope).await?;
    let brought = relations::brought(&mut read, batch).await?;
    let documents = catalog::documents_of_batch(&mut read, batch).await?;
    let counts = [
        ("persons", brought.persons),
        ("parties", brought.parties),
        ("notes", brought.notes),
        ("documents", documents),
    ];
    for (kind, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        report.beyond.insert(kind, count as usize);
    }
    Ok(report)
}

struct Whole;

impl Beyond for Whole {
    async fn undo(
        &mut self,
        store: &Store,
        scope: &Scope,
        act: Act,
        batch: Id<kinds::Batch>,
        report: &mut UndoReport,
    ) -> Result<()> {
        loop {
            let mut tx = store.begin(scope, act.clone()).await?;
            let turned = catalog::undo_documents(&mut tx, batch).await?;
            tx.commit().await?;
            if turned == 0 {
                break;
            }
            *report.beyond.entry("documents").or_default() += turned;
        }
        let stay = wrote_since(store, scope, batch).await?;
        if !stay.is_empty() {
            report.beyond.insert("persons_kept", stay.len());
        }
        loop {
            let mut tx = store.begin(scope, act.clone()).await?;
            let turned = relations::undo_some(&mut tx, batch, &stay).await?;
            tx.commit().await?;
            if turned.is_empty() {
                break;
            }
            for (kind, count) in turned.into_iter().filter(|(_, count)| *count > 0) {
                *report.beyond.entry(kind).or_default() += count;
            }
        }
        let mut tx = store.begin(scope, act).await?;
        let filled = relations::put_back(&mut tx, batch).await?;
        tx.commit().await?;
        if filled > 0 {
            report.beyond.insert("persons_put_back", filled);
        }
        Ok(())
    }
}

/// The people of a batch who have written to us since.
async fn wrote_since(
    store: &Store,
    scope: &Scope,
    batch: Id<kinds::Batch>,
) -> Result<HashSet<Id<kinds::Person>>> {
    let mut read = store.read(scope).await?;
    let account = Batch::find(&mut read, batch).await?.account;
    let made = relations::made_by(&mut read, batch).await?;
    enquiries::writers(&mut read, account, &made).await
}
