//! Text in columns of fixed width: the borders are found from what stands in them.

use crate::grid::Grid;
use crate::region::{GridRow, Region, looks_like_value, tell_apart};
use crate::window::Window;
use crate::{RECORD_BYTES_MAX, Refusal};

const LINES: usize = 400;
const LINES_MIN: usize = 4;
const WIDTH_MIN: usize = 16;

/// Where each column begins; the last ends with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Borders(Vec<usize>);

/// None when the text is something else: delimited, or prose.
pub(crate) fn find(sample: &str) -> Option<(Borders, Region)> {
    let (numbers, lines): (Vec<u64>, Vec<Vec<char>>) = (1..)
        .zip(sample.lines())
        .filter(|(_, l)| !l.trim().is_empty())
        .take(LINES)
        .map(|(number, l)| {
            (
                number,
                l.trim_end_matches(['\r', '\u{1a}']).chars().collect(),
            )
        })
        .unzip();
    if lines.len() < LINES_MIN || is_delimited(&lines) {
        return None;
    }
    let rule = rule_line(&lines);
    let body: Vec<&Vec<char>> = match rule {
        Some(at) => lines[at + 1..].iter().collect(),
        None => lines[1..].iter().collect(),
    };
    let width = body.iter().map(|l| l.len()).max()?;
    let even = body.iter().filter(|l| l.len() == width).count() * 100 >= body.len() * 95;
    if width < WIDTH_MIN {
        return None;
    }
    let borders = match rule {
        Some(at) => under_rule(&lines[at]),
        None => borders(&body, width, even),
    };
    // Words in prose stand under one another by chance; two columns are no proof.
    if borders.len() < 3 || (!even && rule.is_none() && !gaps_are_wide(&body, &borders)) {
        return None;
    }
    let borders = Borders(borders);
    let first = borders.cut(&lines[rule.unwrap_or(1) - 1].iter().collect::<String>());
    let cells: Vec<Vec<String>> = body
        .iter()
        .map(|l| borders.cut(&l.iter().collect::<String>()))
        .collect();
    let named = rule.is_some() || is_header(&first, &cells);
    let mut columns = if named {
        first
    } else {
        vec![String::new(); borders.0.len()]
    };
    tell_apart(&mut columns);
    let above = rule.map_or(0, |at| at - 1);
    let first_row = if named {
        above + 1 + usize::from(rule.is_some())
    } else {
        0
    };
    let region = Region {
        first: 0,
        columns,
        header: if named {
            vec![numbers[above]]
        } else {
            Vec::new()
        },
        body: *numbers.get(first_row)?,
        preamble: lines[..above]
            .iter()
            .map(|l| l.iter().collect::<String>().trim().to_owned())
            .collect(),
        usual: 0,
    };
    Some((borders, region))
}

/// Columns that a letter parts, or cells in quotes.
fn is_delimited(lines: &[Vec<char>]) -> bool {
    let on_most = |count: &dyn Fn(&Vec<char>) -> usize, times: usize| {
        lines.iter().filter(|l| count(l) >= times).count() * 2 >= lines.len()
    };
    let parted = |delimiter: char| on_most(&|l| l.iter().filter(|c| **c == delimiter).count(), 2);
    // Between digits it is a decimal sign, before a blank it belongs to a sentence.
    let comma = |l: &Vec<char>| {
        let beside = |at: usize| l.get(at).is_some_and(|c| c.is_ascii_digit());
        let parts = |at: &usize| l[*at] == ',' && !(*at > 0 && beside(at - 1) && beside(at + 1));
        (0..l.len()).filter(parts).count()
    };
    lines.iter().any(|l| l.contains(&'\t'))
        || [';', '|', '\u{a6}', '^', '~', '#'].into_iter().any(parted)
        || on_most(&comma, 2)
        || on_most(&|l| l.iter().filter(|c| **c == ',').count(), 6)
        // Columns of fixed width are filled up with blanks.
        || !on_most(&|l| l.windows(2).filter(|w| w[0] == ' ' && w[1] == ' ').count(), 1)
}

/// `-----  ---` under the names, as databases print it.
fn rule_line(lines: &[Vec<char>]) -> Option<usize> {
    let rule = |l: &Vec<char>| {
        let dashes = l.iter().filter(|c| matches!(c, '-' | '=')).count();
        dashes > 8 && l.iter().all(|c| matches!(c, '-' | '=' | ' ' | '+')) && l.contains(&' ')
    };
    lines.iter().take(12).position(rule).filter(|at| *at > 0)
}

fn under_rule(rule: &[char]) -> Vec<usize> {
    let starts = |at: &usize| rule[*at] != ' ' && (*at == 0 || rule[*at - 1] == ' ');
    (0..rule.len()).filter(starts).collect()
}

/// What the lines have at one place.
#[derive(Clone, Copy, Default)]
struct Place {
    blank: usize,
    digit: usize,
    letter: usize,
    /// How many lines have the commonest letter there.
    same: usize,
    /// Whether that is `0`.
    zero: bool,
}

