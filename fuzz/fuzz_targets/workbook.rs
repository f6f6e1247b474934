//! The sheet of an XLSX: `cargo fuzz run workbook`.
#![no_main]

mod read;

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use read::read;

const TYPES: &[u8] = b"<Types/>";
const BOOK: &[u8] = b"<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const LINKS: &[u8] = b"<Relationships><Relationship Id=\"rId1\" Type=\"worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";

fuzz_target!(|bytes: &[u8]| {
    read(zip(&[
        ("[Content_Types].xml", TYPES),
        ("xl/workbook.xml", BOOK),
        ("xl/_rels/workbook.xml.rels", LINKS),
        ("xl/worksheets/sheet1.xml", bytes),
    ]))
});

/// A ZIP of these files.
fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        let plain = zip::write::SimpleFileOptions::default();
        if zip.start_file(*name, plain).is_err() || zip.write_all(bytes).is_err() {
            return Vec::new();
        }
    }
    zip.finish().map(Cursor::into_inner).unwrap_or_default()
}
