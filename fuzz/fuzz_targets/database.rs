//! A DBF: `cargo fuzz run database`.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;
use read::read;

fuzz_target!(|bytes: &[u8]| {
    let mut head = vec![0x03, 124, 5, 2, 9, 0, 0, 0, 97, 0, 30, 0];
    head.resize(32, 0);
    read([head.as_slice(), bytes].concat())
});
