//! Bytes to records and records to bytes, streaming, whatever the file.
//!
//! A file is recognised by its content. Each record comes with the line it starts at and a hash of
//! its bytes, taken before anything in it is decoded, so that a record that is known costs a hash
//! and nothing more. Records are rows of cells or trees ([`Layout`]). Memory is bounded by [`RECORD_BYTES_MAX`] however large the file; everything
//! that can grow has a limit. This room knows no listing and no dictionary.

mod archive;
mod blm;
mod charset;
mod clean;
mod container;
mod csv;
mod dbf;
mod describe;
mod dialect;
mod entities;
mod fixed;
mod foreword;
mod grid;
mod html;
mod input;
mod json;
mod json_node;
mod json_shape;
mod kind;
mod layout;
mod mail;
mod mend;
mod node;
mod open;
mod packed;
mod record;
mod region;
mod sheetxml;
mod spool;
mod tables;
mod weigh;
mod window;
mod workbook;
mod write;
mod xlsx;
mod xml;
mod xml_shape;

use std::fmt;

pub use archive::{Archive, Member, Role};
pub use charset::Charset;
pub use clean::{CleanRows, Remark};
pub use csv::{CsvReader, split_csv};
pub use describe::Description;
pub use dialect::Dialect;
pub use grid::Table;
pub use input::Input;
pub use json_node::parse_json;
pub use layout::Layout;
pub use mend::{Mended, mend};
pub use node::Node;
pub use open::open;
pub use tables::TextTable;
pub use write::{CsvWriter, escape_xml};
pub use xml::parse_xml;

/// A record longer than this is refused, and reading goes on behind it.
pub const RECORD_BYTES_MAX: usize = 4 << 20;
pub const COLUMNS_MAX: usize = 10_000;
/// Elements within elements of XML, values within values of JSON, tables within tables.
pub const DEPTH_MAX: usize = 64;
/// How much of a file is looked at to find out what it is.
pub const HEAD_BYTES: usize = 256 << 10;
/// What a compressed file may unpack to, and how many times its own size.
pub const UNPACKED_BYTES_MAX: u64 = 8 << 30;
pub const UNPACKED_RATIO_MAX: u64 = 400;
/// Files in an archive, and how many of the largest are tried as tables and feeds.
pub const MEMBERS_MAX: usize = 100_000;
pub const MEMBERS_TRIED_MAX: usize = 40;
/// A mail is held in memory while its attachments are taken from it.
pub const MAIL_BYTES_MAX: u64 = 100 << 20;

/// Something wrong with a file or a record: what, where, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: &'static str,
    /// Counted from 1; 0 when the whole file is meant.
    pub line: u64,
    pub message: String,
}

/// One record as it lies in the file, or as its reader has written it down.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    pub bytes: &'a [u8],
    /// The line it starts at, or the number of its row in the sheet, counted from 1.
    pub line: u64,
}

impl Raw<'_> {
    /// 128 bits of the record's bytes (XXH3).
    pub fn hash(&self) -> u128 {
        xxhash_rust::xxh3::xxh3_128(self.bytes)
    }
}

impl Refusal {
    /// Of a whole file.
    pub fn file(code: &'static str, message: impl Into<String>) -> Refusal {
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
