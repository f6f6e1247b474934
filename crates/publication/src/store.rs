//! All SQL of this room.

pub(crate) mod channels;

use std::collections::{BTreeMap, HashMap};

use ::store::{Id, Reads, Result, Row, Timestamp, Tx, Val, count, json, kinds};

use crate::channel::Channel;
use crate::publication::{Publication, State};

const PUBLICATION: &str = "account, channel, listing, reference, state, wanted, record, removal, hash, sent, \
                           sent_removal, uncertain, portal_id, url, reasons, answer, attempts, due_at, \
                           sent_at, seen_at, changed_at";
/// How many values one list holds.
const AMONG_MAX: usize = 256;

fn publication_of(row: &Row) -> Publication {
    let opt = |at: usize| row.opt_text(at).map(str::to_owned);
    Publication {
        account: row.id(0),
        channel: row.id(1),
        listing: row.id(2),
        reference: row.text(3).to_owned(),
        state: State::parse(row.text(4)).unwrap_or(State::Queued),
        wanted: row.bool(5),
        record: row.text(6).to_owned(),
        removal: row.text(7).to_owned(),
        hash: row.int(8),
        sent: row.opt_int(9),
        sent_removal: row.text(10).to_owned(),
        uncertain: row.bool(11),
        portal_id: opt(12),
        url: opt(13),
        reasons: serde_json::from_str(row.text(14)).unwrap_or_default(),
        answer: row.text(15).to_owned(),
        attempts: row.int(16),
        due_at: row.opt_time(17),
        sent_at: row.opt_time(18),
        seen_at: row.opt_time(19),
        changed_at: row.time(20),
    }
}

pub(crate) async fn write(tx: &mut Tx, publications: &[Publication]) -> Result<()> {
    let sql = format!(
        "INSERT INTO publication ({PUBLICATION})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
          $20, $21)
         ON CONFLICT (account, channel, listing) DO UPDATE SET reference = excluded.reference,
          state = excluded.state, wanted = excluded.wanted, record = excluded.record,
          removal = excluded.removal, hash = excluded.hash, sent = excluded.sent,
          sent_removal = excluded.sent_removal, uncertain = excluded.uncertain,
          portal_id = excluded.portal_id, url = excluded.url, reasons = excluded.reasons,
          answer = excluded.answer, attempts = excluded.attempts, due_at = excluded.due_at,
          sent_at = excluded.sent_at, seen_at = excluded.seen_at, changed_at = excluded.changed_at"
    );
    let rows: Result<Vec<Vec<Val>>> = publications.iter().map(row_of).collect();
    tx.many(&sql, rows?).await.map(|_| ())
}

fn row_of(p: &Publication) -> Result<Vec<Val>> {
    Ok(vec![
        p.account.into(),
        p.channel.into(),
        p.listing.into(),
        (&p.reference).into(),
        p.state.key().into(),
        p.wanted.into(),
        (&p.record).into(),
        (&p.removal).into(),
        p.hash.into(),
        p.sent.into(),
        (&p.sent_removal).into(),
        p.uncertain.into(),
        p.portal_id.as_deref().into(),
        p.url.as_deref().into(),
        json(&p.reasons)?.into(),
        (&p.answer).into(),
        p.attempts.into(),
        p.due_at.into(),
        p.sent_at.into(),
        p.seen_at.into(),
        p.changed_at.into(),
    ])
}

/// Some listings on a channel.
pub(crate) async fn of_listings(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    channel: Id<kinds::Channel>,
    listings: &[Id<kinds::Listing>],
) -> Result<HashMap<Id<kinds::Listing>, Publication>> {
    let among: Vec<Val> = listings.iter().map(|id| (*id).into()).collect();
    let found = among_column(read, account, channel, "listing", &among).await?;
    Ok(found.into_iter().map(|p| (p.listing, p)).collect())
}

/// Those of a channel that are called by one of some references.
pub(crate) async fn of_references(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    channel: Id<kinds::Channel>,
    references: &[String],
) -> Result<Vec<Publication>> {
    let among: Vec<Val> = references.iter().map(Val::from).collect();
    among_column(read, account, channel, "reference", &among).await
}

async fn among_column(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    channel: Id<kinds::Channel>,
    column: &str,
    among: &[Val],
) -> Result<Vec<Publication>> {
    // Who sends and who plans write the same rows.
    let lock = if read.is_postgres() {
        " FOR UPDATE"
    } else {
        ""
    };
    let mut found = Vec::with_capacity(among.len());
    for chunk in among.chunks(AMONG_MAX) {
        // Padded to a power of two with the last value, so that few statements exist.
        let slots = chunk.len().next_power_of_two();
        let list: Vec<String> = (3..slots + 3).map(|n| format!("${n}")).collect();
        let last = chunk.last().cloned().into_iter().cycle();
        let fixed: [Val; 2] = [account.into(), channel.into()];
        let vals: Vec<Val> = fixed
            .into_iter()
            .chain(chunk.iter().cloned().chain(last).take(slots))
            .collect();
        let sql = format!(
            "SELECT {PUBLICATION} FROM publication
             WHERE account = $1 AND channel = $2 AND {column} IN ({}){lock}",
            list.join(",")
        );
        found.extend(read.query(&sql, &vals).await?.iter().map(publication_of));
    }
    Ok(found)
}

