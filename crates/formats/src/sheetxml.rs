//! Workbooks that are XML: OpenDocument (ODS) and Excel's of 2003, read as they stream.

use std::io::{BufRead, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::archive::Archive;
use crate::charset::Charset;
use crate::entities;
use crate::grid::{Book, Grid, Sheet};
use crate::region::{GridRow, HEAD_ROWS};
use crate::spool::Spool;
use crate::window::Window;
use crate::workbook::{moment_text, number_shown};
use crate::{COLUMNS_MAX, RECORD_BYTES_MAX, Refusal};

/// A sheet may claim a million rows that are all the same.
const ROWS_ALIKE_MAX: u64 = 1_000;
const CELLS_ALIKE_MAX: usize = 500;
/// No program has sheets of so many rows: a number above it is made up.
const ROW_MAX: u64 = u32::MAX as u64;

/// Two ways to write the same: tables of rows of cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Words {
    OpenDocument,
    Excel2003,
}

pub(crate) struct SheetXml {
    source: Source,
    words: Words,
    sheets: Vec<Sheet>,
}

#[derive(Clone)]
enum Source {
    /// `content.xml` of the archive.
    Member(Archive),
    Plain(Spool, Charset, usize),
}

impl SheetXml {
    pub(crate) fn open_document(archive: Archive) -> Result<SheetXml, Refusal> {
        SheetXml::over(Source::Member(archive), Words::OpenDocument)
    }

    pub(crate) fn excel_2003(
        spool: Spool,
        charset: Charset,
        mark: usize,
    ) -> Result<SheetXml, Refusal> {
        SheetXml::over(Source::Plain(spool, charset, mark), Words::Excel2003)
    }

    fn over(source: Source, words: Words) -> Result<SheetXml, Refusal> {
        let mut rows = Rows::over(source.window()?, words, None);
        let mut sheets: Vec<Sheet> = Vec::new();
        while let Some(row) = rows.next_row() {
            let row = row?;
            // A row outside of every sheet is nobody's.
            if rows.sheet == 0 {
                continue;
            }
            if sheets.len() < rows.sheet {
                sheets.resize(rows.sheet, Sheet::default());
            }
            let sheet = &mut sheets[rows.sheet - 1];
            if sheet.name.is_empty() {
                sheet.name = rows.name.clone();
            }
            sheet.rows = Some(row.row);
            if sheet.head.len() < HEAD_ROWS {
                sheet.head.push(row);
            }
        }
        Ok(SheetXml {
            source,
            words,
            sheets,
        })
    }
}

impl Book for SheetXml {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn read(self: Box<Self>, sheet: usize) -> Result<Box<dyn Grid>, Refusal> {
        Ok(Box::new(Rows::over(
            self.source.window()?,
            self.words,
            Some(sheet + 1),
        )))
    }
}

impl Source {
    fn window(&self) -> Result<Window, Refusal> {
        Ok(match self {
            Source::Member(archive) => Window::over(archive.read("content.xml")?, Charset::UTF_8),
            Source::Plain(spool, charset, mark) => {
                Window::over(Box::new(spool.from(*mark as u64)), *charset)
            }
        })
    }
}

/// Between two events no more may be read than a record can be long.
struct Metered {
    window: Window,
    since: usize,
}

impl Read for Metered {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        self.window.read(into)
    }
}

impl BufRead for Metered {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        if self.since > RECORD_BYTES_MAX {
            return Err(std::io::Error::other("one cell holds more than 4 MB"));
        }
        self.window.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.since += bytes;
        self.window.consume(bytes);
    }
}

struct Rows {
    reader: Reader<Metered>,
    words: Words,
    only: Option<usize>,
    /// The number and the name of the sheet of the last row, counted from 1.
    sheet: usize,
    name: String,
    row: GridRow,
    /// How many more rows the last one stands for, all the same.
    repeat: u64,
    /// How many of them are still to be handed over.
    again: u64,
    cell: Cell,
    in_cell: bool,
    /// Notes beside a cell are not in it.
    in_note: usize,
    ended: bool,
    bytes: usize,
}

