//! What became of a file, row by row.

use ::store::{Id, Timestamp, kinds};
use serde::Serialize;

/// Problems are all counted; the first of them, and what concerns the whole file, are told in full.
pub const PROBLEMS_MAX: usize = 1_000;
/// Kinds of problems that are told apart: a few for each of many columns.
const KINDS_MAX: usize = 500;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// None when nothing was written.
    pub batch: Option<Id<kinds::Batch>>,
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
    pub mapping: Vec<Mapped>,
    pub problems: Vec<Problem>,
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
    pub reason: String,
}

/// How often one thing was wrong in one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProblemKind {
    pub code: &'static str,
    pub column: String,
    pub count: u64,
    pub refused: bool,
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

    fn count(&mut self, problem: &Problem) {
        let alike = |kind: &ProblemKind| {
            (kind.code, kind.column.as_str()) == (problem.code, problem.column.as_str())
                && kind.refused == problem.refused
        };
        match self.problem_kinds.iter().position(alike) {
            Some(at) => {
                self.problem_kinds[at].count += 1;
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
            }),
            None => {}
        }
    }

    pub(crate) fn tell_file(&mut self, code: &'static str, message: impl Into<String>) {
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
