//! An address of a site becomes a query, and a query an address.

use std::sync::Arc;

use dictionary::{Decimal, Dictionary, Field, Kind, Language, Money, Vertical, read_number};
use gazetteer::Gazetteer;
use search::{Near, Query, Sort};

use super::Visit;
use crate::Site;
use crate::text::slug;

pub const PAGE_LISTINGS: usize = 20;
pub const RADIUS_KM: f64 = 15.0;
const RADIUS_MAX_KM: f64 = 200.0;
const PAGES_MAX: usize = 500;

/// What a visitor asked, with what is needed to ask a little differently.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub query: Query,
    /// Name and value in the order of the address, without page and sort.
    pub pairs: Vec<(String, String)>,
    pub sort: String,
    pub page: usize,
    pub near_text: String,
    pub radius_km: f64,
    /// A place was named that nobody knows: nothing is near it.
    pub lost_place: bool,
    /// Filters that mean nothing here, and values that their filters cannot take.
    pub lost: Vec<Lost>,
    pub map: bool,
}

/// A part of an address that could not be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    pub name: String,
    pub value: String,
    /// There is such a filter, but not with this value.
    pub is_filter: bool,
}

pub fn asked(
    vertical: &Vertical,
    language: Language,
    path: &[&str],
    pairs: &[(String, String)],
) -> Asked {
    let mut asked = Asked {
        radius_km: RADIUS_KM,
        page: 1,
        ..Asked::default()
    };
    let query = &mut asked.query;
    query.vertical = Some(vertical.key.clone());
    query.language = language;
    query.limit = PAGE_LISTINGS;
    query.facets = true;
    if let Some(category) = path
        .first()
        .and_then(|word| category_of_slug(vertical, word, language))
    {
        query.category = Some(category);
    }
    if let Some(town) = path.get(1) {
        asked.near_text = town.replace('-', " ");
    }
    for (name, value) in pairs.iter().filter(|(_, v)| !v.trim().is_empty()) {
        take(&mut asked, vertical, name, value.trim());
    }
    place(&mut asked);
    asked.query.sort = sort(vertical, &asked);
    asked.query.offset = (asked.page - 1) * PAGE_LISTINGS;
    asked
}

fn take(asked: &mut Asked, vertical: &Vertical, name: &str, value: &str) {
    let lost = |is_filter| Lost {
        name: name.to_owned(),
        value: value.to_owned(),
        is_filter,
    };
    match name {
        "page" => {
            asked.page = value.parse().unwrap_or(1).clamp(1, PAGES_MAX);
            return;
        }
        "sort" => {
            let key = value.strip_prefix('-').unwrap_or(value);
            let sorts = vertical.field(key).is_some_and(|f| f.sorted);
            if sorts || matches!(key, "distance" | "newest") {
                asked.sort = value.to_owned();
            } else {
                asked.lost.push(lost(true));
            }
            return;
        }
        "view" => {
            asked.map = value == "map";
            return;
        }
        "q" => asked.query.words = value.chars().take(200).collect(),
        "category" => match vertical.category(value) {
            Some(category) => asked.query.category = Some(category.key.clone()),
            None => return asked.lost.push(lost(true)),
        },
        "currency" => {
            let code = value.to_ascii_uppercase();
            if !Money::CURRENCIES.contains(&code.as_str()) {
                return asked.lost.push(lost(true));
            }
            asked.query.currency = Some(code.into());
        }
        "near" => asked.near_text = value.chars().take(80).collect(),
        "radius_km" => match value.parse::<f64>().ok().filter(|km| *km > 0.0) {
            Some(radius) => asked.radius_km = radius.clamp(1.0, RADIUS_MAX_KM),
            None => return asked.lost.push(lost(true)),
        },
        _ => {
            if !take_field(asked, vertical, name, value) {
                return asked.lost.push(lost(field_of(vertical, name).is_some()));
            }
        }
    }
    asked.pairs.push((name.to_owned(), value.to_owned()));
}

/// The field that a filter looks at, and at which end of a range: `price_max`.
fn field_of<'a>(vertical: &'a Vertical, name: &str) -> Option<(&'a Field, Option<bool>)> {
    let (key, low) = match name.rsplit_once('_') {
        Some((key, "min")) => (key, Some(true)),
        Some((key, "max")) => (key, Some(false)),
        _ => (name, None),
    };
    let field = vertical.field(key).filter(|f| f.searched || f.sorted)?;
    Some((field, low))
}

