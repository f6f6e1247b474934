//! Who is in the world, and what they offer. Pure: a seed in, accounts and listings out.

pub(crate) mod auto;
mod bike;
mod building;
pub(crate) mod estate;
pub(crate) mod places;
pub(crate) mod project;
pub(crate) mod services;
pub(crate) mod who;

use std::sync::Arc;

use catalog::NewListing;
use dictionary::{Dictionary, Level, Status, Values, Vertical};
use gazetteer::Town;

use crate::chance::Chance;
use crate::pool::Motif;

/// How much of a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// About a twentieth, for tests.
    Small,
    Full,
}

/// An account of the world before it has an id.
#[derive(Clone, Debug)]
pub struct Business {
    pub slug: String,
    pub name: String,
    pub vertical: &'static str,
    pub country: &'static str,
    pub language: &'static str,
    pub town: &'static Town,
    pub street: String,
    pub phone: String,
    pub email: String,
    /// First and last name of its people, the owner first.
    pub people: Vec<(String, String)>,
    pub logo: Motif,
    /// The trade of a tradesman.
    pub trade: Option<Arc<str>>,
    pub(crate) stream: u64,
    pub(crate) listings: usize,
}

/// A listing of the world before it has an id.
#[derive(Clone, Debug)]
pub struct Offer {
    pub category: Arc<str>,
    pub status: Status,
    /// The place of its parent in the same account's offers.
    pub parent: Option<usize>,
    pub level: Option<Level>,
    pub reference: String,
    pub values: Values,
    pub pictures: Vec<Motif>,
}

/// Everything that a seed makes, without a store.
pub struct World {
    pub businesses: Vec<Business>,
    dictionary: Dictionary,
    seed: u64,
    scale: Scale,
}

impl Scale {
    fn of(self, full: usize) -> usize {
        match self {
            Scale::Full => full,
            Scale::Small => full.div_ceil(20),
        }
    }
}

impl World {
    pub fn new(dictionary: &Dictionary, scale: Scale, seed: u64) -> World {
        let mut businesses = who::agencies(scale, seed);
        businesses.extend(who::dealers(scale, seed));
        if let Some(services) = dictionary.vertical("services") {
            businesses.extend(who::tradesmen(services, scale, seed));
        }
        World {
            businesses,
            dictionary: dictionary.clone(),
            seed,
            scale,
        }
    }

    /// What one account offers; nothing when its vertical is not in the dictionary.
    pub fn offers(&self, business: &Business) -> Vec<Offer> {
        let Some(vertical) = self.dictionary.vertical(business.vertical) else {
            return Vec::new();
        };
        let vertical: &Vertical = vertical;
        let mut chance = Chance::new(self.seed, business.stream);
        let chance = &mut chance;
        match business.vertical {
            "estate" => estate::offers(vertical, business, self.scale, chance),
            "auto" => auto::offers(vertical, business, chance),
            _ => services::offers(vertical, business, chance),
        }
    }

    pub fn seed(&self) -> u64 {
        self.seed
    }
}

impl Offer {
    pub(crate) fn listing(self, vertical: &str, photos: Vec<dictionary::Photo>) -> NewListing {
        NewListing {
            vertical: Arc::from(vertical),
            category: self.category,
            status: self.status,
            parent: None,
            level: self.level,
            reference: self.reference,
            values: self.values,
            photos,
        }
    }
}

pub(crate) fn status(chance: &mut Chance) -> Status {
    *chance.weighted(&[
        (90, Status::Live),
        (4, Status::Reserved),
        (3, Status::Sold),
        (2, Status::Draft),
        (1, Status::Withdrawn),
    ])
}
