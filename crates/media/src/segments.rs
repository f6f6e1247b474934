//! Append-only segment files: a head of 44 bytes, then the object. (Haystack, OSDI 2010.)
//!
//! Head: magic (4), length (4), CRC of the head (4, the first bytes of its BLAKE3), BLAKE3 of the
//! object (32). Each process appends to a segment of its own; readers find new segments when they
//! meet a hash they do not know. The index is in memory and made from the heads at the start.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ahash::AHashMap;
use bytes::Bytes;
use store::{Error, Result};

use crate::OBJECT_BYTES_MAX;

const MAGIC: [u8; 4] = *b"ENT1";
const HEAD: usize = 44;
const SEGMENT_BYTES_MAX: u64 = 128 << 20;

/// Cheap to clone; all clones are one store.
#[derive(Clone)]
pub struct Objects(Arc<Inner>);

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objects({})", self.0.folder.display())
    }
}

/// What an object is called, whether it is kept or not.
pub fn hash_of(object: &[u8]) -> String {
    blake3::hash(object).to_hex().to_string()
}

struct Inner {
    folder: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    index: AHashMap<[u8; 32], At>,
    segments: Vec<Segment>,
    /// The segment that this process appends to.
    own: Option<usize>,
}

struct Segment {
    name: String,
    file: Arc<File>,
    /// Up to where its heads have been read.
    known: u64,
}

#[derive(Clone, Copy)]
struct At {
    segment: u32,
    offset: u64,
    length: u32,
}

impl Objects {
    pub fn open(folder: &Path) -> Result<Objects> {
        fs::create_dir_all(folder).map_err(|e| broken("make", folder, &e))?;
        let objects = Objects(Arc::new(Inner {
            folder: folder.to_owned(),
            state: Mutex::default(),
        }));
        objects.look(&mut objects.state())?;
        Ok(objects)
    }

    /// Keeps bytes and returns their hash in hex; on the disk when it returns.
    pub fn put(&self, object: &[u8]) -> Result<String> {
        self.put_many(&[object]).map(|mut hashes| hashes.remove(0))
    }

    /// Keeps many with one flush.
    pub fn put_many(&self, objects: &[&[u8]]) -> Result<Vec<String>> {
        if objects.iter().any(|o| o.len() > OBJECT_BYTES_MAX) {
            return Err(too_large());
        }
        let hashes: Vec<blake3::Hash> = objects.iter().map(|o| blake3::hash(o)).collect();
        let mut state = self.state();
        let mut begun = Vec::new();
        let written = self.append_new(&mut state, objects, &hashes, &mut begun);
        if let Err(error) = written {
            // Whoever comes again with them writes them again: of these nobody knows whether they
            // are on the disk.
            for hash in begun {
                state.index.remove(&hash);
            }
            return Err(error);
        }
        Ok(hashes.iter().map(|h| h.to_hex().to_string()).collect())
    }

    pub fn get(&self, hash: &str) -> Result<Option<Bytes>> {
        let Ok(hash) = blake3::Hash::from_hex(hash) else {
            return Ok(None);
        };
        let mut state = self.state();
        if !state.index.contains_key(hash.as_bytes()) {
            // Another process may have brought it.
            self.look(&mut state)?;
        }
        let Some(at) = state.index.get(hash.as_bytes()).copied() else {
            return Ok(None);
        };
        let file = state.segments[at.segment as usize].file.clone();
        drop(state);
        let mut bytes = vec![0; at.length as usize];
        file.read_exact_at(&mut bytes, at.offset)
            .map_err(|e| broken("read", &self.0.folder, &e))?;
        if blake3::hash(&bytes) != hash {
            return Err(Error::broken(format!(
                "object {hash} is damaged on the disk"
            )));
        }
        Ok(Some(bytes.into()))
    }