fn take_field(asked: &mut Asked, vertical: &Vertical, name: &str, value: &str) -> bool {
    let Some((field, low)) = field_of(vertical, name) else {
        return false;
    };
    if let Some(low) = low {
        let number = read_number(value, true).filter(|n| *n >= 0.0);
        let Some(number) = number.and_then(Decimal::from_f64) else {
            return false;
        };
        let ranges = &mut asked.query.ranges;
        let at = ranges
            .iter()
            .position(|(f, _, _)| *f == field.key)
            .unwrap_or_else(|| {
                ranges.push((field.key.clone(), None, None));
                ranges.len() - 1
            });
        if low {
            ranges[at].1 = Some(number)
        } else {
            ranges[at].2 = Some(number)
        }
        return true;
    }
    let known: Option<Arc<str>> = match field.kind {
        Kind::Boolean => matches!(value, "true" | "false").then(|| Arc::from(value)),
        _ => field.choice(value).map(|c| c.key.clone()),
    };
    let Some(choice) = known else { return false };
    let choices = &mut asked.query.choices;
    match choices.iter_mut().find(|(f, _)| *f == field.key) {
        Some((_, chosen)) => chosen.push(choice),
        None => choices.push((field.key.clone(), vec![choice])),
    }
    true
}

fn place(asked: &mut Asked) {
    if asked.near_text.is_empty() {
        return;
    }
    let found = Gazetteer::shipped().find(None, &asked.near_text);
    let town = found
        .first()
        .map(|town| (f64::from(town.lat), f64::from(town.lon)));
    match town.or_else(|| point(&asked.near_text)) {
        Some((lat, lon)) => {
            asked.query.near = Some(Near {
                lat,
                lon,
                radius_km: asked.radius_km,
            });
        }
        None => asked.lost_place = true,
    }
}

/// `50.85,4.35`
fn point(text: &str) -> Option<(f64, f64)> {
    let (lat, lon) = text.split_once(',')?;
    let (lat, lon): (f64, f64) = (lat.trim().parse().ok()?, lon.trim().parse().ok()?);
    ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then_some((lat, lon))
}

fn sort(vertical: &Vertical, asked: &Asked) -> Sort {
    let (key, descending) = match asked.sort.strip_prefix('-') {
        Some(key) => (key, true),
        None => (asked.sort.as_str(), false),
    };
    match key {
        "distance" if asked.query.near.is_some() => Sort::Distance,
        _ => match vertical.field(key).filter(|f| f.sorted) {
            Some(field) => Sort::Field {
                field: field.key.clone(),
                descending,
            },
            None => Sort::Newest,
        },
    }
}

/// The category whose plural is written so in an address.
pub fn category_of_slug(vertical: &Vertical, word: &str, language: Language) -> Option<Arc<str>> {
    let here = vertical
        .categories
        .iter()
        .find(|c| slug(c.plural.get(language)) == word);
    here.or_else(|| vertical.category(word))
        .map(|c| c.key.clone())
}

/// How the address of a category's page is written in each language.
pub fn category_path<'a>(
    visit: &'a Visit<'_>,
    key: &str,
) -> Option<impl Fn(Language) -> String + 'a> {
    let category = visit.vertical.category(key)?;
    Some(move |l: Language| format!("/{}/{}", l.code(), slug(category.plural.get(l))))
}

impl Asked {
    /// All that makes this search, in the order of its address.
    pub fn all_pairs(&self) -> Vec<(&str, &str)> {
        let pairs = self.pairs.iter().map(|(n, v)| (n.as_str(), v.as_str()));
        let mut pairs: Vec<_> = pairs.collect();
        if !self.sort.is_empty() {
            pairs.push(("sort", &self.sort));
        }
        if self.map {
            pairs.push(("view", "map"));
        }
        pairs
    }

    /// The address of this search with one pair set, or taken away, from its first page.
    pub fn with(&self, base: &str, name: &str, value: Option<&str>) -> String {
        let kept = self.pairs.iter().filter(|(n, v)| {
            n != name || (value.is_some() && is_choice(name) && Some(v.as_str()) != value)
        });
        let mut pairs: Vec<(&str, &str)> = kept.map(|(n, v)| (n.as_str(), v.as_str())).collect();
        if let Some(value) = value {
            pairs.push((name, value));
        }
        if !self.sort.is_empty() && name != "sort" {
            pairs.push(("sort", &self.sort));
        }
        address(base, &pairs)
    }

