//! The same stock, as forty programs would write it: whatever the headers, the order and the
//! numbers, a column is placed right or not at all.

use dictionary::{Dictionary, Language};
use exchange::{Options, Report, State, Trade, plain_listings};

/// What a column holds, and what people call it.
const COLUMNS: [(&str, [&str; 5]); 9] = [
    (
        "ref",
        [
            "Référence",
            "Interne Nummer",
            "Referentie",
            "Stock No",
            "Référence interne",
        ],
    ),
    ("make", ["Marque", "Marke", "Merk", "Make", "Constructeur"]),
    (
        "model",
        ["Modèle", "Modell", "Model", "Model name", "Modèle véhicule"],
    ),
    (
        "first_reg",
        [
            "Mise en circulation",
            "Erstzulassung",
            "Eerste inschrijving",
            "First registration",
            "Date 1ère MEC",
        ],
    ),
    (
        "mileage_km",
        [
            "Kilométrage",
            "Kilometerstand",
            "Kilometerstand (km)",
            "Mileage km",
            "Kms",
        ],
    ),
    (
        "price",
        ["Prix TTC", "Preis", "Prijs", "Price", "Prix de vente"],
    ),
    (
        "fuel",
        ["Carburant", "Kraftstoff", "Brandstof", "Fuel", "Energie"],
    ),
    (
        "gearbox",
        [
            "Boîte de vitesses",
            "Getriebe",
            "Transmissie",
            "Transmission",
            "Boîte",
        ],
    ),
    ("colour", ["Couleur", "Farbe", "Kleur", "Colour", "Teinte"]),
];
const FUELS: [[&str; 3]; 5] = [
    ["Diesel", "Essence", "Hybride"],
    ["Diesel", "Benzin", "Hybrid"],
    ["Diesel", "Benzine", "Hybride"],
    ["Diesel", "Petrol", "Hybrid"],
    ["Gazole", "Essence", "Hybride"],
];
const GEARS: [[&str; 2]; 5] = [
    ["Manuelle", "Automatique"],
    ["Schaltgetriebe", "Automatik"],
    ["Manueel", "Automaat"],
    ["Manual", "Automatic"],
    ["Manuelle", "Automatique"],
];
const COLOURS: [[&str; 4]; 5] = [
    ["Noir", "Blanc", "Gris", "Rouge"],
    ["Schwarz", "Weiß", "Grau", "Rot"],
    ["Zwart", "Wit", "Grijs", "Rood"],
    ["Black", "White", "Grey", "Red"],
    ["Noire", "Blanche", "Grise", "Rouge"],
];
const CARS: [(&str, &str); 8] = [
    ("Volkswagen", "Golf"),
    ("Renault", "Clio"),
    ("Peugeot", "308"),
    ("BMW", "X1"),
    ("Audi", "A4"),
    ("Opel", "Corsa"),
    ("Toyota", "Yaris"),
    ("Ford", "Focus"),
];

/// A number that is the same in every run.
fn dice(seed: usize, sides: usize) -> usize {
    let mixed = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 33) as usize % sides
}

/// Thousands apart as the program likes it.
fn grouped(number: usize, between: &str) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{}{between}{:03}", number / 1000, number % 1000),
    }
}

fn cell(field: &str, car: usize, tongue: usize, manner: usize) -> String {
    let age = dice(car * 7, 14);
    let between = ["", ".", " ", ",", "\u{a0}"][manner];
    let (day, month, year) = (1 + dice(car * 3, 28), 1 + dice(car * 5, 12), 2023 - age);
    match field {
        "ref" => format!("VO{}", 20_000 + car * 13),
        "make" => CARS[dice(car, 8)].0.into(),
        "model" => CARS[dice(car, 8)].1.into(),
        "first_reg" => match manner {
            0 => format!("{day:02}/{month:02}/{year}"),
            1 => format!("{day:02}.{month:02}.{year}"),
            _ => format!("{year}-{month:02}-{day:02}"),
        },
        "mileage_km" => grouped(6_000 + age * 14_500 + dice(car * 11, 9_000), between),
        "price" => grouped(31_000 - age * 1_850 + dice(car * 13, 2_000), between),
        "fuel" => FUELS[tongue][dice(car * 17, 3)].into(),
        "gearbox" => GEARS[tongue][dice(car * 19, 2)].into(),
        _ => COLOURS[tongue][dice(car * 23, 4)].into(),
    }
}

/// The table, and what its columns are.
fn table(variant: usize, with_header: bool) -> (String, Vec<&'static str>) {
    let (tongue, manner) = (variant % 5, variant / 5 % 5);
    let mut order: Vec<usize> = (0..COLUMNS.len()).collect();
    order.sort_by_key(|c| dice(variant * 31 + c, 1_000));
    let mut text = String::new();
    if with_header {
        let named = order.iter().map(|c| COLUMNS[*c].1[tongue]);
        text = named.collect::<Vec<_>>().join(";") + "\n";
    }
    for car in 0..60 {
        let cells = order
            .iter()
            .map(|c| cell(COLUMNS[*c].0, car, tongue, manner));
        text += &(cells.collect::<Vec<_>>().join(";") + "\n");
    }
    (text, order.iter().map(|c| COLUMNS[*c].0).collect())
}

fn read(text: String, tongue: usize) -> Report {
    let trade = Trade {
        vertical: "auto".into(),
        country: ["FR", "DE", "NL", "BE", "FR"][tongue].into(),
        language: Language::En,
    };
    let source = Box::new(std::io::Cursor::new(text.into_bytes()));
    let dictionary = Dictionary::embedded();
    plain_listings(&dictionary, &trade, source, Options::default(), &mut |_| {
        true
    })
    .expect("a report")
}

/// How many columns were placed of how many, and what was placed wrong.
fn placed(with_header: bool) -> (usize, usize, Vec<String>) {
    let (mut right, mut all, mut wrong) = (0, 0, Vec::new());
    for variant in 0..40 {
        let (text, truth) = table(variant, with_header);
        let report = read(text, variant % 5);
        assert_eq!(report.mapping.len(), truth.len(), "{:?}", report.mapping);
        for (mapped, truth) in report.mapping.iter().zip(truth) {
            let taken = mapped
                .field
                .as_deref()
                .filter(|_| mapped.state == State::Taken);
            all += 1;
            match taken {
                Some(field) if field == truth => right += 1,
                Some(field) => wrong.push(format!(
                    "{variant}: {} is {truth}, taken for {field} ({}, {})",
                    mapped.column, mapped.confidence, mapped.reason
                )),
                None => println!(
                    "{variant}: {} is {truth}, {:?} {:?}",
                    mapped.column, mapped.state, mapped.candidates
                ),
            }
        }
    }
    (right, all, wrong)
}

#[test]
fn columns_with_names_are_placed_whatever_the_language_the_order_and_the_numbers() {
    let (right, all, wrong) = placed(true);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(right * 100 >= all * 95, "{right} of {all}");
}

#[test]
fn columns_without_names_are_placed_right_or_asked_about() {
    let (right, all, wrong) = placed(false);
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(right * 100 >= all * 70, "{right} of {all}");
}
