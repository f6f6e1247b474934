//! `portal`: other people's sites as folders of data.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use catalog::{Filter, Listing};
use clap::{Args, Subcommand};
use dictionary::{Date, Dictionary, Language};
use portal::{Portal, Portals, Version, View, Way};
use publication::{Impact, Verified};
use serde_json::json;
use store::Account;

use crate::command::serve::FetchPrivate;
use crate::house::{House, Place};
use crate::output::{Failure, out, print};

#[derive(Subcommand)]
pub enum PortalVerb {
    /// The portals there are, shipped and your own (--portals DIR)
    List,
    /// Read a folder and tell every fault with its line
    #[command(after_help = "Example: entremise portal check portals/gazette")]
    Check {
        /// A folder with portal.toml and record.toml
        folder: PathBuf,
    },
    /// Begin a portal of your own: a folder that works and says what to change
    #[command(after_help = "Example: entremise portal new gazette --in portals")]
    New {
        /// Letters, digits and hyphens
        name: String,
        /// Where the folder is made
        #[arg(long = "in", default_value = "portals", value_name = "DIR")]
        within: PathBuf,
        /// estate, auto or services
        #[arg(long, default_value = "estate", value_name = "VERTICAL")]
        vertical: String,
    },
    /// What would be written of an account's listings, and what would be refused; sends nothing
    Test(Test),
    /// How two versions of a portal's rules differ, and whom the new one hits
    Diff(Diff),
    /// Look at a portal now: what should be there against what is, and mend it
    Audit {
        /// The portal, from `portal list`
        portal: String,
        /// Only this account's channels
        #[arg(long, value_name = "SLUG")]
        account: Option<String>,
        #[command(flatten)]
        private: FetchPrivate,
    },
}

#[derive(Args)]
pub struct Test {
    /// The portal, from `portal list`
    portal: String,
    #[arg(long, value_name = "SLUG")]
    account: String,
    /// Only this listing
    #[arg(long, value_name = "REFERENCE")]
    reference: Option<String>,
    /// What was agreed, by the portal's names
    #[arg(long = "set", value_name = "KEY=VALUE")]
    settings: Vec<String>,
    #[arg(long, default_value_t = 3, value_name = "N")]
    limit: usize,
}

#[derive(Args)]
pub struct Diff {
    /// The portal, from `portal list`
    portal: String,
    /// A version; by default the one of today
    #[arg(long, value_name = "VERSION")]
    from: Option<String>,
    /// A version; by default the last
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    /// Count the listings that it would refuse, and name them
    #[arg(long)]
    impact: bool,
}

impl PortalVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        match self {
            PortalVerb::List => list(&place, json),
            PortalVerb::Check { folder } => check(&place, &folder, json),
            PortalVerb::New {
                name,
                within,
                vertical,
            } => new(&place, &name, &within, &vertical, json),
            PortalVerb::Test(test) => test.run(&place.open().await?, json).await,
            PortalVerb::Diff(diff) => diff.run(&place.open().await?, json).await,
            PortalVerb::Audit {
                portal,
                account,
                private,
            } => {
                audit(
                    &place.open().await?,
                    &portal,
                    account.as_deref(),
                    private,
                    json,
                )
                .await
            }
        }
    }
}

fn opened(place: &Place) -> Result<(Dictionary, Portals), Failure> {
    let dictionary = place.dictionary()?.get();
    let (portals, faults) = Portals::open(&dictionary, place.portals.as_deref());
    for fault in faults.iter().take(20) {
        eprintln!("{fault}");
    }
    Ok((dictionary, portals))
}

fn list(place: &Place, json: bool) -> Result<(), Failure> {
    let (_, portals) = opened(place)?;
    let all = portals.all();
    let told: Vec<_> = all
        .iter()
        .map(|p| {
            json!({
                "key": p.key, "label": p.label, "about": p.about, "verticals": p.verticals,
                "countries": p.countries, "way": way(p.way),
                "settings": p.settings.iter().map(|s| json!({ "key": s.key, "label": s.label, "required": s.required, "secret": s.secret })).collect::<Vec<_>>(),
                "versions": p.rules.versions.iter().map(|v| json!({ "name": v.name, "valid_from": v.valid_from })).collect::<Vec<_>>(),
            })
        })
        .collect();
    print(json, &json!({ "portals": told }), || {
        for portal in &all {
            let countries = portal.countries.join(" ");
            out!(
                "{:<14} {:<26} {:<5} {:<12} {countries}",
                portal.key,
                portal.label,
                way(portal.way),
                portal.verticals.join(" ")
            );
        }
    });
    Ok(())
}

