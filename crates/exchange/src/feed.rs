//! An opened file as a stream of records, whatever its format.

use std::borrow::Cow;
use std::collections::{HashMap, VecDeque};
use std::io::Read;
use std::sync::Arc;

use formats::{Input, Layout, Raw, Refusal};

use crate::layout;
use crate::moved::Moves;
use crate::tree::Columns;

/// The first records, read ahead so that a mapping can be proposed from them.
pub(crate) const SAMPLE_ROWS: usize = 300;
/// Where records of several names lie side by side, their name is a column too.
pub(crate) const ELEMENT: &str = "@element";
/// What stands at paths of a tree that first appear behind the records read ahead.
pub(crate) const LATER: &str = "@later";
/// Between values that a record has several of.
pub(crate) const BETWEEN_VALUES: char = '|';

pub(crate) struct Feed {
    input: Input,
    ahead: VecDeque<Result<Owned, Refusal>>,
    pub(crate) kind: Kind,
    /// In the order of the mapping, once there is one.
    pub(crate) columns: Vec<String>,
    /// What tells a program's deliveries from another's: the columns of its tables, or where the
    /// records of its trees stand, since which paths they have differs from night to night.
    pub(crate) likeness: String,
    /// The known layout of its trees, or of its places.
    pub(crate) layout: Option<&'static layout::Layout>,
    places: Arc<Places>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    Kyero,
    /// A tree of a shape that we do not know: a column for each path.
    Elements,
}

/// A record that has left the reader's buffer.
pub(crate) struct Owned {
    pub(crate) bytes: Vec<u8>,
    pub(crate) line: u64,
}

/// Where the cell of each column comes from.
enum Places {
    /// As the file has them.
    Same,
    /// Of a tree: the column of each path.
    Paths(HashMap<String, usize>),
    /// Of a tree whose layout is known.
    Known(Columns),
    /// Of a table where a cell says what others are.
    Moved(Moves),
}

impl Owned {
    fn raw(&self) -> Raw<'_> {
        Raw {
            bytes: &self.bytes,
            line: self.line,
        }
    }
}

impl Feed {
    pub(crate) fn open(source: Box<dyn Read + Send>) -> Result<Feed, Refusal> {
        formats::open(source).map(Feed::over)
    }

    pub(crate) fn over(input: Input) -> Feed {
        let columns = input.columns().to_vec();
        let likeness = match &input.description().record_path {
            Some(path) => format!("{} {path}", input.format()),
            None => columns.join("\u{1}"),
        };
        let mut feed = Feed {
            input,
            ahead: VecDeque::new(),
            kind: Kind::Table,
            columns,
            likeness,
            layout: None,
            places: Arc::new(Places::Same),
        };
        while feed.ahead.len() < SAMPLE_ROWS {
            let Some(record) = feed.input.next() else {
                break;
            };
            let record = record.map(|raw| Owned {
                bytes: raw.bytes.to_vec(),
                line: raw.line,
            });
            // Nothing comes behind what cannot be read further.
            let broken = record.as_ref().is_err_and(|r| r.line == 0);
            feed.ahead.push_back(record);
            if broken {
                break;
            }
        }
        if feed.input.layout().is_tree() {
            feed.kind = feed.tree_kind();
            feed.columns = feed.paths();
            feed.places = Arc::new(Places::of_paths(&feed.columns));
            if feed.kind == Kind::Elements {
                feed.know();
            }
        } else {
            feed.know_places();
        }
        feed
    }

    pub(crate) fn description(&self) -> &formats::Description {
        self.input.description()
    }

