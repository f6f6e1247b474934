//! Which elements of a document are its records: found by how often they come and how much they say.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::xml::local;
use crate::{DEPTH_MAX, Refusal};

/// Deeper than this no feed keeps its records.
const RECORD_DEPTH_MAX: usize = 8;
const PATHS_MAX: usize = 5_000;
/// What records are called in feeds: where two elements would do, this one is it.
const USUAL_NAMES: [&str; 16] = [
    "property",
    "listing",
    "ad",
    "annonce",
    "vehicle",
    "vehicule",
    "item",
    "immobilie",
    "offer",
    "car",
    "entry",
    "object",
    "woning",
    "residential",
    "rental",
    "bien",
];

/// Documents whose records are known: the elements around them, and what they are called. A
/// delivery of one listing says less of where its records are than of its photos.
const KNOWN: [(&[&str], &[&str]); 3] = [
    (&["openimmo", "anbieter"], &["immobilie"]),
    (
        &["propertyList"],
        &[
            "residential",
            "rental",
            "land",
            "rural",
            "commercial",
            "commercialLand",
            "business",
            "holidayRental",
        ],
    ),
    (&["trovit"], &["ad"]),
];

/// Where the records stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shape {
    /// The elements around them, from the root.
    pub parents: Vec<String>,
    /// Their names; siblings of several names may all be records.
    pub elements: Vec<String>,
    /// What stands beside them and is none.
    others: Vec<String>,
}

impl Shape {
    /// A name that the beginning of the file did not have is taken for a record's.
    pub(crate) fn is_record(&self, name: &str) -> bool {
        let known = self.elements.iter().any(|n| n == name);
        let late = || self.elements.len() > 1 && !self.others.iter().any(|n| n == name);
        known || late()
    }
}

/// What the beginning of a document shows: its elements by path, each written `root/child/…`.
#[derive(Default)]
struct Seen {
    counts: HashMap<String, usize>,
    order: Vec<String>,
    /// Paths that hold a text or an attribute.
    leaves: BTreeSet<String>,
}

/// The same while it is read: a path is a place in a tree, found without being written.
#[derive(Default)]
struct Paths {
    places: Vec<Path>,
    attributes: usize,
}

struct Path {
    name: String,
    parent: Option<usize>,
    children: Vec<usize>,
    count: usize,
    text: bool,
    attributes: Vec<String>,
}

pub(crate) fn find(head: &str) -> Result<Shape, Refusal> {
    let upper: String = head.chars().take(4096).collect();
    if upper.contains("<!ENTITY")
        || (upper.contains("<!DOCTYPE")
            && upper.split("<!DOCTYPE").nth(1).is_some_and(own_entities))
    {
        let said = "the document declares entities of its own, which is refused; export it without \
                    a document type";
        return Err(Refusal::file("entities", said));
    }
    let seen = look(head)?;
    if let Some(shape) = seen.known() {
        return Ok(shape);
    }
    let Some(best) = seen.best() else {
        let said = "no element with records was found; a feed holds one element for each listing";
        return Err(Refusal::file("no_records", said));
    };
    let mut names: Vec<String> = best.split('/').map(str::to_owned).collect();
    let own = names.pop().unwrap_or_default();
    let (alike, others) = seen.siblings(&best);
    let elements = std::iter::once(own).chain(alike).collect();
    Ok(Shape {
        parents: names,
        elements,
        others,
    })
}

/// A document type with a part of its own between brackets.
fn own_entities(after: &str) -> bool {
    let end = after.find('>').unwrap_or(after.len());
    after[..end].contains('[')
}

