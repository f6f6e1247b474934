//! Feeds as portals fetch them: Kyero's XML and what looks like it, JSON, and delimited text with a
//! header. All of them become trees, and trees become listings.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use serde_json::{Map, Value};

use crate::message::{amount, at, fingerprint, plain, text};
use crate::shelf::{Sent, View};

const DEPTH_MAX: usize = 32;
/// A text beside elements or attributes.
const TEXT: &str = "$";
const PHOTOS: [&str; 4] = ["images/image", "images", "photos", "image"];
const DESCRIPTIONS: [&str; 3] = ["desc", "description", "text"];

/// Each listing with the key by which the portal knows it again.
pub(super) fn read(body: &[u8]) -> Result<Vec<(String, Sent)>, String> {
    let body = std::str::from_utf8(body).map_err(|_| "the feed is not UTF-8")?;
    let body = body.trim_start_matches('\u{feff}').trim_start();
    let trees = match body.bytes().next() {
        Some(b'<') => xml(body)?,
        Some(b'{' | b'[') => json(body)?,
        Some(_) => delimited(body)?,
        None => return Err("the feed is empty".into()),
    };
    trees.iter().map(listing).collect()
}

fn listing(tree: &Value) -> Result<(String, Sent), String> {
    let (id, reference) = (text(tree, "id"), text(tree, "ref"));
    if reference.is_empty() {
        return Err("a listing has no ref".into());
    }
    if at(tree, "price").is_none() {
        return Err(format!("{reference} has no price"));
    }
    let or = |path: &str, other: &str| {
        let found = text(tree, path);
        if found.is_empty() {
            other.to_owned()
        } else {
            found
        }
    };
    let key = if id.is_empty() { reference.clone() } else { id };
    let kind = format!("{} {}", text(tree, "type"), text(tree, "town"));
    let fingerprint = fingerprint(tree);
    let sent = Sent {
        reference,
        updated: Some(text(tree, "date")).filter(|d| !d.is_empty()),
        etag: fingerprint.clone(),
        fingerprint,
        view: View {
            title: or("title", kind.trim()),
            description: description(tree),
            price: amount(&text(tree, "price")),
            currency: or("currency", "EUR"),
            status: or("status", "available"),
            photos: photos(tree),
        },
        listed: true,
        shown: true,
        ..Sent::default()
    };
    Ok((key, sent))
}

/// The longest of its languages.
fn description(tree: &Value) -> String {
    let found = DESCRIPTIONS.iter().find_map(|path| at(tree, path));
    match found {
        Some(Value::Object(languages)) => {
            let texts = languages.values().map(plain);
            texts.max_by_key(String::len).unwrap_or_default()
        }
        Some(text) => plain(text),
        None => String::new(),
    }
}

/// One or several, as addresses or as what holds one, or in one cell.
fn photos(tree: &Value) -> Vec<String> {
    let found = PHOTOS.iter().find_map(|path| at(tree, path));
    let items: Vec<String> = match found {
        Some(Value::Array(items)) => items.iter().map(photo).collect(),
        Some(Value::String(cell)) => cell
            .split(['|', ',', ' ', '\n'])
            .map(str::to_owned)
            .collect(),
        Some(one) => vec![photo(one)],
        None => Vec::new(),
    };
    items.into_iter().filter(|p| !p.trim().is_empty()).collect()
}

fn photo(item: &Value) -> String {
    match item {
        Value::Object(_) => text(item, "url"),
        other => plain(other),
    }
}

fn json(body: &str) -> Result<Vec<Value>, String> {
    let all: Value = serde_json::from_str(body).map_err(|e| e.to_string())?;
    match all {
        Value::Array(items) => Ok(items),
        Value::Object(members) => members
            .into_iter()
            .find_map(|(_, member)| match member {
                Value::Array(items) => Some(items),
                _ => None,
            })
            .ok_or_else(|| "no member holds a list of listings".into()),
        _ => Err("the feed is neither a list nor an object".into()),
    }
}

/// An element that is still open.
#[derive(Default)]
struct Open {
    name: String,
    members: Map<String, Value>,
    text: String,
}

