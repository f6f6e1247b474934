//! `undo`.

use clap::Args;
use store::{Id, kinds};

use crate::house::{Place, act};
use crate::output::{Failure, out, print};

#[derive(Args)]
#[command(after_help = "Examples:
  entremise undo bat_01j… --dry-run    what would change, and what somebody changed since
  entremise undo bat_01j…
An undo is a batch too, so it can be undone.")]
pub struct Undo {
    /// The batch, as the import or the migration printed it (bat_…)
    batch: String,
    /// Show what would change and what has changed since
    #[arg(long)]
    dry_run: bool,
}

impl Undo {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let batch: Id<kinds::Batch> = self.batch.parse().map_err(|_| {
            let said = "is no batch: they look like bat_01j…, as an import prints them";
            Failure::usage(format!("“{}” {said}", self.batch))
        })?;
        let house = place.open().await?;
        let (scope, dictionary) = (house.operator(), house.dictionary.get());
        let report = match self.dry_run {
            true => migration::undo_preview(&house.store, &dictionary, &scope, batch).await,
            false => migration::undo(&house.store, &dictionary, &scope, act(), batch).await,
        };
        let report = report.map_err(|e| {
            let hint = "`entremise journal` names the batch of each change with --json";
            Failure::of_missing(e, &self.batch, hint)
        })?;
        print(json, &report, || {
            let would = if self.dry_run { "would go" } else { "went" };
            out!(
                "{} listings {would} to the trash, {} back to what they were, {} out of the trash",
                report.trashed,
                report.reverted,
                report.restored
            );
            for (kind, count) in &report.beyond {
                out!("{count} {}", kind.replace('_', " "));
            }
            for left in &report.changed_since {
                out!(
                    "  kept as changed since: {} ({})",
                    left.title,
                    left.fields.join(", ")
                );
            }
        });
        Ok(())
    }
}
