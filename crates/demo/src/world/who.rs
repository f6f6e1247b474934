//! The agencies, dealers and tradesmen: invented names in real towns.

use dictionary::{Vertical, fold};
use gazetteer::{Gazetteer, Town};

use super::places::{plain, street};
use super::{Business, Scale};
use crate::chance::Chance;
use crate::pool::Motif;

/// Name, country, language, town, e-mail name of the owner.
type Known = (&'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const AGENCIES: [Known; 12] = [
    ("Maison Lumen", "BE", "fr", "Bruxelles"), ("Huis Merelhof", "BE", "nl", "Gent"),
    ("Ardoise & Clef", "BE", "fr", "Namur"), ("Zilverberk Wonen", "BE", "nl", "Antwerpen"),
    ("Clos Vermeil", "FR", "fr", "Lyon"), ("Les Toits de Garance", "FR", "fr", "Lille"),
    ("Oriel & Platane", "FR", "fr", "Bordeaux"), ("Grachtwende Makelaars", "NL", "nl", "Amsterdam"),
    ("Polderhorst Wonen", "NL", "nl", "Utrecht"), ("Larkmoor & Pell", "GB", "en", "Bristol"),
    ("Thistlewick Homes", "GB", "en", "Edinburgh"), ("Saltmarsh & Quill", "GB", "en", "London"),
];

#[rustfmt::skip]
const DEALERS: [Known; 20] = [
    ("Garage Montelune", "BE", "fr", "Liège"), ("Autohof Velderik", "BE", "nl", "Gent"),
    ("Carrefour des Roues", "BE", "fr", "Charleroi"), ("Wielenweelde", "BE", "nl", "Hasselt"),
    ("Autos Brabançonne & Fils", "BE", "fr", "Wavre"), ("Rijgenot Mechelen", "BE", "nl", "Mechelen"),
    ("Garage du Grand Hêtre", "FR", "fr", "Toulouse"), ("Volant Vermillon", "FR", "fr", "Lyon"),
    ("Autos de la Loire Douce", "FR", "fr", "Nantes"), ("Relais des Quatre Pneus", "FR", "fr", "Lille"),
    ("Garage Mistralou", "FR", "fr", "Marseille"), ("Bielle & Cie de l'Est", "FR", "fr", "Strasbourg"),
    ("Autohuis Duinpan", "NL", "nl", "Haarlem"), ("Van Rijsselt Rijdt", "NL", "nl", "Eindhoven"),
    ("Automeent", "NL", "nl", "Utrecht"), ("Bolder & Rem", "NL", "nl", "Rotterdam"),
    ("Hedgerow Motors", "GB", "en", "Leeds"), ("Pennyfarthing Cars", "GB", "en", "Bristol"),
    ("Fernacre Motor House", "GB", "en", "Manchester"), ("Larkspur Garage", "GB", "en", "Norwich"),
];

#[rustfmt::skip]
const FIRST: [(&str, [&str; 16]); 3] = [
    ("fr", ["Anna", "Julien", "Claire", "Mathieu", "Sophie", "Karim", "Élise", "Hugo", "Nadia", "Thomas", "Camille", "Olivier", "Inès", "Pascal", "Lucie", "Damien"]),
    ("nl", ["Lotte", "Bram", "Sanne", "Wouter", "Eva", "Jeroen", "Femke", "Pieter", "Amina", "Tom", "Hanne", "Koen", "Noor", "Stijn", "Ilse", "Ruben"]),
    ("en", ["Alice", "Tom", "Grace", "Oliver", "Priya", "Jack", "Megan", "Daniel", "Ruth", "Callum", "Emma", "Owen", "Isla", "Samir", "Hannah", "George"]),
];

#[rustfmt::skip]
const LAST: [(&str, [&str; 24]); 3] = [
    ("fr", ["Delcourt", "Marchal", "Lambinet", "Roussel", "Bertaux", "Colinet", "Fontenoy", "Garnier", "Hennaut", "Jacquet", "Lacombe", "Mercadier", "Noiret", "Pirard", "Quentin", "Rigaud", "Sauvage", "Thirion", "Vasseur", "Wauthier", "Aubry", "Belmont", "Cuvelier", "Destrée"]),
    ("nl", ["De Wilde", "Verhaegen", "Bosmans", "Kuipers", "Van Looy", "Dekker", "Hendrickx", "Mulder", "Claessens", "Smeets", "Goossens", "Visser", "Wouters", "Van Dam", "Baert", "Schouten", "Lemmens", "Brouwer", "De Ridder", "Hoekstra", "Segers", "Timmers", "Aerts", "Postma"]),
    ("en", ["Ashdown", "Barlow", "Carver", "Dalton", "Ellery", "Fairley", "Garrick", "Holloway", "Inskip", "Jessop", "Kerslake", "Langley", "Merrick", "Norwood", "Oakes", "Pemberton", "Quayle", "Rowley", "Stoddart", "Tilney", "Underhill", "Wainwright", "Yardley", "Thorne"]),
];

pub(crate) fn agencies(scale: Scale, seed: u64) -> Vec<Business> {
    let mut chance = Chance::new(seed, 1);
    let each = scale.of(4_000) / AGENCIES.len();
    let made = AGENCIES.iter().enumerate().map(|(at, known)| {
        let stream = 100 + at as u64;
        let listings = each
            + if at < scale.of(4_000) % AGENCIES.len() {
                1
            } else {
                0
            };
        business(*known, "estate", stream, listings, &mut chance)
    });
    made.collect()
}

