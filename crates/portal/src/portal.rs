//! A portal as its folder describes it.

use std::collections::BTreeMap;

use dictionary::{Dictionary, Label};
use toml_edit::{Document, Item, Table, TableLike};

use crate::call::Call;
use crate::cell::Unmapped;
use crate::charset::Charset;
use crate::codes::{self, Code};
use crate::folder::Folder;
use crate::frame::{Frame, Sender};
use crate::record::{Record, View};
use crate::rules::Rules;
use crate::source::Source;
use crate::table::File;
use crate::write;

/// Somebody else's site that listings are published to.
#[derive(Clone, Debug)]
pub struct Portal {
    pub key: String,
    pub label: String,
    pub about: Label,
    pub verticals: Vec<String>,
    /// Where it is at home; empty for everywhere.
    pub countries: Vec<String>,
    pub languages: Vec<String>,
    pub way: Way,
    /// Where it answers, without a slash at its end; an agreement may say another.
    pub address: String,
    pub format: Format,
    pub media_type: String,
    pub charset: Charset,
    pub settings: Vec<Setting>,
    pub removal: Removal,
    /// Calls in a second at most.
    pub per_second: u32,
    /// Minutes after a sending at which it is looked whether it arrived.
    pub verify_after: Vec<u32>,
    /// Statuses of listings that it shows.
    pub shows: Vec<String>,
    pub record: Record,
    pub removing: Record,
    pub asking: Record,
    pub send: Option<Call>,
    pub change: Option<Call>,
    pub remove: Option<Call>,
    pub list: Option<Call>,
    pub rules: Rules,
    pub codes: BTreeMap<String, Code>,
    /// The same for the same files.
    pub fingerprint: u64,
}

/// Who calls whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// We send each listing by a call.
    Call,
    /// It fetches a feed of all listings from us.
    Pull,
    /// We lay a file of all listings on its server.
    Ftp,
}

/// What makes a listing disappear there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    Call,
    /// It stands in the file no more.
    Absence,
}

#[derive(Clone, Debug)]
pub enum Format {
    Json(Items),
    Xml(Tree),
    Table(Rows),
}

/// JSON: what stands around all records.
#[derive(Clone, Debug)]
pub struct Items {
    pub head: Frame,
    pub tail: String,
}

/// XML: the element of a record, and what stands around all of them.
#[derive(Clone, Debug)]
pub struct Tree {
    pub element: String,
    pub head: Frame,
    pub tail: String,
    pub indent: usize,
}

/// A table: how its cells and rows end.
#[derive(Clone, Debug)]
pub struct Rows {
    pub delimiter: String,
    pub end: String,
    pub quote: Option<char>,
    pub always_quotes: bool,
    pub doubles_quotes: bool,
    pub keeps_lines: bool,
    pub guards_formulas: bool,
    pub header: bool,
    pub head: Frame,
    pub tail: String,
}

/// What an account agrees with the portal: its number there, its branch, a password.
#[derive(Clone, Debug)]
pub struct Setting {
    pub key: String,
    pub label: Label,
    pub required: bool,
    pub secret: bool,
}

const KEYS: [&str; 24] = [
    "key",
    "label",
    "about",
    "verticals",
    "countries",
    "languages",
    "way",
    "address",
    "format",
    "media_type",
    "charset",
    "setting",
    "removal",
    "per_second",
    "verify_after",
    "shows",
    "json",
    "xml",
    "table",
    "send",
    "change",
    "remove",
    "list",
    "required",
];

