//! The account's own listings.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::{Edit, Filter, Listing, NewListing};
use dictionary::{Level, Photo, Status, Value};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use store::{Error, Id, Timestamp, Wrong, kinds};

use super::access::ok;
use super::params::not_among;
use super::problem::Problem;
use super::{Answer, Call};

const LIMIT_MAX: usize = 200;

/// A listing as the API tells it.
pub fn listing_json(listing: &Listing) -> Json {
    json!({
        "id": listing.id, "account": listing.account, "vertical": listing.vertical, "category": listing.category,
        "status": listing.status, "parent": listing.parent, "level": listing.level, "reference": listing.reference,
        "values": listing.values, "photos": listing.photos, "version": listing.version,
        "created_at": listing.created_at.to_string(), "updated_at": listing.updated_at.to_string(),
    })
}

pub async fn list(call: Call) -> Answer {
    let account = call.account().await?;
    let after = call.get("cursor").and_then(|c| {
        let (at, id) = c.split_once('~')?;
        Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
    });
    let filter = Filter {
        vertical: None,
        category: call.get("category").map(str::to_owned),
        status: call.get("status").and_then(Status::parse),
        words: call.get("q").unwrap_or_default().to_owned(),
        after: None,
        limit: call.limit(50, LIMIT_MAX),
    };
    let dictionary = call.deps.dictionary.get();
    if let (Some(wanted), Some(vertical)) =
        (&filter.category, dictionary.vertical(&account.vertical))
        && vertical.category(wanted).is_none()
    {
        let keys: Vec<&str> = vertical.categories.iter().map(|c| &*c.key).collect();
        let there_are = keys.join(", ");
        let wrong = vec![not_among("category", "unknown_value", wanted, &there_are)];
        return Err(Error::Invalid { wrong }.into());
    }
    if after.is_none() && call.get("cursor").is_some() {
        let wanted = call.get("cursor").unwrap_or_default();
        let wrong = vec![not_among("cursor", "unknown_value", wanted, "cursor")];
        return Err(Error::Invalid { wrong }.into());
    }
    let filter = Filter { after, ..filter };
    let mut read = call.deps.store.read(call.scope()?).await?;
    let (found, total) = catalog::list(&mut read, &dictionary, account.id, &filter).await?;
    let cursor = (found.len() == filter.limit)
        .then(|| found.last().map(|l| format!("{}~{}", l.updated_at.0, l.id)))
        .flatten();
    let listings: Vec<Json> = found.iter().map(listing_json).collect();
    ok(&json!({ "total": total, "listings": listings, "cursor": cursor }))
}

/// A listing, or what changes in one. Members that we do not know are refused, not passed over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    category: Option<String>,
    status: Option<Status>,
    parent: Option<Id<kinds::Listing>>,
    level: Option<Level>,
    reference: Option<String>,
    values: Option<Json>,
    photos: Option<Vec<Photo>>,
    version: Option<i64>,
}

pub async fn create(call: Call) -> Answer {
    let account = call.account().await?;
    let body: Body = call.body_as()?;
    let dictionary = call.deps.dictionary.get();
    let vertical = dictionary
        .vertical(&account.vertical)
        .ok_or(Error::NotFound { what: "vertical" })?;
    let category = body.category.unwrap_or_default();
    let values = vertical
        .read(&body.values.unwrap_or_else(|| json!({})))
        .map_err(invalid)?;
    let problems = vertical.check(&category, &values);
    if !problems.is_empty() {
        return Err(invalid(problems));
    }
    let new = NewListing {
        vertical: vertical.key.clone(),
        category: category.into(),
        status: body.status.unwrap_or(Status::Draft),
        parent: body.parent,
        level: body.level,
        reference: body.reference.unwrap_or_default(),
        values,
        photos: body.photos.unwrap_or_default(),
    };
    if let Some(parent) = body.parent {
        own(&call, parent).await?;
    }
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let listing = catalog::create(&mut tx, account.id, new).await?;
    call.finish(tx, account.id, 201, listing_json(&listing))
        .await
}

pub async fn read(call: Call) -> Answer {
    let id: Id<kinds::Listing> = call.id(0)?;
    let dictionary = call.deps.dictionary.get();
    let mut read = call.deps.store.read(call.scope()?).await?;
    let found = match call.get("as_of") {
        None => catalog::find(&mut read, &dictionary, id).await?,
        Some(at) => {
            let at = Timestamp::parse_end(at).ok_or_else(|| {
                Error::refused(
                    "bad_date",
                    [
                        "Date illisible",
                        "Onleesbare datum",
                        "Give a date as 2026-11-24 or 2026-11-24T10:00:00Z",
                        "Unlesbares Datum",
                    ],
                )
            })?;
            catalog::as_of(&mut read, &dictionary, id, at).await?
        }
    };
    let listing = found.ok_or(Error::NotFound { what: "listing" })?;
    ok(&listing_json(&listing))
}

