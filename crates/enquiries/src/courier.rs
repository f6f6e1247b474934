//! Sends the mails that were decided on. Without a relay they are kept, to be read in the office.

use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use store::{Act, Actor, Error, Id, Job, Reads, Result, Store, Via, kinds};

/// Where mail is handed over, and the address that it is sent from.
#[derive(Clone)]
pub struct Relay {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

/// So few that their timeouts together end before the claim does.
const AT_ONCE: usize = 5;
const TIMEOUT: Duration = Duration::from_secs(20);

impl Relay {
    /// `host:port` is a relay on our own network, spoken to in the clear. A relay elsewhere is a URL:
    /// `smtp://user:password@host:587?tls=required` or `smtps://user:password@host`.
    pub fn to(relay: &str, from: &str) -> Result<Relay> {
        let refuse = |said: String| Error::refused("smtp_address", [&said, &said, &said, &said]);
        let from = from
            .parse()
            .map_err(|e| refuse(format!("“{from}” is no address to send mail from: {e}")))?;
        let url = match relay.contains("://") {
            true => relay.to_owned(),
            false => format!("smtp://{relay}"),
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&url)
            // The URL may hold a password: it is not repeated.
            .map_err(|e| refuse(format!("--smtp wants host:port or a URL: {e}")))?
            .timeout(Some(TIMEOUT))
            .build();
        Ok(Relay { transport, from })
    }
}

/// Sends what is due, for ever; woken by commits and by the clock.
pub async fn courier(store: Store, relay: Relay) {
    let mut changed = store.changed();
    loop {
        changed.mark_unchanged();
        match deliver_due(&store, &relay).await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => tracing::warn!(%error, "mail waits"),
        }
        let _ = tokio::time::timeout(Duration::from_secs(5), changed.changed()).await;
    }
}

/// Sends the mails that are due now; how many were tried.
pub async fn deliver_due(store: &Store, relay: &Relay) -> Result<usize> {
    let jobs = store.claim("mail", AT_ONCE).await?;
    for job in &jobs {
        match deliver(store, relay, job).await {
            Ok(()) => store.finish(job.id).await?,
            Err(Undelivered::Never(why)) => {
                set_state(store, job, "failed").await?;
                store.bury(job.id, &why).await?;
            }
            Err(Undelivered::Later(why)) => {
                if job.attempts >= store::ATTEMPTS_MAX {
                    set_state(store, job, "failed").await?;
                }
                store.retry(job, &why).await?;
            }
        }
    }
    Ok(jobs.len())
}

enum Undelivered {
    Later(String),
    Never(String),
}

async fn deliver(store: &Store, relay: &Relay, job: &Job) -> Result<(), Undelivered> {
    let later = |error: Error| Undelivered::Later(error.to_string());
    let id: Id<kinds::Mail> =
        serde_json::from_str(&job.payload).map_err(|e| Undelivered::Never(e.to_string()))?;
    let mut read = store.read(&store.operator()).await.map_err(later)?;
    let sql = "SELECT sender, recipient, reply_to, subject, body FROM mail WHERE id = $1";
    let Some(row) = read.one(sql, &[id.into()]).await.map_err(later)? else {
        return Err(Undelivered::Never("the mail was erased".into()));
    };
    drop(read);
    let address = |text: &str| {
        text.parse()
            .map_err(|e| Undelivered::Never(format!("address “{text}”: {e}")))
    };
    let name = row.text(0).to_owned();
    let mut message = Message::builder()
        .from(Mailbox::new(Some(name), relay.from.clone()))
        .to(address(row.text(1))?)
        // The same mail sent twice is recognised by its receiver.
        .message_id(Some(format!("<{id}@{}>", relay.from.domain())))
        .subject(row.text(3))
        .header(ContentType::TEXT_PLAIN);
    if !row.text(2).is_empty() {
        message = message.reply_to(address(row.text(2))?);
    }
    let message = message
        .body(row.text(4).to_owned())
        .map_err(|e| Undelivered::Never(e.to_string()))?;
    match relay.transport.send(message).await {
        Ok(_) => set_state(store, job, "sent").await.map_err(later),
        Err(error) if is_refused_for_good(&error) => Err(Undelivered::Never(error.to_string())),
        Err(error) => Err(Undelivered::Later(error.to_string())),
    }
}

/// Only what the relay says of this mail or its receiver; a wrong password or a relay that does not
/// want us is mended by a person, and the mail is sent then.
fn is_refused_for_good(error: &lettre::transport::smtp::Error) -> bool {
    let code = error.status().map(u16::from);
    matches!(code, Some(501 | 550 | 551 | 552 | 553))
}

async fn set_state(store: &Store, job: &Job, state: &str) -> Result<()> {
    let id: Id<kinds::Mail> =
        serde_json::from_str(&job.payload).map_err(|e| Error::broken(e.to_string()))?;
    let act = Act::by(Actor::System("courier")).via(Via::Follower);
    let mut tx = store.begin(&store.operator(), act).await?;
    tx.execute(
        "UPDATE mail SET state = $2 WHERE id = $1 AND state <> $2",
        &[id.into(), state.into()],
    )
    .await?;
    tx.commit().await.map(|_| ())
}
