//! What other programs of estate agencies write is recognised at sight and taken completely.

mod known;

use std::io::Cursor;
use std::path::{Path, PathBuf};

use catalog::{Filter, Listing};
use dictionary::{Status, Value};
use exchange::{MIGRATIONS, Options, Report, import};
use serde_json::{Value as Json, json};
use testkit::{World, on_both};

fn read(file: &str) -> (Report, Vec<Json>) {
    known::read("estate", file)
}

fn says(file: &str, layout: &str, expected: &[Json]) {
    known::says("estate", file, layout, expected);
}

const OPENIMMO: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<openimmo xmlns="http://www.openimmo.de"><uebertragung art="ONLINE" umfang="TEIL" version="1.2.7"/>
<anbieter><firma>Musterhaus</firma><immobilie>
  <objektkategorie><nutzungsart WOHNEN="true" GEWERBE="false"/><vermarktungsart KAUF="false" MIETE_PACHT="true"/>
    <objektart><wohnung wohnungtyp="MAISONETTE"/></objektart></objektkategorie>
  <geo><plz>50667</plz><ort>Köln</ort><geokoordinaten breitengrad="50.94" laengengrad="6.96"/><strasse>Domstraße</strasse><hausnummer>3</hausnummer><land iso_land="DEU"/><etage>2</etage></geo>
  <preise><kaltmiete>950.00</kaltmiete><warmmiete>1150.00</warmmiete><kaution>2850</kaution><waehrung iso_waehrung="EUR"/></preise>
  <flaechen><wohnflaeche>84.5</wohnflaeche><anzahl_zimmer>3</anzahl_zimmer><anzahl_schlafzimmer>2</anzahl_schlafzimmer></flaechen>
  <ausstattung><befeuerung OEL="false" FERN="true"/><fahrstuhl PERSONEN="true"/><kueche EBK="true" OFFEN="true"/><bad DUSCHE="true" WANNE="true"/><unterkellert keller="JA"/></ausstattung>
  <zustand_angaben><baujahr>1998</baujahr><zustand zustand_art="GEPFLEGT"/><energiepass><epart>VERBRAUCH</epart><energieverbrauchkennwert>92</energieverbrauchkennwert><wertklasse>C</wertklasse></energiepass></zustand_angaben>
  <freitexte><objekttitel>Helle Maisonette</objekttitel><objektbeschreibung>Am Rhein.</objektbeschreibung><lage>Zentral.</lage></freitexte>
  <anhaenge>
    <anhang location="REMOTE" gruppe="GRUNDRISS"><daten><pfad>https://a.example.org/plan.jpg</pfad></daten></anhang>
    <anhang location="REMOTE" gruppe="BILD"><daten><pfad>https://a.example.org/2.jpg</pfad></daten></anhang>
    <anhang location="REMOTE" gruppe="TITELBILD"><daten><pfad>https://a.example.org/1.jpg</pfad></daten></anhang>
  </anhaenge>
  <verwaltung_techn><objektnr_extern>K-17</objektnr_extern><aktion aktionart="CHANGE"/><openimmo_obid>OI1</openimmo_obid></verwaltung_techn>
</immobilie></anbieter></openimmo>"#;

#[test]
fn openimmo_says_by_attributes_what_is_so() {
    let expected = json!({
        "ref": "K-17", "purpose": "rent", "price": 950, "rent_with_charges": 1150, "living_area": 84.5,
        "bedrooms": 2, "heating": "district", "lift": true, "kitchen": "equipped", "kitchen_open": true,
        "basement": true, "condition": "good", "energy_class": "c", "energy_consumption": 92, "floor": 2,
        "title": "Helle Maisonette", "description": "Am Rhein.\n\nZentral.",
        "photos": ["https://a.example.org/1.jpg", "https://a.example.org/2.jpg"],
        "floor_plan_url": "https://a.example.org/plan.jpg",
    });
    says(OPENIMMO, "OpenImmo", std::slice::from_ref(&expected));
    // Without its namespace it is the same.
    says(
        &OPENIMMO.replace(" xmlns=\"http://www.openimmo.de\"", ""),
        "OpenImmo",
        &[expected],
    );
}

