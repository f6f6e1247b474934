//! Which values of a JSON document are its records.

use std::collections::HashMap;

use crate::json_node::unescaped;
use crate::{DEPTH_MAX, Refusal};

/// Which child leads on to the records.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Key(String),
    /// Every element of an array.
    Each,
    /// Every member of an object whose keys are names of records.
    Member,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    pub steps: Vec<Step>,
    /// One document after another.
    pub lines: bool,
}

impl Shape {
    pub(crate) fn path(&self) -> String {
        let mut path = String::from("$");
        for step in &self.steps {
            match step {
                Step::Key(name) => path += &format!(".{name}"),
                Step::Each => path += "[*]",
                Step::Member => path += ".*",
            }
        }
        path
    }
}

/// Whether a text begins like JSON that may hold records.
pub(crate) fn is_json(head: &str) -> bool {
    let text = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{1e}');
    let inside = |open: char| text.strip_prefix(open).map(str::trim_start);
    let array = inside('[').is_some_and(|i| i.starts_with(['{', '[', ']']));
    array || inside('{').is_some_and(|i| i.starts_with(['"', '}']))
}

/// A text that would be JSON were it not for something before it.
pub(crate) fn commented(head: &str) -> bool {
    let text = head.trim_start();
    let behind = match text {
        _ if text.starts_with("/*") => text.split_once("*/").map(|(_, after)| after),
        _ if text.starts_with("//") => text.split_once('\n').map(|(_, after)| after),
        _ => None,
    };
    behind.is_some_and(is_json)
}

/// How often a value of a path came, and how much each said.
#[derive(Default)]
struct Seen {
    count: usize,
    said: usize,
    order: usize,
}

struct Look<'a> {
    bytes: &'a [u8],
    at: usize,
    seen: HashMap<Vec<Step>, Seen>,
    ended: bool,
    too_deep: bool,
}

pub(crate) fn find(head: &str) -> Result<Shape, Refusal> {
    let bytes = head.as_bytes();
    let mut look = Look {
        bytes,
        at: 0,
        seen: HashMap::new(),
        ended: false,
        too_deep: false,
    };
    let (mut documents, mut said) = (0, 0);
    while !look.ended {
        look.blank();
        if look.ended {
            break;
        }
        let before = look.at;
        said += look.value(&mut Vec::new());
        documents += 1;
        if look.at == before {
            break;
        }
    }
    if look.too_deep {
        return Err(Refusal::file(
            "too_deep",
            format!("values nest deeper than {DEPTH_MAX}"),
        ));
    }
    let root = Seen {
        count: documents.max(1),
        said,
        order: 0,
    };
    look.seen.insert(Vec::new(), root);
    Ok(Shape {
        steps: look.best(),
        lines: documents > 1,
    })
}

