//! Styles, font, icon and pictures.

use std::sync::LazyLock;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use media::Packing;

use crate::accent::Colour;
use crate::deps::Deps;
use crate::pack::Packed;

const SITE_CSS: &str = include_str!("../assets/site.css");
const OFFICE_CSS: &str = include_str!("../assets/office.css");
const OFFICE_JS: &str = include_str!("../assets/office.js");
const SITE_JS: &str = include_str!("../assets/site.js");
const ICON: &str = include_str!("../assets/icon.svg");
const FONT: &[u8] = include_bytes!("../assets/fonts/commissioner.woff2");
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Style sheets in other colours than these are made again.
const COLOURS_KEPT: u64 = 64;
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

/// The style sheet in a site's colour: `/assets/site-….COLOUR.css`.
pub fn site_css_address(accent: Colour) -> String {
    let plain = css_address().trim_end_matches(".css");
    format!("{plain}.{}.css", accent.digits())
}

/// The style sheet in the colour that its address names; the colours of the sites are few.
fn coloured(path: &str) -> Option<Packed> {
    static MADE: LazyLock<moka::sync::Cache<Colour, Packed>> =
        LazyLock::new(|| moka::sync::Cache::new(COLOURS_KEPT));
    let plain = css_address().trim_end_matches(".css");
    let digits = path.strip_prefix(plain)?.strip_prefix('.')?;
    let colour = Colour::parse(&format!("#{}", digits.strip_suffix(".css")?))?;
    let made = || Packed::asset(format!("{SITE_CSS}{}", colour.rule()).into());
    Some(MADE.get_with(colour, made))
}

/// The mark of a site: its initial on its colour.
pub fn icon(brand: &str, accent: Colour) -> String {
    let mut initial = String::new();
    let first = brand.chars().next().unwrap_or('E').to_uppercase();
    formats::escape_xml(&first.to_string(), &mut initial);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><path fill=\"#173430\" d=\"M0 0h32v32H0z\"/>\
         <text x=\"13\" y=\"24\" text-anchor=\"middle\" font-family=\"Commissioner,Verdana,sans-serif\" font-size=\"22\" font-weight=\"700\" fill=\"#fbfaf6\">{initial}</text>\
         <path fill=\"#{}\" d=\"M23 19h5v5h-5z\"/></svg>",
        accent.digits()
    )
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
        let Some(css) = coloured(path) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let head = [
            (header::CONTENT_TYPE, "text/css; charset=utf-8"),
            (header::CACHE_CONTROL, FOREVER),
        ];
        return (head, css.send(headers)).into_response();
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
    let asked = file.rsplit_once('.').and_then(|(width, ending)| {
        let packing = match ending {
            "webp" => Packing::WebP,
            "jpg" => Packing::Jpeg,
            _ => return None,
        };
        Some((width.parse().ok()?, packing))
    });
    let Some((width, packing)) = asked.filter(|(width, _)| media::WIDTHS.contains(width)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let key = (hash.to_owned(), width, packing);
    let made = match deps.variants.get(&key) {
        Some(known) => Ok(Some(known)),
        None => {
            let (objects, hash) = (deps.objects.clone(), hash.to_owned());
            let work = move || -> store::Result<Option<Bytes>> {
                let Some(original) = objects.get(&hash)? else {
                    return Ok(None);
                };
                media::variant(&original, width, packing).map(|v| Some(v.into()))
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
            let media_type = match packing {
                Packing::WebP => "image/webp",
                Packing::Jpeg => "image/jpeg",
            };
            let head = [
                (header::CONTENT_TYPE, media_type),
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
