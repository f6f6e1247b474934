//! Deleting moves to the trash; the retention empties it.

use std::collections::BTreeMap;

use ::store::{DAY_MS, Error, Id, Reads, Result, Row, Timestamp, Tx, count, kinds};
use dictionary::Dictionary;
use serde::Serialize;

use crate::facts::{Fact, tell_whole};
use crate::history::blank;
use crate::state::Parts;
use crate::{Listing, find, state, store};

pub const RETENTION_DAYS: i64 = 56;

/// Something in the trash.
#[derive(Clone, Debug, Serialize)]
pub struct Trashed {
    pub id: Id<kinds::Listing>,
    pub account: Id<kinds::Account>,
    pub title: String,
    pub actor: String,
    pub trashed_at: Timestamp,
    /// When the retention ends it.
    pub purge_at: Timestamp,
}

const COLUMNS: &str = "id, account, title, actor, trashed_at, state, created_at, version";

/// Moves a listing to the trash. One with listings below it stays until they are gone.
pub async fn trash(
    tx: &mut Tx,
    dictionary: &Dictionary,
    id: Id<kinds::Listing>,
) -> Result<Listing> {
    let listing = find(tx, dictionary, id)
        .await?
        .ok_or(Error::NotFound { what: "listing" })?;
    let below = [listing.account.into(), id.into()];
    if store::count(tx, "account = $1 AND parent = $2", &below).await? > 0 {
        return Err(Error::refused(
            "listing_has_children",
            [
                "Supprimez d’abord les lots de ce projet",
                "Verwijder eerst de onderdelen van dit project",
                "Delete the listings below this one first",
                "Löschen Sie zuerst die Einheiten darunter",
            ],
        ));
    }
    store::move_to_trash(tx, std::slice::from_ref(&listing)).await?;
    tell_whole(tx, Fact::Trashed, &listing);
    Ok(listing)
}

/// The same as a batch of its own.
pub async fn trash_as_batch(
    tx: &mut Tx,
    dictionary: &Dictionary,
    id: Id<kinds::Listing>,
    label: &str,
) -> Result<Id<kinds::Batch>> {
    let gone = trash(tx, dictionary, id).await?;
    tx.become_batch(gone.account, "edit", label, "{\"trashed\":1}")
        .await
}

/// Moves listings of one account to the trash at once; those with others below them that are not among them stay.
/// How many went.
pub(crate) async fn trash_many(tx: &mut Tx, listings: Vec<Listing>) -> Result<usize> {
    let Some(account) = listings.first().map(|l| l.account) else {
        return Ok(0);
    };
    let mut going: BTreeMap<_, _> = listings.into_iter().map(|l| (l.id, l)).collect();
    let ids: Vec<Id<kinds::Listing>> = going.keys().copied().collect();
    let mut below = store::below(tx, account, &ids).await?;
    // Whoever stays keeps what is above him.
    while let Some(at) = below
        .iter()
        .position(|(child, _)| !going.contains_key(child))
    {
        let (_, parent) = below.swap_remove(at);
        going.remove(&parent);
    }
    let going: Vec<Listing> = going.into_values().rev().collect();
    store::move_to_trash(tx, &going).await?;
    going
        .iter()
        .for_each(|listing| tell_whole(tx, Fact::Trashed, listing));
    Ok(going.len())
}

/// Takes a listing out of the trash, as it was.
pub async fn restore(
    tx: &mut Tx,
    dictionary: &Dictionary,
    id: Id<kinds::Listing>,
) -> Result<Listing> {
    let sql = format!("SELECT {COLUMNS} FROM trashed_listing WHERE id = $1");
    let row = tx.one(&sql, &[id.into()]).await?;
    let row = row
        .filter(|row| tx.scope().reach(row.id(1)).is_ok())
        .ok_or(Error::NotFound {
            what: "listing in the trash",
        })?;
    let mut listing = blank(id, row.id(1), tx.now());
    state::put(&mut listing, row.text(5), dictionary)?;
    listing.created_at = row.time(6);
    listing.version = row.int(7) + 1;
    if let Some(parent) = listing.parent
        && find(tx, dictionary, parent).await?.is_none()
    {
        listing.parent = None;
    }
    tx.execute("DELETE FROM trashed_listing WHERE id = $1", &[id.into()])
        .await?;
    let parts = Parts::of(&listing)?;
    store::insert(tx, std::iter::once((&listing, parts))).await?;
    tell_whole(tx, Fact::Restored, &listing);
    Ok(listing)
}

/// An account's trash (or everybody's, for the operator), last thrown first.
pub async fn trashed(
    read: &mut impl Reads,
    account: Option<Id<kinds::Account>>,
    limit: usize,
) -> Result<Vec<Trashed>> {
    let account = match (account, read.scope().account()) {
        (Some(asked), _) => Some(read.scope().reach(asked)?),
        (None, own) => own,
    };
    let order = "ORDER BY trashed_at DESC, id LIMIT $1";
    let rows = match account {
        Some(account) => {
            let sql = format!("SELECT {COLUMNS} FROM trashed_listing WHERE account = $2 {order}");
            read.query(&sql, &[count(limit), account.into()]).await?
        }
        None => {
            let sql = format!("SELECT {COLUMNS} FROM trashed_listing {order}");
            read.query(&sql, &[count(limit)]).await?
        }
    };
    Ok(rows.iter().map(trashed_of).collect())
}

/// Ends what has lain in the trash longer than the retention.
pub async fn purge(tx: &mut Tx) -> Result<u64> {
    let before = tx.now().plus_ms(-RETENTION_DAYS * DAY_MS);
    let sql = format!("SELECT {COLUMNS} FROM trashed_listing WHERE trashed_at < $1 LIMIT 1000");
    let due = tx.query(&sql, &[before.into()]).await?;
    for row in &due {
        let id: Id<kinds::Listing> = row.id(0);
        tx.execute("DELETE FROM trashed_listing WHERE id = $1", &[id.into()])
            .await?;
        let sql = "DELETE FROM edited_field WHERE account = $1 AND listing = $2";
        let account: Id<kinds::Account> = row.id(1);
        tx.execute(sql, &[account.into(), id.into()]).await?;
        let sql = "DELETE FROM document WHERE account = $1 AND listing = $2";
        tx.execute(sql, &[account.into(), id.into()]).await?;
        let gone = blank(id, row.id(1), before);
        crate::facts::tell(tx, Fact::Purged, &gone, None, None);
    }
    let sql = "DELETE FROM document WHERE removed_at < $1";
    tx.execute(sql, &[before.into()]).await?;
    Ok(due.len() as u64)
}

fn trashed_of(row: &Row) -> Trashed {
    let trashed_at = row.time(4);
    Trashed {
        id: row.id(0),
        account: row.id(1),
        title: row.text(2).to_owned(),
        actor: row.text(3).to_owned(),
        trashed_at,
        purge_at: trashed_at.plus_ms(RETENTION_DAYS * DAY_MS),
    }
}
