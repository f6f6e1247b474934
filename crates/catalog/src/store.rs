//! All SQL of this room.

use std::sync::Arc;

use ::store::{Id, Reads, Result, Row, Tx, Val, json, kinds};
use dictionary::{Dictionary, Language, Level, Status};

use crate::Listing;
use crate::state::{self, Parts};

const COLUMNS: &str = "id, account, vertical, category, status, parent, level, reference, body, \
                       photos, created_at, updated_at, version";

/// PostgreSQL and SQLite both stand far longer lists; statements stay cached at these lengths.
const IDS_MAX: usize = 256;

pub(crate) async fn insert(
    tx: &mut Tx,
    listings: impl Iterator<Item = (&Listing, Parts)>,
) -> Result<()> {
    let sql = format!(
        "INSERT INTO listing ({COLUMNS})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    );
    let rows = listings.map(|(listing, parts)| row_of(listing, parts));
    let rows = rows.collect();
    tx.many(&sql, rows).await.map(|_| ())
}

/// Writes listings whose version has been raised by one; how many were still at the version before.
pub(crate) async fn update(tx: &mut Tx, listings: &[&Listing]) -> Result<u64> {
    let sql = "UPDATE listing SET category = $2, status = $3, parent = $4, level = $5,
        reference = $6, body = $7, photos = $8, updated_at = $9, version = $10
        WHERE id = $1 AND version = $11";
    let rows: Result<Vec<Vec<Val>>> = listings
        .iter()
        .map(|l| {
            Ok(vec![
                l.id.into(),
                l.category.as_ref().into(),
                l.status.key().into(),
                l.parent.into(),
                l.level.map(Level::key).into(),
                (&l.reference).into(),
                json(&l.values)?.into(),
                json(&l.photos)?.into(),
                l.updated_at.into(),
                l.version.into(),
                (l.version - 1).into(),
            ])
        })
        .collect();
    tx.many(sql, rows?).await
}

/// Rows by a condition; `$1…` are `vals`.
pub(crate) async fn select(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    condition: &str,
    vals: &[Val],
) -> Result<Vec<Listing>> {
    let sql = format!("SELECT {COLUMNS} FROM listing WHERE {condition}");
    let rows = read.query(&sql, vals).await?;
    Ok(rows.iter().map(|row| listing_of(row, dictionary)).collect())
}

/// Rows whose `column` is one of the values; more than fit into one statement are asked in turns.
pub(crate) async fn select_among(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    fixed: &[(&str, Val)],
    column: &str,
    among: &[Val],
) -> Result<Vec<Listing>> {
    let mut found = Vec::with_capacity(among.len());
    for chunk in among.chunks(IDS_MAX) {
        // Lists are padded to a power of two with their last value, so that few texts exist.
        let slots = chunk.len().next_power_of_two();
        let mut vals: Vec<Val> = fixed.iter().map(|(_, val)| val.clone()).collect();
        let mut condition: Vec<String> = fixed
            .iter()
            .enumerate()
            .map(|(i, (c, _))| format!("{c} = ${}", i + 1))
            .collect();
        let last = chunk.last().cloned().into_iter().cycle();
        vals.extend(chunk.iter().cloned().chain(last).take(slots));
        let list: Vec<String> = (fixed.len() + 1..=vals.len())
            .map(|i| format!("${i}"))
            .collect();
        condition.push(format!("{column} IN ({})", list.join(",")));
        found.extend(select(read, dictionary, &condition.join(" AND "), &vals).await?);
    }
    Ok(found)
}

pub(crate) async fn count(read: &mut impl Reads, condition: &str, vals: &[Val]) -> Result<i64> {
    let sql = format!("SELECT COUNT(*) FROM listing WHERE {condition}");
    Ok(read.one(&sql, vals).await?.map_or(0, |row| row.int(0)))
}

/// Children before their parents.
pub(crate) async fn move_to_trash(tx: &mut Tx, listings: &[Listing]) -> Result<()> {
    let sql = "INSERT INTO trashed_listing
        (id, account, title, state, actor, trashed_at, created_at, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (actor, now) = (tx.act().actor.to_string(), tx.now());
    let rows = listings.iter().map(|listing| {
        vec![
            listing.id.into(),
            listing.account.into(),
            listing.label(Language::En).into(),
            state::whole(listing).into(),
            (&actor).into(),
            now.into(),
            listing.created_at.into(),
            listing.version.into(),
        ]
    });
    tx.many(sql, rows.collect()).await?;
    let ids = listings.iter().map(|listing| vec![listing.id.into()]);
    tx.many("DELETE FROM listing WHERE id = $1", ids.collect())
        .await
        .map(|_| ())
}

/// What stands below some listings of an account: each child with its parent.
pub(crate) async fn below(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    parents: &[Id<kinds::Listing>],
) -> Result<Vec<(Id<kinds::Listing>, Id<kinds::Listing>)>> {
    let mut below = Vec::new();
    for chunk in parents.chunks(IDS_MAX) {
        let slots: Vec<String> = (2..chunk.len() + 2).map(|n| format!("${n}")).collect();
        let ids = chunk.iter().map(|id| (*id).into());
        let vals: Vec<Val> = std::iter::once(account.into()).chain(ids).collect();
        let sql = format!(
            "SELECT id, parent FROM listing WHERE account = $1 AND parent IN ({})",
            slots.join(", ")
        );
        let rows = read.query(&sql, &vals).await?;
        below.extend(rows.iter().map(|row| (row.id(0), row.id(1))));
    }
    Ok(below)
}

fn row_of(listing: &Listing, parts: Parts) -> Vec<Val> {
    vec![
        listing.id.into(),
        listing.account.into(),
        listing.vertical.as_ref().into(),
        listing.category.as_ref().into(),
        listing.status.key().into(),
        listing.parent.into(),
        listing.level.map(Level::key).into(),
        (&listing.reference).into(),
        parts.values.into(),
        parts.photos.into(),
        listing.created_at.into(),
        listing.updated_at.into(),
        listing.version.into(),
    ]
}

fn listing_of(row: &Row, dictionary: &Dictionary) -> Listing {
    let vertical = row.text(2);
    let known = dictionary.vertical(vertical);
    let shared = known.map(|v| v.key.clone());
    let category = known
        .and_then(|v| v.category(row.text(3)))
        .map(|c| c.key.clone());
    Listing {
        id: row.id(0),
        account: row.id(1),
        vertical: shared.unwrap_or_else(|| Arc::from(vertical)),
        category: category.unwrap_or_else(|| Arc::from(row.text(3))),
        status: Status::parse(row.text(4)).unwrap_or(Status::Draft),
        parent: row.opt_id(5),
        level: row.opt_text(6).and_then(Level::parse),
        reference: row.text(7).to_owned(),
        values: dictionary.values_stored(vertical, row.bytes(8)),
        photos: serde_json::from_str(row.text(9)).unwrap_or_default(),
        created_at: row.time(10),
        updated_at: row.time(11),
        version: row.int(12),
    }
}
