//! What a person said of the files, in the place of what we found or asked.

use std::collections::{BTreeMap, BTreeSet};

use crate::holds::Holds;

#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// What a file holds.
    pub holds: BTreeMap<String, Holds>,
    pub joins: Vec<Join>,
    /// Files that are not wanted.
    pub without: BTreeSet<String>,
}

/// A column of one file names the records of another by a column of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    pub file: String,
    pub column: String,
    pub to_file: String,
    pub to_column: String,
}

impl Join {
    /// Reads `photos.csv:property_id=listings.csv:id`.
    pub fn parse(text: &str) -> Option<Join> {
        let (from, to) = text.split_once('=')?;
        let (file, column) = from.rsplit_once(':')?;
        let (to_file, to_column) = to.rsplit_once(':')?;
        let all = [file, column, to_file, to_column].map(str::trim);
        if all.iter().any(|part| part.is_empty()) {
            return None;
        }
        let [file, column, to_file, to_column] = all.map(str::to_owned);
        Some(Join {
            file,
            column,
            to_file,
            to_column,
        })
    }
}

impl Answers {
    /// The files that somebody spoke of, to tell those that are not there.
    pub fn files(&self) -> BTreeSet<&str> {
        let joins = self.joins.iter().flat_map(|j| [&j.file, &j.to_file]);
        let all = self.holds.keys().chain(&self.without).chain(joins);
        all.map(String::as_str).collect()
    }
}
