//! Pages on their way out: packed, tagged, and with the headers that protect them.

use std::cell::RefCell;
use std::io::Write;
use std::sync::{Arc, OnceLock};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use xxhash_rust::xxh3::xxh3_64;

pub const POLICY: &str = "default-src 'self'; img-src 'self' https: http: data:; style-src 'self'; script-src 'self'; \
                          frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/// How bytes are packed, the one that costs us least first.
#[derive(Clone, Copy)]
enum Encoding {
    Zstd,
    Brotli,
    Gzip,
}

/// How hard we try: a page is packed once for each change, an asset once for each version.
#[derive(Clone, Copy)]
enum Effort {
    Quick,
    Thorough,
}

/// What is sent, in the forms that readers take; each is made when it is first asked for.
#[derive(Clone)]
pub struct Packed {
    kept: Kept,
    forms: Arc<[OnceLock<Bytes>; 3]>,
}

/// What the forms are made from.
#[derive(Clone)]
enum Kept {
    /// An asset, as it is.
    Plain(Bytes),
    /// A page, of which there are many, as zstd: a sixth of its size.
    Zstd(Bytes, usize),
}

/// A finished page: what is kept is what is sent.
#[derive(Clone)]
pub struct Page {
    content: Packed,
    tag: Arc<str>,
    status: u16,
}

impl Encoding {
    const ALL: [Encoding; 3] = [Encoding::Zstd, Encoding::Brotli, Encoding::Gzip];

    const fn name(self) -> &'static str {
        match self {
            Encoding::Zstd => "zstd",
            Encoding::Brotli => "br",
            Encoding::Gzip => "gzip",
        }
    }

    /// The first of ours that a reader takes.
    fn wished(headers: &HeaderMap) -> Option<Encoding> {
        let takes = headers.get(header::ACCEPT_ENCODING)?.to_str().ok()?;
        let takes = |encoding: &Encoding| {
            takes.split(',').any(|wish| {
                let (name, weight) = wish.split_once(';').unwrap_or((wish, ""));
                let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
                name.trim().eq_ignore_ascii_case(encoding.name()) && !refused
            })
        };
        Encoding::ALL.into_iter().find(takes)
    }

    /// Empty when packing failed, which a reader of the plain bytes never notices.
    fn pack(self, plain: &[u8], effort: Effort) -> Bytes {
        match self {
            Encoding::Zstd => zstd(plain, effort),
            Encoding::Brotli => brotli(plain, effort),
            Encoding::Gzip => gzip(plain, effort),
        }
        .map(Bytes::from)
        .unwrap_or_default()
    }
}

const QUICK_HASH_LOG: u32 = 12;

fn zstd(plain: &[u8], effort: Effort) -> std::io::Result<Vec<u8>> {
    thread_local! {
        // Its tables are large, and wanted again at once.
        static QUICK: RefCell<Option<zstd::bulk::Compressor<'static>>> = const { RefCell::new(None) };
    }
    match effort {
        Effort::Thorough => zstd::bulk::compress(plain, 19),
        Effort::Quick => QUICK.with_borrow_mut(|kept| {
            let compressor = match kept {
                Some(compressor) => compressor,
                None => kept.insert(quick()?),
            };
            compressor.compress(plain)
        }),
    }
}

/// A page fits a small table: the usual one of this level costs more to clear than it saves.
fn quick() -> std::io::Result<zstd::bulk::Compressor<'static>> {
    let mut compressor = zstd::bulk::Compressor::new(1)?;
    compressor.set_parameter(zstd::zstd_safe::CParameter::HashLog(QUICK_HASH_LOG))?;
    Ok(compressor)
}

fn brotli(plain: &[u8], effort: Effort) -> std::io::Result<Vec<u8>> {
    let quality = match effort {
        Effort::Quick => 1,
        Effort::Thorough => 11,
    };
    let mut packed = Vec::with_capacity(plain.len() / 3);
    let mut writer = brotli::CompressorWriter::new(&mut packed, 4096, quality, 20);
    writer.write_all(plain)?;
    drop(writer);
    Ok(packed)
}

