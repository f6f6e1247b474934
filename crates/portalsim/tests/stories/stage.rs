//! The portals on a free port, somebody who sends to them, and somebody who is told.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use portalsim::Options;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const SEED: u64 = 7;
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Stage {
    pub base: String,
    client: Client,
}

/// An answer that came whole.
#[derive(Debug)]
pub struct Heard {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Heard {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }
}

impl Stage {
    pub async fn new() -> Stage {
        Stage::with(Options {
            seed: SEED,
            ..Options::default()
        })
        .await
    }

    pub async fn with(options: Options) -> Stage {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("its address"));
        tokio::spawn(portalsim::serve(listener, options));
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .expect("a client");
        Stage { base, client }
    }

    /// None if the connection ended before an answer came.
    pub async fn try_ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Option<Heard> {
        let url = if path.starts_with("http") {
            path.to_owned()
        } else {
            format!("{}{path}", self.base)
        };
        let mut request = self.client.request(method, url).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.ok()?;
        Some(Heard {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            text: answer.text().await.ok()?,
        })
    }

    pub async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: String,
    ) -> Heard {
        let heard = self.try_ask(method, path, headers, body).await;
        heard.unwrap_or_else(|| panic!("{path} did not answer"))
    }

    pub async fn post(&self, path: &str, body: &Value) -> Heard {
        self.ask(Method::POST, path, &[], body.to_string()).await
    }

    pub async fn get(&self, path: &str) -> Heard {
        self.ask(Method::GET, path, &[], String::new()).await
    }

    pub async fn faults(&self, body: Value) {
        let heard = self.post("/control/faults", &body).await;
        assert_eq!(heard.status, 200, "{}", heard.text);
    }

    pub async fn shown(&self, portal: &str) -> Vec<Value> {
        let heard = self.get(&format!("/control/shown/{portal}")).await.json();
        heard.as_array().cloned().unwrap_or_default()
    }

    /// The references of what is shown.
    pub async fn references(&self, portal: &str) -> Vec<String> {
        let shown = self.shown(portal).await;
        let reference = |l: &Value| l["reference"].as_str().unwrap_or_default().to_owned();
        shown.iter().map(reference).collect()
    }

    pub async fn counts(&self, portal: &str) -> Value {
        self.get(&format!("/control/counts/{portal}")).await.json()
    }

    /// Asks until as many listings are shown.
    pub async fn until_shown(&self, portal: &str, many: usize) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let shown = self.shown(portal).await;
            if shown.len() == many {
                return shown;
            }
            assert!(Instant::now() < deadline, "never {many} shown: {shown:?}");
            tokio::task::yield_now().await;
        }
    }
}

/// Somebody who is told by webhook.
#[derive(Clone, Default)]
pub struct Ear(Arc<Mutex<Vec<Value>>>);

impl Ear {
    /// Listens; the address to tell.
    pub async fn open(&self) -> String {
        let hear = |State(ear): State<Ear>, Json(told): Json<Value>| async move {
            ear.0.lock().expect("the list").push(told);
            StatusCode::NO_CONTENT
        };
        let app = axum::Router::new()
            .route("/told", post(hear))
            .with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://{address}/told")
    }

    /// The statuses in the order in which they came, as soon as there are so many.
    pub async fn statuses(&self, many: usize) -> Vec<String> {
        let told = self.told(many).await;
        let status = |t: &Value| t["status"].as_str().unwrap_or_default().to_owned();
        told.iter().map(status).collect()
    }

    pub async fn told(&self, many: usize) -> Vec<Value> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let told = self.0.lock().expect("the list").clone();
            if told.len() >= many {
                return told;
            }
            assert!(Instant::now() < deadline, "told only {told:?}");
            tokio::task::yield_now().await;
        }
    }
}

/// A feed that somebody writes anew, with a mark.
#[derive(Clone, Default)]
pub struct Feed(Arc<Mutex<String>>);

impl Feed {
    pub fn write(&self, body: impl Into<String>) {
        *self.0.lock().expect("the feed") = body.into();
    }

    pub async fn open(&self) -> String {
        let app = axum::Router::new()
            .route("/feed", get(read_feed))
            .with_state(self.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        tokio::spawn(async move { axum::serve(listener, app).await });
        format!("http://{address}/feed")
    }
}

async fn read_feed(State(feed): State<Feed>, headers: HeaderMap) -> Response {
    let body = feed.0.lock().expect("the feed").clone();
    let mark = format!("\"{}\"", blake3::hash(body.as_bytes()).to_hex());
    let known = headers.get(header::IF_NONE_MATCH);
    if known.is_some_and(|k| k.as_bytes() == mark.as_bytes()) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(header::ETAG, mark)], body).into_response()
}

/// The data that a page has for machines.
pub fn said(page: &str) -> Value {
    let script = page.split("application/ld+json\">").nth(1);
    let script = script.and_then(|s| s.split("</script>").next());
    serde_json::from_str(script.unwrap_or_default()).expect("data for machines")
}

pub fn property(reference: &str) -> Value {
    json!({
        "network": { "network_id": 4711 },
        "branch": { "branch_id": 12, "channel": 1, "overseas": false },
        "property": {
            "agent_ref": reference, "published": true, "property_type": 4, "status": 1,
            "update_date": "05-01-2026 09:00:00",
            "address": {
                "house_name_number": "10", "address_2": "Station Road", "town": "Ely",
                "postcode_1": "CB7", "postcode_2": "4BX",
                "display_address": "Station Road, Ely",
            },
            "price_information": { "price": 425_000, "price_qualifier": 0 },
            "details": {
                "summary": "A house by the river", "bedrooms": 3,
                "description": "A detached house with a garden that goes down to the river.",
            },
            "media": [
                { "media_type": 1, "media_url": "https://pictures.example/1.jpg", "sort_order": 1 },
                { "media_type": 1, "media_url": "https://pictures.example/2.jpg", "sort_order": 2 },
                { "media_type": 2, "media_url": "https://pictures.example/plan.jpg" },
            ],
        },
    })
}
