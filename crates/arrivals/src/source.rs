//! How an account's files come, and what is done with them.

use ::store::{
    Account, Change, Error, Id, Reads, Result, Right, Seal, Timestamp, Tx, Wrong, json, kinds,
};
use dictionary::Label;
use exchange::{KeyBy, LastWord, Policy, Removal};
use serde::{Deserialize, Serialize};

use crate::address::{self, Said};
use crate::schedule::{self, Times};
use crate::{keys, store};

/// By which way files come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Handed over by a person in the office, on the command line, or by a program through the API.
    Hand,
    /// By FTP; its user is let in by SFTP too.
    Ftp,
    /// By SFTP alone: the password never travels in the clear.
    Sftp,
    Mail,
    /// Dropped into a folder of this machine.
    Folder,
    /// Fetched from an address at its times.
    Url,
    /// Fetched from a mailbox at its times.
    Imap,
}

impl Way {
    pub const ALL: [Way; 7] = [
        Way::Hand,
        Way::Ftp,
        Way::Sftp,
        Way::Mail,
        Way::Folder,
        Way::Url,
        Way::Imap,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            Way::Hand => "hand",
            Way::Ftp => "ftp",
            Way::Sftp => "sftp",
            Way::Mail => "mail",
            Way::Folder => "folder",
            Way::Url => "url",
            Way::Imap => "imap",
        }
    }

    pub fn parse(key: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|w| w.key() == key)
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Source {
    pub id: Id<kinds::Source>,
    pub account: Id<kinds::Account>,
    /// The name of the feed that its files are deliveries of.
    pub name: String,
    pub way: Way,
    /// Where it is fetched, without the password.
    pub address: String,
    /// The FTP or SFTP user, or what stands before the @ of the mail address.
    pub login: Option<String>,
    /// The hash of what its user says to us.
    #[serde(skip)]
    pub(crate) secret: String,
    /// What we say to the other side, sealed: of a URL `user:password`, of a mailbox the password.
    #[serde(skip)]
    pub(crate) sealed: String,
    /// The folder that a mailbox's mails are moved to once they are taken; empty marks them as seen.
    pub move_to: String,
    /// The OpenSSH keys that its SFTP user may come with, one a line.
    pub public_keys: String,
    /// `03:30` or `03:30 13:00`, in `zone`; empty for what comes by itself.
    pub times: String,
    /// An IANA name such as Europe/Brussels.
    pub zone: String,
    pub category: String,
    /// Its files hold only changes: what they do not name stays.
    pub partial: bool,
    #[serde(flatten)]
    pub policy: Policy,
    /// After so many hours without a file somebody is told; 0 for never.
    pub quiet_hours: i64,
    pub active: bool,
    #[serde(skip)]
    pub(crate) validators: String,
    pub next_at: Option<Timestamp>,
    pub arrived_at: Timestamp,
    pub alerted_at: Option<Timestamp>,
    /// Fetches in a row that went wrong.
    pub failures: i64,
    /// What went wrong last.
    pub said: String,
}

#[derive(Clone, Debug)]
pub struct NewSource {
    pub account: Id<kinds::Account>,
    pub name: String,
    pub way: Way,
    pub address: String,
    /// Of a mailbox; that of an address on the web stands in it.
    pub password: String,
    pub move_to: String,
    pub public_keys: String,
    pub times: String,
    pub zone: String,
    pub category: String,
    pub partial: bool,
    pub policy: Policy,
    pub quiet_hours: i64,
}

/// What is changed of a source; None leaves it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceEdit {
    pub address: Option<String>,
    pub password: Option<String>,
    pub move_to: Option<String>,
    pub public_keys: Option<String>,
    pub times: Option<String>,
    pub zone: Option<String>,
    pub category: Option<String>,
    pub partial: Option<bool>,
    pub last_word: Option<LastWord>,
    pub removal: Option<Removal>,
    pub key_by: Option<KeyBy>,
    pub photos_change: Option<bool>,
    pub quiet_hours: Option<i64>,
    pub active: Option<bool>,
}

const QUIET_HOURS_MAX: i64 = 24 * 60;
const NAME_LETTERS_MAX: usize = 60;

