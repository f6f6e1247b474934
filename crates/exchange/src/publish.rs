//! Listings go out: the feed that a portal reads.

use std::io::Write;

use ::store::{Account, Error, Id, Reads, Result, kinds};
use catalog::{Filter, Listing};
use dictionary::{Dictionary, Label, Language, Shown, Status, Value, Vertical};
use formats::CsvWriter;
use serde::Serialize;

use crate::kyero;
use crate::portal::Portal;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Published {
    /// How many stand in the feed.
    pub listings: u64,
    pub left_out: Vec<LeftOut>,
}

#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    pub listing: Id<kinds::Listing>,
    pub reference: String,
    /// `missing_field` or `unknown_type`.
    pub code: &'static str,
    /// A sentence in the language that was asked for.
    pub reason: String,
}

/// Writes the feed of an account for a portal; what the portal would refuse is left out, with the
/// reason in `language`. `media_base` is the public address below which our pictures are found.
pub async fn publish(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    portal: &Portal,
    account: &Account,
    media_base: &str,
    language: Language,
    out: &mut (impl Write + Send),
) -> Result<Published> {
    let vertical = dictionary
        .vertical(&account.vertical)
        .ok_or(Error::NotFound { what: "vertical" })?;
    let mut published = Published::default();
    let unwritable = |e: std::io::Error| Error::broken(format!("the feed cannot be written: {e}"));
    let mut sink = match portal.format.as_str() {
        "csv" => Sink::Rows(header(vertical, out).map_err(unwritable)?),
        _ => {
            out.write_all(kyero::HEAD.as_bytes()).map_err(unwritable)?;
            Sink::Elements(out)
        }
    };
    let mut after = None;
    loop {
        let filter = Filter {
            after,
            limit: catalog::CHUNK,
            ..Filter::default()
        };
        let (page, _) = catalog::list(read, dictionary, account.id, &filter).await?;
        let Some(last) = page.last() else { break };
        after = Some((last.updated_at, last.id));
        let mut text = String::new();
        for listing in page.iter().filter(|l| l.status.is_public()) {
            let listing = &as_told(listing);
            if let Some((code, reason)) = missing(portal, vertical, listing) {
                published.left_out.push(LeftOut {
                    listing: listing.id,
                    reference: listing.reference.clone(),
                    code,
                    reason: reason.get(language).to_owned(),
                });
                continue;
            }
            published.listings += 1;
            match &mut sink {
                Sink::Rows(rows) => {
                    row(rows, vertical, listing, portal, media_base).map_err(unwritable)?
                }
                Sink::Elements(_) => {
                    let kind = portal
                        .type_of(vertical, &listing.category)
                        .unwrap_or("House");
                    kyero::property(listing, kind, portal, media_base, &mut text);
                }
            }
        }
        if let Sink::Elements(out) = &mut sink {
            out.write_all(text.as_bytes()).map_err(unwritable)?;
        }
    }
    match sink {
        Sink::Rows(rows) => drop(rows.finish().map_err(unwritable)?),
        Sink::Elements(out) => out.write_all(kyero::TAIL.as_bytes()).map_err(unwritable)?,
    }
    Ok(published)
}

enum Sink<'a, W: Write> {
    Rows(CsvWriter<&'a mut W>),
    Elements(&'a mut W),
}

/// A listing without a price that is told on request only.
fn as_told(listing: &Listing) -> std::borrow::Cow<'_, Listing> {
    let mut told = std::borrow::Cow::Borrowed(listing);
    if listing.hides_price() {
        told.to_mut().values.remove("price");
    }
    told
}

/// Why the portal would refuse a listing.
fn missing(
    portal: &Portal,
    vertical: &Vertical,
    listing: &Listing,
) -> Option<(&'static str, Label)> {
    if let Some(field) = portal
        .required
        .iter()
        .find(|f| !listing.values.contains_key(f.as_str()))
    {
        let label = vertical
            .field(field)
            .map(|f| f.label.clone())
            .unwrap_or_default();
        let reason = Label {
            fr: format!("{} exige : {}", portal.label, label.fr),
            nl: format!("{} vraagt: {}", portal.label, label.nl),
            en: format!("{} asks for: {}", portal.label, label.en),
            de: format!("{} verlangt: {}", portal.label, label.de),
        };
        return Some(("missing_field", reason));
    }
    if portal.format == "kyero_v3" && portal.type_of(vertical, &listing.category).is_none() {
        let key = &listing.category;
        let reason = Label {
            fr: format!("{} ne connaît pas le type « {key} »", portal.label),
            nl: format!("{} kent het type ‘{key}’ niet", portal.label),
            en: format!("{} has no type for “{key}”", portal.label),
            de: format!("{} kennt den Typ „{key}“ nicht", portal.label),
        };
        return Some(("unknown_type", reason));
    }
    None
}

const PLACE: [&str; 8] = [
    "country", "postcode", "town", "region", "street", "number", "lat", "lon",
];

fn header<W: Write>(vertical: &Vertical, out: W) -> std::io::Result<CsvWriter<W>> {
    let mut csv = CsvWriter::new(out)?;
    for name in ["ref", "category", "status", "currency", "photos"] {
        csv.field(name)?;
    }
    PLACE.iter().try_for_each(|part| csv.field(part))?;
    for field in columns(vertical) {
        csv.field(&field.key)?;
    }
    csv.end_record()?;
    Ok(csv)
}

fn columns(vertical: &Vertical) -> impl Iterator<Item = &dictionary::Field> {
    vertical
        .fields
        .iter()
        .filter(|f| f.shown != Shown::Office && !matches!(f.key.as_ref(), "ref" | "place"))
}

fn row<W: Write>(
    csv: &mut CsvWriter<W>,
    vertical: &Vertical,
    listing: &Listing,
    portal: &Portal,
    media_base: &str,
) -> std::io::Result<()> {
    csv.field(&listing.reference)?;
    csv.field(&listing.category)?;
    csv.field(Status::key(listing.status))?;
    csv.field(listing.price().map_or("", |p| &p.currency))?;
    let photo = |p: &dictionary::Photo| match (&p.object, &p.url) {
        (Some(object), _) => Some(format!("{media_base}/media/{object}/1600.jpg")),
        (None, url) => url.clone(),
    };
    let photos: Vec<String> = listing
        .photos
        .iter()
        .filter_map(photo)
        .take(portal.photos_max)
        .collect();
    csv.field(&photos.join("|"))?;
    let place = listing.place().cloned().unwrap_or_default();
    let degrees = |d: Option<f64>| d.map(|d| d.to_string()).unwrap_or_default();
    for text in [
        &place.country,
        &place.postcode,
        &place.town,
        &place.region,
        &place.street,
        &place.number,
    ] {
        csv.field(text)?;
    }
    csv.field(&degrees(place.lat))?;
    csv.field(&degrees(place.lon))?;
    for field in columns(vertical) {
        csv.field(&listing.values.get(&field.key).map(told).unwrap_or_default())?;
    }
    csv.end_record()
}

fn told(value: &Value) -> String {
    match value {
        Value::Boolean(flag) => u8::from(*flag).to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Money(money) if money.minor % 100 == 0 => (money.minor / 100).to_string(),
        Value::Money(money) => format!("{}.{:02}", money.minor / 100, money.minor % 100),
        Value::Date(date) => date.to_string(),
        Value::OneOf(key) => key.to_string(),
        Value::ManyOf(keys) => keys.join("|"),
        Value::Text(text) | Value::Person(text) => text.clone(),
        Value::Texts(texts) => texts.values().next().cloned().unwrap_or_default(),
        Value::Place(place) => place.town.clone(),
    }
}
