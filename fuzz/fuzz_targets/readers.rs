//! Any bytes, opened and read to their end: `cargo fuzz run readers`.
#![no_main]

use std::io::Cursor;

use formats::{Input, open, parse_xml, split_csv};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match open(Box::new(Cursor::new(bytes.to_vec()))) {
        Ok(Input::Csv(mut reader)) => {
            let dialect = reader.dialect.clone();
            while let Some(record) = reader.next() {
                if let Ok(raw) = record {
                    split_csv(&raw, &dialect);
                }
            }
        }
        Ok(Input::Xml(mut reader)) => {
            while let Some(record) = reader.next() {
                if let Ok(raw) = record {
                    let _ = parse_xml(&raw);
                }
            }
        }
        Err(_) => {}
    }
});
