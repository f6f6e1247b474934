//! Listings in the office: the list, the form, photos, history.

use askama::Template;
use catalog::{Edit, Filter, Listing};
use dictionary::{Language, Status};
use store::{Error, Id, Result, Timestamp, kinds};

use super::desk::{Desk, page};
use super::history::{Told, told};
use super::{Answer, Visit, beside, fields, see};
use crate::site::view;
use crate::text::say;

const PAGE: usize = 50;
/// Lines of a listing's story on its page.
const HISTORY: usize = 50;
/// Listings of one change of many.
const MANY: usize = 500;

#[derive(Template)]
#[template(path = "office/listings.html")]
struct List {
    desk: Desk,
    total: i64,
    words: String,
    states: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    id: String,
    photo: Option<String>,
    reference: String,
    title: String,
    place: String,
    price: String,
    state: &'static str,
    status: &'static str,
}

#[derive(Template)]
#[template(path = "office/listing.html")]
struct Form {
    desk: Desk,
    id: String,
    title: String,
    public: Option<String>,
    wrong: Vec<String>,
    photos: Vec<(String, usize)>,
    version: i64,
    states: Vec<(String, String, bool)>,
    categories: Vec<(String, String, bool)>,
    groups: Vec<fields::Group>,
    beside: beside::Beside,
    history: Vec<Told>,
}

pub async fn list(visit: &Visit) -> Answer {
    let after = visit.get("after").and_then(|c| {
        let (at, id) = c.split_once('~')?;
        Some((Timestamp(at.parse().ok()?), id.parse().ok()?))
    });
    let status = visit.get("status").and_then(Status::parse);
    let words = visit.get("q").unwrap_or_default().to_owned();
    let filter = Filter {
        status,
        words: words.clone(),
        after,
        limit: PAGE,
        ..Filter::default()
    };
    let dictionary = visit.deps.dictionary.get();
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let (found, total) = catalog::list(&mut read, &dictionary, visit.account.id, &filter).await?;
    drop(read);
    let vertical = dictionary.vertical(&visit.account.vertical).cloned();
    let row = |l: &Listing| Row {
        id: l.id.to_string(),
        photo: l.photos.first().and_then(|p| view::photo(p, 480)),
        reference: l.reference.clone(),
        title: view::title(l, visit.language, vertical.as_deref()),
        place: view::place(l),
        price: view::price(l, visit.language),
        state: l.status.key(),
        status: say(visit.language, l.status.key()),
    };
    let next = (found.len() == PAGE)
        .then(|| found.last())
        .flatten()
        .map(|l| {
            let at = format!("{}~{}", l.updated_at.0, l.id);
            let pairs = [
                ("q", words.as_str()),
                ("status", status.map_or("", Status::key)),
                ("after", &at),
            ];
            crate::site::query::address("/listings", &pairs)
        });
    let desk = Desk::of(visit, "listings", say(visit.language, "listings")).await?;
    page(&List {
        desk,
        total,
        states: states(visit.language, status),
        rows: found.iter().map(row).collect(),
        next,
        words,
    })
}

fn states(language: Language, now: Option<Status>) -> Vec<(String, String, bool)> {
    Status::ALL
        .iter()
        .map(|s| {
            (
                s.key().to_owned(),
                say(language, s.key()).to_owned(),
                Some(*s) == now,
            )
        })
        .collect()
}

pub(super) async fn own(visit: &Visit, id: &str) -> Result<Listing> {
    let id: Id<kinds::Listing> = id
        .parse()
        .map_err(|_| Error::NotFound { what: "listing" })?;
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    catalog::find(&mut read, &visit.deps.dictionary.get(), id)
        .await?
        .ok_or(Error::NotFound { what: "listing" })
}

pub async fn show(visit: &Visit, id: &str) -> Answer {
    let listing = own(visit, id).await?;
    form(visit, &listing, fields::Typed::default(), Vec::new()).await
}

async fn form(
    visit: &Visit,
    listing: &Listing,
    typed: fields::Typed,
    wrong: Vec<String>,
) -> Answer {
    let (language, dictionary) = (visit.language, visit.deps.dictionary.get());
    let vertical = dictionary
        .vertical(&listing.vertical)
        .ok_or(Error::NotFound { what: "vertical" })?;
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let mut history = catalog::history(&mut read, listing.id).await?;
    drop(read);
    history.reverse();
    let names = super::people::names(visit).await?;
    let public = view::page_of(&visit.deps, listing, language);
    let title = view::title(listing, language, Some(vertical));
    let categories = vertical.categories.iter().map(|c| {
        (
            c.key.to_string(),
            c.label.get(language).to_owned(),
            c.key == listing.category,
        )
    });
    page(&Form {
        desk: Desk::of(visit, "listings", &title).await?,
        beside: beside::of(visit, listing).await?,
        id: listing.id.to_string(),
        public,
        wrong,
        photos: listing
            .photos
            .iter()
            .enumerate()
            .filter_map(|(at, p)| Some((view::photo(p, 480)?, at)))
            .collect(),
        version: listing.version,
        states: states(language, Some(listing.status)),
        categories: categories.collect(),
        groups: fields::groups(listing, vertical, language, &typed),
        history: history
            .iter()
            .take(HISTORY)
            .map(|e| told(e, vertical, language, &names))
            .collect(),
        title,
    })
}

