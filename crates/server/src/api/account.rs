//! Sessions, and the accounts themselves.

use axum::http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use store::{Account, Error, NewAccount, SESSION_DAYS, Session};

use super::access::{COOKIE, json_response, ok};
use super::params::{LANGUAGES, not_among};
use super::{Answer, Call};
use crate::deps::Deps;
use crate::limits::Peer;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    password: String,
}

pub async fn sign_in(call: Call) -> Answer {
    let who: SignIn = call.body_as()?;
    let tried = try_password(&call.deps, &who.email, &who.password, &call.peer).await;
    let (secret, session) = tried?;
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
    let account = match (scope.account(), call.get("account")) {
        (None, None) => None,
        _ => Some(call.account().await?),
    };
    ok(&json!({ "user": call.caller.user, "account": account, "role": scope.role().key() }))
}

fn told(account: &Account) -> Json {
    serde_json::to_value(account).unwrap_or_default()
}

pub async fn read(call: Call) -> Answer {
    ok(&told(&call.account().await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountEdit {
    name: Option<String>,
    profile: Option<Map<String, Json>>,
}

pub async fn edit(call: Call) -> Answer {
    let before = call.account().await?;
    let edit: AccountEdit = call.body_as()?;
    let name = edit.name.unwrap_or(before.name);
    let profile = edit.profile.map(|p| Json::from(p).to_string());
    let profile = profile.unwrap_or(before.profile);
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    tx.describe_account(before.id, name.trim(), &profile)
        .await?;
    let after = Account::find(&mut tx, before.id).await?;
    call.finish(tx, after.id, 200, told(&after)).await
}

pub async fn list(call: Call) -> Answer {
    ok(&json!({ "accounts": all(&call.deps, call.scope()?).await? }))
}

/// Every account, for the operator.
pub async fn all(deps: &Deps, scope: &store::Scope) -> store::Result<Vec<Account>> {
    let mut read = deps.store.read(scope).await?;
    Account::all(&mut read).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    slug: String,
    name: Option<String>,
    vertical: String,
    country: Option<String>,
    language: Option<String>,
    profile: Option<Map<String, Json>>,
}

pub async fn add(call: Call) -> Answer {
    let opening: Opening = call.body_as()?;
    let country = opening.country.unwrap_or_else(|| "BE".into());
    let language = opening.language.unwrap_or_else(|| "fr".into());
    let dictionary = call.deps.dictionary.get();
    let mut wrong = Vec::new();
    if dictionary.vertical(&opening.vertical).is_none() {
        let keys: Vec<&str> = dictionary.verticals().iter().map(|v| &*v.key).collect();
        let there_are = keys.join(", ");
        wrong.push(not_among(
            "vertical",
            "unknown_value",
            &opening.vertical,
            &there_are,
        ));
    }
    if !LANGUAGES.contains(&language.as_str()) {
        let there_are = LANGUAGES.join(", ");
        wrong.push(not_among(
            "language",
            "unknown_value",
            &language,
            &there_are,
        ));
    }
    if country.len() != 2 || !country.bytes().all(|b| b.is_ascii_alphabetic()) {
        wrong.push(not_among(
            "country",
            "unknown_value",
            &country,
            "ISO 3166-1 alpha-2",
        ));
    }
    if !wrong.is_empty() {
        return Err(Error::Invalid { wrong }.into());
    }
    let new = NewAccount {
        name: opening.name.unwrap_or_else(|| opening.slug.clone()),
        slug: opening.slug,
        vertical: opening.vertical,
        country,
        language,
        profile: Json::from(opening.profile.unwrap_or_default()).to_string(),
    };
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let account = tx.add_account(new).await?;
    let answer = call.finish(tx, account.id, 201, told(&account)).await?;
    call.deps.load_accounts().await?;
    Ok(answer)
}
