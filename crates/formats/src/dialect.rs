//! Finds out how a table is written: delimiter, quotes, header, and what stands above it.
//!
//! Every candidate splits the first records; the one whose rows agree in length and whose cells
//! look like something wins (the idea of van den Burg et al., 2019, cut down to what feeds need).

use std::collections::HashMap;

use serde::Serialize;

use crate::csv::split;
use crate::{COLUMNS_MAX, Refusal};

/// How a delimited file is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dialect {
    #[serde(serialize_with = "letter")]
    pub delimiter: u8,
    #[serde(serialize_with = "opt_letter")]
    pub quote: Option<u8>,
    /// The letter that takes a quote's meaning away; the quote itself when quotes are doubled.
    #[serde(serialize_with = "opt_letter")]
    pub escape: Option<u8>,
    pub has_header: bool,
    /// Records above the first row of values: a preamble, and the header.
    pub skip_records: usize,
    #[serde(skip)]
    pub columns: Vec<String>,
    /// Rows of it leave out cells at their end.
    #[serde(skip)]
    pub ragged: bool,
}

const DELIMITERS: [u8; 9] = [b',', b';', b'\t', b'|', b'^', b'~', b':', b'*', b' '];
const ROWS: usize = 120;
const PREAMBLE_MAX: usize = 20;

pub(crate) fn sniff(sample: &str, whole: bool) -> Result<Dialect, Refusal> {
    let sample = if whole {
        sample
    } else {
        &sample[..sample.rfind('\n').unwrap_or(sample.len())]
    };
    let mut best: Option<(f64, Dialect)> = None;
    for delimiter in DELIMITERS {
        for quote in [Some(b'"'), Some(b'\''), None] {
            let seen = quote.is_none_or(|q| match q {
                b'\'' => encloses(sample.as_bytes(), q, delimiter),
                q => sample.as_bytes().contains(&q),
            });
            if !sample.as_bytes().contains(&delimiter) || !seen {
                continue;
            }
            let dialect = bare(delimiter, quote, escape_of(sample, quote));
            let score = score(sample, &dialect);
            if best.as_ref().is_none_or(|(top, _)| score > *top) {
                best = Some((score, dialect));
            }
        }
    }
    let mut dialect = match best {
        Some((score, dialect)) if score > 0.0 => dialect,
        // One column: a list.
        _ => bare(b',', Some(b'"'), Some(b'"')),
    };
    name_columns(&mut dialect, sample);
    if dialect.columns.len() > COLUMNS_MAX {
        let said = format!(
            "{} columns; {COLUMNS_MAX} are the limit",
            dialect.columns.len()
        );
        return Err(Refusal::file("too_many_columns", said));
    }
    Ok(dialect)
}

/// Whether an apostrophe stands about as often behind a cell as before one: `'s Gravenwezel` opens
/// no quotes.
fn encloses(sample: &[u8], quote: u8, delimiter: u8) -> bool {
    let edge = |byte: Option<&u8>| byte.is_none_or(|b| [delimiter, b'\n', b'\r'].contains(b));
    let (mut opens, mut closes) = (0usize, 0usize);
    for at in memchr::memchr_iter(quote, sample) {
        opens += usize::from(edge(
            at.checked_sub(1).and_then(|before| sample.get(before)),
        ));
        closes += usize::from(edge(sample.get(at + 1)));
    }
    opens > 0 && closes * 10 >= opens * 8 && opens * 10 >= closes * 8
}

fn bare(delimiter: u8, quote: Option<u8>, escape: Option<u8>) -> Dialect {
    Dialect {
        delimiter,
        quote,
        escape,
        has_header: false,
        skip_records: 0,
        columns: Vec::new(),
        ragged: false,
    }
}

fn escape_of(sample: &str, quote: Option<u8>) -> Option<u8> {
    let quote = quote?;
    let pair = |first: u8| {
        sample
            .as_bytes()
            .windows(2)
            .filter(|w| w[0] == first && w[1] == quote)
            .count()
    };
    Some(if pair(b'\\') > pair(quote) {
        b'\\'
    } else {
        quote
    })
}

/// The records of the sample, cut at line breaks outside quotes.
fn rows<'a>(sample: &'a str, dialect: &Dialect) -> Vec<Vec<std::borrow::Cow<'a, str>>> {
    let mut rows = Vec::new();
    let (mut start, mut inside) = (0, false);
    let bytes = sample.as_bytes();
    let mut fresh = true;
    for (at, byte) in bytes.iter().enumerate() {
        if Some(*byte) == dialect.quote && (inside || fresh) {
            inside = !inside;
        }
        fresh = *byte == dialect.delimiter || *byte == b'\n' || (fresh && *byte == b' ')
            // A doubled quote closes and opens again.
            || (Some(*byte) == dialect.quote && !inside);
        if *byte == b'\n' && !inside {
            push_row(&mut rows, &bytes[start..at], dialect);
            start = at + 1;
        }
        if rows.len() >= ROWS {
            return rows;
        }
    }
    push_row(&mut rows, &bytes[start..], dialect);
    rows
}

fn push_row<'a>(
    rows: &mut Vec<Vec<std::borrow::Cow<'a, str>>>,
    bytes: &'a [u8],
    dialect: &Dialect,
) {
    if !bytes.iter().all(u8::is_ascii_whitespace) {
        rows.push(split(bytes, dialect));
    }
}

