//! What is said of a value that does not fit its field, in the four languages.

use crate::check::TEXT_LETTERS_MAX;
use crate::{Field, Label, Vertical};

/// One thing that is wrong with a listing, said in the four languages.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    pub field: String,
    pub code: &'static str,
    pub message: Label,
}

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

pub(crate) fn not_here(vertical: &Vertical, field: &Field, category: &str) -> Problem {
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

pub(crate) fn required(field: &Field) -> Problem {
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

pub(crate) fn too_long(field: &Field) -> Problem {
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

pub(crate) fn strange_currency(field: &Field, code: &str) -> Problem {
    Problem::of(
        &field.key,
        "currency",
        [
            format!("{} : « {code} » n’est pas une devise (EUR)", field.label.fr),
            format!("{}: ‘{code}’ is geen munteenheid (EUR)", field.label.nl),
            format!("{}: “{code}” is not a currency (EUR)", field.label.en),
            format!("{}: „{code}“ ist keine Währung (EUR)", field.label.de),
        ],
    )
}

pub(crate) fn strange_language(field: &Field, code: &str) -> Problem {
    Problem::of(
        &field.key,
        "language",
        [
            format!(
                "{} : « {code} » n’est pas un code de langue (fr)",
                field.label.fr
            ),
            format!("{}: ‘{code}’ is geen taalcode (nl)", field.label.nl),
            format!("{}: “{code}” is not a language code (en)", field.label.en),
            format!("{}: „{code}“ ist kein Sprachcode (de)", field.label.de),
        ],
    )
}

pub(crate) fn strange_place(field: &Field) -> Problem {
    Problem::of(
        &field.key,
        "place",
        [
            format!(
                "{} : le pays est un code de deux majuscules (BE) et les coordonnées sont des degrés",
                field.label.fr
            ),
            format!(
                "{}: het land is een code van twee hoofdletters (BE) en de coördinaten zijn graden",
                field.label.nl
            ),
            format!(
                "{}: the country is a code of two capitals (BE) and coordinates are degrees",
                field.label.en
            ),
            format!(
                "{}: das Land ist ein Code aus zwei Großbuchstaben (BE), Koordinaten sind Grade",
                field.label.de
            ),
        ],
    )
}
