//! Saves the index to a folder and takes it up again, so that a node is there in a second or two
//! however many listings it has. A saved index that does not fit is left aside: the tables are the
//! truth, and a rebuild costs only time.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use dictionary::{Dictionary, Vertical};
use roaring::RoaringBitmap;
use store::{Id, Position, Uuid};
use tempfile::NamedTempFile;
use xxhash_rust::xxh3::Xxh3;

use crate::column::Column;
use crate::documents::{Address, Documents, Fresh, Segment, sweep};
use crate::index::Shelf;
use crate::partition::{Partition, Slot};
use crate::terms::Term;

/// Counts up whenever what is saved, or what a listing is found by, changes.
const MAGIC: &[u8; 8] = b"entrdx03";
const NAME: &str = "index";

/// Which journal an index has followed and how far: the last row it took in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) position: Position,
    pub(crate) entity: Uuid,
    pub(crate) at: i64,
}

/// What saving has changed about where documents lie.
pub(crate) enum Moved {
    /// The tail, as it was at this length, has become a segment.
    Sealed(Option<Segment>, u64),
    /// Everything has been written together; addresses in the order of [`addresses`].
    Gathered(Segment, Vec<Address>),
}

pub(crate) fn save(shelf: &Shelf, mark: Mark, folder: &Path) -> io::Result<Moved> {
    fs::create_dir_all(folder)?;
    let documents = &shelf.documents;
    let moved = if documents.is_scattered() {
        gathered(shelf, folder)?
    } else {
        Moved::Sealed(documents.write_tail(folder)?, documents.tail_end())
    };
    let kept = documents.segments.iter();
    let names: Vec<String> = match &moved {
        Moved::Sealed(fresh, _) => kept.chain(fresh).map(|s| s.name.clone()).collect(),
        Moved::Gathered(fresh, _) => vec![fresh.name.clone()],
    };
    let file = NamedTempFile::new_in(folder)?;
    let mut out = Out {
        file: io::BufWriter::with_capacity(1 << 20, file),
        hash: Xxh3::new(),
    };
    out.write_all(MAGIC)?;
    out.number(shelf.dictionary.fingerprint())?;
    out.number(mark.position.transaction as u64)?;
    out.number(mark.position.seq as u64)?;
    out.write_all(mark.entity.as_bytes())?;
    out.number(mark.at as u64)?;
    out.number(names.len() as u64)?;
    for name in &names {
        out.text(name)?;
    }
    let mut addresses = match &moved {
        Moved::Gathered(_, addresses) => Some(addresses.iter()),
        Moved::Sealed(..) => None,
    };
    for vertical in shelf.dictionary.verticals() {
        let partition = &shelf.partitions[&vertical.key];
        out.partition(partition, |slot| match &mut addresses {
            Some(addresses) => addresses.next().copied().unwrap_or_default(),
            None => slot.document,
        })?;
    }
    let hash = out.hash.digest();
    out.number(hash)?;
    let file = out.file.into_inner().map_err(io::Error::other)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(NAME))?;
    File::open(folder)?.sync_all()?;
    sweep(folder, &names)?;
    Ok(moved)
}

fn gathered(shelf: &Shelf, folder: &Path) -> io::Result<Moved> {
    let mut fresh = Fresh::begin(folder)?;
    let mut addresses = Vec::new();
    for vertical in shelf.dictionary.verticals() {
        for slot in &shelf.partitions[&vertical.key].slots {
            let document = shelf.documents.read(slot.document).unwrap_or_default();
            addresses.push(fresh.add(&document)?);
        }
    }
    Ok(Moved::Gathered(fresh.finish()?, addresses))
}

/// The saved index and how far it had followed; None when there is none that fits.
pub(crate) fn load(dictionary: &Dictionary, folder: &Path) -> Option<(Shelf, Mark)> {
    let whole = fs::read(folder.join(NAME)).ok()?;
    let (rest, hash) = whole.split_at_checked(whole.len().checked_sub(8)?)?;
    if xxhash_rust::xxh3::xxh3_64(rest).to_le_bytes() != hash {
        tracing::warn!("the saved index is damaged; it is made anew");
        return None;
    }
    let mut saved = In(rest.strip_prefix(MAGIC)?);
    if saved.number()? != dictionary.fingerprint() {
        return None;
    }
    let position = Position {
        transaction: saved.number()? as i64,
        seq: saved.number()? as i64,
    };
    let mark = Mark {
        position,
        entity: Uuid::from_slice(saved.0.split_off(..16)?).ok()?,
        at: saved.number()? as i64,
    };
    let count = saved.count()?;
    let names: Vec<String> = (0..count)
        .map(|_| saved.text().map(str::to_owned))
        .collect::<Option<_>>()?;
    let mut documents = Documents::open(folder, &names).ok()?;
    let mut shelf = Shelf::new(dictionary).ok()?;
    for vertical in dictionary.verticals() {
        let partition = saved.partition(vertical)?;
        let lengths = partition.slots.iter().map(|s| u64::from(s.document.length));
        documents.live += lengths.sum::<u64>();
        shelf.partitions.insert(vertical.key.clone(), partition);
    }
    shelf.documents = documents;
    Some((shelf, mark))
}

struct Out {
    file: io::BufWriter<NamedTempFile>,
    hash: Xxh3,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Out {
    fn number(&mut self, number: u64) -> io::Result<()> {
        self.write_all(&number.to_le_bytes())
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        self.number(text.len() as u64)?;
        self.write_all(text.as_bytes())
    }

    fn set(&mut self, set: &RoaringBitmap) -> io::Result<()> {
        set.serialize_into(self)
    }

    fn numbers(&mut self, numbers: &[i64]) -> io::Result<()> {
        self.number(numbers.len() as u64)?;
        let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_le_bytes()).collect();
        self.write_all(&bytes)
    }

