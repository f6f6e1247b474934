//! The same reference in the same account is the same listing, whichever file brought it first: a
//! column more in tonight's file, or another program at the dealer's, doubles nothing.

use std::collections::HashMap;

use ::store::{Id, Reads, Result, Tx, kinds};
use catalog::{Listing, NewListing};
use dictionary::Value;

use crate::report::Report;
use crate::store::{self, Known, KnownRow, NewRow};
use crate::write::{Pending, Writer};

/// A row, and its listing as it is and as the file wants it.
pub(crate) struct Adopted {
    pub(crate) key: u128,
    pub(crate) hash: u128,
    pub(crate) facts: u128,
    pub(crate) before: Listing,
    pub(crate) after: Listing,
}

impl Adopted {
    /// The row to remember, and the listing before and after if that differs.
    pub(crate) fn row(self) -> (NewRow, Option<(Listing, Listing)>) {
        let row = NewRow {
            key: self.key,
            hash: self.hash,
            listing: self.before.id,
            facts: self.facts,
        };
        let pair = (self.after != self.before).then_some((self.before, self.after));
        (row, pair)
    }
}

impl Writer<'_> {
    /// Parts rows that are new to this feed into those whose listing is here already and the rest,
    /// and gives the transaction to write them with. Until it ends nobody else brings new listings of
    /// the account: the same ones may come by another way at this moment.
    pub(crate) async fn part(
        &mut self,
        new: Vec<Pending>,
        known: &mut Known,
        report: &mut Report,
    ) -> Result<(Vec<Adopted>, Vec<Pending>, Option<Tx>)> {
        if new.is_empty() {
            return Ok((Vec::new(), new, None));
        }
        if self.dry_run {
            let mut read = self.store.read(self.scope).await?;
            let (adopted, new) = self.adopt(&mut read, new, known, report).await?;
            return Ok((adopted, new, None));
        }
        let mut tx = self.begin(report).await?;
        tx.alone(&format!("new listings of {}", self.account))
            .await?;
        let (adopted, new) = self.adopt(&mut tx, new, known, report).await?;
        Ok((adopted, new, Some(tx)))
    }

    async fn adopt(
        &mut self,
        read: &mut impl Reads,
        new: Vec<Pending>,
        known: &mut Known,
        report: &mut Report,
    ) -> Result<(Vec<Adopted>, Vec<Pending>)> {
        let references: Vec<String> = new
            .iter()
            .map(|p| p.draft.reference.clone())
            .filter(|r| !r.is_empty())
            .collect();
        if references.is_empty() {
            return Ok((Vec::new(), new));
        }
        let found = catalog::by_references(
            read,
            self.dictionary,
            self.account,
            &self.vertical,
            &references,
        )
        .await?;
        if found.is_empty() {
            return Ok((Vec::new(), new));
        }
        let ids: Vec<_> = found.iter().map(|l| l.id).collect();
        let edited = self.edited(read, &ids).await?;
        let mut found: HashMap<_, _> = found.into_iter().map(|l| (l.id, l)).collect();
        // What this feed itself brought under another key may still be named by this file; once all
        // of it is read, it is that listing under a new key.
        let mut own = HashMap::new();
        for (at, row) in known.rows.iter().enumerate() {
            if self.all_read && !row.seen && found.contains_key(&row.listing) {
                own.insert(row.listing, at as u32);
            } else {
                found.remove(&row.listing);
            }
        }
        let found = found.into_values();
        let mut found: HashMap<String, Listing> = found.map(|l| (l.reference.clone(), l)).collect();
        let (mut adopted, mut rest) = (Vec::new(), Vec::new());
        for pending in new {
            match found.remove(&pending.draft.reference) {
                Some(before) if is_same(&before, &pending.draft) => {
                    let after = self.merged(&before, pending.draft, edited.get(&before.id));
                    if let Some(at) = own.get(&before.id) {
                        self.rename(known, *at, pending.key);
                    }
                    adopted.push(Adopted {
                        key: pending.key,
                        hash: pending.hash,
                        facts: pending.facts,
                        before,
                        after,
                    });
                }
                Some(other) => {
                    let said = format!(
                        "the reference “{}” belongs to another listing ({}), so this is a new one",
                        other.reference, other.id
                    );
                    report.tell_file("same_reference", said);
                    rest.push(pending);
                }
                None => rest.push(pending),
            }
        }
        Ok((adopted, rest))
    }

    /// The rows that other feeds are to forget for them.
    pub(crate) fn take_over(&mut self, adopted: &[Adopted]) -> Vec<(String, Id<kinds::Listing>)> {
        let mut moved = Vec::new();
        for adopted in adopted {
            let listing = adopted.before.id;
            if let Some((feed, _)) = self.elsewhere.of.remove(&listing) {
                let feed = self.elsewhere.feeds[feed as usize].clone();
                *self.adopted.entry(feed.clone()).or_default() += 1;
                moved.push((feed, listing));
            }
        }
        moved
    }

    /// A new feed that took over most of another one is that feed in a new dress: what the old one
    /// brought and this file does not name is for the removal guard to judge.
    pub(crate) async fn inherit(&mut self, known: &mut Known) -> Result<()> {
        let mut heirs = Vec::new();
        for (feed, taken) in &self.adopted {
            let at = self.elsewhere.feeds.iter().position(|f| f == feed);
            let left = self.elsewhere.of.iter();
            let left: Vec<_> = left
                .filter(|(_, (feed, _))| Some(*feed as usize) == at)
                .map(|(listing, (_, key))| (*listing, *key))
                .collect();
            if *taken > left.len() {
                heirs.push((feed.clone(), left));
            }
        }
        for (feed, left) in heirs {
            for (listing, key) in &left {
                known.add_behind(KnownRow {
                    listing: *listing,
                    key: *key,
                    seen: false,
                    gone: false,
                });
            }
            let Some(batch) = self.batch.filter(|_| !self.dry_run && !left.is_empty()) else {
                continue;
            };
            let mut tx = self
                .store
                .begin(self.scope, self.act.clone().in_batch(batch))
                .await?;
            let rows = left.iter().map(|(listing, key)| NewRow {
                key: *key,
                hash: u128::MAX,
                listing: *listing,
                facts: 0,
            });
            store::remember(&mut tx, self.account, &self.feed, batch, rows.collect()).await?;
            let rows = left.iter().map(|(listing, _)| (feed.clone(), *listing));
            store::forget(&mut tx, self.account, rows.collect()).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

/// Whether a draft may be the listing that has its reference: of the same category, and where both
/// say so of the same place and make.
fn is_same(listing: &Listing, draft: &NewListing) -> bool {
    let place = |value: Option<&Value>| match value {
        Some(Value::Place(place)) => Some((place.postcode.clone(), place.town.clone())),
        _ => None,
    };
    let agree = |key: &str| match (listing.values.get(key), draft.values.get(key)) {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => true,
    };
    let places = (
        place(listing.values.get("place")),
        place(draft.values.get("place")),
    );
    let near = match places {
        (Some(ours), Some(theirs)) => ours == theirs,
        _ => true,
    };
    listing.category == draft.category && near && agree("make") && agree("model")
}
