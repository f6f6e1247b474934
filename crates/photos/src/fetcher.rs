//! Works what is due: a lane for each host, so that a slow one keeps nobody else waiting.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ::store::{Act, Actor, Error, MINUTE_MS, Result, SECOND_MS, Store, Timestamp, Uuid, Via};
use dictionary::Live;
use futures_util::StreamExt;
use media::Objects;
use reach::{Reach, client};
use reqwest::Client;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::ask::{Answer, Picture, ask};
use crate::errand::{Errand, host_of, key_of};
use crate::manners::{Gate, Manners};
use crate::settle::{Brought, settle, to_ask};
use crate::store::{self, Address};

/// Hosts that are asked at the same time.
const LANES_MAX: usize = 64;
/// Listings that a lane takes at a time.
const TAKEN: usize = 32;
/// What we could not write, the disk being full or the database away, waits so long.
const OUR_FAULT_MS: i64 = 5 * MINUTE_MS;
/// Bytes that may wait to be kept with one flush.
const HELD_BYTES_MAX: usize = 4 << 20;
const GATES_MAX: usize = 4_096;
const LOOK: Duration = Duration::from_secs(2);
const LEASE_MS: i64 = 60 * SECOND_MS;

/// Fetches the photos that listings name by address.
pub struct Fetcher {
    house: Arc<House>,
    lanes: JoinSet<String>,
    running: HashSet<String>,
}

/// What all lanes share.
struct House {
    store: Store,
    dictionary: Live,
    objects: Objects,
    client: Client,
    reach: Reach,
    manners: Manners,
    overall: Semaphore,
    gates: Mutex<HashMap<String, Arc<Gate>>>,
}

impl Fetcher {
    pub fn new(
        store: Store,
        dictionary: Live,
        objects: Objects,
        reach: Reach,
        manners: Manners,
    ) -> Result<Fetcher> {
        Ok(Fetcher {
            house: Arc::new(House {
                store,
                dictionary,
                objects,
                client: client(reach, manners.patience)?,
                reach,
                manners,
                overall: Semaphore::new(manners.overall.max(1)),
                gates: Mutex::default(),
            }),
            lanes: JoinSet::new(),
            running: HashSet::new(),
        })
    }

