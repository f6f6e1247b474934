//! A chunk of drafts is written: new listings, changed ones, and what the feed has brought, in one
//! transaction, so that a crash leaves no half of it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use ::store::{Act, Batch, Id, IdempotencyKey, Reads, Result, Scope, Store, Tx, kinds};
use catalog::{Edited, Listing, NewListing};
use dictionary::{Dictionary, Status};
use photos::{Wanted, is_address};

use crate::pictures::{Places, addressed, is_bare, is_shown, merged_photos, want, wanted};
use crate::policy::{LastWord, Policy, Removal};
use crate::report::Report;
use crate::store::{self, Elsewhere, Known, KnownRow, NewRow};

/// A draft with its key and hash, waiting for its chunk.
pub(crate) struct Pending {
    pub(crate) key: u128,
    pub(crate) hash: u128,
    pub(crate) draft: NewListing,
    /// What the thing is, whatever its key; see [`crate::facts`].
    pub(crate) facts: u128,
    /// Where it stands: its number from 1, and its line.
    pub(crate) at: (u64, u64),
}

pub(crate) struct Writer<'a> {
    pub(crate) store: &'a Store,
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) scope: &'a Scope,
    pub(crate) account: Id<kinds::Account>,
    pub(crate) vertical: String,
    pub(crate) feed: String,
    pub(crate) label: String,
    /// What the account's other feeds have brought.
    pub(crate) elsewhere: Elsewhere,
    /// How many listings were taken over from which other feed.
    pub(crate) adopted: BTreeMap<String, usize>,
    /// Fields that this feed answers for.
    pub(crate) owned: Vec<Arc<str>>,
    /// It answers for photos.
    pub(crate) owns_photos: bool,
    /// A person said "yes, really" to what looks as if it were not whole.
    pub(crate) clearance: bool,
    pub(crate) policy: Policy,
    /// Listings whose row has a new key, which is not yet written.
    pub(crate) renamed: HashSet<Id<kinds::Listing>>,
    /// The file is read to its end: what it has not named is gone.
    pub(crate) all_read: bool,
    /// Listings of which a field is to be filled though their rows have not changed.
    pub(crate) to_be_filled: HashSet<Id<kinds::Listing>>,
    pub(crate) dry_run: bool,
    /// How many rows the file has, as far as anybody knows.
    pub(crate) expected: Option<u64>,
    pub(crate) batch: Option<Id<kinds::Batch>>,
    pub(crate) resumed: bool,
    pub(crate) act: Act,
    pub(crate) key: Option<IdempotencyKey>,
}

/// What is to be written of some rows.
struct Chunk {
    /// Listings as they are and as the file wants them.
    pairs: Vec<(Listing, Listing)>,
    /// Rows of listings that are there.
    rows: Vec<NewRow>,
    new: Vec<Pending>,
    /// Rows that other feeds are to forget.
    moved: Vec<(String, Id<kinds::Listing>)>,
    at: Places,
}

/// So many rows are written at once while others want to write too: 10 ms of the only writer.
const STEP_BESIDE: usize = 200;

