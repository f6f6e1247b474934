//! Listings come into being, one or thousands.

use ::store::{Id, Reads, Result, Tx, kinds};

use crate::facts::tell_created;
use crate::state::{self, Parts};
use crate::{Listing, NewListing, store};

pub async fn create(tx: &mut Tx, account: Id<kinds::Account>, new: NewListing) -> Result<Listing> {
    let account = tx.scope().reach(account)?;
    let listing = made(tx, account, new);
    write(tx, std::slice::from_ref(&listing)).await?;
    Ok(listing)
}

/// The ids in the order of `new`. A parent must exist, or stand earlier in the same call.
pub async fn create_many(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    new: Vec<NewListing>,
) -> Result<Vec<Id<kinds::Listing>>> {
    let account = tx.scope().reach(account)?;
    let listings: Vec<Listing> = new.into_iter().map(|n| made(tx, account, n)).collect();
    write(tx, &listings).await?;
    Ok(listings.iter().map(|listing| listing.id).collect())
}

async fn write(tx: &mut Tx, listings: &[Listing]) -> Result<()> {
    let parts: Result<Vec<Parts>> = listings.iter().map(Parts::of).collect();
    let parts = parts?;
    let each = listings.iter().zip(&parts);
    let wholes: Vec<String> = each.map(|(l, p)| state::whole_of(l, p)).collect();
    store::insert(tx, listings.iter().zip(parts)).await?;
    for (listing, whole) in listings.iter().zip(wholes) {
        tell_created(tx, listing, whole);
    }
    Ok(())
}

fn made(tx: &mut Tx, account: Id<kinds::Account>, new: NewListing) -> Listing {
    let now = tx.now();
    Listing {
        id: tx.id(),
        account,
        vertical: new.vertical,
        category: new.category,
        status: new.status,
        parent: new.parent,
        level: new.level,
        reference: new.reference,
        values: new.values,
        photos: new.photos,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}
