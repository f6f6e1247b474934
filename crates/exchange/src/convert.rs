//! Texts of other people's files become values.

use std::borrow::Cow;
use std::sync::Arc;

use ahash::AHashMap;
use dictionary::{Decimal, Field, Kind, Shape, Unit, Value, fold, read_number};

use crate::dates::{When, when};
use crate::money::money;
use crate::nothing::{is_nothing, trimmed};
use crate::plates;

/// Why a text did not become a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unread {
    /// Nothing stands there, or a word for nothing.
    Empty,
    NotANumber,
    NotADate,
    /// A year where a day or a month was expected.
    OnlyAYear(i16),
    NotYesOrNo,
    UnknownChoice,
}

impl Unread {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Unread::Empty => "empty",
            Unread::NotANumber => "not_a_number",
            Unread::NotADate => "not_a_date",
            Unread::OnlyAYear(_) => "only_a_year",
            Unread::NotYesOrNo => "not_yes_or_no",
            Unread::UnknownChoice => "unknown_value",
        }
    }
}

/// What the file, the account and a person tell about how to read a column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    pub(crate) currency: Arc<str>,
    pub(crate) comma_decimal: bool,
    pub(crate) month_first: bool,
    /// What bare numbers count, where that is not the field's own unit.
    pub(crate) unit: Option<String>,
    /// Folded words of the file and what they mean.
    pub(crate) values: AHashMap<String, String>,
}

impl Manner {
    /// Whether a word is told to mean nothing.
    pub(crate) fn means_nothing(&self, cell: &str) -> bool {
        self.values.get(&fold(cell)).is_some_and(String::is_empty)
    }
}

pub(crate) fn convert(field: &Field, text: &str, manner: &Manner) -> Result<Value, Unread> {
    let text = trimmed(text);
    if is_nothing(text) && !field.choices().iter().any(|c| c.key.as_ref() == "none") {
        return Err(Unread::Empty);
    }
    if text.contains('|') {
        match &field.kind {
            // The first word that means something; any yes is a yes.
            Kind::OneOf(_) => {
                let words = text.split('|').map(|word| convert(field, word, manner));
                return first_known(words);
            }
            Kind::Boolean => {
                let said: Vec<_> = text
                    .split('|')
                    .map(|word| convert(field, word, manner))
                    .collect();
                let yes = Ok(Value::Boolean(true));
                return if said.contains(&yes) {
                    yes
                } else {
                    first_known(said.into_iter())
                };
            }
            _ => {}
        }
    }
    let meant = match manner.values.is_empty() {
        true => None,
        false => manner.values.get(fold(text).as_str()),
    };
    if let Some("") = meant.map(String::as_str) {
        return Err(Unread::Empty);
    }
    let text = meant.map_or(text, String::as_str);
    Ok(match &field.kind {
        Kind::Integer => Value::Integer(whole(measured(field, text, manner)?)?),
        Kind::Year => Value::Integer(year(text)?),
        Kind::Decimal | Kind::Area | Kind::Length | Kind::Power | Kind::Percent => {
            let number = measured(field, text, manner)?;
            Value::Decimal(Decimal::from_f64(number).ok_or(Unread::NotANumber)?)
        }
        Kind::Money => Value::Money(money(text, manner)?),
        Kind::Date => match when(text, manner.month_first) {
            Some(When::Date(date)) => Value::Date(date),
            Some(When::Year(year)) => return Err(Unread::OnlyAYear(year)),
            Some(When::Never) => return Err(Unread::Empty),
            None => return Err(Unread::NotADate),
        },
        Kind::Boolean => Value::Boolean(boolean(text)?),
        // Programs write a zero where nothing was chosen.
        Kind::OneOf(_) if text == "0" && field.choice_like(text).is_none() => {
            return Err(Unread::Empty);
        }
        Kind::OneOf(_) => Value::OneOf(choice(field, text)?),
        Kind::ManyOf(_) => Value::ManyOf(choices(field, text, manner)?),
        Kind::Text => Value::Text(shaped(field, text)),
        Kind::Person => Value::Person(clean(text)),
        Kind::Translated | Kind::Place => return Err(Unread::Empty),
    })
}

fn shaped(field: &Field, text: &str) -> String {
    match field.shape {
        Some(Shape::Vin) => plates::vin(text),
        Some(Shape::Plate) => plates::plate(text),
        _ => clean(text),
    }
}

