//! What is wrong with a file of a vertical, and where.

use std::fmt;

/// One fault, at a line and column counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Fault {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub code: &'static str,
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.message
        )
    }
}

/// Collects the faults of one file.
pub(crate) struct Faults<'a> {
    pub(crate) file: &'a str,
    text: &'a str,
    found: &'a mut Vec<Fault>,
}

impl<'a> Faults<'a> {
    pub(crate) fn of(file: &'a str, text: &'a str, found: &'a mut Vec<Fault>) -> Faults<'a> {
        Faults { file, text, found }
    }

    pub(crate) fn at(
        &mut self,
        span: Option<std::ops::Range<usize>>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        let offset = span.map_or(0, |s| s.start).min(self.text.len());
        let before = &self.text.as_bytes()[..offset];
        let line = 1 + before.iter().filter(|b| **b == b'\n').count();
        let start = before
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |at| at + 1);
        let column = 1 + String::from_utf8_lossy(&before[start..]).chars().count();
        let (file, message) = (self.file.to_owned(), message.into());
        self.found.push(Fault {
            file,
            line,
            column,
            code,
            message,
        });
    }
}