    /// The address without one pair.
    pub fn without(&self, base: &str, name: &str, value: &str) -> String {
        let kept = self.pairs.iter().filter(|(n, v)| n != name || v != value);
        let mut pairs: Vec<(&str, &str)> = kept.map(|(n, v)| (n.as_str(), v.as_str())).collect();
        if !self.sort.is_empty() {
            pairs.push(("sort", &self.sort));
        }
        address(base, &pairs)
    }

    pub fn page_address(&self, base: &str, page: usize) -> String {
        let number = page.to_string();
        let mut pairs: Vec<(&str, &str)> = self
            .pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        if !self.sort.is_empty() {
            pairs.push(("sort", &self.sort));
        }
        if page > 1 {
            pairs.push(("page", &number));
        }
        address(base, &pairs)
    }
}

/// Choices of one field join; everything else there is once.
fn is_choice(name: &str) -> bool {
    !matches!(
        name,
        "q" | "category" | "currency" | "near" | "radius_km" | "sort" | "page"
    ) && !name.ends_with("_min")
        && !name.ends_with("_max")
}

pub fn address(base: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = base.to_owned();
    for (number, (name, value)) in pairs.iter().enumerate() {
        address.push(if number == 0 { '?' } else { '&' });
        address.push_str(name);
        address.push('=');
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    address.push(char::from(byte))
                }
                b' ' => address.push('+'),
                _ => address.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    address
}

/// The pairs of a query string, decoded; at most a hundred.
pub fn pairs_of(query: &str) -> Vec<(String, String)> {
    let one = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (unescaped(name), unescaped(value))
    };
    query
        .split('&')
        .filter(|p| !p.is_empty())
        .take(100)
        .map(one)
        .collect()
}

fn unescaped(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |i: usize| bytes.get(i).and_then(|b| char::from(*b).to_digit(16));
        match (bytes[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                plain.push((high * 16 + low) as u8);
                at += 2;
            }
            (b'+', _, _) => plain.push(b' '),
            (byte, _, _) => plain.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// A search as it is typed on the command line: words, and `name=value` filters among them; or what
/// of it means nothing.
pub fn query_of_line(
    site: &Site,
    dictionary: &Dictionary,
    language: Language,
    line: &str,
    limit: usize,
) -> Result<Query, String> {
    let Some(vertical) = dictionary.vertical(&site.vertical) else {
        return Ok(Query::default());
    };
    let (mut words, mut pairs) = (Vec::new(), Vec::new());
    for part in line.split_whitespace() {
        match part.split_once('=') {
            Some((name, value)) => pairs.push((name.to_owned(), value.to_owned())),
            None => words.push(part),
        }
    }
    pairs.push(("q".into(), words.join(" ")));
    let mut asked = asked(vertical, language, &[], &pairs);
    if let Some(lost) = asked.lost.first() {
        return Err(told(vertical, lost));
    }
    if asked.lost_place {
        let near = Gazetteer::shipped().alike(&asked.near_text, 3);
        let near: Vec<&str> = near.iter().map(|t| t.name.as_ref()).collect();
        let hint = match near.is_empty() {
            true => String::new(),
            false => format!("; did you mean {}?", near.join(", ")),
        };
        return Err(format!(
            "nobody knows the place “{}”{hint}",
            asked.near_text
        ));
    }
    asked.query.limit = limit.clamp(1, 1_000);
    Ok(asked.query)
}

/// Why a filter was not taken, for whoever wrote it by hand.
pub fn told(vertical: &Vertical, lost: &Lost) -> String {
    let (name, value) = (&lost.name, &lost.value);
    if lost.is_filter {
        let choices = field_of(vertical, name).map(|(field, _)| field.choices());
        let few: Vec<&str> = choices
            .into_iter()
            .flatten()
            .map(|c| c.key.as_ref())
            .take(12)
            .collect();
        return match few.is_empty() {
            true => format!("{name} cannot be “{value}”"),
            false => format!("{name} cannot be “{value}”; it can be {}", few.join(", ")),
        };
    }
    let filters = vertical.fields.iter().filter(|f| f.searched || f.sorted);
    let names = filters.flat_map(|f| match f.is_number() {
        true => vec![format!("{}_min", f.key), format!("{}_max", f.key)],
        false => vec![f.key.to_string()],
    });
    let near = names.min_by_key(|known| (letters_apart(known, name), known.len()));
    match near {
        Some(near) => format!("there is no filter “{name}”; did you mean {near}?"),
        None => format!("there is no filter “{name}”"),
    }
}

fn letters_apart(one: &str, other: &str) -> usize {
    gazetteer::letters_apart(&one.chars().collect::<Vec<_>>(), other)
}
