//! `channel`: what an account has agreed with a portal, and what stands there.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use dictionary::Language;
use portal::Way;
use publication::{Channel, ChannelEdit, NewChannel, Publication, State};
use serde_json::json;
use store::{Id, kinds};

use crate::house::{House, Place, act};
use crate::output::{Failure, out, print};

const SECRET_BYTES_MAX: u64 = 64 << 10;

#[derive(Subcommand)]
pub enum ChannelVerb {
    /// The channels of an account, and how many listings stand where
    List {
        #[arg(long, value_name = "SLUG")]
        account: String,
    },
    /// Agree with a portal; all public listings go there from then on
    ///
    /// entremise channel add rtdf --account lumen --set network_id=7 --set branch_id=42
    /// entremise channel add rtdf --account lumen --name "Second branch" --set network_id=7 --set branch_id=43 --quota 50
    #[command(verbatim_doc_comment)]
    Add(Add),
    /// Change the agreement, pause it, or go on
    Set(Set),
    /// Take everything away from the portal, then end the agreement
    Remove {
        /// The channel's id, from `channel list`
        id: String,
    },
    /// What does not stand there as it should, and why
    Show {
        /// The channel's id, from `channel list`
        id: String,
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: usize,
    },
    /// Why is this listing not online? One listing on all portals
    Why {
        /// Its reference
        reference: String,
        #[arg(long, value_name = "SLUG")]
        account: String,
    },
}

#[derive(Args)]
pub struct Add {
    /// The portal, from `portal list`
    portal: String,
    #[arg(long, value_name = "SLUG")]
    account: String,
    /// Tells two agreements with one portal apart; by default the portal's name
    #[arg(long, default_value = "", value_name = "NAME")]
    name: String,
    /// What was agreed, by the portal's names; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    settings: Vec<(String, String)>,
    /// The same with a file that holds the value: for what is secret
    #[arg(long = "set-from", value_name = "KEY=FILE", value_parser = pair)]
    settings_from: Vec<(String, String)>,
    /// Another address than the portal's own
    #[arg(long, default_value = "", value_name = "URL")]
    address: String,
    /// How many listings may stand there; 0 for any number
    #[arg(long, default_value_t = 0, value_name = "N")]
    quota: i64,
}

#[derive(Args)]
pub struct Set {
    /// The channel's id, from `channel list`
    id: String,
    /// What was agreed, by the portal's names; may be given several times
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = pair)]
    settings: Vec<(String, String)>,
    /// The same with a file that holds the value: for what is secret
    #[arg(long = "set-from", value_name = "KEY=FILE", value_parser = pair)]
    settings_from: Vec<(String, String)>,
    #[arg(long, value_name = "URL")]
    address: Option<String>,
    #[arg(long, value_name = "N")]
    quota: Option<i64>,
    /// true stops all calls, false goes on
    #[arg(long, value_name = "BOOL")]
    paused: Option<bool>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write it as KEY=VALUE")?;
    Ok((key.trim().to_owned(), value.to_owned()))
}

impl ChannelVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            ChannelVerb::List { account } => list(&house, &account, json).await,
            ChannelVerb::Add(add) => add.run(&house, json).await,
            ChannelVerb::Set(set) => set.run(&house, json).await,
            ChannelVerb::Remove { id } => {
                let id: Id<kinds::Channel> = id.parse()?;
                let mut tx = house.store.begin(&house.operator(), act()).await?;
                publication::remove(&mut tx, id).await?;
                tx.commit().await?;
                print(json, &json!({ "removed": id }), || {
                    out!(
                        "what stands there is being taken away; the channel goes with the last of it"
                    );
                });
                Ok(())
            }
            ChannelVerb::Show { id, limit } => show(&house, &id, limit, json).await,
            ChannelVerb::Why { reference, account } => {
                why(&house, &account, &reference, json).await
            }
        }
    }
}

fn settings(
    said: Vec<(String, String)>,
    from: Vec<(String, String)>,
) -> Result<BTreeMap<String, String>, Failure> {
    let mut settings: BTreeMap<String, String> = said.into_iter().collect();
    for (key, file) in from {
        let path = PathBuf::from(&file);
        let unread =
            |e: std::io::Error| Failure::from(format!("{key} cannot be read from {file}: {e}"));
        let mut text = String::new();
        let opened = std::fs::File::open(&path).map_err(unread)?;
        opened
            .take(SECRET_BYTES_MAX)
            .read_to_string(&mut text)
            .map_err(unread)?;
        settings.insert(key, text.trim().to_owned());
    }
    Ok(settings)
}

impl Add {
    async fn run(self, house: &House, json: bool) -> Result<(), Failure> {
        let (account, scope) = house.account(&self.account).await?;
        let (portals, seal) = (house.portals(), house.seal()?);
        if portals.find(&self.portal).is_none() {
            let all = portals.all();
            let known: Vec<&str> = all.iter().map(|portal| portal.key.as_str()).collect();
            return Err(Failure::unknown("portal", &self.portal, &known));
        }
        let new = NewChannel {
            portal: self.portal,
            name: self.name,
            address: self.address,
            settings: settings(self.settings, self.settings_from)?,
            quota: self.quota,
        };
        let mut tx = house.store.begin(&scope, act()).await?;
        let channel = publication::add(&mut tx, &portals, &seal, account.id, new).await?;
        tx.commit().await?;
        print(json, &json!({ "channel": channel }), || {
            out!("{}  {}", channel.id, channel.name);
            out!(
                "  public listings go there while the server runs; `entremise channel list --account {}`",
                account.slug
            );
        });
        Ok(())
    }
}

