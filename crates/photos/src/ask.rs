//! One address is asked, on a condition if its picture is known.

use std::error::Error as _;
use std::io;

use ::store::{SECOND_MS, Timestamp};
use jiff::fmt::rfc2822::DateTimeParser;
use reach::{Reach, told};
use reqwest::header::{
    ACCEPT, CONTENT_TYPE, ETAG, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
    RETRY_AFTER,
};
use reqwest::{Client, Response, StatusCode, Url};

use crate::fault::Fault;
use crate::manners::{Gate, PHOTO_BYTES_MAX};
use crate::store::Address;

/// What pages can show; servers that choose by it send nothing newer.
const KINDS: &str = "image/jpeg, image/png, image/webp;q=0.9, */*;q=0.1";
const VALIDATOR_BYTES_MAX: usize = 300;

/// What came of asking an address.
pub(crate) enum Answer {
    Picture(Vec<u8>, Picture),
    /// The one that we have.
    Same,
    Failed(Fault),
}

/// A picture as it came, by what its server knows it again.
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) etag: Option<String>,
    pub(crate) modified: Option<String>,
}

pub(crate) async fn ask(
    client: &Client,
    reach: Reach,
    gate: &Gate,
    url: &str,
    known: Option<&Address>,
    now: Timestamp,
) -> Answer {
    let answer = answered(client, reach, gate, url, known, now).await;
    let answer = answer.unwrap_or_else(Answer::Failed);
    match &answer {
        Answer::Failed(Fault::Busy) => crate::tally::note(3),
        Answer::Failed(fault) => {
            crate::tally::note(2);
            match fault.is_of_host() {
                true => gate.struck(now),
                false => gate.answered(),
            }
        }
        Answer::Picture(..) | Answer::Same => {
            crate::tally::note(usize::from(matches!(answer, Answer::Same)));
            gate.answered();
        }
    }
    answer
}

async fn answered(
    client: &Client,
    reach: Reach,
    gate: &Gate,
    url: &str,
    known: Option<&Address>,
    now: Timestamp,
) -> Result<Answer, Fault> {
    let url = Url::parse(url).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let url = url.ok_or(Fault::NoAddress)?;
    if !reach.allows(&url) {
        return Err(Fault::Private);
    }
    let mut request = client.get(url).header(ACCEPT, KINDS);
    if let Some(etag) = known.and_then(|k| k.etag.as_deref()) {
        request = request.header(IF_NONE_MATCH, etag);
    } else if let Some(modified) = known.and_then(|k| k.modified.as_deref()) {
        request = request.header(IF_MODIFIED_SINCE, modified);
    }
    let response = request.send().await.map_err(|e| fault_of(&e))?;
    match response.status() {
        StatusCode::NOT_MODIFIED if known.is_some() => Ok(Answer::Same),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            let wanted = header(&response, RETRY_AFTER);
            gate.turned_away(now, wanted.and_then(|text| pause_ms(&text, now)));
            Err(Fault::Busy)
        }
        StatusCode::OK => taken(response).await,
        status => Err(Fault::Status(status.as_u16())),
    }
}

/// The whole picture; by its bytes, whatever its head calls it.
async fn taken(mut response: Response) -> Result<Answer, Fault> {
    let announced = response.content_length().unwrap_or(0);
    if announced > PHOTO_BYTES_MAX as u64 {
        return Err(Fault::TooLarge);
    }
    let kind = header(&response, CONTENT_TYPE).unwrap_or_default();
    let (etag, modified) = (header(&response, ETAG), header(&response, LAST_MODIFIED));
    let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
    while let Some(chunk) = response.chunk().await.map_err(|e| fault_of(&e))? {
        if bytes.len() + chunk.len() > PHOTO_BYTES_MAX {
            return Err(Fault::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    let picture = media::inspect(&bytes).map_err(|e| match e.code() {
        "too_many_pixels" => Fault::TooManyPixels,
        _ => Fault::NoPicture(kind_of(&kind)),
    })?;
    let picture = Picture {
        width: picture.width,
        height: picture.height,
        etag,
        modified,
    };
    Ok(Answer::Picture(bytes, picture))
}

fn kind_of(content_type: &str) -> String {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    match kind {
        "" => "?".to_owned(),
        kind => kind.chars().take(60).collect(),
    }
}

fn fault_of(error: &reqwest::Error) -> Fault {
    if error.is_timeout() {
        return Fault::Slow;
    }
    if is_forbidden(error) {
        return Fault::Private;
    }
    let said = told(error);
    match error.is_redirect() {
        true => Fault::SentOn(said),
        false => Fault::Unreachable(said),
    }
}

/// The guard found that the name resolves to nothing public.
fn is_forbidden(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        let io = inner.downcast_ref::<io::Error>();
        if io.is_some_and(|io| io.kind() == io::ErrorKind::PermissionDenied) {
            return true;
        }
        cause = inner.source();
    }
    false
}

fn header(response: &Response, name: HeaderName) -> Option<String> {
    let value = response.headers().get(name)?.to_str().ok()?;
    (value.len() <= VALIDATOR_BYTES_MAX).then(|| value.to_owned())
}

/// `Retry-After`: seconds, or a date (RFC 9110, 10.2.3).
fn pause_ms(text: &str, now: Timestamp) -> Option<i64> {
    if let Ok(seconds) = text.trim().parse::<u32>() {
        return Some(i64::from(seconds) * SECOND_MS);
    }
    let date = DateTimeParser::new().parse_timestamp(text.trim()).ok()?;
    Some(date.as_millisecond() - now.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_says_how_long_to_wait_in_seconds_or_by_a_date() {
        let now = Timestamp(1_767_603_600_000);
        assert_eq!(pause_ms("120", now), Some(120_000));
        let date = "Mon, 05 Jan 2026 09:01:00 GMT";
        assert_eq!(pause_ms(date, now), Some(60_000));
        assert_eq!(pause_ms("soon", now), None);
    }
}
