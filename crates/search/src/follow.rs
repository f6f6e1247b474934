//! Follows the journal into the index, saves it, takes it up again, and rebuilds it from the tables.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use dictionary::Live;
use store::{Entry, Error, Id, Position, Result, Store, kinds};

use crate::Index;
use crate::snapshot::Mark;

const ENTRIES: usize = 2_000;
const PAGE: usize = 2_000;
/// An index is saved once so much is new in it and so long has passed.
const SAVE_ENTRIES: u64 = 20_000;
const SAVE_PAUSE: Duration = Duration::from_secs(300);

/// How far an index has followed, and where it is saved.
pub struct Followed {
    pub position: Position,
    folder: Option<PathBuf>,
    unsaved: u64,
    saved: Instant,
}

/// The saved index of a folder brought up to now, or one made from the tables. The folder is only
/// read: another process may be using it.
pub async fn open(
    store: &Store,
    dictionary: &Live,
    folder: Option<&Path>,
) -> Result<(Index, Followed)> {
    let now = dictionary.get();
    let saved = folder.and_then(|folder| Index::load(&now, folder));
    let (index, position, unsaved) = match saved {
        Some((index, mark)) if mark_at(store, mark.position).await? == Some(mark) => {
            (index, mark.position, 0)
        }
        _ => {
            let index = Index::new(&now)?;
            let position = rebuild(&index, store, dictionary).await?;
            (index, position, SAVE_ENTRIES)
        }
    };
    let mut followed = Followed {
        position,
        folder: folder.map(Path::to_owned),
        unsaved,
        saved: Instant::now(),
    };
    index.stand_at(position);
    while followed.step(&index, store, dictionary).await? {}
    Ok((index, followed))
}

/// The journal's row at a position: the same row means the same journal.
async fn mark_at(store: &Store, position: Position) -> Result<Option<Mark>> {
    let before = Position {
        seq: position.seq - 1,
        ..position
    };
    let entries = store.entries(before, 1).await?;
    let here = entries.first().filter(|entry| entry.position == position);
    Ok(here.map(|entry| Mark {
        position,
        entity: entry.id,
        at: entry.at.0,
    }))
}

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
        index.apply(&page, &[])?;
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
        index.apply(&found, &gone)?;
    }
    Ok(Some(last.position))
}

impl Followed {
    /// Takes in the next entries; false when there was nothing new.
    async fn step(&mut self, index: &Index, store: &Store, dictionary: &Live) -> Result<bool> {
        let Some(next) = catch_up(index, store, dictionary, self.position).await? else {
            return Ok(false);
        };
        self.unsaved += next.seq.abs_diff(self.position.seq);
        self.position = next;
        index.stand_at(next);
        Ok(true)
    }

    /// After an edit of the verticals the index is made anew aside; the old one answers meanwhile.
    async fn describe_anew(&mut self, index: &Index, store: &Store, live: &Live) -> Result<()> {
        let fresh = Index::new(&live.get())?;
        self.position = rebuild(&fresh, store, live).await?;
        index.become_like(fresh)?;
        index.stand_at(self.position);
        self.unsaved = SAVE_ENTRIES;
        tracing::info!("the verticals were edited; the new ones are in use");
        Ok(())
    }

    /// Saves the index if it has a folder and something new is in it.
    pub async fn save(&mut self, index: &Index, store: &Store) -> Result<()> {
        let (Some(folder), true) = (self.folder.clone(), self.unsaved > 0) else {
            return Ok(());
        };
        if let Some(mark) = mark_at(store, self.position).await? {
            let index = index.clone();
            let saving = tokio::task::spawn_blocking(move || index.save(mark, &folder));
            saving.await.map_err(|e| Error::broken(e.to_string()))??;
        }
        (self.unsaved, self.saved) = (0, Instant::now());
        Ok(())
    }

    fn is_due(&self) -> bool {
        self.unsaved >= SAVE_ENTRIES && self.saved.elapsed() >= SAVE_PAUSE
    }
}

/// Follows until told to stop, then saves; woken by every commit of this and of other nodes.
pub async fn follow(
    index: Index,
    store: Store,
    dictionary: Live,
    mut followed: Followed,
    mut stop: tokio::sync::watch::Receiver<bool>,
) {
    let mut changed = store.changed();
    while !*stop.borrow() {
        changed.mark_unchanged();
        if dictionary.get().fingerprint() != index.fingerprint() {
            let described = followed.describe_anew(&index, &store, &dictionary).await;
            if let Err(error) = described {
                tracing::error!(%error, "the index cannot be made anew; the old one stays in use");
            }
        }
        match followed.step(&index, &store, &dictionary).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the search index cannot follow"),
        }
        if followed.is_due() {
            save(&mut followed, &index, &store).await;
        }
        // On PostgreSQL a row may become readable a moment after the tick that announced it, when
        // an older transaction ends elsewhere; so the clock wakes us too.
        let pause = Duration::from_millis(if store.is_postgres() { 100 } else { 1_000 });
        tokio::select! {
            _ = tokio::time::timeout(pause, changed.changed()) => {}
            _ = stop.changed() => {}
        }
    }
    save(&mut followed, &index, &store).await;
}

async fn save(followed: &mut Followed, index: &Index, store: &Store) {
    if let Err(error) = followed.save(index, store).await {
        tracing::warn!(%error, "the search index cannot be saved; the next start takes longer");
        followed.saved = Instant::now();
    }
}

fn listing_of(entry: &Entry) -> Id<kinds::Listing> {
    Id::from_uuid(entry.id)
}
