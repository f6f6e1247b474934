//! Delimited text of any dialect, split into records without being decoded.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memchr;

use crate::dialect::Dialect;
use crate::record::{End, record_end, split};
use crate::window::Window;
use crate::{COLUMNS_MAX, RECORD_BYTES_MAX, Raw, Refusal};

pub struct CsvReader {
    window: Window,
    pub encoding: String,
    /// Whether the file begins with a byte order mark.
    pub bom: bool,
    pub dialect: Arc<Dialect>,
    /// The names in the header, or `column 1`… when there is none.
    pub columns: Vec<String>,
    line: u64,
}

impl CsvReader {
    pub(crate) fn new(
        window: Window,
        encoding: String,
        dialect: Dialect,
    ) -> Result<CsvReader, Refusal> {
        let columns = dialect.columns.clone();
        if columns.len() > COLUMNS_MAX {
            let said = format!("{} columns; {COLUMNS_MAX} are the limit", columns.len());
            return Err(Refusal::file("too_many_columns", said));
        }
        let mut reader = CsvReader {
            window,
            encoding,
            bom: false,
            dialect: Arc::new(dialect),
            columns,
            line: 1,
        };
        for _ in 0..reader.dialect.skip_records {
            let _ = reader.next();
        }
        Ok(reader)
    }

    /// The next record that is not blank; a refusal concerns this record alone, unless its line is
    /// 0: then the file cannot be read further.
    #[expect(
        clippy::should_implement_trait,
        reason = "it lends from its own buffer"
    )]
    pub fn next(&mut self) -> Option<Result<Raw<'_>, Refusal>> {
        loop {
            let end = match self.find_end() {
                Ok(Some(end)) => end,
                Ok(None) => return None,
                Err(refusal) => return Some(Err(refusal)),
            };
            let line = self.line;
            if self.dialect.until.is_some_and(|last| line > last) {
                return None;
            }
            self.line += end.lines;
            if self.dialect.is_blank(&self.window.rest()[..end.record]) {
                self.window.consume(end.next);
                continue;
            }
            self.window.consume(end.next);
            let at_end = end.next == end.record && self.window.rest().is_empty();
            let bytes = self.window.consumed(end.next, end.record);
            let raw = Raw { bytes, line };
            return Some(match at_end && is_cut(&raw, &self.dialect) {
                false => Ok(raw),
                true => Err(Refusal::at(
                    line,
                    "cut_off",
                    "the file ends in the middle of this row: it was cut off on its way; have it \
                     sent again",
                )),
            });
        }
    }

    fn find_end(&mut self) -> Result<Option<End>, Refusal> {
        let mut searched = 0;
        loop {
            if let Some(end) = record_end(
                self.window.rest(),
                &self.dialect,
                self.window.ended(),
                searched,
            ) {
                return Ok(Some(end));
            }
            let length = self.window.rest().len();
            if length > RECORD_BYTES_MAX {
                return self.skip_monster().map(Some);
            }
            searched = length;
            if !self.window.fill()? && self.window.rest().is_empty() {
                return Ok(None);
            }
        }
    }

    /// Drops a record that is too long, up to the next line break, in bounded memory.
    fn skip_monster(&mut self) -> Result<End, Refusal> {
        let line = self.line;
        loop {
            if let Some(at) = memchr(self.dialect.record_break, self.window.rest()) {
                self.window.consume(at + 1);
                break;
            }
            let all = self.window.rest().len();
            self.window.consume(all);
            if !self.window.fill()? {
                break;
            }
        }
        self.line += 1;
        let said = format!(
            "a record of more than {} MB; it was left out",
            RECORD_BYTES_MAX >> 20
        );
        Err(Refusal::at(line, "record_too_long", said))
    }
}

/// Whether a last record without a line break has fewer cells than every one before it. A single
/// cell may be a footer.
fn is_cut(raw: &Raw<'_>, dialect: &Dialect) -> bool {
    let cells = || split(raw.bytes, dialect).len();
    !dialect.ragged && (2..dialect.columns.len()).contains(&cells())
}

/// Splits a record into its fields, unquoted and as valid text.
pub fn split_csv<'a>(raw: &Raw<'a>, dialect: &Dialect) -> Vec<Cow<'a, str>> {
    split(raw.bytes, dialect)
}
