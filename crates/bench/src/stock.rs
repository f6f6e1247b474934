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

const NAMED: [&str; 16] = [
    "reference",
    "marque",
    "modele",
    "version",
    "prix",
    "kilometrage",
    "annee",
    "carburant",
    "boite",
    "puissance din",
    "portes",
    "places",
    "couleur",
    "code postal",
    "ville",
    "description",
];
const EXTRA: usize = 44;

/// In what a stock of cars is written.
#[derive(Clone, Copy, PartialEq)]
pub enum Form {
    Csv,
    Json,
    Xml,
    Xlsx,
}

fn columns() -> Vec<String> {
    let extra = (0..EXTRA).map(|c| format!("info {c}"));
    NAMED.iter().map(|n| (*n).to_owned()).chain(extra).collect()
}

fn car(row: usize, morning: Morning) -> Vec<String> {
    let mut dice = Dice::of(row);
    let price = 1_500 + dice.below(40_000);
    let cut = usize::from(morning == Morning::Second && row % 20 == 7) * 100;
    let ((make, model), (code, town)) = (dice.one(&MAKES), dice.one(&TOWNS));
    let words: Vec<&str> = (0..14).map(|_| dice.one(&WORDS)).collect();
    let mut cells = vec![
        format!("V{row}"),
        make.into(),
        model.into(),
        format!("1.{} phase {}", dice.below(9), dice.below(3)),
        (price - cut).to_string(),
        dice.below(250_000).to_string(),
        (2004 + dice.below(20)).to_string(),
        dice.one(&["essence", "diesel", "hybride", "electrique"])
            .into(),
        dice.one(&["manuelle", "automatique"]).into(),
        (60 + dice.below(200)).to_string(),
        (3 + dice.below(3)).to_string(),
        "5".into(),
        dice.one(&["noir", "blanc", "gris", "bleu", "rouge"]).into(),
        code.into(),
        town.into(),
        words.join(" "),
    ];
    cells.extend((0..EXTRA).map(|_| format!("{:08}", dice.below(99_999_999))));
    cells
}

/// A stock of cars with 60 columns and about 800 bytes a row.
pub fn write_cars(path: &Path, n: usize, morning: Morning) -> io::Result<()> {
    let mut out = BufWriter::new(fs::File::create(path)?);
    writeln!(out, "{}", columns().join(","))?;
    let rows = match morning {
        Morning::First => 0..n,
        Morning::Second => n / 50..n + n / 50,
    };
    for row in rows {
        writeln!(out, "{}", car(row, morning).join(","))?;
    }
    out.flush()
}

/// The first morning's stock in another form.
pub fn write_cars_as(path: &Path, n: usize, form: Form) -> io::Result<()> {
    let columns = columns();
    let mut out = BufWriter::new(fs::File::create(path)?);
    match form {
        Form::Csv => write_cars(path, n, Morning::First)?,
        Form::Json => {
            write!(out, "{{\"stock\":{{\"cars\":[")?;
            for row in 0..n {
                let cells = car(row, Morning::First);
                let pairs = columns.iter().zip(cells);
                let object: serde_json::Map<_, _> = pairs
                    .map(|(name, cell)| (name.clone(), cell.into()))
                    .collect();
                let comma = if row > 0 { ",\n" } else { "" };
                write!(out, "{comma}{}", serde_json::Value::from(object))?;
            }
            writeln!(out, "]}}}}")?;
        }
        Form::Xml => {
            writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><stock>")?;
            for row in 0..n {
                write!(out, "<car>")?;
                for (name, cell) in columns.iter().zip(car(row, Morning::First)) {
                    let name = name.replace(' ', "_");
                    write!(out, "<{name}>{cell}</{name}>")?;
                }
                writeln!(out, "</car>")?;
            }
            writeln!(out, "</stock>")?;
        }
        Form::Xlsx => {
            let mut book = rust_xlsxwriter::Workbook::new();
            let broken = |e: rust_xlsxwriter::XlsxError| io::Error::other(e.to_string());
            let sheet = book.add_worksheet_with_constant_memory().map_err(broken)?;
            for (at, name) in (0u16..).zip(&columns) {
                sheet.write_string(0, at, name).map_err(broken)?;
            }
            for row in 0..n {
                for (at, cell) in (0u16..).zip(car(row, Morning::First)) {
                    let line = row as u32 + 1;
                    sheet.write_string(line, at, &cell).map_err(broken)?;
                }
            }
            book.save(path).map_err(broken)?;
            return Ok(());
        }
    }
    out.flush()
}

/// Properties with a column for each of the vertical's first 500 fields, all filled as their kinds
/// want.
pub fn write_wide_properties(path: &Path, n: usize) -> io::Result<()> {
    let dictionary = dictionary::Dictionary::embedded();
    let vertical = dictionary.vertical("estate");
    let fields = vertical.iter().flat_map(|v| v.fields.iter());
    let fields: Vec<_> = fields
        .filter(|f| f.key.as_ref() != "place")
        .take(500)
        .collect();
    let mut out = BufWriter::new(fs::File::create(path)?);
    let names: Vec<&str> = fields.iter().map(|f| f.key.as_ref()).collect();
    writeln!(out, "category;postcode;town;{}", names.join(";"))?;
    for row in 0..n {
        let mut dice = Dice::of(row);
        let (code, town) = dice.one(&TOWNS);
        write!(out, "house;{code};{town}")?;
        for field in &fields {
            write!(out, ";{}", filled(field, row, &mut dice))?;
        }
        writeln!(out)?;
    }
    out.flush()
}

fn filled(field: &dictionary::Field, row: usize, dice: &mut Dice) -> String {
    use dictionary::Kind;
    if field.key.as_ref() == "ref" {
        return format!("P{row}");
    }
    match &field.kind {
        Kind::Boolean => dice.one(&["true", "false"]).into(),
        Kind::Date => format!(
            "20{:02}-0{}-1{}",
            10 + dice.below(15),
            1 + dice.below(9),
            dice.below(9)
        ),
        Kind::Year => (1950 + dice.below(70)).to_string(),
        Kind::OneOf(choices) | Kind::ManyOf(choices) => {
            choices[dice.below(choices.len())].key.to_string()
        }
        Kind::Text | Kind::Person | Kind::Translated | Kind::Place => {
            let words: Vec<&str> = (0..4).map(|_| dice.one(&WORDS)).collect();
            words.join(" ")
        }
        _ => (1 + dice.below(9)).to_string(),
    }
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
