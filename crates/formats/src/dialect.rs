//! Finds out how a table is written: its delimiter, its quotes, and where its records end.
//!
//! Every candidate splits the first records; the one whose rows agree in length and whose columns
//! hold one kind of thing each wins (the ideas of van den Burg et al., 2019, and García, 2024).

use serde::{Serialize, Serializer};

use crate::mend::Shape;
use crate::tables::{self, TextTable};
use crate::weigh::{rows, weigh};
use crate::{COLUMNS_MAX, Refusal};

/// How a delimited file is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dialect {
    #[serde(serialize_with = "letter")]
    pub delimiter: u8,
    /// What follows the delimiter's first byte, where it has several (`||`).
    #[serde(skip)]
    pub delimiter_tail: Vec<u8>,
    #[serde(serialize_with = "opt_letter")]
    pub quote: Option<u8>,
    /// The letter that takes a quote's meaning away; the quote itself when quotes are doubled.
    #[serde(serialize_with = "opt_letter")]
    pub escape: Option<u8>,
    /// The byte that ends a record; a carriage return before a line feed belongs to it.
    #[serde(skip)]
    pub record_break: u8,
    /// What ends most records: `\r\n`, `\n` or `\r`.
    pub record_delimiter: &'static str,
    /// Blanks behind a delimiter belong to it, as in `1, "a", "b"`.
    #[serde(skip)]
    pub trim: bool,
    pub has_header: bool,
    /// How many records the header takes.
    pub header_rows: usize,
    /// Records above the first row of values: a preamble, and the header.
    pub skip_records: usize,
    #[serde(skip)]
    pub columns: Vec<String>,
    /// The names as the header has them: some empty, some twice.
    #[serde(skip)]
    pub names: Vec<String>,
    /// The records of the header.
    #[serde(skip)]
    pub(crate) header: Vec<Vec<String>>,
    /// Rows of it leave out cells at their end.
    #[serde(skip)]
    pub ragged: bool,
    /// The tables that the beginning of the file holds, in their order.
    #[serde(skip)]
    pub tables: Vec<TextTable>,
    /// Which of them is read: the largest.
    #[serde(skip)]
    pub table: usize,
    /// The last line before the next table, where one follows.
    #[serde(skip)]
    pub until: Option<u64>,
    /// What the cells of each column look like.
    #[serde(skip)]
    pub(crate) shapes: Vec<Shape>,
}

const DELIMITERS: [&[u8]; 23] = [
    b",",
    b";",
    b"\t",
    b"|",
    b"^",
    b"~",
    b":",
    b"*",
    b" ",
    b"#",
    b"!",
    b"&",
    b"\x01",
    b"\x1f",
    b"||",
    b"!#",
    b"::",
    b"|;|",
    b"~|~",
    b"^|^",
    "§".as_bytes(),
    "¬".as_bytes(),
    "¦".as_bytes(),
];
const QUOTES: [u8; 3] = [b'"', b'\'', b'`'];
/// How much of the sample each candidate splits.
const WEIGHED_BYTES: usize = 48 << 10;
const WEIGHED_ROWS: usize = 150;

pub(crate) fn sniff(sample: &str, whole: bool) -> Result<Dialect, Refusal> {
    let bytes = sample.as_bytes();
    let breaks = breaks(bytes);
    let uncut = |bytes: &'_ [u8], limit: usize| {
        let end = bytes.len().min(limit);
        match whole && end == bytes.len() {
            true => end,
            false => memchr::memrchr2(b'\n', b'\r', &bytes[..end]).map_or(end, |at| at + 1),
        }
    };
    let start = &bytes[..uncut(bytes, WEIGHED_BYTES)];
    let mut best: Option<(f64, Dialect)> = None;
    for dialect in breaks.iter().flat_map(|at| candidates(start, *at)) {
        let top = best.as_ref().map_or(0.0, |(score, _)| *score);
        let floor = doubt(&dialect, start).max(top);
        let score = weigh(&rows(start, &dialect, WEIGHED_ROWS), &dialect, floor);
        if score > floor {
            best = Some((score, dialect));
        }
    }
    // One column: a list.
    let list = || bare(b",", Some(b'"'), breaks[0]);
    let mut dialect = best.map_or_else(list, |(_, dialect)| dialect);
    settle(&mut dialect, &bytes[..uncut(bytes, bytes.len())]);
    tables::lay_out(&mut dialect, &bytes[..uncut(bytes, bytes.len())]);
    if dialect.columns.len() > COLUMNS_MAX {
        let said = format!(
            "{} columns; {COLUMNS_MAX} are the limit",
            dialect.columns.len()
        );
        return Err(Refusal::file("too_many_columns", said));
    }
    Ok(dialect)
}

