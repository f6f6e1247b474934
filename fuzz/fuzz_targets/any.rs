//! Any bytes at all: `cargo fuzz run any`.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;
use read::read;

fuzz_target!(|bytes: &[u8]| {
    read(bytes.to_vec())
});
