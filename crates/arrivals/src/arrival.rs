//! A file that came, and what became of it.

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
    pub batch: Option<Id<kinds::Batch>>,
    /// The import's report, shortened; `{}` before it was worked.
    pub report: serde_json::Value,
    pub at: Timestamp,
    pub done_at: Option<Timestamp>,
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
