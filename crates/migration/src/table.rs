//! A table of the parcel, read to its end once: what stands in its columns, and whether it is whole.

use std::collections::HashMap;

use exchange::{Sheet, SheetRow, join_key};
use formats::Refusal;

use crate::parcel::Parcel;
use crate::words::words_of;

const SAMPLE: usize = 300;
/// Cells that are longer name nothing.
const NAME_LETTERS_MAX: usize = 120;
/// Different values that are kept of one table, about 30 bytes each.
const VALUES_MAX: usize = 6_000_000;
pub(crate) const ROWS_MAX: u64 = 5_000_000;

pub(crate) struct Table {
    pub(crate) file: String,
    pub(crate) format: &'static str,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: u64,
    /// Rows that cannot be read; the first of them.
    pub(crate) unread: u64,
    pub(crate) unread_first: Vec<Refusal>,
    pub(crate) sample: Vec<Vec<String>>,
    /// Further tables in the same file, which are not read: name and rows.
    pub(crate) others: Vec<(String, u64)>,
}

pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) words: String,
    /// How often each value stands in it, and the line of the first. Empty for long texts.
    pub(crate) values: HashMap<u128, (u32, u64)>,
    pub(crate) filled: u64,
    /// Letters and digits of a value, on average over the sample.
    pub(crate) length: f64,
    /// Shares of the filled cells of the sample.
    pub(crate) pictures: f64,
    pub(crate) documents: f64,
    pub(crate) mails: f64,
    pub(crate) dates: f64,
    /// Values with a letter in them.
    pub(crate) lettered: f64,
}

impl Table {
    /// Reads a file. An error means that it cannot be read, or not to its end.
    pub(crate) fn read(parcel: &Parcel, file: &str) -> Result<Table, Refusal> {
        let mut sheet = Sheet::open(parcel.open_file(file)?)?;
        let columns = sheet.columns().iter().map(|name| Column::named(name));
        let mut table = Table {
            file: file.to_owned(),
            format: sheet.format(),
            columns: columns.collect(),
            rows: 0,
            unread: 0,
            unread_first: Vec::new(),
            sample: Vec::new(),
            others: Vec::new(),
        };
        let mut kept = 0;
        while let Some(row) = sheet.next_row() {
            match row {
                Ok(row) => table.take(row, &mut kept),
                Err(refusal) if refusal.line == 0 || refusal.code == "cut_off" => {
                    return Err(refusal);
                }
                Err(refusal) => {
                    table.unread += 1;
                    if table.unread_first.len() < 5 {
                        table.unread_first.push(refusal);
                    }
                }
            }
            if table.rows > ROWS_MAX {
                let said = format!("more than {ROWS_MAX} rows; give it in parts");
                return Err(Refusal::file("too_many_rows", said));
            }
        }
        let others = sheet.others().into_iter();
        table.others = others.map(|(name, rows, _)| (name, rows)).collect();
        table.look();
        Ok(table)
    }

    fn take(&mut self, row: SheetRow, kept: &mut usize) {
        self.rows += 1;
        for (column, cell) in self.columns.iter_mut().zip(&row.cells) {
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            column.filled += 1;
            if cell.len() > NAME_LETTERS_MAX || *kept >= VALUES_MAX {
                continue;
            }
            let before = column.values.len();
            let seen = column.values.entry(join_key(cell)).or_insert((0, row.line));
            seen.0 += 1;
            *kept += column.values.len() - before;
        }
        if self.sample.len() < SAMPLE {
            self.sample.push(row.cells);
        }
    }

    fn look(&mut self) {
        for (at, column) in self.columns.iter_mut().enumerate() {
            let cells = self.sample.iter().filter_map(|row| row.get(at));
            let cells: Vec<&str> = cells.map(|c| c.trim()).filter(|c| !c.is_empty()).collect();
            let many = cells.len().max(1) as f64;
            let share =
                |is: &dyn Fn(&str) -> bool| cells.iter().filter(|c| is(c)).count() as f64 / many;
            column.pictures = share(&is_picture);
            column.documents = share(&is_document);
            column.mails = share(&is_mail);
            column.dates = share(&is_date);
            column.lettered = share(&|c| c.chars().any(char::is_alphabetic));
            column.length = cells.iter().map(|c| c.chars().count()).sum::<usize>() as f64 / many;
        }
    }

    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        let exact = self.columns.iter().position(|c| c.name == name);
        let words = words_of(name);
        exact.or_else(|| self.columns.iter().position(|c| c.words == words))
    }

    /// The first column that one of the words names: as a whole before in part.
    pub(crate) fn called(&self, words: &[&str]) -> Option<usize> {
        let whole = self
            .columns
            .iter()
            .position(|c| words.contains(&c.words.as_str()));
        let part = |c: &Column| c.words.split(' ').any(|word| words.contains(&word));
        whole.or_else(|| self.columns.iter().position(part))
    }
}

impl Column {
    fn named(name: &str) -> Column {
        Column {
            name: name.to_owned(),
            words: words_of(name),
            values: HashMap::new(),
            filled: 0,
            length: 0.0,
            pictures: 0.0,
            documents: 0.0,
            mails: 0.0,
            dates: 0.0,
            lettered: 0.0,
        }
    }

    /// Whether its values tell the rows apart, but for some doubles.
    pub(crate) fn tells_apart(&self, rows: u64) -> bool {
        let distinct = self.values.len() as u64;
        rows > 0 && self.filled * 100 >= rows * 90 && distinct * 100 >= self.filled * 90
    }
}

fn ending(name: &str) -> String {
    // An address may have a question behind its name.
    let name = name.split(['?', '#']).next().unwrap_or(name).trim();
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending.to_ascii_lowercase()
}

pub(crate) fn is_picture(name: &str) -> bool {
    const ENDINGS: [&str; 11] = [
        "jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "tif", "tiff", "bmp", "svg",
    ];
    ENDINGS.contains(&ending(name).as_str())
}

pub(crate) fn is_document(name: &str) -> bool {
    const ENDINGS: [&str; 11] = [
        "pdf", "doc", "docx", "odt", "rtf", "ppt", "pptx", "odp", "dwg", "eml", "msg",
    ];
    ENDINGS.contains(&ending(name).as_str())
}

/// What may hold rows, by its ending.
pub(crate) fn is_table(name: &str) -> bool {
    const ENDINGS: [&str; 18] = [
        "csv", "tsv", "tab", "txt", "xls", "xlsx", "xlsm", "ods", "xml", "json", "jsonl", "ndjson",
        "dbf", "htm", "html", "gz", "blm", "dat",
    ];
    ENDINGS.contains(&ending(name).as_str())
}

fn is_mail(cell: &str) -> bool {
    cell.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !cell.contains(char::is_whitespace)
    })
}

fn is_date(cell: &str) -> bool {
    let day = cell.split([' ', 'T']).next().unwrap_or(cell);
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let digits = |p: &&str| !p.is_empty() && p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit());
    parts.len() == 3 && parts.iter().all(digits)
}
