//! Towns and postcodes of Belgium, France, the Netherlands, Great Britain and Luxembourg.
//!
//! Names in any of their languages and postcodes become places on the earth; nothing is asked of
//! anybody outside. The table is GeoNames' (CC BY 4.0, see NOTICE). Pure: no network, no clock.

use std::io::Read;
use std::sync::{Arc, LazyLock};

use ahash::AHashMap as HashMap;
use dictionary::fold;

const TOWNS: &[u8] = include_bytes!("../places/towns.txt.gz");
const CITIES: &str = include_str!("../places/cities.txt");
const EARTH_RADIUS_KM: f64 = 6371.0;
pub const COUNTRIES: [&str; 5] = ["BE", "FR", "NL", "GB", "LU"];

/// A place with its postcode. One town may have several rows, one for each postcode.
#[derive(Clone, Debug, PartialEq)]
pub struct Town {
    /// ISO 3166-1 alpha-2.
    pub country: &'static str,
    pub postcode: Box<str>,
    pub name: Box<str>,
    pub region: Arc<str>,
    pub lat: f32,
    pub lon: f32,
    /// Thousands of inhabitants of the larger towns; 0 where unknown.
    pub weight: u32,
}

pub struct Gazetteer {
    towns: Vec<Town>,
    /// Folded names in order, each with its town; a town has one for each of its names.
    names: Vec<(Box<str>, u32)>,
    postcodes: HashMap<(&'static str, Box<str>), u32>,
    /// Towns by a grid of half degrees.
    cells: HashMap<(i16, i16), Vec<u32>>,
}

impl Gazetteer {
    /// The table that this program ships; unpacked at its first use.
    pub fn shipped() -> &'static Gazetteer {
        static SHIPPED: LazyLock<Gazetteer> = LazyLock::new(Gazetteer::unpack);
        &SHIPPED
    }

    pub fn len(&self) -> usize {
        self.towns.len()
    }

    pub fn is_empty(&self) -> bool {
        self.towns.is_empty()
    }

    /// The towns that a name or a postcode means, the largest first; none if it means nothing.
    pub fn find(&self, country: Option<&str>, text: &str) -> Vec<&Town> {
        let text = text.trim();
        let digits = text.bytes().any(|b| b.is_ascii_digit());
        if digits {
            let postcode = text.split_whitespace().next().unwrap_or_default();
            let known = |c: &&&str| country.is_none_or(|asked| asked.eq_ignore_ascii_case(c));
            let at = COUNTRIES
                .iter()
                .filter(known)
                .filter_map(|c| self.by_postcode(c, postcode));
            let found: Vec<&Town> = at.collect();
            if !found.is_empty() {
                return found;
            }
        }
        let wanted = fold(text);
        if wanted.is_empty() {
            return Vec::new();
        }
        let start = self
            .names
            .partition_point(|(name, _)| name.as_ref() < wanted.as_str());
        let same = self.names[start..]
            .iter()
            .take_while(|(name, _)| **name == *wanted);
        self.ranked(country, same.map(|(_, town)| *town))
    }

    /// Towns whose name or postcode begins like this, the largest first, each name once.
    pub fn suggest(&self, prefix: &str, limit: usize) -> Vec<&Town> {
        let wanted = fold(prefix);
        if wanted.len() < 2 {
            return Vec::new();
        }
        if wanted.bytes().all(|b| b.is_ascii_digit()) && wanted.len() >= 4 {
            return self.find(None, &wanted).into_iter().take(limit).collect();
        }
        let start = self
            .names
            .partition_point(|(name, _)| name.as_ref() < wanted.as_str());
        let same = self.names[start..]
            .iter()
            .take_while(|(name, _)| name.starts_with(&wanted));
        let mut found = self.ranked(None, same.take(2_000).map(|(_, town)| *town));
        let mut seen = std::collections::HashSet::new();
        found.retain(|town| seen.insert((town.country, town.name.clone())));
        found.truncate(limit);
        found
    }

