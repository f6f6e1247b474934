//! How files come, every file that came, and what a person has to decide about them.

use arrivals::{Arrival, NewSource, Source, SourceEdit, State, Way};
use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use exchange::{LastWord, Removal};
use store::{Error, Id, Result, Right, kinds};

use super::batches::photos_said;
use super::desk::{Desk, page};
use super::listings::said;
use super::{Answer, Visit, see};
use crate::text::{grouped, say};

const ARRIVALS: usize = 100;

type Kept = [String; 6];

#[derive(Template)]
#[template(path = "office/sources.html")]
struct Page {
    desk: Desk,
    may_manage: bool,
    sources: Vec<Line>,
    came: Vec<Came>,
    wrong: Vec<String>,
    /// What was typed into the form: name, address, times, folder, keys, way.
    kept: Kept,
    password: Option<String>,
}

/// A source.
struct Line {
    id: String,
    name: String,
    way: &'static str,
    /// Where files are to be sent, or where they are fetched.
    address: String,
    times: String,
    last: String,
    next: String,
    trouble: String,
    active: bool,
}

/// A file that came.
struct Came {
    id: String,
    at: String,
    feed: String,
    name: String,
    size: String,
    state: &'static str,
    said: &'static str,
    counts: String,
    remarks: Vec<String>,
    /// What became of its photos, and where all of that stands.
    photos: String,
    batch: String,
    asked: bool,
}

pub async fn list(visit: &Visit) -> Answer {
    show(visit, Vec::new(), Default::default(), None).await
}

