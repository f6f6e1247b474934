//! Makes what is at the portals what should be there: woken by the journal and by the clock.

use std::collections::HashMap;
use std::time::Duration;

use ::store::{Exclusive, Id, Position, Result, SECOND_MS, Timestamp, kinds};
use reach::{Patience, client};
use reqwest::Client;
use tokio::task::JoinSet;

use crate::lane::{Lane, Worked};
use crate::planning::{Ground, begin_at, plan_anew, plan_from_journal};
use crate::store;

const LOOK: Duration = Duration::from_secs(1);
const LANES_MAX: usize = 32;
const COMPARE_MS: i64 = 3 * SECOND_MS;
/// A portal that answers later than this has not answered.
pub(crate) const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(5),
    silence: Duration::from_secs(20),
    whole: Duration::from_secs(60),
};

pub struct Reconciler {
    ground: Ground,
    client: Client,
    position: Option<Position>,
    /// When all channels were last compared with what they were planned with.
    compared: Option<Timestamp>,
    lanes: JoinSet<(Id<kinds::Channel>, Worked)>,
    /// Channels that are worked, or are to be left alone until a moment.
    busy: HashMap<Id<kinds::Channel>, Option<Timestamp>>,
}

impl Reconciler {
    pub fn new(ground: Ground) -> Result<Reconciler> {
        Reconciler::with_patience(ground, PATIENCE)
    }

    pub fn with_patience(ground: Ground, patience: Patience) -> Result<Reconciler> {
        Ok(Reconciler {
            client: client(ground.reach, patience)?,
            ground,
            position: None,
            compared: None,
            lanes: JoinSet::new(),
            busy: HashMap::new(),
        })
    }

    /// For ever; one node does it, and when it dies another goes on at once.
    pub async fn run(mut self) {
        let store = self.ground.store.clone();
        let mut changed = store.changed();
        let mut alone: Option<Exclusive> = None;
        loop {
            changed.mark_unchanged();
            if !alone.as_ref().is_some_and(Exclusive::holds) {
                // Whoever had it meanwhile planned on; we begin where he stopped.
                self.position = None;
                alone = store.exclusive("publication").await.unwrap_or_default();
            }
            if alone.is_some()
                && let Err(error) = self.step().await
            {
                tracing::warn!(%error, "publications wait");
            }
            let _ = tokio::time::timeout(LOOK, changed.changed()).await;
        }
    }

    /// Plans what is new and opens a lane for each channel that has something to do; how much
    /// there was.
    async fn step(&mut self) -> Result<usize> {
        let mut done = self.plan().await?;
        while let Some(ended) = self.lanes.try_join_next() {
            self.ended(ended);
        }
        done += self.open_lanes().await?;
        Ok(done)
    }

    async fn plan(&mut self) -> Result<usize> {
        let mut position = match self.position {
            Some(position) => position,
            None => {
                self.compared = None;
                begin_at(&self.ground).await?
            }
        };
        let mut done = 0;
        while let Some(heard) = plan_from_journal(&self.ground, position).await? {
            position = heard.position;
            self.position = Some(position);
            if heard.agreed {
                self.compared = None;
            }
            done += 1;
        }
        self.position = Some(position);
        // Folders, rules' days and agreements change seldom, and commits are many.
        let now = self.ground.store.now();
        if self.compared.is_none_or(|at| now.0 - at.0 >= COMPARE_MS) {
            done += plan_anew(&self.ground).await?;
            self.compared = Some(now);
        }
        Ok(done)
    }

    async fn open_lanes(&mut self) -> Result<usize> {
        let now = self.ground.store.now();
        self.busy
            .retain(|_, until| until.is_none_or(|until| until > now));
        let mut read = self
            .ground
            .store
            .read(&self.ground.store.operator())
            .await?;
        let due = store::channels::channels_due(&mut read, now).await?;
        drop(read);
        let mut opened = 0;
        for id in due {
            if self.lanes.len() >= LANES_MAX {
                break;
            }
            if self.busy.contains_key(&id) {
                continue;
            }
            if let Some(lane) = Lane::open(&self.ground, &self.client, id).await? {
                self.busy.insert(id, None);
                opened += 1;
                self.lanes
                    .spawn(async move { (id, lane.work().await.unwrap_or_else(Worked::from)) });
            }
        }
        Ok(opened)
    }

    fn ended(
        &mut self,
        ended: std::result::Result<(Id<kinds::Channel>, Worked), tokio::task::JoinError>,
    ) {
        match ended {
            Ok((id, worked)) => match worked.rest {
                Some(rest) => {
                    let rest = i64::try_from(rest.as_millis()).unwrap_or(i64::MAX);
                    self.busy
                        .insert(id, Some(self.ground.store.now().plus_ms(rest)));
                }
                None => {
                    self.busy.remove(&id);
                }
            },
            // A mistake of ours in one lane: its channel is not known, so all may begin anew.
            Err(error) => {
                tracing::error!(%error, "a lane broke down");
                self.busy.clear();
            }
        }
    }
}

/// Works until nothing is due at this moment; how many calls were made. For stories whose clock
/// stands still.
pub async fn work_until_quiet(reconciler: &mut Reconciler) -> Result<usize> {
    let mut calls = 0;
    loop {
        reconciler.compared = None;
        let mut done = reconciler.plan().await?;
        done += reconciler.open_lanes().await?;
        while let Some(ended) = reconciler.lanes.join_next().await {
            if let Ok((_, worked)) = &ended {
                calls += worked.calls;
            }
            reconciler.ended(ended);
        }
        if done == 0 {
            return Ok(calls);
        }
    }
}
