//! Which letters the bytes of a text stand for.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_4, ISO_8859_13, ISO_8859_15, UTF_8, UTF_16BE, UTF_16LE,
    WINDOWS_1250, WINDOWS_1252, WINDOWS_1254, WINDOWS_1257, WINDOWS_1258,
};

use crate::Refusal;

/// A way to write text: one of the web's, or a code page of DOS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Charset {
    Web(&'static Encoding),
    Dos(u16),
}

/// The upper halves of the code pages, from 0x80 (IBM, as Unicode's VENDORS/MICSFT/PC tables say).
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
const CP852: &str = "ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";

impl Charset {
    pub const UTF_8: Charset = Charset::Web(UTF_8);

    pub fn name(self) -> String {
        match self {
            Charset::Web(encoding) => encoding.name().to_owned(),
            Charset::Dos(page) => format!("cp{page}"),
        }
    }

    pub fn is_utf8(self) -> bool {
        self == Charset::UTF_8
    }

    pub(crate) fn is_utf16(self) -> bool {
        matches!(self, Charset::Web(e) if e == UTF_16LE || e == UTF_16BE)
    }

    /// A whole text at once.
    pub fn decode(self, bytes: &[u8]) -> String {
        match self {
            Charset::Web(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Charset::Dos(page) => {
                let upper = upper_half(page);
                let letter = |b: &u8| match b {
                    0..=0x7f => char::from(*b),
                    _ => upper[usize::from(*b) - 0x80],
                };
                bytes.iter().map(letter).collect()
            }
        }
    }

    /// The charset that a document declares.
    pub(crate) fn declared(label: &str) -> Option<Charset> {
        let lower = label.trim().to_ascii_lowercase();
        let page = lower
            .strip_prefix("cp")
            .or(lower.strip_prefix("ibm"))
            .unwrap_or(&lower);
        match page.trim_start_matches(['-', '_']) {
            "437" => Some(Charset::Dos(437)),
            "850" => Some(Charset::Dos(850)),
            "852" => Some(Charset::Dos(852)),
            _ if lower == "iso-8859-15" => Some(Charset::Web(ISO_8859_15)),
            _ => Encoding::for_label(lower.as_bytes()).map(Charset::Web),
        }
    }
}

pub(crate) fn upper_half(page: u16) -> Vec<char> {
    match page {
        437 => CP437.chars().collect(),
        852 => CP852.chars().collect(),
        _ => CP850.chars().collect(),
    }
}

/// The charset of a file by its beginning, and how many bytes its mark takes.
pub(crate) fn detect(head: &[u8], whole: bool) -> Result<(Charset, usize), Refusal> {
    if let Some((encoding, bytes)) = Encoding::for_bom(head) {
        return Ok((Charset::Web(encoding), bytes));
    }
    if let Some(encoding) = utf16_by_zeros(&head[..head.len().min(4096)]) {
        return Ok((Charset::Web(encoding), 0));
    }
    let controls = head
        .iter()
        .filter(|b| **b < 9 && **b != 1 || (14..28).contains(*b) && **b != 0x1a);
    if head.contains(&0) || controls.count() * 50 > head.len() {
        let said = "this is not a table or a feed but binary content (a picture, a program?); send \
                    a table as CSV or a feed as XML, packed with gzip if it is large";
        return Err(Refusal::file("binary", said));
    }
    if is_utf8_prefix(head) {
        return Ok((Charset::UTF_8, 0));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, whole);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if (guess.is_single_byte() || accents_are_few(head)) && writes_as_dos(head) {
        return Ok((Charset::Dos(850), 0));
    }
    let is_east = guess == WINDOWS_1250 || guess == ISO_8859_2;
    let is_rare = [
        WINDOWS_1254,
        WINDOWS_1257,
        WINDOWS_1258,
        ISO_8859_4,
        ISO_8859_13,
    ];
    let guess = match is_east && !writes_as_east(head)
        || is_rare.contains(&guess) && kinds_of_accents(head) < 4
    {
        true => WINDOWS_1252,
        false => guess,
    };
    Ok((Charset::Web(western(guess, head)), 0))
}

/// Of a text in Chinese or Japanese a good part is not ASCII, even where the makes are.
fn accents_are_few(head: &[u8]) -> bool {
    let letters = head.iter().filter(|b| b.is_ascii_alphabetic()).count();
    head.iter().filter(|b| **b >= 0x80).count() * 10 < letters
}

/// Two or three different accents tell no language from another.
fn kinds_of_accents(head: &[u8]) -> usize {
    let mut seen = [false; 128];
    for byte in head.iter().filter(|b| **b >= 0x80) {
        seen[usize::from(*byte) - 0x80] = true;
    }
    seen.into_iter().filter(|s| *s).count()
}

/// Whether letters that the languages west of Prague hardly know (ě ř ů ł ą ę ż ő ű, where they
/// have signs or rare letters) are more than a tenth of the accented ones: one "Škoda" makes no
/// Czech of a French list.
fn writes_as_east(head: &[u8]) -> bool {
    let (mut east, mut all) = (0usize, 0usize);
    for pair in head
        .windows(2)
        .filter(|w| w[1] >= 0x80 && w[0].is_ascii_alphabetic())
    {
        all += 1;
        let tells = matches!(
            pair[1],
            0xb3 | 0xb9
                | 0xbf
                | 0xb1
                | 0xb6
                | 0xec
                | 0xf8
                | 0xf5
                | 0xb5
                | 0x9f
                | 0x9c
                | 0x9d
                | 0xe3
        );
        east += usize::from(tells);
    }
    all > 0 && east * 10 > all
}

fn utf16_by_zeros(probe: &[u8]) -> Option<&'static Encoding> {
    let zeros = |parity: usize| {
        probe
            .iter()
            .skip(parity)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let pairs = (probe.len() / 2).max(1);
    if zeros(1) * 10 > pairs * 7 && zeros(0) == 0 {
        return Some(UTF_16LE);
    }
    (zeros(0) * 10 > pairs * 7 && zeros(1) == 0).then_some(UTF_16BE)
}

/// What stands on either side of a byte.
struct Beside {
    before: [u8; 2],
    after: u8,
}

/// Whether the accented letters read better as the code page of DOS than as Windows' letters: as
/// letters where the other has signs in the middle of words, in the case of their word, and not
/// after the same vowel (CITROËN, not CITROÓN).
fn writes_as_dos(head: &[u8]) -> bool {
    let page = upper_half(850);
    let at = |i: usize, back: usize| i.checked_sub(back).map_or(b' ', |i| head[i]);
    let (mut dos, mut windows) = (0usize, 0usize);
    for (i, byte) in head.iter().enumerate().filter(|(_, b)| **b >= 0x80) {
        let beside = Beside {
            before: [at(i, 2), at(i, 1)],
            after: head.get(i + 1).copied().unwrap_or(b' '),
        };
        if !is_letter(beside.before[1]) && !is_letter(beside.after) {
            continue;
        }
        let as_dos = page.get(usize::from(*byte) - 0x80).copied().unwrap_or(' ');
        let (as_windows, _) = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(byte));
        let as_windows = as_windows.chars().next().unwrap_or(' ');
        if !as_dos.is_alphabetic() && !as_windows.is_alphabetic() {
            continue;
        }
        match (beside.takes(as_dos), beside.takes(as_windows)) {
            (true, false) => dos += 1,
            (false, true) => windows += 1,
            _ => {}
        }
    }
    dos > windows * 2
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte >= 0xc0
}

