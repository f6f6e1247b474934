//! Answers a query over one partition.

use std::borrow::Cow;
use std::sync::Arc;

use catalog::Listing;
use dictionary::{Field, Kind, Value, fold};
use gazetteer::distance_km;
use roaring::RoaringBitmap;

use crate::column::FEW;
use crate::order::currencies;
use crate::partition::Partition;
use crate::terms::{Term, cell, number};
use crate::{Answer, Bounds, Facet, Hit, Near, Query};

/// A facet counts at most this many choices of one field.
const CHOICES_MAX: usize = 120;
/// How many candidates are looked at for "more like this", and how far away they may be.
const ALIKE_SEEN: usize = 2_000;
const ALIKE_KM: f64 = 40.0;

/// The listings that fit a query, and for each of its own filters those that fit without it.
struct Matching {
    found: RoaringBitmap,
    without_category: Option<RoaringBitmap>,
    /// By the place of the field among the query's choices.
    without_choice: Vec<RoaringBitmap>,
}

impl Partition {
    pub(crate) fn answer(&self, query: &Query) -> Answer {
        let matching = self.matching(query);
        let hits = self.page(query, &matching.found);
        let facets = if query.facets {
            self.facets(query, &matching)
        } else {
            Vec::new()
        };
        Answer {
            total: matching.found.len(),
            hits,
            facets,
        }
    }

    /// Bitmaps first; then values and distances are looked at once, for all that any facet counts.
    fn matching(&self, query: &Query) -> Matching {
        let category = query.category.as_ref().map(|c| self.category(c));
        let choices: Vec<Cow<'_, RoaringBitmap>> = query
            .choices
            .iter()
            .map(|(field, choices)| self.chosen(field, choices))
            .collect();
        let always = self.always(query);
        let joined = |category: Option<&RoaringBitmap>, without: Option<usize>| {
            let chosen = choices.iter().enumerate();
            let chosen = chosen.filter(|(at, _)| Some(*at) != without);
            let sets = always.iter().chain(chosen.map(|(_, set)| set));
            self.joined(sets.map(Cow::as_ref).chain(category).collect())
        };
        let mut matching = Matching {
            found: joined(category.as_deref(), None),
            without_category: None,
            without_choice: Vec::new(),
        };
        if query.facets {
            let each = 0..choices.len();
            matching.without_choice = each
                .map(|at| joined(category.as_deref(), Some(at)))
                .collect();
            matching.without_category = category.is_some().then(|| joined(None, None));
        }
        self.keep_within(query, &mut matching);
        matching
    }

    fn keep_within(&self, query: &Query, matching: &mut Matching) {
        if query.ranges.is_empty() && query.near.is_none() && query.within.is_none() {
            return;
        }
        let wider = matching
            .without_category
            .iter()
            .chain(&matching.without_choice);
        let mut kept = match wider.clone().next() {
            None => std::mem::take(&mut matching.found),
            Some(_) => roaring::MultiOps::union(wider.chain([&matching.found])),
        };
        self.keep_ranges(query, &mut kept);
        kept = self.placed(query, kept);
        if matching.without_category.is_none() && matching.without_choice.is_empty() {
            matching.found = kept;
            return;
        }
        matching.found &= &kept;
        let wider = matching.without_category.iter_mut();
        wider
            .chain(&mut matching.without_choice)
            .for_each(|set| *set &= &kept);
    }

