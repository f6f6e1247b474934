//! Words that no choice is called by: counted, and put to a person with what they probably mean.

use ahash::AHashMap;
use dictionary::{Field, Vertical, fold};
use serde::Serialize;

/// A word of the file that a field does not know.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnknownValue {
    pub column: String,
    pub field: String,
    /// As the file writes it first.
    pub value: String,
    /// How often it stands in the file, in all its spellings.
    pub count: u64,
    /// The choice that it is most like, for a person to confirm.
    pub proposal: Option<String>,
    /// From 0 to 1.
    pub confidence: f32,
}

/// So many different words are counted; more are a text, not an enumeration.
const WORDS_MAX: usize = 2_000;
const TOLD_MAX: usize = 200;
const PROPOSAL_MIN: f32 = 0.45;

/// The unknown words of an import, by column and spelling.
#[derive(Default)]
pub(crate) struct Unknown {
    words: AHashMap<(usize, String), (String, u64)>,
}

impl Unknown {
    pub(crate) fn count(&mut self, target: usize, word: &str) {
        let key = (target, fold(word));
        if let Some((_, count)) = self.words.get_mut(&key) {
            *count += 1;
        } else if self.words.len() < WORDS_MAX {
            let shown: String = word.trim().chars().take(120).collect();
            self.words.insert(key, (shown, 1));
        }
    }

    /// The most frequent first, each with its proposal.
    pub(crate) fn tell(
        &self,
        vertical: &Vertical,
        of: impl Fn(usize) -> Option<(String, usize)>,
    ) -> Vec<UnknownValue> {
        let mut told: Vec<UnknownValue> = Vec::new();
        for ((target, folded), (value, count)) in &self.words {
            let Some((column, slot)) = of(*target) else {
                continue;
            };
            let field = &vertical.fields[slot];
            let (proposal, confidence) = match likeliest(field, folded) {
                Some((key, sure)) => (Some(key), sure),
                None => (None, 0.0),
            };
            told.push(UnknownValue {
                column,
                field: field.key.to_string(),
                value: value.clone(),
                count: *count,
                proposal,
                confidence,
            });
        }
        told.sort_by(|a, b| (b.count, &a.column, &a.value).cmp(&(a.count, &b.column, &b.value)));
        told.truncate(TOLD_MAX);
        told
    }
}

/// The choice whose words are most like a word, and how much.
fn likeliest(field: &Field, word: &str) -> Option<(String, f32)> {
    let mut best: Option<(&str, f32)> = None;
    for choice in field.choices() {
        let labels = dictionary::Language::ALL.map(|l| fold(choice.label.get(l)));
        for known in labels.iter().chain(&choice.synonyms) {
            let alike = likeness(word, known);
            if alike >= PROPOSAL_MIN && best.is_none_or(|(_, most)| alike > most) {
                best = Some((&choice.key, alike));
            }
        }
    }
    best.map(|(key, sure)| (key.to_owned(), (sure * 100.0).round() / 100.0))
}

/// How alike two folded texts are, from 0 to 1: shared words for those of several, else shared
/// pairs of letters (Dice's coefficient).
fn likeness(a: &str, b: &str) -> f32 {
    if a.len() < 3 || b.len() < 3 {
        return 0.0;
    }
    let (of_a, of_b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    let shared = of_a
        .iter()
        .filter(|w| w.len() > 2 && of_b.contains(w))
        .count();
    let words = 2.0 * shared as f32 / (of_a.len() + of_b.len()) as f32;
    let pairs = |text: &str| -> Vec<(char, char)> {
        let letters: Vec<char> = text.chars().collect();
        letters.windows(2).map(|w| (w[0], w[1])).collect()
    };
    let (pa, mut pb) = (pairs(a), pairs(b));
    let many = (pa.len() + pb.len()).max(1) as f32;
    let mut common = 0;
    for pair in pa {
        if let Some(at) = pb.iter().position(|p| *p == pair) {
            pb.swap_remove(at);
            common += 1;
        }
    }
    (2.0 * common as f32 / many).max(words).min(0.95)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_word_is_counted_and_comes_with_what_it_is_like() {
        let dictionary = dictionary::Dictionary::embedded();
        let auto = dictionary.vertical("auto").expect("auto is shipped");
        let fuel = auto.field_index("fuel").expect("fuel");
        let mut unknown = Unknown::default();
        for word in [
            "Hybrides rechargeables",
            "hybrides RECHARGEABLES",
            "Kernfusion",
        ] {
            unknown.count(0, word);
        }
        let told = unknown.tell(auto, |_| Some(("Énergie".into(), fuel)));
        assert_eq!(told[0].count, 2);
        assert_eq!(told[0].proposal.as_deref(), Some("plugin_hybrid"));
        assert_eq!(
            (told[1].value.as_str(), &told[1].proposal),
            ("Kernfusion", &None)
        );
    }
}