pub async fn save(visit: &Visit, id: &str) -> Answer {
    let before = own(visit, id).await?;
    match change(visit, &before).await {
        Ok(batch) => see(&saved(&format!("/listings/{id}"), batch)),
        Err(error) if error.status() < 500 && error.status() != 403 => {
            let said = said(visit, &error);
            let wrong = match error {
                Error::Invalid { wrong } => wrong,
                _ => Vec::new(),
            };
            let pairs = visit.form();
            form(visit, &before, fields::Typed { pairs, wrong }, said).await
        }
        Err(error) => Err(error),
    }
}

/// What is wrong, in the reader's language.
pub(super) fn said(visit: &Visit, error: &Error) -> Vec<String> {
    match error {
        Error::Invalid { wrong } => wrong
            .iter()
            .map(|w| w.message.get(visit.language).to_owned())
            .collect(),
        other => vec![other.message().get(visit.language).to_owned()],
    }
}

#[derive(Template)]
#[template(path = "office/new.html")]
struct New {
    desk: Desk,
    categories: Vec<(String, String)>,
}

/// The first two questions of a listing; all others are asked on its form.
pub async fn new(visit: &Visit) -> Answer {
    visit.scope.demand(store::Right::Write)?;
    let dictionary = visit.deps.dictionary.get();
    let vertical = dictionary
        .vertical(&visit.account.vertical)
        .ok_or(Error::NotFound { what: "vertical" })?;
    let categories = vertical.categories.iter().map(|c| {
        let label = c.label.get(visit.language);
        (c.key.to_string(), label.to_owned())
    });
    page(&New {
        desk: Desk::of(visit, "listings", say(visit.language, "new_listing")).await?,
        categories: categories.collect(),
    })
}

/// A draft, ready to be filled in.
pub async fn create(visit: &Visit) -> Answer {
    let form = visit.form();
    let get = |name: &str| {
        let pair = form.iter().find(|(n, _)| n == name);
        pair.map(|(_, v)| v.trim().to_owned()).unwrap_or_default()
    };
    let dictionary = visit.deps.dictionary.get();
    let vertical = dictionary.vertical(&visit.account.vertical);
    let category = vertical.and_then(|v| v.category(&get("category")));
    let category = category.ok_or_else(|| {
        Error::refused(
            "unknown_category",
            [
                "Choisissez un type",
                "Kies een type",
                "Choose a kind",
                "Wählen Sie eine Art",
            ],
        )
    })?;
    let draft = catalog::NewListing {
        vertical: visit.account.vertical.as_str().into(),
        category: category.key.clone(),
        status: Status::Draft,
        parent: None,
        level: None,
        reference: get("reference"),
        values: Default::default(),
        photos: Vec::new(),
    };
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    let listing = catalog::create(&mut tx, visit.account.id, draft).await?;
    tx.commit().await?;
    see(&format!("/listings/{}", listing.id))
}

async fn change(visit: &Visit, before: &Listing) -> Result<Option<Id<kinds::Batch>>> {
    let dictionary = visit.deps.dictionary.get();
    let vertical = dictionary
        .vertical(&before.vertical)
        .ok_or(Error::NotFound { what: "vertical" })?;
    let form = visit.form();
    let get = |name: &str| {
        form.iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    };
    let currency = if visit.account.country == "GB" {
        "GBP"
    } else {
        "EUR"
    };
    let edit = Edit {
        category: get("category").map(Into::into),
        status: get("status").and_then(Status::parse),
        values: fields::changes(before, vertical, &form, currency)?,
        expected_version: get("version").and_then(|v| v.parse().ok()),
        ..Edit::default()
    };
    write(visit, before, edit).await
}

/// Edits in a batch of its own, so that one click undoes it.
pub(super) async fn write(
    visit: &Visit,
    before: &Listing,
    edit: Edit,
) -> Result<Option<Id<kinds::Batch>>> {
    let dictionary = visit.deps.dictionary.get();
    let label = before.label(visit.language);
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    let (_, batch) = catalog::edit_as_batch(&mut tx, &dictionary, before, edit, &label).await?;
    tx.commit().await?;
    Ok(batch)
}

/// Where to go on after something was saved, and what undoes it.
pub(super) fn saved(address: &str, batch: Option<Id<kinds::Batch>>) -> String {
    match batch {
        Some(batch) => format!("{address}?said=saved&batch={batch}"),
        None => format!("{address}?said=saved"),
    }
}

/// Gives all the listings that were ticked another status, as one batch.
pub async fn change_many(visit: &Visit) -> Answer {
    let form = visit.form();
    let chosen = form.iter().filter(|(name, _)| name == "id").take(MANY);
    let ids: Vec<Id<kinds::Listing>> = chosen.filter_map(|(_, id)| id.parse().ok()).collect();
    let status = form.iter().find(|(name, _)| name == "to");
    let Some(status) = status.and_then(|(_, key)| Status::parse(key)) else {
        return see("/listings");
    };
    let dictionary = visit.deps.dictionary.get();
    let (account, label) = (visit.account.id, say(visit.language, status.key()));
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    let (_, batch) =
        catalog::restate_as_batch(&mut tx, &dictionary, account, &ids, status, label).await?;
    tx.commit().await?;
    see(&saved("/listings", batch))
}

pub async fn trash(visit: &Visit, id: &str) -> Answer {
    let listing = own(visit, id).await?;
    let dictionary = visit.deps.dictionary.get();
    let label = listing.label(visit.language);
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    catalog::trash_as_batch(&mut tx, &dictionary, listing.id, &label).await?;
    tx.commit().await?;
    see("/trash")
}
