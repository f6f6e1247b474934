//! An opened file as a stream of records, whatever it was.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::archive::Archive;
use crate::csv::CsvReader;
use crate::describe::Description;
use crate::grid::RowReader;
use crate::json::JsonReader;
use crate::layout::Layout;
use crate::xml::XmlReader;
use crate::{Raw, Refusal};

/// An opened file, ready to be read record by record.
pub struct Input {
    reader: Reader,
    pub(crate) description: Description,
    /// Further files of the same layout out of one archive.
    pub(crate) following: VecDeque<Reader>,
    pub(crate) archive: Option<Archive>,
    /// Where a record is kept while the reader may be changed.
    held: Vec<u8>,
}

pub(crate) enum Reader {
    Csv(Box<CsvReader>, Layout),
    Rows(Box<RowReader>),
    Xml(Box<XmlReader>),
    Json(Box<JsonReader>),
}

impl Input {
    pub(crate) fn over(reader: Reader, description: Description) -> Input {
        Input {
            reader,
            description,
            following: VecDeque::new(),
            archive: None,
            held: Vec::new(),
        }
    }

    pub fn description(&self) -> &Description {
        &self.description
    }

    pub fn format(&self) -> &'static str {
        self.description.format
    }

    pub fn encoding(&self) -> &str {
        &self.description.encoding
    }

    /// The names of a table's columns; of a tree none.
    pub fn columns(&self) -> &[String] {
        match &self.reader {
            Reader::Csv(reader, _) => &reader.columns,
            Reader::Rows(reader) => &reader.columns,
            Reader::Xml(_) | Reader::Json(_) => &[],
        }
    }

    /// The names of the elements that are records of an XML document, without prefix.
    pub fn elements(&self) -> &[String] {
        match &self.reader {
            Reader::Xml(reader) => &reader.elements,
            _ => &[],
        }
    }

    /// How its records are taken apart.
    pub fn layout(&self) -> Layout {
        match &self.reader {
            Reader::Csv(_, layout) => layout.clone(),
            Reader::Rows(_) => Layout::Cells,
            Reader::Xml(_) => Layout::Xml,
            Reader::Json(_) => Layout::Json,
        }
    }

    /// How many rows were left out so far because they stand below a table or sum it up.
    pub fn footers(&self) -> u64 {
        match &self.reader {
            Reader::Rows(reader) => reader.footers(),
            _ => 0,
        }
    }

    /// The archive it came in, for the photos beside it.
    pub const fn archive(&self) -> Option<&Archive> {
        self.archive.as_ref()
    }

    /// The next record. A refusal concerns this record alone, unless its line is 0 or its code is
    /// `cut_off`: then the file cannot be read further.
    #[expect(
        clippy::should_implement_trait,
        reason = "it lends from its own buffer"
    )]
    pub fn next(&mut self) -> Option<Result<Raw<'_>, Refusal>> {
        if self.following.is_empty() {
            return self.reader.next();
        }
        loop {
            match self.reader.next() {
                Some(Ok(raw)) => {
                    self.held.clear();
                    self.held.extend_from_slice(raw.bytes);
                    let line = raw.line;
                    return Some(Ok(Raw {
                        bytes: &self.held,
                        line,
                    }));
                }
                Some(Err(refusal)) => return Some(Err(refusal)),
                None => self.reader = self.following.pop_front()?,
            }
        }
    }

    /// What two files must have in common to be one delivery.
    pub(crate) fn kind(&self) -> String {
        let path = self.description.record_path.as_deref().unwrap_or_default();
        let how = match &self.reader {
            Reader::Csv(r, _) => format!(
                "{:?}",
                (r.dialect.delimiter, r.dialect.quote, r.dialect.escape)
            ),
            _ => String::new(),
        };
        let columns = self.columns().join("\u{1f}");
        format!("{}\u{1f}{path}\u{1f}{how}\u{1f}{columns}", self.format())
    }

    /// The reader of delimited text, if that is what the file is and nothing follows it.
    pub fn into_csv(self) -> Result<Box<CsvReader>, Box<Input>> {
        match self.reader {
            Reader::Csv(reader, _) if self.following.is_empty() => Ok(reader),
            reader => Err(Box::new(Input { reader, ..self })),
        }
    }

    /// The tables of the file that are not read: name, rows as far as they are known, line.
    pub fn others(&self) -> Vec<(String, u64, u64)> {
        if let Reader::Csv(reader, _) = &self.reader {
            let dialect = &reader.dialect;
            let tables = dialect.tables.iter().enumerate();
            let others = tables.filter(|(at, _)| *at != dialect.table);
            return others
                .map(|(_, t)| (t.name.clone(), t.rows, t.first_line))
                .collect();
        }
        let others = self.description.tables.iter().filter(|t| !t.chosen);
        others
            .map(|t| (t.name.clone(), t.rows.unwrap_or(0), 1))
            .collect()
    }

    pub(crate) fn into_reader(self) -> Reader {
        self.reader
    }
}

impl Reader {
    pub(crate) fn csv(reader: CsvReader) -> Reader {
        let layout = Layout::Delimited(Arc::clone(&reader.dialect));
        Reader::Csv(Box::new(reader), layout)
    }

    fn next(&mut self) -> Option<Result<Raw<'_>, Refusal>> {
        match self {
            Reader::Csv(reader, _) => reader.next(),
            Reader::Rows(reader) => reader.next(),
            Reader::Xml(reader) => reader.next(),
            Reader::Json(reader) => reader.next(),
        }
    }
}
