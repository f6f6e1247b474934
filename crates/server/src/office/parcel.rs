//! A parcel of files as a person sees it: what each is taken for, what is asked, and what he said.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use dictionary::Language;
use migration::{Answers, FileReport, Holds, Join, Report};

use super::columns::Choice;
use super::course::Stage;
use crate::text::{grouped, say};

/// Between a file and its column, as a form carries them.
const OF: &str = " → ";
const PROBLEMS: usize = 12;

/// What a person said of a parcel.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub name: String,
    pub category: Option<String>,
    is: BTreeMap<String, Holds>,
    pairs: Vec<Pair>,
    without: BTreeSet<String>,
}

/// A column and what it names; half of it may not be said yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Pair {
    file: String,
    column: String,
    to: String,
}

impl Asked {
    pub fn of(form: &[(String, String)]) -> Asked {
        let mut asked = Asked::default();
        let mut pairs: BTreeMap<usize, Pair> = BTreeMap::new();
        for (name, value) in form.iter().filter(|(_, value)| !value.is_empty()) {
            let (word, number) = name.rsplit_once('_').unwrap_or((name, ""));
            let place = number.parse().unwrap_or(0);
            match word {
                "name" => asked.name = value.chars().take(200).collect(),
                "category" => asked.category = Some(value.clone()),
                "without" => {
                    asked.without.insert(value.clone());
                }
                "is" => {
                    let said = value.rsplit_once('=');
                    let said = said.and_then(|(f, k)| Some((f.to_owned(), Holds::parse(k)?)));
                    asked.is.extend(said);
                }
                "of" => pairs.entry(place).or_default().file.clone_from(value),
                "from" => pairs.entry(place).or_default().column.clone_from(value),
                "to" => pairs.entry(place).or_default().to.clone_from(value),
                _ => {}
            }
        }
        let said = |p: &Pair| !(p.file.is_empty() || p.column.is_empty() && p.to.is_empty());
        asked.pairs = pairs.into_values().filter(said).collect();
        asked
    }

    /// As a form carries it on while there is nothing to choose from.
    fn carried(&self) -> Vec<(String, String)> {
        let is = self.is.iter().enumerate();
        let is =
            is.map(|(n, (file, holds))| (format!("is_{n}"), format!("{file}={}", holds.key())));
        let without = self.without.iter();
        let without = without.map(|file| ("without".to_owned(), file.clone()));
        let pairs = self.pairs.iter().enumerate().flat_map(|(n, pair)| {
            let all = [("of", &pair.file), ("from", &pair.column), ("to", &pair.to)];
            all.map(|(word, said)| (format!("{word}_{n}"), said.clone()))
        });
        is.chain(without).chain(pairs).collect()
    }

    pub fn answers(&self) -> Answers {
        let join = |pair: &Pair| {
            let (to_file, to_column) = pair.to.rsplit_once(OF)?;
            (!pair.column.is_empty()).then(|| Join {
                file: pair.file.clone(),
                column: pair.column.clone(),
                to_file: to_file.to_owned(),
                to_column: to_column.to_owned(),
            })
        };
        Answers {
            holds: self.is.clone(),
            joins: self.pairs.iter().filter_map(join).collect(),
            without: self.without.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "office/parcel.html")]
pub struct View {
    language: Language,
    id: String,
    name: String,
    reading: Option<String>,
    failed: String,
    counts: Vec<(&'static str, String)>,
    questions: Vec<String>,
    categories: Vec<Choice>,
    files: Vec<File>,
    carried: Vec<(String, String)>,
    /// Something is there, and nothing is asked.
    ready: bool,
    /// What was done, and not what would be.
    done: bool,
}

struct File {
    number: usize,
    name: String,
    holds: &'static str,
    percent: u32,
    reason: String,
    rows: String,
    kinds: Vec<Choice>,
    asked: bool,
    without: bool,
    pairs: Vec<Columns>,
    joins: Vec<String>,
    orphans: Vec<String>,
    columns: Vec<(String, String)>,
    problems: Vec<String>,
}

/// Two choices: a column of the file, and the column whose records it names.
struct Columns {
    number: usize,
    file: String,
    from: Vec<Choice>,
    to: Vec<Choice>,
}

impl View {
    fn say(&self, key: &str) -> &'static str {
        say(self.language, key)
    }

