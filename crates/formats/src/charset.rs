//! Which letters the bytes of a text stand for.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_15, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1252,
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
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";
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
    if guess.is_single_byte() && writes_as_dos(head) {
        return Ok((Charset::Dos(850), 0));
    }
    let guess = match guess == WINDOWS_1250 || guess == ISO_8859_2 {
        true if !writes_as_east(head) => WINDOWS_1252,
        _ => guess,
    };
    Ok((Charset::Web(western(guess, head)), 0))
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

/// Where Windows has quotes and dashes DOS has accented letters: between letters they tell.
fn writes_as_dos(head: &[u8]) -> bool {
    let (mut dos, mut windows) = (0usize, 0usize);
    for at in 0..head.len() {
        let beside = |i: Option<usize>| {
            i.and_then(|i| head.get(i))
                .is_some_and(|b| b.is_ascii_alphabetic())
        };
        if head[at] < 0x80 || !(beside(at.checked_sub(1)) || beside(Some(at + 1))) {
            continue;
        }
        match head[at] {
            // ü é â ä à å ç ê ë è ï î É ô ö û ù Ö Ü á í ó ú ñ of DOS.
            0x81..=0x8c | 0x90 | 0x93 | 0x94 | 0x96 | 0x97 | 0x99 | 0x9a | 0xa0..=0xa5 => dos += 1,
            0xc0..=0xff => windows += 1,
            _ => {}
        }
    }
    dos > 0 && dos > windows * 4
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
