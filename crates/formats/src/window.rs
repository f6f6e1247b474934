//! A window that slides over a stream of UTF-8, as large as the longest record needs.

use std::io::{BufRead, Read};
use std::sync::{Mutex, PoisonError};

use encoding_rs::{CoderResult, Decoder};

use crate::Refusal;
use crate::charset::{Charset, upper_half};

const STEP: usize = 256 << 10;

pub(crate) struct Window {
    /// Only ever reached through `get_mut`: the lock makes the window shareable and costs nothing.
    source: Mutex<Box<dyn Read + Send>>,
    decoder: Decoding,
    undecoded: Vec<u8>,
    bytes: Vec<u8>,
    start: usize,
    ended: bool,
}

enum Decoding {
    /// It is UTF-8 already.
    None,
    Web(Box<Decoder>),
    Dos(Vec<char>),
}

impl Window {
    pub(crate) fn over(source: Box<dyn Read + Send>, charset: Charset) -> Window {
        let decoder = match charset {
            utf8 if utf8.is_utf8() => Decoding::None,
            Charset::Web(encoding) => {
                Decoding::Web(Box::new(encoding.new_decoder_without_bom_handling()))
            }
            Charset::Dos(page) => Decoding::Dos(upper_half(page)),
        };
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
        if matches!(self.decoder, Decoding::None) {
            let old = self.bytes.len();
            self.bytes.resize(old + STEP, 0);
            let source = self.source.get_mut();
            let source = source.unwrap_or_else(PoisonError::into_inner);
            let read = read(source, &mut self.bytes[old..])?;
            self.bytes.truncate(old + read);
            self.ended = read == 0;
        } else {
            self.fill_decoded()?;
        }
        Ok(!self.ended)
    }

    fn fill_decoded(&mut self) -> Result<(), Refusal> {
        self.undecoded.resize(STEP, 0);
        let source = self.source.get_mut();
        let source = source.unwrap_or_else(PoisonError::into_inner);
        let got = read(source, &mut self.undecoded)?;
        self.ended = got == 0;
        match &mut self.decoder {
            Decoding::None => {}
            Decoding::Web(decoder) => {
                decode(decoder, &self.undecoded[..got], self.ended, &mut self.bytes);
            }
            Decoding::Dos(upper) => {
                for byte in &self.undecoded[..got] {
                    match byte {
                        0..=0x7f => self.bytes.push(*byte),
                        _ => {
                            let letter = upper[usize::from(*byte) - 0x80];
                            let letter = letter.encode_utf8(&mut [0; 4]).as_bytes().to_vec();
                            self.bytes.extend(letter);
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// The text as a stream, for whoever parses it event by event.
impl Read for Window {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let rest = self.fill_buf()?;
        let give = rest.len().min(into.len());
        into[..give].copy_from_slice(&rest[..give]);
        self.consume(give);
        Ok(give)
    }
}

impl BufRead for Window {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        while self.rest().is_empty() && !self.ended {
            self.fill()
                .map_err(|refusal| std::io::Error::other(refusal.message))?;
        }
        Ok(self.rest())
    }

    fn consume(&mut self, bytes: usize) {
        self.start += bytes;
    }
}

fn decode(decoder: &mut Decoder, undecoded: &[u8], last: bool, into: &mut Vec<u8>) {
    let mut from = 0;
    loop {
        let rest = undecoded.len() - from;
        let space = decoder.max_utf8_buffer_length(rest).unwrap_or(STEP * 3) + 16;
        let old = into.len();
        into.resize(old + space, 0);
        let (result, read, written, _) =
            decoder.decode_to_utf8(&undecoded[from..], &mut into[old..], last);
        into.truncate(old + written);
        from += read;
        if result == CoderResult::InputEmpty {
            return;
        }
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
