//! Reads the TOML of a vertical into its shapes, collecting every fault on the way.

use std::ops::Range;
use std::sync::Arc;

use toml_edit::{Document, Item, Table, TableLike, Value};

use crate::fault::Faults;
use crate::{Category, Choice, Decimal, Field, Group, Kind, Label, Language, Shown, Unit, fold};

/// A key with the place where it stands, for faults found later.
pub(crate) struct Placed<T> {
    pub(crate) thing: T,
    pub(crate) file: usize,
    pub(crate) span: Option<Range<usize>>,
}

/// Where a field takes its choices from, when they stand in a file of their own.
pub(crate) type ChoicesFrom = Option<(String, Option<Range<usize>>)>;

pub(crate) struct Head {
    pub(crate) key: String,
    pub(crate) label: Label,
    pub(crate) schema_org: String,
}

const KINDS: &str = "integer, decimal, money, area, length, power, percent, year, date, boolean, \
                     one_of, many_of, text, translated, place, person";
const KEY_LETTERS_MAX: usize = 64;

pub(crate) fn parse(text: &str, faults: &mut Faults<'_>) -> Option<Document<String>> {
    match Document::parse(text.to_owned()) {
        Ok(document) => Some(document),
        Err(error) => {
            let said = error
                .message()
                .lines()
                .next()
                .unwrap_or("not TOML")
                .to_owned();
            faults.at(error.span(), "syntax", said);
            None
        }
    }
}

pub(crate) fn head(table: &Table, faults: &mut Faults<'_>) -> Head {
    only(
        table,
        &[
            "key",
            "label",
            "schema_org",
            "group",
            "category",
            "field",
            "choice",
        ],
        faults,
    );
    Head {
        key: key(table, table.span(), faults),
        label: label(table, "label", true, table.span(), faults),
        schema_org: text(table, "schema_org", faults).unwrap_or_else(|| "Thing".into()),
    }
}

pub(crate) fn groups(root: &Table, file: usize, faults: &mut Faults<'_>) -> Vec<Placed<Group>> {
    tables(root, "group", faults, |table, span, faults| {
        only(table, &["key", "label"], faults);
        let label = label(table, "label", true, span.clone(), faults);
        let thing = Group {
            key: key(table, span.clone(), faults).into(),
            label,
        };
        Placed { thing, file, span }
    })
}

pub(crate) fn categories(
    root: &Table,
    file: usize,
    faults: &mut Faults<'_>,
) -> Vec<Placed<Category>> {
    tables(root, "category", faults, |table, span, faults| {
        only(
            table,
            &[
                "key",
                "parent",
                "label",
                "plural",
                "schema_org",
                "synonyms",
                "form",
            ],
            faults,
        );
        let own = label(table, "label", true, span.clone(), faults);
        let plural = match table.get("plural") {
            Some(_) => label(table, "plural", true, span.clone(), faults),
            None => own.clone(),
        };
        let thing = Category {
            key: key(table, span.clone(), faults).into(),
            parent: text(table, "parent", faults).map(Arc::from),
            label: own,
            plural,
            schema_org: text(table, "schema_org", faults),
            synonyms: words(table, "synonyms", faults)
                .iter()
                .map(|w| fold(w))
                .collect(),
            form: words(table, "form", faults)
                .into_iter()
                .map(Arc::from)
                .collect(),
        };
        Placed { thing, file, span }
    })
}

pub(crate) fn fields(
    root: &Table,
    file: usize,
    faults: &mut Faults<'_>,
) -> Vec<(Placed<Field>, ChoicesFrom)> {
    tables(root, "field", faults, |table, span, faults| {
        only(
            table,
            &[
                "key",
                "kind",
                "unit",
                "group",
                "min",
                "max",
                "categories",
                "label",
                "help",
                "required",
                "searched",
                "words",
                "sorted",
                "shown",
                "synonyms",
                "choices",
                "choices_from",
            ],
            faults,
        );
        let from = text(table, "choices_from", faults)
            .map(|name| (name, table.get("choices_from").and_then(Item::span)));
        let (min, max) = (number(table, "min", faults), number(table, "max", faults));
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            faults.at(
                table.get("min").and_then(Item::span),
                "bounds",
                "min is above max",
            );
        }
        let field = Field {
            key: key(table, span.clone(), faults).into(),
            kind: kind(table, from.is_some(), span.clone(), faults),
            unit: unit(table, faults),
            group: text(table, "group", faults).unwrap_or_default().into(),
            min,
            max,
            categories: words(table, "categories", faults)
                .into_iter()
                .map(Arc::from)
                .collect(),
            label: label(table, "label", true, span.clone(), faults),
            help: label(table, "help", false, span.clone(), faults),
            required: flag(table, "required", faults),
            searched: flag(table, "searched", faults),
            words: flag(table, "words", faults),
            sorted: flag(table, "sorted", faults),
            shown: shown(table, faults),
            synonyms: words(table, "synonyms", faults)
                .iter()
                .map(|w| fold(w))
                .collect(),
            lookup: Default::default(),
        };
        (
            Placed {
                thing: field,
                file,
                span,
            },
            from,
        )
    })
}

/// The `[[choice]]`s of a file that holds an enumeration.
pub(crate) fn choices(root: &Table, faults: &mut Faults<'_>) -> Vec<Choice> {
    only(root, &["choice"], faults);
    tables(root, "choice", faults, |table, span, faults| {
        choice(table, span, faults)
    })
}

