//! Stocks to import, the same for the same size.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub const MAKES: [(&str, &str); 12] = [
    ("volkswagen", "Golf"),
    ("renault", "Clio"),
    ("peugeot", "208"),
    ("bmw", "X1"),
    ("audi", "A3"),
    ("ford", "Focus"),
    ("opel", "Corsa"),
    ("toyota", "Yaris"),
    ("citroen", "C3"),
    ("fiat", "500"),
    ("dacia", "Duster"),
    ("skoda", "Octavia"),
];
pub const WORDS: [&str; 16] = [
    "climatisation",
    "garantie",
    "revision",
    "cuir",
    "panoramique",
    "attelage",
    "premiere",
    "carnet",
    "distribution",
    "pneus",
    "gps",
    "camera",
    "economique",
    "familiale",
    "citadine",
    "routiere",
];

const TOWNS: [(&str, &str); 7] = [
    ("75011", "Paris"),
    ("69003", "Lyon"),
    ("13001", "Marseille"),
    ("59000", "Lille"),
    ("33000", "Bordeaux"),
    ("44000", "Nantes"),
    ("67000", "Strasbourg"),
];

/// Which morning's stock it is: on the second 2 % are gone, 5 % have another price, 2 % are new.
#[derive(Clone, Copy, PartialEq)]
pub enum Morning {
    First,
    Second,
}

/// A die for each row, so that a row is the same on both mornings.
struct Dice(u64);

impl Dice {
    fn of(row: usize) -> Dice {
        Dice(20_250_101 ^ (row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// A stock of cars with 60 columns and about 800 bytes a row.
pub fn write_cars(path: &Path, n: usize, morning: Morning) -> io::Result<()> {
    let mut out = BufWriter::new(fs::File::create(path)?);
    let named = "reference,marque,modele,version,prix,kilometrage,annee,carburant,boite,puissance din,portes,places,couleur,code postal,ville,description";
    let extra: Vec<String> = (0..44).map(|c| format!("info {c}")).collect();
    writeln!(out, "{named},{}", extra.join(","))?;
    let rows = match morning {
        Morning::First => 0..n,
        Morning::Second => n / 50..n + n / 50,
    };
    for row in rows {
        let mut dice = Dice::of(row);
        let price = 1_500 + dice.below(40_000);
        let cut = usize::from(morning == Morning::Second && row % 20 == 7) * 100;
        let ((make, model), (code, town)) = (dice.one(&MAKES), dice.one(&TOWNS));
        let words: Vec<&str> = (0..14).map(|_| dice.one(&WORDS)).collect();
        write!(
            out,
            "V{row},{make},{model},1.{} phase {},{},{},{},{},{},{},{},5,{},{code},{town},{}",
            dice.below(9),
            dice.below(3),
            price - cut,
            dice.below(250_000),
            2004 + dice.below(20),
            dice.one(&["essence", "diesel", "hybride", "electrique"]),
            dice.one(&["manuelle", "automatique"]),
            60 + dice.below(200),
            3 + dice.below(3),
            dice.one(&["noir", "blanc", "gris", "bleu", "rouge"]),
            words.join(" "),
        )?;
        for _ in 0..44 {
            write!(out, ",{:08}", dice.below(99_999_999))?;
        }
        writeln!(out)?;
    }
    out.flush()
}

/// A Kyero feed with texts in two languages, features and ten pictures: about 3 kB a property.
pub fn write_kyero(path: &Path, n: usize) -> io::Result<()> {
    let mut out = BufWriter::new(fs::File::create(path)?);
    writeln!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root><kyero><feed_version>3</feed_version></kyero>"
    )?;
    for row in 0..n {
        let mut dice = Dice::of(row);
        let (code, town) = dice.one(&TOWNS);
        write!(
            out,
            "<property><id>{row}</id><date>2026-01-05 09:00:00</date><ref>P{row}</ref><price>{}</price>\
             <currency>EUR</currency><price_freq>{}</price_freq><new_build>{}</new_build><type>{}</type>\
             <town>{town}</town><province>{town}</province><postcode>{code}</postcode><country>France</country>\
             <beds>{}</beds><baths>{}</baths><pool>{}</pool>\
             <surface_area><built>{}</built><plot>{}</plot></surface_area>\
             <energy_rating><consumption>{}</consumption><emissions>{}</emissions></energy_rating><desc>",
            90_000 + dice.below(900) * 1_000,
            dice.one(&["sale", "month"]),
            dice.below(2),
            dice.one(&["Villa", "Apartment", "Town house", "Plot", "Penthouse"]),
            1 + dice.below(6),
            1 + dice.below(3),
            dice.below(2),
            40 + dice.below(300),
            dice.below(2_000),
            dice.one(&["A", "B", "C", "D", "E"]),
            dice.one(&["A", "B", "C", "D", "E"]),
        )?;
        for language in ["en", "fr"] {
            let words: Vec<&str> = (0..60).map(|_| dice.one(&WORDS)).collect();
            write!(out, "<{language}>{}</{language}>", words.join(" "))?;
        }
        write!(out, "</desc><features>")?;
        for _ in 0..8 {
            write!(out, "<feature>{}</feature>", dice.one(&WORDS))?;
        }
        write!(out, "</features><images>")?;
        for image in 1..=10 {
            write!(
                out,
                "<image id=\"{image}\"><url>http://127.0.0.1/p/{row}/{image}.jpg</url></image>"
            )?;
        }
        writeln!(out, "</images></property>")?;
    }
    writeln!(out, "</root>")?;
    out.flush()
}
