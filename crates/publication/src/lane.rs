//! Works one channel: sends what is due, then looks at the portal when it is time. A lane for each,
//! so that a slow portal keeps nobody else waiting.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::store::{Account, Error, Id, Result, Timestamp, kinds};
use futures_util::StreamExt;
use portal::{Listed, Portal, Way};
use reqwest::Client;
use tokio::time::Instant;

use crate::channel::Channel;
use crate::facts::tell;
use crate::planning::{Ground, begin, plan_waiting};
use crate::publication::Publication;
use crate::reconciler::PATIENCE;
use crate::sending::{Caller, Said, rest_after};
use crate::transition::Outcome;
use crate::verifying::{After, Verified, compare, mark_wanted, next_look, question};
use crate::{store, verifying};

/// Publications that are taken at a time, and calls that are under way at once.
const TAKEN: usize = 64;
const AT_ONCE: usize = 4;
const LOOKED: usize = 1_000;
/// After so many unanswered calls in a row the portal is left alone.
const FAILURES_MAX: i64 = 4;

/// What a lane has done.
#[derive(Debug, Default)]
pub(crate) struct Worked {
    pub(crate) calls: usize,
    pub(crate) verified: Option<Verified>,
    /// The portal is to be left alone for so long.
    pub(crate) rest: Option<Duration>,
}

pub(crate) struct Lane {
    ground: Ground,
    client: Client,
    channel: Channel,
    portal: Arc<Portal>,
    secrets: BTreeMap<String, String>,
    account: Account,
    pace: Duration,
}

impl Lane {
    /// None for a channel that is gone, paused, or whose portal is not called.
    pub(crate) async fn open(
        ground: &Ground,
        client: &Client,
        id: Id<kinds::Channel>,
    ) -> Result<Option<Lane>> {
        let mut read = ground.store.read(&ground.store.operator()).await?;
        let Some(channel) = store::channels::channel(&mut read, id)
            .await?
            .filter(|c| !c.paused)
        else {
            return Ok(None);
        };
        let portal = ground
            .portals
            .find(&channel.portal)
            .filter(|p| p.way == Way::Call);
        let Some(portal) = portal else {
            return Ok(None);
        };
        Ok(Some(Lane {
            account: Account::find(&mut read, channel.account).await?,
            secrets: channel.secrets(&ground.seal)?,
            pace: Duration::from_secs(1) / portal.per_second,
            ground: ground.clone(),
            client: client.clone(),
            channel,
            portal,
        }))
    }

    /// Until nothing is due, or the portal is to be left alone.
    pub(crate) async fn work(mut self) -> Result<Worked> {
        let mut worked = Worked::default();
        let before = self.channel.clone();
        loop {
            let mut read = self
                .ground
                .store
                .read(&self.ground.store.operator())
                .await?;
            let due = store::due(&mut read, &self.channel, self.ground.store.now(), TAKEN).await?;
            drop(read);
            if due.is_empty() {
                break;
            }
            worked.rest = self.send(due, &mut worked.calls).await?;
            if worked.rest.is_some() {
                break;
            }
        }
        let now = self.ground.store.now();
        if worked.calls > 0 {
            let next = next_look(&self.portal, self.channel.sent_at, now);
            self.channel.verify_at = match self.channel.verify_at {
                Some(at) if at <= now || next.is_none_or(|next| at < next) => Some(at),
                _ => next,
            };
        }
        if worked.rest.is_none() && self.channel.verify_at.is_some_and(|at| at <= now) {
            worked.verified = self.verify().await?;
            self.channel.verify_at =
                next_look(&self.portal, self.channel.sent_at, self.ground.store.now());
        }
        self.end(&before).await?;
        Ok(worked)
    }

