//! What should be at each portal, from the listings as they are: a follower of the journal.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use ::store::{Account, Act, Actor, Id, Position, Result, Seal, Store, Timestamp, Tx, Via, kinds};
use catalog::Listing;
use dictionary::{Date, Dictionary, Live};
use portal::{Portal, Portals, View};
use reach::Reach;

use crate::channel::Channel;
use crate::facts::tell;
use crate::publication::{Publication, Reason, State};
use crate::store;
use crate::transition::Target;

/// What all of this room stands on.
#[derive(Clone)]
pub struct Ground {
    pub store: Store,
    pub dictionary: Live,
    pub portals: Portals,
    pub seal: Seal,
    /// Where the public finds our pages and pictures, without a slash at its end.
    pub base: String,
    pub reach: Reach,
}

const FOLLOWER: &str = "publication";
const ENTRIES: usize = 1_000;
/// So many listings are planned in one transaction.
const PLANNED: usize = 200;
/// The cursor is written at least every so many entries, be there anything to plan or not.
const UNWRITTEN_MAX: i64 = 20_000;

/// What the journal told.
pub(crate) struct Heard {
    pub(crate) position: Position,
    /// An agreement was made or changed.
    pub(crate) agreed: bool,
}

/// Takes in what the journal tells next; None when there was nothing new.
pub(crate) async fn plan_from_journal(ground: &Ground, after: Position) -> Result<Option<Heard>> {
    let entries = ground.store.entries(after, ENTRIES).await?;
    let Some(last) = entries.last().map(|entry| entry.position) else {
        return Ok(None);
    };
    let mut touched: BTreeMap<Id<kinds::Account>, BTreeSet<Id<kinds::Listing>>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.entity == "listing") {
        if let Some(account) = entry.account {
            touched
                .entry(account)
                .or_default()
                .insert(Id::from_uuid(entry.id));
        }
    }
    let mut planned = false;
    for (account, listings) in touched {
        let mut read = ground.store.read(&ground.store.operator()).await?;
        let channels = store::channels::channels(&mut read, account).await?;
        drop(read);
        if channels.is_empty() {
            continue;
        }
        planned = true;
        let listings: Vec<_> = listings.into_iter().collect();
        for chunk in listings.chunks(PLANNED) {
            let mut tx = begin(ground).await?;
            plan(&mut tx, ground, &channels, chunk).await?;
            tx.commit().await?;
        }
    }
    // What is planned twice is planned the same: the cursor may lag behind.
    if planned || last.seq / UNWRITTEN_MAX != after.seq / UNWRITTEN_MAX {
        let mut tx = begin(ground).await?;
        tx.move_cursor(FOLLOWER, last).await?;
        tx.commit().await?;
    }
    Ok(Some(Heard {
        position: last,
        agreed: entries.iter().any(|entry| entry.entity == "channel"),
    }))
}

/// Where to begin: behind what was planned before, or at the head while nobody publishes.
pub(crate) async fn begin_at(ground: &Ground) -> Result<Position> {
    let mut read = ground.store.read(&ground.store.operator()).await?;
    let none = store::channels::all_channels(&mut read).await?.is_empty();
    drop(read);
    if none {
        return ground.store.head().await;
    }
    // Whoever sent before us may have died between a call and its answer.
    let mut tx = begin(ground).await?;
    store::doubt(&mut tx).await?;
    tx.commit().await?;
    ground.store.cursor(FOLLOWER).await
}

pub(crate) async fn begin(ground: &Ground) -> Result<Tx> {
    let act = Act::by(Actor::System("publication")).via(Via::Follower);
    ground.store.begin(&ground.store.operator(), act).await
}

/// Plans all listings of the channels whose portal, agreement or rules are others than when they
/// were planned last; how many channels.
pub(crate) async fn plan_anew(ground: &Ground) -> Result<usize> {
    let mut read = ground.store.read(&ground.store.operator()).await?;
    let channels = store::channels::all_channels(&mut read).await?;
    drop(read);
    let today = today(ground.store.now());
    let mut anew = 0;
    for channel in channels {
        // A folder that is not there now, by mistake or for good, takes nothing away.
        let Some(portal) = ground.portals.find(&channel.portal) else {
            continue;
        };
        let rules = portal.rules.on(today);
        let version = rules.map_or("", |version| version.name.as_str());
        let trades = ground.dictionary.get().fingerprint();
        let mark = channel.plan_mark(&portal, trades, &ground.base, version);
        if mark == channel.planned_with {
            continue;
        }
        anew += 1;
        plan_all(ground, &channel).await?;
        let mut tx = begin(ground).await?;
        store::channels::planned(&mut tx, channel.id, &mark).await?;
        tx.commit().await?;
    }
    Ok(anew)
}

