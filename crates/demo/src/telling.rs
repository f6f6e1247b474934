//! Sentences that fit the fields: each row of a table of texts has conditions and four languages.

use std::collections::BTreeMap;

use dictionary::{Texts, Value, Values};

use crate::chance::Chance;

const LANGUAGES: [&str; 4] = ["fr", "nl", "en", "de"];

/// A table of texts; how it is written stands in its first line.
pub(crate) struct Telling(Vec<Sentence>);

struct Sentence {
    topic: &'static str,
    conditions: Vec<&'static str>,
    said: [&'static str; 4],
}

/// What the sentences speak of: the values of a listing, and words beside them by language.
pub(crate) struct Subject<'a> {
    pub(crate) values: &'a Values,
    /// What is said of it though it is no field: its kind, its company.
    pub(crate) also: BTreeMap<&'static str, String>,
    /// The name of the category in the four languages.
    pub(crate) category: [String; 4],
    /// Labels of makes and models, which are the same in each language.
    pub(crate) named: BTreeMap<&'static str, String>,
}

impl Telling {
    pub(crate) fn read(table: &'static str) -> Telling {
        let rows = table
            .lines()
            .filter(|l| !l.starts_with('#') && !l.trim().is_empty());
        Telling(rows.filter_map(sentence).collect())
    }

    /// One sentence of a topic, in each language; none if no condition of the topic holds.
    fn one(&self, topic: &str, of: &Subject, chance: &mut Chance) -> Option<&Sentence> {
        let fits: Vec<&Sentence> = self
            .0
            .iter()
            .filter(|s| s.topic == topic && s.conditions.iter().all(|c| of.holds(c)))
            .collect();
        (!fits.is_empty()).then(|| *chance.pick(&fits))
    }

    pub(crate) fn title(&self, of: &Subject, chance: &mut Chance) -> Texts {
        let mut texts = Texts::new();
        if let Some(sentence) = self.one("title", of, chance) {
            for (at, language) in LANGUAGES.into_iter().enumerate() {
                texts.insert(language.into(), of.fill(sentence.said[at], at));
            }
        }
        texts
    }

    /// An opening, some topics in chance order, a closing.
    pub(crate) fn description(&self, of: &Subject, most: usize, chance: &mut Chance) -> Texts {
        let mut topics: Vec<&str> = Vec::new();
        for sentence in &self.0 {
            let framing = ["title", "opening", "closing"].contains(&sentence.topic);
            if !framing && !topics.contains(&sentence.topic) {
                topics.push(sentence.topic);
            }
        }
        chance.shuffle(&mut topics);
        let mut told: Vec<&Sentence> = Vec::new();
        told.extend(self.one("opening", of, chance));
        for topic in topics {
            if told.len() < most {
                told.extend(self.one(topic, of, chance));
            }
        }
        told.extend(self.one("closing", of, chance));
        let in_language = |at: usize| {
            let sentences: Vec<String> = told.iter().map(|s| of.fill(s.said[at], at)).collect();
            sentences.join(" ")
        };
        LANGUAGES
            .iter()
            .enumerate()
            .map(|(at, l)| ((*l).to_owned(), in_language(at)))
            .collect()
    }
}

fn sentence(line: &'static str) -> Option<Sentence> {
    let cells: Vec<&str> = line.split(" | ").map(str::trim).collect();
    // An empty list of conditions leaves two bars with one blank between them.
    let [topic, conditions, fr, nl, en, de] = match cells.as_slice() {
        [topic, a, b, c, d, e] => [*topic, a, b, c, d, e],
        [topic, a, b, c, d] => [*topic, "", a.trim_start_matches("| "), b, c, d],
        _ => return None,
    };
    let conditions = conditions.split_whitespace().collect();
    Some(Sentence {
        topic,
        conditions,
        said: [fr, nl, en, de],
    })
}

