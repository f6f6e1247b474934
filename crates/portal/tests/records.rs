//! Records for portals, and what portals would refuse.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::Listing;
use dictionary::{Date, Dictionary, Money, Photo, Place, Status, Texts, Value, Values};
use portal::{Portal, View};
use store::{Account, Id, Timestamp, Uuid};

const MS_2026: i64 = 1_795_000_000_000;

struct House {
    dictionary: Dictionary,
    account: Account,
    settings: BTreeMap<String, String>,
    profile: BTreeMap<String, String>,
    listing: Listing,
}

impl House {
    fn new() -> House {
        let id = |n: u128| Uuid::from_u128(n);
        let mut values = Values::new();
        let mut put = |key: &str, value: Value| drop(values.insert(Arc::from(key), value));
        put("price", Value::Money(Money::new(45_000_000, "GBP")));
        put("purpose", Value::OneOf("sale".into()));
        put("bedrooms", Value::Integer(3));
        put("living_area", Value::Decimal(dictionary::Decimal(120_500)));
        put("new_build", Value::Boolean(true));
        put(
            "available_from",
            Value::Date(Date::new(2027, 1, 15).expect("a day")),
        );
        put(
            "features",
            Value::Text("Garden\nGas “central” heating".into()),
        );
        let texts: Texts = [("en", "A <bright> house & garden"), ("fr", "Une maison")]
            .map(|(l, t)| (l.to_owned(), t.to_owned()))
            .into();
        put("description", Value::Texts(texts));
        put(
            "place",
            Value::Place(Box::new(Place {
                country: "GB".into(),
                postcode: "SW1A 1AA".into(),
                town: "London".into(),
                street: "Long Street".into(),
                number: "12".into(),
                lat: Some(51.5),
                lon: Some(-0.125),
                ..Place::default()
            })),
        );
        let photo = |n: u32| Photo {
            url: Some(format!("https://pictures.example/{n}.jpg")),
            ..Photo::default()
        };
        House {
            dictionary: Dictionary::embedded(),
            account: Account {
                id: Id::from_uuid(id(1)),
                slug: "long".into(),
                name: "Long & Co".into(),
                vertical: "estate".into(),
                country: "GB".into(),
                language: "en".into(),
                profile: "{}".into(),
                created_at: Timestamp(MS_2026),
            },
            settings: [("network_id", "7"), ("branch_id", "42")]
                .map(|(k, v)| (k.into(), v.into()))
                .into(),
            profile: BTreeMap::new(),
            listing: Listing {
                id: Id::from_uuid(id(9)),
                account: Id::from_uuid(id(1)),
                vertical: "estate".into(),
                category: "semi_detached".into(),
                status: Status::Live,
                parent: None,
                level: None,
                reference: "REF-1".into(),
                values,
                photos: vec![photo(1), photo(2)],
                created_at: Timestamp(MS_2026),
                updated_at: Timestamp(MS_2026),
                version: 1,
            },
        }
    }