    /// The look at a parcel, as far as it is; `usual` is what it is called when nobody has said.
    pub fn of(
        (language, id): (Language, &str),
        (asked, usual): (&Asked, String),
        categories: Vec<Choice>,
        stage: &Stage,
    ) -> View {
        let name = match asked.name.as_str() {
            "" => usual,
            own => own.to_owned(),
        };
        let mut view = View {
            language,
            id: id.to_owned(),
            name,
            reading: None,
            failed: String::new(),
            counts: Vec::new(),
            questions: Vec::new(),
            categories,
            files: Vec::new(),
            carried: Vec::new(),
            ready: false,
            done: false,
        };
        if !matches!(stage, Stage::Done(_)) {
            view.carried = asked.carried();
        }
        match stage {
            Stage::Reading(what, rows) => view.reading = Some(reading(language, what, *rows)),
            Stage::Failed(said) => view.failed.clone_from(said),
            Stage::Done(report) => view.tell(report, asked),
        }
        view
    }

    /// Of a run, which nothing is said of any more.
    pub fn of_run(mut self) -> View {
        self.done = true;
        self
    }

    fn tell(&mut self, report: &Report, asked: &Asked) {
        let found = &report.found;
        let all = [
            ("listings_found", found.listings),
            ("persons", found.persons),
            ("parties", found.parties),
            ("photos", found.photos),
            ("documents", found.documents),
            ("notes", found.notes),
        ];
        let number = |n: u64| grouped(n as i64, self.language);
        self.counts = all
            .map(|(key, n)| (say(self.language, key), number(n)))
            .into();
        self.questions = report.questions.iter().map(|q| q.said.clone()).collect();
        let any = all.iter().any(|(_, n)| *n > 0);
        self.ready = report.dry_run && any && report.questions.is_empty();
        let mut pairs = 0;
        let files = report.files.iter().enumerate();
        let file = |(number, of)| file((number, of), self.language, report, asked, &mut pairs);
        self.files = files.map(file).collect();
    }
}

/// `Reading contacts.csv: 12,000`.
pub fn reading(language: Language, what: &str, rows: u64) -> String {
    let word = say(language, "reading_files");
    match what {
        "" => word.to_owned(),
        what => format!("{word} {what}: {}", grouped(rows as i64, language)),
    }
}

const fn word_of(holds: Holds) -> &'static str {
    match holds {
        Holds::Listings => "holds_listings",
        Holds::People => "holds_people",
        Holds::Photos => "holds_photos",
        Holds::Documents => "holds_documents",
        Holds::Parties => "holds_parties",
        Holds::Notes => "holds_notes",
        Holds::Nothing => "holds_nothing",
    }
}

fn percent(share: f64) -> u32 {
    (share * 100.0).round() as u32
}

