//! Files that mean harm get a clear refusal, in bounded memory and time.

use std::io::{Cursor, Read, Write};

use formats::{Input, Refusal, open, parse_xml, split_csv};
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
fn read(input: Input) -> (usize, usize) {
    let (mut good, mut bad) = (0, 0);
    match input {
        Input::Csv(mut reader) => {
            let dialect = reader.dialect.clone();
            while let Some(record) = reader.next() {
                match record {
                    Ok(raw) => good += usize::from(!split_csv(&raw, &dialect).is_empty()),
                    Err(_) => bad += 1,
                }
            }
        }
        Input::Xml(mut reader) => {
            while let Some(record) = reader.next() {
                match record.and_then(|raw| parse_xml(&raw)) {
                    Ok(_) => good += 1,
                    Err(_) => bad += 1,
                }
            }
        }
    }
    (good, bad)
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
    if let Ok(Input::Csv(mut reader)) = input {
        let mut ended = None;
        while let Some(record) = reader.next() {
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
}
