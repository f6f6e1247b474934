//! The listings that a file would make, without an account to put them in.

use std::io;

use ::store::{Account, Error, Id, Result, Timestamp, Uuid};
use dictionary::{Dictionary, Value};
use serde_json::{Map, Value as Json, json};

use crate::feed::Feed;
use crate::import::{Options, Run, Taken};
use crate::report::Report;
use crate::store::Known;

/// Reads a whole file and hands over each listing as one JSON object: `ref`, `category`, the fields
/// under their keys, `photos` as addresses. The report says what was mapped and refused.
pub fn drafts(
    dictionary: &Dictionary,
    vertical: &str,
    country: &str,
    source: Box<dyn io::Read + Send>,
    options: Options,
    each: &mut dyn FnMut(Json) -> io::Result<()>,
) -> Result<Report> {
    let nobody = Account {
        id: Id::from_uuid(Uuid::nil()),
        slug: String::new(),
        name: String::new(),
        vertical: vertical.to_owned(),
        country: country.to_uppercase(),
        language: "en".into(),
        profile: String::new(),
        created_at: Timestamp(0),
    };
    let feed = match Feed::open(source) {
        Ok(feed) => feed,
        Err(refusal) => return Ok(Report::unreadable(refusal)),
    };
    let mut run = Run::over(dictionary, nobody, feed, options, None)?;
    let mut report = run.report();
    while let Some(taken) = run.take(&Known::default(), &mut report) {
        match taken {
            Taken::Draft(pending) => {
                report.created += 1;
                let written = each(listing_json(&pending.draft));
                written.map_err(|e| Error::broken(format!("the result cannot be written: {e}")))?;
            }
            Taken::Broken => break,
            _ => {}
        }
    }
    Ok(report)
}

fn listing_json(listing: &catalog::NewListing) -> Json {
    let mut told = Map::new();
    if !listing.reference.is_empty() {
        told.insert("ref".into(), json!(listing.reference));
    }
    told.insert("category".into(), json!(listing.category));
    for (key, value) in &listing.values {
        match value {
            // In units of the currency, as people write it.
            Value::Money(money) => {
                told.insert(key.to_string(), json!(money.minor as f64 / 100.0));
                told.entry("currency").or_insert(json!(money.currency));
            }
            Value::Texts(texts) if texts.len() == 1 => {
                told.insert(key.to_string(), json!(texts.values().next()));
            }
            value => {
                told.insert(key.to_string(), json!(value));
            }
        }
    }
    let photos: Vec<&str> = listing
        .photos
        .iter()
        .filter_map(|p| p.url.as_deref())
        .collect();
    if !photos.is_empty() {
        told.insert("photos".into(), json!(photos));
    }
    Json::Object(told)
}
