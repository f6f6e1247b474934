//! Rows whose cells have moved: a delimiter too many, too few, or another one.
//!
//! Columns of numbers, dates and references have a shape (`99/99/9999`, `AA-9999`), and where the
//! cells of a row fit the shapes in one way only, that way is right. Where they fit in none or in
//! several, the row stays as it is.

use crate::dialect::Dialect;
use crate::kind::{Kind, is_moment, is_number, kind, trimmed};
use crate::record::pieces;
use crate::weigh::Row;
use crate::{Raw, split_csv};

/// What the cells of a column look like.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Shape {
    /// The few patterns of all its filled cells; empty where anything may stand.
    patterns: Vec<String>,
    /// The same, with runs of letters and digits as one.
    loose: Vec<String>,
    /// Some of its cells are empty.
    gaps: bool,
    /// None of its cells is filled.
    void: bool,
    /// The kind of its cells, where the patterns are too many.
    values: Option<Kind>,
}

const ROWS: usize = 400;
const PATTERNS_MAX: usize = 8;
const COLUMNS_MAX: usize = 200;
/// Cells of a row that may be too many or too few.
const OFF_MAX: usize = 24;

impl Shape {
    pub(crate) fn of(rows: &[Row<'_>], width: usize) -> Vec<Shape> {
        let full: Vec<_> = rows
            .iter()
            .filter(|r| r.width() == width)
            .take(ROWS)
            .collect();
        if !(2..=COLUMNS_MAX).contains(&width) || full.len() < 5 {
            return Vec::new();
        }
        let column = |at: usize| {
            let cells = full.iter().map(|r| trimmed(&r.cells[at]));
            let filled: Vec<&str> = cells.filter(|c| !c.is_empty()).collect();
            Shape::of_column(&filled, full.len())
        };
        (0..width).map(column).collect()
    }

    fn of_column(filled: &[&str], rows: usize) -> Shape {
        let mut shape = Shape {
            gaps: filled.len() < rows,
            void: filled.is_empty(),
            ..Shape::default()
        };
        shape.values = usual_value(filled);
        shape.loose = few_patterns(filled, true);
        if !shape.loose.is_empty() {
            shape.patterns = few_patterns(filled, false);
        }
        shape
    }

    const fn is_free(&self) -> bool {
        self.loose.is_empty() && self.values.is_none() && !self.void
    }

    /// Above 0.5 when the cell may stand in the column.
    fn fit(&self, cell: &str) -> f32 {
        let cell = cell.trim();
        match kind(cell) {
            Kind::Empty if self.void => 1.0,
            Kind::Empty if self.gaps => 0.7,
            Kind::Empty => 0.2,
            _ if self.void => 0.0,
            _ if self.patterns.contains(&pattern(cell, false)) => 1.0,
            _ if self.loose.contains(&pattern(cell, true)) => 0.9,
            kind if self.values == Some(kind) => 0.65,
            _ if !self.is_free() => 0.0,
            Kind::Number | Kind::Moment => 0.4,
            Kind::Address | Kind::Odd => 0.5,
            Kind::Code | Kind::Text => 0.8,
        }
    }
}

/// What nine of ten cells are, if that is numbers or moments.
fn usual_value(filled: &[&str]) -> Option<Kind> {
    let others_max = filled.len() / 10;
    let nearly_all = |is: fn(&str) -> bool| {
        !filled.is_empty() && filled.iter().filter(|c| !is(c)).nth(others_max).is_none()
    };
    if nearly_all(is_number) {
        return Some(Kind::Number);
    }
    nearly_all(is_moment).then_some(Kind::Moment)
}

/// The patterns of a column that has few of them; words of one length are still words.
fn few_patterns(filled: &[&str], loose: bool) -> Vec<String> {
    let most = PATTERNS_MAX.min(filled.len() / 3);
    let mut patterns: Vec<String> = Vec::new();
    for cell in filled {
        let pattern = pattern(cell, loose);
        if !patterns.contains(&pattern) {
            if patterns.len() == most {
                return Vec::new();
            }
            patterns.push(pattern);
        }
    }
    match patterns.iter().any(|p| p.contains('9')) {
        true => patterns,
        false => Vec::new(),
    }
}

/// Letters as A, digits as 9, everything else as it is; loosely, runs of them as one.
fn pattern(cell: &str, loose: bool) -> String {
    let mut pattern = String::new();
    for letter in cell.chars().take(200) {
        let class = match letter {
            c if c.is_ascii_digit() => '9',
            c if c.is_alphabetic() => 'A',
            c if c.is_whitespace() => ' ',
            c => c,
        };
        if !(loose && matches!(class, '9' | 'A') && pattern.ends_with(class)) {
            pattern.push(class);
        }
    }
    pattern
}

/// What becomes of a row that has too many or too few cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mended {
    /// Nothing is to be done, as far as can be seen.
    AsIs,
    /// The cells put where they belong.
    Row(Vec<String>),
    /// So many cells do not fit their columns, and where they belong is not certain.
    Unclear(usize),
}

