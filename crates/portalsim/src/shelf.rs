//! The listings that a portal keeps, and which of them it lists and shows.

use std::collections::{BTreeMap, HashMap};
use std::time::Instant;

/// What the public sees of a listing.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    pub title: String,
    pub description: String,
    pub price: String,
    pub currency: String,
    pub status: String,
    pub photos: Vec<String>,
}

/// A listing as it was sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent {
    pub reference: String,
    pub branch: String,
    pub channel: i64,
    /// The sender's own word on when it changed.
    pub updated: Option<String>,
    pub etag: String,
    pub fingerprint: String,
    pub view: View,
    pub listed: bool,
    pub shown: bool,
    /// The portal will forget it then.
    pub lost_at: Option<Instant>,
}

#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub portal_id: String,
    pub sent: Sent,
    removed: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Shelf {
    by_key: BTreeMap<String, Listing>,
    keys: HashMap<String, String>,
}

/// What is to be seen at a page's address.
pub(crate) enum Sight<'a> {
    Shown(&'a Listing),
    Gone,
    Unknown,
}

impl Listing {
    /// Neither removed nor forgotten.
    pub(crate) fn is_held(&self, now: Instant) -> bool {
        !self.removed && self.sent.lost_at.is_none_or(|at| now < at)
    }

    pub(crate) fn is_listed(&self, now: Instant) -> bool {
        self.sent.listed && self.is_held(now)
    }

    pub(crate) fn is_shown(&self, now: Instant) -> bool {
        self.sent.shown && self.is_held(now)
    }
}

impl Shelf {
    /// Says whether the key was new, or had been removed or forgotten. A key keeps its id for good.
    pub(crate) fn put(&mut self, key: &str, portal_id: String, sent: Sent, now: Instant) -> bool {
        let held = self.by_key.get(key).is_some_and(|l| l.is_held(now));
        self.keys.insert(portal_id.clone(), key.to_owned());
        let listing = Listing {
            portal_id,
            sent,
            removed: false,
        };
        self.by_key.insert(key.to_owned(), listing);
        !held
    }

    /// Says whether there was anything to remove.
    pub(crate) fn remove(&mut self, key: &str, now: Instant) -> Option<Listing> {
        let listing = self.by_key.get_mut(key).filter(|l| l.is_held(now))?;
        listing.removed = true;
        Some(listing.clone())
    }

    pub(crate) fn known(&self, key: &str) -> Option<&Listing> {
        self.by_key.get(key)
    }

    pub(crate) fn held(&self, key: &str, now: Instant) -> Option<&Listing> {
        self.known(key).filter(|l| l.is_held(now))
    }

    pub(crate) fn has_id(&self, portal_id: &str) -> bool {
        self.keys.contains_key(portal_id)
    }

    pub(crate) fn at_page(&self, portal_id: &str, now: Instant) -> Sight<'_> {
        match self.keys.get(portal_id).and_then(|k| self.by_key.get(k)) {
            Some(listing) if listing.is_shown(now) => Sight::Shown(listing),
            Some(listing) if listing.removed => Sight::Gone,
            _ => Sight::Unknown,
        }
    }

    pub(crate) fn held_keys(&self, now: Instant) -> Vec<String> {
        let held = self.by_key.iter().filter(|(_, l)| l.is_held(now));
        held.map(|(key, _)| key.clone()).collect()
    }

    pub(crate) fn listed(&self, now: Instant) -> impl Iterator<Item = &Listing> {
        self.by_key.values().filter(move |l| l.is_listed(now))
    }

    /// By reference, and where two have the same by the portal's id.
    pub(crate) fn shown(&self, now: Instant) -> Vec<&Listing> {
        let mut shown: Vec<&Listing> = self.by_key.values().filter(|l| l.is_shown(now)).collect();
        shown.sort_by_key(|l| (&l.sent.reference, &l.portal_id));
        shown
    }
}
