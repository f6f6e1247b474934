//! Tokens of programs: made, told once, revoked.

use serde::Deserialize;
use serde_json::json;
use store::{Id, NewToken, Reads, Right, Role, Scope, Token, kinds};

use super::access::ok;
use super::users::role_of;
use super::{Answer, Call};
use crate::deps::Deps;

pub async fn of(
    deps: &Deps,
    scope: &Scope,
    account: Id<kinds::Account>,
) -> store::Result<Vec<Token>> {
    scope.demand(Right::Manage)?;
    let mut read = deps.store.read(scope).await?;
    Token::of(&mut read, account).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub role: String,
}

impl Wanted {
    pub fn ready(self, account: Id<kinds::Account>) -> store::Result<NewToken> {
        let role = match self.role.as_str() {
            "" => Role::ReadOnly,
            role => role_of(role)?,
        };
        let name = self.name.chars().take(200).collect();
        Ok(NewToken {
            account,
            name,
            role,
        })
    }
}

pub async fn list(call: Call) -> Answer {
    let account = call.account().await?;
    ok(&json!({ "tokens": of(&call.deps, call.scope()?, account.id).await? }))
}

pub async fn add(call: Call) -> Answer {
    let account = call.account().await?;
    let wanted: Wanted = call.body_as()?;
    let new = wanted.ready(account.id)?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let (secret, token) = tx.add_token(new).await?;
    let told = json!({ "token": token, "secret": secret }).to_string();
    // Secrets are kept as hashes, also here.
    let kept = json!({ "token": token, "secret": null }).to_string();
    call.finish_keeping(tx, account.id, 201, told, &kept).await
}

pub async fn revoke(call: Call) -> Answer {
    let id: Id<kinds::Token> = call.id(0)?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let token = tx.revoke_token(id).await?;
    debug_assert!(tx.scope().reach(token.account).is_ok());
    call.finish(tx, token.account, 200, json!({ "revoked": id }))
        .await
}
