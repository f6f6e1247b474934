//! Layouts that are known at sight: which column or path is which field, described as data in
//! `portals/<name>/layout.toml`.
//!
//! A file is recognised by names that it must have, or, where it has no header, by what stands at
//! fixed places. What a layout does not name is proposed like any other column.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use dictionary::{Vertical, fold};
use toml_edit::{Document, Item, Table};

use crate::column::{Column, fit};
use crate::convert::Manner;
use crate::mapping::{Assignment, Mapping};
use crate::reason::Reason;

include!(concat!(env!("OUT_DIR"), "/layouts.rs"));

/// A layout that somebody else's program writes.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) label: String,
    pub(crate) vertical: String,
    columns_min: usize,
    headerless: bool,
    /// Columns or paths that it must have.
    names: Vec<String>,
    /// What must stand at some places, counted from 0: digits, a flag, or values of a field.
    cells: Vec<(usize, String)>,
    constants: BTreeMap<String, String>,
    key: Option<String>,
    columns: Vec<Told>,
    codes: Vec<Codes>,
}

/// One column of a layout.
#[derive(Clone, Debug)]
struct Told {
    at: Option<usize>,
    name: Option<String>,
    field: String,
    unit: Option<String>,
    values: BTreeMap<String, String>,
}

/// A set of codes that is known wherever it turns up: all of a column's words are among them.
#[derive(Clone, Debug)]
pub(crate) struct Codes {
    pub(crate) field: String,
    pub(crate) values: BTreeMap<String, String>,
    /// At least one of these must be there: the others alone may mean something else.
    pub(crate) needs: Vec<String>,
}

/// The layouts that this program ships.
pub(crate) static LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    let read = |text: &&str| match Layout::read(text) {
        Ok(layout) => layout,
        Err(error) => panic!("a shipped layout is faulty: {error}"),
    };
    SHIPPED.iter().map(read).collect()
});

const CELLS_SHARE_MIN: f32 = 0.8;

impl Layout {
    pub(crate) fn read(text: &str) -> Result<Layout, String> {
        let document = Document::parse(text).map_err(|e| e.to_string())?;
        let root = document.as_table();
        let word =
            |table: &Table, name: &str| table.get(name).and_then(Item::as_str).map(str::to_owned);
        let label = word(root, "label").ok_or("`label` is missing")?;
        let vertical = word(root, "vertical").ok_or("`vertical` is missing")?;
        let none = Table::new();
        let recognise = root
            .get("recognise")
            .and_then(Item::as_table)
            .unwrap_or(&none);
        let mut columns = Vec::new();
        for table in tables(root, "column") {
            let field =
                word(table, "field").ok_or_else(|| format!("{label}: a column without `field`"))?;
            columns.push(Told {
                at: place(table),
                name: word(table, "name").map(|n| path(&n)),
                field,
                unit: word(table, "unit"),
                values: pairs(table, "values"),
            });
        }
        let cells = tables(recognise, "cell").filter_map(|t| Some((place(t)?, word(t, "like")?)));
        let codes = tables(root, "codes").filter_map(|t| {
            Some(Codes {
                field: word(t, "field")?,
                values: pairs(t, "values"),
                needs: words(t, "needs"),
            })
        });
        Ok(Layout {
            columns_min: recognise
                .get("columns_min")
                .and_then(Item::as_integer)
                .and_then(|n| usize::try_from(n).ok())
                .unwrap_or(0),
            headerless: recognise
                .get("headerless")
                .and_then(Item::as_bool)
                .unwrap_or(false),
            names: words(recognise, "names").iter().map(|n| path(n)).collect(),
            cells: cells.collect(),
            codes: codes.collect(),
            constants: pairs(root, "constants"),
            key: word(root, "key_field"),
            columns,
            label,
            vertical,
        })
    }

    /// Whether a file is of this layout.
    fn is(
        &self,
        vertical: &Vertical,
        columns: &[String],
        rows: &[Vec<String>],
        manner: &Manner,
    ) -> bool {
        if self.vertical != vertical.key.as_ref() || columns.len() < self.columns_min {
            return false;
        }
        if self.names.is_empty() && self.cells.is_empty() {
            return false;
        }
        let paths: Vec<String> = columns.iter().map(|c| path(c)).collect();
        let named = self.names.iter().all(|name| paths.contains(name));
        named
            && self.cells.iter().all(|(at, like)| {
                let column = Column::of(rows, *at);
                let share = match like.as_str() {
                    "digits" => column.share(|v| v.bytes().all(|b| b.is_ascii_digit())),
                    "flag" => column.share(|v| v == "0" || v == "1"),
                    field => fit(vertical, field, &column, manner),
                };
                !column.values.is_empty() && share >= CELLS_SHARE_MIN
            })
    }

    /// Whether it has no header, so that nothing but it can say what a column is.
    pub(crate) fn is_positional(&self) -> bool {
        self.headerless
    }