#[test]
fn what_holds_no_listings_says_what_it_is() {
    let feedback = "<openimmo_feedback><version>1.2.7</version><objekt><oobj_id>K-17</oobj_id>\
        <interessent><vorname>Eva</vorname></interessent></objekt></openimmo_feedback>";
    let schema = r#"{"$schema": "https://json-schema.org/draft-07/schema", "type": "object",
        "properties": {"branch": {"type": "object"}, "network": {"type": "object"}}}"#;
    let lead = r#"{"applicant": {"portalLeadId": "1", "contact": {"firstName": "Eva"}, "message": "Hello"}}"#;
    for file in [feedback, schema, lead] {
        let (report, listings) = read(file);
        assert_eq!(report.problems[0].code, "no_listings", "{report:?}");
        assert!(listings.is_empty());
    }
}

const BLM: &str = "#HEADER#\r\nVersion : 3\r\nEOF : '^'\r\nEOR : '~'\r\nProperty Count : 2\r\n\r\n#DEFINITION#\r\n\
AGENT_REF^ADDRESS_1^ADDRESS_2^TOWN^POSTCODE1^POSTCODE2^FEATURE1^FEATURE2^SUMMARY^DESCRIPTION^BRANCH_ID^STATUS_ID^BEDROOMS^PRICE^PROP_SUB_ID^TRANS_TYPE_ID^LET_RENT_FREQUENCY^MEDIA_IMAGE_00^MEDIA_IMAGE_TEXT_00^~\r\n\
#DATA#\r\n\
9_A1^7^Mill Lane^Bath^BA1^2AB^Garden^Near the river^Short^First line\r\nsecond line^9^0^3^325,000^4^1^^https://b.example.org/1.jpg^Front^~\r\n\
9_A2^Flat 2^High Street^Bath^BA1^3CD^^^Short^Let unfurnished^9^5^1^950^8^2^1^9_A2_IMG_00.jpg^^~\r\n#END#\r\n";

#[test]
fn blm_is_read_by_the_letters_of_its_header() {
    says(
        BLM,
        "BLM",
        &[
            json!({
                "ref": "9_A1", "price": 325000, "currency": "GBP", "purpose": "sale", "bedrooms": 3,
                "description": "First line\nsecond line", "features": "Garden\nNear the river",
                "photos": ["https://b.example.org/1.jpg"],
            }),
            json!({
                "ref": "9_A2", "price": 950, "purpose": "rent", "price_frequency": "month",
                "raw": {"MEDIA_IMAGE_00": "9_A2_IMG_00.jpg"},
            }),
        ],
    );
    let (_, listings) = read(&BLM.replace('^', "|"));
    assert_eq!(listings.len(), 2);
    assert_eq!(listings[0]["place"]["postcode"], "BA1 2AB");
}

#[test]
fn a_malformed_blm_is_refused_aloud() {
    let code = |file: String| read(&file).0.problems[0].code;
    assert_eq!(code(BLM.replace("EOF : '^'\r\n", "")), "blm_end_missing");
    assert_eq!(
        code(BLM.replace("#DEFINITION#", "#DEFS#")),
        "blm_section_missing"
    );
    let (report, listings) = read(&BLM.replace("Mill Lane^", "Mill^Lane^"));
    assert_eq!(
        (report.problems[0].code, report.refused, listings.len()),
        ("fields_do_not_fit", 1, 1)
    );
    let cut = &BLM[..BLM.len() - 60];
    let (report, listings) = read(cut);
    assert_eq!((report.problems[0].code, listings.len()), ("cut_off", 1));
}