pub(crate) async fn one(read: &mut impl Reads, of: &Publication) -> Result<Option<Publication>> {
    let lock = if read.is_postgres() {
        " FOR UPDATE"
    } else {
        ""
    };
    let sql = format!(
        "SELECT {PUBLICATION} FROM publication WHERE account = $1 AND channel = $2 AND listing = $3{lock}"
    );
    let vals = [of.account.into(), of.channel.into(), of.listing.into()];
    Ok(read.one(&sql, &vals).await?.as_ref().map(publication_of))
}

/// What is due on a channel, longest waiting first.
pub(crate) async fn due(
    read: &mut impl Reads,
    channel: &Channel,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Publication>> {
    let sql = format!(
        "SELECT {PUBLICATION} FROM publication WHERE channel = $1 AND due_at <= $2
         ORDER BY due_at, listing LIMIT $3"
    );
    let vals = [channel.id.into(), now.into(), count(limit)];
    Ok(read
        .query(&sql, &vals)
        .await?
        .iter()
        .map(publication_of)
        .collect())
}

/// How many stand on a channel, or are on their way there.
pub(crate) async fn standing(read: &mut impl Reads, channel: &Channel) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM publication
        WHERE account = $1 AND channel = $2 AND wanted = $3 AND state <> $4";
    let vals = [
        channel.account.into(),
        channel.id.into(),
        true.into(),
        State::Refused.key().into(),
    ];
    Ok(read.one(sql, &vals).await?.map_or(0, |row| row.int(0)))
}

/// The publications of listings that are no more.
pub(crate) async fn orphans(
    read: &mut impl Reads,
    channel: &Channel,
) -> Result<Vec<Id<kinds::Listing>>> {
    let sql = "SELECT listing FROM publication WHERE account = $1 AND channel = $2 AND wanted = $3
        AND NOT EXISTS (SELECT 1 FROM listing WHERE listing.id = publication.listing)";
    let vals = [channel.account.into(), channel.id.into(), true.into()];
    Ok(read
        .query(sql, &vals)
        .await?
        .iter()
        .map(|row| row.id(0))
        .collect())
}

/// A page of a channel's publications in the order of their listings.
pub async fn of_channel(
    read: &mut impl Reads,
    channel: &Channel,
    after: Option<Id<kinds::Listing>>,
    limit: usize,
) -> Result<Vec<Publication>> {
    page(read, channel, after, limit, "").await
}

/// The same, held until the transaction ends: who plans writes the same rows.
pub(crate) async fn hold_page(
    tx: &mut Tx,
    channel: &Channel,
    after: Option<Id<kinds::Listing>>,
    limit: usize,
) -> Result<Vec<Publication>> {
    let lock = if tx.is_postgres() { " FOR UPDATE" } else { "" };
    page(tx, channel, after, limit, lock).await
}

async fn page(
    read: &mut impl Reads,
    channel: &Channel,
    after: Option<Id<kinds::Listing>>,
    limit: usize,
    lock: &str,
) -> Result<Vec<Publication>> {
    let account = read.scope().reach(channel.account)?;
    let after = after.map_or(::store::Uuid::nil(), Id::uuid);
    let sql = format!(
        "SELECT {PUBLICATION} FROM publication
         WHERE account = $1 AND channel = $2 AND listing > $3 ORDER BY listing LIMIT $4{lock}"
    );
    let vals = [
        account.into(),
        channel.id.into(),
        after.into(),
        count(limit),
    ];
    Ok(read
        .query(&sql, &vals)
        .await?
        .iter()
        .map(publication_of)
        .collect())
}

/// How many publications of a channel are in which state.
pub async fn counts(read: &mut impl Reads, channel: &Channel) -> Result<BTreeMap<State, i64>> {
    let account = read.scope().reach(channel.account)?;
    let sql = "SELECT state, COUNT(*) FROM publication WHERE account = $1 AND channel = $2 GROUP BY state";
    let rows = read
        .query(sql, &[account.into(), channel.id.into()])
        .await?;
    let count = |row: &Row| Some((State::parse(row.text(0))?, row.int(1)));
    Ok(rows.iter().filter_map(count).collect())
}

/// Those of a channel in one state, last changed first.
pub async fn in_state(
    read: &mut impl Reads,
    channel: &Channel,
    state: State,
    limit: usize,
) -> Result<Vec<Publication>> {
    let account = read.scope().reach(channel.account)?;
    let sql = format!(
        "SELECT {PUBLICATION} FROM publication WHERE account = $1 AND channel = $2 AND state = $3
         ORDER BY changed_at DESC, listing LIMIT $4"
    );
    let vals = [
        account.into(),
        channel.id.into(),
        state.key().into(),
        count(limit),
    ];
    Ok(read
        .query(&sql, &vals)
        .await?
        .iter()
        .map(publication_of)
        .collect())
}

