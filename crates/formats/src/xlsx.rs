//! Workbooks of Excel since 2007, cell by cell as they are unpacked.

use std::collections::HashMap;
use std::io::{BufReader, Read};
use std::sync::mpsc::{Receiver, SyncSender};

use calamine::{Dimensions, Reader, SheetVisible, Xlsx};

use crate::archive::Archive;
use crate::container;
use crate::foreword::{Cut, foreword};
use crate::grid::Sheet;
use crate::region::{GridRow, HEAD_ROWS};
use crate::spool::Spool;
use crate::workbook::{BATCH, Batch, SHEETS_MAX, Told, damaged, encrypted, end, shown};
use crate::{COLUMNS_MAX, RECORD_BYTES_MAX, Refusal};

/// Texts that a workbook may say it has: twenty for each row that a sheet can have, and more.
const TEXTS_MAX: u64 = 32_000_000;
const TEXTS: &str = "xl/sharedStrings.xml";
/// So far stands what it says.
const TEXTS_HEAD: u64 = 1_024;

type Book2007 = Xlsx<BufReader<Spool>>;
type Cells<'a> = calamine::XlsxCellReader<'a, BufReader<Spool>>;

pub(crate) fn read_xlsx(
    spool: Spool,
    cut: Option<Cut>,
    tell: &SyncSender<Told>,
    choice: &Receiver<usize>,
    rows: &SyncSender<Batch>,
) {
    if let Err(refusal) = count_texts(&spool) {
        return drop(tell.send(Err(refusal)));
    }
    // What was merged stands at the end of a sheet, which a beginning does not have.
    let merged = cut.is_none();
    // Where all that is wanted stands in the beginning, the rest is not unpacked.
    let beginning = cut.and_then(|cut| foreword(&spool, cut)).and_then(|spool| {
        let mut book = open_xlsx(spool).ok()?;
        let (sheets, whole) = look(&mut book, merged);
        whole.then_some((book, sheets))
    });
    let (mut book, sheets, is_beginning) = match beginning {
        Some((book, sheets)) => (book, sheets, true),
        None => match open_whole(spool.again()) {
            Ok(mut book) => {
                let (sheets, _) = look(&mut book, merged);
                (book, sheets, false)
            }
            Err(refusal) => return drop(tell.send(Err(refusal))),
        },
    };
    let names: Vec<String> = sheets.iter().map(|sheet| sheet.name.clone()).collect();
    if tell.send(Ok(sheets)).is_err() {
        return;
    }
    let Some(sheet) = choice.recv().ok().and_then(|at| names.get(at)) else {
        return;
    };
    let mut sending = Sending {
        rows,
        batch: Vec::with_capacity(BATCH),
        last: 0,
        gone: false,
    };
    let mut result = sending.rest(&mut book, sheet, merged);
    if is_beginning && result.is_err() && !sending.gone {
        drop(book);
        result = open_whole(spool).and_then(|mut book| sending.rest(&mut book, sheet, merged));
    }
    end(rows, sending.batch, result);
}

/// The crate that reads workbooks makes room for as many texts as the file says that it has.
fn count_texts(spool: &Spool) -> Result<(), Refusal> {
    let mut head = Vec::new();
    let texts = Archive::over(spool.again()).and_then(|archive| archive.read(TEXTS));
    // Without them, or damaged: told when it is opened.
    let Ok(texts) = texts else { return Ok(()) };
    if texts.take(TEXTS_HEAD).read_to_end(&mut head).is_err() {
        return Ok(());
    }
    let head = String::from_utf8_lossy(&head);
    let count = head
        .split_once("uniqueCount")
        .map_or("", |(_, count)| count);
    let count = count.trim_start_matches(|c: char| !c.is_ascii_digit());
    let digits = count.bytes().take_while(u8::is_ascii_digit).count();
    match count[..digits].parse::<u64>() {
        Ok(count) if count <= TEXTS_MAX => Ok(()),
        Err(_) if digits == 0 => Ok(()),
        _ => Err(damaged(
            "it says that it has more texts than any program writes",
        )),
    }
}

/// A beginning has its bounds; the whole is measured before its texts are held in memory.
fn open_whole(spool: Spool) -> Result<Book2007, Refusal> {
    container::measure(&Archive::over(spool.again())?)?;
    open_xlsx(spool)
}

fn open_xlsx(spool: Spool) -> Result<Book2007, Refusal> {
    match Xlsx::new(BufReader::with_capacity(64 << 10, spool)) {
        Ok(book) => Ok(book),
        Err(calamine::XlsxError::Password) => Err(encrypted()),
        Err(error) => Err(damaged(error)),
    }
}

