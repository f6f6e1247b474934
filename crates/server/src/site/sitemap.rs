//! Sitemaps: every page that is worth a search engine's time, each with its twins in the other
//! languages.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dictionary::Language;
use gazetteer::{Gazetteer, Town};
use search::{Near, Query};

use super::view::{href, photo, shown};
use super::{Visit, lost, query};
use crate::text::slug;

/// sitemaps.org allows 50,000; smaller files are read again sooner.
const ADDRESSES_MAX: usize = 10_000;
/// Of each country so many of the largest towns have pages of their own.
pub const TOWNS: usize = 12;
/// A town's page with fewer listings says nothing that its category does not.
const TOWN_LISTINGS_MIN: u64 = 3;
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const PLACES: &str = "sitemap-places.xml";

/// The towns that have pages: the largest of each country.
pub fn towns() -> impl Iterator<Item = &'static Town> {
    let countries = gazetteer::COUNTRIES.iter();
    countries.flat_map(|c| Gazetteer::shipped().cities(c).into_iter().take(TOWNS))
}

/// Each listing has an address in each language.
fn listings_of_a_part(visit: &Visit<'_>) -> usize {
    ADDRESSES_MAX / visit.site.languages.len().max(1)
}

fn parts(visit: &Visit<'_>) -> usize {
    let query = Query {
        vertical: Some(visit.vertical.key.clone()),
        ..Query::default()
    };
    let total = visit.deps.index.search(&query).total as usize;
    total.div_ceil(listings_of_a_part(visit))
}

pub fn index(visit: &Visit<'_>) -> Response {
    let mut text =
        format!("{HEAD}<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    let numbered = (0..parts(visit)).map(|number| format!("sitemap-{number}.xml"));
    for name in std::iter::once(PLACES.to_owned()).chain(numbered) {
        text.push_str(&format!(
            "<sitemap><loc>{}/{name}</loc></sitemap>\n",
            visit.origin
        ));
    }
    text.push_str("</sitemapindex>\n");
    xml(text)
}

pub fn part(visit: &Visit<'_>, name: &str, headers: &HeaderMap) -> Response {
    let mut text = format!(
        "{HEAD}<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\" xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">\n"
    );
    if name == PLACES {
        places(visit, &mut text);
    } else {
        let number = name
            .strip_prefix("sitemap-")
            .and_then(|rest| rest.strip_suffix(".xml"))
            .and_then(|number| {
                number
                    .parse::<usize>()
                    .ok()
                    .filter(|n| n.to_string() == number)
            });
        match number.filter(|number| *number < parts(visit)) {
            Some(number) => listings(visit, number, &mut text),
            None => return lost(visit, headers),
        }
    }
    text.push_str("</urlset>\n");
    xml(text)
}

/// The home page, the categories that hold something, and those near each larger town.
fn places(visit: &Visit<'_>, text: &mut String) {
    page(visit, text, "", |l| format!("/{}/", l.code()));
    let stock = visit.deps.index.stock(&visit.vertical.key);
    for (key, _) in stock.iter() {
        if let Some(path) = query::category_path(visit, key) {
            page(visit, text, "", path);
        }
    }
    for town in towns() {
        let near = Near {
            lat: town.lat.into(),
            lon: town.lon.into(),
            radius_km: query::RADIUS_KM,
        };
        let query = Query {
            vertical: Some(visit.vertical.key.clone()),
            near: Some(near),
            facets: true,
            ..Query::default()
        };
        let answer = visit.deps.index.search(&query);
        let categories = answer
            .facets
            .iter()
            .find(|f| f.field.as_ref() == "category");
        for (key, count) in categories.into_iter().flat_map(|facet| &facet.counts) {
            if *count < TOWN_LISTINGS_MIN {
                continue;
            }
            if let Some(path) = query::category_path(visit, key) {
                let town = slug(&town.name);
                page(visit, text, "", |l| format!("{}/{town}", path(l)));
            }
        }
    }
}

fn listings(visit: &Visit<'_>, number: usize, text: &mut String) {
    let many = listings_of_a_part(visit);
    let query = Query {
        vertical: Some(visit.vertical.key.clone()),
        offset: number.saturating_mul(many),
        limit: many,
        ..Query::default()
    };
    for hit in visit.deps.index.search(&query).hits {
        let Some(listing) = visit.deps.index.listing(hit.id) else {
            continue;
        };
        let changed = listing.updated_at.to_string();
        let mut about = format!("<lastmod>{}</lastmod>", &changed[..10]);
        if let Some(src) = shown(&listing).next().and_then(|p| photo(p, 960)) {
            about.push_str("<image:image><image:loc>");
            formats::escape_xml(&visit.absolute(&src), &mut about);
            about.push_str("</image:loc></image:image>");
        }
        page(visit, text, &about, |l| href(&listing, l));
    }
}

/// One page in all languages: each of its addresses names all the others.
fn page(visit: &Visit<'_>, text: &mut String, about: &str, path: impl Fn(Language) -> String) {
    let origin = &visit.origin;
    let mut twins = String::new();
    for language in &visit.site.languages {
        let (code, path) = (language.code(), path(*language));
        twins.push_str(&format!(
            "<xhtml:link rel=\"alternate\" hreflang=\"{code}\" href=\"{origin}{path}\"/>"
        ));
    }
    for language in &visit.site.languages {
        let path = path(*language);
        text.push_str(&format!(
            "<url><loc>{origin}{path}</loc>{about}{twins}</url>\n"
        ));
    }
}

fn xml(text: String) -> Response {
    let head = [(header::CONTENT_TYPE, "application/xml; charset=utf-8")];
    (StatusCode::OK, head, text).into_response()
}
