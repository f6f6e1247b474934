//! The verticals that we ship are without fault, and hold what the trades need.

use dictionary::Dictionary;

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