fn way(way: Way) -> &'static str {
    match way {
        Way::Call => "call",
        Way::Pull => "pull",
        Way::Ftp => "ftp",
    }
}

fn check(place: &Place, folder: &Path, json: bool) -> Result<(), Failure> {
    let dictionary = place.dictionary()?.get();
    let name = folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut files = Vec::new();
    for file in ["portal.toml", "record.toml", "rules.toml", "codes.toml"] {
        if let Ok(text) = std::fs::read_to_string(folder.join(file)) {
            files.push((file, text));
        }
    }
    if files.is_empty() {
        let said = format!(
            "there is no portal.toml in {}: name the portal's folder",
            folder.display()
        );
        return Err(Failure::new("no_portal", said));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(file, text)| (*file, text.as_str()))
        .collect();
    match portal::read(&name, &files, &dictionary) {
        Ok(portal) => {
            print(json, &json!({ "faults": [] }), || {
                out!("{} is without fault", portal.label)
            });
            Ok(())
        }
        Err(faults) => {
            print(json, &json!({ "faults": faults }), || {
                faults.iter().for_each(|fault| out!("{fault}"));
            });
            let many = if faults.len() == 1 { "" } else { "s" };
            Err(Failure::new(
                "faulty_portal",
                format!("{} fault{many} in {name}", faults.len()),
            )
            .printed())
        }
    }
}

const ABOUT: &str = r#"# What the portal is. `entremise portal check FOLDER` tells what is wrong here, with its line.
key = "NAME"
label = "NAME"
about = { fr = "À décrire", nl = "Te beschrijven", en = "To be described", de = "Zu beschreiben" }
verticals = ["VERTICAL"]
countries = []
languages = ["fr", "nl", "en", "de"]
# pull: it fetches a file from us. ftp: we lay a file on its server. call: we call it for each listing.
way = "pull"
# table, xml or json
format = "table"
media_type = "text/csv; charset=utf-8"
# Statuses of listings that it shows.
shows = ["live", "reserved"]

[table]
delimiter = ";"
header = true
guards_formulas = true
"#;
const RECORD: &str = r#"# One line for each column: its name there, and what we put into it.
# `entremise portal test NAME --account A` shows what comes of it.
[record]
reference = "reference"
type = "category"
price = "price"
currency = "price.currency"
postcode = "place.postcode"
town = "place.town"
title = "title"
description = { of = "description", max = 4000 }
photo = { each = "photos", limit = 20, of = "photo.url" }
"#;
const RULES: &str = r#"# What it refuses. A new version is added below with the day from which it holds; it keeps the rules
# before it, but for those that it says anew by their code or drops: drops = ["price"]
[[version]]
name = "1"
valid_from = "2026-01-01"

[[version.rule]]
code = "reference"
field = "reference"
needed = true

[[version.rule]]
code = "price"
field = "price"
min = 1
"#;

fn new(
    place: &Place,
    name: &str,
    within: &Path,
    vertical: &str,
    json: bool,
) -> Result<(), Failure> {
    let dictionary = place.dictionary()?.get();
    let fits = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !fits {
        return Err(Failure::usage(
            "a portal is called by small letters, digits and hyphens",
        ));
    }
    if dictionary.vertical(vertical).is_none() {
        let known: Vec<&str> = dictionary
            .verticals()
            .iter()
            .map(|v| v.key.as_ref())
            .collect();
        return Err(Failure::unknown("vertical", vertical, &known));
    }
    let folder = within.join(name);
    if folder.exists() {
        let said = format!(
            "{} is there already; `entremise portal check {0}` reads it",
            folder.display()
        );
        return Err(Failure::new("portal_exists", said));
    }
    let unwritable =
        |e: std::io::Error| Failure::from(format!("{} cannot be written: {e}", folder.display()));
    std::fs::create_dir_all(&folder).map_err(unwritable)?;
    for (file, text) in [
        ("portal.toml", ABOUT),
        ("record.toml", RECORD),
        ("rules.toml", RULES),
    ] {
        let text = text.replace("NAME", name).replace("VERTICAL", vertical);
        std::fs::write(folder.join(file), text).map_err(unwritable)?;
    }
    print(json, &json!({ "folder": folder }), || {
        out!("{}: portal.toml, record.toml, rules.toml", folder.display());
        out!(
            "try it: entremise portal test {name} --account SLUG --portals {}",
            within.display()
        );
    });
    Ok(())
}

