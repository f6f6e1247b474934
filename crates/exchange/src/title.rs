//! "VW Golf 7 2.0 TDI 150ch BlueMotion" taken apart: make, model, fuel, power, and the rest.

use std::sync::Arc;

use ahash::AHashMap;
use dictionary::{Decimal, Field, Value, Vertical, fold};

/// What a title says. Nothing is in it that the words do not name.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Parts {
    pub(crate) values: Vec<(&'static str, Value)>,
    /// Words behind the make when no known model stands there.
    pub(crate) model_text: Option<String>,
}

/// The models of each make by their words.
#[derive(Default)]
pub(crate) struct Models {
    of: AHashMap<Arc<str>, AHashMap<String, Arc<str>>>,
}

const WORDS_MAX: usize = 24;
/// "Land Rover", "Grand Cherokee L".
const NAME_WORDS_MAX: usize = 4;

impl Models {
    pub(crate) fn of(vertical: &Vertical) -> Models {
        let mut models = Models::default();
        let Some(field) = vertical.field("model") else {
            return models;
        };
        for choice in field.choices() {
            let Some(make) = &choice.within else { continue };
            let words = models.of.entry(make.clone()).or_default();
            words
                .entry(fold(&choice.label.en))
                .or_insert_with(|| choice.key.clone());
            for synonym in &choice.synonyms {
                words
                    .entry(synonym.clone())
                    .or_insert_with(|| choice.key.clone());
            }
        }
        models
    }

    /// The model of a make that a text is, or begins with.
    pub(crate) fn find(&self, make: &str, text: &str) -> Option<Arc<str>> {
        let words = self.of.get(make)?;
        let folded = fold(text);
        if let Some(model) = words.get(&folded) {
            return Some(model.clone());
        }
        let ends: Vec<usize> = folded.match_indices(' ').map(|(at, _)| at).collect();
        let begin = ends.iter().rev().find_map(|end| words.get(&folded[..*end]));
        begin.cloned()
    }
}

/// Takes a title apart. `make` is what the row says of it elsewhere.
pub(crate) fn take_apart(
    vertical: &Vertical,
    models: &Models,
    title: &str,
    make: Option<&Arc<str>>,
) -> Parts {
    let mut parts = Parts::default();
    let written: Vec<&str> = title
        .split(|c: char| c.is_whitespace() || matches!(c, '_' | ',' | ';' | '(' | ')' | '|' | '*'))
        .filter(|w| !w.is_empty())
        .take(WORDS_MAX)
        .collect();
    let words: Vec<String> = written.iter().map(|w| fold(w)).collect();
    let (make, behind) = match (make, vertical.field("make")) {
        (known, Some(field)) => match make_in(field, &words) {
            Some((found, end)) if known.is_none_or(|k| *k == found) => {
                parts.values.push(("make", Value::OneOf(found.clone())));
                (Some(found), end)
            }
            _ => (known.cloned(), 0),
        },
        _ => (None, 0),
    };
    let Some(make) = make else { return parts };
    let mut rest = behind;
    if let Some(of_make) = models.of.get(&make) {
        let longest = (behind + 1..=words.len().min(behind + NAME_WORDS_MAX)).rev();
        let found = longest.into_iter().find_map(|end| {
            let name = words[behind..end].join(" ");
            Some((of_make.get(&name)?.clone(), end))
        });
        match found {
            Some((model, end)) => {
                parts.values.push(("model", Value::OneOf(model)));
                rest = end;
            }
            None => parts.model_text = written.get(behind).map(|w| (*w).to_owned()),
        }
    }
    for at in rest..words.len() {
        engine(vertical, &words, &written, at, &mut parts.values);
    }
    parts
}

/// The make among the first words: a year or "Used" may stand before it.
fn make_in(field: &Field, words: &[String]) -> Option<(Arc<str>, usize)> {
    for start in 0..words.len().min(3) {
        for end in (start + 1..=words.len().min(start + 3)).rev() {
            let name = words[start..end].join(" ");
            if name.len() > 1
                && let Some(choice) = field.choice_like(&name)
            {
                return Some((choice.key.clone(), end));
            }
        }
    }
    None
}

fn engine(
    vertical: &Vertical,
    words: &[String],
    written: &[&str],
    at: usize,
    values: &mut Vec<(&'static str, Value)>,
) {
    let word = words[at].as_str();
    let mut put = |key: &'static str, value: Value| {
        let fits = vertical
            .field(key)
            .is_some_and(|f| f.check(&value).is_none());
        if fits && !values.iter().any(|(k, _)| *k == key) {
            values.push((key, value));
        }
    };
    let digits = word.len() - word.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if (2..=4).contains(&digits) {
        let unit = match &word[digits..] {
            "" => words.get(at + 1).map_or("", String::as_str),
            joined => joined,
        };
        let key = match unit {
            "ch" | "cv" | "ps" | "hp" | "pk" | "bhp" => "power_hp",
            "kw" => "power_kw",
            "cc" | "ccm" | "cm3" => "displacement_cc",
            _ => "",
        };
        if let (false, Ok(number)) = (key.is_empty(), word[..digits].parse::<i64>()) {
            let value = match key {
                "displacement_cc" => Value::Integer(number),
                _ => Value::Decimal(Decimal(number * 1_000)),
            };
            put(key, value);
            return;
        }
    }
    let litres = written[at]
        .trim_end_matches(['l', 'L', 'i', 'd'])
        .replace(',', ".");
    if litres.len() == 3
        && litres.as_bytes()[1] == b'.'
        && let Ok(litres) = litres.parse::<f64>()
        && (0.6..=8.4).contains(&litres)
    {
        put(
            "displacement_cc",
            Value::Integer((litres * 1_000.0).round() as i64),
        );
        return;
    }
    if word.len() < 3 {
        return;
    }
    for key in ["fuel", "gearbox"] {
        if let Some(choice) = vertical
            .field(key)
            .and_then(|f| f.choice_like(word))
            .filter(|c| c.key.as_ref() != "other")
        {
            put(key, Value::OneOf(choice.key.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(title: &str) -> String {
        let dictionary = dictionary::Dictionary::embedded();
        let auto = dictionary.vertical("auto").expect("auto is shipped");
        let parts = take_apart(auto, &Models::of(auto), title, None);
        let mut said: Vec<String> = parts
            .values
            .iter()
            .map(|(key, value)| {
                format!(
                    "{key}={}",
                    serde_json::to_string(value)
                        .unwrap_or_default()
                        .replace('"', "")
                )
            })
            .collect();
        said.extend(parts.model_text.map(|m| format!("?{m}")));
        said.join(" ")
    }

    #[test]
    fn titles_are_taken_apart_as_far_as_their_words_are_known() {
        for (title, expected) in [
            (
                "VW Golf 7 2.0 TDI 150ch BlueMotion",
                "make=volkswagen model=volkswagen-golf displacement_cc=2000 fuel=diesel power_hp=150",
            ),
            ("2015 Nissan Qashqai", "make=nissan model=nissan-qashqai"),
            (
                "Mercedes-Benz S-Class S 350 CDI",
                "make=mercedes-benz model=mercedes-benz-s-class fuel=diesel",
            ),
            (
                "Peugeot_308_1.6_BlueHDi_120_ch_EAT8",
                "make=peugeot model=peugeot-308 displacement_cc=1600 fuel=diesel power_hp=120 gearbox=automatic",
            ),
            ("Renault Zorglub 90 ch", "make=renault power_hp=90 ?Zorglub"),
            ("Belle maison avec jardin", ""),
        ] {
            assert_eq!(said(title), expected, "{title}");
        }
    }
}
