//! The values that fields hold. Money is integers, measures are thousandths: nothing here floats.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

/// An amount in minor units (cents) of an ISO 4217 currency.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    pub minor: i64,
    #[serde(deserialize_with = "currency")]
    pub currency: Arc<str>,
}

/// A number with three decimals, kept as thousandths: areas, lengths, litres, percentages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decimal(pub i64);

/// A day of the Gregorian calendar; with day 0 the whole month.
/// Files and people often know no more, and a made-up first of the month is a wrong date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    pub year: i16,
    pub month: u8,
    pub day: u8,
}

/// Texts by ISO 639-1 code; any language, not only the four of the screens.
pub type Texts = BTreeMap<String, String>;

/// Where something is. Coordinates are degrees, WGS 84.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// ISO 3166-1 alpha-2, upper case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub country: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub town: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub street: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
}

/// What a field holds, by its kind. JSON is the plain shape of each: `true`, `3`, `120.5`,
/// `{"minor":25000000,"currency":"EUR"}`, `"2019-04-01"`, `"petrol"`, `["abs"]`, `{"fr":"…"}`.
/// The JSON of a listing is read back *with its dictionary*, which alone tells a text from a choice.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Money(Money),
    Date(Date),
    /// The key of one choice.
    OneOf(Arc<str>),
    /// Keys of choices, sorted, without doubles.
    ManyOf(Vec<Arc<str>>),
    Text(String),
    Texts(Texts),
    /// Apart, for it is six times as large as any other, and a listing has sixty values.
    Place(Box<Place>),
    Person(String),
}

/// Thousandths up to here survive a trip through a float and its decimal text.
const MILLI_MAX: f64 = 1e15;

impl Money {
    /// The currencies that sites can order and filter by, by their ISO 4217 codes.
    pub const CURRENCIES: [&'static str; 8] =
        ["EUR", "GBP", "USD", "CHF", "SEK", "DKK", "PLN", "CZK"];

    pub fn new(minor: i64, currency: &str) -> Money {
        let currency = shared_currency(currency);
        Money { minor, currency }
    }
}

/// One copy of each common code for the whole process: a million prices share it.
fn shared_currency(code: &str) -> Arc<str> {
    static COMMON: LazyLock<[Arc<str>; 8]> = LazyLock::new(|| Money::CURRENCIES.map(Arc::from));
    let known = COMMON.iter().find(|known| known.as_ref() == code);
    known.map_or_else(|| Arc::from(code), Arc::clone)
}

fn currency<'de, D: serde::Deserializer<'de>>(d: D) -> Result<Arc<str>, D::Error> {
    Ok(shared_currency(&String::deserialize(d)?))
}

impl Decimal {
    /// The nearest thousandth; None beyond a thousand billion, where a float loses thousandths.
    pub fn from_f64(number: f64) -> Option<Decimal> {
        let milli = (number * 1000.0).round();
        (milli.abs() <= MILLI_MAX).then_some(Decimal(milli as i64))
    }

    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, rest) = (self.0.unsigned_abs() / 1000, self.0.unsigned_abs() % 1000);
        match rest {
            0 => write!(f, "{sign}{whole}"),
            _ => f.write_str(format!("{sign}{whole}.{rest:03}").trim_end_matches('0')),
        }
    }
}

impl Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1000 == 0 {
            s.serialize_i64(self.0 / 1000)
        } else {
            s.serialize_f64(self.to_f64())
        }
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Decimal::from_f64(f64::deserialize(d)?)
            .ok_or_else(|| serde::de::Error::custom("out of range"))
    }
}

impl Date {
    /// None for a day that does not exist, and for years that four digits cannot write.
    pub fn new(year: i16, month: u8, day: u8) -> Option<Date> {
        if !(1..=9999).contains(&year) {
            return None;
        }
        let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + u8::from(leap),
            _ => return None,
        };
        (1..=days)
            .contains(&day)
            .then_some(Date { year, month, day })
    }

    /// A month of which the day is not known.
    pub fn of_month(year: i16, month: u8) -> Option<Date> {
        Date::new(year, month, 1).map(|first| Date { day: 0, ..first })
    }

    /// Reads `2019-04-01` and `2019-04`.
    pub fn parse(text: &str) -> Option<Date> {
        if !text.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return None;
        }
        let mut parts = text.splitn(3, '-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        match parts.next() {
            None => Date::of_month(year, month),
            Some(day) => Date::new(year, month, day.parse().ok()?),
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.month, self.day) {
            (month, 0) => write!(f, "{:04}-{month:02}", self.year),
            (month, day) => write!(f, "{:04}-{month:02}-{day:02}", self.year),
        }
    }
}

impl Serialize for Date {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Date::parse(&text).ok_or_else(|| serde::de::Error::custom("not a date (YYYY-MM-DD)"))
    }
}
