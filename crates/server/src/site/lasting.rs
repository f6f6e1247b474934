//! `/l/LISTING`: an address for portals, the same whatever the listing's title and site become.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dictionary::Language;
use store::{Id, kinds};

use super::doors::wished;
use super::view;
use crate::deps::Deps;

/// Leads to the listing's page in the reader's language.
pub fn lasting(deps: &Deps, id: &str, headers: &HeaderMap) -> Response {
    let language = wished(headers).unwrap_or(Language::En);
    let id: Option<Id<kinds::Listing>> = id.parse().ok();
    let listing = id.and_then(|id| deps.index.listing(id));
    let page = listing.and_then(|listing| view::page_of(deps, &listing, language));
    match page {
        Some(page) => {
            let head = [
                (header::LOCATION, page.as_str()),
                (header::VARY, "Accept-Language"),
                (header::CACHE_CONTROL, "no-cache"),
            ];
            (StatusCode::FOUND, head).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
