//! XML cut into its repeating element, and one such element as a small tree.
//!
//! The cutting looks only for the element's tags, so a known record is never parsed. Document types
//! with their own entities are refused: a feed has no use for them and a bomb does.

use memchr::memmem;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::charset::Charset;
use crate::window::Window;
use crate::{DEPTH_MAX, RECORD_BYTES_MAX, Raw, Refusal};

const CHILDREN_MAX: usize = 20_000;

pub struct XmlReader {
    window: Window,
    pub encoding: String,
    /// The name of the element that is one record.
    pub element: String,
    line: u64,
}

/// An element: its own text, and the elements in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Without namespace prefix.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
    pub children: Vec<Node>,
}

impl Node {
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The trimmed text of a descendant, e.g. `location/latitude`; None when absent or empty.
    pub fn at(&self, path: &str) -> Option<&str> {
        let node = path
            .split('/')
            .try_fold(self, |node, name| node.child(name))?;
        Some(node.text.trim()).filter(|t| !t.is_empty())
    }

    /// Every text and attribute with its path, in the order of the file.
    pub fn flat(&self) -> Vec<(String, &str)> {
        let mut flat = Vec::new();
        self.flatten("", &mut flat);
        flat
    }

    fn flatten<'a>(&'a self, path: &str, flat: &mut Vec<(String, &'a str)>) {
        for (name, value) in &self.attributes {
            flat.push((join(path, &format!("@{name}")), value));
        }
        if !self.text.trim().is_empty() {
            flat.push((path.to_owned(), self.text.trim()));
        }
        for child in &self.children {
            child.flatten(&join(path, &child.name), flat);
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}/{name}")
    }
}

impl XmlReader {
    pub(crate) fn new(window: Window, encoding: String, element: String) -> XmlReader {
        XmlReader {
            window,
            encoding,
            element,
            line: 1,
        }
    }

    /// The next record; a refusal with a line concerns this record alone.
    #[expect(
        clippy::should_implement_trait,
        reason = "it lends from its own buffer"
    )]
    pub fn next(&mut self) -> Option<Result<Raw<'_>, Refusal>> {
        let (open, close) = (format!("<{}", self.element), format!("</{}", self.element));
        let start = loop {
            match find_tag(self.window.rest(), open.as_bytes(), 0) {
                Some(at) => break at,
                None => {
                    // The tag may lie across the end of the window.
                    let seen = self.window.rest().len().saturating_sub(open.len() + 1);
                    self.pass(seen);
                    match self.window.fill() {
                        Ok(true) => {}
                        Ok(false) => return None,
                        Err(refusal) => return Some(Err(refusal)),
                    }
                }
            }
        };
        self.pass(start);
        let line = self.line;
        loop {
            if let Some(end) = element_end(self.window.rest(), open.as_bytes(), close.as_bytes()) {
                self.pass(end);
                return Some(Ok(Raw {
                    bytes: self.window.consumed(end, end),
                    line,
                }));
            }
            let length = self.window.rest().len();
            let said = if length > RECORD_BYTES_MAX {
                Some(("record_too_long", "longer than 4 MB"))
            } else {
                match self.window.fill() {
                    Ok(true) => None,
                    Ok(false) => Some(("cut_off", "not closed: the file ends within it")),
                    Err(refusal) => return Some(Err(refusal)),
                }
            };
            if let Some((code, why)) = said {
                let all = self.window.rest().len();
                self.pass(all);
                let said = format!("<{}> is {why}; it was left out", self.element);
                return Some(Err(Refusal::at(line, code, said)));
            }
        }
    }

    fn pass(&mut self, bytes: usize) {
        let lines = memchr::memchr_iter(b'\n', &self.window.rest()[..bytes]).count();
        self.line += lines as u64;
        self.window.consume(bytes);
    }
}

/// Parses a record into its tree.
pub fn parse_xml(raw: &Raw<'_>) -> Result<Node, Refusal> {
    let text = String::from_utf8_lossy(raw.bytes);
    tree(&text).map_err(|why| Refusal::at(raw.line, "not_well_formed", why))
}

/// Where `tag` stands as a whole name.
fn find_tag(bytes: &[u8], tag: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(found) = memmem::find(bytes.get(at..)?, tag) {
        let after = bytes.get(at + found + tag.len())?;
        if after.is_ascii_whitespace() || *after == b'>' || *after == b'/' {
            return Some(at + found);
        }
        at += found + tag.len();
    }
    None
}

/// The end of the element that starts at 0, behind its closing tag.
fn element_end(bytes: &[u8], open: &[u8], close: &[u8]) -> Option<usize> {
    let head = memchr::memchr(b'>', bytes)?;
    if bytes[head - 1] == b'/' {
        return Some(head + 1);
    }
    let (mut depth, mut at) = (1usize, head);
    loop {
        let closing = find_tag(bytes, close, at)?;
        // The same element within itself is rare; its opening tags are counted all the same. One
        // that is never closed may swallow the closing tag.
        let mut inner = at;
        while let Some(opening) = find_tag(&bytes[..closing], open, inner) {
            let end = memchr::memchr(b'>', &bytes[opening..])? + opening;
            depth += usize::from(bytes[end - 1] != b'/');
            inner = end;
        }
        depth -= 1;
        let end = memchr::memchr(b'>', &bytes[closing..])? + closing;
        if depth == 0 {
            return Some(end + 1);
        }
        at = end;
    }
}

