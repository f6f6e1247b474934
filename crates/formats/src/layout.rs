//! How one record is taken apart, without the stream it came from.

use std::borrow::Cow;
use std::sync::Arc;

use crate::csv::split_csv;
use crate::dialect::Dialect;
use crate::node::Node;
use crate::{Raw, Refusal, json_node, xml};

/// Stands between the cells of a row that was not delimited text.
const BETWEEN_CELLS: char = '\u{1f}';

/// The records of one file: rows of cells, or trees.
#[derive(Clone, Debug)]
pub enum Layout {
    Delimited(Arc<Dialect>),
    /// Rows of a workbook, an HTML page, a database or text of fixed width.
    Cells,
    Xml,
    Json,
}

impl Layout {
    pub const fn is_tree(&self) -> bool {
        matches!(self, Layout::Xml | Layout::Json)
    }

    /// The cells of a row; none of a tree.
    pub fn cells<'a>(&self, raw: &Raw<'a>) -> Vec<Cow<'a, str>> {
        match self {
            Layout::Delimited(dialect) => split_csv(raw, dialect),
            Layout::Cells => split_cells(raw.bytes),
            Layout::Xml | Layout::Json => Vec::new(),
        }
    }

    /// The record as a tree; a row of cells is refused.
    pub fn node(&self, raw: &Raw<'_>) -> Result<Node, Refusal> {
        match self {
            Layout::Xml => xml::parse_xml(raw),
            Layout::Json => json_node::parse_json(raw),
            Layout::Delimited(_) | Layout::Cells => {
                let said = "a row of a table is no tree of elements";
                Err(Refusal::at(raw.line, "no_tree", said))
            }
        }
    }
}

fn split_cells(bytes: &[u8]) -> Vec<Cow<'_, str>> {
    let cells = bytes.split(|b| *b == BETWEEN_CELLS as u8);
    cells.map(String::from_utf8_lossy).collect()
}

/// Writes `width` cells from `first` on, so that [`Layout::Cells`] finds them again.
pub(crate) fn join_cells(cells: &[String], first: usize, width: usize, into: &mut Vec<u8>) {
    into.clear();
    for at in first..first + width {
        if at > first {
            into.push(BETWEEN_CELLS as u8);
        }
        let cell = cells.get(at).map_or("", |c| c.trim());
        if cell.contains(BETWEEN_CELLS) {
            into.extend(cell.replace(BETWEEN_CELLS, " ").bytes());
        } else {
            into.extend(cell.bytes());
        }
    }
}
