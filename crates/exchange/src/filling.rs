//! The values of a row while it is read, by the places of the dictionary.
//!
//! A map by key compares a dozen keys for each cell; here a cell goes to its place, and the map is
//! made once, in its order.

use std::sync::Arc;

use dictionary::{Value, Values, Vertical};

/// Kept from row to row; empty in between.
pub(crate) struct Filling {
    values: Vec<Option<Value>>,
    /// The places that have a value, in the order of their coming.
    filled: Vec<u32>,
    /// Where each place's key stands among all keys.
    order: Arc<[u32]>,
}

impl Filling {
    pub(crate) fn of(vertical: &Vertical) -> Filling {
        let key = |slot: &u32| &vertical.fields[*slot as usize].key;
        let mut slots: Vec<u32> = (0..vertical.fields.len() as u32).collect();
        slots.sort_unstable_by(|a, b| key(a).cmp(key(b)));
        let mut order = vec![0; slots.len()];
        for (at, slot) in slots.iter().enumerate() {
            order[*slot as usize] = at as u32;
        }
        Filling {
            values: vertical.fields.iter().map(|_| None).collect(),
            filled: Vec::new(),
            order: order.into(),
        }
    }

    pub(crate) fn get(&self, slot: usize) -> Option<&Value> {
        self.values[slot].as_ref()
    }

    pub(crate) fn get_mut(&mut self, slot: usize) -> Option<&mut Value> {
        self.values[slot].as_mut()
    }

    /// Several columns may each name some of many choices.
    pub(crate) fn put(&mut self, slot: usize, value: Value) {
        match (&mut self.values[slot], value) {
            (Some(Value::ManyOf(has)), Value::ManyOf(more)) => {
                has.extend(more);
                has.sort();
                has.dedup();
            }
            // Texts of one language that stand in several places follow each other.
            (Some(Value::Texts(has)), Value::Texts(more)) => {
                for (language, text) in more {
                    let own = has.entry(language).or_default();
                    if !own.is_empty() && !own.contains(&text) {
                        own.push_str("\n\n");
                        own.push_str(&text);
                    } else if own.is_empty() {
                        *own = text;
                    }
                }
            }
            (place, value) => {
                if place.replace(value).is_none() {
                    self.filled.push(slot as u32);
                }
            }
        }
    }

    /// The row's values; the next row begins.
    pub(crate) fn take(&mut self, vertical: &Vertical) -> Values {
        let order = &self.order;
        self.filled
            .sort_unstable_by_key(|slot| order[*slot as usize]);
        let values = &mut self.values;
        let filled = self.filled.drain(..).filter_map(|slot| {
            let key = vertical.fields[slot as usize].key.clone();
            Some((key, values[slot as usize].take()?))
        });
        filled.collect()
    }
}