/// What a candidate has to weigh to be more than chance.
fn doubt(dialect: &Dialect, sample: &[u8]) -> f64 {
    match dialect.delimiter {
        // That what looks like quotes are none.
        _ if dialect.quote.is_none() && memchr::memchr(b'"', sample).is_some() => 0.08,
        b',' | b';' | b'\t' | b'|' => 0.03,
        _ => 0.08,
    }
}

/// The bytes that may end a record, the likelier first.
fn breaks(bytes: &[u8]) -> Vec<u8> {
    let feeds = memchr::memchr_iter(b'\n', bytes).count();
    let pairs = memchr::memmem::find_iter(bytes, b"\r\n").count();
    let returns = memchr::memchr_iter(b'\r', bytes).count();
    match (feeds - pairs, returns - pairs) {
        (0, 1..) if pairs == 0 => vec![b'\r'],
        (lone, 1..) if pairs == 0 && lone > 0 => vec![b'\n', b'\r'],
        _ => vec![b'\n'],
    }
}

fn candidates(sample: &[u8], record_break: u8) -> Vec<Dialect> {
    let mut found = Vec::new();
    let has = |mark: &[u8]| memchr::memmem::find(sample, mark).is_some();
    let escapes = QUOTES.map(|q| has(&[q]).then(|| escape_of(sample, q)));
    for delimiter in DELIMITERS.into_iter().filter(|d| has(d)) {
        if (delimiter.len() > 1 && !stands_alone(sample, delimiter))
            || (delimiter == b"#" && marks_comments(sample))
        {
            continue;
        }
        let quotes = QUOTES.into_iter().zip(escapes);
        let quotes = quotes.filter_map(|(quote, escape)| Some((Some(quote), escape?)));
        let quotes = quotes.filter(|(quote, _)| {
            quote.is_none_or(|q| q == b'"' || encloses(sample, q, delimiter[0]))
        });
        // Of two that weigh the same the first is taken.
        let (double, others): (Vec<_>, Vec<_>) = quotes.partition(|(q, _)| *q == Some(b'"'));
        for (quote, escape) in double.into_iter().chain([(None, None)]).chain(others) {
            found.push(Dialect {
                escape,
                ..bare(delimiter, quote, record_break)
            });
        }
    }
    found
}

/// Whether a line begins with `#`.
fn marks_comments(sample: &[u8]) -> bool {
    sample.starts_with(b"#") || memchr::memmem::find(sample, b"\n#").is_some()
}

/// Whether the bytes of a long delimiter hardly stand there without each other.
fn stands_alone(sample: &[u8], delimiter: &[u8]) -> bool {
    let whole = memchr::memmem::find_iter(sample, delimiter).count();
    let first = memchr::memchr_iter(delimiter[0], sample).count();
    let within = delimiter.iter().filter(|b| **b == delimiter[0]).count();
    whole * within * 10 >= first * 9
}

/// Whether a mark stands about as often behind a cell as before one: `'s Gravenwezel` opens no
/// quotes.
fn encloses(sample: &[u8], quote: u8, delimiter: u8) -> bool {
    let edge = |byte: Option<&u8>| byte.is_none_or(|b| [delimiter, b'\n', b'\r'].contains(b));
    let byte = |at: Option<usize>| at.and_then(|at| sample.get(at));
    let (mut opens, mut closes) = (0usize, 0usize);
    for at in memchr::memchr_iter(quote, sample) {
        let spaced =
            byte(at.checked_sub(1)) == Some(&b' ') && byte(at.checked_sub(2)) == Some(&delimiter);
        opens += usize::from(spaced || edge(byte(at.checked_sub(1))));
        closes += usize::from(edge(sample.get(at + 1)));
    }
    opens > 0 && closes * 10 >= opens * 8 && opens * 10 >= closes * 8
}