async fn plan_all(ground: &Ground, channel: &Channel) -> Result<()> {
    let mut after = None;
    loop {
        let mut tx = begin(ground).await?;
        let dictionary = ground.dictionary.get();
        let page =
            catalog::page_of_account(&mut tx, &dictionary, channel.account, after, PLANNED).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let ids: Vec<_> = page.iter().map(|listing| listing.id).collect();
        plan(&mut tx, ground, std::slice::from_ref(channel), &ids).await?;
        tx.commit().await?;
    }
    let mut tx = begin(ground).await?;
    let orphans = store::orphans(&mut tx, channel).await?;
    for chunk in orphans.chunks(PLANNED) {
        plan(&mut tx, ground, std::slice::from_ref(channel), chunk).await?;
    }
    tx.commit().await.map(|_| ())
}

/// Aims the publications of some listings at what should be there.
pub(crate) async fn plan(
    tx: &mut Tx,
    ground: &Ground,
    channels: &[Channel],
    listings: &[Id<kinds::Listing>],
) -> Result<()> {
    let Some(account) = channels.first().map(|channel| channel.account) else {
        return Ok(());
    };
    let account = Account::find(tx, account).await?;
    let dictionary = ground.dictionary.get();
    for channel in channels
        .iter()
        .filter(|c| ground.portals.find(&c.portal).is_some())
    {
        let mut ids = listings.to_vec();
        let mut known = HashSet::new();
        // What a listing gives free, a place or a name, another may have waited for.
        while !ids.is_empty() {
            known.extend(ids.iter().copied());
            let plan = Plan::of(tx, ground, &dictionary, &account, channel, &ids).await?;
            let freed = plan.write(tx).await?;
            ids = freed.into_iter().filter(|id| !known.contains(id)).collect();
        }
    }
    Ok(())
}

/// A portal has let go of a reference: who waited for it may have it now.
pub(crate) async fn plan_waiting(
    tx: &mut Tx,
    ground: &Ground,
    channel: &Channel,
    freed: &Publication,
) -> Result<()> {
    let reference = [freed.reference.clone()];
    let named = store::of_references(tx, channel.account, channel.id, &reference).await?;
    let waits = |row: &&Publication| row.state == State::Refused && row.listing != freed.listing;
    let waiting: Vec<_> = named.iter().filter(waits).map(|row| row.listing).collect();
    match waiting.is_empty() {
        true => Ok(()),
        false => plan(tx, ground, std::slice::from_ref(channel), &waiting).await,
    }
}

struct Plan<'a> {
    channel: &'a Channel,
    portal: Option<Arc<Portal>>,
    changed: Vec<(Option<Publication>, Publication)>,
    /// References that are no longer taken.
    freed: Vec<String>,
}

