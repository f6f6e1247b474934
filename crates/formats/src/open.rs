//! Opens a file of whatever kind: unpacks it, finds its encoding, and tells what it is.

use std::io::{Cursor, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;

use crate::csv::CsvReader;
use crate::dialect;
use crate::window::Window;
use crate::xml::{self, XmlReader};
use crate::{HEAD_BYTES, Refusal, UNPACKED_BYTES_MAX, UNPACKED_RATIO_MAX};

/// An opened file, ready to be read record by record.
pub enum Input {
    Csv(CsvReader),
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
            Input::Csv(reader) => reader.encoding,
            Input::Xml(reader) => reader.encoding,
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
    let (encoding, bom) = encoding(&head)?;
    let (sample, _, _) = encoding.decode(&head[bom..]);
    let text_start = sample.trim_start();
    let is_xml = text_start.starts_with("<?xml") || text_start.starts_with('<');
    let declared = is_xml.then(|| xml::declared_encoding(text_start)).flatten();
    let encoding = declared
        .filter(|_| bom == 0 && encoding != UTF_16LE)
        .unwrap_or(encoding);
    let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
    let rest = Cursor::new(head[bom..].to_vec()).chain(source);
    let window = Window::over(Box::new(rest), decoder);
    if is_xml {
        let element = xml::repeating(text_start)?;
        return Ok(Input::Xml(XmlReader::new(window, encoding.name(), element)));
    }
    let whole = head.len() < HEAD_BYTES;
    let dialect = dialect::sniff(&sample, whole)?;
    CsvReader::new(window, encoding.name(), dialect).map(Input::Csv)
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

/// The encoding and how many bytes its mark takes.
fn encoding(head: &[u8]) -> Result<(&'static Encoding, usize), Refusal> {
    if let Some((encoding, bytes)) = Encoding::for_bom(head) {
        return Ok((encoding, bytes));
    }
    let probe = &head[..head.len().min(4096)];
    let zeros = |parity: usize| {
        probe
            .iter()
            .skip(parity)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let pairs = (probe.len() / 2).max(1);
    if zeros(1) * 10 > pairs * 7 && zeros(0) == 0 {
        return Ok((UTF_16LE, 0));
    }
    if zeros(0) * 10 > pairs * 7 && zeros(1) == 0 {
        return Ok((UTF_16BE, 0));
    }
    let controls = head
        .iter()
        .filter(|b| **b < 9 || (14..32).contains(*b))
        .count();
    if head.contains(&0) || controls * 50 > head.len() {
        let said = "this is not a table or a feed but binary content (a picture, a program, an \
                    archive?); send CSV or XML, or a .gz of it";
        return Err(Refusal::file("binary", said));
    }
    if is_utf8_prefix(head) {
        return Ok((UTF_8, 0));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, true);
    Ok((detector.guess(None, Utf8Detection::Deny), 0))
}

/// Valid, or valid up to a letter that the end of the head has cut.
fn is_utf8_prefix(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && head.len() - error.valid_up_to() < 4,
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
