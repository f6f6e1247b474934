//! What the journal tells an account.

use serde_json::{Value as Json, json};
use store::journal::{Asked, ask};
use store::{Entry, Error, Id, kinds};

use super::access::ok;
use super::params::uuid_of;
use super::{Answer, Call};

pub fn entry_json(entry: &Entry) -> Json {
    let state = |text: &Option<String>| {
        text.as_ref()
            .and_then(|t| serde_json::from_str::<Json>(t).ok())
    };
    json!({
        "seq": entry.position, "at": entry.at.to_string(), "actor": entry.actor, "via": entry.via, "batch": entry.batch,
        "entity": entry.entity, "id": entry.id.to_string(), "fact": entry.fact, "before": state(&entry.before), "after": state(&entry.after),
    })
}

pub async fn read(call: Call) -> Answer {
    let account = call.account().await?;
    let asked = Asked {
        after: call
            .get("since")
            .and_then(|s| s.parse().ok())
            .unwrap_or_default(),
        account: Some(account.id),
        entity_id: call.get("entity").and_then(uuid_of),
        batch: call.get("batch").and_then(uuid_of).map(Id::from_uuid),
        limit: call.limit(100, 1_000),
        ..Asked::default()
    };
    let mut read = call.deps.store.read(call.scope()?).await?;
    let entries = ask(&mut read, &asked).await?;
    let entries: Vec<_> = entries.iter().map(entry_json).collect();
    ok(&json!({ "entries": entries }))
}

/// The story of a listing, which the journal keeps when it lies in the trash and after.
pub async fn of_listing(call: Call) -> Answer {
    let id: Id<kinds::Listing> = call.id(0)?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    let entries = catalog::history(&mut read, id).await?;
    if entries.is_empty() {
        return Err(Error::NotFound { what: "listing" }.into());
    }
    let entries: Vec<Json> = entries.iter().map(entry_json).collect();
    ok(&json!({ "entries": entries }))
}
