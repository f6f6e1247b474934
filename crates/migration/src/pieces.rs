//! Pictures and documents, and whose they are: by a table that names them, or by the folder they lie
//! in and what they are called.

use std::collections::{HashMap, HashSet};

use catalog::NewDocument;
use dictionary::{Language, Photo};
use store::{Error, Result};

use crate::holds::Holds;
use crate::joins::Link;
use crate::parcel::last_part;
use crate::remarks;
use crate::report::FileReport;
use crate::run::{Lost, Run};
use crate::table::{Column, is_document, is_picture};
use crate::words::{CAPTION, DOCUMENT_KIND, ORDER};

const PHOTOS_MAX: usize = 200;
const DOCUMENT_BYTES_MAX: u64 = 200 << 20;
const NAME_LETTERS_MAX: usize = 200;
const AT_ONCE: usize = 200;

/// One picture or document with the listing it belongs to.
pub(crate) struct Piece {
    /// Which file is told of it.
    told: usize,
    line: u64,
    table: usize,
    key: u128,
    /// What names the listing, for the report.
    cell: String,
    /// The name of a file in the parcel, or an address.
    name: String,
    picture: bool,
    order: (f64, u64),
    caption: String,
}

/// The columns of a table of pictures or documents.
struct Columns {
    file: usize,
    order: Option<usize>,
    caption: Option<usize>,
    kind: Option<usize>,
}

