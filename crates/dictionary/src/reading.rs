//! Reads the TOML of a vertical into its shapes, collecting every fault on the way.

use std::collections::HashSet;
use std::sync::Arc;

use toml_edit::{Document, Item, Table, TableLike};

use crate::cells::{
    self, Span, flag, folded_words, key, label, number, only, placed_words, shown, tables, text,
    unit,
};
use crate::fault::Faults;
use crate::{Category, Choice, Field, Group, Kind, Label};

/// A thing with the place where it stands and what it points to, for faults found later.
pub(crate) struct Placed<T> {
    pub(crate) thing: T,
    pub(crate) file: usize,
    pub(crate) span: Span,
    pub(crate) points: Vec<Point>,
}

/// A word that must name something else of the vertical.
pub(crate) struct Point {
    pub(crate) to: To,
    pub(crate) word: String,
    pub(crate) span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    Group,
    Category,
    Parent,
    /// A field that a form asks.
    Form,
    /// The choice that a choice belongs to.
    Within,
    /// A file of choices.
    File,
}

pub(crate) struct Head {
    pub(crate) span: Span,
    pub(crate) key: String,
    pub(crate) label: Label,
    pub(crate) schema_org: String,
}

const KINDS: &str = "integer, decimal, money, area, length, power, percent, year, date, boolean, \
                     one_of, many_of, text, translated, place, person";

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

const TABLES: [&str; 4] = ["group", "category", "field", "choice"];

const CATEGORY_KEYS: [&str; 7] = [
    "key",
    "parent",
    "label",
    "plural",
    "schema_org",
    "synonyms",
    "form",
];

const FIELD_KEYS: [&str; 22] = [
    "key",
    "kind",
    "unit",
    "group",
    "min",
    "max",
    "usual",
    "shape",
    "categories",
    "label",
    "one",
    "help",
    "required",
    "lasting",
    "searched",
    "words",
    "sorted",
    "shown",
    "synonyms",
    "may_be",
    "choices",
    "choices_from",
];

/// The lines above the first table; None in a file that holds only tables.
pub(crate) fn head(root: &Table, faults: &mut Faults<'_>) -> Option<Head> {
    if !root.contains_key("key") && !root.contains_key("schema_org") {
        only(root, &TABLES, faults);
        return None;
    }
    let known: Vec<&str> = ["key", "label", "schema_org"]
        .into_iter()
        .chain(TABLES)
        .collect();
    only(root, &known, faults);
    let span = root.get("key").and_then(Item::span);
    Some(Head {
        key: key(root, span.clone(), faults),
        label: label(root, "label", true, span.clone(), faults),
        schema_org: text(root, "schema_org", faults).unwrap_or_else(|| "Thing".into()),
        span,
    })
}

pub(crate) fn groups(root: &Table, file: usize, faults: &mut Faults<'_>) -> Vec<Placed<Group>> {
    tables(root, "group", faults, |table, span, faults| {
        only(table, &["key", "label"], faults);
        let thing = Group {
            key: key(table, span.clone(), faults).into(),
            label: label(table, "label", true, span.clone(), faults),
        };
        let points = Vec::new();
        Placed {
            thing,
            file,
            span,
            points,
        }
    })
}

pub(crate) fn categories(
    root: &Table,
    file: usize,
    faults: &mut Faults<'_>,
) -> Vec<Placed<Category>> {
    tables(root, "category", faults, |table, span, faults| {
        only(table, &CATEGORY_KEYS, faults);
        let mut points = Vec::new();
        let own = label(table, "label", true, span.clone(), faults);
        let plural = match table.get("plural") {
            Some(_) => label(table, "plural", true, span.clone(), faults),
            None => own.clone(),
        };
        let thing = Category {
            key: key(table, span.clone(), faults).into(),
            parent: pointing(table, "parent", To::Parent, &mut points, faults),
            label: own,
            plural,
            schema_org: text(table, "schema_org", faults),
            synonyms: folded_words(table, "synonyms", faults),
            form: pointing_all(table, "form", To::Form, &mut points, faults),
        };
        Placed {
            thing,
            file,
            span,
            points,
        }
    })
}

pub(crate) fn fields(root: &Table, file: usize, faults: &mut Faults<'_>) -> Vec<Placed<Field>> {
    tables(root, "field", faults, |table, span, faults| {
        only(table, &FIELD_KEYS, faults);
        let mut points = Vec::new();
        let from = pointing(table, "choices_from", To::File, &mut points, faults);
        let group = pointing(table, "group", To::Group, &mut points, faults);
        if group.is_none() {
            faults.at(span.clone(), "missing", "a field needs a group");
        }
        let thing = Field {
            key: key(table, span.clone(), faults).into(),
            kind: kind(table, from.is_some(), &span, &mut points, faults),
            unit: unit(table, faults),
            group: group.unwrap_or_default(),
            min: number(table, "min", faults),
            max: number(table, "max", faults),
            usual: cells::range(table, "usual", faults),
            shape: cells::shape(table, faults),
            categories: pointing_all(table, "categories", To::Category, &mut points, faults),
            label: label(table, "label", true, span.clone(), faults),
            one: label(table, "one", false, span.clone(), faults),
            help: label(table, "help", false, span.clone(), faults),
            required: flag(table, "required", faults),
            lasting: flag(table, "lasting", faults),
            searched: flag(table, "searched", faults),
            words: flag(table, "words", faults),
            sorted: flag(table, "sorted", faults),
            shown: shown(table, faults),
            synonyms: folded_words(table, "synonyms", faults),
            may_be: folded_words(table, "may_be", faults),
            lookup: Default::default(),
        };
        fits_its_kind(&thing, table, faults);
        Placed {
            thing,
            file,
            span,
            points,
        }
    })
}

