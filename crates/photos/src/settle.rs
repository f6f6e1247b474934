//! What came is written: into the listing, and what is still to be done.

use std::collections::HashMap;

use ::store::{
    Account, Act, Actor, Batch, BatchState, DAY_MS, Error, Id, Result, Scope, Store, Timestamp, Tx,
    Uuid, Via, kinds,
};
use catalog::Listing;
use dictionary::{Dictionary, Language, Photo};

use crate::errand::{Errand, is_address, is_missing, key_of};
use crate::fault::Fault;
use crate::manners::{again, has_tries};
use crate::store::{self, Address, Standing, Told};

/// So often somebody else may have changed the listing while it is written.
const OVERTAKEN_MAX: usize = 5;

/// What came of the addresses of one listing.
#[derive(Default)]
pub(crate) struct Brought {
    /// Pictures that are kept, by the key of their address.
    pub(crate) pictures: HashMap<Uuid, Address>,
    /// Those whose address was asked just now.
    pub(crate) asked: Vec<Uuid>,
    pub(crate) faults: HashMap<Uuid, Fault>,
    /// Some were not asked: it goes on then.
    pub(crate) goes_on: Option<Timestamp>,
}

pub(crate) async fn settle(
    store: &Store,
    dictionary: &Dictionary,
    errand: &Errand,
    brought: Brought,
) -> Result<()> {
    let scope = store.operator().within(errand.account)?;
    let act = act(store, &scope, errand).await?;
    for _ in 0..OVERTAKEN_MAX {
        let mut tx = store.begin(&scope, act.clone()).await?;
        match write(&mut tx, dictionary, errand, &brought).await {
            Err(Error::Conflict { .. }) => continue,
            Err(error) => return Err(error),
            Ok(()) => return tx.commit().await.map(|_| ()),
        }
    }
    // It stays due, and what came is kept by its hash.
    Ok(())
}

/// The photos of an import belong to its batch: undoing it finds nothing that somebody changed
/// since. A picture that changed later under its address does not.
async fn act(store: &Store, scope: &Scope, errand: &Errand) -> Result<Act> {
    let act = Act::by(Actor::System("photos")).via(Via::Follower);
    let mut read = store.read(scope).await?;
    let batch = match Batch::find(&mut read, errand.batch).await {
        Ok(batch) => Some(batch),
        Err(Error::NotFound { .. }) => None,
        Err(error) => return Err(error),
    };
    let stands = |b: &Batch| matches!(b.state, BatchState::Applied | BatchState::Running);
    Ok(match batch.filter(|b| stands(b) && !errand.anew) {
        Some(batch) => act.in_batch(batch.id),
        None => act,
    })
}

async fn write(
    tx: &mut Tx,
    dictionary: &Dictionary,
    errand: &Errand,
    brought: &Brought,
) -> Result<()> {
    let now = tx.now();
    let Some(before) = catalog::find(tx, dictionary, errand.listing).await? else {
        return gone(tx, errand).await;
    };
    let mut after = before.clone();
    for photo in after.photos.iter_mut().filter(|p| is_address(p)) {
        put(photo, brought);
    }
    let photos = after.photos.clone();
    if after != before {
        catalog::update_many(tx, vec![(before, after)]).await?;
    }
    let kept = brought.asked.iter().filter_map(|key| {
        let picture = brought.pictures.get(key)?;
        Some((*key, picture.clone()))
    });
    store::keep_addresses(tx, errand.account, kept.collect()).await?;
    let language = language_of(tx, errand.account).await?;
    let told = told(&photos, errand, brought, language);
    let missing = photos.iter().filter(|p| is_missing(p)).count();
    let standing = Standing {
        due: due(tx, errand, brought, missing, told.len(), now),
        tries: errand.tries + i64::from(!brought.faults.is_empty()),
        waiting: missing.saturating_sub(told.len()),
        fetched: photos.iter().filter(|p| is_address(p)).count() - missing,
        failed: told.len(),
    };
    if store::put(tx, errand, &standing).await? {
        store::tell(tx, errand, told).await?;
    }
    Ok(())
}

fn put(photo: &mut Photo, brought: &Brought) {
    let key = key_of(photo.url.as_deref().unwrap_or_default());
    if let Some(picture) = brought.pictures.get(&key) {
        photo.object = Some(picture.object.clone());
        (photo.width, photo.height) = (picture.width, picture.height);
    }
}

/// Its listing lies in the trash or is gone for good: it is looked at each day until it can no
/// longer come back.
async fn gone(tx: &mut Tx, errand: &Errand) -> Result<()> {
    let now = tx.now();
    if now.0 - errand.since.0 > (catalog::RETENTION_DAYS + 1) * DAY_MS {
        return store::forget(tx, errand.listing).await;
    }
    let standing = Standing {
        due: Some(now.plus_ms(DAY_MS)),
        tries: errand.tries,
        ..Standing::default()
    };
    store::put(tx, errand, &standing).await.map(|_| ())
}

/// Addresses that are given up for today. An address that stands twice is told once.
fn told(photos: &[Photo], errand: &Errand, brought: &Brought, language: Language) -> Vec<Told> {
    let mut told: Vec<Told> = Vec::new();
    for photo in photos.iter().filter(|p| is_missing(p)) {
        let url = photo.url.as_deref().unwrap_or_default();
        let key = key_of(url);
        let Some(fault) = brought.faults.get(&key) else {
            continue;
        };
        let given_up = !fault.may_pass() || !has_tries(errand.tries);
        if given_up && told.iter().all(|t| t.key != key) {
            let url = without_secret(url);
            told.push(Told {
                key,
                message: fault.message(&url, language),
                url,
                code: fault.code(),
            });
        }
    }
    told
}

fn due(
    tx: &Tx,
    errand: &Errand,
    brought: &Brought,
    missing: usize,
    failed: usize,
    now: Timestamp,
) -> Option<Timestamp> {
    if let Some(at) = brought.goes_on {
        // What failed meanwhile is not asked again at once.
        return match brought.faults.is_empty() {
            true => Some(at),
            false => again(errand.tries, true, now, tx.dice()).map(|next| next.max(at)),
        };
    }
    match missing {
        0 => None,
        _ => again(errand.tries, missing > failed, now, tx.dice()),
    }
}

async fn language_of(tx: &mut Tx, account: Id<kinds::Account>) -> Result<Language> {
    let account = Account::find(tx, account).await?;
    Ok(Language::parse(&account.language).unwrap_or(Language::En))
}

/// An address as it may be read by others.
fn without_secret(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        Some(at) => format!("{scheme}://{}", &rest[at + 1..]),
        None => url.to_owned(),
    }
}

/// The addresses of a listing that are to be asked, in its order, each once.
pub(crate) fn to_ask(listing: &Listing, anew: bool) -> Vec<String> {
    let wanted = listing
        .photos
        .iter()
        .filter(|p| is_missing(p) || (anew && is_address(p)));
    let mut urls: Vec<String> = Vec::new();
    for url in wanted.filter_map(|p| p.url.clone()) {
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    urls
}
