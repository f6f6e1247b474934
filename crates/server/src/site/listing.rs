//! The page of one listing, with the form that asks about it.

use askama::Template;
use catalog::Listing;
use dictionary::{Status, Value};
use enquiries::HONEYPOT;
use store::{Id, kinds};

use super::view::{FactGroup, cards, facts, href, photo, place, price, title};
use super::{Frame, Made, Visit};
use crate::text::{say, slug};

#[derive(Template)]
#[template(path = "site/listing.html")]
struct Page {
    frame: Frame,
    crumbs: Vec<(String, String)>,
    photos: Vec<(String, String)>,
    price: String,
    reserved: bool,
    heading: String,
    place: String,
    keys: Vec<String>,
    description: Vec<String>,
    groups: Vec<FactGroup>,
    seller: String,
    ask: &'static str,
    action: String,
    wrong: Vec<String>,
    questions: Vec<Question>,
    form: (String, String, String, String),
    trap: &'static str,
    token: String,
    similar: String,
}

struct Question {
    key: String,
    label: String,
    choices: Vec<(String, String)>,
}

const SIMILAR: usize = 4;

/// The listing that the last part of an address names: `anything-lst_…`.
pub fn id_of(part: &str) -> Option<Id<kinds::Listing>> {
    part.get(part.rfind("lst_")?..)?.parse().ok()
}

pub fn page(visit: &Visit<'_>, part: &str) -> Made {
    let Some(listing) = found(visit, part) else {
        return visit.note(
            say(visit.language, "gone"),
            say(visit.language, "gone_hint").into(),
            410,
        );
    };
    render(visit, &listing, Vec::new(), Default::default(), 200)
}

pub fn found(visit: &Visit<'_>, part: &str) -> Option<Listing> {
    let listing = visit.deps.index.listing(id_of(part)?)?;
    (listing.vertical == visit.vertical.key).then_some(listing)
}

pub fn render(
    visit: &Visit<'_>,
    listing: &Listing,
    wrong: Vec<String>,
    form: (String, String, String, String),
    status: u16,
) -> Made {
    let (language, vertical, deps) = (visit.language, &visit.vertical, visit.deps);
    let heading = title(listing, language, Some(vertical));
    let text = listing.text("description", language).unwrap_or_default();
    let summary: String = [
        price(listing, language),
        place(listing),
        text.chars().take(150).collect(),
    ]
    .join(" · ");
    let mut frame = visit.frame(heading.clone(), summary, |l| href(listing, l));
    let absolute = |src: &str| {
        if src.starts_with('/') {
            format!("{}{src}", visit.origin)
        } else {
            src.to_owned()
        }
    };
    frame.image = listing
        .photos
        .first()
        .and_then(|p| photo(p, 960))
        .map(|src| absolute(&src));
    frame.json_ld = json_ld(visit, listing, &heading, frame.image.as_deref());
    let code = language.code();
    let mut crumbs = vec![(say(language, "home").to_owned(), format!("/{code}/"))];
    let lineage: Vec<_> = vertical.lineage(&listing.category).collect();
    for category in lineage.iter().rev() {
        let label = category.plural.get(language);
        crumbs.push((label.to_owned(), format!("/{code}/{}", slug(label))));
    }
    let card = super::view::card(listing, vertical, language);
    let similar = deps.index.similar(listing, SIMILAR);
    let form =
        match form.3.is_empty() && wrong.is_empty() && listing.vertical.as_ref() != "services" {
            true => (
                form.0,
                form.1,
                form.2,
                say(language, "message_hint").to_owned(),
            ),
            false => form,
        };
    let page = Page {
        crumbs,
        photos: listing
            .photos
            .iter()
            .enumerate()
            .filter_map(|(at, p)| Some((photo(p, 960)?, format!("{heading} {}", at + 1))))
            .collect(),
        price: price(listing, language),
        reserved: listing.status == Status::Reserved,
        place: place(listing),
        keys: card.facts,
        description: text
            .split("\n\n")
            .filter(|p| !p.trim().is_empty())
            .map(str::to_owned)
            .collect(),
        groups: facts(listing, vertical, language),
        seller: deps
            .account(listing.account)
            .map(|a| a.name)
            .unwrap_or_default(),
        ask: say(
            language,
            if listing.vertical.as_ref() == "services" {
                "quote"
            } else {
                "contact"
            },
        ),
        action: href(listing, language),
        wrong,
        questions: questions(visit, listing),
        form,
        trap: HONEYPOT,
        token: deps.form.make(deps.store.now(), &listing.id.to_string()),
        similar: cards(deps, vertical, language, &similar),
        heading,
        frame,
    };
    Made::html(&page, status)
}

