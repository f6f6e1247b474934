//! Which column names the records of another file: the share of its values that are there is the
//! proof, its name and the look of its values speak for it.

use std::collections::HashSet;

use crate::table::{Column, Table};
use crate::words::{KEY, MEASURE, holds_one, names_one};

/// Columns of one name that tell apart the records of the tables that have it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key {
    pub(crate) words: String,
    /// Which table, and which of its columns.
    pub(crate) places: Vec<(usize, usize)>,
}

/// A column that may name records.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Link {
    pub(crate) column: usize,
    /// Which of the keys.
    pub(crate) key: usize,
    pub(crate) share: f64,
    pub(crate) sure: f64,
}

/// So long a value may be that still is a number of something.
const KEY_LETTERS_MAX: f64 = 60.0;

/// The columns by which the records of some tables may be named.
pub(crate) fn keys(tables: &[Table], among: &[usize]) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for table in among {
        let read = &tables[*table];
        for (at, column) in read.columns.iter().enumerate() {
            let measure = names_one(&column.words, MEASURE) && !names_one(&column.words, KEY);
            let names = column.tells_apart(read.rows) && column.length <= KEY_LETTERS_MAX;
            if !names || measure || column.pictures > 0.5 || column.dates > 0.5 {
                continue;
            }
            match keys.iter_mut().find(|k| k.words == column.words) {
                Some(key) if key.places.iter().all(|(t, _)| t != table) => {
                    key.places.push((*table, at));
                }
                Some(_) => {}
                None => keys.push(Key {
                    words: column.words.clone(),
                    places: vec![(*table, at)],
                }),
            }
        }
    }
    keys
}

/// The links of a table to those keys, the surest first; `about` are the words for what they name.
pub(crate) fn links(
    tables: &[Table],
    child: usize,
    keys: &[Key],
    about: &[&str],
    not: &HashSet<usize>,
) -> Vec<Link> {
    let table = &tables[child];
    let mut links = Vec::new();
    for (at, column) in table.columns.iter().enumerate() {
        let empty = column.values.is_empty() || column.dates > 0.5 || column.pictures > 0.5;
        if not.contains(&at) || empty || column.length > KEY_LETTERS_MAX {
            continue;
        }
        let best = keys.iter().enumerate().filter_map(|(number, key)| {
            let share = share(tables, column, key);
            let sure = share * worth(table, column, key, about);
            (share > 0.2).then_some(Link {
                column: at,
                key: number,
                share: round(share),
                sure: round(sure),
            })
        });
        links.extend(best.max_by(|a, b| a.sure.total_cmp(&b.sure)));
    }
    links.sort_by(|a, b| b.sure.total_cmp(&a.sure).then(a.column.cmp(&b.column)));
    links
}

fn round(share: f64) -> f64 {
    (share * 100.0).round() / 100.0
}

/// How many of the filled cells name a record that is there.
pub(crate) fn share(tables: &[Table], column: &Column, key: &Key) -> f64 {
    let is_there = |value: &u128| {
        let holds =
            |(table, at): &(usize, usize)| tables[*table].columns[*at].values.contains_key(value);
        key.places.iter().any(holds)
    };
    let cells: u64 = column
        .values
        .values()
        .map(|(count, _)| u64::from(*count))
        .sum();
    let found = column.values.iter().filter(|(value, _)| is_there(value));
    let found: u64 = found.map(|(_, (count, _))| u64::from(*count)).sum();
    found as f64 / cells.max(1) as f64
}

/// What a share is worth: small whole numbers are everywhere, and a file has numbers of its own.
fn worth(table: &Table, column: &Column, key: &Key, about: &[&str]) -> f64 {
    let bare = |words: &str| KEY.contains(&words);
    let look = match column.length {
        _ if column.lettered > 0.5 => 1.0,
        length if length >= 5.0 => 1.0,
        length if length >= 3.0 => 0.6,
        _ => 0.4,
    };
    let measure = names_one(&column.words, MEASURE) && !holds_one(&column.words, about);
    let own = column.tells_apart(table.rows) && bare(&column.words) && look < 1.0;
    let named = match () {
        () if measure || own => 0.0,
        () if holds_one(&column.words, about) => 1.0,
        () if column.words == key.words && !bare(&key.words) => 1.0,
        () if column.words == key.words => 0.6,
        () if names_one(&column.words, KEY) => 0.5,
        () => 0.2,
    };
    0.35 + 0.35 * named + 0.3 * look
}
