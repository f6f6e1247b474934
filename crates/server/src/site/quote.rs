//! Asking for quotes: which trade, what is wanted and where, then which tradesmen may know of it.
//! Three pages of plain forms; nothing is sent before the last, and to nobody who is not ticked.

use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use catalog::Listing;
use dictionary::{Category, Label, Language, Value, Vertical};
use enquiries::HONEYPOT;
use gazetteer::Gazetteer;
use search::{Near, Query, Sort};
use store::{Error, Wrong};

use super::enquiry::{self, Form, Question, label, questions};
use super::query::{category_of_slug, pairs_of};
use super::view::{self, href};
use super::{Frame, Made, Visit, note};
use crate::pack::Page;
use crate::text::{decimal, grouped, say, slug};

/// The word in the address, in fr, nl, en, de.
const WORDS: [&str; 4] = ["devis", "offerte", "quote", "angebot"];
/// No request goes to more.
const ASKED_MAX: usize = 3;
/// Nobody is looked for further away.
const REACH_KM: f64 = 120.0;
const LOOKED_AT: usize = 200;

#[derive(Template)]
#[template(path = "site/quote.html")]
struct QuotePage {
    frame: Frame,
    crumbs: Vec<(String, String)>,
    heading: String,
    /// 1: which trade; 2: what and where; 3: who, and the visitor's name.
    step: u8,
    trades: Vec<(String, Vec<Trade>)>,
    questions: Vec<Question>,
    near: String,
    near_wrong: &'static str,
    candidates: Vec<Candidate>,
    /// What was answered, carried along unseen.
    carried: Vec<(String, String)>,
    told: Vec<(String, String)>,
    back: String,
    action: String,
    form: Form,
    token: String,
    trap: &'static str,
}

struct Trade {
    label: String,
    href: String,
    count: String,
}

struct Candidate {
    id: String,
    name: String,
    href: String,
    photo: Option<String>,
    facts: Vec<String>,
    ticked: bool,
}

/// Whether some trade of a vertical asks questions before a quote.
pub fn is_asked(vertical: &Vertical) -> bool {
    vertical.categories.iter().any(|c| !c.form.is_empty())
}

pub fn is_word(part: &str) -> bool {
    WORDS.contains(&part)
}

pub fn address(language: Language) -> String {
    format!("/{}/{}", language.code(), WORDS[language as usize])
}

fn address_of(category: &Category, language: Language) -> String {
    format!(
        "{}/{}",
        address(language),
        slug(category.plural.get(language))
    )
}

/// Where quotes of a trade are asked for, if it has a form.
pub fn address_for(vertical: &Vertical, category: &str, language: Language) -> Option<String> {
    let category = vertical.category(category)?;
    (!category.form.is_empty()).then(|| address_of(category, language))
}

/// The trade that an address names: `/fr/devis/plombier`.
pub fn trade(visit: &Visit<'_>) -> Option<Category> {
    let [word, trade] = visit.path.as_slice() else {
        return None;
    };
    if !is_word(word) {
        return None;
    }
    let key = category_of_slug(&visit.vertical, trade, visit.language)?;
    let category = visit.vertical.category(&key)?;
    (!category.form.is_empty()).then(|| category.clone())
}

pub fn page(visit: &Visit<'_>, rest: &[&str]) -> Made {
    if rest.is_empty() {
        return trades(visit);
    }
    let Some(trade) = trade(visit) else {
        return note::lost(visit);
    };
    let form = Form {
        pairs: pairs_of(visit.query),
        ..Form::default()
    };
    step(visit, &trade, form, 200)
}

/// The last page is asked for by naming a place that somebody knows.
fn step(visit: &Visit<'_>, trade: &Category, form: Form, status: u16) -> Made {
    let near = form.get("near").trim().to_owned();
    let place = place(&near);
    if place.is_some() {
        return who(visit, trade, form, status);
    }
    let mut page = blank(visit, Some(trade));
    page.step = 2;
    page.questions = questions(&visit.vertical, trade, &form, visit.language);
    page.near_wrong = match (near.is_empty(), form.pairs.is_empty()) {
        (true, true) => "",
        (true, false) => say(visit.language, "quote_where_wrong"),
        (false, _) => say(visit.language, "quote_place_wrong"),
    };
    page.near = near;
    Made::html(&page, status)
}