fn find(portals: &Portals, key: &str) -> Result<Arc<Portal>, Failure> {
    portals.find(key).ok_or_else(|| {
        let all = portals.all();
        let known: Vec<&str> = all.iter().map(|portal| portal.key.as_str()).collect();
        Failure::unknown("portal", key, &known)
    })
}

fn today(house: &House) -> Date {
    let (year, month, day) = house.store.now().date();
    let part = |n: u32| u8::try_from(n).unwrap_or(1);
    Date {
        year: i16::try_from(year).unwrap_or(i16::MAX),
        month: part(month),
        day: part(day),
    }
}

impl Test {
    async fn run(self, house: &House, json: bool) -> Result<(), Failure> {
        let portals = house.portals();
        let portal = find(&portals, &self.portal)?;
        let (account, scope) = house.account(&self.account).await?;
        let mut read = house.store.read(&scope).await?;
        let dictionary = house.dictionary.get();
        let listings = match &self.reference {
            Some(reference) => {
                let references = [reference.clone()];
                catalog::by_references(
                    &mut read,
                    &dictionary,
                    account.id,
                    &account.vertical,
                    &references,
                )
                .await?
            }
            None => {
                let filter = Filter {
                    limit: self.limit.max(1),
                    ..Filter::default()
                };
                catalog::list(&mut read, &dictionary, account.id, &filter)
                    .await?
                    .0
            }
        };
        let settings = self.settings();
        let mut told = Vec::new();
        for listing in &listings {
            told.extend(self.one(house, &portal, &account, &settings, listing));
        }
        print(json, &json!({ "records": told }), || {
            if told.is_empty() {
                out!("there is no listing to try it with");
            }
            for one in &told {
                out!("{}", one["record"].as_str().unwrap_or_default().trim_end());
                for said in one["missing"].as_array().into_iter().flatten() {
                    out!(
                        "  ! {}: {}",
                        one["reference"].as_str().unwrap_or_default(),
                        said.as_str().unwrap_or_default()
                    );
                }
            }
        });
        Ok(())
    }

    /// What is not said is made up, so that a folder can be tried before anything is agreed.
    fn settings(&self) -> BTreeMap<String, String> {
        let pairs = self.settings.iter().filter_map(|text| text.split_once('='));
        pairs
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect()
    }

    fn one(
        &self,
        house: &House,
        portal: &Portal,
        account: &Account,
        settings: &BTreeMap<String, String>,
        listing: &Listing,
    ) -> Option<serde_json::Value> {
        let dictionary = house.dictionary.get();
        let view = View {
            listing,
            vertical: dictionary.vertical(&listing.vertical)?,
            account,
            profile: &BTreeMap::new(),
            settings,
            languages: &portal.languages,
            base: "https://www.example.com",
            now: house.store.now(),
        };
        let mut record = String::new();
        let unmapped = portal.write(&portal.record, &view, &mut record);
        let version = portal.rules.on(today(house));
        let missing = version
            .map(|v| v.missing(&view, &portal.label))
            .unwrap_or_default();
        let mut said: Vec<String> = missing
            .iter()
            .map(|m| m.say.get(Language::En).to_owned())
            .collect();
        said.extend(unmapped.iter().map(|u| {
            format!(
                "{} has no word for {} “{}”",
                portal.label, u.source, u.value
            )
        }));
        Some(json!({ "reference": listing.reference, "record": record, "missing": said }))
    }
}

