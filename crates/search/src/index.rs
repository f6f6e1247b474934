//! The index as other rooms see it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use ahash::AHashMap;
use catalog::Listing;
use dictionary::{Dictionary, Level, Photo, Shown, Status, Vertical};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use store::{Id, Timestamp, kinds};

use crate::partition::Partition;
use crate::{Answer, Hit, Query};

/// Cheap to clone; all clones are one index.
#[derive(Clone)]
pub struct Index(Arc<Inner>);

struct Inner {
    partitions: RwLock<AHashMap<Arc<str>, Partition>>,
    epoch: AtomicU64,
}

impl Index {
    pub fn new(dictionary: &Dictionary) -> Index {
        let index = Index(Arc::new(Inner {
            partitions: RwLock::default(),
            epoch: AtomicU64::new(1),
        }));
        index.describe(dictionary);
        index
    }

    /// Takes over another dictionary; what is in the index goes, and must be rebuilt.
    pub fn describe(&self, dictionary: &Dictionary) {
        let mut partitions = self
            .0
            .partitions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        partitions.clear();
        for vertical in dictionary.verticals() {
            partitions.insert(vertical.key.clone(), Partition::new(vertical.clone()));
        }
    }

    /// Puts listings in or takes them out; visible when it returns. What is not public goes.
    pub fn apply(&self, changed: &[Listing], gone: &[Id<kinds::Listing>]) {
        // Encoding needs no lock.
        let encoded: Vec<(&Listing, Option<Box<str>>)> = changed
            .iter()
            .map(|l| (l, l.status.is_public().then(|| encode(l))))
            .collect();
        let mut partitions = self
            .0
            .partitions
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        for (listing, document) in encoded {
            let Some(partition) = partitions.get_mut(&listing.vertical) else {
                continue;
            };
            match document {
                Some(document) => partition.put(listing, document),
                None => drop(partition.remove(listing.id)),
            }
        }
        for id in gone {
            partitions
                .values_mut()
                .any(|partition| partition.remove(*id));
        }
        self.0.epoch.fetch_add(1, Ordering::Release);
    }

    /// Grows with every change: a key for what is made from answers.
    pub fn epoch(&self) -> u64 {
        self.0.epoch.load(Ordering::Acquire)
    }

    pub fn len(&self) -> u64 {
        self.partitions().values().map(|p| p.all.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn search(&self, query: &Query) -> Answer {
        let partitions = self.partitions();
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
        let partitions = self.partitions();
        let partition = partitions.values().find(|p| p.by_id.contains_key(&id))?;
        let mut listing = partition.listing(partition.slot_of(id)?)?;
        let vertical = &partition.vertical;
        let shown = |key: &str| {
            vertical
                .field(key)
                .is_some_and(|f| f.shown != Shown::Office)
        };
        listing.values.retain(|key, _| shown(key));
        Some(listing)
    }

    /// The version of a listing, without decoding it; None when the public may not see it.
    pub fn version(&self, id: Id<kinds::Listing>) -> Option<i64> {
        let partitions = self.partitions();
        let partition = partitions.values().find(|p| p.by_id.contains_key(&id))?;
        partition
            .slot_of(id)
            .map(|slot| partition.slots[slot as usize].version)
    }

    /// Others like it, the newest first: of its category and purpose, about as dear, and near if it
    /// has a place and enough are there. Stops as soon as it has found them.
    pub fn similar(&self, listing: &Listing, limit: usize) -> Vec<Hit> {
        let partitions = self.partitions();
        let Some(partition) = partitions.get(&listing.vertical) else {
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
        let partitions = self.partitions();
        let mut all: Vec<_> = partitions
            .values()
            .flat_map(|p| {
                p.all
                    .iter()
                    .map(|slot| (p.slots[slot as usize].id, p.slots[slot as usize].version))
            })
            .collect();
        all.sort_unstable();
        all
    }

    fn partitions(&self) -> RwLockReadGuard<'_, AHashMap<Arc<str>, Partition>> {
        self.0
            .partitions
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }
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

fn encode(l: &Listing) -> Box<str> {
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
    serde_json::to_string(&written)
        .unwrap_or_default()
        .into_boxed_str()
}

pub(crate) fn decode(document: &str, vertical: &Vertical) -> Option<Listing> {
    let read: ReadBack<'_> = serde_json::from_str(document).ok()?;
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
