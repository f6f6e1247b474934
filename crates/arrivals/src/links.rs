//! A mail that brings no file but says where one lies: what its links lead to is fetched, as one
//! arrival each. Anybody can write to an address, so no link leads into the operator's network.

use std::io::Read;
use std::time::Duration;

use ::store::{Act, Actor, Error, Id, Job, NewJob, Result, Store, Tx, Via, json, kinds};
use mail_parser::MessageParser;
use media::{Files, Kept};
use reach::Reach;
use reqwest::{Client, Url};
use tokio::time::timeout;

use crate::arrival::{Arrival, State};
use crate::receive::take;
use crate::source::{Source, Way};
use crate::{store, web, work};

const JOB: &str = "links";
const AT_ONCE: usize = 1;
/// A mail that another worker is at is looked at again after so long.
const BUSY_MS: i64 = 60_000;
/// Anybody can have us fetch: less than what a source may send.
const LINK_BYTES_MAX: u64 = 256 << 20;
const LINKS_MAX: usize = 5;
/// Longer letters have what they say further up.
const LETTER_BYTES_MAX: u64 = 4 << 20;
/// After so many attempts a person is told; the pauses between them grow.
const ATTEMPTS_MAX: i64 = 4;
const LOOK: Duration = Duration::from_secs(5);
const EACH: Duration = Duration::from_secs(600);
/// What the files of a stock are called.
const ENDINGS: [&str; 16] = [
    "csv", "tsv", "txt", "xls", "xlsx", "ods", "xml", "json", "jsonl", "ndjson", "zip", "gz",
    "blm", "dbf", "dat", "poliris",
];

/// The addresses of files that a kept mail names; none when it came another way.
pub(crate) fn named_in(files: &Files, source: &Source, arrival: &Arrival) -> Result<Vec<Url>> {
    if !matches!(source.way, Way::Mail | Way::Imap) {
        return Ok(Vec::new());
    }
    let mut letter = Vec::new();
    let file = files.get(&arrival.hash)?;
    file.take(LETTER_BYTES_MAX)
        .read_to_end(&mut letter)
        .map_err(|e| Error::broken(e.to_string()))?;
    Ok(links(&letter))
}

fn links(letter: &[u8]) -> Vec<Url> {
    let Some(message) = MessageParser::default().parse(letter) else {
        return Vec::new();
    };
    let plain = (0..message.text_body.len()).filter_map(|at| message.body_text(at));
    let pages = (0..message.html_body.len()).filter_map(|at| message.body_html(at));
    let mut found: Vec<Url> = Vec::new();
    for text in plain.chain(pages) {
        for url in addresses(&text) {
            if found.len() < LINKS_MAX && !found.contains(&url) {
                found.push(url);
            }
        }
    }
    found
}

/// What begins with `http://` or `https://`, ends where an address can go no further, and is called
/// like a file of a stock.
fn addresses(text: &str) -> Vec<Url> {
    let starts = text.match_indices("http").map(|(at, _)| &text[at..]);
    let starts = starts.filter(|t| t.starts_with("http://") || t.starts_with("https://"));
    let ends = |c: char| c.is_whitespace() || "\"'<>()[]{}|\\^`".contains(c);
    let whole = starts.map(|t| t.split(ends).next().unwrap_or(t));
    let whole = whole.map(|t| t.trim_end_matches(['.', ',', ';', ':', '!', '?']));
    let urls = whole.filter_map(|t| Url::parse(&t.replace("&amp;", "&")).ok());
    urls.filter(names_a_file).collect()
}

fn names_a_file(url: &Url) -> bool {
    let path = url.path().rsplit('/').next().unwrap_or_default();
    let asked: Vec<String> = url.query_pairs().map(|(_, v)| v.into_owned()).collect();
    let mut names = asked.iter().map(String::as_str).chain([path]);
    names.any(|name| {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        ENDINGS.iter().any(|e| ending.eq_ignore_ascii_case(e))
    })
}