fn look(head: &str) -> Result<Seen, Refusal> {
    let mut reader = Reader::from_str(head);
    reader.config_mut().check_end_names = false;
    let mut paths = Paths::default();
    let mut open: Vec<usize> = Vec::new();
    while let Ok(event) = reader.read_event() {
        match &event {
            Event::Start(start) | Event::Empty(start) => {
                let path = paths.element(open.last().copied(), start);
                if matches!(event, Event::Start(_)) {
                    open.push(path);
                }
                if open.len() > DEPTH_MAX {
                    let said = format!("elements nest deeper than {DEPTH_MAX}");
                    return Err(Refusal::file("too_deep", said));
                }
            }
            Event::End(_) => drop(open.pop()),
            Event::Text(text) if !text.trim().is_empty() => paths.text(open.last()),
            Event::CData(_) | Event::GeneralRef(_) => paths.text(open.last()),
            Event::Eof => break,
            _ => {}
        }
        if paths.places.len() > PATHS_MAX {
            break;
        }
    }
    Ok(paths.written())
}

impl Paths {
    fn element(&mut self, parent: Option<usize>, start: &BytesStart<'_>) -> usize {
        let name = start.name();
        let at = match self.find(parent, name.as_ref()) {
            Some(at) => at,
            None => self.add(parent, name.as_ref()),
        };
        self.places[at].count += 1;
        for attribute in start.attributes().with_checks(false).flatten() {
            let name = attribute.key.as_ref();
            let known = &mut self.places[at].attributes;
            if !name.starts_with("xmlns")
                && !name.starts_with("xsi:")
                && self.attributes < PATHS_MAX
                && !known.iter().any(|n| n == name)
            {
                known.push(name.to_owned());
                self.attributes += 1;
            }
        }
        at
    }

    fn find(&self, parent: Option<usize>, name: &str) -> Option<usize> {
        let named = |at: &usize| self.places[*at].name == name;
        match parent {
            Some(parent) => self.places[parent].children.iter().copied().find(named),
            None => {
                (0..self.places.len()).find(|at| self.places[*at].parent.is_none() && named(at))
            }
        }
    }

    fn add(&mut self, parent: Option<usize>, name: &str) -> usize {
        let at = self.places.len();
        self.places.push(Path {
            name: name.to_owned(),
            parent,
            children: Vec::new(),
            count: 0,
            text: false,
            attributes: Vec::new(),
        });
        if let Some(parent) = parent {
            self.places[parent].children.push(at);
        }
        at
    }

    fn text(&mut self, at: Option<&usize>) {
        if let Some(at) = at {
            self.places[*at].text = true;
        }
    }

    /// Parents come before their children.
    fn written(self) -> Seen {
        let mut seen = Seen::default();
        for place in &self.places {
            let path = match place.parent {
                Some(parent) => format!("{}/{}", seen.order[parent], place.name),
                None => place.name.clone(),
            };
            if place.text {
                seen.leaves.insert(path.clone());
            }
            let attributes = place.attributes.iter();
            seen.leaves
                .extend(attributes.map(|name| format!("{path}/@{name}")));
            seen.counts.insert(path.clone(), place.count);
            seen.order.push(path);
        }
        seen
    }
}

impl Seen {
    fn under<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a str> {
        let from = format!("{path}/");
        let within = self
            .leaves
            .range(from.clone()..)
            .take_while(move |l| l.starts_with(&from));
        within.map(move |l| &l[path.len() + 1..])
    }

    /// What an element says of itself, leaving out what it holds many of.
    fn said(&self) -> BTreeMap<&str, usize> {
        let many = |path: &str| {
            let parent = path.rsplit_once('/').and_then(|(p, _)| self.counts.get(p));
            let often =
                self.counts.get(path).copied().unwrap_or(0) * 5 > parent.copied().unwrap_or(1) * 6;
            often && self.under(path).nth(1).is_some()
        };
        let many: BTreeSet<&str> = self
            .order
            .iter()
            .map(String::as_str)
            .filter(|p| many(p))
            .collect();
        let mut said: BTreeMap<&str, usize> = self.order.iter().map(|p| (p.as_str(), 0)).collect();
        for leaf in &self.leaves {
            let mut path = leaf
                .split_once("/@")
                .map_or(leaf.as_str(), |(element, _)| element);
            while let Some(count) = said.get_mut(path) {
                *count += 1;
                match path.rsplit_once('/') {
                    Some((parent, _)) if !many.contains(path) => path = parent,
                    _ => break,
                }
            }
        }
        said
    }

