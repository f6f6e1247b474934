//! A file on the web. What has not changed is not sent again (RFC 9110, conditional requests).

use std::time::Duration;

use ::store::{Result, Seal, Store};
use media::{Files, Kept};
use reach::{Patience, Reach, told};
use reqwest::header::{ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use reqwest::{Client, Response, StatusCode, Url};
use serde::{Deserialize, Serialize};

use crate::FILE_BYTES_MAX;
use crate::source::Source;

const PATIENCE: Patience = Patience {
    connect: Duration::from_secs(20),
    silence: Duration::from_secs(60),
    whole: Duration::from_secs(1_800),
};

/// What the server told to recognise the same file by.
#[derive(Default, Serialize, Deserialize)]
struct Validators {
    etag: Option<String>,
    modified: Option<String>,
}

pub(crate) fn client(reach: Reach) -> Result<Client> {
    reach::client(reach, PATIENCE)
}

/// What came of asking an address.
enum Fetched {
    Same,
    File(Response, Validators),
    Failed(String),
}

/// A new file and what to recognise it by; None when it is the same.
pub(crate) async fn get(
    store: &Store,
    files: &Files,
    client: &Client,
    reach: Reach,
    seal: &Seal,
    source: &Source,
) -> std::result::Result<Option<(Kept, String)>, String> {
    match ask(client, reach, seal, source).await {
        Fetched::Same => Ok(None),
        Fetched::Failed(said) => Err(said),
        Fetched::File(response, validators) => {
            let kept = keep(store, files, response, FILE_BYTES_MAX).await?;
            let validators = ::store::json(&validators).map_err(|e| e.to_string())?;
            Ok(Some((kept, validators)))
        }
    }
}

async fn ask(client: &Client, reach: Reach, seal: &Seal, source: &Source) -> Fetched {
    let Ok(url) = Url::parse(&source.address) else {
        return Fetched::Failed(format!("{} is no address", source.address));
    };
    if !reach.allows(&url) {
        return Fetched::Failed(format!("{url} is in a private network; it is not asked"));
    }
    let known: Validators = serde_json::from_str(&source.validators).unwrap_or_default();
    let mut request = client.get(url);
    if !source.sealed.is_empty() {
        let said = match seal.open_sealed(&source.id.to_string(), &source.sealed) {
            Ok(said) => said,
            Err(error) => return Fetched::Failed(error.to_string()),
        };
        let (user, password) = said.split_once(':').unwrap_or((&said, ""));
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

/// A file that a link names, whatever was known of it.
pub(crate) async fn get_once(
    store: &Store,
    files: &Files,
    client: &Client,
    reach: Reach,
    url: Url,
    most: u64,
) -> std::result::Result<Kept, String> {
    if !reach.allows(&url) {
        return Err("it is in a private network; it is not asked".into());
    }
    let response = client.get(url).send().await.map_err(|e| told(&e))?;
    match response.status() {
        status if status.is_success() => keep(store, files, response, most).await,
        status => Err(format!("the server answered {status}")),
    }
}

/// A body that ends before its announced length is an error of the client, and no file.
async fn keep(
    store: &Store,
    files: &Files,
    mut response: Response,
    most: u64,
) -> std::result::Result<Kept, String> {
    let name = format!("fetch-{}", store.dice().below(u64::MAX));
    let mut coming = files.begin(&name, most).map_err(|e| e.to_string())?;
    while let Some(chunk) = response.chunk().await.map_err(|e| told(&e))? {
        coming.write(&chunk).map_err(|e| e.to_string())?;
    }
    if coming.bytes() == 0 {
        return Err("the server sent an empty file".into());
    }
    coming.keep().map_err(|e| e.to_string())
}

pub(crate) fn file_name(source: &Source) -> String {
    let url = Url::parse(&source.address).ok();
    let last = url.as_ref().and_then(last_name);
    last.unwrap_or_else(|| source.name.clone())
}

pub(crate) fn last_name(url: &Url) -> Option<String> {
    let last = url.path_segments()?.next_back()?;
    (!last.is_empty()).then(|| last.to_owned())
}