impl Run<'_> {
    /// All of them whose listing stands in a file; of the others it is told why not.
    pub(crate) fn gather_pieces(&mut self) -> Result<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut named: HashSet<String> = HashSet::new();
        for holds in [Holds::Photos, Holds::Documents] {
            for table in self.plan.holding(holds) {
                self.gather_rows(table, holds, &mut pieces, &mut named)?;
            }
        }
        for picture in [true, false] {
            self.gather_lying(picture, &mut pieces, &named);
        }
        Ok(pieces)
    }

    fn gather_rows(
        &mut self,
        table: usize,
        holds: Holds,
        pieces: &mut Vec<Piece>,
        named: &mut HashSet<String>,
    ) -> Result<()> {
        let language = self.language;
        let columns = Columns::of(&self.plan.tables[table].columns, holds);
        let link = self.plan.to_listings.get(&table).cloned();
        let mut told = std::mem::take(&mut self.plan.files[table]);
        self.each_row(table, |line, cells| {
            let file = cells[columns.file].trim();
            let whose = link.as_ref().map_or("", |l| cells[l.column].as_str());
            if file.is_empty() {
                told.orphan("no_file", line, || remarks::NAMES_NO_FILE.plain(language));
                return;
            }
            let found = self.plan.parcel.find(file, whose);
            named.extend(found.map(|piece| piece.name.clone()));
            let Some(link) = &link else {
                told.orphan("no_number", line, || remarks::OF_NO_LISTING.plain(language));
                return;
            };
            let (listings, key) = match self.named(link, whose) {
                Ok(named) => named,
                Err(lost) => {
                    let (code, said) = lost.said(whose, language);
                    told.orphan(code, line, || said);
                    return;
                }
            };
            let picture = !is_document(file) && (is_picture(file) || holds == Holds::Photos);
            let away = file.contains("://");
            let name = match found {
                Some(piece) => piece.name.clone(),
                None if away && picture => file.to_owned(),
                None => {
                    let (code, said) = not_here(file, away, language);
                    told.orphan(code, line, || said);
                    return;
                }
            };
            let cell = |at: Option<usize>| at.map_or("", |at| cells[at].trim());
            let order = cell(columns.order).parse().unwrap_or(f64::MAX);
            let caption = if picture {
                cell(columns.caption)
            } else {
                cell(columns.kind)
            };
            pieces.push(Piece {
                told: table,
                line,
                table: listings,
                key,
                cell: whose.to_owned(),
                name,
                picture,
                order: (order, line),
                caption: caption.chars().take(NAME_LETTERS_MAX).collect(),
            });
        })?;
        self.plan.files[table] = told;
        Ok(())
    }

    /// What no table names: by its folder, or by the beginning of its name.
    fn gather_lying(&mut self, picture: bool, pieces: &mut Vec<Piece>, named: &HashSet<String>) {
        let fits = |name: &str| {
            if picture {
                is_picture(name)
            } else {
                is_document(name)
            }
        };
        let (parcel, language) = (self.plan.parcel.clone(), self.language);
        let lying = parcel
            .files()
            .filter(|p| fits(&p.name) && !named.contains(&p.name));
        let lying: Vec<&str> = lying.map(|p| p.name.as_str()).collect();
        if lying.is_empty() {
            return;
        }
        let (name, holds) = match picture {
            true => (remarks::LYING_PICTURES, Holds::Photos),
            false => (remarks::LYING_DOCUMENTS, Holds::Documents),
        };
        let mut told = FileReport {
            name: name.plain(language),
            holds,
            reason: remarks::BY_FOLDER.plain(language),
            rows: lying.len() as u64,
            ..FileReport::default()
        };
        let number = self.plan.files.len();
        let best = (0..self.plan.listing_keys.len())
            .map(|key| {
                (
                    lying
                        .iter()
                        .filter(|n| self.of_name(key, n).is_some())
                        .count(),
                    key,
                )
            })
            .max_by_key(|(count, key)| (*count, std::cmp::Reverse(*key)));
        let (count, key) = best.unwrap_or((0, 0));
        told.confidence = (count as f64 / lying.len() as f64 * 100.0).round() / 100.0;
        for (at, name) in lying.iter().enumerate() {
            let line = at as u64 + 1;
            let found = (count > 0).then(|| self.of_name(key, name)).flatten();
            match found {
                Some((table, key, cell, order)) => pieces.push(Piece {
                    told: number,
                    line,
                    table,
                    key,
                    cell,
                    name: (*name).to_owned(),
                    picture,
                    order: (order, line),
                    caption: String::new(),
                }),
                None => told.orphan("no_such_listing", line, || {
                    remarks::CALLED_LIKE_NONE.about(language, &[name])
                }),
            }
        }
        self.plan.files.push(told);
    }

    /// The listing that a file's folder or name begins with, and its place among the others.
    fn of_name(&self, key: usize, name: &str) -> Option<(usize, u128, String, f64)> {
        let link = Link {
            column: 0,
            key,
            share: 1.0,
            sure: 1.0,
        };
        let file = last_part(name);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let digits = stem.len() - stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let order = stem[stem.len() - digits..].parse().unwrap_or(0.0);
        let folders = name.rsplit('/').skip(1);
        let cuts = stem
            .char_indices()
            .rev()
            .filter(|(_, c)| "_- .".contains(*c));
        let beginnings = cuts.map(|(at, _)| &stem[..at]);
        let mut tried = folders.chain([stem]).chain(beginnings);
        tried.find_map(|part| {
            let (table, key) = self.named(&link, part).ok()?;
            Some((table, key, part.to_owned(), order))
        })
    }

    /// The pictures of each table's listings, by their keys and in their order.
    pub(crate) fn photos_of(&self, pieces: &[Piece]) -> HashMap<usize, HashMap<u128, Vec<Photo>>> {
        let mut sorted: Vec<&Piece> = pieces.iter().filter(|p| p.picture).collect();
        sorted.sort_by(|a, b| {
            a.order
                .0
                .total_cmp(&b.order.0)
                .then(a.order.1.cmp(&b.order.1))
        });
        let language = self.account.language.clone();
        let mut photos: HashMap<usize, HashMap<u128, Vec<Photo>>> = HashMap::new();
        for piece in sorted {
            let of = photos
                .entry(piece.table)
                .or_default()
                .entry(piece.key)
                .or_default();
            if of.len() >= PHOTOS_MAX || of.iter().any(|p| p.url.as_deref() == Some(&piece.name)) {
                continue;
            }
            let mut photo = Photo {
                url: Some(piece.name.clone()),
                ..Photo::default()
            };
            if !piece.caption.is_empty() {
                photo
                    .caption
                    .insert(language.clone(), piece.caption.clone());
            }
            of.push(photo);
        }
        photos
    }

    /// Keeps the documents, and tells of pictures and documents what became of them.
    pub(crate) async fn take_pieces(
        &mut self,
        pieces: &[Piece],
        progress: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<()> {
        let mut new: Vec<NewDocument> = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            let listing = match self.taken(piece.table, piece.key) {
                Ok(listing) => listing,
                Err(lost) => {
                    self.tell_lost(piece, &lost);
                    continue;
                }
            };
            if piece.picture {
                self.plan.files[piece.told].joined += 1;
                self.report.found.photos += 1;
                continue;
            }
            let kept = match self.keep(piece)? {
                Some(kept) => kept,
                None => continue,
            };
            self.plan.files[piece.told].joined += 1;
            self.report.found.documents += 1;
            let (hash, bytes) = kept;
            new.push(NewDocument {
                listing,
                name: last_part(&piece.name)
                    .chars()
                    .take(NAME_LETTERS_MAX)
                    .collect(),
                kind: piece.caption.clone(),
                hash,
                bytes,
            });
            if new.len() >= AT_ONCE {
                self.attach(&mut new).await?;
                progress("documents", at as u64);
            }
        }
        self.attach(&mut new).await
    }

    fn tell_lost(&mut self, piece: &Piece, lost: &Lost) {
        let (code, said) = lost.said(&piece.cell, self.language);
        self.plan.files[piece.told].orphan(code, piece.line, || said);
    }

    async fn attach(&mut self, new: &mut Vec<NewDocument>) -> Result<()> {
        let new = std::mem::take(new);
        if new.is_empty() {
            return Ok(());
        }
        if let Some(mut tx) = self.begin().await? {
            catalog::attach_many(&mut tx, self.account.id, new).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Keeps a document's bytes, on the disk before a row says that they are there. None, told, when
    /// they cannot be read.
    fn keep(&mut self, piece: &Piece) -> Result<Option<(String, i64)>> {
        let (told, language) = (&mut self.plan.files[piece.told], self.language);
        let mut source = match self.plan.parcel.open_file(&piece.name) {
            Ok(source) => source,
            Err(refusal) => {
                told.orphan("file_broken", piece.line, || refusal.message);
                return Ok(None);
            }
        };
        let (Some(shelf), false) = (&self.options.shelf, self.options.dry_run) else {
            return Ok(Some((String::new(), 0)));
        };
        let unique = format!("migration-{}", self.store.dice().below(u64::MAX));
        let mut coming = shelf.begin(&unique, DOCUMENT_BYTES_MAX)?;
        let mut chunk = vec![0; 256 << 10];
        loop {
            match source.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => match coming.write(&chunk[..read]) {
                    Err(error) if error.code() == "file_too_large" => {
                        let said = error.message().get(language).to_owned();
                        told.orphan("file_too_large", piece.line, || said);
                        return Ok(None);
                    }
                    written => written?,
                },
                Err(error) => {
                    let why = error.to_string();
                    let said = remarks::FILE_BROKEN.about(language, &[&piece.name, &why]);
                    told.orphan("file_broken", piece.line, || said);
                    return Ok(None);
                }
            }
        }
        let kept = coming.keep()?;
        let bytes = i64::try_from(kept.bytes).map_err(|e| Error::broken(e.to_string()))?;
        Ok(Some((kept.hash, bytes)))
    }
}