/// Puts the cells of a row where they belong, if there is one way to do so.
pub fn mend(raw: &Raw<'_>, dialect: &Dialect) -> Mended {
    let shapes = &dialect.shapes;
    let columns = shapes.len();
    let cells = split_csv(raw, dialect);
    if columns < 3 || cells.len() == columns || columns != dialect.columns.len() {
        return Mended::AsIs;
    }
    let filled = cells.iter().filter(|c| !c.trim().is_empty()).count();
    let misfits = cells
        .iter()
        .zip(shapes)
        .filter(|(c, s)| s.fit(c) <= 0.35)
        .count();
    // Cells left out at the end are no fault.
    if cells.len() < columns && filled > 1 && misfits == 0 {
        return Mended::AsIs;
    }
    let mut best: Option<(f32, Vec<String>)> = None;
    for other in other_delimiters(dialect, raw.bytes) {
        let tokens = pieces(raw.bytes, &other);
        if tokens.len().abs_diff(columns) > OFF_MAX || tokens.len() * 2 < columns {
            continue;
        }
        let glue = other.delimiter_text();
        let Some((score, row)) = Aligned::of(&tokens, shapes, &glue).certain() else {
            continue;
        };
        if best.as_ref().is_none_or(|(top, _)| score > *top) {
            best = Some((score, row));
        }
    }
    match best {
        Some((score, row)) if score > 0.0 && is_sound(&row, shapes) => Mended::Row(row),
        _ if filled > 1 && misfits > 0 => Mended::Unclear(misfits),
        _ => Mended::AsIs,
    }
}

/// Its own delimiter, and others that the row may have been written with.
fn other_delimiters(dialect: &Dialect, bytes: &[u8]) -> Vec<Dialect> {
    let mut found = vec![dialect.clone()];
    for delimiter in [b' ', b',', b';', b'\t', b'|'] {
        if delimiter != dialect.delimiter && bytes.contains(&delimiter) {
            let mut other = dialect.clone();
            (other.delimiter, other.delimiter_tail) = (delimiter, Vec::new());
            other.columns = Vec::new();
            found.push(other);
        }
    }
    found
}

/// Every cell fits its column, and most columns say what fits.
fn is_sound(row: &[String], shapes: &[Shape]) -> bool {
    let fits = row
        .iter()
        .zip(shapes)
        .all(|(cell, shape)| shape.fit(cell) > 0.35);
    let telling = shapes.iter().filter(|s| !s.is_free()).count();
    fits && telling * 3 >= shapes.len()
}

/// The best ways to put tokens into columns.
struct Aligned<'a> {
    tokens: &'a [(String, bool)],
    shapes: &'a [Shape],
    glue: &'a str,
    /// Best score of the first tokens in the first columns, and the step that gave it.
    best: Vec<Option<Best>>,
}

#[derive(Clone, Copy)]
struct Best {
    score: f32,
    step: Step,
    /// Another step is as good and gives other cells.
    tied: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// So many tokens make the cell.
    Take(usize),
    /// An empty token is dropped.
    Drop,
    /// The cell is left empty.
    Skip,
    /// A token makes two cells, cut at this byte; quotes there are taken away.
    Cut(usize),
}

