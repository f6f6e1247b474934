//! Answers a query over one partition.

use std::sync::Arc;

use catalog::Listing;
use dictionary::{Decimal, Field, Kind, Value, fold};
use gazetteer::distance_km;
use roaring::RoaringBitmap;

use crate::partition::Partition;
use crate::terms::{Term, cell, number};
use crate::{Answer, Bounds, Facet, Hit, Near, Query, Sort};

/// A facet counts at most this many choices of one field.
const CHOICES_MAX: usize = 120;
/// How many candidates are looked at for "more like this", and how far away they may be.
const ALIKE_SEEN: usize = 2_000;
const ALIKE_KM: f64 = 40.0;

impl Partition {
    pub(crate) fn answer(&self, query: &Query) -> Answer {
        let found = self.matching(query, None);
        let hits = self.page(query, &found);
        let facets = if query.facets {
            self.facets(query, &found)
        } else {
            Vec::new()
        };
        Answer {
            total: found.len(),
            hits,
            facets,
        }
    }

    /// All that fits; `without` names a field whose own filter is set aside.
    pub(crate) fn matching(&self, query: &Query, without: Option<&str>) -> RoaringBitmap {
        let mut sets: Vec<RoaringBitmap> = Vec::new();
        let none = RoaringBitmap::new;
        if let Some(category) = &query.category {
            sets.push(
                self.set(&Term::Category(category.clone()))
                    .cloned()
                    .unwrap_or_else(none),
            );
        }
        if let Some(account) = query.account {
            sets.push(
                self.set(&Term::Account(account.uuid()))
                    .cloned()
                    .unwrap_or_else(none),
            );
        }
        for (field, choices) in query.choices.iter().filter(|(f, _)| without != Some(f)) {
            sets.push(self.chosen(field, choices));
        }
        let words = fold(&query.words);
        let count = words.split(' ').filter(|w| !w.is_empty()).count();
        for (number, word) in words.split(' ').filter(|w| !w.is_empty()).enumerate() {
            sets.push(self.word(word, number + 1 == count));
        }
        if let Some(near) = query.near {
            sets.push(self.cells(around(near)));
        }
        if let Some(bounds) = query.within {
            sets.push(self.cells(bounds));
        }
        // The smallest first: each step then costs what is left.
        sets.sort_by_key(RoaringBitmap::len);
        let mut sets = sets.into_iter();
        let mut found = sets.next().unwrap_or_else(|| self.all.clone());
        for set in sets {
            found &= set;
        }
        for (field, low, high) in query.ranges.iter().filter(|(f, _, _)| without != Some(f)) {
            found = self.ranged(found, field, *low, *high);
        }
        self.placed(query, found)
    }

    fn chosen(&self, field: &str, choices: &[Arc<str>]) -> RoaringBitmap {
        let Some(slot) = self.vertical.field_index(field) else {
            return RoaringBitmap::new();
        };
        let flag = matches!(self.vertical.fields[slot].kind, Kind::Boolean);
        let slot = slot as u16;
        let mut found = RoaringBitmap::new();
        for choice in choices {
            let term = match flag {
                true => Term::Flag(slot, choice.as_ref() == "true"),
                false => Term::Choice(slot, choice.clone()),
            };
            if let Some(set) = self.set(&term) {
                found |= set;
            }
        }
        found
    }

