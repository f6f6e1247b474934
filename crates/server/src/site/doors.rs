//! Under a name that is no site's: which sites there are.

use askama::Template;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use dictionary::Language;

use crate::assets;
use crate::deps::Deps;
use crate::pack::Page;
use crate::text::{grouped, say};

#[derive(Template)]
#[template(path = "site/doors.html")]
struct Doors {
    code: &'static str,
    spoken: Language,
    css: &'static str,
    doors: Vec<Door>,
    office: String,
    api: &'static str,
}

struct Door {
    brand: String,
    tagline: String,
    address: String,
    accent: String,
    listings: String,
}

impl Doors {
    fn say(&self, key: &str) -> &'static str {
        say(self.spoken, key)
    }
}

pub fn doors(deps: &Deps, path: &str, headers: &HeaderMap) -> Response {
    let spoken = wished(headers).unwrap_or(Language::En);
    let sites = deps.sites();
    let doors = sites.iter().map(|site| {
        let stock = deps.index.search(&search::Query {
            vertical: Some(site.vertical.clone()),
            ..search::Query::default()
        });
        Door {
            brand: site.brand.clone(),
            tagline: site.tagline.get(spoken).to_owned(),
            address: format!("{}/{}/", site.origin(&deps.port), language_of(site, spoken)),
            accent: format!("#{}", site.accent.digits()),
            listings: grouped(stock.total as i64, spoken),
        }
    });
    let page = Doors {
        code: spoken.code(),
        spoken,
        css: assets::css_address(),
        doors: doors.collect(),
        office: format!("http://office.localhost{}/", deps.port),
        api: "/api/v1/openapi.json",
    };
    let status = if path == "/" { 200 } else { 404 };
    match page.render() {
        Ok(html) => {
            let mut response = Page::new(html, status).send(headers);
            let out = response.headers_mut();
            out.append(
                header::VARY,
                header::HeaderValue::from_static("Accept-Language"),
            );
            response
        }
        Err(_) => super::note::broken().into_response(),
    }
}

fn language_of(site: &crate::Site, spoken: Language) -> &'static str {
    match site.languages.contains(&spoken) {
        true => spoken.code(),
        false => site.language.code(),
    }
}

/// The first of our languages that a browser asks for.
pub(super) fn wished(headers: &HeaderMap) -> Option<Language> {
    let wish = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    wish.split(',')
        .filter_map(|part| part.split(';').next())
        .find_map(|part| Language::parse(part.trim()))
}