fn gzip(plain: &[u8], effort: Effort) -> std::io::Result<Vec<u8>> {
    let level = match effort {
        Effort::Quick => flate2::Compression::fast(),
        Effort::Thorough => flate2::Compression::best(),
    };
    let packed = Vec::with_capacity(plain.len() / 3);
    let mut writer = flate2::write::GzEncoder::new(packed, level);
    writer.write_all(plain)?;
    writer.finish()
}

impl Packed {
    pub fn asset(plain: Bytes) -> Packed {
        Packed {
            kept: Kept::Plain(plain),
            forms: Arc::default(),
        }
    }

    /// What is made for one asking and soon made anew: packed quickly.
    pub fn page(plain: String) -> Packed {
        let packed = Encoding::Zstd.pack(plain.as_bytes(), Effort::Quick);
        let kept = match packed.is_empty() {
            true => Kept::Plain(plain.into()),
            false => Kept::Zstd(packed, plain.len()),
        };
        Packed {
            kept,
            forms: Arc::default(),
        }
    }

    fn plain(&self) -> Bytes {
        match &self.kept {
            Kept::Plain(plain) => plain.clone(),
            Kept::Zstd(packed, length) => {
                let plain = zstd::bulk::decompress(packed, *length);
                plain.unwrap_or_default().into()
            }
        }
    }

    /// What a reader takes, and how it is packed.
    fn answer(&self, headers: &HeaderMap) -> (Bytes, Option<Encoding>) {
        let Some(encoding) = Encoding::wished(headers) else {
            return (self.plain(), None);
        };
        let effort = match (&self.kept, encoding) {
            (Kept::Zstd(packed, _), Encoding::Zstd) => return (packed.clone(), Some(encoding)),
            (Kept::Zstd(..), _) => Effort::Quick,
            (Kept::Plain(_), _) => Effort::Thorough,
        };
        let form = &self.forms[encoding as usize];
        let packed = form.get_or_init(|| encoding.pack(&self.plain(), effort));
        match packed.is_empty() {
            true => (self.plain(), None),
            false => (packed.clone(), Some(encoding)),
        }
    }

    /// About what it takes in memory, when readers of two kinds have asked.
    fn weight(&self) -> usize {
        match &self.kept {
            Kept::Plain(plain) => plain.len(),
            Kept::Zstd(packed, _) => packed.len() * 2,
        }
    }

    pub fn send(&self, headers: &HeaderMap) -> Response {
        let (bytes, encoding) = self.answer(headers);
        let mut response = bytes.into_response();
        let out = response.headers_mut();
        if let Some(encoding) = encoding {
            let name = HeaderValue::from_static(encoding.name());
            out.insert(header::CONTENT_ENCODING, name);
        }
        out.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        response
    }
}

impl Page {
    pub fn new(html: String, status: u16) -> Page {
        Page {
            tag: format!("\"{:016x}\"", xxh3_64(html.as_bytes())).into(),
            content: Packed::page(html),
            status,
        }
    }

    pub fn is_found(&self) -> bool {
        self.status == 200
    }

    pub fn weight(&self) -> usize {
        self.content.weight()
    }

    pub fn send(&self, headers: &HeaderMap) -> Response {
        let known = headers
            .get(header::IF_NONE_MATCH)
            .and_then(|v| v.to_str().ok());
        let mut response = if known == Some(self.tag.as_ref()) && self.is_found() {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = self.content.send(headers);
            *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
            response
        };
        let out = response.headers_mut();
        out.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        if let Ok(tag) = HeaderValue::from_str(&self.tag) {
            out.insert(header::ETAG, tag);
        }
        protect(out);
        response
    }
}

/// The headers of what is no page: nothing in it is run, shown in a frame or guessed at.
pub fn protect_bare(out: &mut HeaderMap) {
    let policy = "default-src 'none'; frame-ancestors 'none'";
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        out.insert(name, HeaderValue::from_static(value));
    }
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
