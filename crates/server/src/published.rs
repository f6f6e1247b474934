//! `/published/CHANNEL/KEY`: the files that portals fetch from us.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use publication::Feed;
use store::{Error, Id, Result, kinds};

use crate::api::problem::Problem;
use crate::deps::Deps;

pub async fn answer(deps: &Deps, rest: &str, headers: &HeaderMap) -> Response {
    match feed(deps, rest, headers).await {
        Ok(response) => response,
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn feed(deps: &Deps, rest: &str, headers: &HeaderMap) -> Result<Response> {
    let missing = || Error::NotFound { what: "feed" };
    let (channel, key) = rest.split_once('/').ok_or_else(missing)?;
    let channel: Id<kinds::Channel> = channel.parse().map_err(|_| missing())?;
    let feed = Feed::open(&deps.ground, channel, key).await?;
    if feed.is_paused() {
        // Neither a file nor an empty one, which would empty the portal.
        let wait = [(header::RETRY_AFTER, "3600")];
        return Ok((StatusCode::SERVICE_UNAVAILABLE, wait).into_response());
    }
    let etag = feed.etag();
    let known = headers
        .get(header::IF_NONE_MATCH)
        .and_then(|v| v.to_str().ok());
    let head = [
        (header::CONTENT_TYPE, feed.portal.media_type.clone()),
        (header::ETAG, etag.clone()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    if known.is_some_and(|known| known.split(',').any(|k| k.trim() == etag)) {
        return Ok((StatusCode::NOT_MODIFIED, head).into_response());
    }
    let pieces = futures_util::stream::unfold(Some(feed), |feed| async {
        let mut feed = feed?;
        match feed.next().await {
            Ok(Some(piece)) => Some((Ok(piece), Some(feed))),
            Ok(None) => {
                if let Err(error) = feed.taken().await {
                    tracing::warn!(%error, "what a portal fetched is told again the next time");
                }
                None
            }
            // The connection is cut: half a file must not look like a whole one.
            Err(error) => Some((Err(std::io::Error::other(error.to_string())), None)),
        }
    });
    Ok((head, Body::from_stream(pieces)).into_response())
}
