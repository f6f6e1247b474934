//! The listing itself.

use std::sync::Arc;

use ::store::{Id, Timestamp, kinds};
use dictionary::{Language, Level, Money, Photo, Place, Shown, Status, Value, Values, Vertical};

/// Something offered: a flat, a car, a tradesman's profile.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    pub id: Id<kinds::Listing>,
    pub account: Id<kinds::Account>,
    pub vertical: Arc<str>,
    pub category: Arc<str>,
    pub status: Status,
    pub parent: Option<Id<kinds::Listing>>,
    pub level: Option<Level>,
    /// The account's own number for it; may be empty.
    pub reference: String,
    pub values: Values,
    pub photos: Vec<Photo>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// What would tell a hidden price.
pub const TELLS_PRICE: [&str; 3] = ["price", "price_old", "price_per_square_metre"];

/// A listing before it exists.
#[derive(Clone, Debug, PartialEq)]
pub struct NewListing {
    pub vertical: Arc<str>,
    pub category: Arc<str>,
    pub status: Status,
    pub parent: Option<Id<kinds::Listing>>,
    pub level: Option<Level>,
    pub reference: String,
    pub values: Values,
    pub photos: Vec<Photo>,
}

impl Listing {
    pub fn price(&self) -> Option<&Money> {
        match self.values.get("price") {
            Some(Value::Money(money)) => Some(money),
            _ => None,
        }
    }

    /// Lets go of what only the office sees.
    pub fn keep_public(&mut self, vertical: &Vertical) {
        let shown = |key: &str| {
            let field = vertical.field(key);
            field.is_some_and(|f| f.shown != Shown::Office)
        };
        let hides_price = self.hides_price();
        let told = |key: &str| shown(key) && !(hides_price && TELLS_PRICE.contains(&key));
        self.values.retain(|key, _| told(key));
    }

    /// Whether the price is told on request only.
    pub fn hides_price(&self) -> bool {
        self.values.get("price_hidden") == Some(&Value::Boolean(true))
    }

    pub fn place(&self) -> Option<&Place> {
        match self.values.get("place") {
            Some(Value::Place(place)) => Some(place),
            _ => None,
        }
    }

    /// A translated text in the language asked for, else in English, else in any.
    pub fn text(&self, field: &str, language: Language) -> Option<&str> {
        match self.values.get(field) {
            Some(Value::Texts(texts)) => texts
                .get(language.code())
                .or_else(|| texts.get("en"))
                .or_else(|| texts.values().next())
                .map(String::as_str),
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// What a list shows of it when it has no title.
    pub fn label(&self, language: Language) -> String {
        match self.text("title", language) {
            Some(title) if !title.is_empty() => title.to_owned(),
            _ if !self.reference.is_empty() => format!("{} {}", self.category, self.reference),
            _ => format!("{} {}", self.category, self.id),
        }
    }
}