/// Text without control characters and without the marks that turn its direction around.
pub(crate) fn clean(text: &str) -> String {
    let hidden = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
    };
    let text = trimmed(text);
    let plain = |b: u8| (b' '..0x7f).contains(&b) || matches!(b, b'\n' | b'\t');
    if !text.bytes().all(plain) && text.chars().any(hidden) {
        text.chars().filter(|c| !hidden(*c)).collect()
    } else {
        text.to_owned()
    }
}

/// The first number in a text, whatever stands around it.
pub(crate) fn number(text: &str, comma_decimal: bool) -> Result<f64, Unread> {
    if !text.is_empty() && text.len() < 16 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().map_err(|_| Unread::NotANumber);
    }
    read_number(text, comma_decimal).ok_or(Unread::NotANumber)
}

fn whole(number: f64) -> Result<i64, Unread> {
    match number.abs() < 9e15 {
        true => Ok(number.round() as i64),
        false => Err(Unread::NotANumber),
    }
}

/// A number in the field's unit.
fn measured(field: &Field, text: &str, manner: &Manner) -> Result<f64, Unread> {
    let value = match number(text, manner.comma_decimal) {
        Ok(value) => value,
        Err(unread) => return ordinal(text).ok_or(unread),
    };
    let written = unit_in(text);
    let unit = match &written {
        Some(word) if factor(field, word, value).is_some() => Some(word.as_ref()),
        _ => manner.unit.as_deref(),
    };
    let factor = unit.and_then(|unit| factor(field, unit, value));
    Ok(match (factor, field.unit) {
        (Some(factor), _) => value * factor,
        // Litres written without saying so: no engine has 1.6 cubic centimetres.
        (None, Some(Unit::CubicCentimetre)) if value < 20.0 && value > 0.0 => value * 1_000.0,
        _ => value,
    })
}

/// The word behind the first number: `PS` of "85 PS (63 kW)", `km` of "150,000km".
fn unit_in(text: &str) -> Option<Cow<'_, str>> {
    if text
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'.' || b == b',')
    {
        return None;
    }
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let mark = |c: char| {
        c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}')
    };
    let behind = text[start..].trim_start_matches(mark);
    let word: String = behind
        .chars()
        .take_while(|c| c.is_alphanumeric())
        .take(12)
        .collect();
    (!word.is_empty()).then(|| Cow::Owned(fold(&word)))
}

/// By what a number in a unit is multiplied to be in the field's own unit; None for a word that is
/// no unit of this field.
fn factor(field: &Field, unit: &str, value: f64) -> Option<f64> {
    const KW_IN_HP: f64 = 1.359_621_62;
    const MILE: f64 = 1.609_344;
    Some(match (field.unit?, unit) {
        (Unit::Horsepower, "kw") => KW_IN_HP,
        (Unit::Horsepower, "ps" | "ch" | "hp" | "pk" | "cv" | "bhp" | "k") => 1.0,
        (Unit::Kilowatt, "ps" | "ch" | "hp" | "pk" | "cv" | "bhp") => 1.0 / KW_IN_HP,
        (Unit::Kilowatt, "kw") => 1.0,
        (Unit::Kilometre, "mi" | "miles" | "mile" | "mls") => MILE,
        (Unit::Kilometre, "km" | "kms" | "kilometres" | "kilometer") => 1.0,
        (Unit::Kilometre | Unit::Mile, "tkm" | "tsd") if value < 1_000.0 => 1_000.0,
        (Unit::Mile, "km" | "kms") => 1.0 / MILE,
        (Unit::Mile, "mi" | "miles" | "mile") => 1.0,
        (Unit::CubicCentimetre, "l" | "liter" | "litre" | "litres" | "ltr") if value < 20.0 => {
            1_000.0
        }
        (Unit::CubicCentimetre, "cc" | "cm3" | "ccm" | "cm") => 1.0,
        (Unit::Litre, "cc" | "cm3" | "ccm") => 0.001,
        (Unit::Litre, "l" | "litre" | "liter" | "litres") => 1.0,
        (Unit::SquareMetre, "ha" | "hectare" | "hectares") => 10_000.0,
        (Unit::SquareMetre, "a" | "are" | "ares") => 100.0,
        (Unit::SquareMetre, "sqft" | "ft2" | "sq" | "ft") => 0.092_903_04,
        // An Australian "square" is a hundred square feet.
        (Unit::SquareMetre, "squares") => 9.290_304,
        (Unit::SquareMetre, "acre" | "acres") => 4_046.856,
        (Unit::SquareMetre, "m2" | "m" | "qm" | "sqm") => 1.0,
        (Unit::Metre, "ft" | "feet") => 0.304_8,
        (Unit::Metre, "cm") => 0.01,
        (Unit::Metre, "mm") => 0.001,
        (Unit::Metre, "m") => 1.0,
        (Unit::Millimetre, "m") if value < 30.0 => 1_000.0,
        (Unit::Millimetre, "cm") => 10.0,
        (Unit::Kilogram, "t" | "tonnes") if value < 100.0 => 1_000.0,
        (Unit::Month, "ans" | "an" | "jahre" | "jahr" | "jaar" | "years" | "year") => 12.0,
        _ => return None,
    })
}

