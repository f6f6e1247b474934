//! Checks values against their fields.

use std::ops::Not;
use std::sync::Arc;

use crate::problem::{
    not_here, required, strange_currency, strange_language, strange_place, too_long,
    unknown_choice, unknown_field, wrong_kind,
};
use crate::{Decimal, Field, Kind, Place, Problem, Texts, Value, Values, Vertical};

pub(crate) const TEXT_LETTERS_MAX: usize = 20_000;
const PLACE_LETTERS_MAX: usize = 200;

impl Vertical {
    /// All that is wrong with the values of a listing of a category.
    pub fn check(&self, category: &str, values: &Values) -> Vec<Problem> {
        if self.category(category).is_none() {
            return vec![Problem::of(
                "category",
                "unknown_category",
                [
                    format!("Catégorie inconnue : {category}"),
                    format!("Onbekende categorie: {category}"),
                    format!("Unknown category: {category}"),
                    format!("Unbekannte Kategorie: {category}"),
                ],
            )];
        }
        let mut problems = Vec::new();
        for (key, value) in values {
            match self.field(key) {
                None => problems.push(unknown_field(key)),
                Some(field) if !self.applies(field, category) => {
                    problems.push(not_here(self, field, category));
                }
                Some(field) => problems.extend(field.check(value)),
            }
        }
        let missing = self
            .fields
            .iter()
            .filter(|f| f.required && self.applies(f, category));
        problems.extend(
            missing
                .filter(|f| !values.contains_key(&f.key))
                .map(required),
        );
        problems
    }
}

impl Field {
    /// What is wrong with one value of this field.
    pub fn check(&self, value: &Value) -> Option<Problem> {
        let known = |key: &Arc<str>| self.choice(key).is_some();
        match (&self.kind, value) {
            (Kind::Integer | Kind::Year, Value::Integer(n)) => {
                self.within(n.checked_mul(1000).map_or(Decimal(i64::MAX), Decimal))
            }
            (
                Kind::Decimal | Kind::Area | Kind::Length | Kind::Power | Kind::Percent,
                Value::Decimal(n),
            ) => self.within(*n),
            (Kind::Money, Value::Money(money)) => {
                let capitals = money.currency.bytes().all(|b| b.is_ascii_uppercase());
                if money.currency.len() != 3 || !capitals {
                    return Some(strange_currency(self, &money.currency));
                }
                self.within(Decimal(money.minor.saturating_mul(10)))
            }
            (Kind::OneOf(_), Value::OneOf(key)) => (!known(key)).then(|| unknown_choice(self, key)),
            (Kind::ManyOf(_), Value::ManyOf(keys)) => keys
                .iter()
                .find(|key| !known(key))
                .map(|key| unknown_choice(self, key)),
            (Kind::Text, Value::Text(text)) | (Kind::Person, Value::Person(text)) => {
                (text.chars().count() > TEXT_LETTERS_MAX).then(|| too_long(self))
            }
            (Kind::Translated, Value::Texts(texts)) => self.check_texts(texts),
            (Kind::Place, Value::Place(place)) => {
                place_is_sound(place).not().then(|| strange_place(self))
            }
            (Kind::Boolean, Value::Boolean(_)) | (Kind::Date, Value::Date(_)) => None,
            _ => Some(wrong_kind(self)),
        }
    }

    fn check_texts(&self, texts: &Texts) -> Option<Problem> {
        let code = |code: &str| {
            (2..=8).contains(&code.len())
                && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        if let Some(strange) = texts.keys().find(|language| !code(language)) {
            return Some(strange_language(self, strange));
        }
        let long = texts.values().any(|t| t.chars().count() > TEXT_LETTERS_MAX);
        long.then(|| too_long(self))
    }

    fn within(&self, number: Decimal) -> Option<Problem> {
        let low = self.min.filter(|min| number < *min);
        let high = self.max.filter(|max| number > *max);
        if let Some(min) = low {
            return Some(Problem::of(
                &self.key,
                "below_minimum",
                [
                    format!("{} : {number} est sous le minimum de {min}", self.label.fr),
                    format!(
                        "{}: {number} ligt onder het minimum van {min}",
                        self.label.nl
                    ),
                    format!("{}: {number} is below the minimum of {min}", self.label.en),
                    format!(
                        "{}: {number} liegt unter dem Minimum von {min}",
                        self.label.de
                    ),
                ],
            ));
        }
        high.map(|max| {
            Problem::of(
                &self.key,
                "above_maximum",
                [
                    format!("{} : {number} dépasse le maximum de {max}", self.label.fr),
                    format!(
                        "{}: {number} ligt boven het maximum van {max}",
                        self.label.nl
                    ),
                    format!("{}: {number} is above the maximum of {max}", self.label.en),
                    format!(
                        "{}: {number} liegt über dem Maximum von {max}",
                        self.label.de
                    ),
                ],
            )
        })
    }
}

fn place_is_sound(place: &Place) -> bool {
    let country = place.country.as_bytes();
    let words = [
        &place.postcode,
        &place.town,
        &place.region,
        &place.street,
        &place.number,
    ];
    (country.is_empty() || country.len() == 2 && country.iter().all(u8::is_ascii_uppercase))
        && place.lat.is_none_or(|lat| (-90.0..=90.0).contains(&lat))
        && place.lon.is_none_or(|lon| (-180.0..=180.0).contains(&lon))
        && words.iter().all(|w| w.chars().count() <= PLACE_LETTERS_MAX)
}
