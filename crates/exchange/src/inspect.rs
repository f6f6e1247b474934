//! What a file is, before anybody says what it is for.

use std::io;

use formats::{CleanRows, Dialect, Member, Refusal, Remark, TextTable};
use serde::Serialize;

use crate::feed::Feed;

/// What was found in a file.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    pub format: String,
    pub encoding: String,
    /// Whether the file begins with a byte order mark.
    pub bom: bool,
    /// What it was packed in, from the outside: `mail`, `zip`, `gzip`.
    pub container: Vec<&'static str>,
    /// What lay in the archive or was attached to the mail.
    pub members: Vec<Member>,
    /// Where the records of a tree stand: `/listings/listing`, `$.vehicles[*]`.
    pub record_path: Option<String>,
    /// How the cells are written; none for what is not delimited text.
    pub dialect: Option<Written>,
    pub tables: Vec<Found>,
    pub problems: Vec<Remark>,
    /// How many problems there were in all.
    pub problems_total: u64,
}

/// How delimited text is written.
#[derive(Clone, Debug, Serialize)]
pub struct Written {
    pub delimiter: String,
    /// None where nothing quotes.
    pub quote: Option<String>,
    /// What stands before a quote that is a letter; the quote itself when quotes are doubled.
    pub escape: Option<String>,
    pub record_delimiter: String,
    pub header_rows: usize,
    /// Lines above the header.
    pub preamble: u64,
    /// Records below the last row.
    pub footer: u64,
    pub comments: u64,
}

/// One table of the file.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// Whether it is the one that is read: the largest.
    pub read: bool,
    #[serde(flatten)]
    pub table: TextTable,
}

/// Reads a file to its end. `each` is given the header and then every row of the largest table.
pub fn inspect(
    source: Box<dyn io::Read + Send>,
    each: &mut dyn FnMut(&[String]) -> io::Result<()>,
) -> Result<Inspection, Refusal> {
    match formats::open(source)?.into_csv() {
        Ok(reader) => delimited(CleanRows::of(reader), each),
        Err(other) => other_format(Feed::over(*other), each),
    }
}

fn delimited(
    mut rows: CleanRows,
    each: &mut dyn FnMut(&[String]) -> io::Result<()>,
) -> Result<Inspection, Refusal> {
    let header = match rows.dialect.has_header {
        true => &rows.dialect.names,
        false => &rows.dialect.columns,
    };
    each(header).map_err(unwritable)?;
    let mut broken = None;
    while let Some(row) = rows.next() {
        match row {
            Ok(row) => each(&row).map_err(unwritable)?,
            Err(refusal) => {
                broken = Some(refusal);
                break;
            }
        }
    }
    rows.finish();
    let mut problems = std::mem::take(&mut rows.remarks);
    problems.extend(broken.map(|b| Remark {
        line: b.line,
        code: b.code,
        message: b.message,
    }));
    let dialect = &rows.dialect;
    let tables = dialect.tables.iter().enumerate().map(|(at, table)| {
        let read = at == dialect.table;
        let mut table = table.clone();
        if read {
            table.rows = rows.rows;
            table.last_line = rows.last_line.max(table.first_line);
        }
        Found { read, table }
    });
    let tables: Vec<Found> = tables.collect();
    for other in tables.iter().filter(|t| !t.read) {
        let (name, rows) = (&other.table.name, other.table.rows);
        let message = format!("another table, “{name}” with {rows} rows, is not read");
        let line = other.table.first_line;
        problems.push(Remark {
            line,
            code: "other_table",
            message,
        });
    }
    Ok(Inspection {
        format: "csv".into(),
        encoding: rows.encoding().to_owned(),
        bom: rows.bom(),
        container: Vec::new(),
        members: Vec::new(),
        record_path: None,
        dialect: Some(written(dialect, &rows)),
        problems_total: rows.remarks_total.max(problems.len() as u64),
        tables,
        problems,
    })
}

fn written(dialect: &Dialect, rows: &CleanRows) -> Written {
    let letter = |byte: u8| char::from(byte).to_string();
    let read = dialect.tables.get(dialect.table);
    Written {
        delimiter: dialect.delimiter_text(),
        quote: dialect.quote.map(letter),
        escape: dialect.escape.map(letter),
        record_delimiter: dialect.record_delimiter.to_owned(),
        header_rows: dialect.header_rows,
        preamble: read.map_or(0, |t| t.first_line - 1),
        footer: rows.footer,
        comments: rows.comments,
    }
}

fn other_format(
    mut feed: Feed,
    each: &mut dyn FnMut(&[String]) -> io::Result<()>,
) -> Result<Inspection, Refusal> {
    let description = feed.description().clone();
    let chosen = description.tables.iter().find(|t| t.chosen);
    let mut table = TextTable {
        name: chosen.map_or(String::new(), |t| t.name.clone()),
        columns: feed.columns.clone(),
        rows: 0,
        first_line: chosen
            .and_then(|t| t.header_rows.first().copied())
            .unwrap_or(1),
        last_line: 1,
        header_rows: chosen.map_or(0, |t| t.header_rows.len()),
    };
    if table.name.is_empty() {
        table.name = "table 1".into();
    }
    let (mut problems, mut problems_total) = (Vec::new(), 0);
    each(&table.columns).map_err(unwritable)?;
    while let Some(record) = feed.next(|reader, raw| (raw.line, reader.cells(&raw))) {
        match record.and_then(|(line, cells)| cells.map(|cells| (line, cells))) {
            Ok((line, mut cells)) => {
                cells.resize(cells.len().max(table.columns.len()), String::new());
                (table.rows, table.last_line) = (table.rows + 1, line);
                each(&cells).map_err(unwritable)?;
            }
            Err(refusal) => {
                problems_total += 1;
                let ends = refusal.line == 0;
                if problems.len() < crate::report::PROBLEMS_MAX {
                    problems.push(Remark {
                        line: refusal.line,
                        code: refusal.code,
                        message: refusal.message,
                    });
                }
                if ends {
                    break;
                }
            }
        }
    }
    let others = description.tables.iter().filter(|t| !t.chosen);
    let others = others.map(|other| Found {
        read: false,
        table: TextTable {
            name: other.name.clone(),
            columns: other.columns.clone(),
            rows: other.rows.unwrap_or(0),
            first_line: other.header_rows.first().copied().unwrap_or(1),
            last_line: other.rows.unwrap_or(1),
            header_rows: other.header_rows.len(),
        },
    });
    let tables = std::iter::once(Found { read: true, table }).chain(others);
    Ok(Inspection {
        format: description.format.to_owned(),
        tables: tables.collect(),
        encoding: description.encoding,
        bom: false,
        container: description.container,
        members: description.members,
        record_path: description.record_path,
        dialect: None,
        problems,
        problems_total,
    })
}

fn unwritable(error: io::Error) -> Refusal {
    Refusal {
        code: "unwritable",
        line: 0,
        message: format!("the result cannot be written: {error}"),
    }
}
