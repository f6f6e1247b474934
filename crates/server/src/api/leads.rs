//! The inbox, and people.

use enquiries::LeadState;
use serde::Deserialize;
use serde_json::json;
use store::{Account, Error, Id, kinds};

use super::access::ok;
use super::params::{LEAD_STATES, not_among};
use super::{Answer, Call};

pub async fn list(call: Call) -> Answer {
    let account = call.account().await?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    let state = call.get("state").and_then(LeadState::parse);
    let leads = enquiries::list(&mut read, account.id, state, call.limit(100, 1_000)).await?;
    ok(&json!({ "leads": leads }))
}

pub async fn read(call: Call) -> Answer {
    let id: Id<kinds::Lead> = call.id(0)?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    let thread = enquiries::thread(&mut read, id).await?;
    ok(&serde_json::to_value(&thread).unwrap_or_default())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeadAnswer {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeadMark {
    state: String,
}

pub async fn mails(call: Call) -> Answer {
    let account = call.account().await?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    let mails = enquiries::mails(&mut read, account.id, call.limit(100, 1_000)).await?;
    ok(&json!({ "mails": mails }))
}

pub async fn answer(call: Call) -> Answer {
    let id: Id<kinds::Lead> = call.id(0)?;
    let account = account_of(&call, id).await?;
    let body: LeadAnswer = call.body_as()?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let lead =
        enquiries::answer(&mut tx, &account, call.caller.user.as_ref(), id, &body.text).await?;
    call.finish(
        tx,
        account.id,
        201,
        serde_json::to_value(&lead).unwrap_or_default(),
    )
    .await
}

pub async fn mark(call: Call) -> Answer {
    let id: Id<kinds::Lead> = call.id(0)?;
    let account = account_of(&call, id).await?;
    let body: LeadMark = call.body_as()?;
    let state = LeadState::parse(&body.state).ok_or_else(|| {
        let there_are = LEAD_STATES.join(", ");
        let wrong = vec![not_among("state", "unknown_state", &body.state, &there_are)];
        Error::Invalid { wrong }
    })?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let lead = enquiries::mark(&mut tx, id, state).await?;
    call.finish(
        tx,
        account.id,
        200,
        serde_json::to_value(&lead).unwrap_or_default(),
    )
    .await
}

pub async fn erase(call: Call) -> Answer {
    let id: Id<kinds::Person> = call.id(0)?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let person = relations::find(&mut tx, id).await?;
    enquiries::erase_person(&mut tx, id).await?;
    call.finish(tx, person.account, 200, json!({ "erased": id }))
        .await
}

async fn account_of(call: &Call, id: Id<kinds::Lead>) -> Result<Account, super::Problem> {
    let mut read = call.deps.store.read(call.scope()?).await?;
    let thread = enquiries::thread(&mut read, id).await?;
    Ok(Account::find(&mut read, thread.lead.account).await?)
}