    pub fn len(&self) -> usize {
        self.state().index.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Appends those that are not here, and flushes; `begun` are those that it has begun with.
    fn append_new(
        &self,
        state: &mut State,
        objects: &[&[u8]],
        hashes: &[blake3::Hash],
        begun: &mut Vec<[u8; 32]>,
    ) -> Result<()> {
        let mut written = None;
        for (object, hash) in objects.iter().zip(hashes) {
            if !state.index.contains_key(hash.as_bytes()) {
                written = Some(self.append(state, object, hash)?);
                begun.push(*hash.as_bytes());
            }
        }
        let flushed = written.map_or(Ok(()), |file| file.sync_data());
        flushed.map_err(|e| {
            // What a failed flush has dropped is not written by the next one.
            state.own = None;
            broken("flush", &self.0.folder, &e)
        })
    }

    fn append(&self, state: &mut State, object: &[u8], hash: &blake3::Hash) -> Result<Arc<File>> {
        let number = self.own_segment(state)?;
        let segment = &mut state.segments[number];
        let mut record = head(object.len() as u32, hash).to_vec();
        record.extend_from_slice(object);
        if let Err(error) = (&*segment.file).write_all(&record) {
            // On a full disk half a record may stand at the end: it would hide all that follows it.
            if segment.file.set_len(segment.known).is_err() {
                state.own = None;
            }
            return Err(broken("write", &self.0.folder, &error));
        }
        let at = At {
            segment: number as u32,
            offset: segment.known + HEAD as u64,
            length: object.len() as u32,
        };
        segment.known += record.len() as u64;
        let file = segment.file.clone();
        state.index.insert(*hash.as_bytes(), at);
        Ok(file)
    }

    fn own_segment(&self, state: &mut State) -> Result<usize> {
        if let Some(own) = state.own
            && state.segments[own].known < SEGMENT_BYTES_MAX
        {
            return Ok(own);
        }
        for number in state.segments.len().. {
            let name = format!("{number:06}-{}.seg", std::process::id());
            let path = self.0.folder.join(&name);
            let made = OpenOptions::new()
                .create_new(true)
                .append(true)
                .read(true)
                .open(&path);
            match made {
                Ok(file) => {
                    state.segments.push(Segment {
                        name,
                        file: Arc::new(file),
                        known: 0,
                    });
                    state.own = Some(state.segments.len() - 1);
                    break;
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(broken("make", &path, &error)),
            }
        }
        Ok(state.segments.len() - 1)
    }

    /// Reads the heads that are new, in segments old and new.
    fn look(&self, state: &mut State) -> Result<()> {
        let entries =
            fs::read_dir(&self.0.folder).map_err(|e| broken("read", &self.0.folder, &e))?;
        let mut names: Vec<String> = entries
            .flatten()
            .filter_map(|e| e.file_name().into_string().ok())
            .filter(|name| name.ends_with(".seg"))
            .collect();
        names.sort();
        for name in names {
            if !state.segments.iter().any(|s| s.name == name) {
                let path = self.0.folder.join(&name);
                let file = File::open(&path).map_err(|e| broken("open", &path, &e))?;
                state.segments.push(Segment {
                    name,
                    file: Arc::new(file),
                    known: 0,
                });
            }
        }
        for number in 0..state.segments.len() {
            if state.own != Some(number) {
                read_heads(state, number);
            }
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stops at the first head that is not whole: a writer is at it, or died at it.
fn read_heads(state: &mut State, number: usize) {
    let segment = &mut state.segments[number];
    let Ok(size) = segment.file.metadata().map(|m| m.len()) else {
        return;
    };
    let mut bytes = [0; HEAD];
    while segment.known + HEAD as u64 <= size {
        if segment
            .file
            .read_exact_at(&mut bytes, segment.known)
            .is_err()
        {
            return;
        }
        let Some((length, hash)) = parse(&bytes) else {
            return;
        };
        let (offset, end) = (
            segment.known + HEAD as u64,
            segment.known + HEAD as u64 + u64::from(length),
        );
        if end > size {
            return;
        }
        state.index.insert(
            hash,
            At {
                segment: number as u32,
                offset,
                length,
            },
        );
        segment.known = end;
    }
}

fn head(length: u32, hash: &blake3::Hash) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&MAGIC);
    head[4..8].copy_from_slice(&length.to_le_bytes());
    head[12..].copy_from_slice(hash.as_bytes());
    let check = checked(&head);
    head[8..12].copy_from_slice(&check);
    head
}

fn parse(head: &[u8; HEAD]) -> Option<(u32, [u8; 32])> {
    let good = head[..4] == MAGIC && head[8..12] == checked(head);
    let length = u32::from_le_bytes(head[4..8].try_into().ok()?);
    let hash = head[12..].try_into().ok()?;
    (good && length as usize <= OBJECT_BYTES_MAX).then_some((length, hash))
}

fn checked(head: &[u8; HEAD]) -> [u8; 4] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&head[4..8]);
    hasher.update(&head[12..]);
    let hash = hasher.finalize();
    let bytes = hash.as_bytes();
    [bytes[0], bytes[1], bytes[2], bytes[3]]
}

fn broken(verb: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::broken(format!("cannot {verb} {}: {error}", path.display()))
}

fn too_large() -> Error {
    Error::refused(
        "object_too_large",
        [
            "Le fichier dépasse 30 Mo",
            "Het bestand is groter dan 30 MB",
            "The file is larger than 30 MB",
            "Die Datei ist größer als 30 MB",
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_acknowledged_is_there_after_a_torn_end() {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path()).unwrap();
        let first = objects.put(b"a picture").unwrap();
        let same = objects.put(b"a picture").unwrap();
        assert_eq!((&first, objects.len()), (&same, 1));
        let segment = fs::read_dir(folder.path())
            .unwrap()
            .next()
            .unwrap()
            .unwrap()
            .path();
        drop(objects);
        // A writer that died within a record.
        let mut file = OpenOptions::new().append(true).open(&segment).unwrap();
        file.write_all(&head(1000, &blake3::hash(b"x"))[..30])
            .unwrap();
        let again = Objects::open(folder.path()).unwrap();
        assert_eq!(
            again.get(&first).unwrap().as_deref(),
            Some(&b"a picture"[..])
        );
        let second = again.put(b"another").unwrap();
        assert_eq!(
            Objects::open(folder.path())
                .unwrap()
                .get(&second)
                .unwrap()
                .as_deref(),
            Some(&b"another"[..])
        );
    }

    #[test]
    fn another_process_s_objects_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (
            Objects::open(folder.path()).unwrap(),
            Objects::open(folder.path()).unwrap(),
        );
        let hash = one.put(b"brought later").unwrap();
        assert!(two.get(&hash).unwrap().is_some());
        assert!(two.get("not a hash").unwrap().is_none());
    }
}
