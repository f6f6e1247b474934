//! Workbooks and pages: the table is found, and each cell is written as a person would.

mod reading;

use reading::{read, refused, zipped};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

fn stock() -> Workbook {
    let mut book = Workbook::new();
    book.add_worksheet()
        .set_name("Read me")
        .expect("a name")
        .write(0, 0, "Made by the shop")
        .expect("written");
    let sheet = book.add_worksheet().set_name("Stock").expect("a name");
    let day = Format::new().set_num_format("dd/mm/yyyy");
    sheet
        .merge_range(0, 1, 0, 4, "Garage Modèle: stock", &Format::new())
        .expect("merged");
    for (at, name) in ["Ref", "Model", "First seen", "Price", "Km"]
        .iter()
        .enumerate()
    {
        sheet.write(3, at as u16 + 1, *name).expect("written");
    }
    for row in 0..20u32 {
        sheet.write(row + 4, 1, format!("A{row}")).expect("written");
        sheet
            .write(row + 4, 2, "Škoda « Octavia »")
            .expect("written");
        let date = ExcelDateTime::from_ymd(2019, 2, 3).expect("a day");
        sheet
            .write_with_format(row + 4, 3, &date, &day)
            .expect("written");
        sheet
            .write(row + 4, 4, 12_490.5 + f64::from(row))
            .expect("written");
        sheet.write(row + 4, 5, 62_238 + row).expect("written");
    }
    sheet.write(24, 1, "Total").expect("written");
    sheet.write(24, 4, 1_000_000).expect("written");
    book
}

#[test]
fn a_table_below_titles_and_above_a_total_is_read_cell_by_cell() {
    let read = read(stock().save_to_buffer().expect("a workbook"));
    assert_eq!(read.description.format, "xlsx");
    assert_eq!(read.columns, ["Ref", "Model", "First seen", "Price", "Km"]);
    assert_eq!(read.rows.len(), 20);
    assert_eq!(
        read.rows[0],
        ["A0", "Škoda « Octavia »", "2019-02-03", "12490.5", "62238"]
    );
    assert_eq!((read.lines[0], read.footers), (5, 1));
    let table = read
        .description
        .tables
        .iter()
        .find(|t| t.chosen)
        .expect("a table");
    assert_eq!(
        (table.name.as_str(), table.header_rows.as_slice()),
        ("Stock", [4].as_slice())
    );
    assert_eq!(table.preamble, ["Garage Modèle: stock"]);
    assert_eq!(read.description.tables[0].name, "Read me");
}

#[test]
fn numbers_dates_and_errors_of_a_workbook_lose_nothing() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, name) in ["Ref", "Sum", "When", "Yes", "Odd"].iter().enumerate() {
        sheet.write(0, at as u16, *name).expect("written");
    }
    let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
    for row in 1..6u32 {
        sheet
            .write(row, 0, 9_007_199_254_740_991_i64)
            .expect("written");
        sheet.write(row, 1, 0.1 + 0.2).expect("written");
        let when = ExcelDateTime::from_ymd(2024, 5, 2)
            .expect("a day")
            .and_hms(13, 59, 59)
            .expect("a time");
        sheet
            .write_with_format(row, 2, &when, &moment)
            .expect("written");
        sheet.write(row, 3, true).expect("written");
        sheet
            .write_formula(
                row,
                4,
                rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!"),
            )
            .expect("written");
    }
    let read = read(book.save_to_buffer().expect("a workbook"));
    assert_eq!(
        read.rows[0][..4],
        ["9007199254740991", "0.3", "2024-05-02 13:59:59", "true"]
    );
    assert_eq!(read.rows[4][4].trim_start_matches("#DIV/0!"), "");
}

#[test]
fn a_header_of_two_rows_is_one_name_for_each_column() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    sheet
        .merge_range(0, 0, 1, 0, "Ref", &plain)
        .expect("merged");
    sheet
        .merge_range(0, 1, 0, 2, "Price", &plain)
        .expect("merged");
    sheet
        .merge_range(0, 3, 0, 4, "Area", &plain)
        .expect("merged");
    for (at, name) in ["net", "gross", "house", "plot"].iter().enumerate() {
        sheet.write(1, at as u16 + 1, *name).expect("written");
    }
    for row in 2..12u32 {
        sheet.write(row, 0, format!("R{row}")).expect("written");
        for column in 1..5u16 {
            sheet
                .write(row, column, row * 100 + u32::from(column))
                .expect("written");
        }
    }
    let read = read(book.save_to_buffer().expect("a workbook"));
    assert_eq!(
        read.columns,
        ["Ref", "Price net", "Price gross", "Area house", "Area plot"]
    );
    assert_eq!(read.rows.len(), 10);
}