    /// Towns whose name is one or two letters away from a text, the nearest and largest first.
    pub fn alike(&self, text: &str, limit: usize) -> Vec<&Town> {
        let wanted: Vec<char> = fold(text).chars().take(40).collect();
        let most = match wanted.len() {
            0..=2 => return Vec::new(),
            3..=5 => 1,
            _ => 2,
        };
        let mut found: Vec<(usize, &Town)> = Vec::new();
        for (name, at) in &self.names {
            if name.len().abs_diff(wanted.len()) > most || !name.starts_with(wanted[0]) {
                continue;
            }
            let apart = letters_apart(&wanted, name);
            if apart <= most {
                found.push((apart, &self.towns[*at as usize]));
            }
        }
        found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.weight.cmp(&a.1.weight)));
        let mut seen = std::collections::HashSet::new();
        found.retain(|(_, town)| seen.insert(town.name.clone()));
        found
            .into_iter()
            .map(|(_, town)| town)
            .take(limit)
            .collect()
    }

    pub fn by_postcode(&self, country: &str, postcode: &str) -> Option<&Town> {
        let country = COUNTRIES
            .into_iter()
            .find(|c| c.eq_ignore_ascii_case(country))?;
        let plain = postcode.trim().to_uppercase();
        let plain = plain.strip_prefix("L-").unwrap_or(&plain);
        // NL and GB codes are kept without their letters behind the blank: 1012 AB, SW1A 1AA.
        let short = match country {
            "NL" => plain.get(..4).unwrap_or(plain),
            "GB" => plain.split_whitespace().next().unwrap_or(plain),
            _ => plain.split_whitespace().next().unwrap_or(plain),
        };
        self.postcodes
            .get(&(country, short.into()))
            .map(|at| &self.towns[*at as usize])
    }

    /// The town nearest to a point, within about 50 km.
    pub fn nearest(&self, lat: f64, lon: f64) -> Option<&Town> {
        let near = self.around(lat, lon, 50.0);
        near.into_iter()
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(town, _)| town)
    }

    /// Towns within a radius, with their distance in kilometres, in no order.
    pub fn around(&self, lat: f64, lon: f64, radius_km: f64) -> Vec<(&Town, f64)> {
        let (south, north) = (lat - radius_km / 110.0, lat + radius_km / 110.0);
        let wide = radius_km / (111.0 * lat.to_radians().cos().max(0.05));
        let mut found = Vec::new();
        for y in cell(south)..=cell(north) {
            for x in cell(lon - wide)..=cell(lon + wide) {
                for at in self.cells.get(&(y, x)).into_iter().flatten() {
                    let town = &self.towns[*at as usize];
                    let far = distance_km((lat, lon), (town.lat.into(), town.lon.into()));
                    if far <= radius_km {
                        found.push((town, far));
                    }
                }
            }
        }
        found
    }

    /// Towns between parallels and meridians, in no order.
    pub fn between(
        &self,
        south: f64,
        north: f64,
        west: f64,
        east: f64,
    ) -> impl Iterator<Item = &Town> {
        let cells = (cell(south)..=cell(north))
            .flat_map(move |y| (cell(west)..=cell(east)).map(move |x| (y, x)));
        let towns = cells.flat_map(|at| self.cells.get(&at).into_iter().flatten());
        towns.map(|at| &self.towns[*at as usize]).filter(move |t| {
            (south..=north).contains(&f64::from(t.lat)) && (west..=east).contains(&f64::from(t.lon))
        })
    }

    /// The larger towns of a country, largest first.
    pub fn cities(&self, country: &str) -> Vec<&Town> {
        let mut seen = std::collections::HashSet::new();
        let mut cities: Vec<&Town> = self
            .towns
            .iter()
            .filter(|t| t.weight > 0 && t.country == country)
            .collect();
        cities.sort_by(|a, b| b.weight.cmp(&a.weight).then(a.postcode.cmp(&b.postcode)));
        cities.retain(|town| seen.insert(town.name.clone()));
        cities
    }

    pub fn towns(&self) -> &[Town] {
        &self.towns
    }

    fn ranked(&self, country: Option<&str>, at: impl Iterator<Item = u32>) -> Vec<&Town> {
        let mut found: Vec<&Town> = at.map(|at| &self.towns[at as usize]).collect();
        if let Some(country) = country {
            found.retain(|town| town.country.eq_ignore_ascii_case(country));
        }
        found.sort_by(|a, b| {
            b.weight
                .cmp(&a.weight)
                .then_with(|| a.postcode.cmp(&b.postcode))
        });
        found
    }

    fn unpack() -> Gazetteer {
        let mut text = String::new();
        let read = flate2::read::GzDecoder::new(TOWNS).read_to_string(&mut text);
        assert!(read.is_ok(), "the shipped table of towns is whole");
        let cities = cities();
        let (mut towns, mut country) = (Vec::new(), "");
        let mut region: Arc<str> = Arc::from("");
        for line in text.lines() {
            if let Some(head) = line.strip_prefix('#') {
                let (code, name) = head.split_once('\t').unwrap_or((head, ""));
                country = COUNTRIES.into_iter().find(|c| *c == code).unwrap_or("");
                region = Arc::from(name);
                continue;
            }
            let mut cells = line.split('\t');
            let mut next = || cells.next().unwrap_or_default();
            let (postcode, name, lat, lon) = (next(), next(), next(), next());
            let weight = cities
                .get(&(country, base(name)))
                .map_or(0, |city| city.weight);
            towns.push(Town {
                country,
                postcode: postcode.into(),
                name: name.into(),
                region: region.clone(),
                lat: lat.parse().unwrap_or(0.0),
                lon: lon.parse().unwrap_or(0.0),
                weight,
            });
        }
        Gazetteer::indexed(towns, &cities)
    }

    fn indexed(towns: Vec<Town>, cities: &HashMap<(&'static str, &str), City>) -> Gazetteer {
        let mut names: Vec<(Box<str>, u32)> = Vec::with_capacity(towns.len() * 2);
        let mut postcodes: HashMap<(&'static str, Box<str>), u32> = HashMap::new();
        let mut cells: HashMap<(i16, i16), Vec<u32>> = HashMap::new();
        for (at, town) in towns.iter().enumerate() {
            let at = at as u32;
            names.push((fold(&town.name).into_boxed_str(), at));
            if let Some(city) = cities.get(&(town.country, base(&town.name))) {
                names.push((fold(base(&town.name)).into_boxed_str(), at));
                names.extend(city.others.iter().map(|o| (fold(o).into_boxed_str(), at)));
            }
            postcodes
                .entry((town.country, town.postcode.clone()))
                .or_insert(at);
            cells
                .entry((cell(town.lat.into()), cell(town.lon.into())))
                .or_default()
                .push(at);
        }
        // Their first letters as a number tell most names apart without a look at the text.
        let begin = |name: &str| {
            let mut letters = [0; 8];
            let taken = name.len().min(letters.len());
            letters[..taken].copy_from_slice(&name.as_bytes()[..taken]);
            u64::from_be_bytes(letters)
        };
        let names = names.into_iter().map(|(name, at)| (begin(&name), name, at));
        let mut names: Vec<(u64, Box<str>, u32)> = names.collect();
        names.sort_unstable();
        names.dedup();
        let names = names.into_iter().map(|(_, name, at)| (name, at)).collect();
        Gazetteer {
            towns,
            names,
            postcodes,
            cells,
        }
    }
}

struct City {
    weight: u32,
    others: Vec<&'static str>,
}

fn cities() -> HashMap<(&'static str, &'static str), City> {
    let mut cities = HashMap::new();
    for line in CITIES.lines().filter(|l| !l.starts_with('#')) {
        let mut cells = line.split('\t');
        let (Some(country), Some(name)) = (cells.next(), cells.next()) else {
            continue;
        };
        let weight = cells.next().and_then(|w| w.parse().ok()).unwrap_or(0);
        let others = cells
            .next()
            .map(|o| o.split(", ").collect())
            .unwrap_or_default();
        cities.insert((country, name), City { weight, others });
    }
    cities
}

/// Letters to insert, leave out or replace (Levenshtein, 1966).
pub fn letters_apart(one: &[char], other: &str) -> usize {
    let mut row: Vec<usize> = (0..=one.len()).collect();
    for (at, letter) in other.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (i, own) in one.iter().enumerate() {
            let replaced = diagonal + usize::from(*own != letter);
            diagonal = row[i + 1];
            row[i + 1] = replaced.min(row[i] + 1).min(diagonal + 1);
        }
    }
    row[one.len()]
}