fn score(sample: &str, dialect: &Dialect) -> f64 {
    let rows = rows(sample, dialect);
    let Some((width, alike)) = usual_width(&rows) else {
        return 0.0;
    };
    if width < 2 {
        return 0.0;
    }
    let cells = rows.iter().filter(|r| r.len() == width).flatten();
    let (mut all, mut typed) = (0usize, 0usize);
    for cell in cells {
        all += 1;
        typed += usize::from(looks_like_something(cell));
    }
    let consistency = alike as f64 / rows.len() as f64;
    let width = (width as f64 - 1.0) / width as f64;
    // A blank or a colon separates words and times more often than columns.
    let doubt = match dialect.delimiter {
        b' ' => 0.5,
        b':' | b'*' => 0.75,
        _ => 1.0,
    };
    consistency * width * (0.2 + 0.8 * typed as f64 / all.max(1) as f64) * doubt
}

fn usual_width(rows: &[Vec<std::borrow::Cow<'_, str>>]) -> Option<(usize, usize)> {
    let mut widths: HashMap<usize, usize> = HashMap::new();
    for row in rows {
        *widths.entry(row.len()).or_default() += 1;
    }
    widths
        .into_iter()
        .max_by_key(|(width, count)| (*count, *width))
}

/// Empty, a number, a date, an address, or a short text without other delimiters and odd quotes.
fn looks_like_something(cell: &str) -> bool {
    let cell = cell.trim();
    if cell.is_empty() || looks_like_number(cell) || cell.starts_with("http") {
        return true;
    }
    let quotes = cell.bytes().filter(|b| *b == b'"').count();
    let odd = cell.contains([';', '\t', '|']) || quotes % 2 == 1;
    let ends_oddly = cell.starts_with(['"', '\'']) || cell.ends_with(['"', '\'', ',']);
    !odd && !ends_oddly
        && cell
            .chars()
            .next()
            .is_some_and(|c| c.is_alphanumeric() || "€$£(#+-".contains(c))
}

fn looks_like_number(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    digits > 0
        && cell
            .chars()
            .all(|c| c.is_ascii_digit() || " .,-+%€$£/:\u{a0}'".contains(c))
}

/// Finds the header below a preamble: the first row of the usual width.
fn name_columns(dialect: &mut Dialect, sample: &str) {
    let rows = rows(sample, dialect);
    let Some((width, _)) = usual_width(&rows) else {
        return;
    };
    let body = rows
        .iter()
        .take(PREAMBLE_MAX)
        .position(|r| r.len() == width)
        .unwrap_or(0);
    let Some(first) = rows.get(body) else { return };
    let whole = rows.len().saturating_sub(1);
    dialect.ragged = rows[body..whole.max(body)]
        .iter()
        .any(|row| (2..width).contains(&row.len()));
    dialect.has_header = is_header(first, &rows[body + 1..], width);
    if !dialect.has_header
        && let Some(above) = body.checked_sub(1).map(|at| &rows[at])
        && above.len() > width
        && is_header(above, &rows[body..], width)
    {
        // A header with a column more than its rows fill.
        (dialect.has_header, dialect.skip_records) = (true, body);
        dialect.columns = above.iter().enumerate().map(|(i, c)| named(c, i)).collect();
        tell_apart(&mut dialect.columns);
        return;
    }
    dialect.skip_records = body + usize::from(dialect.has_header);
    dialect.columns = (0..width).map(|i| format!("column {}", i + 1)).collect();
    if dialect.has_header {
        for (column, name) in dialect.columns.iter_mut().zip(first) {
            if !name.trim().is_empty() {
                *column = name.trim().trim_start_matches('\u{feff}').to_owned();
            }
        }
        tell_apart(&mut dialect.columns);
    }
}

/// A second column of one name is called `name 2`.
fn tell_apart(columns: &mut [String]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for column in columns {
        let times = seen.entry(column.clone()).or_default();
        *times += 1;
        if *times > 1 {
            *column = format!("{column} {times}");
        }
    }
}

fn named(cell: &str, at: usize) -> String {
    match cell.trim().trim_start_matches('\u{feff}') {
        "" => format!("column {}", at + 1),
        name => name.to_owned(),
    }
}

/// Names are words, most of them different, and below them stand other things.
fn is_header(
    first: &[std::borrow::Cow<'_, str>],
    below: &[Vec<std::borrow::Cow<'_, str>>],
    width: usize,
) -> bool {
    let filled: Vec<&str> = first
        .iter()
        .map(|c| c.trim())
        .filter(|c| !c.is_empty())
        .collect();
    if filled.is_empty() || filled.iter().any(|c| looks_like_number(c) || c.len() > 120) {
        return false;
    }
    let distinct: std::collections::HashSet<_> = filled.iter().collect();
    if distinct.len() * 10 < filled.len() * 6 {
        return false;
    }
    let below: Vec<_> = below.iter().filter(|r| r.len() == width).collect();
    if below.is_empty() {
        return true;
    }
    let numeric =
        |row: &[std::borrow::Cow<'_, str>]| row.iter().any(|c| looks_like_number(c.trim()));
    let repeated = below
        .iter()
        .filter(|r| r.iter().zip(first).any(|(a, b)| !b.is_empty() && a == b));
    below.iter().any(|r| numeric(r)) || repeated.count() * 10 < below.len()
}

fn letter<S: serde::Serializer>(byte: &u8, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_char(char::from(*byte))
}

fn opt_letter<S: serde::Serializer>(byte: &Option<u8>, s: S) -> Result<S::Ok, S::Error> {
    match byte {
        Some(byte) => s.serialize_char(char::from(*byte)),
        None => s.serialize_none(),
    }
}
