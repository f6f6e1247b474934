//! Files that mean harm get a clear refusal, in bounded memory and time.

use std::io::{Cursor, Read, Write};

use formats::{Input, Refusal, open};
use proptest::prelude::*;

fn opened(bytes: Vec<u8>) -> Result<Input, Refusal> {
    open(Box::new(Cursor::new(bytes)))
}

fn refused(bytes: Vec<u8>) -> &'static str {
    match opened(bytes) {
        Ok(_) => panic!("it was taken"),
        Err(refusal) => refusal.code,
    }
}

/// Reads to the end; how many records were good and how many refused.
fn read(mut input: Input) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    let layout = input.layout();
    while let Some(record) = input.next() {
        let last = record.as_ref().is_err_and(|r| r.line == 0);
        let taken = record.and_then(|raw| match layout.is_tree() {
            true => layout.node(&raw).map(|n| n.flat().len()),
            false => Ok(layout.cells(&raw).len()),
        });
        match taken {
            Ok(_) => good += 1,
            Err(_) => bad += 1,
        }
        if last {
            break;
        }
    }
    (good, bad)
}

#[test]
fn an_opening_tag_that_swallows_the_closing_one_is_refused() {
    let text = "<r><ad>a<ad </ad>>b</ad></r><x><ad <ad </ad";
    assert!(opened(text.as_bytes().to_vec()).map(read).is_ok());
}

#[test]
fn an_apostrophe_before_a_town_opens_no_quotes() {
    let mut text = String::from("ref,town,price\n");
    for row in 0..60 {
        let town = if row == 7 { "'s Gravenwezel" } else { "Gent" };
        text += &format!("R{row},{town},{}\n", 100_000 + row);
    }
    assert_eq!(
        opened(text.into_bytes()).map(read).expect("a table"),
        (60, 0)
    );
}

#[test]
fn a_name_that_stands_twice_in_the_header_leaves_it_a_header() {
    let mut text = String::from("ref;price;price;town;town\n");
    (0..30).for_each(|row| text += &format!("R{row};1{row};2{row};Gent;Gand\n"));
    let input = opened(text.into_bytes()).expect("a table");
    assert_eq!(
        input.columns(),
        ["ref", "price", "price 2", "town", "town 2"]
    );
}

#[test]
fn a_last_row_that_was_cut_is_refused_and_a_footer_is_not_one() {
    let table: String = (0..20)
        .map(|row| format!("R{row};{row}00;Gent\n"))
        .collect();
    let cut = format!("ref;price;town\n{table}R20;2000");
    assert_eq!(
        opened(cut.into_bytes()).map(read).expect("a table"),
        (20, 1)
    );
    let footed = format!("ref;price;town\n{table}20 rows");
    assert_eq!(
        opened(footed.into_bytes()).map(read).expect("a table"),
        (21, 0)
    );
}

#[test]
fn what_is_not_read_says_what_to_send() {
    assert_eq!(refused(b"%PDF-1.7 ...".to_vec()), "pdf");
    assert_eq!(refused(b"Rar!\x1a\x07".to_vec()), "archive");
    assert_eq!(
        refused(b"PK\x03\x04....feed.csv".to_vec()),
        "archive_damaged"
    );
    let sealed: Vec<u8> = "EncryptedPackage".bytes().flat_map(|b| [b, 0]).collect();
    assert_eq!(
        refused([b"\xd0\xcf\x11\xe0".to_vec(), vec![0; 40], sealed].concat()),
        "encrypted"
    );
}

#[test]
fn a_binary_an_empty_file_and_an_entity_bomb_are_refused() {
    assert_eq!(refused(Vec::new()), "empty");
    assert_eq!(
        refused(vec![0x89, b'P', b'N', b'G', 0, 1, 2, 3, 0, 0, 0, 13]),
        "binary"
    );
    let bomb = r#"<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><r><property>&b;</property></r>"#;
    assert_eq!(refused(bomb.as_bytes().to_vec()), "entities");
    let deep = format!("<r><property>{}</property></r>", "<a>".repeat(5_000));
    assert!(matches!(
        opened(deep.into_bytes()).map(read),
        Err(_) | Ok((0, _))
    ));
}

#[test]
fn ten_thousand_columns_and_one_are_refused() {
    let header: Vec<String> = (0..=formats::COLUMNS_MAX)
        .map(|c| format!("c{c}"))
        .collect();
    assert_eq!(
        refused(format!("{}\n1,2\n", header.join(",")).into_bytes()),
        "too_many_columns"
    );
}

/// A stream that never ends its line, as long as asked, without holding it.
struct Endless(u64);

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let give = (into.len() as u64).min(self.0) as usize;
        into[..give].fill(b'x');
        self.0 -= give as u64;
        Ok(give)
    }
}

