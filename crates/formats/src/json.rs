//! JSON cut into its records as it streams.
//!
//! The cutting knows only brackets and quotes, so a known record is never parsed.

use crate::json_node::unescaped;
use crate::json_shape::{Shape, Step};
use crate::window::Window;
use crate::{DEPTH_MAX, RECORD_BYTES_MAX, Raw, Refusal};

pub struct JsonReader {
    window: Window,
    shape: Shape,
    open: Vec<Level>,
    line: u64,
    ended: bool,
}

/// An object or array around the place where reading stands.
struct Level {
    array: bool,
    /// How many steps towards the records it is; None when it does not lead there.
    steps: usize,
    /// After a value, before the comma.
    filled: bool,
}

/// What to do with the value that stands next.
enum Next {
    Record,
    Enter(usize),
    Pass,
}

impl JsonReader {
    pub(crate) fn new(window: Window, shape: Shape) -> JsonReader {
        JsonReader {
            window,
            shape,
            open: Vec::new(),
            line: 1,
            ended: false,
        }
    }

    /// Where the records stand, e.g. `$.vehicles[*]`.
    pub fn path(&self) -> String {
        self.shape.path()
    }

    /// One object after another, instead of one document.
    pub const fn is_lines(&self) -> bool {
        self.shape.lines
    }

