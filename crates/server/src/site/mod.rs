//! The public sites: pages rendered on the server, in four languages, that need no JavaScript.

mod doors;
mod energy;
mod enquiry;
mod feeds;
mod filters;
mod json_ld;
mod lasting;
mod listing;
mod locator;
mod map;
mod note;
pub mod query;
mod quote;
mod results;
mod sitemap;
pub mod view;

use std::sync::Arc;

use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use dictionary::{Language, Vertical};

use crate::deps::Deps;
use crate::pack::Page;
use crate::text::{say, slug};

pub use doors::doors;
pub use lasting::lasting;

use crate::{Site, assets};

/// So many categories stand above every page.
const MENU_MAX: usize = 6;

/// What stands around every page.
pub struct Frame {
    pub language: &'static str,
    pub spoken: Language,
    pub brand: String,
    pub tagline: String,
    pub title: String,
    pub description: String,
    pub canonical: String,
    /// Letters of the canonical address before its path.
    origin: usize,
    pub alternates: Vec<(&'static str, String)>,
    pub languages: Vec<(&'static str, String)>,
    pub menu: Vec<(String, String)>,
    /// Where quotes are asked for, on a site whose trades have a request form.
    pub quote: Option<String>,
    pub css: String,
    pub js: &'static str,
    /// The picture that is shown where the page is shared, with its whole address.
    pub image: Option<String>,
    pub json_ld: Vec<String>,
    pub noindex: bool,
}

/// One request to one site.
pub struct Visit<'a> {
    pub deps: &'a Deps,
    pub site: &'a Site,
    pub vertical: Arc<Vertical>,
    pub language: Language,
    /// `http://immo.localhost:8080`
    pub origin: String,
    pub path: Vec<&'a str>,
    pub query: &'a str,
}

impl Frame {
    pub fn say(&self, key: &str) -> &'static str {
        say(self.spoken, key)
    }

    /// The address of the page on its own site.
    pub fn path(&self) -> &str {
        &self.canonical[self.origin..]
    }
}

