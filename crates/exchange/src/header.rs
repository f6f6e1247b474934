//! What the name of a column may mean: whole, or without what exporters put around it.

use ahash::AHashMap;
use dictionary::{Language, Vertical, fold};

use crate::header_text::{NEUTRAL, SHORT, SOMEBODY, SPECIAL, UNITS};

/// One reading of a header.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reading {
    pub(crate) name: String,
    pub(crate) sure: f32,
}

/// What a header says.
pub(crate) struct Header {
    /// The likeliest reading first.
    pub(crate) readings: Vec<Reading>,
    /// The word that says the column is about somebody, not about the listing.
    pub(crate) somebody: Option<String>,
    /// Without the number behind it: `fuel type2` and `fuel type` are one column in two parts.
    pub(crate) stem: String,
    /// A unit or a currency that it names.
    pub(crate) unit: Option<&'static str>,
    /// It names a net amount or a trade price.
    pub(crate) net: bool,
    pub(crate) unnamed: bool,
    /// One of its words is a word for pictures.
    pub(crate) names_pictures: bool,
    /// Its words, as they are compared.
    pub(crate) words: String,
}

impl Header {
    pub(crate) fn of(column: &str, shared: &Shared) -> Header {
        let words = fold(&split_capitals(column));
        let segments: Vec<String> = segments(column);
        let mut header = Header {
            readings: Vec::new(),
            somebody: somebody(&segments),
            stem: words
                .trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ')
                .to_owned(),
            unit: unit_of(&words),
            net: words.split(' ').any(|w| {
                matches!(
                    w,
                    "ht" | "htva"
                        | "netto"
                        | "net"
                        | "excl"
                        | "wholesale"
                        | "marchand"
                        | "handler"
                        | "cost"
                        | "trade"
                )
            }),
            unnamed: is_unnamed(column, &words),
            names_pictures: words.split(' ').any(is_picture_word),
            words: words.clone(),
        };
        if header.unnamed {
            return header;
        }
        header.add(fold(column), 1.0);
        header.add(words.clone(), 1.0);
        if let Some((before, _)) = column.split_once(['(', '[']) {
            header.add(fold(&split_capitals(before)), 0.98);
        }
        header.add(header.stem.clone(), 0.96);
        for (depth, whole) in written_out(&words).into_iter().enumerate() {
            header.add(whole, 0.92 - 0.004 * depth as f32);
        }
        for (depth, rest) in shared.rests(column).into_iter().enumerate() {
            header.add(rest, 0.93 - 0.004 * depth as f32);
        }
        // A path: its last steps, from the most to the least.
        for skip in 1..segments.len() {
            header.add(segments[skip..].join(" "), 0.95);
        }
        for from in 0..segments.len() {
            header.shortened(&segments[from..].join(" "), from);
        }
        header
    }

    fn shortened(&mut self, name: &str, depth: usize) {
        let words: Vec<&str> = name.split(' ').collect();
        let start = words.iter().take_while(|w| NEUTRAL.contains(w)).count();
        let end = words.iter().rev().take_while(|w| UNITS.contains(w)).count();
        let base = 0.93 - 0.01 * depth as f32;
        for (from, to) in [
            (0, words.len() - end),
            (start, words.len()),
            (start, words.len().saturating_sub(end)),
        ] {
            if from < to && to - from < words.len() {
                self.add(words[from..to].join(" "), base);
            }
        }
        let weighty: Vec<_> = words.iter().filter(|w| !WEIGHTLESS.contains(w)).collect();
        if !weighty.is_empty() && weighty.len() < words.len() {
            let name: Vec<&str> = weighty.into_iter().copied().collect();
            self.add(name.join(" "), 0.85);
        }
        // A strange word before or behind: worth asking, not worth taking.
        if words.len() > 1 && words.len() < 6 {
            for skip in 1..words.len() {
                self.add(words[skip..].join(" "), 0.5 - 0.02 * skip as f32);
            }
            for keep in (1..words.len()).rev() {
                self.add(words[..keep].join(" "), 0.48);
            }
        }
    }

    fn add(&mut self, name: String, sure: f32) {
        if !name.is_empty() && !self.readings.iter().any(|r| r.name == name) {
            self.readings.push(Reading { name, sure });
        }
    }
}

/// `surface hab` as `surface habitable`: every way to write its shortened words out.
fn written_out(words: &str) -> Vec<String> {
    let whole = |word: &str| SHORT.iter().find(|(short, _)| *short == word);
    let mut names = vec![String::new()];
    for word in words.split(' ') {
        let meant: Vec<&str> = whole(word).map_or(vec![word], |(_, meant)| meant.to_vec());
        names = names
            .iter()
            .flat_map(|name| meant.iter().map(move |m| format!("{name} {m}")))
            .take(WRITTEN_OUT_MAX)
            .collect();
    }
    let mut names: Vec<String> = names.iter().map(|n| n.trim().to_owned()).collect();
    names.retain(|name| name != words);
    names
}

/// The beginnings that several columns of a file share, as a flattened tree has them:
/// `raw_property_` of `raw_property_location_postalCode`.
pub(crate) struct Shared {
    beginnings: ahash::AHashSet<String>,
}

/// Words that say nothing in a table of vehicles: every column is of one.
const WEIGHTLESS: [&str; 10] = [
    "vehicule", "vehicle", "fahrzeug", "voertuig", "vehiculo", "veicolo", "du", "interne",
    "internal", "intern",
];
/// So many columns with one beginning make it a branch.
const BRANCH_MIN: usize = 4;
const WRITTEN_OUT_MAX: usize = 8;
/// A narrow table is no flattened tree.
const TREE_MIN: usize = 12;

