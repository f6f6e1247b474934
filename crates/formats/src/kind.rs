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
    let cell = trimmed(cell);
    if matches!(cell, "" | "''") {
        return Kind::Empty;
    }
    if number(cell) {
        return Kind::Number;
    }
    if moment(cell) {
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

/// `str::trim`, done at once for the many cells that begin and end with a visible ASCII letter.
pub(crate) fn trimmed(cell: &str) -> &str {
    match cell.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => cell,
        _ => cell.trim(),
    }
}

/// Digits with the marks of amounts: thousands, decimals, a sign, a currency, a per cent, an exponent.
pub(crate) fn is_number(cell: &str) -> bool {
    number(trimmed(cell))
}

/// Whether a number or a moment.
pub(crate) fn is_value(cell: &str) -> bool {
    let cell = trimmed(cell);
    number(cell) || moment(cell)
}

fn number(cell: &str) -> bool {
    if cell.len() > 40 {
        return false;
    }
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        return matches!(cell, "NaN" | "nan" | "NA" | "N/A" | "inf" | "-inf");
    }
    digits == cell.len() || is_amount(cell)
}

fn is_amount(cell: &str) -> bool {
    let cell = cell
        .strip_prefix('(')
        .and_then(|c| c.strip_suffix(')'))
        .unwrap_or(cell);
    let bare = cell.trim_matches(|c: char| "€$£¥% \u{a0}\u{202f}".contains(c));
    let bare = bare
        .trim_start_matches(['-', '+', '€', '$', '£', '\u{2212}'])
        .trim();
    if !bare.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return false;
    }
    let (mantissa, exponent) = bare.split_once(['e', 'E']).unwrap_or((bare, "0"));
    let exponent = exponent.trim_start_matches(['-', '+']);
    if exponent.is_empty() || exponent.len() > 3 || !exponent.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    mantissa.bytes().any(|b| b.is_ascii_digit())
        && mantissa
            .chars()
            .all(|c| c.is_ascii_digit() || " .,'\u{a0}\u{202f}’".contains(c))
        && !mantissa.contains(", ")
        && is_grouped(mantissa)
}

/// At most one decimal mark, and what stands between thousands has three digits.
fn is_grouped(mantissa: &str) -> bool {
    let mut parts = mantissa.split(|c: char| !c.is_ascii_digit());
    parts.next();
    parts.next_back();
    parts.all(|part| part.len() == 3)
}

pub(crate) fn is_moment(cell: &str) -> bool {
    moment(trimmed(cell))
}

fn moment(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    if bytes.len() > 40
        || !bytes.iter().any(u8::is_ascii_digit)
        || !bytes.iter().any(|b| matches!(b, b'-' | b'/' | b'.' | b':'))
        || cell.contains(", ")
    {
        return false;
    }
    let mut some = false;
    for piece in cell.split([' ', 'T']).filter(|p| !p.is_empty()) {
        if is_date(piece) || is_time(piece) {
            some = true;
        } else if !is_beside_time(piece) {
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
    if !piece.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let digits = |p: &str| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit());
    let month = |p: &str| (3..=9).contains(&p.len()) && p.chars().all(char::is_alphabetic);
    ['-', '/', '.'].iter().any(|mark| {
        let mut parts = piece.split(*mark);
        let mut next = || parts.next();
        let (Some(first), Some(second), Some(third), None) = (next(), next(), next(), next())
        else {
            return false;
        };
        digits(first) && digits(third) && (digits(second) || month(second))
    })
}

/// 09:30, 9:30:15.250, 09:30Z, 09:30:00+02:00.
fn is_time(piece: &str) -> bool {
    if !piece.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return false;
    }
    let piece = piece.trim_end_matches(['Z', 'z']);
    let piece = piece.trim_end_matches("AM").trim_end_matches("PM");
    let piece = piece.split('+').next().unwrap_or(piece);
    let counted = |p: &str| {
        !p.is_empty() && p.len() <= 12 && p.bytes().all(|b| b.is_ascii_digit() || b == b'.')
    };
    let hours = piece.find(':').unwrap_or(piece.len());
    hours <= 3 && (2..=3).contains(&piece.split(':').count()) && piece.split(':').all(counted)
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
