//! Where on a sheet the table is: below titles, beside notes, above totals.

use std::collections::HashSet;

/// A row of a sheet that is not blank.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GridRow {
    /// Counted from 1.
    pub row: u64,
    pub cells: Vec<String>,
}

/// How many rows of a sheet are looked at.
pub(crate) const HEAD_ROWS: usize = 200;
const NAME_LENGTH_MAX: usize = 120;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Region {
    pub first: usize,
    pub columns: Vec<String>,
    /// The rows that hold the names, none when there are no names.
    pub header: Vec<u64>,
    pub body: u64,
    /// What stands above the table.
    pub preamble: Vec<String>,
    /// How many cells a row usually fills.
    pub usual: usize,
}

impl GridRow {
    fn filled(&self) -> usize {
        self.cells.iter().filter(|c| !c.trim().is_empty()).count()
    }

    pub(crate) fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", |c| c.trim())
    }
}

/// None when the sheet holds nothing.
pub(crate) fn find(head: &[GridRow]) -> Option<Region> {
    let usual = usual_width(head)?;
    let wide = usual.div_ceil(2).max(usual.min(2));
    let top = head.iter().position(|r| r.filled() >= wide)?;
    let (first, last) = borders(&head[top..], wide);
    let rows: Vec<&GridRow> = head[top..].iter().collect();
    let mut header: Vec<&GridRow> = Vec::new();
    if is_header(rows[0], &rows[1..], first, last) {
        header.push(rows[0]);
        if rows.len() > 2
            && rows[1].row == rows[0].row + 1
            && names_below(rows[1], &rows[2..], first, last)
        {
            header.push(rows[1]);
        } else if let Some(above) = top.checked_sub(1).map(|at| &head[at])
            && above.row + 1 == rows[0].row
            && groups(above, first)
        {
            header.insert(0, above);
        }
    }
    let body = match (header.last(), rows.first()) {
        (Some(row), _) => row.row + 1,
        (None, first) => first.map_or(1, |r| r.row),
    };
    let shown = |r: &GridRow| {
        let cells = r.cells.iter().map(|c| c.trim()).filter(|c| !c.is_empty());
        cells.collect::<Vec<_>>().join(" ")
    };
    let start = header.first().map_or(body, |r| r.row);
    Some(Region {
        first,
        columns: names(&header, first, last),
        header: header.iter().map(|r| r.row).collect(),
        body,
        preamble: head.iter().filter(|r| r.row < start).map(shown).collect(),
        usual,
    })
}

/// The median of what rows fill; rows with a single cell are titles where others fill more.
fn usual_width(head: &[GridRow]) -> Option<usize> {
    let mut filled: Vec<usize> = head
        .iter()
        .map(GridRow::filled)
        .filter(|f| *f > 1)
        .collect();
    if filled.is_empty() {
        return (!head.is_empty()).then_some(1);
    }
    filled.sort_unstable();
    Some(filled[filled.len() / 2])
}

/// The first and the last column; a note beside the table, behind a blank column, is left out.
fn borders(rows: &[GridRow], wide: usize) -> (usize, usize) {
    let width = rows.iter().map(|r| r.cells.len()).max().unwrap_or(0);
    let mut filled = vec![0usize; width];
    for row in rows.iter().filter(|r| r.filled() >= wide) {
        for (at, count) in filled.iter_mut().enumerate() {
            *count += usize::from(!row.cell(at).is_empty());
        }
    }
    let mut blocks: Vec<(usize, usize, usize)> = Vec::new();
    for (at, count) in filled.iter().enumerate().filter(|(_, c)| **c > 0) {
        match blocks.last_mut() {
            Some(block) if block.1 + 1 == at => (block.1, block.2) = (at, block.2 + count),
            _ => blocks.push((at, at, *count)),
        }
    }
    let most = blocks.iter().map(|b| b.2).max().unwrap_or(0);
    // A block that fills a fraction of what the largest does is no part of the table.
    let part = |b: &&(usize, usize, usize)| b.2 * 12 > most || b.2 * 2 > rows.len();
    let first = blocks.iter().find(part).map_or(0, |b| b.0);
    let last = blocks.iter().rev().find(part).map_or(0, |b| b.1);
    (first, last)
}

fn is_header(row: &GridRow, below: &[&GridRow], first: usize, last: usize) -> bool {
    let names: Vec<&str> = (first..=last)
        .map(|at| row.cell(at))
        .filter(|c| !c.is_empty())
        .collect();
    let odd = |c: &&str| looks_like_value(c) || c.len() > NAME_LENGTH_MAX;
    if names.is_empty() || names.iter().any(odd) {
        return false;
    }
    let distinct: HashSet<&&str> = names.iter().collect();
    if distinct.len() * 10 < names.len() * 8 {
        return false;
    }
    if below.is_empty() || (first..=last).any(|at| holds_values(below, at)) {
        return true;
    }
    let again = |r: &&&GridRow| {
        (first..=last).any(|at| !r.cell(at).is_empty() && r.cell(at) == row.cell(at))
    };
    below.iter().filter(again).count() * 10 < below.len()
}

