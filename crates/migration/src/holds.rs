//! What a table holds, from what its columns are called and what stands in them.

use dictionary::Language;
use exchange::Mapping;
use serde::Serialize;

use crate::parcel::last_part;
use crate::remarks::{self, Remark};
use crate::table::Table;
use crate::words::{
    AUTHOR, DAY, DOCUMENT, KEY, LINK, LISTING, NOTE, PERSON, PHOTO, holds_one, names_one, words_of,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    Listings,
    People,
    Photos,
    Documents,
    /// Who has to do with which listing.
    Parties,
    Notes,
    /// Nothing that we take.
    #[default]
    Nothing,
}

impl Holds {
    pub const ALL: [Holds; 7] = [
        Holds::Listings,
        Holds::People,
        Holds::Photos,
        Holds::Documents,
        Holds::Parties,
        Holds::Notes,
        Holds::Nothing,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Holds::Listings => "listings",
            Holds::People => "people",
            Holds::Photos => "photos",
            Holds::Documents => "documents",
            Holds::Parties => "parties",
            Holds::Notes => "notes",
            Holds::Nothing => "nothing",
        }
    }

    pub fn parse(key: &str) -> Option<Holds> {
        Holds::ALL.into_iter().find(|h| h.key() == key)
    }
}

/// One thing that a table may hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Guess {
    pub(crate) holds: Holds,
    pub(crate) sure: f64,
    pub(crate) why: Remark,
    /// Whether its name says so too.
    pub(crate) called: bool,
}

impl Guess {
    pub(crate) fn reason(&self, language: Language) -> String {
        let why = self.why.plain(language);
        match self.called {
            true => remarks::CALLED_SO.about(language, &[&why]),
            false => why,
        }
    }
}

/// Below this a person is asked.
pub(crate) const ASK_BELOW: f64 = 0.6;
/// Two guesses that are so near each other are a question.
const NEAR: f64 = 0.1;

/// The likeliest first; none is sure enough when the first is below [`ASK_BELOW`].
pub(crate) fn guesses(table: &Table, mapping: &Mapping) -> Vec<Guess> {
    let listing = listings(table, mapping);
    let person = people(table, listing);
    let described = listing.max(person);
    let all = [
        (Holds::Listings, listing, remarks::DESCRIBES_OFFERS),
        (Holds::People, person, remarks::DESCRIBES_PEOPLE),
        (
            Holds::Photos,
            files(table, described, true),
            remarks::NAMES_PICTURES,
        ),
        (
            Holds::Documents,
            files(table, described, false),
            remarks::NAMES_DOCUMENTS,
        ),
        (Holds::Notes, notes(table, described), remarks::TEXT_ABOUT),
        (
            Holds::Parties,
            parties(table, described),
            remarks::JOINS_BOTH,
        ),
    ];
    let mut guesses: Vec<Guess> = all
        .into_iter()
        .map(|(holds, sure, why)| {
            let called = is_called(&table.file, holds);
            let sure = match sure > 0.0 && called {
                true => sure + 0.2,
                false => sure,
            };
            let sure = (sure.min(0.99) * 100.0).round() / 100.0;
            Guess {
                holds,
                sure,
                why,
                called,
            }
        })
        .filter(|g| g.sure > 0.15)
        .collect();
    guesses.sort_by(|a, b| b.sure.total_cmp(&a.sure).then(a.holds.cmp(&b.holds)));
    guesses
}

/// The guess that is taken without asking.
pub(crate) fn settled(guesses: &[Guess]) -> Option<&Guess> {
    let first = guesses.first().filter(|g| g.sure >= ASK_BELOW)?;
    let rival = guesses.get(1).is_some_and(|g| g.sure + NEAR > first.sure);
    (!rival).then_some(first)
}

fn is_called(file: &str, holds: Holds) -> bool {
    let words = words_of(
        last_part(file)
            .rsplit_once('.')
            .map_or(file, |(stem, _)| stem),
    );
    let of = match holds {
        Holds::Listings => LISTING,
        Holds::People => PERSON,
        Holds::Photos => PHOTO,
        Holds::Documents => DOCUMENT,
        Holds::Parties => LINK,
        Holds::Notes => NOTE,
        Holds::Nothing => return false,
    };
    names_one(&words, of)
}

