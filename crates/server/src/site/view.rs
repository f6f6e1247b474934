//! Listings as pages show them.

use std::sync::Arc;

use askama::Template;
use catalog::Listing;
use dictionary::{Field, Language, Shown, Status, Value, Vertical};
use search::Hit;

use super::Visit;
use crate::deps::Deps;
use crate::text::{money, say, slug, value};

/// A listing in a list.
#[derive(Template)]
#[template(path = "site/card.html")]
pub struct Card {
    pub href: String,
    pub title: String,
    pub price: String,
    /// What it cost before, if it has become cheaper.
    pub before: Option<String>,
    pub place: String,
    pub facts: Vec<String>,
    pub photo: Option<String>,
    pub photos: usize,
    pub reserved: Option<&'static str>,
}

/// One fact of a listing.
pub struct Fact {
    pub label: String,
    pub value: String,
}

pub struct FactGroup {
    pub label: String,
    pub facts: Vec<Fact>,
    /// What it simply has: a garden, a lift.
    pub has: Vec<String>,
}

/// A card that is kept while its listing stays as it is.
pub struct Made {
    pub href: String,
    pub html: String,
}

/// The address of a listing's page.
pub fn href(listing: &Listing, language: Language) -> String {
    let words = slug(&title(listing, language, None));
    format!("/{}/{words}-{}", language.code(), listing.id)
}

/// Where the public sees a listing; None where no site shows it.
pub fn page_of(deps: &Deps, listing: &Listing, language: Language) -> Option<String> {
    let sites = deps.sites();
    let site = sites.iter().find(|s| s.vertical == listing.vertical)?;
    let public = listing.status.is_public();
    public.then(|| format!("{}{}", site.origin(&deps.port), href(listing, language)))
}

/// Its own title, or one made of what it is and where.
pub fn title(listing: &Listing, language: Language, vertical: Option<&Vertical>) -> String {
    let own = match listing.values.get("title") {
        Some(Value::Texts(texts)) => texts.get(language.code()).cloned(),
        _ => None,
    };
    if let Some(own) = own.filter(|t| !t.is_empty()) {
        return own;
    }
    let Some(vertical) = vertical else {
        return listing.label(language);
    };
    let choice = |key: &str| match (vertical.field(key), listing.values.get(key)) {
        (Some(field), Some(Value::OneOf(c))) => {
            field.choice(c).map(|c| c.label.get(language).to_owned())
        }
        _ => None,
    };
    let text = |key: &str| match listing.values.get(key) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    if let Some(make) = choice("make") {
        let model = choice("model").or_else(|| text("model_text"));
        let version = text("version").unwrap_or_default();
        return format!("{make} {} {version}", model.unwrap_or_default())
            .trim()
            .to_owned();
    }
    let kind = vertical
        .category(&listing.category)
        .map(|c| c.label.get(language))
        .unwrap_or_default();
    match listing.place().filter(|p| !p.town.is_empty()) {
        Some(place) => format!("{kind}, {}", place.town),
        None => listing
            .text("title", language)
            .map_or_else(|| kind.to_owned(), str::to_owned),
    }
}

pub fn price(listing: &Listing, language: Language) -> String {
    let Some(amount) = listing.price() else {
        return match listing.values.get("hourly_rate") {
            Some(Value::Money(rate)) => format!("{}/h", money(rate, language)),
            _ if listing.vertical.as_ref() == "services" => String::new(),
            _ => say(language, "on_request").to_owned(),
        };
    };
    let monthly =
        matches!(listing.values.get("purpose"), Some(Value::OneOf(p)) if p.as_ref() == "rent");
    let tail = if monthly { say(language, "month") } else { "" };
    format!("{}{tail}", money(amount, language))
}

/// What a listing cost before it became cheaper, and by how many per cent it did.
pub fn price_before(listing: &Listing, language: Language) -> Option<(String, i64)> {
    let now = listing.price()?;
    let Some(Value::Money(old)) = listing.values.get("price_old") else {
        return None;
    };
    let fell = old.currency == now.currency && old.minor > now.minor && now.minor > 0;
    let percent = (old.minor - now.minor).saturating_mul(100) / old.minor.max(1);
    (fell && percent > 0).then(|| (money(old, language), percent))
}

pub fn place(listing: &Listing) -> String {
    let Some(place) = listing.place() else {
        return String::new();
    };
    match (place.postcode.is_empty(), place.town.is_empty()) {
        (false, false) => format!("{} {}", place.postcode, place.town),
        (false, true) => place.postcode.clone(),
        _ => place.town.clone(),
    }
}

/// The photos that a page shows: those that are here. While none is, those of their own addresses.
pub fn shown(listing: &Listing) -> impl Iterator<Item = &dictionary::Photo> {
    let some_are_here = listing.photos.iter().any(|p| p.object.is_some());
    let all = listing.photos.iter();
    all.filter(move |p| p.object.is_some() || !some_are_here)
}

/// The address of a photo at about a width.
pub fn photo(photo: &dictionary::Photo, width: u32) -> Option<String> {
    match (&photo.object, &photo.url) {
        (Some(object), _) => Some(format!("/media/{object}/{width}.webp")),
        (None, Some(url)) => Some(url.clone()),
        (None, None) => None,
    }
}

const CARD_FACTS_MAX: usize = 4;
/// What a page tells elsewhere than among the facts.
const TOLD: [&str; 8] = [
    "title",
    "description",
    "price",
    "price_old",
    "price_frequency",
    "place",
    "features",
    "page_url",
];

