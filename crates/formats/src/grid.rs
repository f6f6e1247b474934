//! Rows of cells that were never delimited text: workbooks, HTML pages, databases, fixed width.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use crate::layout::join_cells;
use crate::region::{self, GridRow, Region};
use crate::{COLUMNS_MAX, RECORD_BYTES_MAX, Raw, Refusal};

/// A stream of the rows that are not blank, from the top.
pub(crate) trait Grid: Send {
    fn next_row(&mut self) -> Option<Result<GridRow, Refusal>>;
}

/// A sheet of a workbook or a table of a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sheet {
    pub name: String,
    pub hidden: bool,
    pub rows: Option<u64>,
    pub head: Vec<GridRow>,
}

/// Several sheets, of which one is read.
pub(crate) trait Book {
    fn sheets(&self) -> &[Sheet];
    fn read(self: Box<Self>, sheet: usize) -> Result<Box<dyn Grid>, Refusal>;
}

/// A table found in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// What its sheet is called, if it has a name.
    pub name: String,
    /// Rows of values, where the file says so before it is read.
    pub rows: Option<u64>,
    pub columns: Vec<String>,
    /// The numbers of the rows that hold the names, counted from 1.
    pub header_rows: Vec<u64>,
    /// What stands above it.
    pub preamble: Vec<String>,
    /// Whether its records are the ones that are read.
    pub chosen: bool,
}

/// Rows of cells, each as [`crate::Layout::Cells`] takes it apart.
pub struct RowReader {
    /// Only ever reached through `get_mut`: the lock makes the reader shareable.
    grid: Mutex<Box<dyn Grid>>,
    pub columns: Vec<String>,
    region: Region,
    bytes: Vec<u8>,
    before: u64,
    footers: u64,
}

impl RowReader {
    /// Chooses the sheet with the most of a table on it.
    pub(crate) fn of_book(book: Box<dyn Book>) -> Result<(RowReader, Vec<Table>), Refusal> {
        let regions: Vec<Option<Region>> = book
            .sheets()
            .iter()
            .map(|s| region::find(&s.head))
            .collect();
        let weights = book.sheets().iter().zip(&regions).map(|(sheet, region)| {
            let weight = region
                .as_ref()
                .map_or(0, |r| r.weight(&sheet.head, sheet.rows));
            if sheet.hidden { weight / 8 } else { weight }
        });
        // Of equal ones the first.
        let best = weights.enumerate().rev().max_by_key(|(_, weight)| *weight);
        let Some((chosen, weight)) = best.filter(|(_, weight)| *weight > 0) else {
            return Err(no_table());
        };
        debug_assert!(weight > 0);
        let tables = tables(book.sheets(), &regions, chosen);
        let region = regions
            .into_iter()
            .nth(chosen)
            .flatten()
            .ok_or_else(no_table)?;
        if region.columns.len() > COLUMNS_MAX {
            let said = format!(
                "{} columns; {COLUMNS_MAX} are the limit",
                region.columns.len()
            );
            return Err(Refusal::file("too_many_columns", said));
        }
        let grid = book.read(chosen)?;
        Ok((RowReader::over(grid, region), tables))
    }

    pub(crate) fn over(grid: Box<dyn Grid>, region: Region) -> RowReader {
        RowReader {
            grid: Mutex::new(grid),
            columns: region.columns.clone(),
            region,
            bytes: Vec::new(),
            before: 0,
            footers: 0,
        }
    }

    /// The next row of the table; a refusal with a line concerns this row alone.
    pub fn next(&mut self) -> Option<Result<Raw<'_>, Refusal>> {
        let width = self.columns.len();
        let line = loop {
            let grid = self.grid.get_mut().unwrap_or_else(PoisonError::into_inner);
            let row = match grid.next_row()? {
                Ok(row) => row,
                Err(refusal) => return Some(Err(refusal)),
            };
            let gap = self.before > 0 && row.row > self.before + 1;
            if row.row < self.region.body {
                continue;
            }
            self.before = row.row;
            if self.region.is_footer(&row, gap) {
                self.footers += 1;
                continue;
            }
            join_cells(&row.cells, self.region.first, width, &mut self.bytes);
            let blank = self.bytes.iter().all(|b| *b < b' ');
            if !blank && !self.region.is_header(&row) {
                break row.row;
            }
        };
        if self.bytes.len() > RECORD_BYTES_MAX {
            let said = format!(
                "a row of more than {} MB; it was left out",
                RECORD_BYTES_MAX >> 20
            );
            return Some(Err(Refusal::at(line, "record_too_long", said)));
        }
        Some(Ok(Raw {
            bytes: &self.bytes,
            line,
        }))
    }

    /// How many rows were left out so far because they stand below the table or sum it up.
    pub const fn footers(&self) -> u64 {
        self.footers
    }
}

fn tables(sheets: &[Sheet], regions: &[Option<Region>], chosen: usize) -> Vec<Table> {
    let table = |(at, (sheet, region)): (usize, (&Sheet, &Option<Region>))| {
        let region = region.clone().unwrap_or_default();
        Table {
            name: sheet.name.clone(),
            rows: sheet
                .rows
                .map(|rows| (rows + 1).saturating_sub(region.body.max(1))),
            columns: region.columns,
            header_rows: region.header,
            preamble: region.preamble,
            chosen: at == chosen,
        }
    };
    sheets.iter().zip(regions).enumerate().map(table).collect()
}

fn no_table() -> Refusal {
    let said = "no table was found in it: every sheet is empty; export the listings again";
    Refusal::file("no_table", said)
}
