//! Numbers of one field by listing, in buckets of about equal size.
//!
//! A range takes whole buckets by their bitmaps and looks at single values only in the two at its
//! ends; an order walks the buckets from one end and stops when enough is found.

use roaring::RoaringBitmap;

pub(crate) const ABSENT: i64 = i64::MIN;
const BUCKETS: usize = 256;
/// Below this many candidates looking at each value is cheaper than joining bitmaps.
const FEW: u64 = 20_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    values: Vec<i64>,
    /// The lowest value of each bucket but the first.
    bounds: Vec<i64>,
    buckets: Vec<RoaringBitmap>,
    /// Those that have a value.
    present: RoaringBitmap,
    /// How many values the bounds were drawn for.
    drawn_at: u64,
}

impl Column {
    pub(crate) fn get(&self, slot: u32) -> Option<i64> {
        self.values
            .get(slot as usize)
            .copied()
            .filter(|v| *v != ABSENT)
    }

    pub(crate) fn set(&mut self, slot: u32, value: Option<i64>) {
        let at = slot as usize;
        if self.values.len() <= at {
            if value.is_none() {
                return;
            }
            self.values.resize(at + 1, ABSENT);
        }
        let old = std::mem::replace(&mut self.values[at], value.unwrap_or(ABSENT));
        if old != ABSENT {
            let bucket = self.bucket_of(old);
            self.buckets[bucket].remove(slot);
            self.present.remove(slot);
        }
        let Some(value) = value else { return };
        if self.buckets.is_empty() {
            self.buckets.push(RoaringBitmap::new());
        }
        let bucket = self.bucket_of(value);
        self.buckets[bucket].insert(slot);
        self.present.insert(slot);
        if self.present.len() > 1_000 && self.present.len() > self.drawn_at * 4 {
            self.redraw();
        }
    }

    fn bucket_of(&self, value: i64) -> usize {
        self.bounds.partition_point(|bound| *bound <= value)
    }

    /// Draws the buckets anew; the work is spread over the four times as many values set since.
    fn redraw(&mut self) {
        let mut sorted: Vec<i64> = self
            .values
            .iter()
            .copied()
            .filter(|v| *v != ABSENT)
            .collect();
        sorted.sort_unstable();
        let step = (sorted.len() / BUCKETS).max(1);
        self.bounds = sorted.iter().skip(step).step_by(step).copied().collect();
        self.bounds.dedup();
        self.buckets = vec![RoaringBitmap::new(); self.bounds.len() + 1];
        for (slot, value) in self
            .values
            .iter()
            .enumerate()
            .filter(|(_, v)| **v != ABSENT)
        {
            let bucket = self.bounds.partition_point(|bound| bound <= value);
            self.buckets[bucket].insert(slot as u32);
        }
        self.drawn_at = self.present.len();
    }

    /// Those of `among` whose value lies within, both ends included.
    pub(crate) fn within(&self, among: &RoaringBitmap, low: i64, high: i64) -> RoaringBitmap {
        let fits = |slot: &u32| self.get(*slot).is_some_and(|v| v >= low && v <= high);
        if among.len() <= FEW || self.buckets.is_empty() {
            return among.iter().filter(fits).collect();
        }
        let end = self.buckets.len() - 1;
        let (first, last) = (
            self.bucket_of(low.max(ABSENT + 1)).min(end),
            self.bucket_of(high).min(end),
        );
        let mut found = if last - first > end / 2 {
            // Most of it: what lies outside is less to take away than what lies inside to join.
            let mut found = among & &self.present;
            let outside = self.buckets[..first]
                .iter()
                .chain(&self.buckets[last + 1..]);
            outside.for_each(|bucket| found -= bucket);
            found
        } else {
            roaring::MultiOps::union(self.buckets[first..=last].iter()) & among
        };
        for edge in [first, last] {
            let here = &found & &self.buckets[edge];
            for slot in here.iter().filter(|slot| !fits(slot)) {
                found.remove(slot);
            }
        }
        found
    }

    /// `among` in the order of this column, `skip` left out, at most `take`; those without a value
    /// come last.
    pub(crate) fn ordered(
        &self,
        among: &RoaringBitmap,
        descending: bool,
        skip: usize,
        take: usize,
    ) -> Vec<u32> {
        let wanted = skip + take;
        let mut found: Vec<u32> = Vec::with_capacity(wanted.min(1_024));
        let count = self.buckets.len();
        for step in 0..count {
            let bucket = &self.buckets[if descending { count - 1 - step } else { step }];
            let mut here: Vec<u32> = (among & bucket).iter().collect();
            // Of equal values the newest comes first.
            here.sort_unstable_by_key(|slot| {
                let value = self.values[*slot as usize];
                (
                    if descending {
                        value.wrapping_neg()
                    } else {
                        value
                    },
                    u32::MAX - slot,
                )
            });
            found.extend(here);
            if found.len() >= wanted {
                break;
            }
        }
        if found.len() < wanted {
            found.extend(
                among
                    .iter()
                    .rev()
                    .filter(|slot| self.get(*slot).is_none())
                    .take(wanted),
            );
        }
        found.into_iter().skip(skip).take(take).collect()
    }
}
