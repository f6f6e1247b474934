//! A listing as the journal tells it: whole, or only what changed.
//!
//! `{"vertical":…,"category":…,"status":…,"parent":…,"level":…,"reference":…,"values":{…},
//! "photos":[…]}`. In a difference only changed keys stand, and `null` says "was not there".

use std::sync::Arc;

use ::store::{Error, Result, json};
use dictionary::{Dictionary, Level, Status, Values};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value as Json};

use crate::Listing;

/// The parts of a listing that are kept as JSON, written once for the table and for the journal.
pub(crate) struct Parts {
    pub(crate) values: String,
    pub(crate) photos: String,
}

impl Parts {
    pub(crate) fn of(listing: &Listing) -> Result<Parts> {
        Ok(Parts {
            values: json(&listing.values)?,
            photos: json(&listing.photos)?,
        })
    }
}

pub(crate) fn whole(listing: &Listing) -> String {
    let parts = Parts {
        values: text(&listing.values),
        photos: text(&listing.photos),
    };
    whole_of(listing, &parts)
}

pub(crate) fn whole_of(listing: &Listing, parts: &Parts) -> String {
    format!(
        r#"{{"category":{},"level":{},"parent":{},"photos":{},"reference":{},"status":{},"values":{},"vertical":{}}}"#,
        text(&listing.category),
        text(&listing.level.map(Level::key)),
        text(&listing.parent.map(|p| p.to_string())),
        parts.photos,
        text(&listing.reference),
        text(&listing.status.key()),
        parts.values,
        text(&listing.vertical),
    )
}

/// Ours serialise without fail: maps have text keys and numbers are finite.
fn text(thing: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(thing).unwrap_or_default()
}

/// What differs, as it was and as it is; None when nothing does.
pub(crate) fn difference(before: &Listing, after: &Listing) -> Option<(String, String)> {
    let (mut was, mut is) = (Map::new(), Map::new());
    let mut note = |key: &str, old: Json, new: Json| {
        if old != new {
            was.insert(key.into(), old);
            is.insert(key.into(), new);
        }
    };
    note(
        "category",
        before.category.as_ref().into(),
        after.category.as_ref().into(),
    );
    note(
        "status",
        before.status.key().into(),
        after.status.key().into(),
    );
    let parent = |l: &Listing| Json::from(l.parent.map(|p| p.to_string()));
    note("parent", parent(before), parent(after));
    note(
        "level",
        before.level.map(Level::key).into(),
        after.level.map(Level::key).into(),
    );
    note(
        "reference",
        before.reference.as_str().into(),
        after.reference.as_str().into(),
    );
    if before.photos != after.photos {
        note("photos", plain(&before.photos), plain(&after.photos));
    }
    let (old, new) = changed_values(&before.values, &after.values);
    if !new.is_empty() {
        was.insert("values".into(), Json::Object(old));
        is.insert("values".into(), Json::Object(new));
    }
    (!is.is_empty()).then(|| (Json::Object(was).to_string(), Json::Object(is).to_string()))
}

fn changed_values(before: &Values, after: &Values) -> (Map<String, Json>, Map<String, Json>) {
    let (mut was, mut is) = (Map::new(), Map::new());
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    for key in after.keys().chain(gone) {
        let (old, new) = (before.get(key), after.get(key));
        if old != new {
            was.insert(key.to_string(), old.map_or(Json::Null, plain));
            is.insert(key.to_string(), new.map_or(Json::Null, plain));
        }
    }
    (was, is)
}

/// Ours serialise without fail: maps have text keys and numbers are finite.
fn plain<T: serde::Serialize>(value: &T) -> Json {
    serde_json::to_value(value).unwrap_or(Json::Null)
}

#[derive(Deserialize)]
struct Told<'a> {
    vertical: Option<String>,
    category: Option<String>,
    status: Option<Status>,
    #[serde(default, deserialize_with = "present")]
    parent: Option<Option<::store::Id<::store::kinds::Listing>>>,
    #[serde(default, deserialize_with = "present")]
    level: Option<Option<Level>>,
    reference: Option<String>,
    #[serde(borrow)]
    values: Option<&'a RawValue>,
    photos: Option<Vec<dictionary::Photo>>,
}

fn present<'de, D, T>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Puts what the journal told onto a listing: a whole state replaces it, a difference changes it.
pub(crate) fn put(listing: &mut Listing, told: &str, dictionary: &Dictionary) -> Result<()> {
    let state: Told<'_> = serde_json::from_str(told)
        .map_err(|e| Error::broken(format!("the journal holds an unreadable listing: {e}")))?;
    if let Some(vertical) = state.vertical {
        listing.vertical = Arc::from(vertical);
        listing.values.clear();
    }
    if let Some(category) = state.category {
        listing.category = Arc::from(category);
    }
    listing.status = state.status.unwrap_or(listing.status);
    listing.parent = state.parent.unwrap_or(listing.parent);
    listing.level = state.level.unwrap_or(listing.level);
    if let Some(reference) = state.reference {
        listing.reference = reference;
    }
    if let Some(photos) = state.photos {
        listing.photos = photos;
    }
    if let Some(values) = state.values {
        put_values(listing, values.get(), dictionary)?;
    }
    Ok(())
}

fn put_values(listing: &mut Listing, told: &str, dictionary: &Dictionary) -> Result<()> {
    let keys: Map<String, Json> =
        serde_json::from_str(told).map_err(|e| Error::broken(e.to_string()))?;
    for (key, _) in keys.iter().filter(|(_, value)| value.is_null()) {
        listing.values.remove(key.as_str());
    }
    let present: Map<String, Json> = keys.into_iter().filter(|(_, v)| !v.is_null()).collect();
    let text = Json::Object(present).to_string();
    listing
        .values
        .extend(dictionary.values_stored(&listing.vertical, text.as_bytes()));
    Ok(())
}