impl Beside {
    /// Whether a sign or a letter can stand here.
    fn takes(&self, sign: char) -> bool {
        let [far, near] = self.before;
        let (after_letter, before_letter) = (is_letter(near), is_letter(self.after));
        match sign {
            '‘' | '“' | '„' | '«' | '¿' | '¡' => !after_letter,
            '”' | '…' | '™' | '»' | '®' | '©' | '²' | '³' | '°' | 'º' | 'ª' => {
                after_letter && !before_letter
            }
            '’' => after_letter,
            '\u{a0}' | '\u{ad}' | '·' => true,
            '£' => !before_letter,
            '€' | '–' | '—' | '•' | '´' => !(after_letter && before_letter),
            '‚' | 'ƒ' | 'ˆ' | '˜' | 'ð' | 'Ð' | 'þ' | 'Þ' | 'µ' | 'ı' => false,
            _ if !sign.is_alphabetic() => false,
            _ if after_letter && plain(sign) == Some(near.to_ascii_lowercase()) => false,
            _ if sign.is_uppercase() => !near.is_ascii_lowercase(),
            _ => {
                let in_capitals = near.is_ascii_uppercase() && far.is_ascii_uppercase();
                !(in_capitals || self.after.is_ascii_uppercase())
            }
        }
    }
}

