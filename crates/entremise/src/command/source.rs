//! `source`, `arrivals`: how files come in, and what became of each.

use std::io::{Read, Write};
use std::path::PathBuf;

use arrivals::{NewSource, SourceEdit, Way};
use clap::{Args, Subcommand};
use exchange::{KeyBy, LastWord, Policy, Removal};
use media::Files;
use store::{Id, kinds};

use crate::house::{House, Place, act};
use crate::output::{Failure, out, print};

const PASSWORD_BYTES_MAX: u64 = 4_096;

/// Ways in: FTP, SFTP, mail, a folder of the server, an address on the web, a mailbox
#[derive(Subcommand)]
pub enum SourceVerb {
    /// The sources of an account
    List {
        #[arg(long, value_name = "SLUG")]
        account: String,
    },
    /// Add one; prints the login, and the FTP or SFTP password once
    ///
    /// Ways: `url` fetches a file, `imap` takes the mails of a mailbox, `mail` is sent mails (serve
    /// --mail-in), `sftp` and `ftp` are sent files (serve --sftp, --ftp), `folder` watches DIR/incoming.
    ///
    /// entremise source add nightly --account garage --way url --address https://dms.example/stock.csv --at 03:30
    /// entremise source add dms --account garage --way sftp --public-keys "$(cat dms.pub)"
    /// entremise source add post --account garage --way imap --address imaps://stock@garage.be@imap.garage.be/INBOX --password-from FILE --move-to Done
    #[command(verbatim_doc_comment)]
    Add(Add),
    /// Change one
    Set(Set),
    /// Remove one and the list of what it brought; its listings stay
    Remove {
        /// The source's id, from `source list`
        id: String,
    },
}

#[derive(Args)]
pub struct Add {
    /// The name of the feed: letters, digits, hyphens
    name: String,
    #[arg(long, value_name = "SLUG")]
    account: String,
    /// url, imap, sftp, ftp, mail or folder
    #[arg(long, value_name = "WAY", value_parser = way)]
    way: Way,
    /// The address to fetch, https://host/file or imaps://user@host/Folder
    #[arg(long, default_value = "", value_name = "URL")]
    address: String,
    /// A file with the password of the address's user; `-` for stdin. It is kept sealed
    #[arg(long, value_name = "FILE")]
    password_from: Option<PathBuf>,
    /// The mailbox's folder for mails that are taken; without one they are marked as seen
    #[arg(long, default_value = "", value_name = "FOLDER")]
    move_to: String,
    /// OpenSSH public keys that the SFTP user may come with, one a line; Ed25519 or ECDSA
    #[arg(long, default_value = "", value_name = "KEYS")]
    public_keys: String,
    /// Times of the day to fetch it, in the time zone; without any a file every day, mails every
    /// ten minutes
    #[arg(long = "at", default_value = "", value_name = "TIMES")]
    times: String,
    /// By default that of the account's country
    #[arg(long, default_value = "", value_name = "ZONE")]
    zone: String,
    /// The category of listings whose rows name none
    #[arg(long, default_value = "", value_name = "CATEGORY")]
    category: String,
    /// Its files hold only changes: what they do not name stays
    #[arg(long)]
    partial: bool,
    /// Whose value stays where a person has edited what the file says too: office or file
    #[arg(long, default_value = "office", value_name = "WHO", value_parser = last_word)]
    last_word: LastWord,
    /// When a listing goes: absence from a file, twice in a row, the file's column of states, never
    #[arg(long, default_value = "absence", value_name = "WHEN", value_parser = removal)]
    removal: Removal,
    /// What tells a row again: mapping, reference, vin, plate, portal, facts
    #[arg(long, default_value = "mapping", value_name = "WHAT", value_parser = key_by)]
    key_by: KeyBy,
    /// Other pictures come under the same addresses: ask for them with every delivery
    #[arg(long)]
    photos_change: bool,
    /// Write to the account after so many hours without a file; 0 for never
    #[arg(long, default_value_t = 26, value_name = "HOURS")]
    quiet_hours: i64,
}

#[derive(Args)]
pub struct Set {
    /// The source's id, from `source list`
    id: String,
    /// Another server or user wants the password again
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    /// A file with the password; `-` for stdin
    #[arg(long, value_name = "FILE")]
    password_from: Option<PathBuf>,
    #[arg(long, value_name = "FOLDER")]
    move_to: Option<String>,
    #[arg(long, value_name = "KEYS")]
    public_keys: Option<String>,
    #[arg(long = "at", value_name = "TIMES")]
    times: Option<String>,
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    #[arg(long, value_name = "HOURS")]
    quiet_hours: Option<i64>,
    /// true or false
    #[arg(long, value_name = "BOOL")]
    partial: Option<bool>,
    /// office or file
    #[arg(long, value_name = "WHO", value_parser = last_word)]
    last_word: Option<LastWord>,
    /// absence, twice, status or never
    #[arg(long, value_name = "WHEN", value_parser = removal)]
    removal: Option<Removal>,
    /// mapping, reference, vin, plate, portal or facts
    #[arg(long, value_name = "WHAT", value_parser = key_by)]
    key_by: Option<KeyBy>,
    /// true or false
    #[arg(long, value_name = "BOOL")]
    photos_change: Option<bool>,
    /// false suspends it
    #[arg(long, value_name = "BOOL")]
    active: Option<bool>,
}

