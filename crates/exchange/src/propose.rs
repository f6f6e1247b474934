//! Proposes what each column means, from its name and from what stands in it, and says why.

use dictionary::{Dictionary, Kind, Vertical, fold};

use crate::convert::{Manner, Unread, convert, is_nothing, number};
use crate::mapping::{Assignment, Mapping};

/// Below this we leave a column alone rather than guess.
const CONFIDENCE_MIN: f32 = 0.5;
const SAMPLE: usize = 200;

/// Header words for what is no field of its own.
const SPECIAL: [(&str, &[&str]); 14] = [
    (
        "category",
        &[
            "category",
            "type",
            "property type",
            "propertytype",
            "type bien",
            "type de bien",
            "soort",
            "object type",
            "objektart",
            "tipo",
            "categorie",
            "property_type",
            "house type",
            "kind",
            "woningtype",
            "overview property type",
        ],
    ),
    (
        "category.sub",
        &[
            "subtype",
            "sub type",
            "property subtype",
            "propertysubtype",
            "property_subtype",
            "subtype of property",
            "subtypeproperty",
            "sous type",
        ],
    ),
    (
        "status",
        &["status", "statut", "etat annonce", "listing status"],
    ),
    (
        "photos",
        &[
            "photos",
            "images",
            "image",
            "photo",
            "pictures",
            "image url",
            "image_url",
            "images url",
            "photo url",
            "imagelist",
            "photourls",
            "image link",
            "urls photos",
            "photo 1",
            "image[0].url",
            "media pictures 0 largeurl",
        ],
    ),
    ("currency", &["currency", "devise", "munt", "wahrung"]),
    (
        "place.country",
        &["country", "pays", "land", "country code"],
    ),
    (
        "place.postcode",
        &[
            "postcode",
            "postal code",
            "postalcode",
            "postal_code",
            "code postal",
            "zip",
            "zip code",
            "plz",
            "cp",
            "location_postalcode",
            "zipcode",
        ],
    ),
    (
        "place.town",
        &[
            "town",
            "city",
            "ville",
            "locality",
            "commune",
            "gemeente",
            "stad",
            "plaats",
            "ort",
            "stadt",
            "town name",
            "location_locality",
            "localite",
            "address town name",
            "city name",
            "woonplaats",
            "municipality",
            "place",
        ],
    ),
    (
        "place.region",
        &[
            "region",
            "province",
            "provincie",
            "departement",
            "department",
            "state",
            "district",
            "county",
        ],
    ),
    (
        "place.street",
        &[
            "street",
            "rue",
            "straat",
            "strasse",
            "address",
            "adresse",
            "adres",
            "street name",
            "location_street",
            "address street",
        ],
    ),
    (
        "place.number",
        &[
            "street number",
            "house number",
            "numero",
            "huisnummer",
            "hausnummer",
            "number",
            "location_number",
            "address number",
        ],
    ),
    ("place.lat", &["latitude", "lat", "location_latitude"]),
    (
        "place.lon",
        &["longitude", "lon", "lng", "long", "location_longitude"],
    ),
    ("place.text", &["location", "lieu", "localisation"]),
];

pub(crate) fn propose(
    vertical: &Vertical,
    columns: &[String],
    sample: &[Vec<String>],
    manner: &Manner,
    category: Option<String>,
) -> Mapping {
    let mut proposed: Vec<Assignment> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let values: Vec<&str> = sample
                .iter()
                .take(SAMPLE)
                .filter_map(|row| row.get(at))
                .map(|v| v.trim())
                .filter(|v| !is_nothing(v))
                .collect();
            one_column(vertical, column, &values, manner)
        })
        .collect();
    settle_rivals(&mut proposed);
    let key = key_of(&proposed, sample);
    Mapping {
        columns: proposed,
        key,
        category,
    }
}

