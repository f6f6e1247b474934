//! Workbooks of Excel: XLSX, cell by cell as it is unpacked, and the binary XLS.
//!
//! The reading happens on a thread of its own, which hands over rows by the hundred: the crate that
//! reads them lends from itself, and should it fall over a crafted file, the file is refused.

use std::io::BufReader;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetVisible, Xls};

use crate::Refusal;
use crate::foreword::Cut;
use crate::grid::{Book, Grid, Sheet};
use crate::region::{GridRow, HEAD_ROWS};
use crate::spool::Spool;
use crate::xlsx::read_xlsx;

/// Merged cells are looked up where the sheets are small: it takes another pass.
const MERGES_BYTES_MAX: u64 = 8 << 20;
pub(crate) const BATCH: usize = 256;
pub(crate) const SHEETS_MAX: usize = 250;

pub(crate) type Batch = Result<Vec<GridRow>, Refusal>;

pub(crate) struct Workbook {
    sheets: Vec<Sheet>,
    choose: SyncSender<usize>,
    rows: Receiver<Batch>,
}

/// What the thread tells first.
pub(crate) type Told = Result<Vec<Sheet>, Refusal>;

impl Workbook {
    pub(crate) fn xlsx(spool: Spool) -> Result<Workbook, Refusal> {
        let cut = (spool.length() > MERGES_BYTES_MAX).then_some(Cut::USUAL);
        Workbook::start(move |tell, choice, rows| read_xlsx(spool, cut, &tell, &choice, &rows))
    }

    pub(crate) fn xls(spool: Spool) -> Result<Workbook, Refusal> {
        Workbook::start(move |tell, choice, rows| read_xls(spool, &tell, &choice, &rows))
    }

    pub(crate) fn start(
        read: impl FnOnce(SyncSender<Told>, Receiver<usize>, SyncSender<Batch>) + Send + 'static,
    ) -> Result<Workbook, Refusal> {
        let (tell, told) = sync_channel(1);
        let (choose, choice) = sync_channel(1);
        let (send, rows) = sync_channel(4);
        let thread = std::thread::Builder::new().name("workbook".into());
        thread
            .spawn(move || read(tell, choice, send))
            .map_err(|e| Refusal::file("unreadable", format!("no thread to read it: {e}")))?;
        let sheets = told
            .recv()
            .unwrap_or_else(|_| Err(damaged("its parts contradict one another")))?;
        Ok(Workbook {
            sheets,
            choose,
            rows,
        })
    }
}

impl Book for Workbook {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn read(self: Box<Self>, sheet: usize) -> Result<Box<dyn Grid>, Refusal> {
        if self.choose.send(sheet).is_err() {
            return Err(damaged("its parts contradict one another"));
        }
        Ok(Box::new(Rows {
            rows: self.rows,
            batch: Vec::new().into_iter(),
            ended: false,
        }))
    }
}

struct Rows {
    rows: Receiver<Batch>,
    batch: std::vec::IntoIter<GridRow>,
    ended: bool,
}

impl Grid for Rows {
    fn next_row(&mut self) -> Option<Result<GridRow, Refusal>> {
        loop {
            if let Some(row) = self.batch.next() {
                return Some(Ok(row));
            }
            if self.ended {
                return None;
            }
            match self.rows.recv() {
                // An empty batch is the end; a thread that fell sends none.
                Ok(Ok(batch)) => {
                    self.ended = batch.is_empty();
                    self.batch = batch.into_iter();
                }
                Ok(Err(refusal)) => {
                    self.ended = true;
                    return Some(Err(refusal));
                }
                Err(_) => {
                    self.ended = true;
                    return Some(Err(damaged("it cannot be read to its end")));
                }
            }
        }
    }
}

pub(crate) fn damaged(why: impl std::fmt::Display) -> Refusal {
    let said = format!(
        "the workbook cannot be read ({why}); open it in your spreadsheet, save it again, or save \
         the sheet as CSV"
    );
    Refusal::file("workbook_damaged", said)
}

pub(crate) fn encrypted() -> Refusal {
    let said = "the workbook asks for a password; save it without one and send it again";
    Refusal::file("encrypted", said)
}

