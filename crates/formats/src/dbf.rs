//! Tables of dBase, FoxPro and their kin (DBF): a header with the fields, then rows of fixed length.
//!
//! Layout as dBase III, IV and Visual FoxPro document it: 32 bytes of header, 32 for each field up
//! to 0x0d, rows that begin with `*` when they were deleted. Memo texts lie in another file.

use std::io::Read;

use crate::charset::{self, Charset};
use crate::grid::Grid;
use crate::region::{self, GridRow, Region};
use crate::{COLUMNS_MAX, HEAD_BYTES, Refusal};

const VERSIONS: [u8; 12] = [
    0x02, 0x03, 0x04, 0x30, 0x31, 0x32, 0x43, 0x83, 0x8b, 0xcb, 0xf5, 0xfb,
];

struct Field {
    name: String,
    kind: u8,
    at: usize,
    length: usize,
    decimals: usize,
}

/// What the header tells.
pub(crate) struct Header {
    fields: Vec<Field>,
    row_bytes: usize,
    start: usize,
    rows: u32,
    charset: Charset,
    /// Fields whose texts lie in a file that is not here.
    pub memos: Vec<String>,
}

pub(crate) struct Rows {
    source: Box<dyn Read + Send>,
    header: Header,
    row: Vec<u8>,
    read: u64,
}

/// Whether it begins like one: a version, a date that exists, lengths that agree.
pub(crate) fn is_dbf(head: &[u8]) -> bool {
    if head.len() < 65 || !VERSIONS.contains(&head[0]) {
        return false;
    }
    let (start, row) = (u16_at(head, 8), u16_at(head, 10));
    let dated = (head[2] <= 12 && head[3] <= 31) || head[1..4] == [0, 0, 0];
    let field = |at: usize| at + 32 <= head.len() && head[at + 11].is_ascii_uppercase();
    dated && start >= 65 && row > 1 && field(32) && head[32].is_ascii_graphic()
}

/// The header and the charset, which the file names or its texts show.
pub(crate) fn header(head: &[u8]) -> Result<Header, Refusal> {
    let damaged = |why: &str| {
        let said = format!("the DBF file contradicts itself ({why}); export it again");
        Refusal::file("dbf_damaged", said)
    };
    let (start, row_bytes) = (u16_at(head, 8), u16_at(head, 10));
    let mut fields: Vec<Field> = Vec::new();
    let (mut at, mut offset) = (32, 1);
    while at + 32 <= start.min(head.len()) && head[at] != 0x0d {
        let field = &head[at..at + 32];
        let name = field[..11].split(|b| *b == 0).next().unwrap_or_default();
        let (mut length, mut decimals) = (usize::from(field[16]), usize::from(field[17]));
        if field[11] == b'C' && decimals > 0 {
            // Clipper writes long texts with both bytes of their length.
            (length, decimals) = (length | decimals << 8, 0);
        }
        if offset + length > row_bytes {
            return Err(damaged("its fields are longer than its rows"));
        }
        fields.push(Field {
            name: latin(name),
            kind: field[11],
            at: offset,
            length,
            decimals,
        });
        offset += length;
        at += 32;
    }
    if fields.is_empty() || fields.len() > COLUMNS_MAX {
        return Err(damaged("it has no fields"));
    }
    // Visual FoxPro marks where a row holds nothing in a field of its own.
    let hidden = |f: &Field| f.kind == b'0';
    fields.retain(|f| !hidden(f));
    let charset = charset_of(head[29]).map_or_else(|| detected(head, start), Ok)?;
    for field in &mut fields {
        if field.name.contains(char::REPLACEMENT_CHARACTER) || !field.name.is_ascii() {
            field.name = charset.decode(&field.name.chars().map(|c| c as u8).collect::<Vec<_>>());
        }
    }
    let memo = |f: &&Field| matches!(f.kind, b'M' | b'G' | b'P');
    let memos = fields.iter().filter(memo).map(|f| f.name.clone()).collect();
    let rows = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
    Ok(Header {
        fields,
        row_bytes,
        start,
        rows,
        charset,
        memos,
    })
}

impl Header {
    pub(crate) fn region(&self) -> Region {
        let mut columns: Vec<String> = self
            .fields
            .iter()
            .map(|f| f.name.trim().to_owned())
            .collect();
        region::tell_apart(&mut columns);
        Region {
            columns,
            body: 1,
            ..Region::default()
        }
    }

    pub(crate) const fn rows(&self) -> u32 {
        self.rows
    }

    pub(crate) fn encoding(&self) -> String {
        self.charset.name()
    }
}

impl Rows {
    /// `source` from the first byte of the file.
    pub(crate) fn over(mut source: Box<dyn Read + Send>, header: Header) -> Result<Rows, Refusal> {
        let skipped = std::io::copy(
            &mut source.by_ref().take(header.start as u64),
            &mut std::io::sink(),
        );
        if skipped.ok() != Some(header.start as u64) {
            return Err(Refusal::file(
                "dbf_damaged",
                "the DBF file ends in its header",
            ));
        }
        let row = vec![0; header.row_bytes];
        Ok(Rows {
            source,
            header,
            row,
            read: 0,
        })
    }
}

