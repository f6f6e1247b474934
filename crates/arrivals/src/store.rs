//! All SQL of this room.

use ::store::{Id, Reads, Result, Row, Timestamp, Tx, Val, count, kinds};

use exchange::{KeyBy, LastWord, Policy, Removal};

use crate::arrival::{Arrival, REMARKS_KEPT, State, with_failures};
use crate::source::{Source, Way};

const SOURCE: &str =
    "id, account, name, way, address, login, secret, times, zone, category, partial,
    quiet_hours, active, validators, next_at, arrived_at, alerted_at, failures, said,
    last_word, removal, key_by, sealed, move_to, public_keys, photos_change";
const ARRIVAL: &str =
    "id, account, source, name, hash, bytes, state, clearance, batch, report, at, done_at,
    partial, raw_gone";

fn source(row: &Row) -> Source {
    Source {
        id: row.id(0),
        account: row.id(1),
        name: row.text(2).into(),
        way: Way::parse(row.text(3)).unwrap_or(Way::Hand),
        address: row.text(4).into(),
        login: row.opt_text(5).map(str::to_owned),
        secret: row.text(6).into(),
        times: row.text(7).into(),
        zone: row.text(8).into(),
        category: row.text(9).into(),
        partial: row.bool(10),
        quiet_hours: row.int(11),
        active: row.bool(12),
        validators: row.text(13).into(),
        next_at: row.opt_time(14),
        arrived_at: row.time(15),
        alerted_at: row.opt_time(16),
        failures: row.int(17),
        said: row.text(18).into(),
        policy: Policy {
            last_word: LastWord::parse(row.text(19)).unwrap_or_default(),
            removal: Removal::parse(row.text(20)).unwrap_or_default(),
            key_by: KeyBy::parse(row.text(21)).unwrap_or_default(),
            photos_change: row.int(25) != 0,
        },
        sealed: row.text(22).into(),
        move_to: row.text(23).into(),
        public_keys: row.text(24).into(),
    }
}

pub(crate) async fn write(tx: &mut Tx, source: &Source) -> Result<()> {
    let sql = format!(
        "INSERT INTO source ({SOURCE}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
         $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)
         ON CONFLICT (id) DO UPDATE SET address = excluded.address, secret = excluded.secret,
         times = excluded.times, zone = excluded.zone, category = excluded.category,
         partial = excluded.partial, quiet_hours = excluded.quiet_hours, active = excluded.active,
         validators = excluded.validators, next_at = excluded.next_at,
         arrived_at = excluded.arrived_at, alerted_at = excluded.alerted_at,
         failures = excluded.failures, said = excluded.said,
         last_word = excluded.last_word, removal = excluded.removal, key_by = excluded.key_by,
         sealed = excluded.sealed, move_to = excluded.move_to, public_keys = excluded.public_keys,
         photos_change = excluded.photos_change"
    );
    let s = source.clone();
    let vals = [
        s.id.into(),
        s.account.into(),
        s.name.into(),
        s.way.key().into(),
        s.address.into(),
        s.login.map_or(Val::Null, Val::Text),
        s.secret.into(),
        s.times.into(),
        s.zone.into(),
        s.category.into(),
        s.partial.into(),
        s.quiet_hours.into(),
        s.active.into(),
        s.validators.into(),
        s.next_at.map_or(Val::Null, Val::from),
        s.arrived_at.into(),
        s.alerted_at.map_or(Val::Null, Val::from),
        s.failures.into(),
        s.said.into(),
        s.policy.last_word.key().into(),
        s.policy.removal.key().into(),
        s.policy.key_by.key().into(),
        s.sealed.into(),
        s.move_to.into(),
        s.public_keys.into(),
        i64::from(s.policy.photos_change).into(),
    ];
    tx.execute(&sql, &vals).await.map(|_| ())
}

/// Something came of a source.
pub(crate) async fn heard(tx: &mut Tx, id: Id<kinds::Source>) -> Result<()> {
    let sql = "UPDATE source SET arrived_at = $2, failures = 0, said = '' WHERE id = $1";
    let now = tx.now();
    tx.execute(sql, &[id.into(), now.into()]).await.map(|_| ())
}

/// What a source's other side is recognised by.
pub(crate) async fn know(tx: &mut Tx, id: Id<kinds::Source>, validators: &str) -> Result<()> {
    let sql = "UPDATE source SET validators = $2 WHERE id = $1";
    tx.execute(sql, &[id.into(), validators.into()])
        .await
        .map(|_| ())
}

pub(crate) async fn delete(tx: &mut Tx, id: Id<kinds::Source>) -> Result<()> {
    tx.execute("DELETE FROM arrival WHERE source = $1", &[id.into()])
        .await?;
    let sql = "DELETE FROM source WHERE id = $1";
    tx.execute(sql, &[id.into()]).await.map(|_| ())
}