impl<'a> Aligned<'a> {
    fn of(tokens: &'a [(String, bool)], shapes: &'a [Shape], glue: &'a str) -> Aligned<'a> {
        let size = (tokens.len() + 1) * (shapes.len() + 1);
        let mut aligned = Aligned {
            tokens,
            shapes,
            glue,
            best: vec![None; size],
        };
        aligned.reach(0, 0, 0.0, Step::Drop);
        for i in 0..=tokens.len() {
            for j in 0..=shapes.len() {
                if (i + shapes.len()).abs_diff(j + tokens.len()) <= OFF_MAX + 2
                    || i.abs_diff(j) <= OFF_MAX
                {
                    aligned.steps_from(i, j);
                }
            }
        }
        aligned
    }

    const fn at(&self, i: usize, j: usize) -> usize {
        i * (self.shapes.len() + 1) + j
    }

    fn steps_from(&mut self, i: usize, j: usize) {
        let Some(Best { score, .. }) = self.best[self.at(i, j)] else {
            return;
        };
        let (tokens, shapes) = (self.tokens, self.shapes);
        let more = tokens.len() > shapes.len();
        let less = tokens.len() < shapes.len();
        if more && i < tokens.len() && tokens[i].0.is_empty() && !tokens[i].1 {
            self.reach(i + 1, j, score - 0.3, Step::Drop);
        }
        let Some(shape) = shapes.get(j) else { return };
        if less && (shape.gaps || shape.void) {
            self.reach(i, j + 1, score + shape.fit("") - 0.5, Step::Skip);
        }
        let Some((token, quoted)) = tokens.get(i) else {
            return;
        };
        self.reach(i + 1, j + 1, score + shape.fit(token), Step::Take(1));
        if more && shape.is_free() && !quoted {
            self.join(i, j, score);
        }
        if less && let Some(next) = shapes.get(j + 1) {
            for at in cuts(token, *quoted) {
                let (left, right) = parts(token, at);
                let fits = shape.fit(left).min(next.fit(right));
                if fits > 0.6 && !left.is_empty() && !right.is_empty() {
                    let gain = shape.fit(left) + next.fit(right) - 0.6;
                    self.reach(i + 1, j + 2, score + gain, Step::Cut(at));
                }
            }
        }
    }

    /// Several tokens that were one cell.
    fn join(&mut self, i: usize, j: usize, score: f32) {
        let most = (self.tokens.len() - self.shapes.len()).min(OFF_MAX) + 1;
        for count in 2..=most {
            let Some(last) = self.tokens.get(i + count - 1) else {
                return;
            };
            // Words may stand two blanks apart.
            let blank = last.0.is_empty() && (self.glue != " " || count == most);
            if last.1 || blank || self.tokens[i].0.is_empty() {
                return;
            }
            if !last.0.is_empty() {
                self.reach(i + count, j + 1, score + 0.6, Step::Take(count));
            }
        }
    }

    fn reach(&mut self, i: usize, j: usize, score: f32, step: Step) {
        let at = self.at(i, j);
        let known = &mut self.best[at];
        match known {
            Some(best) if (score - best.score).abs() < 1e-4 => {
                // Which of several empty cells is dropped is all the same.
                let same = best.step == Step::Drop || step == Step::Drop;
                best.tied |= !same && best.step != step;
            }
            Some(best) if score <= best.score => {}
            _ => {
                *known = Some(Best {
                    score,
                    step,
                    tied: false,
                });
            }
        }
    }

    /// The one best way; None where there are several or none.
    fn certain(&self) -> Option<(f32, Vec<String>)> {
        let (mut i, mut j) = (self.tokens.len(), self.shapes.len());
        let score = self.best[self.at(i, j)]?.score;
        let mut row = Vec::with_capacity(j);
        while i > 0 || j > 0 {
            let best = self.best[self.at(i, j)]?;
            if best.tied {
                return None;
            }
            match best.step {
                Step::Drop => i -= 1,
                Step::Skip => {
                    row.push(String::new());
                    j -= 1;
                }
                Step::Take(count) => {
                    let words: Vec<&str> = self.tokens[i - count..i]
                        .iter()
                        .map(|t| t.0.as_str())
                        .collect();
                    row.push(words.join(self.glue));
                    (i, j) = (i - count, j - 1);
                }
                Step::Cut(at) => {
                    let (left, right) = parts(&self.tokens[i - 1].0, at);
                    row.extend([right.to_owned(), left.to_owned()]);
                    (i, j) = (i - 1, j - 2);
                }
            }
        }
        row.reverse();
        Some((score, row))
    }
}

/// Where a token may be cut: before a quote inside it, and where its letters change class.
fn cuts(token: &str, quoted: bool) -> Vec<usize> {
    if quoted || token.len() > 2_000 {
        return Vec::new();
    }
    if let Some(at) = token.find('"').filter(|at| *at > 0) {
        return vec![at];
    }
    if token.len() > 60 {
        return Vec::new();
    }
    token.char_indices().skip(1).map(|(at, _)| at).collect()
}

fn parts(token: &str, at: usize) -> (&str, &str) {
    let (left, right) = token.split_at(at);
    let right = right
        .strip_prefix('"')
        .map_or(right, |r| r.strip_suffix('"').unwrap_or(r));
    (left, right)
}
