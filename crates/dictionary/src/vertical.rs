//! The shapes of a vertical once loaded.

use ahash::AHashMap as HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Decimal, Label, Language, fold};

/// A trade: everything that tells a flat in Ghent from a used Clio.
#[derive(Clone, Debug)]
pub struct Vertical {
    pub key: Arc<str>,
    pub label: Label,
    /// The schema.org type of its listings when a category names none.
    pub schema_org: String,
    pub categories: Vec<Category>,
    pub groups: Vec<Group>,
    pub fields: Vec<Field>,
    pub(crate) lookup: Lookup,
}

/// A kind of listing. A sub-category names its parent; fields of the parent apply to it too.
#[derive(Clone, Debug)]
pub struct Category {
    pub key: Arc<str>,
    pub parent: Option<Arc<str>>,
    pub label: Label,
    pub plural: Label,
    /// The schema.org type of its JSON-LD, e.g. `Apartment`.
    pub schema_org: Option<String>,
    /// Words that other people's files use for it, lower case without accents.
    pub synonyms: Vec<String>,
    /// The keys of the fields that its request form asks, in order (services).
    pub form: Vec<Arc<str>>,
}

/// A heading under which the office shows fields.
#[derive(Clone, Debug)]
pub struct Group {
    pub key: Arc<str>,
    pub label: Label,
}

#[derive(Clone, Debug)]
pub struct Field {
    pub key: Arc<str>,
    pub kind: Kind,
    pub unit: Option<Unit>,
    pub group: Arc<str>,
    /// Inclusive bounds in the field's unit; money in major units.
    pub min: Option<Decimal>,
    pub max: Option<Decimal>,
    /// Between which numbers nine of ten values lie: tells other people's columns apart.
    pub usual: Option<(Decimal, Decimal)>,
    /// What its texts look like, where they are known by it.
    pub shape: Option<Shape>,
    /// Categories it applies to (and their children); empty for all.
    pub categories: Vec<Arc<str>>,
    pub label: Label,
    /// The word for a count of one: "1 bedroom"; empty when the label does.
    pub one: Label,
    pub help: Label,
    pub required: bool,
    /// Part of what the thing is: it stays as it is while price, text and reference change.
    pub lasting: bool,
    /// A filter of the search page: choices and booleans as facets, numbers as ranges.
    pub searched: bool,
    /// Its words are found by the word search.
    pub words: bool,
    pub sorted: bool,
    pub shown: Shown,
    /// Header names of other people's files, lower case without accents.
    pub synonyms: Vec<String>,
    /// Headers that may mean it and may mean another field: what stands below them decides.
    pub may_be: Vec<String>,
    pub(crate) lookup: ChoiceLookup,
}

/// Texts that are known by their look, and written one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// A vehicle identification number: 17 letters and digits without I, O and Q (ISO 3779).
    Vin,
    /// A number plate.
    Plate,
    /// What its owner calls it: short, and never twice.
    Reference,
    /// All that a file said and no other field holds: `header: value`, a line each.
    Leftover,
}

/// Where the public sees a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// On the card of a result list and on the page.
    Card,
    #[default]
    Page,
    /// Only in the office.
    Office,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Integer,
    Decimal,
    Money,
    Area,
    Length,
    Power,
    Percent,
    Year,
    Date,
    Boolean,
    OneOf(Vec<Choice>),
    ManyOf(Vec<Choice>),
    Text,
    /// A text per language.
    Translated,
    Place,
    Person,
}

/// One value of an enumeration.
#[derive(Clone, Debug)]
pub struct Choice {
    pub key: Arc<str>,
    pub label: Label,
    /// Words that other people's files use for it, lower case without accents.
    pub synonyms: Vec<String>,
    /// The choice of the field above that this one belongs to: a model's make.
    pub within: Option<Arc<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    SquareMetre,
    Metre,
    Kilometre,
    Kilowatt,
    Horsepower,
    Percent,
    CubicCentimetre,
    Litre,
    LitrePer100Km,
    KilowattHour,
    KilowattHourPerSquareMetreYear,
    KilogramCo2PerSquareMetreYear,
    GramPerKm,
    Kilogram,
    Millimetre,
    Centimetre,
    Second,
    KilometrePerHour,
    Newtonmetre,
    Month,
    Day,
    Minute,
    Degree,
    Volt,
    Mile,
}

/// Where things stand in the lists above, made once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lookup {
    fields: HashMap<Arc<str>, usize>,
    categories: HashMap<Arc<str>, usize>,
    category_words: HashMap<String, usize>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct ChoiceLookup {
    keys: HashMap<Arc<str>, usize>,
    words: HashMap<String, usize>,
    /// Labels that signs alone tell apart, as they stand: `a+` and `a++`.
    signed: HashMap<String, usize>,
}