impl Shared {
    pub(crate) fn of(columns: &[String]) -> Shared {
        let mut counts: AHashMap<String, usize> = AHashMap::new();
        for column in columns.iter().filter(|_| columns.len() >= TREE_MIN) {
            let steps = steps(column);
            for end in 1..steps.len() {
                *counts.entry(steps[..end].join(" ")).or_default() += 1;
            }
        }
        let shared = counts.into_iter().filter(|(_, count)| *count >= BRANCH_MIN);
        Shared {
            beginnings: shared.map(|(beginning, _)| beginning).collect(),
        }
    }

    /// What stays of a name without the beginnings that it shares, the longest first.
    fn rests(&self, column: &str) -> Vec<String> {
        let steps = steps(column);
        let shared = |end: &usize| self.beginnings.contains(&steps[..*end].join(" "));
        let rests = (1..steps.len()).take_while(shared).map(|end| {
            let rest = steps[end..].iter().map(String::as_str);
            let named = rest.skip_while(|s| s.bytes().all(|b| b.is_ascii_digit()));
            named.collect::<Vec<_>>().join(" ")
        });
        rests.collect()
    }
}

/// The parts of a flattened name, by the signs that join them.
fn steps(column: &str) -> Vec<String> {
    let parts = column.split(['_', '.', '/', '[', ']', ':', '>']);
    let folded = parts.map(|part| fold(&split_capitals(part)));
    folded.filter(|part| !part.is_empty()).collect()
}

/// The steps of a path such as `vehicle.engine.powerKw`, `prix/@devise`, `image[0].url`.
fn segments(column: &str) -> Vec<String> {
    let parts = column.split(['.', '/', '[', ']', '@', ':', '>']);
    parts
        .map(|part| fold(&split_capitals(part)))
        .filter(|part| !part.is_empty() && !part.bytes().all(|b| b.is_ascii_digit()))
        .collect()
}

fn somebody(segments: &[String]) -> Option<String> {
    // The last step may be "vendeur" itself: a field of its own.
    let words: Vec<&str> = segments.iter().flat_map(|s| s.split(' ')).collect();
    let before = words.len().saturating_sub(1);
    let found = words[..before].iter().find(|w| SOMEBODY.contains(w))?;
    Some((*found).to_owned())
}

/// `powerKw` as `power Kw`, `ImageList` as `Image List`; `VIN` and `powerPS` keep their runs.
fn split_capitals(text: &str) -> String {
    let mut split = String::with_capacity(text.len() + 4);
    let mut before = ' ';
    for c in text.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            split.push(' ');
        }
        split.push(c);
        before = c;
    }
    split
}

fn is_picture_word(word: &str) -> bool {
    const PICTURES: [&str; 9] = [
        "photo",
        "foto",
        "image",
        "imag",
        "picture",
        "pic",
        "bild",
        "media",
        "afbeelding",
    ];
    PICTURES.iter().any(|p| word.starts_with(p))
}

fn unit_of(words: &str) -> Option<&'static str> {
    words.split(' ').find_map(|word| {
        Some(match word {
            "czk" => "CZK",
            "chf" => "CHF",
            "gbp" => "GBP",
            "usd" => "USD",
            "eur" | "euro" => "EUR",
            "pln" => "PLN",
            "cents" | "cent" => "cents",
            "kw" => "kw",
            "ps" | "hp" | "bhp" | "ch" | "pk" => "hp",
            "miles" | "mi" => "mi",
            "sqft" => "sqft",
            _ => return None,
        })
    })
}

fn is_unnamed(column: &str, words: &str) -> bool {
    let number = |rest: &str| rest.trim().bytes().all(|b| b.is_ascii_digit());
    words.is_empty()
        || column.trim().is_empty()
        || [
            "column", "unnamed", "spalte", "colonne", "col", "field", "kolom", "f",
        ]
        .iter()
        .any(|start| {
            words
                .strip_prefix(start)
                .is_some_and(|rest| !rest.is_empty() && number(rest))
        })
}

/// All names of all targets of a vertical, made once for a proposal.
pub(crate) struct Names {
    of: AHashMap<String, Vec<String>>,
}

impl Names {
    pub(crate) fn of(vertical: &Vertical) -> Names {
        let mut of: AHashMap<String, Vec<String>> = AHashMap::new();
        let mut claim = |name: String, target: &str| {
            let targets = of.entry(name).or_default();
            if !targets.iter().any(|t| t == target) {
                targets.push(target.to_owned());
            }
        };
        let fields = || {
            vertical.fields.iter().filter(|f| {
                f.key.as_ref() != "place" && f.shape != Some(dictionary::Shape::Leftover)
            })
        };
        for field in fields() {
            claim(fold(&field.key), &field.key);
        }
        for field in fields() {
            for synonym in field.synonyms.iter().chain(&field.may_be) {
                claim(synonym.clone(), &field.key);
            }
        }
        for (target, names) in SPECIAL {
            for name in names {
                claim(fold(name), target);
            }
        }
        if vertical.field("place").is_some() {
            for name in [
                "location",
                "lieu",
                "localisation",
                "standort",
                "place",
                "address",
                "adresse",
            ] {
                claim(name.to_owned(), "place.text");
            }
        }
        // A label counts where nothing else claims the word.
        for field in fields() {
            for language in Language::ALL {
                let label = fold(field.label.get(language));
                of.entry(label)
                    .or_insert_with(|| vec![field.key.to_string()]);
            }
        }
        Names { of }
    }

    pub(crate) fn targets(&self, name: &str) -> &[String] {
        self.of.get(name).map_or(&[], Vec::as_slice)
    }
}
