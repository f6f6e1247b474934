//! The classifieds of AVIV: a token first, then 202 at once, and what came of it later, by asking
//! and by webhook.

mod classified;
mod walk;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use axum::extract::Query;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::checks::Complaint;
use crate::message::{list, text};
use crate::world::{Answer, Call, Portal};

use walk::{Doing, Outcome, RECEIVED};
pub(crate) use walk::{Errand, Walk, deliver, go};

const SIZE: usize = 50;
const SIZE_MAX: usize = 200;

/// What the portal keeps beside the listings that it shows.
#[derive(Default)]
pub(crate) struct Desk {
    tokens: HashMap<String, Instant>,
    hook: Option<Hook>,
    classifieds: BTreeMap<String, Classified>,
}

/// Where statuses are told, and which; none named means all.
#[derive(Clone)]
struct Hook {
    url: String,
    statuses: Vec<String>,
}

struct Classified {
    reference: String,
    statuses: Vec<Status>,
    /// Counts what was asked of it; an older errand never undoes a newer one.
    asked: u64,
    done: u64,
    deleted: bool,
}

#[derive(Clone)]
struct Status {
    word: &'static str,
    at: Timestamp,
    reasons: Vec<Value>,
}

impl Status {
    fn failed(&self) -> bool {
        !self.reasons.is_empty()
    }

    fn told(&self) -> Value {
        json!({
            "status": self.word, "date": date(self.at),
            "actionRequired": self.failed(), "reasons": self.reasons,
        })
    }
}

fn date(at: Timestamp) -> String {
    format!("{at:.3}")
}

pub(crate) fn answer(portal: &mut Portal, call: &Call) -> Answer {
    if call.path == "token" {
        return token(portal, call);
    }
    if !is_allowed(portal, call) {
        let said = json!({
            "error": "invalid_token", "error_description": "the token is missing, unknown or expired",
        });
        return Answer::of(StatusCode::UNAUTHORIZED, said);
    }
    let method = call.method;
    if call.path == "webhooks" {
        return match *method {
            Method::PUT => set_hook(portal, call),
            Method::GET => Answer::of(StatusCode::OK, hook(portal)),
            _ => Answer::of(StatusCode::METHOD_NOT_ALLOWED, Value::Null),
        };
    }
    let Some(rest) = call.path.strip_prefix("caas/v4/classifieds") else {
        return unknown("this is no path of the interface");
    };
    match (method, rest.strip_prefix('/')) {
        (&Method::POST, None) => create(portal, call),
        (&Method::GET, None) => paged(portal, call),
        (&Method::GET, Some(id)) => one(portal, call, id),
        (&Method::PUT, Some(id)) => update(portal, call, id),
        (&Method::DELETE, Some(id)) => delete(portal, call, id),
        _ => Answer::of(StatusCode::METHOD_NOT_ALLOWED, Value::Null),
    }
}

/// Client credentials: any id with any secret but `wrong`.
fn token(portal: &mut Portal, call: &Call) -> Answer {
    let form = std::str::from_utf8(call.body).unwrap_or_default();
    let form: HashMap<String, String> = format!("/?{form}")
        .parse::<Uri>()
        .ok()
        .and_then(|uri| Query::try_from_uri(&uri).ok())
        .map_or_else(HashMap::new, |Query(pairs)| pairs);
    let said = |name: &str| form.get(name).map_or("", String::as_str);
    if said("grant_type") != "client_credentials" {
        let told = json!({ "error": "unsupported_grant_type" });
        return Answer::of(StatusCode::BAD_REQUEST, told);
    }
    let (id, secret) = (said("client_id"), said("client_secret"));
    let by_header = bearer(call.headers, "Basic ").is_some();
    if !by_header && (id.is_empty() || secret.is_empty() || secret == "wrong") {
        return Answer::of(
            StatusCode::UNAUTHORIZED,
            json!({ "error": "invalid_client" }),
        );
    }
    let mut dice = portal.dice("token");
    let token = format!("{:016x}{:016x}", dice.number(), dice.number());
    let good_for = Duration::from_millis(portal.conduct.token_ms);
    let now = call.now;
    portal.desk.tokens.retain(|_, until| *until > now);
    portal
        .desk
        .tokens
        .insert(token.clone(), now.checked_add(good_for).unwrap_or(now));
    let told = json!({
        "access_token": token, "token_type": "Bearer",
        "expires_in": good_for.as_secs(), "scope": said("scope"),
    });
    Answer::of(StatusCode::OK, told)
}

fn bearer<'a>(headers: &'a HeaderMap, kind: &str) -> Option<&'a str> {
    let given = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    given.strip_prefix(kind)
}

fn is_allowed(portal: &Portal, call: &Call) -> bool {
    let token = bearer(call.headers, "Bearer ");
    let until = token.and_then(|t| portal.desk.tokens.get(t));
    until.is_some_and(|until| call.now < *until)
}

fn set_hook(portal: &mut Portal, call: &Call) -> Answer {
    let message: Value = serde_json::from_slice(call.body).unwrap_or_default();
    let url = text(&message, "url");
    if !url.starts_with("http://") && !url.starts_with("https://") {
        let wrong = Complaint::new("INVALID_VALUE", "url", "url is not an address".into());
        return refused(portal, vec![wrong]);
    }
    let statuses = list(&message, "statuses").iter();
    portal.desk.hook = Some(Hook {
        url,
        statuses: statuses
            .filter_map(|s| s.as_str().map(str::to_owned))
            .collect(),
    });
    Answer::of(StatusCode::OK, hook(portal))
}

