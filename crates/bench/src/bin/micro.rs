//! Small pieces of work, again and again, for `bin/counts` to count their instructions.

use std::io::Cursor;

use catalog::Listing;
use dictionary::{Dictionary, Money, Place, Status, Value};
use search::{Index, Query};
use store::{Id, Timestamp, Uuid};

const LISTINGS: u128 = 5_000;
const ROWS: usize = 500;

fn main() {
    let mut words = std::env::args().skip(1);
    let work = words.next().unwrap_or_default();
    let times: usize = words.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    match work.as_str() {
        "csv" => read(table(), times),
        "xml" => read(feed(), times),
        "search" => search_for(times),
        "values" => decode(times),
        other => panic!("there is no work “{other}”; there are csv, xml, search, values"),
    }
}

/// Records of a file: found, hashed and split, as for an import.
fn read(bytes: Vec<u8>, times: usize) {
    for _ in 0..times {
        let source = Box::new(Cursor::new(bytes.clone()));
        let mut input = formats::open(source).expect("a good file");
        let layout = input.layout();
        while let Some(raw) = input.next() {
            let raw = raw.expect("a good record");
            if layout.is_tree() {
                std::hint::black_box((raw.hash(), layout.node(&raw).expect("XML")));
            } else {
                std::hint::black_box((raw.hash(), layout.cells(&raw)));
            }
        }
    }
}

fn table() -> Vec<u8> {
    let mut text = String::from("reference;make;model;price;mileage;description\n");
    for row in 0..ROWS {
        let (price, km) = (4_000 + row * 13, row * 97);
        text += &format!("R{row};volkswagen;Golf;{price};{km};\"clean, serviced; one owner\"\n");
    }
    text.into_bytes()
}

fn feed() -> Vec<u8> {
    let mut text = String::from("<root><kyero><feed_version>3</feed_version></kyero>");
    for row in 0..ROWS {
        text += &format!(
            "<property><id>{row}</id><ref>P{row}</ref><price>{}</price><type>Villa</type><desc><en>sea &amp; sun</en></desc></property>",
            90_000 + row
        );
    }
    (text + "</root>").into_bytes()
}

fn listing(number: u128) -> Listing {
    let mut values = dictionary::Values::new();
    let purpose = if number.is_multiple_of(3) {
        "rent"
    } else {
        "sale"
    };
    values.insert("purpose".into(), Value::OneOf(purpose.into()));
    let minor = 9_000_000 + (number as i64 * 7_919) % 60_000_000;
    let price = Money {
        minor,
        currency: "EUR".into(),
    };
    values.insert("price".into(), Value::Money(price));
    values.insert("bedrooms".into(), Value::Integer(number as i64 % 6));
    let place = Place {
        town: "Gent".into(),
        lat: Some(50.0 + (number % 100) as f64 / 100.0),
        lon: Some(4.0),
        ..Place::default()
    };
    values.insert("place".into(), Value::Place(place.into()));
    Listing {
        id: Id::from_uuid(Uuid::from_u128(number + 1)),
        account: Id::from_uuid(Uuid::from_u128(7 + number % 20)),
        vertical: "estate".into(),
        category: ["house", "villa", "apartment", "studio"][number as usize % 4].into(),
        status: Status::Live,
        parent: None,
        level: None,
        reference: format!("R{number}"),
        values,
        photos: Vec::new(),
        created_at: Timestamp(0),
        updated_at: Timestamp(0),
        version: 1,
    }
}

/// Twenty of many with all facets, one filter set.
fn search_for(times: usize) {
    let index = Index::new(&Dictionary::embedded()).expect("an index");
    let all: Vec<Listing> = (0..LISTINGS).map(listing).collect();
    index.apply(&all, &[]).expect("room on the disk");
    for _ in 0..times {
        let query = Query {
            vertical: Some("estate".into()),
            choices: vec![("purpose".into(), vec!["sale".into()])],
            words: "gent".into(),
            limit: 20,
            facets: true,
            ..Query::default()
        };
        std::hint::black_box(index.search(&query));
    }
}

/// A listing's values out of the table.
fn decode(times: usize) {
    let dictionary = Dictionary::embedded();
    let stored = serde_json::to_vec(&listing(5).values).expect("JSON");
    for _ in 0..times {
        std::hint::black_box(dictionary.values_stored("estate", &stored));
    }
}
