//! Which column becomes which field. Proposed by us, corrected by a person, remembered per account.

use serde::{Deserialize, Serialize};

/// Besides the fields of the vertical: `category`, `category.sub`, `status`, `photos`, `currency`,
/// and the parts of the place, `place.town` and so on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    pub column: String,
    #[serde(default)]
    pub field: Option<String>,
    /// From 0 to 1.
    #[serde(default = "certain")]
    pub confidence: f32,
    #[serde(default)]
    pub reason: String,
    /// How numbers are written in it.
    #[serde(default)]
    pub comma_decimal: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub columns: Vec<Assignment>,
    /// The field that tells rows apart, or none: then the whole row does.
    #[serde(default)]
    pub key: Option<String>,
    /// For rows that name no category.
    #[serde(default)]
    pub category: Option<String>,
}

/// What a person says is so.
fn certain() -> f32 {
    1.0
}

pub(crate) const PLACE_PARTS: [&str; 9] = [
    "place.country",
    "place.postcode",
    "place.town",
    "place.region",
    "place.street",
    "place.number",
    "place.lat",
    "place.lon",
    "place.text",
];

impl Mapping {
    /// Changes when the mapping does, so that known rows are read again under a new one.
    pub(crate) fn fingerprint(&self) -> u128 {
        let taken: Vec<_> = self
            .columns
            .iter()
            .map(|c| (&c.column, &c.field, c.comma_decimal))
            .collect();
        let text = serde_json::to_string(&(taken, &self.key, &self.category)).unwrap_or_default();
        xxhash_rust::xxh3::xxh3_128(text.as_bytes())
    }
}