impl Portal {
    /// Reads a folder; all its faults, or the portal.
    pub(crate) fn read(
        folder: &Folder<'_>,
        dictionary: &Dictionary,
    ) -> Result<Portal, Vec<dictionary::Fault>> {
        let mut faults = Vec::new();
        let about = folder.parsed("portal.toml", &mut faults);
        let records = folder.parsed("record.toml", &mut faults);
        let rules = folder.parsed("rules.toml", &mut faults);
        let codes = folder.parsed("codes.toml", &mut faults);
        let (Some((mut file, root)), Some((mut record_file, record_root))) = (about, records)
        else {
            return Err(folder.incomplete(faults));
        };
        let mut portal = described(&mut file, root.as_table());
        faults.extend(file.faults);
        portal.records(&mut record_file, record_root.as_table());
        portal.check(&mut record_file, dictionary);
        faults.extend(record_file.faults);
        if let Some((mut file, root)) = rules {
            portal.rules = Rules::read(&mut file, root.as_table());
            let sources: Vec<Source> = portal.rules.sources().cloned().collect();
            known_fields(&mut file, sources.iter(), &portal.verticals, dictionary);
            faults.extend(file.faults);
        }
        if let Some((mut file, root)) = codes {
            portal.codes = codes::read(&mut file, root.as_table());
            faults.extend(file.faults);
        }
        portal.fingerprint = folder.fingerprint();
        if portal.key != folder.name {
            faults.push(folder.fault(
                "portal.toml",
                format!("`key` is to be `{}`, as its folder is called", folder.name),
            ));
        }
        match faults.is_empty() {
            true => Ok(portal),
            false => Err(faults),
        }
    }

    fn records(&mut self, file: &mut File<'_>, root: &Table) {
        file.only(root, &["record", "remove", "list"], "record.toml");
        let mut part = |name: &str| match root.get(name).and_then(Item::as_table_like) {
            Some(table) => Record::read(file, table),
            None => Record::default(),
        };
        (self.record, self.removing, self.asking) = (part("record"), part("remove"), part("list"));
        if self.record.is_empty() {
            file.fault(
                None,
                "`[record]` is missing: how a record is made of a listing",
            );
        }
    }

    /// What it reads must be there to be read.
    fn check(&self, file: &mut File<'_>, dictionary: &Dictionary) {
        self.check_head(file);
        let records = [&self.record, &self.removing, &self.asking];
        let sources: Vec<&Source> = records.into_iter().flat_map(Record::sources).collect();
        for source in &sources {
            if let Source::Setting(name) = source
                && !self.settings.iter().any(|setting| setting.key == *name)
            {
                let (at, name) = (file.text.find(&format!("setting.{name}")), name.clone());
                file.fault(
                    at.map(|at| at..at),
                    format!("portal.toml has no setting `{name}`"),
                );
            }
        }
        known_fields(file, sources.into_iter(), &self.verticals, dictionary);
    }

    fn check_head(&self, file: &mut File<'_>) {
        let head = match &self.format {
            Format::Json(items) => &items.head,
            Format::Xml(tree) => &tree.head,
            Format::Table(rows) => &rows.head,
        };
        for name in head.settings() {
            if !self.settings.iter().any(|setting| setting.key == *name) {
                file.fault(
                    None,
                    format!("`head` names `{name}`, which is no setting of portal.toml"),
                );
            }
        }
    }

    /// One record as the portal's format has it, and the values that it has no word for.
    pub fn write(&self, record: &Record, view: &View<'_>, out: &mut String) -> Vec<Unmapped> {
        match &self.format {
            Format::Json(_) => {
                let (told, unmapped) = record.of(view);
                write::json(&told, out);
                unmapped
            }
            Format::Xml(tree) => {
                let (told, unmapped) = record.of(view);
                write::xml(&told, tree, out);
                unmapped
            }
            Format::Table(rows) => {
                let (row, unmapped) = record.row(view);
                write::row(row.iter().map(String::as_str), rows, out);
                unmapped
            }
        }
    }

    /// What stands before all records of a file, but for what its sender says.
    pub fn head(&self) -> String {
        self.headed(None)
    }

    /// What stands before all records of a file.
    pub fn head_of(&self, sender: &Sender<'_>) -> String {
        self.headed(Some(sender))
    }

