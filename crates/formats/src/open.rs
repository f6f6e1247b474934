//! Opens a file of whatever kind: unpacks it, finds its encoding, and tells what it is.

use std::io::{Cursor, Read};
use std::sync::Arc;

use memchr::memmem;

use crate::archive::Archive;
use crate::charset::{self, Charset};
use crate::container;
use crate::csv::CsvReader;
use crate::describe::Description;
use crate::grid::{Book, RowReader, Table};
use crate::html::{self, HtmlTables};
use crate::input::{Input, Reader};
use crate::json::JsonReader;
use crate::sheetxml::SheetXml;
use crate::spool::Spool;
use crate::window::Window;
use crate::workbook::Workbook;
use crate::xml::{self, XmlReader};
use crate::{HEAD_BYTES, Refusal, blm, dbf, dialect, fixed, json_shape, mail, packed, xml_shape};

/// How much of a document of XML is kept for what it says of the delivery.
const OPENING_LETTERS: usize = 2_000;

/// The namespace of a workbook that Excel 2003 wrote as XML.
const EXCEL_XML: &[u8] = b"urn:schemas-microsoft-com:office:spreadsheet";

/// What a file was taken out of; each kind of wrapping is opened once.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around {
    pub mail: bool,
    pub zip: bool,
    pub gzip: bool,
}

/// The beginning of a file, and the file behind it.
struct Begun {
    head: Vec<u8>,
    rest: Box<dyn Read + Send>,
}

/// Looks at the beginning, decides, and begins to read.
pub fn open(source: Box<dyn Read + Send>) -> Result<Input, Refusal> {
    open_within(source, Around::default())
}

pub(crate) fn open_within(source: Box<dyn Read + Send>, around: Around) -> Result<Input, Refusal> {
    let begun = Begun::of(source)?;
    let head = begun.head.as_slice();
    if head.is_empty() {
        let said = "the file is empty; nothing was changed. Ask the sender to export it again";
        return Err(Refusal::file("empty", said));
    }
    if head.starts_with(&[0x1f, 0x8b]) {
        if around.gzip {
            return Err(nested("gzip"));
        }
        let unpacked = Box::new(packed::gzip(begun.whole()));
        let mut input = open_within(
            unpacked,
            Around {
                gzip: true,
                ..around
            },
        )?;
        input.description.container.insert(0, "gzip");
        return Ok(input);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return open_zip(begun.whole(), around);
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0") {
        let sealed: Vec<u8> = "EncryptedPackage".bytes().flat_map(|b| [b, 0]).collect();
        if memmem::find(head, &sealed).is_some() {
            let said = "the workbook asks for a password; save it without one and send it again";
            return Err(Refusal::file("encrypted", said));
        }
        let book = Workbook::xls(Spool::of(begun.whole())?)?;
        return of_book("xls", Box::new(book), Charset::UTF_8.name());
    }
    if let Some(refusal) = not_read(head) {
        return Err(refusal);
    }
    if dbf::is_dbf(head) {
        return open_dbf(begun);
    }
    if mail::is_mail(head) && !around.mail && !around.zip {
        return container::open_mail(
            Spool::of(begun.whole())?,
            Around {
                mail: true,
                ..around
            },
        );
    }
    open_text(begun)
}

fn open_zip(source: Box<dyn Read + Send>, around: Around) -> Result<Input, Refusal> {
    let archive = Archive::over(Spool::of(source)?)?;
    let has = |name: &str| {
        archive
            .members()
            .any(|m| m.name.replace('\\', "/").eq_ignore_ascii_case(name))
    };
    let within = |folder: &str| archive.members().any(|m| m.name.starts_with(folder));
    if has("xl/workbook.bin") || within("word/") || within("ppt/") {
        let said = "this is an Office document that is not read; save the table as XLSX or CSV";
        return Err(Refusal::file("office_document", said));
    }
    if within("xl/") && has("[Content_Types].xml") {
        let book = Workbook::xlsx(archive.spool())?;
        return of_book("xlsx", Box::new(book), Charset::UTF_8.name());
    }
    if has("content.xml") && has("mimetype") {
        let book = SheetXml::open_document(archive)?;
        return of_book("ods", Box::new(book), Charset::UTF_8.name());
    }
    if around.zip {
        return Err(nested("ZIP"));
    }
    container::open_archive(
        archive,
        Around {
            zip: true,
            ..around
        },
    )
}

