//! `portal`: other people's sites as folders of data.

mod diff;
mod new;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use catalog::{Filter, Listing};
use clap::{Args, Subcommand};
use dictionary::{Date, Dictionary, Language};
use portal::{Portal, Portals, View, Way};
use publication::Verified;
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
    Diff(diff::Diff),
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
            } => new::new(&place, &name, &within, &vertical, json),
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