impl<'a> Plan<'a> {
    async fn of(
        tx: &mut Tx,
        ground: &Ground,
        dictionary: &Dictionary,
        account: &Account,
        channel: &'a Channel,
        ids: &[Id<kinds::Listing>],
    ) -> Result<Plan<'a>> {
        let found = catalog::find_many(tx, dictionary, ids).await?;
        let found: HashMap<_, _> = found
            .into_iter()
            .map(|listing| (listing.id, listing))
            .collect();
        let mut rows = store::of_listings(tx, account.id, channel.id, ids).await?;
        let references: Vec<String> = found
            .values()
            .map(|listing| listing.reference.clone())
            .collect();
        let named = store::of_references(tx, account.id, channel.id, &references).await?;
        let mut names: HashMap<String, Id<kinds::Listing>> = HashMap::new();
        for row in named
            .iter()
            .filter(|row| row.wanted && row.state != State::Refused)
        {
            names.insert(row.reference.clone(), row.listing);
        }
        let mut room = match channel.quota {
            0 => i64::MAX / 2,
            quota => quota - store::standing(tx, channel).await?,
        };
        let eye = Eye::of(ground, dictionary, account, channel, tx.now());
        let mut plan = Plan {
            channel,
            portal: eye.portal.clone(),
            changed: Vec::new(),
            freed: Vec::new(),
        };
        for id in ids {
            let before = rows.remove(id);
            let stood = before
                .as_ref()
                .is_some_and(|b| b.wanted && b.state != State::Refused);
            let mut target = eye.target(found.get(id));
            let reference = found.get(id).map(|listing| listing.reference.as_str());
            if let (Target::Shown { .. }, Some(reference)) = (&target, reference) {
                let other = names.get(reference).filter(|other| *other != id);
                if other.is_some() {
                    target = Target::Barred(vec![twice(reference)]);
                } else if !stood && room <= 0 {
                    target = Target::Barred(vec![full(channel)]);
                } else {
                    names.insert(reference.to_owned(), *id);
                }
            }
            let stands = matches!(target, Target::Shown { .. });
            room += i64::from(stood) - i64::from(stands);
            if stood && !stands {
                plan.freed
                    .extend(before.as_ref().map(|b| b.reference.clone()));
            }
            plan.aim(*id, reference, before, target, tx.now());
        }
        Ok(plan)
    }

    fn aim(
        &mut self,
        listing: Id<kinds::Listing>,
        reference: Option<&str>,
        before: Option<Publication>,
        target: Target,
        now: Timestamp,
    ) {
        if before.is_none() && target == Target::Away {
            return;
        }
        let mut after = before
            .clone()
            .unwrap_or_else(|| fresh(self.channel, listing, now));
        if let Some(reference) = reference {
            after.reference = reference.to_owned();
        }
        after.aim(target, now);
        if before.as_ref() != Some(&after) {
            self.changed.push((before, after));
        }
    }

    /// The listings that may stand now because others have made room.
    async fn write(self, tx: &mut Tx) -> Result<Vec<Id<kinds::Listing>>> {
        let label = self
            .portal
            .as_ref()
            .map_or(self.channel.portal.as_str(), |p| p.label.as_str());
        for (before, after) in &self.changed {
            tell(tx, before.as_ref(), after, label);
        }
        let changed: Vec<Publication> = self.changed.into_iter().map(|(_, after)| after).collect();
        if !changed.is_empty() {
            store::write(tx, &changed).await?;
            store::channels::raise_version(tx, self.channel.id).await?;
        }
        if self.freed.is_empty() {
            return Ok(Vec::new());
        }
        let waiting =
            store::of_references(tx, self.channel.account, self.channel.id, &self.freed).await?;
        let waiting = waiting
            .into_iter()
            .filter(|row| row.state == State::Refused);
        let mut freed: Vec<_> = waiting.map(|row| row.listing).collect();
        if self.channel.quota > 0 {
            freed.extend(store::barred_by(tx, self.channel, FULL, self.freed.len()).await?);
        }
        Ok(freed)
    }
}

/// What looks at a listing as one portal would.
struct Eye<'a> {
    ground: &'a Ground,
    dictionary: &'a Dictionary,
    account: &'a Account,
    channel: &'a Channel,
    portal: Option<Arc<Portal>>,
    profile: BTreeMap<String, String>,
    now: Timestamp,
}