async fn show(visit: &Visit, wrong: Vec<String>, kept: Kept, password: Option<String>) -> Answer {
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let sources = arrivals::sources(&mut read, visit.account.id).await?;
    let came = arrivals::arrivals(&mut read, visit.account.id, ARRIVALS).await?;
    drop(read);
    let unfit = !wrong.is_empty();
    let mut response = page(&Page {
        desk: Desk::of(visit, "sources", say(visit.language, "sources")).await?,
        may_manage: visit.scope.may(Right::Manage),
        came: came.iter().map(|a| line_of(visit, &sources, a)).collect(),
        sources: sources.iter().map(|s| source_line(visit, s)).collect(),
        wrong,
        kept,
        password,
    })?;
    if unfit {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn moment(at: store::Timestamp) -> String {
    at.to_string()[..16].replace('T', " ")
}

fn source_line(visit: &Visit, source: &Source) -> Line {
    let login = source.login.clone().unwrap_or_default();
    Line {
        id: source.id.to_string(),
        name: source.name.clone(),
        way: say(visit.language, way_word(source.way)),
        address: match source.way {
            Way::Ftp => format!("ftp://{login}@…"),
            Way::Sftp => format!("sftp://{login}@…"),
            Way::Mail => format!("{login}@…"),
            _ => source.address.clone(),
        },
        times: source.times.clone(),
        last: moment(source.arrived_at),
        next: source.next_at.map(moment).unwrap_or_default(),
        trouble: source.said.clone(),
        active: source.active,
    }
}

fn line_of(visit: &Visit, sources: &[Source], arrival: &Arrival) -> Came {
    let feed = sources.iter().find(|s| s.id == arrival.source);
    let count = |key: &str| arrival.report[key].as_i64().unwrap_or(0);
    let words = ["created", "changed", "unchanged", "removed", "refused"];
    let counts = words.iter().filter(|w| count(w) > 0).map(|word| {
        let number = grouped(count(word), visit.language);
        format!("{number} {}", say(visit.language, word))
    });
    let problems = arrival.report["problems"].as_array();
    let remarks = problems.into_iter().flatten().take(20).map(|p| {
        let line = p["line"].as_u64().unwrap_or(0);
        let message = p["message"].as_str().unwrap_or_default();
        match line {
            0 => message.to_owned(),
            line => format!("{line}: {message}"),
        }
    });
    Came {
        id: arrival.id.to_string(),
        at: moment(arrival.at),
        feed: feed.map(|s| s.name.clone()).unwrap_or_default(),
        name: arrival.name.clone(),
        size: size(arrival.bytes),
        state: arrival.state.key(),
        said: say(visit.language, state_word(arrival.state)),
        counts: counts.collect::<Vec<_>>().join(" · "),
        remarks: remarks.collect(),
        photos: photos_said(arrival.photos, visit.language),
        batch: arrival.batch.map(|b| b.to_string()).unwrap_or_default(),
        asked: arrival.state == State::Asked,
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

const fn way_word(way: Way) -> &'static str {
    match way {
        Way::Hand => "way_hand",
        Way::Ftp => "way_ftp",
        Way::Sftp => "way_sftp",
        Way::Mail => "way_mail",
        Way::Folder => "way_folder",
        Way::Url => "way_url",
        Way::Imap => "way_imap",
    }
}

const fn state_word(state: State) -> &'static str {
    match state {
        State::Waiting => "came_waiting",
        State::Imported => "came_imported",
        State::Unchanged => "came_unchanged",
        State::Asked => "came_asked",
        State::Refused => "came_refused",
    }
}

pub async fn add(visit: &Visit) -> Answer {
    let form = visit.form();
    let get = |name: &str| {
        let pair = form.iter().find(|(n, _)| n == name);
        pair.map(|(_, v)| v.trim().to_owned()).unwrap_or_default()
    };
    let new = NewSource {
        account: visit.account.id,
        name: get("name"),
        way: Way::parse(&get("way")).unwrap_or(Way::Url),
        address: get("address"),
        password: get("password"),
        move_to: get("move_to"),
        public_keys: get("public_keys"),
        times: get("times"),
        zone: String::new(),
        category: String::new(),
        partial: get("partial") == "yes",
        policy: exchange::Policy {
            last_word: LastWord::parse(&get("last_word")).unwrap_or_default(),
            removal: Removal::parse(&get("removal")).unwrap_or_default(),
            photos_change: get("photos_change") == "yes",
            ..exchange::Policy::default()
        },
        quiet_hours: get("quiet_hours").parse().unwrap_or(0),
    };
    let added = async {
        let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
        let (_, password) = arrivals::add(&mut tx, &visit.deps.seal, new).await?;
        tx.commit().await?;
        Ok::<_, Error>(password)
    };
    match added.await {
        Ok(password) => show(visit, Vec::new(), Default::default(), password).await,
        Err(error) if error.status() < 500 && error.status() != 403 => {
            let typed = ["name", "address", "times", "move_to", "public_keys", "way"];
            let kept = typed.map(get);
            show(visit, said(visit, &error), kept, None).await
        }
        Err(error) => Err(error),
    }
}

fn id<K: store::Kind>(text: &str, what: &'static str) -> Result<Id<K>> {
    text.parse().map_err(|_| Error::NotFound { what })
}

pub async fn pause(visit: &Visit, source: &str, active: bool) -> Answer {
    let source: Id<kinds::Source> = id(source, "source")?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    let edit = SourceEdit {
        active: Some(active),
        ..SourceEdit::default()
    };
    arrivals::change(&mut tx, &visit.deps.seal, source, edit).await?;
    tx.commit().await?;
    see("/sources?said=saved")
}

pub async fn remove(visit: &Visit, source: &str) -> Answer {
    let source: Id<kinds::Source> = id(source, "source")?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    arrivals::remove(&mut tx, source).await?;
    tx.commit().await?;
    see("/sources?said=saved")
}

/// Works a file again; `clearance` is the person's "yes, really".
pub async fn again(visit: &Visit, arrival: &str, clearance: bool) -> Answer {
    let arrival: Id<kinds::Arrival> = id(arrival, "arrival")?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    arrivals::work_again(&mut tx, arrival, clearance).await?;
    tx.commit().await?;
    see("/sources?said=saved")
}

/// The file as it came.
pub async fn raw(visit: &Visit, arrival: &str) -> Answer {
    let arrival: Id<kinds::Arrival> = id(arrival, "arrival")?;
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let arrival = arrivals::find_arrival(&mut read, arrival).await?;
    drop(read);
    let body = crate::api::sources::raw(&visit.deps, &arrival)?;
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            c
        } else {
            '_'
        }
    };
    let name: String = arrival.name.chars().map(plain).collect();
    Ok((
        [
            (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
            (
                header::CONTENT_DISPOSITION,
                format!("attachment; filename=\"{name}\""),
            ),
        ],
        body,
    )
        .into_response())
}