fn trades(visit: &Visit<'_>) -> Made {
    let (language, vertical) = (visit.language, &visit.vertical);
    let stock = visit.deps.index.stock(&vertical.key);
    let of = |category: &Category| {
        let (_, count) = stock.iter().find(|(key, _)| *key == category.key)?;
        (!category.form.is_empty()).then(|| Trade {
            label: category.label.get(language).to_owned(),
            href: address_of(category, language),
            count: grouped(*count as i64, language),
        })
    };
    let tops = vertical.categories.iter().filter(|c| c.parent.is_none());
    let groups = tops.map(|top| {
        let below = vertical.categories.iter();
        let below = below.filter(|c| c.parent.as_ref() == Some(&top.key));
        (
            top.label.get(language).to_owned(),
            below.filter_map(of).collect(),
        )
    });
    let mut page = blank(visit, None);
    page.trades = groups
        .filter(|(_, trades): &(_, Vec<_>)| !trades.is_empty())
        .collect();
    Made::html(&page, 200)
}

fn who(visit: &Visit<'_>, trade: &Category, form: Form, status: u16) -> Made {
    let language = visit.language;
    let near = form.get("near").to_owned();
    let found = candidates(visit, trade, &near);
    let was_sent = !form.get("form").is_empty();
    let ticked: Vec<String> = form.all("to").map(str::to_owned).collect();
    let told = form.enquiry(visit, None).answers;
    let carried = form
        .pairs
        .iter()
        .filter(|(n, v)| (n.starts_with("a_") || n == "near") && !v.trim().is_empty());
    let mut page = blank(visit, Some(trade));
    page.step = 3;
    page.candidates = found
        .iter()
        .map(|(listing, far)| {
            let id = listing.id.to_string();
            let ticked = !was_sent || ticked.contains(&id);
            candidate(visit, listing, *far, ticked)
        })
        .collect();
    page.carried = carried.cloned().collect();
    let pairs: Vec<(&str, &str)> = page
        .carried
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let answers: Vec<_> = pairs.into_iter().filter(|(n, _)| *n != "near").collect();
    page.back = super::query::address(&address_of(trade, language), &answers);
    page.told = told;
    page.near = near;
    page.token = match visit
        .deps
        .form
        .doubt(&form.token, visit.deps.store.now(), &trade.key)
    {
        None | Some("too_quick") => form.token.clone(),
        _ => visit.deps.form.make(visit.deps.store.now(), &trade.key),
    };
    page.form = form;
    Made::html(&page, status)
}

fn blank(visit: &Visit<'_>, trade: Option<&Category>) -> QuotePage {
    let language = visit.language;
    let heading = match trade {
        Some(trade) => format!("{} — {}", say(language, "quote"), trade.label.get(language)),
        None => say(language, "quote").to_owned(),
    };
    let path = |l| trade.map_or_else(|| address(l), |trade| address_of(trade, l));
    let summary = say(language, "quote_free").to_owned();
    let mut frame = visit.frame(heading.clone(), summary, path);
    frame.noindex = !visit.query.is_empty();
    let crumbs = vec![
        (
            say(language, "home").to_owned(),
            format!("/{}/", language.code()),
        ),
        (say(language, "quote").to_owned(), address(language)),
    ];
    QuotePage {
        frame,
        crumbs,
        heading,
        step: 1,
        trades: Vec::new(),
        questions: Vec::new(),
        near: String::new(),
        near_wrong: "",
        candidates: Vec::new(),
        carried: Vec::new(),
        told: Vec::new(),
        back: address(language),
        action: path(language),
        form: Form::default(),
        token: String::new(),
        trap: HONEYPOT,
    }
}

fn place(near: &str) -> Option<(f64, f64)> {
    let found = Gazetteer::shipped().find(None, near);
    found.first().map(|t| (t.lat.into(), t.lon.into()))
}

/// Tradesmen who go that far, the nearest first, with the distance in kilometres.
fn candidates(visit: &Visit<'_>, trade: &Category, near: &str) -> Vec<(Listing, f32)> {
    let Some((lat, lon)) = place(near) else {
        return Vec::new();
    };
    let query = Query {
        vertical: Some(visit.vertical.key.clone()),
        category: Some(trade.key.clone()),
        near: Some(Near {
            lat,
            lon,
            radius_km: REACH_KM,
        }),
        sort: Sort::Distance,
        limit: LOOKED_AT,
        ..Query::default()
    };
    let hits = visit.deps.index.search(&query).hits.into_iter();
    let listings = hits.filter_map(|hit| {
        let listing = visit.deps.index.listing(hit.id)?;
        let far = hit.distance_km.unwrap_or_default();
        let reach = match listing.values.get("radius_km") {
            Some(Value::Integer(km)) => *km as f32,
            _ => super::query::RADIUS_KM as f32,
        };
        (far <= reach).then_some((listing, far))
    });
    // One account is asked once, however many profiles it has.
    let mut chosen: Vec<(Listing, f32)> = Vec::new();
    for (listing, far) in listings {
        if chosen
            .iter()
            .all(|(other, _)| other.account != listing.account)
        {
            chosen.push((listing, far));
        }
        if chosen.len() == ASKED_MAX {
            break;
        }
    }
    chosen
}

