//! One rich house and one rich car, told to every portal that is shipped.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::Listing;
use dictionary::{Date, Decimal, Dictionary, Money, Photo, Place, Status, Texts, Value, Values};
use portal::{Format, Portal, View};
use store::{Account, Id, Timestamp, Uuid};

const MS_2026: i64 = 1_795_000_000_000;

/// What a listing of a test says: `key = value`, read by the kind of its field.
fn values(vertical: &dictionary::Vertical, said: &[(&str, &str)]) -> Values {
    let mut values = Values::new();
    for (key, text) in said {
        let field = vertical.field(key).expect("a field of the dictionary");
        let whole = |text: &str| text.parse::<i64>().expect("a number");
        let thousandths = |text: &str| (text.parse::<f64>().expect("a number") * 1000.0) as i64;
        let value = match field.kind {
            dictionary::Kind::Money => {
                let (amount, currency) = text.split_once(' ').expect("an amount and a currency");
                Value::Money(Money::new(whole(amount) * 100, currency))
            }
            dictionary::Kind::Boolean => Value::Boolean(*text == "yes"),
            dictionary::Kind::Integer | dictionary::Kind::Year => Value::Integer(whole(text)),
            dictionary::Kind::OneOf(_) => {
                assert!(field.choice(text).is_some(), "{key} has no {text}");
                Value::OneOf((*text).into())
            }
            dictionary::Kind::ManyOf(_) => {
                let own = text.split(' ');
                let own = own.inspect(|t| assert!(field.choice(t).is_some(), "{key} has no {t}"));
                Value::ManyOf(own.map(Into::into).collect())
            }
            dictionary::Kind::Date => Value::Date(Date::parse(text).expect("a day")),
            dictionary::Kind::Text => Value::Text((*text).into()),
            dictionary::Kind::Translated => {
                let texts: Texts = text
                    .split(" | ")
                    .filter_map(|part| part.split_once(": "))
                    .map(|(language, text)| (language.to_owned(), text.to_owned()))
                    .collect();
                Value::Texts(texts)
            }
            _ => Value::Decimal(Decimal(thousandths(text))),
        };
        values.insert(Arc::from(*key), value);
    }
    values
}

const HOUSE: &[(&str, &str)] = &[
    ("purpose", "sale"),
    ("price_qualifier", "from"),
    ("available_from", "2027-01-15"),
    ("new_build", "no"),
    (
        "title",
        "en: “Bright” house & garden | de: Helles Haus <am See> | fr: L’œil du lac ; villa à 2 pas | nl: Huis aan ’t meer",
    ),
    (
        "description",
        "en: A <bright> house & garden.\nTwo floors; \"quiet\". | de: Schönes Haus mit Ausblick über die Dächer.\nGroßer Garten. | fr: Une maison à l’écart; « calme » ^ ~ !# fin.\nJardin. | nl: Een \"rustig\" huis.\nTuin. | es: Una casa con jardín y piscina.",
    ),
    ("short_text", "en: Bright & quiet | de: Hell & ruhig"),
    (
        "features",
        "Gas “central” heating\nView of the lake ^ & hills\n<Two> cellars",
    ),
    ("bedrooms", "3"),
    ("bathrooms", "2"),
    ("reception_rooms", "1"),
    ("rooms", "6"),
    ("toilets", "2"),
    ("floors", "2"),
    ("floor", "0"),
    ("living_area", "120.5"),
    ("built_area", "140"),
    ("plot_area", "650"),
    ("terrace_area", "18.5"),
    ("construction_year", "1998"),
    ("renovation_year", "2019"),
    ("condition", "good"),
    ("building_kind", "semi"),
    ("furnished", "no"),
    ("lift", "no"),
    ("pool", "yes"),
    ("garden", "yes"),
    ("terrace", "yes"),
    ("balcony", "no"),
    ("basement", "yes"),
    ("alarm", "yes"),
    ("fireplace", "yes"),
    ("double_glazing", "yes"),
    ("veranda", "yes"),
    ("air_conditioning", "no"),
    ("storage_room", "yes"),
    ("parking_kinds", "box outdoor"),
    ("parking_count", "2"),
    ("garage_count", "1"),
    ("heating", "gas"),
    ("heating_kind", "floor"),
    ("kitchen", "equipped"),
    ("kitchen_open", "yes"),
    ("floor_covering", "parquet"),
    ("appliances", "dishwasher oven"),
    ("bathroom_features", "bath shower"),
    ("orientation", "sw"),
    ("view", "water"),
    ("surroundings", "residential"),
    ("distance_school", "450"),
    ("distance_sea", "12500"),
    ("energy_class", "c"),
    ("energy_consumption", "125.4"),
    ("ges_class", "b"),
    ("co2_emission", "20"),
    ("dpe_date", "2024-05-05"),
    ("dpe_version", "since_2021"),
    ("epc_kind", "use"),
    ("epc_valid_until", "2034-05-05"),
    ("council_tax_band", "d"),
    ("tenure_form", "freehold"),
    ("fees_payer", "seller"),
    ("condominium_charges", "120 EUR"),
    ("deposit", "900 EUR"),
    ("price_frequency", "month"),
    ("bills_included", "water internet"),
    ("pets", "yes"),
    ("smoking", "no"),
    ("virtual_tour_url", "https://tours.example/9?a=1&b=2"),
    ("floor_plan_url", "https://plans.example/9.pdf"),
    ("video_url", "https://video.example/9"),
    ("brochure_url", "https://papers.example/9.pdf"),
    ("negotiator", "Ann O’Neill"),
    ("location_detail", "By the lake"),
    (
        "open_house_hours",
        "21-Jan-2027 11:00am to 1:00pm\n22-Jan-2027 9:00am to 10:00am",
    ),
];

