//! Pictures that lie beside the table in an archive are taken in by their names.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;

use ::store::Result;
use ahash::AHashMap;
use catalog::NewListing;
use dictionary::{Language, Photo};
use formats::{Archive, Role};
use media::{OBJECT_BYTES_MAX, Objects};

use crate::reason::pick;
use crate::remarks::remark;
use crate::report::{Problem, Report};
use crate::together::Members;

const NAMES_SHOWN: usize = 3;

/// Where pictures are kept that came with a file.
#[derive(Clone, Debug, Default)]
pub enum Pictures {
    /// They are looked at and not kept.
    #[default]
    Nowhere,
    In(Objects),
    /// Opened when the first picture comes: most files bring none.
    At(PathBuf),
}

pub(crate) struct Album {
    files: Option<Arc<dyn Members>>,
    /// The pictures whose names begin with a listing's reference, in their order.
    named_after: AHashMap<String, Vec<String>>,
    pictures: Pictures,
    /// What was taken in already: agencies show one logo with every listing.
    taken: AHashMap<String, Photo>,
    language: Language,
}

impl Album {
    pub(crate) fn new(archive: Option<&Archive>, pictures: Pictures, language: Language) -> Album {
        let files = archive.cloned().map(|a| Arc::new(a) as Arc<dyn Members>);
        Album {
            named_after: archive.map(named_after).unwrap_or_default(),
            ..Album::over(files, pictures, language)
        }
    }

    /// Pictures that lie among other files; which are whose is known already.
    pub(crate) fn over(
        files: Option<Arc<dyn Members>>,
        pictures: Pictures,
        language: Language,
    ) -> Album {
        Album {
            files,
            named_after: AHashMap::new(),
            pictures,
            taken: AHashMap::new(),
            language,
        }
    }

    /// Puts the pictures themselves in the place of their names. Of a listing that is `known` and
    /// of which some did not come, all stay as they are: many programs send only the new ones.
    pub(crate) fn fill(
        &mut self,
        listing: &mut NewListing,
        known: bool,
        report: &mut Report,
    ) -> Result<()> {
        if listing.photos.is_empty() {
            let names = self.named_after.get(&listing.reference.to_lowercase());
            let named = names.into_iter().flatten().map(|name| named(name));
            listing.photos.extend(named);
        }
        if listing.photos.iter().all(|p| name_of(p).is_none()) {
            return Ok(());
        }
        let (mut fresh, mut missing) = (Vec::new(), Vec::new());
        for name in listing.photos.iter().filter_map(name_of) {
            if self.taken.contains_key(name) {
                continue;
            }
            match self.read(name) {
                Some(bytes) => fresh.push((name.to_owned(), bytes)),
                None => missing.push(name),
            }
        }
        if !missing.is_empty() {
            report.tell(Problem {
                row: report.rows,
                ..not_sent(&missing, self.files.is_some(), self.language)
            });
        }
        let keeps_its_own = known && !missing.is_empty();
        self.take_in(fresh)?;
        let photos = std::mem::take(&mut listing.photos);
        if !keeps_its_own {
            let own = |p: Photo| match name_of(&p) {
                Some(name) => self.taken.get(name).map(|taken| Photo {
                    caption: p.caption.clone(),
                    ..taken.clone()
                }),
                None => Some(p),
            };
            listing.photos = photos.into_iter().filter_map(own).collect();
        }
        Ok(())
    }