/// One listing on all portals.
pub async fn of_listing(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    listing: Id<kinds::Listing>,
) -> Result<Vec<Publication>> {
    let account = read.scope().reach(account)?;
    let sql = format!(
        "SELECT {PUBLICATION} FROM publication WHERE account = $1 AND listing = $2 ORDER BY channel"
    );
    let rows = read.query(&sql, &[account.into(), listing.into()]).await?;
    Ok(rows.iter().map(publication_of).collect())
}

/// Listings that wait for a reason of ours, longest waiting first.
pub(crate) async fn barred_by(
    read: &mut impl Reads,
    channel: &Channel,
    code: &str,
    limit: usize,
) -> Result<Vec<Id<kinds::Listing>>> {
    let sql = "SELECT listing FROM publication WHERE account = $1 AND channel = $2 AND state = $3
        AND reasons LIKE $4 ORDER BY changed_at, listing LIMIT $5";
    let vals = [
        channel.account.into(),
        channel.id.into(),
        State::Refused.key().into(),
        format!("[{{\"code\":\"{code}\"%").into(),
        count(limit),
    ];
    Ok(read
        .query(sql, &vals)
        .await?
        .iter()
        .map(|row| row.id(0))
        .collect())
}

/// What is due may have been under way when its sender died: nobody knows whether it was heard.
pub(crate) async fn doubt(tx: &mut Tx) -> Result<()> {
    let sql = "UPDATE publication SET uncertain = $1 WHERE due_at IS NOT NULL AND uncertain = $2";
    tx.execute(sql, &[true.into(), false.into()])
        .await
        .map(|_| ())
}

/// Some listings on all portals.
pub async fn on_all(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    listings: &[Id<kinds::Listing>],
) -> Result<Vec<Publication>> {
    let account = read.scope().reach(account)?;
    let mut found = Vec::new();
    for chunk in listings.chunks(AMONG_MAX) {
        let list: Vec<String> = (2..chunk.len() + 2).map(|n| format!("${n}")).collect();
        let ids = chunk.iter().map(|id| (*id).into());
        let vals: Vec<Val> = std::iter::once(account.into()).chain(ids).collect();
        let sql = format!(
            "SELECT {PUBLICATION} FROM publication WHERE account = $1 AND listing IN ({})",
            list.join(",")
        );
        found.extend(read.query(&sql, &vals).await?.iter().map(publication_of));
    }
    Ok(found)
}

/// Listings that stand somewhere in one of some states, last changed first.
pub async fn listings_in(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    states: &[State],
    limit: usize,
) -> Result<Vec<Id<kinds::Listing>>> {
    let account = read.scope().reach(account)?;
    let list: Vec<String> = (3..states.len() + 3).map(|n| format!("${n}")).collect();
    let fixed: [Val; 2] = [account.into(), count(limit)];
    let keys = states.iter().map(|state| state.key().into());
    let vals: Vec<Val> = fixed.into_iter().chain(keys).collect();
    let sql = format!(
        "SELECT listing FROM publication WHERE account = $1 AND state IN ({})
         GROUP BY listing ORDER BY MAX(changed_at) DESC, listing LIMIT $2",
        list.join(",")
    );
    Ok(read
        .query(&sql, &vals)
        .await?
        .iter()
        .map(|row| row.id(0))
        .collect())
}

/// A page of the records of a file: what should be there, and what stays there though it may not
/// go as it is now.
pub(crate) async fn records(
    read: &mut impl Reads,
    channel: &Channel,
    after: Option<Id<kinds::Listing>>,
    limit: usize,
) -> Result<Vec<(Id<kinds::Listing>, i64, String)>> {
    let after = after.map_or(::store::Uuid::nil(), Id::uuid);
    let sql = "SELECT listing, hash, record FROM publication
        WHERE account = $1 AND channel = $2 AND listing > $3 AND wanted = $4 AND record <> ''
         AND (state <> $5 OR sent IS NOT NULL)
        ORDER BY listing LIMIT $6";
    let vals = [
        channel.account.into(),
        channel.id.into(),
        after.into(),
        true.into(),
        State::Refused.key().into(),
        count(limit),
    ];
    let rows = read.query(sql, &vals).await?;
    let texts = rows
        .into_iter()
        .map(|row| (row.id(0), row.int(1), row.text(2).to_owned()));
    Ok(texts.collect())
}

/// What waits on a channel, held until the transaction ends.
pub(crate) async fn hold_due(
    tx: &mut Tx,
    channel: &Channel,
    limit: usize,
) -> Result<Vec<Publication>> {
    let lock = if tx.is_postgres() { " FOR UPDATE" } else { "" };
    let sql = format!(
        "SELECT {PUBLICATION} FROM publication WHERE channel = $1 AND due_at IS NOT NULL
         ORDER BY due_at, listing LIMIT $2{lock}"
    );
    let vals = [channel.id.into(), count(limit)];
    Ok(tx
        .query(&sql, &vals)
        .await?
        .iter()
        .map(publication_of)
        .collect())
}
