//! Files in, and batches back.

use std::io::Cursor;

use arrivals::Handed;
use exchange::{Options, Pictures, Report};
use media::Kept;
use serde_json::json;
use store::{Account, Act, Batch, Id, IdempotencyKey, Scope, kinds};

use super::access::{json_response, ok};
use super::{Answer, Call};
use crate::deps::Deps;

const PREVIEW_ROWS: usize = 20;

fn options(call: &Call) -> Options {
    let yes = |name: &str| matches!(call.get(name), Some("true" | "1"));
    Options {
        name: call
            .get("name")
            .unwrap_or_default()
            .chars()
            .take(200)
            .collect(),
        category: call.get("category").map(str::to_owned),
        feed: call.get("feed").map(str::to_owned),
        partial: yes("partial"),
        clearance: yes("clearance"),
        anyway: yes("anyway"),
        by: Some(call.caller.actor.clone()),
        ..Options::default()
    }
}

/// Imports to the end, whatever becomes of the connection that asked for it.
pub async fn to_the_end<K>(
    deps: &Deps,
    scope: Scope,
    account: Account,
    handed: Handed<K>,
    options: Options,
) -> store::Result<Report>
where
    K: FnOnce() -> store::Result<Kept> + Send + 'static,
{
    let options = Options {
        pictures: Pictures::In(deps.objects.clone()),
        ..options
    };
    let (store, dictionary) = (deps.store.clone(), deps.dictionary.get());
    let work = async move {
        arrivals::import(
            &store,
            &dictionary,
            &scope,
            account,
            handed,
            options,
            &mut |_| {},
        )
        .await
    };
    let done = tokio::spawn(work).await;
    done.map_err(|e| store::Error::broken(e.to_string()))?
}

pub async fn preview(call: Call) -> Answer {
    let account = call.account().await?;
    let source = Box::new(Cursor::new(call.body.clone()));
    let dictionary = call.deps.dictionary.get();
    let preview = exchange::preview(
        &call.deps.store,
        &dictionary,
        call.scope()?,
        account,
        source,
        options(&call),
        PREVIEW_ROWS,
    )
    .await?;
    ok(&serde_json::to_value(&preview).unwrap_or_default())
}

pub async fn import(call: Call) -> Answer {
    let account = call.account().await?;
    let id = account.id;
    let scope = call.scope()?.clone();
    let (files, body) = (call.deps.files.clone(), call.body.clone());
    let name = format!("import-{}", call.deps.store.dice().below(u64::MAX));
    let handed = Handed {
        file: Box::new(Cursor::new(call.body.clone())),
        keep: move || {
            let mut coming = files.begin(&name, arrivals::FILE_BYTES_MAX)?;
            coming.write(&body)?;
            coming.keep()
        },
    };
    let options = Options {
        key: call.key(id)?,
        ..options(&call)
    };
    let report = to_the_end(&call.deps, scope, account, handed, options).await?;
    let told = store::json(&report)?;
    // What wrote something has kept its answer with the end of its batch.
    if report.batch.is_some() {
        return Ok(json_response(200, told));
    }
    let tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    call.finish_keeping(tx, id, 200, told.clone(), &told).await
}

pub async fn batches(call: Call) -> Answer {
    let account = call.account().await?;
    let mut read = call.deps.store.read(call.scope()?).await?;
    let batches = Batch::of(&mut read, account.id, call.limit(50, 500)).await?;
    ok(&json!({ "batches": batches }))
}

pub async fn preview_undo(call: Call) -> Answer {
    let batch: Id<kinds::Batch> = call.id(0)?;
    let report = migration::undo_preview(
        &call.deps.store,
        &call.deps.dictionary.get(),
        call.scope()?,
        batch,
    )
    .await?;
    ok(&serde_json::to_value(&report).unwrap_or_default())
}

pub async fn undo(call: Call) -> Answer {
    let batch: Id<kinds::Batch> = call.id(0)?;
    let account = {
        let mut read = call.deps.store.read(call.scope()?).await?;
        Batch::find(&mut read, batch).await?.account
    };
    let key = call.key(account)?;
    let (scope, act) = (call.scope()?.clone(), call.act());
    let report = undone_to_the_end(&call.deps, scope, act, batch, key).await?;
    Ok(json_response(200, store::json(&report)?))
}

/// Undoes to the end, whatever becomes of the connection that asked for it.
pub async fn undone_to_the_end(
    deps: &Deps,
    scope: Scope,
    act: Act,
    batch: Id<kinds::Batch>,
    key: Option<IdempotencyKey>,
) -> store::Result<catalog::UndoReport> {
    let (store, dictionary) = (deps.store.clone(), deps.dictionary.get());
    let work = async move {
        migration::undo_keyed(&store, &dictionary, &scope, act, batch, key.as_ref()).await
    };
    let done = tokio::spawn(work).await;
    done.map_err(|e| store::Error::broken(e.to_string()))?
}

pub async fn stop(call: Call) -> Answer {
    let batch: Id<kinds::Batch> = call.id(0)?;
    let account = {
        let mut read = call.deps.store.read(call.scope()?).await?;
        Batch::find(&mut read, batch).await?.account
    };
    let mut tx = call.deps.store.begin(call.scope()?, call.act()).await?;
    let stopped = tx.stop_batch(batch).await?;
    call.finish(tx, account, 200, json!({ "batch": stopped }))
        .await
}
