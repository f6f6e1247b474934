//! Properties whose fields agree with each other, and prices that follow from them.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use dictionary::{Date, Values, Vertical};
use gazetteer::Town;

use super::building::{apartment, building, house, land, nearby};
use super::places::{around, currency, level, near, place};
use super::{Business, Offer, Scale, project, status};
use crate::chance::Chance;
use crate::draw::block::Block;
use crate::draw::house::House;
use crate::draw::rooms::Room;
use crate::filling::Filling;
use crate::pool::Motif;
use crate::telling::{Subject, Telling};

pub(crate) static TELLING: LazyLock<Telling> =
    LazyLock::new(|| Telling::read(include_str!("../../texts/estate.txt")));

/// Category, how often, kind of text, usual living area, price against the level of the town.
type Sort = (&'static str, &'static str, f64, f64);

#[rustfmt::skip]
const SORTS: [(u32, Sort); 27] = [
    (80, ("house", "house", 150.0, 0.92)), (50, ("villa", "house", 220.0, 1.12)), (70, ("terraced", "house", 135.0, 0.85)),
    (60, ("semi_detached", "house", 155.0, 0.92)), (30, ("townhouse", "house", 210.0, 1.05)), (25, ("bungalow", "house", 125.0, 0.98)),
    (22, ("farmhouse", "house", 240.0, 0.85)), (18, ("country_house", "house", 230.0, 1.05)), (16, ("cottage", "house", 95.0, 0.95)),
    (8, ("chalet", "house", 90.0, 0.8)), (6, ("mansion", "house", 380.0, 1.3)), (2, ("castle", "house", 700.0, 1.6)),
    (170, ("apartment", "apartment", 85.0, 1.0)), (45, ("studio", "apartment", 36.0, 1.1)), (22, ("penthouse", "apartment", 140.0, 1.45)),
    (30, ("duplex", "apartment", 110.0, 1.03)), (18, ("loft", "apartment", 125.0, 1.12)), (24, ("ground_floor", "apartment", 82.0, 0.95)),
    (22, ("building_land", "land", 0.0, 0.06)), (8, ("farmland", "land", 0.0, 0.0015)), (4, ("wood", "land", 0.0, 0.001)),
    (16, ("shop", "other", 120.0, 0.8)), (16, ("office", "other", 180.0, 0.75)), (8, ("warehouse", "other", 600.0, 0.28)),
    (6, ("restaurant", "other", 160.0, 0.8)), (20, ("garage", "other", 16.0, 0.45)), (8, ("parking", "other", 12.0, 0.4)),
];

pub(crate) fn offers(
    vertical: &Vertical,
    business: &Business,
    scale: Scale,
    chance: &mut Chance,
) -> Vec<Offer> {
    let towns = around(business.town, 28.0);
    let mut offers = Vec::with_capacity(business.listings);
    // The first agencies of Belgium sell a new-build project each.
    if business.stream < 102 {
        offers.extend(project::offers(vertical, business, scale, chance));
    }
    let mut number = 0;
    while offers.len() < business.listings {
        let town = near(business.town, &towns, chance);
        let sort = *chance.weighted(&SORTS);
        number += 1;
        let reference = format!("{}{:05}", &business.slug[..2].to_uppercase(), 1000 + number);
        offers.push(offer(vertical, sort, town, reference, chance));
    }
    offers
}

fn offer(
    vertical: &Vertical,
    sort: Sort,
    town: &Town,
    reference: String,
    chance: &mut Chance,
) -> Offer {
    let (category, kind, usual, _) = sort;
    let mut of = Filling::new(vertical, category, currency(town.country));
    of.place(place(town, chance));
    let rent = kind != "land" && chance.yes(if kind == "apartment" { 0.38 } else { 0.15 });
    of.choice("purpose", if rent { "rent" } else { "sale" });
    of.choice("price_frequency", if rent { "month" } else { "once" });
    let area = if usual > 0.0 {
        chance.bell(usual, usual * 0.22).max(11.0).round()
    } else {
        0.0
    };
    if area > 0.0 {
        of.number("living_area", area);
    }
    let mut worth = 1.0;
    match kind {
        "house" => worth *= house(&mut of, category, area, town, chance),
        "apartment" => worth *= apartment(&mut of, category, area, town, chance),
        "land" => land(&mut of, category, chance),
        _ => {
            of.number("total_area", area);
            of.choice("surroundings", "urban");
        }
    }
    if matches!(kind, "house" | "apartment") {
        worth *= building(&mut of, chance);
        nearby(&mut of, chance);
    }
    let price = price(&of.values, sort, area, town, worth, chance);
    let asked = if rent {
        rent_of(price, usual)
    } else {
        rounded(price)
    };
    of.number("price", asked);
    if !rent && chance.yes(0.06) {
        of.number("price_old", rounded(price * chance.between(1.03, 1.08)));
    }
    of.yes("negotiable", !rent && chance.yes(0.3));
    if rent {
        let charges = (area * chance.between(0.8, 2.0) / 5.0).round() * 5.0;
        of.number("charges", charges.max(20.0));
        of.number("deposit_months", chance.int(2, 3) as f64);
        of.yes("furnished", chance.yes(0.25));
        let date = Date::new(2026, chance.int(11, 12) as u8, 1);
        of.date("available_from", date);
    }
    of.text("ref", &reference);
    tell(&mut of, kind, BTreeMap::new(), chance);
    let pictures = pictures(category, kind, &of.values, chance);
    Offer {
        category: Arc::from(category),
        status: status(chance),
        parent: None,
        level: None,
        reference,
        values: of.values,
        pictures,
    }
}