    pub(crate) fn format(&self) -> &'static str {
        match self.kind {
            Kind::Kyero => "kyero_v3",
            _ => self.input.format(),
        }
    }

    /// The archive it came in, for the photos beside it.
    pub(crate) fn archive(&self) -> Option<&formats::Archive> {
        self.input.archive()
    }

    /// The tables of the file that are not read: name, rows, line.
    pub(crate) fn others(&self) -> Vec<(String, u64, u64)> {
        self.input.others()
    }

    pub(crate) fn encoding(&self) -> String {
        self.input.encoding().to_owned()
    }

    fn reader(&self) -> Reader {
        Reader {
            layout: self.input.layout(),
            places: self.places.clone(),
            columns: self.columns.len(),
        }
    }

    /// Hands the next record to `take`; None at the end.
    pub(crate) fn next<T>(
        &mut self,
        take: impl FnOnce(&Reader, Raw<'_>) -> T,
    ) -> Option<Result<T, Refusal>> {
        if let Some(record) = self.ahead.pop_front() {
            let reader = self.reader();
            return Some(record.map(|r| take(&reader, r.raw())));
        }
        // The record lends from the input, and its fields are split by the same input's rules.
        let reader = self.reader();
        let record = self.input.next()?;
        Some(record.map(|raw| take(&reader, raw)))
    }

    /// The cells of the records read ahead.
    pub(crate) fn sample(&self) -> Vec<Vec<String>> {
        let reader = self.reader();
        let good = self.ahead.iter().flatten();
        good.filter_map(|r| reader.cells(&r.raw()).ok()).collect()
    }

    fn tree_kind(&self) -> Kind {
        let named = self.input.elements().iter().any(|e| e == "property");
        let layout = self.input.layout();
        let kyero = named
            && self.ahead.iter().flatten().take(5).any(|r| {
                layout.node(&r.raw()).is_ok_and(|n| {
                    let full = n.child("price").is_some()
                        && (n.child("ref").is_some() || n.child("surface_area").is_some());
                    full || n.child("price_freq").is_some()
                })
            });
        if kyero { Kind::Kyero } else { Kind::Elements }
    }

    /// Whether the trees are of a known layout: then it says how they are taken apart.
    fn know(&mut self) {
        let place = self
            .input
            .description()
            .record_path
            .clone()
            .unwrap_or_default();
        let Some(layout) = layout::of_trees(&place, &self.columns) else {
            return;
        };
        self.likeness = format!("layout {}", layout.label);
        self.layout = Some(layout);
        let Some(tree) = &layout.tree else { return };
        let reader = self.input.layout();
        let mut seen: Vec<String> = Vec::new();
        let mut known = std::collections::HashSet::new();
        for record in self.ahead.iter().flatten() {
            let Ok(node) = reader.node(&record.raw()) else {
                continue;
            };
            for (path, _) in tree.flat(&node) {
                if seen.len() < formats::COLUMNS_MAX && known.insert(path.clone()) {
                    seen.push(path);
                }
            }
        }
        self.columns = layout.in_order(seen);
        if self.ahead.len() >= SAMPLE_ROWS {
            self.columns.push(LATER.to_owned());
        }
        self.places = Arc::new(Places::Known(Columns::of(tree, &self.columns)));
    }

    /// Whether the table is of a known layout whose places mean one thing here and another there:
    /// then each meaning is a column of its own.
    fn know_places(&mut self) {
        let Some(layout) = layout::of_places(self.columns.len(), &self.sample()) else {
            return;
        };
        self.layout = Some(layout);
        self.places = Arc::new(Places::Moved(Moves::of(&layout.made, self.columns.len())));
        self.columns
            .extend(layout.made.iter().map(|m| m.name.clone()));
    }

    fn paths(&self) -> Vec<String> {
        let layout = self.input.layout();
        let several = self.input.elements().len() > 1;
        let mut paths: Vec<String> = several.then(|| ELEMENT.to_owned()).into_iter().collect();
        let mut seen = std::collections::HashSet::new();
        for record in self.ahead.iter().flatten() {
            let Ok(node) = layout.node(&record.raw()) else {
                continue;
            };
            for (path, _) in node.flat() {
                if paths.len() < formats::COLUMNS_MAX && seen.insert(path.clone()) {
                    paths.push(path);
                }
            }
        }
        if self.ahead.len() >= SAMPLE_ROWS || paths.len() >= formats::COLUMNS_MAX {
            paths.push(LATER.to_owned());
        }
        paths
    }
}

impl Places {
    fn of_paths(columns: &[String]) -> Places {
        let columns = columns.iter().cloned().enumerate();
        Places::Paths(columns.map(|(at, path)| (path, at)).collect())
    }
}

/// What is needed to take a record apart, without the stream it came from.
pub(crate) struct Reader {
    layout: Layout,
    places: Arc<Places>,
    columns: usize,
}

impl Reader {
    /// How its text is delimited, if that is what it is.
    pub(crate) fn dialect(&self) -> Option<&formats::Dialect> {
        match &self.layout {
            Layout::Delimited(dialect) => Some(dialect),
            _ => None,
        }
    }

    pub(crate) fn cells(&self, raw: &Raw<'_>) -> Result<Vec<String>, Refusal> {
        let lent = self.moved(self.lent_cells(raw)?).into_iter();
        Ok(lent.map(Cow::into_owned).collect())
    }

    /// How many cells a record of a table has, where that is not one for each column.
    pub(crate) fn width(&self) -> Option<usize> {
        match self.places.as_ref() {
            Places::Moved(moves) => Some(moves.places()),
            _ => None,
        }
    }

    /// Cells that stand at their places, each in its column.
    pub(crate) fn moved<'r>(&self, cells: Vec<Cow<'r, str>>) -> Vec<Cow<'r, str>> {
        match self.places.as_ref() {
            Places::Moved(moves) => moves.cells(cells),
            _ => cells,
        }
    }

    /// The cells at their places, as they stand in the record where they stand there.
    pub(crate) fn lent_cells<'r>(&self, raw: &Raw<'r>) -> Result<Vec<Cow<'r, str>>, Refusal> {
        let own = |cells: Vec<String>| cells.into_iter().map(Cow::Owned).collect();
        match self.places.as_ref() {
            Places::Same | Places::Moved(_) => Ok(self.layout.cells(raw)),
            Places::Paths(columns) => Ok(own(self.cells_at(columns, &self.node(raw)?))),
            Places::Known(columns) => Ok(own(columns.cells(&self.node(raw)?))),
        }
    }

    /// Of a tree of an unknown shape: what stands at each path.
    fn cells_at(&self, columns: &HashMap<String, usize>, node: &formats::Node) -> Vec<String> {
        let mut cells = vec![String::new(); self.columns];
        if let Some(at) = columns.get(ELEMENT) {
            cells[*at].clone_from(&node.name);
        }
        for (path, text) in node.flat() {
            let Some(at) = columns.get(&path) else {
                if let Some(at) = columns.get(LATER) {
                    let before = if cells[*at].is_empty() { "" } else { "\n" };
                    let text = text.replace(['\n', '\r'], " ");
                    cells[*at].push_str(&format!("{before}{path}: {text}"));
                }
                continue;
            };
            if !cells[*at].is_empty() {
                cells[*at].push(BETWEEN_VALUES);
            }
            cells[*at].push_str(text);
        }
        cells
    }

    /// Whether its records are trees: which of their columns they fill says nothing.
    pub(crate) const fn is_tree(&self) -> bool {
        self.layout.is_tree()
    }

    pub(crate) fn node(&self, raw: &Raw<'_>) -> Result<formats::Node, Refusal> {
        self.layout.node(raw)
    }
}