const CAR: &[(&str, &str)] = &[
    ("make", "skoda"),
    ("model", "skoda-octavia"),
    ("version", "1.5 TSI “Style”; Kombi"),
    (
        "title",
        "de: Škoda Octavia – wie neu | fr: Škoda Octavia, première main",
    ),
    (
        "description",
        "de: Gepflegt; \"scheckheft\", 1. Hand.\nPreis inkl. MwSt. <fest> & 12 Monate Garantie für 50 €. | fr: Très bon état ; révision faite.\nPneus d’été neufs. | en: Well kept & \"clean\".",
    ),
    ("year", "2021"),
    ("first_reg", "2021-03-15"),
    ("inspection_until", "2027-03-01"),
    ("vin", "TMBZZZNXZMY000001"),
    ("condition", "used"),
    ("damaged", "no"),
    ("body", "estate_car"),
    ("doors", "5"),
    ("seats", "5"),
    ("colour", "green"),
    ("metallic", "yes"),
    ("fuel", "petrol"),
    ("gearbox", "automatic"),
    ("power_kw", "110"),
    ("displacement_cc", "1498"),
    ("drive", "front"),
    ("mileage_km", "54321"),
    ("owners", "1"),
    ("service_book", "yes"),
    ("vat_deductible", "yes"),
    ("emission_class", "euro6d"),
    ("green_sticker", "green"),
    ("climate", "two_zone"),
    ("consumption_l", "5.4"),
    ("co2_g_km", "123"),
    ("warranty_months", "12"),
    ("video_url", "https://video.example/9?a=1&b=2"),
    (
        "options",
        "abs esp navigation sunroof alloy_wheels heated_seats parking_camera",
    ),
];

struct Told {
    portal: Arc<Portal>,
    dictionary: Dictionary,
    account: Account,
    settings: BTreeMap<String, String>,
    profile: BTreeMap<String, String>,
    listing: Listing,
}

