//! Users, the trash, the mail, and the operator's accounts.

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
    users: bool,
    /// What was typed into the form below, and what is wrong with it.
    kept: (String, String),
    wrong: Vec<String>,
}

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
        users: false,
        kept: Default::default(),
        wrong: Vec::new(),
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

pub async fn users(visit: &Visit) -> Answer {
    list_users(visit, Default::default(), Vec::new()).await
}

async fn list_users(visit: &Visit, kept: (String, String), wrong: Vec<String>) -> Answer {
    let users = api::users::of(&visit.deps, &visit.own()?, visit.account.id).await?;
    let rows = users.iter().map(|u| {
        (
            vec![
                u.name.clone(),
                u.email.clone(),
                say(visit.language, role_word(u.role)).to_owned(),
            ],
            None,
        )
    });
    let desk = Desk::of(visit, "users", say(visit.language, "users")).await?;
    page(&Plain {
        desk,
        heading: say(visit.language, "users"),
        empty: "",
        hint: "",
        rows: rows.collect(),
        users: true,
        kept,
        wrong,
    })
}

pub async fn add_user(visit: &Visit) -> Answer {
    let form = visit.form();
    let get = |name: &str| {
        form.iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.clone())
            .unwrap_or_default()
    };
    let wanted = api::users::Wanted {
        email: get("email"),
        name: get("name"),
        role: get("role"),
        password: get("password"),
    };
    let kept = (wanted.email.clone(), wanted.name.clone());
    match add(visit, wanted).await {
        Ok(()) => see("/users?said=saved"),
        Err(error) if error.status() < 500 && error.status() != 403 => {
            list_users(visit, kept, super::listings::said(visit, &error)).await
        }
        Err(error) => Err(error),
    }
}

async fn add(visit: &Visit, wanted: api::users::Wanted) -> store::Result<()> {
    visit.scope.demand(store::Right::Manage)?;
    let (new, hash) = wanted.ready(&visit.deps, &visit.account).await?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    tx.add_user_hashed(new, hash).await?;
    tx.commit().await.map(drop)
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
        users: false,
        kept: Default::default(),
        wrong: Vec::new(),
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

pub async fn accounts(visit: &Visit) -> Answer {
    let all = api::accounts(&visit.deps, &visit.scope).await?;
    let rows = all.iter().map(|a| {
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
        empty: "",
        hint: "",
        rows: rows.collect(),
        users: false,
        kept: Default::default(),
        wrong: Vec::new(),
    })
}
