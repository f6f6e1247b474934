//! Looks at a portal with our own eyes: what it lists is compared with what should be there.

use std::collections::{BTreeSet, HashMap};

use ::store::{DAY_MS, Id, MINUTE_MS, Timestamp, kinds};
use catalog::Listing;
use portal::{Listed, Portal, View};
use serde::Serialize;

use crate::channel::Channel;
use crate::planning::Ground;
use crate::publication::Publication;

/// What a look has found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Verified {
    /// How many the portal lists.
    pub listed: usize,
    /// Ours that are there and should be.
    pub seen: usize,
    /// References that were there and are gone.
    pub lost: Vec<String>,
    /// References that are there and should not be.
    pub left: Vec<String>,
    /// References that we never sent.
    pub strangers: Vec<String>,
}

const STRANGERS_MAX: usize = 100;

/// What the portal is to be asked with.
pub(crate) fn question(
    ground: &Ground,
    channel: &Channel,
    portal: &Portal,
    account: &::store::Account,
) -> String {
    let dictionary = ground.dictionary.get();
    let mut text = String::new();
    let Some(vertical) = dictionary.vertical(&account.vertical) else {
        return text;
    };
    if portal.asking.is_empty() {
        return text;
    }
    // A question is about no listing.
    let listing = Listing {
        id: Id::from_uuid(::store::Uuid::nil()),
        account: account.id,
        vertical: vertical.key.clone(),
        category: "".into(),
        status: dictionary::Status::Live,
        parent: None,
        level: None,
        reference: String::new(),
        values: dictionary::Values::new(),
        photos: Vec::new(),
        created_at: ground.store.now(),
        updated_at: ground.store.now(),
        version: 0,
    };
    let view = View {
        listing: &listing,
        vertical,
        account,
        profile: &crate::planning::profile(account),
        settings: &channel.settings,
        languages: &portal.languages,
        base: &ground.base,
        now: ground.store.now(),
    };
    portal.write(&portal.asking, &view, &mut text);
    text
}

/// Compares a page of publications with the list; those that change.
pub(crate) fn compare(
    rows: Vec<Publication>,
    listed: &HashMap<&str, &Listed>,
    found: &mut Verified,
    named: &mut BTreeSet<String>,
    asked_at: Timestamp,
) -> Vec<(Publication, Publication)> {
    let mut changed = Vec::new();
    for before in rows {
        let there = listed.get(before.reference.as_str());
        if there.is_some() {
            named.insert(before.reference.clone());
        }
        // What was sent while the list was made may or may not stand in it.
        if before.sent_at.is_some_and(|at| at >= asked_at) {
            continue;
        }
        let mut after = before.clone();
        match there {
            // Another listing of the same name is the one that stands there.
            Some(_)
                if !before.may_be_there()
                    && !before.wanted
                    && is_named_by_another(&before, named) =>
            {
                continue;
            }
            Some(listed) => {
                found.seen += usize::from(before.wanted);
                if !before.wanted {
                    found.left.push(before.reference.clone());
                }
                after.look(
                    Some((listed.portal_id.clone(), listed.url.clone())),
                    asked_at,
                );
            }
            None => {
                if before.sent.is_some() && before.wanted {
                    found.lost.push(before.reference.clone());
                }
                after.look(None, asked_at);
            }
        }
        if after != before {
            changed.push((before, after));
        }
    }
    changed
}

/// Only one listing of a reference is wanted at a time; the others of that name say nothing of it.
fn is_named_by_another(before: &Publication, named: &BTreeSet<String>) -> bool {
    before.portal_id.is_none() && named.contains(&format!("\u{0}{}", before.reference))
}

/// Marks the references that a wanted publication has.
pub(crate) fn mark_wanted(rows: &[Publication], named: &mut BTreeSet<String>) {
    let wanted = rows.iter().filter(|row| row.wanted || row.may_be_there());
    named.extend(wanted.map(|row| format!("\u{0}{}", row.reference)));
}

pub(crate) fn strangers(listed: &[Listed], named: &BTreeSet<String>) -> Vec<String> {
    let unknown = listed
        .iter()
        .filter(|listed| !named.contains(&listed.reference));
    unknown
        .map(|listed| listed.reference.clone())
        .take(STRANGERS_MAX)
        .collect()
}

/// When to look next: at the portal's times after the last sending, then once a day.
pub(crate) fn next_look(
    portal: &Portal,
    sent_at: Option<Timestamp>,
    now: Timestamp,
) -> Option<Timestamp> {
    portal.list.as_ref()?;
    let sent_at = sent_at?;
    let offsets = portal
        .verify_after
        .iter()
        .map(|minutes| sent_at.plus_ms(i64::from(*minutes) * MINUTE_MS));
    offsets
        .filter(|at| *at > now)
        .min()
        .or(Some(now.plus_ms(DAY_MS)))
}

/// The ids of channels whose publications are looked at in pages.
pub(crate) type After = Option<Id<kinds::Listing>>;