/// Writes title and description from what the fields say.
pub(crate) fn tell(
    of: &mut Filling,
    kind: &str,
    named: BTreeMap<&'static str, String>,
    chance: &mut Chance,
) {
    let subject = Subject {
        values: &of.values,
        also: [
            ("kind", kind.to_owned()),
            ("category", of.category.to_owned()),
        ]
        .into(),
        category: of.category_words(),
        named,
    };
    let title = TELLING.title(&subject, chance);
    let description = TELLING.description(&subject, 6, chance);
    of.texts("title", title);
    of.texts("description", description);
}

fn price(
    values: &Values,
    sort: Sort,
    area: f64,
    town: &Town,
    worth: f64,
    chance: &mut Chance,
) -> f64 {
    let (_, kind, usual, part) = sort;
    let luck = chance.between(0.93, 1.07);
    if kind == "land" {
        let plot = match values.get("plot_area") {
            Some(dictionary::Value::Decimal(area)) => area.to_f64(),
            _ => 500.0,
        };
        return level(town) * part * plot * luck;
    }
    // A large home costs less by the square metre.
    let size = (usual / area.max(1.0)).powf(0.18).clamp(0.7, 1.3);
    level(town) * part * area * size * worth * luck
}

/// A month's rent: about four per cent a year of the price, and never below a student's budget.
fn rent_of(price: f64, usual: f64) -> f64 {
    let month = (price * 0.044 / 12.0 / 5.0).round() * 5.0;
    month.max(if usual < 20.0 { 45.0 } else { 320.0 })
}

/// As people write prices: 349 000, 1 195 000.
pub(crate) fn rounded(price: f64) -> f64 {
    let step = match price {
        ..50_000.0 => 500.0,
        ..1_000_000.0 => 5_000.0,
        _ => 25_000.0,
    };
    let plain = (price / step).round() * step;
    if plain >= 100_000.0 && (plain as i64 / 1_000) % 2 == 0 {
        plain - 1_000.0
    } else {
        plain.max(1_500.0)
    }
}

pub(crate) fn pictures(
    category: &str,
    kind: &str,
    values: &Values,
    chance: &mut Chance,
) -> Vec<Motif> {
    let whole = |key: &str| match values.get(key) {
        Some(dictionary::Value::Integer(n)) => *n,
        _ => 0,
    };
    let mut lot = |many: i64| chance.int(0, many - 1) as u8;
    let mut shown = match category {
        "villa" => vec![Motif::House(
            if lot(3) == 0 {
                House::Modern
            } else {
                House::Villa
            },
            lot(8),
        )],
        "terraced" => vec![Motif::House(House::Terraced, lot(8))],
        "semi_detached" => vec![Motif::House(House::SemiDetached, lot(8))],
        "bungalow" => vec![Motif::House(House::Bungalow, lot(8))],
        "farmhouse" | "country_house" => vec![Motif::House(House::Farmhouse, lot(8))],
        "cottage" => vec![Motif::House(House::Cottage, lot(8))],
        "chalet" => vec![Motif::House(House::Chalet, lot(8))],
        "townhouse" | "mansion" => vec![Motif::House(House::Mansion, lot(8))],
        "castle" => vec![Motif::House(House::Castle, lot(8))],
        "farmland" | "building_land" => vec![Motif::Land(false, lot(8))],
        "wood" => vec![Motif::Land(true, lot(8))],
        "shop" | "restaurant" => vec![Motif::Block(Block::Shop, lot(8))],
        "office" => vec![Motif::Block(Block::Office, lot(8))],
        "warehouse" => vec![Motif::Block(Block::Hall, lot(8))],
        "garage" => vec![Motif::Block(Block::Garage, lot(8))],
        "parking" => vec![Motif::Block(Block::Parking, lot(8))],
        "project" => vec![
            Motif::Block(Block::Modern, lot(12)),
            Motif::Block(Block::Tower, lot(8)),
        ],
        _ if kind == "house" => vec![Motif::House(House::SemiDetached, lot(8))],
        _ if whole("construction_year") < 1945 => vec![Motif::Block(Block::Old, lot(12))],
        _ if whole("floors") > 7 => vec![Motif::Block(Block::Tower, lot(8))],
        _ => vec![Motif::Block(Block::Modern, lot(12))],
    };
    if matches!(kind, "house" | "apartment") {
        shown.extend([
            Motif::Room(Room::Living, lot(14)),
            Motif::Room(Room::Kitchen, lot(14)),
        ]);
        if whole("bedrooms") > 0 {
            shown.push(Motif::Room(Room::Bedroom, lot(14)));
        }
        if lot(4) > 0 {
            shown.push(Motif::Room(Room::Bathroom, lot(14)));
        }
        if whole("bedrooms") > 2 {
            let other = Motif::Room(Room::Bedroom, lot(14));
            if !shown.contains(&other) {
                shown.push(other);
            }
        }
        shown.push(Motif::Plan(whole("bedrooms").clamp(1, 5) as u8, lot(4)));
    } else if shown.len() < 2 && kind == "land" {
        shown.push(Motif::Land(false, 8 + lot(4)));
    }
    shown
}
