//! A dictionary that follows its files: a good edit is taken over, a bad one is refused and the
//! last good one stays.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::load::{Source, sources};
use crate::{Dictionary, Fault};

/// Cheap to clone; all clones see the same dictionary.
#[derive(Clone)]
pub struct Live(Arc<Inner>);

struct Inner {
    /// None: the embedded verticals, which never change.
    folder: Option<PathBuf>,
    now: RwLock<Dictionary>,
    seen: Mutex<Vec<Source>>,
}

impl Live {
    pub fn embedded() -> Live {
        Live::with(None, Dictionary::embedded(), Vec::new())
    }

    pub fn open(folder: &Path) -> Result<Live, Vec<Fault>> {
        let seen = sources(folder)?;
        Ok(Live::with(
            Some(folder.to_owned()),
            Dictionary::of(&seen)?,
            seen,
        ))
    }

    fn with(folder: Option<PathBuf>, dictionary: Dictionary, seen: Vec<Source>) -> Live {
        Live(Arc::new(Inner {
            folder,
            now: RwLock::new(dictionary),
            seen: Mutex::new(seen),
        }))
    }

    pub fn get(&self) -> Dictionary {
        self.0
            .now
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Looks at the files again; None when nothing changed.
    pub fn refresh(&self) -> Option<Result<(), Vec<Fault>>> {
        let folder = self.0.folder.as_deref()?;
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = match sources(folder) {
            Ok(now) if now == *seen => return None,
            Ok(now) => now,
            Err(faults) => return Some(Err(faults)),
        };
        let loaded = Dictionary::of(&now);
        // A refused text is remembered too, so that it is refused once and not at every look.
        *seen = now;
        Some(loaded.map(|dictionary| {
            *self.0.now.write().unwrap_or_else(PoisonError::into_inner) = dictionary;
        }))
    }
}
