//! What an account has agreed with a portal.

use std::collections::BTreeMap;

use ::store::{Account, Error, Id, Reads, Result, Right, Seal, Timestamp, Tx, Wrong, kinds};
use dictionary::Label;
use portal::{Portal, Portals};
use serde::{Deserialize, Serialize};

use crate::facts::{tell, tell_channel};
use crate::store;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Channel {
    pub id: Id<kinds::Channel>,
    pub account: Id<kinds::Account>,
    pub portal: String,
    /// Tells two agreements with the same portal apart.
    pub name: String,
    /// Another address than the portal's own; empty for its own.
    pub address: String,
    /// What was agreed and is no secret, by the portal's names.
    pub settings: BTreeMap<String, String>,
    #[serde(skip)]
    pub(crate) sealed: String,
    /// How many listings may stand there; 0 for any number.
    pub quota: i64,
    pub paused: bool,
    #[serde(skip)]
    pub(crate) removed_at: Option<Timestamp>,
    /// With which folder of the portal and which settings its publications were planned.
    #[serde(skip)]
    pub(crate) planned_with: String,
    /// Counts the changes of what should be there.
    #[serde(skip)]
    pub(crate) version: i64,
    pub verify_at: Option<Timestamp>,
    pub verified_at: Option<Timestamp>,
    pub sent_at: Option<Timestamp>,
    pub answered_at: Option<Timestamp>,
    /// Calls in a row that nobody answered.
    pub failures: i64,
    /// What went wrong last.
    pub said: String,
    /// References that the portal lists and that we never sent.
    pub strangers: Vec<String>,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, Default)]
pub struct NewChannel {
    pub portal: String,
    pub name: String,
    pub address: String,
    /// Secrets too, by the portal's names.
    pub settings: BTreeMap<String, String>,
    pub quota: i64,
}

/// What is changed of a channel; None leaves it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelEdit {
    pub address: Option<String>,
    /// Those that are named; the others stay.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    pub quota: Option<i64>,
    pub paused: Option<bool>,
}

const NAME_LETTERS_MAX: usize = 60;

/// Agrees with a portal; the publications of all listings follow.
pub async fn add(
    tx: &mut Tx,
    portals: &Portals,
    seal: &Seal,
    account: Id<kinds::Account>,
    new: NewChannel,
) -> Result<Channel> {
    tx.scope().demand(Right::Manage)?;
    let account = tx.scope().reach(account)?;
    let account = Account::find(tx, account).await?;
    let portal = portals
        .find(&new.portal)
        .ok_or(Error::NotFound { what: "portal" })?;
    if !portal.verticals.contains(&account.vertical) {
        return Err(other_trade(&portal));
    }
    let name = match new.name.trim() {
        "" => portal.label.clone(),
        name => name.chars().take(NAME_LETTERS_MAX).collect(),
    };
    let known = store::channels::channels(tx, account.id).await?;
    if known
        .iter()
        .any(|channel| channel.portal == portal.key && channel.name == name)
    {
        return Err(taken());
    }
    let mut channel = Channel {
        id: tx.id(),
        account: account.id,
        portal: portal.key.clone(),
        name,
        address: address(&new.address)?,
        settings: BTreeMap::new(),
        sealed: String::new(),
        quota: new.quota.max(0),
        paused: false,
        removed_at: None,
        planned_with: String::new(),
        version: 0,
        verify_at: None,
        verified_at: None,
        sent_at: None,
        answered_at: None,
        failures: 0,
        said: String::new(),
        strangers: Vec::new(),
        created_at: tx.now(),
    };
    channel.agree(tx, &portal, seal, new.settings)?;
    channel.is_complete(&portal, seal)?;
    store::channels::write_channel(tx, &channel).await?;
    tell_channel(tx, "channel.added", None, Some(&channel))?;
    Ok(channel)
}

