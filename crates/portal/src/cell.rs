//! One leaf of a record: where it is taken from, and how it is written.

use std::collections::BTreeMap;

use dictionary::{Photo, Value};
use toml_edit::{Item, TableLike};

use crate::moment::Moment;
use crate::record::View;
use crate::source::{Raw, Source, When, units};
use crate::table::File;
use crate::told::Told;

#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// The first that is said counts.
    of: Vec<Source>,
    /// A text with sources in braces; empty without.
    text: Vec<Piece>,
    constant: Option<Told>,
    values: BTreeMap<String, String>,
    /// What stands for a value that `values` does not have.
    other: Option<String>,
    /// It stands there itself.
    keeps: bool,
    /// What stands for a source that is not said.
    default: Option<String>,
    kind: Kind,
    form: Form,
    join: String,
    /// Into the unit of the portal: a thousandth of a metre.
    times: Option<f64>,
    max: Option<usize>,
    html: bool,
    when: When,
}

#[derive(Clone, Debug)]
enum Piece {
    Said(String),
    Of(Source),
}

/// What a leaf is for whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Text,
    Number,
    Flag,
    /// Many choices, or the lines of a text.
    List(bool),
}

#[derive(Clone, Debug)]
enum Form {
    Plain,
    /// Rounded to a whole number.
    Whole,
    Cents,
    Written(Moment),
    Upper,
}

/// A value that the portal has no word for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unmapped {
    pub source: String,
    pub value: String,
}

const KEYS: [&str; 20] = [
    "of", "text", "constant", "values", "else", "keeps", "default", "as", "write", "zone", "join",
    "times", "max", "html", "when", "each", "record", "limit", "skip", "in_one",
];

impl Cell {
    /// A text names its source; a table says more.
    pub(crate) fn read(file: &mut File<'_>, item: &Item) -> Cell {
        let mut cell = Cell {
            of: Vec::new(),
            text: Vec::new(),
            constant: None,
            values: BTreeMap::new(),
            other: None,
            keeps: false,
            default: None,
            kind: Kind::Text,
            form: Form::Plain,
            join: ",".to_owned(),
            times: None,
            max: None,
            html: false,
            when: When::default(),
        };
        if let Some(source) = item.as_str() {
            cell.of = sources(file, item, &[source.to_owned()]);
            return cell;
        }
        let Some(table) = item.as_table_like() else {
            file.fault(
                item.span(),
                "a source is to be a text, or a table with `of`, `text` or `constant`",
            );
            return cell;
        };
        file.only(table, &KEYS, "a cell");
        let of = file.words(table, "of");
        cell.of = sources(file, table.get("of").unwrap_or(item), &of);
        cell.constant = table
            .get("constant")
            .and_then(Item::as_value)
            .and_then(constant);
        if let Some(text) = file.text(table, "text") {
            cell.text = pieces(file, table.get("text").unwrap_or(item), &text);
        }
        if cell.of.is_empty() && cell.text.is_empty() && cell.constant.is_none() {
            file.fault(item.span(), "a cell needs `of`, `text` or `constant`");
        }
        cell.values = file.pairs(table, "values").into_iter().collect();
        cell.other = file.pairs_of_one(table, "else");
        cell.keeps = file.yes(table, "keeps");
        cell.default = file.pairs_of_one(table, "default");
        cell.join = file.text(table, "join").unwrap_or(cell.join);
        cell.times = times(file, table);
        cell.max = file.number(table, "max");
        cell.html = file.yes(table, "html");
        cell.when = when(file, table);
        cell.shaped(file, table);
        cell
    }

    /// Each of its lines by itself, whatever else is said.
    pub(crate) fn of_lines(mut self) -> Cell {
        self.kind = Kind::List(self.kind == Kind::List(true));
        self
    }

