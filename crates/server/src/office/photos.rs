//! The photos of a listing: added, taken away, put in order.

use catalog::Edit;
use dictionary::Photo;
use store::Error;

use super::listings::{own, write};
use super::{Answer, Visit, see};

pub async fn add(visit: &Visit, id: &str) -> Answer {
    let before = own(visit, id).await?;
    visit.scope.demand(store::Right::Write)?;
    let mut photos = before.photos.clone();
    for (_, bytes) in super::imports::uploads(visit).await? {
        let picture = media::inspect(&bytes)?;
        let object = visit.deps.objects.put(&bytes)?;
        photos.push(Photo {
            object: Some(object),
            width: picture.width,
            height: picture.height,
            ..Photo::default()
        });
    }
    keep(visit, id, photos).await
}

pub async fn remove(visit: &Visit, id: &str, at: &str) -> Answer {
    let mut photos = own(visit, id).await?.photos;
    let at = place(at, photos.len())?;
    photos.remove(at);
    keep(visit, id, photos).await
}

/// To another place; the first is the one on cards and portals.
pub async fn put(visit: &Visit, id: &str, at: &str, to: &str) -> Answer {
    let mut photos = own(visit, id).await?.photos;
    let (at, to) = (place(at, photos.len())?, place(to, photos.len())?);
    let photo = photos.remove(at);
    photos.insert(to, photo);
    keep(visit, id, photos).await
}

fn place(text: &str, count: usize) -> store::Result<usize> {
    let at = text.parse().ok().filter(|at: &usize| *at < count);
    at.ok_or(Error::NotFound { what: "photo" })
}

async fn keep(visit: &Visit, id: &str, photos: Vec<Photo>) -> Answer {
    let before = own(visit, id).await?;
    let edit = Edit {
        photos: Some(photos),
        ..Edit::default()
    };
    let batch = write(visit, &before, edit).await?;
    see(&format!("/listings/{id}?said=saved&batch={batch}"))
}
