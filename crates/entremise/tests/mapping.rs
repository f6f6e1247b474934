//! What each column becomes: proposed with a reason, asked when unsure, corrected once, remembered.

mod line;

use line::Line;
use serde_json::Value;

/// A dealer's table: header, rows.
fn dealer(rows: usize) -> String {
    let mut text = String::from(
        "N° de parc;Marque;Modèle;Date 1ère MEC;Kilométrage;Énergie;P. DIN (ch);Prix TTC;Prix marchand HT;Équipements;Garage nom\n",
    );
    for n in 0..rows {
        let fuel = ["Essence", "Gazole", "Hybride raccordable"][n % 3];
        text += &format!(
            "VO{n};Renault;Clio;{:02}/201{};{}{:03};{fuel};9{};1{} 490,00 €;8 000,00 €;ABS, siège baquet;Exemple\n",
            n % 12 + 1,
            n % 10,
            20 + n,
            n * 7 % 1000,
            n % 10,
            n % 9,
        );
    }
    text
}

fn mapped<'a>(report: &'a Value, column: &str) -> &'a Value {
    let columns = report["mapping"].as_array().expect("a mapping");
    let found = columns.iter().find(|c| c["column"] == column);
    found.unwrap_or_else(|| panic!("{column}: {report}"))
}

fn import(line: &Line, text: &str, more: &[&str]) -> Value {
    let file = line.write("stock.csv", text).display().to_string();
    line.json(&[&["import", &file, "--account", "garage"], more].concat())
}

fn tested(line: &Line, text: &str) -> Value {
    let file = line.write("stock.csv", text).display().to_string();
    line.json(&["mapping", "test", &file, "--account", "garage"])
}

#[test]
fn columns_are_taken_with_a_reason_and_what_is_unsure_is_asked() {
    let line = Line::on_sqlite();
    line.add_account("garage", "auto", "FR");
    let report = import(&line, &dealer(30), &[]);
    assert_eq!(report["created"], 30, "{report}");
    for (column, field) in [
        ("N° de parc", "ref"),
        ("Marque", "make"),
        ("Modèle", "model"),
        ("Date 1ère MEC", "first_reg"),
        ("Kilométrage", "mileage_km"),
        ("Énergie", "fuel"),
        ("P. DIN (ch)", "power_hp"),
        ("Prix TTC", "price"),
        ("Équipements", "options"),
    ] {
        let column = mapped(&report, column);
        assert_eq!(
            (&column["field"], &column["state"]),
            (&field.into(), &"taken".into()),
            "{column}"
        );
        assert!(column["confidence"].as_f64() > Some(0.6), "{column}");
    }
    // A trade price is no price, and the garage's name is not the car's.
    let trade = mapped(&report, "Prix marchand HT");
    assert_eq!(
        (&trade["state"], &trade["field"]),
        (&"asked".into(), &Value::Null),
        "{trade}"
    );
    assert_eq!(trade["candidates"][0]["field"], "price");
    assert_eq!(mapped(&report, "Garage nom")["code"], "somebody_else");
    // The account speaks French.
    let reason = mapped(&report, "Marque")["reason"]
        .as_str()
        .expect("a reason");
    assert!(reason.starts_with("s’appelle « marque »"), "{reason}");
}

#[test]
fn what_no_field_holds_stays_with_the_listing_and_is_counted() {
    let line = Line::on_sqlite();
    line.add_account("garage", "auto", "FR");
    let tested = tested(&line, &dealer(30));
    let first = &tested["listings"][2];
    assert_eq!(first["raw"]["Prix marchand HT"], "8 000,00 €", "{first}");
    assert_eq!(first["raw"]["Énergie"], "Hybride raccordable");
    assert_eq!(first["raw"]["Équipements"], "siège baquet");
    assert_eq!(
        (&first["price"], &first["currency"]),
        (&12_490.into(), &"EUR".into())
    );
    assert_eq!(first["first_reg"], "2012-03");
    assert_eq!(first["options"], serde_json::json!(["ABS", "siège baquet"]));
    let report = import(&line, &dealer(30), &[]);
    assert_eq!(mapped(&report, "Prix marchand HT")["kept"], 30);
    let unknown = report["unknown"].as_array().expect("unknown words");
    let hybrid = unknown.iter().find(|u| u["value"] == "Hybride raccordable");
    let hybrid = hybrid.unwrap_or_else(|| panic!("{unknown:?}"));
    assert_eq!(
        (&hybrid["count"], &hybrid["field"]),
        (&10.into(), &"fuel".into())
    );
    // Ten rows say the same once, with their count.
    let remarks = report["problem_kinds"].as_array().expect("remarks");
    let fuel: Vec<&Value> = remarks
        .iter()
        .filter(|r| r["column"] == "Énergie")
        .collect();
    assert_eq!(
        (fuel.len(), &fuel[0]["count"]),
        (1, &10.into()),
        "{remarks:?}"
    );
}