/// Whether a column below the header is mostly numbers or dates.
fn holds_values(rows: &[&GridRow], at: usize) -> bool {
    let cells: Vec<&str> = rows
        .iter()
        .map(|r| r.cell(at))
        .filter(|c| !c.is_empty())
        .collect();
    let values = cells.iter().filter(|c| looks_like_value(c)).count();
    cells.len() > 1 && values * 10 >= cells.len() * 8
}

/// A second row of names has words where the rows below have numbers.
fn names_below(row: &GridRow, below: &[&GridRow], first: usize, last: usize) -> bool {
    let cells = (first..=last)
        .map(|at| (at, row.cell(at)))
        .filter(|(_, c)| !c.is_empty());
    let (mut words, mut over_values) = (0, 0);
    for (at, cell) in cells {
        if looks_like_value(cell) {
            return false;
        }
        words += 1;
        over_values += usize::from(holds_values(below, at));
    }
    over_values >= 2 || (words > 0 && over_values == words)
}

/// Names of groups of columns, merged over each group.
fn groups(above: &GridRow, first: usize) -> bool {
    let filled = above.filled();
    let words = above.cells.iter().all(|c| !looks_like_value(c.trim()));
    words && filled >= 2 && (above.cell(first).is_empty() || filled > 2)
}

fn names(header: &[&GridRow], first: usize, last: usize) -> Vec<String> {
    let mut columns: Vec<String> = (first..=last).map(|_| String::new()).collect();
    for (level, row) in header.iter().enumerate() {
        let mut before = "";
        for at in first..=last {
            // A group's name reaches to the next group.
            let cell = match row.cell(at) {
                "" if level + 1 < header.len() => before,
                cell => cell,
            };
            before = cell;
            let column = &mut columns[at - first];
            if !cell.is_empty() && column != cell {
                if !column.is_empty() {
                    column.push(' ');
                }
                column.push_str(&cell.split_whitespace().collect::<Vec<_>>().join(" "));
            }
        }
    }
    tell_apart(&mut columns);
    columns
}

/// Nameless columns are counted, and a second one of a name is called `name 2`.
pub(crate) fn tell_apart(columns: &mut [String]) {
    let mut seen = std::collections::HashMap::new();
    for (at, column) in columns.iter_mut().enumerate() {
        if column.trim().is_empty() {
            *column = format!("column {}", at + 1);
        }
        let times: &mut usize = seen.entry(column.clone()).or_default();
        *times += 1;
        if *times > 1 {
            *column = format!("{column} {times}");
        }
    }
}

/// A number, a date, an amount.
pub(crate) fn looks_like_value(cell: &str) -> bool {
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    digits > 0
        && cell
            .chars()
            .all(|c| c.is_ascii_digit() || " .,-+%€$£/:\u{a0}\u{202f}'".contains(c))
}

impl Region {
    /// A row below the table, or a sum of it.
    pub(crate) fn is_footer(&self, row: &GridRow, after_gap: bool) -> bool {
        let filled = row.filled();
        if self.usual < 3 || filled * 2 >= self.usual {
            return false;
        }
        (after_gap && filled * 3 <= self.usual) || row.cells.iter().any(|c| is_sum(c))
    }

    /// The header again, as at the top of each printed page.
    pub(crate) fn is_header(&self, row: &GridRow) -> bool {
        let same = |(at, name): (usize, &String)| row.cell(self.first + at) == name;
        self.header.len() == 1 && self.columns.iter().enumerate().all(same)
    }

    /// How much of a table it is: what its head fills, made larger by the rows known to follow.
    pub(crate) fn weight(&self, head: &[GridRow], rows: Option<u64>) -> u64 {
        let filled: usize = head
            .iter()
            .filter(|r| r.row >= self.body)
            .map(GridRow::filled)
            .sum();
        let more = rows.unwrap_or(0).max(head.len() as u64) / (head.len() as u64).max(1);
        let named = if self.header.is_empty() { 1 } else { 2 };
        filled as u64 * more.max(1) * named
    }
}

fn is_sum(cell: &str) -> bool {
    const WORDS: [&str; 10] = [
        "total", "totaux", "totaal", "summe", "gesamt", "somme", "sum", "nombre", "aantal",
        "anzahl",
    ];
    let word = cell.trim().to_lowercase();
    let first = word
        .split(|c: char| !c.is_alphabetic())
        .next()
        .unwrap_or("");
    WORDS.contains(&first)
}
