//! BLM, the text of British estate agents' programs: a header that says by which letters fields and
//! records end, a line with the names of the fields, and the records. A field may hold line breaks;
//! only the letter of the header ends a record.

use memchr::memmem;

use crate::grid::Grid;
use crate::region::{GridRow, Region};
use crate::window::Window;
use crate::{RECORD_BYTES_MAX, Refusal};

/// What the header of a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    field_end: char,
    record_end: char,
    names: Vec<String>,
    /// How many records it says it has.
    count: Option<u64>,
}

pub(crate) fn is_blm(text: &str) -> bool {
    let start = text.trim_start();
    start
        .get(..8)
        .is_some_and(|s| s.eq_ignore_ascii_case("#HEADER#"))
}

/// Reads what stands above the records; `text` is the beginning of the file.
pub(crate) fn header(text: &str) -> Result<Header, Refusal> {
    let upper = text.to_ascii_uppercase();
    let section = |name: &str| {
        upper.find(name).ok_or_else(|| {
            let said = format!(
                "a BLM file has a section {name}, and this one has none within its beginning; have \
                 it exported again"
            );
            Refusal::file("blm_section_missing", said)
        })
    };
    let (definition, body) = (section("#DEFINITION#")?, section("#DATA#")?);
    let head = text.get(..definition).unwrap_or_default();
    let named = text
        .get(definition + "#DEFINITION#".len()..body)
        .unwrap_or_default();
    let said = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(':'));
        let mut lines = lines.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name));
        lines
            .next()
            .map(|(_, value)| value.trim().trim_matches(['\'', '"']))
    };
    let letter = |name: &str| {
        said(name).and_then(|value| value.chars().next()).ok_or_else(|| {
            let said = format!(
                "the header of this BLM file does not say what {name} is, so its fields cannot be \
                 told apart; have it exported again"
            );
            Refusal::file("blm_end_missing", said)
        })
    };
    let (field_end, record_end) = (letter("EOF")?, letter("EOR")?);
    let named = named.split(record_end).next().unwrap_or_default();
    let mut names: Vec<String> = named
        .split(field_end)
        .map(|n| n.trim().to_owned())
        .collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    if names.len() < 2 || field_end == record_end {
        let said = "the definition of this BLM file names no fields; have it exported again";
        return Err(Refusal::file("blm_no_fields", said));
    }
    let count = said("Property Count").and_then(|n| n.parse().ok());
    Ok(Header {
        field_end,
        record_end,
        names,
        count,
    })
}

impl Header {
    pub(crate) fn region(&self) -> Region {
        Region {
            columns: self.names.clone(),
            body: 1,
            ..Region::default()
        }
    }
}

/// The records, one after another.
pub(crate) struct Rows {
    window: Window,
    header: Header,
    line: u64,
    begun: bool,
    rows: u64,
    ended: bool,
}

impl Rows {
    pub(crate) fn over(window: Window, header: Header) -> Rows {
        Rows {
            window,
            header,
            line: 1,
            begun: false,
            rows: 0,
            ended: false,
        }
    }

    /// Takes the text up to and with a mark; None when the file has none any more.
    fn up_to(&mut self, mark: &str) -> Result<Option<String>, Refusal> {
        loop {
            let rest = self.window.rest();
            if let Some(at) = memmem::find(rest, mark.as_bytes()) {
                let text = String::from_utf8_lossy(&rest[..at]).into_owned();
                self.window.consume(at + mark.len());
                return Ok(Some(text));
            }
            if rest.len() > RECORD_BYTES_MAX {
                let said = "a record of a BLM file that does not end; have it exported again";
                return Err(Refusal::file("record_too_long", said));
            }
            if !self.window.fill()? {
                return Ok(None);
            }
        }
    }

    fn counted(&mut self, text: &str) -> u64 {
        let line = self.line + text.len().saturating_sub(text.trim_start().len()).min(1) as u64;
        self.line += text.matches('\n').count() as u64;
        line
    }

    /// What is left when no further record ends: the closing mark, or a record that was cut off.
    fn finish(&mut self) -> Option<Result<GridRow, Refusal>> {
        self.ended = true;
        let rest = String::from_utf8_lossy(self.window.rest())
            .trim()
            .to_owned();
        if rest.is_empty() || rest.starts_with("#END#") {
            let missing = self.header.count.filter(|count| *count > self.rows)?;
            let said = format!(
                "the header says {missing} records and the file holds {}: it was cut off on its \
                 way; have it sent again",
                self.rows
            );
            return Some(Err(Refusal::at(self.line, "cut_off", said)));
        }
        let said = "the file ends in the middle of this record: it was cut off on its way; have it \
                    sent again";
        Some(Err(Refusal::at(self.line, "cut_off", said)))
    }
}

impl Grid for Rows {
    fn next_row(&mut self) -> Option<Result<GridRow, Refusal>> {
        if self.ended {
            return None;
        }
        if !std::mem::replace(&mut self.begun, true) {
            // The mark may be written in small letters; the header was read with either.
            let before = match self.up_to("#DATA#") {
                Ok(before) => before,
                Err(refusal) => return Some(Err(refusal)),
            };
            self.counted(&before.unwrap_or_default());
        }
        let end = self.header.record_end.to_string();
        let text = match self.up_to(&end) {
            Ok(Some(text)) => text,
            Ok(None) => return self.finish(),
            Err(refusal) => {
                self.ended = true;
                return Some(Err(refusal));
            }
        };
        if text.trim_start().starts_with("#END#") {
            self.ended = true;
            return None;
        }
        let line = self.counted(&text);
        self.rows += 1;
        let mut cells: Vec<String> = text
            .split(self.header.field_end)
            .map(|c| c.trim().to_owned())
            .collect();
        let width = self.header.names.len();
        while cells.len() > width && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        if cells.len() != width {
            let said = format!(
                "{} fields where the definition names {width}: a field holds the letter that ends \
                 fields, or lacks it; correct it where it was written",
                cells.len()
            );
            return Some(Err(Refusal::at(line, "fields_do_not_fit", said)));
        }
        Some(Ok(GridRow { row: line, cells }))
    }
}
