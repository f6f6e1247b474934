//! An opened file as a stream of records, whatever its format.

use std::io::Read;
use std::sync::Arc;

use formats::{Input, Raw, Refusal};

/// The first records, read ahead so that a mapping can be proposed from them.
pub(crate) const SAMPLE_ROWS: usize = 300;

pub(crate) struct Feed {
    input: Input,
    ahead: std::collections::VecDeque<Result<Owned, Refusal>>,
    pub(crate) kind: Kind,
    pub(crate) columns: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    Kyero,
    /// XML of a shape that we do not know: a column for each path.
    Elements,
}

/// A record that has left the reader's buffer.
pub(crate) struct Owned {
    pub(crate) bytes: Vec<u8>,
    pub(crate) line: u64,
}

impl Feed {
    pub(crate) fn open(source: Box<dyn Read + Send>) -> Result<Feed, Refusal> {
        formats::open(source).map(Feed::over)
    }

    pub(crate) fn over(input: Input) -> Feed {
        let columns = match &input {
            Input::Csv(reader) => reader.columns.clone(),
            Input::Xml(_) => Vec::new(),
        };
        let mut feed = Feed {
            input,
            ahead: Default::default(),
            kind: Kind::Table,
            columns,
        };
        while feed.ahead.len() < SAMPLE_ROWS {
            match feed.read() {
                Some(record) => {
                    let record = record.map(|raw| Owned {
                        bytes: raw.bytes.to_vec(),
                        line: raw.line,
                    });
                    feed.ahead.push_back(record);
                }
                None => break,
            }
        }
        if matches!(feed.input, Input::Xml(_)) {
            feed.kind = feed.xml_kind();
            feed.columns = feed.paths();
        }
        feed
    }

    pub(crate) fn format(&self) -> &'static str {
        match self.kind {
            Kind::Kyero => "kyero_v3",
            _ => self.input.format(),
        }
    }

    /// The tables of the file that are not read.
    pub(crate) fn others(&self) -> Vec<&formats::Table> {
        let Input::Csv(reader) = &self.input else {
            return Vec::new();
        };
        let tables = reader.dialect.tables.iter().enumerate();
        let others = tables.filter(|(at, _)| *at != reader.dialect.table);
        others.map(|(_, table)| table).collect()
    }

    pub(crate) fn encoding(&self) -> String {
        self.input.encoding().to_owned()
    }

    fn read(&mut self) -> Option<Result<Raw<'_>, Refusal>> {
        match &mut self.input {
            Input::Csv(reader) => reader.next(),
            Input::Xml(reader) => reader.next(),
        }
    }

    /// Hands the next record to `take`; None at the end.
    pub(crate) fn next<T>(
        &mut self,
        take: impl FnOnce(&Reader<'_>, Raw<'_>) -> T,
    ) -> Option<Result<T, Refusal>> {
        if let Some(record) = self.ahead.pop_front() {
            let reader = Reader::of(&self.input, &self.columns);
            return Some(record.map(|r| {
                take(
                    &reader,
                    Raw {
                        bytes: &r.bytes,
                        line: r.line,
                    },
                )
            }));
        }
        // The record lends from the input, and its fields are split by the same input's rules.
        let rules = Rules::of(&self.input);
        let columns = std::mem::take(&mut self.columns);
        let answer = self.read().map(|record| {
            record.map(|raw| {
                take(
                    &Reader {
                        rules,
                        columns: &columns,
                    },
                    raw,
                )
            })
        });
        self.columns = columns;
        answer
    }

    /// The cells of the records read ahead.
    pub(crate) fn sample(&self) -> Vec<Vec<String>> {
        let reader = Reader::of(&self.input, &self.columns);
        let good = self.ahead.iter().filter_map(|r| r.as_ref().ok());
        good.filter_map(|r| {
            reader
                .cells(&Raw {
                    bytes: &r.bytes,
                    line: r.line,
                })
                .ok()
        })
        .collect()
    }

    fn xml_kind(&self) -> Kind {
        let Input::Xml(reader) = &self.input else {
            return Kind::Table;
        };
        let kyero = reader.element == "property"
            && self.ahead.iter().flatten().take(5).any(|r| {
                let node = formats::parse_xml(&Raw {
                    bytes: &r.bytes,
                    line: r.line,
                });
                node.is_ok_and(|n| {
                    n.child("price").is_some()
                        && (n.child("ref").is_some() || n.child("surface_area").is_some())
                })
            });
        if kyero { Kind::Kyero } else { Kind::Elements }
    }

    fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = Vec::new();
        for record in self.ahead.iter().flatten() {
            let Ok(node) = formats::parse_xml(&Raw {
                bytes: &record.bytes,
                line: record.line,
            }) else {
                continue;
            };
            for (path, _) in node.flat() {
                if !paths.contains(&path) && paths.len() < formats::COLUMNS_MAX {
                    paths.push(path);
                }
            }
        }
        paths
    }
}

/// What is needed to take a record apart, without the stream it came from.
pub(crate) struct Reader<'a> {
    rules: Rules,
    columns: &'a [String],
}

#[derive(Clone)]
enum Rules {
    Csv(Arc<formats::Dialect>),
    Xml,
}

impl Rules {
    fn of(input: &Input) -> Rules {
        match input {
            Input::Csv(reader) => Rules::Csv(Arc::clone(&reader.dialect)),
            Input::Xml(_) => Rules::Xml,
        }
    }
}

impl<'a> Reader<'a> {
    fn of(input: &Input, columns: &'a [String]) -> Reader<'a> {
        Reader {
            rules: Rules::of(input),
            columns,
        }
    }

    /// How its text is delimited, if that is what it is.
    pub(crate) fn dialect(&self) -> Option<&formats::Dialect> {
        match &self.rules {
            Rules::Csv(dialect) => Some(dialect),
            Rules::Xml => None,
        }
    }

    pub(crate) fn cells(&self, raw: &Raw<'_>) -> Result<Vec<String>, Refusal> {
        match &self.rules {
            Rules::Csv(dialect) => Ok(formats::split_csv(raw, dialect)
                .into_iter()
                .map(|c| c.into_owned())
                .collect()),
            Rules::Xml => {
                let node = self.node(raw)?;
                let mut cells = vec![String::new(); self.columns.len()];
                for (path, text) in node.flat() {
                    if let Some(at) = self.columns.iter().position(|c| *c == path) {
                        if !cells[at].is_empty() {
                            cells[at].push('|');
                        }
                        cells[at].push_str(text);
                    }
                }
                Ok(cells)
            }
        }
    }

    pub(crate) fn node(&self, raw: &Raw<'_>) -> Result<formats::Node, Refusal> {
        formats::parse_xml(raw)
    }
}
