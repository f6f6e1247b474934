//! How a record is made of a listing: a tree of names, compiled once.
//!
//! A line of `[record]` is a path and its cell: `"property/address/town" = "place.town"`. Lines with
//! the same beginning are members of one node, in the order of their first coming. `@name` is an
//! attribute, `#text` the text of an XML element that has attributes, and `#element` another name
//! for the element it stands in. A cell with `each` is made for every photo, or for every one of its
//! lines. Of the cells of `first` the first counts that says something.

use std::borrow::Cow;
use std::collections::BTreeMap;

use catalog::Listing;
use dictionary::{Photo, Vertical};
use store::{Account, Timestamp};
use toml_edit::{Item, TableLike};

use crate::cell::{Cell, Unmapped, when};
use crate::source::{Source, When};
use crate::table::File;
use crate::told::Told;

/// A listing as a portal is to see it, with all that stands around it.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub listing: &'a Listing,
    pub vertical: &'a Vertical,
    pub account: &'a Account,
    /// What the account's profile says, by name.
    pub profile: &'a BTreeMap<String, String>,
    /// What was agreed with the portal: numbers of customers and branches.
    pub settings: &'a BTreeMap<String, String>,
    /// The portal's languages, the dearest first.
    pub languages: &'a [String],
    /// The public address of our pages and pictures, without a slash at its end.
    pub base: &'a str,
    pub now: Timestamp,
}

impl<'a> View<'a> {
    pub(crate) fn page(&self, listing: &Listing) -> Option<String> {
        (!self.base.is_empty()).then(|| format!("{}/l/{}", self.base, listing.id))
    }

    /// Where a picture is found; ours, or the address that it came from.
    pub(crate) fn photo(&self, photo: &'a Photo) -> Option<Cow<'a, str>> {
        match (&photo.object, &photo.url) {
            (Some(object), _) if !self.base.is_empty() => {
                Some(format!("{}/media/{object}/1600.jpg", self.base).into())
            }
            (_, Some(url)) => Some(Cow::Borrowed(url)),
            _ => None,
        }
    }

    pub(crate) fn of_account(&self, name: &str) -> Option<&'a str> {
        of_account(self.account, self.profile, name)
    }
}

pub(crate) fn of_account<'a>(
    account: &'a Account,
    profile: &'a BTreeMap<String, String>,
    name: &str,
) -> Option<&'a str> {
    match name {
        "name" => Some(&account.name),
        "slug" => Some(&account.slug),
        "country" => Some(&account.country),
        "language" => Some(&account.language),
        name => profile.get(name).map(String::as_str),
    }
}

/// One of the templates of a portal: of a record, of its removal, of asking for a list.
#[derive(Clone, Debug, Default)]
pub struct Record {
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    name: String,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Cell(Box<Cell>),
    First(Vec<Cell>),
    Group(Group),
    List(Vec<Entry>),
    /// A list that stands in one cell of a table.
    InOne(Vec<Entry>),
}

#[derive(Clone, Debug, Default)]
struct Group {
    parts: Vec<Part>,
    /// It stands there though nothing stands in it.
    kept: bool,
}

/// What stands in a list: once, or for every photo or line up to a limit.
#[derive(Clone, Debug)]
struct Entry {
    each: Option<Each>,
    when: When,
    made: Made,
}

#[derive(Clone, Copy, Debug)]
enum Each {
    /// After so many of them, at most so many: tables have their pictures in several places.
    Photo(usize, usize),
    /// Of a text, or of many choices.
    Line(usize),
}

#[derive(Clone, Debug)]
enum Made {
    Leaf(Box<Cell>),
    Node(Vec<Part>),
}

const EACH_MAX: usize = 1_000;

