//! The public pages: what a visitor, a search engine and a suspicious sender see.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{Method, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use crate::front;
use crate::shelf::{Listing, Sight};
use crate::world::World;

/// What a page's address came to, before anybody waits.
enum Found {
    Page(String),
    Failed,
    Down,
    Not(StatusCode),
}

pub(crate) async fn page(
    world: &World,
    method: &Method,
    portal: &str,
    portal_id: &str,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let (found, slow) = look(world, portal, portal_id);
    tokio::time::sleep(slow).await;
    match found {
        Found::Page(html) => Html(html).into_response(),
        Found::Failed => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Found::Down => front::unavailable(),
        Found::Not(status) => (status, Html("<h1>This property is not here</h1>")).into_response(),
    }
}

fn look(world: &World, name: &str, portal_id: &str) -> (Found, Duration) {
    let now = Instant::now();
    let mut state = world.state();
    let Some(portal) = state.known(name) else {
        return (Found::Not(StatusCode::NOT_FOUND), Duration::ZERO);
    };
    portal.counts.pages += 1;
    let rate = portal.conduct.page_error_rate;
    let fails = portal.dice(&format!("page {portal_id}")).yes(rate);
    let slow = Duration::from_millis(portal.conduct.slow_ms);
    if portal.is_down(now) {
        return (Found::Down, Duration::ZERO);
    }
    if fails {
        portal.counts.errors += 1;
        return (Found::Failed, slow);
    }
    let found = match portal.shelf.at_page(portal_id, now) {
        Sight::Shown(listing) => Found::Page(write(listing, &portal.page_of(portal_id))),
        Sight::Gone => Found::Not(StatusCode::GONE),
        Sight::Unknown => Found::Not(StatusCode::NOT_FOUND),
    };
    (found, slow)
}

fn write(listing: &Listing, url: &str) -> String {
    let view = &listing.sent.view;
    let said = json!({
        "@context": "https://schema.org", "@type": "RealEstateListing",
        "name": view.title, "url": url, "description": view.description,
        "identifier": listing.sent.reference, "image": view.photos,
        "offers": {
            "@type": "Offer", "price": view.price, "priceCurrency": view.currency,
            "availability": availability(&view.status),
        },
    });
    // A closing tag within a text would end the script.
    let said = said.to_string().replace('<', "\\u003c");
    let photos: String = view
        .photos
        .iter()
        .map(|p| format!("<img src=\"{}\" alt=\"\">\n", escaped(p)))
        .collect();
    let [title, price, currency, status, reference, description] = [
        &view.title,
        &view.price,
        &view.currency,
        &view.status,
        &listing.sent.reference,
        &view.description,
    ]
    .map(|text| escaped(text));
    let count = view.photos.len();
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <title>{title}</title>\n<link rel=\"canonical\" href=\"{url}\">\n\
         <script type=\"application/ld+json\">{said}</script></head>\n\
         <body><h1>{title}</h1>\n<dl>\n\
         <dt>Price</dt><dd id=\"price\">{price}</dd>\n\
         <dt>Currency</dt><dd id=\"currency\">{currency}</dd>\n\
         <dt>Status</dt><dd id=\"status\">{status}</dd>\n\
         <dt>Reference</dt><dd id=\"reference\">{reference}</dd>\n\
         <dt>Photos</dt><dd id=\"photos\">{count}</dd>\n\
         </dl>\n<p id=\"description\">{description}</p>\n{photos}</body></html>\n"
    )
}

/// The portals' words for their statuses in the one vocabulary that machines share.
fn availability(status: &str) -> &'static str {
    match status {
        "available" | "for_sale" | "for_rent" => "https://schema.org/InStock",
        "sold" | "let" | "rented" | "let_agreed" => "https://schema.org/SoldOut",
        _ => "https://schema.org/LimitedAvailability",
    }
}

pub(crate) async fn index(State(world): State<Arc<World>>) -> Html<String> {
    let now = Instant::now();
    let state = world.state();
    let mut rows = String::new();
    for portal in state.all() {
        rows.push_str(&format!("<h2>{}</h2>\n<ul>\n", portal.name));
        for listing in portal.shelf.shown(now) {
            let view = &listing.sent.view;
            rows.push_str(&format!(
                "<li><a href=\"{}\">{} {}</a> {} {}</li>\n",
                portal.page_of(&listing.portal_id),
                escaped(&listing.sent.reference),
                escaped(&view.title),
                escaped(&view.price),
                escaped(&view.currency)
            ));
        }
        rows.push_str("</ul>\n");
    }
    Html(format!(
        "<!doctype html>\n<title>Played portals</title>\n{rows}"
    ))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
