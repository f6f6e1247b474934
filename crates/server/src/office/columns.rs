//! The columns of a feed as a person sees and corrects them, and what the form brings back.

use std::collections::BTreeMap;

use dictionary::{Kind, Language, Vertical};
use exchange::{Assignment, LEAVE_OUT, Mapping, State, UnknownValue};

use crate::text::{grouped, say};

/// Targets of a column beside the fields of the vertical, each with the key of its name.
const PARTS: [(&str, &str); 14] = [
    ("category", "category"),
    ("category.sub", "part_subcategory"),
    ("status", "status"),
    ("photos", "photos"),
    ("currency", "currency"),
    ("place.country", "part_country"),
    ("place.postcode", "part_postcode"),
    ("place.town", "part_town"),
    ("place.region", "part_region"),
    ("place.street", "part_street"),
    ("place.number", "part_number"),
    ("place.lat", "part_lat"),
    ("place.lon", "part_lon"),
    ("place.text", "part_place"),
];
/// In a form: the column's cells stay raw attributes; a word means nothing.
const NONE: &str = "-";
/// In a form: nobody has said what a word means.
const OPEN: &str = "?";
const WORDS_MAX: usize = 200;
/// So many words are asked at a time, the most frequent first.
const ASKED_MAX: usize = 20;
const CANDIDATES_MAX: usize = 4;

/// Something to choose: key, name, whether it is chosen.
pub struct Choice {
    pub key: String,
    pub label: String,
    pub on: bool,
}

/// A word of the file and what it means.
pub struct Word {
    /// Its name in the form.
    pub name: String,
    pub word: String,
    pub column: String,
    pub count: String,
    pub choices: Vec<Choice>,
    /// What it probably means: key and name.
    pub proposal: Option<(String, String)>,
}

/// A column in the table of the mapping.
pub struct Column {
    pub at: usize,
    pub name: String,
    pub examples: Vec<String>,
    pub reason: String,
    pub sure: String,
    pub asked: bool,
    /// The likeliest first, then all.
    pub likely: Vec<Choice>,
    pub choices: Vec<Choice>,
    pub words: Vec<Word>,
}

/// All that a column can become, with names, in the order of the names.
pub fn targets(vertical: &Vertical, language: Language) -> Vec<(String, String)> {
    let parts = PARTS.map(|(key, word)| (key.to_owned(), say(language, word).to_owned()));
    let fields = vertical.fields.iter().filter(|f| f.key.as_ref() != "place");
    let named = fields.map(|f| (f.key.to_string(), f.label.get(language).to_owned()));
    let mut all: Vec<_> = parts.into_iter().chain(named).collect();
    all.sort_by_key(|(_, label)| dictionary::fold(label));
    all
}

/// What a target is called; one option of a field of many is called by both.
pub fn label(
    vertical: &Vertical,
    language: Language,
    targets: &[(String, String)],
    key: &str,
) -> String {
    if let Some((_, label)) = targets.iter().find(|(k, _)| k == key) {
        return label.clone();
    }
    let option = key
        .split_once('.')
        .and_then(|(field, choice)| vertical.field(field)?.choice(choice));
    option.map_or_else(|| key.to_owned(), |c| c.label.get(language).to_owned())
}

pub fn views(
    vertical: &Vertical,
    language: Language,
    mapping: &Mapping,
    sample: &[Vec<String>],
) -> Vec<Column> {
    let targets = targets(vertical, language);
    let view = |(at, column): (usize, &Assignment)| {
        let state = column.state();
        let taken = column.field.as_deref();
        let likely = column
            .candidates
            .iter()
            .take(CANDIDATES_MAX)
            .map(|c| Choice {
                label: format!(
                    "{} ({:.0} %)",
                    label(vertical, language, &targets, &c.field),
                    c.confidence * 100.0
                ),
                key: c.field.clone(),
                on: false,
            });
        Column {
            at,
            name: column.column.clone(),
            examples: examples(sample, at),
            reason: column.reason.say(language),
            sure: match taken {
                Some(_) => format!("{:.0} %", column.confidence * 100.0),
                None => String::new(),
            },
            asked: state == State::Asked,
            likely: likely.collect(),
            choices: choices(vertical, language, &targets, column),
            words: words(vertical, language, at, column),
        }
    };
    mapping.columns.iter().enumerate().map(view).collect()
}

