//! A trade that nobody thought of, made of files only: no line of code knows boats.

use std::fs;
use std::path::Path;

use dictionary::{Decimal, Dictionary, Live, Shown, Unit, Value};

const HEAD: &str = r#"
key = "boats"
label = { fr = "Bateaux", nl = "Boten", en = "Boats", de = "Boote" }
schema_org = "Vehicle"

[[group]]
key = "offer"
label = { fr = "Offre", nl = "Aanbod", en = "Offer", de = "Angebot" }

[[category]]
key = "sail"
label = { fr = "Voilier", nl = "Zeilboot", en = "Sailing boat", de = "Segelboot" }
plural = { fr = "Voiliers", nl = "Zeilboten", en = "Sailing boats", de = "Segelboote" }
synonyms = ["Sail Boat"]

[[category]]
key = "catamaran"
parent = "sail"
label = { fr = "Catamaran", nl = "Catamaran", en = "Catamaran", de = "Katamaran" }
form = ["hull", "length"]

[[category]]
key = "motor"
label = { fr = "Bateau à moteur", nl = "Motorboot", en = "Motor boat", de = "Motorboot" }
"#;

const FIELDS: &str = r#"
[[field]]
key = "price"
kind = "money"
group = "offer"
label = { fr = "Prix", nl = "Prijs", en = "Price", de = "Preis" }
required = true

[[field]]
key = "length"
kind = "length"
unit = "metre"
group = "offer"
min = 1
max = 120.5
label = { fr = "Longueur", nl = "Lengte", en = "Length", de = "Länge" }
shown = "card"

[[field]]
key = "hull"
kind = "one_of"
group = "offer"
label = { fr = "Coque", nl = "Romp", en = "Hull", de = "Rumpf" }
choices_from = "hulls.toml"

[[field]]
key = "sails"
kind = "many_of"
group = "offer"
categories = ["sail"]
label = { fr = "Voiles", nl = "Zeilen", en = "Sails", de = "Segel" }
choices = [
  { key = "jib", label = { fr = "Foc", nl = "Fok", en = "Jib", de = "Fock" } },
  { key = "main", label = { fr = "Grand-voile", nl = "Grootzeil", en = "Mainsail", de = "Großsegel" } },
]
"#;

const HULLS: &str = r#"
[[choice]]
key = "steel"
label = { fr = "Acier", nl = "Staal", en = "Steel", de = "Stahl" }
synonyms = ["Inox (316L)"]

[[choice]]
key = "wood"
label = { fr = "Bois", nl = "Hout", en = "Wood", de = "Holz" }
"#;

fn boats() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let boats = folder.path().join("boats");
    fs::create_dir_all(boats.join("fields")).expect("made");
    put(folder.path(), "vertical.toml", HEAD);
    put(folder.path(), "fields/all.toml", FIELDS);
    put(folder.path(), "hulls.toml", HULLS);
    folder
}

fn put(folder: &Path, name: &str, text: &str) {
    fs::write(folder.join("boats").join(name), text).expect("written");
}

fn codes(dictionary: &Dictionary, category: &str, json: &str) -> Vec<String> {
    let boats = dictionary.vertical("boats").expect("boats");
    let problems = match boats.values_from_json(json.as_bytes()) {
        Ok(values) => boats.check(category, &values),
        Err(problems) => problems,
    };
    let said = |p: &dictionary::Problem| format!("{}:{}", p.field, p.code);
    problems.iter().map(said).collect()
}

