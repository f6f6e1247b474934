//! What follows from the values of a row: the model of its make, the year of a date, kilometres of
//! miles, and what a title says that no column does.

use std::sync::Arc;

use ahash::AHashMap;
use dictionary::{Decimal, Kind, Value, Values, Vertical, fold};

use crate::convert::{Manner, clean};
use crate::nothing::is_nothing;
use crate::target::Target;
use crate::title::{Models, take_apart};

const KM_IN_MILE: f64 = 1.609_344;
const HP_IN_KW: f64 = 1.359_621_62;
const REMEMBERED_MAX: usize = 20_000;

/// What a mapping leaves to be concluded.
pub(crate) struct Finish {
    models: Models,
    found: AHashMap<(Arc<str>, String), Option<Arc<str>>>,
    /// Fields that columns fill: nothing is concluded over them.
    mapped: Vec<Arc<str>>,
    /// The fields whose text is taken apart, the most telling first.
    titles: Vec<&'static str>,
    first_reg: Option<usize>,
    has_year: bool,
}

impl Finish {
    pub(crate) fn of(vertical: &Vertical, targets: &[(usize, Target, Manner)]) -> Finish {
        let mapped: Vec<Arc<str>> = targets
            .iter()
            .filter_map(|(_, target, _)| match target {
                Target::Field(slot) => Some(vertical.fields[*slot].key.clone()),
                _ => None,
            })
            .collect();
        let has = |key: &str| mapped.iter().any(|m| m.as_ref() == key);
        let trade = vertical.field("make").is_some();
        let titles = ["model_version", "title"];
        Finish {
            models: Models::of(vertical),
            found: AHashMap::new(),
            titles: titles.into_iter().filter(|t| trade && has(t)).collect(),
            first_reg: vertical.field_index("first_reg"),
            has_year: vertical
                .field("year")
                .is_some_and(|f| matches!(f.kind, Kind::Year)),
            mapped,
        }
    }

    /// Whether a lone year in the column of a field is the listing's year.
    pub(crate) fn takes_year(&self, slot: usize) -> bool {
        self.has_year && self.first_reg == Some(slot)
    }

    /// Completes the values; names what it concluded.
    pub(crate) fn complete(
        &mut self,
        vertical: &Vertical,
        values: &mut Values,
    ) -> Vec<&'static str> {
        let mut derived = Vec::new();
        self.model(vertical, values);
        if !self.titles.is_empty()
            && !values.contains_key("model")
            && !values.contains_key("model_text")
        {
            self.title(vertical, values);
        }
        let mut conclude = |values: &mut Values, key: &'static str, value: Value| {
            if !self.mapped.iter().any(|m| m.as_ref() == key)
                && !values.contains_key(key)
                && vertical
                    .field(key)
                    .is_some_and(|f| f.check(&value).is_none())
            {
                values.insert(key.into(), value);
                derived.push(key);
            }
        };
        if let (true, Some(Value::Date(date))) = (self.has_year, values.get("first_reg")) {
            let year = Value::Integer(date.year.into());
            conclude(values, "year", year);
        }
        if let Some(Value::Integer(miles)) = values.get("mileage_mi") {
            let km = Value::Integer((*miles as f64 * KM_IN_MILE).round() as i64);
            conclude(values, "mileage_km", km);
        }
        match (values.get("power_kw"), values.get("power_hp")) {
            (Some(Value::Decimal(kw)), None) => {
                let hp = Value::Decimal(Decimal((kw.to_f64() * HP_IN_KW).round() as i64 * 1_000));
                conclude(values, "power_hp", hp);
            }
            (None, Some(Value::Decimal(hp))) => {
                let kw = Value::Decimal(Decimal((hp.to_f64() / HP_IN_KW).round() as i64 * 1_000));
                conclude(values, "power_kw", kw);
            }
            _ => {}
        }
        if let Some(Value::Decimal(litres)) = values.get("displacement_l") {
            let cc = Value::Integer(litres.0);
            conclude(values, "displacement_cc", cc);
        }
        if let Some(Value::Decimal(kmpl)) = values.get("consumption_kmpl")
            && kmpl.0 > 0
            && let Some(litres) = Decimal::from_f64((1_000.0 / kmpl.to_f64()).round() / 10.0)
        {
            conclude(values, "consumption_l", Value::Decimal(litres));
        }
        derived
    }

    /// Fields that are ours to take away again because they follow from mapped ones.
    pub(crate) fn owned(&self) -> impl Iterator<Item = Arc<str>> + '_ {
        const FOLLOWS: [(&str, &str); 7] = [
            ("model", "model_text"),
            ("first_reg", "year"),
            ("mileage_mi", "mileage_km"),
            ("power_kw", "power_hp"),
            ("power_hp", "power_kw"),
            ("displacement_l", "displacement_cc"),
            ("consumption_kmpl", "consumption_l"),
        ];
        let mapped = |key: &str| self.mapped.iter().any(|m| m.as_ref() == key);
        let own = FOLLOWS
            .into_iter()
            .filter(move |(from, to)| mapped(from) && !mapped(to));
        own.map(|(_, to)| Arc::from(to))
    }

    /// The model among those of its make; a word that is none of them stays as a text.
    fn model(&mut self, vertical: &Vertical, values: &mut Values) {
        let Some(Value::Text(word)) = values.remove("model") else {
            return;
        };
        if is_nothing(&word) {
            return;
        }
        if !values.contains_key("make") {
            // "VW Golf VII" in the column of models.
            let parts = take_apart(vertical, &self.models, &word, None);
            if parts.values.iter().any(|(key, _)| *key == "model") {
                insert(values, parts.values);
                return;
            }
        }
        let make = match values.get("make") {
            Some(Value::OneOf(make)) => make.clone(),
            _ => Arc::from(""),
        };
        let asked = (make, word);
        let found = self.found.get(&asked).cloned().unwrap_or_else(|| {
            let found = self.models.find(&asked.0, &asked.1);
            if self.found.len() < REMEMBERED_MAX {
                self.found.insert(asked.clone(), found.clone());
            }
            found
        });
        match found {
            Some(model) => drop(values.insert("model".into(), Value::OneOf(model))),
            None => drop(values.insert("model_text".into(), Value::Text(clean(&asked.1)))),
        }
    }

    /// What the title says and no column does.
    fn title(&self, vertical: &Vertical, values: &mut Values) {
        for key in &self.titles {
            let text = match values.get(*key) {
                Some(Value::Text(text)) => text.clone(),
                Some(Value::Texts(texts)) => texts.values().next().cloned().unwrap_or_default(),
                _ => continue,
            };
            let make = match values.get("make") {
                Some(Value::OneOf(make)) => Some(make.clone()),
                _ => None,
            };
            let parts = take_apart(vertical, &self.models, &text, make.as_ref());
            let mapped = |key: &str| self.mapped.iter().any(|m| m.as_ref() == key);
            let given = parts
                .values
                .into_iter()
                .filter(|(key, _)| !mapped(key) || *key == "model");
            insert(values, given.collect());
            if let (Some(word), false) = (parts.model_text, values.contains_key("model")) {
                let known = fold(&word).bytes().any(|b| b.is_ascii_alphanumeric());
                if known {
                    values
                        .entry("model_text".into())
                        .or_insert(Value::Text(word));
                }
            }
            if values.contains_key("model") {
                return;
            }
        }
    }
}

fn insert(values: &mut Values, parts: Vec<(&'static str, Value)>) {
    for (key, value) in parts {
        values.entry(key.into()).or_insert(value);
    }
}
