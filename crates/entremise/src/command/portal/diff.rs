//! How two versions of a portal's rules differ, and whom the new one hits.

use std::collections::BTreeSet;

use clap::Args;
use dictionary::Language;
use portal::{Portal, Version};
use publication::Impact;
use serde_json::json;

use super::{find, today};
use crate::house::House;
use crate::output::{Failure, out, print};

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

impl Diff {
    pub(super) async fn run(self, house: &House, json: bool) -> Result<(), Failure> {
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
