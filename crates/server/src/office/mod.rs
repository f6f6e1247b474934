//! The office: server-rendered pages over the same verbs as the API.

mod account;
mod batches;
mod beside;
mod columns;
mod course;
mod desk;
mod duplicates;
mod fields;
mod history;
mod imports;
mod inbox;
mod listings;
mod look;
mod mappings;
mod migrations;
mod parcel;
mod people;
mod photos;
mod portals;
mod sources;
mod tokens;
mod trial;
mod uploads;
mod users;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dictionary::Language;
use store::{Account, Act, Actor, Error, Scope, User, Via};

use crate::api::access::{COOKIE, caller, same_origin};
use crate::deps::Deps;
use crate::pack::protect;
use crate::router::{BODY_BYTES_MAX, STRANGERS_BYTES_MAX};
use crate::site::query::pairs_of;

pub use course::Course;
pub use trial::Trial;

/// One request of a signed-in user.
pub struct Visit {
    pub deps: Deps,
    pub scope: Scope,
    pub user: User,
    pub account: Account,
    pub language: Language,
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// Where files are dropped that may be large.
const UPLOADS: [&str; 2] = ["/imports/preview", "/migrations/files"];

pub type Answer = store::Result<Response>;

pub async fn answer(deps: Deps, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = parts.headers.get(header::ACCEPT_LANGUAGE);
    let asked = asked.and_then(|v| v.to_str().ok()).unwrap_or_default();
    let language = asked
        .split(',')
        .find_map(|part| Language::parse(part.trim()));
    let mut response = match route(deps, &parts, body).await {
        Ok(response) => response,
        Err(error) => failed(&error, language.unwrap_or_default()),
    };
    protect(response.headers_mut());
    if response.headers().get(header::CACHE_CONTROL).is_none() {
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

async fn route(deps: Deps, parts: &axum::http::request::Parts, body: Body) -> Answer {
    let (method, path) = (&parts.method, parts.uri.path());
    let writes = *method != Method::GET && *method != Method::HEAD;
    if writes && !same_origin(&parts.headers) {
        return Err(Error::Forbidden);
    }
    let known = caller(&deps, &parts.headers, &Method::GET).await;
    let signed_in = known.as_ref().is_ok_and(|c| c.user.is_some());
    let most = if signed_in {
        BODY_BYTES_MAX
    } else {
        STRANGERS_BYTES_MAX
    };
    // A file that may be large goes to the disk as it comes, once we know whose it is.
    let (body, file) = match signed_in && writes && UPLOADS.contains(&path) {
        true => (Body::empty(), Some(body)),
        false => (body, None),
    };
    let Ok(body) = axum::body::to_bytes(body, most).await else {
        return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response());
    };
    let language = known.as_ref().map(|c| c.language).unwrap_or_default();
    if path == "/sign-in" && *method == Method::POST {
        return desk::sign_in(&deps, language, parts, &body).await;
    }
    let signed = known.ok().and_then(|c| Some((c.user?, c.scope?, c.secret)));
    let Some((user, scope, secret)) = signed else {
        return desk::door(language, None, "");
    };
    if path == "/sign-out" && writes {
        if let Some(secret) = secret {
            deps.store.sign_out(&secret).await?;
        }
        let gone = format!("{COOKIE}=; Path=/; Max-Age=0");
        return Ok((
            StatusCode::SEE_OTHER,
            [
                (header::LOCATION, "/".to_owned()),
                (header::SET_COOKIE, gone),
            ],
        )
            .into_response());
    }
    let query = pairs_of(parts.uri.query().unwrap_or_default());
    // Another tab may have chosen another account meanwhile: what is written names its own.
    let free = path.starts_with("/accounts/");
    let kept = if writes && !free {
        None
    } else {
        kept_account(&parts.headers)
    };
    let account = account_of(&deps, &scope, &query, kept, writes && !free).await?;
    let language = Language::parse(&user.language).unwrap_or(language);
    let visit = Visit {
        deps,
        scope,
        user,
        account,
        language,
        query,
        headers: parts.headers.clone(),
        body,
    };
    let steps: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
    let answered = match file {
        Some(file) if path == UPLOADS[0] => imports::receive(&visit, file).await,
        Some(files) => migrations::receive(&visit, files).await,
        None => answer_of(&visit, method, &steps).await,
    };
    let response = match answered {
        Ok(response) => response,
        Err(error) => desk::trouble(&visit, &error).await?,
    };
    let operates = visit.scope.may(store::Right::Operate);
    let is_html = response.headers().get(header::CONTENT_TYPE);
    let is_html = is_html.is_some_and(|t| t.as_bytes().starts_with(b"text/html"));
    if operates && is_html {
        return Ok(naming_its_account(response, &visit.account.slug).await);
    }
    Ok(response)
}

async fn answer_of(visit: &Visit, method: &Method, steps: &[&str]) -> Answer {
    match (method.as_str(), steps) {
        ("GET", []) => inbox::list(visit).await,
        ("GET", ["leads", id]) => inbox::show(visit, id).await,
        ("POST", ["leads", id, "answer"]) => inbox::answer(visit, id).await,
        ("POST", ["leads", id, "erase"]) => inbox::erase(visit, id).await,
        ("POST", ["leads", id, state]) => inbox::mark(visit, id, state).await,
        ("POST", ["listings"]) => listings::change_many(visit).await,
        ("GET", ["listings"]) => listings::list(visit).await,
        ("GET", ["listings", "new"]) => listings::new(visit).await,
        ("POST", ["listings", "new"]) => listings::create(visit).await,
        ("GET", ["listings", id]) => listings::show(visit, id).await,
        ("POST", ["listings", id]) => listings::save(visit, id).await,
        ("POST", ["listings", id, "trash"]) => listings::trash(visit, id).await,
        ("GET", ["listings", id, "then", at]) => history::then(visit, id, at).await,
        ("GET", ["listings", _, "documents", id]) => beside::document(visit, id).await,
        ("POST", ["listings", id, "photos"]) => photos::add(visit, id).await,
        ("POST", ["listings", id, "photos", at, "delete"]) => photos::remove(visit, id, at).await,
        ("POST", ["listings", id, "photos", at, "to", to]) => photos::put(visit, id, at, to).await,
        ("GET", ["imports"]) => imports::list(visit).await,
        ("GET" | "POST", ["imports", "files", file]) => imports::look(visit, file).await,
        ("POST", ["imports", "files", file, "apply"]) => imports::apply(visit, file).await,
        ("GET", ["imports", "trials", file]) => trial::show(visit, file).await,
        ("GET", ["imports", "trials", file, "refused.csv"]) => trial::refused(visit, file).await,
        ("GET", ["mappings"]) => mappings::list(visit).await,
        ("GET", ["mapping"]) => mappings::show(visit).await,
        ("POST", ["mapping"]) => mappings::save(visit).await,
        ("GET", ["migrations"]) => migrations::list(visit).await,
        ("GET" | "POST", ["migrations", "parcels", id]) => migrations::look(visit, id).await,
        ("GET", ["migrations", "parcels", id, "course"]) => migrations::course(visit, id).await,
        ("POST", ["migrations", "parcels", id, "apply"]) => migrations::apply(visit, id).await,
        ("GET", ["migrations", "runs", id]) => migrations::run(visit, id).await,
        ("GET", ["duplicates"]) => duplicates::list(visit).await,
        ("GET", ["batches", id, "undo"]) => batches::look_at_undo(visit, id).await,
        ("POST", ["batches", id, "undo"]) => batches::undo(visit, id).await,
        ("POST", ["batches", id, "stop"]) => batches::stop(visit, id).await,
        ("GET", ["batches", id, "photos"]) => photos::of_batch(visit, id).await,
        ("POST", ["batches", id, "photos"]) => photos::ask_again(visit, id).await,
        ("GET", ["sources"]) => sources::list(visit).await,
        ("POST", ["sources"]) => sources::add(visit).await,
        ("POST", ["sources", id, "pause"]) => sources::pause(visit, id, false).await,
        ("POST", ["sources", id, "resume"]) => sources::pause(visit, id, true).await,
        ("POST", ["sources", id, "remove"]) => sources::remove(visit, id).await,
        ("POST", ["arrivals", id, "again"]) => sources::again(visit, id, false).await,
        ("POST", ["arrivals", id, "clear"]) => sources::again(visit, id, true).await,
        ("GET", ["arrivals", id, "raw"]) => sources::raw(visit, id).await,
        ("GET", ["portals"]) => portals::board(visit).await,
        ("GET", ["portals", "new"]) => portals::new(visit).await,
        ("POST", ["portals", "new"]) => portals::add(visit).await,
        ("POST", ["portals", id, "pause"]) => portals::pause(visit, id, true).await,
        ("POST", ["portals", id, "resume"]) => portals::pause(visit, id, false).await,
        ("POST", ["portals", id, "remove"]) => portals::remove(visit, id).await,
        ("POST", ["portals", id, "send", listing]) => portals::again(visit, id, listing).await,
        ("GET", ["trash"]) => people::trash(visit).await,
        ("POST", ["trash", id, "restore"]) => people::restore(visit, id).await,
        ("GET", ["account"]) => account::show(visit).await,
        ("POST", ["account"]) => account::save(visit).await,
        ("GET", ["users"]) => users::list(visit).await,
        ("POST", ["users"]) => users::add(visit).await,
        ("POST", ["users", id, "role"]) => users::change_role(visit, id).await,
        ("POST", ["users", id, "password"]) => users::reset_password(visit, id).await,
        ("POST", ["users", id, "remove"]) => users::remove(visit, id).await,
        ("GET", ["tokens"]) => tokens::list(visit, None).await,
        ("POST", ["tokens"]) => tokens::add(visit).await,
        ("POST", ["tokens", id, "revoke"]) => tokens::revoke(visit, id).await,
        ("GET", ["mails"]) => people::mails(visit).await,
        ("POST", ["accounts", slug]) => people::choose(visit, slug).await,
        ("GET", ["accounts"]) => people::accounts(visit).await,
        _ => Err(Error::NotFound { what: "page" }),
    }
}

/// The account in view: the user's own; the operator chooses one, and it is kept in a cookie.
async fn account_of(
    deps: &Deps,
    scope: &Scope,
    query: &[(String, String)],
    kept: Option<&str>,
    writes: bool,
) -> store::Result<Account> {
    let mut read = deps.store.read(scope).await?;
    if let Some(own) = scope.account() {
        return Account::find(&mut read, own).await;
    }
    let asked = query
        .iter()
        .find(|(n, _)| n == "account")
        .map(|(_, v)| v.as_str())
        .or(kept);
    if let Some(slug) = asked
        && let Ok(account) = Account::by_slug(&mut read, slug).await
    {
        return Ok(account);
    }
    if writes {
        return Err(Error::conflict(
            "no_account_chosen",
            [
                "Choisissez d’abord un compte, puis recommencez",
                "Kies eerst een account en probeer opnieuw",
                "Choose an account first, then try again",
                "Wählen Sie zuerst ein Konto und versuchen Sie es noch einmal",
            ],
        ));
    }
    Account::all(&mut read)
        .await?
        .into_iter()
        .next()
        .ok_or(Error::NotFound { what: "account" })
}

fn kept_account(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies
        .split(';')
        .find_map(|c| c.trim().strip_prefix("entremise_account="))
}

/// Every form of an operator's page says which account it writes to.
async fn naming_its_account(response: Response, slug: &str) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let html = String::from_utf8_lossy(&bytes);
    let mut named = String::with_capacity(html.len() + 1_024);
    for (at, piece) in html.split_inclusive("action=\"").enumerate() {
        let (address, rest) = match at {
            0 => ("", piece),
            _ => piece.split_at(piece.find('"').unwrap_or(0)),
        };
        named.push_str(address);
        if address.starts_with('/') {
            named.push(if address.contains('?') { '&' } else { '?' });
            named.push_str("account=");
            named.push_str(slug);
        }
        named.push_str(rest);
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, named.into())
}

fn failed(error: &Error, language: Language) -> Response {
    if error.status() >= 500 {
        tracing::error!(%error, "an office page failed");
    }
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let css = crate::assets::css_address();
    let message = error.message();
    let (said, code) = (message.get(language), language.code());
    let html = format!(
        "<!doctype html><html lang={code}><meta charset=utf-8><meta name=viewport content=\"width=device-width, initial-scale=1\"><title>Entremise</title><link rel=stylesheet href=\"{css}\"><main class=note><h1>{said}</h1><p><a class=button href=\"/\">←</a></p></main>"
    );
    (
        status,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        html,
    )
        .into_response()
}

impl Visit {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
            .filter(|v| !v.is_empty())
    }

    pub fn form(&self) -> Vec<(String, String)> {
        std::str::from_utf8(&self.body)
            .map(long_pairs)
            .unwrap_or_default()
    }

    pub fn act(&self) -> Act {
        Act::by(Actor::User(self.user.id)).via(Via::Office)
    }

    /// The scope narrowed to the account in view.
    pub fn own(&self) -> store::Result<Scope> {
        self.scope.within(self.account.id)
    }
}

/// A form of the office has more fields than an address has filters.
fn long_pairs(body: &str) -> Vec<(String, String)> {
    body.split('&').flat_map(pairs_of).collect()
}

pub fn see(address: &str) -> Answer {
    Ok((
        StatusCode::SEE_OTHER,
        [(header::LOCATION, address.to_owned())],
    )
        .into_response())
}
