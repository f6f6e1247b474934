//! The way in: finds out what a request is about, and plays the portal's faults around the work.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use axum::{Extension, Json};
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::door::Cord;
use crate::fate::Fate;
use crate::message::text;
use crate::world::{Answer, Call, SENT_TO, World};
use crate::{aviv, page, rtdf, zpg};

const BODY_MAX: usize = 16 << 20;
const RETRY_AFTER_S: u64 = 1;
const MAINTENANCE: &str = "<!doctype html><html><head><title>Maintenance</title></head>\
    <body><h1>We will be back soon</h1><p>Scheduled maintenance.</p></body></html>";
/// Where messages say which listing they are about.
const REFERENCES: [&str; 3] = [
    "property/agent_ref",
    "listing_reference",
    "metaData/source/offererEstateId",
];

/// A request that has been read whole.
struct Asked {
    portal: String,
    path: String,
    method: Method,
    query: HashMap<String, String>,
    headers: HeaderMap,
    body: Bytes,
    reference: String,
}

/// What came of it, and by which fault.
struct Told {
    response: Response,
    fault: Option<&'static str>,
}

/// Everything that is neither the index nor a control.
pub(crate) async fn any(
    State(world): State<Arc<World>>,
    connection: Option<Extension<ConnectInfo<Cord>>>,
    request: Request,
) -> Response {
    let started = Instant::now();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let segments: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
    let (reference, told) = match segments.as_slice() {
        [portal, "properties", id] => {
            let response = page::page(&world, &method, portal, id).await;
            ((*id).to_owned(), Told::plainly(response))
        }
        [portal, ..] if SENT_TO.contains(portal) => match Asked::read(request, portal).await {
            Ok(asked) => {
                let cord = connection.map(|Extension(ConnectInfo(cord))| cord);
                let told = play(&world, &asked, cord).await;
                (asked.reference, told)
            }
            Err(response) => (String::new(), Told::plainly(response)),
        },
        _ => (String::new(), Told::plainly(nothing_here())),
    };
    if world.log {
        let line = json!({
            "at": Timestamp::now().to_string(), "method": method.as_str(), "path": uri.path(),
            "reference": reference, "status": told.response.status().as_u16(),
            "fault": told.fault, "ms": started.elapsed().as_millis() as u64,
        });
        eprintln!("{line}");
    }
    told.response
}

fn nothing_here() -> Response {
    let said = json!({ "error": "nothing is played here; see portalsim --help" });
    (StatusCode::NOT_FOUND, Json(said)).into_response()
}

impl Told {
    fn plainly(response: Response) -> Told {
        Told {
            response,
            fault: None,
        }
    }

    fn by(fault: &'static str, response: impl IntoResponse) -> Told {
        Told {
            response: response.into_response(),
            fault: Some(fault),
        }
    }
}

impl Asked {
    async fn read(request: Request, portal: &str) -> Result<Asked, Response> {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, BODY_MAX)
            .await
            .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
        let prefix = format!("/{portal}/");
        let path = head.uri.path().strip_prefix(&prefix).unwrap_or_default();
        Ok(Asked {
            portal: portal.to_owned(),
            path: path.trim_end_matches('/').to_owned(),
            query: query(&head.uri),
            reference: reference(&body),
            method: head.method,
            headers: head.headers,
            body,
        })
    }
}

pub(crate) fn query(uri: &Uri) -> HashMap<String, String> {
    Query::try_from_uri(uri).map_or_else(|_| HashMap::new(), |Query(pairs)| pairs)
}

/// What the message says it is about; empty if it says nothing.
fn reference(body: &[u8]) -> String {
    let message: Value = serde_json::from_slice(body).unwrap_or_default();
    let said = REFERENCES.iter().map(|path| text(&message, path));
    said.into_iter().find(|r| !r.is_empty()).unwrap_or_default()
}

/// Faults in the order in which a real portal would have them, and the work last.
async fn play(world: &Arc<World>, asked: &Asked, cord: Option<Cord>) -> Told {
    let Some((fate, slow, hang)) = draw(world, asked) else {
        return Told::by("down", unavailable());
    };
    tokio::time::sleep(slow).await;
    if fate.maintenance {
        return Told::by("maintenance", Html(MAINTENANCE));
    }
    if let Some(status) = fate.error {
        let told = match fate.retry_after {
            true => unavailable(),
            false => (status, "Something went wrong").into_response(),
        };
        return Told::by("error", told);
    }
    let Some(done) = fate.hangs else {
        return Told::plainly(work(world, asked, &fate));
    };
    if done {
        work(world, asked, &fate);
    }
    tokio::time::sleep(hang).await;
    if let Some(cord) = cord {
        cord.pull();
    }
    let fault = if done { "hangs, done" } else { "hangs" };
    Told::by(fault, StatusCode::GATEWAY_TIMEOUT)
}

/// The luck of this request, counted; none while the portal is down.
fn draw(world: &World, asked: &Asked) -> Option<(Fate, Duration, Duration)> {
    let mut state = world.state();
    let portal = state.portal(world, &asked.portal);
    portal.counts.requests += 1;
    if portal.is_down(Instant::now()) {
        portal.counts.errors += 1;
        return None;
    }
    let about = format!("{} {} {}", asked.method, asked.path, asked.reference);
    let fate = portal.fate(&about);
    let counts = &mut portal.counts;
    if fate.maintenance {
        counts.maintenance += 1;
    } else if fate.error.is_some() {
        counts.errors += 1;
    } else if fate.hangs.is_some() {
        counts.timeouts += 1;
    }
    let slow = Duration::from_millis(portal.conduct.slow_ms);
    let hang = Duration::from_millis(portal.conduct.hang_ms);
    Some((fate, slow, hang))
}

fn work(world: &Arc<World>, asked: &Asked, fate: &Fate) -> Response {
    let call = Call {
        method: &asked.method,
        path: &asked.path,
        query: &asked.query,
        headers: &asked.headers,
        body: &asked.body,
        fate,
        now: Instant::now(),
        at: Timestamp::now(),
    };
    let (answer, era) = {
        let mut state = world.state();
        let era = state.era;
        let portal = state.portal(world, &asked.portal);
        let answer = match asked.portal.as_str() {
            "rtdf" => twice(fate, || rtdf::answer(portal, &call)),
            "zpg" => twice(fate, || zpg::answer(portal, &call)),
            _ => aviv::answer(portal, &call),
        };
        if fate.twice {
            portal.counts.duplicates += 1;
        }
        (answer, era)
    };
    if let Some(walk) = answer.walk {
        tokio::spawn(aviv::go(world.clone(), walk, era));
    }
    written(answer.status, &answer.body)
}

/// The first answer is the one that is told.
fn twice(fate: &Fate, mut once: impl FnMut() -> Answer) -> Answer {
    let first = once();
    if fate.twice {
        once();
    }
    first
}

fn written(status: StatusCode, body: &Value) -> Response {
    if body.is_null() {
        return status.into_response();
    }
    let mut response = (status, Json(body)).into_response();
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

pub(crate) fn unavailable() -> Response {
    let head = [(header::RETRY_AFTER, RETRY_AFTER_S.to_string())];
    (
        StatusCode::SERVICE_UNAVAILABLE,
        head,
        Body::from("Try again later"),
    )
        .into_response()
}
