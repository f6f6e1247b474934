//! How a known layout takes its trees apart: what repeats under a name of its own, what says yes by
//! standing there, what counts only beside something else.
//!
//! Described in `portals/<name>/layout.toml`, so that a new layout needs no code.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

use dictionary::fold;
use formats::Node;

use crate::feed::{BETWEEN_VALUES, ELEMENT, LATER};

/// What a layout says of its records as trees.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    /// The record's own name is a column.
    pub(crate) element: bool,
    /// A record says only what has changed, and what a file does not name is not gone.
    pub(crate) partial: bool,
    /// Its description is not whole: what it does not name is proposed as in any other tree.
    pub(crate) guess: bool,
    /// A file names only some of the listings, unless this stands at its beginning.
    pub(crate) all_when: Option<String>,
    /// Elements whose attributes or children say yes or no each: the cell lists those that say yes.
    pub(crate) flags: Vec<String>,
    /// Elements whose cell lists the names of what is in them.
    pub(crate) kinds: Vec<String>,
    pub(crate) named: Vec<Named>,
    pub(crate) made: Vec<Made>,
}

/// Elements that repeat.
#[derive(Clone, Debug)]
pub(crate) struct Named {
    pub(crate) path: String,
    /// What tells one from the other: `@gruppe`, or a path within. The column is `path[word]`.
    pub(crate) by: Option<String>,
    /// Where their value stands: pairs of a code and a value, which become `path/code`.
    pub(crate) value: Option<String>,
    /// By what number they are sorted.
    pub(crate) order: Option<String>,
    /// What is in them and of no use once they have a name.
    pub(crate) without: Vec<String>,
}

/// What is done to the cell of a column once the others are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Made {
    pub(crate) name: String,
    /// The column is a second reading of this one.
    pub(crate) from: Option<String>,
    /// It counts only where these columns hold one of these words.
    pub(crate) when: Vec<(String, Vec<String>)>,
    /// The column that says in which unit it is, and what its words mean.
    pub(crate) unit_at: Option<String>,
    pub(crate) units: BTreeMap<String, String>,
    /// Several values are lines of one text, or are added up.
    pub(crate) join: Option<String>,
}

impl Tree {
    /// Every value with the column it belongs to, in the order of the record.
    pub(crate) fn flat(&self, node: &Node) -> Vec<(String, String)> {
        let mut flat = Vec::new();
        if self.element {
            flat.push((ELEMENT.to_owned(), node.name.clone()));
        }
        self.flatten(node, "", "", &[], &mut flat);
        flat
    }

    /// `plain` is the path without the words that tell repeated elements apart.
    fn flatten(
        &self,
        node: &Node,
        path: &str,
        plain: &str,
        without: &[String],
        flat: &mut Vec<(String, String)>,
    ) {
        let listed =
            |list: &[String], name: &str| list.iter().any(|l| l.eq_ignore_ascii_case(name));
        let flags = listed(&self.flags, plain);
        for (name, value) in &node.attributes {
            let own = format!("@{name}");
            if flags {
                if says_yes(value) {
                    flat.push((path.to_owned(), name.clone()));
                }
            } else if !value.trim().is_empty() && !listed(without, &own) {
                flat.push((join(path, &own), value.trim().to_owned()));
            }
        }
        if !node.text.trim().is_empty() {
            flat.push((path.to_owned(), node.text.trim().to_owned()));
        }
        if listed(&self.kinds, plain) {
            let names = node
                .children
                .iter()
                .map(|c| (path.to_owned(), c.name.clone()));
            flat.extend(names);
        }
        for child in self.sorted(node, plain) {
            if flags && child.children.is_empty() && child.attributes.is_empty() {
                if says_yes(&child.text) {
                    flat.push((path.to_owned(), child.name.clone()));
                }
                continue;
            }
            let plain = join(plain, &child.name);
            if listed(without, &child.name) {
                continue;
            }
            let rule = self.rule(&plain);
            let word = rule
                .and_then(|r| r.by.as_deref())
                .and_then(|by| value_at(child, by));
            if let (Some(word), Some(value)) = (&word, rule.and_then(|r| r.value.as_ref())) {
                let own = join(path, &format!("{}/{}", child.name, word.trim()));
                let values = child.children.iter().filter(|c| c.name == *value);
                values.for_each(|v| self.flatten(v, &own, &plain, &[], flat));
                continue;
            }
            let own = match &word {
                Some(word) => format!("{}[{}]", join(path, &child.name), word.trim()),
                None => join(path, &child.name),
            };
            let without = rule.map_or(&[][..], |r| &r.without);
            self.flatten(child, &own, &plain, without, flat);
        }
    }

    fn rule(&self, plain: &str) -> Option<&Named> {
        self.named
            .iter()
            .find(|n| n.path.eq_ignore_ascii_case(plain))
    }