fn examples(sample: &[Vec<String>], at: usize) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for cell in sample.iter().filter_map(|row| row.get(at)) {
        let cell: String = cell.trim().chars().take(40).collect();
        if !cell.is_empty() && !found.contains(&cell) {
            found.push(cell);
        }
        if found.len() == 3 {
            break;
        }
    }
    found
}

fn choices(
    vertical: &Vertical,
    language: Language,
    targets: &[(String, String)],
    column: &Assignment,
) -> Vec<Choice> {
    let taken = column.field.as_deref();
    let choice = |key: &str, label: String, on: bool| Choice {
        key: key.to_owned(),
        label,
        on,
    };
    let asked = column.asks();
    let mut all = Vec::new();
    if asked {
        all.push(choice("", say(language, "choose_field").to_owned(), true));
    }
    let (raw, out) = (say(language, "keep_raw"), say(language, "leave_out"));
    all.push(choice(NONE, raw.to_owned(), taken.is_none() && !asked));
    all.push(choice(LEAVE_OUT, out.to_owned(), taken == Some(LEAVE_OUT)));
    for (key, label) in targets {
        all.push(choice(key, label.clone(), taken == Some(key)));
    }
    if let Some(key) = taken.filter(|key| !all.iter().any(|c| c.key == **key)) {
        all.push(choice(key, label(vertical, language, targets, key), true));
    }
    all
}

/// What a word can mean: the choices of its field.
fn meanings(
    vertical: &Vertical,
    language: Language,
    field: &str,
    chosen: Option<&str>,
) -> Vec<Choice> {
    let Some(field) = vertical.field(field) else {
        return Vec::new();
    };
    let mut all: Vec<Choice> = match field.kind {
        Kind::Boolean => ["true", "false"]
            .map(|key| {
                let word = if key == "true" { "yes" } else { "no" };
                (key.to_owned(), say(language, word).to_owned())
            })
            .into_iter()
            .map(|(key, label)| Choice {
                on: chosen == Some(&key),
                key,
                label,
            })
            .collect(),
        _ => {
            let choices = field.choices().iter();
            let choices = choices.map(|c| Choice {
                key: c.key.to_string(),
                label: c.label.get(language).to_owned(),
                on: chosen == Some(c.key.as_ref()),
            });
            choices.collect()
        }
    };
    all.sort_by_key(|c| dictionary::fold(&c.label));
    let nothing = Choice {
        key: NONE.into(),
        label: say(language, "means_nothing").into(),
        on: chosen == Some(""),
    };
    all.insert(0, nothing);
    if let Some(own) =
        chosen.filter(|own| !own.is_empty() && !all.iter().any(|c| c.on && c.key == **own))
    {
        all.push(Choice {
            key: own.to_owned(),
            label: own.to_owned(),
            on: true,
        });
    }
    all
}

/// The words of a column that somebody has said the meaning of.
fn words(vertical: &Vertical, language: Language, at: usize, column: &Assignment) -> Vec<Word> {
    let field = column.field.as_deref().unwrap_or_default();
    let words = column.values.iter().take(WORDS_MAX);
    let words = words.map(|(word, means)| Word {
        name: format!("v_{at}_{word}"),
        word: word.clone(),
        column: column.column.clone(),
        count: String::new(),
        choices: meanings(vertical, language, field, Some(means)),
        proposal: None,
    });
    words.collect()
}

/// The words that no choice is called by, to be answered.
pub fn unknown(
    vertical: &Vertical,
    language: Language,
    mapping: &Mapping,
    found: &[UnknownValue],
) -> Vec<Word> {
    let word = |found: &UnknownValue| {
        let at = mapping
            .columns
            .iter()
            .position(|c| c.column == found.column)?;
        let mut choices = meanings(vertical, language, &found.field, None);
        if choices.len() < 2 {
            return None;
        }
        let proposal = found.proposal.as_ref().and_then(|key| {
            let choice = choices.iter().find(|c| c.key == *key)?;
            let label = format!("{} ({:.0} %)", choice.label, found.confidence * 100.0);
            Some((key.clone(), label))
        });
        let open = Choice {
            key: OPEN.into(),
            label: say(language, "choose_meaning").into(),
            on: true,
        };
        choices.insert(0, open);
        Some(Word {
            name: format!("v_{at}_{}", found.value),
            word: found.value.clone(),
            column: found.column.clone(),
            count: grouped(found.count as i64, language),
            choices,
            proposal,
        })
    };
    found.iter().filter_map(word).take(ASKED_MAX).collect()
}

