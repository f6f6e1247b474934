//! Tokens of programs: made, shown once, revoked.

use askama::Template;
use store::{Error, Id, NewToken, Right, Role, Token, kinds};

use super::desk::{Desk, page};
use super::{Answer, Visit, see};
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
    visit.scope.demand(Right::Manage)?;
    let mut read = visit.deps.store.read(&visit.own()?).await?;
    let tokens = Token::of(&mut read, visit.account.id).await?;
    drop(read);
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
    let new = NewToken {
        account: visit.account.id,
        name: get("name").unwrap_or_default(),
        role: get("role")
            .and_then(|r| Role::parse(&r))
            .unwrap_or(Role::ReadOnly),
    };
    let scope = visit.own()?;
    let made = visit.deps.store.add_token(&scope, visit.act(), new);
    let (secret, _) = made.await?;
    list(visit, Some(secret)).await
}

pub async fn revoke(visit: &Visit, id: &str) -> Answer {
    let id: Id<kinds::Token> = id.parse().map_err(|_| Error::NotFound { what: "token" })?;
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    tx.revoke_token(id).await?;
    tx.commit().await?;
    see("/tokens?said=saved")
}
