//! Listings as pages show them.

use std::sync::Arc;

use askama::Template;
use catalog::Listing;
use dictionary::{Field, Language, Shown, Status, Value, Vertical};
use search::Hit;

use crate::deps::Deps;
use crate::text::{money, say, slug, value};

/// A listing in a list.
#[derive(Template)]
#[template(path = "site/card.html")]
pub struct Card {
    pub href: String,
    pub title: String,
    pub price: String,
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
}

/// The address of a listing's page.
pub fn href(listing: &Listing, language: Language) -> String {
    let words = slug(&title(listing, language, None));
    format!("/{}/{words}-{}", language.code(), listing.id)
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

/// The address of a photo at about a width.
pub fn photo(photo: &dictionary::Photo, width: u32) -> Option<String> {
    match (&photo.object, &photo.url) {
        (Some(object), _) => Some(format!("/media/{object}/{width}.webp")),
        (None, Some(url)) => Some(url.clone()),
        (None, None) => None,
    }
}

const CARD_FACTS_MAX: usize = 4;

pub fn card(listing: &Listing, vertical: &Vertical, language: Language) -> Card {
    let on_card = |f: &&Field| {
        f.shown == Shown::Card
            && !matches!(
                f.key.as_ref(),
                "price" | "place" | "make" | "model" | "version"
            )
    };
    let facts = vertical.fields.iter().filter(on_card).filter_map(|field| {
        let own = listing.values.get(&field.key)?;
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
            Value::Boolean(false) => return None,
            _ => said,
        })
    });
    Card {
        href: href(listing, language),
        title: title(listing, language, Some(vertical)),
        price: price(listing, language),
        place: place(listing),
        facts: facts.take(CARD_FACTS_MAX).collect(),
        photo: listing.photos.first().and_then(|p| photo(p, 480)),
        photos: listing.photos.len(),
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

/// The rendered cards of an answer; each is made once for each version of its listing.
pub fn cards(deps: &Deps, vertical: &Vertical, language: Language, hits: &[Hit]) -> String {
    let mut html = String::with_capacity(hits.len() * 800);
    for hit in hits {
        let key = (hit.id, hit.version, language as u8);
        let made = deps.cards.get(&key).or_else(|| {
            let listing = deps.index.listing(hit.id)?;
            let made: Arc<str> = card(&listing, vertical, language).render().ok()?.into();
            deps.cards.insert(key, made.clone());
            Some(made)
        });
        if let Some(made) = made {
            html.push_str(&made);
        }
    }
    html
}

/// The facts that the public sees, by their groups.
pub fn facts(listing: &Listing, vertical: &Vertical, language: Language) -> Vec<FactGroup> {
    let told = [
        "title",
        "description",
        "price",
        "place",
        "features",
        "page_url",
    ];
    vertical
        .groups
        .iter()
        .map(|group| {
            let own = vertical.fields.iter().filter(|f| {
                f.group == group.key && f.shown != Shown::Office && !told.contains(&f.key.as_ref())
            });
            let facts = own.filter_map(|field| {
                let said = value(field, listing.values.get(&field.key)?, language)?;
                Some(Fact {
                    label: field.label.get(language).to_owned(),
                    value: said,
                })
            });
            FactGroup {
                label: group.label.get(language).to_owned(),
                facts: facts.collect(),
            }
        })
        .filter(|group| !group.facts.is_empty())
        .collect()
}
