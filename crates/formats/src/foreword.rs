//! The beginning of a large workbook, as a workbook of its own.
//!
//! All texts of a workbook stand in one part, and the crate that reads it takes them in before the
//! first row: seconds, for a file of 100 MB. Programs write texts down as they first need them, so
//! the rows at the top need the first ones only.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::archive::Archive;
use crate::spool::Spool;

/// How much of a workbook its beginning is, unpacked.
#[derive(Clone, Copy)]
pub(crate) struct Cut {
    pub(crate) texts: u64,
    pub(crate) rows: u64,
}

impl Cut {
    pub(crate) const USUAL: Cut = Cut {
        texts: 8 << 20,
        rows: 16 << 20,
    };
}

/// A part that is neither texts nor rows; one above it is no part of a beginning.
const PART_BYTES_MAX: u64 = 8 << 20;
/// A beginning of more is none.
const BYTES_MAX: usize = 64 << 20;
const TEXTS: &str = "sharedstrings.xml";
const TEXT_END: &[u8] = b"</si>";

/// None where its texts are few, or where the workbook is written in another way.
///
/// Rows that are cut off end in the middle, and texts that are cut off are missing, so whoever reads
/// too far meets an error and not something else than the workbook says.
pub(crate) fn foreword(spool: &Spool, cut: Cut) -> Option<Spool> {
    let archive = Archive::over(spool.again()).ok()?;
    let is_texts = |name: &str| name.to_lowercase().ends_with(TEXTS);
    let mut texts = archive.members().filter(|member| is_texts(&member.name));
    texts.next().filter(|member| member.bytes > cut.texts)?;
    let mut bytes = 0;
    let mut written = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (number, member) in archive.members().enumerate() {
        let name = member.name.to_lowercase();
        let is_sheet = name.contains("worksheets/") && name.ends_with(".xml");
        let (most, may_be_cut) = match () {
            () if is_texts(&name) => (cut.texts, true),
            () if is_sheet => (cut.rows, true),
            () if name.ends_with(".xml") || name.ends_with(".rels") => (PART_BYTES_MAX, false),
            () => continue,
        };
        let mut part = Vec::new();
        let mut source = archive.read_at(number).ok()?.take(most + 1);
        source.read_to_end(&mut part).ok()?;
        bytes += part.len();
        if bytes > BYTES_MAX {
            return None;
        }
        if part.len() as u64 > most {
            if !may_be_cut {
                return None;
            }
            if is_texts(&name) {
                end_after_a_text(&mut part)?;
            }
        }
        written.start_file(member.name.as_str(), stored).ok()?;
        written.write_all(&part).ok()?;
    }
    Some(Spool::held(written.finish().ok()?.into_inner()))
}

fn end_after_a_text(part: &mut Vec<u8>) -> Option<()> {
    let last = memchr::memmem::rfind(part, TEXT_END)?;
    part.truncate(last + TEXT_END.len());
    part.extend_from_slice(b"</sst>");
    Some(())
}