#[test]
fn a_line_of_a_gigabyte_is_left_out_and_reading_goes_on_behind_it() {
    let head = Cursor::new(b"a,b\n1,2\n".to_vec());
    let tail = Cursor::new(b"\n3,4\n".to_vec());
    let input = open(Box::new(head.chain(Endless(1 << 30)).chain(tail))).expect("it opens");
    assert_eq!(read(input), (2, 1));
}

#[test]
fn a_gzip_bomb_stops_where_it_becomes_one() {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(b"a,b\n").expect("packed");
    let zeros = vec![b'1'; 1 << 20];
    for _ in 0..200 {
        packed.write_all(&zeros).expect("packed");
        packed.write_all(b",2\n").expect("packed");
    }
    let input = opened(packed.finish().expect("packed"));
    if let Ok(mut input) = input {
        let mut ended = None;
        while let Some(record) = input.next() {
            if let Err(refusal) = record
                && refusal.line == 0
            {
                ended = Some(refusal.code);
                break;
            }
        }
        assert_eq!(ended, Some("unreadable"));
    }
}

#[test]
fn a_quote_that_is_never_closed_costs_one_row_and_not_the_file() {
    let mut text = String::from("name,price\n\"open,1\n");
    (0..5_000).for_each(|n| text.push_str(&format!("house {n},{n}\n")));
    let (good, _) = read(opened(text.into_bytes()).expect("it opens"));
    assert!(good >= 5_000, "{good} rows");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_bytes_make_a_reader_fall(bytes in prop::collection::vec(any::<u8>(), 0..3_000)) {
        if let Ok(input) = opened(bytes) {
            read(input);
        }
    }

    #[test]
    fn no_text_makes_a_reader_fall(text in "[a-c\"',;\t\n\r<>/&|x0-9é ]{0,2000}") {
        if let Ok(input) = opened(text.into_bytes()) {
            read(input);
        }
    }

    #[test]
    fn no_markup_makes_the_cutter_fall(inner in "[<>/a-c&;\"= \n]{0,800}") {
        let text = format!("<root><property>{inner}</property><property><a>1</a></property></root>");
        if let Ok(input) = opened(text.into_bytes()) {
            read(input);
        }
    }

    #[test]
    fn no_json_makes_the_cutter_fall(inner in r#"[\[\]{},:"\\a-c0-9 \n-]{0,600}"#) {
        for text in [format!("[{{\"a\":1}},{inner}]"), format!("{{\"a\":{{{inner}}}}}"), format!("{{\"a\":1}}\n{inner}")] {
            if let Ok(input) = opened(text.into_bytes()) {
                read(input);
            }
        }
    }

    #[test]
    fn no_page_makes_the_reader_fall(inner in "[<>/a-c&;\"= \n]{0,300}", tags in prop::collection::vec(
        prop::sample::select(vec!["<table>", "</table>", "<tr>", "</tr>", "<td rowspan=3>", "<td colspan=2>", "</td>", "x", "1", "<br>"]), 0..120)) {
        let text = format!("<html>{}{inner}{}", tags.concat(), tags.concat());
        if let Ok(input) = opened(text.into_bytes()) {
            read(input);
        }
    }

    #[test]
    fn no_database_makes_the_reader_fall(mut bytes in prop::collection::vec(any::<u8>(), 65..2_000)) {
        (bytes[0], bytes[2], bytes[3]) = (0x03, 5, 2);
        (bytes[8], bytes[9], bytes[11], bytes[43]) = (65, 0, 0, b'C');
        if let Ok(input) = opened(bytes) {
            read(input);
        }
    }

    #[test]
    fn no_columns_make_the_finder_fall(lines in prop::collection::vec("[A-C0-9 é]{10,60}", 4..40)) {
        if let Ok(input) = opened(lines.join("\n").into_bytes()) {
            read(input);
        }
    }

    #[test]
    fn no_mail_makes_the_reader_fall(body in "[a-c=:;/\" \r\n-]{0,400}") {
        let text = format!("From: a@b\r\nTo: c@d\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n{body}\r\n--a--");
        if let Ok(input) = opened(text.into_bytes()) {
            read(input);
        }
    }

    #[test]
    fn no_damage_to_a_workbook_makes_the_reader_fall(at in 0usize..4_000, byte in any::<u8>()) {
        let mut bytes = workbook();
        let at = at % bytes.len();
        bytes[at] = byte;
        if let Ok(input) = opened(bytes) {
            read(input);
        }
    }
}

fn workbook() -> Vec<u8> {
    static BOOK: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    BOOK.get_or_init(|| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for row in 0..9u32 {
            sheet.write(row, 0, format!("R{row}")).expect("written");
            sheet.write(row, 1, row * 3).expect("written");
        }
        book.save_to_buffer().expect("a workbook")
    })
    .clone()
}