#[derive(Default)]
struct Cell {
    value: Option<String>,
    kind: String,
    text: String,
    repeat: usize,
}

impl Rows {
    fn over(window: Window, words: Words, only: Option<usize>) -> Rows {
        let mut reader = Reader::from_reader(Metered { window, since: 0 });
        reader.config_mut().check_end_names = false;
        Rows {
            reader,
            words,
            only,
            sheet: 0,
            name: String::new(),
            row: GridRow::default(),
            repeat: 0,
            again: 0,
            cell: Cell::default(),
            in_cell: false,
            in_note: 0,
            ended: false,
            bytes: 0,
        }
    }

    fn wanted(&self) -> bool {
        self.only.is_none_or(|only| only == self.sheet)
    }

    fn start(&mut self, start: &BytesStart<'_>) {
        let attribute = |name: &str| {
            let mut attributes = start.attributes();
            let mut found = attributes.with_checks(false).flatten();
            let found = found.find(|a| local(a.key.as_ref()) == name)?;
            let value = found
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .ok()?;
            Some(value.into_owned())
        };
        let number = |name: &str| attribute(name).and_then(|n| n.parse::<u64>().ok());
        let open_document = self.words == Words::OpenDocument;
        match local(start.name().as_ref()) {
            "table" if open_document => self.start_sheet(attribute("name")),
            "Worksheet" if !open_document => self.start_sheet(attribute("Name")),
            "table-row" if open_document => {
                let times = number("number-rows-repeated").unwrap_or(1).max(1);
                self.start_row((self.row.row + 1).saturating_add(self.repeat));
                self.repeat = times - 1;
            }
            "Row" if !open_document => self.start_row(number("Index").unwrap_or(self.row.row + 1)),
            "table-cell" | "covered-table-cell" if open_document => {
                let kind = attribute("value-type").unwrap_or_default();
                let value = match kind.as_str() {
                    "date" => attribute("date-value").map(|d| moment_text(&d)),
                    "float" | "currency" | "percentage" => attribute("value").map(|v| plain(&v)),
                    "boolean" => attribute("boolean-value"),
                    _ => None,
                };
                let repeat = number("number-columns-repeated").unwrap_or(1).max(1) as usize;
                self.cell = Cell {
                    value,
                    kind,
                    text: String::new(),
                    repeat,
                };
                self.in_cell = true;
            }
            "Cell" if !open_document => {
                if let Some(at) = number("Index") {
                    let blank = (at as usize).saturating_sub(1).min(COLUMNS_MAX);
                    if blank > self.row.cells.len() {
                        self.row.cells.resize(blank, String::new());
                    }
                }
                self.cell = Cell {
                    repeat: 1,
                    ..Cell::default()
                };
                self.in_cell = true;
            }
            "Data" if !open_document => self.cell.kind = attribute("Type").unwrap_or_default(),
            "annotation" | "Comment" => self.in_note += 1,
            "p" | "line-break" if self.in_cell && !self.cell.text.is_empty() => self.add("\n"),
            "s" if self.in_cell && open_document => self.add(" "),
            "tab" if self.in_cell => self.add(" "),
            _ => {}
        }
    }

    fn start_sheet(&mut self, name: Option<String>) {
        self.sheet += 1;
        self.name = name.unwrap_or_default();
        self.row = GridRow::default();
        self.repeat = 0;
    }

    fn start_row(&mut self, number: u64) {
        self.row.row = number.min(ROW_MAX);
        self.row.cells.clear();
        self.bytes = 0;
    }

    fn add(&mut self, text: &str) {
        self.bytes += text.len();
        if self.in_cell && self.in_note == 0 && self.bytes <= RECORD_BYTES_MAX {
            self.cell.text.push_str(text);
        }
    }