#[test]
fn poliris_is_read_by_its_places() {
    let mut cells = vec![""; 333];
    for (place, cell) in [
        (1, "AG1"),
        (2, "P-9"),
        (3, "location"),
        (4, "appartement"),
        (5, "69003"),
        (6, "Lyon"),
        (11, "820"),
        (13, "900"),
        (16, "48"),
        (18, "2"),
        (19, "1"),
        (20, "T2 lumineux"),
        (21, "Près du parc"),
        (26, "OUI"),
        (41, "OUI"),
        (38, "OUI"),
        (85, "https://p.example.fr/1.jpg"),
        (86, "https://p.example.fr/2.jpg"),
        (177, "C"),
        (298, "45.75"),
        (299, "4.85"),
        (301, "4.11"),
    ] {
        cells[place - 1] = cell;
    }
    let line = |cells: &[&str]| format!("\"{}\"\r\n", cells.join("\"!#\""));
    let first = line(&cells);
    (cells[1], cells[2], cells[3], cells[10]) = ("P-10", "vente", "maison/villa", "310000");
    says(
        &(first + &line(&cells)),
        "Poliris",
        &[
            json!({
                "ref": "P-9", "purpose": "rent", "price": 820, "rent_with_charges": 900, "living_area": 48,
                "furnished": true, "lift": true, "orientation": "n", "energy_class": "c",
                "title": "T2 lumineux", "photos": ["https://p.example.fr/1.jpg", "https://p.example.fr/2.jpg"],
            }),
            json!({"ref": "P-10", "purpose": "sale", "price": 310000}),
        ],
    );
}

/// A line of the table of ImmobilienScout24, written as `place cell, place cell`.
fn scout(places: &str) -> String {
    let mut cells = [""; 182];
    let sent = "0 I, 1 1, 35 J, 38 EUR, 52 10117, 53 Berlin, 54 DEU";
    let pairs = sent.split(", ").chain(places.split(", "));
    for (place, cell) in pairs.filter_map(|p| p.split_once(' ')) {
        cells[place.parse::<usize>().expect("a place")] = cell;
    }
    cells.join("|") + "\r\n"
}

#[test]
fn what_a_place_of_immobilienscout24_means_depends_on_the_offer() {
    let flat = scout(
        "2 0, 7 W-1, 36 Dachwohnung, 50 Musterweg, 51 3, 60 3, 61 81.50, 63 3, 65 4, 68 2, 71 N, 73 J, 83 7, 84 3, 85 75.2, \
         90 900, 91 150, 94 2700, 99 Mitte, 100 Parkett, 101 Hell, 107 https://s.example.org/1.jpg, 109 B, \
         112 https://s.example.org/plan.pdf, 114 GP",
    );
    let house =
        scout("2 3, 7 H-1, 60 24, 61 240, 65 900, 71 J, 77 J, 83 5, 90 1250000.00, 93 1200");
    let shop = scout("2 8, 7 L-1, 36 Laden, 60 M, 61 74, 62 120, 73 1, 90 2400, 93 999");
    // Some programs leave the last places out.
    let short = scout("2 3, 7 H-2, 90 500000");
    let short = short.trim_end().trim_end_matches('|').to_owned() + "|||\r\n";
    let gone = scout("0 D, 2 0, 7 W-0, 36 Weg, 90 1");
    says(
        &(flat + &house + &shop + &gone + &short),
        "ImmobilienScout24 CSV",
        &[
            json!({
                "ref": "W-1", "purpose": "rent", "price": 900, "charges": 150, "deposit": 2700,
                "living_area": 81.5, "rooms": 3, "floor": 4, "condition": "as_new", "pets": false, "garden": true,
                "heating": "district", "epc_kind": "use", "energy_consumption": 75.2, "address_hidden": false,
                "description": "Hell\n\nParkett\n\nMitte", "photos": ["https://s.example.org/1.jpg"],
                "floor_plan_url": "https://s.example.org/plan.pdf", "raw": null,
            }),
            json!({
                "ref": "H-1", "purpose": "sale", "price": 1250000, "plot_area": 900, "guest_flat": true,
                "heating": "gas", "monthly_rent_today": 1200, "raw": {"column 72": "J"},
            }),
            json!({
                "ref": "L-1", "purpose": "rent", "price": 2400, "shop_area": 120, "shop_location": "prime",
            }),
            json!({"ref": "W-0"}),
            json!({"ref": "H-2", "purpose": "sale", "price": 500000}),
        ],
    );
}

