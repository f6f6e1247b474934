//! A ZIP archive: what is in it, and each member by its name.

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;

use serde::Serialize;
use zip::{CompressionMethod, ZipArchive};

use crate::packed;
use crate::spool::Spool;
use crate::{MEMBERS_MAX, Refusal};

/// A file in an archive or a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Member {
    /// As the sender wrote it; never a path to write to.
    pub name: String,
    /// Unpacked, as the archive declares it.
    pub bytes: u64,
    pub role: Role,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Its records were taken.
    Records,
    Photo,
    /// Neither; nothing is read from it.
    Other,
}

/// The members of an archive, read at random.
#[derive(Clone)]
pub struct Archive {
    spool: Spool,
    members: Vec<Place>,
    /// The members by their whole names and by their last part, in lower case; the first counts.
    by_name: Arc<HashMap<String, usize>>,
}

#[derive(Clone)]
struct Place {
    member: Member,
    start: u64,
    packed: u64,
    stored: bool,
    /// Why it cannot be read: encrypted, or packed in a way that we do not know.
    closed: Option<&'static str>,
}

impl Archive {
    /// Reads the list of members, so it needs the whole file.
    pub fn open(source: impl Read) -> Result<Archive, Refusal> {
        Archive::over(Spool::of(source)?)
    }

    pub(crate) fn over(spool: Spool) -> Result<Archive, Refusal> {
        let broken = |e: &dyn std::fmt::Display| {
            let said = format!(
                "the archive cannot be opened ({e}): it is damaged or was cut off on its way; \
                 have it sent again"
            );
            Refusal::file("archive_damaged", said)
        };
        let mut zip = ZipArchive::new(spool.again()).map_err(|e| broken(&e))?;
        if zip.len() > MEMBERS_MAX {
            let said = format!("{} files in it; {MEMBERS_MAX} are the limit", zip.len());
            return Err(Refusal::file("too_many_members", said));
        }
        let mut members = Vec::with_capacity(zip.len());
        for number in 0..zip.len() {
            let file = zip.by_index_raw(number).map_err(|e| broken(&e))?;
            if file.is_dir() {
                continue;
            }
            let method = file.compression();
            let closed = match method {
                _ if file.encrypted() => Some("encrypted"),
                CompressionMethod::Stored | CompressionMethod::Deflated => None,
                _ => Some("packed in a way that is not read (only “deflate” is)"),
            };
            let name = match file.name() {
                Ok(name) => name.into_owned(),
                Err(_) => String::from_utf8_lossy(file.name_raw()).into_owned(),
            };
            let role = Role::of(&name);
            let bytes = file.size();
            members.push(Place {
                start: file.data_start().unwrap_or_default(),
                packed: file.compressed_size(),
                stored: method == CompressionMethod::Stored,
                closed,
                member: Member { name, bytes, role },
            });
        }
        let by_name = Arc::new(by_name(&members));
        Ok(Archive {
            spool,
            members,
            by_name,
        })
    }

    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().map(|p| &p.member)
    }

    /// The member of that name; a folder before it may be left out, and capitals do not count.
    pub fn read(&self, name: &str) -> Result<Box<dyn Read + Send>, Refusal> {
        let wanted = even(name);
        let whole = self.by_name.get(&wanted);
        let found = whole.or_else(|| self.by_name.get(last_part(&wanted)));
        let place = found.ok_or_else(|| {
            Refusal::file("no_member", format!("no file “{name}” in the archive"))
        })?;
        self.open_place(&self.members[*place])
    }

    pub(crate) fn spool(&self) -> Spool {
        self.spool.again()
    }

    pub(crate) fn packed(&self, number: usize) -> u64 {
        self.members[number].packed
    }

    pub(crate) fn read_at(&self, number: usize) -> Result<Box<dyn Read + Send>, Refusal> {
        self.open_place(&self.members[number])
    }

    fn open_place(&self, place: &Place) -> Result<Box<dyn Read + Send>, Refusal> {
        if let Some(why) = place.closed {
            let said = format!(
                "“{}” in the archive is {why}; pack it again without a password, as plain ZIP",
                place.member.name
            );
            let code = if why == "encrypted" {
                "encrypted"
            } else {
                "unknown_packing"
            };
            return Err(Refusal::file(code, said));
        }
        let bytes = self.spool.from(place.start).take(place.packed);
        Ok(match place.stored {
            true => Box::new(bytes),
            false => Box::new(packed::deflate(io::BufReader::with_capacity(
                64 << 10,
                bytes,
            ))),
        })
    }

    /// Whether any member can only be read with a password.
    pub(crate) fn closed(&self) -> Option<Refusal> {
        let place = self.members.iter().find(|p| p.closed.is_some())?;
        self.open_place(place).err()
    }
}

/// Capitals, and which way the strokes lean, tell no two files apart.
fn even(name: &str) -> String {
    name.to_lowercase().replace('\\', "/")
}

fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn by_name(members: &[Place]) -> HashMap<String, usize> {
    let mut found = HashMap::new();
    let names = || members.iter().map(|p| even(&p.member.name)).enumerate();
    for (at, name) in names() {
        found.entry(name).or_insert(at);
    }
    for (at, name) in names() {
        found.entry(last_part(&name).to_owned()).or_insert(at);
    }
    found
}

impl Role {
    pub(crate) fn of(name: &str) -> Role {
        if is_photo(name) {
            Role::Photo
        } else {
            Role::Other
        }
    }
}

fn is_photo(name: &str) -> bool {
    const ENDINGS: [&str; 11] = [
        ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".tif", ".tiff", ".bmp", ".svg",
    ];
    let name = name.to_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}
