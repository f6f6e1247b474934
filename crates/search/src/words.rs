//! Words of texts, and which listings hold them.

use std::collections::BTreeMap;

use dictionary::fold;
use roaring::RoaringBitmap;

#[derive(Clone, Debug, Default)]
pub(crate) struct Words {
    pub(crate) postings: BTreeMap<Box<str>, RoaringBitmap>,
}

const LETTERS_MIN: usize = 2;
const LETTERS_MAX: usize = 32;
/// A prefix joins at most so many words.
const EXPANSIONS_MAX: usize = 200;

/// The words of a text as they are kept: folded, without the plural's ending.
pub(crate) fn each_word(text: &str, mut found: impl FnMut(&str)) {
    for word in fold(text).split(' ') {
        if word.len() >= LETTERS_MIN && word.len() <= LETTERS_MAX {
            found(stem(word));
        }
    }
}

/// Takes off what most plurals of the four languages add.
fn stem(word: &str) -> &str {
    if word.len() < 5 || !word.is_ascii() || word.bytes().any(|b| b.is_ascii_digit()) {
        return word;
    }
    ["en", "es", "s", "x", "e"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending).filter(|rest| rest.len() >= 4))
        .unwrap_or(word)
}

impl Words {
    pub(crate) fn insert(&mut self, word: &str, slot: u32) {
        match self.postings.get_mut(word) {
            Some(posting) => drop(posting.insert(slot)),
            None => drop(
                self.postings
                    .insert(word.into(), RoaringBitmap::from_iter([slot])),
            ),
        }
    }

    pub(crate) fn remove(&mut self, word: &str, slot: u32) {
        if let Some(posting) = self.postings.get_mut(word) {
            posting.remove(slot);
            if posting.is_empty() {
                self.postings.remove(word);
            }
        }
    }

    /// The listings with a word; the last word of a query may be unfinished, and a word that
    /// nobody wrote is taken for the nearest one that somebody did.
    pub(crate) fn find(&self, word: &str, unfinished: bool) -> RoaringBitmap {
        if let Some(posting) = self.postings.get(stem(word))
            && !(unfinished && word.len() < 4)
        {
            return posting.clone();
        }
        if unfinished {
            let found = self.beginning_with(word);
            if !found.is_empty() {
                return found;
            }
        }
        self.nearest(stem(word))
    }

    fn beginning_with(&self, prefix: &str) -> RoaringBitmap {
        let from = self.postings.range::<str, _>((
            std::ops::Bound::Included(prefix),
            std::ops::Bound::Unbounded,
        ));
        let mut found = RoaringBitmap::new();
        for (_, posting) in from
            .take_while(|(word, _)| word.starts_with(prefix))
            .take(EXPANSIONS_MAX)
        {
            found |= posting;
        }
        found
    }

    /// Words one slip away: a letter more, less, other, or two swapped.
    fn nearest(&self, word: &str) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        if word.len() < 4 || word.bytes().any(|b| b.is_ascii_digit()) {
            return found;
        }
        // The first letter is rarely wrong, and it keeps this from visiting every word.
        let first = &word[..word.chars().next().map_or(1, char::len_utf8)];
        let from = self
            .postings
            .range::<str, _>((std::ops::Bound::Included(first), std::ops::Bound::Unbounded));
        for (near, posting) in from.take_while(|(w, _)| w.starts_with(first)) {
            if near.len().abs_diff(word.len()) <= 1 && one_slip(near.as_bytes(), word.as_bytes()) {
                found |= posting;
            }
        }
        found
    }
}

fn one_slip(a: &[u8], b: &[u8]) -> bool {
    let same = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same..], &b[same..]);
    let back = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (a, b) = (&a[..a.len() - back], &b[..b.len() - back]);
    match (a.len(), b.len()) {
        (0 | 1, 0 | 1) => true,
        (2, 2) => a[0] == b[1] && a[1] == b[0],
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_its_plural_unfinished_and_with_a_slip() {
        let mut words = Words::default();
        each_word("Maisons à rénover", |w| words.insert(w, 7));
        for (asked, unfinished) in [
            ("maison", false),
            ("renov", true),
            ("masion", false),
            ("maisson", false),
        ] {
            assert_eq!(
                words.find(asked, unfinished).iter().collect::<Vec<_>>(),
                [7],
                "{asked}"
            );
        }
        assert!(words.find("chateau", false).is_empty());
    }
}
