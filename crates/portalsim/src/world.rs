//! All that the played portals know, in memory, behind one lock that is never held across a wait.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::Options;
use crate::aviv::{Desk, Errand, Walk};
use crate::checks::Complaint;
use crate::conduct::Conduct;
use crate::fate::{Dice, Fate};
use crate::shelf::{Sent, Shelf};

/// The portals to which listings are sent; every other name is one that fetches.
pub(crate) const SENT_TO: [&str; 3] = ["rtdf", "zpg", "aviv"];

pub(crate) struct World {
    pub seed: u64,
    pub base: String,
    pub log: bool,
    pub client: reqwest::Client,
    pub errands: UnboundedSender<Errand>,
    faults: Vec<Value>,
    state: Mutex<State>,
}

#[derive(Default)]
pub(crate) struct State {
    portals: BTreeMap<String, Portal>,
    /// Counts the resets, so that what was on its way before one comes to nothing.
    pub era: u64,
}

pub(crate) struct Portal {
    pub name: String,
    pub seed: u64,
    pub base: String,
    pub conduct: Conduct,
    pub counts: Counts,
    pub shelf: Shelf,
    pub desk: Desk,
    /// Of the feeds that were fetched, by address.
    pub etags: HashMap<String, String>,
    tries: HashMap<String, u64>,
    down_until: Option<Instant>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Counts {
    pub requests: u64,
    pub accepted: u64,
    pub refused: u64,
    pub unchanged: u64,
    /// Injected: 500 and 503, also those of a portal that is down.
    pub errors: u64,
    pub timeouts: u64,
    pub maintenance: u64,
    pub duplicates: u64,
    pub lost: u64,
    pub pages: u64,
    pub pulls: u64,
    pub webhooks: u64,
    pub webhooks_lost: u64,
    pub webhooks_failed: u64,
}

/// A request to a portal's protocol.
pub(crate) struct Call<'a> {
    pub method: &'a Method,
    /// Behind the portal's own prefix.
    pub path: &'a str,
    pub query: &'a HashMap<String, String>,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
    pub fate: &'a Fate,
    pub now: Instant,
    pub at: Timestamp,
}

pub(crate) struct Answer {
    pub status: StatusCode,
    pub body: Value,
    /// What goes on after the answer.
    pub walk: Option<Walk>,
}

pub(crate) struct Taken {
    pub portal_id: String,
    pub url: String,
    pub created: bool,
}

impl World {
    pub(crate) fn new(
        options: Options,
        base: String,
    ) -> Result<(World, UnboundedReceiver<Errand>), String> {
        // Without a provider of its own reqwest takes the process's; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .user_agent("portalsim")
            .no_proxy()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(|e| e.to_string())?;
        let (errands, to_do) = unbounded_channel();
        let world = World {
            seed: options.seed,
            base,
            log: options.log,
            client,
            errands,
            faults: options.faults,
            state: Mutex::default(),
        };
        world.reset()?;
        Ok((world, to_do))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything as it was at the start, the faults too.
    pub(crate) fn reset(&self) -> Result<(), String> {
        let mut state = self.state();
        state.era += 1;
        state.portals.clear();
        for name in SENT_TO {
            state.portal(self, name);
        }
        drop(state);
        self.faults.iter().try_for_each(|f| self.set(f).map(drop))
    }

    /// Sets faults from a body of `/control/faults`; tells how the portals behave now.
    pub(crate) fn set(&self, body: &Value) -> Result<Value, String> {
        let Some(Value::String(name)) = body.get("portal") else {
            return Err("\"portal\" is missing: rtdf, zpg, aviv, the name of a pull, or *".into());
        };
        if name != "*" && !is_name(name) {
            return Err(format!("{name:?} is no portal's name: a-z, 0-9 and -"));
        }
        let given: Map<String, Value> = body
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(member, _)| *member != "portal" && *member != "clear")
            .map(|(member, value)| (member.clone(), value.clone()))
            .collect();
        let clear = body.get("clear").is_some_and(|c| *c == true);
        let mut state = self.state();
        let names: Vec<String> = match name.as_str() {
            "*" => state.portals.keys().cloned().collect(),
            name => vec![name.to_owned()],
        };
        let mut told = Map::new();
        for name in names {
            let portal = state.portal(self, &name);
            portal.behave(clear, &given)?;
            told.insert(name, json!(portal.conduct));
        }
        Ok(Value::Object(told))
    }
}