    /// What the layout says of a column.
    fn told(&self, at: usize, column: &str) -> Option<&Told> {
        let path = path(column);
        self.columns
            .iter()
            .find(|told| match (&told.name, told.at) {
                (Some(name), _) => *name == path,
                (None, place) => place == Some(at),
            })
    }

    /// Puts what the layout knows over a proposal.
    pub(crate) fn apply(&self, proposed: &mut Mapping) {
        let reason = || Reason::new("layout", [&self.label]);
        for (at, column) in proposed.columns.iter_mut().enumerate() {
            let Some(told) = self.told(at, &column.column) else {
                let known = |field: &String| {
                    self.columns
                        .iter()
                        .any(|t| t.field == *field && t.field != "photos")
                };
                if self.headerless || column.field.as_ref().is_some_and(known) {
                    column.field = None;
                    column.confidence = 0.0;
                    column.candidates.clear();
                    column.reason = Reason::new("not_in_layout", [&self.label]);
                }
                continue;
            };
            *column = Assignment {
                column: std::mem::take(&mut column.column),
                field: Some(told.field.clone()),
                confidence: 1.0,
                reason: reason(),
                comma_decimal: column.comma_decimal,
                month_first: column.month_first,
                unit: told.unit.clone().or(column.unit.take()),
                values: told.values.clone(),
                candidates: Vec::new(),
            };
        }
        proposed.constants.extend(self.constants.clone());
        proposed.layout = Some(self.label.clone());
        if let Some(key) = &self.key {
            proposed.key = Some(key.clone());
        }
    }

    /// The targets it names that a vertical does not have.
    #[cfg(test)]
    fn unknown_targets(&self, vertical: &Vertical) -> Vec<&str> {
        let fields = self.columns.iter().map(|c| c.field.as_str());
        fields
            .filter(|f| !crate::mapping::is_target(vertical, f))
            .collect()
    }
}

/// The layout that a file has, if it is a known one.
pub(crate) fn recognise(
    vertical: &Vertical,
    columns: &[String],
    rows: &[Vec<String>],
    manner: &Manner,
) -> Option<&'static Layout> {
    LAYOUTS
        .iter()
        .find(|layout| layout.is(vertical, columns, rows, manner))
}

/// The meaning of a column's codes, when all its words are of one known set.
pub(crate) fn codes(vertical: &Vertical, field: &str, values: &[&str]) -> Option<&'static Codes> {
    let of_vertical = LAYOUTS
        .iter()
        .filter(|l| l.vertical == vertical.key.as_ref());
    let mut sets = of_vertical
        .flat_map(|l| &l.codes)
        .filter(|c| c.field == field);
    let words: Vec<String> = values.iter().map(|v| fold(v)).collect();
    sets.find(|set| {
        let known = words.iter().filter(|w| set.values.contains_key(*w)).count();
        let needed = set.needs.iter().any(|n| words.contains(n));
        needed && known * 10 >= words.len() * 9
    })
}

/// A path as it is compared: `image[0].url`, `image/url` and `Image.URL` are one.
fn path(column: &str) -> String {
    let mut plain = String::with_capacity(column.len());
    let mut inside = false;
    for c in column.trim().chars() {
        match c {
            '[' => inside = true,
            ']' => inside = false,
            _ if inside => {}
            '/' => plain.push('.'),
            c => plain.extend(c.to_lowercase()),
        }
    }
    plain
}

fn place(table: &Table) -> Option<usize> {
    table
        .get("at")
        .and_then(Item::as_integer)
        .and_then(|n| usize::try_from(n).ok())
}

fn tables<'a>(root: &'a Table, name: &str) -> impl Iterator<Item = &'a Table> {
    root.get(name)
        .and_then(Item::as_array_of_tables)
        .into_iter()
        .flat_map(|t| t.iter())
}

fn words(table: &Table, name: &str) -> Vec<String> {
    let array = table.get(name).and_then(Item::as_array);
    array
        .into_iter()
        .flatten()
        .filter_map(|v| v.as_str().map(str::to_owned))
        .collect()
}

fn pairs(table: &Table, name: &str) -> BTreeMap<String, String> {
    let pairs = table.get(name).and_then(Item::as_table_like);
    let pairs = pairs.into_iter().flat_map(|t| t.iter());
    pairs
        .filter_map(|(k, v)| Some((fold(k), v.as_str()?.to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_layouts_name_fields_that_exist() {
        let dictionary = dictionary::Dictionary::embedded();
        for layout in LAYOUTS.iter() {
            let vertical = dictionary.vertical(&layout.vertical).expect(&layout.label);
            assert_eq!(
                layout.unknown_targets(vertical),
                [""; 0],
                "{}",
                layout.label
            );
            for column in &layout.columns {
                let Some(field) = vertical.field(&column.field) else {
                    continue;
                };
                for key in column
                    .values
                    .values()
                    .filter(|_| !field.choices().is_empty())
                {
                    assert!(
                        key.is_empty() || field.choice(key).is_some(),
                        "{}: {key}",
                        layout.label
                    );
                }
            }
        }
    }
}