fn hook(portal: &Portal) -> Value {
    let hook = portal.desk.hook.as_ref();
    json!({ "url": hook.map(|h| &h.url), "statuses": hook.map(|h| &h.statuses) })
}

/// A second classified of the same estate is a second classified, as long as nobody looks first.
fn create(portal: &mut Portal, call: &Call) -> Answer {
    let (message, errors) = classified::read(call.body);
    if !errors.is_empty() {
        return refused(portal, errors);
    }
    let sent = classified::sent(&message);
    let mut dice = portal.dice(&format!("classified {}/{}", sent.branch, sent.reference));
    let (high, low) = (dice.number(), dice.number());
    let id = format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        low >> 52,
        low & 0xffff_ffff_ffff
    );
    let classified = Classified {
        reference: sent.reference.clone(),
        statuses: Vec::new(),
        asked: 0,
        done: 0,
        deleted: false,
    };
    portal.desk.classifieds.insert(id.clone(), classified);
    let objections = portal.objections(&sent, call.fate);
    accepted(
        portal,
        call,
        id,
        Doing::Create,
        Outcome::of(sent, objections),
    )
}

fn update(portal: &mut Portal, call: &Call, id: &str) -> Answer {
    if is_gone(portal, call, id) {
        return unknown("there is no such classified");
    }
    let (message, errors) = classified::read(call.body);
    if !errors.is_empty() {
        return refused(portal, errors);
    }
    let sent = classified::sent(&message);
    let objections = portal.objections(&sent, call.fate);
    let outcome = Outcome::of(sent, objections);
    accepted(portal, call, id.to_owned(), Doing::Update, outcome)
}

fn delete(portal: &mut Portal, call: &Call, id: &str) -> Answer {
    if is_gone(portal, call, id) {
        return unknown("there is no such classified");
    }
    accepted(portal, call, id.to_owned(), Doing::Delete, Outcome::Gone)
}

/// Deleted, never there, or forgotten by the portal itself.
fn is_gone(portal: &Portal, call: &Call, id: &str) -> bool {
    let classified = portal.desk.classifieds.get(id);
    let forgotten = portal.shelf.known(id).is_some_and(|l| !l.is_held(call.now));
    classified.is_none_or(|c| c.deleted) || forgotten
}

fn accepted(
    portal: &mut Portal,
    call: &Call,
    id: String,
    doing: Doing,
    outcome: Outcome,
) -> Answer {
    let classified = portal.desk.classifieds.get_mut(&id);
    let asked = classified.map_or(0, |c| {
        c.asked += 1;
        c.statuses.push(Status {
            word: RECEIVED,
            at: call.at,
            reasons: Vec::new(),
        });
        c.asked
    });
    let page = format!("{}/aviv/caas/v4/classifieds/{id}", portal.base);
    let told = json!({ "classifiedId": id, "links": { "self": page } });
    let walk = Walk::new(id, doing, asked, outcome, call);
    Answer {
        walk: Some(walk),
        ..Answer::of(StatusCode::ACCEPTED, told)
    }
}

fn one(portal: &Portal, call: &Call, id: &str) -> Answer {
    let forgotten = portal.shelf.known(id).is_some_and(|l| !l.is_held(call.now));
    match portal.desk.classifieds.get(id) {
        Some(classified) if classified.deleted || !forgotten => {
            let statuses: Vec<Value> = classified.statuses.iter().map(Status::told).collect();
            let told = json!({
                "classifiedId": id, "clientReference": classified.reference,
                "status": classified.statuses.last().map(|s| s.word),
                "url": portal.page_of(id), "statuses": statuses,
            });
            Answer::of(StatusCode::OK, told)
        }
        _ => unknown("there is no such classified"),
    }
}

fn paged(portal: &Portal, call: &Call) -> Answer {
    let asked = |name: &str, least: usize| {
        let given = call.query.get(name).and_then(|n| n.parse::<usize>().ok());
        given.map(|n| n.max(least))
    };
    let page = asked("page", 1).unwrap_or(1);
    let size = asked("size", 1).unwrap_or(SIZE).min(SIZE_MAX);
    let wanted = call.query.get("offererEstateId");
    let is_there = |id: &str, c: &Classified| {
        let known = portal.shelf.known(id);
        !c.deleted && known.is_none_or(|l| l.is_listed(call.now))
    };
    let here: Vec<_> = portal
        .desk
        .classifieds
        .iter()
        .filter(|(id, c)| is_there(id, c) && wanted.is_none_or(|w| *w == c.reference))
        .collect();
    let rows: Vec<Value> = here
        .iter()
        .skip((page - 1).saturating_mul(size))
        .take(size)
        .map(|(id, c)| {
            json!({
                "classifiedId": id, "clientReference": c.reference,
                "status": c.statuses.last().map(|s| s.word),
                "date": c.statuses.last().map(|s| date(s.at)), "url": portal.page_of(id),
            })
        })
        .collect();
    let told = json!({ "page": page, "size": size, "total": here.len(), "classifieds": rows });
    Answer::of(StatusCode::OK, told)
}

fn unknown(said: &str) -> Answer {
    let told = json!({ "reasons": [{ "code": "NOT_FOUND", "path": "", "message": said }] });
    Answer::of(StatusCode::NOT_FOUND, told)
}

fn refused(portal: &mut Portal, errors: Vec<Complaint>) -> Answer {
    portal.counts.refused += 1;
    let reasons: Vec<Value> = errors.into_iter().map(reason).collect();
    Answer::of(StatusCode::BAD_REQUEST, json!({ "reasons": reasons }))
}

fn reason(complaint: Complaint) -> Value {
    json!({ "code": complaint.code, "path": complaint.path, "message": complaint.text })
}
