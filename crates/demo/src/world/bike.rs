//! Motorbikes and scooters, which dealers sell beside their cars.

use std::sync::Arc;

use dictionary::{Date, Vertical};

use super::auto::{colour, fell, price, tell, trade};
use super::places::currency;
use super::{Business, Offer, status};
use crate::chance::Chance;
use crate::filling::Filling;
use crate::pool::Motif;

/// So large a part of what a dealer sells.
pub(super) const SHARE: f64 = 0.04;

/// Make, model, kind, price when new in thousands, horsepower, cubic centimetres, from which year.
type Bike = (&'static str, &'static str, &'static str, f64, i64, i64, i64);

#[rustfmt::skip]
const BIKES: [Bike; 16] = [
    ("honda", "CB 500 F", "roadster", 7.0, 47, 471, 2013), ("honda", "CRF 1100 L Africa Twin", "trail", 15.6, 102, 1084, 2016), ("honda", "SH 125", "scooter", 4.4, 13, 125, 2009), ("honda", "Gold Wing", "touring", 28.0, 126, 1833, 2012),
    ("yamaha", "MT-07", "roadster", 8.0, 73, 689, 2014), ("yamaha", "Ténéré 700", "trail", 11.3, 73, 689, 2019), ("yamaha", "XMAX 300", "scooter", 7.0, 28, 292, 2017), ("yamaha", "Tracer 9", "touring", 12.9, 119, 890, 2018),
    ("kawasaki", "Z 900", "roadster", 10.3, 125, 948, 2017), ("kawasaki", "Ninja 650", "sport", 8.5, 68, 649, 2012), ("kawasaki", "Vulcan S", "custom", 8.3, 61, 649, 2015),
    ("ducati", "Monster", "roadster", 12.6, 111, 937, 2010), ("ducati", "Panigale V2", "sport", 19.0, 155, 955, 2020),
    ("ktm", "390 Duke", "roadster", 6.0, 44, 373, 2014), ("vespa", "GTS 300", "scooter", 7.3, 24, 278, 2010), ("vespa", "Primavera 125", "scooter", 5.2, 11, 125, 2014),
];

pub(super) fn offer(
    vertical: &Vertical,
    business: &Business,
    reference: String,
    chance: &mut Chance,
) -> Offer {
    let (make, model, kind, new, hp, cc, since) = *chance.pick(&BIKES);
    let age = (0.6 + chance.unit() * chance.unit() * 14.0).min((2026 - since) as f64);
    let km = (age * 4_200.0 * chance.bell(1.0, 0.3).max(0.3))
        .max(800.0)
        .round();
    let year = 2026 - age as i64;
    let mut of = Filling::new(vertical, "motorbike", currency(business.country));
    of.text("ref", &reference);
    of.choice("make", make);
    of.text("model_text", model);
    of.choice("bike_kind", kind);
    of.choice("condition", "used");
    of.choice("fuel", "petrol");
    of.choice(
        "gearbox",
        if kind == "scooter" {
            "automatic"
        } else {
            "manual"
        },
    );
    of.number("year", year as f64);
    let month = chance.int(1, if year == 2026 { 5 } else { 12 });
    of.date(
        "first_reg",
        Date::new(year as i16, month as u8, chance.int(1, 28) as u8),
    );
    of.number("mileage_km", km);
    of.number("power_hp", hp as f64);
    of.number("power_kw", (hp as f64 * 0.7355).round());
    of.number("displacement_cc", cc as f64);
    of.number("seats", 2.0);
    let licence = match (hp, cc) {
        (..=15, ..=125) => "a1",
        (..=47, _) => "a2",
        _ => "a",
    };
    of.choice("licence", licence);
    // Two wheels are driven less: their kilometres weigh three times as much.
    let asked = price(new * 1_000.0, (age, km * 3.0), chance);
    of.number("price", asked);
    of.number("price_new", new * 1_000.0);
    fell(&mut of, asked, chance);
    trade(&mut of, (age, km), business, chance);
    let paint = colour(&mut of, chance);
    let words = [("make", of.label("make")), ("model", model.to_owned())];
    tell(&mut of, words.into(), chance);
    Offer {
        category: Arc::from("motorbike"),
        status: status(chance),
        parent: None,
        level: None,
        reference,
        values: of.values,
        pictures: vec![Motif::Motorbike(kind == "scooter", paint)],
    }
}
