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
use crate::tree::{Made, Named, Tree};

include!(concat!(env!("OUT_DIR"), "/layouts.rs"));

/// A layout that somebody else's program writes.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    pub(crate) label: String,
    pub(crate) vertical: String,
    columns_min: usize,
    headerless: bool,
    /// Where its records stand in a document, as `/root/record` or `$.records[*]`.
    stands: Vec<String>,
    /// What such a file is, when it holds no listings: it is refused with that.
    pub(crate) no_listings: Option<String>,
    pub(crate) tree: Option<Tree>,
    /// Of tables: the columns made of a place where another says so.
    pub(crate) made: Vec<Made>,
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

impl Told {
    /// A name that ends in `*` means all that begin so.
    fn is_called(&self, name: &str) -> bool {
        self.name
            .as_deref()
            .is_some_and(|own| match own.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => own == name,
            })
    }
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
        for (name, told) in fields(root) {
            let inner = |key: &str| told.get(key);
            let text = |key: &str| inner(key).and_then(Item::as_str).map(str::to_owned);
            let field = told.as_str().map(str::to_owned).or_else(|| text("field"));
            columns.push(Told {
                at: name.parse().ok(),
                name: Some(exact(name)).filter(|n| n.parse::<usize>().is_err()),
                field: field.ok_or_else(|| format!("{label}: {name} without a field"))?,
                unit: text("unit"),
                values: inner("values").map(pairs_of).unwrap_or_default(),
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
            stands: words(recognise, "stands"),
            no_listings: word(root, "no_listings"),
            tree: root
                .get("tree")
                .and_then(Item::as_table)
                .map(|t| tree(t, root)),
            made: match root.contains_key("tree") {
                true => Vec::new(),
                false => made(root).collect(),
            },
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
        if (self.names.is_empty() && self.cells.is_empty()) || !self.stands.is_empty() {
            return false;
        }
        let fit = |field: &str, column: &Column<'_>| fit(vertical, field, column, manner);
        let paths: Vec<String> = columns.iter().map(|c| path(c)).collect();
        let named = self.names.iter().all(|name| paths.contains(name));
        named && self.stand(rows, &fit)
    }

    /// Whether what must stand at some places stands there.
    fn stand(&self, rows: &[Vec<String>], fit: &dyn Fn(&str, &Column<'_>) -> f32) -> bool {
        self.cells.iter().all(|(at, like)| {
            let column = Column::of(rows, *at);
            let share = match like.as_str() {
                words if words.contains('|') => {
                    let known = |v: &str| words.split('|').any(|w| fold(w) == fold(v));
                    column.share(known)
                }
                "digits" => column.share(|v| v.bytes().all(|b| b.is_ascii_digit())),
                "flag" => column.share(|v| v == "0" || v == "1"),
                field => fit(field, &column),
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
        let (whole, path) = (exact(column), path(column));
        let called = |name: &str| self.columns.iter().find(|t| t.is_called(name));
        called(&whole).or_else(|| called(&path)).or_else(|| {
            self.columns
                .iter()
                .find(|t| t.name.is_none() && t.at == Some(at))
        })
    }

    /// The columns as the layout names them, and behind them those it does not name: of several
    /// that fill one field the layout's first counts.
    pub(crate) fn in_order(&self, seen: Vec<String>) -> Vec<String> {
        let made = self.tree.iter().flat_map(|t| &t.made);
        let made = made.filter(|m| {
            m.from
                .as_ref()
                .is_some_and(|f| seen.iter().any(|s| s.eq_ignore_ascii_case(f)))
        });
        let mut columns: Vec<String> = made.map(|m| m.name.clone()).collect();
        columns.extend(seen);
        let rank = |column: &String| {
            let (whole, path) = (exact(column), path(column));
            let at = |name: &str| self.columns.iter().position(|t| t.is_called(name));
            at(&whole).or_else(|| at(&path)).unwrap_or(usize::MAX)
        };
        columns.sort_by_cached_key(rank);
        columns
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
                if self.headerless
                    || self.tree.as_ref().is_some_and(|t| !t.guess)
                    || column.field.as_ref().is_some_and(known)
                {
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

/// The layout of a table whose places mean one thing in one record and another in the next.
pub(crate) fn of_places(places: usize, rows: &[Vec<String>]) -> Option<&'static Layout> {
    LAYOUTS.iter().find(|layout| {
        let known = layout.headerless && !layout.made.is_empty();
        known && places >= layout.columns_min && layout.stand(rows, &|_, _| 0.0)
    })
}

/// The layout of trees: by where they stand and by what they hold.
pub(crate) fn of_trees(place: &str, paths: &[String]) -> Option<&'static Layout> {
    let paths: Vec<String> = paths.iter().map(|p| path(p)).collect();
    LAYOUTS.iter().find(|layout| {
        let known = layout.tree.is_some() || layout.no_listings.is_some();
        let stands = |s: &String| match s.strip_suffix('*') {
            Some(start) => place.starts_with(start),
            None => s.eq_ignore_ascii_case(place),
        };
        known
            && (layout.stands.is_empty() || layout.stands.iter().any(stands))
            && !(layout.stands.is_empty() && layout.names.is_empty())
            && layout.names.iter().all(|n| {
                n.split('|').any(|n| {
                    paths
                        .iter()
                        .any(|p| p == n || p.starts_with(&format!("{n}.")))
                })
            })
    })
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

/// The same with what stands in brackets.
fn exact(column: &str) -> String {
    column.trim().to_lowercase().replace('/', ".")
}

fn tree(table: &Table, root: &Table) -> Tree {
    let yes = |name: &str| table.get(name).and_then(Item::as_bool).unwrap_or(false);
    let text = |t: &Table, name: &str| t.get(name).and_then(Item::as_str).map(str::to_owned);
    let named = tables(table, "named").filter_map(|t| {
        Some(Named {
            path: text(t, "path")?,
            by: text(t, "by"),
            value: text(t, "value"),
            order: text(t, "order"),
            without: words(t, "without"),
        })
    });
    Tree {
        element: yes("element"),
        partial: yes("partial"),
        guess: yes("guess"),
        all_when: text(table, "all_when"),
        flags: words(table, "flags"),
        kinds: words(table, "kinds"),
        named: named.collect(),
        made: made(root).collect(),
    }
}

/// The columns that need more than their own cell.
fn made(root: &Table) -> impl Iterator<Item = Made> {
    fields(root).filter_map(|(name, told)| {
        let text = |key: &str| told.get(key).and_then(Item::as_str).map(str::to_owned);
        let made = Made {
            name: name.to_owned(),
            from: text("from"),
            when: told.get("when").map(lists_of).unwrap_or_default(),
            unit_at: text("unit_at"),
            units: told.get("units").map(pairs_of).unwrap_or_default(),
            join: text("join"),
        };
        let plain = made.from.is_none()
            && made.when.is_empty()
            && made.unit_at.is_none()
            && made.join.is_none();
        (!plain).then_some(made)
    })
}

/// The table `[fields]`: a path or a place, and the field, alone or with more said of it.
fn fields(root: &Table) -> impl Iterator<Item = (&str, &Item)> {
    root.get("fields")
        .and_then(Item::as_table)
        .into_iter()
        .flat_map(|t| t.iter())
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

fn lists_of(item: &Item) -> Vec<(String, Vec<String>)> {
    let lists = item.as_table_like().into_iter().flat_map(|t| t.iter());
    let words = |item: &Item| {
        let many = item
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|v| v.as_str());
        many.chain(item.as_str()).map(fold).collect()
    };
    lists
        .map(|(name, item)| (name.to_owned(), words(item)))
        .collect()
}

fn pairs(table: &Table, name: &str) -> BTreeMap<String, String> {
    table.get(name).map(pairs_of).unwrap_or_default()
}

fn pairs_of(item: &Item) -> BTreeMap<String, String> {
    let pairs = item.as_table_like().into_iter().flat_map(|t| t.iter());
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
