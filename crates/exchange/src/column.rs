//! What stands in a column: the facts that tell columns apart whatever they are called.

use dictionary::{Kind, Shape, Vertical};

use crate::convert::{Manner, Unread, convert, number};
use crate::dates::{When, when};
use crate::nothing::is_nothing;
use crate::plates::{is_plate, is_vin};

/// A column's sample, looked at once.
pub(crate) struct Column<'a> {
    /// The filled cells, trimmed.
    pub(crate) values: Vec<&'a str>,
    /// How many of the rows fill it.
    pub(crate) filled: f32,
    pub(crate) distinct: f32,
    /// The share that are numbers and nothing else.
    pub(crate) numbers: f32,
    pub(crate) letters: f32,
    pub(crate) comma_decimal: bool,
    pub(crate) month_first: bool,
}

impl<'a> Column<'a> {
    pub(crate) fn of(rows: &'a [Vec<String>], at: usize) -> Column<'a> {
        let cells = rows.iter().filter_map(|row| row.get(at));
        let values: Vec<&str> = cells.map(|v| v.trim()).filter(|v| !is_nothing(v)).collect();
        let distinct: ahash::AHashSet<&str> = values.iter().copied().collect();
        let many = values.len().max(1) as f32;
        let total: usize = values.iter().map(|v| v.chars().count()).sum();
        Column {
            filled: values.len() as f32 / rows.len().max(1) as f32,
            distinct: distinct.len() as f32 / many,
            numbers: values.iter().filter(|v| is_number(v)).count() as f32 / many,
            letters: total as f32 / many,
            comma_decimal: writes_comma_decimals(&values),
            month_first: names_month_first(&values),
            values,
        }
    }

    pub(crate) fn share(&self, fits: impl Fn(&str) -> bool) -> f32 {
        let many = self.values.len().max(1) as f32;
        self.values.iter().filter(|v| fits(v)).count() as f32 / many
    }

    pub(crate) fn distinct_values(&self) -> Vec<&'a str> {
        let mut seen = ahash::AHashSet::new();
        self.values
            .iter()
            .copied()
            .filter(|v| seen.insert(*v))
            .collect()
    }

    /// The numbers in it.
    pub(crate) fn numbers(&self) -> Vec<f64> {
        let read = |v: &&str| number(v, self.comma_decimal).ok();
        self.values.iter().filter_map(read).collect()
    }

    /// Whether it counts the rows.
    pub(crate) fn counts_rows(&self) -> bool {
        let numbers: Vec<i64> = self.values.iter().filter_map(|v| v.parse().ok()).collect();
        numbers.len() == self.values.len()
            && numbers.len() >= 5
            && numbers.windows(2).all(|w| w[1] == w[0] + 1)
    }

    pub(crate) fn manner(&self, manner: &Manner) -> Manner {
        Manner {
            comma_decimal: self.comma_decimal,
            month_first: self.month_first,
            ..manner.clone()
        }
    }
}

fn is_number(text: &str) -> bool {
    let mark = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b',' | b' ' | b'-');
    text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().all(mark) && when_is_no_date(text)
}

fn when_is_no_date(text: &str) -> bool {
    !text.contains('-') || text.starts_with('-') || when(text, false).is_none()
}

pub(crate) fn is_photo(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let picture = [".jpg", ".jpeg", ".png", ".webp", ".gif"];
    picture.iter().any(|end| lower.contains(end))
        || (lower.starts_with("http")
            && ["photo", "image", "img", "picture", "media"]
                .iter()
                .any(|w| lower.contains(w)))
}

