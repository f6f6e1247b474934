//! XML cut into the elements that are its records, and one such element as a small tree.
//!
//! The cutting looks only for tags, so a known record is never parsed. Document types with their own
//! entities are refused: a feed has no use for them and a bomb does.

use memchr::{memchr, memmem};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::charset::Charset;
use crate::entities;
use crate::node::Node;
use crate::window::Window;
use crate::xml_shape::Shape;
use crate::{DEPTH_MAX, RECORD_BYTES_MAX, Raw, Refusal};

const CHILDREN_MAX: usize = 20_000;

pub struct XmlReader {
    window: Window,
    /// The names of the elements that are records, the commonest first.
    pub elements: Vec<String>,
    shape: Shape,
    /// The elements that are open around the place where reading stands.
    open: Vec<String>,
    line: u64,
    ended: bool,
}

/// A piece of markup, from the `<` that begins it to behind its end.
enum Markup {
    Start { name: String, empty: bool },
    End(String),
    Other,
}

impl XmlReader {
    pub(crate) fn new(window: Window, shape: Shape) -> XmlReader {
        XmlReader {
            window,
            elements: shape.elements.iter().map(|n| local(n).to_owned()).collect(),
            shape,
            open: Vec::new(),
            line: 1,
            ended: false,
        }
    }

    /// Where the records stand, e.g. `/importfile/vehicules/vehicule`.
    pub fn path(&self) -> String {
        let names = self.shape.parents.iter().chain(self.shape.elements.first());
        names.map(|n| format!("/{n}")).collect()
    }

