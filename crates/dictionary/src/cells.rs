//! Single cells of a TOML table: texts, labels, lists, numbers; each fault told where it stands.

use std::ops::Range;

use toml_edit::{Item, Table, TableLike};

use crate::fault::Faults;
use crate::{Decimal, Label, Language, Shape, Shown, Unit, fold};

pub(crate) type Span = Option<Range<usize>>;

const KEY_LETTERS_MAX: usize = 64;

pub(crate) fn key(table: &dyn TableLike, span: Span, faults: &mut Faults<'_>) -> String {
    let Some(key) = text(table, "key", faults) else {
        faults.at(span, "missing", "`key` is missing");
        return String::new();
    };
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if key.is_empty() || key.len() > KEY_LETTERS_MAX || !key.chars().all(letter) {
        let span = table.get("key").and_then(Item::span);
        faults.at(
            span,
            "key",
            format!("key {key:?} must be of a-z, 0-9, _ and -"),
        );
    }
    key
}

/// `label = "Golf"` is the same in all languages; `{fr=…, nl=…, en=…, de=…}` must be whole.
pub(crate) fn label(
    table: &dyn TableLike,
    name: &str,
    needed: bool,
    span: Span,
    faults: &mut Faults<'_>,
) -> Label {
    let Some(item) = table.get(name) else {
        if needed {
            faults.at(span, "missing", format!("`{name}` is missing"));
        }
        return Label::default();
    };
    if let Some(same) = item.as_str() {
        return Label {
            fr: same.into(),
            nl: same.into(),
            en: same.into(),
            de: same.into(),
        };
    }
    let Some(languages) = item.as_table_like() else {
        faults.at(
            item.span(),
            "type",
            format!("`{name}` must be a text or a table of fr, nl, en, de"),
        );
        return Label::default();
    };
    only(languages, &["fr", "nl", "en", "de"], faults);
    let mut label = Label::default();
    for language in Language::ALL {
        let said = text(languages, language.code(), faults).unwrap_or_default();
        if said.trim().is_empty() {
            let code = language.code();
            faults.at(
                item.span(),
                "language",
                format!("`{name}` says nothing in {code}"),
            );
        }
        *match language {
            Language::Fr => &mut label.fr,
            Language::Nl => &mut label.nl,
            Language::En => &mut label.en,
            Language::De => &mut label.de,
        } = said;
    }
    label
}

pub(crate) fn text(table: &dyn TableLike, name: &str, faults: &mut Faults<'_>) -> Option<String> {
    let item = table.get(name)?;
    let text = item.as_str().map(str::to_owned);
    if text.is_none() {
        faults.at(item.span(), "type", format!("`{name}` must be a text"));
    }
    text
}

/// The texts of a list, each with its place.
pub(crate) fn placed_words(
    table: &dyn TableLike,
    name: &str,
    faults: &mut Faults<'_>,
) -> Vec<(String, Span)> {
    let Some(item) = table.get(name) else {
        return Vec::new();
    };
    let Some(array) = item.as_array() else {
        let said = format!("`{name}` must be a list of texts");
        faults.at(item.span(), "type", said);
        return Vec::new();
    };
    let mut words = Vec::with_capacity(array.len());
    for value in array {
        match value.as_str() {
            Some(word) => words.push((word.to_owned(), value.span())),
            None => {
                let said = format!("`{name}` must hold texts only");
                faults.at(value.span(), "type", said);
            }
        }
    }
    words
}

/// Synonyms, as they are compared.
pub(crate) fn folded_words(
    table: &dyn TableLike,
    name: &str,
    faults: &mut Faults<'_>,
) -> Vec<String> {
    let words = placed_words(table, name, faults);
    words.iter().map(|(word, _)| fold(word)).collect()
}

pub(crate) fn flag(table: &dyn TableLike, name: &str, faults: &mut Faults<'_>) -> bool {
    let Some(item) = table.get(name) else {
        return false;
    };
    item.as_bool().unwrap_or_else(|| {
        faults.at(
            item.span(),
            "type",
            format!("`{name}` must be true or false"),
        );
        false
    })
}

pub(crate) fn number(
    table: &dyn TableLike,
    name: &str,
    faults: &mut Faults<'_>,
) -> Option<Decimal> {
    let item = table.get(name)?;
    let float = item
        .as_float()
        .or_else(|| item.as_integer().map(|i| i as f64));
    let number = float.and_then(Decimal::from_f64);
    if number.is_none() {
        faults.at(item.span(), "type", format!("`{name}` must be a number"));
    }
    number
}