pub async fn change(
    tx: &mut Tx,
    portals: &Portals,
    seal: &Seal,
    id: Id<kinds::Channel>,
    edit: ChannelEdit,
) -> Result<Channel> {
    tx.scope().demand(Right::Manage)?;
    let before = find_channel(tx, id).await?;
    let portal = portals
        .find(&before.portal)
        .ok_or(Error::NotFound { what: "portal" })?;
    let mut after = before.clone();
    if let Some(text) = edit.address {
        after.address = address(&text)?;
    }
    after.agree(tx, &portal, seal, edit.settings)?;
    after.is_complete(&portal, seal)?;
    after.quota = edit.quota.unwrap_or(after.quota).max(0);
    after.paused = edit.paused.unwrap_or(after.paused);
    store::channels::write_channel(tx, &after).await?;
    tell_channel(tx, "channel.changed", Some(&before), Some(&after))?;
    Ok(after)
}

/// Ends the agreement: what stands there is taken away first, then the channel goes.
pub async fn remove(tx: &mut Tx, id: Id<kinds::Channel>) -> Result<Channel> {
    tx.scope().demand(Right::Manage)?;
    let before = find_channel(tx, id).await?;
    let after = Channel {
        removed_at: Some(tx.now()),
        paused: false,
        ..before.clone()
    };
    store::channels::write_channel(tx, &after).await?;
    tell_channel(tx, "channel.removed", Some(&before), None)?;
    Ok(after)
}

/// Sends a listing once more, whatever the portal said of it; false where there is nothing to send.
pub async fn send_again(
    tx: &mut Tx,
    channel: Id<kinds::Channel>,
    listing: Id<kinds::Listing>,
) -> Result<bool> {
    tx.scope().demand(Right::Write)?;
    let channel = find_channel(tx, channel).await?;
    let mut rows = store::of_listings(tx, channel.account, channel.id, &[listing]).await?;
    let before = rows.remove(&listing).ok_or(Error::NotFound {
        what: "publication",
    })?;
    let mut after = before.clone();
    if !after.once_more(tx.now()) {
        return Ok(false);
    }
    tell(tx, Some(&before), &after, &channel.name);
    store::write(tx, &[after]).await?;
    Ok(true)
}

pub async fn find_channel(read: &mut impl Reads, id: Id<kinds::Channel>) -> Result<Channel> {
    let found = store::channels::channel(read, id).await?;
    found
        .filter(|channel| {
            channel.removed_at.is_none() && read.scope().reach(channel.account).is_ok()
        })
        .ok_or(Error::NotFound { what: "channel" })
}

/// The channels of an account that are not being removed.
pub async fn channels(read: &mut impl Reads, account: Id<kinds::Account>) -> Result<Vec<Channel>> {
    let account = read.scope().reach(account)?;
    let mut channels = store::channels::channels(read, account).await?;
    channels.retain(|channel| channel.removed_at.is_none());
    Ok(channels)
}

impl Channel {
    /// Takes settings over; secrets are sealed and stand nowhere else.
    fn agree(
        &mut self,
        tx: &Tx,
        portal: &Portal,
        seal: &Seal,
        said: BTreeMap<String, String>,
    ) -> Result<()> {
        let mut secrets = self.secrets(seal)?;
        for (key, text) in said {
            let Some(setting) = portal.settings.iter().find(|setting| setting.key == key) else {
                return Err(unknown_setting(portal, &key));
            };
            match setting.secret {
                true => drop(secrets.insert(key, text)),
                false => drop(self.settings.insert(key, text)),
            }
        }
        if !secrets.is_empty() {
            let text = ::store::json(&secrets)?;
            self.sealed = seal.close(tx.dice(), &self.whose(), &text)?;
        }
        Ok(())
    }