    fn partition(
        &mut self,
        partition: &Partition,
        mut address: impl FnMut(&Slot) -> Address,
    ) -> io::Result<()> {
        self.set(&partition.all)?;
        self.number(partition.slots.len() as u64)?;
        for slot in &partition.slots {
            let document = address(slot);
            self.write_all(slot.id.uuid().as_bytes())?;
            self.number(slot.version as u64)?;
            self.write_all(&slot.lat.to_le_bytes())?;
            self.write_all(&slot.lon.to_le_bytes())?;
            self.write_all(&document.segment.to_le_bytes())?;
            self.write_all(&document.length.to_le_bytes())?;
            self.number(document.at)?;
        }
        self.number(partition.sets.len() as u64)?;
        for (term, set) in &partition.sets {
            self.term(term)?;
            self.set(set)?;
        }
        self.number(partition.columns.len() as u64)?;
        for (field, column) in &partition.columns {
            self.number(u64::from(*field))?;
            self.numbers(&column.values)?;
            self.numbers(&column.bounds)?;
            column.buckets.iter().try_for_each(|set| self.set(set))?;
        }
        self.number(partition.words.postings.len() as u64)?;
        for (word, set) in &partition.words.postings {
            self.text(word)?;
            self.set(set)?;
        }
        Ok(())
    }

    fn term(&mut self, term: &Term) -> io::Result<()> {
        match term {
            Term::Category(key) => self.write_all(&[0]).and_then(|()| self.text(key)),
            Term::Account(id) => self
                .write_all(&[1])
                .and_then(|()| self.write_all(id.as_bytes())),
            Term::Choice(field, key) => {
                self.write_all(&[2])?;
                self.write_all(&field.to_le_bytes())?;
                self.text(key)
            }
            Term::Flag(field, flag) => {
                self.write_all(&[3])?;
                self.write_all(&field.to_le_bytes())?;
                self.write_all(&[u8::from(*flag)])
            }
            Term::Cell(y, x) => {
                self.write_all(&[4])?;
                self.write_all(&y.to_le_bytes())?;
                self.write_all(&x.to_le_bytes())
            }
            Term::Currency(field, key) => {
                self.write_all(&[5])?;
                self.write_all(&field.to_le_bytes())?;
                self.text(key)
            }
        }
    }
}

/// What is left to read. Everything answers None when it does not fit.
struct In<'a>(&'a [u8]);

impl<'a> In<'a> {
    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.0.split_off(..N)?.try_into().ok()
    }

    fn number(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }

    /// How many things follow: never more than there are bytes.
    fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len()).then_some(count)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        std::str::from_utf8(self.0.split_off(..length)?).ok()
    }

    fn set(&mut self) -> Option<RoaringBitmap> {
        RoaringBitmap::deserialize_from(&mut self.0).ok()
    }

    fn numbers(&mut self) -> Option<Vec<i64>> {
        let count = self.count()?;
        let bytes = self.0.split_off(..count.checked_mul(8)?)?;
        let (numbers, _) = bytes.as_chunks::<8>();
        Some(numbers.iter().map(|n| i64::from_le_bytes(*n)).collect())
    }

    fn partition(&mut self, vertical: &Arc<Vertical>) -> Option<Partition> {
        let mut partition = Partition::new(vertical.clone());
        partition.all = self.set()?;
        let count = self.count()?;
        partition.slots.reserve(count);
        partition.by_id.reserve(count);
        for number in 0..count {
            let slot = Slot {
                id: Id::from_uuid(Uuid::from_slice(self.0.split_off(..16)?).ok()?),
                version: self.number()? as i64,
                lat: f32::from_le_bytes(self.array()?),
                lon: f32::from_le_bytes(self.array()?),
                document: Address {
                    segment: u16::from_le_bytes(self.array()?),
                    length: u32::from_le_bytes(self.array()?),
                    at: self.number()?,
                },
            };
            partition.by_id.insert(slot.id, number as u32);
            partition.slots.push(slot);
        }
        for _ in 0..self.count()? {
            let term = self.term()?;
            partition.sets.insert(term, self.set()?);
        }
        for _ in 0..self.count()? {
            let field = u16::try_from(self.number()?).ok()?;
            let (values, bounds) = (self.numbers()?, self.numbers()?);
            let buckets = (0..=bounds.len())
                .map(|_| self.set())
                .collect::<Option<_>>()?;
            let column = Column::restored(values, bounds, buckets);
            partition.columns.insert(field, column);
        }
        for _ in 0..self.count()? {
            let word = self.text()?.into();
            partition.words.postings.insert(word, self.set()?);
        }
        Some(partition)
    }

    fn term(&mut self) -> Option<Term> {
        let [kind] = self.array()?;
        Some(match kind {
            0 => Term::Category(self.text()?.into()),
            1 => Term::Account(Uuid::from_slice(self.0.split_off(..16)?).ok()?),
            2 => Term::Choice(u16::from_le_bytes(self.array()?), self.text()?.into()),
            3 => Term::Flag(u16::from_le_bytes(self.array()?), self.array()? == [1]),
            4 => Term::Cell(
                i16::from_le_bytes(self.array()?),
                i16::from_le_bytes(self.array()?),
            ),
            5 => Term::Currency(u16::from_le_bytes(self.array()?), self.text()?.into()),
            _ => return None,
        })
    }
}
