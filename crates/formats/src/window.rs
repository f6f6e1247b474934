//! A window that slides over a stream of UTF-8, as large as the longest record needs.

use std::io::Read;
use std::sync::{Mutex, PoisonError};

use encoding_rs::{CoderResult, Decoder};

use crate::Refusal;

const STEP: usize = 256 << 10;

pub(crate) struct Window {
    /// Only ever reached through `get_mut`: the lock makes the window shareable and costs nothing.
    source: Mutex<Box<dyn Read + Send>>,
    decoder: Option<Decoder>,
    undecoded: Vec<u8>,
    bytes: Vec<u8>,
    start: usize,
    ended: bool,
}

impl Window {
    pub(crate) fn over(source: Box<dyn Read + Send>, decoder: Option<Decoder>) -> Window {
        let (undecoded, bytes) = (Vec::new(), Vec::new());
        Window {
            source: Mutex::new(source),
            decoder,
            undecoded,
            bytes,
            start: 0,
            ended: false,
        }
    }

    /// What has been read and not been consumed.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    pub(crate) const fn ended(&self) -> bool {
        self.ended
    }

    pub(crate) fn consume(&mut self, bytes: usize) {
        self.start += bytes;
    }

    /// The first `length` of the last `taken` consumed bytes.
    pub(crate) fn consumed(&self, taken: usize, length: usize) -> &[u8] {
        let from = self.start - taken;
        &self.bytes[from..from + length]
    }

    /// Reads on; false at the end of the stream.
    pub(crate) fn fill(&mut self) -> Result<bool, Refusal> {
        if self.ended {
            return Ok(false);
        }
        if self.start > 0 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        match self.decoder.is_some() {
            true => self.fill_decoded()?,
            false => {
                let old = self.bytes.len();
                self.bytes.resize(old + STEP, 0);
                let read = read(
                    self.source
                        .get_mut()
                        .unwrap_or_else(PoisonError::into_inner),
                    &mut self.bytes[old..],
                )?;
                self.bytes.truncate(old + read);
                self.ended = read == 0;
            }
        }
        Ok(!self.ended)
    }

    fn fill_decoded(&mut self) -> Result<(), Refusal> {
        let Some(decoder) = self.decoder.as_mut() else {
            return Ok(());
        };
        self.undecoded.resize(STEP, 0);
        let got = read(
            self.source
                .get_mut()
                .unwrap_or_else(PoisonError::into_inner),
            &mut self.undecoded,
        )?;
        let last = got == 0;
        let mut from = 0;
        loop {
            let space = decoder
                .max_utf8_buffer_length(got - from)
                .unwrap_or(STEP * 3)
                + 16;
            let old = self.bytes.len();
            self.bytes.resize(old + space, 0);
            let (result, read, written, _) =
                decoder.decode_to_utf8(&self.undecoded[from..got], &mut self.bytes[old..], last);
            self.bytes.truncate(old + written);
            from += read;
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if last {
            self.decoder = None;
            self.ended = true;
        }
        Ok(())
    }
}

fn read(source: &mut dyn Read, into: &mut [u8]) -> Result<usize, Refusal> {
    loop {
        match source.read(into) {
            Ok(read) => return Ok(read),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => {
                let said = format!("the file cannot be read to its end: {error}");
                return Err(Refusal::file("unreadable", said));
            }
        }
    }
}
