//! What goes on behind a 202: the statuses one after the other, and who is told of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::header;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;

use super::{Hook, Status, date, reason};
use crate::checks::Complaint;
use crate::fate::Fate;
use crate::shelf::Sent;
use crate::world::{Call, Portal, World};

const NAME: &str = "aviv";
/// The first status, which is there as soon as the request is accepted.
pub(super) const RECEIVED: &str = "RECEIVED";
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone, Copy)]
pub(super) enum Doing {
    Create,
    Update,
    Delete,
}

pub(super) enum Outcome {
    Good(Box<Sent>),
    Bad(Vec<Complaint>),
    Gone,
}

/// The way of one accepted request.
pub(crate) struct Walk {
    id: String,
    doing: Doing,
    /// The how manieth thing that was asked of this classified.
    asked: u64,
    outcome: Outcome,
    fate: Fate,
    received: Timestamp,
}

/// A status to be told.
pub(crate) struct Errand {
    url: String,
    body: Value,
    era: u64,
}

impl Doing {
    /// Under way, done, failed.
    fn words(self) -> [&'static str; 3] {
        match self {
            Doing::Create => ["CREATING", "CREATED", "CREATING_FAILED"],
            Doing::Update => ["UPDATING", "UPDATED", "UPDATING_FAILED"],
            Doing::Delete => ["DELETING", "DELETED", "DELETING_FAILED"],
        }
    }
}

impl Outcome {
    pub(super) fn of(sent: Sent, objections: Vec<Complaint>) -> Outcome {
        if objections.is_empty() {
            Outcome::Good(Box::new(sent))
        } else {
            Outcome::Bad(objections)
        }
    }
}

impl Walk {
    pub(super) fn new(id: String, doing: Doing, asked: u64, outcome: Outcome, call: &Call) -> Walk {
        Walk {
            id,
            doing,
            asked,
            outcome,
            fate: call.fate.clone(),
            received: call.at,
        }
    }
}

/// Walks through the statuses. A reset in between ends it.
pub(crate) async fn go(world: Arc<World>, walk: Walk, era: u64) {
    let [under_way, done, failed] = walk.doing.words();
    let last = match walk.outcome {
        Outcome::Bad(_) => failed,
        Outcome::Good(_) | Outcome::Gone => done,
    };
    let mut held_back = Vec::new();
    for (n, word) in [RECEIVED, under_way, last].into_iter().enumerate() {
        let Some(step) = step(&world, era, n) else {
            return;
        };
        tokio::time::sleep(step).await;
        let mut state = world.state();
        if state.era != era {
            return;
        }
        let portal = state.portal(&world, NAME);
        let mut reasons = Vec::new();
        if n == 2 {
            reasons = settle(portal, &walk);
        }
        let status = Status {
            word,
            at: if n == 0 {
                walk.received
            } else {
                Timestamp::now()
            },
            reasons,
        };
        let told = tell(portal, &walk, &status, era);
        let classified = portal.desk.classifieds.get_mut(&walk.id);
        if let Some(classified) = classified.filter(|_| n > 0) {
            classified.statuses.push(status);
        }
        let shuffled = n < 2 && is_shuffled(portal, &walk, word);
        drop(state);
        if shuffled && held_back.is_empty() {
            held_back = told;
            continue;
        }
        for errand in told.into_iter().chain(std::mem::take(&mut held_back)) {
            // Nobody takes errands any more when the program ends.
            let _ = world.errands.send(errand);
        }
    }
}

/// How long until the status of this number; none after a reset.
fn step(world: &World, era: u64, n: usize) -> Option<Duration> {
    let mut state = world.state();
    let same = state.era == era;
    let step = state.portal(world, NAME).conduct.step_ms;
    same.then(|| Duration::from_millis(if n == 0 { 0 } else { step }))
}

/// Does what was asked, unless something newer has been done already; says why it was not.
fn settle(portal: &mut Portal, walk: &Walk) -> Vec<Value> {
    let now = Instant::now();
    if let Some(classified) = portal.desk.classifieds.get_mut(&walk.id) {
        if classified.done > walk.asked {
            return Vec::new();
        }
        classified.done = walk.asked;
        classified.deleted |= matches!(walk.doing, Doing::Delete);
    }
    match &walk.outcome {
        Outcome::Good(sent) => {
            let sent = sent.as_ref().clone();
            portal.take(&walk.id, walk.id.clone(), sent, &walk.fate, now);
            Vec::new()
        }
        Outcome::Gone => {
            portal.shelf.remove(&walk.id, now);
            portal.counts.accepted += 1;
            Vec::new()
        }
        Outcome::Bad(complaints) => {
            portal.counts.refused += 1;
            complaints.iter().cloned().map(reason).collect()
        }
    }
}

fn is_shuffled(portal: &Portal, walk: &Walk, word: &str) -> bool {
    let about = format!("shuffle {} {word}", walk.id);
    let mut dice = crate::fate::Dice::of(portal.seed, NAME, &about, walk.asked);
    dice.yes(portal.conduct.webhook_shuffle_rate)
}

/// The errands of one status: none if nobody wants it or it is lost, two if it is told twice.
fn tell(portal: &mut Portal, walk: &Walk, status: &Status, era: u64) -> Vec<Errand> {
    let Some(Hook { url, statuses }) = portal.desk.hook.clone() else {
        return Vec::new();
    };
    if !statuses.is_empty() && !statuses.iter().any(|s| s == status.word) {
        return Vec::new();
    }
    let about = format!("tell {} {}", walk.id, status.word);
    let mut dice = crate::fate::Dice::of(portal.seed, NAME, &about, walk.asked);
    let lost = dice.yes(portal.conduct.webhook_lost_rate);
    if lost {
        portal.counts.webhooks_lost += 1;
        return Vec::new();
    }
    let classified = portal.desk.classifieds.get(&walk.id);
    let body = json!({
        "classifiedId": walk.id, "clientReference": classified.map(|c| &c.reference),
        "status": status.word, "date": date(status.at), "reasons": status.reasons,
        "url": portal.page_of(&walk.id),
    });
    let times = if walk.fate.twice { 2 } else { 1 };
    (0..times)
        .map(|_| Errand {
            url: url.clone(),
            body: body.clone(),
            era,
        })
        .collect()
}

/// Runs the errands in their order, as long as the program runs.
pub(crate) async fn deliver(world: Arc<World>, mut errands: UnboundedReceiver<Errand>) {
    while let Some(errand) = errands.recv().await {
        if world.state().era != errand.era {
            continue;
        }
        let told = post(&world, &errand).await;
        let mut state = world.state();
        let counts = &mut state.portal(&world, NAME).counts;
        if told {
            counts.webhooks += 1;
        } else {
            counts.webhooks_failed += 1;
        }
    }
}

async fn post(world: &World, errand: &Errand) -> bool {
    for n in 0..TRIES {
        if n > 0 {
            tokio::time::sleep(PAUSE).await;
        }
        let request = world
            .client
            .post(&errand.url)
            .header(header::CONTENT_TYPE, "application/json")
            .timeout(PATIENCE)
            .body(errand.body.to_string());
        if let Ok(answer) = request.send().await
            && answer.status().is_success()
        {
            return true;
        }
    }
    false
}
