//! Mail in: SMTP and LMTP (RFC 5321, RFC 2033) for the addresses of sources and for no others. The
//! whole message is kept as it came; `exchange` finds the stock in its attachments.

use std::io::Read;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ::store::{Act, Actor, Error, Result, Store, Via};
use mail_parser::MessageParser;
use media::{Files, Incoming, Kept};
use smtp_proto::Request;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::receive::take;
use crate::source::{Source, Way};
use crate::store;

const CONNECTIONS_MAX: usize = 200;
const LINE_BYTES_MAX: u64 = 4_096;
const DATA_LINE_BYTES_MAX: u64 = 1 << 20;
pub(crate) const MAIL_BYTES_MAX: u64 = 100 << 20;
/// A subject further down is none.
const HEAD_BYTES_MAX: u64 = 256 << 10;
const RECIPIENTS_MAX: usize = 50;
const ERRORS_MAX: usize = 20;
const SILENCE: Duration = Duration::from_secs(300);

/// Takes mail until the process ends. `ready` is told the address.
pub async fn serve_mail(
    store: Store,
    files: Files,
    listen: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> Result<()> {
    let broken = |e: std::io::Error| Error::broken(format!("mail on {listen}: {e}"));
    let listener = TcpListener::bind(listen).await.map_err(broken)?;
    ready(listener.local_addr().map_err(broken)?);
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let (stream, _) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a mail connection was lost");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = room.clone().try_acquire_owned() else {
            continue;
        };
        let (store, files) = (store.clone(), files.clone());
        tokio::spawn(async move {
            let _place = place;
            let talk = Talk::new(stream, store, files);
            if let Err(error) = talk.run().await {
                tracing::debug!(%error, "a mail connection ended early");
            }
        });
    }
}

/// One connection.
struct Talk {
    stream: BufReader<TcpStream>,
    store: Store,
    files: Files,
    /// LMTP answers for each recipient.
    local: bool,
    sender: bool,
    recipients: Vec<Source>,
    errors: usize,
}

/// What is done after an answer.
enum Next {
    On,
    Data,
    End,
}

impl Talk {
    fn new(stream: TcpStream, store: Store, files: Files) -> Talk {
        Talk {
            stream: BufReader::new(stream),
            store,
            files,
            local: false,
            sender: false,
            recipients: Vec::new(),
            errors: 0,
        }
    }

    async fn run(mut self) -> std::io::Result<()> {
        self.say("220 Entremise ESMTP").await?;
        loop {
            let Some(line) = self.line(LINE_BYTES_MAX).await? else {
                return Ok(());
            };
            let (answer, next) = self.answer(&line).await;
            if answer.starts_with('5') {
                self.errors += 1;
            }
            if self.errors > ERRORS_MAX {
                return self.say("421 too many errors").await;
            }
            self.say(&answer).await?;
            match next {
                Next::On => {}
                Next::Data => self.data().await?,
                Next::End => return Ok(()),
            }
        }
    }

    async fn say(&mut self, answer: &str) -> std::io::Result<()> {
        let answer = format!("{answer}\r\n");
        self.stream.get_mut().write_all(answer.as_bytes()).await
    }

