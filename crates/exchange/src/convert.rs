//! Texts of other people's files become values.

use std::sync::Arc;

use dictionary::{Date, Decimal, Field, Kind, Money, Unit, Value, fold, read_number};

/// Why a text did not become a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// Nothing stands there, or a word for nothing.
    Empty,
    NotANumber,
    NotADate,
    NotYesOrNo,
    UnknownChoice,
}

impl Unread {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Unread::Empty => "empty",
            Unread::NotANumber => "not_a_number",
            Unread::NotADate => "not_a_date",
            Unread::NotYesOrNo => "not_yes_or_no",
            Unread::UnknownChoice => "unknown_value",
        }
    }
}

/// What the file and the account tell about how to read it.
#[derive(Clone, Debug)]
pub(crate) struct Manner {
    pub(crate) currency: Arc<str>,
    pub(crate) comma_decimal: bool,
}

const NOTHING: [&str; 12] = [
    "",
    "na",
    "n a",
    "nan",
    "null",
    "none",
    "not specified",
    "unknown",
    "inconnu",
    "nc",
    "non renseigne",
    "undefined",
];

pub(crate) fn is_nothing(text: &str) -> bool {
    let text = text.trim();
    text.is_empty() || (text.len() <= 14 && NOTHING.contains(&fold(text).as_str()))
}

pub(crate) fn convert(field: &Field, text: &str, manner: &Manner) -> Result<Value, Unread> {
    let text = text.trim();
    if is_nothing(text) && !field.choices().iter().any(|c| c.key.as_ref() == "none") {
        return Err(Unread::Empty);
    }
    Ok(match &field.kind {
        Kind::Integer => Value::Integer(measured(field, text, manner)?.round() as i64),
        Kind::Year => Value::Integer(year(text)?),
        Kind::Decimal | Kind::Area | Kind::Length | Kind::Power | Kind::Percent => {
            let number = measured(field, text, manner)?;
            Value::Decimal(Decimal::from_f64(number).ok_or(Unread::NotANumber)?)
        }
        Kind::Money => Value::Money(money(text, manner)?),
        Kind::Date => Value::Date(date(text).ok_or(Unread::NotADate)?),
        Kind::Boolean => Value::Boolean(boolean(text)?),
        Kind::OneOf(_) => Value::OneOf(choice(field, text)?),
        Kind::ManyOf(_) => Value::ManyOf(choices(field, text)?),
        Kind::Text => Value::Text(clean(text)),
        Kind::Person => Value::Person(clean(text)),
        Kind::Translated | Kind::Place => return Err(Unread::Empty),
    })
}

/// Text without control characters and without the marks that turn its direction around.
pub(crate) fn clean(text: &str) -> String {
    let hidden = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
    };
    let text = text.trim();
    if text.chars().any(hidden) {
        text.chars().filter(|c| !hidden(*c)).collect()
    } else {
        text.to_owned()
    }
}

/// The first number in a text, whatever stands around it.
pub(crate) fn number(text: &str, comma_decimal: bool) -> Result<f64, Unread> {
    read_number(text, comma_decimal).ok_or(Unread::NotANumber)
}

fn measured(field: &Field, text: &str, manner: &Manner) -> Result<f64, Unread> {
    let value = number(text, manner.comma_decimal)?;
    let words = fold(text);
    let has = |unit: &str| {
        words
            .split(' ')
            .any(|w| w.trim_start_matches(|c: char| c.is_ascii_digit()) == unit)
    };
    Ok(match field.unit {
        Some(Unit::Horsepower) if has("kw") => value * 1.359_62,
        Some(Unit::Kilowatt) if has("ps") || has("ch") || has("hp") || has("pk") => {
            value / 1.359_62
        }
        Some(Unit::Kilometre) if has("mi") || has("miles") || has("mile") => value * 1.609_344,
        Some(Unit::CubicCentimetre) if value < 20.0 && value.fract() != 0.0 => value * 1_000.0,
        Some(Unit::SquareMetre) if has("ha") || has("hectare") => value * 10_000.0,
        Some(Unit::SquareMetre) if has("sqft") || has("ft2") => value * 0.092_903,
        _ => value,
    })
}

fn money(text: &str, manner: &Manner) -> Result<Money, Unread> {
    let folded = text.to_uppercase();
    let value = number(text, manner.comma_decimal)?;
    let factor = match text.trim_end_matches(['€', '£', '$', ' ']).chars().last() {
        Some('K' | 'k') => 1_000.0,
        _ => 1.0,
    };
    let currency = if folded.contains('€') || folded.contains("EUR") {
        "EUR"
    } else if folded.contains('£') || folded.contains("GBP") {
        "GBP"
    } else if folded.contains("CHF") {
        "CHF"
    } else {
        // A dollar sign in a file of a European account is an export's default, not a currency.
        &manner.currency
    };
    let minor = (value * factor * 100.0).round();
    if !(0.0..9e15).contains(&minor) {
        return Err(Unread::NotANumber);
    }
    let currency = if currency == &*manner.currency {
        manner.currency.clone()
    } else {
        Arc::from(currency)
    };
    Ok(Money {
        minor: minor as i64,
        currency,
    })
}