    fn headed(&self, sender: Option<&Sender<'_>>) -> String {
        match &self.format {
            Format::Json(items) => items.head.told(sender, "", write::json_word),
            Format::Xml(tree) => tree.head.told(sender, "", formats::escape_xml),
            Format::Table(rows) => {
                let mut columns = String::new();
                let names = self.record.columns();
                write::row(names.iter().map(String::as_str), rows, &mut columns);
                let plain = |word: &str, out: &mut String| out.push_str(word);
                let head = rows.head.told(sender, &columns, plain);
                head + if rows.header { &columns } else { "" }
            }
        }
    }

    /// A text as the bytes that the portal reads.
    pub fn bytes(&self, text: &str) -> Vec<u8> {
        self.charset.bytes(text)
    }

    /// What stands between two records, and behind all of them.
    pub fn tail(&self) -> (&str, &str) {
        match &self.format {
            Format::Json(items) => (",\n", &items.tail),
            Format::Xml(tree) => ("", &tree.tail),
            Format::Table(rows) => ("", &rows.tail),
        }
    }
}

fn known_fields<'a>(
    file: &mut File<'_>,
    sources: impl Iterator<Item = &'a Source>,
    verticals: &[String],
    dictionary: &Dictionary,
) {
    for field in sources.filter_map(Source::field) {
        let known = verticals
            .iter()
            .filter_map(|v| dictionary.vertical(v))
            .any(|v| v.field(field).is_some());
        if !known {
            let at = file.text.find(&format!("\"{field}"));
            file.fault(
                at.map(|at| at..at),
                format!("no field of {} is called `{field}`", verticals.join(", ")),
            );
        }
    }
}

fn described(file: &mut File<'_>, root: &Table) -> Portal {
    file.only(root, &KEYS, "portal.toml");
    let way = match file.needed(root, "way").as_str() {
        "pull" => Way::Pull,
        "ftp" => Way::Ftp,
        "call" => Way::Call,
        _ => {
            file.fault(
                root.get("way").and_then(Item::span),
                "`way` is call, pull or ftp",
            );
            Way::Pull
        }
    };
    let mut call = |name: &str| root.get(name).and_then(|item| Call::read(file, item));
    let (send, change, remove, list) = (call("send"), call("change"), call("remove"), call("list"));
    if way == Way::Call && send.is_none() {
        file.fault(None, "a portal that is called needs `[send]`");
    }
    let settings = root.get("setting").and_then(Item::as_array_of_tables);
    let settings = settings.into_iter().flat_map(|t| t.iter());
    let settings = settings.map(|table| setting(file, table)).collect();
    let shows = file.words(root, "shows");
    Portal {
        key: file.needed(root, "key"),
        label: file.needed(root, "label"),
        about: file.label(root, "about"),
        verticals: file.words(root, "verticals"),
        countries: file.words(root, "countries"),
        languages: file.words(root, "languages"),
        address: file.text(root, "address").unwrap_or_default(),
        format: format(file, root),
        media_type: file.text(root, "media_type").unwrap_or_default(),
        charset: charset(file, root),
        settings,
        removal: match file.text(root, "removal").as_deref() {
            Some("call") => Removal::Call,
            _ => Removal::Absence,
        },
        per_second: file
            .number(root, "per_second")
            .and_then(|n| u32::try_from(n).ok())
            .unwrap_or(5)
            .max(1),
        verify_after: minutes(file, root),
        shows: if shows.is_empty() {
            vec!["live".to_owned(), "reserved".to_owned()]
        } else {
            shows
        },
        record: Record::default(),
        removing: Record::default(),
        asking: Record::default(),
        rules: Rules::default(),
        codes: BTreeMap::new(),
        fingerprint: 0,
        way,
        send,
        change,
        remove,
        list,
    }
}