/// "First owner", "2ème main": which one.
fn ordinal(text: &str) -> Option<f64> {
    let folded = fold(text);
    folded.split(' ').find_map(|word| {
        Some(match word {
            "first" | "premier" | "premiere" | "eerste" | "erste" | "primo" | "prvni" => 1.0,
            "second" | "deuxieme" | "seconde" | "tweede" | "zweite" => 2.0,
            "third" | "troisieme" | "derde" | "dritte" => 3.0,
            "fourth" | "quatrieme" | "vierde" | "vierte" => 4.0,
            "fifth" | "cinquieme" | "vijfde" | "funfte" => 5.0,
            _ => return None,
        })
    })
}

/// A year: alone, with a pointless decimal, or of a date.
fn year(text: &str) -> Result<i64, Unread> {
    if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        return text.parse().map_err(|_| Unread::NotANumber);
    }
    if text.contains('.') && text.ends_with('0') && text.len() == 6 {
        return number(text, false).map(|n| n as i64);
    }
    match when(text, false) {
        Some(When::Date(date)) => Ok(date.year.into()),
        Some(When::Year(year)) => Ok(year.into()),
        Some(When::Never) => Err(Unread::Empty),
        None => {
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            match digits.len() {
                4 => digits.parse().map_err(|_| Unread::NotANumber),
                _ => Err(Unread::NotANumber),
            }
        }
    }
}

/// What a cell of yes and no says; None for neither.
pub(crate) fn yes(text: &str, manner: &Manner) -> Option<bool> {
    let meant = manner.values.get(fold(text).as_str());
    boolean(meant.map_or(text, String::as_str)).ok()
}

fn boolean(text: &str) -> Result<bool, Unread> {
    match fold(text).as_str() {
        "1" | "1 0" | "true" | "t" | "yes" | "y" | "oui" | "o" | "ja" | "j" | "si" | "s" | "x"
        | "vrai" | "wahr" | "waar" | "on" | "ano" | "a" | "avec" | "with" | "mit" | "met"
        | "vero" | "sim" | "verdadero" => Ok(true),
        "0" | "0 0" | "false" | "f" | "no" | "n" | "non" | "nee" | "nein" | "faux" | "falsch"
        | "onwaar" | "off" | "ne" | "sans" | "without" | "ohne" | "zonder" | "falso" => Ok(false),
        other => other
            .parse::<f64>()
            .map(|n| n > 0.0)
            .map_err(|_| Unread::NotYesOrNo),
    }
}

/// The choice that a word means: as it stands, or for the one word in it that is known when the
/// rest only says which field it is ("Boîte manuelle", "6 vitesses automatique").
fn choice(field: &Field, text: &str) -> Result<Arc<str>, Unread> {
    if let Some(choice) = field.choice_like(text) {
        return Ok(choice.key.clone());
    }
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    if words.len() < 2 || words.len() > 6 {
        return Err(Unread::UnknownChoice);
    }
    let mut found: Option<&Arc<str>> = None;
    let (mut at, mut strange) = (0, 0);
    while at < words.len() {
        let longest = (at + 1..=words.len()).rev().find_map(|end| {
            let choice = field.choice_like(&words[at..end].join(" "))?;
            Some((end, &choice.key))
        });
        match longest {
            Some((end, key)) => {
                if found.is_some_and(|other| other != key) {
                    return Err(Unread::UnknownChoice);
                }
                found = Some(key);
                at = end;
            }
            None => {
                strange += usize::from(!says_the_field(field, words[at]));
                at += 1;
            }
        }
    }
    match found {
        Some(key) if strange == 0 => Ok(key.clone()),
        _ => Err(Unread::UnknownChoice),
    }
}

