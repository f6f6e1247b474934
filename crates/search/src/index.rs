//! The index as other rooms see it.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use ahash::AHashMap;
use catalog::Listing;
use dictionary::{Dictionary, Level, Photo, Status, Vertical};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{Error, Id, Position, Result, Timestamp, kinds};

use crate::documents::{Address, Documents, Segment};
use crate::partition::{Partition, Stock};
use crate::snapshot::{self, Mark, Moved};
use crate::{Answer, Hit, Query};

/// Cheap to clone; all clones are one index.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    shelf: RwLock<Shelf>,
    saving: Mutex<()>,
    epoch: AtomicU64,
    /// Up to where the journal has been taken in.
    position: Mutex<Position>,
}

/// The partitions and the documents that they point into.
pub(crate) struct Shelf {
    pub(crate) dictionary: Dictionary,
    pub(crate) partitions: AHashMap<Arc<str>, Partition>,
    pub(crate) documents: Documents,
}

impl Shelf {
    pub(crate) fn new(dictionary: &Dictionary) -> Result<Shelf> {
        let verticals = dictionary.verticals().iter();
        let partition = |v: &Arc<Vertical>| (v.key.clone(), Partition::new(v.clone()));
        Ok(Shelf {
            dictionary: dictionary.clone(),
            partitions: verticals.map(partition).collect(),
            documents: Documents::new().map_err(broken)?,
        })
    }

    fn listing(&self, partition: &Partition, slot: u32) -> Option<Listing> {
        let document = self
            .documents
            .read(partition.slots[slot as usize].document)?;
        decode(&document, &partition.vertical)
    }

    fn find(&self, id: Id<kinds::Listing>) -> Option<(&Partition, u32)> {
        let mut partitions = self.partitions.values();
        partitions.find_map(|p| p.slot_of(id).map(|slot| (p, slot)))
    }

    /// Points at where everything now lies, unless something came in meanwhile.
    fn gather(&mut self, segment: Segment, addresses: &[Address]) -> Result<()> {
        let count: usize = self.partitions.values().map(|p| p.slots.len()).sum();
        if count != addresses.len() {
            return Ok(());
        }
        let mut addresses = addresses.iter();
        for vertical in self.dictionary.verticals() {
            let slots = self.partitions.get_mut(&vertical.key);
            let slots = slots.into_iter().flat_map(|p| &mut p.slots);
            for (slot, address) in slots.zip(&mut addresses) {
                slot.document = *address;
            }
        }
        self.documents = Documents::gathered(segment, self.documents.live).map_err(broken)?;
        Ok(())
    }

    fn forget(&mut self, vertical: &str, id: Id<kinds::Listing>) -> bool {
        let Some(partition) = self.partitions.get_mut(vertical) else {
            return false;
        };
        let Some(slot) = partition.slot_of(id) else {
            return false;
        };
        let address = partition.slots[slot as usize].document;
        let document = self.documents.read(address).unwrap_or_default();
        partition.forget(slot, decode(&document, &partition.vertical).as_ref());
        self.documents.forget(address);
        true
    }
}

impl Index {
    pub fn new(dictionary: &Dictionary) -> Result<Index> {
        Shelf::new(dictionary).map(Index::of)
    }

    fn of(shelf: Shelf) -> Index {
        Index(Arc::new(Inner {
            shelf: RwLock::new(shelf),
            saving: Mutex::default(),
            epoch: AtomicU64::new(1),
            position: Mutex::default(),
        }))
    }

    /// The index that was saved to a folder, and how far it had followed.
    pub(crate) fn load(dictionary: &Dictionary, folder: &Path) -> Option<(Index, Mark)> {
        snapshot::load(dictionary, folder).map(|(shelf, mark)| (Index::of(shelf), mark))
    }