fn listings(table: &Table, mapping: &Mapping) -> f64 {
    let taken = mapping
        .columns
        .iter()
        .filter(|c| f64::from(c.confidence) >= ASK_BELOW);
    let fields: Vec<&str> = taken.filter_map(|c| c.field.as_deref()).collect();
    let has = |field: &str| fields.contains(&field);
    let weigh = |of: &[&str], each: f64| if of.iter().any(|f| has(f)) { each } else { 0.0 };
    let others = fields
        .iter()
        .filter(|f| !["photos", "ref", "portal_id", "leave_out", "status"].contains(*f))
        .count() as f64;
    // What sells a thing says more than where something is.
    let sum = weigh(&["price", "rent", "price_on_request"], 2.0)
        + weigh(&["category", "category.sub", "make", "model"], 1.5)
        + weigh(&["place.town", "place.postcode"], 0.5)
        + weigh(
            &[
                "living_area",
                "plot_area",
                "land_area",
                "bedrooms",
                "mileage_km",
                "mileage_mi",
                "first_reg",
                "year",
                "vin",
            ],
            1.0,
        )
        + (others * 0.15).min(1.5);
    let priced = weigh(
        &[
            "price",
            "rent",
            "category",
            "make",
            "living_area",
            "bedrooms",
        ],
        1.0,
    );
    let share = (sum / 4.5).min(0.95);
    if priced > 0.0 && table.columns.len() > 2 {
        share
    } else {
        share * 0.4
    }
}

fn people(table: &Table, listing: f64) -> f64 {
    use crate::people::{Field, fields_of};
    let fields = fields_of(table);
    let has = |field: Field| fields.iter().any(|f| f.field == field);
    let named = [Field::Name, Field::GivenName, Field::FamilyName]
        .into_iter()
        .any(has);
    let each = [
        (named, 0.4),
        (table.columns.iter().any(|c| c.mails > 0.5), 0.3),
        (has(Field::Phone) || has(Field::Mobile), 0.2),
        (
            has(Field::Kind) || has(Field::Company) || has(Field::Language),
            0.1,
        ),
        (has(Field::Street) || has(Field::Postcode), 0.1),
    ];
    let sum: f64 = each
        .iter()
        .filter(|(is, _)| *is)
        .map(|(_, weight)| weight)
        .sum();
    // A listing may say who its owner is.
    if listing > 0.55 {
        sum * 0.4
    } else {
        sum.min(0.95)
    }
}

fn files(table: &Table, described: f64, pictures: bool) -> f64 {
    let share = |c: &crate::table::Column| if pictures { c.pictures } else { c.documents };
    let best = table.columns.iter().map(share).fold(0.0, f64::max);
    let of = if pictures { PHOTO } else { DOCUMENT };
    let called = table.columns.iter().any(|c| names_one(&c.words, of));
    let named = if called { 0.15 } else { 0.0 };
    let sure = best * 0.65 + if best > 0.3 { named } else { 0.0 };
    if described > 0.5 { sure * 0.4 } else { sure }
}

fn notes(table: &Table, described: f64) -> f64 {
    let text = table
        .columns
        .iter()
        .any(|c| names_one(&c.words, NOTE) && c.length >= 8.0);
    let long = table
        .columns
        .iter()
        .any(|c| c.length >= 30.0 && c.lettered > 0.7);
    let said = table.called(DAY).is_some() || table.columns.iter().any(|c| c.dates > 0.7);
    let by = table.called(AUTHOR).is_some();
    let sum = if text { 0.45 } else { 0.0 }
        + if long { 0.15 } else { 0.0 }
        + if said { 0.15 } else { 0.0 }
        + if by { 0.1 } else { 0.0 };
    let narrow = table.columns.len() <= 12;
    if described > 0.5 || !narrow || !(text || long) {
        sum * 0.3
    } else {
        sum
    }
}

fn parties(table: &Table, described: f64) -> f64 {
    let names = |of: &[&str]| {
        let key = |c: &crate::table::Column| {
            holds_one(&c.words, of)
                && (names_one(&c.words, KEY) || holds_one(&c.words, KEY) || c.length < 24.0)
        };
        table.columns.iter().any(key)
    };
    let both = names(LISTING) && names(PERSON);
    let narrow = table.columns.len() <= 8 && table.columns.iter().all(|c| c.length < 60.0);
    if both && narrow && described < 0.5 {
        0.7
    } else {
        0.0
    }
}
