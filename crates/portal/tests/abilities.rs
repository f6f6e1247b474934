//! What a record can say of a listing beyond a value in its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::Listing;
use dictionary::{Decimal, Dictionary, Money, Photo, Status, Value, Values};
use portal::{Charset, Portal, View};
use store::{Account, Id, Timestamp, Uuid};

const MS_2026: i64 = 1_795_000_000_000;

fn portal(about: &str, record: &str) -> Portal {
    let label = r#"{ fr = "a", nl = "b", en = "c", de = "d" }"#;
    let about = format!(
        "key = \"gazette\"\nlabel = \"Gazette\"\nabout = {label}\nverticals = [\"estate\"]\nway = \"pull\"\n{about}"
    );
    let record = format!("[record]\n{record}");
    let files = [("portal.toml", about.as_str()), ("record.toml", &record)];
    let read = portal::read("gazette", &files, &Dictionary::embedded());
    read.unwrap_or_else(|faults| panic!("{}", faults[0]))
}

/// A file of a house of three pictures, the second without a caption.
fn told(portal: &Portal) -> String {
    let dictionary = Dictionary::embedded();
    let mut values = Values::new();
    let mut put = |key: &str, value: Value| drop(values.insert(Arc::from(key), value));
    put("purpose", Value::OneOf("rent".into()));
    put("condition", Value::OneOf("to_renovate".into()));
    put("price", Value::Money(Money::new(95_000, "EUR")));
    put("distance_school", Value::Decimal(Decimal(1_250_000)));
    put("features", Value::Text("One\nTwo\n\nThree\nFour".into()));
    put(
        "epc_url",
        Value::Text("https://a.example/c.PDF?x=.zip".into()),
    );
    let photo = |n: u32, caption: &str| Photo {
        url: Some(format!("https://p.example/{n}.webp")),
        caption: [("en".to_owned(), caption.to_owned())].into(),
        ..Photo::default()
    };
    let id = |n: u128| Uuid::from_u128(n);
    let account = Account {
        id: Id::from_uuid(id(1)),
        slug: "long".into(),
        name: "Long & \"Co\"".into(),
        vertical: "estate".into(),
        country: "BE".into(),
        language: "en".into(),
        profile: "{}".into(),
        created_at: Timestamp(MS_2026),
    };
    let listing = Listing {
        id: Id::from_uuid(id(9)),
        account: account.id,
        vertical: "estate".into(),
        category: "villa".into(),
        status: Status::Live,
        parent: None,
        level: None,
        reference: "REF-1".into(),
        values,
        photos: vec![photo(1, "Front"), photo(2, ""), photo(3, "Back")],
        created_at: Timestamp(MS_2026),
        updated_at: Timestamp(MS_2026),
        version: 1,
    };
    let (profile, settings) = (BTreeMap::new(), [("branch".into(), "4\"2".into())].into());
    let view = View {
        listing: &listing,
        vertical: dictionary.vertical("estate").expect("estate"),
        account: &account,
        profile: &profile,
        settings: &settings,
        languages: &["en".to_owned()],
        base: "",
        now: Timestamp(MS_2026),
    };
    let mut text = portal.head_of(&view.sender());
    portal.write(&portal.record, &view, &mut text);
    text + portal.tail().1
}

const TABLE: &str =
    "format = \"table\"\n[table]\ndelimiter = \"|\"\nend = \"\\n\"\nhead = \"{columns}\"\n";
const XML: &str = "format = \"xml\"\n[xml]\nelement = \"home\"\nindent = 0\n";

#[test]
fn lines_and_pictures_have_columns_of_their_own() {
    let record = r#"
"f{1}" = { each = "lines", limit = 3, of = "features" }
"p{1}" = { each = "photos", limit = 1, of = "photo.url" }
rest = { each = "photos", skip = 1, limit = 5, in_one = true, of = "photo.ending" }
"c{01}" = { each = "photos", limit = 3, of = "photo.caption" }
"#;
    assert_eq!(
        told(&portal(TABLE, record)),
        "f1|f2|f3|p1|rest|c01|c02|c03\nOne|Two|Three|https://p.example/1.webp|webp,webp|Front||Back\n"
    );
}

#[test]
fn an_element_names_itself_and_the_first_word_said_counts() {
    let record = r##"
"#element" = { first = [
  { constant = "sale", when = { purpose = "!rent" } },
  { of = "category", values = { apartment = "flat", house = "house" } },
] }
"@price" = { text = "{price} {price.currency}" }
state = { of = "condition", values = { good = "fine" }, keeps = true }
word = "condition.de"
school = { of = "distance_school", times = 0.001 }
paper = "epc_url.ending"
bath = { constant = 1, when = { bathrooms = ["!2"] } }
"##;
    assert_eq!(
        told(&portal(XML, record)),
        "<house price=\"950 EUR\">\n  <state>to_renovate</state>\n  <word>Sanierungsbedürftig</word>\n  \
         <school>1.25</school>\n  <paper>pdf</paper>\n  <bath>1</bath>\n</house>\n"
    );
}

#[test]
fn a_frame_says_who_sends_and_when() {
    let about = r#"
format = "json"
[[setting]]
key = "branch"
label = { fr = "a", nl = "b", en = "c", de = "d" }
[json]
head = '{"by":"{account.name}","branch":"{setting.branch}","on":"{now %Y/%m/%d}","all":['
tail = "]}"
"#;
    let portal = portal(about, "ref = \"reference\"");
    let read: serde_json::Value = serde_json::from_str(&told(&portal)).expect("JSON");
    assert_eq!(
        read,
        serde_json::json!({
            "by": "Long & \"Co\"", "branch": "4\"2", "on": "2026/11/18", "all": [{ "ref": "REF-1" }],
        })
    );
    assert!(portal.head().starts_with(r#"{"by":"","branch":"","#));
}

#[test]
fn a_frame_names_only_settings_that_there_are() {
    let about = r#"
key = "gazette"
label = "Gazette"
about = { fr = "a", nl = "b", en = "c", de = "d" }
verticals = ["estate"]
way = "pull"
format = "xml"
[xml]
element = "home"
head = "<homes by='{setting.branch}'>"
"#;
    let files = [
        ("portal.toml", about),
        ("record.toml", "[record]\nref = \"reference\"\n"),
    ];
    let faults = portal::read("gazette", &files, &Dictionary::embedded()).expect_err("a fault");
    assert!(
        faults[0].to_string().contains("`head` names `branch`"),
        "{}",
        faults[0]
    );
}

#[test]
fn letters_that_an_old_set_lacks_are_written_plainly() {
    let text = "Café “Œuf” 5 € – ’t š Ж";
    assert_eq!(Charset::Utf8.bytes(text), text.as_bytes());
    assert_eq!(
        Charset::Latin1.bytes(text),
        b"Caf\xe9 'OEuf' 5 EUR - 't s ?"
    );
    assert_eq!(
        Charset::Latin9.bytes(text),
        b"Caf\xe9 '\xbcuf' 5 \xa4 - 't \xa8 ?"
    );
    assert_eq!(Charset::Latin9.bytes("¤"), b"?");
}