    /// Saves the index as it is now; it goes on answering meanwhile, but takes nothing in.
    pub(crate) fn save(&self, mark: Mark, folder: &Path) -> Result<()> {
        let _one = self.0.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let moved = snapshot::save(&self.shelf(), mark, folder).map_err(broken)?;
        let mut shelf = self.shelf_mut();
        let shelf = &mut *shelf;
        match moved {
            Moved::Sealed(None, _) => Ok(()),
            Moved::Sealed(Some(segment), end) => shelf.documents.seal(segment, end).map_err(broken),
            Moved::Gathered(segment, addresses) => shelf.gather(segment, &addresses),
        }
    }

    /// Of the dictionary that it was made with.
    pub fn fingerprint(&self) -> u64 {
        self.shelf().dictionary.fingerprint()
    }

    /// Becomes another index, which was made aside, from one moment to the next.
    pub(crate) fn become_like(&self, other: Index) -> Result<()> {
        let inner = Arc::try_unwrap(other.0).map_err(|_| Error::broken("the index is shared"))?;
        let shelf = inner.shelf.into_inner();
        *self.shelf_mut() = shelf.unwrap_or_else(PoisonError::into_inner);
        self.0.epoch.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// Puts listings in or takes them out; visible when it returns. What is not public goes.
    ///
    /// # Errors
    /// When the disk takes no more documents; the index is then as it was.
    pub fn apply(&self, changed: &[Listing], gone: &[Id<kinds::Listing>]) -> Result<()> {
        // Encoding needs no lock.
        let public = |l: &&Listing| l.status.is_public();
        let documents: Vec<Vec<u8>> = changed.iter().filter(public).map(encode).collect();
        let mut shelf = self.shelf_mut();
        let shelf = &mut *shelf;
        let addresses = shelf.documents.append(&documents).map_err(broken)?;
        let mut addresses = addresses.into_iter();
        for listing in changed {
            shelf.forget(&listing.vertical, listing.id);
            let address = public(&listing).then(|| addresses.next()).flatten();
            if let Some(address) = address
                && let Some(partition) = shelf.partitions.get_mut(&listing.vertical)
            {
                partition.put(listing, address);
            }
        }
        let verticals: Vec<Arc<str>> = shelf.partitions.keys().cloned().collect();
        for id in gone {
            verticals.iter().any(|vertical| shelf.forget(vertical, *id));
        }
        self.0.epoch.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// Grows with every change: a key for what is made from answers.
    pub fn epoch(&self) -> u64 {
        self.0.epoch.load(Ordering::Acquire)
    }

    /// Up to where it has followed the journal.
    pub fn position(&self) -> Position {
        *self
            .0
            .position
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn stand_at(&self, position: Position) {
        *self
            .0
            .position
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = position;
    }

    /// Bytes of the documents on disk: of those there are, and of those that are gone.
    pub fn document_bytes(&self) -> (u64, u64) {
        let shelf = self.shelf();
        (shelf.documents.live, shelf.documents.dead)
    }

    pub fn len(&self) -> u64 {
        self.shelf().partitions.values().map(|p| p.all.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The categories of a vertical that hold public listings, and how many.
    pub fn stock(&self, vertical: &str) -> Stock {
        let shelf = self.shelf();
        let partition = shelf.partitions.get(vertical);
        partition.map_or_else(|| Arc::from([]), Partition::stock)
    }

    pub fn search(&self, query: &Query) -> Answer {
        let shelf = self.shelf();
        let partitions = &shelf.partitions;
        if let Some(vertical) = &query.vertical {
            return partitions
                .get(vertical)
                .map(|p| p.answer(query))
                .unwrap_or_default();
        }
        let mut whole = Answer::default();
        let wide = Query {
            offset: 0,
            limit: query.offset + query.limit,
            ..query.clone()
        };
        for partition in partitions.values() {
            let part = partition.answer(&wide);
            whole.total += part.total;
            whole.hits.extend(part.hits);
        }
        // Ids grow with time, so the newest have the highest.
        whole.hits.sort_by_key(|hit| std::cmp::Reverse(hit.id));
        whole.hits = whole
            .hits
            .into_iter()
            .skip(query.offset)
            .take(query.limit)
            .collect();
        whole
    }

    /// The public listing, without what only the office sees.
    pub fn listing(&self, id: Id<kinds::Listing>) -> Option<Listing> {
        let shelf = self.shelf();
        let (partition, slot) = shelf.find(id)?;
        let mut listing = shelf.listing(partition, slot)?;
        listing.keep_public(&partition.vertical);
        Some(listing)
    }

    /// The version of a listing, without decoding it; None when the public may not see it.
    pub fn version(&self, id: Id<kinds::Listing>) -> Option<i64> {
        let shelf = self.shelf();
        let (partition, slot) = shelf.find(id)?;
        Some(partition.slots[slot as usize].version)
    }

    /// Others like it, the newest first: of its category and purpose, about as dear, and near if it
    /// has a place and enough are there. Stops as soon as it has found them.
    pub fn similar(&self, listing: &Listing, limit: usize) -> Vec<Hit> {
        let shelf = self.shelf();
        let Some(partition) = shelf.partitions.get(&listing.vertical) else {
            return Vec::new();
        };
        let mut hits = partition.alike(listing, true, limit);
        if hits.len() < limit {
            let more = partition.alike(listing, false, limit);
            let fresh: Vec<Hit> = more
                .into_iter()
                .filter(|m| hits.iter().all(|h| h.id != m.id))
                .collect();
            hits.extend(fresh);
            hits.truncate(limit);
        }
        hits
    }

    /// Every listing's id and version in the order of ids: what following and rebuilding must
    /// agree on.
    pub fn dump(&self) -> Vec<(Id<kinds::Listing>, i64)> {
        let shelf = self.shelf();
        let partitions = shelf.partitions.values();
        let mut all: Vec<_> = partitions
            .flat_map(|p| {
                p.all
                    .iter()
                    .map(|slot| (p.slots[slot as usize].id, p.slots[slot as usize].version))
            })
            .collect();
        all.sort_unstable();
        all
    }

    fn shelf(&self) -> RwLockReadGuard<'_, Shelf> {
        self.0.shelf.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn shelf_mut(&self) -> RwLockWriteGuard<'_, Shelf> {
        self.0.shelf.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn broken(error: std::io::Error) -> Error {
    Error::broken(format!("the index's files: {error}"))
}

#[derive(Serialize)]
struct Written<'a> {
    i: Id<kinds::Listing>,
    a: Id<kinds::Account>,
    c: &'a str,
    s: Status,
    p: Option<Id<kinds::Listing>>,
    l: Option<Level>,
    r: &'a str,
    v: &'a dictionary::Values,
    f: &'a [Photo],
    t: (i64, i64, i64),
}

#[derive(Deserialize)]
struct ReadBack<'a> {
    i: Id<kinds::Listing>,
    a: Id<kinds::Account>,
    c: String,
    s: Status,
    p: Option<Id<kinds::Listing>>,
    l: Option<Level>,
    r: String,
    #[serde(borrow)]
    v: &'a RawValue,
    f: Vec<Photo>,
    t: (i64, i64, i64),
}

fn encode(l: &Listing) -> Vec<u8> {
    let written = Written {
        i: l.id,
        a: l.account,
        c: &l.category,
        s: l.status,
        p: l.parent,
        l: l.level,
        r: &l.reference,
        v: &l.values,
        f: &l.photos,
        t: (l.created_at.0, l.updated_at.0, l.version),
    };
    serde_json::to_vec(&written).unwrap_or_default()
}

fn decode(document: &[u8], vertical: &Vertical) -> Option<Listing> {
    let read: ReadBack<'_> = serde_json::from_slice(document).ok()?;
    let category = vertical.category(&read.c).map(|c| c.key.clone());
    Some(Listing {
        id: read.i,
        account: read.a,
        vertical: vertical.key.clone(),
        category: category.unwrap_or_else(|| Arc::from(read.c)),
        status: read.s,
        parent: read.p,
        level: read.l,
        reference: read.r,
        values: vertical.values_stored(read.v.get().as_bytes()),
        photos: read.f,
        created_at: Timestamp(read.t.0),
        updated_at: Timestamp(read.t.1),
        version: read.t.2,
    })
}