fn year(text: &str) -> Result<i64, Unread> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        4 => digits.parse().map_err(|_| Unread::NotANumber),
        _ if text.contains('.') && text.ends_with('0') => number(text, false).map(|n| n as i64),
        _ => date(text)
            .map(|d| i64::from(d.year))
            .ok_or(Unread::NotANumber),
    }
}

/// Dates as files write them: 2019-04-01, 01/04/2019, 1.4.2019, 04/2019, 20190401, with or without
/// a time behind.
pub(crate) fn date(text: &str) -> Option<Date> {
    let head = text.trim().split([' ', 'T']).next()?;
    let parts: Vec<&str> = head.split(['-', '/', '.']).collect();
    let int = |i: usize| parts.get(i).and_then(|p| p.parse::<i16>().ok());
    let byte = |n: i16| u8::try_from(n).ok();
    match parts.len() {
        3 if parts[0].len() == 4 => Date::new(int(0)?, byte(int(1)?)?, byte(int(2)?)?),
        3 => {
            let year = match int(2)? {
                short @ 0..=49 if parts[2].len() == 2 => 2000 + short,
                short @ 50..=99 if parts[2].len() == 2 => 1900 + short,
                year => year,
            };
            let (a, b) = (byte(int(0)?)?, byte(int(1)?)?);
            Date::new(year, b, a).or_else(|| Date::new(year, a, b))
        }
        2 if parts[1].len() == 4 => Date::new(int(1)?, byte(int(0)?)?, 1),
        2 if parts[0].len() == 4 => Date::new(int(0)?, byte(int(1)?)?, 1),
        1 if head.len() == 8 => {
            let at = |r: std::ops::Range<usize>| head.get(r).and_then(|p| p.parse::<i16>().ok());
            Date::new(at(0..4)?, byte(at(4..6)?)?, byte(at(6..8)?)?)
        }
        1 if head.len() == 4 => Date::new(int(0)?, 1, 1),
        _ => None,
    }
}

fn boolean(text: &str) -> Result<bool, Unread> {
    match fold(text).as_str() {
        "1" | "1 0" | "true" | "yes" | "y" | "oui" | "o" | "ja" | "j" | "si" | "s" | "x"
        | "vrai" | "wahr" | "waar" | "on" => Ok(true),
        "0" | "0 0" | "false" | "no" | "n" | "non" | "nee" | "nein" | "faux" | "falsch"
        | "onwaar" | "off" => Ok(false),
        other => other
            .parse::<f64>()
            .map(|n| n > 0.0)
            .map_err(|_| Unread::NotYesOrNo),
    }
}

fn choice(field: &Field, text: &str) -> Result<Arc<str>, Unread> {
    field
        .choice_like(text)
        .map(|c| c.key.clone())
        .ok_or(Unread::UnknownChoice)
}

fn choices(field: &Field, text: &str) -> Result<Vec<Arc<str>>, Unread> {
    let parts = text
        .split([',', ';', '|', '\n'])
        .filter(|p| !p.trim().is_empty());
    let mut keys: Vec<Arc<str>> = parts.filter_map(|p| choice(field, p).ok()).collect();
    keys.sort();
    keys.dedup();
    if keys.is_empty() {
        Err(Unread::UnknownChoice)
    } else {
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_each_country_writes_them() {
        for (text, comma, expected) in [
            ("165000", false, 165_000.0),
            ("1.234,56", true, 1234.56),
            ("1,234.56", false, 1234.56),
            ("$5,000", false, 5000.0),
            ("€ 1,995,000", false, 1_995_000.0),
            ("150,000km", false, 150_000.0),
            ("414 m² square meters", false, 414.0),
            ("12 490,00 €", true, 12_490.0),
            ("12\u{a0}490", true, 12_490.0),
            ("1’250’000", false, 1_250_000.0),
            ("16 m", false, 16.0),
            ("-3,5", true, -3.5),
            ("1.5", false, 1.5),
        ] {
            assert_eq!(number(text, comma), Ok(expected), "{text}");
        }
        assert_eq!(number("sur demande", true), Err(Unread::NotANumber));
    }

    #[test]
    fn dates_are_read_as_each_country_writes_them() {
        let april = Date {
            year: 2019,
            month: 4,
            day: 1,
        };
        for text in [
            "2019-04-01",
            "01/04/2019",
            "1.4.2019",
            "04/2019",
            "20190401",
            "2019-04-01 17:47:46",
            "01/04/19",
        ] {
            assert_eq!(date(text), Some(april), "{text}");
        }
        assert_eq!(date("31/02/2019"), None);
    }
}
