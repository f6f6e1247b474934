//! Numbers as people of several countries write them.

/// The first number in a text, whatever stands around it. `1.234,56`, `1,234.56`, `1 234` and
/// `12’500` are told apart by themselves; a lone mark with three digits behind it groups thousands.
/// `comma_decimal` says what another lone mark means.
pub fn read_number(text: &str, comma_decimal: bool) -> Option<f64> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let negative = text[..start].trim_end().ends_with('-');
    let mut digits = String::new();
    let mut rest = text[start..].chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '0'..='9' | '.' | ',' => digits.push(c),
            '\'' | '’' | ' ' | '\u{a0}' | '\u{202f}' if groups_on(&rest) => {}
            _ => break,
        }
    }
    let plain = plain_number(digits.trim_end_matches(['.', ',']), comma_decimal);
    let value: f64 = plain.parse().ok()?;
    Some(if negative { -value } else { value })
}

/// Whether three digits follow, as behind a blank that groups thousands.
fn groups_on(rest: &std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let next: Vec<char> = rest.clone().take(4).collect();
    next.len() >= 3
        && next[..3].iter().all(char::is_ascii_digit)
        && next.get(3).is_none_or(|c| !c.is_ascii_digit())
}

/// `1.234,56`, `1,234.56`, `1.234` and `1,5` as the machine reads them.
fn plain_number(digits: &str, comma_decimal: bool) -> String {
    let (points, commas) = (digits.matches('.').count(), digits.matches(',').count());
    let decimal = match (points, commas) {
        (0, 0) => return digits.to_owned(),
        (p, c) if p > 0 && c > 0 => {
            if digits.rfind('.') > digits.rfind(',') {
                '.'
            } else {
                ','
            }
        }
        (p, 0) if p > 1 => '\0',
        (0, c) if c > 1 => '\0',
        (1, 0) => one_mark(digits, '.', !comma_decimal),
        _ => one_mark(digits, ',', comma_decimal),
    };
    digits
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == decimal)
        .map(|c| if c == ',' { '.' } else { c })
        .collect()
}

/// A single mark with three digits behind it groups thousands, unless the column writes decimals so.
fn one_mark(digits: &str, mark: char, decimal_here: bool) -> char {
    let behind = digits.rsplit(mark).next().map_or(0, str::len);
    let before = digits.find(mark).unwrap_or(0);
    if behind == 3
        && (1..=3).contains(&before)
        && !(decimal_here && mark == '.' && digits.starts_with("0."))
    {
        '\0'
    } else {
        mark
    }
}