fn bare(delimiter: &[u8], quote: Option<u8>, record_break: u8) -> Dialect {
    Dialect {
        delimiter: delimiter[0],
        delimiter_tail: delimiter[1..].to_vec(),
        quote,
        escape: None,
        record_break,
        record_delimiter: "\n",
        trim: false,
        has_header: false,
        header_rows: 0,
        skip_records: 0,
        columns: Vec::new(),
        names: Vec::new(),
        header: Vec::new(),
        ragged: false,
        tables: Vec::new(),
        table: 0,
        until: None,
        shapes: Vec::new(),
    }
}

/// What stands before quotes inside quotes: a backslash, a quote, or nothing.
fn escape_of(sample: &[u8], quote: u8) -> Option<u8> {
    let count = |pair: &[u8]| memchr::memmem::find_iter(sample, pair).count();
    let slashed = count(&[b'\\', quote]);
    // Two quotes alone are an empty cell.
    let doubled = sample.windows(3).filter(|w| {
        w[1] == quote && ((w[0] == quote && !ends(w[2])) || (w[2] == quote && !ends(w[0])))
    });
    let doubled = doubled.filter(|w| w[0] != w[2] || w[0] == quote).count();
    let others = if quote == b'"' { 0 } else { count(b"\"\"") };
    match (slashed, doubled, others) {
        (0, 0, 0) => None,
        (slashed, doubled, others) if slashed > doubled.max(others) => Some(b'\\'),
        (_, doubled, others) if others > doubled => Some(b'"'),
        _ => Some(quote),
    }
}

const fn ends(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b'\t' | b'|' | b'\n' | b'\r' | b' ')
}

/// What needs no weighing once the delimiter is known.
fn settle(dialect: &mut Dialect, sample: &[u8]) {
    let feeds = memchr::memchr_iter(b'\n', sample).count();
    let pairs = memchr::memmem::find_iter(sample, b"\r\n").count();
    dialect.record_delimiter = match dialect.record_break {
        b'\r' => "\r",
        _ if pairs * 2 > feeds => "\r\n",
        _ => "\n",
    };
    if dialect.quote.is_none() && memchr::memchr(b'"', sample).is_none() {
        // Quotes may come later than the sample goes.
        dialect.quote = Some(b'"');
    }
    let Some(quote) = dialect.quote else { return };
    // `1, "a", "b"`: who quotes behind a blank puts the blank to the delimiter.
    let spaced = [dialect.delimiter, b' ', quote];
    let tight = [dialect.delimiter, quote];
    let count = |mark: &[u8]| memchr::memmem::find_iter(sample, mark).count();
    dialect.trim = dialect.delimiter != b' ' && count(&spaced) > 10 * count(&tight);
}

impl Dialect {
    /// Whether a record holds nothing.
    pub(crate) fn is_blank(&self, record: &[u8]) -> bool {
        record.is_empty()
            || (!self.delimiter.is_ascii_whitespace() && record.iter().all(u8::is_ascii_whitespace))
    }

    /// Whether a row is the table's header, or a part of it, once more.
    pub fn is_header<T: AsRef<str>>(&self, cells: &[T]) -> bool {
        let same = |row: &Vec<String>| {
            row.len() == cells.len() && row.iter().zip(cells).all(|(a, b)| a == b.as_ref().trim())
        };
        self.header.iter().any(same) && cells.iter().any(|c| !c.as_ref().trim().is_empty())
    }

    /// Whether a row is a remark of the program that wrote the file.
    pub fn is_comment(&self, record: &[u8]) -> bool {
        let named = self.names.first().is_some_and(|n| n.starts_with('#'));
        record.starts_with(b"#") && self.delimiter != b'#' && !named
    }

    /// The whole delimiter as text.
    pub fn delimiter_text(&self) -> String {
        let mut bytes = vec![self.delimiter];
        bytes.extend(&self.delimiter_tail);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn letter<S: Serializer>(byte: &u8, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_char(char::from(*byte))
}

fn opt_letter<S: Serializer>(byte: &Option<u8>, s: S) -> Result<S::Ok, S::Error> {
    match byte {
        Some(byte) => s.serialize_char(char::from(*byte)),
        None => s.serialize_none(),
    }
}