/// How well a column's values suit a target, from 0 to 1; 1 for an empty column.
pub(crate) fn fit(vertical: &Vertical, target: &str, column: &Column<'_>, manner: &Manner) -> f32 {
    if column.values.is_empty() {
        return 1.0;
    }
    let Some(field) = vertical.field(target) else {
        return fit_special(vertical, target, column);
    };
    match (field.shape, &field.kind) {
        (Some(Shape::Vin), _) => return column.share(is_vin).max(0.3 * column.distinct),
        (Some(Shape::Plate), _) => {
            return 0.5 * column.share(is_plate)
                + 0.5 * column.distinct * column.share(|v| v.len() <= 14);
        }
        (Some(Shape::Reference), _) => {
            return (0.25 + 0.75 * column.distinct) * column.share(|v| v.len() <= 60);
        }
        (_, Kind::Person) => return 0.4 + 0.6 * column.distinct,
        (_, Kind::Text | Kind::Translated) => {
            return if column.numbers > 0.9 {
                0.55
            } else {
                1.0 - column.share(is_photo) * 0.5
            };
        }
        _ => {}
    }
    // A model that the list does not know is kept as a text.
    if field.choices().iter().any(|c| c.within.is_some()) {
        return 1.0 - column.share(|v| v.len() > 60 || v.starts_with("http"));
    }
    let manner = column.manner(manner);
    let mut read = 0.0;
    let mut usual = 0.0;
    for value in &column.values {
        let own = match convert(field, value, &manner) {
            Ok(own) if field.check(&own).is_none() => own,
            Err(Unread::Empty) => {
                (read, usual) = (read + 1.0, usual + 1.0);
                continue;
            }
            Err(Unread::OnlyAYear(_)) => {
                (read, usual) = (read + 0.6, usual + 1.0);
                continue;
            }
            _ => continue,
        };
        read += match field.kind {
            // A rate or a count is read as yes, but hardly meant so.
            Kind::Boolean if value.len() > 1 && value.parse::<f64>().is_ok_and(|n| n > 1.0) => 0.3,
            // A whole date can be read as its year, but says more.
            Kind::Year if value.len() > 4 => 0.8,
            // A number inside a text is not yet a number: "GLS 580 4MATIC".
            _ if field.is_number() && leads_with_letters(value) => 0.3,
            _ => 1.0,
        };
        usual += match (field.usual, magnitude(&own)) {
            (Some((low, high)), Some(n)) if n < low.to_f64() || n > high.to_f64() => 0.0,
            _ => 1.0,
        };
    }
    let many = column.values.len() as f32;
    let within = if read == 0.0 {
        0.0
    } else {
        (usual / many / 0.7_f32).min(1.0)
    };
    (read / many).min(1.0) * (0.3 + 0.7 * within)
}

/// Whether words stand before the number: a currency and "ca." may.
fn leads_with_letters(text: &str) -> bool {
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let before = text
        .split(|c: char| c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    before.chars().filter(|c| c.is_alphabetic()).count() > 3
        || text.chars().filter(|c| c.is_alphabetic()).count() > 24
        || text.contains("kWh")
}

fn magnitude(value: &dictionary::Value) -> Option<f64> {
    use dictionary::Value;
    Some(match value {
        Value::Integer(n) => *n as f64,
        Value::Decimal(n) => n.to_f64(),
        Value::Money(money) => money.minor as f64 / 100.0,
        _ => return None,
    })
}

fn fit_special(vertical: &Vertical, target: &str, column: &Column<'_>) -> f32 {
    match target {
        "category" | "category.sub" => column.share(|v| vertical.category_like(v).is_some()),
        "place.lat" => column.share(|v| {
            v.replace(',', ".")
                .parse::<f64>()
                .is_ok_and(|d| d.abs() <= 90.0)
        }),
        "place.lon" => column.share(|v| {
            v.replace(',', ".")
                .parse::<f64>()
                .is_ok_and(|d| d.abs() <= 180.0)
        }),
        "place.postcode" => column.share(|v| {
            v.bytes().any(|b| b.is_ascii_digit()) && v.len() <= 12 && !v.starts_with("http")
        }),
        "photos" => column.share(|v| v.contains("http") || is_photo(v)),
        "place.town" => column.share(|v| v.parse::<f64>().is_err() && v.len() < 60),
        "place.country" => column.share(|v| crate::place::country_code(v).is_some()),
        "place.text" => column.share(|v| v.len() > 3 && v.parse::<f64>().is_err()),
        "place.street" => column.share(|v| v.parse::<f64>().is_err() && !v.starts_with('{')),
        "currency" => column.share(|v| v.len() == 3 && v.bytes().all(|b| b.is_ascii_alphabetic())),
        "status" => column.share(|v| v.len() < 30 && v.parse::<f64>().is_err()),
        _ => 1.0,
    }
}

fn writes_comma_decimals(values: &[&str]) -> bool {
    let decimal = |mark: char| {
        values
            .iter()
            .filter(|v| {
                let tail = v
                    .trim_end_matches(|c: char| !c.is_ascii_digit())
                    .rsplit(mark)
                    .next();
                v.contains(mark)
                    && number(v, false).is_ok()
                    && tail.is_some_and(|t| t.len() != 3 && t.bytes().all(|b| b.is_ascii_digit()))
            })
            .count()
    };
    decimal(',') > decimal('.')
}

/// Some date has a second number that is no month, and none a first.
fn names_month_first(values: &[&str]) -> bool {
    let mut second = 0;
    for value in values
        .iter()
        .filter(|v| matches!(when(v, false), Some(When::Date(_))))
    {
        let head = value.split([' ', 'T']).next().unwrap_or_default();
        let parts: Vec<u32> = head
            .split(['/', '-', '.'])
            .filter_map(|p| p.parse().ok())
            .collect();
        match parts[..] {
            [first, _, _] if first > 12 => return false,
            [_, middle, _] if middle > 12 => second += 1,
            _ => {}
        }
    }
    second > 0
}
