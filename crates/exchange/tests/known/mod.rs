//! Reads a file as an account of one trade would, for tests of what is known at sight.
#![allow(dead_code, reason = "each file of tests uses some of it")]

use std::io::{Cursor, Read};

use dictionary::{Dictionary, Language};
use exchange::{Options, Report, Trade, plain_listings};
use serde_json::Value as Json;

pub fn read(vertical: &str, file: &str) -> (Report, Vec<Json>) {
    read_from(vertical, Box::new(Cursor::new(file.as_bytes().to_vec())))
}

pub fn read_from(vertical: &str, source: Box<dyn Read + Send>) -> (Report, Vec<Json>) {
    let trade = Trade {
        vertical: vertical.into(),
        country: "BE".into(),
        language: Language::En,
    };
    let mut listings = Vec::new();
    let dictionary = Dictionary::embedded();
    let report = plain_listings(
        &dictionary,
        &trade,
        source,
        Options::default(),
        &mut |listing| {
            listings.push(listing);
            true
        },
    );
    (report.expect("a report"), listings)
}

/// The file is of a layout, and its listings say at least what is expected.
pub fn says(vertical: &str, file: &str, layout: &str, expected: &[Json]) {
    let (report, listings) = read(vertical, file);
    assert_eq!(report.layout.as_deref(), Some(layout), "{report:#?}");
    assert_eq!(report.refused, 0, "{:#?}", report.problems);
    assert_eq!(listings.len(), expected.len(), "{listings:#?}");
    for (listing, expected) in listings.iter().zip(expected) {
        let expected = expected.as_object().expect("fields").iter();
        let wrong: Vec<String> = expected
            .filter(|(field, value)| &listing[field.as_str()] != *value)
            .map(|(field, value)| format!("{field}: {}, not {value}", listing[field.as_str()]))
            .collect();
        assert!(wrong.is_empty(), "{layout}: {wrong:#?}\n{listing:#}");
    }
}