fn of_book(format: &'static str, book: Box<dyn Book>, encoding: String) -> Result<Input, Refusal> {
    let (reader, tables) = RowReader::of_book(book)?;
    let description = Description {
        format,
        encoding,
        tables,
        ..Description::default()
    };
    Ok(Input::over(Reader::Rows(Box::new(reader)), description))
}

fn open_dbf(begun: Begun) -> Result<Input, Refusal> {
    let header = dbf::header(&begun.head)?;
    let (region, encoding) = (header.region(), header.encoding());
    let table = Table {
        rows: Some(u64::from(header.rows())),
        columns: region.columns.clone(),
        chosen: true,
        ..Table::default()
    };
    let description = Description {
        format: "dbf",
        encoding,
        tables: vec![table],
        missing: header.memos.clone(),
        ..Description::default()
    };
    let rows = dbf::Rows::over(begun.whole(), header)?;
    let reader = RowReader::over(Box::new(rows), region);
    Ok(Input::over(Reader::Rows(Box::new(reader)), description))
}

fn open_text(begun: Begun) -> Result<Input, Refusal> {
    let whole = begun.head.len() < HEAD_BYTES;
    let (charset, mark) = charset::detect(&begun.head, whole)?;
    let sample = charset.decode(&begun.head[mark..]);
    let text = sample.trim_start();
    let said = |declared: Option<Charset>| declared.filter(|_| mark == 0 && !charset.is_utf16());
    if json_shape::is_json(text) {
        return open_json(begun.window(mark, charset), charset, text);
    }
    if json_shape::commented(text) {
        let said =
            "this is JSON with comments in it, which no program reads alike; export it without";
        return Err(Refusal::file("not_json", said));
    }
    if text.starts_with('<')
        && memmem::find(&text.as_bytes()[..text.len().min(2048)], EXCEL_XML).is_some()
        && !html::is_page(text)
    {
        let charset = said(xml::declared_encoding(text)).unwrap_or(charset);
        let book = SheetXml::excel_2003(Spool::of(begun.whole())?, charset, mark)?;
        return of_book("excel_xml", Box::new(book), charset.name());
    }
    if text.starts_with('<') && html::is_page(text) {
        let charset = said(html::declared_charset(text)).unwrap_or(charset);
        let book = HtmlTables::open(Spool::of(begun.whole())?, charset, mark)?;
        return of_book("html", Box::new(book), charset.name());
    }
    if text.starts_with('<') {
        let charset = said(xml::declared_encoding(text)).unwrap_or(charset);
        return open_xml(begun.window(mark, charset), charset, text);
    }
    if blm::is_blm(text) {
        let file = blm::header(text)?;
        let table = Table {
            columns: file.region().columns,
            chosen: true,
            ..Table::default()
        };
        let description = Description {
            format: "blm",
            encoding: charset.name(),
            tables: vec![table],
            ..Description::default()
        };
        let region = file.region();
        let rows = blm::Rows::over(begun.window(mark, charset), file);
        let reader = RowReader::over(Box::new(rows), region);
        return Ok(Input::over(Reader::Rows(Box::new(reader)), description));
    }
    if let Some((borders, region)) = fixed::find(cut_to_lines(&sample, whole)) {
        let table = Table {
            columns: region.columns.clone(),
            header_rows: region.header.clone(),
            preamble: region.preamble.clone(),
            chosen: true,
            ..Table::default()
        };
        let description = Description {
            format: "fixed_width",
            encoding: charset.name(),
            tables: vec![table],
            ..Description::default()
        };
        let rows = fixed::Rows::over(begun.window(mark, charset), borders);
        let reader = RowReader::over(Box::new(rows), region);
        return Ok(Input::over(Reader::Rows(Box::new(reader)), description));
    }
    let dialect = dialect::sniff(&sample, whole)?;
    let mut reader = CsvReader::new(begun.window(mark, charset), charset.name(), dialect)?;
    reader.bom = mark > 0;
    Ok(of_csv(reader, charset))
}