impl Grid for Rows {
    fn next_row(&mut self) -> Option<Result<GridRow, Refusal>> {
        loop {
            // Some programs forget to count; the end mark is the truth.
            if self.read >= u64::from(self.header.rows) && self.header.rows > 0 {
                return None;
            }
            let mut got = 0;
            while got < self.row.len() {
                match self.source.read(&mut self.row[got..]) {
                    Ok(0) => break,
                    Ok(read) => got += read,
                    Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
                    Err(e) => {
                        let said = format!("the file cannot be read to its end: {e}");
                        return Some(Err(Refusal::file("unreadable", said)));
                    }
                }
            }
            self.read += 1;
            let ended = got == 0 || self.row[0] == 0x1a;
            if ended && u64::from(self.header.rows) < self.read {
                return None;
            }
            if got < self.row.len() {
                self.header.rows = 1;
                let said = "the file ends before the rows that its header counts: it was cut off on \
                            its way; have it sent again";
                let line = self.read;
                self.read = u64::MAX;
                return Some(Err(Refusal::at(line, "cut_off", said)));
            }
            if self.row[0] == b'*' {
                continue;
            }
            let cells = self
                .header
                .fields
                .iter()
                .map(|f| self.header.shown(f, &self.row));
            return Some(Ok(GridRow {
                row: self.read,
                cells: cells.collect(),
            }));
        }
    }
}

impl Header {
    fn shown(&self, field: &Field, row: &[u8]) -> String {
        let bytes = &row[field.at..field.at + field.length];
        let text = || {
            self.charset
                .decode(bytes)
                .trim_matches(['\0', ' '])
                .trim()
                .to_owned()
        };
        match field.kind {
            b'D' => date(bytes),
            b'L' => match bytes.first() {
                Some(b'T' | b't' | b'Y' | b'y' | b'J' | b'j' | b'O' | b'o') => "true".into(),
                Some(b'F' | b'f' | b'N' | b'n') => "false".into(),
                _ => String::new(),
            },
            b'I' | b'+' if field.length == 4 => {
                i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]).to_string()
            }
            b'B' if field.length == 8 => decimal(le(bytes).to_le_bytes(), field.decimals),
            b'Y' if field.length == 8 => {
                let amount = le(bytes) as i64;
                let sign = if amount < 0 { "-" } else { "" };
                let text = format!(
                    "{sign}{}.{:04}",
                    (amount / 10_000).abs(),
                    (amount % 10_000).abs()
                );
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            }
            b'T' | b'@' if field.length == 8 => moment(bytes),
            // The number of a block in a file that is not here.
            b'M' | b'G' | b'P' => String::new(),
            b'N' | b'F' => {
                let number = text();
                if number.starts_with('*') {
                    String::new()
                } else {
                    number
                }
            }
            _ => text(),
        }
    }
}

fn u16_at(bytes: &[u8], at: usize) -> usize {
    usize::from(u16::from_le_bytes([bytes[at], bytes[at + 1]]))
}

fn le(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |all, b| all << 8 | u64::from(*b))
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

fn decimal(bytes: [u8; 8], decimals: usize) -> String {
    let number = f64::from_le_bytes(bytes);
    match number.is_finite() {
        true if number.fract() == 0.0 => format!("{number}"),
        true => format!("{number:.decimals$}"),
        false => String::new(),
    }
}

fn date(bytes: &[u8]) -> String {
    let text = latin(bytes);
    let digits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) && text != "00000000";
    match digits {
        true => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
        false => text.trim().to_owned(),
    }
}

/// A day of the Julian calendar's count, and milliseconds.
fn moment(bytes: &[u8]) -> String {
    let (day, milli) = (le(&bytes[..4]) as i64, le(&bytes[4..]));
    if day == 0 || day > 5_373_485 {
        return String::new();
    }
    // Fliegel and van Flandern, 1968.
    let mut l = day + 68_569;
    let n = 4 * l / 146_097;
    l -= (146_097 * n + 3) / 4;
    let i = 4_000 * (l + 1) / 1_461_001;
    l = l - 1_461 * i / 4 + 31;
    let j = 80 * l / 2_447;
    let (d, l) = (l - 2_447 * j / 80, j / 11);
    let (m, y) = (j + 2 - 12 * l, 100 * (n - 49) + i + l);
    let seconds = milli / 1_000;
    let time = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3_600,
        seconds / 60 % 60,
        seconds % 60
    );
    let date = format!("{y:04}-{m:02}-{d:02}");
    if seconds == 0 {
        date
    } else {
        format!("{date} {time}")
    }
}

/// The language driver: how the program that wrote it named its alphabet.
fn charset_of(driver: u8) -> Option<Charset> {
    let label = match driver {
        0x01 | 0x09 | 0x0b | 0x0d | 0x0f | 0x11 | 0x15 | 0x18 | 0x19 | 0x1b => "cp437",
        0x02 | 0x08 | 0x0a | 0x0e | 0x10 | 0x12 | 0x14 | 0x16 | 0x1a | 0x1d | 0x25 | 0x37 => {
            "cp850"
        }
        0x1f | 0x22 | 0x23 | 0x40 | 0x64 | 0x87 => "cp852",
        0x03 | 0x57 | 0x58 | 0x59 => "windows-1252",
        0x26 | 0x65 => "ibm866",
        0xc8 => "windows-1250",
        0xc9 => "windows-1251",
        0xca => "windows-1254",
        0xcb => "windows-1253",
        0xcc => "windows-1257",
        _ => return None,
    };
    Charset::declared(label)
}

fn detected(head: &[u8], start: usize) -> Result<Charset, Refusal> {
    let texts: Vec<u8> = head
        .get(start..)
        .unwrap_or_default()
        .iter()
        .copied()
        .filter(|b| *b >= b' ')
        .collect();
    let found = charset::detect(&texts, head.len() < HEAD_BYTES)?.0;
    Ok(if texts.is_ascii() {
        Charset::UTF_8
    } else {
        found
    })
}
