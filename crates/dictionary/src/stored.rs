//! JSON to values: strictly, as the API takes it, and leniently, as the database gives it back.
//!
//! A million listings come this way when a search index is built, so the text is walked once and
//! each field tells its own visitor what to make of what stands there.

use std::fmt;

use serde::de::Deserializer;

use crate::loose::{FieldKey, OfField};
use crate::{Problem, Values, Vertical};

impl Vertical {
    /// Reads an object of fields; unknown fields and wrong kinds are problems.
    pub fn values_from_json(&self, json: &[u8]) -> Result<Values, Vec<Problem>> {
        let mut problems = Vec::new();
        let values = self.values(json, false, &mut |problem| problems.push(problem));
        told(values, problems)
    }

    /// The same from a parsed JSON value.
    pub fn read(&self, body: &serde_json::Value) -> Result<Values, Vec<Problem>> {
        let mut problems = Vec::new();
        let values = body.deserialize_map(Fields {
            vertical: self,
            lenient: false,
            told: &mut |problem| problems.push(problem),
        });
        told(values, problems)
    }

    /// Our own JSON read back: what the dictionary no longer knows is skipped, be it a field, a
    /// choice, or one choice of many.
    pub fn values_stored(&self, json: &[u8]) -> Values {
        self.values(json, true, &mut |_| {}).unwrap_or_default()
    }

    fn values(
        &self,
        json: &[u8],
        lenient: bool,
        told: &mut dyn FnMut(Problem),
    ) -> Result<Values, serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_slice(json);
        let fields = Fields {
            vertical: self,
            lenient,
            told,
        };
        let values = reader.deserialize_map(fields)?;
        reader.end()?;
        Ok(values)
    }
}

fn told(
    values: Result<Values, serde_json::Error>,
    problems: Vec<Problem>,
) -> Result<Values, Vec<Problem>> {
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

struct Fields<'a> {
    vertical: &'a Vertical,
    lenient: bool,
    told: &'a mut dyn FnMut(Problem),
}

impl<'de> serde::de::Visitor<'de> for Fields<'_> {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of fields")
    }

    fn visit_map<M: serde::de::MapAccess<'de>>(self, mut map: M) -> Result<Values, M::Error> {
        let mut values = Values::new();
        while let Some(field) = map.next_key_seed(FieldKey(self.vertical))? {
            let slot = match field {
                Ok(slot) => slot,
                Err(unknown) => {
                    map.next_value::<serde::de::IgnoredAny>()?;
                    (self.told)(*unknown);
                    continue;
                }
            };
            let of_field = OfField {
                field: &self.vertical.fields[slot],
                lenient: self.lenient,
            };
            match map.next_value_seed(of_field)? {
                Ok(value) => {
                    let key = self.vertical.fields[slot].key.clone();
                    values.insert(key, value);
                }
                Err(problem) => (self.told)(*problem),
            }
        }
        Ok(values)
    }
}
