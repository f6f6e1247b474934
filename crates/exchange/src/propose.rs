//! Proposes what each column means, from its name, from what stands in it, from its neighbours and
//! from what the account accepted before; and says why. What it is not sure of it asks.

use dictionary::{Dictionary, Kind, Vertical, fold};

use crate::beside::{companions, sizes, units_and_codes};
use crate::choices::Choices;
use crate::column::{Column, fit, is_photo};
use crate::convert::{Manner, yes};
use crate::header::{Header, Names, Shared};
use crate::layout;
use crate::mapping::{Assignment, Candidate, LEAVE_OUT, Mapping, is_target};
use crate::nothing::is_nothing;
use crate::plates::is_vin;
use crate::reason::Reason;
use crate::unnamed;

/// Below this a column is asked for rather than taken.
pub(crate) const ASK_BELOW: f32 = 0.6;
/// Below this a candidate is not worth showing.
const CANDIDATE_MIN: f32 = 0.25;
const CANDIDATES_MAX: usize = 3;
const SAMPLE: usize = 200;
/// Targets that several columns may fill.
const SHARED: [&str; 2] = ["photos", LEAVE_OUT];

/// What a proposal is made from.
pub(crate) struct Question<'a> {
    pub(crate) vertical: &'a Vertical,
    pub(crate) columns: &'a [String],
    pub(crate) rows: &'a [Vec<String>],
    pub(crate) manner: &'a Manner,
    /// The account's, ISO 3166-1 alpha-2.
    pub(crate) country: &'a str,
    pub(crate) category: Option<String>,
    /// The layout of its trees, where that is known.
    pub(crate) layout: Option<&'static layout::Layout>,
    /// What the account accepted for its other feeds.
    pub(crate) earlier: &'a [Mapping],
    /// What people of other accounts said of theirs.
    pub(crate) elsewhere: &'a Choices,
}

/// One thing that a column may be.
#[derive(Clone, Debug)]
pub(crate) struct Guess {
    pub(crate) target: String,
    pub(crate) sure: f32,
    pub(crate) reason: Reason,
}

impl Guess {
    pub(crate) fn new(target: &str, sure: f32, reason: Reason) -> Guess {
        Guess {
            target: target.to_owned(),
            sure,
            reason,
        }
    }
}

pub(crate) fn propose(question: &Question<'_>) -> Mapping {
    let rows = &question.rows[..question.rows.len().min(SAMPLE)];
    let columns: Vec<Column<'_>> = (0..question.columns.len())
        .map(|at| Column::of(rows, at))
        .collect();
    let shared = Shared::of(question.columns);
    let headers: Vec<Header> = question
        .columns
        .iter()
        .map(|name| Header::of(name, &shared))
        .collect();
    let own = question
        .layout
        .filter(|l| l.vertical == question.vertical.key.as_ref());
    let known = own
        .or_else(|| layout::recognise(question.vertical, question.columns, rows, question.manner));
    let mut proposed = Mapping {
        columns: question
            .columns
            .iter()
            .zip(&columns)
            .map(|(name, column)| blank(name, column))
            .collect(),
        key: None,
        category: question.category.clone(),
        ..Mapping::default()
    };
    // A headerless layout says all that can be said; guessing beside it would only spoil.
    let positional = known.is_some_and(layout::Layout::is_positional);
    if !positional {
        let american = american(&headers, &columns);
        let miles = american || question.country == "GB" || counts_in_miles(&headers, &columns);
        let mut guesses = by_name(question, &headers, &columns, miles);
        unnamed::guess(question, &headers, &columns, &mut guesses);
        settle(&mut proposed, guesses, &headers, &columns);
        sizes(&mut proposed, &headers);
        companions(question.vertical, &mut proposed, &columns);
        units_and_codes(question.vertical, &mut proposed, &headers, &columns);
        if american {
            proposed.constants.insert("currency".into(), "USD".into());
        }
    }
    if let Some(layout) = known {
        layout.apply(&mut proposed);
    }
    if proposed.key.is_none() {
        proposed.key = key_of(&proposed.columns, rows);
    }
    proposed
}

fn blank(name: &str, column: &Column<'_>) -> Assignment {
    Assignment {
        column: name.to_owned(),
        comma_decimal: column.comma_decimal,
        month_first: column.month_first,
        reason: Reason::new("unknown_name", []),
        ..Assignment::default()
    }
}

