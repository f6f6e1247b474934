//! The API. One table of routes makes the router, the OpenAPI document and the test that walks it.

pub mod access;
mod account;
mod dispatch;
pub mod duplicates;
mod feeds;
pub mod imports;
mod journal;
mod leads;
pub mod listings;
pub mod migrations;
pub mod openapi;
pub mod params;
pub mod photos;
pub mod problem;
mod public;
pub mod routes;
mod schemas;
pub mod sources;
pub mod tokens;
pub mod users;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};

pub use account::{all as accounts, cookie as session_cookie, try_password};
pub use imports::to_the_end as import_to_the_end;

use crate::api::access::Caller;
use crate::api::problem::Problem;
use crate::api::routes::{ROUTES, Route};
use crate::deps::Deps;
use crate::limits::Peer;
use crate::pack::protect_bare;

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
    let language = access::language_of(&parts.headers);
    let mut response = match asked(deps, parts, body).await {
        Ok(response) => response,
        Err(problem) => problem.in_language(language).into_response(),
    };
    protect_bare(response.headers_mut());
    response
}

async fn asked(deps: Deps, parts: Parts, body: Body) -> Answer {
    let path = parts.uri.path();
    let (route, params) = match find(&parts.method, path) {
        Found::Route(route, params) => (route, params),
        Found::OtherMethod(allow) => return Err(Problem::other_method(allow)),
        Found::Nothing => return Err(Problem::status(StatusCode::NOT_FOUND)),
    };
    let caller = access::caller(&deps, &parts.headers, &parts.method).await?;
    caller.permits(route)?;
    let query = crate::site::query::pairs_of(parts.uri.query().unwrap_or_default());
    let too_large = || Problem::status(StatusCode::PAYLOAD_TOO_LARGE);
    let body = axum::body::to_bytes(body, route.bytes_max()).await;
    let call = Call {
        deps,
        caller,
        params,
        query,
        body: body.map_err(|_| too_large())?,
        route: match parts.uri.query() {
            Some(query) => format!("{} {path}?{query}", parts.method),
            None => format!("{} {path}", parts.method),
        },
        peer: parts.extensions.get::<Peer>().cloned().unwrap_or_default(),
        headers: parts.headers,
    };
    if route.keeps_keys()
        && let Some(earlier) = call.earlier().await?
    {
        return Ok(earlier);
    }
    params::check(route, &call.query)?;
    dispatch::dispatch(route, call).await
}

enum Found {
    Route(&'static Route, Vec<String>),
    /// With the methods that there are.
    OtherMethod(String),
    Nothing,
}

fn find(method: &Method, path: &str) -> Found {
    let mut other: Vec<&str> = Vec::new();
    for route in ROUTES {
        if let Some(params) = matched(route.path, path) {
            if route.method == method.as_str() || (route.method == "GET" && method == Method::HEAD)
            {
                return Found::Route(route, params);
            }
            other.push(route.method);
        }
    }
    match other.is_empty() {
        true => Found::Nothing,
        false => Found::OtherMethod(other.join(", ")),
    }
}

fn matched(pattern: &str, path: &str) -> Option<Vec<String>> {
    let (mut wanted, mut given) = (pattern.split('/'), path.split('/'));
    let mut params = Vec::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(params),
            (Some(w), Some(g)) if w.starts_with('{') && !g.is_empty() => params.push(decoded(g)),
            (Some(w), Some(g)) if w == g => {}
            _ => return None,
        }
    }
}

/// A part of a path without its percent signs.
fn decoded(part: &str) -> String {
    let pair = crate::site::query::pairs_of(&format!("part={part}"));
    pair.into_iter().next().map(|(_, v)| v).unwrap_or_default()
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