impl Vertical {
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.field_index(key).map(|slot| &self.fields[slot])
    }

    /// The field's place in `fields`; it stays while this dictionary lives.
    pub fn field_index(&self, key: &str) -> Option<usize> {
        self.lookup.fields.get(key).copied()
    }

    pub fn category(&self, key: &str) -> Option<&Category> {
        self.category_index(key).map(|slot| &self.categories[slot])
    }

    /// The category's place in `categories`; it stays while this dictionary lives.
    pub fn category_index(&self, key: &str) -> Option<usize> {
        self.lookup.categories.get(key).copied()
    }

    /// A category and the ones above it, nearest first.
    pub fn lineage<'a>(&'a self, category: &str) -> impl Iterator<Item = &'a Category> {
        let above = |c: &&'a Category| c.parent.as_deref().and_then(|p| self.category(p));
        // The depth is bounded, so that even a cycle in a bad file ends.
        std::iter::successors(self.category(category), above).take(8)
    }

    /// Whether a field is asked of listings of a category: named itself, or through a parent.
    pub fn applies(&self, field: &Field, category: &str) -> bool {
        field.categories.is_empty()
            || self
                .lineage(category)
                .any(|c| field.categories.contains(&c.key))
    }

    /// The category that a word of somebody else's file means.
    pub fn category_like(&self, word: &str) -> Option<&Category> {
        let slot = self.lookup.category_words.get(fold(word).as_str())?;
        Some(&self.categories[*slot])
    }

    /// Makes the lookups; an earlier category or field keeps a word that a later one claims too.
    pub(crate) fn index(&mut self) {
        let mut lookup = Lookup::default();
        for (slot, field) in self.fields.iter_mut().enumerate() {
            lookup.fields.entry(field.key.clone()).or_insert(slot);
            field.index();
        }
        for (slot, category) in self.categories.iter().enumerate() {
            lookup
                .categories
                .entry(category.key.clone())
                .or_insert(slot);
        }
        let words = &mut lookup.category_words;
        for (slot, category) in self.categories.iter().enumerate() {
            words.entry(fold(&category.key)).or_insert(slot);
        }
        for (slot, category) in self.categories.iter().enumerate() {
            for word in labels(&category.label).chain(labels(&category.plural)) {
                words.entry(word).or_insert(slot);
            }
            for word in &category.synonyms {
                words.entry(word.clone()).or_insert(slot);
            }
        }
        self.lookup = lookup;
    }
}

impl Kind {
    /// Whether its values are decimals.
    pub const fn is_measure(&self) -> bool {
        matches!(
            self,
            Kind::Decimal | Kind::Area | Kind::Length | Kind::Power | Kind::Percent
        )
    }
}

impl Field {
    /// The choices of an enumeration; empty for any other kind.
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            Kind::OneOf(choices) | Kind::ManyOf(choices) => choices,
            _ => &[],
        }
    }

    pub fn choice(&self, key: &str) -> Option<&Choice> {
        self.choice_index(key).map(|slot| &self.choices()[slot])
    }

    /// The choice's place in `choices`; it stays while this dictionary lives.
    pub fn choice_index(&self, key: &str) -> Option<usize> {
        self.lookup.keys.get(key).copied()
    }

    /// The choice that a word of somebody else's file means.
    pub fn choice_like(&self, word: &str) -> Option<&Choice> {
        let slot = match signed(word) {
            Some(signed) => self.lookup.signed.get(signed.as_str()),
            None => None,
        };
        let slot = slot.or_else(|| self.lookup.words.get(fold(word).as_str()));
        slot.map(|slot| &self.choices()[*slot])
    }

    /// Whether its values can be put in an order of magnitude.
    pub const fn is_number(&self) -> bool {
        matches!(
            self.kind,
            Kind::Integer
                | Kind::Decimal
                | Kind::Money
                | Kind::Area
                | Kind::Length
                | Kind::Power
                | Kind::Percent
                | Kind::Year
        )
    }

    fn index(&mut self) {
        let mut lookup = ChoiceLookup::default();
        for (slot, choice) in self.choices().iter().enumerate() {
            lookup.keys.entry(choice.key.clone()).or_insert(slot);
            lookup.words.entry(fold(&choice.key)).or_insert(slot);
        }
        for (slot, choice) in self.choices().iter().enumerate() {
            if let Some(word) = signed(&choice.label.en) {
                lookup.signed.entry(word).or_insert(slot);
            }
            for word in labels(&choice.label).chain(choice.synonyms.iter().cloned()) {
                lookup.words.entry(word).or_insert(slot);
            }
        }
        self.lookup = lookup;
    }
}

/// A word whose plus signs matter, without blanks and in lower case; `A +` is `a+`.
fn signed(word: &str) -> Option<String> {
    word.contains('+').then(|| {
        let letters = word.chars().filter(|c| !c.is_whitespace() && *c != '_');
        letters.flat_map(char::to_lowercase).collect()
    })
}

fn labels(label: &Label) -> impl Iterator<Item = String> {
    Language::ALL.into_iter().map(|l| fold(label.get(l)))
}
