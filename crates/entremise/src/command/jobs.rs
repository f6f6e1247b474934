//! `jobs`: what was tried too often, and trying it again.

use clap::Subcommand;

use crate::house::Place;
use crate::output::{Failure, out, print};

#[derive(Subcommand)]
pub enum JobsVerb {
    /// What was given up, and why
    #[command(after_help = "Example: entremise jobs list --json")]
    List,
    /// Try everything again that was given up, e.g. mail after the relay's password was put right
    #[command(after_help = "Example: entremise jobs retry --kind mail")]
    Retry {
        /// Only of one kind, e.g. mail
        #[arg(long, value_name = "KIND")]
        kind: Option<String>,
    },
}

const SHOWN_MAX: usize = 200;

impl JobsVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            JobsVerb::List => {
                let dead = house.store.dead_jobs(SHOWN_MAX).await?;
                let told: Vec<_> = dead
                    .iter()
                    .map(|j| serde_json::json!({ "id": j.id, "kind": j.kind, "attempts": j.attempts, "error": j.error }))
                    .collect();
                print(json, &serde_json::json!({ "dead": told }), || {
                    if dead.is_empty() {
                        out!("nothing was given up");
                    }
                    for job in &dead {
                        let error = job.error.as_deref().unwrap_or_default();
                        out!(
                            "{}  {:<8} tried {} times: {error}",
                            job.id,
                            job.kind,
                            job.attempts
                        );
                    }
                });
            }
            JobsVerb::Retry { kind } => {
                let revived = house.store.revive_jobs(kind.as_deref()).await?;
                print(
                    json,
                    &serde_json::json!({ "revived": revived }),
                    || match revived {
                        0 => out!("nothing of that was given up"),
                        _ => out!("{revived} will be tried again at once"),
                    },
                );
            }
        }
        Ok(())
    }
}
