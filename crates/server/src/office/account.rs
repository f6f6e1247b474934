//! How the account shows itself to the public.

use askama::Template;
use axum::http::StatusCode;
use serde_json::{Map, Value as Json};
use store::{Result, Right};

use super::desk::{Desk, page};
use super::listings::said;
use super::{Answer, Visit, see};
use crate::text::say;

/// What the sites show of an account, in the order of the form.
const SHOWN: [&str; 7] = [
    "phone", "email", "web", "street", "postcode", "town", "about",
];

#[derive(Template)]
#[template(path = "office/account.html")]
struct Page {
    desk: Desk,
    name: String,
    /// Key, word, and what stands there.
    fields: Vec<(&'static str, &'static str, String)>,
    wrong: Vec<String>,
}

fn profile_of(visit: &Visit) -> Map<String, Json> {
    serde_json::from_str(&visit.account.profile).unwrap_or_default()
}

pub async fn show(visit: &Visit) -> Answer {
    let profile = profile_of(visit);
    let shown = |key: &'static str| {
        let text = profile.get(key).and_then(Json::as_str);
        (key, text.unwrap_or_default().to_owned())
    };
    let fields = SHOWN.map(shown).to_vec();
    form(visit, visit.account.name.clone(), fields, Vec::new()).await
}

async fn form(
    visit: &Visit,
    name: String,
    fields: Vec<(&'static str, String)>,
    wrong: Vec<String>,
) -> Answer {
    visit.scope.demand(Right::Manage)?;
    let worded = |(key, text): (&'static str, String)| {
        let word = match key {
            "email" => "account_email",
            "phone" => "account_phone",
            other => other,
        };
        (key, say(visit.language, word), text)
    };
    let fields = fields.into_iter().map(worded).collect();
    let unfit = !wrong.is_empty();
    let mut response = page(&Page {
        desk: Desk::of(visit, "account", say(visit.language, "account")).await?,
        name,
        fields,
        wrong,
    })?;
    if unfit {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub async fn save(visit: &Visit) -> Answer {
    let typed = visit.form();
    let get = |name: &str| {
        let pair = typed.iter().find(|(n, _)| n == name);
        pair.map(|(_, v)| v.trim().to_owned()).unwrap_or_default()
    };
    let name = get("name");
    let mut profile = profile_of(visit);
    for key in SHOWN {
        match get(key) {
            text if text.is_empty() => drop(profile.remove(key)),
            text => drop(profile.insert(key.to_owned(), text.into())),
        }
    }
    match write(visit, &name, profile).await {
        Ok(()) => see("/account?said=saved"),
        Err(error) if error.status() < 500 && error.status() != 403 => {
            let fields = SHOWN.map(|key| (key, get(key))).to_vec();
            form(visit, name, fields, said(visit, &error)).await
        }
        Err(error) => Err(error),
    }
}

async fn write(visit: &Visit, name: &str, profile: Map<String, Json>) -> Result<()> {
    let mut tx = visit.deps.store.begin(&visit.own()?, visit.act()).await?;
    let profile = Json::from(profile).to_string();
    tx.describe_account(visit.account.id, name, &profile)
        .await?;
    tx.commit().await?;
    visit.deps.load_accounts().await
}
