//! A page whose tables are the sheet: what many programs call an Excel export.

use memchr::memchr;

use crate::charset::Charset;
use crate::entities;
use crate::grid::{Book, Grid, Sheet};
use crate::region::{GridRow, HEAD_ROWS};
use crate::spool::Spool;
use crate::window::Window;
use crate::{COLUMNS_MAX, DEPTH_MAX, RECORD_BYTES_MAX, Refusal};

const TABLES_MAX: usize = 10_000;
/// A tag longer than this is none.
const TAG_BYTES_MAX: usize = 64 << 10;

pub(crate) struct HtmlTables {
    spool: Spool,
    charset: Charset,
    mark: usize,
    sheets: Vec<Sheet>,
}

/// Whether a page begins like one that holds a table.
pub(crate) fn is_page(head: &str) -> bool {
    let page = [
        "<html",
        "<!doctype html",
        "<table",
        "<body",
        "<head",
        "<meta",
        "<style",
        "<div",
    ];
    let start = head.trim_start();
    if page.iter().any(|tag| begins(start, tag)) {
        return true;
    }
    let declared = begins(start, "<?xml") || begins(start, "<!--");
    let near = &start.as_bytes()[..start.len().min(64 << 10)];
    declared
        && memchr::memchr_iter(b'<', near).any(|at| {
            let tag = |tag| begins(&start[at..], tag);
            tag("<html") || tag("<table border")
        })
}

fn begins(text: &str, tag: &str) -> bool {
    let start = text.as_bytes().get(..tag.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(tag.as_bytes()))
}

/// `<meta charset=…>` in its head.
pub(crate) fn declared_charset(head: &str) -> Option<Charset> {
    let start: String = head.chars().take(4096).collect::<String>().to_lowercase();
    let after = start.split("charset=").nth(1)?;
    let label = after.trim_start_matches(['"', '\'']);
    Charset::declared(label.split(['"', '\'', '>', ';', ' ', '/']).next()?)
}

impl HtmlTables {
    /// Passes over the page once to count what its tables hold.
    pub(crate) fn open(spool: Spool, charset: Charset, mark: usize) -> Result<HtmlTables, Refusal> {
        let mut page = HtmlTables {
            spool,
            charset,
            mark,
            sheets: Vec::new(),
        };
        let mut rows = Rows::over(page.window(), None);
        while let Some(row) = rows.next_row() {
            let row = row?;
            let number = rows.last_table;
            while page.sheets.len() < number {
                page.sheets.push(Sheet::default());
            }
            let sheet = &mut page.sheets[number - 1];
            sheet.rows = Some(row.row);
            if sheet.head.len() < HEAD_ROWS {
                sheet.head.push(row);
            }
        }
        if page.sheets.is_empty() {
            let said = "this is a web page without a table in it, perhaps an error page of the \
                        sender's server; nothing was changed. Ask the sender for the export itself";
            return Err(Refusal::file("web_page", said));
        }
        Ok(page)
    }

    fn window(&self) -> Window {
        Window::over(Box::new(self.spool.from(self.mark as u64)), self.charset)
    }
}

impl Book for HtmlTables {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn read(self: Box<Self>, sheet: usize) -> Result<Box<dyn Grid>, Refusal> {
        Ok(Box::new(Rows::over(self.window(), Some(sheet + 1))))
    }
}

struct Rows {
    window: Window,
    only: Option<usize>,
    tables: usize,
    open: Vec<Table>,
    ready: std::collections::VecDeque<(usize, GridRow)>,
    last_table: usize,
    /// Inside `<script>` or `<style>`: its end tag.
    hidden: Option<&'static str>,
    ended: bool,
}

/// A table that is being read; within its cells there may be others.
struct Table {
    number: usize,
    row: u64,
    cells: Vec<String>,
    in_row: bool,
    /// The open cell, and how many columns and rows it spans.
    cell: Option<(String, usize, usize)>,
    /// Cells that reach down: column, rows left, text.
    down: Vec<(usize, usize, String)>,
    bytes: usize,
}

enum Piece {
    Text(String),
    Tag(String),
    Comment,
}

impl Rows {
    fn over(window: Window, only: Option<usize>) -> Rows {
        Rows {
            window,
            only,
            tables: 0,
            open: Vec::new(),
            ready: Default::default(),
            last_table: 0,
            hidden: None,
            ended: false,
        }
    }

    /// The text up to the next tag, or the tag.
    fn piece(&mut self) -> Result<Option<Piece>, Refusal> {
        loop {
            let rest = self.window.rest();
            if rest.is_empty() {
                if !self.window.fill()? {
                    return Ok(None);
                }
                continue;
            }
            if rest[0] != b'<' {
                // A text is cut where the window ends, but never within an entity or a letter.
                let end = memchr(b'<', rest);
                if end.is_none() && rest.len() < RECORD_BYTES_MAX && self.window.fill()? {
                    continue;
                }
                let rest = self.window.rest();
                let end = end.unwrap_or(rest.len());
                let text = String::from_utf8_lossy(&rest[..end]).into_owned();
                self.window.consume(end);
                return Ok(Some(Piece::Text(text)));
            }
            let comment = rest.starts_with(b"<!--");
            let end = match comment {
                true => memchr::memmem::find(rest, b"-->").map(|at| at + 3),
                false => tag_end(rest),
            };
            match end {
                Some(end) => {
                    let tag = String::from_utf8_lossy(&rest[..end]).into_owned();
                    self.window.consume(end);
                    return Ok(Some(if comment {
                        Piece::Comment
                    } else {
                        Piece::Tag(tag)
                    }));
                }
                None => {
                    let limit = if comment {
                        RECORD_BYTES_MAX
                    } else {
                        TAG_BYTES_MAX
                    };
                    if rest.len() > limit || !self.window.fill()? {
                        self.window.consume(1);
                        return Ok(Some(Piece::Text("<".into())));
                    }
                }
            }
        }
    }

