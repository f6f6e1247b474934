//! `import`.

use std::fs::File;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use arrivals::Handed;
use clap::Args;
use exchange::{Options, Pictures, Problem, Report};
use media::{Files, Kept};

use crate::given::{is_stdin, source};
use crate::house::Place;
use crate::output::{Failure, out, print};

#[derive(Args)]
#[command(after_help = "Examples:
  entremise import houses.csv --account lumen --dry-run
  entremise import sales.csv --account lumen --feed sales --category apartment
  curl -s https://feed.example/kyero.xml.gz | entremise import - --account lumen
  entremise import houses.csv --account lumen --json | jq .problem_kinds

A row whose bytes are known writes nothing, so the whole file can be imported every night.
What the file no longer names is withdrawn, unless that is suspiciously much (--clearance).")]
pub struct Import {
    /// The file; `-` reads standard input
    file: PathBuf,
    /// The account that the listings belong to
    #[arg(long, value_name = "SLUG")]
    account: String,
    /// The category of rows that name none
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    /// Which of the account's feeds this is, where two have the same columns (sales and rentals)
    #[arg(long, value_name = "NAME")]
    feed: Option<String>,
    /// A mapping as `mapping export` prints it, instead of the one that the feed has
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Show what would happen and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The file holds only some of the listings: withdraw nothing
    #[arg(long)]
    partial: bool,
    /// Withdraw what the file no longer names even if that is much
    #[arg(long)]
    clearance: bool,
    /// Read on even if nearly all rows are refused
    #[arg(long)]
    anyway: bool,
}

/// Kinds of remarks that the terminal shows, and lines of each.
const KINDS_SHOWN: usize = 12;
const LINES_SHOWN: usize = 5;

impl Import {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let mapping = self.mapping.as_deref().map(super::mapping::read);
        let mapping = mapping.transpose()?;
        let source = source(&self.file)?;
        let house = place.open().await?;
        let files = Files::open(&house.place.data.join("files"))?;
        let unique = format!("import-{}", house.store.dice().below(u64::MAX));
        let handed = handed(&self.file, source, files, unique)?;
        let (account, scope) = house.account(&self.account).await?;
        let name = match is_stdin(&self.file) {
            true => "standard input".to_owned(),
            false => {
                let name = self.file.file_name().unwrap_or_default();
                name.to_string_lossy().into_owned()
            }
        };
        let options = Options {
            name,
            category: self.category,
            dry_run: self.dry_run,
            partial: self.partial,
            clearance: self.clearance,
            anyway: self.anyway,
            feed: self.feed,
            mapping,
            pictures: Pictures::At(house.place.data.join("media")),
            ..Options::default()
        };
        let shown = std::io::stderr().is_terminal();
        let started = std::time::Instant::now();
        let mut progress = |report: &Report| {
            if shown {
                let rate = report.rows as f64 / started.elapsed().as_secs_f64().max(0.001);
                eprint!(
                    "\r{} rows, {:.0} a second, {} refused ",
                    report.rows, rate, report.refused
                );
            }
        };
        let dictionary = house.dictionary.get();
        let report = arrivals::import(
            &house.store,
            &dictionary,
            &scope,
            account,
            handed,
            options,
            &mut progress,
        )
        .await
        .map_err(mistyped)?;
        if shown {
            eprintln!();
        }
        let failure = failure_of(&report);
        // A file that could not be read at all has nothing to tell but why.
        if json || report.rows > 0 || failure.is_none() {
            print(json, &report, || say(&report));
        }
        failure.map_or(Ok(()), |f| Err(f.printed()))
    }
}

type Keep = Box<dyn FnOnce() -> store::Result<Kept> + Send>;

/// A file is kept while it is imported; what comes through a pipe can be read once, and is kept first.
fn handed(
    file: &Path,
    source: Box<dyn Read + Send>,
    files: Files,
    unique: String,
) -> Result<Handed<Keep>, Failure> {
    if !is_stdin(file) {
        let path = file.to_owned();
        let keep: Keep = Box::new(move || {
            let opened = File::open(&path);
            let opened = opened.map_err(|e| broken(&path, &e))?;
            copy(opened, &path, &files, &unique)
        });
        let file = source;
        return Ok(Handed { file, keep });
    }
    let kept = copy(source, file, &files, &unique)?;
    let file = Box::new(files.get(&kept.hash)?);
    let keep: Keep = Box::new(move || Ok(kept));
    Ok(Handed { file, keep })
}

