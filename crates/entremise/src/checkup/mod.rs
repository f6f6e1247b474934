//! What the doctor looks at, one function a line.

pub mod machine;
pub mod rows;
pub mod rules;
pub mod stock;

use serde::Serialize;

/// One line of the doctor's.
#[derive(Debug, Serialize)]
pub struct Check {
    pub check: &'static str,
    pub state: State,
    pub said: String,
    /// What to do; empty when nothing is to be done.
    pub todo: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    /// It works, and somebody should look at it.
    Warn,
    /// It does not work, or something may be lost.
    Fail,
}

impl State {
    pub const fn key(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Fail => "fail",
        }
    }
}

impl Check {
    pub fn ok(check: &'static str, said: impl Into<String>) -> Check {
        Check::of(check, State::Ok, said.into(), "")
    }

    pub fn warn(check: &'static str, said: impl Into<String>, todo: &str) -> Check {
        Check::of(check, State::Warn, said.into(), todo)
    }

    pub fn fail(check: &'static str, said: impl Into<String>, todo: &str) -> Check {
        Check::of(check, State::Fail, said.into(), todo)
    }

    fn of(check: &'static str, state: State, said: String, todo: &str) -> Check {
        Check {
            check,
            state,
            said,
            todo: todo.to_owned(),
        }
    }
}

/// "2 h", "5 min", "40 s".
pub fn span(ms: i64) -> String {
    match ms / 1_000 {
        s if s >= 172_800 => format!("{} days", s / 86_400),
        s if s >= 7_200 => format!("{} h", s / 3_600),
        s if s >= 120 => format!("{} min", s / 60),
        s => format!("{} s", s.max(0)),
    }
}

/// "3.2 GB", "40 MB".
pub fn size(bytes: u64) -> String {
    match bytes {
        b if b >= 1 << 30 => format!("{:.1} GB", b as f64 / f64::from(1 << 30)),
        b => format!("{} MB", b >> 20),
    }
}
