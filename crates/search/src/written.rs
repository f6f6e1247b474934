//! A listing as it lies in the index's files: fields, choices and categories by their places in the
//! dictionary that the index was made with, so that reading one back compares no words. What the
//! public sees stands first, and a page reads no further. Files of another dictionary are never
//! read: the index is made anew then.
//!
//! Numbers are little-endian in groups of seven bits (LEB128), signed ones in zigzag.

use std::sync::Arc;

use catalog::{Listing, TELLS_PRICE};
use dictionary::{
    Date, Decimal, Field, Level, Money, Photo, Place, Shown, Status, Texts, Value, Values, Vertical,
};
use store::{Id, Timestamp, Uuid};

/// How much of a listing is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    /// Without what only the office sees.
    Public,
}

const FALSE: u8 = 0;
const TRUE: u8 = 1;
const INTEGER: u8 = 2;
const DECIMAL: u8 = 3;
const MONEY: u8 = 4;
const DATE: u8 = 5;
const ONE_OF: u8 = 6;
const MANY_OF: u8 = 7;
const TEXT: u8 = 8;
const TEXTS: u8 = 9;
const PLACE: u8 = 10;
const PERSON: u8 = 11;

/// What the dictionary does not know, be it a field or a choice, is left out.
pub(crate) fn write(listing: &Listing, vertical: &Vertical) -> Vec<u8> {
    let mut pen = Pen(Vec::with_capacity(512));
    pen.0.extend_from_slice(listing.id.uuid().as_bytes());
    pen.0.extend_from_slice(listing.account.uuid().as_bytes());
    match vertical.category_index(&listing.category) {
        Some(slot) => pen.number(slot as u64 + 1),
        None => {
            pen.number(0);
            pen.text(&listing.category);
        }
    }
    let status = Status::ALL.iter().position(|s| *s == listing.status);
    pen.number(status.unwrap_or_default() as u64);
    match listing.parent {
        Some(parent) => {
            pen.number(1);
            pen.0.extend_from_slice(parent.uuid().as_bytes());
        }
        None => pen.number(0),
    }
    let level = Level::ALL.iter().position(|l| Some(*l) == listing.level);
    pen.number(level.map_or(0, |level| level as u64 + 1));
    pen.text(&listing.reference);
    for number in [
        listing.created_at.0,
        listing.updated_at.0,
        listing.version,
        i64::from(listing.hides_price()),
    ] {
        pen.signed(number);
    }
    pen.number(listing.photos.len() as u64);
    listing.photos.iter().for_each(|photo| pen.photo(photo));
    let known = listing.values.iter().filter_map(|(key, value)| {
        let slot = vertical.field_index(key)?;
        Some((slot, &vertical.fields[slot], value))
    });
    let (office, public): (Vec<_>, Vec<_>) =
        known.partition(|(_, field, _)| field.shown == Shown::Office);
    for group in [public, office] {
        pen.number(group.len() as u64);
        for (slot, field, value) in group {
            pen.number(slot as u64);
            pen.value(field, value);
        }
    }
    pen.0
}

/// None when the bytes are no listing of this vertical.
pub(crate) fn read(bytes: &[u8], vertical: &Vertical, part: Part) -> Option<Listing> {
    let mut rest = Rest(bytes);
    let id = Id::from_uuid(rest.uuid()?);
    let account = Id::from_uuid(rest.uuid()?);
    let category = match rest.count()? {
        0 => Arc::from(rest.text()?),
        slot => vertical.categories.get(slot - 1)?.key.clone(),
    };
    let status = *Status::ALL.get(rest.count()?)?;
    let parent = match rest.count()? {
        0 => None,
        _ => Some(Id::from_uuid(rest.uuid()?)),
    };
    let level = match rest.count()? {
        0 => None,
        level => Some(*Level::ALL.get(level - 1)?),
    };
    let reference = rest.text()?.to_owned();
    let (created_at, updated_at) = (Timestamp(rest.signed()?), Timestamp(rest.signed()?));
    let version = rest.signed()?;
    let hides_price = rest.signed()? == 1;
    let photos = rest.many(Rest::photo)?;
    let mut values = rest.values(vertical)?;
    match part {
        Part::Whole => values.extend(rest.values(vertical)?),
        Part::Public if hides_price => {
            values.retain(|(key, _)| !TELLS_PRICE.contains(&key.as_ref()));
        }
        Part::Public => {}
    }
    Some(Listing {
        id,
        account,
        vertical: vertical.key.clone(),
        category,
        status,
        parent,
        level,
        reference,
        values: Values::from_iter(values),
        photos,
        created_at,
        updated_at,
        version,
    })
}

struct Pen(Vec<u8>);