impl<'a> Eye<'a> {
    fn of(
        ground: &'a Ground,
        dictionary: &'a Dictionary,
        account: &'a Account,
        channel: &'a Channel,
        now: Timestamp,
    ) -> Eye<'a> {
        Eye {
            portal: ground.portals.find(&channel.portal),
            profile: profile(account),
            ground,
            dictionary,
            account,
            channel,
            now,
        }
    }

    fn target(&self, listing: Option<&Listing>) -> Target {
        let (Some(listing), Some(portal)) = (listing, &self.portal) else {
            return Target::Away;
        };
        let shown = portal
            .shows
            .iter()
            .any(|status| status == listing.status.key());
        let known = portal.verticals.iter().any(|v| *v == *listing.vertical);
        let vertical = self.dictionary.vertical(&listing.vertical);
        let (true, true, None, Some(vertical)) = (shown, known, self.channel.removed_at, vertical)
        else {
            return Target::Away;
        };
        let view = View {
            listing,
            vertical,
            account: self.account,
            profile: &self.profile,
            settings: &self.channel.settings,
            languages: &portal.languages,
            base: &self.ground.base,
            now: self.now,
        };
        if let Some(version) = portal.rules.on(today(self.now)) {
            let missing = version.missing(&view, &portal.label);
            if !missing.is_empty() {
                return Target::Barred(missing.into_iter().map(of_rule).collect());
            }
        }
        let (mut record, mut removal) = (String::new(), String::new());
        let unmapped = portal.write(&portal.record, &view, &mut record);
        if !unmapped.is_empty() {
            return Target::Barred(
                unmapped
                    .iter()
                    .map(|u| wordless(&portal.label, u))
                    .collect(),
            );
        }
        portal.write(&portal.removing, &view, &mut removal);
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        hasher.update(record.as_bytes());
        hasher.update(&[0]);
        hasher.update(removal.as_bytes());
        Target::Shown {
            hash: hasher.digest().cast_signed(),
            record,
            removal,
        }
    }
}

/// What the account's profile says, as texts.
pub(crate) fn profile(account: &Account) -> BTreeMap<String, String> {
    let profile: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&account.profile).unwrap_or_default();
    let texts = profile.into_iter().filter_map(|(key, value)| match value {
        serde_json::Value::String(text) => Some((key, text)),
        serde_json::Value::Number(number) => Some((key, number.to_string())),
        _ => None,
    });
    texts.collect()
}

pub(crate) fn today(now: Timestamp) -> Date {
    let (year, month, day) = now.date();
    Date {
        year: i16::try_from(year).unwrap_or(i16::MAX),
        month: u8::try_from(month).unwrap_or(1),
        day: u8::try_from(day).unwrap_or(1),
    }
}

fn fresh(channel: &Channel, listing: Id<kinds::Listing>, now: Timestamp) -> Publication {
    Publication {
        account: channel.account,
        channel: channel.id,
        listing,
        reference: String::new(),
        state: State::Withdrawn,
        wanted: false,
        record: String::new(),
        removal: String::new(),
        hash: 0,
        sent: None,
        sent_removal: String::new(),
        uncertain: false,
        portal_id: None,
        url: None,
        reasons: Vec::new(),
        answer: String::new(),
        attempts: 0,
        due_at: None,
        sent_at: None,
        seen_at: None,
        changed_at: now,
    }
}

pub(crate) const FULL: &str = "quota";

fn of_rule(missing: portal::Missing) -> Reason {
    Reason {
        code: missing.code,
        field: Some(missing.field),
        say: missing.say,
    }
}

fn wordless(portal: &str, unmapped: &portal::Unmapped) -> Reason {
    let value = &unmapped.value;
    let said = [
        format!("{portal} n’a pas de mot pour « {value} »"),
        format!("{portal} heeft geen woord voor ‘{value}’"),
        format!("{portal} has no word for “{value}”"),
        format!("{portal} hat kein Wort für „{value}“"),
    ];
    Reason {
        field: Some(unmapped.source.clone()),
        ..Reason::own("unmapped", said)
    }
}

fn twice(reference: &str) -> Reason {
    let said = [
        format!("Une autre annonce porte déjà la référence {reference} sur ce portail"),
        format!("Een ander pand heeft op deze website al de referentie {reference}"),
        format!("Another listing has the reference {reference} on this portal already"),
        format!("Ein anderes Angebot hat auf diesem Portal schon die Referenz {reference}"),
    ];
    Reason {
        field: Some("reference".to_owned()),
        ..Reason::own("reference_taken", said)
    }
}

fn full(channel: &Channel) -> Reason {
    let (name, quota) = (&channel.name, channel.quota);
    let said = [
        format!("Les {quota} places sur {name} sont prises"),
        format!("De {quota} plaatsen op {name} zijn bezet"),
        format!("The {quota} places on {name} are taken"),
        format!("Die {quota} Plätze auf {name} sind belegt"),
    ];
    Reason::own(FULL, said)
}
