//! Rows whose key is new to the feed wait until the whole file is read: only then is it known which
//! listings it no longer names, and a newcomer that is one of them is that one under a new key.

use std::collections::{HashMap, HashSet, VecDeque};

use ::store::Result;
use catalog::CHUNK;

use crate::facts::are_sure;
use crate::report::Report;
use crate::store::{self, Known};
use crate::write::{Pending, Writer};

/// So many may wait; about 3 kB each. Those beyond are new listings at once.
const NEWCOMERS_MAX: usize = 30_000;

#[derive(Default)]
pub(crate) struct Newcomers {
    rows: Vec<Pending>,
    keys: HashSet<u128>,
}

impl Newcomers {
    pub(crate) fn holds(&self, key: u128) -> bool {
        self.keys.contains(&key)
    }

    /// Gives the row back when too many wait.
    pub(crate) fn wait(&mut self, row: Pending) -> Option<Pending> {
        if self.rows.len() >= NEWCOMERS_MAX {
            return Some(row);
        }
        self.keys.insert(row.key);
        self.rows.push(row);
        None
    }
}

impl Writer<'_> {
    /// Writes the newcomers; of a file that is not `whole` nothing is known to be gone.
    pub(crate) async fn settle(
        &mut self,
        newcomers: Newcomers,
        known: &mut Known,
        report: &mut Report,
        whole: bool,
    ) -> Result<()> {
        if newcomers.rows.is_empty() {
            return Ok(());
        }
        self.all_read = whole;
        let (again, new) = self.tell_again(newcomers.rows, known, whole).await?;
        if !again.is_empty() {
            let said = format!(
                "{} rows have a key that is new and are by their facts listings that the feed has \
                 brought before; they stay those listings",
                again.len()
            );
            report.tell_file("new_key", said);
        }
        for mut rows in [again, new] {
            while !rows.is_empty() {
                let rest = rows.split_off(rows.len().min(CHUNK));
                self.write(std::mem::replace(&mut rows, rest), known, report)
                    .await?;
            }
        }
        Ok(())
    }

    /// Parts newcomers into those that are listings of this feed under a new key, which are known by
    /// it from here on, and the rest.
    async fn tell_again(
        &mut self,
        rows: Vec<Pending>,
        known: &mut Known,
        whole: bool,
    ) -> Result<(Vec<Pending>, Vec<Pending>)> {
        if known.rows.iter().all(|row| row.seen) {
            return Ok((Vec::new(), rows));
        }
        let wanted: HashSet<u128> = rows.iter().map(|r| r.facts).filter(|f| *f != 0).collect();
        let mut read = self.store.read(self.scope).await?;
        let facts = store::facts(&mut read, self.account, &self.feed).await?;
        drop(read);
        // The oldest listing first, so that twins keep their order.
        let mut missing: Vec<(u128, u32)> = Vec::new();
        for (key, facts) in facts.into_iter().filter(|(_, f)| wanted.contains(f)) {
            let Some(at) = known.by_key.get(&key) else {
                continue;
            };
            let row = &known.rows[*at as usize];
            if !row.seen && (are_sure(facts) || (whole && !row.gone)) {
                missing.push((facts, *at));
            }
        }
        missing.sort_by_key(|(_, at)| known.rows[*at as usize].listing);
        let mut by_facts: HashMap<u128, VecDeque<u32>> = HashMap::new();
        for (facts, at) in missing {
            by_facts.entry(facts).or_default().push_back(at);
        }
        let (mut again, mut new) = (Vec::new(), Vec::new());
        for pending in rows {
            let found = by_facts.get_mut(&pending.facts);
            let Some(at) = found.and_then(VecDeque::pop_front) else {
                new.push(pending);
                continue;
            };
            self.rename(known, at, pending.key);
            again.push(pending);
        }
        Ok((again, new))
    }

    /// A row is known by a new key; its old one is forgotten when it is written.
    pub(crate) fn rename(&mut self, known: &mut Known, at: u32, key: u128) {
        let row = &mut known.rows[at as usize];
        self.renamed.insert(row.listing);
        (row.key, row.seen) = (key, true);
        known.by_key.insert(key, at);
    }
}
