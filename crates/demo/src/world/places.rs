//! Towns to live in, and streets by their language.

use dictionary::Place;
use gazetteer::{Gazetteer, Town};

use crate::chance::Chance;

#[rustfmt::skip]
const STREETS_FR: [&str; 26] = ["rue des Tilleuls", "avenue des Marronniers", "rue du Moulin", "rue de l'Église", "chemin des Vignes", "rue des Jardins", "place du Marché", "rue Haute", "rue Basse", "avenue de la Gare", "rue du Vieux Pont", "allée des Acacias", "rue de la Fontaine", "rue des Remparts", "chemin du Bois", "rue de l'Abbaye", "quai des Bateliers", "rue des Tanneurs", "boulevard du Nord", "rue du Verger", "rue de la Station", "clos des Merles", "rue des Artisans", "impasse du Puits", "rue du Château", "rue Neuve"];
#[rustfmt::skip]
const STREETS_NL: [&str; 26] = ["Lindelaan", "Kerkstraat", "Molenstraat", "Stationsstraat", "Dorpsstraat", "Kastanjelaan", "Schoolstraat", "Beukenlaan", "Veldweg", "Nieuwstraat", "Hoogstraat", "Marktplein", "Wilgenlaan", "Brugstraat", "Kapelstraat", "Akkerweg", "Vaartkant", "Boomgaardstraat", "Oude Baan", "Merellaan", "Zandstraat", "Havenkade", "Begijnenstraat", "Populierenlaan", "Weverstraat", "Bosrand"];
#[rustfmt::skip]
const STREETS_EN: [&str; 26] = ["Orchard Lane", "Church Street", "Mill Road", "Station Road", "High Street", "Chestnut Avenue", "Park Terrace", "Bridge Street", "The Green", "Victoria Road", "Elm Grove", "Priory Lane", "Quay Street", "Meadow Rise", "School Lane", "Castle Hill", "Willow Close", "Market Place", "Hawthorn Way", "Abbey Road East", "Rectory Drive", "Weavers Row", "Beech Crescent", "Lower Street", "Kingfisher Court", "Well Lane"];
#[rustfmt::skip]
const REGIONS_NL: [&str; 7] = ["vlaanderen", "flandre", "flanders", "vlaams", "antwerp", "limburg", "anvers"];

/// How streets are called in a town.
pub(crate) fn street_language(town: &Town) -> &'static str {
    match town.country {
        "NL" => "nl",
        "GB" => "en",
        "BE" if REGIONS_NL
            .iter()
            .any(|r| town.region.to_lowercase().contains(r)) =>
        {
            "nl"
        }
        // Flemish towns by their postcodes: 1500–1999, 2000–3999, 8000–9999.
        "BE" => match town.postcode.parse::<u32>() {
            Ok(1500..=3999 | 8000..=9999) => "nl",
            _ => "fr",
        },
        _ => "fr",
    }
}

pub(crate) fn street(town: &Town, chance: &mut Chance) -> String {
    let streets = match street_language(town) {
        "nl" => &STREETS_NL,
        "en" => &STREETS_EN,
        _ => &STREETS_FR,
    };
    (*chance.pick(streets)).to_owned()
}

/// A town near home: often the home itself.
pub(crate) fn near(
    home: &'static Town,
    around: &[&'static Town],
    chance: &mut Chance,
) -> &'static Town {
    if around.is_empty() || chance.yes(0.45) {
        home
    } else {
        chance.pick::<&Town>(around)
    }
}

/// The towns about a home that people live in, without post-office codes.
pub(crate) fn around(home: &Town, radius_km: f64) -> Vec<&'static Town> {
    let mut towns: Vec<&'static Town> = Gazetteer::shipped()
        .around(home.lat.into(), home.lon.into(), radius_km)
        .into_iter()
        .map(|(town, _)| town)
        .filter(|t| t.country == home.country && plain(t))
        .collect();
    towns.sort_by(|a, b| (&a.postcode, &a.name).cmp(&(&b.postcode, &b.name)));
    towns
}

pub(crate) fn plain(town: &Town) -> bool {
    let name = town.name.to_lowercase();
    !name.contains("cedex") && town.lat > 40.0 && !name.chars().any(|c| c.is_ascii_digit())
}

/// An address in the town, its point a little beside the town's.
pub(crate) fn place(town: &Town, chance: &mut Chance) -> Place {
    let spread = if town.weight > 200 { 0.022 } else { 0.011 };
    let round = |degrees: f64| (degrees * 1e5).round() / 1e5;
    Place {
        country: town.country.to_owned(),
        postcode: town.postcode.to_string(),
        town: town.name.to_string(),
        region: town.region.to_string(),
        street: street(town, chance),
        number: chance.int(1, 188).to_string(),
        lat: Some(round(f64::from(town.lat) + chance.bell(0.0, spread * 0.6))),
        lon: Some(round(f64::from(town.lon) + chance.bell(0.0, spread))),
    }
}

/// What a square metre to live in costs there, in the country's currency.
pub(crate) fn level(town: &Town) -> f64 {
    let name: &str = &town.name;
    let starts = |names: &[&str]| names.iter().any(|n| name.starts_with(n));
    let dear = match town.country {
        "BE" if starts(&["Knokke"]) => 5200.0,
        "BE" if starts(&["Bruxelles", "Ixelles", "Uccle", "Etterbeek", "Woluwe"]) => 3600.0,
        "BE" if starts(&["Leuven", "Gent", "Brugge", "Antwerpen", "Waterloo"]) => 3300.0,
        "BE" if starts(&["Charleroi", "La Louvière", "Seraing", "Verviers", "Mons"]) => 1500.0,
        "FR" if starts(&["Paris"]) => 10_200.0,
        "FR" if starts(&["Nice", "Cannes", "Annecy", "Versailles"]) => 5400.0,
        "FR" if starts(&["Lyon", "Bordeaux", "Nantes"]) => 4300.0,
        "NL" if starts(&["Amsterdam"]) => 7600.0,
        "NL" if starts(&["Utrecht", "Haarlem"]) => 5900.0,
        "GB" if starts(&["London"]) => 8900.0,
        "GB" if starts(&["Oxford", "Cambridge", "Bath", "Brighton"]) => 5400.0,
        "GB" if starts(&["Edinburgh", "Bristol"]) => 4300.0,
        _ => 0.0,
    };
    if dear > 0.0 {
        return dear;
    }
    let country = match town.country {
        "BE" => 2150.0,
        "FR" => 1950.0,
        "NL" => 3700.0,
        _ => 2700.0,
    };
    country * (1.0 + f64::from(town.weight).max(1.0).ln() * 0.06)
}

pub(crate) fn currency(country: &str) -> &'static str {
    if country == "GB" { "GBP" } else { "EUR" }
}
