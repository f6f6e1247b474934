//! How likely it is that a table is written in a dialect.

use std::borrow::Cow;

use crate::dialect::Dialect;
use crate::kind::{Kind, kind, trimmed};
use crate::record::{record_end, split};

/// A record of the sample.
pub(crate) struct Row<'a> {
    pub(crate) cells: Vec<Cow<'a, str>>,
    /// Counted from 1.
    pub(crate) line: u64,
    pub(crate) lines: u64,
    pub(crate) after_blank: bool,
}

impl Row<'_> {
    pub(crate) fn width(&self) -> usize {
        self.cells.len()
    }

    pub(crate) fn filled(&self) -> usize {
        self.cells.iter().filter(|c| !trimmed(c).is_empty()).count()
    }

    /// `# …` is nobody's cell, unless it is cut like the rows.
    pub(crate) fn is_comment(&self) -> bool {
        self.cells[0].trim_start().starts_with('#')
    }

    pub(crate) const fn last_line(&self) -> u64 {
        self.line + self.lines - 1
    }
}

/// The first records that are not blank.
pub(crate) fn rows<'a>(sample: &'a [u8], dialect: &Dialect, most: usize) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    let (mut from, mut line, mut after_blank) = (0, 1, false);
    while rows.len() < most
        && let Some(end) = record_end(&sample[from..], dialect, true, 0)
    {
        let record = &sample[from..from + end.record];
        if dialect.is_blank(record) {
            after_blank = true;
        } else {
            rows.push(Row {
                cells: split(record, dialect),
                line,
                lines: end.lines,
                after_blank,
            });
            after_blank = false;
        }
        line += end.lines;
        from += end.next;
    }
    rows
}

/// The width that most rows have.
pub(crate) fn usual_width<'r, 'a: 'r>(
    rows: impl IntoIterator<Item = &'r Row<'a>>,
) -> Option<usize> {
    let mut widths: Vec<(usize, usize)> = Vec::new();
    for width in rows.into_iter().map(Row::width) {
        match widths.iter_mut().find(|(known, _)| *known == width) {
            Some((_, count)) => *count += 1,
            None => widths.push((width, 1)),
        }
    }
    let most = widths
        .into_iter()
        .max_by_key(|(width, count)| (*count, *width));
    most.map(|(width, _)| width)
}

/// Above 0 when the rows agree in length, and the more the more their cells look like something
/// and their columns hold one kind of thing each. 0 where it cannot be above `floor`.
pub(crate) fn weigh(rows: &[Row<'_>], dialect: &Dialect, floor: f64) -> f64 {
    let rows: Vec<&Row<'_>> = rows.iter().filter(|r| !r.is_comment()).collect();
    let Some(width) = usual_width(rows.iter().copied()).filter(|w| *w > 1) else {
        return 0.0;
    };
    let body = without_edges(&rows, width);
    let alike: Vec<&&Row<'_>> = body.iter().filter(|r| r.width() == width).collect();
    if alike.is_empty() {
        return 0.0;
    }
    let consistency = alike.len() as f64 / body.len() as f64;
    // One row among others proves little.
    let several = rows.iter().filter(|r| r.width() > 1).count() > 1 || rows.len() == 1;
    let proof = if several { 1.0 } else { 0.25 };
    let columns = (width as f64 - 1.0) / width as f64;
    let agreed = proof * consistency.powf(1.5) * columns * prior(dialect, rows.len());
    // The looks of the cells take away from it only, and cost the most to tell.
    if agreed <= floor {
        return 0.0;
    }
    let kinds: Vec<Vec<Kind>> = alike
        .iter()
        .map(|row| row.cells.iter().map(|c| kind(c)).collect())
        .collect();
    if dialect.delimiter == b' ' && dialect.quote.is_none() && values(&kinds) < 0.2 {
        // Words stand between blanks too.
        return 0.0;
    }
    let typed = kinds.iter().flatten().map(|k| worth(*k)).sum::<f64>();
    let typed = typed / (kinds.len() * width).max(1) as f64;
    agreed * typed * (0.6 + 0.4 * uniformity(&kinds, width))
}

/// The share of the cells that are numbers, dates and addresses.
fn values(kinds: &[Vec<Kind>]) -> f64 {
    let value = |k: &&Kind| matches!(k, Kind::Number | Kind::Moment | Kind::Address);
    let all = kinds.iter().flatten().count().max(1);
    kinds.iter().flatten().filter(value).count() as f64 / all as f64
}

/// A title above and remarks below are no rows.
fn without_edges<'r, 'a>(rows: &'r [&'r Row<'a>], width: usize) -> &'r [&'r Row<'a>] {
    let single = |row: &Row<'_>| row.width() == 1;
    let first = rows.iter().position(|r| !single(r)).unwrap_or(0);
    let last = rows
        .iter()
        .rposition(|r| !single(r))
        .map_or(rows.len(), |at| at + 1);
    let body = &rows[first..last.max(first)];
    let alike = body.iter().filter(|r| r.width() == width).count();
    // Half a quoted cell is no title.
    let halved = |row: &&Row<'_>| row.cells[0].matches('"').count() % 2 == 1;
    let halved = rows[..first]
        .iter()
        .chain(&rows[last.max(first)..])
        .any(halved);
    match alike >= 2 && body.len() * 2 >= rows.len() && !halved {
        true => body,
        false => rows,
    }
}

const fn worth(kind: Kind) -> f64 {
    match kind {
        Kind::Number | Kind::Moment | Kind::Address | Kind::Code => 1.0,
        Kind::Empty => 0.8,
        Kind::Text => 0.9,
        Kind::Odd => 0.1,
    }
}

/// The share of the cells of each column, but for the first row, that are of its usual kind.
fn uniformity(kinds: &[Vec<Kind>], width: usize) -> f64 {
    let body = if kinds.len() > 2 { &kinds[1..] } else { kinds };
    let mut sum = 0.0;
    for column in 0..width {
        let mut counts = [0usize; Kind::Odd as usize + 1];
        let mut filled = 0;
        for row in body {
            // Codes and texts are both words.
            let kind = match row[column] {
                Kind::Empty => continue,
                Kind::Code => Kind::Text,
                kind => kind,
            };
            filled += 1;
            counts[kind as usize] += 1;
        }
        let most = counts.into_iter().max().unwrap_or(0);
        sum += if filled == 0 {
            0.7
        } else {
            most as f64 / filled as f64
        };
    }
    sum / width as f64
}

/// How often a mark stands between cells rather than inside them.
fn prior(dialect: &Dialect, rows: usize) -> f64 {
    if !dialect.delimiter_tail.is_empty() {
        return 1.0;
    }
    match dialect.delimiter {
        b',' | b';' | b'\t' => 1.0,
        // In a row or two they may as well part the items of a list.
        b'|' if rows < 3 => 0.8,
        b'|' => 0.95,
        b' ' | b':' | b'/' | b'-' | b'=' | b'.' => 0.5,
        _ => 0.8,
    }
}
