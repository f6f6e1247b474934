//! The photos of a listing: added, taken away, put in order.

use axum::body::Bytes;
use catalog::Edit;
use dictionary::Photo;

use super::listings::{own, saved, write};
use super::{Answer, Visit, see};
use crate::api::photos;

pub async fn add(visit: &Visit, id: &str) -> Answer {
    let before = own(visit, id).await?;
    visit.scope.demand(store::Right::Write)?;
    let files = super::imports::uploads(visit).await?;
    let taken_in = |(_, bytes): &(String, Bytes)| photos::taken_in(&visit.deps, bytes);
    let more = files.iter().map(taken_in).collect::<store::Result<_>>()?;
    keep(visit, id, photos::with(before.photos, more)?).await
}

pub async fn remove(visit: &Visit, id: &str, at: &str) -> Answer {
    let photos = own(visit, id).await?.photos;
    keep(visit, id, photos::without(photos, at)?).await
}

/// To another place; the first is the one on cards and portals.
pub async fn put(visit: &Visit, id: &str, at: &str, to: &str) -> Answer {
    let photos = own(visit, id).await?.photos;
    keep(visit, id, photos::moved(photos, at, to)?).await
}

async fn keep(visit: &Visit, id: &str, photos: Vec<Photo>) -> Answer {
    let before = own(visit, id).await?;
    let edit = Edit {
        photos: Some(photos),
        ..Edit::default()
    };
    let batch = write(visit, &before, edit).await?;
    see(&saved(&format!("/listings/{id}"), batch))
}