#[test]
fn a_place_too_many_in_a_row_of_immobilienscout24_is_nobodys_and_the_row_is_refused() {
    let long = scout("2 3, 7 H-3, 90 400000").trim_end().to_owned() + "|more\r\n";
    let rows = scout("2 3, 7 H-1, 90 1") + &long + &scout("2 3, 7 H-2, 90 2");
    let (report, listings) = known::read("estate", &rows);
    assert_eq!((report.refused, listings.len()), (1, 2), "{listings:#?}");
    assert_eq!(
        (report.problems[0].row, report.problems[0].code),
        (2, "too_many_cells")
    );
}

#[test]
fn messages_to_british_portals_are_listings() {
    let rightmove = r#"{"network": {"network_id": 1}, "branch": {"branch_id": 2, "channel": 2, "overseas": false},
        "property": {"agent_ref": "RM1", "published": true, "property_type": 28, "status": 1,
        "address": {"house_name_number": "5", "address_2": "Quay", "town": "Leeds", "postcode_1": "LS1", "postcode_2": "4AB", "display_address": "Quay, Leeds"},
        "price_information": {"price": 1200, "rent_frequency": 12, "deposit": 1380},
        "details": {"summary": "Flat", "description": "By the water", "features": ["Lift", "Balcony"], "bedrooms": 2, "internal_area": 700, "internal_area_unit": 1, "furnished_type": 2, "pets_allowed": false},
        "media": [{"media_type": 1, "media_url": "https://r.example.org/b.jpg", "sort_order": 2},
                  {"media_type": 2, "media_url": "https://r.example.org/plan.gif", "sort_order": 1},
                  {"media_type": 1, "media_url": "https://r.example.org/a.jpg", "sort_order": 1}]}}"#;
    says(
        rightmove,
        "Rightmove real-time",
        &[json!({
            "ref": "RM1", "purpose": "rent", "price": 1200, "price_frequency": "month", "currency": "GBP",
            "features": "Lift\nBalcony", "bedrooms": 2, "living_area": 65.032, "furnished": false, "pets": false,
            "photos": ["https://r.example.org/a.jpg", "https://r.example.org/b.jpg"],
            "floor_plan_url": "https://r.example.org/plan.gif",
        })],
    );
    let zoopla = r#"{"branch_reference": "B", "listing_reference": "Z1", "category": "residential",
        "life_cycle_status": "under_offer", "property_type": "semi_detached", "total_bedrooms": 3,
        "detailed_description": [{"heading": "Hall", "text": "Wide"}, {"text": "Garden"}],
        "location": {"property_number_or_name": "8", "street_name": "Oak Road", "town_or_city": "York", "postal_code": "YO1 7AA", "country_code": "GB"},
        "pricing": {"currency_code": "GBP", "transaction_type": "sale", "price": 285000, "price_qualifier": "offers_over"},
        "areas": {"external": {"minimum": {"value": 0.5, "units": "acres"}}},
        "content": [{"type": "image", "url": "https://z.example.org/1.jpg"}, {"type": "floor_plan", "url": "https://z.example.org/p.png"}]}"#;
    says(
        zoopla,
        "Zoopla real-time",
        &[json!({
            "ref": "Z1", "purpose": "sale", "price": 285000, "bedrooms": 3,
            "plot_area": 2023.428, "description": "Wide\nGarden",
            "photos": ["https://z.example.org/1.jpg"], "floor_plan_url": "https://z.example.org/p.png",
        })],
    );
}

