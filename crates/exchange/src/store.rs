//! All SQL of this room.

use std::collections::{BTreeMap, HashMap, HashSet};

use ::store::{Account, Id, Reads, Result, Timestamp, Tx, Uuid, Val, kinds};
use ahash::AHashMap;

use serde::Serialize;

use crate::choices;
use crate::mapping::Mapping;
use crate::remembered::KnownFeed;

/// What a feed has brought before: its rows by hash and by key. About 70 bytes a row.
#[derive(Default)]
pub(crate) struct Known {
    pub(crate) rows: Vec<KnownRow>,
    pub(crate) by_hash: AHashMap<u128, u32>,
    pub(crate) by_key: AHashMap<u128, u32>,
}

pub(crate) struct KnownRow {
    pub(crate) listing: Id<kinds::Listing>,
    pub(crate) key: u128,
    pub(crate) seen: bool,
    /// Its hash was taken away: withdrawn, or undone.
    pub(crate) gone: bool,
}

pub(crate) async fn known(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    feed: &str,
) -> Result<Known> {
    let sql = "SELECT key, hash, listing FROM import_row WHERE account = $1 AND feed = $2
        ORDER BY listing";
    let rows = read.query(sql, &[account.into(), feed.into()]).await?;
    let mut known = Known::default();
    known.rows.reserve(rows.len());
    known.by_hash.reserve(rows.len());
    known.by_key.reserve(rows.len());
    for row in &rows {
        let at = known.rows.len() as u32;
        let (key, hash) = (row.uuid(0).as_u128(), row.uuid(1).as_u128());
        known.add(KnownRow {
            listing: row.id(2),
            key,
            seen: false,
            gone: hash == 0,
        });
        if hash != 0 {
            known.by_hash.insert(hash, at);
        }
    }
    Ok(known)
}

impl Known {
    /// The rows of some listings are read though they have not changed.
    pub(crate) fn read_anew(&mut self, listings: &HashSet<Id<kinds::Listing>>) {
        if !listings.is_empty() {
            let Known { rows, by_hash, .. } = self;
            by_hash.retain(|_, at| !listings.contains(&rows[*at as usize].listing));
        }
    }

    /// The keys that the file has named, and the listings they are.
    pub(crate) fn taken(&self) -> HashMap<u128, Id<kinds::Listing>> {
        let seen = self.rows.iter().filter(|row| row.seen);
        seen.map(|row| (row.key, row.listing)).collect()
    }

    /// A row whose key may be another's too, whose it stays.
    pub(crate) fn add_behind(&mut self, row: KnownRow) {
        let at = self.rows.len() as u32;
        self.by_key.entry(row.key).or_insert(at);
        self.rows.push(row);
    }

    pub(crate) fn add(&mut self, row: KnownRow) {
        self.by_key.insert(row.key, self.rows.len() as u32);
        self.rows.push(row);
    }
}

/// What other feeds of an account have brought: the feed and the key of each listing.
#[derive(Default)]
pub(crate) struct Elsewhere {
    pub(crate) feeds: Vec<String>,
    pub(crate) of: AHashMap<Id<kinds::Listing>, (u32, u128)>,
}

pub(crate) async fn elsewhere(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    feed: &str,
) -> Result<Elsewhere> {
    let sql = "SELECT feed, key, listing FROM import_row WHERE account = $1 AND feed <> $2
        ORDER BY feed";
    let rows = read.query(sql, &[account.into(), feed.into()]).await?;
    let mut found = Elsewhere::default();
    for row in &rows {
        if found.feeds.last().is_none_or(|last| last != row.text(0)) {
            found.feeds.push(row.text(0).to_owned());
        }
        let feed = found.feeds.len() as u32 - 1;
        found.of.insert(row.id(2), (feed, row.uuid(1).as_u128()));
    }
    Ok(found)
}