/// `["10m", "1h", "4h", "1d"]` in minutes.
fn minutes(file: &mut File<'_>, root: &dyn TableLike) -> Vec<u32> {
    let mut minutes = Vec::new();
    for word in file.words(root, "verify_after") {
        let (number, unit) = word.split_at(word.len().saturating_sub(1));
        let factor = match unit {
            "m" => 1,
            "h" => 60,
            "d" => 24 * 60,
            _ => 0,
        };
        match number.parse::<u32>() {
            Ok(number) if factor > 0 => minutes.push(number * factor),
            _ => file.fault(
                root.get("verify_after").and_then(Item::span),
                format!("`{word}` is no time such as 10m, 4h or 1d"),
            ),
        }
    }
    minutes
}

fn charset(file: &mut File<'_>, root: &dyn TableLike) -> Charset {
    let Some(name) = file.text(root, "charset") else {
        return Charset::default();
    };
    Charset::of(&name).unwrap_or_else(|| {
        let span = root.get("charset").and_then(Item::span);
        file.fault(span, "`charset` is utf-8, iso-8859-1 or iso-8859-15");
        Charset::default()
    })
}

fn setting(file: &mut File<'_>, table: &Table) -> Setting {
    file.only(table, &["key", "label", "required", "secret"], "a setting");
    Setting {
        key: file.needed(table, "key"),
        label: file.label(table, "label"),
        required: file.yes(table, "required"),
        secret: file.yes(table, "secret"),
    }
}

fn format(file: &mut File<'_>, root: &Table) -> Format {
    let none = Table::new();
    let part = |name: &str| {
        root.get(name)
            .and_then(Item::as_table_like)
            .unwrap_or(&none)
    };
    match file.needed(root, "format").as_str() {
        "json" => {
            let json = part("json");
            file.only(json, &["head", "tail"], "[json]");
            Format::Json(Items {
                head: Frame::read(&file.text(json, "head").unwrap_or_else(|| "[".to_owned())),
                tail: file.text(json, "tail").unwrap_or_else(|| "]\n".to_owned()),
            })
        }
        "xml" => {
            let xml = part("xml");
            file.only(xml, &["element", "head", "tail", "indent"], "[xml]");
            Format::Xml(Tree {
                element: file.needed(xml, "element"),
                head: Frame::read(&file.text(xml, "head").unwrap_or_default()),
                tail: file.text(xml, "tail").unwrap_or_default(),
                indent: file.number(xml, "indent").unwrap_or(2),
            })
        }
        "table" => Format::Table(rows(file, part("table"))),
        _ => {
            file.fault(
                root.get("format").and_then(Item::span),
                "`format` is json, xml or table",
            );
            Format::Xml(Tree {
                element: String::new(),
                head: Frame::default(),
                tail: String::new(),
                indent: 0,
            })
        }
    }
}

fn rows(file: &mut File<'_>, table: &dyn TableLike) -> Rows {
    let known = [
        "delimiter",
        "end",
        "quote",
        "always_quotes",
        "apostrophes",
        "keeps_lines",
        "guards_formulas",
        "header",
        "head",
        "tail",
    ];
    file.only(table, &known, "[table]");
    Rows {
        delimiter: file
            .text(table, "delimiter")
            .unwrap_or_else(|| ",".to_owned()),
        end: file.text(table, "end").unwrap_or_else(|| "\r\n".to_owned()),
        quote: match file.text(table, "quote") {
            None => Some('"'),
            Some(text) => text.chars().next(),
        },
        always_quotes: file.yes(table, "always_quotes"),
        doubles_quotes: !file.yes(table, "apostrophes"),
        keeps_lines: file.yes(table, "keeps_lines"),
        guards_formulas: file.yes(table, "guards_formulas"),
        header: file.yes(table, "header"),
        head: Frame::read(&file.text(table, "head").unwrap_or_default()),
        tail: file.text(table, "tail").unwrap_or_default(),
    }
}

pub(crate) fn parsed(text: &str) -> Result<Document<String>, toml_edit::TomlError> {
    Document::parse(text.to_owned())
}