impl State {
    /// The portal of this name, which may be a new one.
    pub(crate) fn portal(&mut self, world: &World, name: &str) -> &mut Portal {
        self.portals
            .entry(name.to_owned())
            .or_insert_with(|| Portal::new(world, name))
    }

    pub(crate) fn known(&mut self, name: &str) -> Option<&mut Portal> {
        self.portals.get_mut(name)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Portal> {
        self.portals.values()
    }
}

impl Portal {
    fn new(world: &World, name: &str) -> Portal {
        Portal {
            name: name.to_owned(),
            seed: world.seed,
            base: world.base.clone(),
            conduct: Conduct::default(),
            counts: Counts::default(),
            shelf: Shelf::default(),
            desk: Desk::default(),
            etags: HashMap::new(),
            tries: HashMap::new(),
            down_until: None,
        }
    }

    fn behave(&mut self, clear: bool, given: &Map<String, Value>) -> Result<(), String> {
        let before = if clear {
            Conduct::default()
        } else {
            self.conduct.clone()
        };
        self.conduct = before.with(given)?;
        if clear || given.contains_key("down_ms") {
            let down = Duration::from_millis(self.conduct.down_ms);
            self.down_until = Instant::now().checked_add(down);
        }
        Ok(())
    }

    pub(crate) fn is_down(&self, now: Instant) -> bool {
        self.down_until.is_some_and(|until| now < until)
    }

    /// The luck of the next request about this.
    pub(crate) fn fate(&mut self, about: &str) -> Fate {
        let dice = &mut self.dice(about);
        Fate::draw(dice, &self.conduct)
    }

    pub(crate) fn dice(&mut self, about: &str) -> Dice {
        let tries = self.tries.entry(about.to_owned()).or_default();
        *tries += 1;
        Dice::of(self.seed, &self.name, about, *tries)
    }

    pub(crate) fn page_of(&self, portal_id: &str) -> String {
        format!("{}/{}/properties/{portal_id}", self.base, self.name)
    }

    /// The number under which the portal keeps what has this key: always the same.
    pub(crate) fn number_of(&self, key: &str) -> String {
        if let Some(listing) = self.shelf.known(key) {
            return listing.portal_id.clone();
        }
        let mut dice = Dice::of(self.seed, &self.name, key, 0);
        loop {
            let number = (10_000_000 + dice.number() % 90_000_000).to_string();
            if !self.shelf.has_id(&number) {
                return number;
            }
        }
    }

    /// What the portal holds against a listing whatever its form: its rules, and its mood.
    pub(crate) fn objections(&self, sent: &Sent, fate: &Fate) -> Vec<Complaint> {
        let (rules, view) = (&self.conduct.rules, &sent.view);
        let mut found = Vec::new();
        if view.description.chars().count() < rules.description_min {
            let least = rules.description_min;
            let text = format!("the description is shorter than {least} characters");
            found.push(Complaint::new("DESCRIPTION_TOO_SHORT", "description", text));
        }
        if view.photos.len() < rules.photos_min {
            let text = format!("there are fewer than {} photos", rules.photos_min);
            found.push(Complaint::new("TOO_FEW_PHOTOS", "photos", text));
        }
        if fate.refused {
            let text = self.conduct.refuse_reason.clone();
            found.push(Complaint::new("REFUSED", "listing", text));
        }
        found
    }

    /// Takes a listing in, to show it or not as this portal behaves.
    pub(crate) fn take(
        &mut self,
        key: &str,
        portal_id: String,
        mut sent: Sent,
        fate: &Fate,
        now: Instant,
    ) -> Taken {
        sent.listed &= !self.conduct.shows_nothing;
        sent.shown &= !self.conduct.shows_nothing && !self.conduct.hides_pages;
        if fate.lost {
            sent.lost_at = now.checked_add(Duration::from_millis(self.conduct.lose_after_ms));
            self.counts.lost += 1;
        }
        self.counts.accepted += 1;
        let created = self.shelf.put(key, portal_id.clone(), sent, now);
        Taken {
            url: self.page_of(&portal_id),
            portal_id,
            created,
        }
    }
}

impl Answer {
    pub(crate) fn of(status: StatusCode, body: Value) -> Answer {
        Answer {
            status,
            body,
            walk: None,
        }
    }
}

/// May be a portal's name in an address.
pub(crate) fn is_name(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !name.is_empty() && name != "control" && name.bytes().all(fits)
}
