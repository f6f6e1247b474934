//! The listings themselves, whole, in files: what a page is made of is read when it is made.
//!
//! What comes in goes to the tail, a file without a name. Saving the index writes the tail down as
//! a segment, which never changes again; a program that has opened a segment can read it for as
//! long as it likes, whatever happens to its name.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

const NAME: &str = "documents-";
/// More segments than this are written together into one.
const SEGMENTS_MAX: usize = 8;

/// Where a document lies. Nothing lies at length 0.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Address {
    pub(crate) segment: u16,
    pub(crate) length: u32,
    pub(crate) at: u64,
}

/// A written file of documents, by its name in the folder.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) name: String,
    file: File,
}

#[derive(Debug)]
pub(crate) struct Documents {
    pub(crate) segments: Vec<Segment>,
    tail: File,
    tail_end: u64,
    /// Bytes of documents that nothing points at any more.
    pub(crate) dead: u64,
    pub(crate) live: u64,
}

impl Documents {
    pub(crate) fn new() -> io::Result<Documents> {
        Ok(Documents {
            segments: Vec::new(),
            tail: tempfile::tempfile()?,
            tail_end: 0,
            dead: 0,
            live: 0,
        })
    }

    /// The segments that a saved index names; an error when one is no longer there.
    pub(crate) fn open(folder: &Path, names: &[String]) -> io::Result<Documents> {
        let open = |name: &String| {
            let file = File::open(folder.join(name))?;
            Ok(Segment {
                name: name.clone(),
                file,
            })
        };
        let segments = names.iter().map(open).collect::<io::Result<_>>()?;
        Ok(Documents {
            segments,
            ..Documents::new()?
        })
    }

    /// One segment with everything in it.
    pub(crate) fn gathered(segment: Segment, live: u64) -> io::Result<Documents> {
        Ok(Documents {
            segments: vec![segment],
            live,
            ..Documents::new()?
        })
    }

    pub(crate) fn tail_end(&self) -> u64 {
        self.tail_end
    }

    /// Writes documents behind each other; their addresses in the same order.
    pub(crate) fn append(&mut self, documents: &[Vec<u8>]) -> io::Result<Vec<Address>> {
        let whole = documents.concat();
        self.tail.write_all_at(&whole, self.tail_end)?;
        let segment = u16::try_from(self.segments.len()).map_err(io::Error::other)?;
        let mut addresses = Vec::with_capacity(documents.len());
        for document in documents {
            let length = u32::try_from(document.len()).map_err(io::Error::other)?;
            let at = self.tail_end;
            addresses.push(Address {
                segment,
                length,
                at,
            });
            self.tail_end += u64::from(length);
        }
        self.live += whole.len() as u64;
        Ok(addresses)
    }

    pub(crate) fn forget(&mut self, address: Address) {
        self.dead += u64::from(address.length);
        self.live = self.live.saturating_sub(u64::from(address.length));
    }

    pub(crate) fn read(&self, address: Address) -> Option<Vec<u8>> {
        let file = match self.segments.get(usize::from(address.segment)) {
            Some(segment) => &segment.file,
            None => &self.tail,
        };
        let mut document = vec![0; address.length as usize];
        if let Err(error) = file.read_exact_at(&mut document, address.at) {
            tracing::error!(%error, "a listing cannot be read from the index's files");
            return None;
        }
        (!document.is_empty()).then_some(document)
    }

    /// Whether saving had better write everything anew than add a segment.
    pub(crate) fn is_scattered(&self) -> bool {
        self.dead > self.live.max(1 << 20) || self.segments.len() >= SEGMENTS_MAX
    }

    /// Writes the tail down as a segment; None when there is nothing in it.
    pub(crate) fn write_tail(&self, folder: &Path) -> io::Result<Option<Segment>> {
        if self.tail_end == 0 {
            return Ok(None);
        }
        let mut fresh = Fresh::begin(folder)?;
        let mut block = vec![0; 1 << 20];
        let mut at = 0;
        while at < self.tail_end {
            let take = block.len().min((self.tail_end - at) as usize);
            self.tail.read_exact_at(&mut block[..take], at)?;
            fresh.file.write_all(&block[..take])?;
            at += take as u64;
        }
        fresh.finish().map(Some)
    }

    /// The tail as it was at `end` is now the last segment.
    pub(crate) fn seal(&mut self, segment: Segment, end: u64) -> io::Result<()> {
        if self.tail_end == end {
            self.segments.push(segment);
            (self.tail, self.tail_end) = (tempfile::tempfile()?, 0);
        }
        Ok(())
    }
}

/// A segment being written; it has its name once it is finished.
pub(crate) struct Fresh {
    file: io::BufWriter<NamedTempFile>,
    end: u64,
}

impl Fresh {
    pub(crate) fn begin(folder: &Path) -> io::Result<Fresh> {
        let file = NamedTempFile::with_prefix_in(NAME, folder)?;
        Ok(Fresh {
            file: io::BufWriter::with_capacity(1 << 20, file),
            end: 0,
        })
    }

    pub(crate) fn add(&mut self, document: &[u8]) -> io::Result<Address> {
        self.file.write_all(document)?;
        let at = self.end;
        self.end += document.len() as u64;
        Ok(Address {
            segment: 0,
            length: u32::try_from(document.len()).map_err(io::Error::other)?,
            at,
        })
    }

    pub(crate) fn finish(self) -> io::Result<Segment> {
        let file = self.file.into_inner().map_err(io::Error::other)?;
        file.as_file().sync_all()?;
        let (file, path) = file.keep().map_err(io::Error::other)?;
        let name = path.file_name().unwrap_or_default();
        Ok(Segment {
            name: name.to_string_lossy().into_owned(),
            file,
        })
    }
}

/// Takes away the segments that no saved index names any more.
pub(crate) fn sweep(folder: &Path, named: &[String]) -> io::Result<()> {
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(NAME) && named.iter().all(|n| *n != name)
    };
    let paths = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    paths.filter(is_ours).try_for_each(fs::remove_file)
}
