//! The index against the simplest thing that could answer: a filter over a list.

use std::sync::Arc;

use catalog::Listing;
use dictionary::{Decimal, Dictionary, Money, Place, Status, Value};
use gazetteer::distance_km;
use proptest::prelude::*;
use search::{Index, Near, Query, Sort};
use store::{Id, Timestamp, Uuid};

const CATEGORIES: [&str; 4] = ["house", "villa", "apartment", "studio"];
const PURPOSES: [&str; 2] = ["sale", "rent"];

fn listing(
    number: u128,
    (category, purpose, price, bedrooms, lat, live): (usize, usize, i64, i64, i64, bool),
) -> Listing {
    let mut values = dictionary::Values::new();
    values.insert("purpose".into(), Value::OneOf(PURPOSES[purpose].into()));
    values.insert(
        "price".into(),
        Value::Money(Money {
            minor: price * 100,
            currency: "EUR".into(),
        }),
    );
    values.insert("bedrooms".into(), Value::Integer(bedrooms));
    let place = Place {
        lat: Some(50.0 + lat as f64 / 100.0),
        lon: Some(4.0),
        ..Place::default()
    };
    values.insert("place".into(), Value::Place(place.into()));
    Listing {
        id: Id::from_uuid(Uuid::from_u128(number + 1)),
        account: Id::from_uuid(Uuid::from_u128(7)),
        vertical: "estate".into(),
        category: CATEGORIES[category].into(),
        status: if live { Status::Live } else { Status::Draft },
        parent: None,
        level: None,
        reference: String::new(),
        values,
        photos: Vec::new(),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
        version: 1,
    }
}

fn price(l: &Listing) -> i64 {
    l.price().map_or(0, |p| p.minor / 100)
}

fn fits(l: &Listing, q: &Query) -> bool {
    let below = |c: &str| match c {
        "house" => matches!(l.category.as_ref(), "house" | "villa"),
        "apartment" => matches!(l.category.as_ref(), "apartment" | "studio"),
        other => l.category.as_ref() == other,
    };
    let chosen = |field: &str, any: &[Arc<str>]| matches!(l.values.get(field), Some(Value::OneOf(k)) if any.contains(k));
    l.status == Status::Live
        && q.category.as_deref().is_none_or(below)
        && q.choices.iter().all(|(f, any)| chosen(f, any))
        && q.ranges.iter().all(|(_, low, high)| {
            let p = Decimal(price(l) * 1000);
            low.is_none_or(|low| p >= low) && high.is_none_or(|high| p <= high)
        })
        && q.near.is_none_or(|n| {
            let lat = l.place().and_then(|p| p.lat).unwrap_or_default();
            distance_km((n.lat, n.lon), (f64::from(lat as f32), 4.0)) <= n.radius_km
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_query_finds_what_a_plain_filter_finds(
        rows in prop::collection::vec((0usize..4, 0usize..2, 0i64..50, 0i64..6, 0i64..80, prop::bool::weighted(0.9)), 1..1_500),
        edits in prop::collection::vec((0usize..1_500, 0i64..50), 0..40),
        category in prop::option::of(0usize..4),
        purpose in prop::option::of(0usize..2),
        low in prop::option::of(0i64..50),
        high in prop::option::of(0i64..50),
        radius in prop::option::of(5f64..60.0),
        descending in any::<bool>(),
    ) {
        let index = Index::new(&Dictionary::embedded()).unwrap();
        let mut all: Vec<Listing> = rows.into_iter().enumerate().map(|(n, row)| listing(n as u128, row)).collect();
        index.apply(&all, &[]).unwrap();
        for (at, amount) in edits {
            let at = at % all.len();
            all[at].values.insert("price".into(), Value::Money(Money { minor: amount * 100, currency: "EUR".into() }));
            all[at].version += 1;
            index.apply(&all[at..=at], &[]).unwrap();
        }
        let query = Query {
            vertical: Some("estate".into()),
            category: category.map(|c| CATEGORIES[c].into()),
            choices: purpose.map(|p| ("purpose".into(), vec![PURPOSES[p].into()])).into_iter().collect(),
            ranges: vec![("price".into(), low.map(|l| Decimal(l * 1000)), high.map(|h| Decimal(h * 1000)))],
            near: radius.map(|radius_km| Near { lat: 50.2, lon: 4.0, radius_km }),
            sort: Sort::Field { field: "price".into(), descending },
            limit: 2_000,
            facets: true,
            ..Query::default()
        };
        let expected: Vec<&Listing> = all.iter().filter(|l| fits(l, &query)).collect();
        let answer = index.search(&query);
        prop_assert_eq!(answer.total, expected.len() as u64);
        let mut found: Vec<_> = answer.hits.iter().map(|h| h.id).collect();
        // What is for sale first, then the rents, each in the order of its prices.
        let prices: Vec<(bool, i64)> = found.iter().filter_map(|id| all.iter().find(|l| l.id == *id)).map(|l| {
            let rent = matches!(l.values.get("purpose"), Some(Value::OneOf(p)) if p.as_ref() == "rent");
            (rent, if descending { -price(l) } else { price(l) })
        }).collect();
        let ordered = prices.is_sorted();
        prop_assert!(ordered, "{:?}", prices);
        found.sort();
        let mut wanted: Vec<_> = expected.iter().map(|l| l.id).collect();
        wanted.sort();
        prop_assert_eq!(found, wanted);
    }
}
