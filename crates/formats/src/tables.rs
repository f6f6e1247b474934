//! Where the tables of a file lie: titles above, headers of one row or more, and other tables below.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde::Serialize;

use crate::dialect::Dialect;
use crate::kind::{is_value, trimmed};
use crate::mend::Shape;
use crate::weigh::{Row, rows, usual_width};

/// One of the tables of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextTable {
    /// The title that stands above it, or `table 1`….
    pub name: String,
    pub columns: Vec<String>,
    /// Without its header.
    pub rows: u64,
    /// The line its header (or its first row) stands on, counted from 1.
    pub first_line: u64,
    pub last_line: u64,
    pub header_rows: usize,
}

const PREAMBLE_MAX: usize = 30;
const HEADER_ROWS_MAX: usize = 6;

struct Found {
    table: TextTable,
    /// What the header says, unnamed columns and repetitions included.
    names: Vec<String>,
    header: Range<usize>,
    /// Index of the first row of values.
    body: usize,
    ragged: bool,
}

/// Fills in what a dialect says of headers, columns and tables.
pub(crate) fn lay_out(dialect: &mut Dialect, sample: &[u8]) {
    let rows = rows(sample, dialect, usize::MAX);
    let parts = cut(&rows);
    let mut found: Vec<Found> = Vec::new();
    for part in &parts {
        found.extend(describe(&rows, part.clone(), found.len()));
    }
    let size = |f: &Found| f.table.rows as usize * f.table.columns.len();
    let largest = (0..found.len()).rev().max_by_key(|at| size(&found[*at]));
    let Some(at) = largest else { return };
    let chosen = &found[at];
    dialect.columns = chosen.table.columns.clone();
    dialect.names = chosen.names.clone();
    let texts = |row: &Row<'_>| row.cells.iter().map(|c| c.trim().to_owned()).collect();
    dialect.header = rows[chosen.header.clone()].iter().map(texts).collect();
    dialect.header_rows = chosen.table.header_rows;
    dialect.has_header = dialect.header_rows > 0;
    dialect.skip_records = chosen.body;
    dialect.ragged = chosen.ragged;
    dialect.table = at;
    dialect.shapes = Shape::of(&rows[chosen.body..parts[at].end], dialect.columns.len());
    dialect.until = found.get(at + 1).map(|next| {
        let title = rows.iter().find(|r| r.line > chosen.table.last_line);
        title.map_or(next.table.first_line, |r| r.line) - 1
    });
    dialect.tables = found.into_iter().map(|f| f.table).collect();
}

