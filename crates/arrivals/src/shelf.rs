//! The one folder that a source's user sees, by FTP and by SFTP: what it sent lately, and what it
//! has begun. A file named as unfinished waits until it is given its real name.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::store::{Act, Actor, Error, Id, Result, Store, Timestamp, Via, kinds};
use media::{Files, Incoming, Kept};

use crate::folder::is_unfinished;
use crate::receive::take;
use crate::source::{Source, Way, hashed};
use crate::{FILE_BYTES_MAX, store};

const LISTED: usize = 50;
/// Unfinished files that one source may have lying.
const UNFINISHED_MAX: usize = 50;

#[derive(Clone)]
pub(crate) struct Shelf {
    pub(crate) store: Store,
    pub(crate) files: Files,
    /// Its name in the journal.
    door: &'static str,
    unfinished: Arc<Mutex<HashMap<Place, Kept>>>,
}

type Place = (Id<kinds::Source>, String);

/// A line of the folder.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) at: Timestamp,
    pub(crate) hash: String,
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shelf")
    }
}

/// The name of a file, whatever folders its sender puts before it.
pub(crate) fn file_name(path: &Path) -> Option<&str> {
    path.file_name().and_then(|n| n.to_str())
}

pub(crate) fn is_root(path: &Path) -> bool {
    path.as_os_str().is_empty() || path == Path::new("/") || path == Path::new(".")
}

/// The source whose user says the right password.
pub(crate) async fn sign_in(
    store: &Store,
    login: &str,
    password: &str,
    ways: &[Way],
) -> Option<Source> {
    let source = by_login(store, login, ways).await?;
    // Both are hashes: how long they take to compare tells nothing.
    let fits = !source.secret.is_empty() && hashed(password) == source.secret;
    fits.then_some(source)
}

pub(crate) async fn by_login(store: &Store, login: &str, ways: &[Way]) -> Option<Source> {
    let mut read = store.read(&store.operator()).await.ok()?;
    store::by_login(&mut read, login, ways).await.ok()?
}

impl Shelf {
    pub(crate) fn new(store: Store, files: Files, door: &'static str) -> Shelf {
        Shelf {
            store,
            files,
            door,
            unfinished: Arc::default(),
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Place, Kept>> {
        let held = self.unfinished.lock();
        held.unwrap_or_else(PoisonError::into_inner)
    }

    /// What the source has sent lately, the latest of each name.
    pub(crate) async fn shown(&self, source: &Source) -> Result<Vec<Shown>> {
        let scope = self.store.operator().within(source.account)?;
        let mut read = self.store.read(&scope).await?;
        let sent = store::of_source(&mut read, source.id, LISTED).await?;
        let mut seen = HashSet::new();
        let latest = sent.into_iter().filter(|a| seen.insert(a.name.clone()));
        let mut shown: Vec<Shown> = latest
            .map(|a| Shown {
                name: a.name,
                bytes: a.bytes,
                at: a.at,
                hash: a.hash,
            })
            .collect();
        let held = self.held();
        let own = held.iter().filter(|((id, _), _)| *id == source.id);
        shown.extend(own.map(|((_, name), kept)| Shown {
            name: name.clone(),
            bytes: kept.bytes,
            at: self.store.now(),
            hash: kept.hash.clone(),
        }));
        Ok(shown)
    }

    pub(crate) async fn find(&self, source: &Source, name: &str) -> Result<Shown> {
        let shown = self.shown(source).await?;
        let found = shown.into_iter().find(|known| known.name == name);
        found.ok_or(Error::NotFound { what: "file" })
    }

    /// Begins a file. One that goes on where an earlier one broke off begins with its first
    /// `start` bytes, as they were held under that name.
    pub(crate) async fn begin(&self, source: &Source, name: &str, start: u64) -> Result<Incoming> {
        let unique = format!("{}-{}", self.door, self.store.dice().below(u64::MAX));
        let mut coming = self.files.begin(&unique, FILE_BYTES_MAX)?;
        if start > 0 {
            let before = self.find(source, name).await?;
            copy(self.files.get(&before.hash)?, start, &mut coming)?;
        }
        Ok(coming)
    }

    /// A file is whole: it has arrived, or waits for its real name.
    pub(crate) async fn end(&self, source: &Source, name: &str, coming: Incoming) -> Result<u64> {
        let kept = coming.keep()?;
        let bytes = kept.bytes;
        if is_unfinished(name) {
            self.hold(source, name, kept)?;
        } else if bytes > 0 {
            self.arrived(source, name, kept).await?;
        }
        Ok(bytes)
    }

    fn hold(&self, source: &Source, name: &str, kept: Kept) -> Result<()> {
        let mut held = self.held();
        let own = held.keys().filter(|(id, _)| *id == source.id).count();
        if own >= UNFINISHED_MAX {
            return Err(Error::TooMany { retry_after_s: 60 });
        }
        held.insert((source.id, name.to_owned()), kept);
        Ok(())
    }

    async fn arrived(&self, source: &Source, name: &str, kept: Kept) -> Result<()> {
        let act = Act::by(Actor::System(self.door)).via(Via::Import);
        let scope = self.store.operator().within(source.account)?;
        let mut tx = self.store.begin(&scope, act).await?;
        let source = crate::find_source(&mut tx, source.id).await?;
        take(&mut tx, &source, name, kept).await?;
        tx.commit().await.map(drop)
    }

    /// An unfinished file that gets its real name is finished.
    pub(crate) async fn rename(&self, source: &Source, from: &str, to: &str) -> Result<()> {
        let held = self.held().remove(&(source.id, from.to_owned()));
        let kept = held.ok_or(Error::NotFound { what: "file" })?;
        let renamed = match is_unfinished(to) {
            true => self.hold(source, to, kept.clone()),
            false => self.arrived(source, to, kept.clone()).await,
        };
        if renamed.is_err() {
            // It can be tried again.
            self.held().insert((source.id, from.to_owned()), kept);
        }
        renamed
    }

    /// What was sent stays sent: deleting it makes room in the sender's list alone.
    pub(crate) fn forget(&self, source: &Source, name: &str) {
        self.held().remove(&(source.id, name.to_owned()));
    }
}

fn copy(file: File, bytes: u64, coming: &mut Incoming) -> Result<()> {
    let (mut chunk, mut file) = (vec![0; 64 << 10], file.take(bytes));
    loop {
        match file.read(&mut chunk) {
            Ok(0) if coming.bytes() < bytes => return Err(Error::NotFound { what: "file" }),
            Ok(0) => return Ok(()),
            Ok(read) => coming.write(&chunk[..read])?,
            Err(error) => return Err(Error::broken(error.to_string())),
        }
    }
}