#[test]
fn a_value_merged_over_rows_is_meant_for_each_of_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, name) in ["Make", "Model", "Price"].iter().enumerate() {
        sheet.write(0, at as u16, *name).expect("written");
    }
    sheet
        .merge_range(1, 0, 3, 0, "Audi", &Format::new())
        .expect("merged");
    for row in 1..6u32 {
        sheet.write(row, 1, format!("A{row}")).expect("written");
        sheet.write(row, 2, row * 1_000).expect("written");
    }
    sheet.write(4, 0, "BMW").expect("written");
    let makes: Vec<String> = read(book.save_to_buffer().expect("a workbook"))
        .rows
        .into_iter()
        .map(|r| r[0].clone())
        .collect();
    assert_eq!(makes, ["Audi", "Audi", "Audi", "BMW", ""]);
}

const CONTENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>
<table:table table:name="Notes"><table:table-row><table:table-cell office:value-type="string"><text:p>Hello</text:p></table:table-cell></table:table-row></table:table>
<table:table table:name="Huizen">
<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
<table:table-row><table:table-cell office:value-type="string"><text:p>Ref</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Plaats</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Prijs</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Sinds</text:p></table:table-cell></table:table-row>
ROWS
<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"#;

fn open_document(rows: &str) -> Vec<u8> {
    let content = CONTENT.replace("ROWS", rows);
    zipped(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn an_opendocument_sheet_is_read_as_it_streams() {
    let row = |n: usize| {
        format!(
            r#"<table:table-row><table:table-cell office:value-type="string"><office:annotation><text:p>a note</text:p></office:annotation><text:p>H{n}</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Gent &amp; rand</text:p><text:p>centrum</text:p></table:table-cell><table:table-cell office:value-type="currency" office:value="249000.5"><text:p>€ 249.000,50</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-05-02T00:00:00"><text:p>2 mei</text:p></table:table-cell></table:table-row>"#
        )
    };
    let rows: String = (0..9).map(row).collect();
    let read = read(open_document(&rows));
    assert_eq!(read.description.format, "ods");
    assert_eq!(read.columns, ["Ref", "Plaats", "Prijs", "Sinds"]);
    assert_eq!(read.rows.len(), 9);
    assert_eq!(
        read.rows[2],
        ["H2", "Gent & rand\ncentrum", "249000.5", "2024-05-02"]
    );
    assert_eq!(read.lines[0], 5);
}

#[test]
fn a_sheet_that_claims_a_million_cells_stays_small() {
    let row = r#"<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell></table:table-row>"#;
    let read = reading::try_read(open_document(row));
    assert!(read.is_err() || read.is_ok_and(|r| r.rows.len() <= 1_001));
}

#[test]
fn a_workbook_of_2003_in_xml_is_read() {
    let mut text = String::from(
        r#"<?xml version="1.0" encoding="ISO-8859-1"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="Stock"><Table><Row><Cell><Data ss:Type="String">Ref</Data></Cell><Cell><Data ss:Type="String">Ville</Data></Cell><Cell><Data ss:Type="String">Prix</Data></Cell></Row>"#,
    );
    for n in 0..5 {
        text += &format!(
            r#"<Row><Cell><Data ss:Type="String">B{n}</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">1.5E5</Data></Cell></Row>"#
        );
    }
    text += "</Table></Worksheet></Workbook>";
    let read = read(text);
    assert_eq!((read.description.format, read.rows.len()), ("excel_xml", 5));
    assert_eq!(read.rows[1], ["B1", "", "150000"]);
}

#[test]
fn the_largest_table_of_a_page_is_the_sheet() {
    let mut page = String::from(
        "<html><head><meta charset=windows-1252><style>td > p { x: 1 }</style></head><body><table><tr><td><b>Menu</b></td><td>Home</td></tr></table><table border=1><thead><tr><th>R&eacute;f<th>Mod&egrave;le<th>Prix<th>Ann&#233;e</tr></thead><tbody>",
    );
    for n in 0..8 {
        page += &format!(
            "<tr class='x>y'><td>V{n}</td><td><table><tr><td>Clio</td></tr></table>IV<br>rouge</td><td>12&nbsp;490&nbsp;&euro;</td><td>201{n}</td></tr>\n"
        );
    }
    page += "</tbody></table></body></html>";
    let read = read(page);
    assert_eq!(read.description.format, "html");
    assert_eq!(read.columns, ["Réf", "Modèle", "Prix", "Année"]);
    assert_eq!(read.rows.len(), 8);
    assert_eq!(
        (read.rows[3][0].as_str(), read.rows[3][2].as_str()),
        ("V3", "12 490 €")
    );
    assert!(read.rows[3][1].contains("IV") && read.rows[3][1].contains("rouge"));
}

#[test]
fn cells_that_span_keep_the_columns_in_their_places() {
    let page = "<table><tr><th>Make<th>Model<th>Note<th>Price</tr>\
        <tr><td rowspan=2>Audi<td>A1<td colspan=1>x<td>1000</tr><tr><td>A3<td>y<td>2000</tr>\
        <tr><td>BMW<td colspan=2>118d<td>3000</tr><tr><td>Fiat<td>500<td>z<td>4000</tr></table>";
    let read = read(page);
    assert_eq!(read.rows[1], ["Audi", "A3", "y", "2000"]);
    assert_eq!(read.rows[2], ["BMW", "118d", "", "3000"]);
    assert_eq!(read.rows[3], ["Fiat", "500", "z", "4000"]);
}

#[test]
fn an_error_page_of_the_senders_server_is_no_stock() {
    let page = "<!DOCTYPE html><html><head><title>503</title></head><body><h1>Service Unavailable</h1></body></html>";
    assert_eq!(refused(page), "web_page");
}

#[test]
fn a_damaged_and_an_empty_workbook_are_refused() {
    let mut book = stock().save_to_buffer().expect("a workbook");
    let empty = Workbook::new().add_worksheet().write(0, 0, "").is_ok();
    assert!(empty);
    let mut nothing = Workbook::new();
    nothing.add_worksheet();
    assert_eq!(
        refused(nothing.save_to_buffer().expect("a workbook")),
        "no_table"
    );
    book.truncate(book.len() / 2);
    assert_eq!(refused(book), "archive_damaged");
    let fake = zipped(&[
        ("[Content_Types].xml", b"<x/>"),
        ("xl/workbook.xml", b"<workbook"),
    ]);
    assert_eq!(refused(fake), "workbook_damaged");
}

/// One record of a BIFF stream.
fn record(kind: u16, body: &[u8]) -> Vec<u8> {
    [
        &kind.to_le_bytes(),
        &(body.len() as u16).to_le_bytes(),
        body,
    ]
    .concat()
}

/// A workbook of Excel 97 with one sheet of these rows: words, and numbers where they are such.
fn biff8(rows: &[[&str; 3]]) -> Vec<u8> {
    let begin = |kind: u16| {
        record(
            0x0809,
            &[[0, 6], kind.to_le_bytes()]
                .concat()
                .iter()
                .copied()
                .chain([0; 12])
                .collect::<Vec<u8>>(),
        )
    };
    let end = record(0x000a, &[]);
    let mut sheet = begin(0x0010);
    for (row, cells) in (0u16..).zip(rows) {
        for (column, cell) in (0u16..).zip(cells) {
            let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
            sheet.extend(match cell.parse::<f64>() {
                Ok(number) => record(0x0203, &[place, number.to_le_bytes().to_vec()].concat()),
                Err(_) => {
                    let letters: Vec<u8> = cell.encode_utf16().flat_map(u16::to_le_bytes).collect();
                    let length = (letters.len() as u16 / 2).to_le_bytes().to_vec();
                    record(0x0204, &[place, length, vec![1], letters].concat())
                }
            });
        }
    }
    sheet.extend(&end);
    let name = |at: u32| {
        record(
            0x0085,
            &[
                at.to_le_bytes().to_vec(),
                vec![0, 0, 5, 0],
                b"Stock".to_vec(),
            ]
            .concat(),
        )
    };
    let before = begin(0x0005).len() + name(0).len() + end.len();
    let mut book = [begin(0x0005), name(before as u32), end, sheet].concat();
    book.resize(book.len().max(4_096).next_multiple_of(512), 0);
    compound(&book)
}

/// The file system that Office puts around a stream.
fn compound(stream: &[u8]) -> Vec<u8> {
    let mut head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    head.extend([0; 16]);
    head.extend([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
    for number in [0u32, 1, 1, 0, 4_096, 0xffff_fffe, 0, 0xffff_fffe, 0, 0] {
        head.extend(number.to_le_bytes());
    }
    head.resize(512, 0xff);
    let sectors = stream.len() as u32 / 512;
    let mut table = vec![0xffff_fffd, 0xffff_fffe];
    table.extend((2..sectors + 1).map(|s| s + 1));
    table.push(0xffff_fffe);
    table.resize(128, u32::MAX);
    head.extend(table.into_iter().flat_map(u32::to_le_bytes));
    let mut entry = |name: &str, kind: u8, child: u32, start: u32, size: u64| {
        let mut bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.resize(64, 0);
        bytes.extend((name.len() as u16 * 2 + 2).to_le_bytes());
        bytes.extend([kind, 1]);
        [u32::MAX, u32::MAX, child]
            .iter()
            .for_each(|n| bytes.extend(n.to_le_bytes()));
        bytes.extend([0; 36]);
        bytes.extend(start.to_le_bytes());
        bytes.extend(size.to_le_bytes());
        head.extend(bytes);
    };
    entry("Root Entry", 5, 1, 0xffff_fffe, 0);
    entry("Workbook", 2, u32::MAX, 2, stream.len() as u64);
    head.resize(512 * 3, 0);
    head.extend(stream);
    head
}

#[test]
fn a_workbook_of_excel_97_is_read() {
    let mut rows = vec![["Réf", "Ville", "Prix"]];
    rows.extend([
        ["A1", "Liège", "12490.5"],
        ["A2", "Ath", "900"],
        ["A3", "Gent", "70000"],
    ]);
    let read = read(biff8(&rows));
    assert_eq!(read.description.format, "xls");
    assert_eq!(read.columns, ["Réf", "Ville", "Prix"]);
    assert_eq!(read.rows[0], ["A1", "Liège", "12490.5"]);
    assert_eq!(read.rows[1], ["A2", "Ath", "900"]);
    let mut broken = biff8(&rows);
    broken.truncate(1_600);
    assert_eq!(refused(broken), "workbook_damaged");
}