    /// All that it reads.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &Source> {
        let pieces = self.text.iter().filter_map(|piece| match piece {
            Piece::Of(source) => Some(source),
            Piece::Said(_) => None,
        });
        let conditions = self.when.0.iter().map(|(source, _)| source);
        self.of.iter().chain(pieces).chain(conditions)
    }

    fn shaped(&mut self, file: &mut File<'_>, table: &dyn TableLike) {
        match file.text(table, "as").as_deref() {
            None | Some("text") => {}
            Some("number") => self.kind = Kind::Number,
            Some("integer") => (self.kind, self.form) = (Kind::Number, Form::Whole),
            Some("cents") => (self.kind, self.form) = (Kind::Number, Form::Cents),
            Some("flag") => self.kind = Kind::Flag,
            Some("list") => self.kind = Kind::List(false),
            Some("numbers") => self.kind = Kind::List(true),
            Some("upper") => self.form = Form::Upper,
            Some("whole") => self.form = Form::Whole,
            Some(other) => {
                let span = table.get("as").and_then(Item::span);
                let known = "text, number, integer, whole, cents, flag, list, numbers, upper";
                file.fault(
                    span,
                    format!("nothing is written as `{other}`; known are {known}"),
                );
            }
        }
        if let Some(pattern) = file.text(table, "write") {
            let zone = file.text(table, "zone").unwrap_or_default();
            match Moment::of(&pattern, &zone) {
                Some(moment) => self.form = Form::Written(moment),
                None => {
                    let span = table.get("write").and_then(Item::span);
                    file.fault(span, "no moment can be written so; patterns are those of strftime, zones such as Europe/London");
                }
            }
        }
    }

    pub(crate) fn told<'a>(
        &self,
        view: &View<'a>,
        photo: Option<(usize, &'a Photo)>,
        unmapped: &mut Vec<Unmapped>,
    ) -> Told {
        if !self.when.holds(view, photo) {
            return Told::Nothing;
        }
        if let Some(constant) = &self.constant {
            return constant.clone();
        }
        if !self.text.is_empty() {
            return self.leaf(self.put_together(view, photo));
        }
        let said = self
            .of
            .iter()
            .find_map(|source| Some((source, source.of(view, photo)?)));
        let Some((source, raw)) = said else {
            return self
                .default
                .clone()
                .map_or(Told::Nothing, |text| self.leaf(text));
        };
        if let Kind::List(_) = self.kind {
            return self.list(source, &raw, unmapped);
        }
        let text = match self.values.is_empty() {
            true => self.written(&raw),
            false => self.mapped(view, source, &raw, unmapped),
        };
        text.map_or(Told::Nothing, |text| self.leaf(text))
    }

    /// The portal's word for a value; of a category its own or that of the nearest one above it.
    fn mapped(
        &self,
        view: &View<'_>,
        source: &Source,
        raw: &Raw<'_>,
        unmapped: &mut Vec<Unmapped>,
    ) -> Option<String> {
        let found = match (source, raw) {
            (Source::Category, _) => {
                let mut lineage = view.vertical.lineage(&view.listing.category);
                lineage.find_map(|category| self.values.get(category.key.as_ref()))
            }
            (_, Raw::Value(Value::ManyOf(keys))) => {
                keys.iter().find_map(|key| self.values.get(key.as_ref()))
            }
            _ => self.values.get(raw.key().as_ref()),
        };
        let found = found.or(self.other.as_ref());
        if found.is_none() && self.keeps {
            return self.written(raw);
        }
        if found.is_none() {
            unmapped.push(self.unknown(source, &raw.key()));
        }
        found.filter(|text| !text.is_empty()).cloned()
    }

    fn unknown(&self, source: &Source, value: &str) -> Unmapped {
        Unmapped {
            source: source
                .field()
                .unwrap_or(match source {
                    Source::Status => "status",
                    _ => "category",
                })
                .to_owned(),
            value: value.to_owned(),
        }
    }

    fn list(&self, source: &Source, raw: &Raw<'_>, unmapped: &mut Vec<Unmapped>) -> Told {
        let own: Vec<String> = match raw {
            Raw::Value(Value::ManyOf(keys)) => keys.iter().map(ToString::to_string).collect(),
            raw => raw
                .key()
                .lines()
                .map(|line| line.trim().to_owned())
                .collect(),
        };
        let mut list = Vec::new();
        for word in own.into_iter().filter(|word| !word.is_empty()) {
            let word = match self.values.is_empty() {
                true => Some(word),
                false => {
                    let found = self.values.get(&word).or(self.other.as_ref());
                    if found.is_none() {
                        unmapped.push(self.unknown(source, &word));
                    }
                    found.filter(|text| !text.is_empty()).cloned()
                }
            };
            let told = word.map(|word| match self.kind {
                Kind::List(true) => Told::Number(word),
                _ => Told::Text(shortened(&word, self.max)),
            });
            list.extend(told.filter(|told| !list.contains(told)));
        }
        Told::List(list)
    }

    fn written(&self, raw: &Raw<'_>) -> Option<String> {
        if let Some(times) = self.times {
            let number: f64 = raw.key().parse().ok()?;
            let whole = matches!(self.form, Form::Whole);
            return Some(rounded(number * times, if whole { 1.0 } else { 1000.0 }));
        }
        match (&self.form, raw) {
            (Form::Written(moment), Raw::Time(ms)) => moment.at(*ms),
            (Form::Written(moment), Raw::Value(Value::Date(date))) => moment.of_day(*date),
            (Form::Cents, Raw::Value(Value::Money(money))) => Some(money.minor.to_string()),
            (Form::Whole, Raw::Value(Value::Money(money))) => {
                Some(((money.minor + 50).div_euclid(100)).to_string())
            }
            (Form::Whole, Raw::Value(Value::Decimal(number))) => {
                Some((number.0 + 500).div_euclid(1000).to_string())
            }
            (_, Raw::Value(Value::Money(money))) => Some(units(money.minor)),
            (_, Raw::Value(Value::ManyOf(keys))) => Some(keys.join(&self.join)),
            (Form::Upper, raw) => Some(raw.key().to_uppercase()),
            (_, raw) => Some(raw.key().into_owned()),
        }
    }

    fn put_together<'a>(&self, view: &View<'a>, photo: Option<(usize, &'a Photo)>) -> String {
        let mut text = String::new();
        for piece in &self.text {
            match piece {
                Piece::Said(said) => text.push_str(said),
                Piece::Of(source) => {
                    let said = source.of(view, photo).and_then(|raw| self.written(&raw));
                    text.push_str(&said.unwrap_or_default());
                }
            }
        }
        // What is not said leaves no double blank behind.
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        words.join(" ")
    }

    fn leaf(&self, text: String) -> Told {
        match self.kind {
            Kind::Number => Told::Number(text),
            Kind::Flag => Told::Flag(matches!(text.as_str(), "true" | "1" | "yes")),
            _ if text.is_empty() => Told::Nothing,
            _ if self.html => Told::Text(text),
            _ => Told::Text(shortened(&text, self.max)),
        }
    }
}