/// The last rows, then an empty batch or what went wrong.
pub(crate) fn end(rows: &SyncSender<Batch>, batch: Vec<GridRow>, result: Result<(), Refusal>) {
    if !batch.is_empty() && rows.send(Ok(batch)).is_err() {
        return;
    }
    drop(rows.send(result.map(|()| Vec::new())));
}

fn read_xls(
    spool: Spool,
    tell: &SyncSender<Told>,
    choice: &Receiver<usize>,
    rows: &SyncSender<Batch>,
) {
    let opened: Result<Xls<_>, _> = Xls::new(BufReader::new(spool));
    let mut book = match opened {
        Ok(book) => book,
        Err(calamine::XlsError::Password) => return drop(tell.send(Err(encrypted()))),
        Err(error) => return drop(tell.send(Err(damaged(error)))),
    };
    let listed: Vec<_> = book
        .sheets_metadata()
        .iter()
        .take(SHEETS_MAX)
        .cloned()
        .collect();
    let mut sheets = Vec::new();
    for sheet in &listed {
        let range = book.worksheet_range(&sheet.name).unwrap_or_default();
        let head: Vec<GridRow> = grid_rows(&range).take(HEAD_ROWS).collect();
        let rows = range.end().map(|(row, _)| u64::from(row) + 1);
        let hidden = sheet.visible != SheetVisible::Visible;
        sheets.push(Sheet {
            name: sheet.name.clone(),
            hidden,
            rows,
            head,
        });
    }
    if tell.send(Ok(sheets)).is_err() {
        return;
    }
    let Some(sheet) = choice.recv().ok().and_then(|at| listed.get(at)) else {
        return;
    };
    let range = match book.worksheet_range(&sheet.name) {
        Ok(range) => range,
        Err(error) => return end(rows, Vec::new(), Err(damaged(error))),
    };
    let mut batch = Vec::with_capacity(BATCH);
    for row in grid_rows(&range) {
        batch.push(row);
        if batch.len() == BATCH && rows.send(Ok(std::mem::take(&mut batch))).is_err() {
            return;
        }
    }
    end(rows, batch, Ok(()));
}

fn grid_rows(range: &calamine::Range<Data>) -> impl Iterator<Item = GridRow> + '_ {
    let (top, left) = range.start().unwrap_or_default();
    let rows = range.rows().enumerate().map(move |(at, cells)| {
        let blank = std::iter::repeat_n(String::new(), left as usize);
        let cells = blank.chain(cells.iter().map(held)).collect();
        GridRow {
            row: u64::from(top) + at as u64 + 1,
            cells,
        }
    });
    rows.filter(|r| r.cells.iter().any(|c| !c.is_empty()))
}

fn held(value: &Data) -> String {
    match value {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_shown(*number),
        Data::String(text) => text.trim().to_owned(),
        Data::Bool(yes) => yes.to_string(),
        Data::DateTime(moment) => moment_shown(moment),
        Data::DateTimeIso(text) | Data::DurationIso(text) => moment_text(text),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

/// An ISO moment; midnight is a date.
pub(crate) fn moment_text(iso: &str) -> String {
    let text = iso.strip_suffix(".000").unwrap_or(iso);
    text.trim_end_matches("T00:00:00").replacen('T', " ", 1)
}

/// A cell as text, without loss: ISO dates, whole numbers without a fraction, nothing for an error.
pub(crate) fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_shown(*number),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(yes) => yes.to_string(),
        DataRef::DateTime(moment) => moment_shown(moment),
        DataRef::DateTimeIso(text) => moment_text(text),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// As many digits as a spreadsheet keeps: 15. What it calls 0.3 may be stored as
/// 0.30000000000000004.
pub(crate) fn number_shown(number: f64) -> String {
    let text = format!("{number}");
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits <= 15 || !number.is_finite() || number.fract() == 0.0 {
        return text;
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{rounded}")
}

fn moment_shown(moment: &ExcelDateTime) -> String {
    let days = moment.as_f64();
    if moment.is_duration() {
        let seconds = (days * 86_400.0).round() as i64;
        return format!(
            "{}:{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60
        );
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    // A time is a fraction that is never quite what was typed.
    let second = second + u8::from(milli >= 500 && second < 59);
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    match (days < 1.0, time.as_str()) {
        (true, _) => time,
        (false, "00:00:00") => format!("{year:04}-{month:02}-{day:02}"),
        (false, _) => format!("{year:04}-{month:02}-{day:02} {time}"),
    }
}
