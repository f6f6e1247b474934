//! The parts of a listing that the dictionary can judge: its status, its level, its values.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Texts, Value};

/// The fields of one listing that are filled in, by field key. Sparse: what is absent is unknown.
pub type Values = BTreeMap<Arc<str>, Value>;

/// Where a listing stands with the public. Only `Live` and `Reserved` are seen on sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Draft,
    Live,
    Reserved,
    Sold,
    Withdrawn,
}

/// How deep in a new-build hierarchy a listing stands: project › phase › building › floor › unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Project,
    Phase,
    Building,
    Floor,
    Unit,
}

/// A picture, plan or document of a listing: an object of ours (by content hash) or somebody's URL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// blake3 of the original in lower-case hex, once we hold it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// Where it came from, when it came from outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub caption: Texts,
    /// Pixels of the original; 0 while unknown.
    #[serde(default)]
    pub width: u32,
    #[serde(default)]
    pub height: u32,
}

impl Status {
    pub const ALL: [Status; 5] = [
        Status::Draft,
        Status::Live,
        Status::Reserved,
        Status::Sold,
        Status::Withdrawn,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::Live => "live",
            Status::Reserved => "reserved",
            Status::Sold => "sold",
            Status::Withdrawn => "withdrawn",
        }
    }

    pub fn parse(key: &str) -> Option<Status> {
        Status::ALL.into_iter().find(|s| s.key() == key)
    }

    /// Whether the public may see a listing in this status.
    pub const fn is_public(self) -> bool {
        matches!(self, Status::Live | Status::Reserved)
    }
}

impl Level {
    pub const ALL: [Level; 5] = [
        Level::Project,
        Level::Phase,
        Level::Building,
        Level::Floor,
        Level::Unit,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Level::Project => "project",
            Level::Phase => "phase",
            Level::Building => "building",
            Level::Floor => "floor",
            Level::Unit => "unit",
        }
    }

    pub fn parse(key: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|l| l.key() == key)
    }
}