#[test]
fn a_word_is_explained_once_and_every_delivery_follows() {
    let line = Line::on_sqlite();
    line.add_account("garage", "auto", "FR");
    import(&line, &dealer(30), &[]);
    line.json(&[
        "mapping",
        "edit",
        "--account",
        "garage",
        "--value",
        "Énergie:Hybride raccordable=plugin_hybrid",
        "--set",
        "Prix marchand HT=purchase_price",
        "--leave-out",
        "Garage nom",
    ]);
    let report = import(&line, &dealer(30), &[]);
    assert_eq!(
        (&report["changed"], &report["removed"]),
        (&30.into(), &0.into()),
        "{report}"
    );
    let words: Vec<&Value> = report["unknown"]
        .as_array()
        .expect("words")
        .iter()
        .map(|u| &u["value"])
        .collect();
    assert_eq!(words, ["siège baquet"], "{report}");
    assert_eq!(mapped(&report, "Garage nom")["state"], "left_out");
    assert_eq!(mapped(&report, "Prix marchand HT")["code"], "chosen");
    let listing = &tested(&line, &dealer(30))["listings"][2];
    assert_eq!(
        (&listing["fuel"], &listing["purchase_price"]),
        (&"plugin_hybrid".into(), &8_000.into()),
        "{listing}"
    );
    // The journal tells who changed the mapping.
    let journal = line.json(&["journal"]);
    let entries = journal["entries"].as_array().expect("entries");
    assert!(
        entries
            .iter()
            .any(|e| e["fact"] == "feed.mapping_corrected"),
        "{journal}"
    );
}

#[test]
fn a_choice_for_one_feed_is_offered_for_the_next() {
    let line = Line::on_sqlite();
    line.add_account("garage", "auto", "FR");
    import(&line, &dealer(12), &[]);
    line.json(&[
        "mapping",
        "edit",
        "--account",
        "garage",
        "--set",
        "Prix marchand HT=purchase_price",
    ]);
    let other = dealer(12).replace("Garage nom", "Lieu de stockage");
    let report = import(&line, &other, &["--partial"]);
    let column = mapped(&report, "Prix marchand HT");
    assert_eq!(
        (&column["field"], &column["code"]),
        (&"purchase_price".into(), &"accepted".into()),
        "{column}"
    );
}

