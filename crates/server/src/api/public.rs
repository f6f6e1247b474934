//! What anybody may read.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use dictionary::Label;
use exchange::Portal;
use serde_json::json;
use store::{Error, Id, Reads, Wrong, kinds};

use super::access::ok;
use super::{Answer, Call};
use crate::api::listings::listing_json;
use crate::figures;
use crate::site::query::{asked, told};

const LIMIT_MAX: usize = 100;

pub async fn health(call: Call) -> Answer {
    let mut read = call.deps.store.read(&call.deps.store.operator()).await?;
    read.one("SELECT 1", &[]).await?;
    ok(&json!({ "status": "ok", "listings": call.deps.index.len() }))
}

/// Figures are nobody's business but the operator's, whose instruments stand in his own network.
pub async fn metrics(call: Call) -> Answer {
    if !call.peer.is_ours() {
        return Err(Error::Forbidden.into());
    }
    let text = figures::told(&call.deps).await;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

/// What a search is told beside its filters.
const OF_THE_CALL: [&str; 4] = ["vertical", "limit", "cursor", "language"];

fn unfit(field: &str, said: &str) -> Wrong {
    let said = said.to_owned();
    Wrong {
        field: field.to_owned(),
        code: "unknown_filter",
        message: Label {
            fr: said.clone(),
            nl: said.clone(),
            en: said.clone(),
            de: said,
        },
    }
}

pub async fn search(call: Call) -> Answer {
    let dictionary = call.deps.dictionary.get();
    let vertical = match call.get("vertical") {
        Some(key) => dictionary.vertical(key),
        None => dictionary.verticals().first(),
    };
    let Some(vertical) = vertical.cloned() else {
        return Err(Error::NotFound { what: "vertical" }.into());
    };
    let filters: Vec<_> = call
        .query
        .iter()
        .filter(|(name, _)| !OF_THE_CALL.contains(&name.as_str()))
        .cloned()
        .collect();
    let mut asked = asked(&vertical, call.caller.language, &[], &filters);
    let limit = call.limit(20, LIMIT_MAX);
    let cursor = call.get("cursor").map(str::parse::<usize>);
    let mut wrong: Vec<Wrong> = asked
        .lost
        .iter()
        .map(|lost| unfit(&lost.name, &told(&vertical, lost)))
        .collect();
    if asked.lost_place {
        let said = format!("nobody knows the place “{}”", asked.near_text);
        wrong.push(unfit("near", &said));
    }
    if matches!(cursor, Some(Err(_))) {
        wrong.push(unfit("cursor", "a cursor comes from the answer before"));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { wrong }.into());
    }
    let offset = cursor.and_then(Result::ok).unwrap_or(0);
    (asked.query.limit, asked.query.offset) = (limit, offset.min(100_000));
    let answer = call.deps.index.search(&asked.query);
    let listings: Vec<_> = answer
        .hits
        .iter()
        .filter_map(|hit| {
            let mut told = listing_json(&call.deps.index.listing(hit.id)?);
            if let Some(far) = hit.distance_km {
                told["distance_km"] = json!((far * 10.0).round() / 10.0);
            }
            Some(told)
        })
        .collect();
    let facets: serde_json::Map<_, _> = answer
        .facets
        .iter()
        .map(|f| {
            (
                f.field.to_string(),
                f.counts
                    .iter()
                    .map(|(k, n)| (k.to_string(), json!(n)))
                    .collect::<serde_json::Map<_, _>>()
                    .into(),
            )
        })
        .collect();
    let next = offset + listings.len();
    let cursor = ((next as u64) < answer.total && !listings.is_empty()).then(|| next.to_string());
    ok(&json!({ "total": answer.total, "facets": facets, "listings": listings, "cursor": cursor }))
}

pub async fn listing(call: Call) -> Answer {
    let id: Id<kinds::Listing> = call.id(0)?;
    match call.deps.index.listing(id) {
        Some(listing) => ok(&listing_json(&listing)),
        None => Err(Error::NotFound { what: "listing" }.into()),
    }
}

/// The address that the caller found us at: what he fetches names its pictures there.
fn origin_of(call: &Call) -> String {
    let header = |name: &str| call.headers.get(name).and_then(|v| v.to_str().ok());
    let fine = |host: &&str| {
        let letter = |b: u8| b.is_ascii_alphanumeric() || b".-:[]".contains(&b);
        !host.is_empty() && host.bytes().all(letter)
    };
    let host = header("x-forwarded-host").or_else(|| header("host"));
    let scheme = match header("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    match host.filter(fine) {
        Some(host) => format!("{scheme}://{host}"),
        None => format!("http://localhost{}", call.deps.port),
    }
}

pub async fn feed(call: Call) -> Answer {
    let (portal, slug) = (&call.params[0], &call.params[1]);
    let portal = Portal::find(portal).ok_or(Error::NotFound { what: "portal" })?;
    let account = call
        .deps
        .account_by_slug(slug)
        .ok_or(Error::NotFound { what: "account" })?;
    if !portal.verticals.contains(&account.vertical) {
        return Err(Error::NotFound { what: "feed" }.into());
    }
    let scope = call.deps.store.operator().within(account.id)?;
    let mut read = call.deps.store.read(&scope).await?;
    let base = origin_of(&call);
    let mut out = Vec::new();
    let published = exchange::publish(
        &mut read,
        &call.deps.dictionary.get(),
        &portal,
        &account,
        &base,
        call.caller.language,
        &mut out,
    )
    .await?;
    let head = [
        (header::CONTENT_TYPE, portal.media_type.clone()),
        (
            header::HeaderName::from_static("x-listings"),
            published.listings.to_string(),
        ),
        (
            header::HeaderName::from_static("x-left-out"),
            published.left_out.len().to_string(),
        ),
    ];
    Ok((StatusCode::OK, head, out).into_response())
}
