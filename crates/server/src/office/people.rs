//! Users, the trash, the mail, and the operator's accounts.

use askama::Template;
use axum::http::header;
use axum::response::IntoResponse;
use store::{Account, Error, Id, NewUser, Role, User, kinds};

use super::desk::{Desk, page};
use super::{Answer, Visit, see};
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
}

/// Its cells, and an address with the word on its button.
type Row = (Vec<String>, Option<(String, String)>);

pub async fn trash(visit: &Visit) -> Answer {
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let trash = catalog::trashed(&mut read, Some(visit.account.id), 500).await?;
    drop(read);
    let row = |t: &catalog::Trashed| {
        let until = t.purge_at.to_string();
        let action = (
            format!("/trash/{}/restore", t.id),
            say(visit.language, "restore").to_owned(),
        );
        (
            vec![t.title.clone(), t.actor.clone(), until[..10].to_owned()],
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

pub async fn users(visit: &Visit) -> Answer {
    visit.scope.demand(store::Right::Manage)?;
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let users = User::of(&mut read, visit.account.id).await?;
    drop(read);
    let rows = users.iter().map(|u| {
        (
            vec![u.name.clone(), u.email.clone(), u.role.key().to_owned()],
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
    let new = NewUser {
        account: Some(visit.account.id),
        email: get("email"),
        name: get("name"),
        role: Role::parse(&get("role")).unwrap_or(Role::ReadOnly),
        language: visit.account.language.clone(),
        password: get("password"),
    };
    let hash = visit.deps.store.hash_password(&new.password).await?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    tx.add_user_hashed(new, hash).await?;
    tx.commit().await?;
    see("/users?said=saved")
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
                m.state.clone(),
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
    visit.scope.demand(store::Right::Operate)?;
    let mut read = visit.deps.store.read(&visit.scope).await?;
    let all = Account::all(&mut read).await?;
    drop(read);
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
    })
}
