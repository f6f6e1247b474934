//! The whole history out of another system: files dropped, looked at, taken over, taken back.

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse};
use migration::BATCH_KIND;
use store::{Batch, Error, Result, Right};

use super::columns::Choice;
use super::course::{self, Stage};
use super::desk::{Desk, page};
use super::parcel::{Asked, View, reading};
use super::{Answer, Visit, batches, see, uploads};
use crate::api::migrations::{Handed, undo_until};
use crate::text::say;

const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "office/migrations.html")]
struct Page {
    desk: Desk,
    look: Option<String>,
    wrong: Option<String>,
    /// Where more files go.
    drop: String,
    earlier: Vec<Earlier>,
}

struct Earlier {
    line: batches::Line,
    /// Until when it can be taken back; empty when it cannot.
    until: String,
}

#[derive(Template)]
#[template(path = "office/migrating.html")]
struct Running {
    desk: Desk,
    name: String,
    reading: Option<String>,
    look: Option<String>,
    undo: Option<String>,
}

pub async fn list(visit: &Visit) -> Answer {
    visit.scope.demand(Right::Manage)?;
    show(visit, None, None).await
}

/// The list, above it the look at a parcel or what is wrong with it.
async fn show(visit: &Visit, look: Option<(&str, View)>, wrong: Option<String>) -> Answer {
    let unfit = wrong.is_some();
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let batches = Batch::of_kind(&mut read, visit.account.id, BATCH_KIND, SHOWN).await?;
    drop(read);
    let now = visit.deps.store.now();
    let earlier = batches.iter().map(|batch| {
        let line = batches::line(batch, now, visit.language);
        let until = undo_until(batch, now).filter(|_| line.undoable);
        let until = until.map(|at| at.to_string()[..10].to_owned());
        Earlier {
            line,
            until: until.unwrap_or_default(),
        }
    });
    let earlier: Vec<Earlier> = earlier.collect();
    let moving = look.is_none() && earlier.iter().any(|e| e.line.running.is_some());
    let drop = match &look {
        Some((parcel, _)) => format!("/migrations/files?parcel={parcel}"),
        None => "/migrations/files".to_owned(),
    };
    let mut response = page(&Page {
        desk: Desk::of(visit, "migrations", say(visit.language, "migrations")).await?,
        look: look.map(|(_, view)| rendered(&view)).transpose()?,
        wrong,
        drop,
        earlier,
    })?;
    if unfit {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    if moving {
        let soon = HeaderValue::from_static("2;url=/migrations");
        response.headers_mut().insert("refresh", soon);
    }
    Ok(response)
}

fn rendered(view: &View) -> Result<String> {
    view.render().map_err(|e| Error::broken(e.to_string()))
}

/// Takes files in while they come, and goes to the look at them.
pub async fn receive(visit: &Visit, body: Body) -> Answer {
    visit.scope.demand(Right::Manage)?;
    let mut handed = match visit.get("parcel") {
        Some(id) => Handed::open(&visit.deps.parcels, visit.account.id, id)?,
        None => Handed::none(visit.account.id),
    };
    let came = uploads::handed(&visit.deps, &visit.headers, body).await;
    let kept = came.and_then(|files| {
        for (name, kept) in files {
            handed.add(&name, kept.hash, kept.bytes)?;
        }
        match handed.files.is_empty() {
            true => Ok(None),
            false => handed.keep(&visit.deps).map(Some),
        }
    });
    match kept {
        Ok(Some(id)) => see(&format!("/migrations/parcels/{id}")),
        Ok(None) => see("/migrations"),
        Err(error) if error.status() < 500 => {
            let said = super::listings::said(visit, &error).join(" · ");
            show(visit, None, Some(said)).await
        }
        Err(error) => Err(error),
    }
}

fn opened(visit: &Visit, id: &str) -> Result<Handed> {
    visit.scope.demand(Right::Manage)?;
    Handed::open(&visit.deps.parcels, visit.account.id, id)
}

/// The look at a parcel: a whole page, or the part of it that an answer changes.
pub async fn look(visit: &Visit, id: &str) -> Answer {
    let handed = opened(visit, id)?;
    let asked = Asked::of(&visit.form());
    let usual = handed.usual_name();
    let stage = course::look(visit, id, handed, &asked).await?;
    let categories = categories(visit, asked.category.as_deref());
    let view = View::of((visit.language, id), (&asked, usual), categories, &stage);
    match visit.headers.contains_key("x-part") {
        true => Ok(Html(rendered(&view)?).into_response()),
        false => show(visit, Some((id, view)), None).await,
    }
}

fn categories(visit: &Visit, chosen: Option<&str>) -> Vec<Choice> {
    let dictionary = visit.deps.dictionary.get();
    let vertical = dictionary.vertical(&visit.account.vertical);
    let all = vertical.iter().flat_map(|v| &v.categories);
    let choice = |c: &dictionary::Category| Choice {
        key: c.key.to_string(),
        label: c.label.get(visit.language).to_owned(),
        on: chosen == Some(c.key.as_ref()),
    };
    all.map(choice).collect()
}

/// How far the look is, for the page that waits for it.
pub async fn course(visit: &Visit, id: &str) -> Answer {
    let html = match course::looked(visit, id) {
        Some(Stage::Reading(what, rows)) => rendered_progress(visit, &what, rows)?,
        // Nothing more to wait for: the page asks for itself anew.
        _ => String::new(),
    };
    Ok(Html(html).into_response())
}

#[derive(Template)]
#[template(
    source = "<progress aria-label=\"{{ said }}\"></progress> {{ said }}",
    ext = "html"
)]
struct Progress {
    said: String,
}

fn rendered_progress(visit: &Visit, what: &str, rows: u64) -> Result<String> {
    let said = reading(visit.language, what, rows);
    let html = Progress { said }.render();
    html.map_err(|e| Error::broken(e.to_string()))
}

pub async fn apply(visit: &Visit, id: &str) -> Answer {
    let handed = opened(visit, id)?;
    let asked = Asked::of(&visit.form());
    course::migrate(visit, id, handed, &asked)?;
    see(&format!("/migrations/runs/{id}"))
}

/// A migration in the works, or what became of it.
pub async fn run(visit: &Visit, id: &str) -> Answer {
    let handed = opened(visit, id)?;
    let Some((name, stage)) = course::run(visit, id) else {
        // Begun by another process, or long ago.
        return see("/migrations");
    };
    let batch = match &stage {
        Stage::Done(report) => report.batch,
        _ => None,
    };
    let still = match &stage {
        Stage::Reading(what, rows) => Some(reading(visit.language, what, *rows)),
        _ => None,
    };
    let name = match name.trim() {
        "" => handed.usual_name(),
        own => own.to_owned(),
    };
    let view = View::of(
        (visit.language, id),
        (&Asked::default(), name.clone()),
        Vec::new(),
        &stage,
    )
    .of_run();
    let reads = still.is_some();
    let mut response = page(&Running {
        desk: Desk::of(visit, "migrations", say(visit.language, "migrations")).await?,
        name,
        look: still.is_none().then(|| rendered(&view)).transpose()?,
        reading: still,
        undo: batch.map(|b| format!("/batches/{b}/undo")),
    })?;
    if reads {
        let again = format!("2;url=/migrations/runs/{id}");
        if let Ok(again) = HeaderValue::from_str(&again) {
            response.headers_mut().insert("refresh", again);
        }
    }
    Ok(response)
}