    /// The bytes of a picture, if they came and are one.
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let most = OBJECT_BYTES_MAX as u64 + 1;
        let member = self.files.as_ref()?.read(name)?;
        member.take(most).read_to_end(&mut bytes).ok()?;
        (bytes.len() <= OBJECT_BYTES_MAX && media::inspect(&bytes).is_ok()).then_some(bytes)
    }

    fn take_in(&mut self, fresh: Vec<(String, Vec<u8>)>) -> Result<()> {
        if fresh.is_empty() {
            return Ok(());
        }
        let bytes: Vec<&[u8]> = fresh.iter().map(|(_, bytes)| bytes.as_slice()).collect();
        let hashes = match self.objects()? {
            Some(objects) => objects.put_many(&bytes)?,
            None => bytes.iter().map(|b| media::hash_of(b)).collect(),
        };
        for ((name, bytes), hash) in fresh.into_iter().zip(hashes) {
            let picture = media::inspect(&bytes)?;
            let photo = Photo {
                object: Some(hash),
                width: picture.width,
                height: picture.height,
                ..Photo::default()
            };
            self.taken.insert(name, photo);
        }
        Ok(())
    }

    fn objects(&mut self) -> Result<Option<Objects>> {
        if let Pictures::At(folder) = &self.pictures {
            self.pictures = Pictures::In(Objects::open(folder)?);
        }
        Ok(match &self.pictures {
            Pictures::In(objects) => Some(objects.clone()),
            _ => None,
        })
    }
}

/// A picture that is so far but a name.
pub(crate) fn named(name: &str) -> Photo {
    Photo {
        url: Some(name.to_owned()),
        ..Photo::default()
    }
}

fn name_of(photo: &Photo) -> Option<&str> {
    let url = photo.url.as_deref()?;
    (photo.object.is_none() && !url.contains("://")).then_some(url)
}

/// "VO123.jpg", "VO123_1.jpg" and "VO123-02.jpg" belong to VO123.
fn named_after(archive: &Archive) -> AHashMap<String, Vec<String>> {
    let mut found: AHashMap<String, Vec<(u32, String)>> = AHashMap::new();
    for member in archive.members().filter(|m| m.role == Role::Photo) {
        let file = member.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let stem = stem.to_lowercase();
        let bare = stem.trim_end_matches(|c: char| c.is_ascii_digit());
        let number = stem[bare.len()..].parse().unwrap_or(0);
        if let Some(reference) = bare.strip_suffix(['_', '-', ' ', '.']) {
            let list = found.entry(reference.to_owned()).or_default();
            list.push((number, member.name.clone()));
        }
        found
            .entry(stem)
            .or_default()
            .push((0, member.name.clone()));
    }
    let in_order = |(reference, mut list): (String, Vec<(u32, String)>)| {
        list.sort();
        (reference, list.into_iter().map(|(_, name)| name).collect())
    };
    found.into_iter().map(in_order).collect()
}

fn not_sent(names: &[&str], has_archive: bool, language: Language) -> Problem {
    let shown = names[..names.len().min(NAMES_SHOWN)].join(", ");
    let count = names.len();
    let said = match has_archive {
        true => [
            format!(
                "{count} photo(s) ne sont pas dans l’archive ou n’y sont pas lisibles ({shown}) ; envoyez-les en JPEG, PNG ou WebP sous ces noms"
            ),
            format!(
                "{count} foto(’s) zitten niet of niet leesbaar in het archief ({shown}); stuur ze als JPEG, PNG of WebP onder die namen"
            ),
            format!(
                "{count} photo(s) are not in the archive or cannot be read ({shown}); send them as JPEG, PNG or WebP under these names"
            ),
            format!(
                "{count} Foto(s) fehlen im Archiv oder sind nicht lesbar ({shown}); senden Sie sie als JPEG, PNG oder WebP unter diesen Namen"
            ),
        ],
        false => [
            format!(
                "{count} photo(s) sont nommées mais ne sont pas venues ({shown}) ; envoyez le tableau et les photos dans un ZIP, ou donnez des adresses https://"
            ),
            format!(
                "{count} foto(’s) worden genoemd maar kwamen niet mee ({shown}); stuur de tabel met de foto’s in een ZIP, of geef adressen met https://"
            ),
            format!(
                "{count} photo(s) are named but did not come ({shown}); send the table and the photos in one ZIP, or give addresses with https://"
            ),
            format!(
                "{count} Foto(s) sind genannt, aber nicht mitgekommen ({shown}); senden Sie Tabelle und Fotos in einem ZIP oder geben Sie Adressen mit https:// an"
            ),
        ],
    };
    let said = said.each_ref().map(String::as_str);
    remark(
        "photos",
        "photos_not_sent",
        pick(&said, language).to_owned(),
    )
}
