//! Cells that say nothing, in the words that programs and people use for it.

use dictionary::fold;

const NOTHING: [&str; 22] = [
    "",
    "na",
    "n a",
    "nan",
    "n d",
    "nd",
    "null",
    "none",
    "not specified",
    "not available",
    "unknown",
    "inconnu",
    "nc",
    "n c",
    "non renseigne",
    "non communique",
    "undefined",
    "onbekend",
    "unbekannt",
    "k a",
    "keine angabe",
    "tbd",
];
const NOTHING_LETTERS_MAX: usize = 16;

/// The letters that those words begin with.
const NOTHING_BEGINS: [u8; 6] = *b"nuiotk";

pub(crate) fn is_nothing(text: &str) -> bool {
    let text = trimmed(text);
    if text.is_empty() {
        return true;
    }
    // Most cells say by their first letter that they mean something.
    let first = text.bytes().find(u8::is_ascii_alphanumeric);
    let may_be =
        !text.is_ascii() || first.is_none_or(|b| NOTHING_BEGINS.contains(&b.to_ascii_lowercase()));
    may_be && text.len() <= NOTHING_LETTERS_MAX && NOTHING.contains(&fold(text).as_str())
}

/// Most cells have nothing around them, which two bytes tell.
pub(crate) fn trimmed(text: &str) -> &str {
    let ends = [text.as_bytes().first(), text.as_bytes().last()];
    match ends.into_iter().flatten().all(u8::is_ascii_graphic) {
        true => text,
        false => text.trim(),
    }
}
