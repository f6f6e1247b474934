//! What the fuzz targets (`make fuzz`) have found, each as small as it could be made.

mod reading;

use reading::{read, try_read, zipped};

fn ods(content: &str) -> Vec<u8> {
    zipped(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn an_accented_letter_may_stand_anywhere_in_a_document() {
    for before in 2_000..2_060 {
        let filler = "a".repeat(before);
        let text = format!("<ads><!--{filler}--><ad><town>Köln</town></ad><ad/></ads>");
        let text = text.replace("<!--", "<!--é").replace("-->", "é-->");
        assert_eq!(read(text).nodes.len(), 2, "{before} letters before it");
    }
}

#[test]
fn a_row_outside_of_every_sheet_is_passed_over() {
    let row = "<table:table-row><table:table-cell><text:p>ref</text:p></table:table-cell></table:table-row>";
    let around = |inner: &str| format!("<c xmlns:table=\"t\" xmlns:text=\"x\">{inner}</c>");
    assert!(try_read(ods(&around(row))).is_err(), "there is no sheet");
    let sheet = format!("<table:table>{row}{row}</table:table>");
    assert!(try_read(ods(&around(&format!("{row}{sheet}")))).is_ok());
}

#[test]
fn a_row_that_is_said_to_be_repeated_without_end_is_a_row() {
    let cell = "<table:table-cell><text:p>ref</text:p></table:table-cell>";
    let often = format!(
        "<table:table-row table:number-rows-repeated=\"{}\">",
        u64::MAX
    );
    let rows = format!("{often}</table:table-row><table:table-row>{cell}</table:table-row>");
    let content = format!(
        "<c xmlns:table=\"t\" xmlns:text=\"x\"><table:table>{rows}{rows}</table:table></c>"
    );
    assert!(try_read(ods(&content)).is_ok());
}

#[test]
fn a_mail_within_a_mail_that_ends_nowhere_ends_nothing_else() {
    let head = "From: a@example.org\nTo: b@example.org\nSubject: x\nMime-Version: 1.0\n\
        Content-Type: multipart/mixed; boundary=\"foo\"\n\n";
    let inner = "--foo\nContent-Type: message/rfc822\n\nFrom: c@example.org\nSubject: y\n\
        Content-Type: message/rfc822\n\nFrom: d\nTo: e\n\n<p>Hello</p>\n\n--foo--\nepilogue\n";
    let table = "--foo\nContent-Type: text/csv; name=a.csv\nContent-Disposition: attachment; \
        filename=a.csv\n\nref;town;price\n1;Gent;2\n2;Ieper;3\n\n";
    assert!(try_read(format!("{head}{table}{inner}")).is_ok());
}