fn of_csv(reader: CsvReader, charset: Charset) -> Input {
    let dialect = Arc::clone(&reader.dialect);
    let table = Table {
        columns: reader.columns.clone(),
        chosen: true,
        ..Table::default()
    };
    let description = Description {
        format: "csv",
        encoding: charset.name(),
        tables: vec![table],
        dialect: Some(dialect),
        ..Description::default()
    };
    Input::over(Reader::csv(reader), description)
}

fn open_json(window: Window, charset: Charset, text: &str) -> Result<Input, Refusal> {
    let shape = json_shape::find(text)?;
    let reader = JsonReader::new(window, shape);
    let description = Description {
        format: if reader.is_lines() { "ndjson" } else { "json" },
        encoding: charset.name(),
        record_path: Some(reader.path()),
        ..Description::default()
    };
    Ok(Input::over(Reader::Json(Box::new(reader)), description))
}

fn open_xml(window: Window, charset: Charset, text: &str) -> Result<Input, Refusal> {
    let reader = XmlReader::new(window, xml_shape::find(text)?);
    let description = Description {
        format: "xml",
        encoding: charset.name(),
        opening: text.chars().take(OPENING_LETTERS).collect(),
        record_path: Some(reader.path()),
        elements: reader.elements.clone(),
        ..Description::default()
    };
    Ok(Input::over(Reader::Xml(Box::new(reader)), description))
}

/// A line that the end of the head has cut shows no columns.
fn cut_to_lines(sample: &str, whole: bool) -> &str {
    match sample.rfind('\n') {
        Some(end) if !whole => &sample[..end],
        _ => sample,
    }
}

fn nested(what: &str) -> Refusal {
    let said = format!("{what} within {what} is not opened; pack the files once");
    Refusal::file("nested_archive", said)
}

/// What is something that we know and do not take says what to send instead.
fn not_read(head: &[u8]) -> Option<Refusal> {
    let archive =
        "this is an archive of a kind that is not opened; send it as ZIP, or the file alone";
    let (code, said) = match head {
        _ if head.starts_with(b"%PDF") => (
            "pdf",
            "this is a PDF: made to be read by people; send the table as XLSX or CSV",
        ),
        _ if head.starts_with(b"Rar!") || head.starts_with(b"7z\xbc\xaf\x27\x1c") => {
            ("archive", archive)
        }
        _ if head.starts_with(b"BZh") || head.starts_with(b"\xfd7zXZ") => ("archive", archive),
        _ if head.get(257..262) == Some(b"ustar".as_slice()) => ("archive", archive),
        _ => return None,
    };
    Some(Refusal::file(code, said))
}

impl Begun {
    fn of(mut rest: Box<dyn Read + Send>) -> Result<Begun, Refusal> {
        let mut head = Vec::new();
        match rest.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut head) {
            Err(error) if head.is_empty() => Err(Refusal::file(
                "unreadable",
                format!("the file cannot be read: {error}"),
            )),
            // What could be unpacked is looked at; reading on meets the same error at its place.
            _ => Ok(Begun { head, rest }),
        }
    }

    fn whole(self) -> Box<dyn Read + Send> {
        Box::new(Cursor::new(self.head).chain(self.rest))
    }

    /// The text behind its mark.
    fn window(self, mark: usize, charset: Charset) -> Window {
        let mut head = Cursor::new(self.head);
        head.set_position(mark as u64);
        Window::over(Box::new(head.chain(self.rest)), charset)
    }
}