#[test]
fn answers_of_belgian_programs_are_listings() {
    let whise = r#"{"estates": [
        {"id": 1, "referenceNumber": "W1", "address": "Kerkstraat", "number": "4", "zip": "9000", "city": "Gent", "country": {"id": 1},
         "category": {"id": 2}, "subCategory": {"id": 19}, "purpose": {"id": 2}, "purposeStatus": {"id": 2}, "officeId": 5,
         "price": 1100.0, "area": 95.0, "rooms": 2, "energyClass": "B",
         "shortDescription": [{"languageId": "nl-BE", "content": "Ruim"}, {"languageId": "fr-BE", "content": "Grand"}],
         "pictures": [{"id": 9, "order": 2, "urlXXL": "https://w.example.be/2.jpg", "urlSmall": "https://w.example.be/s.jpg"}, {"id": 8, "order": 1, "urlXXL": "https://w.example.be/1.jpg"}],
         "details": [{"id": 14, "label": "Bouwjaar", "type": "year", "value": "1975"}, {"id": 372, "label": "lift", "type": "yes/no", "value": "1"}, {"id": 2838, "label": "Nieuw", "type": "char", "value": "iets"}]},
        {"id": 2, "referenceNumber": "W2", "zip": "9000", "city": "Gent", "category": {"id": 2}, "subCategory": {"id": 17}, "purpose": {"id": 1},
         "purposeStatus": {"id": 1}, "officeId": 5, "canHaveChildren": true, "price": 250000.0, "name": "Nieuwe Dokken"}],
        "totalCount": 2, "isValidRequest": true}"#;
    says(
        whise,
        "Whise",
        &[
            json!({
                "ref": "W1", "purpose": "rent", "price": 1100, "bedrooms": 2, "construction_year": 1975, "lift": true,
                "photos": ["https://w.example.be/1.jpg", "https://w.example.be/2.jpg"],
                "raw": {"details[2838]/value": "iets"},
            }),
            json!({"ref": "W2", "purpose": "sale", "price": 250000, "title": "Nieuwe Dokken"}),
        ],
    );
    let sweepbright = r#"{"id": "s-1", "negotiation": "sale", "status": "option", "type": "house", "sub_type": ["villa"],
        "price": {"amount": 640000, "currency": "EUR", "hidden": false}, "bedrooms": 4,
        "description": {"nl": "Mooi", "fr": "Belle"}, "description_title": {"nl": "Villa"},
        "location": {"city": "Knokke", "postal_code": "8300", "country": "BE", "street": "Zeelaan", "number": "1"},
        "sizes": {"liveable_area": {"size": 210, "unit": "sq_m"}, "plot_area": {"size": 6, "unit": "are"}},
        "images": [{"id": "b", "ordinal": 1, "url": "https://s.example.be/2.jpg"}, {"id": "a", "ordinal": 0, "url": "https://s.example.be/1.jpg"}]}"#;
    says(
        sweepbright,
        "SweepBright",
        &[json!({
            "ref": "s-1", "purpose": "sale", "price": 640000, "bedrooms": 4, "living_area": 210, "plot_area": 600,
            "photos": ["https://s.example.be/1.jpg", "https://s.example.be/2.jpg"],
        })],
    );
    let immoweb = r#"{"metaData": {"source": {"offererId": "1", "offererEstateId": "I1"}}, "distributionType": "RENT",
        "estateType": "APARTMENT", "estateSubType": {"apartment": "STUDIO"}, "location": {"country": "BEL", "postalcode": "1190", "city": "Forest"},
        "prices": {"rent": {"baseRent": {"amount": 700}}, "buy": {"price": {"amount": 1}}},
        "texts": {"headline": {"fr": "Studio", "nl": "Studio"}}, "energy": {"energyType": {"energySource": {"gas": true, "oil": false}}},
        "media": {"pictures": ["https://i.example.be/1.jpg"]}}"#;
    says(
        immoweb,
        "Immoweb classified",
        &[json!({
            "ref": "I1", "purpose": "rent", "price": 700, "heating": "gas", "photos": ["https://i.example.be/1.jpg"],
        })],
    );
}