/// The links of a mail shall be followed, with what is being written.
pub(crate) fn follow_later(tx: &mut Tx, arrival: &Arrival) -> Result<()> {
    tx.enqueue(NewJob {
        kind: JOB,
        key: format!("{} {}", arrival.id, tx.now().0),
        account: Some(arrival.account),
        payload: json(&arrival.id)?,
        due: tx.now(),
    });
    Ok(())
}

/// Follows links for ever, beside the fetcher: whoever writes to us keeps no source waiting.
pub async fn follower(store: Store, files: Files, reach: Reach) {
    loop {
        if let Err(error) = follow_due(&store, &files, reach).await {
            tracing::warn!(%error, "links in mails wait");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Follows the links of the mails that wait; how many mails were looked at.
pub async fn follow_due(store: &Store, files: &Files, reach: Reach) -> Result<usize> {
    let jobs = store.claim(JOB, AT_ONCE).await?;
    if jobs.is_empty() {
        return Ok(0);
    }
    let client = &web::client(reach)?;
    for job in &jobs {
        match follow(store, files, client, reach, job).await {
            Ok(true) => store.finish(job.id).await?,
            Ok(false) => store.postpone(job.id, BUSY_MS).await?,
            Err(error) => store.retry(job, &error.to_string()).await?,
        }
    }
    Ok(jobs.len())
}

/// Every file as it comes; what does not come is tried again, and at last a person is told. False
/// while another worker is at it: fetching may outlast the claim of the job.
async fn follow(
    store: &Store,
    files: &Files,
    client: &Client,
    reach: Reach,
    job: &Job,
) -> Result<bool> {
    let id: Id<kinds::Arrival> =
        serde_json::from_str(&job.payload).map_err(|e| Error::broken(e.to_string()))?;
    let Some(_alone) = store.exclusive(&format!("links {id}")).await? else {
        return Ok(false);
    };
    let mut read = store.read(&store.operator()).await?;
    let arrival = store::find_arrival(&mut read, id).await?;
    let Some(source) = store::by_id(&mut read, arrival.source).await? else {
        return Ok(true);
    };
    drop(read);
    for url in named_in(files, &source, &arrival)? {
        let name = web::last_name(&url).unwrap_or_else(|| source.name.clone());
        let kept = timeout(
            EACH,
            web::get_once(store, files, client, reach, url.clone(), LINK_BYTES_MAX),
        );
        let kept = kept
            .await
            .unwrap_or_else(|_| Err("it takes too long".into()));
        match kept {
            Ok(kept) => take_once(store, &source, &name, kept, job.attempts > 0).await?,
            Err(said) if job.attempts < ATTEMPTS_MAX => return Err(Error::broken(said)),
            Err(said) => {
                let told = work::refuse_links(store, &source, arrival, &name, &said);
                return told.await.map(|()| true);
            }
        }
    }
    Ok(true)
}

/// On another try what an earlier one has brought is not brought again.
async fn take_once(
    store: &Store,
    source: &Source,
    name: &str,
    kept: Kept,
    tried: bool,
) -> Result<()> {
    let act = Act::by(Actor::System("fetch")).via(Via::Import);
    let scope = store.operator().within(source.account)?;
    let mut tx = store.begin(&scope, act).await?;
    if !tried || !store::has_brought(&mut tx, source.id, &kept.hash).await? {
        let source = crate::find_source(&mut tx, source.id).await?;
        take(&mut tx, &source, name, kept).await?;
    }
    tx.commit().await.map(drop)
}

/// What the mail itself ends as while its links are followed: it changed nothing.
pub(crate) const FOLLOWED: State = State::Unchanged;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_from_the_other_links_of_a_letter() {
        let text = "Votre stock : https://files.example/export/stock.csv. Notre site \
                    <https://www.example.com/>, <a href=\"http://x.example/d?f=cars.xlsx&amp;k=1\">ici</a> \
                    (https://y.example/logo.png) http:// https://z.example/feed.xml?key=a.b";
        let found: Vec<String> = addresses(text).iter().map(Url::to_string).collect();
        assert_eq!(
            found,
            [
                "https://files.example/export/stock.csv",
                "http://x.example/d?f=cars.xlsx&k=1",
                "https://z.example/feed.xml?key=a.b",
            ]
        );
    }
}
