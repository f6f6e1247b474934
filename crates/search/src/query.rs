//! What is asked, and what is answered.

use std::sync::Arc;

use dictionary::{Decimal, Language};
use serde::Serialize;
use store::{Id, kinds};

#[derive(Clone, Debug, Default)]
pub struct Query {
    pub vertical: Option<Arc<str>>,
    /// With everything below it.
    pub category: Option<Arc<str>>,
    pub account: Option<Id<kinds::Account>>,
    pub words: String,
    pub language: Language,
    /// For each field any of the choices; `true` and `false` for booleans.
    pub choices: Vec<(Arc<str>, Vec<Arc<str>>)>,
    /// Inclusive, in the field's unit; money in major units.
    pub ranges: Vec<(Arc<str>, Option<Decimal>, Option<Decimal>)>,
    /// Only what is priced in it.
    pub currency: Option<Arc<str>>,
    pub near: Option<Near>,
    pub within: Option<Bounds>,
    pub sort: Sort,
    pub offset: usize,
    pub limit: usize,
    pub facets: bool,
}

/// A circle on the globe.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    pub lat: f64,
    pub lon: f64,
    pub radius_km: f64,
}

/// A rectangle of degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub south: f64,
    pub west: f64,
    pub north: f64,
    pub east: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Newest,
    /// Amounts are ordered within each purpose and currency: a rent is no cheaper than a price.
    Field { field: Arc<str>, descending: bool },
    /// Nearest first; needs `near`.
    Distance,
}

#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Exact.
    pub total: u64,
    pub hits: Vec<Hit>,
    pub facets: Vec<Facet>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    pub id: Id<kinds::Listing>,
    /// The listing's version in the index: a key for what is rendered from it.
    pub version: i64,
    pub lat: f32,
    pub lon: f32,
    pub distance_km: Option<f32>,
}

/// How many listings each choice of a field would leave, its own filter set aside.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Facet {
    pub field: Arc<str>,
    pub counts: Vec<(Arc<str>, u64)>,
}

impl Hit {
    pub fn has_place(&self) -> bool {
        self.lat != 0.0 || self.lon != 0.0
    }
}
