//! The SQL of channels.

use ::store::{Id, Reads, Result, Row, Timestamp, Tx, json, kinds};

use crate::channel::Channel;
use crate::publication::State;

const CHANNEL: &str = "id, account, portal, name, address, settings, sealed, quota, paused, removed_at, \
                       planned_with, verify_at, verified_at, sent_at, answered_at, failures, said, \
                       strangers, created_at, version";

pub(crate) async fn write_channel(tx: &mut Tx, channel: &Channel) -> Result<()> {
    let sql = format!(
        "INSERT INTO channel ({CHANNEL})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
         ON CONFLICT (id) DO UPDATE SET address = excluded.address, settings = excluded.settings,
          sealed = excluded.sealed, quota = excluded.quota, paused = excluded.paused,
          removed_at = excluded.removed_at"
    );
    let vals = [
        channel.id.into(),
        channel.account.into(),
        (&channel.portal).into(),
        (&channel.name).into(),
        (&channel.address).into(),
        json(&channel.settings)?.into(),
        (&channel.sealed).into(),
        channel.quota.into(),
        channel.paused.into(),
        channel.removed_at.into(),
        (&channel.planned_with).into(),
        channel.verify_at.into(),
        channel.verified_at.into(),
        channel.sent_at.into(),
        channel.answered_at.into(),
        channel.failures.into(),
        (&channel.said).into(),
        json(&channel.strangers)?.into(),
        channel.created_at.into(),
        channel.version.into(),
    ];
    tx.execute(&sql, &vals).await.map(|_| ())
}

fn channel_of(row: &Row) -> Channel {
    Channel {
        id: row.id(0),
        account: row.id(1),
        portal: row.text(2).to_owned(),
        name: row.text(3).to_owned(),
        address: row.text(4).to_owned(),
        settings: serde_json::from_str(row.text(5)).unwrap_or_default(),
        sealed: row.text(6).to_owned(),
        quota: row.int(7),
        paused: row.bool(8),
        removed_at: row.opt_time(9),
        planned_with: row.text(10).to_owned(),
        verify_at: row.opt_time(11),
        verified_at: row.opt_time(12),
        sent_at: row.opt_time(13),
        answered_at: row.opt_time(14),
        failures: row.int(15),
        said: row.text(16).to_owned(),
        strangers: serde_json::from_str(row.text(17)).unwrap_or_default(),
        created_at: row.time(18),
        version: row.int(19),
    }
}

pub(crate) async fn channel(
    read: &mut impl Reads,
    id: Id<kinds::Channel>,
) -> Result<Option<Channel>> {
    let sql = format!("SELECT {CHANNEL} FROM channel WHERE id = $1");
    Ok(read.one(&sql, &[id.into()]).await?.as_ref().map(channel_of))
}

/// Those that are being removed too.
pub(crate) async fn channels(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
) -> Result<Vec<Channel>> {
    let sql = format!("SELECT {CHANNEL} FROM channel WHERE account = $1 ORDER BY portal, name");
    let rows = read.query(&sql, &[account.into()]).await?;
    Ok(rows.iter().map(channel_of).collect())
}

pub(crate) async fn all_channels(read: &mut impl Reads) -> Result<Vec<Channel>> {
    let rows = read
        .query(&format!("SELECT {CHANNEL} FROM channel ORDER BY id"), &[])
        .await?;
    Ok(rows.iter().map(channel_of).collect())
}

pub(crate) async fn planned(tx: &mut Tx, channel: Id<kinds::Channel>, with: &str) -> Result<()> {
    let sql = "UPDATE channel SET planned_with = $2 WHERE id = $1";
    tx.execute(sql, &[channel.into(), with.into()])
        .await
        .map(|_| ())
}

/// What a pass over a channel has found.
pub(crate) async fn write_contact(tx: &mut Tx, channel: &Channel) -> Result<()> {
    let sql = "UPDATE channel SET verify_at = $2, verified_at = $3, sent_at = $4, answered_at = $5,
        failures = $6, said = $7, strangers = $8 WHERE id = $1";
    let vals = [
        channel.id.into(),
        channel.verify_at.into(),
        channel.verified_at.into(),
        channel.sent_at.into(),
        channel.answered_at.into(),
        channel.failures.into(),
        (&channel.said).into(),
        json(&channel.strangers)?.into(),
    ];
    tx.execute(sql, &vals).await.map(|_| ())
}

/// The channels that have something to do: to send, or to look.
pub(crate) async fn channels_due(
    read: &mut impl Reads,
    now: Timestamp,
) -> Result<Vec<Id<kinds::Channel>>> {
    let sql = "SELECT id FROM channel WHERE paused = $2 AND (verify_at <= $1 OR EXISTS
         (SELECT 1 FROM publication WHERE publication.channel = channel.id AND due_at <= $1))
        ORDER BY id";
    let rows = read.query(sql, &[now.into(), false.into()]).await?;
    Ok(rows.iter().map(|row| row.id(0)).collect())
}

/// A channel that is being removed goes once nothing of it is at the portal any more.
pub(crate) async fn drop_emptied(tx: &mut Tx, channel: &Channel) -> Result<bool> {
    let sql =
        "SELECT 1 FROM publication WHERE account = $1 AND channel = $2 AND state <> $3 LIMIT 1";
    let vals = [
        channel.account.into(),
        channel.id.into(),
        State::Withdrawn.key().into(),
    ];
    if tx.one(sql, &vals).await?.is_some() {
        return Ok(false);
    }
    let sql = "DELETE FROM publication WHERE account = $1 AND channel = $2";
    tx.execute(sql, &vals[..2]).await?;
    tx.execute("DELETE FROM channel WHERE id = $1", &[channel.id.into()])
        .await?;
    Ok(true)
}

/// What should be there has changed.
pub(crate) async fn raise_version(tx: &mut Tx, channel: Id<kinds::Channel>) -> Result<()> {
    let sql = "UPDATE channel SET version = version + 1 WHERE id = $1";
    tx.execute(sql, &[channel.into()]).await.map(|_| ())
}
