//! The verticals that we ship are without fault, and hold what the trades need.

use std::collections::BTreeMap;

use dictionary::{Dictionary, Language, fold};

#[test]
fn the_shipped_verticals_have_no_faults() {
    if let Err(faults) = Dictionary::shipped() {
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        panic!("{} faults:\n{}", said.len(), said.join("\n"));
    }
}

#[test]
fn estate_is_described_in_at_least_250_fields() {
    let dictionary = Dictionary::embedded();
    let estate = dictionary.vertical("estate").expect("estate is shipped");
    assert!(estate.fields.len() >= 250, "{} fields", estate.fields.len());
}

#[test]
fn no_two_fields_of_estate_claim_the_same_header() {
    let dictionary = Dictionary::embedded();
    let estate = dictionary.vertical("estate").expect("estate is shipped");
    let mut claimed: BTreeMap<String, &str> = BTreeMap::new();
    for field in &estate.fields {
        let mut words = field.synonyms.clone();
        words.push(fold(&field.key));
        words.sort();
        words.dedup();
        for word in words {
            let other = claimed.insert(word.clone(), &field.key);
            assert_eq!(other, None, "{} claims “{word}” too", field.key);
        }
    }
}

#[test]
fn no_two_choices_of_a_field_of_estate_claim_the_same_word() {
    let dictionary = Dictionary::embedded();
    let estate = dictionary.vertical("estate").expect("estate is shipped");
    for field in &estate.fields {
        for choice in field.choices() {
            let labels = Language::ALL.map(|l| choice.label.get(l).to_owned());
            for word in labels.iter().chain(&choice.synonyms) {
                let found = field.choice_like(word).map(|c| &c.key);
                assert_eq!(found, Some(&choice.key), "{}: {word}", field.key);
            }
        }
    }
}

#[test]
fn every_word_of_a_category_of_estate_finds_that_category() {
    let dictionary = Dictionary::embedded();
    let estate = dictionary.vertical("estate").expect("estate is shipped");
    for category in &estate.categories {
        for word in category.synonyms.iter().chain([&category.key.to_string()]) {
            let found = estate.category_like(word).map(|c| &c.key);
            assert_eq!(found, Some(&category.key), "{word}");
        }
    }
}

#[test]
fn words_of_the_portals_find_our_choices_and_categories() {
    let dictionary = Dictionary::embedded();
    let estate = dictionary.vertical("estate").expect("estate is shipped");
    let cases = [
        ("purpose", "FOR_SALE", "sale"),
        ("purpose", "BUY_REGULAR", "sale"),
        ("purpose", "a_vendre", "sale"),
        ("purpose", "te huur", "rent"),
        ("purpose", "LIFE_ANNUITY", "life_annuity"),
        ("condition", "AS_NEW", "as_new"),
        ("condition", "TO_BE_DONE_UP", "to_refresh"),
        ("condition", "TO_RENOVATE", "to_renovate"),
        ("condition", "JUST_RENOVATED", "just_renovated"),
        ("kitchen", "USA_HYPER_EQUIPPED", "hyper_equipped"),
        ("kitchen", "NOT_INSTALLED", "none"),
        ("kitchen", "SEMI_EQUIPPED", "semi_equipped"),
        ("heating", "FUELOIL", "oil"),
        ("heating", "GAS", "gas"),
        ("heating", "Pompe à chaleur", "heat_pump"),
        ("energy_class", "A", "a"),
        ("energy_class", "A+", "a1"),
        ("energy_class", "a ++", "a2"),
        ("energy_class", "A+++", "a3"),
        ("energy_class", "g", "g"),
        ("flood_zone", "NON_FLOOD_ZONE", "none"),
        ("orientation", "SOUTH_WEST", "sw"),
        ("garden_orientation", "Zuidoost", "se"),
        ("oil_tank_certificate", "YES_CONFORM", "conform"),
        ("availability", "UPON_EXCHANGE_OF_DEEDS", "at_deed"),
        ("surroundings", "COUNTRY", "rural"),
        ("land_use", "AGR", "agricultural"),
    ];
    let mut missed = Vec::new();
    for (field, word, key) in cases {
        let field = estate.field(field).expect(field);
        let found = field.choice_like(word).map(|c| c.key.as_ref());
        if found != Some(key) {
            missed.push(format!("{}: {word} is {found:?}", field.key));
        }
    }
    let cases = [
        ("HOUSE", "house"),
        ("APARTMENT", "apartment"),
        ("VILLA", "villa"),
        ("APARTMENT_BLOCK", "investment"),
        ("MIXED_USE_BUILDING", "mixed_use"),
        ("EXCEPTIONAL_PROPERTY", "mansion"),
        ("TOWN_HOUSE", "townhouse"),
        ("Town house", "townhouse"),
        ("Reihenhaus", "terraced"),
        ("Maison de ville", "terraced"),
        ("Hoekwoning", "terraced"),
        ("2-onder-1-kapwoning", "semi_detached"),
        ("Parking/Box", "parking"),
        ("Ático", "penthouse"),
        ("Plaza de garaje", "parking"),
        ("Dachgeschosswohnung", "attic_flat"),
        ("Fonds de commerce", "business"),
        ("Bouwgrond", "building_land"),
        ("Terrain à bâtir", "building_land"),
        ("Country house", "country_house"),
        ("KOT", "student_room"),
        ("FLAT_STUDIO", "studio"),
    ];
    for (word, key) in cases {
        let found = estate.category_like(word).map(|c| c.key.as_ref());
        if found != Some(key) {
            missed.push(format!("{word} is {found:?}"));
        }
    }
    assert_eq!(missed, [""; 0]);
}