/// The sheets with their heads, and whether each could be looked at as far as it is wanted.
fn look(book: &mut Book2007, merged: bool) -> (Vec<Sheet>, bool) {
    let listed = book.sheets_metadata().iter().take(SHEETS_MAX).cloned();
    let (mut sheets, mut whole) = (Vec::new(), true);
    for sheet in listed.collect::<Vec<_>>() {
        let merges = merges(book, &sheet.name, merged);
        let mut head = Vec::new();
        let mut last_row = None;
        // A sheet of charts has no cells; one that is damaged may not be the one that is wanted.
        if let Ok(mut cells) = book.worksheet_cells_reader(&sheet.name) {
            last_row = Some(u64::from(cells.dimensions().end.0) + 1);
            let mut take = |row: GridRow| {
                head.push(row);
                head.len() < HEAD_ROWS
            };
            whole &= walk(&mut cells, merges, &mut take).is_ok();
        } else {
            whole = false;
        }
        let rows = match head.len() < HEAD_ROWS {
            true => head.last().map(|r| r.row),
            false => last_row,
        };
        sheets.push(Sheet {
            hidden: sheet.visible != SheetVisible::Visible,
            name: sheet.name,
            rows,
            head,
        });
    }
    (sheets, whole)
}

/// Rows on their way to whoever reads the sheet.
struct Sending<'a> {
    rows: &'a SyncSender<Batch>,
    batch: Vec<GridRow>,
    /// The number of the last one, with those of the batch.
    last: u64,
    /// Nobody wants more.
    gone: bool,
}

impl Sending<'_> {
    /// All rows of a sheet behind the last one.
    fn rest(&mut self, book: &mut Book2007, sheet: &str, merged: bool) -> Result<(), Refusal> {
        let merges = merges(book, sheet, merged);
        let mut cells = book.worksheet_cells_reader(sheet).map_err(damaged)?;
        let before = self.last;
        walk(&mut cells, merges, &mut |row| {
            row.row <= before || self.take(row)
        })
    }

    fn take(&mut self, row: GridRow) -> bool {
        self.last = row.row;
        self.batch.push(row);
        if self.batch.len() >= BATCH {
            self.gone = self.rows.send(Ok(std::mem::take(&mut self.batch))).is_err();
        }
        !self.gone
    }
}

/// Hands over row by row what is filled, until `take` has enough.
fn walk(
    cells: &mut Cells<'_>,
    merges: Merges,
    take: &mut dyn FnMut(GridRow) -> bool,
) -> Result<(), Refusal> {
    let mut merges = merges;
    let mut row = GridRow::default();
    let mut bytes = 0usize;
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (number, column) = cell.get_position();
        let number = u64::from(number) + 1;
        if number != row.row && row.row > 0 {
            merges.fill(&mut row);
            if row.cells.iter().any(|c| !c.is_empty()) && !take(std::mem::take(&mut row)) {
                return Ok(());
            }
            row.cells.clear();
            bytes = 0;
        }
        row.row = number;
        let text = shown(cell.get_value());
        bytes += text.len();
        // What lies outside of every table we take is not held.
        if !text.is_empty() && (column as usize) < COLUMNS_MAX && bytes <= RECORD_BYTES_MAX {
            put(&mut row.cells, column as usize, text);
        }
    }
    merges.fill(&mut row);
    if row.cells.iter().any(|c| !c.is_empty()) {
        take(row);
    }
    Ok(())
}

fn put(cells: &mut Vec<String>, at: usize, text: String) {
    if cells.len() <= at {
        cells.resize(at + 1, String::new());
    }
    cells[at] = text;
}

/// Cells that were merged downwards: the value stands in the first row and is meant for all.
#[derive(Default)]
struct Merges {
    /// First row and column to the last row.
    down: HashMap<(u64, usize), u64>,
    open: HashMap<usize, (u64, String)>,
}

fn merges(book: &mut Book2007, sheet: &str, small: bool) -> Merges {
    let found = match small {
        true => book.merge_cells_by_sheet_name(sheet).unwrap_or_default(),
        false => Vec::new(),
    };
    Merges::of(&found)
}

impl Merges {
    fn of(found: &[Dimensions]) -> Merges {
        let down = found.iter().filter(|m| m.end.0 > m.start.0);
        let down = down.map(|m| {
            (
                (u64::from(m.start.0) + 1, m.start.1 as usize),
                u64::from(m.end.0) + 1,
            )
        });
        Merges {
            down: down.collect(),
            open: HashMap::new(),
        }
    }