fn candidate(visit: &Visit<'_>, listing: &Listing, far: f32, ticked: bool) -> Candidate {
    let language = visit.language;
    let rating = match (listing.values.get("rating"), listing.values.get("reviews")) {
        (Some(Value::Decimal(rating)), Some(Value::Integer(reviews))) => format!(
            "{} / 5 ({} {})",
            decimal(*rating, language),
            grouped(*reviews, language),
            say(language, "reviews")
        ),
        _ => String::new(),
    };
    let facts = [
        format!("{} · {far:.0} km", view::place(listing)),
        rating,
        view::price(listing, language),
    ];
    let account = visit.deps.account(listing.account);
    Candidate {
        id: listing.id.to_string(),
        name: account.map_or_else(
            || view::title(listing, language, Some(&visit.vertical)),
            |a| a.name,
        ),
        href: href(listing, language),
        photo: view::shown(listing)
            .next()
            .and_then(|p| view::photo(p, 480)),
        facts: facts.into_iter().filter(|f| !f.is_empty()).collect(),
        ticked,
    }
}

/// The last form: each tradesman who is ticked, and nobody else, gets the request.
pub async fn receive(visit: &Visit<'_>, trade: &Category, parts: &Parts, body: &Bytes) -> Response {
    if body.len() > enquiry::BODY_BYTES_MAX {
        return super::lost(visit, &parts.headers);
    }
    let mut form = Form::of(body);
    let doubt = form.doubt(visit, parts, &trade.key);
    let offered = candidates(visit, trade, form.get("near"));
    let ticked: Vec<&str> = form.all("to").collect();
    let chosen: Vec<&Listing> = offered
        .iter()
        .map(|(listing, _)| listing)
        .filter(|listing| ticked.contains(&listing.id.to_string().as_str()))
        .collect();
    let sent = match chosen.is_empty() {
        true => Err(nobody()),
        false => send(visit, trade, &form, doubt, &chosen).await,
    };
    match sent {
        Ok(()) => enquiry::thanks(visit, &chosen),
        Err(error) => {
            if error.status() >= 500 {
                tracing::error!(%error, "a request for quotes could not be kept");
            }
            form.take(&error, visit.language);
            let made = step(visit, trade, form, error.status());
            Page::new(made.html, made.status).send(&parts.headers)
        }
    }
}

/// One lead each. If one fails half-way, sending again repeats none: an account takes the same only once.
async fn send(
    visit: &Visit<'_>,
    trade: &Category,
    form: &Form,
    doubt: Option<&'static str>,
    chosen: &[&Listing],
) -> store::Result<()> {
    for listing in chosen {
        let mut new = form.enquiry(visit, doubt);
        new.answers.insert(
            0,
            (
                say(visit.language, "where").to_owned(),
                form.get("near").to_owned(),
            ),
        );
        new.reason = Some(reason(trade, form.get("near"), chosen.len()));
        enquiry::keep(visit, listing, new).await?;
    }
    Ok(())
}

/// Why it comes to this account, in each language.
fn reason(trade: &Category, near: &str, asked: usize) -> Label {
    let kind = |l| trade.label.get(l);
    Label {
        fr: format!(
            "{}, vous travaillez près de {near} et la personne vous a choisi (professionnels sollicités : {asked})",
            kind(Language::Fr)
        ),
        nl: format!(
            "{}, u werkt in de buurt van {near} en deze persoon koos u (aangeschreven vaklui: {asked})",
            kind(Language::Nl)
        ),
        en: format!(
            "{}, you work near {near}, and this person chose you (tradesmen asked: {asked})",
            kind(Language::En)
        ),
        de: format!(
            "{}, Sie arbeiten in der Nähe von {near}, und diese Person hat Sie ausgewählt (angefragte Betriebe: {asked})",
            kind(Language::De)
        ),
    }
}

fn nobody() -> Error {
    Error::Invalid {
        wrong: vec![Wrong {
            field: "to".into(),
            code: "nobody",
            message: label("quote_nobody_ticked"),
        }],
    }
}