impl Record {
    pub(crate) fn read(file: &mut File<'_>, table: &dyn TableLike) -> Record {
        Record {
            parts: parts(file, table),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The record of a listing, and the values that the portal has no word for.
    pub fn of(&self, view: &View<'_>) -> (Told, Vec<Unmapped>) {
        let mut unmapped = Vec::new();
        let told = members(&self.parts, view, None, &mut unmapped);
        unmapped.sort();
        unmapped.dedup();
        (told, unmapped)
    }

    /// The names of a table's columns.
    pub fn columns(&self) -> Vec<String> {
        let mut columns = Vec::new();
        for part in &self.parts {
            match &part.what {
                What::List(entries) => {
                    columns.extend((0..width(entries)).map(|n| numbered(&part.name, n)));
                }
                _ => columns.push(part.name.clone()),
            }
        }
        columns
    }

    /// One row of a table, in the order of its columns.
    pub fn row(&self, view: &View<'_>) -> (Vec<String>, Vec<Unmapped>) {
        let mut unmapped = Vec::new();
        let mut row = Vec::new();
        for part in &self.parts {
            match (&part.what, told(&part.what, view, &mut unmapped)) {
                (What::List(entries), told) => {
                    let list = if let Told::List(list) = told {
                        list
                    } else {
                        Vec::new()
                    };
                    let own = list.iter().map(|told| told.text().to_owned());
                    let width = width(entries);
                    row.extend(
                        own.chain(std::iter::repeat_n(String::new(), width))
                            .take(width),
                    );
                }
                (_, Told::List(list)) => {
                    row.push(list.iter().map(Told::text).collect::<Vec<_>>().join(","));
                }
                (_, leaf) => row.push(leaf.text().to_owned()),
            }
        }
        (row, unmapped)
    }

    /// The fields of the dictionary that it reads.
    pub(crate) fn sources(&self) -> Vec<&Source> {
        fn of_cell<'a>(cell: &'a Cell, found: &mut Vec<&'a Source>) {
            found.extend(cell.sources());
        }
        fn gather<'a>(parts: &'a [Part], found: &mut Vec<&'a Source>) {
            for part in parts {
                match &part.what {
                    What::Cell(cell) => of_cell(cell, found),
                    What::First(cells) => cells.iter().for_each(|cell| of_cell(cell, found)),
                    What::Group(group) => gather(&group.parts, found),
                    What::List(entries) | What::InOne(entries) => {
                        for entry in entries {
                            found.extend(entry.when.0.iter().map(|(source, _)| source));
                            match &entry.made {
                                Made::Leaf(cell) => of_cell(cell, found),
                                Made::Node(parts) => gather(parts, found),
                            }
                        }
                    }
                }
            }
        }
        let mut found = Vec::new();
        gather(&self.parts, &mut found);
        found
    }
}

fn width(entries: &[Entry]) -> usize {
    let limit = |entry: &Entry| match entry.each {
        Some(Each::Photo(_, limit) | Each::Line(limit)) => limit,
        None => 1,
    };
    entries.iter().map(limit).sum()
}

/// `MEDIA_IMAGE_{00}` and `photo{1}`: the first number, with its zeros.
fn numbered(name: &str, at: usize) -> String {
    let Some((head, tail)) = name.split_once('{') else {
        return format!("{name}{}", at + 1);
    };
    let (first, tail) = tail.split_once('}').unwrap_or((tail, ""));
    let number = first.parse::<usize>().unwrap_or(0) + at;
    format!("{head}{number:0width$}{tail}", width = first.len())
}

fn members<'a>(
    parts: &[Part],
    view: &View<'a>,
    photo: Option<(usize, &'a Photo)>,
    unmapped: &mut Vec<Unmapped>,
) -> Told {
    let mut made = Vec::with_capacity(parts.len());
    for part in parts {
        let (told, kept) = match &part.what {
            What::Cell(cell) => (cell.told(view, photo, unmapped), false),
            What::First(cells) => (first(cells, view, photo, unmapped), false),
            What::Group(group) => (members(&group.parts, view, photo, unmapped), group.kept),
            What::List(entries) | What::InOne(entries) => {
                (listed(entries, view, false, unmapped), false)
            }
        };
        if kept || !told.is_empty() {
            made.push((part.name.clone(), told));
        }
    }
    Told::Members(made)
}

fn first<'a>(
    cells: &[Cell],
    view: &View<'a>,
    photo: Option<(usize, &'a Photo)>,
    unmapped: &mut Vec<Unmapped>,
) -> Told {
    let mut told = cells.iter().map(|cell| cell.told(view, photo, unmapped));
    told.find(|told| !told.is_empty()).unwrap_or(Told::Nothing)
}

fn told(what: &What, view: &View<'_>, unmapped: &mut Vec<Unmapped>) -> Told {
    match what {
        What::Cell(cell) => cell.told(view, None, unmapped),
        What::First(cells) => first(cells, view, None, unmapped),
        What::Group(group) => members(&group.parts, view, None, unmapped),
        // A column of a table is that of its photo, though that one says nothing.
        What::List(entries) => listed(entries, view, true, unmapped),
        What::InOne(entries) => listed(entries, view, false, unmapped),
    }
}

