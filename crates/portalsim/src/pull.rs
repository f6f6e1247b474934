//! A portal that fetches a whole feed from us: it shows exactly what the feed names.

mod feed;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::shelf::Sent;
use crate::world::{Portal, World};

const FEED_MAX: usize = 64 << 20;

pub(crate) enum Report {
    Down,
    Told(Value),
}

/// A feed as it came.
struct Fetched {
    status: StatusCode,
    etag: Option<String>,
    body: Vec<u8>,
}

pub(crate) async fn pull(world: &World, name: &str, url: &str) -> Report {
    let Some((etag, slow)) = begin(world, name, url) else {
        return Report::Down;
    };
    tokio::time::sleep(slow).await;
    let fetched = match fetch(world, url, etag).await {
        Ok(fetched) => fetched,
        Err(why) => return failed(None, &why),
    };
    let status = Some(fetched.status);
    if fetched.status == StatusCode::NOT_MODIFIED {
        let mut state = world.state();
        state.portal(world, name).counts.unchanged += 1;
        return Report::Told(json!({ "outcome": "unchanged", "http_status": 304 }));
    }
    if !fetched.status.is_success() {
        return failed(status, "the feed is not there");
    }
    let items = match feed::read(&fetched.body) {
        Ok(items) => items,
        // Half a feed takes nothing away.
        Err(why) => return failed(status, &why),
    };
    let mut state = world.state();
    let portal = state.portal(world, name);
    let told = take(portal, items);
    match fetched.etag {
        Some(etag) => portal.etags.insert(url.to_owned(), etag),
        None => portal.etags.remove(url),
    };
    Report::Told(told)
}

/// The mark of what was fetched last, and how long this portal takes; none if it is down.
fn begin(world: &World, name: &str, url: &str) -> Option<(Option<String>, Duration)> {
    let mut state = world.state();
    let portal = state.portal(world, name);
    portal.counts.requests += 1;
    portal.counts.pulls += 1;
    if portal.is_down(Instant::now()) {
        portal.counts.errors += 1;
        return None;
    }
    let slow = Duration::from_millis(portal.conduct.slow_ms);
    Some((portal.etags.get(url).cloned(), slow))
}

async fn fetch(world: &World, url: &str, etag: Option<String>) -> Result<Fetched, String> {
    let mut request = world.client.get(url);
    if let Some(etag) = etag {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    let mut answer = request.send().await.map_err(|e| e.to_string())?;
    let etag = answer.headers().get(header::ETAG);
    let etag = etag.and_then(|e| e.to_str().ok()).map(str::to_owned);
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|e| e.to_string())? {
        body.extend_from_slice(&part);
        if body.len() > FEED_MAX {
            return Err("the feed is too large".into());
        }
    }
    Ok(Fetched {
        status: answer.status(),
        etag,
        body,
    })
}

fn failed(status: Option<StatusCode>, why: &str) -> Report {
    let status = status.map(|s| s.as_u16());
    Report::Told(json!({ "outcome": "failed", "http_status": status, "reason": why }))
}

/// What is named is shown, what is not named is gone, what is refused is not shown either.
fn take(portal: &mut Portal, items: Vec<(String, Sent)>) -> Value {
    let now = Instant::now();
    let (mut added, mut changed, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    let named = items.len();
    let mut kept = BTreeSet::new();
    for (key, sent) in items {
        let reference = sent.reference.clone();
        let same = |known: &crate::shelf::Listing| known.sent.fingerprint == sent.fingerprint;
        if portal.shelf.held(&key, now).is_some_and(same) {
            portal.counts.unchanged += 1;
            kept.insert(key);
            continue;
        }
        let fate = portal.fate(&format!("pull {key}"));
        let objections = portal.objections(&sent, &fate);
        if let Some(first) = objections.first() {
            portal.counts.refused += 1;
            refused.push(json!({ "reference": reference, "reason": first.text }));
            continue;
        }
        let number = portal.number_of(&key);
        let taken = portal.take(&key, number, sent, &fate, now);
        kept.insert(key);
        let told = if taken.created {
            &mut added
        } else {
            &mut changed
        };
        told.push(reference);
    }
    let removed = drop_unnamed(portal, &kept, now);
    json!({
        "outcome": "taken", "http_status": 200, "named": named,
        "shown": portal.shelf.shown(now).len(),
        "added": added, "changed": changed, "removed": removed, "refused": refused,
    })
}

fn drop_unnamed(portal: &mut Portal, kept: &BTreeSet<String>, now: Instant) -> Vec<String> {
    let held = portal.shelf.held_keys(now);
    let gone = held.iter().filter(|key| !kept.contains(*key));
    gone.filter_map(|key| portal.shelf.remove(key, now))
        .map(|listing| listing.sent.reference)
        .collect()
}