    /// Whether a row of the wanted sheet is complete.
    fn end(&mut self, name: &str) -> bool {
        match local(name) {
            "table-cell" | "covered-table-cell" | "Cell" => {
                self.in_cell = false;
                let cell = std::mem::take(&mut self.cell);
                // Blank cells are repeated to the edge of the sheet, which is far away.
                let room = COLUMNS_MAX.saturating_sub(self.row.cells.len());
                let repeat = cell.repeat;
                let text = cell.shown();
                let most = if text.is_empty() {
                    room
                } else {
                    room.min(CELLS_ALIKE_MAX)
                };
                let times = repeat.min(most);
                self.bytes += text.len() * times;
                if self.bytes > RECORD_BYTES_MAX {
                    return false;
                }
                self.row.cells.extend(std::iter::repeat_n(text, times));
                false
            }
            "annotation" | "Comment" => {
                self.in_note = self.in_note.saturating_sub(1);
                false
            }
            "table-row" | "Row" => {
                while self.row.cells.last().is_some_and(String::is_empty) {
                    self.row.cells.pop();
                }
                self.wanted() && !self.row.cells.is_empty()
            }
            _ => false,
        }
    }
}

impl Cell {
    fn shown(self) -> String {
        let text = self.text.trim();
        match (self.value, self.kind.as_str()) {
            (Some(value), _) => value,
            (None, "Number") => plain(text),
            (None, "DateTime") => moment_text(text),
            (None, "Boolean") => {
                if text == "1" {
                    "true".into()
                } else {
                    "false".into()
                }
            }
            (None, "Error") => String::new(),
            (None, _) => text.to_owned(),
        }
    }
}

/// `12490.50000000001` and `1.2E4` as a person writes them.
fn plain(number: &str) -> String {
    let short = number.bytes().filter(u8::is_ascii_digit).count() <= 15;
    match number.trim().parse::<f64>() {
        Ok(parsed) if !short || number.contains(['e', 'E', '.']) => number_shown(parsed),
        _ => number.trim().to_owned(),
    }
}

impl Grid for Rows {
    fn next_row(&mut self) -> Option<Result<GridRow, Refusal>> {
        if self.ended {
            return None;
        }
        // Rows that are the same were written once.
        if self.again > 0 {
            (self.again, self.repeat) = (self.again - 1, self.repeat - 1);
            self.row.row += 1;
            return Some(Ok(self.row.clone()));
        }
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            self.reader.get_mut().since = 0;
            let done = match self.reader.read_event_into(&mut buffer) {
                Ok(Event::Start(start)) => {
                    self.start(&start);
                    false
                }
                Ok(Event::Empty(start)) => {
                    self.start(&start);
                    self.end(start.name().as_ref())
                }
                Ok(Event::End(end)) => {
                    let done = self.end(end.name().as_ref());
                    let past = matches!(local(end.name().as_ref()), "table" | "Worksheet");
                    if past && self.only == Some(self.sheet) {
                        self.ended = true;
                        return None;
                    }
                    done
                }
                Ok(Event::Text(text)) => {
                    self.add(&text);
                    false
                }
                Ok(Event::CData(text)) => {
                    self.add(&text);
                    false
                }
                Ok(Event::GeneralRef(reference)) => {
                    match reference.resolve_char_ref() {
                        Ok(Some(letter)) => self.add(letter.encode_utf8(&mut [0; 4])),
                        _ => {
                            if let Some(letter) = entities::letter(&reference) {
                                self.add(letter.encode_utf8(&mut [0; 4]));
                            }
                        }
                    }
                    false
                }
                Ok(Event::Eof) => {
                    self.ended = true;
                    return None;
                }
                Ok(_) => false,
                Err(error) => {
                    self.ended = true;
                    let said = format!(
                        "the sheet cannot be read further ({error}); save it again, or as CSV"
                    );
                    return Some(Err(Refusal::file("workbook_damaged", said)));
                }
            };
            if done {
                self.again = self.repeat.min(ROWS_ALIKE_MAX);
                return Some(Ok(self.row.clone()));
            }
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