/// Cuts the rows where another header begins, under a blank line or with another width.
fn cut(rows: &[Row<'_>]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut at = 2;
    while at + 1 < rows.len() {
        if begins_table(rows, start, at) {
            // Its title belongs to it.
            let title = at - usize::from(at > start + 2 && rows[at - 1].filled() <= 1);
            parts.push(start..title);
            start = title;
            at += 2;
        } else {
            at += 1;
        }
    }
    parts.push(start..rows.len());
    parts
}

fn begins_table(rows: &[Row<'_>], start: usize, at: usize) -> bool {
    let row = &rows[at];
    let width = row.width();
    let above = &rows[at - 1];
    // Values make no header: most rows are done with here.
    if width < 2
        || row.cells.iter().any(|c| is_value(c))
        || row.filled() < 2
        || (row.filled() * 2 < width && width > 3)
    {
        return false;
    }
    let Some(usual) = usual_width(&rows[start..at.min(start + 60)]) else {
        return false;
    };
    if let Some(header) = header_again(rows, start, at) {
        // The same table a second time; a header that is only repeated is not.
        return rows.get(at + 1).map(|r| &r.cells) == rows.get(header + 1).map(|r| &r.cells);
    }
    let separated = row.after_blank || above.filled() <= 1;
    let same = rows[at..].iter().take_while(|r| r.width() == width).count();
    let other = width != usual;
    let enough = match separated {
        true => same >= 2,
        false => same >= 4,
    };
    if !enough
        || (!other && !separated)
        || rows[start..at].iter().filter(|r| r.width() >= 2).count() < 2
    {
        return false;
    }
    let among = rows[start..at]
        .iter()
        .filter(|r| r.width() == width)
        .count();
    if other && among * 20 > at - start {
        return false;
    }
    let below = &rows[at + 1..(at + 40).min(rows.len())];
    is_header(row, below, width)
        && (other || !typed_columns(&rows[start + 1..at.min(start + 60)], width).is_empty())
        && stands_under_values(&rows[start..at.min(start + 60)])
}

/// The row near the top of the part that this one repeats.
fn header_again(rows: &[Row<'_>], start: usize, at: usize) -> Option<usize> {
    let top = start..at.min(start + PREAMBLE_MAX);
    let width = rows[at].width();
    top.into_iter().find(|first| {
        rows[*first].cells == rows[at].cells && is_header(&rows[at], &rows[first + 1..at], width)
    })
}

/// Columns of numbers and dates above a row of words: that row is none of theirs.
fn stands_under_values(above: &[Row<'_>]) -> bool {
    let numbers = above
        .iter()
        .filter(|r| r.cells.iter().any(|c| is_value(c)))
        .count();
    numbers * 2 > above.len()
}

fn describe(rows: &[Row<'_>], part: Range<usize>, number: usize) -> Option<Found> {
    let inside = &rows[part.clone()];
    let width = usual_width(inside)?;
    let first = part.start + first_row(inside, width);
    let mut header_rows = header_rows(&rows[first..part.end], width);
    let mut header = first;
    let above = (first > part.start).then(|| &rows[first - 1]);
    // A header with a column more than its rows fill.
    if header_rows == 0
        && let Some(above) = above
        && width > 1
        && (width - 1..=width + 3).contains(&above.width())
        && is_header(above, &rows[first..part.end], width)
    {
        (header_rows, header) = (1, first - 1);
    }
    let body = header + header_rows;
    let width = if header < first {
        width.max(rows[header].width())
    } else {
        width
    };
    let mut names = names(&rows[header..body], width);
    if header < first && rows[header].width() < width && is_counted(&rows[first..part.end]) {
        // The rows are numbered, and the header has no name for that.
        names.rotate_right(1);
    }
    let last = inside.iter().rposition(|r| r.filled() > 1 || width == 1);
    let last = part.start + last.unwrap_or(inside.len() - 1);
    // The last row may be cut.
    let known = part.end - 1;
    let ragged = rows[body.min(known)..known.max(body)]
        .iter()
        .any(|row| (2..width).contains(&row.width()));
    let title = rows[part.start..header]
        .iter()
        .rev()
        .find(|r| r.filled() == 1);
    let name = title.and_then(|r| r.cells.iter().find(|c| !c.trim().is_empty()));
    Some(Found {
        table: TextTable {
            name: name.map_or(format!("table {}", number + 1), |n| n.trim().to_owned()),
            columns: columns(&names),
            rows: (last + 1).saturating_sub(body) as u64,
            first_line: rows[header].line,
            last_line: rows[last].last_line(),
            header_rows,
        },
        names,
        header: header..body,
        body,
        ragged,
    })
}

/// Whether the first cells count the rows.
fn is_counted(rows: &[Row<'_>]) -> bool {
    let first = rows.iter().map(|r| r.cells[0].trim().parse::<u64>().ok());
    let Some(Some(start)) = first.clone().next() else {
        return false;
    };
    first
        .zip(start..)
        .all(|(number, count)| number == Some(count))
}

/// The first row of the usual width that is no title padded with empty cells.
fn first_row(rows: &[Row<'_>], width: usize) -> usize {
    let sparse =
        |row: &Row<'_>| row.filled() == 0 || (row.filled() == 1 && !row.cells[0].trim().is_empty());
    let full = rows.iter().filter(|r| r.filled() > 1).count();
    let skips_titles = width > 1 && full * 2 > rows.len();
    let first = rows
        .iter()
        .take(PREAMBLE_MAX)
        .position(|row| row.width() == width && !(skips_titles && sparse(row)));
    first.unwrap_or(0)
}

/// How many rows the header takes: under names, units and second names may stand.
fn header_rows(rows: &[Row<'_>], width: usize) -> usize {
    let typed = typed_columns(rows.get(1..).unwrap_or_default(), width);
    let is_named = |row: &Row<'_>| {
        let cell = |at: &usize| row.cells.get(*at).map_or("", |c| c.trim());
        row.width() == width && row.filled() > 0 && typed.iter().all(|at| !is_value(cell(at)))
    };
    let names_typed = |row: &Row<'_>| {
        typed
            .iter()
            .filter(|at| !row.cells[**at].trim().is_empty())
            .count()
    };
    let one = is_header(&rows[0], &rows[1..], width);
    if typed.is_empty() || rows.len() < 3 {
        return usize::from(one);
    }
    let mut named = rows
        .iter()
        .take(HEADER_ROWS_MAX)
        .take_while(|r| is_named(r))
        .count();
    // The last of them says something of a column of values.
    while named > 1 && names_typed(&rows[named - 1]) * 3 < typed.len().min(3) {
        named -= 1;
    }
    match named {
        0 => usize::from(one),
        _ if named + 1 > rows.len().min(HEADER_ROWS_MAX) => usize::from(one),
        _ if one || named > 1 => named,
        _ => 0,
    }
}

/// The columns that hold numbers or dates and hardly anything else.
fn typed_columns(rows: &[Row<'_>], width: usize) -> Vec<usize> {
    let rows: Vec<_> = rows
        .iter()
        .filter(|r| r.width() == width)
        .take(200)
        .collect();
    // The first may be of the header yet.
    let rows = &rows[(rows.len() / 3).min(6)..];
    (0..width)
        .filter(|at| {
            let (mut values, mut filled) = (0, 0);
            for cell in rows.iter().map(|r| trimmed(&r.cells[*at])) {
                filled += usize::from(!cell.is_empty());
                values += usize::from(is_value(cell));
            }
            values > 0 && values * 10 >= filled * 8
        })
        .collect()
}

/// Names are words, most of them different, and below them stand other things.
fn is_header(first: &Row<'_>, below: &[Row<'_>], width: usize) -> bool {
    let filled: Vec<&str> = first
        .cells
        .iter()
        .map(|c| c.trim())
        .filter(|c| !c.is_empty())
        .collect();
    if filled.is_empty() || filled.iter().any(|c| is_value(c) || c.len() > 160) {
        return false;
    }
    let distinct: HashSet<_> = filled.iter().collect();
    let is_typed = typed_columns(below, width).len() * 2 > width;
    if distinct.len() * 10 < filled.len() * 6 && !is_typed {
        return false;
    }
    let below: Vec<_> = below.iter().filter(|r| r.width() == width).collect();
    if below.is_empty() {
        return true;
    }
    let numeric = |row: &&&Row<'_>| row.cells.iter().any(|c| is_value(c));
    let repeated = below.iter().filter(|r| {
        let pairs = r.cells.iter().zip(&first.cells);
        pairs.into_iter().any(|(a, b)| !b.is_empty() && a == b)
    });
    below.iter().any(|r| numeric(&r)) || repeated.count() * 10 < below.len()
}

/// One name for each column: the parts below each other, a merged part over all its columns.
fn names(header: &[Row<'_>], width: usize) -> Vec<String> {
    let mut columns = vec![String::new(); width];
    for (at, row) in header.iter().enumerate() {
        let upper = at + 1 < header.len();
        let mut merged = "";
        for (column, name) in columns.iter_mut().enumerate() {
            let cell = row.cells.get(column).map_or("", |c| {
                c.trim()
                    .trim_start_matches('\u{feff}')
                    .trim_start_matches("# ")
                    .trim_start()
            });
            let part = if cell.is_empty() && upper {
                merged
            } else {
                cell
            };
            merged = part;
            if !part.is_empty() && name != part {
                let blank = if name.is_empty() { "" } else { " " };
                *name = format!("{name}{blank}{part}");
            }
        }
    }
    columns
}

/// A name for every column, and no two alike.
fn columns(names: &[String]) -> Vec<String> {
    let named = names
        .iter()
        .enumerate()
        .map(|(at, name)| match name.as_str() {
            "" => format!("column {}", at + 1),
            name => name.to_owned(),
        });
    let mut columns = named.collect::<Vec<_>>();
    tell_apart(&mut columns);
    columns
}

/// A second column of one name is called `name 2`.
fn tell_apart(columns: &mut [String]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for column in columns {
        let times = seen.entry(column.clone()).or_default();
        *times += 1;
        if *times > 1 {
            *column = format!("{column} {times}");
        }
    }
}
