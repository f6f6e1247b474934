//! What was done at one go: how far it has come, stopping it, undoing it.

use std::time::Duration;

use askama::Template;
use dictionary::Language;
use store::{Batch, BatchState, Error, Id, Result, Timestamp, kinds};

use super::desk::{Desk, page};
use super::{Answer, Visit, see};
use crate::api;
use crate::text::{grouped, say};

/// A batch in the list.
pub struct Line {
    pub id: String,
    pub at: String,
    pub label: String,
    pub kind: &'static str,
    pub state: &'static str,
    /// What it did, in words: `created 30,244`.
    pub counts: Vec<(&'static str, String)>,
    pub undoable: bool,
    pub running: Option<Running>,
    /// What became of the photos that it named by address; nothing when it named none.
    pub photos: String,
}

/// How far a batch has come.
pub struct Running {
    pub done: u64,
    /// 0 when nobody has counted.
    pub of: u64,
    pub said: String,
}

/// A batch that has not moved for so long was cut off.
const STANDS_STILL_MS: i64 = 30_000;
const COUNTED: [&str; 14] = [
    "created",
    "changed",
    "unchanged",
    "merged",
    "removed",
    "refused",
    "trashed",
    "reverted",
    "restored",
    "persons",
    "parties",
    "photos",
    "documents",
    "notes",
];

pub async fn lines(visit: &Visit, limit: usize) -> Result<Vec<Line>> {
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let batches = Batch::of(&mut read, visit.account.id, limit).await?;
    let ids: Vec<_> = batches.iter().map(|b| b.id).collect();
    let photos = ::photos::counts(&mut read, visit.account.id, &ids).await?;
    let now = visit.deps.store.now();
    let line = |batch: &Batch| {
        let photos = photos.get(&batch.id).copied().unwrap_or_default();
        Line {
            photos: photos_said(photos, visit.language),
            ..line(batch, now, visit.language)
        }
    };
    Ok(batches.iter().map(line).collect())
}

/// What a batch did, as one sentence.
pub async fn told(visit: &Visit, id: &str) -> Result<Option<String>> {
    let Ok(id) = id.parse::<Id<kinds::Batch>>() else {
        return Ok(None);
    };
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let batch = Batch::find(&mut read, id).await?;
    let line = line(&batch, visit.deps.store.now(), visit.language);
    let counts = line.counts.iter().map(|(word, n)| format!("{n} {word}"));
    let counts: Vec<String> = counts.collect();
    Ok(Some(format!("{}: {}", line.label, counts.join(" · "))))
}

pub fn line(batch: &Batch, now: Timestamp, language: Language) -> Line {
    let counts: serde_json::Value = serde_json::from_str(&batch.counts).unwrap_or_default();
    let count = |key: &str| counts[key].as_u64().unwrap_or(0);
    let moved = counts["at"].as_i64().unwrap_or(batch.started_at.0);
    let runs = batch.state == BatchState::Running && now.0 - moved < STANDS_STILL_MS;
    let state = match batch.state {
        BatchState::Running if runs => "",
        BatchState::Running => say(language, "cut_off"),
        BatchState::Cancelled => say(language, "stopped"),
        BatchState::Undone => say(language, "undone"),
        BatchState::Applied => "",
    };
    let told = COUNTED.iter().filter(|key| count(key) > 0);
    Line {
        id: batch.id.to_string(),
        at: minute(batch.started_at),
        label: batch.label.clone(),
        kind: match batch.kind.as_str() {
            "import" => say(language, "kind_import"),
            "migration" => say(language, "kind_migration"),
            "undo" => say(language, "undo"),
            _ => say(language, "kind_edit"),
        },
        state,
        counts: told
            .map(|key| (say(language, key), grouped(count(key) as i64, language)))
            .collect(),
        photos: String::new(),
        undoable: batch.kind != "undo"
            && batch.state != BatchState::Undone
            && !runs
            && migration::is_in_time(batch, now),
        running: runs.then(|| {
            let (done, of) = (count("rows"), count("of"));
            let spent = (moved - batch.started_at.0).max(1) as f64 / 1_000.0;
            running(done, of, spent, language)
        }),
    }
}

/// `12 photos fetched · 3 waiting`; nothing without photos.
pub fn photos_said(counts: ::photos::Counts, language: Language) -> String {
    let all = [
        (counts.fetched, "photos_here"),
        (counts.waiting, "photos_waiting"),
        (counts.failed, "photos_failed"),
    ];
    let told = all.iter().filter(|(count, _)| *count > 0);
    let told =
        told.map(|(count, word)| format!("{} {}", grouped(*count, language), say(language, word)));
    told.collect::<Vec<_>>().join(" · ")
}

fn running(done: u64, of: u64, seconds: f64, language: Language) -> Running {
    let rate = done as f64 / seconds;
    let number = |n: u64| grouped(n as i64, language);
    let mut said = number(done);
    if of > 0 {
        said.push_str(&format!(" / {}", number(of)));
    }
    said.push_str(&format!(" · {}/s", number(rate as u64)));
    if of > done && rate > 0.0 {
        let left = ((of - done) as f64 / rate).ceil() as u64;
        said.push_str(&format!(" · {} {left} s", say(language, "left")));
    }
    Running { done, of, said }
}

/// Stops a batch in the works; what it did so far stays until it is undone.
pub async fn stop(visit: &Visit, id: &str) -> Answer {
    visit.scope.demand(store::Right::Write)?;
    let batch: Id<kinds::Batch> = id.parse().map_err(|_| Error::NotFound { what: "batch" })?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    tx.stop_batch(batch).await?;
    tx.commit().await?;
    see("/imports?said=stopped")
}

/// So long an undoing may keep its page waiting.
const PATIENCE: Duration = Duration::from_secs(3);

pub async fn undo(visit: &Visit, id: &str) -> Answer {
    let batch: Id<kinds::Batch> = id.parse().map_err(|_| Error::NotFound { what: "batch" })?;
    let (scope, act) = (visit.own()?, visit.act());
    let whole = api::imports::undone_to_the_end(&visit.deps, scope, act, batch, None);
    // What takes longer goes on by itself; its line in the list says how far it has come.
    let Ok(undone) = tokio::time::timeout(PATIENCE, whole).await else {
        return see("/imports");
    };
    undone?;
    match visit.get("from") {
        Some("migrations") => see("/migrations?said=undone"),
        _ => see("/imports?said=undone"),
    }
}

#[derive(Template)]
#[template(path = "office/undo.html")]
struct Undo {
    desk: Desk,
    id: String,
    label: String,
    at: String,
    /// What goes or comes back, and how many.
    counts: Vec<(&'static str, String)>,
    stays: Vec<Stays>,
    stays_more: usize,
    back: &'static str,
    from: &'static str,
}

/// A listing that somebody has changed since.
struct Stays {
    id: String,
    title: String,
    fields: String,
}

const STAYS: usize = 100;

/// What undoing would do, before anybody does it.
pub async fn look_at_undo(visit: &Visit, id: &str) -> Answer {
    visit.scope.demand(store::Right::Write)?;
    let id: Id<kinds::Batch> = id.parse().map_err(|_| Error::NotFound { what: "batch" })?;
    let (scope, language) = (visit.own()?, visit.language);
    let mut read = visit.deps.store.read(&scope).await?;
    let batch = Batch::find(&mut read, id).await?;
    drop(read);
    let dictionary = visit.deps.dictionary.get();
    let report = migration::undo_preview(&visit.deps.store, &dictionary, &scope, id).await?;
    let listings = [
        ("undo_trashed", report.trashed),
        ("undo_reverted", report.reverted),
        ("undo_restored", report.restored),
    ];
    let all = listings.into_iter().chain(report.beyond);
    let counts = all.filter(|(_, n)| *n > 0);
    let counts = counts.map(|(key, n)| (say(language, key), grouped(n as i64, language)));
    let vertical = dictionary.vertical(&visit.account.vertical);
    let label = |key: &String| {
        let field = vertical.and_then(|v| v.field(key));
        field.map_or_else(|| key.clone(), |f| f.label.get(language).to_owned())
    };
    let stays = report.changed_since.iter().take(STAYS).map(|c| Stays {
        id: c.listing.to_string(),
        title: c.title.clone(),
        fields: c.fields.iter().map(label).collect::<Vec<_>>().join(" · "),
    });
    let moved = batch.kind == migration::BATCH_KIND;
    page(&Undo {
        desk: Desk::of(
            visit,
            if moved { "migrations" } else { "imports" },
            say(language, "undo_title"),
        )
        .await?,
        id: id.to_string(),
        label: batch.label.clone(),
        at: minute(batch.started_at),
        counts: counts.collect(),
        stays: stays.collect(),
        stays_more: report.changed_since.len().saturating_sub(STAYS),
        back: if moved { "/migrations" } else { "/imports" },
        from: if moved { "migrations" } else { "imports" },
    })
}

/// `2026-11-24 10:00`, UTC like all of the journal.
pub fn minute(at: Timestamp) -> String {
    let at = at.to_string();
    format!("{} {}", &at[..10], &at[11..16])
}