    /// A word of a text, or the name of a category or of a choice in any language.
    fn word(&self, word: &str, unfinished: bool) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        if let Some(category) = self.vertical.category_like(word)
            && let Some(set) = self.set(&Term::Category(category.key.clone()))
        {
            found |= set;
        }
        for (slot, field) in self
            .vertical
            .fields
            .iter()
            .enumerate()
            .filter(|(_, f)| f.searched)
        {
            if let Some(choice) = field.choice_like(word)
                && let Some(set) = self.set(&Term::Choice(slot as u16, choice.key.clone()))
            {
                found |= set;
            }
        }
        if found.is_empty() {
            self.words.find(word, unfinished)
        } else {
            found | self.words.find(word, false)
        }
    }

    fn ranged(
        &self,
        among: RoaringBitmap,
        field: &str,
        low: Option<Decimal>,
        high: Option<Decimal>,
    ) -> RoaringBitmap {
        let slot = self.vertical.field_index(field).map(|slot| slot as u16);
        let Some(column) = slot.and_then(|slot| self.columns.get(&slot)) else {
            return RoaringBitmap::new();
        };
        let (low, high) = (
            low.map_or(i64::MIN + 1, |d| d.0),
            high.map_or(i64::MAX, |d| d.0),
        );
        column.within(&among, low, high)
    }

    fn cells(&self, bounds: Bounds) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        let (west, east) = (cell(bounds.west), cell(bounds.east));
        for y in cell(bounds.south)..=cell(bounds.north) {
            for x in west..=east {
                if let Some(set) = self.set(&Term::Cell(y, x)) {
                    found |= set;
                }
            }
        }
        found
    }

    /// Keeps what really lies within the circle or the rectangle.
    fn placed(&self, query: &Query, found: RoaringBitmap) -> RoaringBitmap {
        if query.near.is_none() && query.within.is_none() {
            return found;
        }
        let inside = |slot: &u32| {
            let at = &self.slots[*slot as usize];
            let (lat, lon) = (f64::from(at.lat), f64::from(at.lon));
            let near = query
                .near
                .is_none_or(|n| distance_km((n.lat, n.lon), (lat, lon)) <= n.radius_km);
            let within = query.within.is_none_or(|b| {
                (b.south..=b.north).contains(&lat) && (b.west..=b.east).contains(&lon)
            });
            near && within
        };
        found.iter().filter(inside).collect()
    }

    fn page(&self, query: &Query, found: &RoaringBitmap) -> Vec<Hit> {
        let (skip, take) = (query.offset, query.limit);
        let slots: Vec<u32> = match &query.sort {
            Sort::Newest => found.iter().rev().skip(skip).take(take).collect(),
            Sort::Field { field, descending } => {
                let slot = self.vertical.field_index(field).map(|slot| slot as u16);
                match slot.and_then(|slot| self.columns.get(&slot)) {
                    Some(column) => column.ordered(found, *descending, skip, take),
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

    fn hit(&self, query: &Query, slot: u32) -> Hit {
        let at = &self.slots[slot as usize];
        let distance_km = self.distance(query, slot);
        Hit {
            id: at.id,
            version: at.version,
            lat: at.lat,
            lon: at.lon,
            distance_km,
        }
    }

    fn distance(&self, query: &Query, slot: u32) -> Option<f32> {
        let (near, at) = (query.near?, &self.slots[slot as usize]);
        let there = (f64::from(at.lat), f64::from(at.lon));
        (at.lat != 0.0 || at.lon != 0.0).then(|| distance_km((near.lat, near.lon), there) as f32)
    }

    /// The newest listings like one, among at most `ALIKE_SEEN` candidates.
    pub(crate) fn alike(&self, listing: &Listing, near: bool, limit: usize) -> Vec<Hit> {
        let none = RoaringBitmap::new();
        let category = Term::Category(listing.category.clone());
        let set = self.set(&category).unwrap_or(&none);
        let purpose = match (
            self.vertical.field_index("purpose"),
            listing.values.get("purpose"),
        ) {
            (Some(slot), Some(Value::OneOf(key))) => {
                self.set(&Term::Choice(slot as u16, key.clone()))
            }
            _ => None,
        };
        let place = listing
            .place()
            .and_then(|p| p.lat.zip(p.lon))
            .filter(|_| near);
        let around = place.map(|(lat, lon)| {
            set & self.cells(around(Near {
                lat,
                lon,
                radius_km: ALIKE_KM,
            }))
        });
        let prices = self
            .vertical
            .field_index("price")
            .and_then(|s| self.columns.get(&(s as u16)));
        let own = listing.values.get("price").and_then(number);
        let as_dear = |slot: u32| match (own, prices) {
            (Some(own), Some(prices)) => prices
                .get(slot)
                .is_some_and(|p| (own / 100 * 70..=own / 100 * 140).contains(&p)),
            _ => true,
        };
        let query = Query::default();
        let candidates = around.as_ref().unwrap_or(set).iter().rev().take(ALIKE_SEEN);
        candidates
            .filter(|slot| purpose.is_none_or(|p| p.contains(*slot)) && as_dear(*slot))
            .map(|slot| self.hit(&query, slot))
            .filter(|hit| hit.id != listing.id)
            .take(limit)
            .collect()
    }

    fn facets(&self, query: &Query, found: &RoaringBitmap) -> Vec<Facet> {
        let mut facets = vec![self.category_facet(query, found)];
        for (slot, field) in self
            .vertical
            .fields
            .iter()
            .enumerate()
            .filter(|(_, f)| f.searched)
        {
            let own = query.choices.iter().any(|(f, _)| *f == field.key);
            // Of fields that nearly every query leaves alone only those are counted that are few.
            let counted = matches!(field.kind, Kind::OneOf(_) | Kind::Boolean);
            if !counted || (field.choices().len() > CHOICES_MAX && !self.narrowed(query, field)) {
                continue;
            }
            let aside = own.then(|| self.matching(query, Some(&field.key)));
            let facet = self.facet(field, slot as u16, aside.as_ref().unwrap_or(found), query);
            if !facet.counts.is_empty() {
                facets.push(facet);
            }
        }
        facets
    }

    /// Whether a long list of choices is cut down by a choice of the field above it.
    fn narrowed(&self, query: &Query, field: &Field) -> bool {
        let inside = |choice: &Arc<str>| {
            field
                .choices()
                .iter()
                .any(|c| c.within.as_ref() == Some(choice))
        };
        query
            .choices
            .iter()
            .any(|(_, chosen)| chosen.iter().any(inside))
    }

    fn facet(&self, field: &Field, slot: u16, among: &RoaringBitmap, query: &Query) -> Facet {
        let mut counts: Vec<(Arc<str>, u64)> = Vec::new();
        let mut count = |key: &Arc<str>, term: Term| {
            let there = self.set(&term).map_or(0, |set| set.intersection_len(among));
            if there > 0 {
                counts.push((key.clone(), there));
            }
        };
        if matches!(field.kind, Kind::Boolean) {
            count(&Arc::from("true"), Term::Flag(slot, true));
        }
        let chosen: Vec<&Arc<str>> = query.choices.iter().flat_map(|(_, c)| c).collect();
        for choice in field.choices() {
            if choice
                .within
                .as_ref()
                .is_none_or(|within| chosen.contains(&within))
            {
                count(&choice.key, Term::Choice(slot, choice.key.clone()));
            }
        }
        Facet {
            field: field.key.clone(),
            counts,
        }
    }

    fn category_facet(&self, query: &Query, found: &RoaringBitmap) -> Facet {
        let aside = query.category.is_some().then(|| {
            self.matching(
                &Query {
                    category: None,
                    ..query.clone()
                },
                None,
            )
        });
        let among = aside.as_ref().unwrap_or(found);
        let mut counts = Vec::new();
        for category in &self.vertical.categories {
            let set = self.set(&Term::Category(category.key.clone()));
            let there = set.map_or(0, |set| set.intersection_len(among));
            if there > 0 {
                counts.push((category.key.clone(), there));
            }
        }
        Facet {
            field: "category".into(),
            counts,
        }
    }
}

fn around(near: Near) -> Bounds {
    let high = near.radius_km / 110.5;
    let wide = near.radius_km / (111.3 * near.lat.to_radians().cos().max(0.05));
    Bounds {
        south: near.lat - high,
        north: near.lat + high,
        west: near.lon - wide,
        east: near.lon + wide,
    }
}