/// The house or the car, where the portal is at home.
fn told(key: &str) -> Told {
    let dictionary = Dictionary::embedded();
    let portal = portal::shipped(&dictionary).expect("faultless portals")[key].clone();
    let vertical = portal.verticals[0].clone();
    let is_car = vertical == "auto";
    let (country, currency, postcode, town, street) = match key {
        "zoopla" | "blm" => ("GB", "GBP", "SW1A 1AA", "London", "Long Street"),
        "reaxml" => ("AU", "AUD", "3340", "Bacchus Marsh", "Holts Lane"),
        "idealista" => ("ES", "EUR", "28014", "Madrid", "Plaza de las Cortes"),
        "casco" => ("NL", "EUR", "4071DD", "Roosendaal", "Bospad"),
        "poliris" | "ubiflow" => ("FR", "EUR", "35000", "Rennes", "Rue de l’Œuf"),
        _ => ("DE", "EUR", "10115", "Köln", "Große Straße"),
    };
    let own = dictionary.vertical(&vertical).expect("a vertical");
    let mut values = values(own, if is_car { CAR } else { HOUSE });
    let price = Money::new(if is_car { 1_899_000 } else { 45_000_000 }, currency);
    values.insert("price".into(), Value::Money(price));
    let place = Place {
        country: country.into(),
        postcode: postcode.into(),
        town: town.into(),
        street: street.into(),
        number: "12".into(),
        lat: Some(51.5),
        lon: Some(-0.125),
        ..Place::default()
    };
    values.insert("place".into(), Value::Place(Box::new(place)));
    let photo = |n: u32, caption: &str| Photo {
        url: Some(format!("https://pictures.example/{n}.jpg?v=1&w=2")),
        caption: [("en".to_owned(), caption.to_owned())].into(),
        ..Photo::default()
    };
    let id = |n: u128| Uuid::from_u128(n);
    let settings = portal.settings.iter();
    let settings = settings.map(|setting| (setting.key.clone(), format!("<{}>", setting.key)));
    let pairs = [("email", "info@long.example"), ("phone", "+32 2 555 01 02")];
    let address = [
        ("street", "Market 1"),
        ("postcode", "9000"),
        ("town", "Gent"),
    ];
    Told {
        settings: settings.collect(),
        profile: (pairs.iter().chain(&address))
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
            .collect(),
        account: Account {
            id: Id::from_uuid(id(1)),
            slug: "long".into(),
            name: "Long & Co \"Söhne\"".into(),
            vertical: vertical.clone(),
            country: country.into(),
            language: "en".into(),
            profile: "{}".into(),
            created_at: Timestamp(MS_2026),
        },
        listing: Listing {
            id: Id::from_uuid(id(9)),
            account: Id::from_uuid(id(1)),
            category: if is_car { "car" } else { "semi_detached" }.into(),
            vertical: vertical.into(),
            status: Status::Live,
            parent: None,
            level: None,
            reference: "REF-1".into(),
            values,
            photos: vec![
                photo(1, "The <front>"),
                photo(2, ""),
                photo(3, "Garden & pool"),
            ],
            created_at: Timestamp(MS_2026),
            updated_at: Timestamp(MS_2026),
            version: 1,
        },
        portal,
        dictionary,
    }
}