    /// A line with its end; None when the other side has gone.
    async fn line(&mut self, most: u64) -> std::io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.stream).take(most);
        let read = timeout(SILENCE, bounded.read_until(b'\n', &mut line)).await;
        let read = read.map_err(|_| std::io::ErrorKind::TimedOut)??;
        Ok((read > 0).then_some(line))
    }

    async fn answer(&mut self, line: &[u8]) -> (String, Next) {
        let said = |text: &str| (text.to_owned(), Next::On);
        match Request::parse(&mut line.iter()) {
            Ok(Request::Helo { .. }) => said("250 Entremise"),
            Ok(hello @ (Request::Ehlo { .. } | Request::Lhlo { .. })) => {
                self.local = matches!(hello, Request::Lhlo { .. });
                let size = format!("250-Entremise\r\n250-8BITMIME\r\n250 SIZE {MAIL_BYTES_MAX}");
                (size, Next::On)
            }
            Ok(Request::Mail { from }) if from.size as u64 > MAIL_BYTES_MAX => {
                said("552 5.3.4 the message is too large")
            }
            Ok(Request::Mail { .. }) => {
                self.recipients.clear();
                self.sender = true;
                said("250 2.1.0 ok")
            }
            Ok(Request::Rcpt { .. }) if !self.sender => said("503 5.5.1 MAIL first"),
            Ok(Request::Rcpt { to }) => (self.recipient(&to.address).await, Next::On),
            Ok(Request::Data) if self.recipients.is_empty() => said("503 5.5.1 RCPT first"),
            Ok(Request::Data) => ("354 go on".to_owned(), Next::Data),
            Ok(Request::Rset) => {
                (self.sender, self.recipients) = (false, Vec::new());
                said("250 2.0.0 ok")
            }
            Ok(Request::Noop { .. }) => said("250 2.0.0 ok"),
            Ok(Request::Vrfy { .. }) => said("252 2.1.5 perhaps"),
            Ok(Request::Quit) => ("221 2.0.0 bye".to_owned(), Next::End),
            Ok(_) => said("502 5.5.1 not here"),
            Err(_) => said("500 5.5.2 that is no command"),
        }
    }

    async fn recipient(&mut self, address: &str) -> String {
        let local = address.split('@').next().unwrap_or_default().to_lowercase();
        let found = async {
            let mut read = self.store.read(&self.store.operator()).await?;
            store::by_login(&mut read, &local, &[Way::Mail]).await
        };
        match found.await {
            Ok(_) if self.recipients.len() >= RECIPIENTS_MAX => "452 4.5.3 too many".into(),
            Ok(Some(source)) => {
                self.recipients.push(source);
                "250 2.1.5 ok".into()
            }
            Ok(None) => "550 5.1.1 nobody here of that name".into(),
            Err(error) => {
                tracing::warn!(%error, "mail waits");
                "451 4.3.0 later, please".into()
            }
        }
    }

    /// Takes the message, and says yes when it is kept: not before, and not to half of one.
    async fn data(&mut self) -> std::io::Result<()> {
        let name = format!("mail-{}", self.store.dice().below(u64::MAX));
        let mut coming = self.files.begin(&name, MAIL_BYTES_MAX);
        loop {
            let Some(line) = self.line(DATA_LINE_BYTES_MAX).await? else {
                // Cut off in the middle: nothing was taken, and the sender tries again.
                return Ok(());
            };
            if line == b".\r\n" || line == b".\n" {
                break;
            }
            let unstuffed = line.strip_prefix(b".").unwrap_or(&line);
            if let Ok(incoming) = &mut coming
                && let Err(error) = incoming.write(unstuffed)
            {
                coming = Err(error);
            }
        }
        let recipients = std::mem::take(&mut self.recipients);
        self.sender = false;
        let answers = if self.local { recipients.len() } else { 1 };
        let answer = match self.keep(coming, recipients).await {
            Ok(()) => "250 2.0.0 kept",
            Err(Error::Refused { .. }) => "552 5.3.4 the message is too large",
            Err(error) => {
                tracing::warn!(%error, "a mail could not be kept");
                "451 4.3.0 later, please"
            }
        };
        for _ in 0..answers {
            self.say(answer).await?;
        }
        Ok(())
    }

    async fn keep(&self, coming: Result<Incoming>, recipients: Vec<Source>) -> Result<()> {
        let kept = coming?.keep()?;
        let name = letter_name(&self.files, &kept)?;
        let act = Act::by(Actor::System("mail")).via(Via::Import);
        let mut tx = self.store.begin(&self.store.operator(), act).await?;
        for source in recipients {
            let source = crate::find_source(&mut tx, source.id).await?;
            take(&mut tx, &source, &name, kept.clone()).await?;
        }
        tx.commit().await.map(|_| ())
    }
}

/// What a kept mail is called: by its subject.
pub(crate) fn letter_name(files: &Files, kept: &Kept) -> Result<String> {
    let mut head = Vec::new();
    let read = files
        .get(&kept.hash)?
        .take(HEAD_BYTES_MAX)
        .read_to_end(&mut head);
    read.map_err(|e| Error::broken(e.to_string()))?;
    let parsed = MessageParser::new().parse_headers(&head);
    let subject = parsed.as_ref().and_then(|mail| mail.subject());
    let subject = subject.map(str::trim).filter(|s| !s.is_empty());
    Ok(format!("{}.eml", subject.unwrap_or("mail")))
}
