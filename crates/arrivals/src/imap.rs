//! Mails that are taken out of a mailbox at its times. What is taken is known by its id before it
//! is marked, so that whatever breaks, no mail is missed and none comes twice.

use std::time::Duration;

use ::store::{Act, Actor, DAY_MS, Id, Seal, Store, Via, kinds};
use jiff::Timestamp as Moment;
use media::{Files, Kept};
use reach::Reach;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use crate::address::folder_of;
use crate::mail::{MAIL_BYTES_MAX, letter_name};
use crate::mailbox::{Mailbox, Said};
use crate::receive::take;
use crate::source::Source;
use crate::store;

/// Mails that are taken at one visit; the rest come with the next, at once.
const AT_ONCE: usize = 50;
/// So many visits may end with the server's goodbye at the same mail.
const GOODBYES_MAX: u32 = 3;
/// Codes of a no that passes (RFC 5530, RFC 9738).
const BUSY: [&str; 3] = ["[UNAVAILABLE]", "[LIMIT]", "[INUSE]"];
/// Taken mails of which we remember that they have to be marked still.
const UNMARKED_MAX: usize = 1_000;
const WHOLE: Duration = Duration::from_secs(1_800);

/// What is known of the mailbox, kept with the source.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Known {
    validity: u32,
    /// The last mail that was looked at.
    last: u32,
    /// Mails up to here were there before us: of these only the unseen are taken.
    before_us: u32,
    /// The mailbox was numbered anew: what came since then is looked at again, by its content.
    since: Option<i64>,
    /// Taken, and not marked yet.
    unmarked: Vec<u32>,
    /// The mail at which the server said goodbye last, and how often it has.
    goodbye: (u32, u32),
}

impl Known {
    fn of(source: &Source) -> Known {
        serde_json::from_str(&source.validators).unwrap_or_default()
    }
}

/// Whether more mails wait.
pub(crate) async fn visit(
    store: &Store,
    files: &Files,
    reach: Reach,
    seal: &Seal,
    source: &Source,
) -> Said<bool> {
    let url = Url::parse(&source.address).map_err(|_| "the address is no mailbox")?;
    let opened = seal.open_sealed(&source.id.to_string(), &source.sealed);
    let password = opened.map_err(|e| e.to_string())?;
    let work = async {
        let mut mailbox = Mailbox::open(&url, &password, reach, &folder_of(&url)).await?;
        let visit = Visit {
            store,
            files,
            source,
            known: Known::of(source),
        };
        let more = visit.run(&mut mailbox).await;
        mailbox.leave().await;
        more
    };
    let done = timeout(WHOLE, work).await;
    done.unwrap_or_else(|_| Err("the mailbox took too long; it goes on next time".into()))
}

struct Visit<'a> {
    store: &'a Store,
    files: &'a Files,
    source: &'a Source,
    known: Known,
}

