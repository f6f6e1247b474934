//! The shapes of a vertical once loaded.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Decimal, Label};

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
    /// Categories it applies to (and their children); empty for all.
    pub categories: Vec<Arc<str>>,
    pub label: Label,
    pub help: Label,
    pub required: bool,
    /// A filter of the search page: choices and booleans as facets, numbers as ranges.
    pub searched: bool,
    /// Its words are found by the word search.
    pub words: bool,
    pub sorted: bool,
    pub shown: Shown,
    /// Header names of other people's files, lower case without accents.
    pub synonyms: Vec<String>,
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
