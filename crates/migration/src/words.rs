//! Headers and names of files as they are compared, and what they are about.

use dictionary::fold;

use crate::words_text::ROLES;
pub(crate) use crate::words_text::{
    AUTHOR, CAPTION, DAY, DOCUMENT, DOCUMENT_KIND, KEY, LINK, LISTING, MEASURE, NOTE, ORDER,
    PERSON, PHOTO, ROLE,
};

/// The role that a word names.
pub(crate) fn role_of(word: &str) -> Option<&'static str> {
    let words = words_of(word);
    let named = |names: &[&str]| words.split(' ').any(|w| names.contains(&w));
    ROLES
        .iter()
        .find(|(_, names)| named(names))
        .map(|(role, _)| *role)
}

/// The words of a header: `propertyId` and `property_id` are two.
pub(crate) fn words_of(name: &str) -> String {
    let mut parted = String::with_capacity(name.len() + 4);
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            parted.push(' ');
        }
        parted.push(letter);
        before = letter;
    }
    fold(&parted)
}

pub(crate) fn names_one(words: &str, of: &[&str]) -> bool {
    of.contains(&words) || words.split(' ').any(|word| of.contains(&word))
}

/// Words that are written in one: `propertyid`, `photoid`, `idbien`.
pub(crate) fn holds_one(words: &str, of: &[&str]) -> bool {
    let long = |w: &&&str| w.len() > 3;
    names_one(words, of)
        || words.split(' ').any(|word| {
            of.iter().filter(long).any(|known| {
                let rest = word
                    .strip_prefix(known)
                    .or_else(|| word.strip_suffix(known));
                rest.is_some_and(|rest| KEY.contains(&rest))
            })
        })
}
