//! Tokens of programs: made, shown once, revoked.

use askama::Template;
use store::{Error, Id, Token, kinds};

use super::desk::{Desk, page};
use super::{Answer, Visit, see};
use crate::api;
use crate::text::say;

#[derive(Template)]
#[template(path = "office/tokens.html")]
struct Tokens {
    desk: Desk,
    fresh: Option<String>,
    tokens: Vec<Token>,
}

impl Tokens {
    fn day(&self, token: &Token) -> String {
        token.created_at.to_string()[..10].to_owned()
    }
}

/// `fresh` is the secret of a token made just now: nobody will see it again.
pub async fn list(visit: &Visit, fresh: Option<String>) -> Answer {
    let tokens = api::tokens::of(&visit.deps, &visit.own()?, visit.account.id).await?;
    let desk = Desk::of(visit, "tokens", say(visit.language, "tokens")).await?;
    page(&Tokens {
        desk,
        fresh,
        tokens,
    })
}

pub async fn add(visit: &Visit) -> Answer {
    let form = visit.form();
    let get = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let wanted = api::tokens::Wanted {
        name: get("name").unwrap_or_default(),
        role: get("role").unwrap_or_default(),
    };
    let new = wanted.ready(visit.account.id)?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    let (secret, _) = tx.add_token(new).await?;
    tx.commit().await?;
    list(visit, Some(secret)).await
}

pub async fn revoke(visit: &Visit, id: &str) -> Answer {
    let id: Id<kinds::Token> = id.parse().map_err(|_| Error::NotFound { what: "token" })?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    tx.revoke_token(id).await?;
    tx.commit().await?;
    see("/tokens?said=saved")
}