/// Every file that came, raw
#[derive(Subcommand)]
pub enum ArrivalsVerb {
    /// What came to an account, newest first
    List {
        #[arg(long, value_name = "SLUG")]
        account: String,
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: usize,
    },
    /// One with the report of its import
    Show { id: String },
    /// Write the raw file, as it came
    Get {
        id: String,
        /// `-` for stdout
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Work a file once more; the running server does it
    Again {
        id: String,
        /// Yes, really: withdraw what a shrunken file no longer names
        #[arg(long)]
        clearance: bool,
    },
}

fn way(text: &str) -> Result<Way, String> {
    let known = Way::parse(text).filter(|w| *w != Way::Hand);
    known.ok_or_else(|| "url, imap, sftp, ftp, mail or folder".to_owned())
}

fn last_word(text: &str) -> Result<LastWord, String> {
    LastWord::parse(text).ok_or_else(|| "office or file".to_owned())
}

fn removal(text: &str) -> Result<Removal, String> {
    Removal::parse(text).ok_or_else(|| "absence, twice, status or never".to_owned())
}

fn key_by(text: &str) -> Result<KeyBy, String> {
    let known = KeyBy::parse(text);
    known.ok_or_else(|| "mapping, reference, vin, plate, portal or facts".to_owned())
}

impl SourceVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            SourceVerb::List { account } => list(&house, &account, json).await,
            SourceVerb::Add(add) => add.run(&house, json).await,
            SourceVerb::Set(set) => set.run(&house, json).await,
            SourceVerb::Remove { id } => {
                let id: Id<kinds::Source> = id.parse()?;
                let mut tx = house.store.begin(&house.operator(), act()).await?;
                arrivals::remove(&mut tx, id).await?;
                tx.commit().await?;
                print(json, &serde_json::json!({ "removed": id }), || {
                    out!("removed; the listings it brought stay");
                });
                Ok(())
            }
        }
    }
}

async fn list(house: &House, slug: &str, json: bool) -> Result<(), Failure> {
    let (account, scope) = house.account(slug).await?;
    let mut read = house.store.read(&scope).await?;
    let sources = arrivals::sources(&mut read, account.id).await?;
    print(json, &serde_json::json!({ "sources": sources }), || {
        if sources.is_empty() {
            out!("no sources yet; `entremise source add --help` shows how to add one");
        }
        for s in &sources {
            let at = s.login.as_deref().unwrap_or(&s.address);
            let state = if s.active { "" } else { "  suspended" };
            out!(
                "{}  {:<7} {:<20} {at} {}{state}",
                s.id,
                s.way.key(),
                s.name,
                s.times
            );
            if !s.said.is_empty() {
                out!("    {}", s.said);
            }
        }
    });
    Ok(())
}

impl Add {
    async fn run(self, house: &House, json: bool) -> Result<(), Failure> {
        let (account, scope) = house.account(&self.account).await?;
        let seal = house.seal()?;
        let fingerprint = arrivals::sftp_fingerprint(&seal)?;
        let mut tx = house.store.begin(&scope, act()).await?;
        let new = NewSource {
            account: account.id,
            name: self.name,
            way: self.way,
            address: self.address,
            password: password(self.password_from)?.unwrap_or_default(),
            move_to: self.move_to,
            public_keys: self.public_keys,
            times: self.times,
            zone: self.zone,
            category: self.category,
            partial: self.partial,
            policy: Policy {
                last_word: self.last_word,
                removal: self.removal,
                key_by: self.key_by,
                photos_change: self.photos_change,
            },
            quiet_hours: self.quiet_hours,
        };
        let (source, password) = arrivals::add(&mut tx, &seal, new).await?;
        tx.commit().await?;
        let told = serde_json::json!({ "source": source, "password": password });
        let folder = house.place.data.join("incoming").join(&account.slug);
        print(json, &told, || {
            out!("{}  {}", source.id, source.name);
            match (source.way, source.login.as_deref()) {
                (Way::Ftp | Way::Sftp, Some(login)) => {
                    out!("  user      {login}");
                    out!("  password  {}", password.as_deref().unwrap_or_default());
                    out!("  host key  {fingerprint} (SFTP)");
                    let way = source.way.key();
                    out!("  (the password is not shown again; serve with --{way} ADDR)");
                }
                (Way::Mail, Some(login)) => {
                    out!("  send the files to {login}@YOUR-DOMAIN (serve with --mail-in ADDR)");
                }
                (Way::Folder, _) => out!("  {}", folder.join(&source.name).display()),
                _ if source.times.is_empty() => out!("  {}", source.address),
                _ => out!("  {} at {} ({})", source.address, source.times, source.zone),
            }
        });
        Ok(())
    }
}

