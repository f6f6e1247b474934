//! Records to bytes.

use std::io::{self, Write};

/// CSV as RFC 4180 has it, with the byte order mark that spreadsheets need to see UTF-8.
pub struct CsvWriter<W: Write> {
    out: W,
    first: bool,
}

impl<W: Write> CsvWriter<W> {
    pub fn new(mut out: W) -> io::Result<CsvWriter<W>> {
        out.write_all("\u{feff}".as_bytes())?;
        Ok(CsvWriter { out, first: true })
    }

    pub fn field(&mut self, text: &str) -> io::Result<()> {
        if !std::mem::replace(&mut self.first, false) {
            self.out.write_all(b",")?;
        }
        // A spreadsheet would run a text that begins like a formula.
        let formula = text.starts_with(['=', '@', '\t'])
            || (text.starts_with(['+', '-']) && text.parse::<f64>().is_err());
        if !formula && !text.starts_with('\'') && !text.contains(['"', ',', '\n', '\r', ';']) {
            return self.out.write_all(text.as_bytes());
        }
        self.out.write_all(if formula { b"\"'" } else { b"\"" })?;
        for (number, part) in text.split('"').enumerate() {
            if number > 0 {
                self.out.write_all(b"\"\"")?;
            }
            self.out.write_all(part.as_bytes())?;
        }
        self.out.write_all(b"\"")
    }

    pub fn end_record(&mut self) -> io::Result<()> {
        self.first = true;
        self.out.write_all(b"\r\n")
    }

    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Text as it may stand in an element or an attribute; letters that XML 1.0 cannot hold are left out.
pub fn escape_xml(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(letter),
            c if c < ' ' || c == '\u{fffe}' || c == '\u{ffff}' => {}
            c => out.push(c),
        }
    }
}
