//! The photos of a listing: added, taken away, put in order.

use axum::body::Bytes;
use catalog::{Edit, Listing};
use dictionary::Photo;

use super::listings::{own, saved, write};
use super::{Answer, Visit, see};
use crate::api::photos;

pub async fn add(visit: &Visit, id: &str) -> Answer {
    let before = own(visit, id).await?;
    visit.scope.demand(store::Right::Write)?;
    let files = super::uploads::files(visit).await?;
    let taken_in = |(_, bytes): &(String, Bytes)| photos::taken_in(&visit.deps, bytes);
    let more = files.iter().map(taken_in).collect::<store::Result<_>>()?;
    let photos = photos::with(before.photos.clone(), more)?;
    keep(visit, before, photos).await
}

pub async fn remove(visit: &Visit, id: &str, at: &str) -> Answer {
    let before = own(visit, id).await?;
    let photos = photos::without(before.photos.clone(), at)?;
    keep(visit, before, photos).await
}

/// To another place; the first is the one on cards and portals.
pub async fn put(visit: &Visit, id: &str, at: &str, to: &str) -> Answer {
    let before = own(visit, id).await?;
    let photos = photos::moved(before.photos.clone(), at, to)?;
    keep(visit, before, photos).await
}

/// Refused when somebody has changed the listing since its photos were counted.
async fn keep(visit: &Visit, before: Listing, photos: Vec<Photo>) -> Answer {
    let edit = Edit {
        photos: Some(photos),
        expected_version: Some(before.version),
        ..Edit::default()
    };
    let batch = write(visit, &before, edit).await?;
    see(&saved(&format!("/listings/{}", before.id), batch))
}