    /// The children; those that carry a number in its order.
    fn sorted<'n>(&self, node: &'n Node, plain: &str) -> Vec<&'n Node> {
        let mut children: Vec<&Node> = node.children.iter().collect();
        let order = |child: &Node| {
            let rule = self.rule(&join(plain, &child.name))?;
            value_at(child, rule.order.as_deref()?)?.parse::<f64>().ok()
        };
        if self.named.iter().any(|n| n.order.is_some()) {
            children.sort_by(|a, b| match (order(a), order(b)) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                _ => Ordering::Equal,
            });
        }
        children
    }
}

fn says_yes(text: &str) -> bool {
    matches!(fold(text).as_str(), "true" | "1" | "yes" | "y" | "ja")
}

/// `@name` of the element itself, or the text of a path within it.
fn value_at(node: &Node, at: &str) -> Option<String> {
    let found = match at.strip_prefix('@') {
        Some(name) => {
            let own = node.attributes.iter().find(|(n, _)| n == name);
            own.map(|(_, value)| value.as_str())
        }
        None => node.at(at),
    };
    found.map(str::to_owned).filter(|f| !f.is_empty())
}

fn join(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}/{name}"),
    }
}

/// The columns of a layout's trees, and how a record fills them.
pub(crate) struct Columns {
    tree: Tree,
    places: HashMap<String, usize>,
    made: Vec<Placed>,
}

/// A [`Made`] by the places of its columns.
struct Placed {
    at: usize,
    from: Option<usize>,
    when: Vec<(Option<usize>, Vec<String>)>,
    unit_at: Option<usize>,
    units: BTreeMap<String, String>,
    join: Option<String>,
}

impl Columns {
    pub(crate) fn of(tree: &Tree, columns: &[String]) -> Columns {
        let places: HashMap<String, usize> = columns
            .iter()
            .enumerate()
            .map(|(at, path)| (path.clone(), at))
            .collect();
        let place = |name: &String| columns.iter().position(|c| c.eq_ignore_ascii_case(name));
        let made = tree.made.iter().filter_map(|made| {
            Some(Placed {
                at: place(&made.name)?,
                from: made.from.as_ref().and_then(place),
                when: made
                    .when
                    .iter()
                    .map(|(name, words)| (place(name), words.clone()))
                    .collect(),
                unit_at: made.unit_at.as_ref().and_then(place),
                units: made.units.clone(),
                join: made.join.clone(),
            })
        });
        Columns {
            made: made.collect(),
            tree: tree.clone(),
            places,
        }
    }

    pub(crate) fn cells(&self, node: &Node) -> Vec<String> {
        let mut cells = vec![String::new(); self.places.len()];
        let mut all: Vec<Vec<String>> = vec![Vec::new(); self.places.len()];
        for (path, text) in self.tree.flat(node) {
            match (self.places.get(&path), self.places.get(LATER)) {
                (Some(at), _) => all[*at].push(text),
                (None, Some(at)) => all[*at].push(format!("{path}: {}", text.replace('\n', " "))),
                (None, None) => {}
            }
        }
        for (at, values) in all.iter().enumerate() {
            cells[at] = values.join(&BETWEEN_VALUES.to_string());
        }
        if let Some(at) = self.places.get(LATER) {
            cells[*at] = all[*at].join("\n");
        }
        for made in &self.made {
            if let Some(from) = made.from {
                cells[made.at] = cells[from].clone();
            }
            match (made.join.as_deref(), &all[made.from.unwrap_or(made.at)]) {
                (Some("lines"), values) => cells[made.at] = values.join("\n"),
                (Some("words"), values) => cells[made.at] = values.join(", "),
                (Some("sum"), values) => cells[made.at] = sum(values),
                (Some("first"), values) => {
                    cells[made.at] = values.first().cloned().unwrap_or_default();
                }
                _ => {}
            }
        }
        for made in &self.made {
            let stands = made.when.iter().all(|(at, words)| {
                let cell = at.map_or("", |at| cells[at].as_str());
                cell.split(BETWEEN_VALUES).any(|c| words.contains(&fold(c)))
            });
            if !stands {
                cells[made.at].clear();
            }
            if let (Some(at), false) = (made.unit_at, cells[made.at].is_empty()) {
                let word = fold(&cells[at]);
                if let Some(unit) = made.units.get(&word) {
                    cells[made.at] = format!("{} {unit}", cells[made.at]);
                }
            }
        }
        cells
    }
}

fn sum(values: &[String]) -> String {
    let numbers: Vec<f64> = values.iter().filter_map(|v| v.parse().ok()).collect();
    match numbers.is_empty() {
        true => String::new(),
        false => numbers.iter().sum::<f64>().to_string(),
    }
}
