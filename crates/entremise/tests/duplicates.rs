//! The same car or house that two accounts offer is found, and left to them.

mod line;

use line::Line;
use serde_json::Value;

fn cars(first: usize, count: usize, with_vin: bool) -> String {
    let mut text = String::from("id,make,model,vin,first_registration,mileage_km,price,fuel\n");
    for n in first..first + count {
        let vin = if with_vin {
            format!("VF1AA0000{:08}", 10_000_000 + n)
        } else {
            String::new()
        };
        text.push_str(&format!(
            "C{n},Renault,Clio,{vin},2019-0{}-15,{},{},petrol\n",
            1 + n % 9,
            20_000 + n * 37,
            9_000 + n * 11
        ));
    }
    text
}

fn homes(prefix: &str, first: usize, count: usize) -> String {
    let mut text =
        String::from("id,type,price,street,house_number,postal_code,city,living_area,bedrooms\n");
    for n in first..first + count {
        text.push_str(&format!(
            "{prefix}{n},house,{},Kerkstraat,{n},9000,Gent,{},{}\n",
            250_000 + n * 1_000,
            90 + n,
            1 + n % 5
        ));
    }
    text
}

fn references(group: &Value) -> Vec<&str> {
    let listings = group["listings"].as_array().expect("listings").iter();
    let mut references: Vec<&str> = listings.filter_map(|l| l["reference"].as_str()).collect();
    references.sort_unstable();
    references
}

fn finds(line: &Line) {
    for (slug, vertical) in [
        ("lumen", "estate"),
        ("nova", "estate"),
        ("garage", "auto"),
        ("autohaus", "auto"),
    ] {
        line.add_account(slug, vertical, "BE");
    }
    line.import(&line.write("lumen.csv", &homes("L", 1, 50)), "lumen");
    line.import(&line.write("nova.csv", &homes("N", 49, 50)), "nova");
    line.import(&line.write("garage.csv", &cars(1, 50, true)), "garage");
    line.import(&line.write("autohaus.csv", &cars(50, 50, true)), "autohaus");
    let all = line.json(&["duplicates"]);
    assert_eq!(all["looked"], 200);
    let groups = all["groups"].as_array().expect("groups");
    let told: Vec<Vec<&str>> = groups.iter().map(references).collect();
    assert_eq!(groups.len(), 3, "{all}");
    assert!(told.contains(&vec!["L49", "N49"]) && told.contains(&vec!["L50", "N50"]));
    let car = groups
        .iter()
        .find(|g| references(g) == ["C50", "C50"])
        .expect("the car");
    assert_eq!(car["reasons"][0], "vin");
    assert_eq!(car["confidence"], 0.99);
    let house = groups
        .iter()
        .find(|g| references(g)[0] == "L49")
        .expect("the house");
    assert_eq!(house["reasons"], serde_json::json!(["address", "facts"]));

    let autos = line.json(&["duplicates", "--vertical", "auto"]);
    assert_eq!(autos["groups"].as_array().map(Vec::len), Some(1));
    let own = line.json(&["duplicates", "--account", "nova"]);
    assert_eq!(own["groups"].as_array().map(Vec::len), Some(2));
    let wrong = line.run(&["duplicates", "--vertical", "boots"]);
    assert_eq!(
        wrong.status.code(),
        Some(2),
        "a trade that does not exist was mistyped"
    );
    // Found again as they were: nothing was removed.
    assert_eq!(line.json(&["duplicates"])["looked"], 200);
}

/// Without a number that tells it, a used car is told again by its facts, and a row of new ones is not.
fn by_facts(line: &Line) {
    line.add_account("garage", "auto", "BE");
    line.add_account("autohaus", "auto", "BE");
    line.import(&line.write("garage.csv", &cars(1, 20, false)), "garage");
    let cheaper = cars(5, 1, false).replace("9055", "8900");
    line.import(&line.write("autohaus.csv", &cheaper), "autohaus");
    let new: String = (0..30)
        .map(|n| format!("Z{n},Renault,Clio,,,0,15000,petrol\n"))
        .collect();
    let new = format!("id,make,model,vin,first_registration,mileage_km,price,fuel\n{new}");
    line.json(&[
        "import",
        &line.write("new.csv", &new).display().to_string(),
        "--account",
        "autohaus",
        "--feed",
        "new",
    ]);
    let found = line.json(&["duplicates"]);
    let groups = found["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 1, "{found}");
    assert_eq!(groups[0]["reasons"], serde_json::json!(["car_repriced"]));
}

#[test]
fn what_two_accounts_offer_is_found_on_sqlite() {
    finds(&Line::on_sqlite());
}

#[test]
fn what_two_accounts_offer_is_found_on_postgresql() {
    finds(&Line::on_postgres());
}

#[test]
fn a_car_without_a_number_is_told_again_by_its_facts_on_sqlite() {
    by_facts(&Line::on_sqlite());
}

#[test]
fn a_car_without_a_number_is_told_again_by_its_facts_on_postgresql() {
    by_facts(&Line::on_postgres());
}
