//! Opens a file of whatever kind: unpacks it, finds its encoding, and tells what it is.

use std::io::{Cursor, Read};

use flate2::read::MultiGzDecoder;

use crate::charset;
use crate::csv::CsvReader;
use crate::dialect;
use crate::window::Window;
use crate::xml::{self, XmlReader};
use crate::{HEAD_BYTES, Refusal, UNPACKED_BYTES_MAX, UNPACKED_RATIO_MAX};

/// An opened file, ready to be read record by record.
pub enum Input {
    Csv(Box<CsvReader>),
    Xml(XmlReader),
}

impl Input {
    pub const fn format(&self) -> &'static str {
        match self {
            Input::Csv(_) => "csv",
            Input::Xml(_) => "xml",
        }
    }

    pub fn encoding(&self) -> &str {
        match self {
            Input::Csv(reader) => &reader.encoding,
            Input::Xml(reader) => &reader.encoding,
        }
    }
}

/// Looks at the beginning, decides, and begins to read.
pub fn open(mut source: Box<dyn Read + Send>) -> Result<Input, Refusal> {
    let mut head = take_head(&mut source)?;
    if head.starts_with(&[0x1f, 0x8b]) {
        let packed = Cursor::new(head).chain(source);
        source = Box::new(Unpacked::over(packed));
        head = take_head(&mut source)?;
    }
    if head.is_empty() {
        let said = "the file is empty; nothing was changed. Ask the sender to export it again";
        return Err(Refusal::file("empty", said));
    }
    not_read_yet(&head)?;
    let whole = head.len() < HEAD_BYTES;
    let (charset, bom) = charset::detect(&head, whole)?;
    let sample = charset.decode(&head[bom..]);
    let text_start = sample.trim_start();
    let is_xml = text_start.starts_with("<?xml") || text_start.starts_with('<');
    let declared = is_xml.then(|| xml::declared_encoding(text_start)).flatten();
    let charset = declared
        .filter(|_| bom == 0 && !charset.is_utf16())
        .unwrap_or(charset);
    let rest = Cursor::new(head[bom..].to_vec()).chain(source);
    let window = Window::over(Box::new(rest), charset);
    if is_xml {
        let element = xml::repeating(text_start)?;
        return Ok(Input::Xml(XmlReader::new(window, charset.name(), element)));
    }
    let dialect = dialect::sniff(&sample, whole)?;
    let mut reader = CsvReader::new(window, charset.name(), dialect)?;
    reader.bom = bom > 0;
    Ok(Input::Csv(Box::new(reader)))
}

/// What is something that we know and do not take says what to send instead.
fn not_read_yet(head: &[u8]) -> Result<(), Refusal> {
    let text = head.trim_ascii_start();
    let is_json = match text.first() {
        Some(b'{') => text[1..].trim_ascii_start().starts_with(b"\""),
        Some(b'[') => text[1..].trim_ascii_start().starts_with(b"{") || text.starts_with(b"[["),
        _ => false,
    };
    let workbook = head.starts_with(b"PK\x03\x04") && memchr::memmem::find(head, b"xl/").is_some();
    let (code, said) = match head {
        _ if workbook || head.starts_with(b"\xd0\xcf\x11\xe0") => (
            "workbook",
            "this is a workbook; open it and save the sheet as CSV (UTF-8), then send that",
        ),
        _ if head.starts_with(b"PK\x03\x04") => (
            "archive",
            "this is a ZIP archive; unpack it and send the table or the feed inside",
        ),
        _ if is_json => (
            "json",
            "this is JSON; send the listings as CSV or as XML instead",
        ),
        _ => return Ok(()),
    };
    Err(Refusal::file(code, said))
}

fn take_head(source: &mut Box<dyn Read + Send>) -> Result<Vec<u8>, Refusal> {
    let mut head = Vec::new();
    let read = source
        .by_ref()
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head);
    match read {
        Ok(_) => Ok(head),
        Err(error) if head.is_empty() => Err(Refusal::file(
            "unreadable",
            format!("the file cannot be read: {error}"),
        )),
        // What could be unpacked is looked at; reading on meets the same error at its place.
        Err(_) => Ok(head),
    }
}

/// A gzip stream that refuses to become a bomb.
struct Unpacked<R: Read> {
    inner: MultiGzDecoder<Counted<R>>,
    out: u64,
}

struct Counted<R> {
    inner: R,
    read: u64,
}

impl<R: Read> Unpacked<R> {
    fn over(packed: R) -> Unpacked<R> {
        Unpacked {
            inner: MultiGzDecoder::new(Counted {
                inner: packed,
                read: 0,
            }),
            out: 0,
        }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into)?;
        self.read += read as u64;
        Ok(read)
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into)?;
        self.out += read as u64;
        let packed = self.inner.get_ref().read.max(1);
        let bomb = self.out > UNPACKED_BYTES_MAX
            || (self.out > 64 << 20 && self.out / packed > UNPACKED_RATIO_MAX);
        if bomb {
            return Err(std::io::Error::other(
                "it unpacks to far more than its size; refused",
            ));
        }
        Ok(read)
    }
}