fn one_column(vertical: &Vertical, column: &str, values: &[&str], manner: &Manner) -> Assignment {
    let comma_decimal = writes_comma_decimals(values);
    let manner = Manner {
        comma_decimal,
        ..manner.clone()
    };
    let none = |reason: String| Assignment {
        column: column.to_owned(),
        field: None,
        confidence: 0.0,
        reason,
        comma_decimal,
    };
    let Some((field, by_name, why)) = by_name(vertical, column) else {
        return by_content(vertical, column, values, comma_decimal)
            .unwrap_or_else(|| none("no field has this name".into()));
    };
    let fit = fit(vertical, &field, values, &manner);
    let confidence = by_name * (0.3 + 0.7 * fit);
    if confidence < CONFIDENCE_MIN {
        let share = (fit * 100.0).round();
        return none(format!(
            "{why}, but only {share} % of its values fit `{field}`"
        ));
    }
    let reason = if values.is_empty() {
        format!("{why}; empty in the sample")
    } else {
        format!("{why}; {} % of its values fit", (fit * 100.0).round())
    };
    Assignment {
        column: column.to_owned(),
        field: Some(field),
        confidence,
        reason,
        comma_decimal,
    }
}

/// The field that a header names: whole, or without the words that exporters put in front.
fn by_name(vertical: &Vertical, column: &str) -> Option<(String, f32, String)> {
    let whole = fold(column);
    let words: Vec<&str> = whole.split(' ').collect();
    for skip in 0..words.len().min(4) {
        let name = words[skip..].join(" ");
        let sure = 1.0 - 0.08 * skip as f32;
        if let Some(field) = named(vertical, &name) {
            let why = if skip == 0 {
                format!("named “{column}”")
            } else {
                format!("ends in “{name}”")
            };
            return Some((field, sure, why));
        }
    }
    // A unit or a remark behind the name: "prix ttc", "surface m2".
    for keep in (1..words.len().min(4)).rev() {
        let name = words[..keep].join(" ");
        if let Some(field) = named(vertical, &name).filter(|_| name.len() > 3) {
            return Some((field, 0.75, format!("begins with “{name}”")));
        }
    }
    None
}

fn named(vertical: &Vertical, name: &str) -> Option<String> {
    if let Some(field) = vertical.fields.iter().find(|f| fold(&f.key) == name) {
        return Some(if field.key.as_ref() == "place" {
            "place.text".into()
        } else {
            field.key.to_string()
        });
    }
    let special = SPECIAL
        .iter()
        .find(|(_, names)| names.iter().any(|n| fold(n) == name));
    let field = vertical
        .fields
        .iter()
        .find(|f| f.key.as_ref() != "place" && f.synonyms.iter().any(|s| s == name));
    match (field, special) {
        // A car's "type" is a field or a category by what the vertical says.
        (Some(field), _) => Some(field.key.to_string()),
        (None, Some((special, _))) => Some((*special).to_owned()),
        (None, None) => {
            let labelled = vertical.fields.iter().find(|f| {
                f.key.as_ref() != "place"
                    && dictionary::Language::ALL
                        .iter()
                        .any(|l| fold(f.label.get(*l)) == name)
            });
            labelled.map(|f| f.key.to_string())
        }
    }
}

/// The share of values that can be read as the field; 1 for an empty column.
fn fit(vertical: &Vertical, field: &str, values: &[&str], manner: &Manner) -> f32 {
    if values.is_empty() {
        return 1.0;
    }
    let reads = |value: &&&str| -> bool {
        if let Some(field) = vertical.field(field) {
            if matches!(field.kind, Kind::Translated | Kind::Text | Kind::Person) {
                return true;
            }
            // A model that the list does not know is kept as a text.
            if field.choices().iter().any(|c| c.within.is_some()) {
                return true;
            }
            return match convert(field, value, manner) {
                Ok(read) => field.check(&read).is_none(),
                Err(Unread::Empty) => true,
                Err(_) => false,
            };
        }
        match field {
            "category" | "category.sub" => vertical.category_like(value).is_some(),
            "place.lat" | "place.lon" => value.parse::<f64>().is_ok_and(|d| d.abs() <= 180.0),
            "place.postcode" => value.bytes().any(|b| b.is_ascii_digit()) && value.len() <= 12,
            "photos" => value.contains("http") || value.contains(".jpg"),
            "place.town" | "place.country" => value.parse::<f64>().is_err(),
            _ => true,
        }
    };
    values.iter().filter(reads).count() as f32 / values.len() as f32
}

