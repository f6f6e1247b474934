//! One record of JSON as a small tree.

use crate::node::Node;
use crate::{DEPTH_MAX, Raw, Refusal};

const VALUES_MAX: usize = 50_000;

/// Parses a record into its tree: a value of an object is a child of its key's name, a list as many
/// children, a key that begins with `@` an attribute. Numbers stay as they are written.
pub fn parse_json(raw: &Raw<'_>) -> Result<Node, Refusal> {
    let text = String::from_utf8_lossy(raw.bytes);
    let mut parser = Parser {
        rest: text.trim(),
        depth: 0,
        values: 0,
    };
    parser
        .record()
        .map_err(|why| Refusal::at(raw.line, "not_well_formed", why))
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
    values: usize,
}

impl<'a> Parser<'a> {
    fn record(&mut self) -> Result<Node, String> {
        let mut node = Node::default();
        if self.rest.starts_with('"') {
            // A member of an object of records: its key is part of it.
            let key = self.text()?;
            self.blank();
            self.take(':')?;
            node.attributes.push(("key".into(), key));
            self.blank();
        }
        self.value(&mut node)?;
        self.blank();
        match self.rest.is_empty() {
            true => Ok(node),
            false => Err(format!("“{}” stands behind its end", self.shown())),
        }
    }

    /// Puts a value into its node.
    fn value(&mut self, node: &mut Node) -> Result<(), String> {
        self.values += 1;
        if self.depth > DEPTH_MAX || self.values > VALUES_MAX {
            return Err(format!(
                "more than {DEPTH_MAX} levels deep or {VALUES_MAX} values in all"
            ));
        }
        match self.rest.as_bytes().first() {
            Some(b'{') => self.object(node),
            Some(b'[') => self.list(node, "item"),
            Some(b'"') => self.text().map(|text| node.text = text),
            _ => self.scalar().map(|text| node.text = text.to_owned()),
        }
    }

    fn object(&mut self, node: &mut Node) -> Result<(), String> {
        self.depth += 1;
        self.take('{')?;
        self.blank();
        while !self.rest.starts_with('}') {
            let key = self.text()?;
            self.blank();
            self.take(':')?;
            self.blank();
            match (self.rest.as_bytes().first(), key.strip_prefix('@')) {
                (Some(b'['), _) => self.list(node, &key)?,
                (Some(first), Some(name)) if *first != b'{' => {
                    let mut value = Node::default();
                    self.value(&mut value)?;
                    node.attributes.push((name.to_owned(), value.text));
                }
                _ => {
                    let mut child = Node {
                        name: key,
                        ..Node::default()
                    };
                    self.value(&mut child)?;
                    node.children.push(child);
                }
            }
            self.comma('}')?;
        }
        self.depth -= 1;
        self.take('}')
    }

    /// Each element becomes a child of `node`, all of one name.
    fn list(&mut self, node: &mut Node, name: &str) -> Result<(), String> {
        self.depth += 1;
        self.take('[')?;
        self.blank();
        while !self.rest.starts_with(']') {
            let mut child = Node {
                name: name.to_owned(),
                ..Node::default()
            };
            self.value(&mut child)?;
            node.children.push(child);
            self.comma(']')?;
        }
        self.depth -= 1;
        self.take(']')
    }

    /// A comma with something behind it, or what closes the list.
    fn comma(&mut self, closes: char) -> Result<(), String> {
        self.blank();
        if self.rest.starts_with(closes) {
            return Ok(());
        }
        self.take(',')?;
        self.blank();
        match self.rest.starts_with(closes) {
            true => Err("a comma with nothing behind it".into()),
            false => Ok(()),
        }
    }

    fn scalar(&mut self) -> Result<&'a str, String> {
        let end = self
            .rest
            .find(|c: char| ",]}".contains(c) || c.is_whitespace());
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        let number = word.starts_with(|c: char| c == '-' || c.is_ascii_digit())
            && word.ends_with(|c: char| c.is_ascii_digit())
            && word
                .bytes()
                .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
        let shown = match word {
            "true" | "false" => word,
            "null" => "",
            _ if number => word,
            _ => return Err(format!("“{}” is no value", self.shown())),
        };
        self.rest = rest;
        Ok(shown)
    }

    fn text(&mut self) -> Result<String, String> {
        self.take('"')?;
        let mut at = 0;
        let bytes = self.rest.as_bytes();
        loop {
            let found = memchr::memchr2(b'"', b'\\', bytes.get(at..).unwrap_or_default());
            match found.map(|f| f + at) {
                None => return Err("a text is not closed".into()),
                Some(end) if bytes[end] == b'"' => {
                    let text = unescaped(&self.rest[..end]);
                    self.rest = &self.rest[end + 1..];
                    return text;
                }
                Some(escape) => at = escape + 2,
            }
        }
    }

    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, wanted: char) -> Result<(), String> {
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => Err(format!("“{wanted}” is missing before “{}”", self.shown())),
        }
    }

    fn shown(&self) -> String {
        self.rest.chars().take(20).collect()
    }
}

/// A text of JSON without its escapes; half of a pair of surrogates becomes U+FFFD.
pub(crate) fn unescaped(text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = rest[at + 1..]
            .chars()
            .next()
            .ok_or("a text ends in a backslash")?;
        rest = &rest[at + 1 + escape.len_utf8()..];
        match escape {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' | 'f' => out.push(' '),
            'u' => {
                let unit = |text: &str| text.get(..4).and_then(|h| u16::from_str_radix(h, 16).ok());
                let first = unit(rest).ok_or("\\u without four digits")?;
                rest = &rest[4..];
                let second = rest
                    .strip_prefix("\\u")
                    .and_then(unit)
                    .filter(|_| (0xd800..0xdc00).contains(&first));
                let units: Vec<u16> = std::iter::once(first).chain(second).collect();
                let letters: Vec<_> = char::decode_utf16(units).collect();
                let whole = letters.len() == 1 && second.is_some();
                out.push(
                    letters
                        .first()
                        .and_then(|l| l.as_ref().ok().copied())
                        .unwrap_or('\u{fffd}'),
                );
                if whole {
                    rest = &rest[6..];
                }
            }
            '"' | '\\' | '/' => out.push(escape),
            other => return Err(format!("“\\{other}” is no escape")),
        }
    }
    out.push_str(rest);
    Ok(out)
}
