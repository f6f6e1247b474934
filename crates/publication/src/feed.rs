//! The file of all listings of a channel, for portals that fetch it or are brought it.
//!
//! Records were written when their listings changed: a file is their texts one behind the other.
//! What was in it is told to the publications once the last byte is given.

use std::collections::HashMap;
use std::sync::Arc;

use ::store::{Account, Error, Id, Result, Seal, kinds};
use portal::{Portal, Sender, Way};

use crate::channel::Channel;
use crate::facts::tell;
use crate::planning::{Ground, begin, plan_waiting, profile};
use crate::publication::Publication;
use crate::store;
use crate::transition::Outcome;

/// Records that are read at a time.
const PAGE: usize = 500;
const SETTLED: usize = 500;

/// A channel's file while it is given out.
pub struct Feed {
    ground: Ground,
    channel: Channel,
    pub portal: Arc<Portal>,
    account: Account,
    after: Option<Id<kinds::Listing>>,
    begun: bool,
    ended: bool,
    served: HashMap<Id<kinds::Listing>, i64>,
}

/// What a file held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    pub listings: usize,
    /// Publications that are new there, changed or gone with it.
    pub settled: usize,
}

impl Feed {
    /// The file of a channel whose portal reads files; `key` is the secret of its address.
    pub async fn open(ground: &Ground, id: Id<kinds::Channel>, key: &str) -> Result<Feed> {
        let missing = Error::NotFound { what: "feed" };
        let mut read = ground.store.read(&ground.store.operator()).await?;
        let channel = store::channels::channel(&mut read, id).await?;
        let Some(channel) = channel.filter(|_| key == Feed::key(ground, id)) else {
            return Err(missing);
        };
        let portal = ground
            .portals
            .find(&channel.portal)
            .filter(|p| p.way != Way::Call);
        Ok(Feed {
            account: Account::find(&mut read, channel.account).await?,
            portal: portal.ok_or(missing)?,
            ground: ground.clone(),
            channel,
            after: None,
            begun: false,
            ended: false,
            served: HashMap::new(),
        })
    }

    /// What makes the address of a channel's file unguessable; the same on every node.
    pub fn key(ground: &Ground, id: Id<kinds::Channel>) -> String {
        Feed::key_of(&ground.seal, id)
    }

    pub fn key_of(seal: &Seal, id: Id<kinds::Channel>) -> String {
        let bytes = seal.derive(&format!("feed {id}"));
        bytes[..16]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The same for the same content; what its head says of the moment apart.
    pub fn etag(&self) -> String {
        let channel = &self.channel;
        format!("\"{}-{}\"", channel.version, channel.planned_with)
    }

    pub fn is_paused(&self) -> bool {
        self.channel.paused
    }

    /// The next piece; None behind the last.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        if self.ended {
            return Ok(None);
        }
        let mut text = String::new();
        if !std::mem::replace(&mut self.begun, true) {
            text.push_str(&self.head());
        }
        let mut read = self
            .ground
            .store
            .read(&self.ground.store.operator())
            .await?;
        let records = store::records(&mut read, &self.channel, self.after, PAGE).await?;
        drop(read);
        let (between, tail) = self.portal.tail();
        for (listing, hash, record) in &records {
            if !self.served.is_empty() {
                text.push_str(between);
            }
            text.push_str(record);
            self.served.insert(*listing, *hash);
        }
        match records.last() {
            Some((listing, ..)) if records.len() == PAGE => self.after = Some(*listing),
            _ => {
                self.ended = true;
                text.push_str(tail);
            }
        }
        Ok(Some(self.portal.bytes(&text)))
    }

    fn head(&self) -> String {
        self.portal.head_of(&Sender {
            account: &self.account,
            profile: &profile(&self.account),
            settings: &self.channel.settings,
            now: self.ground.store.now(),
        })
    }

    /// The portal has all of it: what was in it is there, and what was not is gone.
    pub async fn taken(self) -> Result<Served> {
        let mut served = Served {
            listings: self.served.len(),
            settled: 0,
        };
        loop {
            let mut tx = begin(&self.ground).await?;
            let now = tx.now();
            let due = store::hold_due(&mut tx, &self.channel, SETTLED).await?;
            let mut settled: Vec<Publication> = Vec::new();
            let mut freed = Vec::new();
            for before in due {
                let Some(outcome) = self.outcome(&before) else {
                    continue;
                };
                let mut after = before.clone();
                after.settle(outcome, String::new(), now, 0);
                tell(&mut tx, Some(&before), &after, &self.portal.label);
                freed.extend(
                    (before.may_be_there() && !after.may_be_there()).then(|| after.clone()),
                );
                settled.push(after);
            }
            if settled.is_empty() {
                let mut channel = self.channel.clone();
                (channel.sent_at, channel.answered_at) = (Some(now), Some(now));
                store::channels::write_contact(&mut tx, &channel).await?;
                if channel.removed_at.is_some() {
                    store::channels::drop_emptied(&mut tx, &channel).await?;
                }
                tx.commit().await?;
                return Ok(served);
            }
            store::write(&mut tx, &settled).await?;
            for row in &freed {
                plan_waiting(&mut tx, &self.ground, &self.channel, row).await?;
            }
            tx.commit().await?;
            served.settled += settled.len();
        }
    }

    /// What the file says of a publication that waits; None when it changed while it was given.
    fn outcome(&self, waiting: &Publication) -> Option<Outcome> {
        match (waiting.wanted, self.served.get(&waiting.listing)) {
            (true, Some(hash)) if *hash == waiting.hash => Some(Outcome::Taken {
                hash: *hash,
                removal: waiting.removal.clone(),
                portal_id: None,
                url: None,
                later: true,
            }),
            (false, None) => Some(Outcome::Gone),
            _ => None,
        }
    }
}