/// Puts what a person chose in a form into a mapping; whether that changed anything.
pub fn correct(mapping: &mut Mapping, form: &[(String, String)]) -> bool {
    let before = mapping.clone();
    let confirms = form.iter().any(|(n, v)| n == "confirm" && v == "all");
    let mut said: BTreeMap<usize, Option<String>> = BTreeMap::new();
    for (name, value) in form {
        if let Some(at) = name.strip_prefix("c_").and_then(|n| n.parse().ok()) {
            choose(mapping, &mut said, at, value);
        } else if let Some(word) = name.strip_prefix("v_") {
            mean(mapping, word, value);
        } else if let Some(word) = name.strip_prefix("p_")
            && confirms
        {
            mean(mapping, word, value);
        }
    }
    // The column named for a field has it, whatever its own line in the same form still says.
    for (name, value) in form {
        if let (Some(field), Ok(at)) = (name.strip_prefix("f_"), value.parse()) {
            choose(mapping, &mut said, at, field);
        }
    }
    take_from_others(mapping, &said);
    *mapping != before
}

fn choose(
    mapping: &mut Mapping,
    said: &mut BTreeMap<usize, Option<String>>,
    at: usize,
    value: &str,
) {
    let Some(column) = mapping.columns.get_mut(at) else {
        return;
    };
    let field = match value.trim() {
        // Still open.
        "" => return,
        NONE => None,
        field => Some(field.to_owned()),
    };
    if field != column.field || (field.is_none() && column.asks()) {
        column.values.clear();
        column.choose(field.clone());
        said.insert(at, field);
    }
}

/// A field is filled from one column: the one that a person chose has it.
fn take_from_others(mapping: &mut Mapping, said: &BTreeMap<usize, Option<String>>) {
    let many = |field: &str| field == LEAVE_OUT || field == "photos" || field.contains('.');
    for field in said.values().flatten().filter(|f| !many(f)) {
        for (at, column) in mapping.columns.iter_mut().enumerate() {
            if column.field.as_ref() == Some(field) && !said.contains_key(&at) {
                column.choose(None);
            }
        }
    }
}

/// `3_Hybride` and what the word means in that column.
fn mean(mapping: &mut Mapping, of: &str, value: &str) {
    let Some((at, word)) = of.split_once('_') else {
        return;
    };
    let column = at
        .parse()
        .ok()
        .and_then(|at: usize| mapping.columns.get_mut(at));
    let Some(column) = column.filter(|_| value != OPEN && !value.is_empty()) else {
        return;
    };
    let means = if value == NONE { "" } else { value };
    column.values.insert(word.to_owned(), means.to_owned());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping() -> Mapping {
        let column = |name: &str, field: &str| Assignment {
            column: name.into(),
            field: Some(field.into()),
            ..Assignment::default()
        };
        Mapping {
            columns: vec![column("Prix", "price"), column("Total", "mileage")],
            ..Mapping::default()
        }
    }

    fn pairs(form: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = form.iter().map(|(n, v)| ((*n).into(), (*v).into()));
        owned.collect()
    }

    #[test]
    fn a_field_goes_to_the_column_that_a_person_chose_and_leaves_the_other() {
        let mut mapping = mapping();
        assert!(!correct(
            &mut mapping,
            &pairs(&[("c_0", "price"), ("c_1", "mileage")])
        ));
        assert!(correct(
            &mut mapping,
            &pairs(&[("c_0", "price"), ("c_1", "price")])
        ));
        assert_eq!(mapping.columns[0].field, None);
        assert_eq!(mapping.columns[1].field.as_deref(), Some("price"));
    }

    #[test]
    fn proposals_are_taken_only_when_somebody_confirms_them() {
        let mut mapping = mapping();
        let open = [("v_1_Bleu nuit", "?"), ("p_1_Bleu nuit", "blue")];
        assert!(!correct(&mut mapping, &pairs(&open)));
        let confirmed = [open[0], open[1], ("confirm", "all")];
        assert!(correct(&mut mapping, &pairs(&confirmed)));
        assert_eq!(mapping.columns[1].values["Bleu nuit"], "blue");
    }
}
