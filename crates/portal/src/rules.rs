//! What a portal refuses, by versions: each holds from its day until the next one's.
//!
//! A version keeps the rules of the one before it, but for those that it says anew by their code and
//! those that it drops. A rule names a field, what is asked of it, and on what condition.

use dictionary::{Date, Label, Language, Value};
use toml_edit::{Item, Table, TableLike};

use crate::cell::when;
use crate::record::View;
use crate::source::{Raw, Source, When};
use crate::table::File;

#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// By their days.
    pub versions: Vec<Version>,
}

#[derive(Clone, Debug)]
pub struct Version {
    pub name: String,
    pub valid_from: Date,
    rules: Vec<Rule>,
}

#[derive(Clone, Debug)]
struct Rule {
    code: String,
    field: String,
    source: Source,
    asks: Asks,
    when: When,
    say: Option<Label>,
}

#[derive(Clone, Debug)]
enum Asks {
    Said,
    /// It must not be said.
    Unsaid,
    AtLeast(f64),
    AtMost(f64),
    LettersMin(usize),
    LettersMax(usize),
    OneOf(Vec<String>),
}

/// What a listing lacks for a portal, and how to mend it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Missing {
    pub code: String,
    /// The field of the dictionary, or `photos`, `category`, `status`.
    pub field: String,
    pub say: Label,
}

const KEYS: [&str; 11] = [
    "code",
    "field",
    "needed",
    "forbidden",
    "min",
    "max",
    "letters_min",
    "letters_max",
    "one_of",
    "when",
    "say",
];

impl Rules {
    pub(crate) fn read(file: &mut File<'_>, root: &Table) -> Rules {
        file.only(root, &["version"], "rules.toml");
        let tables = root.get("version").and_then(Item::as_array_of_tables);
        let mut versions: Vec<Version> = Vec::new();
        for table in tables.into_iter().flat_map(|tables| tables.iter()) {
            let before = versions.last();
            let version = version(file, table, before.map_or(&[], |v| v.rules.as_slice()));
            if before.is_some_and(|before| before.valid_from >= version.valid_from) {
                let span = table.get("valid_from").and_then(Item::span);
                file.fault(span, "versions stand in the order of their days");
            }
            versions.push(version);
        }
        Rules { versions }
    }

    /// The version that holds on a day; before the first there is none.
    pub fn on(&self, day: Date) -> Option<&Version> {
        self.versions
            .iter()
            .rev()
            .find(|version| version.valid_from <= day)
    }

    pub fn named(&self, name: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.name == name)
    }

    /// The versions whose day is still to come.
    pub fn after(&self, day: Date) -> impl Iterator<Item = &Version> {
        self.versions
            .iter()
            .filter(move |version| version.valid_from > day)
    }

    pub(crate) fn sources(&self) -> impl Iterator<Item = &Source> {
        let rules = self.versions.iter().flat_map(|version| &version.rules);
        rules.flat_map(|rule| std::iter::once(&rule.source).chain(rule.when.0.iter().map(|w| &w.0)))
    }
}

impl Version {
    /// All that a listing lacks, in the order of the rules.
    pub fn missing(&self, view: &View<'_>, portal: &str) -> Vec<Missing> {
        let broken = self
            .rules
            .iter()
            .filter(|rule| rule.when.holds(view, None) && rule.is_broken(view));
        let missing = broken.map(|rule| Missing {
            code: rule.code.clone(),
            field: rule.field.clone(),
            say: rule.sentence(view, portal),
        });
        missing.collect()
    }

    /// The codes of its rules.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.code.as_str())
    }

    /// The fields it asks for, whatever the condition.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().map(|rule| rule.field.as_str())
    }
}

impl Rule {
    fn is_broken(&self, view: &View<'_>) -> bool {
        let raw = self.source.of(view, None);
        let number = |raw: &Raw<'_>| match raw {
            Raw::Count(count) => Some(*count as f64),
            Raw::Value(Value::Money(money)) => Some(money.minor as f64 / 100.0),
            raw => raw.key().parse().ok(),
        };
        let letters = |raw: &Raw<'_>| raw.key().chars().count();
        match (&self.asks, raw) {
            (Asks::Said, raw) => raw.is_none_or(|raw| raw.key().trim().is_empty()),
            (Asks::Unsaid, raw) => raw.is_some(),
            // What is not there is too little.
            (Asks::AtLeast(min), raw) => raw.and_then(|raw| number(&raw)).is_none_or(|n| n < *min),
            (Asks::LettersMin(min), raw) => raw.is_none_or(|raw| letters(&raw) < *min),
            (_, None) => false,
            (Asks::AtMost(max), Some(raw)) => number(&raw).is_some_and(|n| n > *max),
            (Asks::LettersMax(max), Some(raw)) => letters(&raw) > *max,
            (Asks::OneOf(known), Some(raw)) => {
                let key = raw.key();
                !known.iter().any(|word| *word == key)
            }
        }
    }

    /// Its own sentence, or one made of the field's name.
    fn sentence(&self, view: &View<'_>, portal: &str) -> Label {
        if let Some(say) = &self.say {
            return say.clone();
        }
        let field = view
            .vertical
            .field(self.source.field().unwrap_or(&self.field));
        let name = |language| match (field, self.field.as_str()) {
            (_, "photos") => ["photos", "foto’s", "photos", "Fotos"][language as usize].to_owned(),
            (Some(field), _) => field.label.get(language).to_owned(),
            (None, own) => own.to_owned(),
        };
        let [fr, nl, en, de] = self.asks.sentences();
        let fill = |pattern: &str, language| {
            pattern
                .replace("{portal}", portal)
                .replace("{field}", &name(language))
        };
        Label {
            fr: fill(&fr, Language::Fr),
            nl: fill(&nl, Language::Nl),
            en: fill(&en, Language::En),
            de: fill(&de, Language::De),
        }
    }
}

