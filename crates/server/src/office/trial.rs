//! The dry run of a file that somebody looks at: it goes on beside the page and says how far it is.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header;
use axum::response::{Html, IntoResponse};
use exchange::{Mapping, Options, Problem, Report};
use store::{Error, Result};
use tokio::sync::Notify;

use super::{Answer, Visit};
use crate::text::{grouped, say};

/// A dry run, for one person and one file; another mapping makes another one.
pub struct Trial {
    of: (Option<Mapping>, Option<String>),
    stage: Mutex<Stage>,
    superseded: Notify,
}

#[derive(Clone)]
pub enum Stage {
    /// Rows read so far.
    Reading(u64),
    Done(Arc<Report>),
    /// What is wrong, in the reader's language.
    Failed(String),
}

impl Trial {
    pub fn stage(&self) -> Stage {
        let stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        stage.clone()
    }

    fn comes_to(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }
}

fn key(visit: &Visit, file: &str) -> String {
    format!("{} {} {file}", visit.account.id, visit.user.id)
}

/// The dry run of a file under a mapping: the one that runs or has run, or else a new one.
pub fn of(visit: &Visit, file: &str, options: Options) -> Result<Arc<Trial>> {
    let key = key(visit, file);
    let of = (options.mapping.clone(), options.category.clone());
    if let Some(known) = visit.deps.trials.get(&key) {
        if known.of == of {
            return Ok(known);
        }
        known.superseded.notify_one();
    }
    let trial = Arc::new(Trial {
        of,
        stage: Mutex::new(Stage::Reading(0)),
        superseded: Notify::new(),
    });
    visit.deps.trials.insert(key, trial.clone());
    begin(visit, trial.clone(), visit.deps.files.get(file)?, options)?;
    Ok(trial)
}

/// Reading is work and not waiting: it has a thread of its own.
fn begin(visit: &Visit, trial: Arc<Trial>, file: std::fs::File, options: Options) -> Result<()> {
    let (deps, scope, account) = (visit.deps.clone(), visit.own()?, visit.account.clone());
    let language = visit.language;
    let options = Options {
        dry_run: true,
        ..options
    };
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let dictionary = deps.dictionary.get();
        let mut told = |report: &Report| trial.comes_to(Stage::Reading(report.rows));
        let source = Box::new(file);
        let run = exchange::import(
            &deps.store,
            &dictionary,
            &scope,
            account,
            source,
            options,
            &mut told,
        );
        let ended = runtime.block_on(async {
            tokio::select! {
                ended = run => Some(ended),
                () = trial.superseded.notified() => None,
            }
        });
        match ended {
            Some(Ok(report)) => trial.comes_to(Stage::Done(Arc::new(report))),
            Some(Err(error)) => {
                let said = error.message().get(language).to_owned();
                trial.comes_to(Stage::Failed(said));
            }
            None => {}
        }
    });
    Ok(())
}

/// How far the dry run of a file is, for the page that waits for it.
pub async fn show(visit: &Visit, file: &str) -> Answer {
    let stage = visit.deps.trials.get(&key(visit, file)).map(|t| t.stage());
    let html = match stage {
        Some(Stage::Reading(rows)) => {
            let rows = grouped(rows as i64, visit.language);
            let word = say(visit.language, "counting");
            format!("<progress aria-label=\"{word}\"></progress> {word} {rows}")
        }
        // Nothing more to wait for: the page asks for itself anew.
        _ => String::new(),
    };
    Ok(Html(html).into_response())
}

/// The rows that a file would leave out, with their lines and the reasons.
pub async fn refused(visit: &Visit, file: &str) -> Answer {
    let stage = visit.deps.trials.get(&key(visit, file)).map(|t| t.stage());
    let Some(Stage::Done(report)) = stage else {
        return Err(Error::NotFound { what: "page" });
    };
    let csv = table(visit, report.problems.iter().filter(|p| p.refused))
        .map_err(|e| Error::broken(e.to_string()))?;
    let named = "attachment; filename=\"refused.csv\"";
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, named),
    ];
    Ok((head, csv).into_response())
}

fn table<'a>(
    visit: &Visit,
    problems: impl Iterator<Item = &'a Problem>,
) -> std::io::Result<Vec<u8>> {
    let mut csv = formats::CsvWriter::new(Vec::new())?;
    for word in ["row", "line", "column", "why"] {
        csv.field(say(visit.language, word))?;
    }
    csv.field("code")?;
    csv.end_record()?;
    for problem in problems {
        csv.field(&problem.row.to_string())?;
        csv.field(&problem.line.to_string())?;
        csv.field(&problem.column)?;
        csv.field(&problem.message)?;
        csv.field(problem.code)?;
        csv.end_record()?;
    }
    csv.finish()
}
