//! The page of one listing, with the form that asks about it.

use askama::Template;
use catalog::Listing;
use dictionary::Status;
use enquiries::HONEYPOT;
use store::{Id, kinds};

use super::enquiry::{Form, Question, questions};
use super::view::{
    FactGroup, cards_html, facts, href, key_facts, photo, place, price, price_before, shown, title,
};
use super::{Frame, Made, Visit, energy, json_ld, locator, note, query, quote};
use crate::text::{say, slug};

#[derive(Template)]
#[template(path = "site/listing.html")]
struct Page {
    frame: Frame,
    crumbs: Vec<(String, String)>,
    photos: Vec<(String, String)>,
    price: String,
    before: Option<(String, i64)>,
    reserved: bool,
    heading: String,
    place: String,
    keys: Vec<String>,
    description: Vec<String>,
    groups: Vec<FactGroup>,
    /// The energy label, drawn.
    energy: String,
    /// A picture of the land it lies on, and the address of a map of what lies around.
    land: String,
    around: String,
    /// A mail to a friend.
    share: String,
    seller: String,
    reference: String,
    /// Where quotes of several tradesmen are asked for at once.
    quote: Option<String>,
    ask: &'static str,
    action: String,
    questions: Vec<Question>,
    form: Form,
    /// What stands in the message, until the visitor writes his own.
    text: String,
    trap: &'static str,
    token: String,
    similar: String,
}

const SIMILAR: usize = 4;
/// Search engines show about so much.
const SUMMARY_LETTERS: usize = 150;

/// The listing that the last part of an address names: `anything-lst_…`.
pub fn id_of(part: &str) -> Option<Id<kinds::Listing>> {
    part.get(part.rfind("lst_")?..)?.parse().ok()
}

pub fn page(visit: &Visit<'_>, part: &str) -> Made {
    let Some(listing) = found(visit, part) else {
        return note::gone(visit);
    };
    render(visit, &listing, Form::default(), 200)
}

pub fn found(visit: &Visit<'_>, part: &str) -> Option<Listing> {
    let listing = visit.deps.index.listing(id_of(part)?)?;
    (listing.vertical == visit.vertical.key).then_some(listing)
}

pub fn render(visit: &Visit<'_>, listing: &Listing, form: Form, status: u16) -> Made {
    let (language, vertical, deps) = (visit.language, &visit.vertical, visit.deps);
    let heading = title(listing, language, Some(vertical));
    let text = listing.text("description", language).unwrap_or_default();
    let crumbs = crumbs(visit, listing);
    let frame = frame(visit, listing, &heading, &crumbs);
    let similar = deps.index.similar(listing, SIMILAR);
    let category = vertical.category(&listing.category);
    let asks = category.is_some_and(|c| !c.form.is_empty());
    let photos = shown(listing).enumerate();
    let now = deps.store.now();
    let about = listing.id.to_string();
    let page = Page {
        crumbs,
        photos: photos
            .filter_map(|(at, p)| Some((photo(p, 960)?, format!("{heading} {}", at + 1))))
            .collect(),
        price: price(listing, language),
        before: price_before(listing, language),
        reserved: listing.status == Status::Reserved,
        place: place(listing),
        keys: key_facts(listing, vertical, language),
        description: text
            .split("\n\n")
            .filter(|p| !p.trim().is_empty())
            .map(str::to_owned)
            .collect(),
        groups: facts(listing, vertical, language),
        energy: match (
            vertical.field("energy_class"),
            listing.values.get("energy_class"),
        ) {
            (Some(field), Some(own)) => energy::label(field, own),
            _ => String::new(),
        },
        land: at(listing).map(locator::address).unwrap_or_default(),
        around: around(visit, listing),
        share: share(&heading, &frame.canonical),
        seller: deps
            .account(listing.account)
            .map(|a| a.name)
            .unwrap_or_default(),
        reference: listing.reference.clone(),
        quote: quote::address_for(vertical, &listing.category, language),
        ask: say(language, if asks { "quote" } else { "contact" }),
        action: frame.path().to_owned(),
        questions: category
            .map(|c| questions(vertical, c, &form, language))
            .unwrap_or_default(),
        text: match form.pairs.is_empty() && !asks {
            true => say(language, "message_hint").to_owned(),
            false => form.get("text").to_owned(),
        },
        trap: HONEYPOT,
        // Who corrects a word at once is not suspicious: the form was shown when it was first.
        token: match deps.form.doubt(&form.token, now, &about) {
            None | Some("too_quick") => form.token.clone(),
            _ => deps.form.make(now, &about),
        },
        form,
        similar: cards_html(visit, &similar),
        heading,
        frame,
    };
    Made::html(&page, status)
}

fn frame(
    visit: &Visit<'_>,
    listing: &Listing,
    heading: &str,
    crumbs: &[(String, String)],
) -> Frame {
    let language = visit.language;
    let text = listing.text("description", language).unwrap_or_default();
    let summary = [
        price(listing, language),
        place(listing),
        text.chars().take(SUMMARY_LETTERS).collect(),
    ];
    let summary: Vec<String> = summary.into_iter().filter(|s| !s.is_empty()).collect();
    let mut frame = visit.frame(heading.to_owned(), summary.join(" · "), |l| {
        href(listing, l)
    });
    let first = shown(listing).next().and_then(|p| photo(p, 960));
    frame.image = first.map(|src| visit.absolute(&src));
    frame.json_ld = vec![
        json_ld::listing(
            visit,
            listing,
            heading,
            &frame.canonical,
            frame.image.as_deref(),
        ),
        json_ld::breadcrumbs(visit, crumbs),
    ];
    frame
}

/// From the home page down the categories.
fn crumbs(visit: &Visit<'_>, listing: &Listing) -> Vec<(String, String)> {
    let code = visit.language.code();
    let mut crumbs = vec![(say(visit.language, "home").to_owned(), format!("/{code}/"))];
    let lineage: Vec<_> = visit.vertical.lineage(&listing.category).collect();
    for category in lineage.iter().rev() {
        let label = category.plural.get(visit.language);
        crumbs.push((label.to_owned(), format!("/{code}/{}", slug(label))));
    }
    crumbs
}

fn at(listing: &Listing) -> Option<(f64, f64)> {
    listing.place().and_then(|place| place.lat.zip(place.lon))
}

/// The map of what is offered around a listing.
fn around(visit: &Visit<'_>, listing: &Listing) -> String {
    let near = match listing.place() {
        Some(place) if !place.postcode.is_empty() => place.postcode.clone(),
        Some(place) => place.town.clone(),
        None => String::new(),
    };
    let base = format!("/{}/search", visit.language.code());
    query::address(&base, &[("near", &near), ("view", "map")])
}

/// A mail with the address in it: nobody else hears of it.
fn share(heading: &str, canonical: &str) -> String {
    let address = query::address("mailto:", &[("subject", heading), ("body", canonical)]);
    // In a mail address a blank is not a plus.
    address.replace('+', "%20")
}
