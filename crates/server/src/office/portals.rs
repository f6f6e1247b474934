//! The board: which listing stands on which portal, what the portal said, and why one is not online.

use std::collections::{BTreeMap, HashMap};

use askama::Template;
use axum::http::StatusCode;
use catalog::{Filter, Listing};
use dictionary::Vertical;
use portal::{Portal, Way};
use publication::{Channel, ChannelEdit, Feed, NewChannel, Publication, State};
use store::{Error, Id, Result, Right, Timestamp, kinds};

use super::desk::{Desk, page};
use super::listings::said;
use super::{Answer, Visit, see};
use crate::site::view;
use crate::text::{grouped, say};

const PAGE: usize = 50;
/// What a person has to do something about, or wait for.
const TROUBLE: [State; 5] = [
    State::Refused,
    State::Lost,
    State::Queued,
    State::Changing,
    State::Withdrawing,
];

#[derive(Template)]
#[template(path = "office/portals.html")]
struct Board {
    desk: Desk,
    may_manage: bool,
    channels: Vec<Line>,
    trouble: bool,
    rows: Vec<Row>,
    next: Option<String>,
}

/// A channel.
struct Line {
    id: String,
    name: String,
    portal: String,
    counts: Vec<(&'static str, &'static str, String)>,
    answered: String,
    looked: String,
    strangers: usize,
    trouble: String,
    paused: bool,
    /// Where the portal fetches its file.
    file: Option<String>,
}

/// A listing on all channels.
struct Row {
    id: String,
    reference: String,
    title: String,
    cells: Vec<Option<Cell>>,
}

struct Cell {
    channel: String,
    key: &'static str,
    state: &'static str,
    url: Option<String>,
    reasons: Vec<String>,
    tried: String,
    again: bool,
}

#[derive(Template)]
#[template(path = "office/channel.html")]
struct Form {
    desk: Desk,
    /// Key, name and country of each portal.
    portals: Vec<(String, String, String)>,
    chosen: Option<Chosen>,
    wrong: Vec<String>,
    kept: BTreeMap<String, String>,
}

struct Chosen {
    key: String,
    label: String,
    about: String,
    /// Key, name, whether it is needed, whether it is secret.
    settings: Vec<(String, String, bool, bool)>,
}

impl Form {
    fn kept(&self, name: &str) -> &str {
        self.kept.get(name).map_or("", String::as_str)
    }

    fn setting(&self, key: &str) -> &str {
        self.kept(&format!("setting.{key}"))
    }
}

pub async fn board(visit: &Visit) -> Answer {
    let account = visit.account.id;
    let trouble = visit.get("show") == Some("trouble");
    let after = visit.get("after").and_then(|text| {
        let (at, id) = text.split_once('~')?;
        Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
    });
    let dictionary = visit.deps.dictionary.get();
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let channels = publication::channels(&mut read, account).await?;
    let mut lines = Vec::new();
    for channel in &channels {
        let counts = publication::counts(&mut read, channel).await?;
        lines.push(line(visit, channel, &counts));
    }
    let listings = match (channels.is_empty(), trouble) {
        (true, _) => Vec::new(),
        (false, true) => {
            let ids = publication::listings_in(&mut read, account, &TROUBLE, PAGE).await?;
            let found = catalog::find_many(&mut read, &dictionary, &ids).await?;
            let mut found: HashMap<_, _> = found.into_iter().map(|l| (l.id, l)).collect();
            ids.iter().filter_map(|id| found.remove(id)).collect()
        }
        (false, false) => {
            let filter = Filter {
                after,
                limit: PAGE,
                ..Filter::default()
            };
            catalog::list(&mut read, &dictionary, account, &filter)
                .await?
                .0
        }
    };
    let ids: Vec<_> = listings.iter().map(|listing| listing.id).collect();
    let stands = publication::on_all(&mut read, account, &ids).await?;
    drop(read);
    let stands: HashMap<_, _> = stands
        .into_iter()
        .map(|p| ((p.listing, p.channel), p))
        .collect();
    let vertical = dictionary.vertical(&visit.account.vertical);
    let rows = listings
        .iter()
        .map(|l| row(visit, l, &channels, &stands, vertical.map(|v| &**v)));
    let next = listings
        .last()
        .filter(|_| !trouble && listings.len() == PAGE)
        .map(|last| {
            let at = format!("{}~{}", last.updated_at.0, last.id);
            crate::site::query::address("/portals", &[("after", &at)])
        });
    page(&Board {
        desk: Desk::of(visit, "portals", say(visit.language, "portals")).await?,
        may_manage: visit.scope.may(Right::Manage),
        rows: rows.collect(),
        channels: lines,
        trouble,
        next,
    })
}