impl Set {
    async fn run(self, house: &House, json: bool) -> Result<(), Failure> {
        let id: Id<kinds::Channel> = self.id.parse()?;
        let edit = ChannelEdit {
            address: self.address,
            settings: settings(self.settings, self.settings_from)?,
            quota: self.quota,
            paused: self.paused,
        };
        let (portals, seal) = (house.portals(), house.seal()?);
        let mut tx = house.store.begin(&house.operator(), act()).await?;
        let channel = publication::change(&mut tx, &portals, &seal, id, edit).await?;
        tx.commit().await?;
        print(json, &json!({ "channel": channel }), || {
            out!("{}  {} changed", channel.id, channel.name);
        });
        Ok(())
    }
}

async fn list(house: &House, slug: &str, json: bool) -> Result<(), Failure> {
    let (account, scope) = house.account(slug).await?;
    let mut read = house.store.read(&scope).await?;
    let channels = publication::channels(&mut read, account.id).await?;
    let mut told = Vec::new();
    for channel in channels {
        let counts = publication::counts(&mut read, &channel).await?;
        told.push((channel, counts));
    }
    let rows: Vec<_> = told
        .iter()
        .map(|(channel, counts)| json!({ "channel": channel, "counts": counts.iter().map(|(s, n)| (s.key(), n)).collect::<BTreeMap<_, _>>() }))
        .collect();
    print(json, &json!({ "channels": rows }), || {
        if told.is_empty() {
            out!("no portal is connected yet; `entremise portal list` shows which there are,");
            out!("`entremise channel add --help` how one is connected");
        }
        for (channel, counts) in &told {
            let counts: Vec<String> = counts
                .iter()
                .map(|(state, n)| format!("{} {n}", state.key()))
                .collect();
            let paused = if channel.paused { "  paused" } else { "" };
            out!(
                "{}  {:<20} {}{paused}",
                channel.id,
                channel.name,
                counts.join(", ")
            );
            tell_contact(channel);
        }
    });
    Ok(())
}

fn tell_contact(channel: &Channel) {
    if !channel.said.is_empty() {
        out!(
            "    {} calls in a row went wrong: {}",
            channel.failures,
            channel.said
        );
    }
    if let Some(at) = channel.verified_at {
        out!(
            "    looked at {at}, {} unknown to us",
            channel.strangers.len()
        );
    }
}

async fn show(house: &House, id: &str, limit: usize, json: bool) -> Result<(), Failure> {
    let id: Id<kinds::Channel> = id.parse()?;
    let mut read = house.store.read(&house.operator()).await?;
    let channel = publication::find_channel(&mut read, id).await?;
    let mut rows = Vec::new();
    for state in State::ALL
        .into_iter()
        .filter(|s| !matches!(s, State::Confirmed | State::Withdrawn))
    {
        rows.extend(publication::in_state(&mut read, &channel, state, limit).await?);
    }
    let fetches = house
        .portals()
        .find(&channel.portal)
        .is_some_and(|portal| portal.way != Way::Call);
    let key = publication::Feed::key_of(&house.seal()?, channel.id);
    let file = fetches.then(|| format!("/published/{}/{key}", channel.id));
    print(
        json,
        &json!({ "channel": channel, "publications": rows, "file": file }),
        || {
            if let Some(file) = &file {
                out!("it fetches YOUR-ADDRESS{file}");
            }
            if rows.is_empty() {
                out!("everything stands there as it should");
            }
            for row in &rows {
                tell(row, &row.reference);
            }
        },
    );
    Ok(())
}

async fn why(house: &House, slug: &str, reference: &str, json: bool) -> Result<(), Failure> {
    let (account, scope) = house.account(slug).await?;
    let mut read = house.store.read(&scope).await?;
    let dictionary = house.dictionary.get();
    let references = [reference.to_owned()];
    let found = catalog::by_references(
        &mut read,
        &dictionary,
        account.id,
        &account.vertical,
        &references,
    )
    .await?;
    let Some(listing) = found.first() else {
        return Err(Failure::new(
            "not_found",
            format!("there is no listing {reference}"),
        ));
    };
    let rows = publication::of_listing(&mut read, account.id, listing.id).await?;
    let channels = publication::channels(&mut read, account.id).await?;
    let name = |row: &Publication| {
        let channel = channels.iter().find(|channel| channel.id == row.channel);
        channel.map_or(String::new(), |channel| channel.name.clone())
    };
    print(
        json,
        &json!({ "listing": listing.id, "status": listing.status, "publications": rows }),
        || {
            if rows.is_empty() && !listing.status.is_public() {
                out!(
                    "{reference} is {}: only live and reserved listings go to portals",
                    listing.status.key()
                );
            } else if rows.is_empty() {
                out!(
                    "{reference} goes to no portal; `entremise channel list --account {slug}` shows what is connected"
                );
            }
            for row in &rows {
                tell(row, &name(row));
            }
        },
    );
    Ok(())
}

fn tell(row: &Publication, name: &str) {
    let url = row.url.as_deref().unwrap_or_default();
    out!(
        "{name:<24} {:<12} since {}  {url}",
        row.state.key(),
        row.changed_at
    );
    for reason in &row.reasons {
        let field = reason
            .field
            .as_deref()
            .map(|field| format!(" [{field}]"))
            .unwrap_or_default();
        out!("    {}{field}", reason.say.get(Language::En));
    }
    if let Some(due) = row.due_at.filter(|_| row.attempts > 0) {
        out!("    tried {} times, again at {due}", row.attempts);
    }
}
