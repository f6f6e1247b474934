//! How files come in, and every file that came.

use arrivals::{NewSource, SourceEdit, Way};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use exchange::{KeyBy, LastWord, Policy, Removal};
use serde::Deserialize;
use serde_json::json;
use store::{Error, Id, kinds};

use super::access::ok;
use super::{Answer, Call};
use crate::deps::Deps;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    name: String,
    way: Way,
    #[serde(default)]
    address: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    move_to: String,
    #[serde(default)]
    public_keys: String,
    #[serde(default)]
    times: String,
    #[serde(default)]
    zone: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    partial: bool,
    #[serde(default)]
    last_word: LastWord,
    #[serde(default)]
    removal: Removal,
    #[serde(default)]
    key_by: KeyBy,
    #[serde(default)]
    photos_change: bool,
    #[serde(default)]
    quiet_hours: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Again {
    #[serde(default)]
    clearance: bool,
}

pub async fn list(call: Call) -> Answer {
    let account = call.account().await?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    ok(&json!({ "sources": arrivals::sources(&mut read, account.id).await? }))
}

pub async fn add(call: Call) -> Answer {
    let account = call.account().await?;
    let wanted: Wanted = call.body_as()?;
    let new = NewSource {
        account: account.id,
        name: wanted.name,
        way: wanted.way,
        address: wanted.address,
        password: wanted.password,
        move_to: wanted.move_to,
        public_keys: wanted.public_keys,
        times: wanted.times,
        zone: wanted.zone,
        category: wanted.category,
        partial: wanted.partial,
        policy: Policy {
            last_word: wanted.last_word,
            removal: wanted.removal,
            key_by: wanted.key_by,
            photos_change: wanted.photos_change,
        },
        quiet_hours: wanted.quiet_hours,
    };
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let (source, password) = arrivals::add(&mut tx, &call.deps.seal, new).await?;
    let told = json!({ "source": source, "password": password }).to_string();
    // The password is kept as a hash, also here.
    let kept = json!({ "source": source, "password": null }).to_string();
    call.finish_keeping(tx, account.id, 201, told, &kept).await
}

pub async fn change(call: Call) -> Answer {
    let id: Id<kinds::Source> = call.id(0)?;
    let edit: SourceEdit = call.body_as()?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let source = arrivals::change(&mut tx, &call.deps.seal, id, edit).await?;
    let told = serde_json::to_value(&source).unwrap_or_default();
    call.finish(tx, source.account, 200, told).await
}

pub async fn remove(call: Call) -> Answer {
    let id: Id<kinds::Source> = call.id(0)?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let source = arrivals::remove(&mut tx, id).await?;
    call.finish(tx, source.account, 200, json!({ "removed": id }))
        .await
}

pub async fn came(call: Call) -> Answer {
    let account = call.account().await?;
    let limit = call.limit(50, 500);
    let mut read = call.deps.store.read(call.scope()?).await?;
    ok(&json!({ "arrivals": arrivals::arrivals(&mut read, account.id, limit).await? }))
}

/// Takes a file as the next delivery of a feed; it is worked at once, but not while this waits.
pub async fn hand_over(call: Call) -> Answer {
    let account = call.account().await?;
    let feed = call.get("feed").unwrap_or("api").to_owned();
    let name = call.get("name").unwrap_or("file").to_owned();
    let kept = keep(&call.deps, &call.body)?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let arrival = arrivals::receive(&mut tx, account.id, &feed, &name, kept).await?;
    let told = serde_json::to_value(&arrival).unwrap_or_default();
    call.finish(tx, account.id, 202, told).await
}

fn keep(deps: &Deps, bytes: &[u8]) -> store::Result<media::Kept> {
    if bytes.is_empty() {
        return Err(Error::refused(
            "empty",
            [
                "Le fichier est vide ; rien n’a changé",
                "Het bestand is leeg; er is niets veranderd",
                "The file is empty; nothing was changed",
                "Die Datei ist leer; nichts wurde geändert",
            ],
        ));
    }
    let name = format!("api-{}", deps.store.dice().below(u64::MAX));
    let mut coming = deps.files.begin(&name, arrivals::FILE_BYTES_MAX)?;
    coming.write(bytes)?;
    coming.keep()
}

pub async fn read(call: Call) -> Answer {
    let id: Id<kinds::Arrival> = call.id(0)?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    let arrival = arrivals::find_arrival(&mut read, id).await?;
    ok(&serde_json::to_value(&arrival).unwrap_or_default())
}

/// The file as it came.
pub async fn file(call: Call) -> Answer {
    let id: Id<kinds::Arrival> = call.id(0)?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    let arrival = arrivals::find_arrival(&mut read, id).await?;
    drop(read);
    let body = raw(&call.deps, &arrival)?;
    let head = [(header::CONTENT_TYPE, "application/octet-stream")];
    Ok((StatusCode::OK, head, body).into_response())
}

/// Streams a kept file.
pub fn raw(deps: &Deps, arrival: &arrivals::Arrival) -> store::Result<axum::body::Body> {
    let file = tokio::fs::File::from_std(deps.files.get(&arrival.hash)?);
    let stream = tokio_util::io::ReaderStream::new(file);
    Ok(axum::body::Body::from_stream(stream))
}

pub async fn again(call: Call) -> Answer {
    let id: Id<kinds::Arrival> = call.id(0)?;
    let again: Again = call.body_as()?;
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let arrival = arrivals::work_again(&mut tx, id, again.clearance).await?;
    let told = serde_json::to_value(&arrival).unwrap_or_default();
    call.finish(tx, arrival.account, 202, told).await
}
