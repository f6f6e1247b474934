//! What was found in the files, what is asked, and what became of their rows.

use serde::Serialize;
use store::{Id, Timestamp, kinds};

use crate::holds::Holds;

const LINES_SHOWN: usize = 5;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// None when nothing was written.
    pub batch: Option<Id<kinds::Batch>>,
    pub dry_run: bool,
    /// Until when at least an undoing takes all of it back.
    pub undo_until: Option<Timestamp>,
    pub files: Vec<FileReport>,
    /// What a person has to say first: while there are any, nothing is written.
    pub questions: Vec<Question>,
    /// What is here by it; of a dry run, what would be.
    pub found: Found,
    pub seconds: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    pub listings: u64,
    pub persons: u64,
    /// People in a role of a listing.
    pub parties: u64,
    pub photos: u64,
    pub documents: u64,
    pub notes: u64,
}

/// One file, or the pictures and documents that lie in the parcel and that no table names.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FileReport {
    pub name: String,
    pub holds: Holds,
    /// From 0 to 1.
    pub confidence: f64,
    pub reason: String,
    pub format: String,
    pub rows: u64,
    /// Rows whose record they name was found, or that were taken themselves.
    pub joined: u64,
    /// Rows that repeat a number of the same file: the first counts.
    pub doubled: u64,
    pub orphans: Vec<Orphans>,
    /// The column by which the other files name its records.
    pub key: Option<String>,
    pub joins: Vec<Joined>,
    /// What its columns are called.
    pub headers: Vec<String>,
    /// What its columns are taken for; of listings, `listings` tells more.
    pub columns: Vec<Taken>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listings: Option<exchange::Report>,
}

/// A column and what it is taken for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Taken {
    pub column: String,
    pub field: String,
    pub confidence: f64,
}

/// A column that names records of another file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Joined {
    pub column: String,
    pub to_file: String,
    pub to_column: String,
    /// Of the filled cells, how many name a record that is there: from 0 to 1.
    pub share: f64,
    pub confidence: f64,
}

/// Rows that were not taken, by the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Orphans {
    pub code: &'static str,
    pub count: u64,
    /// What was said of the first.
    pub said: String,
    pub lines: Vec<u64>,
}

/// What a person has to say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    pub code: &'static str,
    pub file: String,
    pub said: String,
    /// What may be answered, as the command line takes it, the likeliest first.
    pub answers: Vec<String>,
}

impl FileReport {
    pub(crate) fn orphan(&mut self, code: &'static str, line: u64, said: impl FnOnce() -> String) {
        match self.orphans.iter_mut().find(|o| o.code == code) {
            Some(known) => {
                known.count += 1;
                if known.lines.len() < LINES_SHOWN {
                    known.lines.push(line);
                }
            }
            None => self.orphans.push(Orphans {
                code,
                count: 1,
                said: said(),
                lines: vec![line],
            }),
        }
    }
}
