//! Rules that hold for the whole house.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground floor up: each may know those before it and no other.
const ROOMS: [&str; 20] = [
    "dictionary",
    "formats",
    "gazetteer",
    "store",
    "reach",
    "media",
    "catalog",
    "photos",
    "search",
    "exchange",
    "portal",
    "publication",
    "relations",
    "enquiries",
    "arrivals",
    "migration",
    "demo",
    "server",
    "entremise",
    "bench",
];
const LINES_MAX: usize = 520;
/// Files that are longer, and why they may be; the list may only shrink.
const LONG: [&str; 0] = [];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn each_room_knows_only_the_rooms_below_it() {
    for (floor, room) in ROOMS.iter().enumerate() {
        let manifest = fs::read_to_string(root().join("crates").join(room).join("Cargo.toml"))
            .expect("a manifest");
        let own = manifest
            .split("[dev-dependencies]")
            .next()
            .unwrap_or_default();
        let known: Vec<&str> = own
            .lines()
            .filter_map(|l| l.split('.').next())
            .filter(|n| ROOMS.contains(n))
            .collect();
        for other in known {
            let below = ROOMS[..floor].contains(&other);
            assert!(
                below,
                "{room} knows {other}, which stands above it: let the journal carry it"
            );
        }
    }
}

#[test]
fn files_stay_small() {
    let long: BTreeSet<&str> = LONG.into();
    let mut found = Vec::new();
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path
                .strip_prefix(root())
                .unwrap_or(&path)
                .to_string_lossy()
                .into_owned();
            // Tables of words and of tests are data.
            let table = name.contains("/tests/") || name.ends_with("text.rs");
            if name.ends_with(".rs") && !table {
                let lines = fs::read_to_string(&path).expect("a file").lines().count();
                if lines > LINES_MAX && !long.contains(name.as_str()) {
                    found.push(format!("{name}: {lines} lines"));
                }
            }
        }
    }
    assert!(found.is_empty(), "files over {LINES_MAX} lines: {found:?}");
}

#[test]
fn no_file_is_called_after_nothing() {
    let empty = [
        "util", "utils", "helper", "helpers", "common", "manager", "service", "misc", "core",
        "base",
    ];
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            let stem = path
                .file_stem()
                .and_then(|s| s.to_str())
                .unwrap_or_default()
                .to_owned();
            assert!(
                !empty.contains(&stem.as_str()),
                "{} says nothing",
                path.display()
            );
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
}

/// `say("word")` in a template or a page, and the table that has the words. What ends in a point is
/// the beginning of a word that is put together.
#[test]
fn every_word_of_the_screens_is_written() {
    let server = root().join("crates/server");
    let table = fs::read_to_string(server.join("src/text.rs")).expect("the words");
    let mut unwritten = BTreeSet::new();
    let mut folders = vec![server.join("src"), server.join("templates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            for call in text.split("say(").skip(1) {
                let call = call.split(')').next().unwrap_or_default();
                let mut quoted = call.split('"').skip(1);
                if let (Some(word), Some(rest)) = (quoted.next(), quoted.next())
                    && rest.trim_matches([',', ' ', '\n']).is_empty()
                    && !word.ends_with('.')
                    && !table.contains(&format!("(\"{word}\","))
                    && !table.contains(&format!("(\n        \"{word}\","))
                {
                    unwritten.insert(word.to_owned());
                }
            }
        }
    }
    assert!(unwritten.is_empty(), "no words for {unwritten:?}");
}

/// A second meaning under a known key would never be seen.
#[test]
fn no_word_of_the_screens_has_two_meanings() {
    let table = root().join("crates/server/src/text.rs");
    let table = fs::read_to_string(table).expect("the words");
    let mut seen = BTreeSet::new();
    for entry in table.split("(").skip(1) {
        let entry = entry.trim_start();
        let Some((key, rest)) = entry.strip_prefix('"').and_then(|e| e.split_once('"')) else {
            continue;
        };
        let is_word = rest.trim_start_matches([',', ' ', '\n']).starts_with('[');
        assert!(!is_word || seen.insert(key.to_owned()), "“{key}” twice");
    }
}
