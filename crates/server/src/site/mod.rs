//! The public sites: pages rendered on the server, in four languages, that need no JavaScript.

mod enquiry;
mod feeds;
mod listing;
mod map;
pub mod query;
mod results;
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
use crate::{Site, assets};

/// What stands around every page.
pub struct Frame {
    pub language: &'static str,
    pub spoken: Language,
    pub brand: String,
    pub tagline: String,
    pub title: String,
    pub description: String,
    pub canonical: String,
    pub alternates: Vec<(String, String)>,
    pub languages: Vec<(String, String)>,
    pub menu: Vec<(String, String)>,
    pub css: String,
    pub js: &'static str,
    pub image: Option<String>,
    pub json_ld: String,
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
}

impl Visit<'_> {
    pub fn frame(
        &self,
        title: String,
        description: String,
        paths: impl Fn(Language) -> String,
    ) -> Frame {
        let languages: Vec<(String, String)> = self
            .site
            .languages
            .iter()
            .map(|l| (l.code().to_owned(), paths(*l)))
            .collect();
        let mut alternates: Vec<(String, String)> = languages
            .iter()
            .map(|(code, path)| (code.clone(), format!("{}{path}", self.origin)))
            .collect();
        alternates.push((
            "x-default".into(),
            format!("{}{}", self.origin, paths(self.site.language)),
        ));
        let code = self.language.code();
        let tops = self
            .vertical
            .categories
            .iter()
            .filter(|c| c.parent.is_none());
        let menu = tops.take(6).map(|c| {
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
            canonical: format!("{}{}", self.origin, paths(self.language)),
            alternates,
            languages,
            menu: menu.collect(),
            css: assets::css_address().to_owned(),
            js: assets::site_js_address(),
            image: None,
            json_ld: String::new(),
            noindex: false,
        }
    }

    /// A page without anything of its own to say but this.
    pub fn note(&self, heading: &'static str, text: String, status: u16) -> Made {
        let code = self.language.code();
        let frame = self.frame(heading.to_owned(), text.clone(), |l| {
            format!("/{}/", l.code())
        });
        let hits = if status >= 400 {
            self.newest(8)
        } else {
            Vec::new()
        };
        let page = results::Message {
            frame: Frame {
                noindex: true,
                ..frame
            },
            heading,
            text,
            href: format!("/{code}/"),
            link: say(self.language, "home"),
            cards: view::cards(self.deps, &self.vertical, self.language, &hits),
        };
        Made::html(&page, status)
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
                    html: "<!doctype html><title>500</title>".into(),
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
        return enquiry::receive(&visit, &parts, &body).await;
    }
    if *method != Method::GET && *method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if visit.path.first() == Some(&"feed.xml") {
        return feeds::atom(&visit);
    }
    if visit.query.ends_with("&count=1") {
        return results::count(&visit).into_response();
    }
    let page = cached(&visit, uri.path());
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
        ["accessibility"] => {
            let text = say(visit.language, "accessibility_text").to_owned();
            visit.note(say(visit.language, "accessibility"), text, 200)
        }
        ["thanks"] => visit.note(
            say(visit.language, "thanks"),
            say(visit.language, "thanks_hint").into(),
            200,
        ),
        [one] if listing::id_of(one).is_some() => listing::page(visit, one),
        ["search"] => results::page(visit, &[]),
        path if path.len() <= 2
            && query::category_of_slug(&visit.vertical, path[0], visit.language).is_some() =>
        {
            results::page(visit, path)
        }
        _ => visit.note(
            say(visit.language, "lost"),
            say(visit.language, "lost_hint").into(),
            404,
        ),
    }
}

fn without_language(visit: &Visit<'_>, headers: &HeaderMap) -> Response {
    match visit.path.as_slice() {
        ["robots.txt"] => feeds::robots(visit),
        ["sitemap.xml"] => feeds::sitemap_index(visit),
        [part] if part.starts_with("sitemap-") => feeds::sitemap(visit, part),
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
        _ => {
            let made = visit.note(
                say(visit.language, "lost"),
                say(visit.language, "lost_hint").into(),
                404,
            );
            Page::new(made.html, 404).send(headers)
        }
    }
}
