//! Raw files, as large as they come, each kept whole under the hash of its content.
//!
//! A file is written beside its place and moved there when it is whole and on the disk, so that what
//! can be found is never half of something.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use store::{Error, Result, Timestamp};

/// What was begun so long ago and is no file yet was cut off.
const STALE: Duration = Duration::from_secs(24 * 3_600);

#[derive(Clone, Debug)]
pub struct Files {
    folder: PathBuf,
}

/// A file that is coming in; dropped before [`Incoming::keep`], it leaves nothing.
pub struct Incoming {
    folder: PathBuf,
    beside: PathBuf,
    file: File,
    hash: blake3::Hasher,
    bytes: u64,
    bytes_max: u64,
    kept: bool,
}

/// A kept file: the BLAKE3 of its content as 64 hexadecimal digits, and its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub hash: String,
    pub bytes: u64,
}

impl Files {
    pub fn open(folder: &Path) -> Result<Files> {
        let beside = folder.join("incoming");
        fs::create_dir_all(&beside).map_err(|e| broken("made", &beside, &e))?;
        Ok(Files {
            folder: folder.to_owned(),
        })
    }

    /// Removes what was begun a day before `now` and never became a file.
    pub fn sweep(&self, now: Timestamp) {
        let now = u64::try_from(now.0).unwrap_or(0);
        let now = SystemTime::UNIX_EPOCH + Duration::from_millis(now);
        let begun = fs::read_dir(self.folder.join("incoming"));
        for entry in begun.into_iter().flatten().flatten() {
            let age = entry.metadata().and_then(|m| m.modified());
            let age = age.ok().and_then(|at| now.duration_since(at).ok());
            if age.is_some_and(|age| age > STALE) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Removes every file that was kept before an instant: for a shelf that nothing else names.
    pub fn sweep_kept(&self, before: Timestamp) {
        for shelf in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            for entry in fs::read_dir(shelf.path()).into_iter().flatten().flatten() {
                let hash = entry.file_name().to_string_lossy().into_owned();
                self.remove_older(&hash, before);
            }
        }
    }

    /// Begins a file; `name` only has to differ from those that come in at the same time.
    pub fn begin(&self, name: &str, bytes_max: u64) -> Result<Incoming> {
        let beside = self.folder.join("incoming").join(name);
        let file = File::create(&beside).map_err(|e| broken("written", &beside, &e))?;
        Ok(Incoming {
            folder: self.folder.clone(),
            beside,
            file,
            hash: blake3::Hasher::new(),
            bytes: 0,
            bytes_max,
            kept: false,
        })
    }

    pub fn get(&self, hash: &str) -> Result<File> {
        if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Error::NotFound { what: "file" });
        }
        File::open(place(&self.folder, hash)).map_err(|_| Error::NotFound { what: "file" })
    }

    /// Removes a file that nothing names any more, unless it was kept again after `before`.
    pub fn remove_older(&self, hash: &str, before: Timestamp) {
        let kept = self.get(hash).and_then(|file| {
            let at = file.metadata().and_then(|m| m.modified());
            at.map_err(|e| broken("looked at", &self.folder, &e))
        });
        let before = u64::try_from(before.0).unwrap_or(0);
        let before = SystemTime::UNIX_EPOCH + Duration::from_millis(before);
        if kept.is_ok_and(|at| at < before) {
            self.remove(hash);
        }
    }

    /// Removes a file that nothing names any more.
    pub fn remove(&self, hash: &str) {
        if hash.len() == 64 {
            let _ = fs::remove_file(place(&self.folder, hash));
        }
    }
}

fn place(folder: &Path, hash: &str) -> PathBuf {
    folder.join(&hash[..2]).join(hash)
}

impl Incoming {
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.bytes_max {
            let most = self.bytes_max >> 20;
            return Err(Error::refused(
                "file_too_large",
                [
                    &format!(
                        "Le fichier dépasse {most} Mo ; compressez-le (.gz, .zip) ou divisez-le"
                    ),
                    &format!(
                        "Het bestand is groter dan {most} MB; comprimeer het (.gz, .zip) of splits het"
                    ),
                    &format!(
                        "The file is larger than {most} MB; compress it (.gz, .zip) or split it"
                    ),
                    &format!(
                        "Die Datei ist größer als {most} MB; packen Sie sie (.gz, .zip) oder teilen Sie sie"
                    ),
                ],
            ));
        }
        self.hash.update(bytes);
        self.file
            .write_all(bytes)
            .map_err(|e| broken("written", &self.beside, &e))
    }

    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Keeps the whole file, on the disk before this returns.
    pub fn keep(mut self) -> Result<Kept> {
        let hash = self.hash.finalize().to_hex().to_string();
        let place = place(&self.folder, &hash);
        let shelf = place.parent().unwrap_or(&self.folder);
        fs::create_dir_all(shelf).map_err(|e| broken("made", shelf, &e))?;
        self.file
            .sync_all()
            .map_err(|e| broken("kept", &self.beside, &e))?;
        fs::rename(&self.beside, &place).map_err(|e| broken("kept", &place, &e))?;
        let shelf = File::open(shelf).and_then(|shelf| shelf.sync_all());
        shelf.map_err(|e| broken("kept", &place, &e))?;
        self.kept = true;
        Ok(Kept {
            hash,
            bytes: self.bytes,
        })
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.kept {
            let _ = fs::remove_file(&self.beside);
        }
    }
}

fn broken(verb: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::broken(format!("{} cannot be {verb}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_when_it_is_whole_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let mut coming = files.begin("one", 100).unwrap();
        coming.write(b"half").unwrap();
        drop(coming);
        assert_eq!(
            fs::read_dir(folder.path().join("incoming"))
                .unwrap()
                .count(),
            0
        );
        let mut coming = files.begin("one", 100).unwrap();
        coming.write(b"whole").unwrap();
        let kept = coming.keep().unwrap();
        assert_eq!(kept.bytes, 5);
        let text = std::io::read_to_string(files.get(&kept.hash).unwrap()).unwrap();
        assert_eq!(text, "whole");
    }

    #[test]
    fn a_file_over_the_limit_is_refused_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let mut coming = files.begin("big", 3).unwrap();
        assert_eq!(coming.write(b"four").unwrap_err().code(), "file_too_large");
        drop(coming);
        assert_eq!(
            fs::read_dir(folder.path().join("incoming"))
                .unwrap()
                .count(),
            0
        );
        assert!(files.get("../../etc/passwd").is_err());
    }
}
