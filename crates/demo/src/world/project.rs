//! New-build projects: project, phases, buildings, floors and units.

use std::collections::BTreeMap;
use std::sync::Arc;

use dictionary::{Date, Level, Place, Status, Value, Vertical};

use super::estate::{pictures, rounded, tell};
use super::places::{currency, level, place};
use super::{Business, Offer, Scale};
use crate::chance::Chance;
use crate::filling::Filling;

const NAMES: [&str; 2] = ["Les Terrasses du Houblon", "Weverspark"];
const LETTERS: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

/// What the parts of a project share.
struct Site<'a> {
    vertical: &'a Vertical,
    business: &'a Business,
    name: &'static str,
    place: Place,
    code: String,
    units: i64,
}

pub(crate) fn offers(
    vertical: &Vertical,
    business: &Business,
    scale: Scale,
    chance: &mut Chance,
) -> Vec<Offer> {
    let (phases, buildings, floors, flats) = match scale {
        Scale::Full => (2, 3, 5, 4),
        Scale::Small => (1, 1, 2, 2),
    };
    let site = Site {
        vertical,
        business,
        name: NAMES[(business.stream % 2) as usize],
        place: place(business.town, chance),
        code: format!("P{}", business.stream),
        units: phases * buildings * floors * flats,
    };
    let mut made = vec![site.whole(chance)];
    for phase in 1..=phases {
        let phase_at = made.len();
        made.push(site.part(0, Level::Phase, format!("{phase}"), chance));
        for building in 0..buildings {
            let letter = LETTERS[((phase - 1) * buildings + building) as usize % LETTERS.len()];
            let building_at = made.len();
            made.push(site.part(phase_at, Level::Building, letter.to_owned(), chance));
            for floor in 0..floors {
                let floor_at = made.len();
                made.push(site.part(
                    building_at,
                    Level::Floor,
                    format!("{letter}{floor}"),
                    chance,
                ));
                for flat in 1..=flats {
                    made.push(site.unit(floor_at, letter, floor, flat, floors, chance));
                }
            }
        }
    }
    made
}

impl Site<'_> {
    fn filling<'b>(&'b self, category: &'b str, chance: &mut Chance) -> Filling<'b> {
        let mut of = Filling::new(self.vertical, category, currency(self.business.country));
        of.place(self.place.clone());
        of.choice("purpose", "sale");
        of.choice("price_frequency", "once");
        of.text("project_name", self.name);
        of.yes("new_build", true);
        of.date("delivery_date", Date::new(2028, chance.int(3, 10) as u8, 1));
        of
    }

    fn finish(
        &self,
        of: Filling,
        kind: &str,
        place: (Option<usize>, Level),
        reference: String,
        status: Status,
        chance: &mut Chance,
    ) -> Offer {
        let category = of.category;
        Offer {
            category: Arc::from(category),
            status,
            parent: place.0,
            level: Some(place.1),
            pictures: pictures(category, kind, &of.values, chance),
            values: of.values,
            reference,
        }
    }

    fn whole(&self, chance: &mut Chance) -> Offer {
        let mut of = self.filling("project", chance);
        of.text("ref", &self.code);
        of.number("units_total", self.units as f64);
        of.number("units_free", (self.units as f64 * 0.6).floor());
        of.number("price", rounded(level(self.business.town) * 1.25 * 52.0));
        of.choice("price_qualifier", "from");
        tell(&mut of, "project", BTreeMap::new(), chance);
        self.finish(
            of,
            "project",
            (None, Level::Project),
            self.code.clone(),
            Status::Live,
            chance,
        )
    }

    /// A phase, a building or a floor: only the office sees it.
    fn part(&self, parent: usize, step: Level, mark: String, chance: &mut Chance) -> Offer {
        let mut of = self.filling("project", chance);
        let reference = format!("{}-{mark}", self.code);
        of.text("ref", &reference);
        match step {
            Level::Phase => of.number("phase_number", mark.parse().unwrap_or(1.0)),
            _ => of.text("building_name", &mark),
        }
        let words = match step {
            Level::Phase => ["Phase", "Fase", "Phase", "Bauabschnitt"],
            Level::Building => ["Bâtiment", "Gebouw", "Building", "Gebäude"],
            _ => ["Étage", "Verdieping", "Floor", "Etage"],
        };
        let titles = ["fr", "nl", "en", "de"].into_iter().zip(words);
        of.texts(
            "title",
            titles
                .map(|(l, w)| (l.to_owned(), format!("{}, {w} {mark}", self.name)))
                .collect(),
        );
        self.finish(
            of,
            "project",
            (Some(parent), step),
            reference,
            Status::Draft,
            chance,
        )
    }

    fn unit(
        &self,
        parent: usize,
        letter: &str,
        floor: i64,
        flat: i64,
        floors: i64,
        chance: &mut Chance,
    ) -> Offer {
        let top = floor == floors - 1;
        let category = if top && flat % 2 == 0 {
            "penthouse"
        } else {
            "apartment"
        };
        let mut of = self.filling(category, chance);
        let number = format!("{letter}{floor}.{flat}");
        let reference = format!("{}-{number}", self.code);
        of.text("ref", &reference);
        let bedrooms = 1 + (flat + floor) % 3;
        let area = 40.0 + bedrooms as f64 * 22.0 + if category == "penthouse" { 30.0 } else { 0.0 };
        of.number("living_area", area);
        of.number("bedrooms", bedrooms as f64);
        of.number("bathrooms", if bedrooms > 2 { 2.0 } else { 1.0 });
        of.number("floor", floor as f64);
        of.number("floors", floors as f64);
        of.text("unit_number", &number);
        of.text("building_name", letter);
        of.yes("terrace", true);
        of.number("terrace_area", 8.0 + floor as f64 * 2.0);
        of.yes("lift", true);
        of.number("construction_year", 2027.0);
        of.choice("condition", "as_new");
        of.choice("energy_class", "a");
        of.number("energy_consumption", 38.0);
        of.choice("heating", "heat_pump");
        of.yes("solar_panels", true);
        of.choice("kitchen", "equipped");
        of.yes("bicycle_room", true);
        let by_floor =
            1.22 + floor as f64 * 0.02 + if category == "penthouse" { 0.25 } else { 0.0 };
        of.number(
            "price",
            rounded(level(self.business.town) * by_floor * area),
        );
        tell(&mut of, "apartment", BTreeMap::new(), chance);
        debug_assert!(!matches!(of.values.get("price"), Some(Value::Integer(_))));
        let status = *chance.weighted(&[
            (60, Status::Live),
            (12, Status::Reserved),
            (28, Status::Sold),
        ]);
        self.finish(
            of,
            "apartment",
            (Some(parent), Level::Unit),
            reference,
            status,
            chance,
        )
    }
}
