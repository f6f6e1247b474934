//! Numbers of one field by listing, in buckets of about equal size.
//!
//! A range takes whole buckets by their bitmaps and looks at single values only in the two at its
//! ends; an order walks the buckets from one end and stops when enough is found.

use std::ops::Range;

use roaring::RoaringBitmap;

pub(crate) const ABSENT: i64 = i64::MIN;
const BUCKETS: usize = 256;
/// So many buckets are also kept as one.
const GROUP: usize = 16;
/// Below this many candidates looking at each value is cheaper than joining bitmaps.
pub(crate) const FEW: u64 = 6_000;

#[derive(Clone, Debug, Default)]
pub(crate) struct Column {
    pub(crate) values: Vec<i64>,
    /// The lowest value of each bucket but the first.
    pub(crate) bounds: Vec<i64>,
    pub(crate) buckets: Vec<RoaringBitmap>,
    groups: Vec<RoaringBitmap>,
    /// Those that have a value.
    present: RoaringBitmap,
    /// How many values the bounds were drawn for.
    drawn_at: u64,
}

impl Column {
    /// A column as it was saved: one bucket more than bounds.
    pub(crate) fn restored(
        values: Vec<i64>,
        bounds: Vec<i64>,
        buckets: Vec<RoaringBitmap>,
    ) -> Column {
        let groups: Vec<_> = buckets
            .chunks(GROUP)
            .map(roaring::MultiOps::union)
            .collect();
        let present = roaring::MultiOps::union(&groups);
        Column {
            values,
            bounds,
            drawn_at: present.len(),
            buckets,
            groups,
            present,
        }
    }

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
            self.groups[bucket / GROUP].remove(slot);
            self.present.remove(slot);
        }
        let Some(value) = value else { return };
        if self.buckets.is_empty() {
            self.buckets.push(RoaringBitmap::new());
            self.groups.push(RoaringBitmap::new());
        }
        let bucket = self.bucket_of(value);
        self.buckets[bucket].insert(slot);
        self.groups[bucket / GROUP].insert(slot);
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
        self.groups = self
            .buckets
            .chunks(GROUP)
            .map(roaring::MultiOps::union)
            .collect();
        self.drawn_at = self.present.len();
    }

    /// Whether a listing's value lies within, both ends included.
    pub(crate) fn fits(&self, slot: u32, low: i64, high: i64) -> bool {
        let value = self.values.get(slot as usize).copied().unwrap_or(ABSENT);
        value != ABSENT && value >= low && value <= high
    }

    /// Those of `among` whose value lies within, both ends included.
    pub(crate) fn within(&self, mut among: RoaringBitmap, low: i64, high: i64) -> RoaringBitmap {
        if low > high {
            return RoaringBitmap::new();
        }
        if among.len() <= FEW || self.buckets.is_empty() {
            among.retain(|slot| self.fits(slot, low, high));
            return among;
        }
        let end = self.buckets.len() - 1;
        let (first, last) = (
            self.bucket_of(low.max(ABSENT + 1)).min(end),
            self.bucket_of(high).min(end),
        );
        let mut found = if last - first > end / 2 {
            // Most of it: what lies outside is less to take away than what lies inside to join.
            (among & &self.present) - self.union(0..first) - self.union(last + 1..end + 1)
        } else {
            among & self.union(first..last + 1)
        };
        for edge in [first, last] {
            let mut outside = &found & &self.buckets[edge];
            outside.retain(|slot| !self.fits(slot, low, high));
            found -= outside;
        }
        found
    }

    /// Whole groups where the range covers them, single buckets at its ends.
    fn union(&self, range: Range<usize>) -> RoaringBitmap {
        let (first, last) = (range.start.div_ceil(GROUP), range.end / GROUP);
        if first >= last {
            return roaring::MultiOps::union(&self.buckets[range]);
        }
        let ends = self.buckets[range.start..first * GROUP].iter();
        let ends = ends.chain(&self.buckets[last * GROUP..range.end]);
        roaring::MultiOps::union(ends.chain(&self.groups[first..last]))
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]

        #[test]
        fn a_range_holds_what_looking_at_each_value_holds(
            seed in 1i64..1_000,
            spread in 1i64..100_000,
            changed in prop::collection::vec((0u32..30_000, 0i64..100_000), 0..200),
            ranges in prop::collection::vec((-10i64..100_000, -10i64..100_000), 1..20),
        ) {
            let mut column = Column::default();
            let mut plain: Vec<i64> = (0..30_000).map(|slot| slot * 7_919 * seed % spread).collect();
            for (slot, value) in plain.iter().enumerate() {
                column.set(slot as u32, Some(*value));
            }
            for (slot, value) in changed {
                let value = (value % 7 > 0).then_some(value);
                column.set(slot, value);
                plain[slot as usize] = value.unwrap_or(ABSENT);
            }
            let all: RoaringBitmap = (0..30_000).collect();
            for (low, high) in ranges {
                let found = column.within(all.clone(), low, high);
                let fits = |slot: &u32| (low..=high).contains(&plain[*slot as usize]);
                prop_assert!(found == (0..30_000).filter(fits).collect(), "{} to {}", low, high);
            }
        }
    }
}