    /// The shape of a document that is known by the names of its elements.
    fn known(&self) -> Option<Shape> {
        let records = |path: &&String| {
            let (parents, own) = path.rsplit_once('/')?;
            let parents: Vec<&str> = parents.split('/').collect();
            let known = KNOWN.iter().find(|(around, names)| {
                let same = parents.iter().map(|p| local(p)).eq(around.iter().copied());
                same && names.contains(&local(own))
            })?;
            Some((
                parents.iter().map(|p| (*p).to_owned()).collect(),
                own.to_owned(),
                known.1,
            ))
        };
        let (parents, own, names): (Vec<String>, String, &[&str]) =
            self.order.iter().find_map(|path| records(&path))?;
        let prefix = own.rsplit_once(':').map_or("", |(prefix, _)| prefix);
        let named = |name: &&str| match prefix {
            "" => (*name).to_owned(),
            prefix => format!("{prefix}:{name}"),
        };
        let others = names.iter().map(named).filter(|n| *n != own);
        let elements: Vec<String> = std::iter::once(own.clone()).chain(others).collect();
        let around = format!("{}/", parents.join("/"));
        let beside = self.order.iter().filter_map(|p| p.strip_prefix(&around));
        let beside = beside.filter(|n| !n.contains('/') && !elements.iter().any(|e| e == n));
        Some(Shape {
            others: beside.map(str::to_owned).collect(),
            parents,
            elements,
        })
    }

    fn best(&self) -> Option<String> {
        let said = self.said();
        let depth = |path: &str| path.matches('/').count();
        let candidates = self.order.iter().filter(|p| depth(p) <= RECORD_DEPTH_MAX);
        let score = |path: &str| {
            let (says, times) = (said[path] as f64, self.counts[path] as f64);
            let usual = USUAL_NAMES.contains(&local(last(path)).to_lowercase().as_str());
            let weight = if usual && says >= 1.0 { 2.5 } else { 1.0 };
            says * (1.0 + times.log2()) * weight
        };
        let first = candidates
            .rev()
            .max_by(|a, b| score(a).total_cmp(&score(b)))?;
        let mut best = first.as_str();
        // Wrapped in elements that say nothing more, the innermost is the record.
        while self.counts[best] == 1 && !is_usual(best) {
            let inner = self.order.iter().find(|p| {
                p.rsplit_once('/').is_some_and(|(parent, _)| parent == best)
                    && said[p.as_str()] >= 3
                    && said[p.as_str()] * 10 >= said[best] * 7
            });
            match inner {
                Some(inner) => best = inner,
                None => break,
            }
        }
        Some(best.to_owned())
    }

    /// The other elements beside the records: those that say the same things, and the rest.
    fn siblings(&self, best: &str) -> (Vec<String>, Vec<String>) {
        let Some((parent, own)) = best.rsplit_once('/') else {
            return (Vec::new(), Vec::new());
        };
        let first: BTreeSet<&str> = self.under(best).collect();
        let beside = self.order.iter().filter(|p| {
            p.rsplit_once('/')
                .is_some_and(|(up, n)| up == parent && n != own)
        });
        beside
            .map(String::as_str)
            .map(|path| {
                (last(path).to_owned(), {
                    let second: BTreeSet<&str> = self.under(path).collect();
                    let shared = first.intersection(&second).count();
                    shared >= 3 && shared * 4 >= second.len().min(first.len())
                })
            })
            .fold(
                (Vec::new(), Vec::new()),
                |(mut alike, mut others), (name, same)| {
                    if same {
                        alike.push(name)
                    } else {
                        others.push(name)
                    }
                    (alike, others)
                },
            )
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_usual(path: &str) -> bool {
    USUAL_NAMES.contains(&local(last(path)).to_lowercase().as_str())
}