impl Look<'_> {
    fn byte(&mut self) -> u8 {
        match self.bytes.get(self.at) {
            Some(byte) => *byte,
            None => {
                self.ended = true;
                0
            }
        }
    }

    fn blank(&mut self) {
        while self.byte().is_ascii_whitespace() || (self.byte() == 0x1e && !self.ended) {
            self.at += 1;
        }
    }

    /// How many texts and numbers it holds, leaving out lists of objects.
    fn value(&mut self, path: &mut Vec<Step>) -> usize {
        if path.len() > DEPTH_MAX {
            (self.too_deep, self.ended) = (true, true);
            return 0;
        }
        match self.byte() {
            b'{' => self.object(path),
            b'[' => self.array(path),
            b'"' => {
                self.text();
                1
            }
            _ => {
                let from = self.at;
                while !self.ended && !b",]} \n\r\t".contains(&self.byte()) {
                    self.at += 1;
                }
                usize::from(self.at > from)
            }
        }
    }

    fn object(&mut self, path: &mut Vec<Step>) -> usize {
        self.at += 1;
        let mut said = 0;
        // The keys of the members that are objects, while all are.
        let mut members: Vec<(Vec<String>, usize)> = Vec::new();
        let mut alike = true;
        loop {
            self.blank();
            match self.byte() {
                b',' => self.at += 1,
                b'"' => {
                    let key = self.text();
                    self.blank();
                    if self.byte() == b':' {
                        self.at += 1;
                    }
                    self.blank();
                    let is_object = self.byte() == b'{';
                    path.push(Step::Key(key));
                    let keys = if is_object {
                        self.keys_ahead()
                    } else {
                        Vec::new()
                    };
                    let inside = self.value(path);
                    path.pop();
                    said += inside;
                    alike &=
                        is_object && members.first().is_none_or(|(first, _)| share(first, &keys));
                    if alike {
                        members.push((keys, inside));
                    }
                }
                b'}' => {
                    self.at += 1;
                    break;
                }
                _ => {
                    self.ended = true;
                    break;
                }
            }
            if self.ended {
                break;
            }
        }
        if alike && members.len() >= 3 {
            path.push(Step::Member);
            for (_, inside) in &members {
                self.saw(path, *inside);
            }
            path.pop();
            return 0;
        }
        said
    }

    fn array(&mut self, path: &mut Vec<Step>) -> usize {
        self.at += 1;
        let mut scalars = 0;
        path.push(Step::Each);
        loop {
            self.blank();
            match self.byte() {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    break;
                }
                _ if self.ended => break,
                byte => {
                    let before = self.at;
                    let inside = self.value(path);
                    if matches!(byte, b'{' | b'[') {
                        self.saw(path, inside);
                    } else {
                        scalars += inside;
                    }
                    if self.at == before {
                        self.ended = true;
                    }
                }
            }
            if self.ended {
                break;
            }
        }
        path.pop();
        // Rows of cells say as much as they have cells.
        if scalars > 0 && path.last() == Some(&Step::Each) {
            scalars
        } else {
            scalars.min(1)
        }
    }

    fn saw(&mut self, path: &[Step], said: usize) {
        let order = self.seen.len() + 1;
        if let Some(seen) = self.seen.get_mut(path) {
            seen.count += 1;
            seen.said += said;
        } else if order < 20_000 {
            self.seen.insert(
                path.to_vec(),
                Seen {
                    count: 1,
                    said,
                    order,
                },
            );
        }
    }

    fn text(&mut self) -> String {
        let from = self.at + 1;
        let mut at = from;
        loop {
            match self.bytes.get(at) {
                None => {
                    self.ended = true;
                    self.at = self.bytes.len();
                    return String::new();
                }
                Some(b'\\') => at += 2,
                Some(b'"') => {
                    self.at = at + 1;
                    let text = String::from_utf8_lossy(&self.bytes[from..at]);
                    return unescaped(&text).unwrap_or_default();
                }
                Some(_) => at += 1,
            }
        }
    }

    /// The first keys of the object that stands here, without entering it.
    fn keys_ahead(&self) -> Vec<String> {
        let mut ahead = Look {
            bytes: self.bytes,
            at: self.at + 1,
            seen: HashMap::new(),
            ended: false,
            too_deep: false,
        };
        let mut keys = Vec::new();
        while !ahead.ended && keys.len() < 12 {
            ahead.blank();
            match ahead.byte() {
                b',' => ahead.at += 1,
                b'"' => {
                    keys.push(ahead.text());
                    ahead.blank();
                    ahead.at += 1;
                    ahead.blank();
                    match ahead.byte() {
                        // What lies deeper is not compared.
                        b'{' | b'[' => break,
                        b'"' => drop(ahead.text()),
                        _ => {
                            while !ahead.ended && !b",}".contains(&ahead.byte()) {
                                ahead.at += 1;
                            }
                        }
                    }
                }
                _ => break,
            }
        }
        keys
    }

    fn best(&self) -> Vec<Step> {
        let average = |seen: &Seen| seen.said as f64 / seen.count.max(1) as f64;
        let score = |path: &[Step], seen: &Seen| {
            // What lies within a record that says much itself is a part of it.
            let around = |end: &usize| {
                let outer = self.seen.get(&path[..*end]);
                outer.is_some_and(|s| average(s) >= 5.0 && s.count * 2 >= 1)
            };
            let within = (0..path.len()).filter(around).count() as i32;
            average(seen) * (1.0 + (seen.count as f64).log2()) * 0.6_f64.powi(within)
        };
        let best = self.seen.iter().max_by(|a, b| {
            let by_score = score(a.0, a.1).total_cmp(&score(b.0, b.1));
            by_score.then(b.1.order.cmp(&a.1.order))
        });
        best.map(|(path, _)| path.clone()).unwrap_or_default()
    }
}

/// Whether two objects have half of their keys in common.
fn share(first: &[String], second: &[String]) -> bool {
    let shared = first.iter().filter(|k| second.contains(k)).count();
    shared > 0 && shared * 2 >= first.len().min(second.len())
}
