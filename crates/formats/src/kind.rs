//! What a cell looks like: the evidence that a table was cut at the right places.

/// The looks of a cell, from its letters alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Empty,
    Number,
    /// A date, a time or both.
    Moment,
    /// Of the web, or of mail.
    Address,
    /// One piece of letters, digits and marks: a reference, a file name, an enumeration.
    Code,
    Text,
    /// Half a quote, or what looks like several cells.
    Odd,
}

pub(crate) fn kind(cell: &str) -> Kind {
    let cell = cell.trim();
    if matches!(cell, "" | "''") {
        return Kind::Empty;
    }
    if is_number(cell) {
        return Kind::Number;
    }
    if is_moment(cell) {
        return Kind::Moment;
    }
    if is_odd(cell) {
        return Kind::Odd;
    }
    let spaced = cell.contains(char::is_whitespace);
    if !spaced && (cell.contains("://") || cell.starts_with("www.") || is_mail(cell)) {
        return Kind::Address;
    }
    let marks = |c: char| c.is_alphanumeric() || "_-./:#+".contains(c);
    match !spaced && cell.chars().all(marks) {
        true => Kind::Code,
        false => Kind::Text,
    }
}

/// Digits with the marks of amounts: thousands, decimals, a sign, a currency, a per cent, an exponent.
pub(crate) fn is_number(cell: &str) -> bool {
    let cell = cell.trim();
    if cell.len() > 40 {
        return false;
    }
    if matches!(cell, "NaN" | "nan" | "NA" | "N/A" | "inf" | "-inf") {
        return true;
    }
    let cell = cell
        .strip_prefix('(')
        .and_then(|c| c.strip_suffix(')'))
        .unwrap_or(cell);
    let bare = cell.trim_matches(|c: char| "€$£¥% \u{a0}\u{202f}".contains(c));
    let bare = bare
        .trim_start_matches(['-', '+', '€', '$', '£', '\u{2212}'])
        .trim();
    let (mantissa, exponent) = bare.split_once(['e', 'E']).unwrap_or((bare, "0"));
    let exponent = exponent.trim_start_matches(['-', '+']);
    if exponent.is_empty() || exponent.len() > 3 || !exponent.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
    digits > 0
        && mantissa
            .chars()
            .all(|c| c.is_ascii_digit() || " .,'\u{a0}\u{202f}’".contains(c))
        && !mantissa.contains(", ")
        && mantissa.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && is_grouped(mantissa)
}

/// At most one decimal mark, and what stands between thousands has three digits.
fn is_grouped(mantissa: &str) -> bool {
    let parts: Vec<&str> = mantissa.split(|c: char| !c.is_ascii_digit()).collect();
    let inner = parts
        .get(1..parts.len().saturating_sub(1))
        .unwrap_or_default();
    inner.iter().all(|part| part.len() == 3)
}

pub(crate) fn is_moment(cell: &str) -> bool {
    let cell = cell.trim();
    if cell.len() > 40 || !cell.bytes().any(|b| b.is_ascii_digit()) || cell.contains(", ") {
        return false;
    }
    let pieces = cell.split([' ', 'T']);
    let mut some = false;
    for piece in pieces.filter(|p| !p.is_empty()) {
        let good = is_date(piece) || is_time(piece) || is_beside_time(piece);
        some |= is_date(piece) || is_time(piece);
        if !good {
            return false;
        }
    }
    some
}

fn is_beside_time(piece: &str) -> bool {
    ["AM", "PM", "am", "pm", "UTC", "GMT", "Z", "CET", "CEST"].contains(&piece)
}

/// 2024-03-01, 1/3/24, 01.03.2024, 20-Mar-2024.
fn is_date(piece: &str) -> bool {
    ['-', '/', '.'].iter().any(|mark| {
        let parts: Vec<&str> = piece.split(*mark).collect();
        let digits =
            |p: &&str| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit());
        let month = |p: &str| (3..=9).contains(&p.len()) && p.chars().all(char::is_alphabetic);
        parts.len() == 3
            && digits(&parts[0])
            && digits(&parts[2])
            && (digits(&parts[1]) || month(parts[1]))
    })
}

/// 09:30, 9:30:15.250, 09:30Z, 09:30:00+02:00.
fn is_time(piece: &str) -> bool {
    let piece = piece.trim_end_matches(['Z', 'z']);
    let piece = piece.trim_end_matches("AM").trim_end_matches("PM");
    let piece = piece.split(['+']).next().unwrap_or(piece);
    let parts: Vec<&str> = piece.split(':').collect();
    (2..=3).contains(&parts.len())
        && parts.iter().all(|p| {
            !p.is_empty() && p.len() <= 12 && p.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        })
        && parts[0].len() <= 3
}

fn is_mail(cell: &str) -> bool {
    cell.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.contains('@') && !host.contains(',')
    })
}

/// Half a quote, or marks that stand between cells and are not followed by a blank.
fn is_odd(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let quotes = memchr::memchr_iter(b'"', bytes).count();
    let ends = |byte: u8| matches!(byte, b'"' | b'\'');
    let edge = bytes.first().copied().is_some_and(ends) != bytes.last().copied().is_some_and(ends);
    let packed = bytes.windows(2).enumerate().filter(|(at, w)| {
        let decimal = || *at > 0 && bytes[at - 1].is_ascii_digit() && w[1].is_ascii_digit();
        match w[0] {
            b';' | b'\t' | b'|' => !w[1].is_ascii_whitespace(),
            b',' => !w[1].is_ascii_whitespace() && !decimal(),
            _ => false,
        }
    });
    quotes % 2 == 1
        || (edge && quotes > 0)
        || (bytes.len() > 1 && bytes.first() == bytes.last() && ends(bytes[0]))
        || packed.count() > 0
        || !is_balanced(bytes)
        || cell.contains('\t')
        || cell.starts_with([',', ';', '|'])
}

/// A bracket that opens in one cell does not close in the next.
fn is_balanced(bytes: &[u8]) -> bool {
    let count = |mark: u8| memchr::memchr_iter(mark, bytes).count();
    count(b'(') == count(b')') && count(b'[') == count(b']') && count(b'{') == count(b'}')
}
