//! A page with a table: `cargo fuzz run page`.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;
use read::read;

fuzz_target!(|bytes: &[u8]| {
    read([b"<table><tr><th>Ref<th>Price</tr><tr>", bytes].concat())
});