impl Columns {
    fn of(columns: &[Column], holds: Holds) -> Columns {
        let share = |c: &Column| match holds {
            Holds::Documents => c.documents * 2.0 + c.pictures,
            _ => c.pictures * 2.0 + c.documents,
        };
        let best = columns.iter().enumerate();
        let best = best.max_by(|a, b| share(a.1).total_cmp(&share(b.1)).then(b.0.cmp(&a.0)));
        let file = best.map_or(0, |(at, _)| at);
        let called = |words: &[&str]| {
            let named = |c: &Column| words.contains(&c.words.as_str());
            let part = |c: &Column| c.words.split(' ').any(|w| words.contains(&w));
            let other = |at: &usize| *at != file;
            let whole = columns.iter().position(named).filter(other);
            whole.or_else(|| columns.iter().position(part).filter(other))
        };
        Columns {
            file,
            order: called(ORDER),
            caption: called(CAPTION),
            kind: called(DOCUMENT_KIND).or_else(|| called(CAPTION)),
        }
    }
}

/// Why a file that a row names is not taken.
fn not_here(file: &str, away: bool, language: Language) -> (&'static str, String) {
    let (code, remark) = match away {
        true => ("document_elsewhere", remarks::DOCUMENT_ELSEWHERE),
        false => ("file_missing", remarks::FILE_MISSING),
    };
    (code, remark.about(language, &[file]))
}

#[cfg(test)]
mod tests {
    use exchange::join_key;

    #[test]
    fn blanks_and_capitals_make_no_other_listing() {
        assert_eq!(join_key(" VO-12 "), join_key("vo-12"));
        assert_ne!(join_key("VO-12"), join_key("VO-1 2"));
    }
}