    /// The next record; a refusal with a line concerns this record alone.
    pub fn next(&mut self) -> Option<Result<Raw<'_>, Refusal>> {
        let name = match self.find_record() {
            Ok(Some(name)) => name,
            Ok(None) => return None,
            Err(refusal) => return Some(Err(refusal)),
        };
        let line = self.line;
        let (mut from, mut depth) = (0, 0);
        loop {
            let ended = self.window.ended();
            if let Some(end) = element_end(self.window.rest(), &name, &mut from, &mut depth, ended)
            {
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
                self.pass(length.min(self.window.rest().len()));
                self.ended |= code == "cut_off";
                let said = format!("<{name}> is {why}; it was left out");
                return Some(Err(Refusal::at(line, code, said)));
            }
        }
    }

    /// Goes on to where the next record begins, and tells its name.
    fn find_record(&mut self) -> Result<Option<String>, Refusal> {
        while !self.ended {
            let Some(at) = memchr(b'<', self.window.rest()) else {
                let all = self.window.rest().len();
                self.pass(all);
                if !self.window.fill()? {
                    return self.at_end().map(|()| None);
                }
                continue;
            };
            self.pass(at);
            let (end, markup) = match markup(self.window.rest()) {
                Some(found) => found,
                None if self.window.rest().len() <= RECORD_BYTES_MAX && self.window.fill()? => {
                    continue;
                }
                None => (1, Markup::Other),
            };
            match markup {
                Markup::Start { name, empty } => {
                    if self.open == self.shape.parents && self.shape.is_record(&name) {
                        return Ok(Some(name));
                    }
                    if !empty && self.open.len() < DEPTH_MAX * 4 {
                        self.open.push(name);
                    }
                }
                Markup::End(name) => {
                    // What was never closed within it is closed with it.
                    match self.open.iter().rposition(|n| *n == name) {
                        Some(at) => self.open.truncate(at),
                        None if self.open.is_empty() => return Err(self.one_too_many(&name)),
                        None => {}
                    }
                }
                Markup::Other => {}
            }
            self.pass(end);
        }
        Ok(None)
    }

    /// Two documents run together, or one whose beginning is missing.
    fn one_too_many(&mut self, name: &str) -> Refusal {
        self.ended = true;
        let said = format!(
            "line {}: </{name}> closes what was never opened: the file is not one whole document; \
             have it exported again",
            self.line
        );
        Refusal::file("not_well_formed", said)
    }

    /// A feed that ends between two records was cut off all the same.
    fn at_end(&mut self) -> Result<(), Refusal> {
        self.ended = true;
        match self.open.first() {
            None => Ok(()),
            Some(root) => {
                let said = format!(
                    "the file ends before its <{root}> is closed: it was cut off on its way; have \
                     it sent again"
                );
                Err(Refusal::at(self.line, "cut_off", said))
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

/// The markup that stands at the beginning; None when its end is not there yet.
fn markup(bytes: &[u8]) -> Option<(usize, Markup)> {
    let behind = |end: &[u8]| memmem::find(bytes, end).map(|at| (at + end.len(), Markup::Other));
    // Enough to tell what it is.
    if bytes.len() < 9 && !bytes.contains(&b'>') {
        return None;
    }
    match bytes {
        _ if bytes.starts_with(b"<!--") => behind(b"-->"),
        _ if bytes.starts_with(b"<![CDATA[") => behind(b"]]>"),
        [b'<', b'?', ..] => behind(b"?>"),
        [b'<', b'!', ..] => behind(b">"),
        [b'<', b'/', rest @ ..] => {
            let end = memchr(b'>', bytes)? + 1;
            Some((end, Markup::End(name_at(rest))))
        }
        [b'<', rest @ ..]
            if rest
                .first()
                .is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_' || *b >= 0x80) =>
        {
            let end = tag_end(bytes)?;
            let empty = bytes[end - 2] == b'/';
            Some((
                end,
                Markup::Start {
                    name: name_at(rest),
                    empty,
                },
            ))
        }
        _ => Some((1, Markup::Other)),
    }
}

fn name_at(bytes: &[u8]) -> String {
    let end = bytes
        .iter()
        .position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/' | b'<'));
    String::from_utf8_lossy(&bytes[..end.unwrap_or(bytes.len())]).into_owned()
}

/// Behind the `>` that stands in no quotes.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let plain = memchr(b'>', bytes)?;
    if !bytes[..plain].iter().any(|b| matches!(b, b'"' | b'\'')) {
        return Some(plain + 1);
    }
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(*byte),
            // An attribute holds no tag: the quote was never closed.
            (Some(_), b'<') => return Some(plain + 1),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

/// The end of the element `name` that starts at 0, behind its closing tag. `from` and `depth` keep
/// how far it was sought.
fn element_end(
    bytes: &[u8],
    name: &str,
    from: &mut usize,
    depth: &mut usize,
    ended: bool,
) -> Option<usize> {
    let name = name.as_bytes();
    loop {
        let at = memchr(b'<', bytes.get(*from..)?)? + *from;
        let rest = &bytes[at..];
        // A tag is judged when all of its name is there.
        if rest.len() < name.len() + 3 && !ended {
            return None;
        }
        let closes = rest.starts_with(b"</");
        let same = rest[1 + usize::from(closes)..]
            .strip_prefix(name)
            .and_then(<[u8]>::first);
        if same.is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')) {
            let end = if closes {
                memchr(b'>', rest)? + 1
            } else {
                tag_end(rest)?
            };
            *from = at + end;
            match closes {
                true => *depth = depth.saturating_sub(1),
                false if rest[end - 2] == b'/' => {}
                false => *depth += 1,
            }
            if *depth == 0 {
                return Some(*from);
            }
            continue;
        }
        *from = at
            + match rest {
                _ if rest.starts_with(b"<!--") => memmem::find(rest, b"-->")? + 3,
                _ if rest.starts_with(b"<![CDATA[") => memmem::find(rest, b"]]>")? + 3,
                _ => 1,
            };
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
                _ => {
                    if let Some(letter) = entities::letter(&reference) {
                        add(&mut open, letter.encode_utf8(&mut [0; 4]));
                    }
                }
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

fn begun(start: &BytesStart<'_>) -> Result<Node, String> {
    let mut node = Node {
        name: local(start.name().as_ref()).to_owned(),
        ..Node::default()
    };
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|e| e.to_string())?;
        if attribute.key.as_ref().starts_with("xmlns") {
            continue;
        }
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|e| e.to_string())?;
        node.attributes
            .push((local(attribute.key.as_ref()).to_owned(), value.into_owned()));
    }
    Ok(node)
}

pub(crate) fn local(name: &str) -> &str {
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
