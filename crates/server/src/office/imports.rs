//! Files in: drop one, look, correct a column, apply, undo.

use std::time::Duration;

use arrivals::Handed;
use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse};
use exchange::Options;
use media::Kept;
use store::{Error, Result};

use super::desk::{Desk, page};
use super::look::{self, Asked, Look};
use super::{Answer, Visit, batches, see, uploads};
use crate::api;
use crate::site::query::address;
use crate::text::say;

const BATCHES: usize = 30;
/// So long an import may keep its page waiting.
const PATIENCE: Duration = Duration::from_millis(1_500);

#[derive(Template)]
#[template(path = "office/imports.html")]
struct Page {
    desk: Desk,
    look: Option<String>,
    wrong: Option<String>,
    batches: Vec<batches::Line>,
}

pub async fn list(visit: &Visit) -> Answer {
    show(visit, None, None).await
}

/// The list, above it the look at a file or what is wrong with it.
async fn show(visit: &Visit, look: Option<Look>, wrong: Option<String>) -> Answer {
    let unfit = wrong.is_some();
    let batches = batches::lines(visit, BATCHES).await?;
    let moving = look.is_none() && batches.iter().any(|b| b.running.is_some());
    let look = look.map(|look| rendered(&look)).transpose()?;
    let mut response = page(&Page {
        desk: Desk::of(visit, "imports", say(visit.language, "imports")).await?,
        look,
        wrong,
        batches,
    })?;
    if unfit {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    if moving {
        let soon = HeaderValue::from_static("2;url=/imports");
        response.headers_mut().insert("refresh", soon);
    }
    Ok(response)
}

fn rendered(look: &Look) -> Result<String> {
    look.render().map_err(|e| Error::broken(e.to_string()))
}

/// Takes a file in while it comes, and goes to the look at it.
pub async fn receive(visit: &Visit, body: Body) -> Answer {
    visit.scope.demand(store::Right::Write)?;
    match uploads::kept(&visit.deps, &visit.headers, body).await {
        // What is applied later is what was looked at: the raw file is kept with its hash.
        Ok(Some((name, kept))) => {
            let file = format!("/imports/files/{}", kept.hash);
            see(&address(&file, &[("name", &name)]))
        }
        Ok(None) => see("/imports"),
        Err(error) if error.status() < 500 => {
            let said = super::listings::said(visit, &error).join(" · ");
            show(visit, None, Some(said)).await
        }
        Err(error) => Err(error),
    }
}

/// What is asked of a file, by its address or by the form of its look.
fn asked(visit: &Visit, file: &str) -> Asked {
    let form = visit.form();
    let get = |name: &str| {
        let own = form.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        own.or_else(|| visit.get(name).map(str::to_owned))
            .filter(|v| !v.is_empty())
    };
    Asked {
        file: file.to_owned(),
        name: get("name").unwrap_or_default(),
        category: get("category"),
        form,
    }
}

/// The look at a file: a whole page, or the part of it that a correction changes.
pub async fn look(visit: &Visit, file: &str) -> Answer {
    visit.scope.demand(store::Right::Write)?;
    let asked = asked(visit, file);
    match look::look(visit, &asked).await {
        Ok(look) if visit.headers.contains_key("x-part") => {
            Ok(Html(rendered(&look)?).into_response())
        }
        Ok(look) => show(visit, Some(look), None).await,
        Err(error) if error.status() < 500 && error.status() != 403 => {
            let said = super::listings::said(visit, &error).join(" · ");
            show(visit, None, Some(format!("{}: {said}", asked.name))).await
        }
        Err(error) => Err(error),
    }
}

pub async fn apply(visit: &Visit, file: &str) -> Answer {
    visit.scope.demand(store::Right::Write)?;
    let asked = asked(visit, file);
    let expected = asked.form.iter().find(|(n, _)| n == "expected");
    let expected = expected.and_then(|(_, v)| v.parse().ok());
    let options = Options {
        expected: expected.filter(|rows| *rows > 0),
        ..look::options(visit, &asked).await?
    };
    let (scope, account) = (visit.own()?, visit.account.clone());
    let raw = visit.deps.files.get(file)?;
    let bytes = raw.metadata().map_or(0, |m| m.len());
    let kept = Kept {
        hash: file.to_owned(),
        bytes,
    };
    let handed = Handed {
        file: Box::new(raw),
        keep: move || Ok(kept),
    };
    let whole = api::import_to_the_end(&visit.deps, scope, account, handed, options);
    // What takes longer goes on by itself; its line in the list says how far it has come.
    let Ok(report) = tokio::time::timeout(PATIENCE, whole).await else {
        return see("/imports");
    };
    match report?.batch {
        Some(batch) => see(&format!("/imports?said=imported&batch={batch}")),
        None => see("/imports?said=saved"),
    }
}
