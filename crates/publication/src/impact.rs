//! What a version of a portal's rules would do to the listings that stand there, before its day.

use std::collections::BTreeMap;

use ::store::{Account, Id, Result, kinds};
use catalog::{Filter, Listing};
use portal::{Missing, Portal, Version, View};
use serde::Serialize;

use crate::planning::{Ground, profile};
use crate::store;

/// One listing that would be refused.
#[derive(Clone, Debug, Serialize)]
pub struct Hit {
    pub account: Id<kinds::Account>,
    pub listing: Id<kinds::Listing>,
    pub reference: String,
    pub missing: Vec<Missing>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Impact {
    /// How many listings were looked at.
    pub listings: usize,
    pub accounts: usize,
    /// Those that pass today's rules and would not pass the new ones.
    pub hits: Vec<Hit>,
    /// How many of them by the code of the rule.
    pub by_code: BTreeMap<String, usize>,
}

/// What a listing lacks for a version of a portal's rules.
pub fn missing(
    ground: &Ground,
    portal: &Portal,
    version: &Version,
    account: &Account,
    settings: &BTreeMap<String, String>,
    listing: &Listing,
) -> Vec<Missing> {
    let dictionary = ground.dictionary.get();
    let Some(vertical) = dictionary.vertical(&listing.vertical) else {
        return Vec::new();
    };
    let view = View {
        listing,
        vertical,
        account,
        profile: &profile(account),
        settings,
        languages: &portal.languages,
        base: &ground.base,
        now: ground.store.now(),
    };
    version.missing(&view, &portal.label)
}

/// Compares two versions over all listings of all accounts that publish there.
pub async fn impact(
    ground: &Ground,
    portal: &Portal,
    from: Option<&Version>,
    to: &Version,
) -> Result<Impact> {
    let mut read = ground.store.read(&ground.store.operator()).await?;
    let channels = store::channels::all_channels(&mut read).await?;
    let mut impact = Impact::default();
    let mut seen = std::collections::BTreeSet::new();
    for channel in channels
        .iter()
        .filter(|c| c.portal == portal.key && c.removed_at.is_none())
    {
        if !seen.insert(channel.account) {
            continue;
        }
        let account = Account::find(&mut read, channel.account).await?;
        let (mut after, hits) = (None, impact.hits.len());
        loop {
            let filter = Filter {
                after,
                limit: catalog::CHUNK,
                ..Filter::default()
            };
            let dictionary = ground.dictionary.get();
            let (page, _) = catalog::list(&mut read, &dictionary, account.id, &filter).await?;
            let Some(last) = page.last() else { break };
            after = Some((last.updated_at, last.id));
            let shown = |l: &&Listing| portal.shows.iter().any(|status| status == l.status.key());
            for listing in page.iter().filter(shown) {
                impact.listings += 1;
                let lacks = |version| {
                    missing(
                        ground,
                        portal,
                        version,
                        &account,
                        &channel.settings,
                        listing,
                    )
                };
                if from.is_some_and(|from| !lacks(from).is_empty()) {
                    continue;
                }
                let missing = lacks(to);
                if !missing.is_empty() {
                    impact.hits.push(Hit {
                        account: account.id,
                        listing: listing.id,
                        reference: listing.reference.clone(),
                        missing,
                    });
                }
            }
        }
        impact.accounts += usize::from(impact.hits.len() > hits);
    }
    for missing in impact.hits.iter().flat_map(|hit| &hit.missing) {
        *impact.by_code.entry(missing.code.clone()).or_default() += 1;
    }
    Ok(impact)
}
