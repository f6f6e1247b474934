//! Raw files are kept for some weeks; what waits for the worker or for a person, as long as it waits.

use std::time::Duration;

use ::store::{Act, Actor, Result, Store, Via};
use media::Files;

use crate::store;

/// How long raw files are kept where nobody has said otherwise.
pub const RAW_WEEKS: i64 = 8;

const WEEK_MS: i64 = 7 * 24 * 3_600_000;
const AT_ONCE: usize = 200;
const LOOK: Duration = Duration::from_secs(3_600);

/// Removes raw files whose weeks are over, for ever.
pub async fn raw_sweeper(store: Store, files: Files, weeks: i64) {
    loop {
        match sweep_raw(&store, &files, weeks).await {
            Ok(0) => tokio::time::sleep(LOOK).await,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "old files stay for now");
                tokio::time::sleep(LOOK).await;
            }
        }
    }
}

/// Removes some raw files whose weeks are over; how many. The list of arrivals stays.
pub async fn sweep_raw(store: &Store, files: &Files, weeks: i64) -> Result<usize> {
    let act = Act::by(Actor::System("arrivals")).via(Via::Follower);
    let mut tx = store.begin(&store.operator(), act).await?;
    let before = tx.now().plus_ms(-weeks.max(1) * WEEK_MS);
    let old = store::raw_before(&mut tx, before, AT_ONCE).await?;
    for hash in &old {
        store::raw_gone(&mut tx, hash).await?;
        // One that came again just now is young, and stays for its new arrival.
        files.remove_older(hash, before);
    }
    tx.commit().await?;
    Ok(old.len())
}
