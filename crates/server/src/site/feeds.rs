//! What machines read of a site: robots.txt, sitemaps, the Atom feed.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use search::Query;

use super::Visit;
use super::query::{asked, pairs_of};
use super::view::{href, price, title};
use crate::text::slug;

const SITEMAP_LISTINGS: usize = 10_000;
const FEED_LISTINGS: usize = 40;

pub fn robots(visit: &Visit<'_>) -> Response {
    let text = format!(
        "User-agent: *\nDisallow: /*?*\nAllow: /\nSitemap: {}/sitemap.xml\n",
        visit.origin
    );
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}

pub fn sitemap_index(visit: &Visit<'_>) -> Response {
    let total = visit
        .deps
        .index
        .search(&Query {
            vertical: Some(visit.vertical.key.clone()),
            ..Query::default()
        })
        .total;
    let files = (total as usize).div_ceil(SITEMAP_LISTINGS).max(1);
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    for number in 0..files {
        text.push_str(&format!(
            "<sitemap><loc>{}/sitemap-{number}.xml</loc></sitemap>\n",
            visit.origin
        ));
    }
    text.push_str("</sitemapindex>\n");
    xml(text)
}

pub fn sitemap(visit: &Visit<'_>, part: &str) -> Response {
    let number = part
        .trim_start_matches("sitemap-")
        .trim_end_matches(".xml")
        .parse::<usize>();
    let Ok(number) = number else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let query = Query {
        vertical: Some(visit.vertical.key.clone()),
        offset: number.saturating_mul(SITEMAP_LISTINGS),
        limit: SITEMAP_LISTINGS,
        ..Query::default()
    };
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    if number == 0 {
        for language in &visit.site.languages {
            let code = language.code();
            text.push_str(&format!("<url><loc>{}/{code}/</loc></url>\n", visit.origin));
            for category in &visit.vertical.categories {
                let word = slug(category.plural.get(*language));
                text.push_str(&format!(
                    "<url><loc>{}/{code}/{word}</loc></url>\n",
                    visit.origin
                ));
            }
        }
    }
    for hit in visit.deps.index.search(&query).hits {
        let Some(listing) = visit.deps.index.listing(hit.id) else {
            continue;
        };
        let changed = listing.updated_at.to_string();
        let address = href(&listing, visit.site.language);
        text.push_str(&format!(
            "<url><loc>{}{address}</loc><lastmod>{}</lastmod></url>\n",
            visit.origin,
            &changed[..10]
        ));
    }
    text.push_str("</urlset>\n");
    xml(text)
}

pub fn atom(visit: &Visit<'_>) -> Response {
    let language = visit.language;
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
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{code}\"><title>{}</title><id>{}/{code}/</id><link href=\"{}/{code}/\"/><link rel=\"self\" href=\"{}/{code}/feed.xml\"/><updated>{updated}</updated><author><name>{}</name></author>\n",
        esc(&visit.site.brand),
        visit.origin,
        visit.origin,
        visit.origin,
        esc(&visit.site.brand),
        code = language.code(),
    );
    for listing in &listings {
        let heading = esc(&title(listing, language, Some(&visit.vertical)));
        let address = format!("{}{}", visit.origin, href(listing, language));
        text.push_str(&format!(
            "<entry><title>{heading}</title><id>{address}</id><link href=\"{address}\"/><updated>{}</updated><summary>{}</summary></entry>\n",
            listing.updated_at, esc(&price(listing, language)),
        ));
    }
    text.push_str("</feed>\n");
    (
        [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")],
        text,
    )
        .into_response()
}

fn xml(text: String) -> Response {
    (
        [(header::CONTENT_TYPE, "application/xml; charset=utf-8")],
        text,
    )
        .into_response()
}
