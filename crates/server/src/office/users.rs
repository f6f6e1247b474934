//! Who may sign in for the account, and with which rights.

use askama::Template;
use axum::http::StatusCode;
use store::{Error, Id, Result, Right, Tx, User, kinds};

use super::desk::{Desk, page};
use super::listings::said;
use super::people::role_word;
use super::{Answer, Visit, see};
use crate::api;
use crate::api::users::{Wanted, not_oneself, role_of};
use crate::text::say;

#[derive(Template)]
#[template(path = "office/users.html")]
struct Page {
    desk: Desk,
    users: Vec<Line>,
    roles: Vec<(String, &'static str)>,
    /// What was typed into the form below, and what is wrong with it.
    kept: (String, String),
    wrong: Vec<String>,
}

struct Line {
    id: String,
    name: String,
    email: String,
    role: &'static str,
    said: &'static str,
    /// Whoever reads the page: nobody takes his own rights away.
    own: bool,
}

pub async fn list(visit: &Visit) -> Answer {
    show(visit, Default::default(), Vec::new()).await
}

async fn show(visit: &Visit, kept: (String, String), wrong: Vec<String>) -> Answer {
    let users = api::users::of(&visit.deps, &visit.own()?, visit.account.id).await?;
    let line = |user: User| Line {
        id: user.id.to_string(),
        name: user.name,
        email: user.email,
        role: user.role.key(),
        said: say(visit.language, role_word(user.role)),
        own: user.id == visit.user.id,
    };
    let roles = [
        store::Role::Agent,
        store::Role::Manager,
        store::Role::ReadOnly,
    ];
    let roles = roles.map(|r| (r.key().to_owned(), say(visit.language, role_word(r))));
    let unfit = !wrong.is_empty();
    let mut response = page(&Page {
        desk: Desk::of(visit, "users", say(visit.language, "users")).await?,
        users: users.into_iter().map(line).collect(),
        roles: roles.to_vec(),
        kept,
        wrong,
    })?;
    if unfit {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Done, or the page with what is wrong.
async fn answered(visit: &Visit, kept: (String, String), done: Result<()>) -> Answer {
    match done {
        Ok(()) => see("/users?said=saved"),
        Err(error) if error.status() < 500 && error.status() != 403 => {
            show(visit, kept, said(visit, &error)).await
        }
        Err(error) => Err(error),
    }
}

fn typed(visit: &Visit, name: &str) -> String {
    let form = visit.form();
    let pair = form.into_iter().find(|(n, _)| n == name);
    pair.map(|(_, value)| value).unwrap_or_default()
}

pub async fn add(visit: &Visit) -> Answer {
    let wanted = Wanted {
        email: typed(visit, "email"),
        name: typed(visit, "name"),
        role: typed(visit, "role"),
        password: typed(visit, "password"),
    };
    let kept = (wanted.email.clone(), wanted.name.clone());
    let added = async {
        visit.scope.demand(Right::Manage)?;
        let (new, hash) = wanted.ready(&visit.deps, &visit.account).await?;
        let mut tx = begin(visit).await?;
        tx.add_user_hashed(new, hash).await?;
        tx.commit().await.map(drop)
    };
    let added = added.await;
    answered(visit, kept, added).await
}

async fn begin(visit: &Visit) -> Result<Tx> {
    visit.deps.store.begin(&visit.own()?, visit.act()).await
}

/// A user of the account in view.
async fn theirs(visit: &Visit, tx: &mut Tx, id: &str) -> Result<Id<kinds::User>> {
    let id: Id<kinds::User> = id.parse().map_err(|_| Error::NotFound { what: "user" })?;
    let user = User::find(tx, id).await?;
    not_oneself(Some(&visit.user), id)?;
    let same = user.account == Some(visit.account.id);
    same.then_some(id).ok_or(Error::NotFound { what: "user" })
}

pub async fn change_role(visit: &Visit, id: &str) -> Answer {
    let changed = async {
        let mut tx = begin(visit).await?;
        let id = theirs(visit, &mut tx, id).await?;
        tx.set_role(id, role_of(&typed(visit, "role"))?).await?;
        tx.commit().await.map(drop)
    };
    let changed = changed.await;
    answered(visit, Default::default(), changed).await
}

pub async fn reset_password(visit: &Visit, id: &str) -> Answer {
    let reset = async {
        visit.scope.demand(Right::Manage)?;
        let hash = visit
            .deps
            .store
            .hash_password(&typed(visit, "password"))
            .await?;
        let mut tx = begin(visit).await?;
        let id = theirs(visit, &mut tx, id).await?;
        tx.set_password_hashed(id, hash).await?;
        tx.commit().await.map(drop)
    };
    let reset = reset.await;
    answered(visit, Default::default(), reset).await
}

pub async fn remove(visit: &Visit, id: &str) -> Answer {
    let removed = async {
        let mut tx = begin(visit).await?;
        let id = theirs(visit, &mut tx, id).await?;
        tx.remove_user(id).await?;
        tx.commit().await.map(drop)
    };
    let removed = removed.await;
    answered(visit, Default::default(), removed).await
}