impl Diff {
    async fn run(self, house: &House, json: bool) -> Result<(), Failure> {
        let portals = house.portals();
        let portal = find(&portals, &self.portal)?;
        let named = |name: &str| {
            portal.rules.named(name).ok_or_else(|| {
                let known: Vec<&str> = portal
                    .rules
                    .versions
                    .iter()
                    .map(|v| v.name.as_str())
                    .collect();
                Failure::unknown("version", name, &known)
            })
        };
        let from = match &self.from {
            Some(name) => Some(named(name)?),
            None => portal.rules.on(today(house)),
        };
        let to = match &self.to {
            Some(name) => named(name)?,
            None => portal.rules.versions.last().ok_or_else(|| {
                Failure::new("no_rules", format!("{} has no rules", portal.label))
            })?,
        };
        let impact = match self.impact {
            true => {
                let ground = house.ground("", reach::Reach::Everywhere)?;
                Some(publication::impact(&ground, &portal, from, to).await?)
            }
            false => None,
        };
        tell_difference(&portal, from, to, impact.as_ref(), json);
        Ok(())
    }
}

fn tell_difference(
    portal: &Portal,
    from: Option<&Version>,
    to: &Version,
    impact: Option<&Impact>,
    json: bool,
) {
    let old: BTreeSet<&str> = from.into_iter().flat_map(Version::codes).collect();
    let new: BTreeSet<&str> = to.codes().collect();
    let (added, dropped): (Vec<_>, Vec<_>) = (
        new.difference(&old).collect(),
        old.difference(&new).collect(),
    );
    let told = json!({
        "portal": portal.key, "from": from.map(|v| &v.name), "to": to.name, "valid_from": to.valid_from,
        "added": added, "dropped": dropped, "impact": impact,
    });
    print(json, &told, || {
        out!(
            "{}: from {} to {}, valid from {}",
            portal.label,
            from.map_or("nothing", |v| &v.name),
            to.name,
            to.valid_from
        );
        added.iter().for_each(|code| out!("  + {code}"));
        dropped.iter().for_each(|code| out!("  - {code}"));
        let Some(impact) = impact else { return };
        out!(
            "On {}, {} of {} listings, of {} accounts, will be refused",
            to.valid_from,
            impact.hits.len(),
            impact.listings,
            impact.accounts
        );
        impact
            .by_code
            .iter()
            .for_each(|(code, n)| out!("  {n:>6}  {code}"));
        for hit in impact.hits.iter().take(20) {
            let why: Vec<&str> = hit
                .missing
                .iter()
                .map(|m| m.say.get(Language::En))
                .collect();
            out!("  {}  {}", hit.reference, why.join("; "));
        }
    });
}

async fn audit(
    house: &House,
    key: &str,
    account: Option<&str>,
    private: FetchPrivate,
    json: bool,
) -> Result<(), Failure> {
    let ground = house.ground("", private.reach)?;
    let portal = find(&ground.portals, key)?;
    let accounts = match account {
        Some(slug) => vec![house.account(slug).await?.0],
        None => {
            let mut read = house.store.read(&house.operator()).await?;
            Account::all(&mut read).await?
        }
    };
    let mut told: Vec<(String, String, Option<Verified>)> = Vec::new();
    for account in accounts {
        let mut read = house.store.read(&house.operator()).await?;
        let channels = publication::channels(&mut read, account.id).await?;
        drop(read);
        for channel in channels
            .into_iter()
            .filter(|channel| channel.portal == portal.key)
        {
            let found = publication::audit(&ground, channel.id).await?;
            told.push((account.slug.clone(), channel.name, found));
        }
    }
    let rows: Vec<_> = told
        .iter()
        .map(
            |(account, name, found)| json!({ "account": account, "channel": name, "found": found }),
        )
        .collect();
    print(
        json,
        &json!({ "portal": portal.key, "channels": rows }),
        || {
            if told.is_empty() {
                out!("nobody publishes on {}", portal.label);
            }
            for (account, name, found) in &told {
                let Some(found) = found else {
                    out!("{account}  {name}: the portal gave no list");
                    continue;
                };
                out!(
                    "{account}  {name}: {} listed, {} as they should be",
                    found.listed,
                    found.seen
                );
                found.lost.iter().for_each(|r| out!("  lost      {r}"));
                found.left.iter().for_each(|r| out!("  too many  {r}"));
                found.strangers.iter().for_each(|r| out!("  unknown   {r}"));
            }
        },
    );
    Ok(())
}