/// Adds a source; the answer holds the password of its user, which is never to be had again.
pub async fn add(tx: &mut Tx, seal: &Seal, new: NewSource) -> Result<(Source, Option<String>)> {
    tx.scope().demand(Right::Manage)?;
    let account = tx.scope().reach(new.account)?;
    let account = Account::find(tx, account).await?;
    let name = feed_name(&new.name)?;
    if store::by_name(tx, account.id, &name).await?.is_some() {
        return Err(Error::conflict(
            "source_exists",
            [
                "Une source porte déjà ce nom",
                "Er is al een bron met die naam",
                "A source of that name exists already",
                "Eine Quelle dieses Namens gibt es schon",
            ],
        ));
    }
    let secret = hashed(&json(&tx.dice().bytes::<20>())?)[..32].to_owned();
    let served = matches!(new.way, Way::Ftp | Way::Sftp);
    let login = match new.way {
        _ if served => Some(format!("{}-{name}", account.slug)),
        // Whoever knows the address may send: part of it cannot be guessed.
        Way::Mail => Some(format!("{}-{name}-{}", account.slug, &secret[..10])),
        _ => None,
    };
    let password = served.then_some(secret);
    let zone = zone_of(&new.zone, &account.country)?;
    let mut source = Source {
        login,
        secret: password.as_deref().map(hashed).unwrap_or_default(),
        public_keys: keys::read(new.way, &new.public_keys)?,
        category: new.category,
        partial: new.partial,
        policy: new.policy,
        quiet_hours: new.quiet_hours.clamp(0, QUIET_HOURS_MAX),
        ..plain(tx, account.id, name, new.way, zone)
    };
    let said = Said {
        address: Some(new.address),
        password: Some(new.password),
        move_to: Some(new.move_to),
    };
    address::settle(&mut source, said, seal, tx.dice())?;
    timed(&mut source, &new.times, tx.now())?;
    store::write(tx, &source).await?;
    tell(tx, "source.added", None, Some(&source))?;
    Ok((source, password))
}

pub async fn change(
    tx: &mut Tx,
    seal: &Seal,
    id: Id<kinds::Source>,
    edit: SourceEdit,
) -> Result<Source> {
    tx.scope().demand(Right::Manage)?;
    let before = find_source(tx, id).await?;
    let mut after = before.clone();
    let said = Said {
        address: edit.address,
        password: edit.password,
        move_to: edit.move_to,
    };
    address::settle(&mut after, said, seal, tx.dice())?;
    if let Some(lines) = edit.public_keys {
        after.public_keys = keys::read(after.way, &lines)?;
    }
    if let Some(zone) = edit.zone {
        after.zone = zone_of(&zone, "")?;
    }
    let times = edit.times.unwrap_or_else(|| after.times.clone());
    timed(&mut after, &times, tx.now())?;
    after.category = edit.category.unwrap_or(after.category);
    after.partial = edit.partial.unwrap_or(after.partial);
    let policy = &mut after.policy;
    policy.last_word = edit.last_word.unwrap_or(policy.last_word);
    policy.removal = edit.removal.unwrap_or(policy.removal);
    policy.key_by = edit.key_by.unwrap_or(policy.key_by);
    policy.photos_change = edit.photos_change.unwrap_or(policy.photos_change);
    let hours = edit.quiet_hours.unwrap_or(after.quiet_hours);
    after.quiet_hours = hours.clamp(0, QUIET_HOURS_MAX);
    after.active = edit.active.unwrap_or(after.active);
    store::write(tx, &after).await?;
    tell(tx, "source.changed", Some(&before), Some(&after))?;
    Ok(after)
}

/// Removes a source and the list of its arrivals; the listings it brought stay.
pub async fn remove(tx: &mut Tx, id: Id<kinds::Source>) -> Result<Source> {
    tx.scope().demand(Right::Manage)?;
    let source = find_source(tx, id).await?;
    store::delete(tx, id).await?;
    tell(tx, "source.removed", Some(&source), None)?;
    Ok(source)
}

pub async fn find_source(read: &mut impl Reads, id: Id<kinds::Source>) -> Result<Source> {
    let found = store::by_id(read, id).await?;
    found
        .filter(|s| read.scope().reach(s.account).is_ok())
        .ok_or(Error::NotFound { what: "source" })
}

pub async fn sources(read: &mut impl Reads, account: Id<kinds::Account>) -> Result<Vec<Source>> {
    let account = read.scope().reach(account)?;
    store::of_account(read, account).await
}

