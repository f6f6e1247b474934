//! Any batch can be undone as one act, and undoing can be undone.
//!
//! The journal's `before` of each change is put back, last change first. What somebody changed
//! after the batch is left as it is, field by field, and named in the report.

use std::collections::BTreeMap;

use ::store::journal::{self, Asked};
use ::store::{Batch, BatchState, Entry, Error, Id, Position, Reads, Result, Tx, kinds};
use dictionary::{Dictionary, Language};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::facts::ENTITY;
use crate::{CHUNK, Listing, find, find_many, restore, state, trash, update_many};

/// What undoing a batch does, or would do.
#[derive(Clone, Debug, Default, Serialize)]
pub struct UndoReport {
    pub batch: String,
    /// Listings that the batch made and that go to the trash.
    pub trashed: usize,
    /// Listings whose fields go back to what they were.
    pub reverted: usize,
    /// Listings that the batch threw away and that come back.
    pub restored: usize,
    /// What was changed since and therefore stays.
    pub changed_since: Vec<Collision>,
}

/// A listing that moved on after the batch.
#[derive(Clone, Debug, Serialize)]
pub struct Collision {
    pub listing: Id<kinds::Listing>,
    pub title: String,
    pub fields: Vec<String>,
}

/// What the batch did to one listing: its entries in order.
type ByListing = BTreeMap<Id<kinds::Listing>, Vec<Entry>>;

pub async fn undo_preview(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    batch: Id<kinds::Batch>,
) -> Result<UndoReport> {
    Batch::find(read, batch).await?;
    let mut report = UndoReport {
        batch: batch.to_string(),
        ..UndoReport::default()
    };
    for (id, entries) in touched(read, batch).await? {
        let now = find(read, dictionary, id).await?;
        match (first_is_creation(&entries), last_is_trashing(&entries), now) {
            (true, _, Some(_)) => report.trashed += 1,
            (true, _, None) => {}
            (false, true, None) => report.restored += 1,
            (false, _, Some(listing)) => {
                let plan = plan(&listing, &entries, dictionary)?;
                report.reverted += usize::from(plan.reverted.is_some());
                report.changed_since.extend(plan.collision);
            }
            (false, false, None) => {}
        }
    }
    Ok(report)
}

/// Undoes the batch in this transaction, whose act should stand in a new batch of kind `undo`.
pub async fn undo(
    tx: &mut Tx,
    dictionary: &Dictionary,
    batch: Id<kinds::Batch>,
) -> Result<UndoReport> {
    let known = Batch::find(tx, batch).await?;
    if known.state == BatchState::Undone {
        return Err(Error::refused(
            "already_undone",
            [
                "Ce lot a déjà été annulé",
                "Deze reeks is al ongedaan gemaakt",
                "This batch has already been undone",
                "Dieser Vorgang wurde schon rückgängig gemacht",
            ],
        ));
    }
    let mut report = UndoReport {
        batch: batch.to_string(),
        ..UndoReport::default()
    };
    let touched: Vec<(Id<kinds::Listing>, Vec<Entry>)> =
        touched(tx, batch).await?.into_iter().collect();
    // Children were made after their parents: going backwards frees the parents.
    for chunk in touched.rchunks(CHUNK) {
        undo_chunk(tx, dictionary, chunk, &mut report).await?;
    }
    tx.mark_batch(batch, BatchState::Undone, &known.counts)
        .await?;
    Ok(report)
}

async fn undo_chunk(
    tx: &mut Tx,
    dictionary: &Dictionary,
    chunk: &[(Id<kinds::Listing>, Vec<Entry>)],
    report: &mut UndoReport,
) -> Result<()> {
    let ids: Vec<_> = chunk.iter().map(|(id, _)| *id).collect();
    let found = find_many(tx, dictionary, &ids).await?;
    let mut now: BTreeMap<_, _> = found.into_iter().map(|l| (l.id, l)).collect();
    let mut pairs = Vec::new();
    for (id, entries) in chunk.iter().rev() {
        match (
            first_is_creation(entries),
            last_is_trashing(entries),
            now.remove(id),
        ) {
            (true, _, Some(_)) => {
                trash(tx, dictionary, *id).await?;
                report.trashed += 1;
            }
            (false, true, None) => {
                restore(tx, dictionary, *id).await?;
                report.restored += 1;
            }
            (false, _, Some(listing)) => {
                let plan = plan(&listing, entries, dictionary)?;
                report.changed_since.extend(plan.collision);
                pairs.extend(plan.reverted.map(|reverted| (listing, reverted)));
            }
            (_, _, None) => {}
        }
    }
    report.reverted += update_many(tx, pairs).await?;
    Ok(())
}