fn moment(at: Option<Timestamp>) -> String {
    at.map(|at| at.to_string()[..16].replace('T', " "))
        .unwrap_or_default()
}

fn line(visit: &Visit, channel: &Channel, counts: &BTreeMap<State, i64>) -> Line {
    let language = visit.language;
    let portal = visit.deps.ground.portals.find(&channel.portal);
    let counts = counts.iter().map(|(state, n)| {
        (
            state.key(),
            say(language, word(*state)),
            grouped(*n, language),
        )
    });
    let ground = &visit.deps.ground;
    let fetches = portal
        .as_ref()
        .is_some_and(|portal| portal.way != Way::Call);
    let key = Feed::key(ground, channel.id);
    Line {
        file: (fetches && visit.scope.may(Right::Manage))
            .then(|| format!("{}/published/{}/{key}", ground.base, channel.id)),
        id: channel.id.to_string(),
        name: channel.name.clone(),
        portal: portal.map_or_else(|| channel.portal.clone(), |portal| portal.label.clone()),
        counts: counts.collect(),
        answered: moment(channel.answered_at),
        looked: moment(channel.verified_at),
        strangers: channel.strangers.len(),
        trouble: channel.said.clone(),
        paused: channel.paused,
    }
}

fn row(
    visit: &Visit,
    listing: &Listing,
    channels: &[Channel],
    stands: &HashMap<(Id<kinds::Listing>, Id<kinds::Channel>), Publication>,
    vertical: Option<&Vertical>,
) -> Row {
    let cells = channels.iter().map(|channel| {
        let publication = stands.get(&(listing.id, channel.id))?;
        Some(cell(visit, publication))
    });
    Row {
        id: listing.id.to_string(),
        reference: listing.reference.clone(),
        title: view::title(listing, visit.language, vertical),
        cells: cells.collect(),
    }
}

fn cell(visit: &Visit, publication: &Publication) -> Cell {
    let reasons = publication
        .reasons
        .iter()
        .map(|reason| reason.say.get(visit.language).to_owned());
    let due = publication.due_at.filter(|_| publication.attempts > 0);
    let ours = publication
        .reasons
        .iter()
        .any(|reason| reason.field.is_some());
    Cell {
        channel: publication.channel.to_string(),
        key: publication.state.key(),
        state: say(visit.language, word(publication.state)),
        url: publication
            .url
            .clone()
            .filter(|url| url.starts_with("http")),
        reasons: reasons.collect(),
        tried: moment(due),
        again: !ours
            && matches!(
                publication.state,
                State::Refused | State::Queued | State::Changing | State::Withdrawing
            ),
    }
}

pub(super) const fn word(state: State) -> &'static str {
    match state {
        State::Queued => "pub_queued",
        State::Accepted => "pub_accepted",
        State::Confirmed => "pub_confirmed",
        State::Refused => "pub_refused",
        State::Changing => "pub_changing",
        State::Withdrawing => "pub_withdrawing",
        State::Withdrawn => "pub_withdrawn",
        State::Lost => "pub_lost",
    }
}

