//! The database: its own health, the journal, and what waits in it.

use store::{MINUTE_MS, SECOND_MS};

use super::{Check, span};
use crate::house::House;
use crate::output::Failure;

const HIDDEN_MS_MAX: i64 = MINUTE_MS;
const BEHIND_MAX: i64 = 10_000;
const MAIL_MS_MAX: i64 = 15 * MINUTE_MS;
const ARRIVAL_MS_MAX: i64 = 60 * MINUTE_MS;
const DEAD_SHOWN_MAX: usize = 1_000;

pub async fn integrity(house: &House) -> Result<Check, Failure> {
    let faults = house.store.faults().await?;
    if faults.is_empty() {
        return Ok(Check::ok("database", "whole"));
    }
    Ok(Check::fail(
        "database",
        faults.join("; "),
        "stop the server, keep a copy of the files, and restore the last good backup",
    ))
}

pub async fn durability(house: &House) -> Result<Check, Failure> {
    let risks = house.store.risks().await?;
    if risks.is_empty() {
        let said = "an acknowledged write survives a power cut";
        return Ok(Check::ok("durability", said));
    }
    let todo = "set it back in the database's configuration, or writes can be lost";
    Ok(Check::fail("durability", risks.join("; "), todo))
}

pub async fn journal(house: &House) -> Result<Check, Failure> {
    let lag = house.store.backlog().await?;
    let waited = lag.since.map_or(0, |since| house.store.now().0 - since.0);
    if waited > HIDDEN_MS_MAX {
        let said = format!(
            "{} changes of the last {} are held back by an open transaction",
            lag.hidden,
            span(waited)
        );
        let todo = "look in pg_stat_activity for what is idle in a transaction, and end it";
        return Ok(Check::warn("journal", said, todo));
    }
    let behind = lag.followers.iter().filter(|(_, n)| *n > BEHIND_MAX);
    let behind: Vec<String> = behind
        .map(|(name, n)| format!("{name} is {n} changes behind"))
        .collect();
    if !behind.is_empty() {
        let todo = "see that a server is running; it catches up by itself";
        return Ok(Check::warn("journal", behind.join("; "), todo));
    }
    let said = format!("at {}, every follower may read all of it", lag.head);
    Ok(Check::ok("journal", said))
}

pub async fn jobs(house: &House) -> Result<Check, Failure> {
    let dead = house.store.dead_jobs(DEAD_SHOWN_MAX).await?;
    let Some(newest) = dead.first() else {
        return Ok(Check::ok("jobs", "nothing was given up"));
    };
    let error = newest.error.as_deref().unwrap_or("no reason was kept");
    let said = format!(
        "{} given up, the last one ({}): {error}",
        dead.len(),
        newest.kind
    );
    let todo = "`entremise jobs list` tells why; then `entremise jobs retry`";
    Ok(Check::warn("jobs", said, todo))
}

pub async fn mail(house: &House) -> Result<Check, Failure> {
    let errands = house.store.errands().await?;
    let Some(mail) = errands.iter().find(|e| e.kind == "mail") else {
        return Ok(Check::ok("mail", "none waits"));
    };
    let waited = house.store.now().0 - mail.oldest.0;
    let said = format!("{} wait, the oldest for {}", mail.count, span(waited));
    if waited <= MAIL_MS_MAX {
        return Ok(Check::ok("mail", said));
    }
    let todo = "start the server with --smtp RELAY; until then they are readable in the office";
    Ok(Check::warn("mail", said, todo))
}

pub async fn batches(house: &House) -> Result<Check, Failure> {
    let mut read = house.store.read(&house.operator()).await?;
    let running = store::Batch::running(&mut read).await?;
    let Some(oldest) = running.iter().map(|b| b.started_at).min() else {
        return Ok(Check::ok("batches", "none is cut off"));
    };
    let age = house.store.now().0 - oldest.0;
    let said = format!(
        "{} running or cut off, the oldest began {} ago",
        running.len(),
        span(age)
    );
    if age < 60 * SECOND_MS {
        return Ok(Check::ok("batches", said));
    }
    let todo = "if it was cut off, import the same file again: that finishes it";
    Ok(Check::warn("batches", said, todo))
}

pub async fn arrivals(house: &House) -> Result<Check, Failure> {
    let mut read = house.store.read(&house.operator()).await?;
    let (count, Some(first)) = arrivals::waiting_since(&mut read).await? else {
        return Ok(Check::ok("arrivals", "no file waits"));
    };
    let waited = house.store.now().0 - first.0;
    let said = format!("{count} files wait, the oldest for {}", span(waited));
    if waited <= ARRIVAL_MS_MAX {
        return Ok(Check::ok("arrivals", said));
    }
    let todo = "see that a server is running; `entremise jobs list` tells what was given up";
    Ok(Check::warn("arrivals", said, todo))
}