fn borders(body: &[&Vec<char>], width: usize, even: bool) -> Vec<usize> {
    let places: Vec<Place> = (0..width).map(|at| place(body, at)).collect();
    let all = body.len();
    let nearly = |count: usize| count * 100 >= all * 97;
    let mut borders = vec![0];
    let mut at = 1;
    while at < width {
        let (here, before) = (places[at], places[at - 1]);
        let last = *borders.last().unwrap_or(&0);
        // A long word may reach where most lines are blank; numbers stand to the right.
        let begins = here.blank * 10 <= all * 7
            || (before.blank == all
                && (here.letter == 0 || (at > 1 && places[at - 2].blank == all)));
        let after_blank = nearly(before.blank) && !nearly(here.blank) && begins;
        // Columns without a gap only stand where every line is as long.
        let glued = even && at > last && {
            let turns = (nearly(before.digit) && nearly(here.letter))
                || (nearly(before.letter) && nearly(here.digit) && varies(&places[last..at], all));
            let dated = at == last + 8 && is_date(body, last) && !nearly(here.blank);
            let restarts = nearly(here.same)
                && !nearly(before.same)
                && at >= last + 2
                && ((here.zero && nearly(before.digit))
                    || (nearly(here.letter) && nearly(before.letter)));
            let within_date = is_date(body, last) && at < last + 8;
            (turns || dated || restarts) && !within_date
        };
        if after_blank || glued {
            borders.push(at);
        }
        at += 1;
    }
    borders
}

fn place(body: &[&Vec<char>], at: usize) -> Place {
    let mut place = Place::default();
    let mut seen: std::collections::HashMap<char, usize> = Default::default();
    for line in body {
        let letter = line.get(at).copied().unwrap_or(' ');
        match letter {
            ' ' | '\u{a0}' => place.blank += 1,
            c if c.is_ascii_digit() => place.digit += 1,
            c if c.is_alphabetic() => place.letter += 1,
            _ => {}
        }
        *seen.entry(letter).or_default() += 1;
    }
    if let Some((letter, times)) = seen
        .into_iter()
        .max_by_key(|(letter, times)| (*times, *letter))
    {
        (place.same, place.zero) = (times, letter == '0');
    }
    place
}

/// Whether anything in a column differs from line to line: the `VO` of every reference does not.
fn varies(places: &[Place], all: usize) -> bool {
    places.iter().any(|p| p.same * 100 < all * 97)
}

/// Whether eight digits from there on are a day in nearly every line that has any.
fn is_date(body: &[&Vec<char>], at: usize) -> bool {
    let (mut days, mut others) = (0usize, 0usize);
    for line in body {
        let digits: Option<Vec<u32>> = line
            .get(at..at + 8)
            .and_then(|d| d.iter().map(|c| c.to_digit(10)).collect());
        let Some(d) = digits else {
            others += usize::from(line.get(at).is_some_and(|c| *c != ' '));
            continue;
        };
        let number = |from: usize, to: usize| d[from..to].iter().fold(0, |n, d| n * 10 + d);
        let day = |d: u32, m: u32, y: u32| {
            (1..=31).contains(&d) && (1..=12).contains(&m) && (1900..2100).contains(&y)
        };
        let is_day = day(number(0, 2), number(2, 4), number(4, 8))
            || day(number(6, 8), number(4, 6), number(0, 4));
        if is_day { days += 1 } else { others += 1 }
    }
    days > 2 && days >= others * 20
}

/// Lines of different length are columns only where two blanks part them.
fn gaps_are_wide(body: &[&Vec<char>], borders: &[usize]) -> bool {
    let blank = |at: usize| body.iter().all(|l| l.get(at).is_none_or(|c| *c == ' '));
    borders[1..]
        .iter()
        .all(|at| *at > 1 && blank(at - 1) && (blank(at - 2) || borders.len() > 4))
}

/// Words where the lines below have numbers.
fn is_header(first: &[String], cells: &[Vec<String>]) -> bool {
    if first.iter().any(|c| looks_like_value(c)) {
        return false;
    }
    let over = |at: usize| {
        let below = cells.iter().filter(|r| !r[at].is_empty());
        let (values, all) = below.fold((0, 0), |(v, n), r| {
            (v + usize::from(looks_like_value(&r[at])), n + 1)
        });
        !first[at].is_empty() && all > 0 && values * 10 >= all * 8
    };
    (0..first.len()).any(over)
}

impl Borders {
    fn cut(&self, line: &str) -> Vec<String> {
        let mut places = line.char_indices().map(|(at, _)| at);
        let mut bytes: Vec<usize> = Vec::with_capacity(self.0.len() + 1);
        let mut at = 0;
        for border in &self.0 {
            let skip = border - at;
            bytes.push(places.nth(skip).unwrap_or(line.len()));
            at = border + 1;
        }
        bytes.push(line.len());
        bytes
            .windows(2)
            .map(|w| line[w[0]..w[1].max(w[0])].trim().to_owned())
            .collect()
    }
}

/// The lines of such a text, cut.
pub(crate) struct Rows {
    window: Window,
    borders: Borders,
    line: u64,
}

impl Rows {
    pub(crate) fn over(window: Window, borders: Borders) -> Rows {
        Rows {
            window,
            borders,
            line: 0,
        }
    }
}

impl Grid for Rows {
    fn next_row(&mut self) -> Option<Result<GridRow, Refusal>> {
        loop {
            let rest = self.window.rest();
            let end = memchr::memchr(b'\n', rest);
            if end.is_none() && rest.len() <= RECORD_BYTES_MAX {
                match self.window.fill() {
                    Ok(true) => continue,
                    Ok(false) if self.window.rest().is_empty() => return None,
                    Ok(false) => {}
                    Err(refusal) => return Some(Err(refusal)),
                }
            }
            let rest = self.window.rest();
            let (take, next) = match end {
                Some(at) => (at, at + 1),
                None => (rest.len(), rest.len()),
            };
            let line = String::from_utf8_lossy(&rest[..take]).into_owned();
            self.window.consume(next);
            self.line += 1;
            let line = line.trim_end_matches(['\r', '\u{1a}']);
            if !line.trim().is_empty() {
                let cells = self.borders.cut(line);
                return Some(Ok(GridRow {
                    row: self.line,
                    cells,
                }));
            }
        }
    }
}
