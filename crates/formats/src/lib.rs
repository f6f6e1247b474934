//! Bytes to records and records to bytes, streaming, whatever the file.
//!
//! A file is recognised by its content. Each record comes with the line it starts at and a hash of
//! its bytes, taken before anything in it is decoded, so that a record that is known costs a hash
//! and nothing more. Memory is bounded by [`RECORD_BYTES_MAX`] however large the file; everything
//! that can grow has a limit. This room knows no listing and no dictionary.

mod charset;
mod clean;
mod csv;
mod dialect;
mod kind;
mod layout;
mod mend;
mod open;
mod record;
mod weigh;
mod window;
mod write;
mod xml;

use std::fmt;

pub use charset::Charset;
pub use clean::{CleanRows, Remark};
pub use csv::{CsvReader, split_csv};
pub use dialect::Dialect;
pub use layout::Table;
pub use mend::{Mended, mend};
pub use open::{Input, open};
pub use write::{CsvWriter, escape_xml};
pub use xml::{Node, XmlReader, parse_xml};

/// A record longer than this is refused, and reading goes on behind it.
pub const RECORD_BYTES_MAX: usize = 4 << 20;
pub const COLUMNS_MAX: usize = 10_000;
/// Elements within elements of one XML record.
pub const DEPTH_MAX: usize = 64;
/// How much of a file is looked at to find out what it is.
pub const HEAD_BYTES: usize = 256 << 10;
/// What a compressed file may unpack to, and how many times its own size.
pub const UNPACKED_BYTES_MAX: u64 = 8 << 30;
pub const UNPACKED_RATIO_MAX: u64 = 400;

/// Something wrong with a file or a record: what, where, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    /// Counted from 1; 0 when the whole file is meant.
    pub line: u64,
    pub message: String,
}

/// One record as it lies in the file.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    pub bytes: &'a [u8],
    /// The line it starts at, counted from 1.
    pub line: u64,
}

impl Raw<'_> {
    /// 128 bits of the record's bytes (XXH3).
    pub fn hash(&self) -> u128 {
        xxhash_rust::xxh3::xxh3_128(self.bytes)
    }
}

impl Refusal {
    pub(crate) fn file(code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal {
            code,
            line: 0,
            message: message.into(),
        }
    }

    pub(crate) fn at(line: u64, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal {
            code,
            line,
            message: message.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.message),
            line => write!(f, "line {line}: {}", self.message),
        }
    }
}

impl std::error::Error for Refusal {}
