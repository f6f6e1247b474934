//! Delimited text: `cargo fuzz run delimited`.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;
use read::read;

fuzz_target!(|bytes: &[u8]| {
    read([b"ref;town;price\n1;Gent;2\n", bytes].concat())
});
