//! The API. One table of routes makes the router, the OpenAPI document and the test that walks it.

pub mod access;
mod account;
mod imports;
mod leads;
pub mod listings;
pub mod openapi;
pub mod problem;
mod public;

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};

pub use account::{cookie as session_cookie, try_password};
pub use imports::to_the_end as import_to_the_end;

use crate::api::access::Caller;
use crate::api::openapi::{ROUTES, Route};
use crate::api::problem::Problem;
use crate::deps::Deps;
use crate::limits::Peer;
use crate::router::{BODY_BYTES_MAX, STRANGERS_BYTES_MAX};

/// One call: who, what, and with which parts of the path.
pub struct Call {
    pub deps: Deps,
    pub caller: Caller,
    pub params: Vec<String>,
    pub query: Vec<(String, String)>,
    pub body: Bytes,
    pub route: String,
    pub headers: HeaderMap,
    pub peer: Peer,
}

pub type Answer = Result<Response, Problem>;

pub async fn answer(deps: Deps, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path();
    let (route, params) = match find(&parts.method, path) {
        Found::Route(route, params) => (route, params),
        Found::OtherMethod => {
            return Problem::status(StatusCode::METHOD_NOT_ALLOWED).into_response();
        }
        Found::Nothing => return Problem::status(StatusCode::NOT_FOUND).into_response(),
    };
    let caller = match access::caller(&deps, &parts.headers, &parts.method).await {
        Ok(caller) => caller,
        Err(problem) => return problem.into_response(),
    };
    if let Err(problem) = caller.permits(route) {
        return problem.into_response();
    }
    let most = match caller.scope {
        Some(_) => BODY_BYTES_MAX,
        None => STRANGERS_BYTES_MAX,
    };
    let Ok(body) = axum::body::to_bytes(body, most).await else {
        return Problem::status(StatusCode::PAYLOAD_TOO_LARGE).into_response();
    };
    let query = crate::site::query::pairs_of(parts.uri.query().unwrap_or_default());
    let call = Call {
        deps,
        caller,
        params,
        query,
        body,
        route: match parts.uri.query() {
            Some(query) => format!("{} {path}?{query}", parts.method),
            None => format!("{} {path}", parts.method),
        },
        peer: parts.extensions.get::<Peer>().cloned().unwrap_or_default(),
        headers: parts.headers,
    };
    let language = call.caller.language;
    match dispatch(route, call).await {
        Ok(response) => response,
        Err(problem) => problem.in_language(language).into_response(),
    }
}

async fn dispatch(route: &Route, call: Call) -> Answer {
    if let Some(earlier) = call.earlier().await? {
        return Ok(earlier);
    }
    match route.operation {
        "health" => public::health(call).await,
        "metrics" => public::metrics(call).await,
        "openapi" => {
            Ok(([("content-type", "application/json")], openapi::openapi()).into_response())
        }
        "search_listings" => public::search(call).await,
        "read_listing" => public::listing(call).await,
        "read_feed" => public::feed(call).await,
        "sign_in" => account::sign_in(call).await,
        "sign_out" => account::sign_out(call).await,
        "read_me" => account::me(call).await,
        "list_users" => account::users(call).await,
        "add_user" => account::add_user(call).await,
        "list_own_listings" => listings::list(call).await,
        "create_listing" => listings::create(call).await,
        "read_own_listing" => listings::read(call).await,
        "edit_listing" => listings::edit(call).await,
        "trash_listing" => listings::trash(call).await,
        "restore_listing" => listings::restore(call).await,
        "listing_history" => listings::history(call).await,
        "list_trash" => listings::trashed(call).await,
        "list_batches" => imports::batches(call).await,
        "preview_undo" => imports::preview_undo(call).await,
        "undo_batch" => imports::undo(call).await,
        "stop_batch" => imports::stop(call).await,
        "preview_import" => imports::preview(call).await,
        "import_file" => imports::import(call).await,
        "list_leads" => leads::list(call).await,
        "read_lead" => leads::read(call).await,
        "answer_lead" => leads::answer(call).await,
        "mark_lead" => leads::mark(call).await,
        "erase_person" => leads::erase(call).await,
        "read_journal" => account::journal(call).await,
        other => unreachable!("operation {other} stands in the table and nowhere else"),
    }
}

enum Found {
    Route(&'static Route, Vec<String>),
    OtherMethod,
    Nothing,
}

fn find(method: &Method, path: &str) -> Found {
    let mut other = false;
    for route in ROUTES {
        if let Some(params) = matched(route.path, path) {
            if route.method == method.as_str() || (route.method == "GET" && method == Method::HEAD)
            {
                return Found::Route(route, params);
            }
            other = true;
        }
    }
    if other {
        Found::OtherMethod
    } else {
        Found::Nothing
    }
}

fn matched(pattern: &str, path: &str) -> Option<Vec<String>> {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    let mut params = Vec::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(params),
            (Some(w), Some(g)) if w.starts_with('{') && !g.is_empty() => params.push(g.to_owned()),
            (Some(w), Some(g)) if w == g => {}
            _ => return None,
        }
    }
}

impl Call {
    pub fn id<K: store::Kind>(&self, at: usize) -> Result<store::Id<K>, Problem> {
        let text = self.params.get(at).map_or("", String::as_str);
        text.parse()
            .map_err(|_| Problem::from(store::Error::NotFound { what: K::NAME }))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
            .filter(|v| !v.is_empty())
    }

    pub fn json(&self) -> Result<serde_json::Value, Problem> {
        serde_json::from_slice(&self.body).map_err(|e| Problem::bad_json(&e))
    }

    /// The body as a shape; what does not fit is named.
    pub fn body_as<T: serde::de::DeserializeOwned>(&self) -> Result<T, Problem> {
        serde_json::from_slice(&self.body).map_err(|e| Problem::bad_json(&e))
    }

    pub fn limit(&self, usual: usize, most: usize) -> usize {
        self.get("limit")
            .and_then(|l| l.parse().ok())
            .unwrap_or(usual)
            .clamp(1, most)
    }
}
