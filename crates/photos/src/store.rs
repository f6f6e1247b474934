//! All SQL of this room.

use std::collections::HashMap;

use ::store::{Id, Reads, Result, Row, Timestamp, Tx, Uuid, Val, count, kinds};

use crate::errand::{Errand, Wanted, host_of, is_address, is_missing};
use crate::tally::{Counts, Failure, Figures};

/// How many values one list holds.
const AMONG_MAX: usize = 256;
const ERRAND: &str = "listing, account, batch, since, tries, anew";

fn errand(row: &Row) -> Errand {
    Errand {
        listing: row.id(0),
        account: row.id(1),
        batch: row.id(2),
        since: row.time(3),
        tries: row.int(4),
        anew: row.bool(5),
    }
}

pub(crate) async fn mark(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    batch: Id<kinds::Batch>,
    wanted: Vec<Wanted>,
) -> Result<()> {
    let sql = "INSERT INTO photo_errand (listing, account, batch, feed_row, feed_line, host, since,
         due, tries, anew, waiting, fetched, failed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (listing) DO UPDATE SET batch = excluded.batch, feed_row = excluded.feed_row,
         feed_line = excluded.feed_line, host = excluded.host, since = excluded.since,
         due = excluded.due, tries = excluded.tries, anew = excluded.anew,
         waiting = excluded.waiting, fetched = excluded.fetched, failed = excluded.failed";
    let now = tx.now();
    let rows = wanted.into_iter().map(|w| {
        let named = w.photos.iter().filter(|p| is_address(p)).count();
        let missing = w.photos.iter().filter(|p| is_missing(p)).count();
        let first = w.photos.iter().find(|p| is_missing(p));
        let first = first.or_else(|| w.photos.iter().find(|p| is_address(p)));
        let host = first.and_then(|p| p.url.as_deref()).map(host_of);
        vec![
            w.listing.into(),
            account.into(),
            batch.into(),
            number(w.row),
            number(w.line),
            host.unwrap_or_default().into(),
            now.into(),
            now.into(),
            0i64.into(),
            false.into(),
            count(missing),
            count(named - missing),
            0i64.into(),
        ]
    });
    tx.many(sql, rows.collect()).await.map(|_| ())
}