#[test]
fn feeds_of_other_countries_are_listings() {
    let idealista = r#"{"customerCountry": "Spain", "customerProperties": [
        {"propertyCode": "A1", "propertyOperation": {"operationType": "sale", "operationPrice": 210000},
         "propertyAddress": {"addressVisibility": "hidden", "addressPostalCode": "28004", "addressTown": "Madrid", "addressCountry": "Spain", "addressFloor": "bj"},
         "propertyFeatures": {"featuresType": "flat", "featuresPenthouse": false, "featuresDuplex": true, "featuresAreaConstructed": 90, "featuresBedroomNumber": 3, "featuresOrientationSouth": true},
         "propertyDescriptions": [{"descriptionLanguage": "spanish", "descriptionText": "Piso"}],
         "propertyImages": [{"imageOrder": 2, "imageUrl": "https://e.example.es/2.jpg"}, {"imageOrder": 1, "imageUrl": "https://e.example.es/1.jpg"}]},
        {"propertyCode": "A2", "propertyOperation": {"operationType": "rent", "operationPrice": 900},
         "propertyAddress": {"addressPostalCode": "28004", "addressTown": "Madrid"}, "propertyFeatures": {"featuresType": "office", "featuresAreaConstructed": 60}}]}"#;
    says(
        idealista,
        "Idealista",
        &[
            json!({
                "ref": "A1", "purpose": "sale", "price": 210000, "bedrooms": 3, "orientation": "s", "floor": 0, "address_hidden": true,
                "photos": ["https://e.example.es/1.jpg", "https://e.example.es/2.jpg"],
            }),
            json!({"ref": "A2", "purpose": "rent", "price": 900}),
        ],
    );
    let casco = r#"<listings xmlns="https://feed.casco.io/v2"><listing id="c-1">
        <details><original-url>https://c.example.nl/1</original-url><descriptions><nl>Fijn huis</nl></descriptions></details>
        <address><country>NL</country><postal-code>3511AA</postal-code><house-number>9</house-number><street>Gracht</street><city>Utrecht</city></address>
        <property><house><type>corner</type><construction><year>1930</year></construction><dimensions><surface-area>120</surface-area></dimensions></house></property>
        <rent><status>to rent</status><price>1500</price><price-period>monthly</price-period></rent></listing></listings>"#;
    says(
        casco,
        "Casco",
        &[json!({
            "ref": "c-1", "purpose": "rent", "price": 1500, "price_frequency": "month", "living_area": 120,
            "construction_year": 1930, "building_kind": "terraced",
        })],
    );
    let page = r#"{"@context": "https://schema.org", "@type": "RealEstateListing", "identifier": "J1", "url": "https://j.example.org/1", "name": "House",
        "about": {"@type": "House", "numberOfBedrooms": 3, "floorSize": {"@type": "QuantitativeValue", "value": 140, "unitCode": "MTK"},
        "address": {"@type": "PostalAddress", "postalCode": "5000", "addressLocality": "Namur", "addressCountry": "BE"}},
        "offers": {"@type": "Offer", "price": 330000, "priceCurrency": "EUR", "businessFunction": "http://purl.org/goodrelations/v1#Sell"}}"#;
    says(
        page,
        "schema.org",
        &[json!({
            "ref": "J1", "price": 330000, "purpose": "sale", "bedrooms": 3, "living_area": 140, "title": "House",
        })],
    );
}

/// What the samples of a folder are, when they are whole: none for what no layout describes.
const SAMPLES: [(&str, &str); 14] = [
    ("openimmo/test_", "OpenImmo"),
    ("reaxml/", "REAXML"),
    ("blm/v3", "BLM"),
    ("poliris/Annonces", "Poliris"),
    ("idealista/properties_example", "Idealista"),
    ("whise/", "Whise"),
    ("netherlands/casco", "Casco"),
    ("netherlands/realworks", "Realworks"),
    ("belgium/immoweb_aviv", "Immoweb classified"),
    ("belgium/immoweb_raw_classified", "Immoweb page"),
    ("belgium/immoweb_raw_wide", "Immoweb page, flattened"),
    ("other_portals/immobiliare", "immobiliare.it"),
    ("other_portals/trovit", "Trovit"),
    ("other_portals/idx", "IDX 3.01"),
];

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let mut entries: Vec<PathBuf> = entries.map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        match path.is_dir() {
            true => files(&path, into),
            false => into.push(path),
        }
    }
}

