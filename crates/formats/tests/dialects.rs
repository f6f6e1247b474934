//! Delimited text however it is written: what a person would see in it is what is read.

use std::io::Cursor;

use formats::{CleanRows, open};

fn clean(bytes: &[u8]) -> (CleanRows, Vec<Vec<String>>) {
    let input = open(Box::new(Cursor::new(bytes.to_vec()))).expect("a file");
    let Ok(reader) = input.into_csv() else {
        panic!("no table");
    };
    let mut rows = CleanRows::of(reader);
    let mut found = Vec::new();
    while let Some(row) = rows.next() {
        found.push(row.expect("a row"));
    }
    rows.finish();
    (rows, found)
}

/// Twelve cars of a dealer, the cells parted and the lines ended as asked.
fn cars(delimiter: &str, end: &str) -> String {
    let mut text = ["ref", "make", "km", "seen", "text"].join(delimiter) + end;
    for car in 0..12 {
        let (make, km) = (["Škoda", "Opel", "Citroën"][car % 3], 10_500 + car * 911);
        let cells = [
            format!("VO-{:04}", 1_200 + car),
            make.to_owned(),
            km.to_string(),
            format!("{:02}/03/2024", 1 + car),
            "clean inside".to_owned(),
        ];
        text += &(cells.join(delimiter) + end);
    }
    text
}

#[test]
fn any_delimiter_and_any_line_end_give_the_same_cars() {
    let (_, expected) = clean(cars(",", "\n").as_bytes());
    assert_eq!(expected.len(), 12);
    for delimiter in [";", "\t", "|", "^", "~", "#", "||", "¦", "\u{1f}"] {
        for end in ["\n", "\r\n", "\r"] {
            let (rows, found) = clean(cars(delimiter, end).as_bytes());
            assert_eq!(rows.dialect.delimiter_text(), delimiter);
            assert_eq!(rows.dialect.record_delimiter, end);
            assert_eq!(found, expected, "{delimiter:?} {end:?}");
        }
    }
}

#[test]
fn quotes_are_found_and_blanks_before_them_belong_to_the_delimiter() {
    let text = "ref, town, note\n'1', 'Gent', 'near, the sea'\n'2', 'Aalst', 'quiet'\n";
    let (rows, found) = clean(text.as_bytes());
    assert_eq!(rows.dialect.quote, Some(b'\''));
    assert_eq!(found[0], ["1", "Gent", "near, the sea"]);
    assert_eq!(rows.dialect.columns, ["ref", "town", "note"]);
}

#[test]
fn a_backslash_before_a_quote_keeps_it_in_the_cell() {
    let text = "a;\"b\"\n1;\"a \\\"sunny\\\" flat; large\"\n2;\"x\"\n3;\"the \\\"loft\\\"\"\n";
    let (rows, found) = clean(text.as_bytes());
    assert_eq!(rows.dialect.escape, Some(b'\\'));
    assert_eq!(found[0], ["1", "a \"sunny\" flat; large"]);
}

#[test]
fn quotes_inside_quotes_that_nobody_doubled_stay_in_their_cell() {
    let mut text = String::from("ref,title,price\n");
    (0..9).for_each(|n| text += &format!("R{n},\"flat, {n} rooms\",10{n}\n"));
    text += "R9,\"a \"sunny\" flat, large\",109\n";
    let (_, found) = clean(text.as_bytes());
    assert_eq!(found[9], ["R9", "a \"sunny\" flat, large", "109"]);
}

#[test]
fn titles_stand_above_and_footers_below_and_neither_is_a_car() {
    let text = format!(
        "Stock of Garage Peeters;;;;\n;;;;\n{}12 cars\n",
        cars(";", "\n")
    );
    let (rows, found) = clean(text.as_bytes());
    assert_eq!(found.len(), 12);
    assert_eq!(rows.footer, 1);
    let table = &rows.dialect.tables[0];
    assert_eq!(
        (table.first_line, table.name.as_str()),
        (3, "Stock of Garage Peeters")
    );
}

#[test]
fn a_header_of_two_rows_gives_one_name_a_column() {
    let text = "2023,,2024,\nsold,price,sold,price\n1,10.5,3,11.5\n2,12.5,4,13.0\n5,9.5,6,9.9\n";
    let text = text.replace("2023", "before").replace("2024", "after");
    let (rows, found) = clean(text.as_bytes());
    let columns = ["before sold", "before price", "after sold", "after price"];
    assert_eq!(rows.dialect.columns, columns);
    assert_eq!((rows.dialect.header_rows, found.len()), (2, 3));
}