fn number(n: u64) -> Val {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

pub(crate) async fn mark_anew(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    batch: Option<Id<kinds::Batch>>,
    listings: &[Id<kinds::Listing>],
) -> Result<u64> {
    let sql = "UPDATE photo_errand SET anew = $3, tries = 0, due = $4, since = $4
        WHERE listing = $1 AND account = $2 AND fetched > 0 AND batch <> $5";
    let now = tx.now();
    let batch = batch.map_or(Uuid::nil(), |b| b.uuid());
    let rows = listings.iter().map(|id| {
        vec![
            (*id).into(),
            account.into(),
            true.into(),
            now.into(),
            batch.into(),
        ]
    });
    tx.many(sql, rows.collect()).await
}

pub(crate) async fn try_again(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    batch: Id<kinds::Batch>,
) -> Result<u64> {
    let sql = "UPDATE photo_errand SET tries = 0, due = $3
        WHERE account = $1 AND batch = $2 AND failed > 0";
    let now = tx.now();
    let vals = [account.into(), batch.into(), now.into()];
    tx.execute(sql, &vals).await
}

/// The hosts that have something due, longest waiting first.
pub(crate) async fn hosts_due(
    read: &mut impl Reads,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<String>> {
    let sql = "SELECT host FROM photo_errand WHERE due <= $1
        GROUP BY host ORDER BY MIN(due), host LIMIT $2";
    let rows = read.query(sql, &[now.into(), count(limit)]).await?;
    Ok(rows.iter().map(|row| row.text(0).to_owned()).collect())
}

/// What is due of one host, longest waiting first.
pub(crate) async fn due(
    read: &mut impl Reads,
    host: &str,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Errand>> {
    let sql = format!(
        "SELECT {ERRAND} FROM photo_errand WHERE host = $1 AND due <= $2
         ORDER BY due, listing LIMIT $3"
    );
    let vals = [host.into(), now.into(), count(limit)];
    Ok(read.query(&sql, &vals).await?.iter().map(errand).collect())
}

/// One listing is not due before a moment.
pub(crate) async fn postpone(tx: &mut Tx, errand: &Errand, until: Timestamp) -> Result<()> {
    let sql = "UPDATE photo_errand SET due = $3 WHERE listing = $1 AND since = $2";
    let vals = [errand.listing.into(), errand.since.into(), until.into()];
    tx.execute(sql, &vals).await.map(|_| ())
}

/// Nothing of a host is due before a moment.
pub(crate) async fn rest(tx: &mut Tx, host: &str, until: Timestamp) -> Result<()> {
    let sql = "UPDATE photo_errand SET due = $2 WHERE host = $1 AND due < $2";
    tx.execute(sql, &[host.into(), until.into()])
        .await
        .map(|_| ())
}

/// How an errand stands after it was worked.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    pub(crate) due: Option<Timestamp>,
    pub(crate) tries: i64,
    pub(crate) waiting: usize,
    pub(crate) fetched: usize,
    pub(crate) failed: usize,
}

/// False when the listing was marked again meanwhile, and is still to be worked.
pub(crate) async fn put(tx: &mut Tx, errand: &Errand, standing: &Standing) -> Result<bool> {
    let sql = "UPDATE photo_errand SET due = $3, tries = $4, anew = $5, waiting = $6, fetched = $7,
        failed = $8 WHERE listing = $1 AND since = $2";
    let vals = [
        errand.listing.into(),
        errand.since.into(),
        standing.due.map_or(Val::Null, Val::from),
        standing.tries.into(),
        (errand.anew && standing.due.is_some()).into(),
        count(standing.waiting),
        count(standing.fetched),
        count(standing.failed),
    ];
    Ok(tx.execute(sql, &vals).await? > 0)
}

/// Nothing is known any more of a listing that is gone.
pub(crate) async fn forget(tx: &mut Tx, listing: Id<kinds::Listing>) -> Result<()> {
    for table in ["photo_failure", "photo_errand"] {
        let sql = format!("DELETE FROM {table} WHERE listing = $1");
        tx.execute(&sql, &[listing.into()]).await?;
    }
    Ok(())
}

/// The picture at an address, when it was asked last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) object: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) etag: Option<String>,
    pub(crate) modified: Option<String>,
    pub(crate) asked_at: Timestamp,
}

pub(crate) async fn addresses(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    keys: &[Uuid],
) -> Result<HashMap<Uuid, Address>> {
    let mut known = HashMap::new();
    for chunk in keys.chunks(AMONG_MAX) {
        // Padded to a power of two, so that few statements exist.
        let slots = chunk.len().next_power_of_two();
        let list: Vec<String> = (2..slots + 2).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT key, object, width, height, etag, modified, asked_at FROM photo_address
             WHERE account = $1 AND key IN ({})",
            list.join(",")
        );
        let last = chunk.last().into_iter().cycle();
        let among = chunk.iter().chain(last).take(slots);
        let among = among.map(|key| Val::from(*key));
        let vals: Vec<Val> = std::iter::once(account.into()).chain(among).collect();
        for row in &read.query(&sql, &vals).await? {
            let address = Address {
                object: row.text(1).to_owned(),
                width: pixels(row.int(2)),
                height: pixels(row.int(3)),
                etag: row.opt_text(4).map(str::to_owned),
                modified: row.opt_text(5).map(str::to_owned),
                asked_at: row.time(6),
            };
            known.insert(row.uuid(0), address);
        }
    }
    Ok(known)
}

fn pixels(n: i64) -> u32 {
    u32::try_from(n).unwrap_or(0)
}

pub(crate) async fn keep_addresses(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    addresses: Vec<(Uuid, Address)>,
) -> Result<()> {
    let sql = "INSERT INTO photo_address
        (account, key, object, width, height, etag, modified, asked_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account, key) DO UPDATE SET object = excluded.object, width = excluded.width,
         height = excluded.height, etag = excluded.etag, modified = excluded.modified,
         asked_at = excluded.asked_at";
    let now = tx.now();
    let rows = addresses.into_iter().map(|(key, a)| {
        vec![
            account.into(),
            key.into(),
            a.object.into(),
            i64::from(a.width).into(),
            i64::from(a.height).into(),
            a.etag.map_or(Val::Null, Val::Text),
            a.modified.map_or(Val::Null, Val::Text),
            now.into(),
        ]
    });
    tx.many(sql, rows.collect()).await.map(|_| ())
}