fn listed<'a>(
    entries: &[Entry],
    view: &View<'a>,
    keeps_places: bool,
    unmapped: &mut Vec<Unmapped>,
) -> Told {
    let mut list = Vec::new();
    for entry in entries.iter().filter(|entry| entry.when.holds(view, None)) {
        let mut add = |photo: Option<(usize, &'a Photo)>| {
            let told = match &entry.made {
                Made::Leaf(cell) => cell.told(view, photo, unmapped),
                Made::Node(parts) => members(parts, view, photo, unmapped),
            };
            let keeps = keeps_places && photo.is_some();
            list.extend(Some(told).filter(|told| keeps || !told.is_empty()));
        };
        let (skip, limit) = match entry.each {
            Some(Each::Photo(skip, limit)) => (skip, limit),
            Some(Each::Line(limit)) => {
                if let Made::Leaf(cell) = &entry.made {
                    list.extend(lines(cell.told(view, None, unmapped), limit));
                }
                continue;
            }
            None => {
                add(None);
                continue;
            }
        };
        let seen = view
            .listing
            .photos
            .iter()
            .filter(|photo| view.photo(photo).is_some());
        for (at, photo) in seen.enumerate().skip(skip).take(limit) {
            add(Some((at + 1, photo)));
        }
    }
    Told::List(list)
}

fn lines(told: Told, limit: usize) -> impl Iterator<Item = Told> {
    let list = match told {
        Told::List(list) => list,
        Told::Nothing => Vec::new(),
        leaf => vec![leaf],
    };
    list.into_iter().take(limit)
}

/// The lines of a table as a tree.
fn parts(file: &mut File<'_>, table: &dyn TableLike) -> Vec<Part> {
    let mut parts = Vec::new();
    for (path, item) in table.iter() {
        let mut level = &mut parts;
        let mut names = path.split('/').peekable();
        while let Some(name) = names.next() {
            if names.peek().is_some() {
                level = &mut group(level, name).parts;
                continue;
            }
            let kept = item
                .as_table_like()
                .is_some_and(|table| table.contains_key("kept"));
            if kept {
                group(level, name).kept = true;
                continue;
            }
            let what = what(file, item);
            level.push(Part {
                name: name.to_owned(),
                what,
            });
        }
    }
    parts
}

/// The group of a name, made where it first comes.
fn group<'a>(level: &'a mut Vec<Part>, name: &str) -> &'a mut Group {
    let known = level
        .iter()
        .position(|part| part.name == name && matches!(part.what, What::Group(_)));
    let at = known.unwrap_or(level.len());
    if known.is_none() {
        level.push(Part {
            name: name.to_owned(),
            what: What::Group(Group::default()),
        });
    }
    match &mut level[at].what {
        What::Group(group) => group,
        _ => unreachable!("only groups are looked for"),
    }
}

fn what(file: &mut File<'_>, item: &Item) -> What {
    if let Some(entries) = item.as_array() {
        let entries = entries
            .iter()
            .map(|value| entry(file, &Item::Value(value.clone())));
        return What::List(entries.collect());
    }
    let table = item.as_table_like();
    if let Some(cells) = table.and_then(|table| table.get("first")) {
        file.only(
            table.unwrap_or(&toml_edit::Table::new()),
            &["first"],
            "`first`",
        );
        let cells = cells.as_array().into_iter().flat_map(|a| a.iter());
        let read = |value: &toml_edit::Value| Cell::read(file, &Item::Value(value.clone()));
        return What::First(cells.map(read).collect());
    }
    if let Some(table) = table
        && file.yes(table, "in_one")
    {
        return What::InOne(vec![entry(file, item)]);
    }
    match table.is_some_and(|table| table.contains_key("each") || table.contains_key("record")) {
        true => What::List(vec![entry(file, item)]),
        false => What::Cell(Box::new(Cell::read(file, item))),
    }
}

fn entry(file: &mut File<'_>, item: &Item) -> Entry {
    let none = toml_edit::Table::new();
    let table: &dyn TableLike = item.as_table_like().unwrap_or(&none);
    let limit = file
        .number(table, "limit")
        .unwrap_or(EACH_MAX)
        .min(EACH_MAX);
    let each = match file.text(table, "each").as_deref() {
        None => None,
        Some("photos") => Some(Each::Photo(file.number(table, "skip").unwrap_or(0), limit)),
        Some("lines") => Some(Each::Line(limit)),
        Some(_) => {
            file.fault(item.span(), "`each` knows `photos` and `lines`");
            None
        }
    };
    let made = match (table.get("record").and_then(Item::as_table_like), each) {
        (Some(record), _) => Made::Node(parts(file, record)),
        (None, Some(Each::Line(_))) => Made::Leaf(Box::new(Cell::read(file, item).of_lines())),
        (None, _) => Made::Leaf(Box::new(Cell::read(file, item))),
    };
    if let (Made::Node(_), Some(Each::Line(_))) = (&made, each) {
        file.fault(item.span(), "a line is a cell, not a `record`");
    }
    Entry {
        each,
        when: when(file, table),
        made,
    }
}
