//! The same houses in every format are the same listings.

use std::io::{Cursor, Write};

use exchange::{MIGRATIONS, Options, Report, import};
use testkit::{World, on_both};

const COLUMNS: [&str; 7] = [
    "ref",
    "category",
    "postcode",
    "town",
    "price",
    "living_area",
    "photos",
];

fn houses() -> Vec<[String; 7]> {
    let house = |n: usize| {
        [
            format!("R{n:04}"),
            "house".into(),
            "9000".into(),
            "Gent".into(),
            format!("{}", 150_000 + n * 250),
            format!("{}", 80 + n % 90),
            format!("https://p.example.org/{n}/1.jpg|https://p.example.org/{n}/2.jpg"),
        ]
    };
    (0..60).map(house).collect()
}

fn csv() -> Vec<u8> {
    let rows = houses().into_iter().map(|r| r.join(";") + "\n");
    (COLUMNS.join(";") + "\n" + &rows.collect::<String>()).into_bytes()
}

fn xlsx() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Our houses").expect("written");
    for (at, name) in COLUMNS.iter().enumerate() {
        sheet.write(2, at as u16, *name).expect("written");
    }
    for (row, house) in (3..).zip(houses()) {
        for (at, cell) in house.iter().enumerate() {
            let at = at as u16;
            match cell.parse::<f64>() {
                Ok(number) => sheet.write(row, at, number),
                Err(_) => sheet.write(row, at, cell),
            }
            .expect("written");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn html() -> Vec<u8> {
    let row = |cells: &[String; 7]| format!("<tr><td>{}</td></tr>", cells.join("</td><td>"));
    let rows: String = houses().iter().map(row).collect();
    format!(
        "<html><table><tr><th>{}</tr>{rows}</table></html>",
        COLUMNS.join("<th>")
    )
    .into_bytes()
}

fn json(open: &str, between: &str, close: &str) -> Vec<u8> {
    let one = |h: &[String; 7]| {
        let photos = h[6].replace('|', "\", \"");
        format!(
            "{{\"ref\": \"{}\", \"category\": \"{}\", \"postcode\": \"{}\", \"town\": \"{}\", \"price\": {}, \"living_area\": {}, \"photos\": [\"{photos}\"]}}",
            h[0], h[1], h[2], h[3], h[4], h[5]
        )
    };
    let all: Vec<String> = houses().iter().map(one).collect();
    format!("{open}{}{close}", all.join(between)).into_bytes()
}

fn xml() -> Vec<u8> {
    let one = |h: &[String; 7]| {
        let cell = |(name, text): (&&str, &String)| {
            let each = text.split('|').map(|t| format!("<{name}>{t}</{name}>"));
            each.collect::<String>()
        };
        let cells: String = COLUMNS.iter().zip(h).map(cell).collect();
        format!("<object>{cells}</object>\n")
    };
    let all: String = houses().iter().map(one).collect();
    format!("<?xml version=\"1.0\"?><export><made>today</made><objects>{all}</objects></export>")
        .into_bytes()
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [("photos/1.jpg", b"\xff\xd8".as_slice()), ("houses", bytes)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .expect("a member");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("a ZIP").into_inner()
}

fn mail() -> Vec<u8> {
    let head = "From: a@example.org\r\nTo: b@example.net\r\nSubject: x\r\nDate: Thu, 2 May 2024 01:58:03 +0200\r\n\
        MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/csv\r\n\
        Content-Disposition: attachment; filename=houses.csv\r\n\r\n";
    [head.as_bytes(), &csv(), b"\r\n--b1--\r\n"].concat()
}

async fn take(world: &World, bytes: Vec<u8>) -> Report {
    let source = Box::new(Cursor::new(bytes));
    let options = Options {
        name: "houses".into(),
        feed: Some("houses".into()),
        ..Options::default()
    };
    let (scope, account) = (world.scope(), world.account.clone());
    import(
        &world.store,
        &world.dictionary,
        &scope,
        account,
        source,
        options,
        &mut |_| {},
    )
    .await
    .expect("an import")
}

on_both! { MIGRATIONS,
    async fn houses_of_any_format_are_the_same_listings(world) {
        let first = take(&world, csv()).await;
        assert_eq!((first.created, first.refused), (60, 0), "{first:?}");
        let others = [
            ("xlsx", xlsx()),
            ("html", html()),
            ("json", json("{\"export\": {\"houses\": [", ",", "]}}")),
            ("ndjson", json("", "\n", "\n")),
            ("xml", xml()),
            ("csv", zip(&csv())),
            ("xlsx", zip(&xlsx())),
            ("csv", mail()),
        ];
        for (format, bytes) in others {
            let again = take(&world, bytes).await;
            assert_eq!(again.format, format);
            assert_eq!(
                (again.rows, again.created, again.changed, again.removed, again.refused),
                (60, 0, 0, 0, 0),
                "{format}: {again:?}"
            );
        }
    }

    async fn a_feed_whose_columns_change_places_keeps_its_mapping(world) {
        take(&world, csv()).await;
        let moved: String = String::from_utf8(csv()).expect("text").lines().map(|line| {
            let mut cells: Vec<&str> = line.split(';').collect();
            cells.rotate_left(2);
            cells.insert(3, if line.starts_with("ref") { "new" } else { "" });
            cells.join(";") + "\n"
        }).collect();
        let again = take(&world, moved.into_bytes()).await;
        assert_eq!((again.rows, again.created, again.changed, again.refused), (60, 0, 0, 0), "{again:?}");
        assert!(again.mapping.iter().any(|m| m.column == "new" && m.field.is_none()));
    }

    async fn a_tree_whose_records_have_new_paths_is_the_same_feed(world) {
        let options = |name: &str| Options { name: name.into(), ..Options::default() };
        let (scope, account) = (world.scope(), world.account.clone());
        let richer = String::from_utf8(xml()).expect("text").replacen("<ref>R0003</ref>", "<ref>R0003</ref><garden>yes</garden>", 1);
        for (bytes, created) in [(xml(), 60), (richer.into_bytes(), 0)] {
            let source = Box::new(Cursor::new(bytes));
            let report = import(&world.store, &world.dictionary, &scope, account.clone(), source, options("x"), &mut |_| {}).await.expect("an import");
            assert_eq!((report.created, report.removed, report.refused), (created, 0, 0), "{report:?}");
        }
    }
}