async fn one(read: &mut impl Reads, rest: &str, vals: &[Val]) -> Result<Option<Source>> {
    let sql = format!("SELECT {SOURCE} FROM source WHERE {rest}");
    Ok(read.one(&sql, vals).await?.as_ref().map(source))
}

pub(crate) async fn by_id(read: &mut impl Reads, id: Id<kinds::Source>) -> Result<Option<Source>> {
    one(read, "id = $1", &[id.into()]).await
}

pub(crate) async fn by_name(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    name: &str,
) -> Result<Option<Source>> {
    one(
        read,
        "account = $1 AND name = $2",
        &[account.into(), name.into()],
    )
    .await
}

/// The active source whose user a login is, if it comes by one of these ways.
pub(crate) async fn by_login(
    read: &mut impl Reads,
    login: &str,
    ways: &[Way],
) -> Result<Option<Source>> {
    let vals = [login.into(), true.into()];
    let found = one(read, "login = $1 AND active = $2", &vals).await?;
    Ok(found.filter(|source| ways.contains(&source.way)))
}

/// Sources whose password is not sealed, as it was kept formerly.
pub(crate) async fn unsealed(read: &mut impl Reads) -> Result<Vec<Source>> {
    let sql = format!("SELECT {SOURCE} FROM source WHERE way = 'url' AND secret <> ''");
    let rows = read.query(&sql, &[]).await?;
    Ok(rows.iter().map(source).collect())
}

/// Whether a source has already brought exactly this file.
pub(crate) async fn has_brought(
    read: &mut impl Reads,
    source: Id<kinds::Source>,
    hash: &str,
) -> Result<bool> {
    let sql = "SELECT 1 FROM arrival WHERE source = $1 AND hash = $2 LIMIT 1";
    let found = read.one(sql, &[source.into(), hash.into()]).await?;
    Ok(found.is_some())
}

pub(crate) async fn of_account(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
) -> Result<Vec<Source>> {
    let sql = format!("SELECT {SOURCE} FROM source WHERE account = $1 ORDER BY name");
    let rows = read.query(&sql, &[account.into()]).await?;
    Ok(rows.iter().map(source).collect())
}

