//! Vehicles: a model, its age and its kilometres make the price.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use dictionary::{Date, Value, Vertical};

use super::places::currency;
use super::{Business, Offer, bike, status};
use crate::chance::Chance;
use crate::draw::car::Body;
use crate::filling::Filling;
use crate::pool::{COLOURS, Motif};
use crate::telling::{Subject, Telling};

static TELLING: LazyLock<Telling> =
    LazyLock::new(|| Telling::read(include_str!("../../texts/auto.txt")));

/// How often, make, model, body, price when new in thousands, horsepower, from which year.
type Model = (u32, &'static str, &'static str, &'static str, f64, i64, i64);

#[rustfmt::skip]
pub(crate) const MODELS: [Model; 72] = [
    (30, "renault", "renault-clio", "hatchback", 21.0, 95, 2005), (18, "renault", "renault-captur", "suv", 26.0, 115, 2013), (16, "renault", "renault-megane", "hatchback", 28.0, 120, 2004), (10, "renault", "renault-scenic", "mpv", 31.0, 130, 2004), (10, "renault", "renault-twingo", "hatchback", 16.0, 70, 2004), (8, "renault", "renault-zoe", "hatchback", 33.0, 110, 2013), (9, "renault", "renault-kangoo", "van", 24.0, 95, 2005), (7, "renault", "renault-trafic", "van", 36.0, 130, 2006),
    (26, "peugeot", "peugeot-208", "hatchback", 22.0, 100, 2012), (18, "peugeot", "peugeot-2008", "suv", 28.0, 120, 2013), (22, "peugeot", "peugeot-308", "hatchback", 29.0, 130, 2008), (16, "peugeot", "peugeot-3008", "suv", 37.0, 140, 2009), (9, "peugeot", "peugeot-508", "sedan", 41.0, 160, 2011), (9, "peugeot", "peugeot-5008", "mpv", 39.0, 140, 2010), (6, "peugeot", "peugeot-partner", "van", 23.0, 100, 2006),
    (20, "citroen", "citroen-c3", "hatchback", 19.0, 85, 2005), (10, "citroen", "citroen-c4", "hatchback", 27.0, 120, 2006), (9, "citroen", "citroen-c5-aircross", "suv", 34.0, 135, 2018), (8, "citroen", "citroen-berlingo", "van", 23.0, 100, 2006),
    (30, "volkswagen", "volkswagen-golf", "hatchback", 31.0, 125, 2004), (22, "volkswagen", "volkswagen-polo", "hatchback", 23.0, 90, 2005), (16, "volkswagen", "volkswagen-tiguan", "suv", 40.0, 150, 2008), (14, "volkswagen", "volkswagen-passat", "estate_car", 42.0, 150, 2005), (10, "volkswagen", "volkswagen-t-roc", "suv", 32.0, 130, 2018), (9, "volkswagen", "volkswagen-touran", "mpv", 36.0, 135, 2005), (9, "volkswagen", "volkswagen-id-3", "hatchback", 40.0, 204, 2020), (8, "volkswagen", "volkswagen-id-4", "suv", 47.0, 204, 2021), (6, "volkswagen", "volkswagen-transporter", "van", 42.0, 150, 2006),
    (16, "bmw", "bmw-1-series", "hatchback", 36.0, 140, 2006), (18, "bmw", "bmw-3-series", "sedan", 48.0, 184, 2004), (10, "bmw", "bmw-5-series", "sedan", 66.0, 220, 2005), (12, "bmw", "bmw-x1", "suv", 45.0, 150, 2010), (9, "bmw", "bmw-x3", "suv", 60.0, 190, 2006), (4, "bmw", "bmw-z4", "convertible", 56.0, 197, 2005), (5, "bmw", "bmw-4-series", "coupe", 55.0, 184, 2014),
    (16, "audi", "audi-a3", "hatchback", 36.0, 140, 2005), (14, "audi", "audi-a4", "sedan", 47.0, 170, 2005), (9, "audi", "audi-a6", "estate_car", 62.0, 204, 2006), (10, "audi", "audi-q3", "suv", 42.0, 150, 2012), (7, "audi", "audi-q5", "suv", 58.0, 190, 2009), (4, "audi", "audi-tt", "coupe", 48.0, 197, 2007),
    (14, "mercedes-benz", "mercedes-benz-a-class", "hatchback", 38.0, 150, 2006), (13, "mercedes-benz", "mercedes-benz-c-class", "sedan", 52.0, 190, 2005), (9, "mercedes-benz", "mercedes-benz-e-class", "estate_car", 66.0, 210, 2005), (8, "mercedes-benz", "mercedes-benz-gla", "suv", 45.0, 160, 2014), (6, "mercedes-benz", "mercedes-benz-vito", "van", 44.0, 136, 2006),
    (20, "opel", "opel-corsa", "hatchback", 20.0, 90, 2005), (16, "opel", "opel-astra", "hatchback", 28.0, 120, 2005), (9, "opel", "opel-mokka", "suv", 28.0, 120, 2013), (6, "opel", "opel-zafira", "mpv", 30.0, 130, 2005),
    (20, "ford", "ford-fiesta", "hatchback", 20.0, 95, 2004), (16, "ford", "ford-focus", "estate_car", 28.0, 120, 2004), (12, "ford", "ford-puma", "suv", 28.0, 125, 2019), (10, "ford", "ford-kuga", "suv", 38.0, 150, 2010), (6, "ford", "ford-transit", "van", 39.0, 130, 2006), (5, "ford", "ford-ranger", "pickup", 43.0, 170, 2012), (3, "ford", "ford-mustang", "coupe", 58.0, 450, 2015),
    (20, "toyota", "toyota-yaris", "hatchback", 23.0, 110, 2005), (12, "toyota", "toyota-corolla", "estate_car", 32.0, 140, 2019), (10, "toyota", "toyota-c-hr", "suv", 34.0, 140, 2016), (8, "toyota", "toyota-rav4", "suv", 43.0, 200, 2006), (4, "toyota", "toyota-hilux", "pickup", 44.0, 150, 2008),
    (12, "volvo", "volvo-xc40", "suv", 44.0, 163, 2018), (10, "volvo", "volvo-v60", "estate_car", 48.0, 190, 2011), (14, "skoda", "skoda-octavia", "estate_car", 33.0, 150, 2005), (10, "skoda", "skoda-fabia", "hatchback", 20.0, 90, 2005), (14, "dacia", "dacia-sandero", "hatchback", 14.0, 90, 2009), (12, "dacia", "dacia-duster", "suv", 21.0, 115, 2010),
    (14, "fiat", "fiat-500", "hatchback", 18.0, 70, 2008), (9, "mini", "mini-cooper", "hatchback", 28.0, 136, 2005), (12, "tesla", "tesla-model-3", "sedan", 46.0, 325, 2019), (7, "mazda", "mazda-mx-5", "convertible", 31.0, 132, 2006),
];

#[rustfmt::skip]
const TRIMS: [&str; 14] = ["Comfort", "Business", "Style", "Premium", "Sport", "Edition", "Active", "Plus", "Urban", "Line", "Design", "Essential", "Touring", "Pure"];

#[rustfmt::skip]
const PLAIN: [&str; 14] = ["abs", "esp", "airbags", "central_locking", "electric_windows", "isofix", "power_steering", "radio", "usb", "bluetooth", "air_conditioning", "cruise_control", "daytime_lights", "split_seats"];
#[rustfmt::skip]
const RICH: [&str; 24] = ["navigation", "parking_rear", "parking_front", "parking_camera", "heated_seats", "leather", "panoramic_roof", "led", "keyless", "carplay", "android_auto", "lane_assist", "blind_spot", "adaptive_cruise", "emergency_brake", "climate_control", "alloy_wheels", "tow_bar", "roof_rails", "head_up", "electric_tailgate", "rain_sensor", "sound_system", "tinted_windows"];

/// What is decided of a vehicle before its fields are written.
struct Car {
    year: i64,
    age: f64,
    km: f64,
    fuel: &'static str,
    hp: f64,
    rich: bool,
    body: &'static str,
}

pub(crate) fn offers(vertical: &Vertical, business: &Business, chance: &mut Chance) -> Vec<Offer> {
    let weights: Vec<(u32, Model)> = MODELS.iter().map(|m| (m.0, *m)).collect();
    let made = (0..business.listings).map(|at| {
        let reference = format!("{}-{:05}", business.stream, at + 1);
        if chance.yes(bike::SHARE) {
            return bike::offer(vertical, business, reference, chance);
        }
        let model = *chance.weighted(&weights);
        offer(vertical, business, model, reference, chance)
    });
    made.collect()
}

fn offer(
    vertical: &Vertical,
    business: &Business,
    model: Model,
    reference: String,
    chance: &mut Chance,
) -> Offer {
    let (_, make, key, body, new, hp, since) = model;
    let car = decide(body, hp, since, key, chance);
    let category = if body == "van" { "van" } else { body };
    let mut of = Filling::new(vertical, category, currency(business.country));
    of.text("ref", &reference);
    of.choice("make", make);
    of.choice("model", key);
    of.choice("body", body);
    write(&mut of, &car, chance);
    let fuel_price = match car.fuel {
        "electric" => 1.05,
        "plugin_hybrid" => 1.22,
        "hybrid" | "diesel" => 1.07,
        _ => 1.0,
    };
    let new_price = new
        * 1_000.0
        * fuel_price
        * (car.hp / hp as f64).powf(0.5)
        * if car.rich { 1.14 } else { 1.0 };
    let asked = price(new_price, (car.age, car.km), chance);
    of.number("price", asked);
    fell(&mut of, asked, chance);
    of.number("price_new", (new_price / 50.0).round() * 50.0);
    trade(&mut of, (car.age, car.km), business, chance);
    let colour = colour(&mut of, chance);
    let words = [("make", of.label("make")), ("model", of.label("model"))].into();
    tell(&mut of, words, chance);
    let drawn = drawn(body);
    let mut pictures = vec![
        Motif::Side(drawn, colour),
        Motif::Face(front(drawn), colour),
    ];
    pictures.push(Motif::Dashboard(chance.int(0, 11) as u8));
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

fn decide(body: &'static str, hp: i64, since: i64, key: &str, chance: &mut Chance) -> Car {
    // Many are three to eight years old, few are very young or very old.
    let age =
        (chance.unit() * chance.unit() * 15.0 + chance.unit() * 5.0).min((2026 - since) as f64);
    let year = 2026 - age as i64;
    let electric = [
        "renault-zoe",
        "volkswagen-id-3",
        "volkswagen-id-4",
        "tesla-model-3",
    ]
    .contains(&key);
    let fuel = match year {
        _ if electric => "electric",
        _ if body == "van" || body == "pickup" => "diesel",
        2019.. => *chance.weighted(&[
            (55, "petrol"),
            (17, "diesel"),
            (16, "hybrid"),
            (12, "plugin_hybrid"),
        ]),
        _ if key.starts_with("toyota") && chance.yes(0.5) => "hybrid",
        _ => *chance.pick(&["petrol", "diesel"]),
    };
    let a_year = match fuel {
        "diesel" => 21_000.0,
        "electric" => 13_500.0,
        _ => 12_000.0,
    };
    let km = if age < 0.4 && chance.yes(0.5) {
        chance.between(5.0, 40.0)
    } else {
        (age * a_year * chance.bell(1.0, 0.22).max(0.25)).max(900.0)
    };
    Car {
        year,
        age,
        km: km.round(),
        fuel,
        hp: (hp as f64 * *chance.pick(&[0.85, 1.0, 1.0, 1.15, 1.35]) / 5.0).round() * 5.0,
        rich: chance.yes(0.4),
        body,
    }
}

fn write(of: &mut Filling, car: &Car, chance: &mut Chance) {
    let condition = match (car.km as i64, car.year) {
        (..=99, _) => "new",
        (100..=8_000, 2026..) => "demo",
        (..=15_000, _) => "nearly_new",
        _ => "used",
    };
    of.choice("condition", condition);
    of.number("year", car.year as f64);
    let month = if car.year == 2026 {
        chance.int(1, 10)
    } else {
        chance.int(1, 12)
    };
    of.date(
        "first_reg",
        Date::new(car.year as i16, month as u8, chance.int(1, 28) as u8),
    );
    of.number("mileage_km", car.km);
    of.choice("fuel", car.fuel);
    of.number("power_hp", car.hp);
    of.number("power_kw", (car.hp * 0.7355).round());
    let trim = *chance.pick(&TRIMS);
    let version = if car.fuel == "electric" {
        electric(of, car, chance)
    } else {
        let litres = (car.hp / 95.0).clamp(0.9, 5.0);
        let litres = (litres * 10.0).round() / 10.0;
        of.number("displacement_cc", (litres * 1000.0 - 3.0).round());
        let thirst = litres * 1.3
            + match car.fuel {
                "diesel" => 2.8,
                "hybrid" => 2.6,
                "plugin_hybrid" => 0.6,
                _ => 4.0,
            };
        of.number("consumption_l", thirst);
        of.number(
            "co2_g_km",
            (thirst * if car.fuel == "diesel" { 26.5 } else { 23.3 }).round(),
        );
        format!("{litres:.1} {} {trim}", car.hp)
    };
    of.text("version", &version);
    shape(of, car, chance);
    equip(of, car, chance);
}

/// How it is built: gearbox, doors, seats, load.
fn shape(of: &mut Filling, car: &Car, chance: &mut Chance) {
    let automatic = car.fuel == "electric" || chance.yes(if car.rich { 0.75 } else { 0.3 });
    of.choice("gearbox", if automatic { "automatic" } else { "manual" });
    of.choice(
        "drive",
        if car.body == "suv" && car.rich && chance.yes(0.3) {
            "all"
        } else {
            "front"
        },
    );
    of.number(
        "doors",
        match car.body {
            "coupe" | "convertible" => 2.0,
            "van" => 4.0,
            _ => 5.0,
        },
    );
    of.number(
        "seats",
        match car.body {
            "convertible" => 2.0,
            "coupe" => 4.0,
            "van" => 3.0,
            "mpv" if chance.yes(0.6) => 7.0,
            _ => 5.0,
        },
    );
    of.choice(
        "emission_class",
        match car.year {
            2021.. => "euro6d",
            2015.. => "euro6",
            2010.. => "euro5",
            _ => "euro4",
        },
    );
    if car.body == "van" {
        of.number("load_volume_m3", chance.int(3, 12) as f64);
    }
}

fn equip(of: &mut Filling, car: &Car, chance: &mut Chance) {
    let mut options: Vec<&str> = PLAIN.to_vec();
    options.retain(|_| car.year > 2012 || chance.yes(0.75));
    let part = if car.rich { 0.62 } else { 0.2 } * if car.year > 2014 { 1.0 } else { 0.5 };
    options.extend(RICH.iter().filter(|_| chance.yes(part)));
    of.choices("options", &options);
}

fn electric(of: &mut Filling, car: &Car, chance: &mut Chance) -> String {
    let battery = *chance.pick(&[41.0, 52.0, 58.0, 64.0, 77.0]);
    of.number("battery_kwh", battery);
    of.number("range_km", (battery * 5.9).round());
    of.number("charge_ac_kw", 11.0);
    of.number("charge_dc_kw", *chance.pick(&[50.0, 100.0, 125.0, 170.0]));
    of.number("battery_health", (100.0 - car.age * 1.6).round());
    format!("{battery} kWh {}", chance.pick(&TRIMS))
}

/// A new vehicle costs about its list price. Whoever registers one loses an eighth at once, a fifth
/// in the first year, then a seventh of the rest each year; kilometres beyond the usual cost extra.
pub(super) fn price(new: f64, (age, km): (f64, f64), chance: &mut Chance) -> f64 {
    let (worth, haggle) = if km < 100.0 {
        (0.985, 0.012)
    } else if age < 1.0 {
        (0.88 - 0.08 * age, 0.04)
    } else {
        (0.80 * 0.865f64.powf(age - 1.0), 0.05)
    };
    let usual = 15_000.0 * age.max(0.3);
    let by_km = match km < 100.0 {
        true => 1.0,
        false => (1.0 - (km - usual) / 420_000.0).clamp(0.72, 1.1 - 0.05 / age.max(0.5)),
    };
    let asked = new * worth * by_km * chance.between(1.0 - haggle, 1.0 + haggle);
    ((asked / 100.0).round() * 100.0 - 10.0).max(890.0)
}

/// Now and then what stood for a while has become cheaper.
pub(super) fn fell(of: &mut Filling, price: f64, chance: &mut Chance) {
    if chance.yes(0.07) {
        let before = price * chance.between(1.03, 1.09);
        let before = (before / 100.0).round() * 100.0 - 10.0;
        of.number("price_old", before.max(price + 100.0));
    }
}

pub(super) fn trade(
    of: &mut Filling,
    (age, km): (f64, f64),
    business: &Business,
    chance: &mut Chance,
) {
    let owners = (1.0 + age / 4.5 * chance.unit() * 1.5)
        .floor()
        .clamp(1.0, 6.0);
    if km >= 100.0 {
        of.number("owners", owners);
        of.yes("first_hand", owners < 2.0);
        of.yes("service_book", chance.yes(0.7));
        of.yes("accident_free", chance.yes(0.85));
        of.yes(
            "mileage_certified",
            business.country == "BE" || chance.yes(0.5),
        );
        of.yes("commercial_use", owners < 2.0 && chance.yes(0.15));
    }
    of.choice("seller_type", "dealer");
    of.choice("offer_type", "sale");
    of.number("warranty_months", if age < 3.0 { 24.0 } else { 12.0 });
    of.yes("vat_deductible", chance.yes(0.2));
    of.yes("trade_in", chance.yes(0.6));
    of.yes("financing", chance.yes(0.5));
    of.yes("delivery", chance.yes(0.2));
    of.number("keys_count", 2.0);
    of.number("stock_days", chance.int(0, 160) as f64);
    of.place(super::places::place(business.town, chance));
    if let Some(Value::Place(place)) = of.values.get_mut("place") {
        place.street = business
            .street
            .rsplit_once(' ')
            .map_or("", |(street, _)| street)
            .to_owned();
        place.number = business
            .street
            .rsplit(' ')
            .next()
            .unwrap_or_default()
            .to_owned();
        place.lat = Some((f64::from(business.town.lat) * 1e4).round() / 1e4);
        place.lon = Some((f64::from(business.town.lon) * 1e4).round() / 1e4);
    }
}

pub(super) fn colour(of: &mut Filling, chance: &mut Chance) -> u8 {
    let at = *chance.weighted(&[
        (20, 0u8),
        (18, 1),
        (20, 2),
        (10, 3),
        (14, 4),
        (9, 5),
        (3, 6),
        (2, 7),
        (2, 8),
        (2, 9),
        (1, 10),
        (1, 11),
        (1, 12),
    ]);
    of.choice("colour", COLOURS[usize::from(at)].0);
    of.yes("metallic", at < 5 && chance.yes(0.6));
    at
}

pub(super) fn tell(of: &mut Filling, named: BTreeMap<&'static str, String>, chance: &mut Chance) {
    let subject = Subject {
        values: &of.values,
        also: BTreeMap::new(),
        category: of.category_words(),
        named,
    };
    let title = TELLING.title(&subject, chance);
    let description = TELLING.description(&subject, 5, chance);
    of.texts("title", title);
    of.texts("description", description);
}

fn drawn(body: &str) -> Body {
    match body {
        "sedan" => Body::Sedan,
        "estate_car" => Body::EstateCar,
        "suv" => Body::Suv,
        "mpv" => Body::Mpv,
        "coupe" => Body::Coupe,
        "convertible" => Body::Convertible,
        "pickup" => Body::Pickup,
        "van" => Body::Van,
        _ => Body::Hatchback,
    }
}

/// Bodies that look alike from the front share a picture.
fn front(body: Body) -> Body {
    match body {
        Body::Pickup => Body::Suv,
        Body::Mpv => Body::Van,
        Body::Convertible => Body::Coupe,
        Body::Sedan | Body::EstateCar => Body::Hatchback,
        other => other,
    }
}