/// The first line of a file. On the command line itself everybody on the machine could read it.
fn password(from: Option<PathBuf>) -> Result<Option<String>, Failure> {
    let Some(from) = from else {
        return Ok(None);
    };
    let mut text = String::new();
    let file: Box<dyn Read> = match from.as_os_str() == "-" {
        true => Box::new(std::io::stdin()),
        false => Box::new(std::fs::File::open(&from).map_err(|e| unread(&from, &e))?),
    };
    let read = file.take(PASSWORD_BYTES_MAX).read_to_string(&mut text);
    read.map_err(|e| unread(&from, &e))?;
    Ok(text.lines().next().map(str::to_owned))
}

fn unread(from: &std::path::Path, error: &std::io::Error) -> Failure {
    format!(
        "the password cannot be read from {}: {error}",
        from.display()
    )
    .into()
}

impl Set {
    async fn run(self, house: &House, json: bool) -> Result<(), Failure> {
        let id: Id<kinds::Source> = self.id.parse()?;
        let edit = SourceEdit {
            address: self.address,
            password: password(self.password_from)?,
            move_to: self.move_to,
            public_keys: self.public_keys,
            times: self.times,
            zone: self.zone,
            category: self.category,
            partial: self.partial,
            last_word: self.last_word,
            removal: self.removal,
            key_by: self.key_by,
            photos_change: self.photos_change,
            quiet_hours: self.quiet_hours,
            active: self.active,
        };
        let seal = house.seal()?;
        let mut tx = house.store.begin(&house.operator(), act()).await?;
        let source = arrivals::change(&mut tx, &seal, id, edit).await?;
        tx.commit().await?;
        print(json, &serde_json::json!({ "source": source }), || {
            out!("{}  {} changed", source.id, source.name);
        });
        Ok(())
    }
}

impl ArrivalsVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            ArrivalsVerb::List { account, limit } => {
                let (account, scope) = house.account(&account).await?;
                let mut read = house.store.read(&scope).await?;
                let came = arrivals::arrivals(&mut read, account.id, limit).await?;
                print(json, &serde_json::json!({ "arrivals": came }), || {
                    if came.is_empty() {
                        out!("nothing has come yet");
                    }
                    for a in &came {
                        let at = a.at.to_string();
                        let (state, bytes) = (a.state.key(), a.bytes);
                        out!("{}  {} {state:<9} {bytes:>10}  {}", a.id, &at[..16], a.name);
                    }
                });
                Ok(())
            }
            ArrivalsVerb::Show { id } => {
                let arrival = find(&house, &id).await?;
                print(true, &arrival, || {});
                Ok(())
            }
            ArrivalsVerb::Get { id, out } => get(&house, &id, &out, json).await,
            ArrivalsVerb::Again { id, clearance } => {
                let id: Id<kinds::Arrival> = id.parse()?;
                let mut tx = house.store.begin(&house.operator(), act()).await?;
                let arrival = arrivals::work_again(&mut tx, id, clearance).await?;
                tx.commit().await?;
                print(json, &arrival, || {
                    out!("{} waits to be worked", arrival.name)
                });
                Ok(())
            }
        }
    }
}

async fn find(house: &House, id: &str) -> Result<arrivals::Arrival, Failure> {
    let id: Id<kinds::Arrival> = id.parse()?;
    let mut read = house.store.read(&house.operator()).await?;
    Ok(arrivals::find_arrival(&mut read, id).await?)
}

async fn get(house: &House, id: &str, to: &std::path::Path, json: bool) -> Result<(), Failure> {
    let arrival = find(house, id).await?;
    let files = Files::open(&house.place.data.join("files"))?;
    let mut raw = files.get(&arrival.hash)?;
    let failed = |e: std::io::Error| Failure::from(format!("{}: {e}", to.display()));
    if to.as_os_str() == "-" {
        let mut bytes = Vec::new();
        raw.read_to_end(&mut bytes).map_err(failed)?;
        return std::io::stdout().write_all(&bytes).map_err(failed);
    }
    let mut file = std::fs::File::create(to).map_err(failed)?;
    let bytes = std::io::copy(&mut raw, &mut file).map_err(failed)?;
    let told = serde_json::json!({ "file": to, "bytes": bytes, "hash": arrival.hash });
    print(json, &told, || {
        out!("{bytes} bytes written to {}", to.display())
    });
    Ok(())
}
