//! Where a record of delimited text ends, and what its cells are.
//!
//! Quotes that break their own rules are met twice: first to the letter, where a cell that goes on
//! behind its closing quote was not quoted; then leniently, where only a quote before a delimiter
//! or the end closes. The reading that gives as many cells as there are columns is right.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

use crate::COLUMNS_MAX;
use crate::dialect::Dialect;

/// A quote that stays open over more lines than this was no opening quote.
const LINES_IN_RECORD_MAX: usize = 2_000;

/// Where one record ends, from the start of the bytes.
pub(crate) struct End {
    /// Without its line break.
    pub(crate) record: usize,
    pub(crate) next: usize,
    pub(crate) lines: u64,
}

/// What closes a quoted cell.
#[derive(Clone, Copy, PartialEq)]
enum Rule {
    /// The first quote that is not doubled.
    Strict,
    /// The first quote before a delimiter or the end.
    Lenient,
}

enum Close {
    At(usize),
    /// Something else than a delimiter follows the closing quote.
    Odd,
    Never,
}

/// None when the end is not in the bytes yet.
pub(crate) fn record_end(
    bytes: &[u8],
    dialect: &Dialect,
    ended: bool,
    searched: usize,
) -> Option<End> {
    if bytes.is_empty() {
        return None;
    }
    // A line without quotes ends at its break: the usual case, at the speed of memchr.
    let from = if dialect.quote.is_none() { searched } else { 0 };
    let first = memchr(dialect.record_break, &bytes[from..]).map(|at| from + at);
    let line = &bytes[..first.unwrap_or(bytes.len())];
    let quoted = dialect.quote.is_some_and(|q| memchr(q, line).is_some());
    if !quoted {
        return match first {
            Some(at) => Some(whole(bytes, at, 1)),
            None => ended.then(|| whole(bytes, bytes.len(), 1)),
        };
    }
    let (at, odd) = quoted_end(bytes, dialect, ended, Rule::Strict)?;
    let columns = dialect.columns.len();
    if odd && columns > 1 && cells(&bytes[..at], dialect, Rule::Strict).0.len() != columns {
        let (lenient, _) = quoted_end(bytes, dialect, ended, Rule::Lenient)?;
        if cells(&bytes[..lenient], dialect, Rule::Lenient).0.len() == columns {
            return Some(whole(bytes, lenient, lines(bytes, lenient, dialect)));
        }
    }
    Some(whole(bytes, at, lines(bytes, at, dialect)))
}

fn lines(bytes: &[u8], end: usize, dialect: &Dialect) -> u64 {
    memchr_iter(dialect.record_break, &bytes[..end]).count() as u64 + 1
}

/// The break that ends the record, and whether a quote broke the rules on the way.
fn quoted_end(bytes: &[u8], dialect: &Dialect, ended: bool, rule: Rule) -> Option<(usize, bool)> {
    let quote = dialect.quote?;
    let (mut at, mut odd) = (0, false);
    loop {
        at += blanks(&bytes[at..]);
        if bytes.get(at) == Some(&quote) {
            at += 1;
            match close(&bytes[at..], quote, dialect, rule) {
                Close::At(closing) => at += closing + 1,
                // It opened nothing, unless the closing quote is still to come.
                Close::Never if !ended && !too_many_lines(&bytes[at..], dialect) => return None,
                Close::Never | Close::Odd => odd = true,
            }
        }
        loop {
            let Some(next) = memchr2(dialect.delimiter, dialect.record_break, &bytes[at..]) else {
                return ended.then_some((bytes.len(), odd));
            };
            at += next;
            if bytes[at] == dialect.record_break {
                return Some((at, odd));
            }
            at += 1;
            if bytes[at..].starts_with(&dialect.delimiter_tail) {
                at += dialect.delimiter_tail.len();
                break;
            }
        }
    }
}

fn too_many_lines(bytes: &[u8], dialect: &Dialect) -> bool {
    memchr_iter(dialect.record_break, bytes)
        .nth(LINES_IN_RECORD_MAX)
        .is_some()
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| **b == b' ').count()
}

/// Where the quote that opened before `bytes` closes.
fn close(bytes: &[u8], quote: u8, dialect: &Dialect, rule: Rule) -> Close {
    let escape = dialect.escape.filter(|e| *e != quote);
    let (mut at, mut lines) = (0, 0);
    loop {
        let next = match escape {
            None => memchr(quote, &bytes[at..]),
            Some(escape) => memchr2(quote, escape, &bytes[at..]),
        };
        let Some(next) = next else {
            return Close::Never;
        };
        lines += memchr_iter(dialect.record_break, &bytes[at..at + next]).count();
        if lines > LINES_IN_RECORD_MAX {
            return Close::Never;
        }
        at += next;
        if bytes[at] != quote {
            at += 2;
            if at >= bytes.len() {
                return Close::Never;
            }
            continue;
        }
        let doubled = bytes.get(at + 1) == Some(&quote);
        match rule {
            Rule::Strict if doubled => at += 2,
            Rule::Strict if ends_cell(&bytes[at + 1..], dialect) => return Close::At(at),
            Rule::Strict => return Close::Odd,
            Rule::Lenient if ends_cell(&bytes[at + 1..], dialect) => return Close::At(at),
            Rule::Lenient if doubled && !ends_cell(&bytes[at + 2..], dialect) => at += 2,
            Rule::Lenient => at += 1,
        }
    }
}

