//! In which order what was found is shown.

use std::borrow::Cow;
use std::sync::{Arc, LazyLock};

use dictionary::{Kind, Money};
use roaring::RoaringBitmap;

use crate::partition::Partition;
use crate::terms::Term;
use crate::{Hit, Query, Sort};

impl Partition {
    pub(crate) fn page(&self, query: &Query, found: &RoaringBitmap) -> Vec<Hit> {
        let (skip, take) = (query.offset, query.limit);
        let slots: Vec<u32> = match &query.sort {
            Sort::Newest => found.iter().rev().skip(skip).take(take).collect(),
            Sort::Field { field, descending } => {
                let slot = self.vertical.field_index(field).map(|slot| slot as u16);
                match slot.and_then(|slot| Some((slot, self.columns.get(&slot)?))) {
                    Some((slot, column)) => self.by_amount(found, slot, skip, take, |set, s, t| {
                        column.ordered(set, *descending, s, t)
                    }),
                    None => found.iter().rev().skip(skip).take(take).collect(),
                }
            }
            Sort::Distance => {
                let mut all: Vec<(u32, f32)> = found
                    .iter()
                    .map(|s| (s, self.distance(query, s).unwrap_or(f32::MAX)))
                    .collect();
                all.sort_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
                all.into_iter()
                    .map(|(slot, _)| slot)
                    .skip(skip)
                    .take(take)
                    .collect()
            }
        };
        slots
            .into_iter()
            .map(|slot| self.hit(query, slot))
            .collect()
    }

    /// Group after group of what can be compared, each in its order.
    fn by_amount(
        &self,
        found: &RoaringBitmap,
        slot: u16,
        mut skip: usize,
        mut take: usize,
        ordered: impl Fn(&RoaringBitmap, usize, usize) -> Vec<u32>,
    ) -> Vec<u32> {
        let mut slots = Vec::new();
        for group in self.comparable(slot, found) {
            if take == 0 {
                break;
            }
            let size = group.len() as usize;
            if skip < size {
                let here = ordered(&group, skip, take);
                take -= here.len();
                slots.extend(here);
            }
            skip = skip.saturating_sub(size);
        }
        slots
    }

    /// Those whose amounts can be compared, together: by purpose, then by currency with the commonest
    /// first, and last what has no amount. Of anything but money all is one.
    fn comparable<'a>(&self, slot: u16, found: &'a RoaringBitmap) -> Vec<Cow<'a, RoaringBitmap>> {
        if !matches!(self.vertical.fields[usize::from(slot)].kind, Kind::Money) {
            return vec![Cow::Borrowed(found)];
        }
        let mut rest = found.clone();
        let mut currencies: Vec<&RoaringBitmap> = currencies()
            .iter()
            .filter_map(|key| self.set(&Term::Currency(slot, key.clone())))
            .collect();
        currencies.sort_by_key(|set| std::cmp::Reverse(set.len()));
        let purposes = self.vertical.field_index("purpose");
        let purposes = purposes.into_iter().flat_map(|at| {
            let choices = self.vertical.fields[at].choices().iter();
            choices.filter_map(move |c| self.set(&Term::Choice(at as u16, c.key.clone())))
        });
        let mut groups = Vec::new();
        for purpose in purposes {
            for currency in &currencies {
                groups.push(found & purpose & *currency);
            }
        }
        groups.retain(|group| !group.is_empty());
        groups.iter().for_each(|group| rest -= group);
        for currency in currencies {
            let group = &rest & currency;
            rest -= &group;
            groups.push(group);
        }
        groups.push(rest);
        groups.into_iter().map(Cow::Owned).collect()
    }
}

pub(crate) fn currencies() -> &'static [Arc<str>] {
    static KEYS: LazyLock<Vec<Arc<str>>> =
        LazyLock::new(|| Money::CURRENCIES.map(Arc::from).to_vec());
    &KEYS
}
