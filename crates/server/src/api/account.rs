//! Sessions, users, and what the journal tells an account.

use axum::http::{HeaderMap, HeaderValue, header};
use serde_json::json;
use store::journal::{Asked, ask};
use store::{Error, NewUser, Role, SESSION_DAYS, Session, User};

use super::access::{COOKIE, json_response, ok};
use super::listings::entry_json;
use super::{Answer, Call};
use crate::deps::Deps;
use crate::limits::Peer;

pub async fn sign_in(call: Call) -> Answer {
    let body = call.json()?;
    let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let (email, password) = (word("email"), word("password"));
    let (secret, session) = try_password(&call.deps, &email, &password, &call.peer).await?;
    let mut response = json_response(200, json!({ "user": session.user }).to_string());
    if let Ok(cookie) = HeaderValue::from_str(&cookie(&secret, &call.headers)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Signs in unless somebody has tried too often, for this address or from this place.
pub async fn try_password(
    deps: &Deps,
    email: &str,
    password: &str,
    peer: &Peer,
) -> store::Result<(String, Session)> {
    deps.limits.try_sign_in(email, peer)?;
    let signed = deps.store.sign_in(email, password).await;
    if !signed.as_ref().is_err_and(|error| error.status() < 500) {
        deps.limits.signed_in(email, peer);
    }
    signed
}

/// The session's cookie. Under any name but `*.localhost` it is sent over TLS only.
pub fn cookie(secret: &str, headers: &HeaderMap) -> String {
    let age = SESSION_DAYS * 86_400;
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok());
    let name = host.map_or("", |h| h.split(':').next().unwrap_or_default());
    let local = name == "localhost" || name.ends_with(".localhost") || name == "127.0.0.1";
    let secure = if local { "" } else { "; Secure" };
    format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}")
}

pub async fn sign_out(call: Call) -> Answer {
    if let Some(secret) = &call.caller.secret {
        call.deps.store.sign_out(secret).await?;
    }
    ok(&json!({ "signed_out": true }))
}

pub async fn me(call: Call) -> Answer {
    let scope = call.scope()?;
    let account = call.account().await.ok();
    ok(&json!({ "user": call.caller.user, "account": account, "role": scope.role().key() }))
}

pub async fn users(call: Call) -> Answer {
    let account = call.account().await?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    ok(&json!({ "users": User::of(&mut read, account.id).await? }))
}

pub async fn add_user(call: Call) -> Answer {
    let account = call.account().await?;
    let body = call.json()?;
    let word = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let role = match word("role").as_str() {
        "" => Some(Role::ReadOnly),
        role => Role::parse(role),
    };
    let role = role.ok_or_else(|| {
        Error::refused(
            "unknown_role",
            [
                "Rôle inconnu ; il y a manager, agent, read-only",
                "Onbekende rol; er zijn manager, agent, read-only",
                "There is no such role; there are manager, agent, read-only",
                "Unbekannte Rolle; es gibt manager, agent, read-only",
            ],
        )
    })?;
    let new = NewUser {
        account: Some(account.id),
        email: word("email"),
        name: word("name"),
        role,
        language: account.language.clone(),
        password: word("password"),
    };
    let hash = call.deps.store.hash_password(&new.password).await?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let user = tx.add_user_hashed(new, hash).await?;
    call.finish(tx, account.id, 201, json!({ "user": user }))
        .await
}

pub async fn journal(call: Call) -> Answer {
    let account = call.account().await?;
    let after = call
        .get("since")
        .and_then(|s| s.parse().ok())
        .unwrap_or_default();
    let asked = Asked {
        after,
        account: Some(account.id),
        limit: call.limit(100, 1_000),
        ..Asked::default()
    };
    let mut read = call.deps.store.read(call.scope()?).await?;
    let entries: Vec<_> = ask(&mut read, &asked)
        .await?
        .iter()
        .map(entry_json)
        .collect();
    ok(&json!({ "entries": entries }))
}