/// A feed no longer answers for rows that another one has taken over.
pub(crate) async fn forget(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    rows: Vec<(String, Id<kinds::Listing>)>,
) -> Result<()> {
    let sql = "DELETE FROM import_row WHERE account = $1 AND feed = $2 AND listing = $3";
    let rows = rows
        .into_iter()
        .map(|(feed, listing)| vec![account.into(), feed.into(), listing.into()]);
    tx.many(sql, rows.collect()).await.map(|_| ())
}

pub(crate) struct NewRow {
    pub(crate) key: u128,
    pub(crate) hash: u128,
    pub(crate) listing: Id<kinds::Listing>,
    /// 0 keeps those that are known.
    pub(crate) facts: u128,
}

const NEW_ROW: &str = "INSERT INTO import_row (account, feed, key, hash, listing, batch, facts)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";

/// Rows of listings that came into being with them.
pub(crate) async fn remember_new(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    feed: &str,
    batch: Id<kinds::Batch>,
    rows: Vec<NewRow>,
) -> Result<()> {
    let rows = vals(account, feed, batch, rows);
    tx.many(NEW_ROW, rows).await.map(|_| ())
}

/// Rows of listings that may have one already, which has another key now, or another hash.
pub(crate) async fn remember(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    feed: &str,
    batch: Id<kinds::Batch>,
    rows: Vec<NewRow>,
) -> Result<()> {
    let sql = format!(
        "{NEW_ROW} ON CONFLICT (account, feed, listing) DO UPDATE SET
        key = excluded.key, hash = excluded.hash, batch = excluded.batch,
        facts = COALESCE(excluded.facts, import_row.facts), absent_at = NULL"
    );
    let rows = vals(account, feed, batch, rows);
    tx.many(&sql, rows).await.map(|_| ())
}

fn vals(
    account: Id<kinds::Account>,
    feed: &str,
    batch: Id<kinds::Batch>,
    rows: Vec<NewRow>,
) -> Vec<Vec<Val>> {
    let rows = rows.into_iter().map(|row| {
        vec![
            account.into(),
            feed.into(),
            Uuid::from_u128(row.key).into(),
            Uuid::from_u128(row.hash).into(),
            row.listing.into(),
            batch.into(),
            match row.facts {
                0 => Val::Null,
                facts => Uuid::from_u128(facts).into(),
            },
        ]
    });
    rows.collect()
}

/// The facts of a feed's rows by their keys; those without facts are not named.
pub(crate) async fn facts(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    feed: &str,
) -> Result<Vec<(u128, u128)>> {
    let sql = "SELECT key, facts FROM import_row
        WHERE account = $1 AND feed = $2 AND facts IS NOT NULL";
    let rows = read.query(sql, &[account.into(), feed.into()]).await?;
    let pair = |row: &::store::Row| (row.uuid(0).as_u128(), row.uuid(1).as_u128());
    Ok(rows.iter().map(pair).collect())
}

/// The rows that the last file of a feed did not name, and since when.
pub(crate) async fn absent(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    feed: &str,
) -> Result<Vec<(u128, Timestamp)>> {
    let sql = "SELECT key, absent_at FROM import_row
        WHERE account = $1 AND feed = $2 AND absent_at IS NOT NULL";
    let rows = read.query(sql, &[account.into(), feed.into()]).await?;
    let pair = |row: &::store::Row| (row.uuid(0).as_u128(), row.time(1));
    Ok(rows.iter().map(pair).collect())
}

pub(crate) async fn mark_absent(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    feed: &str,
    marks: Vec<(Id<kinds::Listing>, Option<Timestamp>)>,
) -> Result<()> {
    let sql =
        "UPDATE import_row SET absent_at = $4 WHERE account = $1 AND feed = $2 AND listing = $3";
    let rows = marks.into_iter().map(|(listing, at)| {
        let at = at.map_or(Val::Null, Val::from);
        vec![account.into(), feed.into(), listing.into(), at]
    });
    tx.many(sql, rows.collect()).await.map(|_| ())
}

