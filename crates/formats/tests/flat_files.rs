//! Databases of one file and text of fixed width.

mod reading;

use reading::{read, try_read};

/// A file of dBase III with these fields and rows, each row with its mark.
fn dbf(driver: u8, fields: &[(&str, u8, u8, u8)], rows: &[&[u8]]) -> Vec<u8> {
    let start = 32 + 32 * fields.len() as u16 + 1;
    let length: u16 = 1 + fields.iter().map(|f| u16::from(f.2)).sum::<u16>();
    let mut bytes = vec![0x03, 124, 5, 2];
    bytes.extend((rows.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.resize(32, 0);
    bytes[29] = driver;
    for (name, kind, width, decimals) in fields {
        let mut field = [0u8; 32];
        field[..name.len()].copy_from_slice(name.as_bytes());
        (field[11], field[16], field[17]) = (*kind, *width, *decimals);
        bytes.extend(field);
    }
    bytes.push(0x0d);
    rows.iter().for_each(|row| bytes.extend(*row));
    bytes.push(0x1a);
    bytes
}

const FIELDS: [(&str, u8, u8, u8); 6] = [
    ("REF", b'C', 4, 0),
    ("MAKE", b'C', 8, 0),
    ("SEEN", b'D', 8, 0),
    ("PRICE", b'N', 9, 2),
    ("VAT", b'L', 1, 0),
    ("NOTES", b'M', 10, 0),
];

#[test]
fn a_database_is_read_in_its_own_alphabet_without_deleted_rows() {
    let rows: [&[u8]; 3] = [
        b" A1  Citro\x89n 20240502 12490.50T         1",
        b"*A2  Citro\x89n 20240502 12490.50T         1",
        b" A3  Fiat            *********?          ",
    ];
    let read = read(dbf(0x02, &FIELDS, &rows));
    assert_eq!(
        (read.description.format, read.description.encoding.as_str()),
        ("dbf", "cp850")
    );
    assert_eq!(
        read.columns,
        ["REF", "MAKE", "SEEN", "PRICE", "VAT", "NOTES"]
    );
    assert_eq!(
        read.rows[0],
        ["A1", "Citroën", "2024-05-02", "12490.50", "true", ""]
    );
    assert_eq!(read.rows[1], ["A3", "Fiat", "", "", "", ""]);
    assert_eq!((read.rows.len(), read.lines[1]), (2, 3));
    assert_eq!(read.description.missing, ["NOTES"]);
}

#[test]
fn a_database_that_was_cut_says_so() {
    let row: &[u8] = b" A1  Fiat    20240502 12490.50T         1";
    let mut bytes = dbf(0x57, &FIELDS, &[row, row, row]);
    bytes.truncate(bytes.len() - 20);
    let read = try_read(bytes).expect("it opens");
    assert_eq!((read.rows.len(), read.refused[0].code), (2, "cut_off"));
}

#[test]
fn columns_without_a_gap_are_told_apart_by_what_stands_in_them() {
    let makes = [
        "AUDI",
        "BMW",
        "CITROEN",
        "FIAT",
        "VOLKSWAGEN",
        "KIA",
        "OPEL",
        "FORD",
    ];
    let text: String = (0..40)
        .map(|n| {
            let (make, price) = (makes[n % 8], 2_000 + n * 371);
            format!(
                "VO{:05} {make:<12}{:02}{:02}{:04}{:07}{price:07}{:<10}\r\n",
                13_000 + n * 13,
                n % 28 + 1,
                n % 12 + 1,
                2005 + n % 15,
                n * 4_217 + 900,
                "Noir"
            )
        })
        .collect();
    let read = read(text);
    assert_eq!(read.description.format, "fixed_width");
    assert_eq!(read.rows.len(), 40);
    assert_eq!(
        read.rows[1],
        ["VO13013", "BMW", "02022006", "0005117", "0002371", "Noir"]
    );
}

#[test]
fn a_report_with_names_over_its_columns_is_a_table() {
    let mut text = String::from("Ref     Town            Price\n------  --------------  -------\n");
    for (n, town) in ["Gent", "Sint-Niklaas", "La Louvière", "Ath", "Lier"]
        .iter()
        .enumerate()
    {
        text += &format!("R{n:<6} {town:<15} {:>7}\n", 100_000 + n);
    }
    let read = read(text);
    assert_eq!(read.columns, ["Ref", "Town", "Price"]);
    assert_eq!(read.rows[2], ["R2", "La Louvière", "100002"]);
    assert_eq!(read.rows.len(), 5);
}

#[test]
fn prose_and_delimited_text_are_not_of_fixed_width() {
    let prose = "Dear sir,\nplease find our whole stock in the file that I send you.\nIt holds forty cars and two vans of this year.\nKind regards from all of us here\nThe shop\n";
    assert_ne!(read(prose).description.format, "fixed_width");
    let padded: String = (0..20)
        .map(|n| format!("R{n:03}   ,Gent      ,{:>8},x   \n", 1_000 + n))
        .collect();
    assert_eq!(read(padded).description.format, "csv");
}