/// `Paris 07` and `Gent (Ledeberg)` belong to Paris and Gent.
fn base(name: &str) -> &str {
    let end = name.find([' ', '(']).filter(|at| {
        let rest = name[*at..].trim_start();
        rest.starts_with('(') || rest.bytes().next().is_some_and(|b| b.is_ascii_digit())
    });
    name[..end.unwrap_or(name.len())].trim()
}

fn cell(degrees: f64) -> i16 {
    (degrees * 2.0).floor() as i16
}

/// Great-circle distance of two points in degrees (haversine).
pub fn distance_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (lat, lon) = ((b.0 - a.0).to_radians(), (b.1 - a.1).to_radians());
    let half = (lat / 2.0).sin().powi(2)
        + a.0.to_radians().cos() * b.0.to_radians().cos() * (lon / 2.0).sin().powi(2);
    2.0 * EARTH_RADIUS_KM * half.sqrt().min(1.0).asin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_town_is_found_by_each_of_its_names_and_by_its_postcode() {
        let places = Gazetteer::shipped();
        for name in ["Gent", "gand", "Ghent", "9000", "GENT"] {
            let found = places.find(Some("BE"), name);
            assert!(
                found.iter().any(|t| t.postcode.as_ref() == "9000"),
                "{name}: {found:?}"
            );
        }
        assert_eq!(
            places.by_postcode("NL", "1012 AB").map(|t| t.country),
            Some("NL")
        );
        assert!(places.by_postcode("GB", "SW1A 1AA").is_some());
        assert!(places.find(None, "Atlantis").is_empty());
        let meant = |text| {
            places
                .alike(text, 3)
                .iter()
                .map(|t| t.name.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(meant("Namr").first().map(String::as_str), Some("Namur"));
        assert!(
            meant("Bruxelle").contains(&"Bruxelles".to_owned()),
            "{:?}",
            meant("Bruxelle")
        );
    }

    #[test]
    fn suggestions_begin_with_the_largest_town() {
        let found = Gazetteer::shipped().suggest("brux", 5);
        assert_eq!(found.first().map(|t| t.weight), Some(1200), "{found:?}");
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        let (brussels, paris) = ((50.85, 4.35), (48.857, 2.352));
        assert!((distance_km(brussels, paris) - 264.0).abs() < 3.0);
        let near = Gazetteer::shipped()
            .nearest(51.05, 3.72)
            .expect("Ghent is near");
        assert_eq!(near.country, "BE");
    }
}
