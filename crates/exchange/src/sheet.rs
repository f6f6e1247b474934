//! Any file as rows of cells: for what reads tables that are no listings.

use std::borrow::Cow;
use std::io;

use formats::Refusal;

use crate::feed::Feed;
use crate::report::Problem;
use crate::rows::{Left, cells_of};

pub struct Sheet {
    feed: Feed,
    /// Rows whose cells had to be put right, or may have moved.
    pub remarks: u64,
}

/// A row with the line it starts at.
pub struct SheetRow {
    pub line: u64,
    /// As many as there are columns.
    pub cells: Vec<String>,
}

impl Sheet {
    pub fn open(source: Box<dyn io::Read + Send>) -> Result<Sheet, Refusal> {
        let feed = Feed::open(source)?;
        Ok(Sheet { feed, remarks: 0 })
    }

    pub fn columns(&self) -> &[String] {
        &self.feed.columns
    }

    pub fn format(&self) -> &'static str {
        self.feed.format()
    }

    /// The tables of the file that are not read: name, rows, line.
    pub fn others(&self) -> Vec<(String, u64, u64)> {
        self.feed.others()
    }

    /// The next row. A refusal concerns one row, unless its line is 0 or its code is `cut_off`.
    pub fn next_row(&mut self) -> Option<Result<SheetRow, Refusal>> {
        let columns = self.feed.columns.len();
        loop {
            let mut told: Vec<Problem> = Vec::new();
            let record = self.feed.next(|reader, raw| {
                let cells = cells_of(reader, &raw, columns, &mut |problem| told.push(problem));
                let own = |cells: Vec<Cow<_>>| cells.into_iter().map(Cow::into_owned).collect();
                let cells: Result<Vec<String>, Left> = cells.map(own);
                (raw.line, cells)
            })?;
            let (line, cells) = match record {
                Ok(record) => record,
                Err(refusal) => return Some(Err(refusal)),
            };
            match cells {
                Ok(mut cells) => {
                    self.remarks += u64::from(!told.is_empty());
                    cells.resize(columns, String::new());
                    return Some(Ok(SheetRow { line, cells }));
                }
                Err(Left::NoRow) => {}
                Err(Left::Refused) => {
                    let why = told.pop();
                    let (code, message) =
                        why.map_or(("unreadable", String::new()), |p| (p.code, p.message));
                    return Some(Err(Refusal {
                        code,
                        line,
                        message,
                    }));
                }
            }
        }
    }
}
