//! The fields of houses, flats and land, in agreement with each other.

use gazetteer::Town;

use crate::chance::Chance;
use crate::filling::Filling;

pub(super) fn house(
    of: &mut Filling,
    category: &str,
    area: f64,
    town: &Town,
    chance: &mut Chance,
) -> f64 {
    let bedrooms = ((area / 42.0) + chance.between(-0.6, 0.9))
        .round()
        .clamp(1.0, 12.0);
    of.number("bedrooms", bedrooms);
    of.number("bathrooms", (bedrooms / 2.6).round().max(1.0));
    of.number("rooms", bedrooms + chance.int(2, 4) as f64);
    of.number("toilets", chance.int(1, 3) as f64);
    let facades = match category {
        "terraced" | "townhouse" => 2,
        "semi_detached" => 3,
        _ => 4,
    };
    of.number("facades", facades as f64);
    of.number(
        "floors",
        if matches!(category, "bungalow" | "cottage") {
            1.0
        } else {
            chance.int(2, 3) as f64
        },
    );
    let plot = match facades {
        2 => chance.between(90.0, 320.0),
        3 => chance.between(250.0, 650.0),
        _ => chance.between(450.0, 2_400.0) * if category == "castle" { 12.0 } else { 1.0 },
    };
    of.number("plot_area", plot.round() + area.round() * 0.3);
    let garden = facades > 2 || chance.yes(0.6);
    of.yes("garden", garden);
    if garden {
        of.number("garden_area", (plot * 0.55).round());
        of.choice(
            "orientation",
            chance.pick::<&str>(&["s", "sw", "w", "se", "e", "n"]),
        );
    }
    let pool = extras(of, category, facades, chance);
    of.yes("office_room", bedrooms >= 4.0 && chance.yes(0.4));
    let rural = town.weight == 0 && facades == 4;
    of.choice(
        "surroundings",
        match (rural, facades) {
            (true, _) => "rural",
            (_, 2) if town.weight > 50 => "city_centre",
            _ => "residential",
        },
    );
    1.0 + plot / 9_000.0 + if pool { 0.07 } else { 0.0 }
}

/// Terrace, garage, attic and the like; gives whether there is a pool.
fn extras(of: &mut Filling, category: &str, facades: i64, chance: &mut Chance) -> bool {
    let terrace = chance.yes(0.7);
    of.yes("terrace", terrace);
    if terrace {
        of.number("terrace_area", chance.int(8, 45) as f64);
    }
    let pool = facades == 4 && chance.yes(if category == "villa" { 0.25 } else { 0.07 });
    of.yes("pool", pool);
    of.number("garage_count", *chance.pick(&[0.0, 0.0, 1.0, 1.0, 2.0]));
    of.yes("attic", chance.yes(0.5));
    of.yes("basement", chance.yes(0.5));
    of.yes("fireplace", chance.yes(0.25));
    pool
}

pub(super) fn apartment(
    of: &mut Filling,
    category: &str,
    area: f64,
    town: &Town,
    chance: &mut Chance,
) -> f64 {
    let bedrooms = match category {
        "studio" => 0.0,
        _ => ((area / 40.0) + chance.between(-0.6, 0.6))
            .round()
            .clamp(1.0, 5.0),
    };
    if bedrooms > 0.0 {
        of.number("bedrooms", bedrooms);
    }
    of.number("bathrooms", if bedrooms > 3.0 { 2.0 } else { 1.0 });
    let floors = chance.int(3, 9);
    let floor = match category {
        "ground_floor" => 0,
        "penthouse" => floors,
        _ => chance.int(0, floors),
    };
    of.number("floors", floors as f64 + 1.0);
    of.number("floor", floor as f64);
    of.yes("lift", floors > 4 || chance.yes(0.5));
    let terrace = category == "penthouse" || chance.yes(0.45);
    of.yes("terrace", terrace);
    if terrace {
        of.number(
            "terrace_area",
            chance.int(5, if category == "penthouse" { 70 } else { 18 }) as f64,
        );
    } else {
        of.yes("balcony", chance.yes(0.4));
    }
    of.yes("bicycle_room", chance.yes(0.4));
    of.number("parking_count", *chance.pick(&[0.0, 0.0, 1.0]));
    of.choice(
        "surroundings",
        if town.weight > 50 && chance.yes(0.6) {
            "city_centre"
        } else {
            "residential"
        },
    );
    1.0 + floor as f64 * 0.008 + if terrace { 0.03 } else { 0.0 }
}

