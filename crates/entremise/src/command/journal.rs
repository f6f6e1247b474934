//! `journal`.

use clap::Args;
use store::journal::{Asked, ask};
use store::{Entry, Id, Position, Uuid, kinds};
use tokio::signal::unix::{SignalKind, signal};

use crate::house::{House, Place};
use crate::output::{Failure, out};

/// What happened, in order: each change with who made it, when, and through which door
#[derive(Args)]
#[command(after_help = "Examples:
  entremise journal --since 120
  entremise journal --entity lst_01j…      the story of one listing
  entremise journal --follow --json        one object a line, as it happens; Ctrl-C ends it")]
pub struct Journal {
    /// Begin after this number; by default at the beginning, and with --follow at the end
    #[arg(long, value_name = "SEQ", value_parser = position)]
    since: Option<Position>,
    /// Only what concerns one listing or other thing (lst_…, or a UUID)
    #[arg(long, value_name = "ID", value_parser = uuid_of)]
    entity: Option<Uuid>,
    /// Stay and print what happens from now on
    #[arg(long)]
    follow: bool,
}

const PAGE: usize = 1_000;
/// On PostgreSQL a row may become readable a moment after it was announced.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

impl Journal {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        if self.follow {
            return self.follow(&house, json).await;
        }
        let mut after = self.since.unwrap_or_default();
        let mut shown: Vec<serde_json::Value> = Vec::new();
        let mut read = house.store.read(&house.operator()).await?;
        loop {
            let asked = Asked {
                after,
                entity_id: self.entity,
                limit: PAGE,
                ..Asked::default()
            };
            let entries = ask(&mut read, &asked).await?;
            for entry in &entries {
                after = entry.position;
                match json {
                    true => shown.push(told(entry)),
                    false => say(entry),
                }
            }
            if entries.len() < PAGE {
                break;
            }
        }
        if json {
            out!("{}", serde_json::json!({ "entries": shown }));
        }
        Ok(())
    }

    /// Prints what happens until somebody interrupts.
    async fn follow(&self, house: &House, json: bool) -> Result<(), Failure> {
        let mut changed = house.store.changed();
        let mut after = match self.since {
            Some(since) => since,
            None => house.store.head().await?,
        };
        let ended = interrupted()?;
        tokio::pin!(ended);
        eprintln!("following the journal after {after}; Ctrl-C ends it");
        loop {
            changed.mark_unchanged();
            let entries = house.store.entries(after, PAGE).await?;
            for entry in &entries {
                after = entry.position;
                if self.entity.is_some_and(|id| id != entry.id) {
                    continue;
                }
                match json {
                    true => out!("{}", told(entry)),
                    false => say(entry),
                }
            }
            if !entries.is_empty() {
                continue;
            }
            tokio::select! {
                _ = tokio::time::timeout(PAUSE, changed.changed()) => {}
                () = &mut ended => return Ok(()),
            }
        }
    }
}

/// Ctrl-C, or a polite end by whoever started us; heard from the call on.
fn interrupted() -> Result<impl Future<Output = ()>, Failure> {
    let deaf = |e: std::io::Error| format!("signals cannot be heard: {e}");
    let mut interrupted = signal(SignalKind::interrupt()).map_err(deaf)?;
    let mut terminated = signal(SignalKind::terminate()).map_err(deaf)?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

fn position(text: &str) -> Result<Position, String> {
    let wrong = |_| "numbers of the journal look like 120, on PostgreSQL like 745.120".to_owned();
    text.parse().map_err(wrong)
}

fn say(entry: &Entry) {
    out!(
        "{} {} {} {} by {} via {}",
        entry.position,
        entry.at,
        name(entry),
        entry.fact,
        entry.actor,
        entry.via
    );
}

fn told(entry: &Entry) -> serde_json::Value {
    let state = |text: &Option<String>| -> Option<serde_json::Value> {
        text.as_ref().and_then(|t| serde_json::from_str(t).ok())
    };
    serde_json::json!({
        "seq": entry.position, "at": entry.at.to_string(), "account": entry.account, "actor": entry.actor,
        "via": entry.via, "batch": entry.batch, "cause": entry.cause, "entity": entry.entity, "id": name(entry),
        "fact": entry.fact, "before": state(&entry.before), "after": state(&entry.after),
    })
}

fn name(entry: &Entry) -> String {
    match entry.entity.as_str() {
        "listing" => Id::<kinds::Listing>::from_uuid(entry.id).to_string(),
        "batch" => Id::<kinds::Batch>::from_uuid(entry.id).to_string(),
        "user" => Id::<kinds::User>::from_uuid(entry.id).to_string(),
        "account" => Id::<kinds::Account>::from_uuid(entry.id).to_string(),
        "person" => Id::<kinds::Person>::from_uuid(entry.id).to_string(),
        "enquiry" => Id::<kinds::Enquiry>::from_uuid(entry.id).to_string(),
        "lead" => Id::<kinds::Lead>::from_uuid(entry.id).to_string(),
        _ => entry.id.to_string(),
    }
}

/// Any of our ids, or a bare UUID.
fn uuid_of(text: &str) -> Result<Uuid, String> {
    macro_rules! try_kinds {
        ($($kind:ident),*) => { $(if let Ok(id) = text.parse::<Id<kinds::$kind>>() { return Ok(id.uuid()); })* };
    }
    try_kinds!(
        Listing, Account, User, Batch, Person, Enquiry, Lead, Message, Mail, Token
    );
    Uuid::parse_str(text).map_err(|_| "ids look like lst_01j…".to_owned())
}