pub async fn edit(call: Call) -> Answer {
    let id: Id<kinds::Listing> = call.id(0)?;
    let dictionary = call.deps.dictionary.get();
    let before = own(&call, id).await?;
    let body: Body = call.body_as()?;
    if body.parent.is_some() || body.level.is_some() {
        return Err(Error::refused(
            "parent_is_fixed",
            [
                "Le projet et le niveau d’une annonce sont choisis à sa création",
                "Project en niveau van een aanbieding worden bij het aanmaken gekozen",
                "The parent and the level of a listing are chosen when it is created",
                "Projekt und Ebene eines Inserats werden beim Anlegen gewählt",
            ],
        )
        .into());
    }
    let mut values: BTreeMap<Arc<str>, Option<Value>> = BTreeMap::new();
    if let Some(given) = body.values.as_ref().and_then(Json::as_object) {
        let vertical = dictionary
            .vertical(&before.vertical)
            .ok_or(Error::NotFound { what: "vertical" })?;
        let (gone, present): (Vec<_>, Vec<_>) = given.iter().partition(|(_, v)| v.is_null());
        let present: Json = present
            .into_iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        values.extend(
            vertical
                .read(&present)
                .map_err(invalid)?
                .into_iter()
                .map(|(k, v)| (k, Some(v))),
        );
        values.extend(gone.into_iter().map(|(k, _)| (Arc::from(k.as_str()), None)));
    }
    let edit = Edit {
        category: body.category.map(Arc::from),
        status: body.status,
        reference: body.reference,
        values,
        photos: body.photos,
        expected_version: body.version,
    };
    edited(call, before, edit, 200).await
}

/// Writes an edit as a batch of its own and tells both.
pub async fn edited(call: Call, before: Listing, edit: Edit, status: u16) -> Answer {
    let dictionary = call.deps.dictionary.get();
    let label = before.label(call.caller.language);
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let (listing, batch) =
        catalog::edit_as_batch(&mut tx, &dictionary, &before, edit, &label).await?;
    let mut told = listing_json(&listing);
    told["batch"] = json!(batch);
    call.finish(tx, listing.account, status, told).await
}

/// Listings of one change of many.
const MANY: usize = 500;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restatement {
    ids: Vec<Id<kinds::Listing>>,
    status: Status,
}

pub async fn restate(call: Call) -> Answer {
    let account = call.account().await?;
    let wanted: Restatement = call.body_as()?;
    if wanted.ids.len() > MANY {
        return Err(Error::refused(
            "too_many_listings",
            [
                "500 annonces au plus à la fois",
                "Hoogstens 500 aanbiedingen tegelijk",
                "500 listings at most at a time",
                "Höchstens 500 Inserate auf einmal",
            ],
        )
        .into());
    }
    let dictionary = call.deps.dictionary.get();
    let label = crate::text::say(call.caller.language, wanted.status.key());
    let (ids, status) = (&wanted.ids, wanted.status);
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let (changed, batch) =
        catalog::restate_as_batch(&mut tx, &dictionary, account.id, ids, status, label).await?;
    let told = json!({ "changed": changed, "batch": batch });
    call.finish(tx, account.id, 200, told).await
}

pub async fn trash(call: Call) -> Answer {
    let id: Id<kinds::Listing> = call.id(0)?;
    let listing = own(&call, id).await?;
    let dictionary = call.deps.dictionary.get();
    let label = listing.label(call.caller.language);
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let batch = catalog::trash_as_batch(&mut tx, &dictionary, id, &label).await?;
    let told = json!({ "trashed": id, "batch": batch });
    call.finish(tx, listing.account, 200, told).await
}

pub async fn restore(call: Call) -> Answer {
    let id: Id<kinds::Listing> = call.id(0)?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let listing = catalog::restore(&mut tx, &call.deps.dictionary.get(), id).await?;
    call.finish(tx, listing.account, 200, listing_json(&listing))
        .await
}

pub async fn trashed(call: Call) -> Answer {
    let account = call.account().await?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    let trash = catalog::trashed(&mut read, Some(account.id), call.limit(200, 1_000)).await?;
    ok(&json!({ "trash": trash }))
}

pub async fn own(call: &Call, id: Id<kinds::Listing>) -> Result<Listing, Problem> {
    let mut read = call.deps.store.read(call.scope()?).await?;
    let found = catalog::find(&mut read, &call.deps.dictionary.get(), id).await?;
    found.ok_or_else(|| Error::NotFound { what: "listing" }.into())
}

fn invalid(problems: Vec<dictionary::Problem>) -> Problem {
    let wrong = problems.into_iter().map(|p| Wrong {
        field: p.field,
        code: p.code,
        message: p.message,
    });
    Error::Invalid {
        wrong: wrong.collect(),
    }
    .into()
}
