//! Users of an account. Who may manage it sees them; the office asks the same functions.

use serde::Deserialize;
use serde_json::json;
use store::{Account, Error, Id, NewUser, Right, Role, Scope, Tx, User, kinds};

use super::access::ok;
use super::params::{ROLES, not_among};
use super::{Answer, Call};
use crate::deps::Deps;

/// The users of an account: their addresses concern who may manage it, nobody else.
pub async fn of(
    deps: &Deps,
    scope: &Scope,
    account: Id<kinds::Account>,
) -> store::Result<Vec<User>> {
    scope.demand(Right::Manage)?;
    let mut read = deps.store.read(scope).await?;
    User::of(&mut read, account).await
}

/// A user to add to an account, before it is known whether he may be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    pub email: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub role: String,
    pub password: String,
}

impl Wanted {
    /// The user with his password's hash, which is made before any transaction.
    pub async fn ready(self, deps: &Deps, account: &Account) -> store::Result<(NewUser, String)> {
        let role = match self.role.as_str() {
            "" => Role::ReadOnly,
            role => role_of(role)?,
        };
        let hash = deps.store.hash_password(&self.password).await?;
        let new = NewUser {
            account: Some(account.id),
            email: self.email,
            name: self.name,
            role,
            language: account.language.clone(),
            password: String::new(),
        };
        Ok((new, hash))
    }
}

/// A role that somebody of an account can have.
pub fn role_of(key: &str) -> store::Result<Role> {
    let known = ROLES.contains(&key).then(|| Role::parse(key)).flatten();
    known.ok_or_else(|| Error::Invalid {
        wrong: vec![not_among("role", "unknown_role", key, &ROLES.join(", "))],
    })
}

/// Nobody takes his own rights away: an account would be left without anybody who manages it.
pub fn not_oneself(caller: Option<&User>, id: Id<kinds::User>) -> store::Result<()> {
    if caller.is_some_and(|user| user.id == id) {
        return Err(Error::refused(
            "own_user",
            [
                "Demandez-le à quelqu’un d’autre : vous ne pouvez pas vous retirer vos droits",
                "Vraag het iemand anders: u kunt uzelf geen rechten afnemen",
                "Ask somebody else: you cannot take your own rights away",
                "Bitten Sie jemand anderen: sich selbst können Sie keine Rechte nehmen",
            ],
        ));
    }
    Ok(())
}

pub async fn list(call: Call) -> Answer {
    let account = call.account().await?;
    ok(&json!({ "users": of(&call.deps, call.scope()?, account.id).await? }))
}

pub async fn add(call: Call) -> Answer {
    let account = call.account().await?;
    let wanted: Wanted = call.body_as()?;
    let (new, hash) = wanted.ready(&call.deps, &account).await?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let user = tx.add_user_hashed(new, hash).await?;
    call.finish(tx, account.id, 201, json!({ "user": user }))
        .await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserEdit {
    role: String,
}

pub async fn edit(call: Call) -> Answer {
    let id: Id<kinds::User> = call.id(0)?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    User::find(&mut tx, id).await?;
    let edit: UserEdit = call.body_as()?;
    not_oneself(call.caller.user.as_ref(), id)?;
    tx.set_role(id, role_of(&edit.role)?).await?;
    finish(call, tx, id).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Password {
    password: String,
}

pub async fn reset_password(call: Call) -> Answer {
    let id: Id<kinds::User> = call.id(0)?;
    {
        let mut read = call.deps.store.read(call.scope()?).await?;
        User::find(&mut read, id).await?;
    }
    let body: Password = call.body_as()?;
    let hash = call.deps.store.hash_password(&body.password).await?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    tx.set_password_hashed(id, hash).await?;
    finish(call, tx, id).await
}

async fn finish(call: Call, mut tx: Tx, id: Id<kinds::User>) -> Answer {
    let user = User::find(&mut tx, id).await?;
    let account = of_user(&user);
    call.finish(tx, account, 200, json!({ "user": user })).await
}

pub async fn remove(call: Call) -> Answer {
    let id: Id<kinds::User> = call.id(0)?;
    not_oneself(call.caller.user.as_ref(), id)?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let user = User::find(&mut tx, id).await?;
    tx.remove_user(id).await?;
    call.finish(tx, of_user(&user), 200, json!({ "removed": id }))
        .await
}

/// Where the answer is kept; the operator's people stand in no account.
fn of_user(user: &User) -> Id<kinds::Account> {
    user.account.unwrap_or(Id::from_uuid(store::Uuid::nil()))
}
