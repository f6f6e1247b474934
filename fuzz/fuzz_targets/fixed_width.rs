//! Lines of one width: `cargo fuzz run fixed_width`.
#![no_main]

mod read;

use libfuzzer_sys::fuzz_target;
use read::read;

fuzz_target!(|bytes: &[u8]| {
    let line = |l: &[u8]| format!("{:<40}\n", String::from_utf8_lossy(&l[..l.len().min(40)]).replace('\n', " "));
    read(bytes.chunks(40).map(line).collect::<String>().into_bytes())
});