impl Told {
    fn with<T>(&self, told: impl FnOnce(&View<'_>) -> T) -> T {
        told(&View {
            listing: &self.listing,
            vertical: self
                .dictionary
                .vertical(&self.listing.vertical)
                .expect("a vertical"),
            account: &self.account,
            profile: &self.profile,
            settings: &self.settings,
            languages: &self.portal.languages,
            base: "https://long.example",
            now: Timestamp(MS_2026),
        })
    }

    /// A file of this one listing, and what the portal has no word for.
    fn file(&self) -> (String, Vec<portal::Unmapped>) {
        self.with(|view| {
            let mut text = self.portal.head_of(&view.sender());
            let unmapped = self.portal.write(&self.portal.record, view, &mut text);
            text.push_str(self.portal.tail().1);
            (text, unmapped)
        })
    }

    fn missing(&self) -> Vec<String> {
        let version = self.portal.rules.versions.last().expect("rules");
        let missing = self.with(|view| version.missing(view, &self.portal.label));
        missing.into_iter().map(|missing| missing.code).collect()
    }
}

const SHIPPED: [&str; 13] = [
    "zoopla",
    "blm",
    "reaxml",
    "idealista",
    "casco",
    "openimmo",
    "poliris",
    "trovit",
    "jsonld",
    "mobilede",
    "google",
    "meta",
    "ubiflow",
];

#[test]
fn every_portal_is_told_the_house_or_the_car() {
    for key in SHIPPED {
        let told = told(key);
        let (text, unmapped) = told.file();
        assert_eq!(unmapped, [], "{key}");
        assert_eq!(told.missing(), Vec::<String>::new(), "{key}");
        check(&told.portal, &text);
        insta::assert_snapshot!(key, text);
    }
}

const ESTATE: [&str; 9] = [
    "zoopla",
    "blm",
    "reaxml",
    "idealista",
    "casco",
    "openimmo",
    "poliris",
    "trovit",
    "jsonld",
];

#[test]
fn a_letting_says_what_only_lettings_say() {
    let said = [
        (
            "zoopla",
            r#""transaction_type":"rent","currency_code":"GBP","price":450000,"rent_frequency":"per_month""#,
        ),
        ("blm", "^2^N^"),
        (
            "reaxml",
            r#"<rent period="month" display="yes">450000</rent>"#,
        ),
        ("idealista", r#""operationType":"rent""#),
        ("casco", "<price-type>rent price</price-type>"),
        ("openimmo", "<kaltmiete>450000</kaltmiete>"),
        ("poliris", r#""location"!#"appartement""#),
        ("trovit", r#"<price period="monthly" currency="EUR">"#),
        ("jsonld", "#LeaseOut"),
    ];
    for (key, words) in said {
        let mut told = told(key);
        told.listing.category = "duplex".into();
        let rent = Value::OneOf("rent".into());
        told.listing.values.insert("purpose".into(), rent);
        let (text, unmapped) = told.file();
        assert_eq!(unmapped, [], "{key}");
        assert_eq!(told.missing(), Vec::<String>::new(), "{key}");
        assert!(text.contains(words), "{key}: {text}");
        check(&told.portal, &text);
    }
}

/// A portal that has no word for a kind of property says so, by its rules or before it sends.
#[test]
fn every_kind_of_property_is_told_or_refused_aloud() {
    let mut refused = Vec::new();
    for key in ESTATE {
        let mut told = told(key);
        let vertical = told.dictionary.vertical("estate").expect("estate");
        let kinds: Vec<String> = vertical
            .categories
            .iter()
            .map(|c| c.key.to_string())
            .collect();
        for kind in kinds {
            told.listing.category = kind.as_str().into();
            let (text, unmapped) = told.file();
            check(&told.portal, &text);
            if !unmapped.is_empty() || !told.missing().is_empty() {
                refused.push(format!("{key} {kind}"));
            }
        }
    }
    insta::assert_snapshot!("refused_kinds", refused.join("\n"));
}

#[test]
fn tables_without_a_header_have_each_cell_in_its_place() {
    let told = told("poliris");
    assert_eq!(told.portal.record.columns().len(), 333);
    let (text, _) = told.file();
    let cells: Vec<&str> = text.trim_end().split("\"!#\"").collect();
    let at = |position: usize| cells[position - 1];
    assert_eq!([at(5), at(6), at(11)], ["35000", "Rennes", "450000"]);
    assert_eq!(at(85), "https://pictures.example/1.jpg?v=1&w=2");
    assert_eq!(
        [at(175), at(177), at(298)],
        [&*told.listing.id.to_string(), "C", "51.5"]
    );
    let told = self::told("mobilede");
    assert_eq!(told.portal.record.columns().len(), 159);
    let bytes = told.portal.bytes(&told.file().0);
    assert!(
        bytes.windows(4).any(|four| four == b"50 \xa4"),
        "the euro of ISO-8859-15"
    );
}

/// Where an address is not to be told, the formats that have no word for that leave it out.
#[test]
fn a_hidden_address_is_told_by_nobody_who_would_show_it() {
    for key in ["zoopla", "blm", "poliris", "trovit", "jsonld"] {
        let mut told = told(key);
        let hidden = Value::Boolean(true);
        told.listing.values.insert("address_hidden".into(), hidden);
        let (text, _) = told.file();
        let shown = match key {
            "zoopla" => text.contains(r#""display_address":"Long"#),
            "blm" => text.contains("^Long Street London^") || text.contains("51.5"),
            _ => text.contains("Straße 12") || text.contains("l’Œuf") || text.contains("51.5"),
        };
        assert!(!shown, "{key}: {text}");
    }
}

#[test]
fn what_is_gone_stays_in_a_reaxml_file_with_its_status() {
    let mut told = told("reaxml");
    told.listing.status = Status::Withdrawn;
    assert!(told.file().0.contains(r#"status="withdrawn""#));
    told.listing.status = Status::Sold;
    assert!(told.file().0.contains(r#"status="sold""#));
    let rent = Value::OneOf("rent".into());
    told.listing.values.insert("purpose".into(), rent);
    assert!(
        told.file()
            .0
            .contains(r#"<rental modTime="2026-11-18-22:06:40" status="leased">"#)
    );
}

#[test]
fn zoopla_wants_of_each_listing_what_goes_with_it() {
    let mut told = told("zoopla");
    let without = |told: &mut Told, key: &str| drop(told.listing.values.remove(key));
    without(&mut told, "price");
    assert_eq!(told.missing(), ["price"]);
    // An office of Great Britain may be shown without a price.
    told.listing.category = "office".into();
    assert_eq!(told.missing(), Vec::<String>::new());
    assert!(told.file().0.contains(r#""price_qualifier":"non_quoting""#));
    if let Some(Value::Place(place)) = told.listing.values.get_mut("place") {
        place.country = "FR".into();
        place.postcode = "75001".into();
    }
    assert_eq!(told.missing(), ["price_abroad"]);
    told.listing.category = "studio".into();
    let rent = Value::OneOf("rent".into());
    told.listing.values.insert("purpose".into(), rent);
    without(&mut told, "price_frequency");
    assert_eq!(told.missing(), ["price", "rent_frequency_needed", "studio"]);
}

#[test]
fn zoopla_names_the_member_that_is_wrong() {
    let portal = told("zoopla").portal;
    let send = portal.send.as_ref().expect("a call");
    let yes = br#"{"status":"OK","listing_reference":"REF-1","listing_etag":"e","url":"https://z.example/1","new_listing":true}"#;
    let yes = send.answer(200, yes).expect("an answer");
    assert!(yes.done);
    assert_eq!(yes.url.as_deref(), Some("https://z.example/1"));
    let no = br#"{"error_name":"validation_error","error_advice":"?","errors":[{"path":"/pricing/rent_frequency","message":"is missing"}]}"#;
    let no = send.answer(400, no).expect("an answer");
    assert!(!no.done);
    assert_eq!(no.refusals[0].text, "is missing");
    let code = &portal.codes[&no.refusals[0].code];
    assert_eq!(code.field.as_deref(), Some("price_frequency"));
    let gone = br#"{"error_name":"listing_not_found","errors":[{"path":"/listing_reference","message":"there is no listing"}]}"#;
    let remove = portal.remove.as_ref().expect("a call");
    assert!(remove.answer(400, gone).expect("an answer").done);
    let told = br#"{"status":"OK","branch_reference":"b","listings":[{"listing_reference":"REF-1","listing_etag":"e","url":"https://z.example/1"}]}"#;
    let listed = portal.list.as_ref().and_then(|list| list.listed(told));
    assert_eq!(listed.expect("a list")[0].reference, "REF-1");
}

/// What a reader of the format would trip over.
fn check(portal: &Portal, text: &str) {
    match &portal.format {
        Format::Json(_) => {
            let read: Result<serde_json::Value, _> = serde_json::from_str(text);
            read.unwrap_or_else(|error| panic!("{}: {error}\n{text}", portal.key));
        }
        Format::Xml(_) => {
            let mut reader = quick_xml::Reader::from_str(text);
            let mut depth = 0;
            loop {
                match reader.read_event().expect("well-formed") {
                    quick_xml::events::Event::Eof => break,
                    quick_xml::events::Event::Start(start) => {
                        depth += 1;
                        assert!(start.attributes().all(|a| a.is_ok()), "{}", portal.key);
                    }
                    quick_xml::events::Event::End(_) => depth -= 1,
                    _ => {}
                }
            }
            assert_eq!(depth, 0, "{}", portal.key);
        }
        Format::Table(rows) => {
            let row = text.strip_suffix(&rows.tail).expect("the tail");
            let row = row.strip_suffix(&rows.end).expect("the end of a row");
            // Only quoted cells and those of formats that say so have lines of their own.
            let start = match row.rfind("#DATA#\n") {
                Some(at) => at + "#DATA#\n".len(),
                None if rows.header => row.find(&rows.end).expect("a header") + rows.end.len(),
                None => 0,
            };
            let width = portal.record.columns().len();
            assert_eq!(cells(&row[start..], rows), width, "{}", portal.key);
        }
    }
}

/// How many cells a row has for a reader that knows no more than the format says.
fn cells(row: &str, rows: &portal::Rows) -> usize {
    let (mut count, mut quoted, mut rest) = (1, false, row);
    while let Some(letter) = rest.chars().next() {
        if Some(letter) == rows.quote {
            quoted = !quoted;
        }
        match rest.strip_prefix(&rows.delimiter).filter(|_| !quoted) {
            Some(behind) => (count, rest) = (count + 1, behind),
            None => rest = &rest[letter.len_utf8()..],
        }
    }
    assert!(!quoted, "a quote is open");
    count
}
