//! What a file turned out to be.

use std::sync::Arc;

use serde::Serialize;

use crate::archive::Member;
use crate::dialect::Dialect;
use crate::grid::Table;

/// What was found out about a file when it was opened.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Description {
    /// `csv`, `fixed_width`, `xlsx`, `xls`, `ods`, `excel_xml`, `html`, `dbf`, `blm`, `json`,
    /// `ndjson` or `xml`.
    pub format: &'static str,
    pub encoding: String,
    /// What it was packed in, from the outside: `mail`, `zip`, `gzip`.
    pub container: Vec<&'static str>,
    /// What lay in the archive or was attached to the mail.
    pub members: Vec<Member>,
    /// How delimited text is written.
    pub dialect: Option<Arc<Dialect>>,
    /// The tables in it; of a tree none.
    pub tables: Vec<Table>,
    /// Where the records of a tree stand: `/listings/listing`, `$.vehicles[*]`.
    pub record_path: Option<String>,
    /// The names of the elements that are records, where there are several kinds.
    pub elements: Vec<String>,
    /// Fields that the file names and whose contents it does not hold (memos of a DBF).
    pub missing: Vec<String>,
    /// How a document of XML begins, up to its first records: what it says of the delivery.
    pub opening: String,
}