pub(crate) fn only(table: &dyn TableLike, known: &[&str], faults: &mut Faults<'_>) {
    for (name, item) in table.iter() {
        if !known.contains(&name) {
            let span = table
                .key(name)
                .and_then(toml_edit::Key::span)
                .or_else(|| item.span());
            let near = known.iter().find(|k| alike(k, name));
            let hint = near.map_or(String::new(), |k| format!("; did you mean `{k}`?"));
            faults.at(span, "unknown_key", format!("unknown key `{name}`{hint}"));
        }
    }
}

/// Whether one was probably meant by the other: the same start, or one letter dropped, added,
/// changed, or two swapped.
fn alike(known: &str, name: &str) -> bool {
    let start: String = name.chars().take(3).collect();
    if start.len() >= 3 && known.starts_with(&start) {
        return true;
    }
    let (known, name): (Vec<char>, Vec<char>) = (known.chars().collect(), name.chars().collect());
    let head = known.iter().zip(&name).take_while(|(a, b)| a == b).count();
    let (known, name) = (&known[head..], &name[head..]);
    let pairs = known.iter().rev().zip(name.iter().rev());
    let tail = pairs.take_while(|(a, b)| a == b).count();
    match (&known[..known.len() - tail], &name[..name.len() - tail]) {
        ([a, b], [c, d]) => (a, b) == (d, c),
        (known, name) => known.len() <= 1 && name.len() <= 1,
    }
}

pub(crate) fn tables<T>(
    root: &Table,
    name: &str,
    faults: &mut Faults<'_>,
    mut read: impl FnMut(&Table, Span, &mut Faults<'_>) -> T,
) -> Vec<T> {
    let Some(item) = root.get(name) else {
        return Vec::new();
    };
    let Some(tables) = item.as_array_of_tables() else {
        faults.at(
            item.span(),
            "type",
            format!("write `[[{name}]]`, once for each"),
        );
        return Vec::new();
    };
    tables
        .iter()
        .map(|table| read(table, table.span(), faults))
        .collect()
}

pub(crate) fn unit(table: &dyn TableLike, faults: &mut Faults<'_>) -> Option<Unit> {
    let name = text(table, "unit", faults)?;
    let unit = serde_json::from_value(serde_json::Value::String(name.clone())).ok();
    if unit.is_none() {
        let span = table.get("unit").and_then(Item::span);
        faults.at(span, "unit", format!("unknown unit {name:?}"));
    }
    unit
}

/// Two numbers, the lower first.
pub(crate) fn range(
    table: &dyn TableLike,
    name: &str,
    faults: &mut Faults<'_>,
) -> Option<(Decimal, Decimal)> {
    let item = table.get(name)?;
    let number = |v: &toml_edit::Value| {
        let float = v.as_float().or_else(|| v.as_integer().map(|i| i as f64));
        float.and_then(Decimal::from_f64)
    };
    let numbers: Vec<Decimal> = item
        .as_array()
        .map(|array| array.iter().filter_map(number).collect())
        .unwrap_or_default();
    match numbers[..] {
        [low, high] if low <= high => Some((low, high)),
        _ => {
            let said = format!("`{name}` must be two numbers, the lower first");
            faults.at(item.span(), "bounds", said);
            None
        }
    }
}

pub(crate) fn shape(table: &dyn TableLike, faults: &mut Faults<'_>) -> Option<Shape> {
    let name = text(table, "shape", faults)?;
    let shape = serde_json::from_value(serde_json::Value::String(name.clone())).ok();
    if shape.is_none() {
        let span = table.get("shape").and_then(Item::span);
        let said = format!("shape is vin, plate, reference or leftover, not {name:?}");
        faults.at(span, "shape", said);
    }
    shape
}

pub(crate) fn shown(table: &dyn TableLike, faults: &mut Faults<'_>) -> Shown {
    match text(table, "shown", faults).as_deref() {
        None | Some("page") => Shown::Page,
        Some("card") => Shown::Card,
        Some("office") => Shown::Office,
        Some(other) => {
            let span = table.get("shown").and_then(Item::span);
            faults.at(
                span,
                "shown",
                format!("shown is card, page or office, not {other:?}"),
            );
            Shown::Page
        }
    }
}