impl Pen {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend_from_slice(text.as_bytes());
    }

    fn texts(&mut self, texts: &Texts) {
        self.number(texts.len() as u64);
        for (language, text) in texts {
            self.text(language);
            self.text(text);
        }
    }

    /// Nothing is the empty text.
    fn photo(&mut self, photo: &Photo) {
        self.text(photo.object.as_deref().unwrap_or_default());
        self.text(photo.url.as_deref().unwrap_or_default());
        self.texts(&photo.caption);
        self.number(u64::from(photo.width));
        self.number(u64::from(photo.height));
    }

    fn degrees(&mut self, degrees: Option<f64>) {
        // No place lies at the number that is none.
        let degrees = degrees.unwrap_or(f64::NAN);
        self.0.extend_from_slice(&degrees.to_le_bytes());
    }

    fn value(&mut self, field: &Field, value: &Value) {
        match value {
            Value::Boolean(yes) => self.0.push(if *yes { TRUE } else { FALSE }),
            Value::Integer(number) => {
                self.0.push(INTEGER);
                self.signed(*number);
            }
            Value::Decimal(number) => {
                self.0.push(DECIMAL);
                self.signed(number.0);
            }
            Value::Money(money) => {
                self.0.push(MONEY);
                self.signed(money.minor);
                self.text(&money.currency);
            }
            Value::Date(date) => {
                self.0.push(DATE);
                self.0.extend_from_slice(&date.year.to_le_bytes());
                self.0.extend_from_slice(&[date.month, date.day]);
            }
            Value::OneOf(key) => {
                self.0.push(ONE_OF);
                self.choices(field, std::slice::from_ref(key));
            }
            Value::ManyOf(keys) => {
                self.0.push(MANY_OF);
                self.choices(field, keys);
            }
            Value::Text(text) => {
                self.0.push(TEXT);
                self.text(text);
            }
            Value::Texts(texts) => {
                self.0.push(TEXTS);
                self.texts(texts);
            }
            Value::Place(place) => {
                self.0.push(PLACE);
                self.place(place);
            }
            Value::Person(name) => {
                self.0.push(PERSON);
                self.text(name);
            }
        }
    }

    fn choices(&mut self, field: &Field, keys: &[Arc<str>]) {
        let known = keys.iter().filter_map(|key| field.choice_index(key));
        let known: Vec<usize> = known.collect();
        self.number(known.len() as u64);
        known.iter().for_each(|slot| self.number(*slot as u64));
    }

    fn place(&mut self, place: &Place) {
        for text in [
            &place.country,
            &place.postcode,
            &place.town,
            &place.region,
            &place.street,
            &place.number,
        ] {
            self.text(text);
        }
        self.degrees(place.lat);
        self.degrees(place.lon);
    }
}

/// What is left to read. Everything answers None when it does not fit.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.0.split_off(..N)?.try_into().ok()
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.array()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// How many things follow: never more than there are bytes; or the place of one in a list.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok()
    }

    fn uuid(&mut self) -> Option<Uuid> {
        self.array().map(Uuid::from_bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        std::str::from_utf8(self.0.split_off(..length)?).ok()
    }

    fn many<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count().filter(|count| *count <= self.0.len())?;
        let mut many = Vec::with_capacity(count);
        for _ in 0..count {
            many.push(one(self)?);
        }
        Some(many)
    }

    fn texts(&mut self) -> Option<Texts> {
        let one = |rest: &mut Self| Some((rest.text()?.to_owned(), rest.text()?.to_owned()));
        Some(self.many(one)?.into_iter().collect())
    }

    fn photo(&mut self) -> Option<Photo> {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Some(Photo {
            object: some(self.text()?),
            url: some(self.text()?),
            caption: self.texts()?,
            width: u32::try_from(self.number()?).ok()?,
            height: u32::try_from(self.number()?).ok()?,
        })
    }

    fn degrees(&mut self) -> Option<Option<f64>> {
        let degrees = f64::from_le_bytes(self.array()?);
        Some((!degrees.is_nan()).then_some(degrees))
    }

    fn values(&mut self, vertical: &Vertical) -> Option<Vec<(Arc<str>, Value)>> {
        let one = |rest: &mut Self| {
            let field = vertical.fields.get(rest.count()?)?;
            Some((field.key.clone(), rest.value(field)?))
        };
        let values = self.many(|rest| {
            let (key, value) = one(rest)?;
            Some(value.map(|value| (key, value)))
        })?;
        Some(values.into_iter().flatten().collect())
    }

    /// The inner None is a choice that was not known.
    fn value(&mut self, field: &Field) -> Option<Option<Value>> {
        let [kind] = self.array()?;
        Some(Some(match kind {
            FALSE => Value::Boolean(false),
            TRUE => Value::Boolean(true),
            INTEGER => Value::Integer(self.signed()?),
            DECIMAL => Value::Decimal(Decimal(self.signed()?)),
            MONEY => Value::Money(Money::new(self.signed()?, self.text()?)),
            DATE => Value::Date(Date {
                year: i16::from_le_bytes(self.array()?),
                month: self.array::<1>()?[0],
                day: self.array::<1>()?[0],
            }),
            ONE_OF => return Some(self.choices(field)?.pop().map(Value::OneOf)),
            MANY_OF => Value::ManyOf(self.choices(field)?),
            TEXT => Value::Text(self.text()?.to_owned()),
            TEXTS => Value::Texts(self.texts()?),
            PLACE => Value::Place(self.place()?.into()),
            PERSON => Value::Person(self.text()?.to_owned()),
            _ => return None,
        }))
    }

    fn choices(&mut self, field: &Field) -> Option<Vec<Arc<str>>> {
        let choices = field.choices();
        self.many(|rest| Some(choices.get(rest.count()?)?.key.clone()))
    }

    fn place(&mut self) -> Option<Place> {
        Some(Place {
            country: self.text()?.to_owned(),
            postcode: self.text()?.to_owned(),
            town: self.text()?.to_owned(),
            region: self.text()?.to_owned(),
            street: self.text()?.to_owned(),
            number: self.text()?.to_owned(),
            lat: self.degrees()?,
            lon: self.degrees()?,
        })
    }
}
