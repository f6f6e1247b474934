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
fn estate_is_described_in_at_least_500_fields() {
    let dictionary = Dictionary::embedded();
    let estate = dictionary.vertical("estate").expect("estate is shipped");
    assert!(estate.fields.len() >= 500, "{} fields", estate.fields.len());
}

#[test]
fn no_two_fields_of_a_trade_claim_the_same_header() {
    let dictionary = Dictionary::embedded();
    for vertical in dictionary.verticals() {
        let mut claimed: BTreeMap<String, &str> = BTreeMap::new();
        for field in &vertical.fields {
            let mut words = field.synonyms.clone();
            words.push(fold(&field.key));
            words.sort();
            words.dedup();
            for word in words {
                let other = claimed.insert(word.clone(), &field.key);
                assert_eq!(
                    other, None,
                    "{} {} claims “{word}” too",
                    vertical.key, field.key
                );
            }
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
fn every_word_of_a_category_finds_that_category() {
    let dictionary = Dictionary::embedded();
    for vertical in ["estate", "services"] {
        let vertical = dictionary.vertical(vertical).expect(vertical);
        for category in &vertical.categories {
            for word in category.synonyms.iter().chain([&category.key.to_string()]) {
                let found = vertical.category_like(word).map(|c| &c.key);
                assert_eq!(found, Some(&category.key), "{word}");
            }
        }
    }
}

#[test]
fn people_find_a_trade_by_what_they_call_it() {
    let dictionary = Dictionary::embedded();
    let services = dictionary
        .vertical("services")
        .expect("services is shipped");
    let cases = [
        ("plombier", "plumber"),
        ("Dépannage fuite", "plumber"),
        ("waterlek", "plumber"),
        ("Sanitärinstallateur", "plumber"),
        ("tableau électrique", "electrician"),
        ("dakdekker", "roofer"),
        ("buitengesloten", "locksmith"),
        ("Schlüsseldienst", "locksmith"),
        ("nid de guêpes", "pest"),
        ("Steuererklärung", "accountant"),
        ("woonlening", "mortgage"),
        ("dog walker", "pet_care"),
    ];
    for (word, key) in cases {
        let found = services.category_like(word).map(|c| c.key.as_ref());
        assert_eq!(found, Some(key), "{word}");
    }
}

/// With more choices than this the search no longer counts them beside a filter.
const COUNTED_MAKES_MAX: usize = 120;

#[test]
fn the_cars_of_europe_have_their_makes_and_models() {
    let dictionary = Dictionary::embedded();
    let auto = dictionary.vertical("auto").expect("auto is shipped");
    let choices = |field: &str| auto.field(field).expect(field).choices();
    assert!(choices("make").len() <= COUNTED_MAKES_MAX);
    assert!(choices("model").len() >= 1_200);
    assert!(choices("options").len() >= 150);
    for make in choices("make").iter().filter(|m| &*m.key != "other") {
        let models = choices("model").iter();
        let own = models.filter(|m| m.within.as_ref() == Some(&make.key));
        assert!(own.count() > 0, "{} has no model", make.key);
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

/// A help line is read under a field: longer than this it is a paragraph.
const HELP_LETTERS_MAX: usize = 150;

#[test]
fn every_field_says_in_four_languages_how_to_fill_it_in() {
    let dictionary = Dictionary::embedded();
    let mut silent = Vec::new();
    for vertical in dictionary.verticals() {
        for field in &vertical.fields {
            let help = &field.help;
            for (language, text) in [
                ("fr", &help.fr),
                ("nl", &help.nl),
                ("en", &help.en),
                ("de", &help.de),
            ] {
                let length = text.chars().count();
                if !(8..=HELP_LETTERS_MAX).contains(&length) {
                    silent.push(format!(
                        "{} {} {language}: {length} letters",
                        vertical.key, field.key
                    ));
                }
            }
        }
    }
    assert_eq!(silent, [""; 0]);
}

#[test]
fn help_never_repeats_the_label() {
    let dictionary = Dictionary::embedded();
    for vertical in dictionary.verticals() {
        for field in &vertical.fields {
            for language in Language::ALL {
                let (label, help) = (field.label.get(language), field.help.get(language));
                assert_ne!(fold(label), fold(help), "{} {}", vertical.key, field.key);
            }
        }
    }
}
