//! The files of a migration: a folder, a ZIP, or files that were handed over one by one.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use exchange::Members;
use formats::{Archive, MEMBERS_MAX, Member, Refusal};
use media::Files;

/// Folders within folders.
const DEPTH_MAX: usize = 16;

pub struct Parcel {
    /// What a person recognises it by.
    pub name: String,
    place: Place,
    files: Vec<Piece>,
    by_name: HashMap<String, usize>,
    by_last: HashMap<String, Vec<usize>>,
}

/// One file of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// With its folders, parted by `/`.
    pub name: String,
    pub bytes: u64,
}

enum Place {
    Folder(PathBuf),
    Zip(Arc<Archive>),
    /// Files that were handed over one by one; where each of ours lies.
    Handed(Files, Vec<Lies>),
}

enum Lies {
    /// Under its hash.
    Kept(String),
    /// In a ZIP that was handed over too.
    Packed(Arc<Archive>, String),
}

impl Parcel {
    /// A folder, or a ZIP.
    pub fn open(path: &Path) -> Result<Parcel, Refusal> {
        let name = path.file_name().unwrap_or(path.as_os_str());
        let name = name.to_string_lossy().into_owned();
        if path.is_dir() {
            let mut files = Vec::new();
            walk(path, path, 0, &mut files).map_err(|e| unreadable(path, &e))?;
            files.sort_by(|a, b| a.name.cmp(&b.name));
            return Parcel::of(name, Place::Folder(path.to_owned()), files);
        }
        let file = File::open(path).map_err(|e| unreadable(path, &e))?;
        Parcel::zip(name, file)
    }

    pub fn zip(name: String, source: impl Read) -> Result<Parcel, Refusal> {
        let archive = Archive::open(source)?;
        let files = archive.members().map(piece).collect();
        Parcel::of(name, Place::Zip(Arc::new(archive)), files)
    }

    /// Files that are kept under their hashes, each with its name; what lies in a ZIP among them
    /// lies beside them.
    pub fn kept(
        name: String,
        shelf: Files,
        kept: Vec<(String, String)>,
    ) -> Result<Parcel, Refusal> {
        let (mut files, mut lie) = (Vec::new(), Vec::new());
        for (name, hash) in kept {
            let file = shelf.get(&hash).map_err(|_| {
                let said = format!("“{name}” is no longer kept; send it again");
                Refusal::file("no_file", said)
            })?;
            if name.to_lowercase().ends_with(".zip") {
                let archive = Arc::new(Archive::open(file)?);
                for member in archive.members() {
                    files.push(piece(member));
                    lie.push(Lies::Packed(archive.clone(), member.name.clone()));
                }
                continue;
            }
            let bytes = file.metadata().map_or(0, |m| m.len());
            files.push(Piece { name, bytes });
            lie.push(Lies::Kept(hash));
        }
        Parcel::of(name, Place::Handed(shelf, lie), files)
    }

    fn of(name: String, place: Place, files: Vec<Piece>) -> Result<Parcel, Refusal> {
        if files.len() > MEMBERS_MAX {
            let said = format!("{} files in it; {MEMBERS_MAX} are the limit", files.len());
            return Err(Refusal::file("too_many_members", said));
        }
        let (mut by_name, mut by_last) = (HashMap::new(), HashMap::<String, Vec<usize>>::new());
        for (at, file) in files.iter().enumerate() {
            let whole = file.name.to_lowercase();
            by_last
                .entry(last_part(&whole).to_owned())
                .or_default()
                .push(at);
            by_name.entry(whole).or_insert(at);
        }
        Ok(Parcel {
            name,
            place,
            files,
            by_name,
            by_last,
        })
    }

    /// Those that systems put beside what people pack are left out.
    pub fn files(&self) -> impl Iterator<Item = &Piece> {
        self.files.iter().filter(|f| !is_aside(&f.name))
    }

    /// The file that a cell means: by its whole name, or by its last part where only one has it, or
    /// only one in a folder called like `whose`. None where several may be meant.
    pub fn find(&self, cell: &str, whose: &str) -> Option<&Piece> {
        let wanted = cell.trim().replace('\\', "/").to_lowercase();
        let wanted = wanted.trim_start_matches("./").trim_start_matches('/');
        if let Some(at) = self.by_name.get(wanted) {
            return Some(&self.files[*at]);
        }
        let alike = self.by_last.get(last_part(wanted))?;
        let only = |is: &dyn Fn(&str) -> bool| {
            let named = |at: &usize| is(&self.files[*at].name.to_lowercase());
            let mut fit = alike.iter().copied().filter(named);
            match (fit.next(), fit.next()) {
                (Some(at), None) => Some(&self.files[at]),
                _ => None,
            }
        };
        let whose = whose.trim().to_lowercase();
        let ends = format!("/{wanted}");
        only(&|_| true)
            .or_else(|| only(&|name| name.ends_with(&ends)))
            .or_else(|| only(&|name| name.split('/').any(|part| part == whose)))
    }

    /// Opens a file by its whole name.
    pub fn open_file(&self, name: &str) -> Result<Box<dyn Read + Send>, Refusal> {
        let at = self.by_name.get(&name.to_lowercase()).copied();
        // Two names that differ in capitals alone are rare, and worth a search.
        let at = at.filter(|at| self.files[*at].name == name);
        let at = at.or_else(|| self.files.iter().position(|f| f.name == name));
        let missing = || Refusal::file("no_file", format!("there is no file “{name}”"));
        let at = at.ok_or_else(missing)?;
        match &self.place {
            Place::Folder(folder) => {
                let path = folder.join(name);
                let file = File::open(&path).map_err(|e| unreadable(&path, &e))?;
                Ok(Box::new(file))
            }
            Place::Zip(archive) => archive.read(name),
            Place::Handed(shelf, lie) => match &lie[at] {
                Lies::Packed(archive, member) => archive.read(member),
                Lies::Kept(hash) => match shelf.get(hash) {
                    Ok(file) => Ok(Box::new(file)),
                    Err(_) => Err(missing()),
                },
            },
        }
    }
}

impl Members for Parcel {
    fn read(&self, name: &str) -> Option<Box<dyn Read + Send>> {
        let name = self.find(name, "")?.name.clone();
        self.open_file(&name).ok()
    }
}

fn piece(member: &Member) -> Piece {
    Piece {
        name: member.name.replace('\\', "/"),
        bytes: member.bytes,
    }
}

/// Links are not followed: they may lead out of the folder.
fn walk(top: &Path, folder: &Path, depth: usize, files: &mut Vec<Piece>) -> std::io::Result<()> {
    if depth > DEPTH_MAX {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        let path = entry.path();
        if kind.is_dir() {
            walk(top, &path, depth + 1, files)?;
        } else if kind.is_file() && files.len() <= MEMBERS_MAX {
            let name = path.strip_prefix(top).unwrap_or(&path);
            files.push(Piece {
                name: name.to_string_lossy().replace('\\', "/"),
                bytes: entry.metadata()?.len(),
            });
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &std::io::Error) -> Refusal {
    Refusal::file("unreadable", format!("{}: {error}", path.display()))
}

pub(crate) fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn is_aside(name: &str) -> bool {
    let name = name.to_lowercase();
    let file = last_part(&name);
    name.starts_with("__macosx/")
        || file.starts_with('.')
        || matches!(file, "thumbs.db" | "desktop.ini")
}
