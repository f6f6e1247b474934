//! Days, months and years as files of several countries write them.

use dictionary::{Date, fold};

/// What a text says about when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// A day, or a month of which the day is not said.
    Date(Date),
    Year(i16),
    /// Zeros, or a word for nothing.
    Never,
}

/// The first letters of the months in French, Dutch, English, German, Spanish, Italian and Czech.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen", "led"],
    &["fev", "feb", "unor"],
    &["mar", "mrt", "maa", "mae", "brez"],
    &["avr", "apr", "abr", "dub"],
    &["mai", "mei", "may", "mag", "kvet"],
    &["juin", "jun", "giu", "cerven"],
    &["juil", "jul", "lug", "cervenec"],
    &["aou", "aug", "ago", "srp"],
    &["sep", "set", "zar"],
    &["oct", "okt", "ott", "rij"],
    &["nov", "lis"],
    &["dec", "dez", "dic", "pros"],
];

/// Two digits of a year up to here are of this century.
const SHORT_YEAR_MAX: i16 = 49;

/// Reads 2019-04-01, 01/04/2019, 1.4.19, 04/2019, 2019-04, 201904, 20190401, 01042019,
/// `avr. 2019`, `1 avril 2019`, `Apr 1, 2019`, 2019, 43556 (days of a spreadsheet), with or without
/// a time behind. None for what is no date.
pub(crate) fn when(text: &str, month_first: bool) -> Option<When> {
    let text = text.trim();
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    if text
        .bytes()
        .all(|b| matches!(b, b'0' | b'/' | b'-' | b'.' | b' ' | b':'))
    {
        return Some(When::Never);
    }
    if text.bytes().any(|b| b.is_ascii_alphabetic()) && !is_stamp(text) {
        return in_words(text);
    }
    let head = text.split([' ', 'T']).next()?;
    // 2009-01-24-12:30:00, as Australian feeds write it.
    let head = match head
        .split_once(':')
        .and_then(|(day, _)| day.rsplit_once('-'))
    {
        Some((day, _)) if day.len() == 10 => day,
        _ => head,
    };
    let parts: Vec<&str> = head
        .split(['-', '/', '.'])
        .filter(|p| !p.is_empty())
        .collect();
    let int = |i: usize| parts.get(i).and_then(|p| p.parse::<i16>().ok());
    let month = |n: i16| u8::try_from(n).ok();
    match parts.len() {
        3 if parts[0].len() == 4 && int(2)? == 0 => {
            Date::of_month(int(0)?, month(int(1)?)?).map(When::Date)
        }
        3 if parts[0].len() == 4 => {
            Date::new(int(0)?, month(int(1)?)?, month(int(2)?)?).map(When::Date)
        }
        3 => {
            let year = long_year(parts[2])?;
            let (a, b) = (month(int(0)?)?, month(int(1)?)?);
            let (first, second) = if month_first {
                ((a, b), (b, a))
            } else {
                ((b, a), (a, b))
            };
            if first.1 == 0 {
                return Date::of_month(year, first.0).map(When::Date);
            }
            Date::new(year, first.0, first.1)
                .or_else(|| Date::new(year, second.0, second.1))
                .map(When::Date)
        }
        2 if parts[1].len() == 4 => Date::of_month(int(1)?, month(int(0)?)?).map(When::Date),
        2 if parts[0].len() == 4 => Date::of_month(int(0)?, month(int(1)?)?).map(When::Date),
        // 04.19 is a month; 0.95 is not.
        2 if parts[0].len() <= 2 && parts[1].len() == 2 => {
            Date::of_month(long_year(parts[1])?, month(int(0)?)?).map(When::Date)
        }
        1 => in_digits(head),
        _ => None,
    }
}

/// `2019-04-01T17:47:46Z`.
fn is_stamp(text: &str) -> bool {
    text.len() >= 16 && text.as_bytes()[4] == b'-' && text.as_bytes()[10] == b'T' && text.is_ascii()
}

fn long_year(text: &str) -> Option<i16> {
    let year: i16 = text.parse().ok()?;
    match (text.len(), year) {
        (2, 0..=SHORT_YEAR_MAX) => Some(2000 + year),
        (2, _) => Some(1900 + year),
        (4, _) => Some(year),
        _ => None,
    }
}

