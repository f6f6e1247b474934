//! What is offered twice: found for all to see who may, and to nobody told more than that.

use std::collections::HashMap;
use std::sync::Arc;

use catalog::{Alike, Duplicates, Listing, Where};
use dictionary::{Language, Vertical};
use serde_json::json;
use store::{Account, Error, Id, Result, Scope, Timestamp, kinds};

use super::access::ok;
use super::{Answer, Call};
use crate::deps::Deps;
use crate::site::view;
use crate::text::say;

/// All listings are compared anew when so long has gone by; what has gone since is not shown.
const FRESH_MS: i64 = 60_000;
const LIMITS: (usize, usize) = (50, 500);

/// When they were compared, and what was found.
pub type Compared = (Timestamp, Arc<Duplicates>);

/// Listings that are one thing, as somebody may see them.
pub struct Group {
    pub confidence: f64,
    pub reasons: Vec<Alike>,
    pub twins: Vec<Twin>,
}

pub struct Twin {
    /// Of another account only what the public sees.
    pub listing: Listing,
    /// Whether the reader may open it in the office.
    pub own: bool,
    pub account: Option<Account>,
}

pub struct Page {
    pub looked: usize,
    pub total: usize,
    pub too_common: usize,
    pub groups: Vec<Group>,
    pub next: Option<usize>,
}

/// Where a scope may look: an account's people at what they have too, the operator at everything.
pub fn place(scope: &Scope, account: Option<Id<kinds::Account>>, vertical: Option<&str>) -> Where {
    let own = scope.account();
    Where {
        vertical: vertical.map(str::to_owned),
        account: own.or(account),
        others_as_public: own.is_some(),
    }
}

/// The surest first, some at a time.
pub async fn page(deps: &Deps, place: &Where, from: usize, limit: usize) -> Result<Page> {
    let found = compared(deps, place).await?;
    let all = found.groups.iter().skip(from).take(limit);
    let ids: Vec<Id<kinds::Listing>> = all
        .clone()
        .flat_map(|g| g.listings.iter().map(|l| l.id))
        .collect();
    let dictionary = deps.dictionary.get();
    // Other accounts are looked at by the deployment itself; what the reader gets is kept to what he may see.
    let mut read = deps.store.read(&deps.store.operator()).await?;
    let listings = catalog::find_many(&mut read, &dictionary, &ids).await?;
    drop(read);
    let mut listings: HashMap<_, _> = listings.into_iter().map(|l| (l.id, l)).collect();
    let mut groups = Vec::new();
    for group in all {
        let of = group.listings.iter().filter_map(|l| listings.remove(&l.id));
        let twins = of.filter_map(|listing| {
            let vertical = dictionary.vertical(&listing.vertical)?;
            twin(deps, place, listing, vertical)
        });
        let twins: Vec<Twin> = twins.collect();
        let wanted = place
            .account
            .is_none_or(|own| twins.iter().any(|t| t.listing.account == own));
        if wanted && twins.len() > 1 {
            groups.push(Group {
                confidence: group.confidence,
                reasons: group.reasons.clone(),
                twins,
            });
        }
    }
    let next = from + limit;
    Ok(Page {
        looked: found.looked,
        total: found.groups.len(),
        too_common: found.too_common,
        groups,
        next: (next < found.groups.len()).then_some(next),
    })
}

/// A listing as the reader may see it; None when he may not, or when it is history by now.
fn twin(deps: &Deps, place: &Where, mut listing: Listing, vertical: &Vertical) -> Option<Twin> {
    use dictionary::Status::{Draft, Live, Reserved};
    let own = !place.others_as_public || place.account == Some(listing.account);
    let offered = matches!(listing.status, Draft | Live | Reserved);
    if !offered || !(own || listing.status.is_public()) {
        return None;
    }
    if !own {
        listing.keep_public(vertical);
    }
    let account = deps.account(listing.account);
    Some(Twin {
        listing,
        own,
        account,
    })
}

/// Comparing reads every listing, so it is done by one at a time and kept for a while.
async fn compared(deps: &Deps, place: &Where) -> Result<Arc<Duplicates>> {
    let key = format!("{place:?}");
    let kept = || {
        let (at, found) = deps.duplicates.get(&key)?;
        (deps.store.now().0 - at.0 < FRESH_MS).then_some(found)
    };
    if let Some(found) = kept() {
        return Ok(found);
    }
    let _alone = deps.comparing.lock().await;
    if let Some(found) = kept() {
        return Ok(found);
    }
    let (own, place, at) = (deps.clone(), place.clone(), deps.store.now());
    let runtime = tokio::runtime::Handle::current();
    let work = move || {
        runtime.block_on(async {
            let mut read = own.store.read(&own.store.operator()).await?;
            catalog::duplicates(&mut read, &own.dictionary.get(), &place).await
        })
    };
    let done = tokio::task::spawn_blocking(work).await;
    let found = Arc::new(done.map_err(|e| Error::broken(e.to_string()))??);
    deps.duplicates.insert(key, (at, found.clone()));
    Ok(found)
}

/// Why listings are one thing, in the reader's language.
pub fn said(reason: Alike, language: Language) -> &'static str {
    say(
        language,
        match reason {
            Alike::Vin => "alike_vin",
            Alike::PageUrl => "alike_page",
            Alike::Plate => "alike_plate",
            Alike::Address => "alike_address",
            Alike::Photos => "alike_photos",
            Alike::PortalId => "alike_portal",
            Alike::Car => "alike_car",
            Alike::CarRepriced => "alike_repriced",
            Alike::Facts => "alike_facts",
        },
    )
}

pub async fn list(call: Call) -> Answer {
    let scope = call.scope()?;
    let account = match (scope.account(), call.get("account")) {
        // The operator may look at all accounts at once.
        (None, None) => None,
        _ => Some(call.account().await?.id),
    };
    let dictionary = call.deps.dictionary.get();
    if let Some(vertical) = call.get("vertical")
        && dictionary.vertical(vertical).is_none()
    {
        return Err(Error::NotFound { what: "vertical" }.into());
    }
    let place = place(scope, account, call.get("vertical"));
    let from = call.get("cursor").and_then(|c| c.parse().ok()).unwrap_or(0);
    let limit = call.limit(LIMITS.0, LIMITS.1);
    let page = page(&call.deps, &place, from, limit).await?;
    let language = call.caller.language;
    let groups = page.groups.iter().map(|group| {
        let reasons = group.reasons.iter();
        let reasons = reasons.map(|r| json!({ "code": r.key(), "said": said(*r, language) }));
        let twins = group.twins.iter().map(|t| {
            let vertical = dictionary.vertical(&t.listing.vertical);
            let photo = view::shown(&t.listing).next();
            json!({
                "id": t.listing.id, "account": t.listing.account,
                "account_name": t.account.as_ref().map(|a| &a.name), "own": t.own,
                "reference": t.listing.reference, "status": t.listing.status,
                "title": view::title(&t.listing, language, vertical.map(|v| &**v)),
                "photo": photo.and_then(|p| view::photo(p, 480)),
                "page": view::page_of(&call.deps, &t.listing, language),
            })
        });
        json!({
            "confidence": group.confidence, "reasons": reasons.collect::<Vec<_>>(),
            "listings": twins.collect::<Vec<_>>(),
        })
    });
    ok(&json!({
        "looked": page.looked, "total": page.total, "too_common": page.too_common,
        "groups": groups.collect::<Vec<_>>(), "cursor": page.next.map(|n| n.to_string()),
    }))
}
