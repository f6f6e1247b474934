//! JSON behind its first record: `cargo fuzz run json`.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;
use read::read;

fuzz_target!(|bytes: &[u8]| {
    read([b"[{\"id\": 1, \"a\": 2},", bytes].concat())
});
