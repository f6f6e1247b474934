//! Styles, font, icon and pictures.

use std::sync::LazyLock;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::deps::Deps;
use crate::pack::Packed;

const SITE_CSS: &str = include_str!("../assets/site.css");
const OFFICE_CSS: &str = include_str!("../assets/office.css");
const OFFICE_JS: &str = include_str!("../assets/office.js");
const SITE_JS: &str = include_str!("../assets/site.js");
const ICON: &str = include_str!("../assets/icon.svg");
const FONT: &[u8] = include_bytes!("../assets/fonts/commissioner.woff2");
const FOREVER: &str = "public, max-age=31536000, immutable";
const A_DAY: &str = "public, max-age=86400";

struct Asset {
    address: String,
    media_type: &'static str,
    content: Packed,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let hashed = |name: &str, ending: &str, media_type, text: &'static str| Asset {
        address: format!(
            "/assets/{name}-{}.{ending}",
            &blake3::hash(text.as_bytes()).to_hex()[..10]
        ),
        media_type,
        content: Packed::asset(Bytes::from_static(text.as_bytes())),
    };
    vec![
        hashed("site", "css", "text/css; charset=utf-8", SITE_CSS),
        hashed("office", "css", "text/css; charset=utf-8", OFFICE_CSS),
        hashed("office", "js", "text/javascript; charset=utf-8", OFFICE_JS),
        hashed("site", "js", "text/javascript; charset=utf-8", SITE_JS),
        Asset {
            address: "/assets/icon.svg".into(),
            media_type: "image/svg+xml",
            content: Packed::asset(Bytes::from_static(ICON.as_bytes())),
        },
        Asset {
            address: "/assets/commissioner.woff2".into(),
            media_type: "font/woff2",
            content: Packed::asset(Bytes::from_static(FONT)),
        },
    ]
});

pub fn css_address() -> &'static str {
    &ASSETS[0].address
}

pub fn office_css_address() -> &'static str {
    &ASSETS[1].address
}

pub fn office_js_address() -> &'static str {
    &ASSETS[2].address
}

pub fn site_js_address() -> &'static str {
    &ASSETS[3].address
}

pub fn asset(path: &str, headers: &HeaderMap) -> Response {
    let Some(asset) = ASSETS.iter().find(|a| a.address == path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let keep = if path.contains('-') { FOREVER } else { A_DAY };
    let head = [
        (header::CONTENT_TYPE, asset.media_type),
        (header::CACHE_CONTROL, keep),
    ];
    // The font is packed already.
    let headers = match asset.media_type {
        "font/woff2" => &HeaderMap::new(),
        _ => headers,
    };
    (head, asset.content.send(headers)).into_response()
}

/// `/media/{hash}/{width}.webp`: made at its first request and kept in memory.
pub async fn media(deps: &Deps, hash: &str, file: &str) -> Response {
    let width = file
        .strip_suffix(".webp")
        .and_then(|w| w.parse().ok())
        .filter(|w| media::WIDTHS.contains(w));
    let Some(width) = width else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let key = (hash.to_owned(), width);
    let made = match deps.variants.get(&key) {
        Some(known) => Ok(Some(known)),
        None => {
            let (objects, hash) = (deps.objects.clone(), hash.to_owned());
            let work = move || -> store::Result<Option<Bytes>> {
                let Some(original) = objects.get(&hash)? else {
                    return Ok(None);
                };
                media::variant(&original, width).map(|v| Some(v.into()))
            };
            match tokio::task::spawn_blocking(work).await {
                Ok(made) => made,
                Err(error) => Err(store::Error::broken(error.to_string())),
            }
        }
    };
    match made {
        Ok(Some(bytes)) => {
            deps.variants.insert(key, bytes.clone());
            let head = [
                (header::CONTENT_TYPE, "image/webp"),
                (header::CACHE_CONTROL, FOREVER),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (head, bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::warn!(%error, hash, "a picture cannot be shown");
            StatusCode::UNPROCESSABLE_ENTITY.into_response()
        }
    }
}
