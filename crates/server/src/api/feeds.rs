//! The feeds that an account's files came from, and the mappings that they are read by.

use exchange::Mapping;
use serde_json::json;

use super::access::ok;
use super::{Answer, Call};

pub async fn list(call: Call) -> Answer {
    let account = call.account().await?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    ok(&json!({ "feeds": exchange::feeds(&mut read, account.id).await? }))
}

pub async fn read(call: Call) -> Answer {
    let account = call.account().await?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    let feed = exchange::feed(&mut read, account.id, &call.params[0]).await?;
    ok(&serde_json::to_value(&feed).unwrap_or_default())
}

pub async fn correct(call: Call) -> Answer {
    let account = call.account().await?;
    let mapping: Mapping = call.body_as()?;
    let dictionary = call.deps.dictionary.get();
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let name = &call.params[0];
    let feed = exchange::correct_mapping(&mut tx, &dictionary, &account, name, &mapping).await?;
    let told = serde_json::to_value(&feed).unwrap_or_default();
    call.finish(tx, account.id, 200, told).await
}