/// After an undo the rows of a batch are read anew; those whose listing is gone are forgotten.
pub(crate) async fn forget_batch(tx: &mut Tx, batch: Id<kinds::Batch>) -> Result<()> {
    // A hash that no row has: each is read anew, and none counts as withdrawn.
    let none = Uuid::from_u128(u128::MAX);
    let sql = "UPDATE import_row SET hash = $2 WHERE batch = $1";
    tx.execute(sql, &[batch.into(), none.into()]).await?;
    let sql = "DELETE FROM import_row WHERE batch = $1
        AND NOT EXISTS (SELECT 1 FROM listing WHERE listing.id = import_row.listing)";
    tx.execute(sql, &[batch.into()]).await.map(|_| ())
}

/// A feed of an account and the mapping that it has.
#[derive(Clone, Debug, Serialize)]
pub struct Remembered {
    pub feed: String,
    pub mapping: Mapping,
    pub updated_at: ::store::Timestamp,
}

/// The mappings of an account's feeds, the latest first. One that can no longer be read is proposed
/// anew.
pub async fn mappings(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
) -> Result<Vec<Remembered>> {
    let sql = "SELECT feed, body, updated_at FROM mapping WHERE account = $1
        ORDER BY updated_at DESC, feed";
    let rows = read.query(sql, &[account.into()]).await?;
    let remembered = rows.iter().filter_map(|row| {
        Some(Remembered {
            feed: row.text(0).to_owned(),
            mapping: serde_json::from_str(row.text(1)).ok()?,
            updated_at: row.time(2),
        })
    });
    Ok(remembered.collect())
}

pub(crate) async fn remember_mapping(
    tx: &mut Tx,
    account: &Account,
    feed: &str,
    mapping: &Mapping,
) -> Result<()> {
    let known = mappings(tx, account.id).await?;
    let before: Vec<&Mapping> = known.iter().map(|known| &known.mapping).collect();
    let others = known.iter().filter(|known| known.feed != feed);
    let after = others.map(|known| &known.mapping).chain([mapping]);
    choices::note(tx, account, &before, &after.collect::<Vec<_>>()).await?;
    let sql = "INSERT INTO mapping (account, feed, body, updated_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account, feed) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at";
    let body = ::store::json(mapping)?;
    let now = tx.now();
    let vals: [Val; 4] = [account.id.into(), feed.into(), body.into(), now.into()];
    tx.execute(sql, &vals).await.map(|_| ())
}

/// All feeds that have brought rows, and those whose mapping is kept though they have not.
pub(crate) async fn feeds(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
) -> Result<Vec<KnownFeed>> {
    let sql = "SELECT feed, COUNT(*) FROM import_row WHERE account = $1 GROUP BY feed";
    let brought = read.query(sql, &[account.into()]).await?;
    let mut feeds: BTreeMap<String, KnownFeed> = BTreeMap::new();
    let known = |feed: &str, rows| KnownFeed {
        feed: feed.to_owned(),
        rows,
        mapping: None,
        updated_at: None,
    };
    for row in &brought {
        feeds.insert(row.text(0).to_owned(), known(row.text(0), row.int(1)));
    }
    let sql = "SELECT feed, body, updated_at FROM mapping WHERE account = $1";
    for row in &read.query(sql, &[account.into()]).await? {
        let feed = feeds.entry(row.text(0).to_owned());
        let feed = feed.or_insert_with(|| known(row.text(0), 0));
        feed.mapping = serde_json::from_str(row.text(1)).ok();
        feed.updated_at = Some(row.time(2));
    }
    Ok(feeds.into_values().collect())
}

/// A batch of this feed that was cut off by a crash.
pub(crate) async fn unfinished(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    label: &str,
) -> Result<Option<Id<kinds::Batch>>> {
    let sql = "SELECT id FROM batch
        WHERE account = $1 AND kind = 'import' AND label = $2 AND state = 'running'
        ORDER BY started_at DESC LIMIT 1";
    let row = read.one(sql, &[account.into(), label.into()]).await?;
    Ok(row.map(|row| row.id(0)))
}
