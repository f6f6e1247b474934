//! The listings of one vertical.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use ahash::AHashMap;
use catalog::Listing;
use dictionary::Vertical;
use roaring::RoaringBitmap;
use store::{Id, kinds};

use crate::Bounds;
use crate::column::Column;
use crate::documents::Address;
use crate::terms::{Term, Terms};
use crate::words::Words;

/// What is at hand for every listing without decoding it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) id: Id<kinds::Listing>,
    pub(crate) version: i64,
    pub(crate) lat: f32,
    pub(crate) lon: f32,
    /// The whole listing; read when a page is made of it.
    pub(crate) document: Address,
}

impl Slot {
    pub(crate) fn within(&self, bounds: Bounds) -> bool {
        (bounds.south..=bounds.north).contains(&f64::from(self.lat))
            && (bounds.west..=bounds.east).contains(&f64::from(self.lon))
    }
}

pub(crate) struct Partition {
    pub(crate) vertical: Arc<Vertical>,
    pub(crate) all: RoaringBitmap,
    pub(crate) slots: Vec<Slot>,
    /// Numbers are for good: a listing that comes back stands where it stood.
    pub(crate) by_id: AHashMap<Id<kinds::Listing>, u32>,
    pub(crate) sets: AHashMap<Term, RoaringBitmap>,
    pub(crate) columns: BTreeMap<u16, Column>,
    pub(crate) words: Words,
    /// Counted when it is asked for, and anew after each change: every page shows it.
    stock: OnceLock<Stock>,
}

/// The categories that hold something, in their order, and how many listings each holds.
pub type Stock = Arc<[(Arc<str>, u64)]>;

impl Partition {
    pub(crate) fn new(vertical: Arc<Vertical>) -> Partition {
        Partition {
            vertical,
            all: RoaringBitmap::new(),
            slots: Vec::new(),
            by_id: AHashMap::new(),
            sets: AHashMap::new(),
            columns: BTreeMap::new(),
            words: Words::default(),
            stock: OnceLock::new(),
        }
    }

    pub(crate) fn stock(&self) -> Stock {
        let counted = || self.category_counts(&self.all).into();
        self.stock.get_or_init(counted).clone()
    }

    pub(crate) fn set(&self, term: &Term) -> Option<&RoaringBitmap> {
        self.sets.get(term)
    }

    pub(crate) fn slot_of(&self, id: Id<kinds::Listing>) -> Option<u32> {
        let slot = self.by_id.get(&id).copied()?;
        self.all.contains(slot).then_some(slot)
    }

    /// Puts a listing in; a listing that was there must have been forgotten. It keeps its number.
    pub(crate) fn put(&mut self, listing: &Listing, document: Address) {
        self.stock.take();
        let terms = Terms::of(listing, &self.vertical);
        let (lat, lon) = terms.position.unwrap_or_default();
        let head = Slot {
            id: listing.id,
            version: listing.version,
            lat,
            lon,
            document,
        };
        let slot = match self.by_id.get(&listing.id) {
            Some(slot) => *slot,
            None => self.slots.len() as u32,
        };
        if slot as usize == self.slots.len() {
            self.slots.push(head);
        } else {
            self.slots[slot as usize] = head;
        }
        self.by_id.insert(listing.id, slot);
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

    /// Takes a listing out of every set that it was in.
    pub(crate) fn forget(&mut self, slot: u32, old: Option<&Listing>) {
        self.stock.take();
        self.all.remove(slot);
        self.slots[slot as usize].document = Address::default();
        let Some(old) = old else { return };
        let terms = Terms::of(old, &self.vertical);
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
