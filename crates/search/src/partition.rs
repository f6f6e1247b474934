//! The listings of one vertical.

use std::collections::BTreeMap;
use std::sync::Arc;

use ahash::AHashMap;
use catalog::Listing;
use dictionary::Vertical;
use roaring::RoaringBitmap;
use store::{Id, kinds};

use crate::column::Column;
use crate::terms::{Term, Terms};
use crate::words::Words;

/// What is at hand for every listing without decoding it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) id: Id<kinds::Listing>,
    pub(crate) version: i64,
    pub(crate) lat: f32,
    pub(crate) lon: f32,
}

pub(crate) struct Partition {
    pub(crate) vertical: Arc<Vertical>,
    pub(crate) all: RoaringBitmap,
    pub(crate) slots: Vec<Slot>,
    pub(crate) by_id: AHashMap<Id<kinds::Listing>, u32>,
    /// The whole listing in its own JSON, compact; decoded when a page is made of it.
    pub(crate) documents: Vec<Option<Box<str>>>,
    pub(crate) sets: AHashMap<Term, RoaringBitmap>,
    pub(crate) columns: BTreeMap<u16, Column>,
    pub(crate) words: Words,
}

impl Partition {
    pub(crate) fn new(vertical: Arc<Vertical>) -> Partition {
        Partition {
            vertical,
            all: RoaringBitmap::new(),
            slots: Vec::new(),
            by_id: AHashMap::new(),
            documents: Vec::new(),
            sets: AHashMap::new(),
            columns: BTreeMap::new(),
            words: Words::default(),
        }
    }

    pub(crate) fn set(&self, term: &Term) -> Option<&RoaringBitmap> {
        self.sets.get(term)
    }

    pub(crate) fn slot_of(&self, id: Id<kinds::Listing>) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// The listing as it was put in.
    pub(crate) fn listing(&self, slot: u32) -> Option<Listing> {
        let document = self.documents.get(slot as usize)?.as_deref()?;
        crate::index::decode(document, &self.vertical)
    }

    /// Puts a listing in or over its earlier self; it keeps its number.
    pub(crate) fn put(&mut self, listing: &Listing, document: Box<str>) {
        let slot = match self.slot_of(listing.id) {
            Some(slot) => {
                self.forget(slot);
                slot
            }
            None => self.slots.len() as u32,
        };
        let terms = Terms::of(listing, &self.vertical);
        let (lat, lon) = terms.position.unwrap_or_default();
        let head = Slot {
            id: listing.id,
            version: listing.version,
            lat,
            lon,
        };
        if slot as usize == self.slots.len() {
            self.slots.push(head);
            self.documents.push(Some(document));
            self.by_id.insert(listing.id, slot);
        } else {
            self.slots[slot as usize] = head;
            self.documents[slot as usize] = Some(document);
        }
        self.all.insert(slot);
        for term in terms.terms {
            self.sets.entry(term).or_default().insert(slot);
        }
        for word in &terms.words {
            self.words.insert(word, slot);
        }
        for (field, number) in terms.numbers {
            self.columns
                .entry(field)
                .or_default()
                .set(slot, Some(number));
        }
    }

    pub(crate) fn remove(&mut self, id: Id<kinds::Listing>) -> bool {
        let Some(slot) = self.by_id.remove(&id) else {
            return false;
        };
        self.forget(slot);
        self.documents[slot as usize] = None;
        true
    }

    /// Takes a listing out of every set; what it was in is told by its document.
    fn forget(&mut self, slot: u32) {
        self.all.remove(slot);
        let Some(old) = self.listing(slot) else {
            return;
        };
        let terms = Terms::of(&old, &self.vertical);
        for term in terms.terms {
            if let Some(set) = self.sets.get_mut(&term) {
                set.remove(slot);
            }
        }
        for word in &terms.words {
            self.words.remove(word, slot);
        }
        for (field, _) in terms.numbers {
            if let Some(column) = self.columns.get_mut(&field) {
                column.set(slot, None);
            }
        }
    }
}