/// Bounds, units and orders are for what can be measured.
fn fits_its_kind(field: &Field, table: &Table, faults: &mut Faults<'_>) {
    let mut fault = |name: &str, code, said: String| {
        faults.at(table.get(name).and_then(Item::span), code, said);
    };
    if let (Some(min), Some(max)) = (field.min, field.max)
        && min > max
    {
        fault("min", "bounds", format!("min {min} is above max {max}"));
    }
    let kind = table.get("kind").and_then(Item::as_str).unwrap_or_default();
    if !field.is_number() {
        for name in ["min", "max", "usual"]
            .iter()
            .filter(|n| table.contains_key(n))
        {
            let said = format!("a field of kind {kind} has no `{name}`");
            fault(name, "bounds", said);
        }
        if field.unit.is_some() {
            fault(
                "unit",
                "unit",
                format!("a field of kind {kind} has no unit"),
            );
        }
        if field.sorted && !matches!(field.kind, Kind::Date) {
            let said = format!("nothing can be sorted by a field of kind {kind}");
            fault("sorted", "sorted", said);
        }
    }
}

fn pointing(
    table: &dyn TableLike,
    name: &str,
    to: To,
    points: &mut Vec<Point>,
    faults: &mut Faults<'_>,
) -> Option<Arc<str>> {
    let word = text(table, name, faults)?;
    let span = table.get(name).and_then(Item::span);
    let shared = Arc::from(word.as_str());
    points.push(Point { to, word, span });
    Some(shared)
}

fn pointing_all(
    table: &dyn TableLike,
    name: &str,
    to: To,
    points: &mut Vec<Point>,
    faults: &mut Faults<'_>,
) -> Vec<Arc<str>> {
    let words = placed_words(table, name, faults);
    let keys = words.iter().map(|(word, _)| Arc::from(word.as_str()));
    let keys = keys.collect();
    points.extend(
        words
            .into_iter()
            .map(|(word, span)| Point { to, word, span }),
    );
    keys
}

/// The `[[choice]]`s of a file that holds an enumeration.
pub(crate) fn choices(root: &Table, file: usize, faults: &mut Faults<'_>) -> Vec<Placed<Choice>> {
    let mut seen = HashSet::new();
    only(root, &["choice"], faults);
    tables(root, "choice", faults, |table, span, faults| {
        let mut points = Vec::new();
        let thing = choice(table, &span, &mut points, &mut seen, faults);
        Placed {
            thing,
            file,
            span,
            points,
        }
    })
}

fn choice(
    table: &dyn TableLike,
    span: &Span,
    points: &mut Vec<Point>,
    seen: &mut HashSet<String>,
    faults: &mut Faults<'_>,
) -> Choice {
    only(table, &["key", "label", "synonyms", "within"], faults);
    let own = key(table, span.clone(), faults);
    if !own.is_empty() && !seen.insert(own.clone()) {
        let span = table.get("key").and_then(Item::span);
        faults.at(span, "double", format!("choice `{own}` stands twice"));
    }
    Choice {
        key: own.into(),
        label: label(table, "label", true, span.clone(), faults),
        synonyms: folded_words(table, "synonyms", faults),
        within: pointing(table, "within", To::Within, points, faults),
    }
}

fn kind(
    table: &dyn TableLike,
    has_file: bool,
    span: &Span,
    points: &mut Vec<Point>,
    faults: &mut Faults<'_>,
) -> Kind {
    let inline = inline_choices(table, points, faults);
    let Some(name) = text(table, "kind", faults) else {
        if !table.contains_key("kind") {
            faults.at(span.clone(), "missing", "a field needs a kind");
        }
        return Kind::Text;
    };
    let at = table.get("kind").and_then(Item::span);
    let chooses = matches!(name.as_str(), "one_of" | "many_of");
    let given = has_file || table.contains_key("choices");
    if chooses && !has_file && inline.is_empty() {
        let said = "a field of choices needs `choices` or `choices_from`";
        faults.at(at.clone(), "missing", said);
    }
    if !chooses && given {
        let said = format!("a field of kind {name} has no choices");
        faults.at(at.clone(), "choices", said);
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
            let said = format!("unknown kind {other:?}; there are {KINDS}");
            faults.at(at, "kind", said);
            Kind::Text
        }
    }
}

fn inline_choices(
    table: &dyn TableLike,
    points: &mut Vec<Point>,
    faults: &mut Faults<'_>,
) -> Vec<Choice> {
    let Some(item) = table.get("choices") else {
        return Vec::new();
    };
    let mut seen = HashSet::new();
    if let Some(tables) = item.as_array_of_tables() {
        return tables
            .iter()
            .map(|table| choice(table, &table.span(), points, &mut seen, faults))
            .collect();
    }
    let Some(array) = item.as_array() else {
        faults.at(item.span(), "type", "`choices` must be a list of tables");
        return Vec::new();
    };
    let mut choices = Vec::with_capacity(array.len());
    for value in array {
        match value.as_inline_table() {
            Some(table) => choices.push(choice(table, &value.span(), points, &mut seen, faults)),
            None => {
                let said = "a choice is a table with key and label";
                faults.at(value.span(), "type", said);
            }
        }
    }
    choices
}