/// A failure as it is kept.
pub(crate) struct Told {
    pub(crate) key: Uuid,
    pub(crate) url: String,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

pub(crate) async fn tell(tx: &mut Tx, errand: &Errand, told: Vec<Told>) -> Result<()> {
    let sql = "DELETE FROM photo_failure WHERE listing = $1";
    tx.execute(sql, &[errand.listing.into()]).await?;
    let sql = "INSERT INTO photo_failure (listing, key, account, url, code, message, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let now = tx.now();
    let rows = told.into_iter().map(|t| {
        vec![
            errand.listing.into(),
            t.key.into(),
            errand.account.into(),
            t.url.into(),
            t.code.into(),
            t.message.into(),
            now.into(),
        ]
    });
    tx.many(sql, rows.collect()).await.map(|_| ())
}

pub(crate) async fn counts(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    batches: &[Id<kinds::Batch>],
) -> Result<HashMap<Id<kinds::Batch>, Counts>> {
    let mut found = HashMap::new();
    for chunk in batches.chunks(AMONG_MAX) {
        let slots = chunk.len().next_power_of_two();
        let list: Vec<String> = (2..slots + 2).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT batch, CAST(SUM(waiting) AS BIGINT), CAST(SUM(fetched) AS BIGINT),
             CAST(SUM(failed) AS BIGINT) FROM photo_errand
             WHERE account = $1 AND batch IN ({}) GROUP BY batch",
            list.join(",")
        );
        let last = chunk.last().into_iter().cycle();
        let among = chunk.iter().chain(last).take(slots).map(|id| (*id).into());
        let vals: Vec<Val> = std::iter::once(account.into()).chain(among).collect();
        for row in &read.query(&sql, &vals).await? {
            let counts = Counts {
                waiting: row.int(1),
                fetched: row.int(2),
                failed: row.int(3),
            };
            found.insert(row.id(0), counts);
        }
    }
    Ok(found)
}

/// Of one batch, or of all of an account, in the order of the feed.
pub(crate) async fn failures(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    batch: Option<Id<kinds::Batch>>,
    limit: usize,
) -> Result<Vec<Failure>> {
    let sql = "SELECT f.listing, e.batch, e.feed_row, e.feed_line, f.url, f.code, f.message, f.at,
        e.due FROM photo_failure f JOIN photo_errand e ON e.listing = f.listing
        WHERE f.account = $1 AND e.account = $1 AND (e.batch = $2 OR $3)
        ORDER BY e.feed_row, f.listing, f.url LIMIT $4";
    let vals = [
        account.into(),
        batch.map_or(Uuid::nil(), |b| b.uuid()).into(),
        batch.is_none().into(),
        count(limit),
    ];
    let rows = read.query(sql, &vals).await?;
    let failure = |row: &Row| Failure {
        listing: row.id(0),
        batch: row.id(1),
        row: row.int(2),
        line: row.int(3),
        url: row.text(4).to_owned(),
        code: row.text(5).to_owned(),
        message: row.text(6).to_owned(),
        at: row.time(7),
        again_at: row.opt_time(8),
    };
    Ok(rows.iter().map(failure).collect())
}

pub(crate) async fn figures(read: &mut impl Reads) -> Result<Figures> {
    let sql = "SELECT CAST(COALESCE(SUM(waiting), 0) AS BIGINT),
        CAST(COALESCE(SUM(failed), 0) AS BIGINT),
        MIN(CASE WHEN waiting > 0 THEN since END) FROM photo_errand WHERE due IS NOT NULL";
    let row = read.one(sql, &[]).await?;
    Ok(row.map_or_else(Figures::default, |row| Figures {
        waiting: row.int(0),
        failed: row.int(1),
        since: row.opt_time(2),
    }))
}
