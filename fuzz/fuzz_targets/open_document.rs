//! The content of an ODS: `cargo fuzz run open_document`.
#![no_main]

mod read;

use std::io::{Cursor, Write};

use libfuzzer_sys::fuzz_target;
use read::read;

fuzz_target!(|bytes: &[u8]| {
    let kind = b"application/vnd.oasis.opendocument.spreadsheet";
    read(zip(&[("mimetype", kind), ("content.xml", bytes)]))
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