    /// Fetches for ever; one node does it, so that a host is asked by few wherever it is asked from.
    pub async fn run(mut self) {
        let store = self.house.store.clone();
        let holder = format!("{}-{}", std::process::id(), store.dice().below(u64::MAX));
        let mut renewed: Option<Timestamp> = None;
        loop {
            let now = store.now();
            if renewed.is_none_or(|at| now.0 - at.0 > LEASE_MS / 3) {
                renewed = match store.lease("photos", &holder, LEASE_MS).await {
                    Ok(Some(_)) => Some(now),
                    _ => None,
                };
            }
            if renewed.is_some()
                && let Err(error) = self.look().await
            {
                tracing::warn!(%error, "photos wait to be fetched");
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Fetches all that is due now; how many hosts were asked.
    pub async fn fetch_due(&mut self) -> Result<usize> {
        let mut asked = 0;
        loop {
            let begun = self.look().await?;
            if begun == 0 {
                return Ok(asked);
            }
            asked += begun;
            while let Some(ended) = self.lanes.join_next().await {
                self.ended(ended);
            }
        }
    }

    /// Opens a lane for each host that has something due and none yet; how many were opened.
    async fn look(&mut self) -> Result<usize> {
        while let Some(ended) = self.lanes.try_join_next() {
            self.ended(ended);
        }
        let house = &self.house;
        let mut read = house.store.read(&house.store.operator()).await?;
        let hosts = store::hosts_due(&mut read, house.store.now(), LANES_MAX * 2).await?;
        drop(read);
        let mut begun = 0;
        for host in hosts {
            if self.lanes.len() >= LANES_MAX {
                break;
            }
            if self.running.insert(host.clone()) {
                let house = self.house.clone();
                self.lanes.spawn(house.lane(host));
                begun += 1;
            }
        }
        Ok(begun)
    }

    fn ended(&mut self, lane: std::result::Result<String, tokio::task::JoinError>) {
        match lane {
            Ok(host) => drop(self.running.remove(&host)),
            // A mistake of ours in one lane: its host is not known, so all may begin anew.
            Err(error) => {
                tracing::error!(%error, "a lane of photos broke down");
                if self.lanes.is_empty() {
                    self.running.clear();
                }
            }
        }
    }
}

impl House {
    /// Works one host until nothing of it is due or it wants to be left alone.
    async fn lane(self: Arc<House>, host: String) -> String {
        loop {
            match self.some(&host).await {
                Ok(true) => {}
                Ok(false) => return host,
                Err(error) => {
                    tracing::warn!(%error, host, "photos of a host wait");
                    return host;
                }
            }
        }
    }

    /// Works some listings; false when there is nothing more to do just now.
    async fn some(&self, host: &str) -> Result<bool> {
        let gate = self.gate(host);
        if let Some(until) = gate.rests(self.store.now()) {
            self.leave_alone(host, until).await?;
            return Ok(false);
        }
        let mut read = self.store.read(&self.store.operator()).await?;
        let due = store::due(&mut read, host, self.store.now(), TAKEN).await?;
        drop(read);
        let per_host = self.manners.per_host.max(1);
        let none = due.is_empty();
        let works = due.into_iter().map(|errand| self.work_or_wait(errand));
        let mut works = futures_util::stream::iter(works).buffer_unordered(per_host);
        while let Some(done) = works.next().await {
            done?;
        }
        Ok(!none)
    }

    /// A listing that fails for a reason of ours waits; the others of its host go on.
    async fn work_or_wait(&self, errand: Errand) -> Result<()> {
        let Err(error) = self.work(&errand).await else {
            return Ok(());
        };
        tracing::warn!(%error, listing = %errand.listing, "photos of a listing wait");
        let act = Act::by(Actor::System("photos")).via(Via::Follower);
        let mut tx = self.store.begin(&self.store.operator(), act).await?;
        let later = tx.now().plus_ms(OUR_FAULT_MS);
        store::postpone(&mut tx, &errand, later).await?;
        tx.commit().await.map(drop)
    }

    async fn leave_alone(&self, host: &str, until: Timestamp) -> Result<()> {
        let act = Act::by(Actor::System("photos")).via(Via::Follower);
        let mut tx = self.store.begin(&self.store.operator(), act).await?;
        store::rest(&mut tx, host, until).await?;
        tx.commit().await.map(|_| ())
    }

    async fn work(&self, errand: &Errand) -> Result<()> {
        let dictionary = self.dictionary.get();
        let scope = self.store.operator().within(errand.account)?;
        let mut read = self.store.read(&scope).await?;
        let listing = catalog::find(&mut read, &dictionary, errand.listing).await?;
        let urls = listing.map_or_else(Vec::new, |l| to_ask(&l, errand.anew));
        let keys: Vec<Uuid> = urls.iter().map(|url| key_of(url)).collect();
        let known = store::addresses(&mut read, errand.account, &keys).await?;
        drop(read);
        let brought = self.bring(errand, &urls, known).await?;
        settle(&self.store, &dictionary, errand, brought).await
    }

    /// Asks the addresses of one listing, one after the other.
    async fn bring(
        &self,
        errand: &Errand,
        urls: &[String],
        known: HashMap<Uuid, Address>,
    ) -> Result<Brought> {
        let mut brought = Brought::default();
        let (mut held, mut bytes) = (Vec::new(), 0);
        for url in urls {
            let key = key_of(url);
            let address = known.get(&key);
            // Another listing has brought it, or this one had it before; of pictures that change, the
            // turn before this one.
            let is_fresh = |a: &&Address| !errand.anew || a.asked_at > errand.since;
            if let Some(address) = address.filter(is_fresh) {
                brought.pictures.insert(key, address.clone());
                continue;
            }
            let gate = self.gate(&host_of(url));
            // The host's slot first: whoever holds one of all may ask at once.
            let _slot = gate.slots.acquire().await;
            let _one = self.overall.acquire().await;
            let now = self.store.now();
            if let Some(until) = gate.rests(now) {
                brought.goes_on = Some(until);
                continue;
            }
            match ask(&self.client, self.reach, &gate, url, address, now).await {
                Answer::Picture(picture, head) => {
                    bytes += picture.len();
                    held.push((key, picture, head));
                }
                Answer::Same => {
                    brought.asked.push(key);
                    brought.pictures.extend(address.map(|a| (key, a.clone())));
                }
                Answer::Failed(fault) => drop(brought.faults.insert(key, fault)),
            }
            if bytes > HELD_BYTES_MAX {
                bytes = 0;
                self.keep(std::mem::take(&mut held), &mut brought).await?;
            }
        }
        self.keep(held, &mut brought).await?;
        Ok(brought)
    }

    /// Keeps pictures, on the disk before anything says that they are here.
    async fn keep(&self, held: Vec<(Uuid, Vec<u8>, Picture)>, brought: &mut Brought) -> Result<()> {
        if held.is_empty() {
            return Ok(());
        }
        let objects = self.objects.clone();
        let kept = tokio::task::spawn_blocking(move || {
            let bytes: Vec<&[u8]> = held.iter().map(|(_, bytes, _)| bytes.as_slice()).collect();
            let hashes = objects.put_many(&bytes)?;
            let heads = held.into_iter().map(|(key, _, head)| (key, head));
            Ok::<_, Error>(heads.zip(hashes).collect::<Vec<_>>())
        });
        let kept = kept.await.map_err(|e| Error::broken(e.to_string()))??;
        for ((key, head), object) in kept {
            let address = Address {
                object,
                width: head.width,
                height: head.height,
                etag: head.etag,
                modified: head.modified,
                asked_at: self.store.now(),
            };
            brought.asked.push(key);
            brought.pictures.insert(key, address);
        }
        Ok(())
    }

    fn gate(&self, host: &str) -> Arc<Gate> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        if gates.len() >= GATES_MAX {
            // Those that nobody holds are forgotten, and with them how they behaved.
            gates.retain(|_, gate| Arc::strong_count(gate) > 1);
        }
        let gate = gates.entry(host.to_owned());
        let gate = gate.or_insert_with(|| Arc::new(Gate::of(&self.manners)));
        gate.clone()
    }
}