/// Rounded to a part of one, without an end of noughts.
fn rounded(number: f64, part: f64) -> String {
    ((number * part).round() / part).to_string()
}

fn times(file: &mut File<'_>, table: &dyn TableLike) -> Option<f64> {
    let item = table.get("times")?;
    let times = item.as_float().or(item.as_integer().map(|n| n as f64));
    if times.is_none() {
        file.fault(item.span(), "`times` is to be a number");
    }
    times
}

/// Cut at a word, with an ellipsis, so that the whole has at most `max` letters.
fn shortened(text: &str, max: Option<usize>) -> String {
    let Some(max) = max.filter(|max| text.chars().count() > *max) else {
        return text.to_owned();
    };
    let cut: String = text.chars().take(max.saturating_sub(1)).collect();
    let whole = cut
        .rfind(char::is_whitespace)
        .filter(|at| *at * 2 > cut.len());
    format!("{}…", cut[..whole.unwrap_or(cut.len())].trim_end())
}

fn constant(value: &toml_edit::Value) -> Option<Told> {
    Some(match value {
        toml_edit::Value::String(text) => Told::Text(text.value().clone()),
        toml_edit::Value::Integer(number) => Told::Number(number.value().to_string()),
        toml_edit::Value::Float(number) => Told::Number(number.value().to_string()),
        toml_edit::Value::Boolean(flag) => Told::Flag(*flag.value()),
        _ => return None,
    })
}

fn sources(file: &mut File<'_>, item: &Item, words: &[String]) -> Vec<Source> {
    let mut read = Vec::new();
    for word in words {
        match Source::read(word) {
            Some(source) => read.push(source),
            None => file.fault(item.span(), format!("nothing is called `{word}`")),
        }
    }
    read
}

fn pieces(file: &mut File<'_>, item: &Item, text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((said, more)) = rest.split_once('{') {
        let Some((source, after)) = more.split_once('}') else {
            file.fault(item.span(), "a brace is open: sources stand in { and }");
            break;
        };
        if !said.is_empty() {
            pieces.push(Piece::Said(said.to_owned()));
        }
        pieces.extend(
            sources(file, item, &[source.to_owned()])
                .into_iter()
                .map(Piece::Of),
        );
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Said(rest.to_owned()));
    }
    pieces
}

pub(crate) fn when(file: &mut File<'_>, table: &dyn TableLike) -> When {
    let Some(item) = table.get("when") else {
        return When::default();
    };
    let Some(conditions) = item.as_table_like() else {
        file.fault(
            item.span(),
            "`when` is a table such as { purpose = \"rent\" }",
        );
        return When::default();
    };
    let mut read = Vec::new();
    for (name, item) in conditions.iter() {
        let wanted = match item.as_value().and_then(crate::table::plain) {
            Some(word) => vec![word],
            None => file.words(conditions, name),
        };
        match Source::read(name) {
            Some(source) => read.push((source, wanted)),
            None => file.fault(item.span(), format!("nothing is called `{name}`")),
        }
    }
    When(read)
}
