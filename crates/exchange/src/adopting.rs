//! The same reference in the same account is the same listing, whichever file brought it first: a
//! column more in tonight's file, or another program at the dealer's, doubles nothing.

use std::collections::HashMap;

use ::store::Result;
use catalog::{Listing, NewListing};
use dictionary::Value;

use crate::report::Report;
use crate::store::{self, Known, KnownRow, NewRow};
use crate::write::{Pending, Writer};

/// Key and hash of a row, and its listing as it is and as the file wants it.
pub(crate) type Adopted = (u128, u128, Listing, Listing);

impl Writer<'_> {
    /// Parts rows that are new to this feed into those whose listing is here already and the rest.
    pub(crate) async fn adopt(
        &self,
        new: Vec<Pending>,
        known: &Known,
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
        let mut read = self.store.read(self.scope).await?;
        let found = catalog::by_references(
            &mut read,
            self.dictionary,
            self.account,
            &self.vertical,
            &references,
        )
        .await?;
        drop(read);
        if found.is_empty() {
            return Ok((Vec::new(), new));
        }
        let mut found: HashMap<_, _> = found.into_iter().map(|l| (l.id, l)).collect();
        // What this feed itself brought under another key is its own affair.
        for row in &known.rows {
            found.remove(&row.listing);
        }
        let found = found.into_values();
        let mut found: HashMap<String, Listing> = found.map(|l| (l.reference.clone(), l)).collect();
        let (mut adopted, mut rest) = (Vec::new(), Vec::new());
        for pending in new {
            match found.remove(&pending.draft.reference) {
                Some(before) if is_same(&before, &pending.draft) => {
                    let after = self.merged(&before, pending.draft);
                    adopted.push((pending.key, pending.hash, before, after));
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
    pub(crate) fn take_over(&mut self, adopted: &[Adopted]) -> Vec<(String, u128)> {
        let mut moved = Vec::new();
        for (_, _, before, _) in adopted {
            if let Some((feed, key)) = self.elsewhere.of.remove(&before.id) {
                let feed = self.elsewhere.feeds[feed as usize].clone();
                *self.adopted.entry(feed.clone()).or_default() += 1;
                moved.push((feed, key));
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
                known.add(KnownRow {
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
            });
            store::remember(&mut tx, self.account, &self.feed, batch, rows.collect()).await?;
            let rows = left.iter().map(|(_, key)| (feed.clone(), *key));
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
