//! Real files of other people, which are not in the repository: `SAMPLES=DIR make test-samples`.

mod line;

use std::path::{Path, PathBuf};

use line::Line;
use serde_json::Value;

fn folder() -> Option<PathBuf> {
    std::env::var_os("SAMPLES").map(PathBuf::from)
}

/// Imports a file twice: at least `percent` of its rows are taken, and the second run writes nothing.
fn taken(folder: &Path, file: &str, vertical: &str, country: &str, percent: u64) -> Value {
    let path = folder.join(file);
    assert!(path.is_file(), "{} is missing", path.display());
    let line = Line::on_sqlite();
    line.add_account("real", vertical, country);
    let first = line.import(&path, "real");
    let number = |report: &Value, key: &str| report[key].as_u64().unwrap_or(0);
    let (rows, refused) = (number(&first, "rows"), number(&first, "refused"));
    println!(
        "{file}: {rows} rows, {refused} refused, {} s",
        first["seconds"]
    );
    assert!(
        refused * 100 <= rows * (100 - percent),
        "{file}: {refused} of {rows} refused: {}",
        first["problems"][0]
    );
    let second = line.import(&path, "real");
    assert_eq!(
        second["batch"],
        Value::Null,
        "{file}: the second run wrote something"
    );
    assert_eq!(
        number(&second, "created") + number(&second, "changed") + number(&second, "removed"),
        0
    );
    first
}

#[test]
fn samples_of_houses_and_cars_are_taken_in() {
    let Some(folder) = folder() else { return };
    let belgium = taken(
        &folder,
        "estate/belgium/immoweb_2024_houses_A.csv.gz",
        "estate",
        "BE",
        95,
    );
    assert_eq!(belgium["rows"], 31_691);
    taken(
        &folder,
        "auto/real/de_ebay-kleinanzeigen_autos_cp1252.csv.gz",
        "auto",
        "DE",
        95,
    );
    for make in ["audi", "ford", "merc", "skoda", "vw"] {
        taken(
            &folder,
            &format!("auto/real/uk_{make}.csv.gz"),
            "auto",
            "GB",
            95,
        );
    }
    taken(&folder, "auto/real/fr_voitures.csv", "auto", "FR", 90);
}

#[test]
fn samples_of_kyero_come_back_as_they_went_in() {
    let Some(folder) = folder() else { return };
    for file in ["v3_33_languages.xml", "v3_real_variant_nested_features.xml"] {
        let line = Line::on_sqlite();
        line.add_account("real", "estate", "BE");
        let first = line.import(&folder.join("estate/kyero").join(file), "real");
        assert!(
            first["created"].as_u64().unwrap_or(0) > 0,
            "{file}: {first}"
        );
        let out = line.data.path().join("out.xml");
        line.json(&[
            "publish",
            "--portal",
            "kyero",
            "--account",
            "real",
            "--out",
            &out.display().to_string(),
        ]);
        let again = line.import(&out, "real");
        assert_eq!(
            (&again["changed"], &again["created"]),
            (&0.into(), &0.into()),
            "{file}: {again}"
        );
    }
}
