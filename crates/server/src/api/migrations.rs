//! The whole history out of another system: its files handed over, looked at, taken over.

use std::sync::Arc;

use exchange::Pictures;
use media::Files;
use migration::{Answers, BATCH_KIND, Options, Parcel, Report};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Account, Batch, BatchState, DAY_MS, Error, Id, Result, Scope, Timestamp, kinds};

use super::access::{json_response, ok};
use super::{Answer, Call};
use crate::deps::Deps;

/// So long files that were handed over can be looked at, migrated, and given again.
const KEPT_DAYS: i64 = migration::UNDO_DAYS;
/// Files that are handed over one by one; a ZIP may hold more.
const FILES_MAX: usize = 400;
const NAME_LETTERS_MAX: usize = 200;
/// The list of what was handed over.
const LIST_BYTES_MAX: u64 = 1 << 20;

/// What was handed over together. It is kept as a file like those that it lists, so that its hash is
/// its id, and is no other account's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handed {
    account: Id<kinds::Account>,
    pub files: Vec<HandedFile>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedFile {
    pub name: String,
    pub hash: String,
    pub bytes: u64,
}

impl Handed {
    pub fn none(account: Id<kinds::Account>) -> Handed {
        let files = Vec::new();
        Handed { account, files }
    }

    pub fn open(shelf: &Files, account: Id<kinds::Account>, id: &str) -> Result<Handed> {
        let gone = || Error::NotFound { what: "parcel" };
        let file = shelf.get(id).map_err(|_| gone())?;
        let listed = file.metadata().is_ok_and(|m| m.len() <= LIST_BYTES_MAX);
        let handed = listed.then(|| serde_json::from_reader(std::io::BufReader::new(file)).ok());
        let handed: Option<Handed> = handed.flatten();
        handed.filter(|h| h.account == account).ok_or_else(gone)
    }

    /// One more file; a name that is there already is another version of it.
    pub fn add(&mut self, name: &str, hash: String, bytes: u64) -> Result<()> {
        let name: String = name.trim().chars().take(NAME_LETTERS_MAX).collect();
        if name.is_empty() {
            return Err(no_name());
        }
        self.files.retain(|f| f.name != name);
        self.files.push(HandedFile { name, hash, bytes });
        match self.files.len() > FILES_MAX {
            true => Err(too_many()),
            false => Ok(()),
        }
    }

    /// Keeps the list; its id.
    pub fn keep(&self, deps: &Deps) -> Result<String> {
        let unique = format!("parcel-{}", deps.store.dice().below(u64::MAX));
        let mut coming = deps.parcels.begin(&unique, LIST_BYTES_MAX)?;
        coming.write(store::json(self)?.as_bytes())?;
        Ok(coming.keep()?.hash)
    }

    /// What a person recognises it by when he has not said.
    pub fn usual_name(&self) -> String {
        let mut names: Vec<&str> = self.files.iter().map(|f| f.name.as_str()).collect();
        names.sort_unstable();
        match names[..] {
            [] => String::new(),
            [only] => only.to_owned(),
            [first, ref others @ ..] => format!("{first} + {}", others.len()),
        }
    }
}

/// Looks or migrates to the end, whatever becomes of the connection that asked for it. It reads more
/// than it waits, so it has a thread of its own.
pub async fn to_the_end(
    deps: &Deps,
    (scope, account): (Scope, Account),
    handed: Handed,
    name: String,
    options: Options,
    mut progress: impl FnMut(&str, u64) + Send + 'static,
) -> Result<Report> {
    let deps = deps.clone();
    let options = Options {
        pictures: Pictures::In(deps.objects.clone()),
        shelf: Some(deps.files.clone()),
        ..options
    };
    let runtime = tokio::runtime::Handle::current();
    let work = move || {
        let files = handed.files.into_iter().map(|f| (f.name, f.hash)).collect();
        let parcel = Parcel::kept(name, deps.parcels.clone(), files);
        let parcel = parcel.map_err(|r| Error::refused(r.code, [r.message.as_str(); 4]))?;
        let (parcel, dictionary) = (Arc::new(parcel), deps.dictionary.get());
        runtime.block_on(migration::migrate(
            &deps.store,
            &dictionary,
            &scope,
            &account,
            parcel,
            options,
            &mut progress,
        ))
    };
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|e| Error::broken(e.to_string()))?
}

/// Removes what was handed over and whose days are over.
pub fn sweep(deps: &Deps) {
    let now = deps.store.now();
    deps.parcels.sweep(now);
    deps.parcels.sweep_kept(now.plus_ms(-KEPT_DAYS * DAY_MS));
}

