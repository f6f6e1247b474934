//! A whole file at hand, for formats that are read from their end or more than once.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use crate::{Refusal, UNPACKED_BYTES_MAX};

/// What is larger goes to a temporary file that nobody else can name.
const IN_MEMORY_MAX: u64 = 16 << 20;

/// Its clones read the same bytes, each at its own place.
#[derive(Clone)]
pub(crate) struct Spool {
    bytes: Bytes,
    length: u64,
    at: u64,
}

#[derive(Clone)]
enum Bytes {
    Memory(Arc<Vec<u8>>),
    File(Arc<File>),
}

impl Spool {
    /// Reads the source to its end.
    pub(crate) fn of(mut source: impl Read) -> Result<Spool, Refusal> {
        let mut start = Vec::new();
        let unreadable =
            |e: io::Error| Refusal::file("unreadable", format!("the file cannot be read: {e}"));
        let mut first = source.by_ref().take(IN_MEMORY_MAX);
        first.read_to_end(&mut start).map_err(unreadable)?;
        if (start.len() as u64) < IN_MEMORY_MAX {
            return Ok(Spool::held(start));
        }
        let no_room = |e: io::Error| {
            let said = format!("no room to put the file aside while it is read: {e}");
            Refusal::file("no_room", said)
        };
        let mut file = tempfile::tempfile().map_err(no_room)?;
        file.write_all(&start).map_err(no_room)?;
        drop(start);
        let rest = io::copy(&mut source.take(UNPACKED_BYTES_MAX), &mut file).map_err(unreadable)?;
        if rest >= UNPACKED_BYTES_MAX {
            let said = format!(
                "more than {} GB; send it in parts",
                UNPACKED_BYTES_MAX >> 30
            );
            return Err(Refusal::file("too_large", said));
        }
        Ok(Spool {
            bytes: Bytes::File(Arc::new(file)),
            length: rest + IN_MEMORY_MAX,
            at: 0,
        })
    }

    pub(crate) fn held(bytes: Vec<u8>) -> Spool {
        Spool {
            length: bytes.len() as u64,
            bytes: Bytes::Memory(Arc::new(bytes)),
            at: 0,
        }
    }

    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    /// The same bytes from their beginning.
    pub(crate) fn again(&self) -> Spool {
        self.from(0)
    }

    pub(crate) fn from(&self, at: u64) -> Spool {
        Spool {
            at: at.min(self.length),
            ..self.clone()
        }
    }
}

impl Read for Spool {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = match &self.bytes {
            Bytes::Memory(bytes) => {
                let rest = &bytes[self.at as usize..];
                let give = rest.len().min(into.len());
                into[..give].copy_from_slice(&rest[..give]);
                give
            }
            Bytes::File(file) => file.read_at(into, self.at)?,
        };
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Spool {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => i128::from(at),
            SeekFrom::Current(by) => i128::from(self.at) + i128::from(by),
            SeekFrom::End(by) => i128::from(self.length) + i128::from(by),
        };
        if at < 0 {
            return Err(io::Error::from(io::ErrorKind::InvalidInput));
        }
        self.at = (at as u64).min(self.length);
        Ok(self.at)
    }
}
