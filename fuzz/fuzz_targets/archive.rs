//! A ZIP: `cargo fuzz run archive`.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;
use read::read;

fuzz_target!(|bytes: &[u8]| {
    read([b"PK\x03\x04", bytes].concat())
});
