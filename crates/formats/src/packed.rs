//! Packed streams that are refused where they become bombs.

use std::io::{self, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder};

use crate::{UNPACKED_BYTES_MAX, UNPACKED_RATIO_MAX};

/// Below this nobody is harmed, whatever the ratio.
const ALWAYS_ALLOWED: u64 = 64 << 20;

/// Unpacks, and counts what went in and what came out.
pub(crate) struct Unpacked<D> {
    inner: D,
    packed: fn(&D) -> u64,
    out: u64,
}

pub(crate) struct Counted<R> {
    inner: R,
    read: u64,
}

pub(crate) fn gzip<R: Read>(packed: R) -> Unpacked<MultiGzDecoder<Counted<R>>> {
    Unpacked {
        inner: MultiGzDecoder::new(Counted::over(packed)),
        packed: |d| d.get_ref().read,
        out: 0,
    }
}

pub(crate) fn deflate<R: Read>(packed: R) -> Unpacked<DeflateDecoder<Counted<R>>> {
    Unpacked {
        inner: DeflateDecoder::new(Counted::over(packed)),
        packed: |d| d.get_ref().read,
        out: 0,
    }
}

impl<R> Counted<R> {
    fn over(inner: R) -> Counted<R> {
        Counted { inner, read: 0 }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.read += read as u64;
        Ok(read)
    }
}

impl<D: Read> Read for Unpacked<D> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(into)?;
        self.out += read as u64;
        let packed = (self.packed)(&self.inner).max(1);
        let bomb = self.out > UNPACKED_BYTES_MAX
            || (self.out > ALWAYS_ALLOWED && self.out / packed > UNPACKED_RATIO_MAX);
        if bomb {
            return Err(io::Error::other(
                "it unpacks to far more than its size; refused",
            ));
        }
        Ok(read)
    }
}