fn says_the_field(field: &Field, word: &str) -> bool {
    word.len() == 1
        || word.bytes().all(|b| b.is_ascii_digit())
        || matches!(
            word,
            "vitesses" | "rapports" | "gang" | "speed" | "de" | "a" | "en"
        )
        || field
            .synonyms
            .iter()
            .any(|s| s.split(' ').any(|w| w == word))
}

fn first_known(mut words: impl Iterator<Item = Result<Value, Unread>>) -> Result<Value, Unread> {
    let first = words.next().unwrap_or(Err(Unread::Empty));
    match first {
        Ok(value) => Ok(value),
        Err(why) => words.find(Result::is_ok).unwrap_or(Err(why)),
    }
}

fn choices(field: &Field, text: &str, manner: &Manner) -> Result<Vec<Arc<str>>, Unread> {
    let meant = |part: &str| {
        let meant = manner.values.get(fold(part).as_str());
        choice(field, meant.map_or(part, String::as_str)).ok()
    };
    let mut keys: Vec<Arc<str>> = parts(text).filter_map(meant).collect();
    keys.sort();
    keys.dedup();
    match keys.is_empty() {
        true => Err(Unread::UnknownChoice),
        false => Ok(keys),
    }
}

/// The words of a cell that lists several.
pub(crate) fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '|', '\n'])
        .map(str::trim)
        .filter(|p| !p.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use dictionary::Dictionary;

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
            ("23.760,-", true, 23_760.0),
            ("16 m", false, 16.0),
            ("-3,5", true, -3.5),
            ("1.5", false, 1.5),
        ] {
            assert_eq!(number(text, comma), Ok(expected), "{text}");
        }
        assert_eq!(number("sur demande", true), Err(Unread::NotANumber));
    }

    #[test]
    fn units_are_told_by_the_cell_or_by_the_column() {
        let dictionary = Dictionary::embedded();
        let auto = dictionary.vertical("auto").expect("auto is shipped");
        let read = |field: &str, text: &str, unit: Option<&str>| {
            let manner = Manner {
                currency: "EUR".into(),
                unit: unit.map(str::to_owned),
                ..Manner::default()
            };
            let field = auto.field(field).expect(field);
            let value = convert(field, text, &manner).expect(text);
            serde_json::to_string(&value).expect("a value")
        };
        for (field, text, unit, expected) in [
            ("power_hp", "85 PS (63 kW)", None, "85"),
            ("power_hp", "63 kW", None, "85.656"),
            ("power_kw", "85 ch", None, "62.517"),
            ("mileage_km", "10,000 miles", None, "16093"),
            ("mileage_km", "12000", Some("mi"), "19312"),
            ("displacement_cc", "1.6", None, "1600"),
            ("displacement_cc", "1598 cm³", None, "1598"),
            ("displacement_l", "1598 cc", None, "1.598"),
            ("warranty_months", "2 ans", None, "24"),
            ("owners", "First Owner", None, "1"),
            (
                "price",
                "1679000",
                Some("cents"),
                r#"{"minor":1679000,"currency":"EUR"}"#,
            ),
            (
                "price",
                "17,5k",
                None,
                r#"{"minor":1750000,"currency":"EUR"}"#,
            ),
            (
                "price",
                "3200000",
                Some("CZK"),
                r#"{"minor":320000000,"currency":"CZK"}"#,
            ),
            ("plate", "zk001kx", None, r#""ZK-001-KX""#),
            ("vin", " tmbZzz21z3t900991 ", None, r#""TMBZZZ21Z3T900991""#),
            ("gearbox", "Boîte manuelle", None, r#""manual""#),
            ("fuel", "GO", None, r#""diesel""#),
        ] {
            assert_eq!(read(field, text, unit), expected, "{field}: {text}");
        }
    }

    #[test]
    fn what_is_half_understood_is_not_guessed() {
        let dictionary = Dictionary::embedded();
        let auto = dictionary.vertical("auto").expect("auto is shipped");
        for (field, text, expected) in [
            ("colour", "triple yellow tri-coat", Unread::UnknownChoice),
            ("fuel", "Diesel / essence", Unread::UnknownChoice),
            ("price", "sur demande", Unread::Empty),
            ("price", "-5", Unread::NotANumber),
            ("first_reg", "2011", Unread::OnlyAYear(2011)),
            ("first_reg", "00/00/0000", Unread::Empty),
            ("mileage_km", "NC", Unread::Empty),
        ] {
            let field = auto.field(field).expect(field);
            let read = convert(field, text, &Manner::default());
            assert_eq!(read, Err(expected), "{text}");
        }
    }
}
