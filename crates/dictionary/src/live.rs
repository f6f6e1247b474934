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
    seen: Mutex<Seen>,
}

/// The files as they were at the last look, or why they could not be read.
type Seen = Result<Vec<Source>, Vec<Fault>>;

impl Live {
    pub fn embedded() -> Live {
        Live::with(None, Dictionary::embedded(), Ok(Vec::new()))
    }

    pub fn open(folder: &Path) -> Result<Live, Vec<Fault>> {
        let seen = sources(folder)?;
        Ok(Live::with(
            Some(folder.to_owned()),
            Dictionary::of(&seen)?,
            Ok(seen),
        ))
    }

    fn with(folder: Option<PathBuf>, dictionary: Dictionary, seen: Seen) -> Live {
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

    /// Looks at the files again; None when nothing changed. The texts themselves are compared, not
    /// their times: they are a few hundred kilobytes, and two edits may share one tick of a clock.
    pub fn refresh(&self) -> Option<Result<(), Vec<Fault>>> {
        let folder = self.0.folder.as_deref()?;
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = sources(folder);
        if now == *seen {
            return None;
        }
        let loaded = now.clone().and_then(|files| Dictionary::of(&files));
        // What was refused is remembered too, so that it is told once and not at every look.
        *seen = now;
        Some(loaded.map(|dictionary| {
            *self.0.now.write().unwrap_or_else(PoisonError::into_inner) = dictionary;
        }))
    }
}