    fn tag(&mut self, tag: &str) {
        let name: String = tag
            .trim_start_matches(['<', '/'])
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let closing = tag.starts_with("</");
        if let Some(hidden) = self.hidden {
            if closing && name == hidden {
                self.hidden = None;
            }
            return;
        }
        match (name.as_str(), closing) {
            ("script", false) => self.hidden = Some("script"),
            ("style", false) => self.hidden = Some("style"),
            ("table", false) if self.open.len() < DEPTH_MAX && self.tables < TABLES_MAX => {
                self.tables += 1;
                self.open.push(Table::numbered(self.tables));
            }
            ("table", true) => {
                self.end_row();
                self.open.pop();
                self.text(" ");
            }
            ("tr", false) => {
                self.end_row();
                if let Some(table) = self.open.last_mut() {
                    table.in_row = true;
                    table.row += 1;
                }
            }
            ("tr" | "thead" | "tbody" | "tfoot", _) => self.end_row(),
            ("td" | "th", false) => {
                if let Some(table) = self.open.last_mut() {
                    table.start_cell(tag);
                }
            }
            ("td" | "th", true) => {
                if let Some(table) = self.open.last_mut() {
                    table.end_cell();
                }
            }
            ("br" | "p" | "div" | "li", _) => self.text("\n"),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(table) = self.open.last_mut()
            && let Some((cell, ..)) = &mut table.cell
        {
            table.bytes += text.len();
            if table.bytes <= RECORD_BYTES_MAX {
                entities::resolve(text, cell);
            }
        }
    }

    fn end_row(&mut self) {
        let Some(table) = self.open.last_mut() else {
            return;
        };
        table.end_cell();
        if !std::mem::take(&mut table.in_row) {
            return;
        }
        table.bytes = 0;
        table.put_down();
        let cells = std::mem::take(&mut table.cells);
        let wanted = self.only.is_none_or(|only| only == table.number);
        if wanted && cells.iter().any(|c| !c.is_empty()) {
            self.ready.push_back((
                table.number,
                GridRow {
                    row: table.row,
                    cells,
                },
            ));
        }
    }
}

impl Table {
    fn numbered(number: usize) -> Table {
        Table {
            number,
            row: 0,
            cells: Vec::new(),
            in_row: false,
            cell: None,
            down: Vec::new(),
            bytes: 0,
        }
    }

    fn start_cell(&mut self, tag: &str) {
        self.end_cell();
        if !self.in_row {
            (self.in_row, self.row) = (true, self.row + 1);
        }
        self.put_down();
        let rows = attribute(tag, "rowspan").clamp(1, 1_000);
        let columns = attribute(tag, "colspan").clamp(1, 1_000);
        self.cell = Some((String::new(), columns, rows));
    }

    fn end_cell(&mut self) {
        let Some((text, columns, rows)) = self.cell.take() else {
            return;
        };
        let lines = text
            .split('\n')
            .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "));
        let text = lines
            .filter(|l| !l.is_empty())
            .collect::<Vec<_>>()
            .join("\n");
        let at = self.cells.len();
        if rows > 1 && !text.is_empty() && self.down.iter().all(|d| d.0 != at) {
            self.down.push((at, rows - 1, text.clone()));
        }
        if at + columns <= COLUMNS_MAX {
            self.cells.push(text);
            self.cells
                .extend(std::iter::repeat_n(String::new(), columns - 1));
        }
    }

    /// Cells of the rows above that reach down to where the next cell would stand.
    fn put_down(&mut self) {
        loop {
            let at = self.cells.len();
            let Some(down) = self.down.iter_mut().find(|d| d.0 == at) else {
                break;
            };
            down.1 -= 1;
            let text = down.2.clone();
            self.cells.push(text);
            self.down.retain(|d| d.1 > 0);
        }
    }
}

fn attribute(tag: &str, name: &str) -> usize {
    let lower = tag.to_ascii_lowercase();
    let after = lower.split(name).nth(1).unwrap_or("");
    let digits = after.trim_start_matches(['=', '"', '\'', ' ']);
    let digits: String = digits
        .chars()
        .take_while(char::is_ascii_digit)
        .take(4)
        .collect();
    digits.parse().unwrap_or(1)
}

/// Behind the `>` that is in no quotes.
fn tag_end(bytes: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate().take(TAG_BYTES_MAX) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') if bytes[at - 1] == b'=' => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    None
}

impl Grid for Rows {
    fn next_row(&mut self) -> Option<Result<GridRow, Refusal>> {
        loop {
            if let Some((table, row)) = self.ready.pop_front() {
                self.last_table = table;
                return Some(Ok(row));
            }
            if self.ended {
                return None;
            }
            match self.piece() {
                Ok(Some(Piece::Tag(tag))) => self.tag(&tag),
                // Line breaks of the page's source are blanks.
                Ok(Some(Piece::Text(text))) if self.hidden.is_none() => {
                    self.text(&text.replace(['\r', '\n'], " "));
                }
                Ok(Some(_)) => {}
                Ok(None) => {
                    self.ended = true;
                    while !self.open.is_empty() {
                        self.end_row();
                        self.open.pop();
                    }
                }
                Err(refusal) => {
                    self.ended = true;
                    return Some(Err(refusal));
                }
            }
        }
    }
}
