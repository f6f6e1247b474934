//! What the server counts of itself while it answers; [`crate::figures`] tells it.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Kinds of requests, each with its own counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Pages of the public sites.
    Site,
    Asset,
    Media,
    Api,
    Feed,
    Office,
    /// Health and figures.
    Watch,
}

impl Class {
    pub const ALL: [Class; 7] = [
        Class::Site,
        Class::Asset,
        Class::Media,
        Class::Api,
        Class::Feed,
        Class::Office,
        Class::Watch,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Class::Site => "site",
            Class::Asset => "asset",
            Class::Media => "media",
            Class::Api => "api",
            Class::Feed => "feed",
            Class::Office => "office",
            Class::Watch => "watch",
        }
    }
}

/// Upper bounds of the histogram's buckets in seconds, after which comes infinity.
pub const BOUNDS_S: [f64; 14] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

#[derive(Default)]
pub struct Meter {
    /// By the first digit of the status.
    statuses: [AtomicU64; 6],
    /// Not added up: each counts those above the bound before it.
    buckets: [AtomicU64; BOUNDS_S.len() + 1],
    nanos: AtomicU64,
}

#[derive(Default)]
pub struct Meters {
    classes: [Meter; Class::ALL.len()],
    pages_kept: AtomicU64,
    pages_made: AtomicU64,
}

impl Meters {
    pub fn answered(&self, class: Class, status: u16, took: Duration) {
        let meter = &self.classes[class as usize];
        let digit = usize::from(status / 100).min(5);
        meter.statuses[digit].fetch_add(1, Relaxed);
        let seconds = took.as_secs_f64();
        let bucket = BOUNDS_S.iter().position(|bound| seconds <= *bound);
        meter.buckets[bucket.unwrap_or(BOUNDS_S.len())].fetch_add(1, Relaxed);
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        meter.nanos.fetch_add(nanos, Relaxed);
    }

    pub fn of(&self, class: Class) -> &Meter {
        &self.classes[class as usize]
    }

    /// A page was asked for: it was kept from before, or had to be made.
    pub fn page(&self, was_kept: bool) {
        let count = match was_kept {
            true => &self.pages_kept,
            false => &self.pages_made,
        };
        count.fetch_add(1, Relaxed);
    }

    /// Kept and made.
    pub fn pages(&self) -> (u64, u64) {
        (self.pages_kept.load(Relaxed), self.pages_made.load(Relaxed))
    }
}

impl Meter {
    /// By the first digit of the status, those that there were.
    pub fn statuses(&self) -> impl Iterator<Item = (usize, u64)> {
        let all = self.statuses.iter().enumerate();
        all.map(|(digit, count)| (digit, count.load(Relaxed)))
            .filter(|(_, count)| *count > 0)
    }

    /// Added up: how many took no longer than each bound, and how many there were.
    pub fn up_to(&self) -> ([u64; BOUNDS_S.len()], u64) {
        let mut sum = 0;
        let counts = std::array::from_fn(|at| {
            sum += self.buckets[at].load(Relaxed);
            sum
        });
        (counts, sum + self.buckets[BOUNDS_S.len()].load(Relaxed))
    }

    pub fn seconds(&self) -> f64 {
        self.nanos.load(Relaxed) as f64 / 1e9
    }
}
