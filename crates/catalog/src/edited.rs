//! What a person has edited is his: no file writes over it until he lets go of it, by emptying the
//! field, by putting a withdrawn listing back live, or by undoing his edit.

use std::collections::HashMap;
use std::sync::Arc;

use ::store::{Id, Reads, Result, Tx, Val, Via, kinds};
use dictionary::Status;

use crate::Listing;

/// How many listings one statement asks for.
const IDS_MAX: usize = 256;

/// The fields of one listing that are a person's: `category`, `status`, `reference`, `photos`, and
/// `values.` before a field of its dictionary.
pub type Edited = Vec<String>;

/// What is a person's in some listings of an account; those without anything are not named.
pub async fn edited(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    ids: &[Id<kinds::Listing>],
) -> Result<HashMap<Id<kinds::Listing>, Edited>> {
    let account = read.scope().reach(account)?;
    let mut edited: HashMap<_, Edited> = HashMap::new();
    for chunk in ids.chunks(IDS_MAX) {
        // Padded to a power of two, so that few statements exist.
        let slots = chunk.len().next_power_of_two();
        let list: Vec<String> = (3..slots + 3).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT listing, field FROM edited_field WHERE account = $1 AND held = $2
             AND listing IN ({})",
            list.join(",")
        );
        let last = chunk.last().into_iter().cycle();
        let among = chunk.iter().chain(last).take(slots).map(|id| (*id).into());
        let vals: Vec<Val> = [account.into(), true.into()]
            .into_iter()
            .chain(among)
            .collect();
        for row in &read.query(&sql, &vals).await? {
            let fields = edited.entry(row.id(0)).or_default();
            fields.push(row.text(1).to_owned());
        }
    }
    Ok(edited)
}

/// The listings of an account whose fields a file may fill again though its row has not changed:
/// those that a person has let go of and, with `held`, those that are still his.
pub async fn to_be_filled(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    held: bool,
) -> Result<Vec<Id<kinds::Listing>>> {
    let account = read.scope().reach(account)?;
    let sql = "SELECT DISTINCT listing FROM edited_field WHERE account = $1 AND (NOT held OR $2)";
    let rows = read.query(sql, &[account.into(), held.into()]).await?;
    Ok(rows.iter().map(|row| row.id(0)).collect())
}

/// A file has filled what had been let go of; with `held` also what was still a person's.
pub async fn filled(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    ids: &[Id<kinds::Listing>],
    held: bool,
) -> Result<()> {
    let sql = "DELETE FROM edited_field WHERE account = $1 AND listing = $2 AND (NOT held OR $3)";
    let rows = ids
        .iter()
        .map(|id| vec![account.into(), (*id).into(), held.into()]);
    tx.many(sql, rows.collect()).await.map(|_| ())
}

/// Lets go of fields of a listing, or of all; the next file fills them.
pub async fn let_go(tx: &mut Tx, listing: &Listing, fields: &[String]) -> Result<()> {
    let held = edited(tx, listing.account, &[listing.id]).await?;
    let held = held.get(&listing.id).cloned().unwrap_or_default();
    let wanted = |field: &String| fields.is_empty() || fields.contains(field);
    let rows = held.into_iter().filter(wanted).map(|field| (field, false));
    put(tx, listing, rows.collect()).await
}

/// Notes what an edit has changed, by the door it came through.
pub(crate) async fn note(tx: &mut Tx, pairs: &[(Listing, Listing)]) -> Result<()> {
    let via = tx.act().via;
    if matches!(via, Via::Import | Via::Follower | Via::Site) {
        return Ok(());
    }
    let Some((first, _)) = pairs.first() else {
        return Ok(());
    };
    let ids: Vec<_> = pairs.iter().map(|(before, _)| before.id).collect();
    let held = edited(tx, first.account, &ids).await?;
    let none = Edited::new();
    for (before, after) in pairs {
        let held = held.get(&before.id).unwrap_or(&none);
        let notes = changes(before, after).into_iter().filter_map(|change| {
            let was = held.contains(&change.field);
            match change.emptied || via == Via::Undo {
                true => was.then_some((change.field, false)),
                false => Some((change.field, true)),
            }
        });
        put(tx, before, notes.collect()).await?;
    }
    Ok(())
}

async fn put(tx: &mut Tx, listing: &Listing, notes: Vec<(String, bool)>) -> Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO edited_field (account, listing, field, held, at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (account, listing, field) DO UPDATE SET held = excluded.held, at = excluded.at";
    let now = tx.now();
    let rows = notes.into_iter().map(|(field, held)| {
        vec![
            listing.account.into(),
            listing.id.into(),
            field.into(),
            held.into(),
            now.into(),
        ]
    });
    tx.many(sql, rows.collect()).await.map(|_| ())
}

struct Changed {
    field: String,
    /// Nothing is left there that a file could write over.
    emptied: bool,
}

fn changes(before: &Listing, after: &Listing) -> Vec<Changed> {
    let mut changes = Vec::new();
    let mut note = |field: &str, differs: bool, emptied: bool| {
        if differs {
            changes.push(Changed {
                field: field.to_owned(),
                emptied,
            });
        }
    };
    note("category", before.category != after.category, false);
    let live = after.status == Status::Live;
    note("status", before.status != after.status, live);
    let bare = after.reference.is_empty();
    note("reference", before.reference != after.reference, bare);
    let bare = after.photos.is_empty();
    note("photos", before.photos != after.photos, bare);
    let gone = before.values.keys();
    let gone = gone.filter(|key| !after.values.contains_key(*key));
    let keys: Vec<&Arc<str>> = after.values.keys().chain(gone).collect();
    for key in keys {
        let (was, is) = (before.values.get(key), after.values.get(key));
        note(&format!("values.{key}"), was != is, is.is_none());
    }
    changes
}
