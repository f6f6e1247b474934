//! The folders of portals: those that this program ships, and an operator's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use dictionary::{Dictionary, Fault};
use toml_edit::Document;

use crate::portal::{Portal, parsed};
use crate::table::File;

include!(concat!(env!("OUT_DIR"), "/shipped.rs"));

/// The files of one folder: their names and texts.
pub(crate) struct Folder<'a> {
    pub(crate) name: &'a str,
    pub(crate) files: Vec<(String, &'a str)>,
}

/// The portals of a deployment; they follow their files. Cheap to clone.
#[derive(Clone)]
pub struct Portals(Arc<Inner>);

struct Inner {
    folder: Option<PathBuf>,
    now: RwLock<BTreeMap<String, Arc<Portal>>>,
    seen: Mutex<Vec<(String, String)>>,
}

const FILE_BYTES_MAX: u64 = 1 << 20;
const FILES: [&str; 4] = ["portal.toml", "record.toml", "rules.toml", "codes.toml"];

/// The portals that this program ships; a fault in them is a fault of the build.
pub fn shipped(dictionary: &Dictionary) -> Result<BTreeMap<String, Arc<Portal>>, Vec<Fault>> {
    let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    read_all(&SHIPPED.iter().map(own).collect::<Vec<_>>(), dictionary)
}

/// Each folder by itself: one that is faulty takes none of the others with it.
fn read_each(
    sources: &[(String, String)],
    dictionary: &Dictionary,
) -> (BTreeMap<String, Arc<Portal>>, Vec<Fault>) {
    let mut folders: BTreeMap<&str, Folder<'_>> = BTreeMap::new();
    for (path, text) in sources {
        let name = path.split('/').next().unwrap_or_default();
        let folder = folders.entry(name).or_insert(Folder {
            name,
            files: Vec::new(),
        });
        folder.files.push((path.clone(), text));
    }
    let (mut portals, mut faults) = (BTreeMap::new(), Vec::new());
    for folder in folders.values() {
        match Portal::read(folder, dictionary) {
            Ok(portal) => drop(portals.insert(portal.key.clone(), Arc::new(portal))),
            Err(found) => faults.extend(found),
        }
    }
    (portals, faults)
}

fn read_all(
    sources: &[(String, String)],
    dictionary: &Dictionary,
) -> Result<BTreeMap<String, Arc<Portal>>, Vec<Fault>> {
    match read_each(sources, dictionary) {
        (portals, faults) if faults.is_empty() => Ok(portals),
        (_, faults) => Err(faults),
    }
}

/// One folder by itself, for whoever writes one.
pub fn read(
    name: &str,
    files: &[(&str, &str)],
    dictionary: &Dictionary,
) -> Result<Portal, Vec<Fault>> {
    let files = files
        .iter()
        .map(|(file, text)| (format!("{name}/{file}"), *text));
    let files = files.collect();
    Portal::read(&Folder { name, files }, dictionary)
}

impl Portals {
    /// The shipped portals, and above them those of a folder: one of the same name stands in for
    /// the shipped one. The faults are those of the folder; what is faulty is left out.
    pub fn open(dictionary: &Dictionary, folder: Option<&Path>) -> (Portals, Vec<Fault>) {
        let portals = Portals(Arc::new(Inner {
            folder: folder.map(Path::to_owned),
            now: RwLock::new(shipped(dictionary).unwrap_or_default()),
            seen: Mutex::default(),
        }));
        let faults = portals.refresh(dictionary).unwrap_or_default();
        (portals, faults)
    }

    pub fn find(&self, key: &str) -> Option<Arc<Portal>> {
        let now = self.0.now.read().unwrap_or_else(PoisonError::into_inner);
        now.get(key).cloned()
    }

    pub fn all(&self) -> Vec<Arc<Portal>> {
        let now = self.0.now.read().unwrap_or_else(PoisonError::into_inner);
        now.values().cloned().collect()
    }

    /// Looks at the files again; None when nothing changed. A faulty folder is told, and the last
    /// good one stays.
    pub fn refresh(&self, dictionary: &Dictionary) -> Option<Vec<Fault>> {
        let folder = self.0.folder.as_deref()?;
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let sources = match sources(folder) {
            Ok(sources) if *seen == sources => return None,
            Ok(sources) => sources,
            Err(fault) => return Some(vec![fault]),
        };
        let (good, faults) = read_each(&sources, dictionary);
        *seen = sources;
        let mut now = self.0.now.write().unwrap_or_else(PoisonError::into_inner);
        now.extend(good);
        Some(faults)
    }
}

/// The files of all folders below one that have a record; others hold layouts alone.
fn sources(folder: &Path) -> Result<Vec<(String, String)>, Fault> {
    let unreadable = |path: &Path, error: std::io::Error| Fault {
        file: path.display().to_string(),
        line: 1,
        column: 1,
        code: "unreadable",
        message: format!("cannot be read: {error}"),
    };
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).map_err(|e| unreadable(folder, e))?;
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.sort();
    for own in folders
        .iter()
        .filter(|own| own.join("record.toml").is_file())
    {
        let name = own
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        for file in FILES {
            let path = own.join(file);
            let Ok(meta) = fs::metadata(&path) else {
                continue;
            };
            if meta.len() > FILE_BYTES_MAX {
                let large = std::io::Error::other(format!("larger than {FILE_BYTES_MAX} bytes"));
                return Err(unreadable(&path, large));
            }
            let text = fs::read_to_string(&path).map_err(|e| unreadable(&path, e))?;
            found.push((format!("{name}/{file}"), text));
        }
    }
    Ok(found)
}

impl<'a> Folder<'a> {
    /// One of its files, if it is there and can be read.
    pub(crate) fn parsed(
        &'a self,
        name: &str,
        faults: &mut Vec<Fault>,
    ) -> Option<(File<'a>, Document<String>)> {
        let path = format!("{}/{name}", self.name);
        let (path, text) = self.files.iter().find(|(own, _)| *own == path)?;
        let mut file = File::of(path, text);
        match parsed(text) {
            Ok(document) => Some((file, document)),
            Err(error) => {
                file.fault(error.span(), error.message());
                faults.append(&mut file.faults);
                None
            }
        }
    }

    /// The faults of one that lacks a file.
    pub(crate) fn incomplete(&self, mut faults: Vec<Fault>) -> Vec<Fault> {
        for needed in ["portal.toml", "record.toml"] {
            let path = format!("{}/{needed}", self.name);
            if !self.files.iter().any(|(own, _)| *own == path) {
                faults.push(self.fault(needed, "is missing"));
            }
        }
        faults
    }

    pub(crate) fn fault(&self, name: &str, message: impl Into<String>) -> Fault {
        let path = format!("{}/{name}", self.name);
        let mut file = File::of(&path, "");
        file.fault(None, message);
        file.faults.remove(0)
    }

    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        for (name, text) in &self.files {
            hasher.update(name.as_bytes());
            hasher.update(&[0]);
            hasher.update(text.as_bytes());
        }
        hasher.digest()
    }
}