/// Without a telling name, only contents that can hardly be anything else are taken.
fn by_content(
    vertical: &Vertical,
    column: &str,
    values: &[&str],
    comma_decimal: bool,
) -> Option<Assignment> {
    if values.len() < 5 {
        return None;
    }
    let share = |fits: &dyn Fn(&str) -> bool| {
        values.iter().filter(|v| fits(v)).count() as f32 / values.len() as f32
    };
    let found = |field: &str, confidence: f32, reason: &str| {
        Some(Assignment {
            column: column.to_owned(),
            field: Some(field.to_owned()),
            confidence,
            reason: reason.to_owned(),
            comma_decimal,
        })
    };
    if !column.starts_with("column ") {
        return None;
    }
    let vin = |v: &str| {
        v.len() == 17
            && v.chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    if vertical.field("vin").is_some() && share(&vin) > 0.9 {
        return found("vin", 0.9, "17 letters and digits: chassis numbers");
    }
    if share(&|v| v.starts_with("http") && (v.contains(".jp") || v.contains(".png"))) > 0.8 {
        return found("photos", 0.8, "addresses of pictures");
    }
    for field in vertical.fields.iter().filter(|f| f.choices().len() > 3) {
        if share(&|v| v.len() > 2 && field.choice_like(v).is_some()) > 0.9 {
            return found(&field.key, 0.7, "its words are choices of this field");
        }
    }
    None
}

fn writes_comma_decimals(values: &[&str]) -> bool {
    let decimal = |mark: char| {
        values
            .iter()
            .filter(|v| {
                let tail = v
                    .trim_end_matches(|c: char| !c.is_ascii_digit())
                    .rsplit(mark)
                    .next();
                v.contains(mark)
                    && number(v, false).is_ok()
                    && tail.is_some_and(|t| t.len() != 3 && t.bytes().all(|b| b.is_ascii_digit()))
            })
            .count()
    };
    decimal(',') > decimal('.')
}

/// Each field is taken from one column: the surest, and of equals the first.
fn settle_rivals(columns: &mut [Assignment]) {
    for at in 0..columns.len() {
        let Some(field) = columns[at].field.clone() else {
            continue;
        };
        if field == "photos" {
            continue;
        }
        let rival = columns.iter().enumerate().find(|(other, c)| {
            *other != at
                && c.field.as_ref() == Some(&field)
                && (c.confidence > columns[at].confidence
                    || (c.confidence == columns[at].confidence && *other < at))
        });
        if let Some((_, winner)) = rival {
            let reason = format!("`{field}` is taken from “{}” already", winner.column);
            columns[at].field = None;
            columns[at].confidence = 0.0;
            columns[at].reason = reason;
        }
    }
}

/// What tells rows apart: a column that is filled and never repeats in the sample.
fn key_of(columns: &[Assignment], sample: &[Vec<String>]) -> Option<String> {
    for field in ["ref", "portal_id", "vin", "plate", "page_url"] {
        let Some(at) = columns
            .iter()
            .position(|c| c.field.as_deref() == Some(field))
        else {
            continue;
        };
        let values: Vec<&str> = sample
            .iter()
            .filter_map(|r| r.get(at))
            .map(|v| v.trim())
            .collect();
        let filled = values.iter().filter(|v| !is_nothing(v)).count();
        let distinct: std::collections::HashSet<&&str> = values.iter().collect();
        if filled * 100 >= values.len() * 98 && distinct.len() * 100 >= values.len() * 95 {
            return Some(field.to_owned());
        }
    }
    None
}

/// The vertical's own category when nothing names one: only a trade with one main kind has it.
pub(crate) fn default_category(dictionary: &Dictionary, vertical: &str) -> Option<String> {
    let vertical = dictionary.vertical(vertical)?;
    vertical
        .field("make")
        .and_then(|_| vertical.categories.first())
        .map(|c| c.key.to_string())
}
