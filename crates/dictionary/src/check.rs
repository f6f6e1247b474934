//! Checks values against their fields.

use std::sync::Arc;

use crate::{Decimal, Field, Kind, Label, Value, Values, Vertical};

/// One thing that is wrong with a listing, said in the four languages.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    pub field: String,
    pub code: &'static str,
    pub message: Label,
}

const TEXT_LETTERS_MAX: usize = 20_000;

impl Problem {
    pub(crate) fn of(field: &str, code: &'static str, said: [String; 4]) -> Problem {
        let [fr, nl, en, de] = said;
        Problem {
            field: field.to_owned(),
            code,
            message: Label { fr, nl, en, de },
        }
    }
}

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
            (Kind::Translated, Value::Texts(texts)) => texts
                .values()
                .any(|t| t.chars().count() > TEXT_LETTERS_MAX)
                .then(|| too_long(self)),
            (Kind::Boolean, Value::Boolean(_))
            | (Kind::Date, Value::Date(_))
            | (Kind::Place, Value::Place(_)) => None,
            _ => Some(wrong_kind(self)),
        }
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

pub(crate) fn unknown_field(key: &str) -> Problem {
    Problem::of(
        key,
        "unknown_field",
        [
            format!("Champ inconnu : {key}"),
            format!("Onbekend veld: {key}"),
            format!("Unknown field: {key}"),
            format!("Unbekanntes Feld: {key}"),
        ],
    )
}

pub(crate) fn wrong_kind(field: &Field) -> Problem {
    Problem::of(
        &field.key,
        "wrong_kind",
        [
            format!("{} : la valeur n’est pas de la bonne sorte", field.label.fr),
            format!("{}: de waarde is van de verkeerde soort", field.label.nl),
            format!("{}: the value is of the wrong kind", field.label.en),
            format!("{}: der Wert ist von der falschen Art", field.label.de),
        ],
    )
}

pub(crate) fn unknown_choice(field: &Field, key: &str) -> Problem {
    Problem::of(
        &field.key,
        "unknown_choice",
        [
            format!("{} : « {key} » n’est pas un choix connu", field.label.fr),
            format!("{}: ‘{key}’ is geen bekende keuze", field.label.nl),
            format!("{}: “{key}” is not a known choice", field.label.en),
            format!("{}: „{key}“ ist keine bekannte Auswahl", field.label.de),
        ],
    )
}

fn not_here(vertical: &Vertical, field: &Field, category: &str) -> Problem {
    let label = vertical
        .category(category)
        .map(|c| c.label.clone())
        .unwrap_or_default();
    Problem::of(
        &field.key,
        "not_for_category",
        [
            format!("{} ne s’applique pas à : {}", field.label.fr, label.fr),
            format!("{} geldt niet voor: {}", field.label.nl, label.nl),
            format!("{} does not apply to: {}", field.label.en, label.en),
            format!("{} gilt nicht für: {}", field.label.de, label.de),
        ],
    )
}

fn required(field: &Field) -> Problem {
    Problem::of(
        &field.key,
        "required",
        [
            format!("{} manque", field.label.fr),
            format!("{} ontbreekt", field.label.nl),
            format!("{} is missing", field.label.en),
            format!("{} fehlt", field.label.de),
        ],
    )
}

fn too_long(field: &Field) -> Problem {
    Problem::of(
        &field.key,
        "too_long",
        [
            format!("{} dépasse {TEXT_LETTERS_MAX} caractères", field.label.fr),
            format!("{} telt meer dan {TEXT_LETTERS_MAX} tekens", field.label.nl),
            format!(
                "{} is longer than {TEXT_LETTERS_MAX} characters",
                field.label.en
            ),
            format!(
                "{} ist länger als {TEXT_LETTERS_MAX} Zeichen",
                field.label.de
            ),
        ],
    )
}
