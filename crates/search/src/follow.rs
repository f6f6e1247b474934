//! Follows the journal into the index, and rebuilds the index from the tables.

use std::collections::BTreeSet;

use dictionary::Live;
use store::{Entry, Id, Position, Result, Store, kinds};

use crate::Index;

const ENTRIES: usize = 2_000;
const PAGE: usize = 2_000;

/// Fills an index from the tables; the position from which to follow on.
pub async fn rebuild(index: &Index, store: &Store, dictionary: &Live) -> Result<Position> {
    // The head is read first: what changes while we read is followed again, which does no harm.
    let head = store.head().await?;
    let dictionary = dictionary.get();
    let mut read = store.read(&store.operator()).await?;
    let mut after = None;
    loop {
        let page = catalog::page_of_all(&mut read, &dictionary, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(head);
        };
        after = Some(last.id);
        index.apply(&page, &[]);
    }
}

/// Takes in what the journal tells after a position; the position after it. None when it had
/// nothing new.
pub async fn catch_up(
    index: &Index,
    store: &Store,
    dictionary: &Live,
    after: Position,
) -> Result<Option<Position>> {
    let entries = store.entries(after, ENTRIES).await?;
    let Some(last) = entries.last() else {
        return Ok(None);
    };
    let touched: BTreeSet<Id<kinds::Listing>> = entries
        .iter()
        .filter(|e| e.entity == "listing")
        .map(listing_of)
        .collect();
    if !touched.is_empty() {
        // The rows are the truth: they are read again, whatever the journal said of them.
        let ids: Vec<_> = touched.into_iter().collect();
        let mut read = store.read(&store.operator()).await?;
        let found = catalog::find_many(&mut read, &dictionary.get(), &ids).await?;
        let here: BTreeSet<_> = found.iter().map(|listing| listing.id).collect();
        let gone: Vec<_> = ids.into_iter().filter(|id| !here.contains(id)).collect();
        index.apply(&found, &gone);
    }
    Ok(Some(last.position))
}

/// Follows for ever; woken by every commit of this and of other nodes.
pub async fn follow(index: Index, store: Store, dictionary: Live, mut after: Position) {
    let mut changed = store.changed();
    loop {
        changed.mark_unchanged();
        match catch_up(&index, &store, &dictionary, after).await {
            Ok(Some(position)) => {
                after = position;
                continue;
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the search index cannot follow"),
        }
        // On PostgreSQL a row may become readable a moment after the tick that announced it, when
        // an older transaction ends elsewhere; so the clock wakes us too.
        let pause = std::time::Duration::from_millis(if store.is_postgres() { 100 } else { 1_000 });
        let _ = tokio::time::timeout(pause, changed.changed()).await;
    }
}

fn listing_of(entry: &Entry) -> Id<kinds::Listing> {
    Id::from_uuid(entry.id)
}
