//! Archives and mails: the listings are found in them, and harm is kept out.

mod reading;

use std::io::{Cursor, Read as _};

use formats::{Role, open};
use reading::{gzipped, read, refused, zipped};

fn table(from: usize) -> String {
    let rows: String = (from..from + 12)
        .map(|n| format!("R{n};Gent;{n}000\n"))
        .collect();
    format!("ref;town;price\n{rows}")
}

#[test]
fn the_table_in_an_archive_is_read_and_the_photos_stay_at_hand() {
    let text = table(0);
    let zip = zipped(&[
        ("../../photos/R1.JPG", b"\xff\xd8 a picture"),
        ("read me.txt", b"Hello, please find our stock enclosed.\n"),
        ("export/stock.csv", text.as_bytes()),
        ("__MACOSX/export/._stock.csv", b"\0\0"),
    ]);
    let read = read(zip.clone());
    assert_eq!((read.description.format, read.rows.len()), ("csv", 12));
    assert_eq!(read.description.container, ["zip"]);
    let roles: Vec<Role> = read.description.members.iter().map(|m| m.role).collect();
    assert_eq!(
        roles,
        [Role::Photo, Role::Other, Role::Records, Role::Other]
    );
    let input = open(Box::new(Cursor::new(zip))).expect("it opens");
    let mut photo = Vec::new();
    let archive = input.archive().expect("an archive");
    archive
        .read("r1.jpg")
        .expect("the photo")
        .read_to_end(&mut photo)
        .expect("read");
    assert_eq!(photo, b"\xff\xd8 a picture");
    assert_eq!(
        archive.read("r2.jpg").err().map(|r| r.code),
        Some("no_member")
    );
}

#[test]
fn several_files_of_one_layout_are_one_delivery() {
    let (one, two) = (table(0), table(100));
    let read = read(zipped(&[
        ("a.csv", one.as_bytes()),
        ("b.csv", two.as_bytes()),
        ("c.csv", b"x,y\n1,2\n"),
    ]));
    assert_eq!(read.rows.len(), 24);
    assert_eq!(read.rows[23][0], "R111");
}

#[test]
fn wrappings_are_opened_once_each() {
    let text = table(0);
    let zip = zipped(&[("stock.csv", text.as_bytes())]);
    assert_eq!(read(gzipped(&zip)).description.container, ["gzip", "zip"]);
    let inner = gzipped(text.as_bytes());
    assert_eq!(read(zipped(&[("stock.csv.gz", &inner)])).rows.len(), 12);
    assert_eq!(refused(zipped(&[("inner.zip", &zip)])), "nested_archive");
    assert_eq!(
        refused(gzipped(&gzipped(text.as_bytes()))),
        "nested_archive"
    );
}

#[test]
fn an_archive_of_photos_or_of_nothing_says_so() {
    assert_eq!(
        refused(zipped(&[("1.jpg", b"\xff\xd8"), ("2.jpg", b"\xff\xd8")])),
        "no_records_in_archive"
    );
    assert_eq!(refused(zipped(&[])), "no_records_in_archive");
}

#[test]
fn a_password_is_told_and_not_guessed() {
    let mut zip = zipped(&[("stock.csv", table(0).as_bytes())]);
    // The bit that says so, in the member's own header and in the list at the end.
    let central = zip
        .windows(4)
        .position(|w| w == b"PK\x01\x02")
        .expect("a list");
    zip[6] |= 1;
    zip[central + 8] |= 1;
    assert_eq!(refused(zip), "encrypted");
}

#[test]
fn an_archive_that_was_cut_or_becomes_a_bomb_is_refused() {
    let mut cut = zipped(&[("stock.csv", table(0).as_bytes())]);
    cut.truncate(cut.len() - 30);
    assert_eq!(refused(cut), "archive_damaged");
    let zeros = vec![b'1'; 300 << 20];
    assert_eq!(
        refused(zipped(&[
            ("[Content_Types].xml", b"<x/>"),
            ("xl/worksheets/sheet1.xml", &zeros)
        ])),
        "unreadable"
    );
}

#[test]
fn the_attachment_of_a_mail_is_the_file() {
    let mail = format!(
        "From: Shop <a@example.org>\r\nTo: stock@example.net\r\nSubject: =?utf-8?q?Stock_v=C3=A9hicules?=\r\nDate: Thu, 2 May 2024 01:58:03 +0200\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b1\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b1\r\nContent-Type: text/csv; charset=utf-8\r\nContent-Disposition: attachment; filename=stock.csv\r\n\r\n{}\r\n--b1--\r\n",
        table(0)
    );
    let read = read(mail);
    assert_eq!(
        (read.description.container.as_slice(), read.rows.len()),
        (["mail"].as_slice(), 12)
    );
    assert_eq!(read.description.members[0].name, "stock.csv");
    let bare = "From: a@example.org\r\nTo: b@example.net\r\nSubject: x\r\nDate: Thu, 2 May 2024 01:58:03 +0200\r\n\r\nNothing today.\r\n";
    assert_eq!(refused(bare), "no_attachment");
}
