//! A file that came, and what became of it.

use exchange::Report;
use photos::{Counts, Failure};
use serde::Serialize;
use store::{Id, Timestamp, kinds};

#[derive(Clone, Debug, Serialize)]
pub struct Arrival {
    pub id: Id<kinds::Arrival>,
    pub account: Id<kinds::Account>,
    pub source: Id<kinds::Source>,
    /// As the sender called it.
    pub name: String,
    /// BLAKE3 of the raw file.
    pub hash: String,
    pub bytes: u64,
    pub state: State,
    /// A person said "yes, really" to what the removal guard held back.
    pub clearance: bool,
    /// It holds only some of its feed, whatever its source says.
    pub partial: bool,
    /// The raw file is no longer kept.
    pub raw_gone: bool,
    pub batch: Option<Id<kinds::Batch>>,
    /// The import's report, shortened; `{}` before it was worked.
    pub report: serde_json::Value,
    /// The photos that it named by address.
    pub photos: Counts,
    pub at: Timestamp,
    pub done_at: Option<Timestamp>,
}

/// Remarks that are kept with the arrival; the file can be worked again for all of them.
pub(crate) const REMARKS_KEPT: usize = 50;

impl Arrival {
    /// The arrival with what became of it.
    pub(crate) fn ended(self, state: State, mut report: Report, now: Timestamp) -> Arrival {
        report.problems.truncate(REMARKS_KEPT);
        Arrival {
            state,
            batch: report.batch,
            done_at: Some(now),
            report: serde_json::to_value(&report).unwrap_or_default(),
            ..self
        }
    }
}

/// The photos that did not come are told among the remarks, with the rows that named them.
pub(crate) fn with_failures(arrival: &mut Arrival, failures: Vec<Failure>) {
    let told = failures.into_iter().map(|f| {
        serde_json::json!({
            "row": f.row, "line": f.line, "column": "photos", "code": f.code,
            "message": f.message, "refused": false,
        })
    });
    let all = arrival.photos.failed;
    let report = &mut arrival.report;
    if let Some(problems) = report["problems"].as_array_mut() {
        problems.extend(told);
        let total = report["problems_total"].as_i64().unwrap_or(0);
        report["problems_total"] = (total + all).into();
    }
}

/// Where a file stands. The last four are ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Waiting,
    Imported,
    /// It brought nothing new.
    Unchanged,
    /// Something was held back until a person has decided.
    Asked,
    Refused,
}

impl State {
    pub const ALL: [State; 5] = [
        State::Waiting,
        State::Imported,
        State::Unchanged,
        State::Asked,
        State::Refused,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Imported => "imported",
            State::Unchanged => "unchanged",
            State::Asked => "asked",
            State::Refused => "refused",
        }
    }

    pub(crate) fn of(key: &str) -> State {
        let found = State::ALL.into_iter().find(|s| s.key() == key);
        found.unwrap_or(State::Waiting)
    }
}
