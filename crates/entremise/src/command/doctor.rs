//! `doctor`: every line is ok, warn or fail, and says what to do.

use clap::Args;
use store::{Found, Store};

use crate::checkup::{self, Check, State};
use crate::command::serve::address;
use crate::house::{House, Place};
use crate::output::{Failure, out, print};

/// Look whether everything is as it should be; changes nothing
///
/// Exits with 1 if a line says fail. A line that says warn can wait until somebody has time.
#[derive(Args)]
#[command(after_help = "Examples:
  entremise doctor
  entremise doctor --json | jq '.checks[] | select(.state != \"ok\")'")]
pub struct Doctor {
    /// Where the server listens, or shall listen
    #[arg(
        long,
        env = "LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDR"
    )]
    listen: String,
}

impl Doctor {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let listen = address(&self.listen)?;
        let mut checks = vec![
            checkup::rules::verticals(&place),
            checkup::rules::sites(&place),
        ];
        match openable(&place).await {
            Err(check) => checks.push(check),
            Ok(schema) => {
                checks.push(schema);
                let house = place.clone().open().await?;
                within(&house, &mut checks).await;
            }
        }
        checks.push(checkup::machine::disk(&place));
        checks.push(checkup::machine::port(listen));
        tell(json, &checks)
    }
}

/// Whether there is something to open that this program understands, and no step would be taken.
async fn openable(place: &Place) -> Result<Check, Check> {
    let fail = |failure: Failure| Check::fail("database", failure.message, "");
    let location = place.location().map_err(fail)?;
    let looked = Store::look(&location, &server::migrations()).await;
    match looked.map_err(|e| fail(e.into()))? {
        Found::Nothing => Err(fail(place.nothing_at(&location))),
        Found::Ours { unknown, .. } if !unknown.is_empty() => Err(Check::fail(
            "migrations",
            format!(
                "a newer program has changed {location}: {}",
                unknown.join(", ")
            ),
            "use that program; this one is too old",
        )),
        Found::Ours { waiting, .. } if !waiting.is_empty() => Err(Check::warn(
            "migrations",
            format!(
                "{} steps wait: {}; the rest was not looked at",
                waiting.len(),
                waiting.join(", ")
            ),
            "make a copy of the data, then start the server: it takes them",
        )),
        Found::Ours { .. } => Ok(Check::ok("migrations", format!("{location} is up to date"))),
    }
}

/// One check that cannot be made is a failed check, and the others go on.
async fn within(house: &House, checks: &mut Vec<Check>) {
    let failed = |name| move |f: Failure| Check::fail(name, f.message, "look at the database");
    checks.push(
        checkup::rows::integrity(house)
            .await
            .unwrap_or_else(failed("database")),
    );
    checks.push(
        checkup::rows::durability(house)
            .await
            .unwrap_or_else(failed("durability")),
    );
    checks.push(
        checkup::rows::journal(house)
            .await
            .unwrap_or_else(failed("journal")),
    );
    checks.push(
        checkup::rows::jobs(house)
            .await
            .unwrap_or_else(failed("jobs")),
    );
    checks.push(
        checkup::rows::arrivals(house)
            .await
            .unwrap_or_else(failed("arrivals")),
    );
    checks.push(
        checkup::rows::mail(house)
            .await
            .unwrap_or_else(failed("mail")),
    );
    checks.push(
        checkup::rows::batches(house)
            .await
            .unwrap_or_else(failed("batches")),
    );
    match checkup::stock::sample(house).await {
        Err(failure) => checks.push(failed("listings")(failure)),
        Ok(sample) => {
            let index = checkup::stock::index(house, &sample).await;
            checks.push(index.unwrap_or_else(failed("index")));
            checks.push(checkup::stock::pictures(house, &sample));
        }
    }
    checks.push(
        checkup::machine::clock(house)
            .await
            .unwrap_or_else(failed("clock")),
    );
}

fn tell(json: bool, checks: &[Check]) -> Result<(), Failure> {
    let count = |state: State| checks.iter().filter(|c| c.state == state).count();
    let (fails, warns) = (count(State::Fail), count(State::Warn));
    let shown = serde_json::json!({ "well": fails == 0, "warnings": warns, "failures": fails, "checks": checks });
    print(json, &shown, || {
        for check in checks {
            out!(
                "{:<4} {:<11} {}",
                check.state.key(),
                check.check,
                check.said
            );
            if !check.todo.is_empty() {
                out!("                 → {}", check.todo);
            }
        }
    });
    match fails {
        0 => Ok(()),
        1 => Err(Failure::new("unwell", "one check failed").printed()),
        n => Err(Failure::new("unwell", format!("{n} checks failed")).printed()),
    }
}