struct Plan {
    reverted: Option<Listing>,
    collision: Option<Collision>,
}

/// Puts back what the batch changed, except what is no longer as the batch left it.
fn plan(listing: &Listing, entries: &[Entry], dictionary: &Dictionary) -> Result<Plan> {
    let (mut was, mut left) = (Map::new(), Map::new());
    for entry in entries {
        merge(&mut was, told(&entry.before)?, false);
        merge(&mut left, told(&entry.after)?, true);
    }
    let now: Map<String, Json> = told(&Some(state::whole(listing)))?;
    let moved = moved_on(&left, &now);
    for field in &moved {
        match field.strip_prefix("values.") {
            Some(value) => drop(values_mut(&mut was).remove(value)),
            None => drop(was.remove(field)),
        }
    }
    let mut reverted = listing.clone();
    state::put(&mut reverted, &Json::Object(was).to_string(), dictionary)?;
    let title = listing.label(Language::En);
    Ok(Plan {
        reverted: (reverted != *listing).then_some(reverted),
        collision: (!moved.is_empty()).then_some(Collision {
            listing: listing.id,
            title,
            fields: moved,
        }),
    })
}

/// The keys (`values.` before a field's) that are no longer as the batch left them.
fn moved_on(left: &Map<String, Json>, now: &Map<String, Json>) -> Vec<String> {
    let mut moved = Vec::new();
    let none = Map::new();
    for (key, value) in left {
        if key != "values" {
            if now.get(key).unwrap_or(&Json::Null) != value {
                moved.push(key.clone());
            }
            continue;
        }
        let current = now.get("values").and_then(Json::as_object).unwrap_or(&none);
        for (field, value) in value.as_object().unwrap_or(&none) {
            if current.get(field).unwrap_or(&Json::Null) != value {
                moved.push(format!("values.{field}"));
            }
        }
    }
    moved
}

/// Adds `more` to `all`, one level into `values`; `last` says whether later entries win.
fn merge(all: &mut Map<String, Json>, more: Map<String, Json>, last: bool) {
    for (key, value) in more {
        match value {
            Json::Object(fields) if key == "values" => merge(values_mut(all), fields, last),
            value if last || !all.contains_key(&key) => drop(all.insert(key, value)),
            _ => {}
        }
    }
}

fn values_mut(all: &mut Map<String, Json>) -> &mut Map<String, Json> {
    let values = all
        .entry("values")
        .or_insert_with(|| Json::Object(Map::new()));
    if !values.is_object() {
        *values = Json::Object(Map::new());
    }
    values
        .as_object_mut()
        .unwrap_or_else(|| unreachable!("made an object above"))
}

fn told(text: &Option<String>) -> Result<Map<String, Json>> {
    let Some(text) = text else {
        return Ok(Map::new());
    };
    serde_json::from_str(text).map_err(|e| Error::broken(format!("unreadable journal: {e}")))
}

fn first_is_creation(entries: &[Entry]) -> bool {
    entries
        .first()
        .is_some_and(|e| matches!(e.fact.as_str(), "listing.created" | "listing.restored"))
}

fn last_is_trashing(entries: &[Entry]) -> bool {
    entries.last().is_some_and(|e| e.fact == "listing.trashed")
}

async fn touched(read: &mut impl Reads, batch: Id<kinds::Batch>) -> Result<ByListing> {
    let mut touched = ByListing::new();
    let mut after = Position::default();
    loop {
        let asked = Asked {
            after,
            batch: Some(batch),
            limit: CHUNK * 4,
            ..Asked::default()
        };
        let entries = journal::ask(read, &asked).await?;
        let Some(last) = entries.last() else {
            return Ok(touched);
        };
        after = last.position;
        for entry in entries.into_iter().filter(|e| e.entity == ENTITY) {
            touched
                .entry(Id::from_uuid(entry.id))
                .or_default()
                .push(entry);
        }
    }
}
