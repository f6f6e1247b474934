//! What machines read of a site: robots.txt, its mark, its manifest, the Atom feed.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::Visit;
use super::query::{asked, pairs_of};
use super::view::{href, place, price, title};
use crate::assets;

const FEED_LISTINGS: usize = 40;

pub fn robots(visit: &Visit<'_>) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /*?*\nAllow: /\nSitemap: {}/sitemap.xml\n",
        visit.origin
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

/// The site's mark, for the tab of a browser and the screen of a phone.
pub fn icon(visit: &Visit<'_>) -> Response {
    let head = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "public, max-age=86400"),
    ];
    (head, assets::icon(&visit.site.brand, visit.site.accent)).into_response()
}

/// What a phone needs to keep the site among its programs.
pub fn manifest(visit: &Visit<'_>) -> Response {
    let site = visit.site;
    let manifest = serde_json::json!({
        "name": format!("{} — {}", site.brand, site.tagline.get(site.language)),
        "short_name": site.brand,
        "lang": site.language.code(),
        "start_url": format!("/{}/", site.language.code()),
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fbfaf6",
        "theme_color": "#fbfaf6",
        "icons": [{ "src": "/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any" }],
    });
    let head = [(header::CONTENT_TYPE, "application/manifest+json")];
    (head, manifest.to_string()).into_response()
}

pub fn atom(visit: &Visit<'_>) -> Response {
    let language = visit.language;
    // A category and a town may stand in the query; a path is the whole site's.
    let mut asked = asked(&visit.vertical, language, &[], &pairs_of(visit.query));
    (asked.query.limit, asked.query.facets) = (FEED_LISTINGS, false);
    let hits = visit.deps.index.search(&asked.query).hits;
    let listings: Vec<_> = hits
        .iter()
        .filter_map(|hit| visit.deps.index.listing(hit.id))
        .collect();
    let updated = listings
        .iter()
        .map(|l| l.updated_at)
        .max()
        .unwrap_or_default();
    let esc = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let own = match visit.query.is_empty() {
        true => String::new(),
        false => esc(&format!("?{}", visit.query.replace('"', "%22"))),
    };
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{code}\"><title>{}</title><id>{}/{code}/</id><link href=\"{}/{code}/\"/><link rel=\"self\" href=\"{}/{code}/feed.xml{own}\"/><updated>{updated}</updated><author><name>{}</name></author>\n",
        esc(&visit.site.brand),
        visit.origin,
        visit.origin,
        visit.origin,
        esc(&visit.site.brand),
        code = language.code(),
        own = own,
    );
    for listing in &listings {
        let heading = esc(&title(listing, language, Some(&visit.vertical)));
        let address = format!("{}{}", visit.origin, href(listing, language));
        let summary = [price(listing, language), place(listing)];
        let summary: Vec<String> = summary.into_iter().filter(|s| !s.is_empty()).collect();
        let summary = summary.join(" · ");
        text.push_str(&format!(
            "<entry><title>{heading}</title><id>{address}</id><link href=\"{address}\"/><published>{}</published><updated>{}</updated><summary>{}</summary></entry>\n",
            listing.created_at, listing.updated_at, esc(&summary),
        ));
    }
    text.push_str("</feed>\n");
    (
        [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")],
        text,
    )
        .into_response()
}
