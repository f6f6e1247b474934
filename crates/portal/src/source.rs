//! What a cell is taken from, and on what condition.

use std::borrow::Cow;

use catalog::Listing;
use dictionary::{Language, Photo, Place, Texts, Value};

use crate::record::View;

/// Something that a listing, its account or the agreement with the portal says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    Reference,
    Id,
    Category,
    Status,
    Level,
    Url,
    CreatedAt,
    UpdatedAt,
    Now,
    /// The number of the thing in its list, from 1.
    Number,
    /// How many photos there are.
    PhotoCount,
    Photo(OfPhoto),
    Setting(String),
    /// What the account's profile says.
    Account(String),
    Place(OfPlace),
    Currency(String),
    Field(String),
    /// A text in one language and no other; of a choice the word that our screens have for it, of
    /// an address its `ending`.
    Language(String, String),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum OfPhoto {
    Url,
    Caption,
    /// `jpg` or `webp`, if its address ends so.
    Ending,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum OfPlace {
    Country,
    Postcode,
    /// The two halves of a British postcode.
    Outward,
    Inward,
    Town,
    Region,
    Street,
    Number,
    Lat,
    Lon,
}

/// What a source gives.
pub(crate) enum Raw<'a> {
    Value(&'a Value),
    Text(Cow<'a, str>),
    /// Milliseconds since 1970.
    Time(i64),
    Count(usize),
}

const WORDS: [(&str, Source); 11] = [
    ("reference", Source::Reference),
    ("id", Source::Id),
    ("category", Source::Category),
    ("status", Source::Status),
    ("level", Source::Level),
    ("url", Source::Url),
    ("created_at", Source::CreatedAt),
    ("updated_at", Source::UpdatedAt),
    ("now", Source::Now),
    ("number", Source::Number),
    ("photos", Source::PhotoCount),
];
const PLACE: [(&str, OfPlace); 10] = [
    ("country", OfPlace::Country),
    ("postcode", OfPlace::Postcode),
    ("outward", OfPlace::Outward),
    ("inward", OfPlace::Inward),
    ("town", OfPlace::Town),
    ("region", OfPlace::Region),
    ("street", OfPlace::Street),
    ("number", OfPlace::Number),
    ("lat", OfPlace::Lat),
    ("lon", OfPlace::Lon),
];

impl Source {
    /// Reads `place.town`, `description.fr`, `setting.branch`, a field's key.
    pub(crate) fn read(text: &str) -> Option<Source> {
        if let Some((_, source)) = WORDS.iter().find(|(word, _)| *word == text) {
            return Some(source.clone());
        }
        let Some((head, tail)) = text.split_once('.') else {
            return Some(Source::Field(text.to_owned()));
        };
        match head {
            "place" => {
                let part = PLACE.iter().find(|(word, _)| *word == tail);
                part.map(|(_, part)| Source::Place(*part))
            }
            "photo" if tail == "url" => Some(Source::Photo(OfPhoto::Url)),
            "photo" if tail == "caption" => Some(Source::Photo(OfPhoto::Caption)),
            "photo" if tail == "ending" => Some(Source::Photo(OfPhoto::Ending)),
            "photo" => None,
            "setting" => Some(Source::Setting(tail.to_owned())),
            "account" => Some(Source::Account(tail.to_owned())),
            field if tail == "currency" => Some(Source::Currency(field.to_owned())),
            field => Some(Source::Language(field.to_owned(), tail.to_owned())),
        }
    }

    /// The field of the dictionary that it names.
    pub(crate) fn field(&self) -> Option<&str> {
        match self {
            Source::Field(field) | Source::Language(field, _) | Source::Currency(field) => {
                Some(field)
            }
            Source::Place(_) => Some("place"),
            _ => None,
        }
    }

    /// None for what is not said.
    pub(crate) fn of<'a>(
        &self,
        view: &View<'a>,
        photo: Option<(usize, &'a Photo)>,
    ) -> Option<Raw<'a>> {
        let listing = view.listing;
        let text = |text: &'a str| (!text.is_empty()).then_some(Raw::Text(Cow::Borrowed(text)));
        match self {
            Source::Reference => text(&listing.reference),
            Source::Id => Some(Raw::Text(listing.id.to_string().into())),
            Source::Category => text(&listing.category),
            Source::Status => text(listing.status.key()),
            Source::Level => text(listing.level?.key()),
            Source::Url => Some(Raw::Text(view.page(listing)?.into())),
            Source::CreatedAt => Some(Raw::Time(listing.created_at.0)),
            Source::UpdatedAt => Some(Raw::Time(listing.updated_at.0)),
            Source::Now => Some(Raw::Time(view.now.0)),
            Source::Number => Some(Raw::Count(photo?.0)),
            Source::PhotoCount => {
                Some(Raw::Count(listing.photos.len())).filter(|_| !listing.photos.is_empty())
            }
            Source::Photo(OfPhoto::Url) => Some(Raw::Text(view.photo(photo?.1)?)),
            Source::Photo(OfPhoto::Ending) => {
                Some(Raw::Text(ending(&view.photo(photo?.1)?)?.into()))
            }
            Source::Photo(OfPhoto::Caption) => text(in_order(&photo?.1.caption, view.languages)?),
            Source::Setting(name) => text(view.settings.get(name)?),
            Source::Account(name) => text(view.of_account(name)?),
            Source::Place(part) => of_place(listing.place()?, *part),
            Source::Currency(field) => match value(view, field)? {
                Value::Money(money) => text(&money.currency),
                _ => None,
            },
            Source::Field(field) => match value(view, field)? {
                Value::Texts(texts) => text(in_order(texts, view.languages)?),
                Value::Text(own) | Value::Person(own) => text(own),
                value => Some(Raw::Value(value)),
            },
            Source::Language(field, language) => match value(view, field)? {
                Value::Texts(texts) => text(texts.get(language)?),
                Value::ManyOf(keys) => {
                    let has = keys.iter().any(|key| key.as_ref() == language);
                    has.then_some(Raw::Text("true".into()))
                }
                Value::Text(address) if language == "ending" => {
                    Some(Raw::Text(ending(address)?.into()))
                }
                Value::OneOf(key) => {
                    let choice = view.vertical.field(field)?.choice(key)?;
                    text(choice.label.get(Language::parse(language)?))
                }
                _ => None,
            },
        }
    }
}

fn ending(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next()?;
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    let fits = ending.len() <= 4 && ending.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then(|| ending.to_ascii_lowercase())
}

/// A field's value; a price that is told on request only is not said.
fn value<'a>(view: &View<'a>, field: &str) -> Option<&'a Value> {
    let listing: &'a Listing = view.listing;
    let hidden = catalog::TELLS_PRICE.contains(&field) && listing.hides_price();
    listing.values.get(field).filter(|_| !hidden)
}

