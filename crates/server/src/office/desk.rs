//! What stands around every page of the office, and its door.

use askama::Template;
use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse};
use dictionary::Language;
use enquiries::LeadState;
use store::{Error, Right};

use super::{Answer, Visit, batches, listings, long_pairs};
use crate::deps::Deps;
use crate::limits::Peer;
use crate::text::say;
use crate::{api, assets};

pub struct Desk {
    pub code: &'static str,
    pub language: Language,
    pub title: String,
    pub room: &'static str,
    pub account: String,
    pub user: String,
    pub rooms: Vec<(String, String, i64)>,
    pub css: &'static str,
    pub office_css: &'static str,
    pub js: &'static str,
    pub said: Option<String>,
    pub undoable: Option<String>,
}

#[derive(Template)]
#[template(path = "office/sign_in.html")]
struct SignIn {
    code: &'static str,
    language: Language,
    css: &'static str,
    office_css: &'static str,
    wrong: Option<String>,
    email: String,
}

impl SignIn {
    fn say(&self, key: &str) -> &'static str {
        say(self.language, key)
    }
}

impl Desk {
    pub fn say(&self, key: &str) -> &'static str {
        say(self.language, key)
    }

    pub async fn of(visit: &Visit, room: &'static str, title: &str) -> store::Result<Desk> {
        let mut read = visit.deps.store.read(&visit.own()?).await?;
        let counts = enquiries::counts(&mut read, visit.account.id).await?;
        let fresh = counts
            .iter()
            .find(|(s, _)| *s == LeadState::New)
            .map_or(0, |(_, n)| *n);
        let mut rooms = vec![
            ("inbox", "/", fresh),
            ("listings", "/listings", 0),
            ("duplicates", "/duplicates", 0),
            ("imports", "/imports", 0),
            ("sources", "/sources", 0),
            ("portals", "/portals", 0),
            ("mails", "/mails", 0),
            ("trash", "/trash", 0),
        ];
        if visit.scope.may(Right::Manage) {
            rooms.push(("migrations", "/migrations", 0));
            rooms.push(("account", "/account", 0));
            rooms.push(("users", "/users", 0));
            rooms.push(("tokens", "/tokens", 0));
        }
        if visit.scope.may(Right::Operate) {
            rooms.push(("accounts", "/accounts", 0));
        }
        let word = match visit.get("said") {
            Some("saved") => Some("saved"),
            Some("undone") => Some("undone"),
            Some("stopped") => Some("stopped"),
            Some("sent") => Some("thanks"),
            _ => None,
        };
        let mut said = word.map(|key| say(visit.language, key).to_owned());
        if let (Some("imported"), Some(batch)) = (visit.get("said"), visit.get("batch")) {
            said = batches::told(visit, batch).await?;
        }
        Ok(Desk {
            code: visit.language.code(),
            language: visit.language,
            title: title.to_owned(),
            room,
            account: visit.account.name.clone(),
            user: visit.user.name.clone(),
            rooms: rooms
                .into_iter()
                .map(|(k, h, n)| (k.to_owned(), h.to_owned(), n))
                .collect(),
            css: assets::css_address(),
            office_css: assets::office_css_address(),
            js: assets::office_js_address(),
            said,
            undoable: visit.get("batch").map(str::to_owned),
        })
    }
}

#[derive(Template)]
#[template(path = "office/trouble.html")]
struct Trouble {
    desk: Desk,
    said: Vec<String>,
    back: String,
}

/// What went wrong, within the office and in its user's language, with a way on.
pub async fn trouble(visit: &Visit, error: &Error) -> Answer {
    if error.status() >= 500 {
        tracing::error!(%error, "an office page failed");
    }
    let said = match error {
        Error::NotFound { .. } => vec![say(visit.language, "gone_here").to_owned()],
        other => listings::said(visit, other),
    };
    let back = visit.headers.get(header::REFERER);
    let back = back.and_then(|v| v.to_str().ok()?.split_once("://")?.1.split_once('/'));
    let page = Trouble {
        desk: Desk::of(visit, "", say(visit.language, "trouble")).await?,
        said,
        back: back.map_or("/".to_owned(), |(_, path)| format!("/{path}")),
    };
    let mut response = self::page(&page)?;
    *response.status_mut() =
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok(response)
}

pub fn page(template: &impl Template) -> Answer {
    template
        .render()
        .map(|html| Html(html).into_response())
        .map_err(|e| store::Error::broken(e.to_string()))
}

pub fn door(language: Language, wrong: Option<String>, email: &str) -> Answer {
    let status = if wrong.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    let template = SignIn {
        code: language.code(),
        language,
        css: assets::css_address(),
        office_css: assets::office_css_address(),
        wrong,
        email: email.to_owned(),
    };
    page(&template).map(|mut response| {
        *response.status_mut() = status;
        response
    })
}

pub async fn sign_in(deps: &Deps, language: Language, parts: &Parts, body: &Bytes) -> Answer {
    let form = std::str::from_utf8(body)
        .map(long_pairs)
        .unwrap_or_default();
    let get = |name: &str| {
        form.iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
            .unwrap_or_default()
    };
    let peer = parts.extensions.get::<Peer>().cloned().unwrap_or_default();
    match api::try_password(deps, get("email"), get("password"), &peer).await {
        Ok((secret, _)) => {
            let cookie = api::session_cookie(&secret, &parts.headers);
            Ok((
                StatusCode::SEE_OTHER,
                [
                    (header::LOCATION, "/".to_owned()),
                    (header::SET_COOKIE, cookie),
                ],
            )
                .into_response())
        }
        Err(error) if error.status() < 500 => door(
            language,
            Some(error.message().get(language).to_owned()),
            get("email"),
        ),
        Err(error) => Err(error),
    }
}