/// Sources whose time to be fetched has come, longest waiting first.
pub(crate) async fn due(
    read: &mut impl Reads,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Source>> {
    let sql = format!(
        "SELECT {SOURCE} FROM source WHERE next_at <= $1 AND way IN ('url', 'imap') AND active = $2
         ORDER BY next_at LIMIT $3"
    );
    let rows = read
        .query(&sql, &[now.into(), true.into(), count(limit)])
        .await?;
    Ok(rows.iter().map(source).collect())
}

/// Sources from which nothing came for longer than they say, and nobody was told yet.
pub(crate) async fn quiet(read: &mut impl Reads, now: Timestamp) -> Result<Vec<Source>> {
    let sql = format!(
        "SELECT {SOURCE} FROM source WHERE active = $1 AND quiet_hours > 0
         AND arrived_at + quiet_hours * 3600000 <= $2
         AND (alerted_at IS NULL OR alerted_at < arrived_at)"
    );
    let rows = read.query(&sql, &[true.into(), now.into()]).await?;
    Ok(rows.iter().map(source).collect())
}

fn arrival(row: &Row) -> Arrival {
    Arrival {
        id: row.id(0),
        account: row.id(1),
        source: row.id(2),
        name: row.text(3).into(),
        hash: row.text(4).into(),
        bytes: u64::try_from(row.int(5)).unwrap_or(0),
        state: State::of(row.text(6)),
        clearance: row.bool(7),
        batch: row.opt_id(8),
        report: serde_json::from_str(row.text(9)).unwrap_or_default(),
        photos: Default::default(),
        at: row.time(10),
        done_at: row.opt_time(11),
        partial: row.int(12) != 0,
        raw_gone: row.int(13) != 0,
    }
}

pub(crate) async fn insert(tx: &mut Tx, new: &Arrival) -> Result<()> {
    let sql = format!(
        "INSERT INTO arrival ({ARRIVAL})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, '{{}}', $9, NULL, $10, 0)"
    );
    let vals = [
        new.id.into(),
        new.account.into(),
        new.source.into(),
        (&new.name).into(),
        (&new.hash).into(),
        i64::try_from(new.bytes).unwrap_or(i64::MAX).into(),
        new.state.key().into(),
        new.clearance.into(),
        new.at.into(),
        i64::from(new.partial).into(),
    ];
    tx.execute(&sql, &vals).await.map(|_| ())
}

pub(crate) async fn settle(tx: &mut Tx, arrival: &Arrival) -> Result<()> {
    let sql = "UPDATE arrival SET state = $2, clearance = $3, batch = $4, report = $5, done_at = $6
        WHERE id = $1";
    let vals = [
        arrival.id.into(),
        arrival.state.key().into(),
        arrival.clearance.into(),
        arrival.batch.map_or(Val::Null, Val::from),
        ::store::json(&arrival.report)?.into(),
        arrival.done_at.map_or(Val::Null, Val::from),
    ];
    tx.execute(sql, &vals).await.map(|_| ())
}

pub async fn find_arrival(read: &mut impl Reads, id: Id<kinds::Arrival>) -> Result<Arrival> {
    let sql = format!("SELECT {ARRIVAL} FROM arrival WHERE id = $1");
    let found = read.one(&sql, &[id.into()]).await?.as_ref().map(arrival);
    let found = found.filter(|a| read.scope().reach(a.account).is_ok());
    let found = found.ok_or(::store::Error::NotFound { what: "arrival" })?;
    let mut found = vec![found];
    with_photos(read, &mut found).await?;
    found
        .pop()
        .ok_or(::store::Error::NotFound { what: "arrival" })
}

/// What became of the photos that some arrivals of one account named.
async fn with_photos(read: &mut impl Reads, arrivals: &mut [Arrival]) -> Result<()> {
    let Some(account) = arrivals.first().map(|a| a.account) else {
        return Ok(());
    };
    let batches: Vec<_> = arrivals.iter().filter_map(|a| a.batch).collect();
    let counts = photos::counts(read, account, &batches).await?;
    for arrival in arrivals {
        let Some((batch, counts)) = arrival.batch.and_then(|b| Some((b, counts.get(&b)?))) else {
            continue;
        };
        arrival.photos = *counts;
        if counts.failed > 0 {
            let failures = photos::failures(read, account, Some(batch), REMARKS_KEPT).await?;
            with_failures(arrival, failures);
        }
    }
    Ok(())
}

/// What came to an account, newest first.
pub async fn arrivals(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    limit: usize,
) -> Result<Vec<Arrival>> {
    let account = read.scope().reach(account)?;
    let sql = format!(
        "SELECT {ARRIVAL} FROM arrival WHERE account = $1 ORDER BY at DESC, id DESC LIMIT $2"
    );
    let rows = read.query(&sql, &[account.into(), count(limit)]).await?;
    let mut came: Vec<Arrival> = rows.iter().map(arrival).collect();
    with_photos(read, &mut came).await?;
    Ok(came)
}

/// The last files of a source, newest first.
pub(crate) async fn of_source(
    read: &mut impl Reads,
    source: Id<kinds::Source>,
    limit: usize,
) -> Result<Vec<Arrival>> {
    let sql = format!(
        "SELECT {ARRIVAL} FROM arrival WHERE source = $1 ORDER BY at DESC, id DESC LIMIT $2"
    );
    let rows = read.query(&sql, &[source.into(), count(limit)]).await?;
    Ok(rows.iter().map(arrival).collect())
}

/// The file of a source that is to be worked next.
pub(crate) async fn next_waiting(
    read: &mut impl Reads,
    source: Id<kinds::Source>,
) -> Result<Option<Arrival>> {
    let sql = format!(
        "SELECT {ARRIVAL} FROM arrival WHERE source = $1 AND state = 'waiting'
         ORDER BY at, id LIMIT 1"
    );
    Ok(read
        .one(&sql, &[source.into()])
        .await?
        .as_ref()
        .map(arrival))
}

/// Raw files that came before a moment, whose every arrival has ended and came before it too.
pub(crate) async fn raw_before(
    read: &mut impl Reads,
    before: Timestamp,
    limit: usize,
) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT hash FROM arrival AS old
        WHERE raw_gone = 0 AND at < $1 AND NOT EXISTS (
            SELECT 1 FROM arrival AS same WHERE same.hash = old.hash
            AND (same.at >= $1 OR same.state IN ('waiting', 'asked')))
        AND NOT EXISTS (SELECT 1 FROM document WHERE document.hash = old.hash)
        LIMIT $2";
    let rows = read.query(sql, &[before.into(), count(limit)]).await?;
    Ok(rows.iter().map(|row| row.text(0).to_owned()).collect())
}

pub(crate) async fn raw_gone(tx: &mut Tx, hash: &str) -> Result<()> {
    let sql = "UPDATE arrival SET raw_gone = 1 WHERE hash = $1";
    tx.execute(sql, &[hash.into()]).await.map(|_| ())
}

/// How many files of all accounts wait to be worked, and since when the first of them.
pub async fn waiting_since(read: &mut impl Reads) -> Result<(i64, Option<Timestamp>)> {
    let sql = "SELECT COUNT(*), MIN(at) FROM arrival WHERE state = 'waiting'";
    let row = read.one(sql, &[]).await?;
    Ok(row.map_or((0, None), |row| (row.int(0), row.opt_time(1))))
}
