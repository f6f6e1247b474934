//! By what the account's feeds are read, and correcting it before the next delivery.

use askama::Template;
use axum::http::StatusCode;
use exchange::{KnownFeed, Mapping};
use store::{Error, Right};

use super::columns::{self, Column};
use super::desk::{Desk, page};
use super::{Answer, Visit, see};
use crate::site::query::address;
use crate::text::{grouped, say};

#[derive(Template)]
#[template(path = "office/mappings.html")]
struct Page {
    desk: Desk,
    feeds: Vec<Line>,
}

impl Sheet {
    fn say(&self, key: &str) -> &'static str {
        self.desk.say(key)
    }
}

struct Line {
    href: String,
    name: String,
    layout: String,
    columns: usize,
    taken: usize,
    rows: String,
    at: String,
}

#[derive(Template)]
#[template(path = "office/mapping.html")]
struct Sheet {
    desk: Desk,
    feed: String,
    name: String,
    columns: Vec<Column>,
    wrong: Vec<String>,
}

pub async fn list(visit: &Visit) -> Answer {
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let feeds = exchange::feeds(&mut read, visit.account.id).await?;
    drop(read);
    let line = |feed: &KnownFeed| {
        let mapping = feed.mapping.clone().unwrap_or_default();
        let taken = mapping.columns.iter().filter(|c| c.field.is_some()).count();
        let at = feed
            .updated_at
            .map(|at| at.to_string()[..16].replace('T', " "));
        Line {
            href: address("/mapping", &[("feed", &feed.feed)]),
            name: name(feed, &mapping),
            layout: mapping.layout.unwrap_or_default(),
            columns: mapping.columns.len(),
            taken,
            rows: grouped(feed.rows, visit.language),
            at: at.unwrap_or_default(),
        }
    };
    page(&Page {
        desk: Desk::of(visit, "imports", say(visit.language, "mappings")).await?,
        feeds: feeds.iter().map(line).collect(),
    })
}

/// Its name, or its first columns where nobody has named it.
fn name(feed: &KnownFeed, mapping: &Mapping) -> String {
    if let Some(name) = feed.feed.strip_prefix("feed ") {
        return name.to_owned();
    }
    let first: Vec<&str> = mapping
        .columns
        .iter()
        .take(4)
        .map(|c| c.column.as_str())
        .collect();
    match first.is_empty() {
        true => feed.feed.clone(),
        false => first.join(" · ") + " …",
    }
}

async fn known(visit: &Visit, feed: &str) -> store::Result<KnownFeed> {
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    exchange::feed(&mut read, visit.account.id, feed).await
}

pub async fn show(visit: &Visit) -> Answer {
    let known = known(visit, visit.get("feed").unwrap_or_default()).await?;
    let mapping = known.mapping.clone().unwrap_or_default();
    sheet(visit, &known, &mapping, Vec::new()).await
}

async fn sheet(visit: &Visit, feed: &KnownFeed, mapping: &Mapping, wrong: Vec<String>) -> Answer {
    let dictionary = visit.deps.dictionary.get();
    let vertical = dictionary
        .vertical(&visit.account.vertical)
        .ok_or(Error::NotFound { what: "vertical" })?;
    let unfit = !wrong.is_empty();
    let mut response = page(&Sheet {
        desk: Desk::of(visit, "imports", say(visit.language, "mappings")).await?,
        feed: feed.feed.clone(),
        name: name(feed, mapping),
        columns: columns::views(vertical, visit.language, mapping, &[]),
        wrong,
    })?;
    if unfit {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub async fn save(visit: &Visit) -> Answer {
    visit.scope.demand(Right::Write)?;
    let form = visit.form();
    let feed = form.iter().find(|(n, _)| n == "feed");
    let known = known(visit, feed.map_or("", |(_, feed)| feed)).await?;
    let mut mapping = known.mapping.clone().unwrap_or_default();
    if !columns::correct(&mut mapping, &form) {
        return see("/mappings");
    }
    let dictionary = visit.deps.dictionary.get();
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    let corrected =
        exchange::correct_mapping(&mut tx, &dictionary, &visit.account, &known.feed, &mapping);
    match corrected.await {
        Ok(_) => {
            tx.commit().await?;
        }
        Err(error @ Error::Invalid { .. }) => {
            drop(tx);
            let said = super::listings::said(visit, &error);
            return sheet(visit, &known, &mapping, said).await;
        }
        Err(error) => return Err(error),
    }
    see("/mappings?said=saved")
}