fn file(
    (number, of): (usize, &FileReport),
    language: Language,
    report: &Report,
    asked: &Asked,
    pairs: &mut usize,
) -> File {
    let said = asked.is.get(&of.name);
    let kind = |holds: Holds| Choice {
        key: format!("{}={}", of.name, holds.key()),
        label: say(language, word_of(holds)).to_owned(),
        on: said == Some(&holds),
    };
    let found = Choice {
        key: String::new(),
        label: say(language, "as_found").to_owned(),
        on: said.is_none(),
    };
    let kinds = [found].into_iter().chain(Holds::ALL.map(kind)).collect();
    let lines = say(language, "line");
    let orphans = of.orphans.iter().map(|o| {
        let shown: Vec<String> = o
            .lines
            .iter()
            .filter(|l| **l > 0)
            .map(u64::to_string)
            .collect();
        let at = match shown.is_empty() {
            true => String::new(),
            false => format!(" ({lines} {})", shown.join(", ")),
        };
        format!("{}× {}{at}", o.count, o.said)
    });
    let joins = of.joins.iter().map(|j| {
        format!(
            "{} → {} · {} ({} %)",
            j.column,
            j.to_file,
            j.to_column,
            percent(j.share)
        )
    });
    let listings = of.listings.iter().flat_map(|l| &l.problem_kinds);
    let problems = listings.take(PROBLEMS).map(|k| {
        let fate = if k.refused { "refused" } else { "remark" };
        format!("{}× {} · {}", k.count, say(language, fate), k.message)
    });
    let mapped = of.listings.iter().flat_map(|l| &l.mapping);
    let mapped = mapped.filter_map(|m| Some((m.column.clone(), m.field.clone()?)));
    let people = of.columns.iter();
    let people = people.map(|c| (c.column.clone(), c.field.clone()));
    let mut rows = String::new();
    if of.rows > 0 {
        let count = |n: u64| grouped(n as i64, language);
        rows = format!("{} {}", count(of.rows), say(language, "rows_in"));
        rows += &format!(" · {} {}", count(of.joined), say(language, "rows_taken"));
        if of.doubled > 0 {
            rows += &format!(" · {} {}", count(of.doubled), say(language, "rows_doubled"));
        }
    }
    File {
        number,
        name: of.name.clone(),
        holds: say(language, word_of(of.holds)),
        percent: percent(of.confidence),
        reason: of.reason.clone(),
        rows,
        kinds: if of.headers.is_empty() {
            Vec::new()
        } else {
            kinds
        },
        asked: report.questions.iter().any(|q| q.file == of.name),
        without: asked.without.contains(&of.name),
        pairs: columns(of, language, report, asked, pairs),
        joins: joins.collect(),
        orphans: orphans.collect(),
        columns: mapped.chain(people).collect(),
        problems: problems.collect(),
    }
}

/// What a person said of a file's columns, and as many open choices as questions are left.
fn columns(
    of: &FileReport,
    language: Language,
    report: &Report,
    asked: &Asked,
    pairs: &mut usize,
) -> Vec<Columns> {
    let said = asked.pairs.iter().filter(|p| p.file == of.name);
    let mut shown: Vec<Pair> = said.cloned().collect();
    let half = |p: &&Pair| p.column.is_empty() || p.to.is_empty();
    let half = shown.iter().filter(half).count();
    let open = |q: &&migration::Question| q.code == "unclear_join" && q.file == of.name;
    let open = report.questions.iter().filter(open).count();
    let new = || Pair {
        file: of.name.clone(),
        ..Pair::default()
    };
    shown.extend((half..open).map(|_| new()));
    let choices = |all: &[String], on: &str| {
        let none = Choice {
            key: String::new(),
            label: say(language, "choose_field").to_owned(),
            on: on.is_empty(),
        };
        let choice = |text: &String| Choice {
            key: text.clone(),
            label: text.clone(),
            on: text == on,
        };
        [none].into_iter().chain(all.iter().map(choice)).collect()
    };
    let named = |f: &&FileReport| matches!(f.holds, Holds::Listings | Holds::People);
    let named = report.files.iter().filter(named);
    let targets: Vec<String> = named
        .flat_map(|f| f.headers.iter().map(|h| format!("{}{OF}{h}", f.name)))
        .collect();
    let shown = shown.into_iter().map(|pair| {
        *pairs += 1;
        Columns {
            number: *pairs,
            from: choices(&of.headers, &pair.column),
            to: choices(&targets, &pair.to),
            file: pair.file,
        }
    });
    shown.collect()
}
