//! What would become of a file: shown from its beginning at once, counted to its end beside.

use std::fs::File;

use askama::Template;
use catalog::{Listing, NewListing};
use dictionary::{Language, Vertical};
use exchange::{Mapping, Options, Preview, Report};
use store::{Error, Id, Result};

use super::Visit;
use super::columns::{self, Choice, Column, Word};
use super::trial::{self, Stage};
use crate::site::view::{self, Card};
use crate::text::{grouped, money, say, value};

/// Read at once: enough to meet most words of an enumeration, little enough to wait for.
const ROWS: usize = 1_000;
const CARDS: usize = 20;
const PROBLEMS: usize = 30;
const QUESTIONS_MAX: usize = 4;

#[derive(Template)]
#[template(path = "office/look.html")]
pub struct Look {
    language: Language,
    name: String,
    object: String,
    /// What the file is, a fact each: word and value.
    what: Vec<(&'static str, String)>,
    questions: Vec<Question>,
    words: Vec<Word>,
    proposals: bool,
    cards: Vec<Card>,
    columns: Vec<Column>,
    categories: Vec<Choice>,
    outcome: Outcome,
    /// The mapping is not the proposed one.
    corrected: bool,
}

/// A question that only a person can answer: which column is this field?
struct Question {
    name: String,
    asked: String,
    choices: Vec<Choice>,
}

/// What the dry run found, as far as it is.
#[derive(Default)]
struct Outcome {
    reading: Option<String>,
    counts: Vec<(&'static str, String)>,
    rows: u64,
    idle: bool,
    differences: Vec<Differing>,
    refused: u64,
    problems: Vec<String>,
    problems_total: String,
    failed: String,
}

/// A listing that would change: each field with its old and its new value.
struct Differing {
    reference: String,
    title: String,
    fields: Vec<(String, String, String)>,
}

/// What is asked of a file: what it is called, its category, and the corrections of a form.
pub struct Asked {
    pub file: String,
    pub name: String,
    pub category: Option<String>,
    pub form: Vec<(String, String)>,
}

impl Asked {
    fn options(&self, visit: &Visit, mapping: Option<Mapping>) -> Options {
        Options {
            name: self.name.clone(),
            category: self.category.clone(),
            mapping,
            language: Some(visit.language),
            by: Some(visit.act().actor),
            // The look tells how much is refused, and a person says yes.
            anyway: true,
            ..Options::default()
        }
    }
}

impl Look {
    fn say(&self, key: &str) -> &'static str {
        say(self.language, key)
    }
}

/// How a file is to be imported: under its mapping with what the person corrected.
pub async fn options(visit: &Visit, asked: &Asked) -> Result<Options> {
    let mapping = if asked.form.is_empty() {
        None
    } else {
        let mut mapping = read(visit, asked, None, 0).await?.mapping;
        columns::correct(&mut mapping, &asked.form).then_some(mapping)
    };
    Ok(asked.options(visit, mapping))
}

/// Reads the beginning of a file beside the threads that answer.
async fn read(
    visit: &Visit,
    asked: &Asked,
    mapping: Option<Mapping>,
    rows: usize,
) -> Result<Preview> {
    let (deps, scope, account) = (visit.deps.clone(), visit.own()?, visit.account.clone());
    let options = asked.options(visit, mapping);
    let source: Box<File> = Box::new(deps.files.get(&asked.file)?);
    let runtime = tokio::runtime::Handle::current();
    let work = move || {
        let dictionary = deps.dictionary.get();
        let (store, dictionary) = (&deps.store, &dictionary);
        let preview = exchange::preview(store, dictionary, &scope, account, source, options, rows);
        runtime.block_on(preview)
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Error::broken(e.to_string()))?
}

pub async fn look(visit: &Visit, asked: &Asked) -> Result<Look> {
    let dictionary = visit.deps.dictionary.get();
    let vertical = dictionary
        .vertical(&visit.account.vertical)
        .ok_or(Error::NotFound { what: "vertical" })?;
    let options = options(visit, asked).await?;
    let preview = read(visit, asked, options.mapping.clone(), ROWS).await?;
    readable(&preview.report)?;
    let corrected = options.mapping.is_some();
    let stage = trial::of(visit, &asked.file, options)?.stage();
    let language = visit.language;
    // What the whole file holds, once it is known; until then what its beginning does.
    let found = match &stage {
        Stage::Done(report) => &report.unknown,
        _ => &preview.report.unknown,
    };
    let words = columns::unknown(vertical, language, &preview.mapping, found);
    Ok(Look {
        language,
        name: asked.name.clone(),
        object: asked.file.clone(),
        what: what(&preview, language),
        questions: questions(vertical, language, &preview.mapping),
        proposals: words.iter().filter(|w| w.proposal.is_some()).count() > 1,
        words,
        cards: cards(visit, vertical, &preview),
        columns: columns::views(vertical, language, &preview.mapping, &preview.sample),
        categories: categories(vertical, language, asked.category.as_deref()),
        outcome: outcome(vertical, language, &stage),
        corrected,
    })
}

/// A file of which nothing can be read is told as what it is.
fn readable(report: &Report) -> Result<()> {
    let first = report.problems.first().filter(|p| p.refused && p.row == 0);
    match first.filter(|_| report.rows == 0) {
        Some(problem) => Err(Error::refused(problem.code, [&problem.message; 4])),
        None => Ok(()),
    }
}

fn what(preview: &Preview, language: Language) -> Vec<(&'static str, String)> {
    let (about, report) = (&preview.description, &preview.report);
    let mut told = Vec::new();
    let mut tell = |key: &str, said: String| {
        if !said.is_empty() {
            told.push((say(language, key), said));
        }
    };
    let packed = about.container.iter().map(|c| format!("{c} › "));
    tell("format", packed.collect::<String>() + &report.format);
    tell("layout", report.layout.clone().unwrap_or_default());
    tell("encoding", report.encoding.clone());
    if let Some(dialect) = &about.dialect {
        let letter = |byte: u8| match byte {
            b'\t' => "⇥".to_owned(),
            byte => char::from(byte).to_string(),
        };
        tell("delimiter", letter(dialect.delimiter));
        tell("quote_mark", dialect.quote.map(letter).unwrap_or_default());
    }
    tell("records_at", about.record_path.clone().unwrap_or_default());
    let tables = about.tables.iter().filter(|t| !t.name.is_empty());
    let tables: Vec<String> = tables.map(|t| t.name.clone()).collect();
    tell("tables", tables.join(" · "));
    tell("columns", preview.mapping.columns.len().to_string());
    told
}

/// The price that no column gives, and the columns that may be a field.
fn questions(vertical: &Vertical, language: Language, mapping: &Mapping) -> Vec<Question> {
    let targets = columns::targets(vertical, language);
    let missing = |field: &str| {
        let taken = |c: &exchange::Assignment| c.field.as_deref() == Some(field);
        vertical.field(field).is_some() && !mapping.columns.iter().any(taken)
    };
    let asked = say(language, "which_column");
    let mut told = Vec::new();
    if !mapping.columns.is_empty() && missing("price") {
        told.push(Question {
            name: "f_price".into(),
            asked: asked.replace("{}", &columns::label(vertical, language, &targets, "price")),
            choices: free_columns(language, mapping),
        });
    }
    let open = mapping.columns.iter().enumerate().filter(|(_, c)| c.asks());
    for (at, column) in open.take(QUESTIONS_MAX) {
        let likely = column.candidates.iter().map(|c| Choice {
            key: c.field.clone(),
            label: columns::label(vertical, language, &targets, &c.field),
            on: false,
        });
        let open = Choice {
            key: String::new(),
            label: say(language, "choose_field").into(),
            on: true,
        };
        let raw = Choice {
            key: "-".into(),
            label: say(language, "keep_raw").into(),
            on: false,
        };
        told.push(Question {
            name: format!("c_{at}"),
            asked: say(language, "what_is_column").replace("{}", &column.column),
            choices: [open].into_iter().chain(likely).chain([raw]).collect(),
        });
    }
    told
}

/// The columns that nothing is taken from.
fn free_columns(language: Language, mapping: &Mapping) -> Vec<Choice> {
    let none = Choice {
        key: String::new(),
        label: say(language, "no_column").into(),
        on: true,
    };
    let free = mapping.columns.iter().enumerate();
    let free = free
        .filter(|(_, c)| c.field.is_none())
        .map(|(at, c)| Choice {
            key: at.to_string(),
            label: c.column.clone(),
            on: false,
        });
    [none].into_iter().chain(free).collect()
}

fn categories(vertical: &Vertical, language: Language, chosen: Option<&str>) -> Vec<Choice> {
    let choice = |c: &dictionary::Category| Choice {
        key: c.key.to_string(),
        label: c.label.get(language).to_owned(),
        on: chosen == Some(c.key.as_ref()),
    };
    vertical.categories.iter().map(choice).collect()
}

/// The first rows as visitors will see them; a row that is refused has none.
fn cards(visit: &Visit, vertical: &Vertical, preview: &Preview) -> Vec<Card> {
    let drafts = preview.listings.iter().flatten().take(CARDS);
    let card = |new: &NewListing| view::card(&example(new, visit), vertical, visit.language);
    drafts.map(card).collect()
}

/// The listing that a draft would become.
fn example(new: &NewListing, visit: &Visit) -> Listing {
    let now = visit.deps.store.now();
    Listing {
        id: Id::from_uuid(store::Uuid::nil()),
        account: visit.account.id,
        vertical: new.vertical.clone(),
        category: new.category.clone(),
        status: new.status,
        parent: None,
        level: None,
        reference: new.reference.clone(),
        values: new.values.clone(),
        photos: new.photos.clone(),
        created_at: now,
        updated_at: now,
        version: 0,
    }
}

fn outcome(vertical: &Vertical, language: Language, stage: &Stage) -> Outcome {
    let number = |n: u64| grouped(n as i64, language);
    let report = match stage {
        Stage::Reading(rows) => {
            return Outcome {
                reading: Some(number(*rows)),
                ..Outcome::default()
            };
        }
        Stage::Failed(said) => {
            return Outcome {
                failed: said.clone(),
                idle: true,
                ..Outcome::default()
            };
        }
        Stage::Done(report) => report,
    };
    let counted = [
        ("created", report.created),
        ("changed", report.changed),
        ("unchanged", report.unchanged),
        ("merged", report.merged),
        ("removed", report.removed),
        ("refused", report.refused),
    ];
    let problems = report.problems.iter().take(PROBLEMS);
    let line = say(language, "line");
    Outcome {
        reading: None,
        counts: counted
            .map(|(key, n)| (say(language, key), number(n)))
            .into(),
        rows: report.rows,
        idle: report.created + report.changed + report.merged + report.removed == 0,
        differences: report
            .differences
            .iter()
            .map(|(before, after)| differing(vertical, language, before, after))
            .collect(),
        refused: report.refused,
        problems: problems
            .map(|p| match p.row {
                0 => p.message.clone(),
                _ => format!("{line} {} · {} · {}", p.line, p.column, p.message),
            })
            .collect(),
        problems_total: number(report.problems_total),
        failed: String::new(),
    }
}

/// A listing before and after, field by field.
fn differing(
    vertical: &Vertical,
    language: Language,
    before: &Listing,
    after: &Listing,
) -> Differing {
    let mut fields = Vec::new();
    let mut tell = |label: &str, old: String, new: String| {
        if old != new {
            fields.push((label.to_owned(), old, new));
        }
    };
    let category = |listing: &Listing| {
        let category = vertical.category(&listing.category);
        category.map_or_else(String::new, |c| c.label.get(language).to_owned())
    };
    tell(say(language, "category"), category(before), category(after));
    let status = |l: &Listing| say(language, l.status.key()).to_owned();
    tell(say(language, "status"), status(before), status(after));
    for field in &vertical.fields {
        let (old, new) = (before.values.get(&field.key), after.values.get(&field.key));
        if old != new {
            let shown = |own: Option<&dictionary::Value>| shown(field, own, language);
            tell(field.label.get(language), shown(old), shown(new));
        }
    }
    let photos = |l: &Listing| l.photos.len().to_string();
    tell(say(language, "photos"), photos(before), photos(after));
    Differing {
        reference: after.reference.clone(),
        title: view::title(after, language, Some(vertical)),
        fields,
    }
}

/// A value as it stands in a list of differences; long texts by their beginning.
fn shown(field: &dictionary::Field, own: Option<&dictionary::Value>, language: Language) -> String {
    use dictionary::Value;
    let begins = |text: &str| text.chars().take(120).collect::<String>();
    match own {
        None => "—".to_owned(),
        Some(Value::Money(amount)) => money(amount, language),
        Some(Value::Texts(texts)) => {
            let text = texts.get(language.code()).or_else(|| texts.values().next());
            text.map_or_else(String::new, |t| begins(t))
        }
        Some(Value::Text(text) | Value::Person(text)) => begins(text),
        Some(Value::Place(place)) => {
            let parts = [&place.street, &place.number, &place.postcode, &place.town];
            let parts: Vec<&str> = parts.iter().map(|p| p.as_ref()).collect();
            parts.join(" ").trim().to_owned()
        }
        Some(other) => value(field, other, language).unwrap_or_default(),
    }
}
