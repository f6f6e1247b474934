//! The photos of a listing: added, taken away, put in order.

use catalog::{Edit, Listing};
use dictionary::Photo;
use serde::Deserialize;
use serde_json::json;
use store::{Batch, Error, Id, kinds};

use super::access::ok;
use super::listings::{edited, own};
use super::{Answer, Call};
use crate::deps::Deps;

/// Pictures of one listing.
const PHOTOS_MAX: usize = 200;

/// Keeps a picture and says what stands of it in a listing.
pub fn taken_in(deps: &Deps, bytes: &[u8]) -> store::Result<Photo> {
    let picture = media::inspect(bytes)?;
    Ok(Photo {
        object: Some(deps.objects.put(bytes)?),
        width: picture.width,
        height: picture.height,
        ..Photo::default()
    })
}

pub fn with(mut photos: Vec<Photo>, more: Vec<Photo>) -> store::Result<Vec<Photo>> {
    photos.extend(more);
    if photos.len() > PHOTOS_MAX {
        return Err(Error::refused(
            "too_many_photos",
            [
                "Une annonce a 200 photos au plus",
                "Een aanbieding heeft hoogstens 200 foto’s",
                "A listing has 200 pictures at most",
                "Ein Inserat hat höchstens 200 Bilder",
            ],
        ));
    }
    Ok(photos)
}

pub fn without(mut photos: Vec<Photo>, at: &str) -> store::Result<Vec<Photo>> {
    photos.remove(place(at, photos.len())?);
    Ok(photos)
}

/// The picture at one place put to another, counted without it.
pub fn moved(mut photos: Vec<Photo>, at: &str, to: &str) -> store::Result<Vec<Photo>> {
    let (at, to) = (place(at, photos.len())?, place(to, photos.len())?);
    let photo = photos.remove(at);
    photos.insert(to, photo);
    Ok(photos)
}

fn place(text: &str, count: usize) -> store::Result<usize> {
    let at = text.parse().ok().filter(|at: &usize| *at < count);
    at.ok_or(Error::NotFound { what: "photo" })
}

/// All pictures in another order: each place of now stands in it once.
fn ordered(photos: &[Photo], order: &[usize]) -> store::Result<Vec<Photo>> {
    let mut places = order.to_vec();
    places.sort_unstable();
    if !places.into_iter().eq(0..photos.len()) {
        return Err(Error::refused(
            "photo_order",
            [
                "L’ordre doit nommer chaque photo une fois, par sa place comptée à partir de 0",
                "De volgorde moet elke foto één keer noemen, met haar plaats geteld vanaf 0",
                "The order must name each picture once, by its place counted from 0",
                "Die Reihenfolge muss jedes Bild einmal nennen, mit seinem Platz ab 0",
            ],
        ));
    }
    Ok(order.iter().map(|at| photos[*at].clone()).collect())
}

pub async fn add(call: Call) -> Answer {
    let before = of_call(&call).await?;
    let photo = taken_in(&call.deps, &call.body)?;
    let photos = with(before.photos.clone(), vec![photo])?;
    keep(call, before, photos, None, 201).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    order: Vec<usize>,
    version: Option<i64>,
}

pub async fn order(call: Call) -> Answer {
    let before = of_call(&call).await?;
    let wanted: Order = call.body_as()?;
    let photos = ordered(&before.photos, &wanted.order)?;
    keep(call, before, photos, wanted.version, 200).await
}

pub async fn remove(call: Call) -> Answer {
    let before = of_call(&call).await?;
    let at = call.params.get(1).map_or("", String::as_str);
    let photos = without(before.photos.clone(), at)?;
    keep(call, before, photos, None, 200).await
}

async fn of_call(call: &Call) -> Result<Listing, super::Problem> {
    let id: Id<kinds::Listing> = call.id(0)?;
    own(call, id).await
}

async fn keep(
    call: Call,
    before: Listing,
    photos: Vec<Photo>,
    version: Option<i64>,
    status: u16,
) -> Answer {
    let asked = call.get("version").and_then(|v| v.parse().ok());
    let edit = Edit {
        photos: Some(photos),
        // What was counted is the order that we have just read.
        expected_version: version.or(asked).or(Some(before.version)),
        ..Edit::default()
    };
    edited(call, before, edit, status).await
}

const OF_BATCH: (usize, usize) = (200, 1_000);

/// What became of the photos that an import named by address.
pub async fn of_batch(call: Call) -> Answer {
    let batch: Id<kinds::Batch> = call.id(0)?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    let account = Batch::find(&mut read, batch).await?.account;
    let counts = ::photos::counts(&mut read, account, &[batch]).await?;
    let counts = counts.get(&batch).copied().unwrap_or_default();
    let limit = call.limit(OF_BATCH.0, OF_BATCH.1);
    let failures = ::photos::failures(&mut read, account, Some(batch), limit).await?;
    ok(&json!({
        "batch": batch, "waiting": counts.waiting, "fetched": counts.fetched,
        "failed": counts.failed, "failures": failures,
    }))
}

pub async fn ask_again(call: Call) -> Answer {
    let batch: Id<kinds::Batch> = call.id(0)?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let account = Batch::find(&mut tx, batch).await?.account;
    let listings = ::photos::try_again(&mut tx, account, batch).await?;
    let told = json!({ "batch": batch, "listings": listings });
    call.finish(tx, account, 202, told).await
}
