//! Layouts of estate programs, recognised at sight.

use std::fs::File;
use std::path::{Path, PathBuf};

use dictionary::{Dictionary, Language};
use exchange::{Options, Report, Trade, plain_listings};
use serde_json::Value;

fn read(source: Box<dyn std::io::Read + Send>, country: &str) -> (Report, Vec<Value>) {
    let trade = Trade {
        vertical: "estate".into(),
        country: country.into(),
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

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder")
        .flatten()
        .map(|e| e.path())
        .collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => files(&path, into),
            false => into.push(path),
        }
    }
}

#[test]
fn every_estate_sample_is_told() {
    let Some(samples) = std::env::var_os("SAMPLES") else {
        return;
    };
    let mut all = Vec::new();
    files(&PathBuf::from(samples).join("estate"), &mut all);
    let only = std::env::var("ONLY").unwrap_or_default();
    for path in all {
        let name = path.display().to_string();
        let name = name.split("/estate/").nth(1).unwrap_or(&name).to_owned();
        if !name.contains(&only) {
            continue;
        }
        if [".xsd", "SOURCES.md"].iter().any(|end| name.ends_with(end))
            || name.contains("schema/")
            || name.contains("columns_4")
        {
            continue;
        }
        let (report, listings) = read(Box::new(File::open(&path).expect("a file")), "BE");
        let taken: u64 = listings
            .iter()
            .filter_map(Value::as_object)
            .map(|o| o.keys().filter(|k| *k != "raw").count() as u64)
            .sum();
        println!(
            "{name}: {} {:?} rows {} listings {} fields {taken} raw {} refused {}",
            report.format,
            report.layout,
            report.rows,
            listings.len(),
            report.kept_raw,
            report.refused
        );
        for problem in report.problem_kinds.iter().take(40) {
            println!(
                "     {} ×{} {}: {}",
                problem.code, problem.count, problem.column, problem.message
            );
        }
        if !only.is_empty() {
            for column in &report.mapping {
                println!(
                    "     {:?} {} → {:?} {} kept {}",
                    column.state, column.column, column.field, column.reason, column.kept
                );
            }
            for listing in listings.iter().take(3) {
                println!("{}", serde_json::to_string_pretty(listing).expect("json"));
            }
        }
    }
}