    fn fill(&mut self, row: &mut GridRow) {
        if self.down.is_empty() {
            return;
        }
        self.open.retain(|_, (last, _)| *last >= row.row);
        for (column, (_, text)) in &self.open {
            if row.cell(*column).is_empty() {
                put(&mut row.cells, *column, text.clone());
            }
        }
        for (at, cell) in row.cells.iter().enumerate().filter(|(_, c)| !c.is_empty()) {
            if let Some(last) = self.down.get(&(row.row, at)) {
                self.open.insert(at, (*last, cell.clone()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use rust_xlsxwriter::Workbook as Written;

    use super::*;
    use crate::grid::Book;
    use crate::workbook::Workbook;

    const ROWS: u32 = 3_000;

    /// Each row has texts that no other has, written down from the top or from the bottom.
    fn workbook(from_the_top: bool) -> Spool {
        workbook_of("a car like no other", from_the_top)
    }

    fn workbook_of(text: &str, from_the_top: bool) -> Spool {
        let mut book = Written::new();
        let sheet = book.add_worksheet();
        for at in 0..ROWS {
            let row = if from_the_top { at } else { ROWS - 1 - at };
            sheet
                .write(row, 0, format!("reference {row}"))
                .expect("a cell");
            sheet
                .write(row, 1, format!("{text}, {row}"))
                .expect("a cell");
            sheet.write(row, 2, row).expect("a cell");
        }
        Spool::held(book.save_to_buffer().expect("a workbook"))
    }

    fn read(spool: Spool, cut: Option<Cut>) -> (Vec<GridRow>, Vec<GridRow>) {
        let book =
            Workbook::start(move |tell, choice, rows| read_xlsx(spool, cut, &tell, &choice, &rows));
        let book = book.expect("it opens");
        let head = book.sheets()[0].head.clone();
        let mut grid = Box::new(book).read(0).expect("a sheet");
        let rows = std::iter::from_fn(|| grid.next_row());
        (head, rows.map(|row| row.expect("a row")).collect())
    }

    #[test]
    fn a_workbook_read_from_its_beginning_has_every_row_once() {
        // Cut among the texts, among the rows, and before the head is complete.
        let cuts = [
            (60_000, 1 << 20),
            (60_000, 60_000),
            (60_000, 9_000),
            (300, 90_000),
        ];
        for from_the_top in [true, false] {
            let spool = workbook(from_the_top);
            let told = read(spool.again(), None);
            assert_eq!((told.0.len(), told.1.len()), (HEAD_ROWS, ROWS as usize));
            for (texts, rows) in cuts {
                let cut = Cut { texts, rows };
                assert!(foreword(&spool, cut).is_some());
                assert!(
                    read(spool.again(), Some(cut)) == told,
                    "{from_the_top} {texts} {rows}"
                );
            }
        }
    }

    #[test]
    fn a_workbook_of_more_texts_than_are_usual_has_a_beginning() {
        let words = "one owner, a full history and a towbar; ".repeat(80);
        let spool = workbook_of(&words, true);
        let beginning = foreword(&spool, Cut::USUAL).expect("a beginning");
        let (sheets, whole) = look(&mut open_xlsx(beginning).expect("it opens"), false);
        assert!(whole && sheets[0].head.len() == HEAD_ROWS);
        assert!(read(spool.again(), Some(Cut::USUAL)) == read(spool, None));
    }

    #[test]
    fn a_workbook_of_few_texts_is_read_whole() {
        assert!(foreword(&workbook(true), Cut::USUAL).is_none());
    }

    #[test]
    fn a_workbook_that_says_it_has_more_texts_than_there_are_is_refused_before_it_makes_room() {
        let archive = Archive::over(workbook(true)).expect("an archive");
        let mut written = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (number, member) in archive.members().enumerate() {
            let mut part = String::new();
            let mut source = archive.read_at(number).expect("a part");
            source.read_to_string(&mut part).expect("XML");
            let part = part.replace("uniqueCount=\"", "uniqueCount=\"10000000");
            let options = zip::write::SimpleFileOptions::default();
            written
                .start_file(member.name.as_str(), options)
                .expect("begun");
            written.write_all(part.as_bytes()).expect("written");
        }
        let bytes = written.finish().expect("an archive").into_inner();
        let refused = Workbook::xlsx(Spool::held(bytes)).err().expect("a refusal");
        assert_eq!(refused.code, "workbook_damaged");
    }
}
