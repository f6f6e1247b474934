//! What only the whole vertical can tell: doubles, and words that point to nothing.

use std::collections::{HashMap, HashSet};

use crate::cells::Span;
use crate::fault::{Fault, Faults};
use crate::load::{Draft, Source};
use crate::reading::{Placed, Point, To};
use crate::{Category, Field, Kind};

/// Tells every fault of a vertical whose files are good one by one.
pub(crate) fn check(draft: &Draft, files: &[&Source], found: &mut Vec<Fault>) {
    let mut told = Told { files, found };
    told.doubles("group", keys(&draft.groups, |g| &g.key));
    told.doubles("category", keys(&draft.categories, |c| &c.key));
    told.doubles("field", keys(&draft.fields, |f| &f.key));
    let known = Known::of(draft);
    for field in &draft.fields {
        told.points(field, &known);
        told.core(field);
    }
    for choice in draft.choices.values().flatten() {
        told.points(choice, &known);
    }
    for category in &draft.categories {
        told.points(category, &known);
        told.circle(category, &known);
        told.form(category, &known);
    }
}

type Keys<'a> = Vec<(&'a str, usize, &'a Span)>;

fn keys<T>(all: &[Placed<T>], key: impl Fn(&T) -> &str) -> Keys<'_> {
    all.iter()
        .map(|p| (key(&p.thing), p.file, &p.span))
        .collect()
}

/// What can be pointed to.
struct Known<'a> {
    groups: HashSet<&'a str>,
    categories: HashMap<&'a str, &'a Category>,
    fields: HashMap<&'a str, &'a Field>,
    choices: HashSet<&'a str>,
    files: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(draft: &'a Draft) -> Known<'a> {
        let fields = draft.fields.iter().map(|f| &f.thing);
        let choices = fields.clone().flat_map(Field::choices);
        Known {
            groups: draft.groups.iter().map(|g| &*g.thing.key).collect(),
            categories: draft
                .categories
                .iter()
                .map(|c| (&*c.thing.key, &c.thing))
                .collect(),
            fields: fields.map(|f| (&*f.key, f)).collect(),
            choices: choices
                .filter(|c| c.within.is_none())
                .map(|c| &*c.key)
                .collect(),
            files: draft.choices.keys().map(String::as_str).collect(),
        }
    }

    fn lacks(&self, point: &Point) -> Option<(&'static str, String)> {
        let word = point.word.as_str();
        let (known, code, said) = match point.to {
            To::Group => (self.groups.contains(word), "group", "there is no group"),
            To::Category => (
                self.categories.contains_key(word),
                "category",
                "there is no category",
            ),
            To::Parent => (
                self.categories.contains_key(word),
                "category",
                "there is no parent category",
            ),
            To::Form => (
                self.fields.contains_key(word),
                "form",
                "the form asks a field that does not exist:",
            ),
            To::Within => (
                self.choices.contains(word),
                "within",
                "no field has the choice",
            ),
            To::File => (
                self.files.contains(word),
                "choices_from",
                "this vertical has no file of choices",
            ),
        };
        (!known).then(|| (code, format!("{said} `{word}`")))
    }

    /// The categories above one, nearest first; a circle ends where it began.
    fn above(&self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let parent = |key: &&'a str| self.categories.get(key)?.parent.as_deref();
        std::iter::successors(parent(&key), parent).take(self.categories.len())
    }
}

struct Told<'a> {
    files: &'a [&'a Source],
    found: &'a mut Vec<Fault>,
}

impl Told<'_> {
    fn fault(&mut self, file: usize, span: &Span, code: &'static str, said: String) {
        let (name, text) = self.files[file];
        Faults::of(name, text, self.found).at(span.clone(), code, said);
    }

    fn doubles(&mut self, what: &str, keys: Keys<'_>) {
        let mut seen = HashSet::new();
        for (key, file, span) in keys {
            // An empty key was told as missing already.
            if !key.is_empty() && !seen.insert(key) {
                self.fault(file, span, "double", format!("{what} `{key}` stands twice"));
            }
        }
    }

    fn points<T>(&mut self, placed: &Placed<T>, known: &Known<'_>) {
        for point in &placed.points {
            if let Some((code, said)) = known.lacks(point) {
                self.fault(placed.file, &point.span, code, said);
            }
        }
    }

    /// The few fields that every room knows by name must be what the rooms take them for.
    fn core(&mut self, placed: &Placed<Field>) {
        let Placed {
            thing, file, span, ..
        } = placed;
        let (good, wanted) = match thing.key.as_ref() {
            "ref" => (matches!(thing.kind, Kind::Text), "text"),
            "title" | "description" => (matches!(thing.kind, Kind::Translated), "translated"),
            "price" => (matches!(thing.kind, Kind::Money), "money"),
            "place" => (matches!(thing.kind, Kind::Place), "place"),
            _ => return,
        };
        if !good {
            let said = format!("`{}` must be of kind {wanted} in every vertical", thing.key);
            self.fault(*file, span, "core", said);
        }
    }

    fn circle(&mut self, placed: &Placed<Category>, known: &Known<'_>) {
        let key = placed.thing.key.as_ref();
        if known.above(key).any(|above| above == key) {
            let said = format!("category `{key}` is its own ancestor");
            self.fault(placed.file, &placed.span, "circle", said);
        }
    }

    /// A form asks only what its category has.
    fn form(&mut self, placed: &Placed<Category>, known: &Known<'_>) {
        let key = placed.thing.key.as_ref();
        for point in placed.points.iter().filter(|p| p.to == To::Form) {
            let Some(field) = known.fields.get(point.word.as_str()) else {
                continue;
            };
            let named = |key: &str| field.categories.iter().any(|c| c.as_ref() == key);
            if !field.categories.is_empty() && !named(key) && !known.above(key).any(named) {
                let said = format!("`{}` is no field of category `{key}`", field.key);
                self.fault(placed.file, &point.span, "form", said);
            }
        }
    }
}
