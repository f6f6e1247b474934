//! One value of a field out of JSON. What is of the wrong kind is told and stepped over, so that
//! one bad value neither hides the others nor stops the reading.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess};

use crate::problem::{unknown_choice, unknown_field, wrong_kind};
use crate::{Date, Decimal, Field, Kind, Money, Place, Problem, Texts, Value, Vertical};

/// Reads a key as the slot of its field, without keeping the text.
pub(crate) struct FieldKey<'a>(pub(crate) &'a Vertical);

/// Reads a value as its field wants it; the outer error is broken JSON only.
pub(crate) struct OfField<'a> {
    pub(crate) field: &'a Field,
    /// Of many choices, keep those that are still known.
    pub(crate) lenient: bool,
}

/// Any JSON, as far as a field may want it.
enum Loose<'de> {
    Boolean(bool),
    Whole(i64),
    Number(f64),
    Text(Cow<'de, str>),
    /// Null, an array or an object: stepped over.
    Other,
}

impl Field {
    /// Reads one value of this field from its JSON.
    pub fn read(&self, json: &str) -> Result<Value, Box<Problem>> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let strict = OfField {
            field: self,
            lenient: false,
        };
        let value = strict.deserialize(&mut reader);
        match reader.end().and(value) {
            Ok(value) => value,
            Err(_) => Err(Box::new(wrong_kind(self))),
        }
    }

    fn scalar(&self, loose: Loose<'_>) -> Result<Value, Box<Problem>> {
        Ok(match (&self.kind, loose) {
            (Kind::Boolean, Loose::Boolean(yes)) => Value::Boolean(yes),
            (Kind::Integer | Kind::Year, Loose::Whole(number)) => Value::Integer(number),
            // Some writers make 3.0 of 3.
            (Kind::Integer | Kind::Year, Loose::Number(number))
                if number.fract() == 0.0 && number.abs() < 9e15 =>
            {
                Value::Integer(number as i64)
            }
            (kind, Loose::Whole(number)) if kind.is_measure() => {
                let milli = number.checked_mul(1000);
                Value::Decimal(
                    milli
                        .map(Decimal)
                        .ok_or_else(|| Box::new(wrong_kind(self)))?,
                )
            }
            (kind, Loose::Number(number)) if kind.is_measure() => {
                Value::Decimal(Decimal::from_f64(number).ok_or_else(|| Box::new(wrong_kind(self)))?)
            }
            (Kind::Date, Loose::Text(text)) => {
                Value::Date(Date::parse(&text).ok_or_else(|| Box::new(wrong_kind(self)))?)
            }
            (Kind::OneOf(_), Loose::Text(word)) => Value::OneOf(self.key_of(&word)?),
            (Kind::Text, Loose::Text(text)) => Value::Text(text.into_owned()),
            (Kind::Person, Loose::Text(text)) => Value::Person(text.into_owned()),
            _ => return Err(Box::new(wrong_kind(self))),
        })
    }

    fn key_of(&self, word: &str) -> Result<Arc<str>, Box<Problem>> {
        match self.choice(word) {
            Some(choice) => Ok(choice.key.clone()),
            None => Err(Box::new(unknown_choice(self, word))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for FieldKey<'_> {
    type Value = Result<usize, Box<Problem>>;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_str(self)
    }
}

impl<'de> serde::de::Visitor<'de> for FieldKey<'_> {
    type Value = Result<usize, Box<Problem>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key of a field")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self
            .0
            .field_index(key)
            .ok_or_else(|| Box::new(unknown_field(key))))
    }
}

