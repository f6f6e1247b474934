//! The parts of an address in other people's files, and what the gazetteer completes.

use dictionary::{Place, fold};
use gazetteer::Gazetteer;

use crate::convert::clean;
use crate::nothing::is_nothing;

/// Puts a cell where its part of the place belongs.
pub(crate) fn put_place(place: &mut Place, part: &str, cell: &str) {
    let text = clean(cell);
    if is_nothing(&text) {
        return;
    }
    match part {
        "place.country" => {
            let code = country_code(&text);
            if let Some(code) = code {
                place.country = code.to_owned();
            }
        }
        // British files have it in two halves.
        "place.postcode" if !place.postcode.is_empty() => {
            place.postcode.push(' ');
            place.postcode.push_str(&text);
        }
        "place.postcode" => place.postcode = text.trim_end_matches(".0").to_owned(),
        "place.town" => place.town = text,
        "place.region" => place.region = text,
        "place.street" => place.street = text,
        "place.number" => place.number = text.trim_end_matches(".0").to_owned(),
        "place.lat" => place.lat = degrees(&text, 90.0),
        "place.lon" => place.lon = degrees(&text, 180.0),
        _ if text.starts_with('{') => put_object(place, &text),
        _ => put_text(place, text),
    }
}

/// "9000 Gent", or a town.
fn put_text(place: &mut Place, text: String) {
    let (code, town) = text.split_once(' ').unwrap_or(("", &text));
    if code.len() >= 4 && code.bytes().all(|b| b.is_ascii_digit()) {
        place.postcode = code.to_owned();
        place.town = town.trim().to_owned();
    } else {
        place.town = text;
    }
}

/// An address written as a JSON object inside a cell.
fn put_object(place: &mut Place, text: &str) {
    let Ok(serde_json::Value::Object(parts)) = serde_json::from_str(text) else {
        return;
    };
    for (name, value) in &parts {
        let Some(value) = value.as_str() else {
            continue;
        };
        let part = match fold(name).as_str() {
            "addr1" | "street" | "streetaddress" | "rue" => "place.street",
            "city" | "town" | "ville" | "addresslocality" => "place.town",
            "postal code" | "postcode" | "zip" | "postalcode" => "place.postcode",
            "region" | "state" | "addressregion" => "place.region",
            "country" | "addresscountry" => "place.country",
            _ => continue,
        };
        put_place(place, part, value);
    }
}

fn degrees(text: &str, most: f64) -> Option<f64> {
    let number: f64 = text.replace(',', ".").parse().ok()?;
    (number.abs() <= most && number != 0.0).then_some((number * 1e6).round() / 1e6)
}

/// ISO 3166-1 alpha-2 of a country's name or code.
pub(crate) fn country_code(text: &str) -> Option<&str> {
    let text = text.trim();
    Some(match fold(text).as_str() {
        "be" | "belgium" | "belgique" | "belgie" | "belgien" | "bel" => "BE",
        "fr" | "france" | "frankrijk" | "frankreich" | "fra" => "FR",
        "nl" | "netherlands" | "nederland" | "pays bas" | "niederlande" | "nld" => "NL",
        "gb" | "uk" | "united kingdom" | "great britain" | "england" | "gbr" => "GB",
        "lu" | "luxembourg" | "luxemburg" | "lux" => "LU",
        "es" | "esp" | "spain" | "espagne" | "espana" | "spanje" | "spanien" => "ES",
        "de" | "germany" | "allemagne" | "deutschland" | "duitsland" | "deu" => "DE",
        "pt" | "prt" | "portugal" => "PT",
        "it" | "ita" | "italy" | "italie" | "italia" | "italien" => "IT",
        "us" | "usa" | "united states" | "etats unis" => "US",
        "ca" | "canada" => "CA",
        "ch" | "che" | "switzerland" | "suisse" | "schweiz" | "zwitserland" => "CH",
        "at" | "aut" | "austria" | "autriche" | "osterreich" => "AT",
        "au" | "aus" | "australia" => "AU",
        "ie" | "ireland" | "irl" => "IE",
        "cz" | "czech republic" | "czechia" | "cesko" => "CZ",
        _ if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) => text,
        _ => return None,
    })
}

/// Completes what the gazetteer knows: country, town of a postcode, coordinates. None for a place
/// of which nothing is said.
pub(crate) fn completed(mut place: Place, country: &str) -> Option<Place> {
    if place == Place::default() {
        return None;
    }
    if place.country.is_empty() {
        place.country = country.to_owned();
    }
    if place.lat.is_some() && place.lon.is_some() {
        return Some(place);
    }
    let places = Gazetteer::shipped();
    let town = places
        .by_postcode(&place.country, &place.postcode)
        .or_else(|| {
            places
                .find(Some(&place.country), &place.town)
                .into_iter()
                .next()
                .filter(|_| !place.town.is_empty())
        });
    if let Some(town) = town {
        (place.lat, place.lon) = (Some(f64::from(town.lat)), Some(f64::from(town.lon)));
        if place.town.is_empty() {
            place.town = town.name.to_string();
        }
        if place.region.is_empty() {
            place.region = town.region.to_string();
        }
    }
    Some(place)
}
