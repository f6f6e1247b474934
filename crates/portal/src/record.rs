//! How a record is made of a listing: a tree of names, compiled once.
//!
//! A line of `[record]` is a path and its cell: `"property/address/town" = "place.town"`. Lines with
//! the same beginning are members of one node, in the order of their first coming. `@name` is an
//! attribute and `#text` the text of an XML element that has attributes. A cell with `each` is made
//! for every photo, or for every one of its lines.

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
                Some(format!("{}/media/{object}/1600.webp", self.base).into())
            }
            (_, Some(url)) => Some(Cow::Borrowed(url)),
            _ => None,
        }
    }

    pub(crate) fn of_account(&self, name: &str) -> Option<&'a str> {
        match name {
            "name" => Some(&self.account.name),
            "slug" => Some(&self.account.slug),
            "country" => Some(&self.account.country),
            "language" => Some(&self.account.language),
            name => self.profile.get(name).map(String::as_str),
        }
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
    Group(Group),
    List(Vec<Entry>),
}

#[derive(Clone, Debug, Default)]
struct Group {
    parts: Vec<Part>,
    /// It stands there though nothing stands in it.
    kept: bool,
}

/// What stands in a list: once, or for every photo up to a limit.
#[derive(Clone, Debug)]
struct Entry {
    photos: Option<usize>,
    when: When,
    made: Made,
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
                    What::Group(group) => gather(&group.parts, found),
                    What::List(entries) => {
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
    entries.iter().map(|entry| entry.photos.unwrap_or(1)).sum()
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
            What::Group(group) => (members(&group.parts, view, photo, unmapped), group.kept),
            What::List(_) => (told(&part.what, view, unmapped), false),
        };
        if kept || !told.is_empty() {
            made.push((part.name.clone(), told));
        }
    }
    Told::Members(made)
}

fn told<'a>(what: &What, view: &View<'a>, unmapped: &mut Vec<Unmapped>) -> Told {
    let entries = match what {
        What::Cell(cell) => return cell.told(view, None, unmapped),
        What::Group(group) => return members(&group.parts, view, None, unmapped),
        What::List(entries) => entries,
    };
    let mut list = Vec::new();
    for entry in entries.iter().filter(|entry| entry.when.holds(view, None)) {
        let mut add = |photo| {
            let told = match &entry.made {
                Made::Leaf(cell) => cell.told(view, photo, unmapped),
                Made::Node(parts) => members(parts, view, photo, unmapped),
            };
            list.extend(Some(told).filter(|told| !told.is_empty()));
        };
        let Some(limit) = entry.photos else {
            add(None);
            continue;
        };
        let seen = view
            .listing
            .photos
            .iter()
            .filter(|photo| view.photo(photo).is_some());
        for (at, photo) in seen.take(limit).enumerate() {
            add(Some((at + 1, photo)));
        }
    }
    Told::List(list)
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
    match table.is_some_and(|table| table.contains_key("each") || table.contains_key("record")) {
        true => What::List(vec![entry(file, item)]),
        false => What::Cell(Box::new(Cell::read(file, item))),
    }
}

fn entry(file: &mut File<'_>, item: &Item) -> Entry {
    let none = toml_edit::Table::new();
    let table: &dyn TableLike = item.as_table_like().unwrap_or(&none);
    let each = file.text(table, "each");
    if each.as_deref().is_some_and(|each| each != "photos") {
        file.fault(item.span(), "`each` knows `photos`");
    }
    let limit = file
        .number(table, "limit")
        .unwrap_or(EACH_MAX)
        .min(EACH_MAX);
    let made = match table.get("record").and_then(Item::as_table_like) {
        Some(record) => Made::Node(parts(file, record)),
        None => Made::Leaf(Box::new(Cell::read(file, item))),
    };
    Entry {
        photos: each.map(|_| limit),
        when: when(file, table),
        made,
    }
}