impl Subject<'_> {
    fn number(&self, key: &str) -> Option<f64> {
        match self.values.get(key) {
            Some(Value::Integer(n)) => Some(*n as f64),
            Some(Value::Decimal(n)) => Some(n.to_f64()),
            Some(Value::Money(money)) => Some(money.minor as f64 / 100.0),
            _ => self.also.get(key)?.parse().ok(),
        }
    }

    /// `key`, `!key`, `key=choice`, `key>=n`, `key<=n`.
    fn holds(&self, condition: &str) -> bool {
        if let Some(key) = condition.strip_prefix('!') {
            return !self.holds(key);
        }
        if let Some((key, bound)) = condition.split_once(">=") {
            return self
                .number(key)
                .zip(bound.parse().ok())
                .is_some_and(|(n, b): (f64, f64)| n >= b);
        }
        if let Some((key, bound)) = condition.split_once("<=") {
            return self
                .number(key)
                .zip(bound.parse().ok())
                .is_some_and(|(n, b): (f64, f64)| n <= b);
        }
        if let Some((key, wanted)) = condition.split_once('=') {
            return match self.values.get(key) {
                Some(Value::OneOf(choice)) => **choice == *wanted,
                Some(Value::ManyOf(choices)) => choices.iter().any(|c| **c == *wanted),
                Some(Value::Integer(n)) => n.to_string() == wanted,
                _ => self.also.get(key).is_some_and(|said| said == wanted),
            };
        }
        match self.values.get(condition) {
            Some(Value::Boolean(yes)) => *yes,
            Some(_) => true,
            None => self.also.contains_key(condition),
        }
    }

    fn fill(&self, text: &str, language: usize) -> String {
        let mut filled = String::with_capacity(text.len() + 40);
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (key, after) = after.split_once('}').unwrap_or((after, ""));
            filled.push_str(before);
            let word = self.word(key, language);
            if LANGUAGES[language] == "fr" {
                join_french(&mut filled, &word);
            } else {
                filled.push_str(&word);
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    fn word(&self, key: &str, language: usize) -> String {
        if key == "Category" {
            return self.category[language].clone();
        }
        if key == "category" {
            // German nouns keep their capital.
            let label = &self.category[language];
            return if language == 3 {
                label.clone()
            } else {
                label.to_lowercase()
            };
        }
        if let Some(word) = self.named.get(key) {
            return word.clone();
        }
        match (key, self.values.get(key), self.values.get("place")) {
            ("town", _, Some(Value::Place(place))) => town(&place.town, language).to_owned(),
            ("street", _, Some(Value::Place(place))) => place.street.clone(),
            ("energy_class", Some(Value::OneOf(class)), _) => class.to_uppercase(),
            (_, Some(Value::Integer(n)), _) => written(&n.to_string(), language),
            (_, Some(Value::Decimal(n)), _) => written(&n.to_string(), language),
            (_, Some(Value::Money(money)), _) => {
                let amount = written(&(money.minor / 100).to_string(), language);
                match (&*money.currency, LANGUAGES[language]) {
                    ("GBP", _) => format!("£{amount}"),
                    (_, "fr" | "de") => format!("{amount} €"),
                    _ => format!("€ {amount}"),
                }
            }
            (_, Some(Value::Text(text)), _) => text.clone(),
            (_, Some(Value::OneOf(choice)), _) => choice.to_string(),
            _ => self.also.get(key).cloned().unwrap_or_default(),
        }
    }
}

/// `de Affligem` is d’Affligem, `à Le Havre` au Havre, `de Les Ulis` des Ulis.
fn join_french(told: &mut String, word: &str) {
    let vowel = word
        .chars()
        .next()
        .is_some_and(|c| "aeiouyhàâéèêëîïôœû".contains(c.to_lowercase().next().unwrap_or(c)));
    let articles = [
        (" à ", "Le ", " au "),
        (" à ", "Les ", " aux "),
        (" de ", "Le ", " du "),
        (" de ", "Les ", " des "),
    ];
    for (before, article, joined) in articles {
        if told.ends_with(before)
            && let Some(rest) = word.strip_prefix(article)
        {
            told.truncate(told.len() - before.len());
            told.push_str(joined);
            return told.push_str(rest);
        }
    }
    if vowel && (told.ends_with(" de ") || *told == "De ") {
        told.truncate(told.len() - 2);
        told.push('’');
    }
    told.push_str(word);
}

/// Towns whose name differs by language: as in the table of towns, then fr, nl, en, de.
#[rustfmt::skip]
const TOWNS: [(&str, [&str; 4]); 18] = [
    ("Bruxelles", ["Bruxelles", "Brussel", "Brussels", "Brüssel"]), ("Gent", ["Gand", "Gent", "Ghent", "Gent"]),
    ("Antwerpen", ["Anvers", "Antwerpen", "Antwerp", "Antwerpen"]), ("Liège", ["Liège", "Luik", "Liège", "Lüttich"]),
    ("Brugge", ["Bruges", "Brugge", "Bruges", "Brügge"]), ("Leuven", ["Louvain", "Leuven", "Leuven", "Löwen"]),
    ("Mechelen", ["Malines", "Mechelen", "Mechelen", "Mecheln"]), ("Namur", ["Namur", "Namen", "Namur", "Namur"]),
    ("Mons", ["Mons", "Bergen", "Mons", "Mons"]), ("Kortrijk", ["Courtrai", "Kortrijk", "Kortrijk", "Kortrijk"]),
    ("Ixelles", ["Ixelles", "Elsene", "Ixelles", "Ixelles"]), ("Schaerbeek", ["Schaerbeek", "Schaarbeek", "Schaerbeek", "Schaerbeek"]),
    ("Wavre", ["Wavre", "Waver", "Wavre", "Wavre"]), ("Lille", ["Lille", "Rijsel", "Lille", "Lille"]),
    ("Strasbourg", ["Strasbourg", "Straatsburg", "Strasbourg", "Straßburg"]), ("Marseille", ["Marseille", "Marseille", "Marseille", "Marseille"]),
    ("London", ["Londres", "Londen", "London", "London"]), ("Edinburgh", ["Édimbourg", "Edinburgh", "Edinburgh", "Edinburgh"]),
];

fn town(name: &str, language: usize) -> &str {
    TOWNS
        .iter()
        .find(|(known, _)| *known == name)
        .map_or(name, |(_, names)| names[language])
}

/// A plain number as the language writes it, in threes from ten thousand on (years stay whole).
fn written(plain: &str, language: usize) -> String {
    let (group, point) = match LANGUAGES[language] {
        "fr" => ('\u{202f}', ','),
        "en" => (',', '.'),
        _ => ('.', ','),
    };
    let (whole, rest) = plain.split_once('.').unwrap_or((plain, ""));
    let mut out = String::with_capacity(plain.len() + 3);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) && whole.len() > 4 {
            out.push(group);
        }
        out.push(digit);
    }
    if !rest.is_empty() {
        out.push(point);
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_towns_are_written_as_each_language_does() {
        assert_eq!(written("112501", 1), "112.501");
        assert_eq!(written("112501.5", 2), "112,501.5");
        assert_eq!(written("2019", 0), "2019");
        assert_eq!(written("5.1", 3), "5,1");
        assert_eq!(
            (town("Gent", 0), town("Gent", 2), town("Munte", 2)),
            ("Gand", "Ghent", "Munte")
        );
    }

    #[test]
    fn french_runs_its_articles_together() {
        let told = |before: &str, word: &str| {
            let mut told = before.to_owned();
            join_french(&mut told, word);
            told
        };
        assert_eq!(told("quartier de ", "Affligem"), "quartier d’Affligem");
        assert_eq!(told("maison à ", "Le Havre"), "maison au Havre");
        assert_eq!(told("équipe de ", "Les Ulis"), "équipe des Ulis");
        assert_eq!(told("appartement de ", "97"), "appartement de 97");
    }

    #[test]
    fn every_table_is_read_whole_and_rich_enough() {
        let tables = [
            (include_str!("../texts/estate.txt"), 60),
            (include_str!("../texts/auto.txt"), 40),
            (include_str!("../texts/services.txt"), 25),
        ];
        for (table, least) in tables {
            let rows = table
                .lines()
                .filter(|l| !l.starts_with('#') && !l.is_empty())
                .count();
            let read = Telling::read(table);
            assert_eq!(read.0.len(), rows);
            assert!(rows >= least);
            for sentence in &read.0 {
                assert!(
                    sentence
                        .said
                        .iter()
                        .all(|said| !said.is_empty() && !said.contains('|'))
                );
            }
        }
    }
}