/// Other people's files, which are not in the repository: `SAMPLES=DIR make test-samples`.
#[test]
fn every_estate_sample_is_taken_or_refused_aloud() {
    let Some(samples) = std::env::var_os("SAMPLES") else {
        return;
    };
    let folder = PathBuf::from(samples).join("estate");
    let mut all = Vec::new();
    files(&folder, &mut all);
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut silent = Vec::new();
    for path in all {
        let name = path
            .strip_prefix(&folder)
            .unwrap_or(&path)
            .display()
            .to_string();
        let described = [".xsd", "SOURCES.md", "columns_4.1.17.csv"];
        if described.iter().any(|end| name.ends_with(end)) || !name.contains(&only) {
            continue;
        }
        let file = std::fs::File::open(&path).expect("a file");
        let (report, listings) = known::read_from("estate", Box::new(file));
        let fields = listings.iter().filter_map(Json::as_object);
        let fields: usize = fields
            .map(|o| o.keys().filter(|k| *k != "raw").count())
            .sum();
        let (made, layout) = (report.created, report.layout.as_deref().unwrap_or("-"));
        println!(
            "| {name} | {layout} | {} | {made} | {fields} | {} | {} |",
            report.rows, report.kept_raw, report.refused
        );
        if !only.is_empty() {
            println!("{:#?}", report.problem_kinds);
            println!("{:#?}", report.mapping);
            println!("{:#?}", &listings[..listings.len().min(2)]);
        }
        // A delivery that says nothing at all has no layout either.
        let expected = SAMPLES.iter().find(|(start, _)| name.starts_with(start));
        if let Some((_, expected)) = expected {
            assert_eq!(report.layout.as_deref(), Some(*expected), "{name}");
        }
        if made == 0 && report.problems.is_empty() {
            silent.push(name);
        }
    }
    assert!(
        silent.is_empty(),
        "nothing taken and nothing said: {silent:?}"
    );
}

async fn take(world: &World, file: &str) -> Report {
    let options = Options {
        name: "reaxml".into(),
        ..Options::default()
    };
    let source = Box::new(Cursor::new(file.as_bytes().to_vec()));
    let (scope, account) = (world.scope(), world.account.clone());
    import(
        &world.store,
        &world.dictionary,
        &scope,
        account,
        source,
        options,
        &mut |_| {},
    )
    .await
    .expect("an import")
}

async fn only(world: &World) -> Listing {
    let mut read = world.store.read(&world.scope()).await.expect("a read");
    let filter = Filter {
        limit: 10,
        ..Filter::default()
    };
    let found = catalog::list(&mut read, &world.dictionary, world.account.id, &filter).await;
    let (mut found, _) = found.expect("listings");
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn reaxml(records: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><propertyList date="2024-05-01-10:00:00" username="u" password="p">{records}</propertyList>"#
    )
}

