//! What a listing is found by.

use std::sync::Arc;

use catalog::{Listing, TELLS_PRICE};
use dictionary::{Field, Kind, Shown, Value, Vertical};

use crate::words::each_word;

/// A set that a listing belongs to, as the key of its bitmap.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Term {
    Category(Arc<str>),
    Account(store::Uuid),
    /// A field by its slot in the vertical, and a choice by its key.
    Choice(u16, Arc<str>),
    Flag(u16, bool),
    /// A cell of a tenth of a degree.
    Cell(i16, i16),
    /// The currency of an amount that listings are ordered by.
    Currency(u16, Arc<str>),
}

/// Everything that one listing is found by.
#[derive(Default)]
pub(crate) struct Terms {
    pub(crate) terms: Vec<Term>,
    pub(crate) words: Vec<Box<str>>,
    /// Field slot and value in thousandths.
    pub(crate) numbers: Vec<(u16, i64)>,
    pub(crate) position: Option<(f32, f32)>,
}

pub(crate) fn cell(degrees: f64) -> i16 {
    (degrees * 10.0).floor() as i16
}

impl Terms {
    pub(crate) fn of(listing: &Listing, vertical: &Vertical) -> Terms {
        let mut terms = Terms::default();
        let lineage = vertical
            .lineage(&listing.category)
            .map(|c| Term::Category(c.key.clone()));
        terms.terms.extend(lineage);
        terms.terms.push(Term::Account(listing.account.uuid()));
        each_word(&listing.reference, |w| terms.words.push(w.into()));
        let hides_price = listing.hides_price();
        for (key, value) in &listing.values {
            if hides_price && TELLS_PRICE.contains(&key.as_ref()) {
                continue;
            }
            let Some(slot) = vertical.field_index(key) else {
                continue;
            };
            let field = &vertical.fields[slot];
            if field.shown != Shown::Office {
                terms.take(field, slot as u16, value);
            }
        }
        terms.words.sort_unstable();
        terms.words.dedup();
        terms
    }

    /// What this dictionary does not know is not written with the listing either, and must not stay
    /// behind when it goes.
    fn take_choices<'a>(
        &mut self,
        field: &Field,
        slot: u16,
        choices: impl IntoIterator<Item = &'a Arc<str>>,
    ) {
        let known = choices.into_iter().filter(|c| field.choice(c).is_some());
        self.terms
            .extend(known.map(|c| Term::Choice(slot, c.clone())));
    }

    fn take(&mut self, field: &Field, slot: u16, value: &Value) {
        if let Some(number) = number(value)
            && (field.searched || field.sorted)
        {
            self.numbers.push((slot, number));
        }
        match value {
            Value::OneOf(choice) if field.searched => self.take_choices(field, slot, [choice]),
            Value::ManyOf(choices) if field.searched => self.take_choices(field, slot, choices),
            Value::Boolean(flag) if field.searched => self.terms.push(Term::Flag(slot, *flag)),
            Value::Money(money) if field.sorted => {
                self.terms
                    .push(Term::Currency(slot, money.currency.clone()));
            }
            Value::Place(place) => {
                for text in [&place.town, &place.postcode, &place.region] {
                    each_word(text, |w| self.words.push(w.into()));
                }
                if let (Some(lat), Some(lon)) = (place.lat, place.lon) {
                    self.position = Some((lat as f32, lon as f32));
                    self.terms.push(Term::Cell(cell(lat), cell(lon)));
                }
            }
            Value::Text(text) if field.words => each_word(text, |w| self.words.push(w.into())),
            Value::Texts(texts) if field.words => {
                texts
                    .values()
                    .for_each(|text| each_word(text, |w| self.words.push(w.into())));
            }
            _ => {}
        }
        if let (Kind::OneOf(_), Value::OneOf(key), true) = (&field.kind, value, field.words)
            && let Some(choice) = field.choice(key)
        {
            each_word(&choice.label.en, |w| self.words.push(w.into()));
        }
    }
}

/// A value in thousandths of its field's unit; money in thousandths of the major unit.
pub(crate) fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => number.checked_mul(1_000),
        Value::Decimal(number) => Some(number.0),
        Value::Money(money) => money.minor.checked_mul(10),
        _ => None,
    }
}