fn broken(path: &Path, error: &std::io::Error) -> store::Error {
    store::Error::broken(format!("{}: {error}", path.display()))
}

fn copy(mut from: impl Read, path: &Path, files: &Files, unique: &str) -> store::Result<Kept> {
    let mut coming = files.begin(unique, arrivals::FILE_BYTES_MAX)?;
    let mut chunk = vec![0; 256 << 10];
    loop {
        match from.read(&mut chunk).map_err(|e| broken(path, &e))? {
            0 => return coming.keep(),
            read => coming.write(&chunk[..read])?,
        }
    }
}

/// A category that does not exist was typed, not met.
fn mistyped(error: store::Error) -> Failure {
    let typed = error.code() == "unknown_category";
    let failure = Failure::from(error);
    if typed { failure.into_usage() } else { failure }
}

/// Nothing was taken from the file, or it broke off, or it was given up.
fn failure_of(report: &Report) -> Option<Failure> {
    let first = report.problems.first()?;
    let broken = report
        .problems
        .iter()
        .find(|p| matches!(p.code, "not_whole" | "hopeless"));
    let taken = report.created + report.changed + report.unchanged + report.merged;
    let failed = match (broken, report.rows, taken) {
        (Some(broken), _, _) => broken,
        (None, 0, _) if first.refused => first,
        (None, rows, 0) if rows > 0 && report.refused > 0 => {
            let said = format!("all {rows} rows were refused; the first: {}", first.message);
            return Some(Failure::new(first.code, said));
        }
        _ => return None,
    };
    Some(Failure::new(failed.code, failed.message.clone()))
}

fn say(report: &Report) {
    out!(
        "{} ({}), {} rows in {:.2} s",
        report.format,
        report.encoding,
        report.rows,
        report.seconds
    );
    for column in &report.mapping {
        match &column.field {
            Some(field) => out!(
                "  {:<32} → {:<22} {:>3.0} %  {}",
                column.column,
                field,
                column.confidence * 100.0,
                column.reason
            ),
            None => out!(
                "  {:<32}   {:<22}        {}",
                column.column,
                "–",
                column.reason
            ),
        }
    }
    out!(
        "created {}, changed {}, unchanged {}, merged {}, removed {}, refused {}",
        report.created,
        report.changed,
        report.unchanged,
        report.merged,
        report.removed,
        report.refused
    );
    say_remarks(report);
    if let Some(batch) = report.batch {
        out!("batch {batch}; `entremise undo {batch}` takes it back");
    }
}

/// The remarks by kind, so that one mistake made ten thousand times is one thing to read.
fn say_remarks(report: &Report) {
    for kind in report.problem_kinds.iter().take(KINDS_SHOWN) {
        let mut alike = report
            .problems
            .iter()
            .filter(|p| (p.code, &p.column, p.refused) == (kind.code, &kind.column, kind.refused));
        let shown: Vec<&Problem> = alike.by_ref().take(LINES_SHOWN).collect();
        if let (1, Some(only)) = (kind.count, shown.first()) {
            out!("  {}{}", place_of(only), only.message);
            continue;
        }
        let column = match kind.column.as_str() {
            "" => String::new(),
            column => format!(" in {column}"),
        };
        let fate = if kind.refused {
            "refused"
        } else {
            "taken with a remark"
        };
        out!("  {} rows {fate}: {}{column}", kind.count, kind.code);
        for problem in shown {
            out!("    {}{}", place_of(problem), problem.message);
        }
    }
    let more = report.problem_kinds.len().saturating_sub(KINDS_SHOWN);
    if more > 0 {
        out!("  and {more} more kinds of remarks");
    }
    if report.problems_total > report.problems.len() as u64 {
        let (all, kept) = (report.problems_total, exchange::PROBLEMS_MAX);
        out!("  {all} remarks in all; --json tells the first {kept} in full");
    }
}

fn place_of(problem: &Problem) -> String {
    match (problem.row, problem.line, problem.column.as_str()) {
        (0, 0, _) => String::new(),
        (0, line, _) => format!("line {line}: "),
        (row, line, "") => format!("row {row}, line {line}: "),
        (row, line, column) => format!("row {row}, line {line}, {column}: "),
    }
}