fn choice(table: &dyn TableLike, span: Option<Range<usize>>, faults: &mut Faults<'_>) -> Choice {
    only(table, &["key", "label", "synonyms", "within"], faults);
    Choice {
        key: key(table, span.clone(), faults).into(),
        label: label(table, "label", true, span, faults),
        synonyms: words(table, "synonyms", faults)
            .iter()
            .map(|w| fold(w))
            .collect(),
        within: text(table, "within", faults).map(Arc::from),
    }
}

fn kind(
    table: &dyn TableLike,
    has_file: bool,
    span: Option<Range<usize>>,
    faults: &mut Faults<'_>,
) -> Kind {
    let Some(name) = text(table, "kind", faults) else {
        faults.at(span, "missing", "a field needs a kind");
        return Kind::Text;
    };
    let inline = inline_choices(table, faults);
    let chooses = matches!(name.as_str(), "one_of" | "many_of");
    if chooses && inline.is_empty() && !has_file {
        faults.at(
            span.clone(),
            "missing",
            "a field of choices needs `choices` or `choices_from`",
        );
    }
    if !chooses && (has_file || !inline.is_empty()) {
        faults.at(
            span.clone(),
            "choices",
            format!("a field of kind {name} has no choices"),
        );
    }
    match name.as_str() {
        "integer" => Kind::Integer,
        "decimal" => Kind::Decimal,
        "money" => Kind::Money,
        "area" => Kind::Area,
        "length" => Kind::Length,
        "power" => Kind::Power,
        "percent" => Kind::Percent,
        "year" => Kind::Year,
        "date" => Kind::Date,
        "boolean" => Kind::Boolean,
        "one_of" => Kind::OneOf(inline),
        "many_of" => Kind::ManyOf(inline),
        "text" => Kind::Text,
        "translated" => Kind::Translated,
        "place" => Kind::Place,
        "person" => Kind::Person,
        other => {
            let span = table.get("kind").and_then(Item::span);
            faults.at(
                span,
                "kind",
                format!("unknown kind {other:?}; there are {KINDS}"),
            );
            Kind::Text
        }
    }
}

fn inline_choices(table: &dyn TableLike, faults: &mut Faults<'_>) -> Vec<Choice> {
    let Some(item) = table.get("choices") else {
        return Vec::new();
    };
    if let Some(tables) = item.as_array_of_tables() {
        return tables.iter().map(|t| choice(t, t.span(), faults)).collect();
    }
    let Some(array) = item.as_array() else {
        faults.at(item.span(), "type", "`choices` must be a list of tables");
        return Vec::new();
    };
    let read = |value: &Value, faults: &mut Faults<'_>| match value.as_inline_table() {
        Some(table) => Some(choice(table, value.span(), faults)),
        None => {
            faults.at(
                value.span(),
                "type",
                "a choice is a table with key and label",
            );
            None
        }
    };
    array
        .iter()
        .filter_map(|value| read(value, faults))
        .collect()
}

fn unit(table: &dyn TableLike, faults: &mut Faults<'_>) -> Option<Unit> {
    let name = text(table, "unit", faults)?;
    let unit = serde_json::from_value(serde_json::Value::String(name.clone())).ok();
    if unit.is_none() {
        let span = table.get("unit").and_then(Item::span);
        faults.at(span, "unit", format!("unknown unit {name:?}"));
    }
    unit
}

fn shown(table: &dyn TableLike, faults: &mut Faults<'_>) -> Shown {
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

fn key(table: &dyn TableLike, span: Option<Range<usize>>, faults: &mut Faults<'_>) -> String {
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
fn label(
    table: &dyn TableLike,
    name: &str,
    needed: bool,
    span: Option<Range<usize>>,
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

fn text(table: &dyn TableLike, name: &str, faults: &mut Faults<'_>) -> Option<String> {
    let item = table.get(name)?;
    let text = item.as_str().map(str::to_owned);
    if text.is_none() {
        faults.at(item.span(), "type", format!("`{name}` must be a text"));
    }
    text
}

fn words(table: &dyn TableLike, name: &str, faults: &mut Faults<'_>) -> Vec<String> {
    let Some(item) = table.get(name) else {
        return Vec::new();
    };
    let Some(array) = item.as_array() else {
        faults.at(
            item.span(),
            "type",
            format!("`{name}` must be a list of texts"),
        );
        return Vec::new();
    };
    let mut words = Vec::with_capacity(array.len());
    for value in array {
        match value.as_str() {
            Some(word) => words.push(word.to_owned()),
            None => faults.at(
                value.span(),
                "type",
                format!("`{name}` must hold texts only"),
            ),
        }
    }
    words
}

fn flag(table: &dyn TableLike, name: &str, faults: &mut Faults<'_>) -> bool {
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

fn number(table: &dyn TableLike, name: &str, faults: &mut Faults<'_>) -> Option<Decimal> {
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

fn only(table: &dyn TableLike, known: &[&str], faults: &mut Faults<'_>) {
    for (name, item) in table.iter() {
        if !known.contains(&name) {
            let span = table
                .key(name)
                .and_then(toml_edit::Key::span)
                .or_else(|| item.span());
            let near = known
                .iter()
                .find(|k| k.starts_with(&name[..name.len().min(3)]));
            let hint = near.map_or(String::new(), |k| format!("; did you mean `{k}`?"));
            faults.at(span, "unknown_key", format!("unknown key `{name}`{hint}"));
        }
    }
}

fn tables<T>(
    root: &Table,
    name: &str,
    faults: &mut Faults<'_>,
    mut read: impl FnMut(&Table, Option<Range<usize>>, &mut Faults<'_>) -> T,
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