on_both! { MIGRATIONS,
    async fn a_change_in_reaxml_changes_only_what_it_says(world) {
        let whole = reaxml(r#"<residential modTime="2024-05-01-10:00:00" status="current"><agentID>AA</agentID><uniqueID>U1</uniqueID>
            <underOffer value="no"/><price display="yes">500000</price><address display="yes"><streetNumber>12</streetNumber><street>Hill Road</street><suburb>Leumeah</suburb><state>NSW</state><postcode>2560</postcode><country>AUS</country></address>
            <category name="House"/><headline>Garden</headline><description>Quiet.</description><features><bedrooms>4</bedrooms><pool>yes</pool></features>
            <landDetails><area unit="square">10</area></landDetails><objects><img id="m" url="https://o.example.au/1.jpg" format="jpg"/></objects></residential>"#);
        let first = take(&world, &whole).await;
        assert_eq!((first.created, first.layout.as_deref()), (1, Some("REAXML")), "{first:#?}");
        let dearer = reaxml(r#"<residential modTime="2024-05-02-10:00:00" status="current"><agentID>AA</agentID><uniqueID>U1</uniqueID><price display="yes">520000</price></residential>"#);
        let second = take(&world, &dearer).await;
        assert_eq!((second.created, second.changed, second.removed, second.refused), (0, 1, 0, 0), "{second:#?}");
        let listing = only(&world).await;
        assert_eq!(listing.price().map(|m| (m.minor, m.currency.to_string())), Some((52_000_000, "AUD".into())));
        assert_eq!(listing.values.get("bedrooms"), Some(&Value::Integer(4)));
        assert_eq!(listing.category.as_ref(), "house");
        assert_eq!((listing.photos.len(), listing.status), (1, Status::Live));
        let sold = reaxml(r#"<residential modTime="2024-05-03-10:00:00" status="sold"><agentID>AA</agentID><uniqueID>U1</uniqueID><soldDetails><price display="no">515000</price><date>2024-05-03-09:00:00</date></soldDetails></residential>"#);
        take(&world, &sold).await;
        let listing = only(&world).await;
        assert_eq!((listing.status, listing.price().map(|m| m.minor)), (Status::Sold, Some(52_000_000)));
        assert!(listing.values.contains_key("sold_date") && listing.values.contains_key("place"));
        // Another's listing arrives: what the file does not name is not gone.
        let unknown = take(&world, &reaxml(r#"<land status="withdrawn"><agentID>AA</agentID><uniqueID>U2</uniqueID></land><rental status="current"><agentID>AA</agentID><uniqueID>U3</uniqueID><rent period="week">400</rent></rental>"#)).await;
        assert_eq!((unknown.removed, unknown.refused), (0, 2), "{unknown:#?}");
        assert!(unknown.problems.iter().any(|p| p.code == "change_of_nothing"));
        // A twin of the first is another listing, and its change may stand in the same file.
        let twin = whole.replace("U1", "U9").replace("</propertyList>", r#"<residential status="current"><agentID>AA</agentID><uniqueID>U9</uniqueID><price>610000</price></residential></propertyList>"#);
        let twins = take(&world, &twin).await;
        assert_eq!((twins.created, twins.changed, twins.merged, twins.refused), (1, 1, 0, 0), "{twins:#?}");
    }

    async fn openimmo_takes_away_what_it_deletes_and_nothing_else(world) {
        let two = OPENIMMO.replace("</immobilie></anbieter>", "</immobilie><immobilie>
            <objektkategorie><vermarktungsart KAUF=\"true\"/><objektart><haus haustyp=\"VILLA\"/></objektart></objektkategorie>
            <geo><ort>Bonn</ort></geo><preise><kaufpreis>800000</kaufpreis></preise>
            <verwaltung_techn><objektnr_extern>K-18</objektnr_extern><aktion aktionart=\"CHANGE\"/></verwaltung_techn></immobilie></anbieter>");
        let first = take(&world, &two).await;
        assert_eq!((first.created, first.refused), (2, 0), "{first:#?}");
        let deletes = "<openimmo><uebertragung art=\"ONLINE\" umfang=\"TEIL\" version=\"1.2.7\"/><anbieter><firma>M</firma><immobilie>
            <verwaltung_techn><objektnr_extern>K-17</objektnr_extern><aktion aktionart=\"DELETE\"/></verwaltung_techn></immobilie></anbieter></openimmo>";
        let second = take(&world, deletes).await;
        assert_eq!((second.changed, second.removed, second.refused), (1, 0, 0), "{second:#?}");
        let mut read = world.store.read(&world.scope()).await.expect("a read");
        let filter = Filter { limit: 10, ..Filter::default() };
        let (found, _) = catalog::list(&mut read, &world.dictionary, world.account.id, &filter).await.expect("listings");
        let status = |reference: &str| found.iter().find(|l| l.reference == reference).map(|l| l.status);
        assert_eq!(status("K-17"), Some(Status::Withdrawn));
        assert_eq!(status("K-18"), Some(Status::Live));
        drop(read);
        // A whole transfer takes away what it does not name.
        let third = take(&world, &OPENIMMO.replace("TEIL", "VOLL")).await;
        assert_eq!((third.changed, third.removed, third.refused), (1, 1, 0), "{third:#?}");
    }
}