/// The source for files that a person or a program hands over, made when it is first needed.
pub(crate) async fn by_hand(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    name: &str,
) -> Result<Source> {
    let account = Account::find(tx, account).await?;
    if let Some(source) = store::by_name(tx, account.id, name).await? {
        return Ok(source);
    }
    let zone = zone_of("", &account.country)?;
    let source = plain(tx, account.id, name.to_owned(), Way::Hand, zone);
    store::write(tx, &source).await?;
    Ok(source)
}

/// A source of which nothing is said yet.
fn plain(tx: &mut Tx, account: Id<kinds::Account>, name: String, way: Way, zone: String) -> Source {
    Source {
        id: tx.id(),
        account,
        name,
        way,
        address: String::new(),
        login: None,
        secret: String::new(),
        sealed: String::new(),
        move_to: String::new(),
        public_keys: String::new(),
        times: String::new(),
        zone,
        category: String::new(),
        partial: false,
        policy: Policy::default(),
        quiet_hours: 0,
        active: true,
        validators: String::new(),
        next_at: None,
        arrived_at: tx.now(),
        alerted_at: None,
        failures: 0,
        said: String::new(),
    }
}

fn tell(
    tx: &mut Tx,
    fact: &'static str,
    before: Option<&Source>,
    after: Option<&Source>,
) -> Result<()> {
    let Some(source) = after.or(before) else {
        return Ok(());
    };
    tx.record(Change {
        account: Some(source.account),
        entity: "source",
        id: source.id.uuid(),
        fact,
        before: before.map(json).transpose()?,
        after: after.map(json).transpose()?,
    });
    Ok(())
}

/// Lower-case letters, digits and hyphens: it becomes part of a login and of a mail address.
fn feed_name(text: &str) -> Result<String> {
    let name: String = text
        .trim()
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let name = name.trim_matches('-').to_owned();
    if name.is_empty() || name.len() > NAME_LETTERS_MAX {
        return Err(wrong(
            "name",
            "name",
            [
                "Un nom de 1 à 60 lettres, chiffres ou traits d’union",
                "Een naam van 1 tot 60 letters, cijfers of streepjes",
                "A name of 1 to 60 letters, digits or hyphens",
                "Ein Name aus 1 bis 60 Buchstaben, Ziffern oder Bindestrichen",
            ],
        ));
    }
    Ok(name)
}

fn timed(source: &mut Source, times: &str, now: Timestamp) -> Result<()> {
    let Some(read) = Times::read(times) else {
        return Err(wrong(
            "times",
            "times",
            [
                "Des heures comme 03:30 ou 03:30 13:00",
                "Uren zoals 03:30 of 03:30 13:00",
                "Times such as 03:30 or 03:30 13:00",
                "Uhrzeiten wie 03:30 oder 03:30 13:00",
            ],
        ));
    };
    source.times = read.to_string();
    source.next_at = match source.way {
        Way::Url | Way::Imap => Some(read.next(&source.zone, now).unwrap_or(now)),
        _ => None,
    };
    Ok(())
}

fn zone_of(zone: &str, country: &str) -> Result<String> {
    let zone = match (zone.trim(), country) {
        ("", "FR") => "Europe/Paris",
        ("", "NL") => "Europe/Amsterdam",
        ("", "GB") => "Europe/London",
        ("", "LU") => "Europe/Luxembourg",
        ("", _) => "Europe/Brussels",
        (zone, _) => zone,
    };
    if !schedule::is_zone(zone) {
        return Err(wrong(
            "zone",
            "zone",
            [
                "Un fuseau horaire comme Europe/Brussels",
                "Een tijdzone zoals Europe/Brussels",
                "A time zone such as Europe/Brussels",
                "Eine Zeitzone wie Europe/Brussels",
            ],
        ));
    }
    Ok(zone.to_owned())
}

pub(crate) fn wrong(field: &str, code: &'static str, said: [&str; 4]) -> Error {
    Error::Invalid {
        wrong: vec![Wrong {
            field: field.into(),
            code,
            message: Label {
                fr: said[0].into(),
                nl: said[1].into(),
                en: said[2].into(),
                de: said[3].into(),
            },
        }],
    }
}

/// A secret of 160 random bits needs no slow hash.
pub(crate) fn hashed(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}
