//! Columns without a header: told by what stands in them, and by what stands beside them.

use dictionary::{Field, Kind, Shape, Vertical};

use crate::column::{Column, fit};
use crate::convert::{Manner, convert};
use crate::dates::{When, when};
use crate::header::Header;
use crate::plates::{is_plate, is_vin};
use crate::propose::{Guess, Question};
use crate::reason::Reason;

const VALUES_MIN: usize = 5;
/// From here on two columns move together.
const TOGETHER: f64 = 0.25;

/// Adds what the contents of unnamed columns say.
pub(crate) fn guess(
    question: &Question<'_>,
    headers: &[Header],
    columns: &[Column<'_>],
    guesses: &mut [Vec<Guess>],
) {
    let unnamed: Vec<usize> = (0..columns.len())
        .filter(|at| headers[*at].unnamed && columns[*at].values.len() >= VALUES_MIN)
        .collect();
    if unnamed.is_empty() {
        return;
    }
    let vertical = question.vertical;
    let shaped = |shape: Shape| vertical.fields.iter().find(|f| f.shape == Some(shape));
    if let Some(plate) = shaped(Shape::Plate) {
        for at in &unnamed {
            if columns[*at].share(is_plate) > 0.9 && columns[*at].distinct > 0.9 {
                guesses[*at].push(Guess::new(&plate.key, 0.8, Reason::new("looks_plate", [])));
            }
        }
    }
    let reference = shaped(Shape::Reference);
    let lettered = |at: &&usize| is_lettered(&columns[**at]) && tells_rows_apart(&columns[**at]);
    let lettered = unnamed.iter().copied().find(|at| lettered(&at));
    if let (Some(reference), Some(at)) = (reference, lettered) {
        guesses[at].push(unique(reference, 0.8));
    }
    let date = dates(vertical, &unnamed, columns, guesses);
    models(vertical, &unnamed, columns, guesses);
    amounts(question, &unnamed, columns, date, guesses);
    if let (Some(reference), None) = (reference, lettered) {
        numbered(reference, &unnamed, columns, guesses);
    }
    small_numbers(question, &unnamed, columns, guesses);
    for of in guesses.iter_mut() {
        of.sort_by(|a, b| b.sure.total_cmp(&a.sure));
    }
}

fn unique(reference: &Field, sure: f32) -> Guess {
    Guess::new(&reference.key, sure, Reason::new("looks_unique", []))
}

/// "VO1234", but not "85kW": a number with its unit is an amount.
fn is_lettered(column: &Column<'_>) -> bool {
    let lettered = |v: &str| {
        let amount = v.starts_with(|c: char| c.is_ascii_digit())
            && !v.ends_with(|c: char| c.is_ascii_digit());
        v.bytes().any(|b| b.is_ascii_alphabetic()) && !amount
    };
    column.share(lettered) > 0.9
}

/// A reference of digits alone looks like a price or a mileage: it is taken when it is as long in
/// every row and no other column can be it.
fn numbered(
    reference: &Field,
    unnamed: &[usize],
    columns: &[Column<'_>],
    guesses: &mut [Vec<Guess>],
) {
    let digits =
        |column: &Column<'_>| column.share(|v| v.bytes().all(|b| b.is_ascii_digit())) == 1.0;
    let can_be = |at: &&usize| {
        guesses[**at].is_empty() && digits(&columns[**at]) && tells_rows_apart(&columns[**at])
    };
    let all: Vec<usize> = unnamed.iter().filter(can_be).copied().collect();
    let sure = match all[..] {
        [at] if columns[at]
            .values
            .iter()
            .all(|v| v.len() == columns[at].values[0].len()) =>
        {
            0.7
        }
        _ => 0.5,
    };
    for at in all {
        guesses[at].push(unique(reference, sure));
    }
}

fn tells_rows_apart(column: &Column<'_>) -> bool {
    column.filled > 0.98
        && column.distinct > 0.98
        && column.letters <= 24.0
        && column.share(|v| v.bytes().any(|b| b.is_ascii_digit()) && !v.contains(' ')) > 0.95
        && column.share(|v| is_vin(v) || is_plate(v) || v.starts_with("http")) < 0.3
        && column.share(|v| matches!(when(v, false), Some(When::Date(_)))) < 0.5
        && !column.counts_rows()
}

/// The one column of dates that lie behind us is when the vehicle was first registered.
fn dates(
    vertical: &Vertical,
    unnamed: &[usize],
    columns: &[Column<'_>],
    guesses: &mut [Vec<Guess>],
) -> Option<usize> {
    let field = vertical.field("first_reg")?;
    let dated: Vec<usize> = unnamed
        .iter()
        .copied()
        .filter(|at| {
            columns[*at].share(|v| matches!(when(v, false), Some(When::Date(d)) if d.year > 1950))
                > 0.9
        })
        .collect();
    let [at] = dated[..] else { return None };
    let percent = format!(
        "{:.0}",
        100.0 * fit(vertical, &field.key, &columns[at], &Manner::default())
    );
    guesses[at].push(Guess::new(
        &field.key,
        0.75,
        Reason::new("looks_range", [&percent]),
    ));
    Some(at)
}

/// Beside the make stands the model, and beside the model the version.
fn models(
    vertical: &Vertical,
    unnamed: &[usize],
    columns: &[Column<'_>],
    guesses: &mut [Vec<Guess>],
) {
    let Some(field) = vertical.field("model") else {
        return;
    };
    let make = guesses
        .iter()
        .position(|of| of.iter().any(|g| g.target == "make" && g.sure > 0.6));
    let Some(make) = make.filter(|at| unnamed.contains(at)) else {
        return;
    };
    let exact = |at: &usize| {
        guesses[*at].is_empty() && columns[*at].share(|v| field.choice_like(v).is_some()) > 0.8
    };
    let elsewhere: Vec<usize> = unnamed.iter().copied().filter(exact).collect();
    let next = make + 1;
    let known = |v: &str| {
        let first = dictionary::fold(v);
        field.choice_like(&first).is_some()
            || first
                .split(' ')
                .next()
                .is_some_and(|w| field.choice_like(w).is_some())
    };
    if !unnamed.contains(&next) || columns[next].share(known) < 0.3 {
        if let [at] = elsewhere[..] {
            guesses[at].push(Guess::new("model", 0.7, Reason::new("beside", ["make"])));
        }
        return;
    }
    guesses[next].retain(|g| g.target != "version");
    guesses[next].push(Guess::new("model", 0.78, Reason::new("beside", ["make"])));
    let version = next + 1;
    let worded = |column: &Column<'_>| {
        column.distinct > 0.2 && column.share(|v| v.bytes().any(|b| b.is_ascii_alphabetic())) > 0.6
    };
    if unnamed.contains(&version)
        && vertical.field("version").is_some()
        && worded(&columns[version])
        && guesses[version].is_empty()
    {
        guesses[version].push(Guess::new(
            "version",
            0.66,
            Reason::new("beside", ["model"]),
        ));
    }
}

/// Of two columns of large numbers the mileage grows with age and the price falls.
fn amounts(
    question: &Question<'_>,
    unnamed: &[usize],
    columns: &[Column<'_>],
    date: Option<usize>,
    guesses: &mut [Vec<Guess>],
) {
    let vertical = question.vertical;
    let (Some(mileage), Some(price), Some(date)) =
        (vertical.field("mileage_km"), vertical.field("price"), date)
    else {
        return;
    };
    for at in unnamed {
        let column = &columns[*at];
        if column.numbers < 0.8 || !guesses[*at].is_empty() {
            continue;
        }
        let usual = |field: &Field| fit(vertical, &field.key, column, question.manner);
        let large =
            column.numbers().iter().filter(|n| **n >= 500.0).count() * 10 > column.values.len() * 7;
        let Some(with_year) = correlation(&columns[date], column).filter(|_| large) else {
            continue;
        };
        if with_year < -TOGETHER && usual(mileage) > 0.6 {
            guesses[*at].push(Guess::new(
                &mileage.key,
                0.72,
                Reason::new("looks_aging", []),
            ));
        } else if with_year > TOGETHER && usual(price) > 0.6 {
            guesses[*at].push(Guess::new(&price.key, 0.72, Reason::new("looks_aging", [])));
        }
    }
}

/// Pearson's coefficient of the dates' years and the logarithm of the numbers beside them.
fn correlation(dates: &Column<'_>, numbers: &Column<'_>) -> Option<f64> {
    // Columns keep filled cells only: they pair up when both are filled everywhere.
    if dates.values.len() != numbers.values.len() {
        return None;
    }
    let pairs: Vec<(f64, f64)> = dates
        .values
        .iter()
        .zip(&numbers.values)
        .filter_map(|(date, number)| {
            let Some(When::Date(date)) = when(date, dates.month_first) else {
                return None;
            };
            let number = crate::convert::number(number, numbers.comma_decimal).ok()?;
            Some((
                f64::from(date.year) + f64::from(date.month) / 12.0,
                (1.0 + number.max(0.0)).ln(),
            ))
        })
        .collect();
    let many = pairs.len() as f64;
    if pairs.len() < VALUES_MIN * 2 {
        return None;
    }
    let (mx, my) = (
        pairs.iter().map(|p| p.0).sum::<f64>() / many,
        pairs.iter().map(|p| p.1).sum::<f64>() / many,
    );
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        xy += (x - mx) * (y - my);
        xx += (x - mx) * (x - mx);
        yy += (y - my) * (y - my);
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

/// Doors, seats, fiscal power: taken only when no other of them is possible, else asked.
fn small_numbers(
    question: &Question<'_>,
    unnamed: &[usize],
    columns: &[Column<'_>],
    guesses: &mut [Vec<Guess>],
) {
    let vertical = question.vertical;
    for at in unnamed {
        let column = &columns[*at];
        if !guesses[*at].is_empty()
            || column.share(|v| v.len() <= 3 && v.bytes().all(|b| b.is_ascii_digit())) < 0.98
        {
            continue;
        }
        let numbers = column.numbers();
        let share = |low: f64, high: f64| {
            numbers.iter().filter(|n| (low..=high).contains(*n)).count() as f32
                / numbers.len() as f32
        };
        let has = |n: f64| numbers.iter().filter(|m| **m == n).count() * 20 >= numbers.len();
        let fiscal = matches!(question.country, "FR" | "BE");
        let target = if share(2.0, 5.0) > 0.97 && has(5.0) && numbers.contains(&3.0) {
            "doors"
        } else if share(2.0, 9.0) > 0.97 && has(5.0) && has(7.0) && !has(6.0) && !has(3.0) {
            "seats"
        } else if fiscal && share(1.0, 50.0) > 0.97 && has(6.0) && numbers.iter().any(|n| *n > 9.0)
        {
            "fiscal_hp"
        } else {
            continue;
        };
        let Some(field) = vertical
            .field(target)
            .filter(|f| matches!(f.kind, Kind::Integer))
        else {
            continue;
        };
        let good = numbers
            .iter()
            .filter(|n| convert(field, &n.to_string(), &Manner::default()).is_ok())
            .count();
        let percent = format!("{:.0}", 100.0 * good as f32 / numbers.len() as f32);
        guesses[*at].push(Guess::new(
            &field.key,
            0.64,
            Reason::new("looks_range", [&percent]),
        ));
    }
}