/// The few facts that a card shows.
pub fn key_facts(listing: &Listing, vertical: &Vertical, language: Language) -> Vec<String> {
    let on_card = |f: &&Field| {
        f.shown == Shown::Card
            && !matches!(
                f.key.as_ref(),
                "price" | "place" | "make" | "model" | "version"
            )
    };
    let facts = vertical.fields.iter().filter(on_card).filter_map(|field| {
        let own = listing.values.get(&field.key)?;
        if is_noise(field, own) {
            return None;
        }
        let said = value(field, own, language)?;
        Some(match own {
            Value::Integer(_) | Value::Decimal(_)
                if field.unit.is_none() && !matches!(field.kind, dictionary::Kind::Year) =>
            {
                let one = field.one.get(language);
                let single = !one.is_empty() && matches!(own, Value::Integer(1));
                let noun = if single {
                    one
                } else {
                    field.label.get(language)
                };
                format!("{said} {}", within_a_line(noun, language))
            }
            Value::Boolean(true) => field.label.get(language).to_owned(),
            _ => said,
        })
    });
    facts.take(CARD_FACTS_MAX).collect()
}

pub fn card(listing: &Listing, vertical: &Vertical, language: Language) -> Card {
    Card {
        href: href(listing, language),
        title: title(listing, language, Some(vertical)),
        price: price(listing, language),
        before: price_before(listing, language).map(|(before, _)| before),
        place: place(listing),
        facts: key_facts(listing, vertical, language),
        photo: shown(listing).next().and_then(|p| photo(p, 480)),
        photos: shown(listing).count(),
        reserved: (listing.status == Status::Reserved).then(|| say(language, "reserved")),
    }
}

/// A label as it stands within a line: German nouns and abbreviations keep their capitals.
fn within_a_line(noun: &str, language: Language) -> String {
    let mut letters = noun.chars();
    let first = letters.next().unwrap_or_default();
    let abbreviation = letters.clone().next().is_some_and(char::is_uppercase);
    if language == Language::De || abbreviation {
        return noun.to_owned();
    }
    first.to_lowercase().chain(letters).collect()
}

/// The cards of an answer; each is made once for each version of its listing.
pub fn cards(deps: &Deps, vertical: &Vertical, language: Language, hits: &[Hit]) -> Vec<Arc<Made>> {
    let made = hits.iter().filter_map(|hit| {
        let key = (hit.id, hit.version, language as u8);
        deps.cards.get(&key).or_else(|| {
            let listing = deps.index.listing(hit.id)?;
            let card = card(&listing, vertical, language);
            let html = card.render().ok()?;
            let href = card.href;
            let made = Arc::new(Made { href, html });
            deps.cards.insert(key, made.clone());
            Some(made)
        })
    });
    made.collect()
}

/// The cards behind each other, as they stand in a page.
pub fn cards_html(visit: &Visit<'_>, hits: &[Hit]) -> String {
    joined(&cards(visit.deps, &visit.vertical, visit.language, hits))
}

pub fn joined(cards: &[Arc<Made>]) -> String {
    let mut html = String::with_capacity(cards.iter().map(|card| card.html.len()).sum());
    cards.iter().for_each(|card| html.push_str(&card.html));
    html
}

/// The facts that the public sees, by their groups. What is not there is not told: no row says
/// "no", and none says 0 of what cannot be fewer.
pub fn facts(listing: &Listing, vertical: &Vertical, language: Language) -> Vec<FactGroup> {
    let values = listing.values.iter();
    let known = values.filter_map(|(key, own)| Some((vertical.field_index(key)?, own)));
    let mut told: Vec<(usize, &Field, &Value)> = known
        .map(|(slot, own)| (slot, &vertical.fields[slot], own))
        .filter(|(_, f, _)| f.shown != Shown::Office && !TOLD.contains(&f.key.as_ref()))
        .collect();
    told.sort_unstable_by_key(|(slot, ..)| *slot);
    let groups = vertical.groups.iter().map(|group| {
        let own = told.iter().filter(|(_, f, _)| f.group == group.key);
        fact_group(
            group.label.get(language),
            own.map(|(_, f, v)| (*f, *v)),
            language,
        )
    });
    let some = |group: &FactGroup| !group.facts.is_empty() || !group.has.is_empty();
    groups.filter(some).collect()
}

fn fact_group<'a>(
    label: &str,
    own: impl Iterator<Item = (&'a Field, &'a Value)>,
    language: Language,
) -> FactGroup {
    let mut told = FactGroup {
        label: label.to_owned(),
        facts: Vec::new(),
        has: Vec::new(),
    };
    for (field, own) in own {
        if matches!(own, Value::Boolean(true)) {
            told.has.push(field.label.get(language).to_owned());
        } else if let (Value::ManyOf(keys), true) = (own, field.choices().len() > MANY) {
            // A list of equipment is what it has, thing by thing.
            let choices = field.choices().iter().filter(|c| keys.contains(&c.key));
            let named = choices.map(|c| c.label.get(language).to_owned());
            told.has.extend(named);
        } else if !is_noise(field, own)
            && let Some(said) = value(field, own, language)
        {
            told.facts.push(Fact {
                label: field.label.get(language).to_owned(),
                value: said,
            });
        }
    }
    told
}

/// Above so many choices a field is a list of things.
const MANY: usize = 12;

/// A zero tells something only where less would do too: the ground floor, a degree of frost.
fn is_noise(field: &Field, value: &Value) -> bool {
    let below = field.min.is_some_and(|min| min.0 < 0);
    match value {
        Value::Boolean(flag) => !flag,
        Value::Integer(number) => *number == 0 && !below,
        Value::Decimal(number) => number.0 == 0 && !below,
        Value::Money(money) => money.minor == 0,
        Value::OneOf(key) => matches!(key.as_ref(), "none" | "unknown"),
        Value::ManyOf(keys) => keys.is_empty(),
        Value::Text(text) => text.trim().is_empty() || text == "–",
        _ => false,
    }
}
