//! The photos of a listing: added, taken away, put in order; and those of an import, that came,
//! wait or failed.

use ::photos::Failure;
use askama::Template;
use axum::body::Bytes;
use catalog::{Edit, Listing};
use dictionary::Photo;
use store::{Batch, Error, Id, Result, Right, kinds};

use super::batches::photos_said;
use super::desk::{Desk, page};
use super::listings::{own, saved, write};
use super::{Answer, Visit, see};
use crate::api::photos;
use crate::text::say;

const FAILURES: usize = 500;

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

#[derive(Template)]
#[template(path = "office/photos.html")]
struct Page {
    desk: Desk,
    batch: String,
    label: String,
    counts: String,
    failures: Vec<Failure>,
    may_write: bool,
}

impl Page {
    fn moment(&self, at: &store::Timestamp) -> String {
        at.to_string()[..16].replace('T', " ")
    }
}

fn batch_of(id: &str) -> Result<Id<kinds::Batch>> {
    id.parse().map_err(|_| Error::NotFound { what: "batch" })
}

/// What became of the photos that an import named by address.
pub async fn of_batch(visit: &Visit, id: &str) -> Answer {
    let id = batch_of(id)?;
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let batch = Batch::find(&mut read, id).await?;
    let counts = ::photos::counts(&mut read, batch.account, &[id]).await?;
    let counts = counts.get(&id).copied().unwrap_or_default();
    let failures = ::photos::failures(&mut read, batch.account, Some(id), FAILURES).await?;
    drop(read);
    let title = say(visit.language, "photos_of_import");
    page(&Page {
        desk: Desk::of(visit, "imports", title).await?,
        batch: id.to_string(),
        label: batch.label,
        counts: photos_said(counts, visit.language),
        failures,
        may_write: visit.scope.may(Right::Write),
    })
}

/// Somebody has mended what failed, and does not wait for the night.
pub async fn ask_again(visit: &Visit, id: &str) -> Answer {
    let id = batch_of(id)?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    let account = Batch::find(&mut tx, id).await?.account;
    ::photos::try_again(&mut tx, account, id).await?;
    tx.commit().await?;
    see(&format!("/batches/{id}/photos?said=saved"))
}