/// Whether nothing but blanks stands before the next delimiter or the end of the record.
fn ends_cell(bytes: &[u8], dialect: &Dialect) -> bool {
    let blank = |b: &&u8| matches!(**b, b' ' | b'\t' | b'\r') && **b != dialect.delimiter;
    let skipped = match bytes.first() {
        Some(first) if blank(&first) && *first != dialect.record_break => {
            bytes.iter().take_while(blank).count()
        }
        _ => 0,
    };
    match bytes.get(skipped) {
        None => true,
        Some(byte) if *byte == dialect.record_break || *byte == b'\n' => true,
        Some(byte) => {
            *byte == dialect.delimiter && bytes[skipped + 1..].starts_with(&dialect.delimiter_tail)
        }
    }
}

/// The record before the break at `at`.
fn whole(bytes: &[u8], at: usize, lines: u64) -> End {
    let mut record = at;
    while at < bytes.len() && record > 0 && bytes[record - 1] == b'\r' {
        record -= 1;
    }
    End {
        record,
        next: (at + 1).min(bytes.len()),
        lines,
    }
}

/// Splits a record into its fields, unquoted and as valid text.
pub(crate) fn split<'a>(bytes: &'a [u8], dialect: &Dialect) -> Vec<Cow<'a, str>> {
    let (strict, odd) = cells(bytes, dialect, Rule::Strict);
    if !odd || dialect.columns.is_empty() {
        return strict;
    }
    let (lenient, _) = cells(bytes, dialect, Rule::Lenient);
    match lenient.len() == dialect.columns.len() {
        true => lenient,
        false => strict,
    }
}

/// The cells to the letter, each with whether it was quoted.
pub(crate) fn pieces(bytes: &[u8], dialect: &Dialect) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    let mut rest = Some(bytes);
    while let Some(bytes) = rest
        && found.len() <= COLUMNS_MAX
    {
        let mut odd = false;
        let (field, after) = one_field(bytes, dialect, Rule::Strict, &mut odd);
        let opened = dialect.quote.is_some() && bytes.get(blanks(bytes)) == dialect.quote.as_ref();
        found.push((field.into_owned(), opened && !odd));
        rest = after;
    }
    found
}

fn cells<'a>(bytes: &'a [u8], dialect: &Dialect, rule: Rule) -> (Vec<Cow<'a, str>>, bool) {
    let mut fields = Vec::with_capacity(dialect.columns.len().max(8));
    let mut odd = false;
    let mut rest = bytes;
    loop {
        let (field, after) = one_field(rest, dialect, rule, &mut odd);
        fields.push(field);
        match after {
            Some(after) if fields.len() <= COLUMNS_MAX => rest = after,
            _ => return (fields, odd),
        }
    }
}

/// The first field and what follows its delimiter, if one does.
fn one_field<'a>(
    bytes: &'a [u8],
    dialect: &Dialect,
    rule: Rule,
    odd: &mut bool,
) -> (Cow<'a, str>, Option<&'a [u8]>) {
    if let Some(quote) = dialect.quote {
        let blank = blanks(bytes);
        if bytes.get(blank) == Some(&quote) {
            let inner = &bytes[blank + 1..];
            match close(inner, quote, dialect, rule) {
                Close::At(closing) => {
                    let field = unquoted(&inner[..closing], quote, dialect.escape);
                    return (field, behind_delimiter(&inner[closing + 1..], dialect).1);
                }
                Close::Odd | Close::Never => *odd = true,
            }
        }
    }
    let (end, after) = behind_delimiter(bytes, dialect);
    let field = &bytes[..end];
    let field = if dialect.trim {
        &field[blanks(field)..]
    } else {
        field
    };
    (text(field), after)
}

/// Where the next delimiter stands (or the end), and what follows it.
fn behind_delimiter<'a>(bytes: &'a [u8], dialect: &Dialect) -> (usize, Option<&'a [u8]>) {
    let tail = &dialect.delimiter_tail;
    let mut from = 0;
    while let Some(at) = memchr(dialect.delimiter, &bytes[from..]) {
        let at = from + at;
        if tail.is_empty() || bytes[at + 1..].starts_with(tail) {
            return (at, Some(&bytes[at + 1 + tail.len()..]));
        }
        from = at + 1;
    }
    (bytes.len(), None)
}

/// Takes the meaning away that doubling and escaping gave.
fn unquoted(bytes: &[u8], quote: u8, escape: Option<u8>) -> Cow<'_, str> {
    let escape = escape.unwrap_or(quote);
    if memchr2(quote, escape, bytes).is_none() {
        return text(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let next = bytes.get(at + 1);
        let is_pair = (bytes[at] == quote && next == Some(&quote))
            || (bytes[at] == escape && escape != quote && next.is_some());
        at += usize::from(is_pair);
        plain.push(bytes[at]);
        at += 1;
    }
    Cow::Owned(String::from_utf8_lossy(&plain).into_owned())
}

fn text(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}