fn tree(text: &str) -> Result<Node, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Node> = Vec::new();
    let mut nodes = 0usize;
    loop {
        let event = reader.read_event().map_err(|e| e.to_string())?;
        match event {
            Event::Start(start) => {
                nodes += 1;
                if open.len() >= DEPTH_MAX || nodes > CHILDREN_MAX {
                    return Err(format!(
                        "more than {DEPTH_MAX} elements deep or {CHILDREN_MAX} in all"
                    ));
                }
                open.push(begun(&start)?);
            }
            Event::Empty(start) => {
                nodes += 1;
                let node = begun(&start)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => return Ok(node),
                }
            }
            Event::End(_) => {
                let Some(node) = open.pop() else {
                    return Err("a tag closes nothing".into());
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => return Ok(node),
                }
            }
            Event::Text(text) => add(&mut open, &text),
            Event::CData(text) => add(&mut open, &text),
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(letter)) => add(&mut open, letter.encode_utf8(&mut [0; 4])),
                _ => add(&mut open, named_entity(&reference)),
            },
            Event::Eof => return Err("it ends before its elements are closed".into()),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {}
        }
    }
}

fn add(open: &mut [Node], text: &str) {
    if let Some(node) = open.last_mut() {
        node.text.push_str(text);
    }
}

fn named_entity(name: &str) -> &'static str {
    match name {
        "lt" => "<",
        "gt" => ">",
        "amp" => "&",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        "euro" => "€",
        // An entity that nobody defined says nothing.
        _ => "",
    }
}

fn begun(start: &BytesStart<'_>) -> Result<Node, String> {
    let mut node = Node {
        name: local(start.name().as_ref()).to_owned(),
        ..Node::default()
    };
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|e| e.to_string())?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|e| e.to_string())?;
        node.attributes
            .push((local(attribute.key.as_ref()).to_owned(), value.into_owned()));
    }
    Ok(node)
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

pub(crate) fn declared_encoding(head: &str) -> Option<Charset> {
    let declaration = head.strip_prefix("<?xml")?.split("?>").next()?;
    let after = declaration
        .split("encoding")
        .nth(1)?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = after.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    Charset::declared(after[1..].split(quote).next()?)
}

/// The element that makes the records: the shallowest name that comes again among its siblings, or
/// the only child when there is but one record.
pub(crate) fn repeating(head: &str) -> Result<String, Refusal> {
    const KNOWN: [&str; 10] = [
        "property",
        "listing",
        "ad",
        "annonce",
        "vehicle",
        "item",
        "immobilie",
        "offer",
        "car",
        "entry",
    ];
    let upper = head.get(..4096.min(head.len())).unwrap_or(head);
    if upper.contains("<!ENTITY") || (upper.contains("<!DOCTYPE") && upper.contains('[')) {
        let said = "the document declares entities of its own, which is refused; export it without \
                    a document type";
        return Err(Refusal::file("entities", said));
    }
    let mut reader = Reader::from_str(head);
    reader.config_mut().check_end_names = false;
    let mut depth = 0usize;
    let mut counts: Vec<(usize, String, usize)> = Vec::new();
    while let Ok(event) = reader.read_event() {
        let name = match &event {
            Event::Start(e) | Event::Empty(e) => e.name().as_ref().to_owned(),
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            Event::Eof => break,
            _ => continue,
        };
        if (1..=3).contains(&depth) {
            match counts
                .iter_mut()
                .find(|(d, n, _)| *d == depth && *n == name)
            {
                Some(entry) => entry.2 += 1,
                None => counts.push((depth, name, 1)),
            }
        }
        if matches!(event, Event::Start(_)) {
            depth += 1;
        }
        if depth > DEPTH_MAX {
            return Err(Refusal::file(
                "too_deep",
                format!("elements nest deeper than {DEPTH_MAX}"),
            ));
        }
    }
    let known = |name: &str| KNOWN.contains(&local(name).to_lowercase().as_str());
    let found = counts
        .iter()
        .filter(|(_, name, _)| known(name))
        .min_by_key(|(depth, _, count)| (*depth, usize::MAX - count))
        .or_else(|| {
            counts
                .iter()
                .filter(|(_, _, n)| *n > 1)
                .min_by_key(|(d, _, n)| (*d, usize::MAX - n))
        })
        .or_else(|| counts.first());
    found.map(|(_, name, _)| name.clone()).ok_or_else(|| {
        let said = "no element with records was found; a feed holds one element for each listing";
        Refusal::file("no_records", said)
    })
}
