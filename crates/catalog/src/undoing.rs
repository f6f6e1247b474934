//! Any batch can be undone as one act, and undoing can be undone.
//!
//! The journal's `before` of each change is put back, last change first. What somebody changed
//! after the batch is left as it is, field by field, and named in the report; a listing that the
//! batch made and somebody worked on since stays whole.

use std::collections::{BTreeMap, BTreeSet};

use ::store::journal::{self, Asked};
use ::store::{Batch, BatchState, Entry, Error, Id, Position, Reads, Result, Tx, kinds};
use dictionary::{Dictionary, Language};
use serde::Serialize;
use serde_json::{Map, Value as Json};

use crate::facts::ENTITY;
use crate::trashing::trash_many;
use crate::{CHUNK, Listing, find_many, restore, state, update_many};

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
    /// What else went or came back, by its kind: `persons`, `parties`, `documents`, `notes`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub beyond: BTreeMap<&'static str, usize>,
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

impl UndoReport {
    pub fn of(batch: Id<kinds::Batch>) -> UndoReport {
        UndoReport {
            batch: batch.to_string(),
            ..UndoReport::default()
        }
    }
}

/// What undoing does to one listing.
enum Step {
    Trash(Listing),
    Restore,
    /// Kept wholly or in the fields that were changed since.
    Revert(Box<Plan>),
    Nothing,
}

/// The batch, unless it was undone before.
pub async fn undoable(read: &mut impl Reads, batch: Id<kinds::Batch>) -> Result<Batch> {
    let known = Batch::find(read, batch).await?;
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
    Ok(known)
}

pub async fn undo_preview(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    batch: Id<kinds::Batch>,
) -> Result<UndoReport> {
    undoable(read, batch).await?;
    let mut report = UndoReport::of(batch);
    let touched = touched(read, batch).await?;
    for chunk in touched.rchunks(CHUNK) {
        for (_, step) in steps(read, dictionary, batch, chunk).await? {
            match step {
                Step::Trash(_) => report.trashed += 1,
                Step::Restore => report.restored += 1,
                Step::Revert(plan) => {
                    report.reverted += usize::from(plan.reverted.is_some());
                    report.changed_since.extend(plan.collision);
                }
                Step::Nothing => {}
            }
        }
    }
    Ok(report)
}

/// Undoes what the batch did to some of the listings it touched, at most [`CHUNK`] of them, in this
/// transaction, whose act should stand in a new batch of kind `undo`. Doing it twice does it once.
pub async fn undo_some(
    tx: &mut Tx,
    dictionary: &Dictionary,
    batch: Id<kinds::Batch>,
    touched: &[Id<kinds::Listing>],
    report: &mut UndoReport,
) -> Result<()> {
    let (mut pairs, mut gone) = (Vec::new(), Vec::new());
    for (id, step) in steps(tx, dictionary, batch, touched).await? {
        match step {
            Step::Trash(listing) => gone.push(listing),
            Step::Restore => {
                restore(tx, dictionary, id).await?;
                report.restored += 1;
            }
            Step::Revert(plan) => {
                let plan = *plan;
                report.changed_since.extend(plan.collision);
                let now = plan.now;
                pairs.extend(plan.reverted.map(|reverted| (now, reverted)));
            }
            Step::Nothing => {}
        }
    }
    report.reverted += update_many(tx, pairs).await?;
    report.trashed += trash_many(tx, gone).await?;
    Ok(())
}

