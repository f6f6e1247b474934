//! Pages on their way out: packed, tagged, and with the headers that protect them.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

use crate::deps::Page;

/// Quick rather than small: a page is packed once for each change.
const BROTLI_QUALITY: u32 = 1;
const BROTLI_WINDOW: u32 = 20;
pub const POLICY: &str = "default-src 'self'; img-src 'self' https: http: data:; style-src 'self'; script-src 'self'; \
                          frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

pub fn brotli(html: &[u8]) -> Bytes {
    let mut packed = Vec::with_capacity(html.len() / 3);
    let mut writer =
        brotli::CompressorWriter::new(&mut packed, 4096, BROTLI_QUALITY, BROTLI_WINDOW);
    let done = std::io::Write::write_all(&mut writer, html);
    drop(writer);
    if done.is_err() {
        Bytes::new()
    } else {
        packed.into()
    }
}

pub fn tag(html: &[u8]) -> Arc<str> {
    format!("\"{}\"", &blake3::hash(html).to_hex()[..16]).into()
}

pub fn send(page: Page, headers: &HeaderMap) -> Response {
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok());
    let mut response = if known == Some(page.tag.as_ref()) && page.status == 200 {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let takes = headers
            .get(header::ACCEPT_ENCODING)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default();
        let packed = takes.contains("br") && !page.brotli.is_empty();
        let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::OK);
        let mut response = (status, if packed { page.brotli } else { page.html }).into_response();
        if packed {
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        response
    };
    let out = response.headers_mut();
    out.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Ok(tag) = HeaderValue::from_str(&page.tag) {
        out.insert(header::ETAG, tag);
    }
    protect(out);
    response
}

/// The headers that every page carries.
pub fn protect(out: &mut HeaderMap) {
    out.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    out.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    out.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("strict-origin-when-cross-origin"),
    );
    out.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
}
