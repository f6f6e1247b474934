//! The trash, the mail, and the operator's accounts.

use std::collections::HashMap;

use askama::Template;
use axum::http::header;
use axum::response::IntoResponse;
use store::{Error, Id, Role, User, kinds};

use super::desk::{Desk, page};
use super::{Answer, Visit, see};
use crate::api;
use crate::text::say;

#[derive(Template)]
#[template(path = "office/plain.html")]
struct Plain {
    desk: Desk,
    heading: &'static str,
    empty: &'static str,
    hint: &'static str,
    rows: Vec<Row>,
    /// What was searched, where one can search.
    words: Option<String>,
}

/// Accounts shown at once; a search finds the others.
const ACCOUNTS: usize = 200;

/// Its cells, and an address with the word on its button.
type Row = (Vec<String>, Option<(String, String)>);

pub async fn trash(visit: &Visit) -> Answer {
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let trash = catalog::trashed(&mut read, Some(visit.account.id), 500).await?;
    drop(read);
    let names = names(visit).await?;
    let who = |actor: &str| names.get(actor).map_or(actor, String::as_str).to_owned();
    let row = |t: &catalog::Trashed| {
        let until = t.purge_at.to_string();
        let action = (
            format!("/trash/{}/restore", t.id),
            say(visit.language, "restore").to_owned(),
        );
        (
            vec![t.title.clone(), who(&t.actor), until[..10].to_owned()],
            Some(action),
        )
    };
    let desk = Desk::of(visit, "trash", say(visit.language, "trash")).await?;
    page(&Plain {
        desk,
        heading: say(visit.language, "trash"),
        empty: say(visit.language, "empty_trash"),
        hint: say(visit.language, "trash_hint"),
        rows: trash.iter().map(row).collect(),
        words: None,
    })
}

pub async fn restore(visit: &Visit, id: &str) -> Answer {
    let id: Id<kinds::Listing> = id
        .parse()
        .map_err(|_| Error::NotFound { what: "listing" })?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    catalog::restore(&mut tx, &visit.deps.dictionary.get(), id).await?;
    tx.commit().await?;
    see(&format!("/listings/{id}?said=saved"))
}

/// Whoever acted, as a person knows him.
pub(super) async fn names(visit: &Visit) -> store::Result<HashMap<String, String>> {
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let users = User::of(&mut read, visit.account.id).await?;
    Ok(users
        .into_iter()
        .map(|u| (u.id.to_string(), u.name))
        .collect())
}

pub(super) const fn role_word(role: Role) -> &'static str {
    match role {
        Role::Operator => "role_operator",
        Role::Manager => "role_manager",
        Role::Agent => "role_agent",
        Role::ReadOnly | Role::Visitor => "role_reader",
    }
}

pub(super) fn mail_word(state: &str) -> &'static str {
    match state {
        "sent" => "mail_sent",
        "failed" => "mail_failed",
        "due" => "mail_due",
        _ => "mail_kept",
    }
}

pub async fn mails(visit: &Visit) -> Answer {
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let mails = enquiries::mails(&mut read, visit.account.id, 200).await?;
    drop(read);
    let row = |m: &enquiries::Mail| {
        (
            vec![
                m.at.to_string()[..16].replace('T', " "),
                m.recipient.clone(),
                say(visit.language, mail_word(&m.state)).to_owned(),
                m.subject.clone(),
            ],
            None,
        )
    };
    let desk = Desk::of(visit, "mails", say(visit.language, "mails")).await?;
    page(&Plain {
        desk,
        heading: say(visit.language, "mails"),
        empty: say(visit.language, "no_leads"),
        hint: say(visit.language, "no_leads_hint"),
        rows: mails.iter().map(row).collect(),
        words: None,
    })
}

/// The operator chooses the account in view; a cookie keeps it.
pub async fn choose(visit: &Visit, slug: &str) -> Answer {
    visit.scope.demand(store::Right::Operate)?;
    let cookie = format!("entremise_account={slug}; Path=/; HttpOnly; SameSite=Lax");
    let mut response = see("/listings")?.into_response();
    if let Ok(cookie) = cookie.parse() {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Accounts by name, for an operator who has thousands.
pub async fn accounts(visit: &Visit) -> Answer {
    let all = api::accounts(&visit.deps, &visit.scope).await?;
    let words = visit.get("q").unwrap_or_default().to_owned();
    let wanted = dictionary::fold(&words);
    let alike = |a: &&store::Account| {
        a.slug.contains(&*wanted) || dictionary::fold(&a.name).contains(&*wanted)
    };
    let rows = all.iter().filter(alike).take(ACCOUNTS).map(|a| {
        (
            vec![
                a.slug.clone(),
                a.name.clone(),
                a.vertical.clone(),
                a.country.clone(),
            ],
            Some((
                format!("/accounts/{}", a.slug),
                say(visit.language, "choose").to_owned(),
            )),
        )
    });
    let desk = Desk::of(visit, "accounts", say(visit.language, "accounts")).await?;
    page(&Plain {
        desk,
        heading: say(visit.language, "accounts"),
        empty: say(visit.language, "none"),
        hint: "",
        rows: rows.collect(),
        words: Some(words),
    })
}
