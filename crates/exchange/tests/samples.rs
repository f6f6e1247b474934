//! Real and derived files of other people, which are not in the repository:
//! `SAMPLES=DIR make test-samples`.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use dictionary::{Dictionary, Language};
use exchange::{Options, Report, State, Trade, plain_listings};
use serde_json::Value;

fn folder() -> Option<PathBuf> {
    std::env::var_os("SAMPLES").map(PathBuf::from)
}

fn read(path: &Path, vertical: &str, country: &str, most: usize) -> (Report, Vec<Value>) {
    let trade = Trade {
        vertical: vertical.into(),
        country: country.into(),
        language: Language::En,
    };
    let mut listings = Vec::new();
    let source = Box::new(File::open(path).expect("a file"));
    let report = plain_listings(
        &Dictionary::embedded(),
        &trade,
        source,
        Options::default(),
        &mut |listing| {
            listings.push(listing);
            listings.len() < most
        },
    );
    (report.expect("a report"), listings)
}

/// The fields that a feed's listings are compared by.
fn fields(expected: &[Value]) -> Vec<String> {
    let mut fields: Vec<String> = expected
        .iter()
        .filter_map(Value::as_object)
        .flat_map(|o| o.keys().cloned())
        .collect();
    fields.sort();
    fields.dedup();
    fields
}

#[test]
fn every_dealer_feed_gives_its_listings() {
    let Some(folder) = folder() else { return };
    let feeds = folder.join("auto/dealer-feeds");
    let mut wrong = 0;
    let mut names: Vec<String> = std::fs::read_dir(feeds.join("expected"))
        .expect("a folder")
        .flatten()
        .filter_map(|e| {
            e.file_name()
                .to_str()?
                .strip_suffix(".jsonl")
                .map(str::to_owned)
        })
        .collect();
    names.sort();
    for name in names {
        let text = std::fs::read_to_string(feeds.join("expected").join(format!("{name}.jsonl")))
            .expect("listings");
        let expected: Vec<Value> = text
            .lines()
            .map(|l| serde_json::from_str(l).expect("json"))
            .collect();
        let (report, listings) = read(&feeds.join(&name), "auto", "FR", usize::MAX);
        let by_ref: BTreeMap<&str, &Value> = listings
            .iter()
            .filter_map(|l| Some((l["ref"].as_str()?, l)))
            .collect();
        let fields = fields(&expected);
        let mut faults: BTreeMap<String, (usize, String)> = BTreeMap::new();
        for listing in &expected {
            let none = Value::Null;
            let found = by_ref
                .get(listing["ref"].as_str().unwrap_or_default())
                .copied()
                .unwrap_or(&none);
            for field in &fields {
                // Some files say more than the expected listings hold, but never less.
                if listing.get(field) != found.get(field)
                    && (listing.get(field).is_some() || field != "currency")
                {
                    let said = format!(
                        "{}: {:?} for {:?}",
                        listing["ref"],
                        found.get(field),
                        listing.get(field)
                    );
                    faults.entry(field.clone()).or_insert((0, said)).0 += 1;
                }
            }
        }
        let counts = (listings.len(), expected.len());
        println!(
            "{name}: {} of {} listings, layout {:?}, faults {faults:?}",
            counts.0, counts.1, report.layout
        );
        if counts.0 != counts.1 || !faults.is_empty() {
            wrong += 1;
            for column in report
                .mapping
                .iter()
                .filter(|c| c.state != State::LeftOut)
                .take(60)
            {
                println!(
                    "   {} → {:?} {} {} {:?}",
                    column.column,
                    column.field,
                    column.confidence,
                    column.reason,
                    column.candidates
                );
            }
        }
    }
    assert_eq!(wrong, 0, "feeds with faults");
}

/// What the truth calls otherwise than the dictionary.
fn alike(truth: &str, field: &str) -> bool {
    let truth = truth.split('(').next().unwrap_or_default();
    truth == field
        || matches!(
            (truth, field),
            ("postal_code", "place.postcode")
                | ("department" | "region", "place.region")
                | ("country", "place.country")
                | ("road_tax_gbp", "road_tax")
                | ("power_bhp", "power_hp")
                | ("torque", "torque_nm")
                | ("owner_rank", "owners")
                | ("displacement", "displacement_l" | "displacement_cc")
        )
}

#[test]
fn columns_of_real_files_are_mapped_as_a_person_would() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("auto/real");
    let text = std::fs::read_to_string(folder.join("mapping-truth.json")).expect("the truth");
    let truth: BTreeMap<String, Value> = serde_json::from_str(&text).expect("json");
    let (mut right, mut all, mut wrong) = (0, 0, 0);
    for (file, told) in &truth {
        let Some(columns) = told["columns"].as_object() else {
            continue;
        };
        let country = &file[..2].to_uppercase();
        let country = if country == "UK" { "GB" } else { country };
        let (report, _) = read(&folder.join(file), "auto", country, 400);
        for mapped in &report.mapping {
            let key = columns.keys().find(|k| k.trim() == mapped.column.trim());
            let unnamed = mapped
                .column
                .starts_with("column ")
                .then(|| columns.get(""))
                .flatten();
            let truth = key.map(|k| &columns[k]).or(unnamed).and_then(Value::as_str);
            let field = mapped
                .field
                .as_deref()
                .filter(|_| mapped.state == State::Taken);
            let is_right = match (truth, field) {
                (None | Some("time_left"), None) => true,
                (Some(truth), Some(field)) => alike(truth, field),
                _ => false,
            };
            all += 1;
            right += usize::from(is_right);
            if !is_right {
                wrong += usize::from(field.is_some());
                println!(
                    "{file}: {} → {field:?} ({}, {}), truth {truth:?}; {:?}",
                    mapped.column, mapped.confidence, mapped.reason, mapped.candidates
                );
            }
        }
    }
    println!("{right} of {all} columns right, {wrong} wrong and not asked");
    assert_eq!(wrong, 0, "columns wrong above the threshold of asking");
    assert!(right * 100 >= all * 95, "{right} of {all} columns");
}

#[test]
fn columns_of_belgian_houses_are_not_guessed_wrong() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("estate/belgium");
    for file in [
        "immoweb_2024_houses_A.csv.gz",
        "immoweb_messy_labels_padded_A.csv",
        "immoweb_raw_wide_445cols_cp1252.csv",
        "immoweb_raw_wide_707cols_utf8.csv.gz",
    ] {
        let (report, listings) = read(&folder.join(file), "estate", "BE", 300);
        println!("== {file}: {} listings", listings.len());
        for mapped in &report.mapping {
            println!(
                "{:?} {} → {:?} {} {} {:?}",
                mapped.state,
                mapped.column,
                mapped.field,
                mapped.confidence,
                mapped.reason,
                mapped.candidates
            );
        }
    }
}
