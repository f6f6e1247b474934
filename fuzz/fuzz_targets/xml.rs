//! XML behind its first record: `cargo fuzz run xml`.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;
use read::read;

fuzz_target!(|bytes: &[u8]| {
    read([b"<?xml version=\"1.0\"?><r><ad><id>1</id><a>2</a></ad>", bytes].concat())
});