pub async fn new(visit: &Visit) -> Answer {
    let chosen = visit.get("portal").unwrap_or_default().to_owned();
    form(visit, &chosen, Vec::new(), BTreeMap::new()).await
}

async fn form(
    visit: &Visit,
    chosen: &str,
    wrong: Vec<String>,
    kept: BTreeMap<String, String>,
) -> Answer {
    visit.scope.demand(Right::Manage)?;
    let trade = &visit.account.vertical;
    let all = visit.deps.ground.portals.all();
    let fitting: Vec<_> = all
        .iter()
        .filter(|portal| portal.verticals.contains(trade))
        .collect();
    let chosen = fitting.iter().find(|portal| portal.key == chosen);
    let unfit = !wrong.is_empty();
    let told =
        |p: &&std::sync::Arc<Portal>| (p.key.clone(), p.label.clone(), p.countries.join(" "));
    let mut response = page(&Form {
        desk: Desk::of(visit, "portals", say(visit.language, "connect_portal")).await?,
        portals: fitting.iter().map(told).collect(),
        chosen: chosen.map(|portal| Chosen {
            key: portal.key.clone(),
            label: portal.label.clone(),
            about: portal.about.get(visit.language).to_owned(),
            settings: portal
                .settings
                .iter()
                .map(|s| {
                    (
                        s.key.clone(),
                        s.label.get(visit.language).to_owned(),
                        s.required,
                        s.secret,
                    )
                })
                .collect(),
        }),
        wrong,
        kept,
    })?;
    if unfit {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub async fn add(visit: &Visit) -> Answer {
    let form_said: BTreeMap<String, String> = visit
        .form()
        .into_iter()
        .map(|(k, v)| (k, v.trim().to_owned()))
        .collect();
    let get = |name: &str| form_said.get(name).cloned().unwrap_or_default();
    let settings = form_said.iter().filter_map(|(key, value)| {
        let key = key.strip_prefix("setting.")?;
        (!value.is_empty()).then(|| (key.to_owned(), value.clone()))
    });
    let new = NewChannel {
        portal: get("portal"),
        name: get("name"),
        address: get("address"),
        settings: settings.collect(),
        quota: get("quota").parse().unwrap_or(0),
    };
    let portal = new.portal.clone();
    let added = async {
        let (portals, seal) = (&visit.deps.ground.portals, &visit.deps.seal);
        let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
        publication::add(&mut tx, portals, seal, visit.account.id, new).await?;
        tx.commit().await?;
        Ok::<_, Error>(())
    };
    match added.await {
        Ok(()) => see("/portals?said=saved"),
        Err(error) if error.status() < 500 && error.status() != 403 => {
            form(visit, &portal, said(visit, &error), form_said).await
        }
        Err(error) => Err(error),
    }
}

fn id<K: store::Kind>(text: &str, what: &'static str) -> Result<Id<K>> {
    text.parse().map_err(|_| Error::NotFound { what })
}

pub async fn pause(visit: &Visit, channel: &str, paused: bool) -> Answer {
    let edit = ChannelEdit {
        paused: Some(paused),
        ..ChannelEdit::default()
    };
    let (portals, seal) = (&visit.deps.ground.portals, &visit.deps.seal);
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    publication::change(&mut tx, portals, seal, id(channel, "channel")?, edit).await?;
    tx.commit().await?;
    see("/portals?said=saved")
}

pub async fn remove(visit: &Visit, channel: &str) -> Answer {
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    publication::remove(&mut tx, id(channel, "channel")?).await?;
    tx.commit().await?;
    see("/portals?said=saved")
}

pub async fn again(visit: &Visit, channel: &str, listing: &str) -> Answer {
    let (channel, listing) = (id(channel, "channel")?, id(listing, "listing")?);
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    publication::send_again(&mut tx, channel, listing).await?;
    tx.commit().await?;
    see("/portals?said=saved")
}
