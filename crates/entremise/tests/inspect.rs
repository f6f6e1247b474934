//! `entremise inspect`: what a person is told of a file, and what a program gets out of it.

mod line;

use std::process::{Command, Output};

use line::Line;
use serde_json::Value;

const CARS: &str = "Stock Peeters;;;\r\nref;Marque;Kilométrage;Prix TTC\r\nA1;Opel;12 500;\"9.990,00 €\"\r\nA2;Škoda;8 000;\"14.500,00 €\"\r\nA3;Opel;41 000;\"7.250,00 €\"\r\nTotal : 3;;;\r\n";

fn inspect(line: &Line, file: &str, more: &[&str]) -> Output {
    let path = line.data.path().join(file);
    let mut command = Command::new(env!("CARGO_BIN_EXE_entremise"));
    command.arg("inspect").arg(&path).args(more);
    command.output().expect("it runs")
}

fn with(text: &[u8]) -> Line {
    let line = Line::on_sqlite();
    std::fs::write(line.data.path().join("file.csv"), text).expect("a file");
    line
}

#[test]
fn a_file_is_told_in_one_json_object() {
    let line = with(CARS.as_bytes());
    let told = inspect(&line, "file.csv", &["--json"]);
    let told: Value = serde_json::from_slice(&told.stdout).expect("one object");
    assert_eq!(told["format"], "csv");
    assert_eq!(
        (&told["encoding"], &told["bom"]),
        (&"UTF-8".into(), &false.into())
    );
    let dialect = &told["dialect"];
    assert_eq!(
        (&dialect["delimiter"], &dialect["quote"]),
        (&";".into(), &"\"".into())
    );
    assert_eq!(dialect["record_delimiter"], "\r\n");
    let around = ["preamble", "header_rows", "footer"].map(|k| dialect[k].as_u64());
    assert_eq!(around, [Some(1), Some(1), Some(1)]);
    let table = &told["tables"][0];
    assert_eq!(
        (&table["name"], &table["rows"]),
        (&"Stock Peeters".into(), &3.into())
    );
    assert_eq!(
        (&table["first_line"], &table["last_line"]),
        (&2.into(), &5.into())
    );
    assert_eq!(table["columns"][3], "Prix TTC");
}

#[test]
fn the_clean_table_is_what_rfc_4180_says() {
    let line = with(CARS.as_bytes());
    let told = inspect(&line, "file.csv", &["--as", "csv"]);
    let text = String::from_utf8(told.stdout).expect("text");
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(lines[0], "ref,Marque,Kilométrage,Prix TTC");
    assert_eq!(lines[1], "A1,Opel,12 500,\"9.990,00 €\"");
    assert_eq!(lines.len(), 4);
}

#[test]
fn listings_come_out_under_the_keys_of_the_dictionary() {
    let line = with(CARS.as_bytes());
    let told = inspect(
        &line,
        "file.csv",
        &["--vertical", "auto", "--as", "listings"],
    );
    let text = String::from_utf8(told.stdout).expect("text");
    let listings: Vec<Value> = text
        .lines()
        .map(|l| serde_json::from_str(l).expect("an object a line"))
        .collect();
    assert_eq!(listings.len(), 3);
    assert_eq!(listings[1]["ref"], "A2");
    assert_eq!(listings[1]["price"], 14_500.0);
    assert_eq!(listings[1]["currency"], "EUR");
}

#[test]
fn what_cannot_be_read_ends_with_1_and_wrong_usage_with_2() {
    let line = with(b"\x89PNG\x00\x01\x02\x03");
    assert_eq!(inspect(&line, "file.csv", &[]).status.code(), Some(1));
    assert_eq!(inspect(&line, "nowhere.csv", &[]).status.code(), Some(1));
    let wanting = inspect(&line, "file.csv", &["--as", "listings"]);
    assert_eq!(wanting.status.code(), Some(2));
    let unknown = ["--as", "listings", "--vertical", "boats"];
    assert_eq!(inspect(&line, "file.csv", &unknown).status.code(), Some(2));
}

#[test]
fn an_import_passes_over_headers_and_refuses_rows_whose_cells_have_moved() {
    let header = "ref;make;price;first_reg;mileage\n";
    let mut text = String::from(header);
    for car in 0..12 {
        text += &format!(
            "VO-{:04};Opel;{};{:02}/03/2019;{}\n",
            car,
            9_000 + car,
            1 + car,
            40_000 + car
        );
    }
    text += header;
    text += "VO-0100;Opel;9100;05/03/2019;41000\n";
    // The make is missing, and nothing tells where.
    text += "VO-0101;9200;05/03/2019;41000 km\n";
    text += "VO-0102;Opel;9300;06/03/2019;42000\n";
    let line = with(text.as_bytes());
    line.add_account("peeters", "auto", "BE");
    let report = line.import(&line.data.path().join("file.csv"), "peeters");
    assert_eq!(
        (&report["rows"], &report["created"]),
        (&15.into(), &14.into())
    );
    let problems = report["problems"].as_array().expect("problems");
    let code = |line: u64| {
        problems
            .iter()
            .find(|p| p["line"] == line)
            .map(|p| &p["code"])
    };
    assert_eq!(code(14), Some(&"repeated_header".into()));
    assert_eq!(code(16), Some(&"cells_moved".into()));
}

#[test]
fn a_mistyped_name_is_answered_with_the_one_that_lies_beside_it() {
    let line = Line::on_sqlite();
    let file = line.write("stock.csv", "ref,price\nA1,100\n");
    let typed = file.with_file_name("stok.csv");
    let output = line.run(&["inspect", &typed.display().to_string()]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("there is no file") && said.contains("stock.csv"),
        "{said}"
    );
}