impl<'de> DeserializeSeed<'de> for OfField<'_> {
    type Value = Result<Value, Box<Problem>>;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> serde::de::Visitor<'de> for OfField<'_> {
    type Value = Result<Value, Box<Problem>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of {}", self.field.key)
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Self::Value, E> {
        Ok(self.field.scalar(Loose::Boolean(yes)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(self.field.scalar(Loose::Whole(number)))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(self.field.scalar(whole(number)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(self.field.scalar(Loose::Number(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.field.scalar(Loose::Text(Cow::Borrowed(text))))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(self.field.scalar(Loose::Text(Cow::Owned(text))))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Err(Box::new(wrong_kind(self.field))))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let many = matches!(self.field.kind, Kind::ManyOf(_));
        let mut keys = Vec::new();
        let mut wrong = (!many).then(|| Box::new(wrong_kind(self.field)));
        while let Some(loose) = seq.next_element::<Loose<'de>>()? {
            let key = match loose {
                _ if wrong.is_some() => continue,
                Loose::Text(word) => self.field.key_of(&word),
                _ => Err(Box::new(wrong_kind(self.field))),
            };
            match key {
                Ok(key) => keys.push(key),
                Err(problem) if self.lenient && problem.code == "unknown_choice" => {}
                Err(problem) => wrong = Some(problem),
            }
        }
        keys.sort();
        keys.dedup();
        Ok(wrong.map_or(Ok(Value::ManyOf(keys)), Err))
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let value = match self.field.kind {
            Kind::Money => money(&mut map)?.map(Value::Money),
            Kind::Translated => texts(&mut map)?.map(Value::Texts),
            Kind::Place => place(&mut map)?.map(|place| Value::Place(place.into())),
            _ => {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                None
            }
        };
        Ok(value.ok_or_else(|| Box::new(wrong_kind(self.field))))
    }
}

fn money<'de, M: MapAccess<'de>>(map: &mut M) -> Result<Option<Money>, M::Error> {
    let (mut minor, mut currency, mut good) = (None, None, true);
    while let Some((key, loose)) = map.next_entry::<Loose<'de>, Loose<'de>>()? {
        match (key.text(), loose) {
            ("minor", Loose::Whole(number)) => minor = Some(number),
            ("currency", Loose::Text(code)) => currency = Some(code),
            _ => good = false,
        }
    }
    let money = minor.zip(currency).filter(|_| good);
    Ok(money.map(|(minor, currency)| Money::new(minor, &currency)))
}

fn texts<'de, M: MapAccess<'de>>(map: &mut M) -> Result<Option<Texts>, M::Error> {
    let (mut texts, mut good) = (Texts::new(), true);
    while let Some((language, loose)) = map.next_entry::<Loose<'de>, Loose<'de>>()? {
        match (language, loose) {
            (Loose::Text(language), Loose::Text(text)) => {
                texts.insert(language.into_owned(), text.into_owned());
            }
            _ => good = false,
        }
    }
    Ok(good.then_some(texts))
}

fn place<'de, M: MapAccess<'de>>(map: &mut M) -> Result<Option<Place>, M::Error> {
    let (mut place, mut good) = (Place::default(), true);
    while let Some((key, loose)) = map.next_entry::<Loose<'de>, Loose<'de>>()? {
        let degrees = match loose {
            Loose::Whole(number) => Some(number as f64),
            Loose::Number(number) => Some(number),
            _ => None,
        };
        match (key.text(), degrees, loose) {
            ("country", _, Loose::Text(text)) => place.country = text.into_owned(),
            ("postcode", _, Loose::Text(text)) => place.postcode = text.into_owned(),
            ("town", _, Loose::Text(text)) => place.town = text.into_owned(),
            ("region", _, Loose::Text(text)) => place.region = text.into_owned(),
            ("street", _, Loose::Text(text)) => place.street = text.into_owned(),
            ("number", _, Loose::Text(text)) => place.number = text.into_owned(),
            ("lat", Some(degrees), _) => place.lat = Some(degrees),
            ("lon", Some(degrees), _) => place.lon = Some(degrees),
            // Coordinates that nobody knows may be written as null.
            ("lat" | "lon", _, Loose::Other) => {}
            _ => good = false,
        }
    }
    Ok(good.then_some(place))
}

impl Loose<'_> {
    fn text(&self) -> &str {
        match self {
            Loose::Text(text) => text,
            _ => "",
        }
    }
}

fn whole<'de>(number: u64) -> Loose<'de> {
    i64::try_from(number).map_or(Loose::Number(number as f64), Loose::Whole)
}

impl<'de> Deserialize<'de> for Loose<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(Any)
    }
}

struct Any;

impl<'de> serde::de::Visitor<'de> for Any {
    type Value = Loose<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_bool<E>(self, yes: bool) -> Result<Loose<'de>, E> {
        Ok(Loose::Boolean(yes))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Loose<'de>, E> {
        Ok(Loose::Whole(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Loose<'de>, E> {
        Ok(whole(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Loose<'de>, E> {
        Ok(Loose::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Loose<'de>, E> {
        Ok(Loose::Text(Cow::Borrowed(text)))
    }

    fn visit_unit<E>(self) -> Result<Loose<'de>, E> {
        Ok(Loose::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Loose<'de>, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Loose<'de>, M::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }
}