#[test]
fn the_header_once_more_and_comments_are_no_rows() {
    let once = cars(";", "\n");
    let text = format!(
        "# written by a program\n{once}# page 2\nref;make;km;seen;text\nVO-9999;Opel;5;01/01/2024;x\n"
    );
    let (rows, found) = clean(text.as_bytes());
    assert_eq!(found.len(), 13);
    assert!(rows.remarks.iter().any(|r| r.code == "repeated_header"));
}

#[test]
fn of_several_tables_the_largest_is_read_and_the_others_are_named() {
    let text = format!(
        "{}\nOur offices\nname,town,phone\nNorth,Gent,091\nSouth,Aalst,053\nEast,Brugge,050\n",
        cars(",", "\n")
    );
    let (rows, found) = clean(text.as_bytes());
    assert_eq!(found.len(), 12);
    let names: Vec<&str> = rows
        .dialect
        .tables
        .iter()
        .map(|t| t.name.as_str())
        .collect();
    assert_eq!(names, ["table 1", "Our offices"]);
}

#[test]
fn cells_that_moved_are_put_back_where_there_is_one_way_only() {
    let moved = [
        (
            "VO-1203,,Škoda,13233,04/03/2024,clean inside",
            "a delimiter too many",
        ),
        (
            "VO-1203,Škoda,1323304/03/2024,clean inside",
            "a delimiter too few",
        ),
        (
            "VO-1203 Škoda 13233 04/03/2024 clean inside",
            "another delimiter",
        ),
        (
            "VO-1203,Škoda,13233,04/03/2024\"clean inside\"",
            "a quote without one",
        ),
    ];
    let good = cars(",", "\n");
    let row = good.lines().nth(4).expect("a row");
    for (bad, what) in moved {
        let (rows, found) = clean(good.replace(row, bad).as_bytes());
        assert_eq!(found[3], row.split(',').collect::<Vec<_>>(), "{what}");
        assert_eq!(rows.remarks[0].code, "mended", "{what}");
    }
}

#[test]
fn cells_that_moved_to_nobody_knows_where_stay_and_are_told() {
    let text = format!("{}VO-7777,04/03/2024,Opel\n", cars(",", "\n"));
    let text = text + "VO-7778,Opel,7,05/03/2024,x\n";
    let (rows, found) = clean(text.as_bytes());
    assert_eq!(found[12][..3], ["VO-7777", "04/03/2024", "Opel"]);
    assert!(
        rows.remarks
            .iter()
            .any(|r| r.code == "too_few_cells" && r.line == 14)
    );
}

#[test]
fn rows_that_leave_out_their_last_cells_are_whole() {
    let mut text = String::from("ref,price,town,note\n");
    (0..20).for_each(|n| text += &format!("R{n},1{n},Gent,x{n}\n"));
    text += "R20,120\nR21,121,Gent,x\n";
    let (rows, found) = clean(text.as_bytes());
    assert_eq!(found[20], ["R20", "120", "", ""]);
    assert_eq!(rows.rows, 22);
}

#[test]
fn a_list_of_one_column_is_not_cut_at_its_blanks() {
    let text = "a house by the sea\nanother one, with a garden\nthe third (sold)\n";
    let (rows, _) = clean(text.as_bytes());
    assert_eq!(rows.dialect.columns.len(), 1);
}

#[test]
fn encodings_are_told_by_their_letters() {
    let text = cars(";", "\r\n").replace("clean inside", "à réviser, boîte à 5 rapports");
    let utf16 = |big: bool| -> Vec<u8> {
        let units = text.encode_utf16();
        units
            .flat_map(|u| {
                if big {
                    u.to_be_bytes()
                } else {
                    u.to_le_bytes()
                }
            })
            .collect()
    };
    let windows = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let latin9 = encoding_rs::ISO_8859_15.encode(&text).0.into_owned();
    let told = [
        (text.clone().into_bytes(), "UTF-8"),
        ([b"\xef\xbb\xbf", text.as_bytes()].concat(), "UTF-8"),
        (utf16(false), "UTF-16LE"),
        (utf16(true), "UTF-16BE"),
        (windows(&text), "windows-1252"),
        (latin9, "ISO-8859-15"),
    ];
    for (bytes, name) in told {
        let (rows, found) = clean(&bytes);
        assert_eq!(rows.encoding(), name);
        assert_eq!(found[0][1], "Škoda", "{name}");
        assert_eq!(found[2][4], "à réviser, boîte à 5 rapports", "{name}");
    }
}