    fn is_complete(&self, portal: &Portal, seal: &Seal) -> Result<()> {
        let secrets = self.secrets(seal)?;
        let said = |key: &String| {
            let text = self.settings.get(key).or_else(|| secrets.get(key));
            text.is_some_and(|text| !text.trim().is_empty())
        };
        let missing = portal
            .settings
            .iter()
            .filter(|setting| setting.required && !said(&setting.key));
        let wrong: Vec<Wrong> = missing
            .map(|setting| Wrong {
                field: setting.key.clone(),
                code: "missing",
                message: needed(&setting.label),
            })
            .collect();
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(Error::Invalid { wrong }),
        }
    }

    /// The secrets that are said to the portal.
    pub(crate) fn secrets(&self, seal: &Seal) -> Result<BTreeMap<String, String>> {
        if self.sealed.is_empty() {
            return Ok(BTreeMap::new());
        }
        let text = seal.open_sealed(&self.whose(), &self.sealed)?;
        serde_json::from_str(&text).map_err(|e| Error::broken(e.to_string()))
    }

    fn whose(&self) -> String {
        format!("channel {}", self.id)
    }

    /// Where the portal answers, without a slash at its end.
    pub(crate) fn address<'a>(&'a self, portal: &'a Portal) -> &'a str {
        match self.address.is_empty() {
            true => &portal.address,
            false => &self.address,
        }
    }

    /// Publications are planned anew when this changes.
    pub(crate) fn plan_mark(
        &self,
        portal: &Portal,
        trades: u64,
        base: &str,
        rules: &str,
    ) -> String {
        let settings = self.settings.iter().map(|(k, v)| format!("{k}={v}"));
        let text = format!(
            "{} {trades} {} {} {} {base} {rules}",
            portal.fingerprint,
            settings.collect::<Vec<_>>().join("\n"),
            self.quota,
            self.removed_at.is_some(),
        );
        format!("{:016x}", xxhash_rust::xxh3::xxh3_64(text.as_bytes()))
    }
}

fn needed(label: &Label) -> Label {
    Label {
        fr: format!("{} : à indiquer", label.fr),
        nl: format!("{}: in te vullen", label.nl),
        en: format!("{}: is needed", label.en),
        de: format!("{}: fehlt noch", label.de),
    }
}

fn address(text: &str) -> Result<String> {
    let text = text.trim().trim_end_matches('/');
    if text.is_empty() || text.starts_with("https://") || text.starts_with("http://") {
        return Ok(text.to_owned());
    }
    Err(Error::refused(
        "address",
        [
            "Une adresse qui commence par https://",
            "Een adres dat begint met https://",
            "An address that begins with https://",
            "Eine Adresse, die mit https:// beginnt",
        ],
    ))
}

fn taken() -> Error {
    Error::conflict(
        "channel_exists",
        [
            "Ce portail est déjà relié sous ce nom",
            "Deze website is al onder die naam gekoppeld",
            "This portal is connected under that name already",
            "Dieses Portal ist unter diesem Namen schon verbunden",
        ],
    )
}

fn other_trade(portal: &Portal) -> Error {
    let (label, trades) = (&portal.label, portal.verticals.join(", "));
    Error::refused(
        "other_trade",
        [
            &format!("{label} ne prend que : {trades}"),
            &format!("{label} neemt alleen: {trades}"),
            &format!("{label} takes only: {trades}"),
            &format!("{label} nimmt nur: {trades}"),
        ],
    )
}

fn unknown_setting(portal: &Portal, key: &str) -> Error {
    let known: Vec<&str> = portal
        .settings
        .iter()
        .map(|setting| setting.key.as_str())
        .collect();
    let (label, known) = (&portal.label, known.join(", "));
    Error::refused(
        "unknown_setting",
        [
            &format!("{label} ne connaît pas « {key} » ; il y a : {known}"),
            &format!("{label} kent ‘{key}’ niet; er zijn: {known}"),
            &format!("{label} has no “{key}”; it has: {known}"),
            &format!("{label} kennt „{key}“ nicht; es gibt: {known}"),
        ],
    )
}
