//! Listings that go when two files in a row do not name them.

use std::collections::HashMap;

use ::store::{Id, Result, Timestamp, kinds};

use crate::policy::Removal;
use crate::report::Report;
use crate::store::{self, Known};
use crate::write::Writer;

type Row = (u128, Id<kinds::Listing>);

impl Writer<'_> {
    /// Of the rows that a file does not name those that one before did not name either; the others
    /// are noted, and those that are back are forgiven.
    pub(crate) async fn absent_again(
        &self,
        gone: Vec<Row>,
        known: &Known,
        report: &mut Report,
    ) -> Result<Vec<Row>> {
        let mut read = self.store.read(self.scope).await?;
        let absent = store::absent(&mut read, self.account, &self.feed).await?;
        drop(read);
        let absent: HashMap<u128, Timestamp> = absent.into_iter().collect();
        let now = self.store.now();
        let is_old = |at: &Timestamp| now.0 - at.0 >= Removal::APART_MS;
        let (again, once): (Vec<Row>, Vec<Row>) = gone
            .into_iter()
            .partition(|(key, _)| absent.get(key).is_some_and(is_old));
        if !once.is_empty() {
            let said = format!(
                "{} listings are not in this file; they are withdrawn when the next one does not \
                 name them either",
                once.len()
            );
            report.tell_file("absent_once", said);
        }
        if self.dry_run {
            return Ok(again);
        }
        let row_of = |key: &u128| Some(&known.rows[*known.by_key.get(key)? as usize]);
        let back = absent.keys().filter_map(row_of).filter(|row| row.seen);
        let new = once.iter().filter(|(key, _)| !absent.contains_key(key));
        let marks: Vec<(Id<kinds::Listing>, Option<Timestamp>)> = new
            .map(|(_, listing)| (*listing, Some(now)))
            .chain(back.map(|row| (row.listing, None)))
            .collect();
        if !marks.is_empty() {
            let mut tx = self.store.begin(self.scope, self.act.clone()).await?;
            store::mark_absent(&mut tx, self.account, &self.feed, marks).await?;
            tx.commit().await?;
        }
        Ok(again)
    }
}