impl Visit<'_> {
    async fn run(mut self, mailbox: &mut Mailbox) -> Said<bool> {
        let waiting = self.waiting(mailbox).await?;
        let mut trouble = self.mark(mailbox).await.err();
        if !self.source.move_to.is_empty() && !mailbox.can_move {
            let said = "the mail server cannot move mails; they are marked as seen";
            trouble = Some(said.to_owned());
        }
        for id in waiting.iter().copied().take(AT_ONCE) {
            match self.take(mailbox, id).await {
                Ok(Ok(())) => {}
                Ok(Err(said)) => trouble = Some(said),
                Err(said) if mailbox.left_us => return Err(self.left_at(id, said).await),
                Err(said) => return Err(said),
            }
            if let Err(said) = self.mark(mailbox).await {
                trouble = Some(said);
            }
        }
        let more = waiting.len() > AT_ONCE;
        if !more {
            self.known.last = self.known.last.max(self.known.before_us);
        }
        self.remember().await?;
        trouble.map_or(Ok(more), Err)
    }

    /// The mails that we have not looked at yet, in the order they came.
    async fn waiting(&mut self, mailbox: &mut Mailbox) -> Said<Vec<u32>> {
        let known = &mut self.known;
        if known.validity != mailbox.validity {
            let last = match mailbox.next {
                Some(next) => next.saturating_sub(1),
                None => mailbox.search("ALL").await?.pop().unwrap_or(0),
            };
            *known = Known {
                validity: mailbox.validity,
                before_us: last,
                since: (known.validity > 0).then_some(self.source.arrived_at.0 - 2 * DAY_MS),
                ..Known::default()
            };
        }
        let first = known.last.saturating_add(1);
        let ids = mailbox.search(&format!("UID {first}:*")).await?;
        let mut old = Vec::new();
        if known.last < known.before_us {
            old = mailbox.search("UNSEEN").await?;
            if let Some(since) = known.since {
                let day = Moment::from_millisecond(since).unwrap_or_default();
                let day = day.strftime("%-d-%b-%Y");
                old.extend(mailbox.search(&format!("SINCE {day}")).await?);
                old.sort_unstable();
            }
        }
        let wanted =
            |id: &u32| *id >= first && (*id > known.before_us || old.binary_search(id).is_ok());
        Ok(ids.into_iter().filter(wanted).collect())
    }

    /// Takes one mail. The outer failure ends the visit, the inner one is told and passed over.
    async fn take(&mut self, mailbox: &mut Mailbox, id: u32) -> Said<Said<()>> {
        let bytes = match mailbox.size(id).await? {
            Ok(Some(bytes)) => bytes,
            // Somebody has moved it away meanwhile.
            Ok(None) => return Ok(Ok(())),
            Err(said) => return self.refused(id, said),
        };
        if bytes > MAIL_BYTES_MAX {
            self.known.last = id;
            let (size, most) = (bytes >> 20, MAIL_BYTES_MAX >> 20);
            return Ok(Err(format!(
                "a mail of {size} MB stays in the mailbox; at most {most} MB are taken"
            )));
        }
        let broken = |e: ::store::Error| e.to_string();
        let name = format!("imap-{}", self.store.dice().below(u64::MAX));
        let mut coming = self.files.begin(&name, MAIL_BYTES_MAX).map_err(broken)?;
        if let Err(said) = mailbox.read(id, &mut coming).await? {
            return self.refused(id, said);
        }
        if coming.bytes() == 0 {
            self.known.last = id;
            return Ok(Err("the mail server gave a mail without a word".into()));
        }
        let kept = coming.keep().map_err(broken)?;
        let recounted = id <= self.known.before_us && self.known.since.is_some();
        self.known.last = id;
        self.known.unmarked.push(id);
        let written = self.write_down(kept, recounted).await;
        written.map_err(broken).map(Ok)
    }

    /// A server that is busy says nothing about the mail: it is asked again at the next visit.
    fn refused(&mut self, id: u32, said: String) -> Said<Said<()>> {
        let busy = BUSY.iter().any(|code| said.contains(code));
        match busy {
            true => Err(said),
            false => Ok(Err(self.pass_over(id, &said))),
        }
    }

    /// A mail that its own server cannot read keeps the others from nothing.
    fn pass_over(&mut self, id: u32, said: &str) -> String {
        self.known.last = id;
        format!("the mail server cannot give a mail: {said}")
    }

    /// Some servers say goodbye over a mail that they cannot read. When they do so again and again it
    /// is passed over, or it would be the last of its mailbox for ever.
    async fn left_at(&mut self, id: u32, said: String) -> String {
        let (last, times) = self.known.goodbye;
        let times = if last == id { times + 1 } else { 1 };
        self.known.goodbye = (id, times);
        let said = match times < GOODBYES_MAX {
            true => said,
            false => self.pass_over(id, &said),
        };
        self.remember().await.err().unwrap_or(said)
    }

    /// The arrival and that its mail is known are one transaction.
    async fn write_down(&self, kept: Kept, recounted: bool) -> ::store::Result<()> {
        let act = Act::by(Actor::System("imap")).via(Via::Import);
        let scope = self.store.operator().within(self.source.account)?;
        let mut tx = self.store.begin(&scope, act).await?;
        let mut source = crate::find_source(&mut tx, self.source.id).await?;
        source.validators = ::store::json(&self.known)?;
        let id: Id<kinds::Source> = source.id;
        if recounted && store::has_brought(&mut tx, id, &kept.hash).await? {
            store::write(&mut tx, &source).await?;
        } else {
            let name = letter_name(self.files, &kept)?;
            take(&mut tx, &source, &name, kept).await?;
        }
        tx.commit().await.map(drop)
    }

    /// Marks what is taken, also what a visit that was cut off had taken.
    async fn mark(&mut self, mailbox: &mut Mailbox) -> Said<()> {
        if self.known.unmarked.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = self.known.unmarked.iter().map(u32::to_string).collect();
        // Some are moved already, if we were cut off between moving and knowing it.
        let there = mailbox.search(&format!("UID {}", ids.join(","))).await;
        let marked = match (there.as_deref(), self.source.move_to.as_str()) {
            (Err(said), _) => Err(said.clone()),
            (Ok([]), _) => Ok(()),
            (Ok(ids), folder) => mailbox.put_away(ids, folder).await,
        };
        if marked.is_ok() {
            self.known.unmarked.clear();
        }
        let over = self.known.unmarked.len().saturating_sub(UNMARKED_MAX);
        self.known.unmarked.drain(..over);
        marked.map_err(|said| format!("mails are taken and not put away yet: {said}"))
    }

    async fn remember(&self) -> Said<()> {
        let broken = |e: ::store::Error| e.to_string();
        let known = ::store::json(&self.known).map_err(broken)?;
        let written = async {
            let act = Act::by(Actor::System("imap")).via(Via::Import);
            let scope = self.store.operator().within(self.source.account)?;
            let mut tx = self.store.begin(&scope, act).await?;
            store::know(&mut tx, self.source.id, &known).await?;
            tx.commit().await
        };
        written.await.map(drop).map_err(broken)
    }
}
