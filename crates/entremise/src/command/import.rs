//! `import` and `publish`.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;
use exchange::{Options, Portal, Report};

use crate::house::Place;
use crate::output::{Failure, out, print};

#[derive(Args)]
pub struct Import {
    /// The file; `-` reads standard input
    file: PathBuf,
    /// The account that the listings belong to
    #[arg(long)]
    account: String,
    /// The category of rows that name none
    #[arg(long)]
    category: Option<String>,
    /// Which of the account's feeds this is, where two have the same columns (sales and rentals)
    #[arg(long, value_name = "NAME")]
    feed: Option<String>,
    /// Show what would happen and write nothing
    #[arg(long)]
    dry_run: bool,
    /// The file holds only some of the listings: withdraw nothing
    #[arg(long)]
    partial: bool,
    /// Withdraw what the file no longer names even if that is much
    #[arg(long)]
    clearance: bool,
}

#[derive(Args)]
pub struct Publish {
    /// The portal: kyero, csv
    #[arg(long)]
    portal: String,
    /// The account whose listings go out
    #[arg(long)]
    account: String,
    /// Where to write the feed; `-` is standard output
    #[arg(long)]
    out: PathBuf,
    /// The public address below which pictures are found
    #[arg(long, default_value = "http://localhost:8080")]
    base: String,
}

const LEFT_OUT_SHOWN: usize = 20;

impl Import {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let source: Box<dyn std::io::Read + Send> = match self.file.as_os_str() == "-" {
            true => Box::new(std::io::stdin()),
            false => Box::new(
                File::open(&self.file)
                    .map_err(|e| format!("cannot open {}: {e}", self.file.display()))?,
            ),
        };
        let house = place.open().await?;
        let (account, scope) = house.account(&self.account).await?;
        let name = self
            .file
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default();
        let options = Options {
            name,
            category: self.category,
            dry_run: self.dry_run,
            partial: self.partial,
            clearance: self.clearance,
            feed: self.feed,
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
        let report = exchange::import(
            &house.store,
            &dictionary,
            &scope,
            account,
            source,
            options,
            &mut progress,
        )
        .await?;
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

/// Nothing was taken from the file, or it broke off.
fn failure_of(report: &Report) -> Option<Failure> {
    let first = report.problems.first()?;
    let broken = report.problems.iter().find(|p| p.code == "not_whole");
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
    for problem in report.problems.iter().take(10) {
        out!(
            "  row {}, line {}, {}: {}",
            problem.row,
            problem.line,
            problem.column,
            problem.message
        );
    }
    if report.problems_total > 10 {
        out!(
            "  and {} more remarks; --json shows the first {}",
            report.problems_total - 10,
            report.problems.len()
        );
    }
    if let Some(batch) = report.batch {
        out!("batch {batch}; `entremise undo {batch}` takes it back");
    }
}

impl Publish {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        let (account, scope) = house.account(&self.account).await?;
        let portal = Portal::find(&self.portal).ok_or_else(|| {
            let known: Vec<&str> = exchange::PORTALS.iter().map(|p| p.key.as_str()).collect();
            format!(
                "there is no portal “{}”; there are {}",
                self.portal,
                known.join(", ")
            )
        })?;
        if !portal.verticals.contains(&account.vertical) {
            let (label, takes) = (&portal.label, portal.verticals.join(", "));
            let said = format!(
                "{label} takes {takes}; {} deals in {}",
                account.slug, account.vertical
            );
            return Err(Failure::new("wrong_vertical", said));
        }
        let mut read = house.store.read(&scope).await?;
        let dictionary = house.dictionary.get();
        let to_stdout = self.out.as_os_str() == "-";
        // The last good feed stays until the new one is whole.
        let unfinished = match self.out.file_name() {
            Some(name) if self.out.is_file() || !self.out.exists() => {
                let mut name = name.to_owned();
                name.push(".unfinished");
                self.out.with_file_name(name)
            }
            _ => self.out.clone(),
        };
        let mut out: Box<dyn Write + Send> = match to_stdout {
            true => Box::new(BufWriter::new(std::io::stdout())),
            false => {
                let file = File::create(&unfinished)
                    .map_err(|e| format!("cannot write {}: {e}", unfinished.display()))?;
                Box::new(BufWriter::new(file))
            }
        };
        let published = exchange::publish(
            &mut read,
            &dictionary,
            &portal,
            &account,
            &self.base,
            &mut out,
        )
        .await?;
        out.flush()
            .map_err(|e| format!("cannot write {}: {e}", self.out.display()))?;
        drop(out);
        if !to_stdout && unfinished != self.out {
            std::fs::rename(&unfinished, &self.out)
                .map_err(|e| format!("cannot write {}: {e}", self.out.display()))?;
        }
        if to_stdout {
            let told = serde_json::to_string(&published).unwrap_or_default();
            eprintln!("{told}");
        } else {
            print(json, &published, || {
                out!("{} listings in {}", published.listings, self.out.display());
                for left in published.left_out.iter().take(LEFT_OUT_SHOWN) {
                    let (id, reference) = (left.listing, &left.reference);
                    out!("  left out {id} {reference}: {}", left.reason.en);
                }
                let more = published.left_out.len().saturating_sub(LEFT_OUT_SHOWN);
                if more > 0 {
                    out!("  and {more} more; --json names them all");
                }
            });
        }
        Ok(())
    }
}
