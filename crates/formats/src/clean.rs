//! A delimited table made rectangular: footers, comments and repeated headers left out, moved cells
//! put back, and every step of it told.

use std::collections::VecDeque;
use std::sync::Arc;

use encoding_rs::WINDOWS_1252;

use crate::csv::CsvReader;
use crate::dialect::Dialect;
use crate::mend::{Mended, mend};
use crate::{Raw, Refusal, split_csv};

/// What was done to a row, or is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Remark {
    /// Counted from 1.
    pub line: u64,
    pub code: &'static str,
    pub message: String,
}

const REMARKS_MAX: usize = 1_000;
/// Rows that may be a footer are held back until a row follows or does not.
const HELD_MAX: usize = 5_000;

/// The rows of the largest table of a file, each with as many cells as there are columns.
pub struct CleanRows {
    reader: Box<CsvReader>,
    pub dialect: Arc<Dialect>,
    pub remarks: Vec<Remark>,
    pub remarks_total: u64,
    pub rows: u64,
    pub last_line: u64,
    /// Rows behind the table's last one that belong to nobody.
    pub footer: u64,
    pub comments: u64,
    held: Vec<Held>,
    ready: VecDeque<Held>,
    /// Rows with a single cell stand amid the others.
    sparse: bool,
}

struct Held {
    cells: Vec<String>,
    line: u64,
}

impl CleanRows {
    pub fn of(reader: Box<CsvReader>) -> CleanRows {
        CleanRows {
            dialect: Arc::clone(&reader.dialect),
            reader,
            remarks: Vec::new(),
            remarks_total: 0,
            rows: 0,
            last_line: 0,
            footer: 0,
            comments: 0,
            held: Vec::new(),
            ready: VecDeque::new(),
            sparse: false,
        }
    }

    pub fn encoding(&self) -> &str {
        &self.reader.encoding
    }

    pub const fn bom(&self) -> bool {
        self.reader.bom
    }

    /// The next row; an error when the file cannot be read further.
    #[expect(clippy::should_implement_trait, reason = "its errors end it")]
    pub fn next(&mut self) -> Option<Result<Vec<String>, Refusal>> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                self.rows += 1;
                self.last_line = row.line;
                return Some(Ok(row.cells));
            }
            let record = match self.reader.next()? {
                Ok(raw) => taken(&raw, &self.dialect),
                Err(refusal) if refusal.line == 0 => return Some(Err(refusal)),
                Err(refusal) => {
                    self.tell(refusal.line, refusal.code, refusal.message);
                    continue;
                }
            };
            self.place(record);
        }
    }

    /// After the last row: what was held back is a footer.
    pub fn finish(&mut self) {
        self.footer += self.held.len() as u64;
        if let (Some(first), Some(last)) = (self.held.first(), self.held.last()) {
            let said = match first.line == last.line {
                true => "a footer; left out".to_owned(),
                false => format!("a footer up to line {}; left out", last.line),
            };
            self.tell(first.line, "footer", said);
        }
        self.held.clear();
    }

    fn place(&mut self, record: Record) {
        let columns = self.dialect.columns.len();
        let Record { row, .. } = record;
        if record.comment {
            self.comments += 1;
            return;
        }
        if record.repeats_header {
            let said = "the header once more; left out".to_owned();
            self.held.clear();
            self.tell(row.line, "repeated_header", said);
            return;
        }
        if record.mended {
            let said = "cells had moved: a delimiter too many, too few, or another one; put back";
            self.tell(row.line, "mended", said.to_owned());
        }
        let filled = row.cells.iter().filter(|c| !c.trim().is_empty()).count();
        let empty = filled == 0 && columns > 1;
        let single = (record.width == 1 && columns > 2)
            || (filled == 1
                && !row.cells[0].trim().is_empty()
                // In a narrow table only under an empty row.
                && (columns > 3 || !self.held.is_empty()));
        if (empty || (single && !self.sparse)) && self.held.len() < HELD_MAX {
            self.held.push(row);
            return;
        }
        // A row of nothing but delimiters is a blank line.
        let held = self.held.drain(..);
        let held: Vec<Held> = held
            .filter(|h| h.cells.iter().any(|c| !c.trim().is_empty()))
            .collect();
        self.sparse |= !held.is_empty();
        self.ready.extend(held);
        if row.cells.len() > columns {
            let said = format!(
                "{} cells where there are {columns} columns",
                row.cells.len()
            );
            self.tell(row.line, "too_many_cells", said);
        } else if record.unclear || ((2..columns).contains(&record.width) && !self.dialect.ragged) {
            let said = format!("{} cells where there are {columns} columns", record.width);
            self.tell(row.line, "too_few_cells", said);
        }
        self.ready.push_back(row);
    }

    fn tell(&mut self, line: u64, code: &'static str, message: String) {
        self.remarks_total += 1;
        if self.remarks.len() < REMARKS_MAX {
            self.remarks.push(Remark {
                line,
                code,
                message,
            });
        }
    }
}

struct Record {
    row: Held,
    /// Cells as written.
    width: usize,
    comment: bool,
    repeats_header: bool,
    mended: bool,
    /// Some cells do not look like their columns.
    unclear: bool,
}

fn taken(raw: &Raw<'_>, dialect: &Dialect) -> Record {
    let columns = dialect.columns.len();
    let cells = split_csv(raw, dialect);
    let width = cells.len();
    let comment = dialect.is_comment(raw.bytes) && width != columns;
    let repeats_header = dialect.is_header(&cells);
    let mended = match comment || width == columns {
        true => Mended::AsIs,
        false => mend(raw, dialect),
    };
    let unclear = matches!(mended, Mended::Unclear(_));
    let is_mended = matches!(mended, Mended::Row(_));
    let mut cells = match mended {
        Mended::Row(cells) => cells,
        _ => cells.into_iter().map(|c| c.into_owned()).collect(),
    };
    while cells.len() > columns && cells.last().is_some_and(|c| c.trim().is_empty()) {
        cells.pop();
    }
    cells.resize(cells.len().max(columns), String::new());
    cells.iter_mut().for_each(without_controls);
    Record {
        row: Held {
            cells,
            line: raw.line,
        },
        width,
        comment,
        repeats_header,
        mended: is_mended,
        unclear,
    }
}

/// Windows quotes and dashes that went through as control characters (U+0080 to U+009F).
fn without_controls(cell: &mut String) {
    let control = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
    if cell.is_ascii() || !cell.contains(control) {
        return;
    }
    let letter = |c: char| match control(c) {
        true => WINDOWS_1252
            .decode_without_bom_handling(&[c as u8])
            .0
            .chars()
            .next()
            .unwrap_or(c),
        false => c,
    };
    *cell = cell.chars().map(letter).collect();
}
