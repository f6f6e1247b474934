//! What columns say of each other: the unit of a number, the same picture in another size, codes.

use dictionary::{Kind, Vertical, fold};

use crate::column::Column;
use crate::header::Header;
use crate::layout;
use crate::mapping::{LEAVE_OUT, Mapping};
use crate::reason::Reason;

/// Of one picture in several sizes the largest is taken.
pub(crate) fn sizes(proposed: &mut Mapping, headers: &[Header]) {
    const SIZES: [&[&str]; 4] = [
        &["thumb", "thumbnail", "tiny", "mini"],
        &["small", "petit", "klein"],
        &["medium", "moyen", "mittel"],
        &["large", "big", "original", "full", "grand", "gross"],
    ];
    let mut largest: ahash::AHashMap<String, (usize, usize)> = ahash::AHashMap::new();
    for (at, header) in headers.iter().enumerate() {
        if proposed.columns[at].field.as_deref() != Some("photos") {
            continue;
        }
        let words: Vec<&str> = header.words.split(' ').collect();
        let size_of = |word: &&str| {
            SIZES
                .iter()
                .position(|s| s.iter().any(|w| word.starts_with(w)))
        };
        let Some(size) = words.iter().find_map(size_of) else {
            continue;
        };
        let rest: Vec<&str> = words.into_iter().filter(|w| size_of(w).is_none()).collect();
        let smaller = match largest.insert(rest.join(" "), (size, at)) {
            Some((other, before)) if other >= size => {
                largest.insert(rest.join(" "), (other, before));
                at
            }
            Some((_, before)) => before,
            None => continue,
        };
        let column = &mut proposed.columns[smaller];
        column.field = Some(LEAVE_OUT.into());
        column.reason = Reason::new("smaller_picture", []);
    }
}

/// `mileage.unit` beside `mileage.value`, `price/@devise` beside `price`: what its one word means
/// goes to its neighbour.
pub(crate) fn companions(vertical: &Vertical, proposed: &mut Mapping, columns: &[Column<'_>]) {
    for (at, column) in columns.iter().enumerate() {
        let name = fold(&proposed.columns[at].column);
        let parent = name
            .strip_suffix(" unit")
            .or(name.strip_suffix(" einheit"))
            .or(name.strip_suffix(" unite"));
        let Some(parent) = parent.filter(|p| !p.is_empty()) else {
            continue;
        };
        let words = column.distinct_values();
        let [word] = words[..] else { continue };
        let neighbour = proposed.columns.iter().position(|c| {
            let measures = c
                .field
                .as_deref()
                .and_then(|f| vertical.field(f))
                .is_some_and(dictionary::Field::is_number);
            measures && fold(&c.column).starts_with(parent)
        });
        let Some(neighbour) = neighbour.filter(|n| *n != at) else {
            continue;
        };
        let whose = proposed.columns[neighbour].column.clone();
        proposed.columns[neighbour].unit = Some(fold(word));
        let column = &mut proposed.columns[at];
        column.field = Some(LEAVE_OUT.into());
        column.confidence = 0.95;
        column.candidates.clear();
        column.reason = Reason::new("unit_of", [&whose]);
    }
}

/// The unit that a header names, and the meaning of codes.
pub(crate) fn units_and_codes(
    vertical: &Vertical,
    proposed: &mut Mapping,
    headers: &[Header],
    columns: &[Column<'_>],
) {
    for (at, column) in proposed.columns.iter_mut().enumerate() {
        let Some(field) = column.field.as_deref().and_then(|f| vertical.field(f)) else {
            continue;
        };
        if column.unit.is_none() && field.is_number() {
            let fits = |unit: &&str| match field.kind {
                Kind::Money => unit.len() == 3 || *unit == "cents",
                _ => unit.len() != 3,
            };
            column.unit = headers[at].unit.filter(fits).map(str::to_owned);
        }
        if let Some(codes) = layout::codes(vertical, &field.key, &columns[at].distinct_values()) {
            column.values = codes.values.clone();
        }
    }
}
