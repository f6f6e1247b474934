//! `journal`.

use clap::Args;
use store::journal::{Asked, ask};
use store::{Entry, Id, Position, Uuid, kinds};

use crate::house::Place;
use crate::output::{Failure, out};

#[derive(Args)]
pub struct Journal {
    /// Begin after this number
    #[arg(long, value_name = "SEQ", default_value = "0", value_parser = position)]
    since: Position,
    /// Only what concerns one listing or other thing (lst_…, or a UUID)
    #[arg(long, value_name = "ID", value_parser = uuid_of)]
    entity: Option<Uuid>,
    /// Stay and print what happens from now on
    #[arg(long)]
    follow: bool,
}

const PAGE: usize = 1_000;

impl Journal {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let mut after = self.since;
        let entity = self.entity;
        let house = place.open().await?;
        let mut changed = house.store.changed();
        let mut shown: Vec<serde_json::Value> = Vec::new();
        loop {
            changed.mark_unchanged();
            let entries = match self.follow {
                true => house.store.entries(after, PAGE).await?,
                false => {
                    let mut read = house.store.read(&house.operator()).await?;
                    let asked = Asked {
                        after,
                        entity_id: entity,
                        limit: PAGE,
                        ..Asked::default()
                    };
                    ask(&mut read, &asked).await?
                }
            };
            let count = entries.len();
            for entry in entries {
                after = entry.position;
                if entity.is_some_and(|id| id != entry.id) {
                    continue;
                }
                match (json, self.follow) {
                    (true, false) => shown.push(told(&entry)),
                    (true, true) => out!("{}", told(&entry)),
                    (false, _) => say(&entry),
                }
            }
            if count < PAGE && !self.follow {
                break;
            }
            if count == 0 {
                let _ =
                    tokio::time::timeout(std::time::Duration::from_millis(500), changed.changed())
                        .await;
            }
        }
        if json && !self.follow {
            out!("{}", serde_json::json!({ "entries": shown }));
        }
        Ok(())
    }
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