impl Visit<'_> {
    pub fn frame(
        &self,
        title: String,
        description: String,
        paths: impl Fn(Language) -> String,
    ) -> Frame {
        let spoken = self.site.languages.iter();
        let languages: Vec<(&'static str, String)> =
            spoken.map(|l| (l.code(), paths(*l))).collect();
        let address = |language: Language| {
            let own = languages.iter().find(|(code, _)| *code == language.code());
            match own {
                Some((_, path)) => format!("{}{path}", self.origin),
                None => format!("{}{}", self.origin, paths(language)),
            }
        };
        let each = languages.iter();
        let mut alternates: Vec<(&'static str, String)> = each
            .map(|(code, path)| (*code, format!("{}{path}", self.origin)))
            .collect();
        alternates.push(("x-default", address(self.site.language)));
        let canonical = address(self.language);
        let code = self.language.code();
        let stock = self.deps.index.stock(&self.vertical.key);
        let held = |key: &str| stock.iter().any(|(held, _)| held.as_ref() == key);
        let categories = self.vertical.categories.iter();
        let tops = categories.filter(|c| c.parent.is_none() && held(&c.key));
        let menu = tops.take(MENU_MAX).map(|c| {
            let label = c.plural.get(self.language);
            (label.to_owned(), format!("/{code}/{}", slug(label)))
        });
        Frame {
            language: code,
            spoken: self.language,
            brand: self.site.brand.clone(),
            tagline: self.site.tagline.get(self.language).to_owned(),
            title: format!("{title} — {}", self.site.brand),
            description,
            canonical,
            origin: self.origin.len(),
            alternates,
            languages,
            menu: menu.collect(),
            quote: quote::is_asked(&self.vertical).then(|| quote::address(self.language)),
            css: assets::site_css_address(self.site.accent),
            js: assets::site_js_address(),
            image: None,
            json_ld: Vec::new(),
            noindex: false,
        }
    }

    /// With the beginning of the site's addresses, unless it has one.
    pub fn absolute(&self, src: &str) -> String {
        match src.starts_with('/') {
            true => format!("{}{src}", self.origin),
            false => src.to_owned(),
        }
    }

    pub fn newest(&self, limit: usize) -> Vec<search::Hit> {
        let vertical = Some(self.vertical.key.clone());
        self.deps
            .index
            .search(&search::Query {
                vertical,
                limit,
                ..search::Query::default()
            })
            .hits
    }
}

/// A page that was made, not yet packed.
pub struct Made {
    pub html: String,
    pub status: u16,
}

impl Made {
    pub fn html(page: &impl askama::Template, status: u16) -> Made {
        match page.render() {
            Ok(html) => Made { html, status },
            Err(error) => {
                tracing::error!(%error, "a page cannot be rendered");
                Made {
                    html: note::broken(),
                    status: 500,
                }
            }
        }
    }
}

/// Answers a request to a site's hostname.
pub async fn answer(
    State(deps): State<Deps>,
    site: Arc<Site>,
    parts: Parts,
    body: Bytes,
) -> Response {
    let (method, uri, headers) = (&parts.method, &parts.uri, &parts.headers);
    let Some(vertical) = deps.dictionary.get().vertical(&site.vertical).cloned() else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let origin = site.origin(&deps.port);
    let path: Vec<&str> = uri.path().split('/').filter(|p| !p.is_empty()).collect();
    let spoken = path
        .first()
        .and_then(|p| site.languages.iter().find(|l| l.code() == *p))
        .copied();
    let query = uri.query().unwrap_or_default();
    let mut visit = Visit {
        deps: &deps,
        site: &site,
        vertical,
        language: site.language,
        origin,
        path,
        query,
    };
    let Some(language) = spoken else {
        return without_language(&visit, headers);
    };
    visit.language = language;
    visit.path.remove(0);
    if *method == Method::POST {
        return match quote::trade(&visit) {
            Some(trade) => quote::receive(&visit, &trade, &parts, &body).await,
            None => enquiry::receive(&visit, &parts, &body).await,
        };
    }
    if *method != Method::GET && *method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if visit.path.first() == Some(&"feed.xml") {
        return feeds::atom(&visit);
    }
    if visit.query.ends_with("count=1") {
        return results::count(&visit).into_response();
    }
    // What somebody answers on the way to a request is no page that others ask for.
    let page = match visit.path.first() {
        Some(first) if quote::is_word(first) || *first == "thanks" => {
            let made = make(&visit);
            Page::new(made.html, made.status)
        }
        _ => cached(&visit, uri.path()),
    };
    page.send(headers)
}

/// A page from the cache, or made now. Every change of the index makes pages anew, except that a
/// listing's page stays while its listing does.
fn cached(visit: &Visit<'_>, path: &str) -> Page {
    let deps = visit.deps;
    let of_listing = visit.path.first().and_then(|p| listing::id_of(p));
    let version = match of_listing {
        // Similar listings on the page may be an hour behind; the form's token must not be older.
        Some(id) => {
            deps.index.version(id).map_or(0, |v| v as u64)
                ^ (deps.store.now().0 as u64 / 3_600_000) << 20
        }
        None => deps.index.epoch(),
    };
    let key = format!("{}{path}?{}", visit.site.key, visit.query);
    if let Some((made_for, page)) = deps.pages.get(&key)
        && made_for == version
    {
        deps.meters.page(true);
        return page;
    }
    deps.meters.page(false);
    let made = make(visit);
    let page = Page::new(made.html, made.status);
    if page.is_found() {
        deps.pages.insert(key, (version, page.clone()));
    }
    page
}

fn make(visit: &Visit<'_>) -> Made {
    match visit.path.as_slice() {
        [] => results::home(visit),
        ["accessibility"] => note::accessibility(visit),
        ["thanks"] => note::thanks(visit),
        [word, rest @ ..] if quote::is_word(word) && quote::is_asked(&visit.vertical) => {
            quote::page(visit, rest)
        }
        [one] if listing::id_of(one).is_some() => listing::page(visit, one),
        ["search"] => results::page(visit, &[]),
        path if path.len() <= 2
            && query::category_of_slug(&visit.vertical, path[0], visit.language).is_some() =>
        {
            results::page(visit, path)
        }
        _ => note::lost(visit),
    }
}

fn without_language(visit: &Visit<'_>, headers: &HeaderMap) -> Response {
    match visit.path.as_slice() {
        ["robots.txt"] => feeds::robots(visit),
        ["sitemap.xml"] => sitemap::index(visit),
        [part] if part.starts_with("sitemap-") => sitemap::part(visit, part, headers),
        ["icon.svg" | "favicon.ico"] => feeds::icon(visit),
        ["manifest.webmanifest"] => feeds::manifest(visit),
        ["land", file] => locator::picture(file, headers),
        [] => {
            let wish = headers
                .get(header::ACCEPT_LANGUAGE)
                .and_then(|v| v.to_str().ok())
                .unwrap_or_default();
            let wished = wish.split(',').filter_map(|p| Language::parse(p.trim()));
            let language = wished
                .into_iter()
                .find(|l| visit.site.languages.contains(l))
                .unwrap_or(visit.site.language);
            let address = format!("/{}/", language.code());
            (
                StatusCode::FOUND,
                [
                    (header::LOCATION, address),
                    (header::VARY, "Accept-Language".into()),
                ],
            )
                .into_response()
        }
        _ => lost(visit, headers),
    }
}

/// Nothing is here: a page that says so, with ways on.
fn lost(visit: &Visit<'_>, headers: &HeaderMap) -> Response {
    let made = note::lost(visit);
    Page::new(made.html, made.status).send(headers)
}

/// What somebody gets whose page broke.
pub fn broken() -> Response {
    Page::new(note::broken(), 500).send(&HeaderMap::new())
}