#[test]
fn a_fourth_trade_is_a_folder_of_files() {
    let folder = boats();
    let dictionary = Dictionary::load(folder.path()).expect("boats have no faults");
    let boats = dictionary.vertical("boats").expect("boats");
    assert_eq!(boats.schema_org, "Vehicle");
    assert_eq!(boats.label.de, "Boote");

    let length = boats.field("length").expect("a length");
    assert_eq!(length.unit, Some(Unit::Metre));
    assert_eq!(length.max, Some(Decimal(120_500)));
    assert_eq!(length.shown, Shown::Card);
    assert_eq!(
        boats.field_index("hull").map(|at| &*boats.fields[at].key),
        Some("hull")
    );

    let hull = boats.field("hull").expect("a hull");
    assert_eq!(hull.choices().len(), 2);
    let like = |word: &str| hull.choice_like(word).map(|c| c.key.to_string());
    assert_eq!(like("INOX 316l").as_deref(), Some("steel"));
    assert_eq!(like("Bois").as_deref(), Some("wood"));
    assert_eq!(like("papier"), None);
}

#[test]
fn words_of_other_files_find_the_category() {
    let folder = boats();
    let dictionary = Dictionary::load(folder.path()).expect("boats have no faults");
    let boats = dictionary.vertical("boats").expect("boats");
    let like = |word: &str| boats.category_like(word).map(|c| c.key.to_string());
    assert_eq!(like("sail_boat").as_deref(), Some("sail"));
    assert_eq!(like("VOILIERS").as_deref(), Some("sail"));
    assert_eq!(like("bateau a moteur").as_deref(), Some("motor"));
    // Dutch and German share this word.
    assert_eq!(like("motorboot").as_deref(), Some("motor"));
    assert_eq!(like("zeppelin"), None);
}

#[test]
fn a_field_of_a_parent_applies_to_its_children_only() {
    let folder = boats();
    let dictionary = Dictionary::load(folder.path()).expect("boats have no faults");
    let boats = dictionary.vertical("boats").expect("boats");
    let sails = boats.field("sails").expect("sails");
    assert!(boats.applies(sails, "sail"));
    assert!(boats.applies(sails, "catamaran"));
    assert!(!boats.applies(sails, "motor"));
    assert!(!boats.applies(sails, "submarine"));
}

