//! JSON to values: strictly, as the API takes it, and leniently, as the database gives it back.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::check::{unknown_choice, unknown_field, wrong_kind};
use crate::{Date, Decimal, Field, Kind, Money, Place, Problem, Texts, Value, Values, Vertical};

impl Vertical {
    /// Reads an object of fields; unknown fields and wrong kinds are problems.
    pub fn values_from_json(&self, json: &[u8]) -> Result<Values, Vec<Problem>> {
        let mut problems = Vec::new();
        let values = self.values(json, &mut |problem| problems.push(problem));
        match values {
            Ok(values) if problems.is_empty() => Ok(values),
            Ok(_) => Err(problems),
            Err(error) => Err(vec![Problem::of(
                "",
                "json",
                [
                    format!("JSON illisible : {error}"),
                    format!("Onleesbare JSON: {error}"),
                    format!("Unreadable JSON: {error}"),
                    format!("Unlesbares JSON: {error}"),
                ],
            )]),
        }
    }

    /// The same from a parsed JSON value.
    pub fn read(&self, body: &serde_json::Value) -> Result<Values, Vec<Problem>> {
        self.values_from_json(body.to_string().as_bytes())
    }

    /// Our own JSON read back: what the dictionary no longer knows is skipped.
    pub fn values_stored(&self, json: &[u8]) -> Values {
        self.values(json, &mut |_| {}).unwrap_or_default()
    }

    fn values(
        &self,
        json: &[u8],
        told: &mut dyn FnMut(Problem),
    ) -> Result<Values, serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_slice(json);
        let values = reader.deserialize_map(Fields {
            vertical: self,
            told,
        })?;
        reader.end()?;
        Ok(values)
    }
}

struct Fields<'a> {
    vertical: &'a Vertical,
    told: &'a mut dyn FnMut(Problem),
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of fields")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Values, M::Error> {
        let mut values = Values::new();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let raw = map.next_value::<&'de RawValue>()?;
            let Some(field) = self.vertical.field(&key) else {
                (self.told)(unknown_field(&key));
                continue;
            };
            match field.read(raw.get()) {
                Ok(value) => drop(values.insert(field.key.clone(), value)),
                Err(problem) => (self.told)(problem),
            }
        }
        Ok(values)
    }
}

impl Field {
    /// Reads one value of this field from its JSON.
    pub fn read(&self, json: &str) -> Result<Value, Problem> {
        fn of<'a, T: serde::Deserialize<'a>>(json: &'a str, field: &Field) -> Result<T, Problem> {
            serde_json::from_str(json).map_err(|_| wrong_kind(field))
        }
        let key = |word: &str| match self.choice(word) {
            Some(choice) => Ok(choice.key.clone()),
            None => Err(unknown_choice(self, word)),
        };
        Ok(match &self.kind {
            Kind::Boolean => Value::Boolean(of(json, self)?),
            Kind::Integer | Kind::Year => {
                Value::Integer(whole(json).ok_or_else(|| wrong_kind(self))?)
            }
            Kind::Decimal | Kind::Area | Kind::Length | Kind::Power | Kind::Percent => {
                Value::Decimal(of::<Decimal>(json, self)?)
            }
            Kind::Money => Value::Money(of::<Money>(json, self)?),
            Kind::Date => Value::Date(of::<Date>(json, self)?),
            Kind::OneOf(_) => Value::OneOf(key(&of::<Cow<'_, str>>(json, self)?)?),
            Kind::ManyOf(_) => {
                let words: Vec<Cow<'_, str>> = of(json, self)?;
                let mut keys: Vec<Arc<str>> =
                    words.iter().map(|w| key(w)).collect::<Result<_, _>>()?;
                keys.sort();
                keys.dedup();
                Value::ManyOf(keys)
            }
            Kind::Text => Value::Text(of(json, self)?),
            Kind::Person => Value::Person(of(json, self)?),
            Kind::Translated => Value::Texts(of::<Texts>(json, self)?),
            Kind::Place => Value::Place(of::<Place>(json, self)?),
        })
    }
}

/// `3` and `3.0`, which some writers make of it.
fn whole(json: &str) -> Option<i64> {
    if let Ok(number) = json.parse() {
        return Some(number);
    }
    let number: f64 = json.parse().ok()?;
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}