impl Asks {
    fn sentences(&self) -> [String; 4] {
        let four = |texts: [&str; 4], what: String| texts.map(|text| text.replace("{n}", &what));
        match self {
            Asks::Said => four(
                [
                    "{portal} exige : {field}",
                    "{portal} vraagt: {field}",
                    "{portal} asks for: {field}",
                    "{portal} verlangt: {field}",
                ],
                String::new(),
            ),
            Asks::Unsaid => four(
                [
                    "{portal} refuse : {field}",
                    "{portal} weigert: {field}",
                    "{portal} refuses: {field}",
                    "{portal} nimmt nicht an: {field}",
                ],
                String::new(),
            ),
            Asks::AtLeast(n) => four(
                [
                    "{portal} exige au moins {n} : {field}",
                    "{portal} vraagt minstens {n}: {field}",
                    "{portal} asks for at least {n}: {field}",
                    "{portal} verlangt mindestens {n}: {field}",
                ],
                n.to_string(),
            ),
            Asks::AtMost(n) => four(
                [
                    "{portal} accepte au plus {n} : {field}",
                    "{portal} neemt hoogstens {n} aan: {field}",
                    "{portal} takes at most {n}: {field}",
                    "{portal} nimmt höchstens {n} an: {field}",
                ],
                n.to_string(),
            ),
            Asks::LettersMin(n) => four(
                [
                    "{portal} exige au moins {n} caractères : {field}",
                    "{portal} vraagt minstens {n} tekens: {field}",
                    "{portal} asks for at least {n} letters: {field}",
                    "{portal} verlangt mindestens {n} Zeichen: {field}",
                ],
                n.to_string(),
            ),
            Asks::LettersMax(n) => four(
                [
                    "{portal} accepte au plus {n} caractères : {field}",
                    "{portal} neemt hoogstens {n} tekens aan: {field}",
                    "{portal} takes at most {n} letters: {field}",
                    "{portal} nimmt höchstens {n} Zeichen an: {field}",
                ],
                n.to_string(),
            ),
            Asks::OneOf(known) => four(
                [
                    "{portal} n’accepte que {n} : {field}",
                    "{portal} neemt alleen {n} aan: {field}",
                    "{portal} takes only {n}: {field}",
                    "{portal} nimmt nur {n} an: {field}",
                ],
                known.join(", "),
            ),
        }
    }
}

fn version(file: &mut File<'_>, table: &Table, before: &[Rule]) -> Version {
    file.only(table, &["name", "valid_from", "drops", "rule"], "a version");
    let name = file.needed(table, "name");
    let day = file.needed(table, "valid_from");
    let valid_from = Date::parse(&day).filter(|date| date.day > 0);
    if valid_from.is_none() {
        file.fault(
            table.get("valid_from").and_then(Item::span),
            "`valid_from` is a day such as 2026-12-01",
        );
    }
    let drops = file.words(table, "drops");
    for dropped in &drops {
        if !before.iter().any(|rule| rule.code == *dropped) {
            let span = table.get("drops").and_then(Item::span);
            file.fault(span, format!("no earlier version has a rule `{dropped}`"));
        }
    }
    let own = table.get("rule").and_then(Item::as_array_of_tables);
    let own: Vec<Rule> = own
        .into_iter()
        .flat_map(|t| t.iter())
        .filter_map(|t| rule(file, t))
        .collect();
    let kept = before
        .iter()
        .filter(|rule| !drops.contains(&rule.code) && !own.iter().any(|own| own.code == rule.code));
    Version {
        name,
        valid_from: valid_from.unwrap_or(Date {
            year: 1,
            month: 1,
            day: 1,
        }),
        rules: kept.cloned().chain(own.iter().cloned()).collect(),
    }
}

fn rule(file: &mut File<'_>, table: &Table) -> Option<Rule> {
    file.only(table, &KEYS, "a rule");
    let field = file.needed(table, "field");
    let source = Source::read(&field);
    if source.is_none() {
        file.fault(
            table.get("field").and_then(Item::span),
            format!("nothing is called `{field}`"),
        );
    }
    let asks = asks(file, table);
    if asks.is_none() {
        let known = "needed, forbidden, min, max, letters_min, letters_max or one_of";
        file.fault(
            table.get("field").and_then(Item::span),
            format!("a rule asks for one of {known}"),
        );
    }
    Some(Rule {
        code: file.needed(table, "code"),
        source: source?,
        asks: asks?,
        when: when(file, table),
        say: table.contains_key("say").then(|| file.label(table, "say")),
        field,
    })
}

fn asks(file: &mut File<'_>, table: &dyn TableLike) -> Option<Asks> {
    let float = |key: &str| {
        let value = table.get(key)?;
        value.as_float().or(value.as_integer().map(|n| n as f64))
    };
    if file.yes(table, "needed") {
        return Some(Asks::Said);
    }
    if file.yes(table, "forbidden") {
        return Some(Asks::Unsaid);
    }
    let letters_min = file.number(table, "letters_min").map(Asks::LettersMin);
    let letters_max = file.number(table, "letters_max").map(Asks::LettersMax);
    let known = file.words(table, "one_of");
    float("min")
        .map(Asks::AtLeast)
        .or(float("max").map(Asks::AtMost))
        .or(letters_min)
        .or(letters_max)
        .or((!known.is_empty()).then_some(Asks::OneOf(known)))
}
