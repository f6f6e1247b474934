//! Listings in the plain shape that people exchange: one flat JSON object each, with the
//! dictionary's keys, units and choices, and only what the file says.
//!
//! Prices are in whole units with `currency` beside them, dates as precise as the file, names
//! (makes, models, options) in the file's own words, choices by their keys; a word that is no
//! choice stays as a word in lower case. What no field holds is in `raw`.

use std::io;

use ::store::{Account, Id, Timestamp, Uuid};
use dictionary::{Dictionary, Field, Kind, Language, Value, fold};
use serde_json::{Map, Value as Json, json};

use crate::choices::Choices;
use crate::convert::{clean, parts};
use crate::import::{Run, Taken};
use crate::nothing::is_nothing;
use crate::options::Options;
use crate::record::{Draft, Drafter};
use crate::report::Report;
use crate::target::Target;

/// Whose file it is, as far as reading it needs to know.
#[derive(Clone, Debug)]
pub struct Trade {
    pub vertical: String,
    /// ISO 3166-1 alpha-2: decides currency and language.
    pub country: String,
    pub language: Language,
}

/// Reads a file to its end and hands each listing it would become to `each`, until that says
/// false. Rows that repeat a key are left out, as an import would merge them. Nothing is stored.
pub fn plain_listings(
    dictionary: &Dictionary,
    trade: &Trade,
    source: Box<dyn io::Read + Send>,
    options: Options,
    each: &mut dyn FnMut(Json) -> bool,
) -> ::store::Result<Report> {
    let account = Account {
        id: Id::from_uuid(Uuid::nil()),
        slug: String::new(),
        name: String::new(),
        vertical: trade.vertical.clone(),
        country: trade.country.clone(),
        language: trade.language.code().to_owned(),
        profile: String::new(),
        created_at: Timestamp(0),
    };
    let mut run = match Run::open(dictionary, account, source, options)? {
        Ok(run) => run,
        Err(report) => return Ok(report),
    };
    run.settle(None, &[], &Choices::default());
    let mut report = run.report();
    let mut seen = ahash::AHashSet::new();
    let known = crate::store::Known::default();
    let mut plain = Vec::new();
    while let Some(taken) = run.take_plain(&known, &mut report, &mut plain) {
        match taken {
            Taken::Draft(pending) => match seen.insert(pending.key) {
                true => report.created += 1,
                false => {
                    report.merged += 1;
                    plain.clear();
                }
            },
            Taken::Broken => break,
            _ => {}
        }
        if let Some(listing) = plain.pop()
            && !each(listing)
        {
            break;
        }
    }
    run.tell_the_end(&mut report);
    Ok(report)
}

impl Drafter {
    /// A draft in the plain shape, with the words of the row it was made from.
    pub(crate) fn plain(&self, cells: &[impl AsRef<str>], draft: &Draft) -> Json {
        let mut plain = Map::new();
        let values = &draft.listing.values;
        for (at, target, _) in &self.targets {
            let Target::Field(slot) = target else {
                continue;
            };
            let field = &self.vertical.fields[*slot];
            let cell = cells.get(*at).map_or("", |c| c.as_ref().trim());
            if cell.is_empty() || is_nothing(cell) || plain.contains_key(field.key.as_ref()) {
                continue;
            }
            if let Some(word) = in_words(field, cell, values.get(&field.key)) {
                plain.insert(field.key.to_string(), word);
            }
        }
        for (key, value) in values {
            let derived = draft.derived.contains(&key.as_ref()) && key.as_ref() != "mileage_km";
            let Some(field) = self.vertical.field(key) else {
                continue;
            };
            if derived || plain.contains_key(key.as_ref()) || key.as_ref() == "model_text" {
                continue;
            }
            if field.shape == Some(dictionary::Shape::Leftover) {
                plain.insert(key.to_string(), leftover(value));
                continue;
            }
            if let (Value::Money(money), "price") = (value, key.as_ref()) {
                plain.insert("currency".into(), json!(money.currency));
            }
            plain.insert(key.to_string(), flat(field, value));
        }
        let urls = draft.listing.photos.iter().filter_map(|p| p.url.as_deref());
        let urls = urls.filter(|url| url.contains("://"));
        let urls: Vec<&str> = urls.collect();
        if !urls.is_empty() {
            plain.insert("photos".into(), json!(urls));
        }
        Json::Object(plain)
    }
}

/// Names and lists stay in the file's words; a choice is its key.
fn in_words(field: &Field, cell: &str, value: Option<&Value>) -> Option<Json> {
    match (&field.kind, value) {
        (Kind::OneOf(_), _) if holds_names(field) => Some(json!(clean(cell))),
        (Kind::ManyOf(_), _) => {
            let words: Vec<String> = parts(cell).map(clean).collect();
            (!words.is_empty()).then(|| json!(words))
        }
        (Kind::OneOf(_), Some(Value::OneOf(key))) => {
            let label = field.choice(key).map(|c| &c.label);
            let others = label.map(|l| [&l.fr, &l.nl, &l.de].map(|word| fold(word)));
            Some(json!(spelled(key, &others.unwrap_or_default(), cell)))
        }
        (Kind::OneOf(_), None) => Some(json!(clean(cell).to_lowercase())),
        _ => None,
    }
}

/// Whether its choices are names, the same in every language: makes, models.
fn holds_names(field: &Field) -> bool {
    field.choices().len() > 20
        && field.choices().iter().take(50).all(|c| {
            let en = c.label.get(Language::En);
            Language::ALL.iter().all(|l| c.label.get(*l) == en)
        })
}

/// A key, or the same word as the file spells it: "gray" stays gray.
fn spelled(key: &str, others: &[String], cell: &str) -> String {
    let word = fold(cell);
    if others.contains(&word) {
        return key.to_owned();
    }
    let apart = key
        .bytes()
        .zip(word.bytes())
        .filter(|(a, b)| a != b)
        .count();
    match key.len() == word.len() && apart == 1 {
        true => word,
        false => key.to_owned(),
    }
}

fn flat(field: &Field, value: &Value) -> Json {
    match value {
        Value::Money(money) if money.minor % 100 == 0 => json!(money.minor / 100),
        Value::Money(money) => json!(money.minor as f64 / 100.0),
        Value::Texts(texts) => json!(texts.values().next()),
        Value::OneOf(key) if holds_names(field) => {
            let label = field.choice(key).map(|c| c.label.get(Language::En));
            json!(label.unwrap_or(key))
        }
        value => serde_json::to_value(value).unwrap_or_default(),
    }
}

/// The lines `header: value` as an object.
fn leftover(value: &Value) -> Json {
    let Value::Text(text) = value else {
        return Json::Null;
    };
    let pairs = text.lines().filter_map(|line| line.split_once(": "));
    Json::Object(pairs.map(|(k, v)| (k.to_owned(), json!(v))).collect())
}
