//! The other side: what the one who tries his publication sets, and what he asks.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::{Value, json};

use crate::front;
use crate::message::text;
use crate::pull::{self, Report};
use crate::world::{SENT_TO, World, is_name};

type Place = State<Arc<World>>;

pub(crate) async fn set_faults(State(world): Place, body: Bytes) -> Response {
    let set = serde_json::from_slice::<Value>(&body)
        .map_err(|e| e.to_string())
        .and_then(|body| world.set(&body));
    match set {
        Ok(told) => Json(told).into_response(),
        Err(why) => wrong(&why),
    }
}

pub(crate) async fn faults(State(world): Place, Path(name): Path<String>) -> Response {
    let mut state = world.state();
    match state.known(&name) {
        Some(portal) => Json(&portal.conduct).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// What the public sees, which is not always what the portal said.
pub(crate) async fn shown(State(world): Place, Path(name): Path<String>) -> Json<Value> {
    let mut state = world.state();
    let Some(portal) = state.known(&name) else {
        return Json(json!([]));
    };
    let shown = portal.shelf.shown(Instant::now());
    let rows = shown.iter().map(|l| {
        let view = &l.sent.view;
        json!({
            "reference": l.sent.reference, "portal_id": l.portal_id, "price": view.price,
            "currency": view.currency, "status": view.status, "photos": view.photos.len(),
            "title": view.title, "fingerprint": l.sent.fingerprint,
        })
    });
    Json(rows.collect())
}

pub(crate) async fn counts(State(world): Place, Path(name): Path<String>) -> Json<Value> {
    let mut state = world.state();
    let counts = state.known(&name).map(|p| p.counts.clone());
    Json(json!(counts.unwrap_or_default()))
}

pub(crate) async fn reset(State(world): Place) -> Response {
    match world.reset() {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(why) => wrong(&why),
    }
}

/// Fetches a feed at once, and answers with what came of it.
pub(crate) async fn pull(State(world): Place, body: Bytes) -> Response {
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let (name, url) = (text(&asked, "portal"), text(&asked, "url"));
    if !is_name(&name) || SENT_TO.contains(&name.as_str()) {
        return wrong("\"portal\" is the name of a portal that fetches, such as kyero");
    }
    if url.is_empty() {
        return wrong("\"url\" is the address of the feed");
    }
    match pull::pull(&world, &name, &url).await {
        Report::Down => front::unavailable(),
        Report::Told(told) => Json(told).into_response(),
    }
}

fn wrong(why: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": why }))).into_response()
}