pub(crate) fn dealers(scale: Scale, seed: u64) -> Vec<Business> {
    let mut chance = Chance::new(seed, 2);
    let each = scale.of(30_000) / DEALERS.len();
    let made = DEALERS
        .iter()
        .enumerate()
        .map(|(at, known)| business(*known, "auto", 200 + at as u64, each, &mut chance));
    made.collect()
}

/// Tradesmen all over the four countries, trade by trade.
pub(crate) fn tradesmen(services: &Vertical, scale: Scale, seed: u64) -> Vec<Business> {
    let mut chance = Chance::new(seed, 3);
    let trades: Vec<_> = services
        .categories
        .iter()
        .filter(|c| c.parent.is_some())
        .collect();
    if trades.is_empty() {
        return Vec::new();
    }
    let cities: Vec<Vec<&'static Town>> = ["BE", "FR", "NL", "GB"]
        .iter()
        .map(|c| {
            Gazetteer::shipped()
                .cities(c)
                .into_iter()
                .filter(|t| plain(t))
                .collect()
        })
        .collect();
    let mut made: Vec<Business> = Vec::new();
    for at in 0..scale.of(400) {
        let trade = trades[at % trades.len()];
        let town = *chance.pick(chance_country(&cities, at));
        let language = super::places::street_language(town);
        let (_, lasts) = LAST
            .iter()
            .find(|(l, _)| *l == language)
            .unwrap_or(&LAST[0]);
        let last = *chance.pick(lasts);
        let name = match (chance.int(0, 3), language) {
            (0, "fr") => format!("{last} & Fils"),
            (0, "nl") => format!("{last} en Zonen"),
            (0, _) => format!("{last} & Sons"),
            (1, "en") => format!("{last} & Co"),
            (1, _) => format!("Atelier {last}"),
            (2, _) => format!("{last} {}", town.name),
            (_, "fr") => format!("Maison {last}"),
            (_, "nl") => format!("Werkhuis {last}"),
            _ => format!("{last} Works"),
        };
        let mut one = business(
            ("", town.country, language, ""),
            "services",
            1_000 + at as u64,
            1,
            &mut chance,
        );
        one.slug = format!("{}-{}", slug(&format!("{last} {}", trade.key)), at + 1);
        one.email = format!("info@{}.example", one.slug);
        one.name = name;
        one.town = town;
        one.street = format!("{} {}", street(town, &mut chance), chance.int(1, 90));
        one.logo = logo(last, &trade.key, at as u8);
        one.trade = Some(trade.key.clone());
        if let Some(owner) = one.people.first_mut() {
            owner.1 = last.to_owned();
        }
        made.push(one);
    }
    made
}

fn chance_country<'a>(cities: &'a [Vec<&'static Town>], at: usize) -> &'a [&'static Town] {
    // Belgium twice as often: the site of quotes is at home there.
    &cities[[0, 1, 0, 2, 3][at % 5]]
}

fn business(
    (name, country, language, city): Known,
    vertical: &'static str,
    stream: u64,
    listings: usize,
    chance: &mut Chance,
) -> Business {
    let found = Gazetteer::shipped().find(Some(country), city);
    let home = found.into_iter().find(|t| plain(t));
    let home = home.unwrap_or(&Gazetteer::shipped().towns()[0]);
    let (_, firsts) = FIRST
        .iter()
        .find(|(l, _)| *l == language)
        .unwrap_or(&FIRST[0]);
    let (_, lasts) = LAST
        .iter()
        .find(|(l, _)| *l == language)
        .unwrap_or(&LAST[0]);
    let mut firsts = *firsts;
    // The first of the list is the owner of the first agency, whom the documents name.
    if stream != 100 {
        chance.shuffle(&mut firsts);
    }
    let people = firsts[..3]
        .iter()
        .map(|f| ((*f).to_owned(), (*chance.pick(lasts)).to_owned()));
    let slug = slug(name);
    let code = match country {
        "BE" => "+32 2 555",
        "FR" => "+33 1 99 00",
        "NL" => "+31 85 555",
        _ => "+44 1632 960",
    };
    Business {
        email: format!("info@{slug}.example"),
        people: people.collect(),
        logo: logo(
            name,
            name.split(' ').next_back().unwrap_or(name),
            stream as u8,
        ),
        slug,
        name: name.to_owned(),
        vertical,
        country,
        language,
        town: home,
        street: format!("{} {}", street(home, chance), chance.int(1, 120)),
        phone: format!("{code} {:02} {:02}", chance.int(10, 99), chance.int(10, 99)),
        trade: None,
        stream,
        listings,
    }
}

fn logo(first: &str, second: &str, variant: u8) -> Motif {
    let initial = |word: &str| {
        let letter = fold(word)
            .chars()
            .find(char::is_ascii_alphabetic)
            .unwrap_or('e');
        letter.to_ascii_uppercase()
    };
    Motif::Logo(initial(first), initial(second), variant % 28)
}

pub(crate) fn slug(name: &str) -> String {
    fold(name).split_whitespace().collect::<Vec<_>>().join("-")
}