/// The questions of the category's request form.
fn questions(visit: &Visit<'_>, listing: &Listing) -> Vec<Question> {
    let Some(category) = visit.vertical.category(&listing.category) else {
        return Vec::new();
    };
    let asked = category
        .form
        .iter()
        .filter_map(|key| visit.vertical.field(key));
    let one = |field: &dictionary::Field| Question {
        key: field.key.to_string(),
        label: field.label.get(visit.language).to_owned(),
        choices: match field.kind {
            dictionary::Kind::Boolean => ["yes", "no"]
                .map(|w| (w.to_owned(), say(visit.language, w).to_owned()))
                .into(),
            _ => field
                .choices()
                .iter()
                .map(|c| (c.key.to_string(), c.label.get(visit.language).to_owned()))
                .collect(),
        },
    };
    asked.map(one).collect()
}

fn json_ld(visit: &Visit<'_>, listing: &Listing, heading: &str, image: Option<&str>) -> String {
    let vertical = &visit.vertical;
    let kind = vertical
        .lineage(&listing.category)
        .find_map(|c| c.schema_org.clone());
    let kind = kind.unwrap_or_else(|| vertical.schema_org.clone());
    let url = format!("{}{}", visit.origin, href(listing, visit.language));
    let offer = listing.price().map(|p| serde_json::json!({
        "@type": "Offer", "price": p.minor as f64 / 100.0, "priceCurrency": p.currency, "availability": "https://schema.org/InStock", "url": url,
    }));
    let place = listing.place().map(|p| serde_json::json!({
        "@type": "PostalAddress", "postalCode": p.postcode, "addressLocality": p.town, "addressCountry": p.country,
    }));
    let word = |key: &str| match (vertical.field(key), listing.values.get(key)) {
        (Some(field), Some(Value::OneOf(c))) => field.choice(c).map(|c| c.label.en.clone()),
        _ => None,
    };
    let mut thing =
        serde_json::json!({ "@type": kind, "name": heading, "url": url, "image": image });
    match listing.vertical.as_ref() {
        "estate" => {
            thing["address"] = serde_json::json!(place);
            let thing = serde_json::json!({
                "@context": "https://schema.org", "@type": "RealEstateListing", "name": heading, "url": url, "image": image,
                "datePosted": listing.created_at.to_string(), "offers": offer, "mainEntity": thing,
            });
            return safe(&thing);
        }
        "auto" => {
            thing["brand"] = serde_json::json!(word("make"));
            thing["model"] = serde_json::json!(word("model"));
            thing["fuelType"] = serde_json::json!(word("fuel"));
            if let Some(Value::Integer(km)) = listing.values.get("mileage_km") {
                thing["mileageFromOdometer"] = serde_json::json!({ "@type": "QuantitativeValue", "value": km, "unitCode": "KMT" });
            }
        }
        _ => thing["areaServed"] = serde_json::json!(place),
    }
    thing["@context"] = "https://schema.org".into();
    thing["offers"] = serde_json::json!(offer);
    safe(&thing)
}

/// JSON that cannot end the script element it stands in.
fn safe(json: &serde_json::Value) -> String {
    json.to_string().replace('<', "\\u003c")
}