fn in_digits(text: &str) -> Option<When> {
    let at = |r: std::ops::Range<usize>| text.get(r).and_then(|p| p.parse::<i16>().ok());
    let year_like = |year: i16| (1886..=2100).contains(&year);
    match text.len() {
        8 => {
            let (year, month, day) = (at(0..4)?, at(4..6)? as u8, at(6..8)? as u8);
            if let Some(date) = Date::new(year, month, day).filter(|_| year_like(year)) {
                return Some(When::Date(date));
            }
            if year_like(year) && day == 0 {
                return Date::of_month(year, month).map(When::Date);
            }
            let (day, month, year) = (at(0..2)? as u8, at(2..4)? as u8, at(4..8)?);
            Date::new(year, month, day)
                .filter(|_| year_like(year))
                .map(When::Date)
        }
        6 if year_like(at(0..4)?) => Date::of_month(at(0..4)?, at(4..6)? as u8).map(When::Date),
        4 if year_like(at(0..4)?) => Some(When::Year(at(0..4)?)),
        5 => spreadsheet_day(text.parse().ok()?).map(When::Date),
        _ => None,
    }
}

/// Days since 30 December 1899, as spreadsheets count them; between 1927 and 2119.
fn spreadsheet_day(days: i64) -> Option<Date> {
    if !(10_000..80_000).contains(&days) {
        return None;
    }
    // The civil calendar from a count of days: years from March, so that leap days come last.
    let z = days - 25_569 + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Date::new(year as i16, month as u8, day as u8)
}

/// A month by its name.
fn in_words(text: &str) -> Option<When> {
    let folded = fold(text);
    let (mut month, mut numbers) = (None, Vec::new());
    for word in folded.split(' ') {
        let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        if let Ok(number) = digits.parse::<i16>() {
            numbers.push((number, digits.len()));
        } else if month.is_none() && word.len() >= 3 {
            month = month_named(word);
        }
    }
    let month = month?;
    let year = numbers.iter().find(|(_, len)| *len == 4).map(|(n, _)| *n);
    let year = year.or_else(|| {
        let (number, len) = *numbers.last()?;
        (len == 2).then(|| {
            if number <= SHORT_YEAR_MAX {
                2000 + number
            } else {
                1900 + number
            }
        })
    })?;
    let day = match numbers[..] {
        [(day, 1..=2), _, ..] if (1..=31).contains(&day) => u8::try_from(day).ok(),
        _ => None,
    };
    match day {
        Some(day) => Date::new(year, month, day).map(When::Date),
        None => Date::of_month(year, month).map(When::Date),
    }
}

fn month_named(word: &str) -> Option<u8> {
    // The longest beginning wins: "cervenec" is July and "cerven" June.
    let mut found: Option<(usize, u8)> = None;
    for (at, starts) in MONTHS.iter().enumerate() {
        for start in *starts {
            if word.starts_with(start) && found.is_none_or(|(len, _)| start.len() > len) {
                found = Some((start.len(), at as u8 + 1));
            }
        }
    }
    found.map(|(_, month)| month)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match when(text, false) {
            Some(When::Date(date)) => date.to_string(),
            Some(When::Year(year)) => year.to_string(),
            Some(When::Never) => "never".into(),
            None => "none".into(),
        }
    }

    #[test]
    fn dates_are_read_as_each_country_writes_them() {
        for (text, expected) in [
            ("2019-04-01", "2019-04-01"),
            ("01/04/2019", "2019-04-01"),
            ("1.4.2019", "2019-04-01"),
            ("01-04-19", "2019-04-01"),
            ("20190401", "2019-04-01"),
            ("01042019", "2019-04-01"),
            ("2019-04-01 17:47:46", "2019-04-01"),
            ("2019-04-01T17:47:46Z", "2019-04-01"),
            ("1 avril 2019", "2019-04-01"),
            ("Apr 1, 2019", "2019-04-01"),
            ("43556", "2019-04-01"),
            ("04/25/2019", "2019-04-25"),
            ("04/2019", "2019-04"),
            ("04.2019", "2019-04"),
            ("2019-04", "2019-04"),
            ("201904", "2019-04"),
            ("avr. 2019", "2019-04"),
            ("mai 2012", "2012-05"),
            ("nov. 2010", "2010-11"),
            ("maart 2018", "2018-03"),
            ("März 2018", "2018-03"),
            ("červenec 2020", "2020-07"),
            ("2011", "2011"),
            ("00/00/0000", "never"),
            ("31/02/2019", "none"),
            ("sur demande", "none"),
            ("165000", "none"),
        ] {
            assert_eq!(said(text), expected, "{text}");
        }
        let american = when("04/05/2019", true);
        assert_eq!(american, Date::new(2019, 4, 5).map(When::Date));
    }
}
