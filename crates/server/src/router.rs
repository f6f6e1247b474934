//! Which hostname and path goes where.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use crate::deps::Deps;
use crate::limits::Peer;
use crate::meters::Class;
use crate::pack::protect_bare;
use crate::{api, assets, office, published, site};

/// Uploads of the office and the API; forms of the sites are far smaller.
pub const BODY_BYTES_MAX: usize = 256 << 20;
/// What somebody may send before we know who he is.
pub const STRANGERS_BYTES_MAX: usize = 128 << 10;

pub fn router(deps: Deps) -> Router {
    Router::new()
        .fallback(route)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(panicked))
        .with_state(deps)
}

/// A mistake of ours ends one request, and is told like any other.
fn panicked(cause: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let said = cause
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| cause.downcast_ref::<&str>().copied());
    let cause = said.unwrap_or("a panic");
    let problem = api::problem::Problem::from(store::Error::broken(cause));
    let mut response = problem.into_response();
    protect_bare(response.headers_mut());
    response
}

/// The hostname that was asked for, without its port.
fn host_of(headers: &HeaderMap, uri_host: Option<&str>) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|v| v.to_str().ok())
        .or(uri_host)
        .unwrap_or_default();
    let (name, _port) = host.rsplit_once(':').unwrap_or((host, ""));
    name.to_ascii_lowercase()
}

async fn route(State(deps): State<Deps>, request: Request) -> Response {
    let begun = Instant::now();
    let class = class_of(&request);
    let mut response = answer(deps.clone(), request).await;
    let guess = response.headers_mut().entry(header::X_CONTENT_TYPE_OPTIONS);
    guess.or_insert(HeaderValue::from_static("nosniff"));
    deps.meters
        .answered(class, response.status().as_u16(), begun.elapsed());
    response
}

fn class_of(request: &Request) -> Class {
    let path = request.uri().path();
    let begins = |with: &str| path.starts_with(with);
    match () {
        () if begins("/assets/") => Class::Asset,
        () if begins("/media/") => Class::Media,
        () if begins("/api/") => Class::Api,
        () if begins("/feeds/") || begins("/published/") => Class::Feed,
        () if path == "/healthz" || path == "/metrics" => Class::Watch,
        () if is_office(&host_of(request.headers(), request.uri().host())) => Class::Office,
        () => Class::Site,
    }
}

fn is_office(host: &str) -> bool {
    host.split('.').next() == Some("office")
}

async fn answer(deps: Deps, mut request: Request) -> Response {
    let peer = Peer::of(&request);
    request.extensions_mut().insert(peer);
    let host = host_of(request.headers(), request.uri().host());
    let path = request.uri().path().to_owned();
    if path.starts_with("/assets/") {
        return assets::asset(&path, request.headers());
    }
    if let Some(rest) = path.strip_prefix("/media/")
        && let Some((hash, file)) = rest.split_once('/')
    {
        return assets::media(&deps, hash, file).await;
    }
    if let Some(id) = path.strip_prefix("/l/") {
        return site::lasting(&deps, id, request.headers());
    }
    if let Some(rest) = path.strip_prefix("/published/") {
        return published::answer(&deps, rest, request.headers()).await;
    }
    if path.starts_with("/api/")
        || path.starts_with("/feeds/")
        || path == "/healthz"
        || path == "/metrics"
    {
        return api::answer(deps, request).await;
    }
    if is_office(&host) {
        return office::answer(deps, request).await;
    }
    let Some(site) = deps.sites().at(&host) else {
        return site::doors(&deps, &path, request.headers());
    };
    let (parts, body) = request.into_parts();
    let body = match axum::body::to_bytes(body, STRANGERS_BYTES_MAX).await {
        Ok(body) => body,
        Err(_) => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    };
    // A page that breaks is answered with one; the layer around everything knows no language.
    let answer = AssertUnwindSafe(site::answer(State(deps), site, parts.clone(), body));
    let mut response = match answer.catch_unwind().await {
        Ok(response) => response,
        Err(_) => site::broken(),
    };
    if parts.method == axum::http::Method::HEAD {
        *response.body_mut() = Body::empty();
    }
    response
}