/// Until when at least a migration can be taken back; None when it cannot any more.
pub fn undo_until(batch: &Batch, now: Timestamp) -> Option<Timestamp> {
    let ended = batch.finished_at.unwrap_or(now);
    let until = migration::undo_until(ended);
    (batch.state != BatchState::Undone && until > now).then_some(until)
}

pub async fn add_file(call: Call) -> Answer {
    let account = call.account().await?;
    let mut handed = match call.get("parcel") {
        Some(id) => Handed::open(&call.deps.parcels, account.id, id)?,
        None => Handed::none(account.id),
    };
    if call.body.is_empty() {
        return Err(no_bytes().into());
    }
    let unique = format!("handed-{}", call.deps.store.dice().below(u64::MAX));
    let mut coming = call.deps.parcels.begin(&unique, call.body.len() as u64)?;
    coming.write(&call.body)?;
    let kept = coming.keep()?;
    handed.add(call.get("name").unwrap_or_default(), kept.hash, kept.bytes)?;
    let files = handed.files.iter();
    let files = files.map(|f| json!({ "name": f.name, "bytes": f.bytes }));
    let told = json!({ "parcel": handed.keep(&call.deps)?, "files": files.collect::<Vec<_>>() });
    let tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    call.finish(tx, account.id, 201, told).await
}

/// What a program says of a parcel.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    parcel: String,
    name: Option<String>,
    category: Option<String>,
    #[serde(default)]
    is: Vec<String>,
    #[serde(default)]
    join: Vec<String>,
    #[serde(default)]
    without: Vec<String>,
}

async fn run(call: &Call, dry_run: bool) -> Result<(Account, Report), super::Problem> {
    let account = call.account().await?;
    let wanted: Wanted = call.body_as()?;
    let handed = Handed::open(&call.deps.parcels, account.id, &wanted.parcel)?;
    let name = wanted.name.filter(|name| !name.trim().is_empty());
    let name = name.unwrap_or_else(|| handed.usual_name());
    let options = Options {
        dry_run,
        category: wanted.category,
        language: Some(call.caller.language),
        answers: Answers::read(&wanted.is, &wanted.join, &wanted.without)?,
        by: Some(call.caller.actor.clone()),
        key: if dry_run { None } else { call.key(account.id)? },
        ..Options::default()
    };
    let whose = (call.scope()?.within(account.id)?, account.clone());
    let report = to_the_end(&call.deps, whose, handed, name, options, |_, _| {}).await?;
    Ok((account, report))
}

pub async fn preview(call: Call) -> Answer {
    let (_, report) = run(&call, true).await?;
    Ok(json_response(200, store::json(&report)?))
}

pub async fn migrate(call: Call) -> Answer {
    let (account, report) = run(&call, false).await?;
    let told = store::json(&report)?;
    // What wrote something has kept its answer with the end of its batch.
    if report.batch.is_some() {
        return Ok(json_response(200, told));
    }
    let tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    call.finish_keeping(tx, account.id, 200, told.clone(), &told)
        .await
}

pub async fn list(call: Call) -> Answer {
    let account = call.account().await?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    let limit = call.limit(50, 500);
    let batches = Batch::of_kind(&mut read, account.id, BATCH_KIND, limit).await?;
    let now = call.deps.store.now();
    let told = batches.iter().map(|batch| {
        let until = undo_until(batch, now);
        json!({ "batch": batch, "undo_until": until })
    });
    ok(&json!({ "migrations": told.collect::<Vec<_>>() }))
}

fn no_name() -> Error {
    Error::refused(
        "no_file_name",
        [
            "Dites comment s’appelle le fichier : ?name=…",
            "Zeg hoe het bestand heet: ?name=…",
            "Say what the file is called: ?name=…",
            "Sagen Sie, wie die Datei heißt: ?name=…",
        ],
    )
}

fn no_bytes() -> Error {
    Error::refused(
        "empty_file",
        [
            "Le fichier est vide",
            "Het bestand is leeg",
            "The file is empty",
            "Die Datei ist leer",
        ],
    )
}

fn too_many() -> Error {
    Error::refused(
        "too_many_files",
        [
            "Trop de fichiers ; mettez-les dans un ZIP",
            "Te veel bestanden; doe ze in een ZIP",
            "Too many files; put them into one ZIP",
            "Zu viele Dateien; packen Sie sie in ein ZIP",
        ],
    )
}