#[test]
fn values_are_judged_by_the_files_alone() {
    let folder = boats();
    let dictionary = Dictionary::load(folder.path()).expect("boats have no faults");
    let price = r#""price":{"minor":4500000,"currency":"EUR"}"#;
    let cases: &[(&str, String, &[&str])] = &[
        (
            "motor",
            format!(r#"{{{price},"length":9.8,"hull":"steel"}}"#),
            &[],
        ),
        (
            "catamaran",
            format!(r#"{{{price},"sails":["main","jib","main"]}}"#),
            &[],
        ),
        (
            "motor",
            format!(r#"{{{price},"sails":["jib"]}}"#),
            &["sails:not_for_category"],
        ),
        (
            "motor",
            r#"{"length":0.5}"#.into(),
            &["length:below_minimum", "price:required"],
        ),
        (
            "motor",
            format!(r#"{{{price},"length":120.501}}"#),
            &["length:above_maximum"],
        ),
        (
            "motor",
            format!(r#"{{{price},"hull":"paper","wings":2,"length":"long"}}"#),
            &[
                "hull:unknown_choice",
                "wings:unknown_field",
                "length:wrong_kind",
            ],
        ),
        (
            "motor",
            r#"{"price":{"minor":1,"currency":"euro"}}"#.into(),
            &["price:currency"],
        ),
        (
            "submarine",
            format!("{{{price}}}"),
            &["category:unknown_category"],
        ),
        ("motor", "{\"length\":".into(), &[":json"]),
        ("motor", "[]".into(), &[":json"]),
    ];
    for (category, json, expected) in cases {
        assert_eq!(codes(&dictionary, category, json), *expected, "{json}");
    }
}

#[test]
fn every_problem_is_said_in_four_languages() {
    let folder = boats();
    let dictionary = Dictionary::load(folder.path()).expect("boats have no faults");
    let boats = dictionary.vertical("boats").expect("boats");
    let values = boats
        .values_from_json(br#"{"length":200,"sails":["jib"]}"#)
        .expect("readable");
    let problems = boats.check("motor", &values);
    assert_eq!(problems.len(), 3);
    let length = &problems[0].message;
    assert_eq!(length.fr, "Longueur : 200 dépasse le maximum de 120.5");
    assert_eq!(length.nl, "Lengte: 200 ligt boven het maximum van 120.5");
    assert_eq!(length.en, "Length: 200 is above the maximum of 120.5");
    assert_eq!(length.de, "Länge: 200 liegt über dem Maximum von 120.5");
    assert_eq!(
        problems[1].message.fr,
        "Voiles ne s’applique pas à : Bateau à moteur"
    );
    assert_eq!(problems[2].message.de, "Preis fehlt");
}

#[test]
fn a_good_edit_is_taken_over_while_running() {
    let folder = boats();
    let live = Live::open(folder.path()).expect("boats have no faults");
    assert_eq!(live.refresh(), None);
    let before = live.get();

    let mast =
        "\n[[field]]\nkey = \"mast\"\nkind = \"length\"\ngroup = \"offer\"\nlabel = \"Mast\"\n";
    put(folder.path(), "fields/mast.toml", mast);
    assert_eq!(live.refresh(), Some(Ok(())));
    assert_eq!(live.refresh(), None);

    let has_mast = |d: &Dictionary| {
        d.vertical("boats")
            .is_some_and(|b| b.field("mast").is_some())
    };
    assert!(has_mast(&live.get()));
    assert!(has_mast(&live.clone().get()));
    // Who held the old one keeps a whole old one.
    assert!(!has_mast(&before));
}

#[test]
fn a_bad_edit_is_refused_once_and_the_last_good_one_stays() {
    let folder = boats();
    let live = Live::open(folder.path()).expect("boats have no faults");
    let bad = FIELDS.replace("kind = \"money\"", "kind = \"gold\"");
    put(folder.path(), "fields/all.toml", &bad);
    let refused = live.refresh().expect("something changed").expect_err("bad");
    // A price that is no money is two faults of the same field.
    assert!(
        refused[0]
            .to_string()
            .starts_with("boats/fields/all.toml:2:1: ")
    );
    assert!(
        refused[1]
            .to_string()
            .starts_with("boats/fields/all.toml:4:8: unknown kind")
    );
    assert_eq!(live.refresh(), None, "told once");
    assert_eq!(codes(&live.get(), "motor", r#"{"length":0.5}"#).len(), 2);

    put(folder.path(), "fields/all.toml", FIELDS);
    assert_eq!(live.refresh(), Some(Ok(())));
}

#[test]
fn a_folder_that_disappears_leaves_the_last_good_trade() {
    let folder = boats();
    let live = Live::open(folder.path()).expect("boats have no faults");
    fs::remove_dir_all(folder.path().join("boats")).expect("removed");
    let refused = live.refresh().expect("something changed").expect_err("bad");
    assert_eq!(refused[0].code, "empty");
    assert_eq!(live.refresh(), None, "told once");
    assert!(live.get().vertical("boats").is_some());
}

#[test]
fn what_a_later_dictionary_no_longer_knows_is_skipped_when_read_back() {
    let folder = boats();
    let dictionary = Dictionary::load(folder.path()).expect("boats have no faults");
    let json =
        br#"{"anchor":{"a":[1,2]},"hull":"paper","length":9.8,"price":12,"sails":["jib","x"]}"#;
    let values = dictionary.values_stored("boats", json);
    let left: Vec<_> = values.iter().map(|(k, v)| (k.as_ref(), v)).collect();
    let jib = Value::ManyOf(vec!["jib".into()]);
    assert_eq!(
        left,
        [("length", &Value::Decimal(Decimal(9800))), ("sails", &jib)]
    );
    assert!(dictionary.values_stored("planes", json).is_empty());
    assert!(dictionary.values_stored("boats", b"{").is_empty());
}
