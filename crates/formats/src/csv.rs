//! Delimited text of any dialect, split into records without being decoded.

use std::borrow::Cow;

use memchr::{memchr, memrchr};

use crate::dialect::Dialect;
use crate::window::Window;
use crate::{COLUMNS_MAX, RECORD_BYTES_MAX, Raw, Refusal};

/// A quote that stays open over more lines than this was no opening quote.
const LINES_IN_RECORD_MAX: usize = 2_000;

pub struct CsvReader {
    window: Window,
    pub encoding: String,
    pub dialect: Dialect,
    /// The names in the header, or `column 1`… when there is none.
    pub columns: Vec<String>,
    line: u64,
}

/// Where one record ends, from the start of the window.
struct End {
    /// Without its line break.
    record: usize,
    next: usize,
    lines: u64,
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
            dialect,
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
            self.line += end.lines;
            let blank = self.window.rest()[..end.record]
                .iter()
                .all(u8::is_ascii_whitespace)
                && !self.dialect.delimiter.is_ascii_whitespace();
            if blank || end.record == 0 {
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
            if let Some(at) = memchr(b'\n', self.window.rest()) {
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

/// None when the end is not in the window yet.
fn record_end(bytes: &[u8], dialect: &Dialect, ended: bool, searched: usize) -> Option<End> {
    if bytes.is_empty() {
        return None;
    }
    let quote = dialect.quote;
    // A line without quotes ends at its break: the usual case, at the speed of memchr.
    let from = if quote.is_none() { searched } else { 0 };
    let first = memchr(b'\n', &bytes[from..]).map(|at| from + at);
    let line = &bytes[..first.unwrap_or(bytes.len())];
    let quoted = quote.is_some_and(|q| memchr(q, line).is_some());
    if !quoted {
        return match first {
            Some(at) => Some(whole(bytes, at, 1)),
            None if ended => Some(End {
                record: bytes.len(),
                next: bytes.len(),
                lines: 1,
            }),
            None => None,
        };
    }
    let quote = quote.unwrap_or(b'"');
    let (mut inside, mut start, mut lines) = (false, true, 0usize);
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        if inside {
            if Some(byte) == dialect.escape && dialect.escape != dialect.quote {
                at += 1;
            } else if byte == quote {
                if bytes.get(at + 1) == Some(&quote) {
                    at += 1;
                } else {
                    inside = false;
                }
            } else if byte == b'\n' {
                lines += 1;
            }
            if lines > LINES_IN_RECORD_MAX {
                // The quote was never closed: end at the first line, it opened nothing.
                return first.map(|at| whole(bytes, at, 1));
            }
        } else if byte == b'\n' {
            return Some(whole(bytes, at, lines as u64 + 1));
        } else if byte == dialect.delimiter {
            start = true;
            at += 1;
            continue;
        } else if byte == quote && start {
            inside = true;
        }
        start = start && byte == b' ';
        at += 1;
    }
    match (ended, inside) {
        (false, _) => None,
        // The file ends within quotes: its last lines are taken one by one.
        (true, true) => Some(first.map_or(
            End {
                record: bytes.len(),
                next: bytes.len(),
                lines: 1,
            },
            |at| whole(bytes, at, 1),
        )),
        (true, false) => Some(End {
            record: bytes.len(),
            next: bytes.len(),
            lines: lines as u64 + 1,
        }),
    }
}

fn whole(bytes: &[u8], at: usize, lines: u64) -> End {
    let record = if at > 0 && bytes[at - 1] == b'\r' {
        at - 1
    } else {
        at
    };
    End {
        record,
        next: at + 1,
        lines,
    }
}

pub(crate) fn split<'a>(bytes: &'a [u8], dialect: &Dialect) -> Vec<Cow<'a, str>> {
    let mut fields = Vec::with_capacity(dialect.columns.len().max(8));
    let mut rest = bytes;
    loop {
        let (field, after) = one_field(rest, dialect);
        fields.push(field);
        match after {
            Some(after) if fields.len() <= COLUMNS_MAX => rest = after,
            _ => return fields,
        }
    }
}

/// The first field and what follows its delimiter, if one does.
fn one_field<'a>(bytes: &'a [u8], dialect: &Dialect) -> (Cow<'a, str>, Option<&'a [u8]>) {
    let blank = bytes.iter().take_while(|b| **b == b' ').count();
    if let Some(quote) = dialect.quote
        && bytes.get(blank) == Some(&quote)
        && let Some(done) = quoted_field(&bytes[blank + 1..], quote, dialect)
    {
        return done;
    }
    match memchr(dialect.delimiter, bytes) {
        Some(at) => (text(&bytes[..at]), Some(&bytes[at + 1..])),
        None => (text(bytes), None),
    }
}

/// None when the quote is never closed, or what follows its end is no delimiter.
fn quoted_field<'a>(
    bytes: &'a [u8],
    quote: u8,
    dialect: &Dialect,
) -> Option<(Cow<'a, str>, Option<&'a [u8]>)> {
    let escape = dialect.escape.filter(|e| *e != quote);
    let mut plain: Option<Vec<u8>> = None;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let doubled = byte == quote && bytes.get(at + 1) == Some(&quote);
        if doubled || (Some(byte) == escape && at + 1 < bytes.len()) {
            plain
                .get_or_insert_with(|| bytes[..at].to_vec())
                .push(bytes[at + 1]);
            at += 2;
            continue;
        }
        if byte == quote {
            let tail = &bytes[at + 1..];
            let after = memchr(dialect.delimiter, tail);
            let between = &tail[..after.unwrap_or(tail.len())];
            if !between.iter().all(u8::is_ascii_whitespace) {
                return None;
            }
            let field = match plain {
                Some(plain) => Cow::Owned(String::from_utf8_lossy(&plain).into_owned()),
                None => text(&bytes[..at]),
            };
            return Some((field, after.map(|a| &tail[a + 1..])));
        }
        if let Some(plain) = plain.as_mut() {
            plain.push(byte);
        }
        at += 1;
    }
    None
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    let end = memrchr(b'\r', bytes)
        .filter(|at| at + 1 == bytes.len())
        .unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end])
}