impl Open {
    /// A leaf is a text; two members of one name are a list.
    fn into_value(mut self) -> Value {
        let text = self.text.trim();
        if self.members.is_empty() {
            return Value::from(text);
        }
        if !text.is_empty() {
            self.members.insert(TEXT.into(), Value::from(text));
        }
        Value::Object(self.members)
    }

    fn add(&mut self, name: String, value: Value) {
        match self.members.get_mut(&name) {
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
            None => {
                self.members.insert(name, value);
            }
        }
    }
}

/// The elements below the root that have a `ref`; Kyero calls them `property`.
fn xml(body: &str) -> Result<Vec<Value>, String> {
    let mut reader = Reader::from_str(body);
    let mut open: Vec<Open> = Vec::new();
    let mut found = Vec::new();
    let mut rooted = false;
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Start(start) => {
                rooted = true;
                if open.is_empty() && name(&start).eq_ignore_ascii_case("html") {
                    return Err("the feed is a page of the web".into());
                }
                if open.len() >= DEPTH_MAX {
                    return Err("the feed is nested too deeply".into());
                }
                open.push(Open {
                    name: name(&start),
                    ..Open::default()
                });
            }
            Event::Empty(start) => {
                if let Some(parent) = open.last_mut() {
                    parent.add(name(&start), Value::from(""));
                }
            }
            Event::Text(text) => add_text(&mut open, &text.xml10_content()),
            Event::CData(text) => add_text(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => add_text(&mut open, &entity(&reference)?),
            Event::End(_) => close(&mut open, &mut found),
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
    if !open.is_empty() || !rooted {
        return Err("the feed ends in the middle".into());
    }
    Ok(found)
}

fn name(start: &BytesStart) -> String {
    start.name().as_ref().to_owned()
}

fn add_text(open: &mut [Open], text: &str) {
    if let Some(inner) = open.last_mut() {
        inner.text.push_str(text);
    }
}

/// The reader has checked that it closes what was opened last.
fn close(open: &mut Vec<Open>, found: &mut Vec<Value>) {
    let Some(closed) = open.pop() else { return };
    let (name, value) = (closed.name.clone(), closed.into_value());
    let is_listing = open.len() == 1 && (name == "property" || value.get("ref").is_some());
    if is_listing {
        found.push(value);
    } else if let Some(parent) = open.last_mut() {
        parent.add(name, value);
    }
}

fn entity(reference: &BytesRef) -> Result<String, String> {
    if let Some(letter) = reference.resolve_char_ref().map_err(|e| e.to_string())? {
        return Ok(letter.to_string());
    }
    let name = reference.xml10_content();
    let known = quick_xml::escape::resolve_predefined_entity(&name);
    known
        .map(str::to_owned)
        .ok_or_else(|| format!("&{name}; is not known"))
}

fn delimited(body: &str) -> Result<Vec<Value>, String> {
    let head = body.lines().next().unwrap_or_default();
    let count = |c: &char| head.matches(*c).count();
    let separator = [',', ';', '\t', '|'].into_iter().max_by_key(count);
    let mut rows = rows(body, separator.unwrap_or(','))?.into_iter();
    let names: Vec<String> = rows
        .next()
        .unwrap_or_default()
        .iter()
        .map(|n| n.trim().to_ascii_lowercase())
        .collect();
    if !["ref", "price"]
        .iter()
        .all(|n| names.iter().any(|m| m == n))
    {
        return Err("the header has no ref and price".into());
    }
    let tree = |cells: Vec<String>| {
        let named = names.iter().cloned().zip(cells);
        let filled = named.filter(|(_, cell)| !cell.trim().is_empty());
        Value::Object(filled.map(|(n, c)| (n, Value::from(c))).collect())
    };
    Ok(rows.map(tree).collect())
}

/// Quotes hold separators and line ends; two of them are one.
fn rows(body: &str, separator: char) -> Result<Vec<Vec<String>>, String> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut letters = body.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            _ if quoted => cell.push(letter),
            '\r' => {}
            '\n' => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            _ if letter == separator => row.push(std::mem::take(&mut cell)),
            _ => cell.push(letter),
        }
    }
    if quoted {
        return Err("the feed ends within quotes".into());
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows.retain(|r| r.iter().any(|c| !c.trim().is_empty()));
    Ok(rows)
}
