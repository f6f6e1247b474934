//! The letters of files: UTF-8, or one of the old sets of 256 that some portals still read.

/// How the letters of a file become bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    #[default]
    Utf8,
    /// ISO-8859-1.
    Latin1,
    /// ISO-8859-15: Latin 1 with the euro and the letters that French lacked.
    Latin9,
}

/// What ISO-8859-15 has in other places than ISO-8859-1.
const LATIN_9: [(u8, char); 8] = [
    (0xa4, '€'),
    (0xa6, 'Š'),
    (0xa8, 'š'),
    (0xb4, 'Ž'),
    (0xb8, 'ž'),
    (0xbc, 'Œ'),
    (0xbd, 'œ'),
    (0xbe, 'Ÿ'),
];

/// What a letter that the set lacks is written as: never a quote that a cell could end with.
const PLAIN: [(char, &str); 18] = [
    ('’', "'"),
    ('‘', "'"),
    ('“', "'"),
    ('”', "'"),
    ('„', "'"),
    ('–', "-"),
    ('—', "-"),
    ('…', "..."),
    ('•', "-"),
    ('€', "EUR"),
    ('œ', "oe"),
    ('Œ', "OE"),
    ('š', "s"),
    ('Š', "S"),
    ('ž', "z"),
    ('Ž', "Z"),
    ('Ÿ', "Y"),
    ('\u{202f}', " "),
];

impl Charset {
    pub(crate) fn of(name: &str) -> Option<Charset> {
        Some(match name {
            "utf-8" => Charset::Utf8,
            "iso-8859-1" => Charset::Latin1,
            "iso-8859-15" => Charset::Latin9,
            _ => return None,
        })
    }

    /// A letter that the set lacks becomes its plain form, or a question mark.
    pub fn bytes(self, text: &str) -> Vec<u8> {
        if self == Charset::Utf8 {
            return text.as_bytes().to_vec();
        }
        let mut bytes = Vec::with_capacity(text.len());
        for letter in text.chars() {
            match (self.byte(letter), PLAIN.iter().find(|(l, _)| *l == letter)) {
                (Some(byte), _) => bytes.push(byte),
                (None, Some((_, plain))) => bytes.extend_from_slice(plain.as_bytes()),
                (None, None) => bytes.push(b'?'),
            }
        }
        bytes
    }

    fn byte(self, letter: char) -> Option<u8> {
        let byte = u8::try_from(letter).ok();
        if self != Charset::Latin9 {
            return byte;
        }
        let own = LATIN_9.iter().find(|(_, own)| *own == letter);
        let taken = |byte: &u8| LATIN_9.iter().any(|(at, _)| at == byte);
        own.map(|(at, _)| *at).or(byte.filter(|byte| !taken(byte)))
    }
}