    fn with<T>(&self, portal: &Portal, told: impl FnOnce(&View<'_>) -> T) -> T {
        told(&View {
            listing: &self.listing,
            vertical: self.dictionary.vertical("estate").expect("estate"),
            account: &self.account,
            profile: &self.profile,
            settings: &self.settings,
            languages: &portal.languages,
            base: "https://long.example",
            now: Timestamp(MS_2026),
        })
    }
}

fn shipped(key: &str) -> Arc<Portal> {
    portal::shipped(&Dictionary::embedded()).expect("faultless portals")[key].clone()
}

#[test]
fn the_shipped_portals_are_faultless() {
    let faults = portal::shipped(&Dictionary::embedded())
        .err()
        .unwrap_or_default();
    assert!(
        faults.is_empty(),
        "{}",
        faults.iter().map(|f| format!("{f}\n")).collect::<String>()
    );
}

#[test]
fn a_house_is_told_as_rightmove_wants_it() {
    let (house, portal) = (House::new(), shipped("rtdf"));
    let mut text = String::new();
    let unmapped = house.with(&portal, |view| {
        portal.write(&portal.record, view, &mut text)
    });
    assert_eq!(unmapped, []);
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    insta::assert_json_snapshot!(json);
}

#[test]
fn a_removal_names_nothing_but_what_goes() {
    let (house, portal) = (House::new(), shipped("rtdf"));
    let mut text = String::new();
    house.with(&portal, |view| {
        portal.write(&portal.removing, view, &mut text)
    });
    assert_eq!(
        text,
        r#"{"network":{"network_id":7},"branch":{"branch_id":42,"channel":1},"property":{"agent_ref":"REF-1","removal_reason":11}}"#
    );
}

#[test]
fn a_value_that_the_portal_has_no_word_for_is_told() {
    let (mut house, portal) = (House::new(), shipped("rtdf"));
    house.listing.category = "project".into();
    let unmapped = house.with(&portal, |view| {
        portal.write(&portal.record, view, &mut String::new())
    });
    let told: Vec<(&str, &str)> = unmapped
        .iter()
        .map(|u| (u.source.as_str(), u.value.as_str()))
        .collect();
    assert_eq!(told, [("category", "project")]);
}

#[test]
fn what_a_portal_would_refuse_is_told_before_it_is_sent() {
    let (mut house, portal) = (House::new(), shipped("rtdf"));
    let today = Date::new(2026, 11, 27).expect("a day");
    let version = portal.rules.on(today).expect("a version");
    assert_eq!(
        house.with(&portal, |view| version.missing(view, &portal.label)),
        []
    );
    for key in ["bedrooms", "price"] {
        house.listing.values.remove(key);
    }
    house
        .listing
        .values
        .insert("purpose".into(), Value::OneOf("rent".into()));
    if let Some(Value::Place(place)) = house.listing.values.get_mut("place") {
        place.postcode = "9000".into();
    }
    let missing = house.with(&portal, |view| version.missing(view, &portal.label));
    let codes: Vec<&str> = missing.iter().map(|m| m.code.as_str()).collect();
    assert_eq!(codes, ["price", "postcode", "bedrooms", "rent_frequency"]);
    assert_eq!(missing[0].say.nl, "Rightmove vraagt minstens 1: Prijs");
}

const ABOUT: &str = r#"
key = "gazette"
label = "Gazette"
about = { fr = "a", nl = "b", en = "c", de = "d" }
verticals = ["estate"]
way = "pull"
format = "table"
[table]
delimiter = "|"
header = true
"#;
const RECORD: &str = "[record]\nref = \"reference\"\nprix = \"price\"\n\"photo{01}\" = { each = \"photos\", limit = 3, of = \"photo.url\" }\n";

#[test]
fn a_table_has_a_column_for_each_picture_that_may_come() {
    let house = House::new();
    let files = [("portal.toml", ABOUT), ("record.toml", RECORD)];
    let portal = portal::read("gazette", &files, &house.dictionary).expect("a portal");
    let mut text = portal.head();
    house.with(&portal, |view| {
        portal.write(&portal.record, view, &mut text)
    });
    assert_eq!(
        text,
        "ref|prix|photo01|photo02|photo03\r\nREF-1|450000|https://pictures.example/1.jpg|https://pictures.example/2.jpg|\r\n"
    );
}

#[test]
fn a_fault_in_a_folder_is_told_with_its_line_and_what_would_be_right() {
    let dictionary = Dictionary::embedded();
    let faults = |files: &[(&str, &str)]| -> String {
        let faults = portal::read("gazette", files, &dictionary).expect_err("faults");
        faults.iter().map(|fault| format!("{fault}\n")).collect()
    };
    let record = RECORD.replace("\"price\"", "\"prise\"");
    let misspelt = faults(&[("portal.toml", ABOUT), ("record.toml", &record)]);
    assert_eq!(
        misspelt,
        "gazette/record.toml:3:8: no field of estate is called `prise`\n"
    );
    let strange = format!("{RECORD}town = {{ off = \"place.town\" }}\n");
    assert!(
        faults(&[("portal.toml", ABOUT), ("record.toml", &strange)])
            .contains(":5:10: a cell has no `off`")
    );
    let unset = format!("{RECORD}branch = \"setting.branch\"\n");
    assert!(
        faults(&[("portal.toml", ABOUT), ("record.toml", &unset)]).contains("no setting `branch`")
    );
    let rules = "[[version]]\nname = \"1\"\nvalid_from = \"soon\"\n";
    let early = faults(&[
        ("portal.toml", ABOUT),
        ("record.toml", RECORD),
        ("rules.toml", rules),
    ]);
    assert_eq!(
        early,
        "gazette/rules.toml:3:14: `valid_from` is a day such as 2026-12-01\n"
    );
    assert!(faults(&[("portal.toml", ABOUT)]).contains("record.toml:1:1: is missing"));
}

#[test]
fn a_version_keeps_the_rules_before_it_but_those_it_says_anew_or_drops() {
    let rules = r#"
[[version]]
name = "1"
valid_from = "2026-01-01"
[[version.rule]]
code = "photos"
field = "photos"
min = 1
[[version.rule]]
code = "price"
field = "price"
needed = true

[[version]]
name = "2"
valid_from = "2026-12-01"
drops = ["price"]
[[version.rule]]
code = "photos"
field = "photos"
min = 3
"#;
    let house = House::new();
    let files = [
        ("portal.toml", ABOUT),
        ("record.toml", RECORD),
        ("rules.toml", rules),
    ];
    let portal = portal::read("gazette", &files, &house.dictionary).expect("a portal");
    let missing = |year, month, day| {
        let version = portal
            .rules
            .on(Date::new(year, month, day).expect("a day"))?;
        Some(
            house
                .with(&portal, |view| version.missing(view, &portal.label))
                .len(),
        )
    };
    assert_eq!(missing(2025, 12, 31), None, "no rule holds yet");
    assert_eq!(missing(2026, 11, 30), Some(0));
    assert_eq!(
        missing(2026, 12, 1),
        Some(1),
        "two pictures are too few from December on"
    );
    let codes: Vec<&str> = portal
        .rules
        .named("2")
        .expect("a version")
        .codes()
        .collect();
    assert_eq!(codes, ["photos"]);
}

#[test]
fn an_answer_that_is_a_page_is_neither_a_yes_nor_a_no() {
    let portal = shipped("rtdf");
    let send = portal.send.as_ref().expect("a call");
    assert_eq!(send.answer(200, b"<html>We are back soon</html>"), None);
    let yes = br#"{"success":true,"property":{"rightmove_id":77,"rightmove_url":"https://r.example/77"},"errors":[]}"#;
    let yes = send.answer(200, yes).expect("an answer");
    assert!(yes.done);
    assert_eq!(
        (yes.portal_id.as_deref(), yes.url.as_deref()),
        (Some("77"), Some("https://r.example/77"))
    );
    let no = br#"{"success":false,"errors":[{"error_code":"E1","error_description":"Too dear","error_value":"9"}]}"#;
    let no = send.answer(200, no).expect("an answer");
    assert!(!no.done);
    assert_eq!(
        (no.refusals[0].code.as_str(), no.refusals[0].text.as_str()),
        ("E1", "Too dear: 9")
    );
    let gone = br#"{"success":false,"errors":[{"error_code":"PROPERTY_NOT_FOUND","error_description":"?"}]}"#;
    let remove = portal.remove.as_ref().expect("a call");
    assert!(
        remove.answer(200, gone).expect("an answer").done,
        "what is not there need not be removed"
    );
}