/// The file says that its cars stand in the United States.
fn american(headers: &[Header], columns: &[Column<'_>]) -> bool {
    headers.iter().zip(columns).any(|(header, column)| {
        header.stem == "country"
            && !column.values.is_empty()
            && column.share(|v| matches!(fold(v).as_str(), "us" | "usa" | "united states")) > 0.9
    })
}

/// Somebody who writes miles per gallon, pounds or MOT counts in miles.
fn counts_in_miles(headers: &[Header], columns: &[Column<'_>]) -> bool {
    let british = |h: &Header| {
        h.readings
            .iter()
            .any(|r| r.sure > 0.9 && matches!(r.name.as_str(), "mpg" | "city mpg" | "mot"))
    };
    headers.iter().any(british)
        || columns
            .iter()
            .any(|c| !c.values.is_empty() && c.share(|v| v.contains('£')) > 0.5)
}

fn by_name(
    question: &Question<'_>,
    headers: &[Header],
    columns: &[Column<'_>],
    miles: bool,
) -> Vec<Vec<Guess>> {
    let names = Names::of(question.vertical);
    let each = question.columns.iter().zip(headers).zip(columns);
    each.map(|((name, header), column)| {
        let mut guesses = earlier(question, name);
        if guesses.is_empty() {
            guesses.extend(accepted_elsewhere(question, name, header, column));
        }
        if column.counts_rows() && header.unnamed {
            guesses.push(Guess::new(LEAVE_OUT, 0.9, Reason::new("row_numbers", [])));
        }
        named(question, &names, header, column, miles, &mut guesses);
        looked(question.vertical, header, column, &mut guesses);
        guesses.sort_by(|a, b| b.sure.total_cmp(&a.sure));
        guesses
    })
    .collect()
}

/// What a person said of a column of this name in another feed of the account.
fn earlier(question: &Question<'_>, name: &str) -> Vec<Guess> {
    let folded = fold(name);
    let columns = question.earlier.iter().flat_map(|m| &m.columns);
    let same = columns.filter(|c| c.is_chosen() && fold(&c.column) == folded && !folded.is_empty());
    same.filter_map(|c| {
        Some(Guess::new(
            c.field.as_deref()?,
            0.97,
            Reason::new("accepted", [name]),
        ))
    })
    .take(1)
    .collect()
}

/// What people of other accounts said of a column of this name, as far as its values suit.
fn accepted_elsewhere(
    question: &Question<'_>,
    name: &str,
    header: &Header,
    column: &Column<'_>,
) -> Option<Guess> {
    let guess = question.elsewhere.guess(name)?;
    if header.somebody.is_some() || !is_target(question.vertical, &guess.target) {
        return None;
    }
    let fits = fit(question.vertical, &guess.target, column, question.manner);
    Some(Guess {
        sure: guess.sure * (0.3 + 0.7 * fits),
        ..guess
    })
}

/// All that the header may mean, weighed by how well the values suit.
fn named(
    question: &Question<'_>,
    names: &Names,
    header: &Header,
    column: &Column<'_>,
    miles: bool,
    guesses: &mut Vec<Guess>,
) {
    for reading in &header.readings {
        for target in names.targets(&reading.name) {
            if guesses
                .iter()
                .any(|g| g.target == *target && g.sure >= reading.sure)
            {
                continue;
            }
            let fit = fit(question.vertical, target, column, question.manner);
            let mut sure = reading.sure
                * (0.3 + 0.7 * fit)
                * suits(question.vertical, target, header, reading.sure, miles);
            let percent = format!("{:.0}", fit * 100.0);
            let reason = match sure {
                _ if column.values.is_empty() => {
                    // Nothing speaks against it, and nothing for it.
                    sure *= if reading.sure > 0.99 { 0.95 } else { 0.8 };
                    Reason::new("named_empty", [&reading.name])
                }
                sure if sure >= ASK_BELOW => Reason::new("named", [&reading.name, &percent]),
                _ if reading.sure > ASK_BELOW => {
                    Reason::new("does_not_fit", [&reading.name, &percent])
                }
                _ => Reason::new("half_named", [&reading.name]),
            };
            match guesses.iter_mut().find(|g| g.target == *target) {
                Some(guess) if guess.sure < sure => *guess = Guess::new(target, sure, reason),
                Some(_) => {}
                None => guesses.push(Guess::new(target, sure, reason)),
            }
        }
    }
}

/// How far what surrounds a name speaks for a target: whose column it is, net or gross, miles or
/// kilometres.
fn suits(vertical: &Vertical, target: &str, header: &Header, named: f32, miles: bool) -> f32 {
    let mut factor = 1.0;
    if header.somebody.is_some() && named < 0.999 {
        factor *= 0.4;
    }
    let is_money = vertical
        .field(target)
        .is_some_and(|f| matches!(f.kind, Kind::Money));
    if header.net && is_money && named < 0.999 {
        factor *= 0.6;
    }
    match target {
        "mileage_mi" if !miles && header.unit != Some("mi") => factor *= 0.9,
        "mileage_km" if miles => factor *= 0.97,
        "power_hp" if header.unit == Some("kw") => factor *= 0.8,
        "power_kw" if header.unit == Some("hp") => factor *= 0.8,
        // A model's name and a version's are seldom called after the engine.
        "version" | "engine_name" if header.stem == "engine" => factor *= 0.9,
        _ => {}
    }
    factor
}

/// What the values alone say, whatever the column is called.
fn looked(vertical: &Vertical, header: &Header, column: &Column<'_>, guesses: &mut Vec<Guess>) {
    if column.values.len() < 5 {
        return;
    }
    if let Some(vin) = vertical
        .fields
        .iter()
        .find(|f| f.shape == Some(dictionary::Shape::Vin))
        && column.share(is_vin) > 0.9
    {
        guesses.push(Guess::new(&vin.key, 0.88, Reason::new("looks_vin", [])));
    }
    if column.share(|v| v.starts_with("http") && is_photo(v)) > 0.8 && header.somebody.is_none() {
        guesses.push(Guess::new(
            "photos",
            if header.unnamed || header.names_pictures {
                0.78
            } else {
                0.5
            },
            Reason::new("looks_photos", []),
        ));
    }
    let distinct = column.distinct_values();
    let yes_or_no = column.share(|v| yes(v, &Manner::default()).is_some()) > 0.9;
    if distinct.len() < 2 || column.letters < 2.0 || yes_or_no {
        return;
    }
    for field in vertical
        .fields
        .iter()
        .filter(|f| f.choices().len() > 2 && f.choices().iter().all(|c| c.within.is_none()))
    {
        let known = column.share(|v| field.choice_like(v).is_some());
        if known > 0.85 && matches!(field.kind, Kind::OneOf(_)) {
            let percent = format!("{:.0}", known * 100.0);
            // A strange name says that it may be the colour of something else.
            let sure = if header.unnamed {
                0.8 * known
            } else {
                0.5 * known
            };
            if !guesses.iter().any(|g| *g.target == *field.key) {
                guesses.push(Guess::new(
                    &field.key,
                    sure,
                    Reason::new("looks_choices", [&percent]),
                ));
            }
        }
    }
}

/// Each field is taken from one column: the surest first, and of equals the fuller, then the first.
/// Columns that differ only in a number behind their name share a field: the first filled counts.
fn settle(
    proposed: &mut Mapping,
    guesses: Vec<Vec<Guess>>,
    headers: &[Header],
    columns: &[Column<'_>],
) {
    let mut all: Vec<(usize, &Guess)> = Vec::new();
    for (at, of) in guesses.iter().enumerate() {
        all.extend(of.iter().filter(|g| g.sure >= ASK_BELOW).map(|g| (at, g)));
    }
    let filled = |at: usize| {
        if columns[at].filled > 0.0 {
            columns[at].filled.min(0.5)
        } else {
            -1.0
        }
    };
    all.sort_by(|(a, x), (b, y)| {
        let surer = (y.sure * 50.0).round().total_cmp(&(x.sure * 50.0).round());
        surer.then(filled(*b).total_cmp(&filled(*a))).then(a.cmp(b))
    });
    for (at, guess) in &all {
        let taken = proposed
            .columns
            .iter()
            .position(|c| c.field.as_ref() == Some(&guess.target));
        let column = &proposed.columns[*at];
        if column.field.is_some() {
            continue;
        }
        let shares = |other: usize| {
            headers[other].stem == headers[*at].stem && !headers[*at].stem.is_empty()
        };
        match taken {
            Some(other) if !SHARED.contains(&guess.target.as_str()) && !shares(other) => {
                let winner = proposed.columns[other].column.clone();
                let column = &mut proposed.columns[*at];
                column.reason = Reason::new("taken", [&guess.target, &winner]);
            }
            _ => {
                let column = &mut proposed.columns[*at];
                column.field = Some(guess.target.clone());
                column.confidence = guess.sure;
                column.reason = guess.reason.clone();
            }
        }
    }
    for (at, of) in guesses.iter().enumerate() {
        let column = &mut proposed.columns[at];
        if column.field.is_some() {
            continue;
        }
        if column.reason.code == "taken" {
            continue;
        }
        if let Some(word) = &headers[at].somebody {
            column.reason = Reason::new("somebody_else", [word]);
            continue;
        }
        let worth = of.iter().filter(|g| g.sure >= CANDIDATE_MIN);
        let candidates = worth.map(|g| Candidate {
            field: g.target.clone(),
            confidence: (g.sure * 100.0).round() / 100.0,
        });
        column.candidates = candidates.take(CANDIDATES_MAX).collect();
        if let Some(best) = of.first().filter(|g| g.sure >= CANDIDATE_MIN) {
            column.reason = best.reason.clone();
        }
    }
}

/// What tells rows apart: a column that is filled and never repeats in the sample.
fn key_of(columns: &[Assignment], sample: &[Vec<String>]) -> Option<String> {
    for field in ["ref", "portal_id", "vin", "plate", "page_url"] {
        let Some(at) = columns
            .iter()
            .position(|c| c.field.as_deref() == Some(field))
        else {
            continue;
        };
        let values: Vec<&str> = sample
            .iter()
            .filter_map(|r| r.get(at))
            .map(|v| v.trim())
            .collect();
        let filled = values.iter().filter(|v| !is_nothing(v)).count();
        let distinct: std::collections::HashSet<&&str> = values.iter().collect();
        if filled * 100 >= values.len() * 95 && distinct.len() * 100 >= values.len() * 90 {
            return Some(field.to_owned());
        }
    }
    None
}

/// The vertical's own category when nothing names one: only a trade with one main kind has it.
pub(crate) fn default_category(dictionary: &Dictionary, vertical: &str) -> Option<String> {
    let vertical = dictionary.vertical(vertical)?;
    vertical
        .field("make")
        .and_then(|_| vertical.categories.first())
        .map(|c| c.key.to_string())
}