impl Writer<'_> {
    /// How many rows the next transaction takes.
    pub(crate) fn step(&self) -> usize {
        match self.store.is_awaited() {
            true => STEP_BESIDE,
            false => catalog::CHUNK,
        }
    }

    pub(crate) async fn write(
        &mut self,
        pending: Vec<Pending>,
        known: &mut Known,
        report: &mut Report,
    ) -> Result<()> {
        if pending.is_empty() {
            return Ok(());
        }
        let at: Places = pending.iter().map(|p| (p.key, p.at)).collect();
        let (new, old): (Vec<Pending>, Vec<Pending>) = pending
            .into_iter()
            .partition(|p| !known.by_key.contains_key(&p.key));
        let (pairs, rows, lost) = self.compare(old, known, report).await?;
        report.unchanged += lost as u64;
        let (adopted, new, begun) = self.part(new, known, report).await?;
        let moved = self.take_over(&adopted);
        let mut chunk = Chunk {
            pairs,
            rows,
            new,
            moved,
            at,
        };
        for adopted in adopted {
            let (row, pair) = adopted.row();
            if !self.renamed.contains(&row.listing) {
                known.add(KnownRow {
                    listing: row.listing,
                    key: row.key,
                    seen: true,
                    gone: self.dry_run,
                });
            }
            chunk.rows.push(row);
            chunk.pairs.extend(pair);
        }
        match () {
            () if self.dry_run => chunk.count(known, report),
            () if chunk.new.is_empty() && chunk.rows.is_empty() => {}
            () => self.commit(chunk, begun, known, report).await?,
        }
        Ok(())
    }

    async fn commit(
        &mut self,
        chunk: Chunk,
        begun: Option<Tx>,
        known: &mut Known,
        report: &mut Report,
    ) -> Result<()> {
        let Chunk {
            pairs,
            rows,
            new,
            moved,
            at,
        } = chunk;
        let batch = self.batch(report).await?;
        let mut tx = match begun {
            Some(tx) => tx,
            None => self.begin(report).await?,
        };
        for row in &rows {
            self.renamed.remove(&row.listing);
        }
        let listings = rows.iter().map(|row| row.listing);
        let filled: Vec<_> = listings
            .filter(|listing| self.to_be_filled.contains(listing))
            .collect();
        let held = self.policy.last_word == LastWord::File;
        catalog::filled(&mut tx, self.account, &filled, held).await?;
        let mut wanted = wanted(&pairs, &rows, &at);
        let changed = catalog::update_many(&mut tx, pairs).await? as u64;
        report.changed += changed;
        report.unchanged += rows.len() as u64 - changed;
        report.created += new.len() as u64;
        let created = self.create(&mut tx, new, &at, &mut wanted, known).await?;
        store::remember(&mut tx, self.account, &self.feed, batch, rows).await?;
        store::remember_new(&mut tx, self.account, &self.feed, batch, created).await?;
        store::forget(&mut tx, self.account, moved).await?;
        photos::want(&mut tx, self.account, batch, wanted).await?;
        let progress = report.progress(self.expected, tx.now());
        tx.advance_batch(batch, &progress).await?;
        tx.commit().await.map(|_| ())
    }

    /// New listings, their rows, and the photos that they want.
    async fn create(
        &self,
        tx: &mut Tx,
        new: Vec<Pending>,
        at: &Places,
        wanted: &mut Vec<Wanted>,
        known: &mut Known,
    ) -> Result<Vec<NewRow>> {
        let photos: Vec<_> = new.iter().map(|p| addressed(&p.draft.photos)).collect();
        let (keys, drafts): (Vec<(u128, u128, u128)>, Vec<NewListing>) = new
            .into_iter()
            .map(|p| ((p.key, p.hash, p.facts), p.draft))
            .unzip();
        let ids = catalog::create_many(tx, self.account, drafts).await?;
        let mut created = Vec::with_capacity(ids.len());
        for (((key, hash, facts), listing), photos) in keys.into_iter().zip(ids).zip(photos) {
            wanted.extend(photos.map(|photos| want(listing, photos, at.get(&key))));
            known.by_hash.insert(hash, known.rows.len() as u32);
            known.add(KnownRow {
                listing,
                key,
                seen: true,
                gone: false,
            });
            created.push(NewRow {
                key,
                hash,
                listing,
                facts,
            });
        }
        Ok(created)
    }

    /// Pairs of listings as they are and as the file wants them, and the rows to remember.
    async fn compare(
        &self,
        old: Vec<Pending>,
        known: &Known,
        report: &mut Report,
    ) -> Result<(Vec<(Listing, Listing)>, Vec<NewRow>, usize)> {
        if old.is_empty() {
            return Ok((Vec::new(), Vec::new(), 0));
        }
        let listing_of = |key: &u128| known.rows[known.by_key[key] as usize].listing;
        let ids: Vec<_> = old.iter().map(|p| listing_of(&p.key)).collect();
        let mut read = self.store.read(self.scope).await?;
        let found = catalog::find_many(&mut read, self.dictionary, &ids).await?;
        let mut found: BTreeMap<_, _> = found.into_iter().map(|l| (l.id, l)).collect();
        let edited = self.edited(&mut read, &ids).await?;
        let (mut pairs, mut rows, mut lost) = (Vec::new(), Vec::new(), 0);
        let bare = old.iter().filter(|p| is_bare(&p.draft));
        let bare = bare
            .filter_map(|p| found.get(&listing_of(&p.key)))
            .filter(|l| is_shown(l));
        let clears = self.clears_photos(bare.count(), &found, known, report);
        for pending in old {
            // What a person put into the trash stays there, whatever the feed still says.
            let Some(before) = found.remove(&listing_of(&pending.key)) else {
                lost += 1;
                continue;
            };
            let edited = edited.get(&before.id);
            let own = edited.is_some_and(|fields| fields.iter().any(|f| f == "photos"));
            let bare = self.owns_photos && !own && is_bare(&pending.draft) && is_shown(&before);
            rows.push(NewRow {
                key: pending.key,
                // What was spared is read anew: a person may say that it was meant.
                hash: if bare && !clears {
                    u128::MAX
                } else {
                    pending.hash
                },
                listing: before.id,
                facts: pending.facts,
            });
            let mut after = self.merged(&before, pending.draft, edited);
            if bare && clears {
                after.photos.retain(|photo| !is_address(photo));
            }
            if after != before {
                pairs.push((before, after));
            }
        }
        Ok((pairs, rows, lost))
    }

    /// The listing with what the feed says; fields that the feed never fills stay as they are.
    pub(crate) fn merged(
        &self,
        before: &Listing,
        draft: NewListing,
        edited: Option<&Edited>,
    ) -> Listing {
        let mut after = before.clone();
        let is_change = draft.category.is_empty();
        if !is_change {
            after.category = draft.category;
        }
        after.reference = draft.reference;
        // A listing that came back is live again; sold and reserved are the office's word.
        let kept = self.policy.removal == Removal::Never && !draft.status.is_public();
        if !kept && (before.status == Status::Withdrawn || draft.status != Status::Live) {
            after.status = draft.status;
        }
        // A record that names no category says only what has changed.
        for key in self.owned.iter().filter(|_| !is_change) {
            if !draft.values.contains_key(key) {
                after.values.remove(key);
            }
        }
        after.values.extend(draft.values);
        if !draft.photos.is_empty() {
            let asks_again = self.policy.photos_change;
            after.photos = merged_photos(&before.photos, draft.photos, asks_again);
        }
        for field in edited.into_iter().flatten() {
            put_back(field, before, &mut after);
        }
        after
    }

    /// What a person has edited in some listings, if his word is the last.
    pub(crate) async fn edited(
        &self,
        read: &mut impl Reads,
        ids: &[Id<kinds::Listing>],
    ) -> Result<HashMap<Id<kinds::Listing>, Edited>> {
        match self.policy.last_word {
            LastWord::Office => catalog::edited(read, self.account, ids).await,
            LastWord::File => Ok(HashMap::new()),
        }
    }

    pub(crate) async fn begin(&mut self, report: &mut Report) -> Result<Tx> {
        let batch = self.batch(report).await?;
        let act = self.act.clone().in_batch(batch);
        self.store.begin(self.scope, act).await
    }

    /// The batch, opened at the first row that is really written, or found again after a crash.
    pub(crate) async fn batch(&mut self, report: &mut Report) -> Result<Id<kinds::Batch>> {
        if let Some(batch) = self.batch {
            return Ok(batch);
        }
        let mut tx = self.store.begin(self.scope, self.act.clone()).await?;
        let batch = match self.unfinished(&mut tx).await? {
            Some(batch) => {
                self.resumed = true;
                batch
            }
            None => tx.open_batch(self.account, "import", &self.label).await?,
        };
        if let Some(key) = &self.key {
            tx.claim_key(key, batch).await?;
        }
        tx.commit().await?;
        self.batch = Some(batch);
        report.batch = Some(batch);
        Ok(batch)
    }

    /// A run that found all rows written closes the batch of the one that was cut off.
    pub(crate) async fn take_up(&mut self, report: &mut Report) -> Result<()> {
        if self.batch.is_some() || self.dry_run {
            return Ok(());
        }
        let mut tx = self.store.begin(self.scope, self.act.clone()).await?;
        if let Some(batch) = self.unfinished(&mut tx).await? {
            (self.batch, self.resumed) = (Some(batch), true);
            report.batch = Some(batch);
        }
        Ok(())
    }

    /// The batch of this request, or of this feed, that was cut off by a crash.
    async fn unfinished(&self, tx: &mut Tx) -> Result<Option<Id<kinds::Batch>>> {
        if let Some(key) = &self.key
            && let Some(begun) = key.begun(tx).await?
        {
            // Refused when somebody has stopped it meanwhile.
            let counts = Batch::find(tx, begun).await?.counts;
            tx.advance_batch(begun, &counts).await?;
            return Ok(Some(begun));
        }
        store::unfinished(tx, self.account, &self.label).await
    }

    /// Withdraws what the feed no longer holds.
    pub(crate) async fn withdraw(
        &mut self,
        gone: Vec<(u128, Id<kinds::Listing>)>,
        report: &mut Report,
    ) -> Result<()> {
        for chunk in gone.chunks(catalog::CHUNK) {
            let ids: Vec<_> = chunk.iter().map(|(_, listing)| *listing).collect();
            let mut read = self.store.read(self.scope).await?;
            let found = catalog::find_many(&mut read, self.dictionary, &ids).await?;
            drop(read);
            let live = found.into_iter().filter(|l| l.status.is_public());
            let pairs: Vec<(Listing, Listing)> = live
                .map(|l| {
                    (
                        l.clone(),
                        Listing {
                            status: Status::Withdrawn,
                            ..l
                        },
                    )
                })
                .collect();
            report.removed += pairs.len() as u64;
            if self.dry_run {
                continue;
            }
            let batch = self.batch(report).await?;
            let mut tx = self
                .store
                .begin(self.scope, self.act.clone().in_batch(batch))
                .await?;
            catalog::update_many(&mut tx, pairs).await?;
            let rows = chunk.iter().map(|(key, listing)| NewRow {
                key: *key,
                hash: 0,
                listing: *listing,
                facts: 0,
            });
            store::remember(&mut tx, self.account, &self.feed, batch, rows.collect()).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

impl Chunk {
    /// Tells what would be written.
    fn count(self, known: &mut Known, report: &mut Report) {
        report.created += self.new.len() as u64;
        report.unchanged += (self.rows.len() - self.pairs.len()) as u64;
        report.differ(self.pairs);
        // Known from now on, so that a later double is told as the real run would tell it.
        for Pending { key, .. } in self.new {
            known.add(KnownRow {
                listing: Id::from_uuid(::store::Uuid::nil()),
                key,
                seen: true,
                gone: true,
            });
        }
    }
}

/// Leaves a field as it was.
fn put_back(field: &str, before: &Listing, after: &mut Listing) {
    match field {
        "category" => after.category = before.category.clone(),
        "status" => after.status = before.status,
        "reference" => after.reference = before.reference.clone(),
        "photos" => after.photos = before.photos.clone(),
        _ => {
            let key = field.strip_prefix("values.").unwrap_or(field);
            match before.values.get_key_value(key) {
                Some((key, value)) => drop(after.values.insert(key.clone(), value.clone())),
                None => drop(after.values.remove(key)),
            }
        }
    }
}