/// What undoing would do to each listing, the last one first: children were made after their
/// parents, so that going backwards frees the parents.
async fn steps(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    batch: Id<kinds::Batch>,
    touched: &[Id<kinds::Listing>],
) -> Result<Vec<(Id<kinds::Listing>, Step)>> {
    let found = find_many(read, dictionary, touched).await?;
    let mut now: BTreeMap<_, _> = found.into_iter().map(|l| (l.id, l)).collect();
    let mut steps = Vec::with_capacity(touched.len());
    for id in touched.iter().rev() {
        let entries = entries(read, batch, *id).await?;
        let created = first_is_creation(&entries);
        let step = match (created, last_is_trashing(&entries), now.remove(id)) {
            (false, true, None) => Step::Restore,
            (_, _, None) => Step::Nothing,
            (true, _, Some(listing)) => match moved_since(&listing, &entries)? {
                moved if moved.is_empty() => Step::Trash(listing),
                moved => Step::Revert(Box::new(Plan {
                    reverted: None,
                    collision: Some(collision(&listing, moved)),
                    now: listing,
                })),
            },
            (false, _, Some(listing)) => {
                Step::Revert(Box::new(plan(listing, &entries, dictionary)?))
            }
        };
        steps.push((*id, step));
    }
    Ok(steps)
}

/// What the batch did to one listing, in order.
async fn entries(
    read: &mut impl Reads,
    batch: Id<kinds::Batch>,
    listing: Id<kinds::Listing>,
) -> Result<Vec<Entry>> {
    let asked = Asked {
        entity_id: Some(listing.uuid()),
        limit: usize::MAX,
        ..Asked::default()
    };
    let mut entries = journal::ask(read, &asked).await?;
    entries.retain(|entry| entry.batch == Some(batch));
    Ok(entries)
}

struct Plan {
    now: Listing,
    reverted: Option<Listing>,
    collision: Option<Collision>,
}

fn collision(listing: &Listing, fields: Vec<String>) -> Collision {
    Collision {
        listing: listing.id,
        title: listing.label(Language::En),
        fields,
    }
}

/// What somebody changed in a listing since the batch made it.
fn moved_since(listing: &Listing, entries: &[Entry]) -> Result<Vec<String>> {
    let mut left = Map::new();
    for entry in entries {
        merge(&mut left, told(&entry.after)?, true);
    }
    let now = told(&Some(state::whole(listing)))?;
    Ok(moved_on(&left, &now))
}

/// Puts back what the batch changed, except what is no longer as the batch left it.
fn plan(listing: Listing, entries: &[Entry], dictionary: &Dictionary) -> Result<Plan> {
    let (mut was, mut left) = (Map::new(), Map::new());
    for entry in entries {
        merge(&mut was, told(&entry.before)?, false);
        merge(&mut left, told(&entry.after)?, true);
    }
    let now: Map<String, Json> = told(&Some(state::whole(&listing)))?;
    let moved = moved_on(&left, &now);
    for field in &moved {
        match field.strip_prefix("values.") {
            Some(value) => drop(values_mut(&mut was).remove(value)),
            None => drop(was.remove(field)),
        }
    }
    let mut reverted = listing.clone();
    state::put(&mut reverted, &Json::Object(was).to_string(), dictionary)?;
    Ok(Plan {
        reverted: (reverted != listing).then_some(reverted),
        collision: (!moved.is_empty()).then(|| collision(&listing, moved)),
        now: listing,
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

/// The listings that a batch touched, in the order they were made.
pub async fn touched(
    read: &mut impl Reads,
    batch: Id<kinds::Batch>,
) -> Result<Vec<Id<kinds::Listing>>> {
    let mut touched = BTreeSet::new();
    each_entry(read, batch, |entry| {
        if entry.entity == ENTITY {
            touched.insert(Id::from_uuid(entry.id));
        }
    })
    .await?;
    Ok(touched.into_iter().collect())
}

/// The batches that a batch undid: undoing it puts them into force again.
pub async fn undone_by(
    read: &mut impl Reads,
    batch: Id<kinds::Batch>,
) -> Result<Vec<Id<kinds::Batch>>> {
    let mut undone = Vec::new();
    each_entry(read, batch, |entry| {
        if entry.fact == "batch.undone" {
            undone.push(Id::from_uuid(entry.id));
        }
    })
    .await?;
    Ok(undone)
}

async fn each_entry(
    read: &mut impl Reads,
    batch: Id<kinds::Batch>,
    mut take: impl FnMut(Entry),
) -> Result<()> {
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
            return Ok(());
        };
        after = last.position;
        entries.into_iter().for_each(&mut take);
    }
}
