//! The files of a multipart form.

use axum::body::{Body, Bytes};
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, header};
use media::{Files, Kept};
use store::{Error, Result};

use super::Visit;
use crate::deps::Deps;
use crate::router::BODY_BYTES_MAX;

const FILES_MAX: usize = 40;
const NAME_LETTERS_MAX: usize = 200;
/// The pictures of an agency's whole history are many.
const HANDED_BYTES_MAX: usize = 4 << 30;

fn unreadable() -> Error {
    Error::refused(
        "upload",
        [
            "L’envoi n’a pas pu être lu en entier ; recommencez",
            "De upload kon niet helemaal worden gelezen; probeer opnieuw",
            "The upload could not be read to its end; try again",
            "Der Upload konnte nicht ganz gelesen werden; versuchen Sie es noch einmal",
        ],
    )
}

async fn parts(headers: &HeaderMap, body: Body, most: usize) -> Result<Multipart> {
    let mut request = Request::new(body);
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.cloned().ok_or_else(unreadable)?;
    request.headers_mut().insert(header::CONTENT_TYPE, kind);
    DefaultBodyLimit::max(most).apply(&mut request);
    let parts = Multipart::from_request(request, &()).await;
    parts.map_err(|_| unreadable())
}

/// Small files, in memory, by name.
pub async fn files(visit: &Visit) -> Result<Vec<(String, Bytes)>> {
    let mut parts = parts(
        &visit.headers,
        Body::from(visit.body.clone()),
        BODY_BYTES_MAX,
    )
    .await?;
    let mut files = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let name = part.file_name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(|_| unreadable())?;
        if !bytes.is_empty() && files.len() < FILES_MAX {
            files.push((name, bytes));
        }
    }
    Ok(files)
}

/// Keeps the first file of a form among the raw files while it comes in: never whole in memory.
pub async fn kept(deps: &Deps, headers: &HeaderMap, body: Body) -> Result<Option<(String, Kept)>> {
    let mut parts = parts(headers, body, BODY_BYTES_MAX).await?;
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        if let Some(kept) = keep(deps, &deps.files, part, BODY_BYTES_MAX).await? {
            return Ok(Some(kept));
        }
    }
    Ok(None)
}

/// Keeps all files of a form on the shelf of what is to be migrated, in the same way.
pub async fn handed(deps: &Deps, headers: &HeaderMap, body: Body) -> Result<Vec<(String, Kept)>> {
    let mut parts = parts(headers, body, HANDED_BYTES_MAX).await?;
    let mut handed = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        handed.extend(keep(deps, &deps.parcels, part, HANDED_BYTES_MAX).await?);
    }
    Ok(handed)
}

/// None for what is no file, or an empty one.
async fn keep(
    deps: &Deps,
    shelf: &Files,
    mut part: Field<'_>,
    most: usize,
) -> Result<Option<(String, Kept)>> {
    let Some(name) = part.file_name().filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    let name: String = name.chars().take(NAME_LETTERS_MAX).collect();
    let beside = format!("office-{}", deps.store.dice().below(u64::MAX));
    let mut coming = shelf.begin(&beside, most as u64)?;
    while let Some(bytes) = part.chunk().await.map_err(|_| unreadable())? {
        coming.write(&bytes)?;
    }
    match coming.bytes() {
        0 => Ok(None),
        _ => Ok(Some((name, coming.keep()?))),
    }
}