/// The vowel under an accent.
fn plain(letter: char) -> Option<u8> {
    match letter {
        'À'..='Å' | 'à'..='å' => Some(b'a'),
        'È'..='Ë' | 'è'..='ë' => Some(b'e'),
        'Ì'..='Ï' | 'ì'..='ï' => Some(b'i'),
        'Ò'..='Ö' | 'ò'..='ö' => Some(b'o'),
        'Ù'..='Ü' | 'ù'..='ü' => Some(b'u'),
        _ => None,
    }
}

/// Latin-9 differs from Windows where it has € Š š Ž ž Œ œ Ÿ, and has no letters below 0xa0.
fn western(guess: &'static Encoding, head: &[u8]) -> &'static Encoding {
    let has = |range: std::ops::RangeInclusive<u8>| head.iter().any(|b| range.contains(b));
    let letter = |b: &u8| b.is_ascii_alphabetic() || *b >= 0xc0;
    let caron = head.windows(2).any(|w| {
        // Š of "Škoda" would be a broken bar, ž a cedilla.
        (matches!(w[0], 0xa6 | 0xb4 | 0xbc | 0xbe) && letter(&w[1]))
            || (matches!(w[1], 0xa8 | 0xb8 | 0xbd) && letter(&w[0]) && !w[0].is_ascii_digit())
    });
    if guess == WINDOWS_1252 && !has(0x80..=0x9f) && (caron || head.contains(&0xa4)) {
        return ISO_8859_15;
    }
    guess
}

/// Valid, or valid up to a letter that the end of the head has cut.
fn is_utf8_prefix(head: &[u8]) -> bool {
    match std::str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none() && head.len() - error.valid_up_to() < 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every accented word is a file of its own: one word must be enough, unless it reads as well
    /// either way (“weiß” in DOS is “weiá” in Windows).
    const WORDS: [&str; 24] = [
        "CITROËN",
        "Citroën",
        "Coupé",
        "COUPÉ",
        "boîte",
        "Décapotable",
        "électrique",
        "ÉLECTRIQUE",
        "Größe",
        "Türen",
        "GRÜN",
        "Geländewagen",
        "año",
        "diésel",
        "prêt à rouler",
        "modèle",
        "reçu",
        "Île-de-France",
        "jantes alu été",
        "Noël",
        "sièges",
        "Verfügbar",
        "última",
        "Köln",
    ];

    fn table(word: &str) -> String {
        format!("VO1;{word} ;2015;12500\nVO2;Golf;2014;9900\nVO3;Clio;2011;4500\n")
    }

    fn written(text: &str, page: u16) -> Vec<u8> {
        let upper = upper_half(page);
        let byte = |c: char| match c.is_ascii() {
            true => c as u8,
            false => upper.iter().position(|u| *u == c).expect("a letter") as u8 + 0x80,
        };
        text.chars().map(byte).collect()
    }

    #[test]
    fn the_pages_of_dos_have_a_letter_for_each_byte() {
        for page in [437, 850, 852] {
            assert_eq!(upper_half(page).len(), 128, "{page}");
        }
    }

    #[test]
    fn a_word_tells_windows_from_dos() {
        let mut wrong = Vec::new();
        for text in WORDS.map(table) {
            let windows = WINDOWS_1252.encode(&text).0.into_owned();
            for (set, bytes) in [("windows", windows), ("dos", written(&text, 850))] {
                let (charset, _) = detect(&bytes, true).expect("a text");
                if charset.decode(&bytes) != text {
                    wrong.push(format!(
                        "{set} as {}: {}",
                        charset.name(),
                        charset.decode(&bytes)
                    ));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