    /// What no facet ever sets aside: the account, the words and the cells of a place.
    fn always(&self, query: &Query) -> Vec<Cow<'_, RoaringBitmap>> {
        let mut sets = Vec::new();
        if let Some(account) = query.account {
            sets.push(self.set_or_none(&Term::Account(account.uuid())));
        }
        if let Some(currency) = &query.currency {
            let priced = self.vertical.field_index("price").unwrap_or_default() as u16;
            sets.push(self.set_or_none(&Term::Currency(priced, currency.clone())));
        }
        let words = fold(&query.words);
        let words: Vec<&str> = words.split(' ').filter(|w| !w.is_empty()).collect();
        // "à vendre", "2 slaapkamers": a single letter is a word of nothing that was indexed.
        let telling: Vec<&str> = words.iter().copied().filter(|w| w.len() > 1).collect();
        let words = if telling.is_empty() { words } else { telling };
        for (number, word) in words.iter().enumerate() {
            sets.push(Cow::Owned(self.word(word, number + 1 == words.len())));
        }
        let places = query.near.map(around).into_iter().chain(query.within);
        sets.extend(places.map(|bounds| Cow::Owned(self.cells(bounds))));
        sets
    }

    /// The smallest first: each step then costs what is left.
    fn joined(&self, mut sets: Vec<&RoaringBitmap>) -> RoaringBitmap {
        sets.sort_by_cached_key(|set| set.len());
        match sets.as_slice() {
            [] => self.all.clone(),
            [only] => (*only).clone(),
            [first, second, rest @ ..] => {
                let mut found = *first & *second;
                rest.iter().for_each(|set| found &= *set);
                found
            }
        }
    }

    fn category(&self, key: &Arc<str>) -> Cow<'_, RoaringBitmap> {
        self.set_or_none(&Term::Category(key.clone()))
    }

    fn set_or_none(&self, term: &Term) -> Cow<'_, RoaringBitmap> {
        self.set(term)
            .map_or_else(|| Cow::Owned(RoaringBitmap::new()), Cow::Borrowed)
    }

    fn chosen(&self, field: &str, choices: &[Arc<str>]) -> Cow<'_, RoaringBitmap> {
        let Some(slot) = self.vertical.field_index(field) else {
            return Cow::Owned(RoaringBitmap::new());
        };
        let flag = matches!(self.vertical.fields[slot].kind, Kind::Boolean);
        let slot = slot as u16;
        let term = |choice: &Arc<str>| match flag {
            true => Term::Flag(slot, choice.as_ref() == "true"),
            false => Term::Choice(slot, choice.clone()),
        };
        match choices {
            [only] => self.set_or_none(&term(only)),
            several => {
                let sets = several.iter().filter_map(|choice| self.set(&term(choice)));
                Cow::Owned(roaring::MultiOps::union(sets))
            }
        }
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

    /// Few candidates are looked at once, for all ranges; many are cut down a range at a time.
    fn keep_ranges(&self, query: &Query, kept: &mut RoaringBitmap) {
        let column = |field: &str| {
            let slot = self.vertical.field_index(field)? as u16;
            self.columns.get(&slot)
        };
        let mut ranges = Vec::with_capacity(query.ranges.len());
        for (field, low, high) in &query.ranges {
            let Some(column) = column(field) else {
                return kept.clear();
            };
            let low = low.map_or(i64::MIN + 1, |d| d.0);
            ranges.push((column, low, high.map_or(i64::MAX, |d| d.0)));
        }
        for (at, (column, low, high)) in ranges.iter().enumerate() {
            if kept.len() <= FEW {
                let rest = &ranges[at..];
                let fits = |slot| rest.iter().all(|(c, low, high)| c.fits(slot, *low, *high));
                return kept.retain(fits);
            }
            *kept = column.within(std::mem::take(kept), *low, *high);
        }
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
            near && query.within.is_none_or(|b| at.within(b))
        };
        found.iter().filter(inside).collect()
    }

    pub(crate) fn hit(&self, query: &Query, slot: u32) -> Hit {
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

    pub(crate) fn distance(&self, query: &Query, slot: u32) -> Option<f32> {
        let (near, at) = (query.near?, &self.slots[slot as usize]);
        let there = (f64::from(at.lat), f64::from(at.lon));
        (at.lat != 0.0 || at.lon != 0.0).then(|| distance_km((near.lat, near.lon), there) as f32)
    }

    /// The newest listings like one, among at most `ALIKE_SEEN` candidates.
    pub(crate) fn alike(&self, listing: &Listing, near: bool, limit: usize) -> Vec<Hit> {
        let Some(set) = self.set(&Term::Category(listing.category.clone())) else {
            return Vec::new();
        };
        let is_alike = self.is_alike(listing);
        let query = Query::default();
        let newest = |set: &RoaringBitmap, within: Option<Bounds>| -> Vec<Hit> {
            let seen = set.iter().rev().take(ALIKE_SEEN);
            let inside = |slot: &u32| within.is_none_or(|b| self.slots[*slot as usize].within(b));
            let fitting = seen.filter(|slot| inside(slot) && is_alike(*slot));
            let hits = fitting.map(|slot| self.hit(&query, slot));
            hits.filter(|h| h.id != listing.id).take(limit).collect()
        };
        let place = listing.place().and_then(|p| p.lat.zip(p.lon));
        let Some((lat, lon)) = place.filter(|_| near) else {
            return newest(set, None);
        };
        let radius_km = ALIKE_KM;
        let bounds = around(Near {
            lat,
            lon,
            radius_km,
        });
        // Among the newest there are mostly enough; the cells around are joined where not.
        let hits = newest(set, Some(bounds));
        match hits.len() < limit && set.len() > ALIKE_SEEN as u64 {
            true => newest(&(set & self.cells(bounds)), Some(bounds)),
            false => hits,
        }
    }

    /// Whether what stands in a slot has the purpose of a listing and about its price.
    fn is_alike<'a>(&'a self, listing: &Listing) -> impl Fn(u32) -> bool + use<'a> {
        let slot_of = |field| self.vertical.field_index(field).map(|slot| slot as u16);
        let purpose = match (slot_of("purpose"), listing.values.get("purpose")) {
            (Some(slot), Some(Value::OneOf(key))) => self.set(&Term::Choice(slot, key.clone())),
            _ => None,
        };
        let prices = slot_of("price").and_then(|slot| self.columns.get(&slot));
        let own = listing.values.get("price").and_then(number);
        move |slot| {
            let as_dear = match (own, prices) {
                (Some(own), Some(prices)) => prices
                    .get(slot)
                    .is_some_and(|p| (own / 100 * 70..=own / 100 * 140).contains(&p)),
                _ => true,
            };
            as_dear && purpose.is_none_or(|p| p.contains(slot))
        }
    }

    fn facets(&self, query: &Query, matching: &Matching) -> Vec<Facet> {
        let among = matching.without_category.as_ref();
        let mut facets = vec![self.category_facet(among.unwrap_or(&matching.found))];
        facets.extend(self.currency_facet(&matching.found));
        for (slot, field) in self
            .vertical
            .fields
            .iter()
            .enumerate()
            .filter(|(_, f)| f.searched)
        {
            let own = query.choices.iter().position(|(f, _)| *f == field.key);
            // Of fields that nearly every query leaves alone only those are counted that are few.
            let counted = matches!(field.kind, Kind::OneOf(_) | Kind::Boolean);
            if !counted || (field.choices().len() > CHOICES_MAX && !self.narrowed(query, field)) {
                continue;
            }
            let among = own.map_or(&matching.found, |at| &matching.without_choice[at]);
            let facet = self.facet(field, slot as u16, among, query);
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

    fn currency_facet(&self, among: &RoaringBitmap) -> Option<Facet> {
        let slot = self.vertical.field_index("price")? as u16;
        let there = currencies().iter().filter_map(|key| {
            let set = self.set(&Term::Currency(slot, key.clone()))?;
            let count = set.intersection_len(among);
            (count > 0).then(|| (key.clone(), count))
        });
        let counts: Vec<(Arc<str>, u64)> = there.collect();
        (!counts.is_empty()).then(|| Facet {
            field: "currency".into(),
            counts,
        })
    }

    fn category_facet(&self, among: &RoaringBitmap) -> Facet {
        let counts = match among.len() == self.all.len() {
            true => self.stock().to_vec(),
            false => self.category_counts(among),
        };
        Facet {
            field: "category".into(),
            counts,
        }
    }

    pub(crate) fn category_counts(&self, among: &RoaringBitmap) -> Vec<(Arc<str>, u64)> {
        let categories = self.vertical.categories.iter();
        let counted = categories.filter_map(|category| {
            let set = self.set(&Term::Category(category.key.clone()))?;
            let there = set.intersection_len(among);
            (there > 0).then(|| (category.key.clone(), there))
        });
        counted.collect()
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
