//! What happened to a listing, as a person reads it, and the listing as it was.

use std::collections::HashMap;

use askama::Template;
use dictionary::{Language, Vertical};
use serde_json::Value as Json;
use store::{Entry, Error, Id, Timestamp, kinds};

use super::desk::{Desk, page};
use super::{Answer, Visit};
use crate::site::view;
use crate::text::{self, say};

/// Values longer than this are cut in the story.
const LETTERS: usize = 60;

/// A line of a listing's story.
pub struct Told {
    pub at: String,
    pub fact: String,
    pub who: String,
    pub changes: Vec<Change>,
    /// The page of the listing as it was then.
    pub then: String,
}

pub struct Change {
    pub field: String,
    pub was: String,
    pub is: String,
}

#[derive(Template)]
#[template(path = "office/then.html")]
struct Then {
    desk: Desk,
    back: String,
    title: String,
    at: String,
    price: String,
    status: &'static str,
    groups: Vec<view::FactGroup>,
}

pub fn told(
    entry: &Entry,
    vertical: &Vertical,
    language: Language,
    names: &HashMap<String, String>,
) -> Told {
    let at = entry.at.to_string();
    Told {
        at: format!("{} {}", &at[..10], &at[11..16]),
        fact: say(language, &entry.fact.replace("listing.", "fact_")).to_owned(),
        who: names.get(&entry.actor).unwrap_or(&entry.actor).clone(),
        changes: changes(entry, vertical, language),
        then: format!(
            "/listings/{}/then/{}",
            Id::<kinds::Listing>::from_uuid(entry.id),
            entry.at.0
        ),
    }
}

/// The fields that an entry changed, with what they were and are.
fn changes(entry: &Entry, vertical: &Vertical, language: Language) -> Vec<Change> {
    let (Some(before), Some(after)) = (&entry.before, &entry.after) else {
        return Vec::new();
    };
    let read = |text: &str| serde_json::from_str::<Json>(text).unwrap_or_default();
    let (before, after) = (read(before), read(after));
    let mut changes = Vec::new();
    for (key, is) in after.as_object().into_iter().flatten() {
        if key == "values" {
            let (was, is) = (values(&before["values"], vertical), values(is, vertical));
            let mut keys: Vec<_> = was.keys().chain(is.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let Some(field) = vertical.field(key) else {
                    continue;
                };
                let shown = |of: &dictionary::Values| {
                    let value = of.get(key.as_ref());
                    value.map_or_else(String::new, |v| readable(field, v, language))
                };
                changes.push(Change {
                    field: field.label.get(language).to_owned(),
                    was: shown(&was),
                    is: shown(&is),
                });
            }
        } else {
            let plain = |json: &Json| match json {
                Json::Null => String::new(),
                Json::String(word) if key == "status" => say(language, word).to_owned(),
                Json::String(word) => short(word),
                Json::Array(photos) => photos.len().to_string(),
                other => short(&other.to_string()),
            };
            changes.push(Change {
                field: match key.as_str() {
                    "status" | "category" | "reference" | "photos" => say(language, key).to_owned(),
                    other => other.to_owned(),
                },
                was: plain(&before[key]),
                is: plain(is),
            });
        }
    }
    changes
}

fn values(json: &Json, vertical: &Vertical) -> dictionary::Values {
    vertical.values_stored(json.to_string().as_bytes())
}

fn readable(field: &dictionary::Field, value: &dictionary::Value, language: Language) -> String {
    let said = match value {
        dictionary::Value::Texts(texts) => texts
            .get(language.code())
            .or(texts.values().next())
            .map(|t| t.to_string()),
        dictionary::Value::Place(place) => Some(format!("{} {}", place.postcode, place.town)),
        _ => text::value(field, value, language),
    };
    short(&said.unwrap_or_default())
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The listing as it was at an instant.
pub async fn then(visit: &Visit, id: &str, at: &str) -> Answer {
    let absent = || Error::NotFound { what: "listing" };
    let id: Id<kinds::Listing> = id.parse().map_err(|_| absent())?;
    let at = Timestamp(at.parse().map_err(|_| absent())?);
    let dictionary = visit.deps.dictionary.get();
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let then = catalog::as_of(&mut read, &dictionary, id, at).await?;
    drop(read);
    let then = then.ok_or_else(absent)?;
    let vertical = dictionary.vertical(&then.vertical).ok_or_else(absent)?;
    let title = view::title(&then, visit.language, Some(vertical));
    let desk = Desk::of(visit, "listings", &title).await?;
    let told = at.to_string();
    page(&Then {
        desk,
        back: format!("/listings/{id}"),
        title,
        at: format!("{} {}", &told[..10], &told[11..16]),
        price: view::price(&then, visit.language),
        status: say(visit.language, then.status.key()),
        groups: view::facts(&then, vertical, visit.language),
    })
}