    async fn end(&self, before: &Channel) -> Result<()> {
        let mut tx = begin(&self.ground).await?;
        if self.channel.removed_at.is_some()
            && store::channels::drop_emptied(&mut tx, &self.channel).await?
        {
            return tx.commit().await.map(|_| ());
        }
        if self.channel != *before {
            store::channels::write_contact(&mut tx, &self.channel).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Sends some; how long to rest when the portal does not answer.
    async fn send(&mut self, due: Vec<Publication>, calls: &mut usize) -> Result<Option<Duration>> {
        let mut rest = None;
        let lane = &*self;
        let begun = Instant::now();
        let stopped = AtomicBool::new(false);
        let stopped = &stopped;
        let mut answers = futures_util::stream::iter(due.into_iter().enumerate())
            .map(|(at, publication)| async move {
                let turn = lane
                    .pace
                    .saturating_mul(u32::try_from(at).unwrap_or(u32::MAX));
                tokio::time::sleep_until(begun + turn).await;
                if stopped.load(Ordering::Relaxed) {
                    return None;
                }
                let said = lane.caller().bring(&publication).await;
                let told = lane.settle(&publication, said).await;
                Some(told.map_err(|error| (publication, error)))
            })
            .buffer_unordered(AT_ONCE);
        let (mut failures, mut told) = (lane.channel.failures, lane.channel.said.clone());
        let mut answered = lane.channel.answered_at;
        while let Some(answer) = answers.next().await {
            let Some(answer) = answer else { continue };
            *calls += 1;
            match answer {
                Ok((None, _)) => {
                    (failures, answered) = (0, Some(lane.ground.store.now()));
                    told.clear();
                }
                Ok((Some(cause), asked)) => {
                    (failures, told) = (failures + 1, cause);
                    let own =
                        (failures >= FAILURES_MAX).then(|| rest_after(failures - FAILURES_MAX + 1));
                    rest = rest.max(asked).max(own);
                }
                Err((publication, error)) => {
                    let reference = &publication.reference;
                    tracing::warn!(%error, reference, "an answer cannot be written; it is asked again");
                    rest = rest.max(Some(rest_after(1)));
                }
            }
            // Those that are under way are waited for, no other is begun.
            stopped.store(rest.is_some(), Ordering::Relaxed);
        }
        drop(answers);
        let channel = &mut self.channel;
        (channel.failures, channel.said, channel.answered_at) = (failures, told, answered);
        channel.sent_at = Some(self.ground.store.now());
        Ok(rest)
    }

    fn caller(&self) -> Caller<'_> {
        Caller {
            client: &self.client,
            portal: &self.portal,
            address: self.channel.address(&self.portal),
            secrets: &self.secrets,
        }
    }

    /// Writes what came of a call; the cause and a pause when nobody answered.
    async fn settle(
        &self,
        sent: &Publication,
        said: Said,
    ) -> Result<(Option<String>, Option<Duration>)> {
        let cause = match &said.outcome {
            Outcome::Unanswered(reason) => Some(reason.say.en.clone()),
            _ => None,
        };
        let mut tx = begin(&self.ground).await?;
        let Some(before) = store::one(&mut tx, sent).await? else {
            return Ok((cause, said.rest));
        };
        let mut after = before.clone();
        let jitter = tx.dice().below(2_000);
        after.settle(
            said.outcome,
            said.answer,
            tx.now(),
            i64::try_from(jitter).unwrap_or(0),
        );
        tell(&mut tx, Some(&before), &after, &self.portal.label);
        let freed = before.may_be_there() && !after.may_be_there();
        store::write(&mut tx, std::slice::from_ref(&after)).await?;
        if freed {
            plan_waiting(&mut tx, &self.ground, &self.channel, &after).await?;
        }
        tx.commit().await?;
        Ok((cause, said.rest))
    }

    /// Asks the portal for its list and compares; None when it gave none.
    pub(crate) async fn verify(&mut self) -> Result<Option<Verified>> {
        let Some(call) = self.portal.list.clone() else {
            return Ok(None);
        };
        let asked_at = self.ground.store.now();
        let body = question(&self.ground, &self.channel, &self.portal, &self.account);
        let heard = self.caller().ask(&call, &body).await;
        let listed = match heard {
            Ok(heard) => call
                .listed(&heard.body)
                .ok_or(format!("HTTP {}", heard.status)),
            Err(cause) => Err(cause),
        };
        let listed = match listed {
            Ok(listed) => listed,
            Err(cause) => {
                self.channel.failures += 1;
                self.channel.said = format!("the list could not be read: {cause}");
                return Ok(None);
            }
        };
        let found = self.mend(&listed, asked_at).await?;
        let channel = &mut self.channel;
        (channel.verified_at, channel.answered_at) = (Some(asked_at), Some(asked_at));
        channel.strangers = found.strangers.clone();
        (channel.failures, channel.said) = (0, String::new());
        Ok(Some(found))
    }

    async fn mend(&self, listed: &[Listed], asked_at: Timestamp) -> Result<Verified> {
        let by_reference: HashMap<&str, &Listed> =
            listed.iter().map(|l| (l.reference.as_str(), l)).collect();
        let mut found = Verified {
            listed: listed.len(),
            ..Verified::default()
        };
        let mut named = BTreeSet::new();
        self.each_page(|rows| mark_wanted(&rows, &mut named))
            .await?;
        let mut after: After = None;
        loop {
            let mut tx = begin(&self.ground).await?;
            let rows = store::hold_page(&mut tx, &self.channel, after, LOOKED).await?;
            let Some(last) = rows.last() else { break };
            after = Some(last.listing);
            let changed = compare(rows, &by_reference, &mut found, &mut named, asked_at);
            for (before, after) in &changed {
                tell(&mut tx, Some(before), after, &self.portal.label);
            }
            let changed: Vec<Publication> = changed.into_iter().map(|(_, after)| after).collect();
            store::write(&mut tx, &changed).await?;
            tx.commit().await?;
        }
        found.strangers = verifying::strangers(listed, &named);
        Ok(found)
    }

    async fn each_page(&self, mut look: impl FnMut(Vec<Publication>)) -> Result<()> {
        let mut after: After = None;
        loop {
            let mut read = self
                .ground
                .store
                .read(&self.ground.store.operator())
                .await?;
            let rows = store::of_channel(&mut read, &self.channel, after, LOOKED).await?;
            let Some(last) = rows.last() else {
                return Ok(());
            };
            after = Some(last.listing);
            look(rows);
        }
    }
}

/// Looks at a portal now, and mends what is not as it should be; None when it gave no list.
pub async fn audit(ground: &Ground, channel: Id<kinds::Channel>) -> Result<Option<Verified>> {
    let client = reach::client(ground.reach, PATIENCE)?;
    let Some(mut lane) = Lane::open(ground, &client, channel).await? else {
        return Ok(None);
    };
    let before = lane.channel.clone();
    let found = lane.verify().await?;
    lane.end(&before).await?;
    Ok(found)
}

impl From<Error> for Worked {
    /// A lane that broke down is left alone for a moment.
    fn from(error: Error) -> Worked {
        tracing::warn!(%error, "a portal waits");
        Worked {
            rest: Some(rest_after(1)),
            ..Worked::default()
        }
    }
}