#[test]
fn a_mapping_goes_out_and_comes_back_and_a_faulty_one_is_refused() {
    let line = Line::on_sqlite();
    line.add_account("garage", "auto", "FR");
    line.add_account("branch", "auto", "FR");
    import(&line, &dealer(6), &[]);
    let text = line
        .run(&["mapping", "export", "--account", "garage"])
        .stdout;
    let text = String::from_utf8(text).expect("text");
    let file = line.write("mapping.json", &text).display().to_string();
    let taken = line.json(&["mapping", "import", &file, "--account", "branch"]);
    assert_eq!(taken["columns"], 11, "{taken}");
    let shown = line.json(&["mapping", "show", "--account", "branch"]);
    let own: Value = serde_json::from_str(&text).expect("json");
    assert_eq!(shown["mapping"], own);
    let faulty = line
        .write("faulty.json", &text.replace("\"mileage_km\"", "\"milage\""))
        .display()
        .to_string();
    let refused = line.run(&["mapping", "import", &faulty, "--account", "branch"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    assert!(
        said.contains("milage") && said.contains("Kilométrage"),
        "{said}"
    );
    let unknown = line.run(&[
        "mapping",
        "edit",
        "--account",
        "branch",
        "--set",
        "Farbe=colour",
    ]);
    assert_eq!(unknown.status.code(), Some(1));
    // A named feed has its own.
    let stock = line.write("stock.csv", &dealer(6)).display().to_string();
    line.json(&[
        "mapping",
        "edit",
        "--account",
        "garage",
        "--feed",
        "vans",
        "--from",
        &stock,
        "--category",
        "van",
    ]);
    let feeds = line.json(&["mapping", "show", "--account", "garage"]);
    assert_eq!(feeds["feeds"].as_array().map(Vec::len), Some(2), "{feeds}");
    let vans = line.json(&["mapping", "show", "--account", "garage", "--feed", "vans"]);
    assert_eq!(vans["mapping"]["category"], "van");
}

#[test]
fn a_table_without_a_header_is_told_by_what_stands_in_it() {
    let line = Line::on_sqlite();
    line.add_account("garage", "auto", "FR");
    let makes = [
        ("Renault", "Clio"),
        ("Peugeot", "308"),
        ("Volkswagen", "Golf"),
        ("Opel", "Corsa"),
    ];
    let mut text = String::new();
    for n in 0..40_usize {
        let (make, model) = makes[n % 4];
        let (year, price) = (2004 + n % 18, 2_000 + (n % 18) * 900 + n);
        let (km, doors) = (
            260_000 - (n % 18) * 13_000 + n * 17,
            if n % 5 == 0 { 3 } else { 5 },
        );
        let letters = ["AB", "CD", "EF", "GH"][n % 4];
        text += &format!(
            "X{:05}|{make}|{model}|1.{} TDI|{year}0{}15|{km}|{}|{}|{price}|{letters}{:03}ZK|{}|{doors}\n",
            n * 13,
            n % 9,
            n % 9 + 1,
            ["ES", "GO", "GO"][n % 3],
            ["BVM", "BVA"][n % 2],
            n + 101,
            ["Noir", "Blanc", "Gris"][n % 3],
        );
    }
    let tested = tested(&line, &text);
    let listing = &tested["listings"][1];
    for (field, expected) in [
        ("ref", Value::from("X00013")),
        ("make", "Peugeot".into()),
        ("model", "308".into()),
        ("version", "1.1 TDI".into()),
        ("first_reg", "2005-02-15".into()),
        ("mileage_km", 247_017.into()),
        ("fuel", "diesel".into()),
        ("gearbox", "automatic".into()),
        ("price", 2_901.into()),
        ("plate", "CD-102-ZK".into()),
        ("colour", "white".into()),
        ("doors", 5.into()),
    ] {
        assert_eq!(listing[field], expected, "{field}: {listing}");
    }
}

#[test]
fn a_known_layout_is_recognised_at_sight() {
    let line = Line::on_sqlite();
    line.add_account("garage", "auto", "DE");
    let mut text = String::new();
    for n in 0..20 {
        let mut cells = vec![String::new(); 120];
        for (at, cell) in [
            (0, "4711"),
            (2, "Car.Limousine"),
            (3, "Opel"),
            (4, "Corsa 1.2"),
            (5, "63"),
            (8, "03.2018"),
            (9, "45210"),
            (10, "8990"),
            (11, "0"),
            (13, "0"),
            (15, "0"),
            (16, "Schwarz"),
            (28, "EUR"),
            (32, "1"),
            (33, "1"),
            (34, "0"),
            (42, "5"),
            (52, "1229"),
            (109, "1"),
            (110, "1"),
        ] {
            cells[at] = cell.to_owned();
        }
        cells[1] = format!("G{n:04}");
        cells[25] = "\"Scheckheftgepflegt; 1. Hand\"".to_owned();
        text += &(cells.join(";") + "\r\n");
    }
    let report = tested(&line, &text);
    assert_eq!(report["mapping"]["layout"], "mobile.de CSV", "{report}");
    let listing = &report["listings"][3];
    for (field, expected) in [
        ("ref", Value::from("G0003")),
        ("make", "Opel".into()),
        ("model_version", "Corsa 1.2".into()),
        ("model", "Corsa".into()),
        ("first_reg", "2018-03".into()),
        ("power_kw", 63.into()),
        ("fuel", "petrol".into()),
        ("gearbox", "manual".into()),
        ("vat_deductible", true.into()),
        ("options", serde_json::json!(["abs", "esp"])),
    ] {
        assert_eq!(listing[field], expected, "{field}: {listing}");
    }
    assert_eq!(listing["raw"], Value::Null, "{listing}");
}

#[test]
fn paths_of_a_tree_are_read_with_the_units_beside_them() {
    let line = Line::on_sqlite();
    line.add_account("garage", "auto", "BE");
    let mut text = String::from(
        "id,vehicle.brand,vehicle.model,vehicle.firstRegistration,vehicle.mileage.value,vehicle.mileage.unit,vehicle.engine.powerKw,price.amount,price.currency,price.unit,media[].url,seller.name,seller.phone\n",
    );
    for n in 0..10 {
        text += &format!(
            "A{n},Škoda,Octavia,2019-04-0{},1{n}000,mi,85,16790{n}0,EUR,cents,https://photos.example.org/A{n}/1.jpg|https://photos.example.org/A{n}/2.jpg,Exemple,0{n}\n",
            n % 9 + 1
        );
    }
    let report = tested(&line, &text);
    let listing = &report["listings"][2];
    for (field, expected) in [
        ("ref", Value::from("A2")),
        ("make", "Škoda".into()),
        ("mileage_km", 19_312.into()),
        ("power_kw", 85.into()),
        ("price", 16_790.2.into()),
        (
            "photos",
            serde_json::json!([
                "https://photos.example.org/A2/1.jpg",
                "https://photos.example.org/A2/2.jpg"
            ]),
        ),
    ] {
        assert_eq!(listing[field], expected, "{field}: {listing}");
    }
    assert_eq!(listing.get("title"), None, "{listing}");
}
