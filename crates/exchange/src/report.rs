//! What became of a file, row by row.

use std::collections::HashMap;

use ::store::{Id, Timestamp, kinds};
use catalog::Listing;
use serde::Serialize;

use crate::mapping::{Assignment, Candidate, LEAVE_OUT};
use crate::unknown::UnknownValue;

/// Problems are all counted; the first of them, and what concerns the whole file, are told in full.
pub const PROBLEMS_MAX: usize = 1_000;
/// Kinds of problems that are told apart: a few for each of many columns.
const KINDS_MAX: usize = 500;
const ROWS_SHOWN: usize = 5;
const DIFFERENCES_MAX: usize = 20;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// None when nothing was written.
    pub batch: Option<Id<kinds::Batch>>,
    /// The feed that the file is a delivery of.
    pub feed: String,
    pub format: String,
    pub encoding: String,
    pub rows: u64,
    pub created: u64,
    pub changed: u64,
    pub unchanged: u64,
    /// Rows that repeat a key of the same file.
    pub merged: u64,
    pub removed: u64,
    pub refused: u64,
    pub seconds: f64,
    /// The known layout that the file has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layout: Option<String>,
    pub mapping: Vec<Mapped>,
    /// Cells that no field holds, kept as raw attributes of their listings.
    pub kept_raw: u64,
    /// Words that no choice is called by, the most frequent first.
    pub unknown: Vec<UnknownValue>,
    pub problems: Vec<Problem>,
    /// The first listings that a dry run would change: as they are, and as the file wants them.
    #[serde(skip)]
    pub differences: Vec<(Listing, Listing)>,
    /// Of a file that came together with others: the keys of its listings, by `join_key`.
    #[serde(skip)]
    pub joined: HashMap<u128, Id<kinds::Listing>>,
    /// How many problems there were in all.
    pub problems_total: u64,
    /// All problems by their kind, the most frequent first.
    pub problem_kinds: Vec<ProblemKind>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Mapped {
    pub column: String,
    /// None for a column that nothing is taken from.
    pub field: Option<String>,
    pub confidence: f32,
    pub state: State,
    /// Why: for programs.
    pub code: String,
    /// Why: in the language of the report.
    pub reason: String,
    /// What it may be, where we were not sure.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// How many of its cells were kept raw.
    pub kept: u64,
}

/// What becomes of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It fills a field.
    Taken,
    /// It may be a field: a person should say. Until then its cells are kept raw.
    Asked,
    /// Its cells are raw attributes of the listings.
    Kept,
    LeftOut,
}

/// How often one thing was wrong in one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProblemKind {
    pub code: &'static str,
    pub column: String,
    pub count: u64,
    pub refused: bool,
    /// The first rows that it concerns, counted from 1.
    pub rows: Vec<u64>,
    /// What was said of the first.
    pub message: String,
}

/// One remark on a row: `refused` says whether the row was left out for it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Problem {
    /// Counted from 1; 0 when the whole file is meant.
    pub row: u64,
    pub line: u64,
    pub column: String,
    pub code: &'static str,
    pub message: String,
    pub refused: bool,
}

impl Report {
    /// Of a file that could not be read at all.
    pub(crate) fn unreadable(refusal: formats::Refusal) -> Report {
        let mut report = Report {
            format: "unknown".into(),
            ..Report::default()
        };
        report.tell(Problem {
            row: 0,
            line: refusal.line,
            column: String::new(),
            code: refusal.code,
            message: refusal.message,
            refused: true,
        });
        report
    }

    pub(crate) fn tell(&mut self, problem: Problem) {
        self.refused += u64::from(problem.refused && problem.row > 0);
        self.problems_total += 1;
        self.count(&problem);
        if problem.row == 0 || self.problems.len() < PROBLEMS_MAX {
            self.problems.push(problem);
        }
    }

    /// Says why nothing of the file was taken.
    pub fn refuse(&mut self, code: &'static str, message: impl Into<String>) {
        self.tell(Problem {
            row: 0,
            line: 0,
            column: String::new(),
            code,
            message: message.into(),
            refused: true,
        });
    }

    pub(crate) fn differ(&mut self, pairs: Vec<(Listing, Listing)>) {
        self.changed += pairs.len() as u64;
        let room = DIFFERENCES_MAX.saturating_sub(self.differences.len());
        self.differences.extend(pairs.into_iter().take(room));
    }

    fn count(&mut self, problem: &Problem) {
        let alike = |kind: &ProblemKind| {
            (kind.code, kind.column.as_str()) == (problem.code, problem.column.as_str())
                && kind.refused == problem.refused
        };
        match self.problem_kinds.iter().position(alike) {
            Some(at) => {
                let kind = &mut self.problem_kinds[at];
                kind.count += 1;
                if kind.rows.len() < ROWS_SHOWN {
                    kind.rows.push(problem.row);
                }
                // One step at a time keeps the most frequent in front, where they are found soonest.
                if at > 0 && self.problem_kinds[at - 1].count < self.problem_kinds[at].count {
                    self.problem_kinds.swap(at - 1, at);
                }
            }
            None if self.problem_kinds.len() < KINDS_MAX => self.problem_kinds.push(ProblemKind {
                code: problem.code,
                column: problem.column.clone(),
                count: 1,
                refused: problem.refused,
                rows: vec![problem.row],
                message: problem.message.clone(),
            }),
            None => {}
        }
    }

    /// A remark on the whole file.
    pub fn tell_file(&mut self, code: &'static str, message: impl Into<String>) {
        let (message, column) = (message.into(), String::new());
        self.tell(Problem {
            row: 0,
            line: 0,
            column,
            code,
            message,
            refused: false,
        });
    }

    /// The counts so far, out of how many rows if that is known, and when: what stands still for
    /// long was cut off.
    pub(crate) fn progress(&self, of: Option<u64>, now: Timestamp) -> String {
        let mut counts = self.counts();
        counts.pop();
        if let Some(of) = of {
            counts.push_str(&format!(",\"of\":{of}"));
        }
        counts + &format!(",\"at\":{}}}", now.0)
    }

    pub fn counts(&self) -> String {
        format!(
            "{{\"rows\":{},\"created\":{},\"changed\":{},\"unchanged\":{},\"merged\":{},\"removed\":{},\"refused\":{}}}",
            self.rows,
            self.created,
            self.changed,
            self.unchanged,
            self.merged,
            self.removed,
            self.refused
        )
    }
}

impl Assignment {
    pub fn state(&self) -> State {
        match self.field.as_deref() {
            Some(LEAVE_OUT) => State::LeftOut,
            Some(_) => State::Taken,
            None if self.asks() => State::Asked,
            None => State::Kept,
        }
    }
}
