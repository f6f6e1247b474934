//! Which column becomes which field. Proposed by us, corrected by a person, remembered per account.

use std::collections::BTreeMap;

use dictionary::{Kind, Vertical};
use serde::{Deserialize, Serialize};

use crate::reason::Reason;

/// A column's target for what is deliberately not taken: not even kept as a raw attribute.
pub const LEAVE_OUT: &str = "leave_out";

/// One column of a feed and what becomes of it.
///
/// `field` is a field of the vertical, one option of a field of many (`options.abs`), or one of
/// `category`, `category.sub`, `status`, `photos`, `currency`, `place.town` and its like,
/// `leave_out`. Without a field the column's cells are kept as raw attributes of the listing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Assignment {
    pub column: String,
    pub field: Option<String>,
    /// From 0 to 1.
    #[serde(default = "certain")]
    pub confidence: f32,
    pub reason: Reason,
    /// What it may be, the likeliest first, where we were not sure enough to take it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// How numbers are written in it.
    pub comma_decimal: bool,
    /// Dates in it name the month before the day.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub month_first: bool,
    /// What its bare numbers count: `mi`, `km`, `kw`, `hp`, `l`, `cc`, `cents`, `thousand`, `sqft`,
    /// `ha`, or a currency. A unit written in a cell goes before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The file's words, compared without case and accents, and what they mean: a choice, `true`,
    /// `false`, a number; the empty text for nothing.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

/// A field that a column may be.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub field: String,
    pub confidence: f32,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    pub columns: Vec<Assignment>,
    /// The field that tells rows apart, or none: then the whole row does.
    pub key: Option<String>,
    /// For rows that name no category.
    pub category: Option<String>,
    /// What every row of the feed means without saying it: `currency` of prices, `country` of places.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, String>,
    /// The known layout it was made by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<String>,
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

/// Targets that are no field of a vertical, beside the parts of the place.
pub(crate) const SPECIAL_TARGETS: [&str; 6] = [
    "category",
    "category.sub",
    "status",
    "photos",
    "currency",
    LEAVE_OUT,
];

impl Assignment {
    /// A person says what the column is; None keeps its cells as raw attributes.
    pub fn choose(&mut self, field: Option<String>) {
        self.field = field;
        self.confidence = 1.0;
        self.reason = Reason::new("chosen", []);
        self.candidates.clear();
    }

    /// Whether a person should look at it: nothing was taken, but something may be meant.
    pub fn asks(&self) -> bool {
        self.field.is_none() && !self.candidates.is_empty()
    }

    pub(crate) fn is_chosen(&self) -> bool {
        self.reason.code == "chosen"
    }
}

impl Mapping {
    /// Changes when the mapping does, so that known rows are read again under a new one.
    pub(crate) fn fingerprint(&self) -> u128 {
        // What no field takes depends on the row alone, and the order of columns says nothing: a tree
        // shows other paths from night to night.
        let mut taken: Vec<_> = self
            .columns
            .iter()
            .filter(|c| c.field.is_some())
            .map(|c| {
                let how = (c.comma_decimal, c.month_first, &c.unit, &c.values);
                (&c.column, &c.field, how)
            })
            .collect();
        taken.sort_by_key(|(column, ..)| *column);
        let whole = (taken, &self.key, &self.category, &self.constants);
        let text = serde_json::to_string(&whole).unwrap_or_default();
        xxhash_rust::xxh3::xxh3_128(text.as_bytes())
    }

    /// What the feed of these columns is called when nobody has named it.
    pub fn feed_name(&self) -> String {
        feed_of(self.columns.iter().map(|c| &c.column))
    }

    pub fn column(&mut self, name: &str) -> Option<&mut Assignment> {
        let name = dictionary::fold(name);
        self.columns
            .iter_mut()
            .find(|c| dictionary::fold(&c.column) == name)
    }

    /// What in it means nothing to a vertical: a sentence for each, with the column it is about.
    pub fn check(&self, vertical: &Vertical) -> Vec<String> {
        let mut wrong = Vec::new();
        for column in &self.columns {
            let name = &column.column;
            let Some(field) = &column.field else { continue };
            if !is_target(vertical, field) {
                wrong.push(format!(
                    "column “{name}”: there is no field `{field}`; `entremise dictionary show {}` lists them",
                    vertical.key
                ));
            }
            let Some(field) = vertical.field(field) else {
                continue;
            };
            for (word, means) in &column.values {
                let chooses = matches!(field.kind, Kind::OneOf(_) | Kind::ManyOf(_));
                if chooses && !means.is_empty() && field.choice(means).is_none() {
                    wrong.push(format!(
                        "column “{name}”: “{word}” → `{means}` is no choice of `{}`",
                        field.key
                    ));
                }
            }
        }
        if let Some(key) = &self.key
            && !self.columns.iter().any(|c| c.field.as_ref() == Some(key))
        {
            wrong.push(format!("the key `{key}` is taken from no column"));
        }
        if let Some(category) = &self.category
            && vertical.category_like(category).is_none()
        {
            wrong.push(format!("there is no category “{category}”"));
        }
        wrong
    }

    /// The same mapping for a delivery whose columns moved, came or went: what a person chose
    /// stays with its column's name; new columns are those of `proposed`.
    pub(crate) fn onto(self, proposed: Mapping) -> Mapping {
        let same = self.columns.len() == proposed.columns.len()
            && self
                .columns
                .iter()
                .zip(&proposed.columns)
                .all(|(a, b)| a.column == b.column);
        if same {
            return self;
        }
        let mut whole = Mapping {
            key: self.key.or(proposed.key),
            category: self.category.or(proposed.category),
            ..proposed
        };
        whole.constants.extend(self.constants);
        for column in &mut whole.columns {
            if let Some(old) = self.columns.iter().find(|c| c.column == column.column) {
                *column = old.clone();
            }
        }
        whole
    }
}

/// Files with the same columns are deliveries of one feed.
pub(crate) fn feed_of<'a>(columns: impl Iterator<Item = &'a String>) -> String {
    let columns: Vec<&str> = columns.map(String::as_str).collect();
    let hash = xxhash_rust::xxh3::xxh3_128(columns.join("\u{1}").as_bytes());
    format!("{:016x}", hash as u64)
}

/// Whether a column can be sent there.
pub fn is_target(vertical: &Vertical, field: &str) -> bool {
    if SPECIAL_TARGETS.contains(&field) || PLACE_PARTS.contains(&field) {
        return true;
    }
    if let Some(field) = vertical.field(field) {
        return field.key.as_ref() != "place";
    }
    option_of(vertical, field).is_some() || text_of(vertical, field).is_some()
}

/// `description.nl`: the slot of a translated field, and a language as ISO 639-1 names it.
pub(crate) fn text_of<'a>(vertical: &Vertical, target: &'a str) -> Option<(usize, &'a str)> {
    let (field, language) = target.split_once('.')?;
    let slot = vertical.field_index(field)?;
    let translated = matches!(vertical.fields[slot].kind, Kind::Translated);
    let is_code = language.len() == 2 && language.bytes().all(|b| b.is_ascii_lowercase());
    (translated && is_code).then_some((slot, language))
}

/// `options.abs`: the slot of a field of many, and the key of one of its choices.
pub(crate) fn option_of(vertical: &Vertical, target: &str) -> Option<(usize, std::sync::Arc<str>)> {
    let (field, choice) = target.split_once('.')?;
    let slot = vertical.field_index(field)?;
    let field = &vertical.fields[slot];
    let many = matches!(field.kind, Kind::ManyOf(_));
    Some((slot, field.choice(choice)?.key.clone())).filter(|_| many)
}
