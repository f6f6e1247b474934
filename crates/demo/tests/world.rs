//! What the world is like before anybody writes it down.

use std::collections::{BTreeMap, BTreeSet};

use demo::{Offer, Scale, World};
use dictionary::{Dictionary, Level, Status, Value};

fn world(seed: u64) -> World {
    World::new(&Dictionary::embedded(), Scale::Small, seed)
}

fn offers(world: &World) -> Vec<(&'static str, Offer)> {
    let all = world.businesses.iter();
    all.flat_map(|b| world.offers(b).into_iter().map(|o| (b.vertical, o)))
        .collect()
}

fn number(offer: &Offer, key: &str) -> f64 {
    match offer.values.get(key) {
        Some(Value::Integer(n)) => *n as f64,
        Some(Value::Decimal(n)) => n.to_f64(),
        Some(Value::Money(money)) => money.minor as f64 / 100.0,
        _ => f64::NAN,
    }
}

fn choice<'a>(offer: &'a Offer, key: &str) -> &'a str {
    match offer.values.get(key) {
        Some(Value::OneOf(choice)) => choice,
        _ => "",
    }
}

#[test]
fn the_dictionary_has_no_fault_to_find_in_any_listing() {
    let dictionary = Dictionary::embedded();
    for (vertical, offer) in offers(&world(1)) {
        let vertical = dictionary.vertical(vertical).expect("the trade is shipped");
        let problems = vertical.check(&offer.category, &offer.values);
        assert!(
            problems.is_empty(),
            "{} {}: {problems:?}",
            offer.category,
            offer.reference
        );
    }
}

#[test]
fn the_same_seed_makes_the_same_world_and_another_seed_another() {
    let told = |seed| format!("{:?}", offers(&world(seed)));
    assert_eq!(told(1), told(1));
    assert_ne!(told(1), told(2));
}

#[test]
fn every_listing_speaks_four_languages_and_leaves_no_gap_in_its_sentences() {
    for (_, offer) in offers(&world(1)) {
        for key in ["title", "description"] {
            let inner = offer.level.is_some() && offer.status == Status::Draft;
            match offer.values.get(key) {
                Some(Value::Texts(texts)) => {
                    assert_eq!(texts.len(), 4);
                    for text in texts.values() {
                        let gap = text.is_empty() || text.contains(['{', '}', '|']);
                        let gap = gap || text.contains("  ") || text.contains(" ,");
                        assert!(!gap, "{}: {text}", offer.reference);
                    }
                }
                _ => assert!(
                    inner && key == "description",
                    "{} has no {key}",
                    offer.reference
                ),
            }
        }
    }
}

#[test]
fn prices_are_those_of_the_place_and_the_size() {
    let mut by_kind: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (vertical, offer) in offers(&world(3)) {
        let price = number(&offer, "price");
        let public = offer.level.is_none() || offer.status != Status::Draft;
        assert!(
            price > 0.0 || vertical == "services" || !public,
            "{offer:?}"
        );
        if choice(&offer, "purpose") == "sale" {
            by_kind
                .entry(offer.category.to_string())
                .or_default()
                .push(price);
        }
    }
    let mean = |kind: &str| {
        let prices = by_kind.get(kind).map_or(&[][..], |p| p);
        prices.iter().sum::<f64>() / prices.len().max(1) as f64
    };
    assert!(mean("penthouse") > mean("apartment"));
    assert!(mean("apartment") > mean("garage"));
    assert!(mean("villa") > mean("terraced"));
}

#[test]
fn an_old_car_with_many_kilometres_costs_less_than_a_young_one() {
    let world = world(5);
    let cars: Vec<Offer> = offers(&world)
        .into_iter()
        .filter(|(v, _)| *v == "auto")
        .map(|(_, o)| o)
        .collect();
    let worth = |young: bool| {
        let parts: Vec<f64> = cars
            .iter()
            .filter(|car| (number(car, "year") >= 2023.0) == young)
            .map(|car| number(car, "price") / number(car, "price_new"))
            .collect();
        parts.iter().sum::<f64>() / parts.len() as f64
    };
    assert!(
        worth(true) > 0.6 && worth(false) < 0.5,
        "{} {}",
        worth(true),
        worth(false)
    );
    let makes: BTreeSet<&str> = cars.iter().map(|car| choice(car, "make")).collect();
    assert!(makes.len() > 12 && !makes.contains(""));
    let named = |car: &&Offer| car.category.as_ref() != "motorbike";
    assert!(
        cars.iter()
            .filter(named)
            .all(|car| !choice(car, "model").is_empty())
    );
}

#[test]
fn no_used_vehicle_is_dearer_against_its_list_price_than_a_new_one() {
    let share = |offer: &Offer| number(offer, "price") / number(offer, "price_new");
    let all = offers(&world(4));
    let vehicles: Vec<&Offer> = all
        .iter()
        .filter(|(v, _)| *v == "auto")
        .map(|(_, o)| o)
        .collect();
    let (new, used): (Vec<&Offer>, Vec<&Offer>) = vehicles
        .iter()
        .copied()
        .partition(|o| choice(o, "condition") == "new");
    assert!(
        new.len() > 2 && used.len() > 1_000,
        "{} new, {} used",
        new.len(),
        used.len()
    );
    let cheapest = new.iter().map(|o| share(o)).fold(f64::MAX, f64::min);
    // What is worth almost nothing any more has a lowest price.
    let used = used.iter().filter(|o| number(o, "price") > 900.0);
    for offer in used {
        assert!(
            share(offer) < cheapest,
            "{} {}",
            offer.reference,
            share(offer)
        );
        let before = number(offer, "price_old");
        assert!(before.is_nan() || before > number(offer, "price"));
    }
    for kind in ["motorbike", "van", "pickup"] {
        let there = vehicles.iter().any(|o| o.category.as_ref() == kind);
        assert!(there, "nobody sells a {kind}");
    }
}

#[test]
fn a_project_has_phases_buildings_floors_and_units_each_under_its_own() {
    let world = world(1);
    let first = world.offers(&world.businesses[0]);
    let below = |level| match level {
        Level::Project => None,
        Level::Phase => Some(Level::Project),
        Level::Building => Some(Level::Phase),
        Level::Floor => Some(Level::Building),
        Level::Unit => Some(Level::Floor),
    };
    let mut units = 0;
    for (at, offer) in first.iter().enumerate() {
        let Some(level) = offer.level else { continue };
        let parent = offer.parent.map(|parent| {
            assert!(parent < at);
            first[parent].level
        });
        assert_eq!(parent.flatten(), below(level));
        units += usize::from(level == Level::Unit);
    }
    assert!(units >= 4);
}

#[test]
fn references_slugs_and_addresses_are_never_given_twice() {
    let world = world(1);
    let slugs: BTreeSet<&str> = world.businesses.iter().map(|b| b.slug.as_str()).collect();
    assert_eq!(slugs.len(), world.businesses.len());
    for business in &world.businesses {
        let offers = world.offers(business);
        let references: BTreeSet<&str> = offers.iter().map(|o| o.reference.as_str()).collect();
        assert_eq!(references.len(), offers.len(), "{}", business.slug);
        let firsts: BTreeSet<&str> = business.people.iter().map(|(f, _)| f.as_str()).collect();
        assert_eq!(firsts.len(), business.people.len());
    }
}