/// The first language of the portal that there is a text in, else any.
fn in_order<'a>(texts: &'a Texts, languages: &[String]) -> Option<&'a str> {
    let wanted = languages.iter().filter_map(|language| texts.get(language));
    let found = wanted.chain(texts.values()).find(|text| !text.is_empty());
    found.map(String::as_str)
}

fn of_place(place: &Place, part: OfPlace) -> Option<Raw<'_>> {
    let degrees = |degrees: Option<f64>| Some(Cow::Owned(degrees?.to_string()));
    let halves = || place.postcode.trim().rsplit_once(' ');
    let text = match part {
        OfPlace::Country => Cow::Borrowed(place.country.as_str()),
        OfPlace::Postcode => Cow::Borrowed(place.postcode.as_str()),
        OfPlace::Outward => Cow::Borrowed(halves().map_or(place.postcode.as_str(), |h| h.0.trim())),
        OfPlace::Inward => Cow::Borrowed(halves()?.1),
        OfPlace::Town => Cow::Borrowed(place.town.as_str()),
        OfPlace::Region => Cow::Borrowed(place.region.as_str()),
        OfPlace::Street => Cow::Borrowed(place.street.as_str()),
        OfPlace::Number => Cow::Borrowed(place.number.as_str()),
        OfPlace::Lat => degrees(place.lat)?,
        OfPlace::Lon => degrees(place.lon)?,
    };
    (!text.is_empty()).then_some(Raw::Text(text))
}

/// `{ purpose = "rent", "place.country" = ["BE", "LU"] }`: all of them hold. `*` is anything that is
/// said, an empty text what is not, and `!sale` anything but that, said or not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct When(pub(crate) Vec<(Source, Vec<String>)>);

impl When {
    pub(crate) fn holds<'a>(&self, view: &View<'a>, photo: Option<(usize, &'a Photo)>) -> bool {
        self.0.iter().all(|(source, wanted)| {
            let is_not = wanted.first().is_some_and(|word| word.starts_with('!'));
            let has = |word: &str| {
                let mut wanted = wanted.iter();
                wanted.any(|w| w.strip_prefix('!').filter(|_| is_not).unwrap_or(w) == word)
            };
            let Some(raw) = source.of(view, photo) else {
                return has("") || is_not;
            };
            if has("*") {
                return true;
            }
            let found = match (source, raw) {
                (Source::Category, _) => {
                    let mut lineage = view.vertical.lineage(&view.listing.category);
                    lineage.any(|category| has(&category.key))
                }
                (_, Raw::Value(Value::ManyOf(keys))) => keys.iter().any(|key| has(key)),
                (_, raw) => has(&raw.key()),
            };
            found != is_not
        })
    }
}

impl Raw<'_> {
    /// What a table of values knows it by.
    pub(crate) fn key(&self) -> Cow<'_, str> {
        match self {
            Raw::Text(text) => Cow::Borrowed(text),
            Raw::Time(ms) => ms.to_string().into(),
            Raw::Count(count) => count.to_string().into(),
            Raw::Value(value) => match value {
                Value::Boolean(flag) => flag.to_string().into(),
                Value::Integer(number) => number.to_string().into(),
                Value::Decimal(number) => number.to_string().into(),
                Value::Money(money) => units(money.minor).into(),
                Value::Date(date) => date.to_string().into(),
                Value::OneOf(key) => Cow::Borrowed(key),
                Value::ManyOf(keys) => keys.join(",").into(),
                Value::Text(text) | Value::Person(text) => Cow::Borrowed(text),
                Value::Texts(_) | Value::Place(_) => Cow::Borrowed(""),
            },
        }
    }
}

/// Cents as units: `1234.50`, and `1234` without cents.
pub(crate) fn units(minor: i64) -> String {
    match minor % 100 {
        0 => (minor / 100).to_string(),
        rest => format!(
            "{}{}.{:02}",
            if minor < 0 { "-" } else { "" },
            (minor / 100).abs(),
            rest.abs()
        ),
    }
}
