//! `migrate`: the whole history out of another system.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use exchange::Pictures;
use media::Files;
use migration::{Answers, FileReport, Options, Parcel, Report};

use crate::house::Place;
use crate::output::{Failure, out, print};

#[derive(Args)]
#[command(after_help = "Examples:
  entremise migrate export.zip --account lumen --dry-run     what is in it, and what it would become
  entremise migrate export/ --account lumen
  entremise migrate export/ --account lumen --is codes.csv=nothing
  entremise migrate export/ --account lumen --join photos.csv:obj=listings.csv:id

It finds out which file holds what (listings, people, photos, documents, parties, notes) and which
column names the records of another file; the share of its values that are there is the proof. What
is not certain is asked, and nothing is written before it is answered. All of it is one batch, which
`entremise undo BATCH` takes back whole for 30 days. Cut off, the same command goes on.")]
pub struct Migrate {
    /// A folder or a ZIP with the files of the other system
    files: PathBuf,
    /// The account that all of it belongs to
    #[arg(long, value_name = "SLUG")]
    account: String,
    /// Show what would become of it and write nothing
    #[arg(long)]
    dry_run: bool,
    /// What a file holds: listings, people, photos, documents, parties, notes or nothing
    #[arg(long, value_name = "FILE=KIND")]
    is: Vec<String>,
    /// The column by which one file names the records of another
    #[arg(long, value_name = "FILE:COLUMN=FILE:COLUMN")]
    join: Vec<String>,
    /// A file that is not wanted
    #[arg(long, value_name = "FILE")]
    without: Vec<String>,
    /// The category of listings that name none
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
}

impl Migrate {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let answers = self.answers()?;
        if !self.files.exists() {
            let said = format!("there is no folder and no ZIP {}", self.files.display());
            return Err(Failure::new("no_such_file", said));
        }
        let parcel = Parcel::open(&self.files);
        let parcel = parcel.map_err(|refusal| Failure::new(refusal.code, refusal.message))?;
        let house = place.open().await?;
        let (account, scope) = house.account(&self.account).await?;
        let options = Options {
            dry_run: self.dry_run,
            category: self.category,
            language: None,
            answers,
            pictures: Pictures::At(house.place.data.join("media")),
            shelf: Some(Files::open(&house.place.data.join("files"))?),
            ..Options::default()
        };
        let shown = std::io::stderr().is_terminal();
        let mut progress = |what: &str, done: u64| {
            if shown {
                eprint!("\r{what}: {done} ");
            }
        };
        let dictionary = house.dictionary.get();
        let report = migration::migrate(
            &house.store,
            &dictionary,
            &scope,
            &account,
            Arc::new(parcel),
            options,
            &mut progress,
        )
        .await?;
        if shown {
            eprintln!();
        }
        print(json, &report, || say(&report));
        match report.questions.first() {
            Some(first) => Err(Failure::new(first.code, first.said.clone()).printed()),
            None => Ok(()),
        }
    }

    fn answers(&self) -> Result<Answers, Failure> {
        let answers = Answers::read(&self.is, &self.join, &self.without);
        answers.map_err(|error| Failure::usage(error.message().en))
    }
}

fn say(report: &Report) {
    for file in &report.files {
        say_file(file);
    }
    let found = &report.found;
    out!(
        "{}{} listings, {} people, {} parties, {} photos, {} documents, {} notes in {:.2} s",
        if report.dry_run {
            "would be here: "
        } else {
            ""
        },
        found.listings,
        found.persons,
        found.parties,
        found.photos,
        found.documents,
        found.notes,
        report.seconds
    );
    for question in &report.questions {
        out!("? {}", question.said);
        for answer in &question.answers {
            out!("    {answer}");
        }
    }
    if !report.questions.is_empty() {
        out!("nothing was written: answer the questions in the command, by the words shown");
    }
    if let Some(batch) = report.batch {
        let until = report.undo_until.map(|at| at.to_string());
        let until = until.as_deref().map_or("", |at| &at[..10]);
        out!("batch {batch}; `entremise undo {batch}` takes it back, until {until} at least");
    }
}

fn say_file(file: &FileReport) {
    out!(
        "{}  {} ({:.0} %): {}",
        file.name,
        file.holds.key(),
        file.confidence * 100.0,
        file.reason
    );
    if file.rows > 0 {
        let doubled = match file.doubled {
            0 => String::new(),
            count => format!(", {count} say the same number or person again"),
        };
        out!("    {} rows, {} taken{doubled}", file.rows, file.joined);
    }
    for join in &file.joins {
        out!(
            "    {} → {} of {}: {:.0} % are there ({:.0} % sure)",
            join.column,
            join.to_column,
            join.to_file,
            join.share * 100.0,
            join.confidence * 100.0
        );
    }
    for orphans in &file.orphans {
        let lines: Vec<String> = orphans.lines.iter().map(u64::to_string).collect();
        out!(
            "    {} not taken ({}): {}; line {}",
            orphans.count,
            orphans.code,
            orphans.said,
            lines.join(", ")
        );
    }
    for kind in file
        .listings
        .iter()
        .flat_map(|l| l.problem_kinds.iter().take(5))
    {
        let fate = if kind.refused {
            "refused"
        } else {
            "taken with a remark"
        };
        out!(
            "    {} {fate} ({}): {}",
            kind.count,
            kind.code,
            kind.message
        );
    }
}
