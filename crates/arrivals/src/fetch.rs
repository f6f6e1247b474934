//! Files that are fetched from an address at their times. What has not changed is not sent again
//! (RFC 9110, conditional requests).

use std::time::Duration;

use ::store::{Act, Actor, Result, Store, Via};
use media::Files;
use reach::{Patience, Reach, client, told};
use reqwest::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Client, Response, StatusCode, Url};
use serde::{Deserialize, Serialize};

use crate::quiet::alert_quiet;
use crate::receive::take;
use crate::schedule::Times;
use crate::source::Source;
use crate::{FILE_BYTES_MAX, store};

const AT_ONCE: usize = 8;
const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(20),
    silence: Duration::from_secs(60),
    whole: Duration::from_secs(1_800),
};
const LOOK: Duration = Duration::from_secs(15);
/// Pauses after the first, second and third fetch that went wrong; then its next time is awaited.
const PAUSES_MS: [i64; 3] = [5 * 60_000, 20 * 60_000, 60 * 60_000];
/// Without times an address is asked every day.
const DAY_MS: i64 = 24 * 3_600_000;

/// What the server told to recognise the same file by.
#[derive(Default, Serialize, Deserialize)]
struct Validators {
    etag: Option<String>,
    modified: Option<String>,
}

/// Fetches what is due, for ever, and tells of sources that have fallen silent; one node does it.
pub async fn fetcher(store: Store, files: Files, reach: Reach) {
    let holder = format!("{}-{}", std::process::id(), store.dice().below(u64::MAX));
    let ttl = i64::try_from(LOOK.as_millis()).unwrap_or(i64::MAX) * 4;
    loop {
        if let Ok(Some(_)) = store.lease("fetch", &holder, ttl).await {
            if let Err(error) = fetch_due(&store, &files, reach).await {
                tracing::warn!(%error, "addresses wait to be fetched");
            }
            if let Err(error) = alert_quiet(&store).await {
                tracing::warn!(%error, "quiet sources cannot be told");
            }
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Fetches what is due now; how many addresses were asked.
pub async fn fetch_due(store: &Store, files: &Files, reach: Reach) -> Result<usize> {
    let mut read = store.read(&store.operator()).await?;
    let due = store::due(&mut read, store.now(), AT_ONCE).await?;
    drop(read);
    let client = client(reach, PATIENCE)?;
    for source in &due {
        if let Err(error) = fetch(store, files, &client, reach, source).await {
            tracing::warn!(%error, source = %source.id, "an address cannot be fetched");
        }
    }
    Ok(due.len())
}

/// What came of asking an address.
enum Fetched {
    Same,
    File(Response, Validators),
    Failed(String),
}

async fn fetch(
    store: &Store,
    files: &Files,
    client: &Client,
    reach: Reach,
    source: &Source,
) -> Result<()> {
    let fetched = ask(client, reach, source).await;
    let (kept, said, validators) = match fetched {
        Fetched::Same => (None, String::new(), None),
        Fetched::Failed(said) => (None, said, None),
        Fetched::File(response, validators) => match keep(store, files, response).await {
            Ok(kept) => (Some(kept), String::new(), Some(validators)),
            Err(said) => (None, said, None),
        },
    };
    let act = Act::by(Actor::System("fetch")).via(Via::Import);
    let mut tx = store
        .begin(&store.operator().within(source.account)?, act)
        .await?;
    let mut after = source.clone();
    let now = tx.now();
    let times = Times::read(&source.times).unwrap_or_default();
    let next = times.next(&source.zone, now);
    after.next_at = Some(next.unwrap_or(now.plus_ms(DAY_MS)));
    if let Some(validators) = validators {
        after.validators = ::store::json(&validators)?;
    }
    match (&kept, said.is_empty()) {
        (Some(_), _) => {}
        // The same file is an answer too: the source is not quiet.
        (None, true) => (after.arrived_at, after.failures, after.said) = (now, 0, said),
        (None, false) => {
            let pause = usize::try_from(after.failures)
                .ok()
                .and_then(|n| PAUSES_MS.get(n));
            if let Some(pause) = pause {
                after.next_at = Some(now.plus_ms(*pause));
            }
            (after.failures, after.said) = (after.failures + 1, said);
        }
    }
    match kept {
        Some(kept) => drop(take(&mut tx, &after, &file_name(source), kept).await?),
        None => store::write(&mut tx, &after).await?,
    }
    tx.commit().await.map(|_| ())
}

async fn ask(client: &Client, reach: Reach, source: &Source) -> Fetched {
    let Ok(url) = Url::parse(&source.address) else {
        return Fetched::Failed(format!("{} is no address", source.address));
    };
    if !reach.allows(&url) {
        return Fetched::Failed(format!("{url} is in a private network; it is not asked"));
    }
    let known: Validators = serde_json::from_str(&source.validators).unwrap_or_default();
    let mut request = client.get(url);
    if let Some((user, password)) = source.secret.split_once(':') {
        request = request.basic_auth(user, Some(password));
    }
    if let Some(etag) = known.etag {
        request = request.header(IF_NONE_MATCH, etag);
    } else if let Some(modified) = known.modified {
        request = request.header(IF_MODIFIED_SINCE, modified);
    }
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => return Fetched::Failed(told(&error)),
    };
    match response.status() {
        StatusCode::NOT_MODIFIED => Fetched::Same,
        status if status.is_success() => {
            let header = |name| {
                let value = response.headers().get(name)?;
                value.to_str().ok().map(str::to_owned)
            };
            let validators = Validators {
                etag: header(ETAG),
                modified: header(LAST_MODIFIED),
            };
            Fetched::File(response, validators)
        }
        status => Fetched::Failed(format!("the server answered {status}")),
    }
}

/// A body that ends before its announced length is an error of the client, and no file.
async fn keep(
    store: &Store,
    files: &Files,
    mut response: Response,
) -> std::result::Result<media::Kept, String> {
    let name = format!("fetch-{}", store.dice().below(u64::MAX));
    let mut coming = files
        .begin(&name, FILE_BYTES_MAX)
        .map_err(|e| e.to_string())?;
    while let Some(chunk) = response.chunk().await.map_err(|e| told(&e))? {
        coming.write(&chunk).map_err(|e| e.to_string())?;
    }
    if coming.bytes() == 0 {
        return Err("the server sent an empty file".into());
    }
    coming.keep().map_err(|e| e.to_string())
}

fn file_name(source: &Source) -> String {
    let url = Url::parse(&source.address).ok();
    let last = url
        .as_ref()
        .and_then(|url| url.path_segments()?.next_back());
    let last = last.filter(|name| !name.is_empty());
    last.unwrap_or(&source.name).to_owned()
}