pub(super) fn land(of: &mut Filling, category: &str, chance: &mut Chance) {
    let area = match category {
        "building_land" => chance.between(280.0, 1_600.0),
        "farmland" => chance.between(4_000.0, 90_000.0),
        _ => chance.between(3_000.0, 40_000.0),
    };
    of.number("plot_area", (area / 10.0).round() * 10.0);
    if category == "building_land" {
        of.number("street_frontage", chance.between(8.0, 32.0));
        of.yes("serviced", true);
        of.choice("land_use", "residential");
    } else {
        of.choice(
            "land_use",
            if category == "wood" {
                "nature"
            } else {
                "agricultural"
            },
        );
    }
}

/// Age, state and energy; gives what they make the property worth.
pub(super) fn building(of: &mut Filling, chance: &mut Chance) -> f64 {
    let year = *chance.weighted(&[
        (18, (1880, 1930)),
        (22, (1931, 1965)),
        (30, (1966, 1995)),
        (20, (1996, 2012)),
        (10, (2013, 2026)),
    ]);
    let year = chance.int(year.0, year.1);
    of.number("construction_year", year as f64);
    let condition = match year {
        2013.. => "as_new",
        1996.. => *chance.pick(&["good", "good", "as_new", "just_renovated"]),
        _ => *chance.pick(&[
            "good",
            "good",
            "just_renovated",
            "to_refresh",
            "to_renovate",
        ]),
    };
    of.choice("condition", condition);
    of.yes("new_build", year >= 2025);
    let renewed = if condition == "just_renovated" { 35 } else { 0 };
    let use_a_year = (520.0 - (year + renewed - 1880) as f64 * 3.1 + chance.between(-60.0, 60.0))
        .max(25.0)
        .round();
    let class = match use_a_year as i64 {
        ..=85 => "a",
        86..=170 => "b",
        171..=250 => "c",
        251..=340 => "d",
        341..=425 => "e",
        426..=500 => "f",
        _ => "g",
    };
    of.choice("energy_class", class);
    of.number("energy_consumption", use_a_year);
    comfort(of, (year, condition, class), chance);
    let state = match condition {
        "as_new" => 1.16,
        "just_renovated" => 1.1,
        "to_refresh" => 0.88,
        "to_renovate" => 0.68,
        _ => 1.0,
    };
    let energy = match class {
        "a" => 1.08,
        "b" => 1.04,
        "c" => 1.0,
        "d" => 0.97,
        _ => 0.93,
    };
    state * energy
}

/// Heating, glass and kitchen, as they go with the year, the state and the energy class.
fn comfort(of: &mut Filling, (year, condition, class): (i64, &str, &str), chance: &mut Chance) {
    let heating = match class {
        "a" | "b" if chance.yes(0.6) => "heat_pump",
        "e" | "f" | "g" if chance.yes(0.4) => "oil",
        _ => "gas",
    };
    of.choice("heating", heating);
    of.yes("solar_panels", class == "a" || chance.yes(0.12));
    of.yes("double_glazing", class <= "d" || chance.yes(0.5));
    of.choice(
        "kitchen",
        match condition {
            "to_renovate" => "semi_equipped",
            "as_new" | "just_renovated" if chance.yes(0.5) => "hyper_equipped",
            _ => "equipped",
        },
    );
    of.yes("kitchen_open", year > 1990 || chance.yes(0.3));
    of.choice(
        "electricity_certificate",
        if year > 1990 {
            "conform"
        } else {
            "not_conform"
        },
    );
}

pub(super) fn nearby(of: &mut Filling, chance: &mut Chance) {
    let mut metres = |key: &str, low: i64, high: i64| {
        if chance.yes(0.55) {
            of.number(key, chance.int(low, high) as f64 * 50.0);
        }
    };
    metres("distance_shops", 2, 40);
    metres("distance_school", 3, 40);
    metres("distance_station", 4, 120);
}