    /// The next record; a refusal with a line concerns this record alone.
    pub fn next(&mut self) -> Option<Result<Raw<'_>, Refusal>> {
        if self.ended {
            return None;
        }
        match self.find_record() {
            Ok(Some((length, line))) => Some(Ok(Raw {
                bytes: self.window.consumed(length, length),
                line,
            })),
            Ok(None) => {
                self.ended = true;
                None
            }
            Err(refusal) => {
                self.ended |= refusal.code != "record_too_long";
                Some(Err(refusal))
            }
        }
    }

    /// Consumes up to the end of the next record; its length and line.
    fn find_record(&mut self) -> Result<Option<(usize, u64)>, Refusal> {
        loop {
            let Some(byte) = self.peek(0)? else {
                return match self.open.is_empty() {
                    true => Ok(None),
                    false => Err(self.cut_off()),
                };
            };
            let (array, steps, filled) = match self.open.last() {
                Some(level) => (level.array, level.steps, level.filled),
                None => (true, 0, false),
            };
            let closes = if array { b']' } else { b'}' };
            if byte == closes && !self.open.is_empty() {
                self.pass(1);
                self.open.pop();
                self.filled();
                continue;
            }
            if filled {
                if byte != b',' {
                    return Err(self.malformed("a comma is missing"));
                }
                self.pass(1);
                if let Some(level) = self.open.last_mut() {
                    level.filled = false;
                }
                continue;
            }
            if self.open.is_empty() && !matches!(byte, b'{' | b'[') {
                return Err(self.malformed("something else than objects"));
            }
            let line = self.line;
            let (next, key) = if array || self.open.is_empty() {
                (self.next_of(steps, None), 0)
            } else {
                self.key(steps)?
            };
            match next {
                Next::Enter(steps) => {
                    self.pass(key);
                    // A value of another kind than expected leads nowhere.
                    match self.peek(0)? {
                        Some(open @ (b'[' | b'{')) if self.open.len() < DEPTH_MAX => {
                            self.pass(1);
                            self.open.push(Level {
                                array: open == b'[',
                                steps,
                                filled: false,
                            });
                        }
                        _ => self.skip_value(0).map(|_| self.filled())?,
                    }
                }
                Next::Pass => {
                    self.pass(key);
                    self.skip_value(0)?;
                    self.filled();
                }
                Next::Record => {
                    let member = matches!(self.shape.steps.last(), Some(Step::Member));
                    let before = if member {
                        key
                    } else {
                        self.pass(key);
                        0
                    };
                    self.peek(before)?;
                    let opens = matches!(self.window.rest().get(before), Some(b'{' | b'['));
                    let length = self.hold_value(before, line)?;
                    self.filled();
                    if opens {
                        return Ok(Some((length, line)));
                    }
                }
            }
        }
    }

    fn filled(&mut self) {
        if let Some(level) = self.open.last_mut() {
            level.filled = true;
        }
    }

    fn next_of(&self, steps: usize, key: Option<&str>) -> Next {
        let wanted = &self.shape.steps;
        if self.open.is_empty() {
            return if wanted.is_empty() {
                Next::Record
            } else {
                Next::Enter(0)
            };
        }
        let leads = match (wanted.get(steps), key) {
            (Some(Step::Each), None) | (Some(Step::Member), Some(_)) => true,
            (Some(Step::Key(name)), Some(key)) => name == key,
            _ => false,
        };
        match leads {
            true if steps + 1 == wanted.len() => Next::Record,
            true => Next::Enter(steps + 1),
            false => Next::Pass,
        }
    }

    /// What a member's key leads to, and how many bytes the key, the colon and the blanks take.
    fn key(&mut self, steps: usize) -> Result<(Next, usize), Refusal> {
        if self.window.rest().first() != Some(&b'"') {
            return Err(self.malformed("a name in quotes is missing"));
        }
        let end = self.value_end(0)?;
        let raw = &self.window.rest()[1..end - 1];
        let name = unescaped(&String::from_utf8_lossy(raw)).unwrap_or_default();
        let next = self.next_of(steps, Some(&name));
        let colon = self.blanks(end)?;
        if self.window.rest().get(colon) != Some(&b':') {
            return Err(self.malformed("a colon is missing"));
        }
        let start = self.blanks(colon + 1)?;
        Ok((next, start))
    }

    /// The first byte that is no blank behind `from`; those before it are consumed when `from` is 0.
    fn peek(&mut self, from: usize) -> Result<Option<u8>, Refusal> {
        let at = self.blanks(from)?;
        if from == 0 {
            self.pass(at);
            return Ok(self.window.rest().first().copied());
        }
        Ok(self.window.rest().get(at).copied())
    }

    fn blanks(&mut self, from: usize) -> Result<usize, Refusal> {
        let mut at = from;
        loop {
            let rest = &self.window.rest()[at..];
            // Records may be parted by RS (RFC 7464).
            let blank = rest
                .iter()
                .take_while(|b| b.is_ascii_whitespace() || **b == 0x1e)
                .count();
            at += blank;
            if blank < rest.len() {
                return Ok(at);
            }
            if from == 0 && at > RECORD_BYTES_MAX {
                self.pass(at);
                at = 0;
            } else if at > RECORD_BYTES_MAX * 2 {
                return Err(self.malformed("nothing but blanks"));
            }
            if !self.window.fill()? {
                return Ok(at);
            }
        }
    }

    /// Where the value that stands at `from` ends; it is held whole.
    fn value_end(&mut self, from: usize) -> Result<usize, Refusal> {
        let mut scan = Scan::default();
        let mut at = from;
        loop {
            if let Some(end) = scan.on(&self.window.rest()[at..]) {
                return Ok(at + end);
            }
            at = self.window.rest().len();
            if at > RECORD_BYTES_MAX {
                let said = format!(
                    "a value of more than {} MB; it was left out",
                    RECORD_BYTES_MAX >> 20
                );
                return Err(Refusal::at(self.line, "record_too_long", said));
            }
            if !self.window.fill()? {
                let scalar = scan.is_scalar() && at > from;
                return if scalar { Ok(at) } else { Err(self.cut_off()) };
            }
        }
    }

    /// Consumes the value at `from` with what stands before it; one that is too long is dropped.
    fn hold_value(&mut self, from: usize, line: u64) -> Result<usize, Refusal> {
        match self.value_end(from) {
            Ok(end) if end > from => {
                self.pass(end);
                Ok(end)
            }
            Ok(_) => Err(self.malformed("a value is missing")),
            Err(refusal) if refusal.code == "record_too_long" => {
                self.skip_value(from)?;
                self.filled();
                Err(Refusal { line, ..refusal })
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// Passes over the value at `from`, whatever its size, in bounded memory.
    fn skip_value(&mut self, from: usize) -> Result<(), Refusal> {
        self.pass(from);
        let mut scan = Scan::default();
        let mut any = false;
        loop {
            if let Some(end) = scan.on(self.window.rest()) {
                if end == 0 && !any {
                    return Err(self.malformed("a value is missing"));
                }
                self.pass(end);
                return Ok(());
            }
            any |= !self.window.rest().is_empty();
            let all = self.window.rest().len();
            self.pass(all);
            if !self.window.fill()? {
                return if scan.is_scalar() && any {
                    Ok(())
                } else {
                    Err(self.cut_off())
                };
            }
        }
    }

    fn pass(&mut self, bytes: usize) {
        let lines = memchr::memchr_iter(b'\n', &self.window.rest()[..bytes]).count();
        self.line += lines as u64;
        self.window.consume(bytes);
    }

    fn cut_off(&self) -> Refusal {
        let said = "the file ends in the middle of its JSON: it was cut off on its way; have it sent \
                    again";
        Refusal::at(self.line, "cut_off", said)
    }

    fn malformed(&self, why: &str) -> Refusal {
        let rest = self.window.rest();
        let shown = String::from_utf8_lossy(&rest[..rest.len().min(30)]).into_owned();
        let why = if shown.starts_with(['/', '#']) {
            "comments have no place in JSON"
        } else {
            why
        };
        let said = format!(
            "line {}: this is not JSON ({why}) from “{}” on; nothing behind it is read. Have it \
             exported again",
            self.line,
            shown.split_whitespace().collect::<Vec<_>>().join(" ")
        );
        Refusal::file("not_json", said)
    }
}

/// Finds the end of a value, piece by piece.
#[derive(Default)]
struct Scan {
    depth: usize,
    begun: bool,
    in_text: bool,
    escaped: bool,
}

impl Scan {
    const fn is_scalar(&self) -> bool {
        self.depth == 0 && !self.in_text
    }

    /// Behind the value's last byte, or None when it goes on behind these.
    fn on(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if self.in_text {
                if std::mem::take(&mut self.escaped) {
                    at += 1;
                    continue;
                }
                let found = memchr::memchr2(b'"', b'\\', &bytes[at..])?;
                at += found + 1;
                match bytes[at - 1] {
                    b'"' => self.in_text = false,
                    _ => self.escaped = true,
                }
                if !self.in_text && self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            match byte {
                b'"' if self.depth == 0 && self.begun => return Some(at),
                b'"' => self.in_text = true,
                b'{' | b'[' if self.depth == 0 && self.begun => return Some(at),
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 0 => return Some(at),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                b',' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => return Some(at),
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        None
    }
}
