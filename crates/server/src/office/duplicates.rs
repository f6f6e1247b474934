//! What is offered twice, side by side.

use askama::Template;
use store::{Right, kinds};

use super::desk::{Desk, page};
use super::{Answer, Visit};
use crate::api::duplicates::{self, Group, Twin};
use crate::site::query::address;
use crate::site::view;
use crate::text::{grouped, say};

const PAGE: usize = 25;

#[derive(Template)]
#[template(path = "office/duplicates.html")]
struct Page {
    desk: Desk,
    operates: bool,
    /// The operator looks at the account in view only.
    only: bool,
    looked: String,
    total: String,
    too_common: String,
    groups: Vec<Pair>,
    previous: Option<String>,
    next: Option<String>,
}

struct Pair {
    percent: u32,
    reasons: Vec<&'static str>,
    twins: Vec<Shown>,
}

struct Shown {
    own: bool,
    account: String,
    photo: Option<String>,
    title: String,
    price: String,
    place: String,
    facts: String,
    reference: String,
    state: &'static str,
    status: &'static str,
    /// Its page in the office, if the reader may open it.
    office: Option<String>,
    public: Option<String>,
}

pub async fn list(visit: &Visit) -> Answer {
    let operates = visit.scope.may(Right::Operate);
    let only = operates && visit.get("only").is_some();
    let account: Option<store::Id<kinds::Account>> = match operates && !only {
        true => None,
        false => Some(visit.account.id),
    };
    let from: usize = visit.get("from").and_then(|f| f.parse().ok()).unwrap_or(0);
    let place = duplicates::place(&visit.scope, account, None);
    let found = duplicates::page(&visit.deps, &place, from, PAGE).await?;
    let language = visit.language;
    let at = |from: usize| {
        let from = from.to_string();
        let mut pairs = vec![("from", from.as_str())];
        pairs.extend(only.then_some(("only", "1")));
        address("/duplicates", &pairs)
    };
    let number = |n: usize| grouped(n as i64, language);
    page(&Page {
        desk: Desk::of(visit, "duplicates", say(language, "duplicates")).await?,
        operates,
        only,
        looked: number(found.looked),
        total: number(found.total),
        too_common: match found.too_common {
            0 => String::new(),
            many => number(many),
        },
        groups: found.groups.iter().map(|g| pair(visit, g)).collect(),
        previous: (from > 0).then(|| at(from.saturating_sub(PAGE))),
        next: found.next.map(at),
    })
}

fn pair(visit: &Visit, group: &Group) -> Pair {
    let reasons = group.reasons.iter();
    Pair {
        percent: (group.confidence * 100.0).round() as u32,
        reasons: reasons
            .map(|r| duplicates::said(*r, visit.language))
            .collect(),
        twins: group.twins.iter().map(|t| shown(visit, t)).collect(),
    }
}

fn shown(visit: &Visit, twin: &Twin) -> Shown {
    let (listing, language) = (&twin.listing, visit.language);
    let dictionary = visit.deps.dictionary.get();
    let card = dictionary
        .vertical(&listing.vertical)
        .map(|vertical| view::card(listing, vertical, language));
    let account = twin.account.as_ref();
    let office = format!("/listings/{}", listing.id);
    // The operator sees a listing in the account that it belongs to.
    let office = match account.filter(|_| visit.scope.may(Right::Operate)) {
        Some(account) => address(&office, &[("account", &account.slug)]),
        None => office,
    };
    Shown {
        own: listing.account == visit.account.id,
        account: account.map(|a| a.name.clone()).unwrap_or_default(),
        photo: card.as_ref().and_then(|c| c.photo.clone()),
        title: card.as_ref().map(|c| c.title.clone()).unwrap_or_default(),
        price: view::price(listing, language),
        place: view::place(listing),
        facts: card.map(|c| c.facts.join(" · ")).unwrap_or_default(),
        reference: listing.reference.clone(),
        state: listing.status.key(),
        status: say(language, listing.status.key()),
        office: twin.own.then_some(office),
        public: view::page_of(&visit.deps, listing, language),
    }
}
