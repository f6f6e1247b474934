//! As much of IMAP (RFC 9051 and 3501) as taking mails wants: sign in, look, read without marking,
//! mark, move. Nothing here deletes. What a server says is bounded, and it may not be silent.

use std::io::{Error as IoError, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use media::Incoming;
use reach::Reach;
use reqwest::Url;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::ConfigVerifierExt;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::address::decoded;

const CONNECT: Duration = Duration::from_secs(20);
const SILENCE: Duration = Duration::from_secs(60);
const ANSWER_BYTES_MAX: u64 = 8 << 20;
const PORT: u16 = 143;
const PORT_TLS: u16 = 993;

/// What went wrong, in a sentence for the source's owner.
pub(crate) type Said<T> = std::result::Result<T, String>;

pub(crate) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// A signed-in conversation with one folder selected.
pub(crate) struct Mailbox {
    wire: BufReader<Box<dyn Wire>>,
    tag: u32,
    /// Ids of mails are good as long as this stays the same.
    pub(crate) validity: u32,
    /// The id that the next mail will have.
    pub(crate) next: Option<u32>,
    pub(crate) can_move: bool,
    /// It has said goodbye unasked.
    pub(crate) left_us: bool,
}

fn lost(error: &IoError) -> String {
    match error.kind() {
        ErrorKind::TimedOut => "the mail server does not answer in time".into(),
        ErrorKind::UnexpectedEof => "the mail server has hung up".into(),
        _ => error.to_string(),
    }
}

async fn in_time<T>(work: impl Future<Output = std::io::Result<T>>) -> std::io::Result<T> {
    let done = timeout(SILENCE, work).await;
    done.unwrap_or_else(|_| Err(ErrorKind::TimedOut.into()))
}

impl Mailbox {
    /// Connects, over TLS unless the server is this machine, signs in and selects the folder.
    pub(crate) async fn open(url: &Url, password: &str, reach: Reach, folder: &str) -> Said<Self> {
        let host = url.host_str().unwrap_or_default();
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let secure = url.scheme() == "imaps";
        let port = url.port().unwrap_or(if secure { PORT_TLS } else { PORT });
        let (stream, peer) = connect(reach, &host, port).await?;
        let wire: Box<dyn Wire> = match secure {
            true => secured(Box::new(stream), &host).await?,
            false => Box::new(stream),
        };
        let mut mailbox = Mailbox {
            wire: BufReader::new(wire),
            tag: 0,
            validity: 0,
            next: None,
            can_move: false,
            left_us: false,
        };
        let hello = mailbox.line().await?;
        if !hello.starts_with("* OK") && !hello.starts_with("* PREAUTH") {
            return Err(format!("the mail server says {hello}"));
        }
        if !secure {
            mailbox = mailbox.start_tls(&host, peer).await?;
        }
        mailbox.sign_in(&decoded(url.username()), password).await?;
        mailbox.select(folder).await?;
        Ok(mailbox)
    }

    async fn start_tls(mut self, host: &str, peer: SocketAddr) -> Said<Mailbox> {
        let able = self.command("CAPABILITY").await?;
        if !able.iter().any(|line| has_word(line, "STARTTLS")) {
            return match peer.ip().is_loopback() {
                true => Ok(self),
                false => Err("the mail server offers no encryption; try imaps://".into()),
            };
        }
        self.command("STARTTLS").await?;
        // Whatever was said before the encryption began may be somebody else's word.
        if !self.wire.buffer().is_empty() {
            return Err("the mail server spoke before the encryption began".into());
        }
        let wire = secured(self.wire.into_inner(), host).await?;
        Ok(Mailbox {
            wire: BufReader::new(wire),
            ..self
        })
    }

    async fn sign_in(&mut self, user: &str, password: &str) -> Said<()> {
        let said = self.ask("LOGIN", &[user, password]).await;
        said.map_err(|said| format!("the mail server does not let {user} in: {said}"))?;
        let able = self.command("CAPABILITY").await?;
        self.can_move = able.iter().any(|line| has_word(line, "MOVE"));
        Ok(())
    }

    async fn select(&mut self, folder: &str) -> Said<()> {
        let told = self.ask("SELECT", &[&in_utf7(folder)]).await;
        let told = told.map_err(|said| format!("the folder {folder} cannot be opened: {said}"))?;
        let number = |key| told.iter().find_map(|line| number_after(line, key));
        self.validity = number("UIDVALIDITY").ok_or("the mail server numbers no mails")?;
        self.next = number("UIDNEXT");
        Ok(())
    }

    /// The ids of the mails that fit, in order.
    pub(crate) async fn search(&mut self, what: &str) -> Said<Vec<u32>> {
        let told = self.command(&format!("UID SEARCH {what}")).await?;
        let found = told.iter().filter_map(|line| line.strip_prefix("* SEARCH"));
        let ids = found.flat_map(str::split_ascii_whitespace);
        let mut ids: Vec<u32> = ids.filter_map(|id| id.parse().ok()).collect();
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// The size of a mail in bytes; None when it is gone. The inner failure is the server's about this
    /// mail alone.
    pub(crate) async fn size(&mut self, id: u32) -> Said<Said<Option<u64>>> {
        let tag = self.send(&format!("UID FETCH {id} (RFC822.SIZE)")).await?;
        let told = self.whole_answer(&tag).await?;
        let size = |line: &String| number_after(line, "RFC822.SIZE");
        Ok(told.map(|lines| lines.iter().find_map(size).map(u64::from)))
    }

    /// Reads a whole mail into a file that is coming, and leaves it unmarked. The inner failure is
    /// the server's about this mail alone.
    pub(crate) async fn read(&mut self, id: u32, coming: &mut Incoming) -> Said<Said<()>> {
        let tag = self.send(&format!("UID FETCH {id} (BODY.PEEK[])")).await?;
        loop {
            let line = self.line().await?;
            if let Some(end) = line.strip_prefix(&tag) {
                return Ok(ended(end));
            }
            // The mail is the string that follows BODY[]; other strings are passed over.
            let Some(mut bytes) = literal(&line) else {
                continue;
            };
            let wanted = line.to_ascii_uppercase().contains("BODY[] {");
            let mut chunk = vec![0; 64 << 10];
            while bytes > 0 {
                let most = chunk
                    .len()
                    .min(usize::try_from(bytes).unwrap_or(usize::MAX));
                let read = in_time(self.wire.read(&mut chunk[..most])).await;
                let read = read.map_err(|e| lost(&e))?;
                if read == 0 {
                    return Err(lost(&ErrorKind::UnexpectedEof.into()));
                }
                if wanted {
                    coming.write(&chunk[..read]).map_err(|e| e.to_string())?;
                }
                bytes -= read as u64;
            }
        }
    }

    /// Marks mails as seen, and moves them if a folder is named and the server can (RFC 6851); a
    /// folder that is not there is made.
    pub(crate) async fn put_away(&mut self, ids: &[u32], folder: &str) -> Said<()> {
        let ids: Vec<String> = ids.iter().map(u32::to_string).collect();
        let ids = ids.join(",");
        let mark = format!("UID STORE {ids} +FLAGS.SILENT (\\Seen)");
        self.command(&mark).await?;
        if folder.is_empty() || !self.can_move {
            return Ok(());
        }
        let (command, folder) = (format!("UID MOVE {ids}"), in_utf7(folder));
        if self.ask(&command, &[&folder]).await.is_ok() {
            return Ok(());
        }
        let _ = self.ask("CREATE", &[&folder]).await;
        self.ask(&command, &[&folder]).await.map(drop)
    }

    pub(crate) async fn leave(mut self) {
        let _ = self.command("LOGOUT").await;
    }

    async fn send(&mut self, text: &str) -> Said<String> {
        self.tag += 1;
        let tag = format!("E{} ", self.tag);
        self.write(&format!("{tag}{text}\r\n")).await?;
        Ok(tag)
    }

    async fn write(&mut self, text: &str) -> Said<()> {
        let wire = self.wire.get_mut();
        let sent = in_time(async {
            wire.write_all(text.as_bytes()).await?;
            wire.flush().await
        });
        sent.await.map_err(|e| lost(&e))
    }

    async fn command(&mut self, text: &str) -> Said<Vec<String>> {
        let tag = self.send(text).await?;
        self.answer(&tag).await
    }

    /// A command with strings. What cannot be quoted is sent as a literal, when the server asks.
    async fn ask(&mut self, verb: &str, strings: &[&str]) -> Said<Vec<String>> {
        self.tag += 1;
        let tag = format!("E{} ", self.tag);
        let mut line = format!("{tag}{verb}");
        for text in strings {
            if let Some(quoted) = quoted(text) {
                line.push_str(&format!(" {quoted}"));
                continue;
            }
            line.push_str(&format!(" {{{}}}\r\n", text.len()));
            self.write(&line).await?;
            let go_on = self.line().await?;
            if !go_on.starts_with('+') {
                return Err(go_on);
            }
            (*text).clone_into(&mut line);
        }
        line.push_str("\r\n");
        self.write(&line).await?;
        self.answer(&tag).await
    }

    /// The lines that belong to a command, without the last.
    async fn answer(&mut self, tag: &str) -> Said<Vec<String>> {
        self.whole_answer(tag).await.flatten()
    }

    /// The inner failure is the server's no; after the outer one there is no server any more.
    async fn whole_answer(&mut self, tag: &str) -> Said<Said<Vec<String>>> {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        loop {
            let line = self.line().await?;
            if let Some(end) = line.strip_prefix(tag) {
                return Ok(ended(end).map(|()| lines));
            }
            bytes += line.len() as u64;
            if let Some(more) = literal(&line) {
                bytes += more;
                if bytes <= ANSWER_BYTES_MAX {
                    let (mut string, mut nowhere) =
                        ((&mut self.wire).take(more), tokio::io::sink());
                    let passed = in_time(tokio::io::copy(&mut string, &mut nowhere)).await;
                    passed.map_err(|e| lost(&e))?;
                }
            }
            if bytes > ANSWER_BYTES_MAX {
                return Err("the mail server says too much".into());
            }
            lines.push(line);
        }
    }

    async fn line(&mut self) -> Said<String> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.wire).take(ANSWER_BYTES_MAX);
        let read = in_time(bounded.read_until(b'\n', &mut line)).await;
        read.map_err(|e| lost(&e))?;
        if line.pop() != Some(b'\n') {
            return Err(lost(&ErrorKind::UnexpectedEof.into()));
        }
        let line = String::from_utf8_lossy(&line)
            .trim_end_matches('\r')
            .to_owned();
        self.left_us |= line.starts_with("* BYE");
        Ok(line)
    }
}

/// Both are tried in their order, IPv6 and IPv4, as far as we may reach.
async fn connect(reach: Reach, host: &str, port: u16) -> Said<(TcpStream, SocketAddr)> {
    let addresses = reach.addresses(host, port).await;
    let addresses = addresses.map_err(|e| e.to_string())?;
    let mut said = format!("{host} has no address");
    for address in addresses {
        match timeout(CONNECT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok((stream, address)),
            Ok(Err(error)) => said = format!("{host}:{port}: {error}"),
            Err(_) => said = format!("{host}:{port} does not answer in time"),
        }
    }
    Err(said)
}

async fn secured(wire: Box<dyn Wire>, host: &str) -> Said<Box<dyn Wire>> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let config = ClientConfig::with_platform_verifier().map_err(|e| e.to_string())?;
    let name = ServerName::try_from(host.to_owned());
    let name = name.map_err(|_| format!("{host} is no name of a server"))?;
    let begun = in_time(TlsConnector::from(Arc::new(config)).connect(name, wire)).await;
    let begun = begun.map_err(|e| format!("no encryption with {host}: {}", lost(&e)))?;
    Ok(Box::new(begun))
}

fn ended(end: &str) -> Said<()> {
    match end.get(..2) {
        Some("OK") => Ok(()),
        _ => Err(end.to_owned()),
    }
}

fn has_word(line: &str, word: &str) -> bool {
    let mut words = line.split([' ', '[', ']']);
    words.any(|known| known.eq_ignore_ascii_case(word))
}

/// The number that follows a key, as in `[UIDNEXT 12]` and `(RFC822.SIZE 300 UID 4)`.
fn number_after(line: &str, key: &str) -> Option<u32> {
    let mut words = line.split([' ', '[', ']', '(', ')']);
    words.find(|word| word.eq_ignore_ascii_case(key))?;
    words.next()?.parse().ok()
}

/// The length of the string that follows a line, as in `BODY[] {300}`.
fn literal(line: &str) -> Option<u64> {
    let open = line.strip_suffix('}')?.rfind('{')?;
    line[open + 1..line.len() - 1].parse().ok()
}

fn quoted(text: &str) -> Option<String> {
    let plain = text.bytes().all(|b| (b' '..=b'~').contains(&b));
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    plain.then(|| format!("\"{escaped}\""))
}

/// Names of folders are written in IMAP's own UTF-7 (RFC 3501, 5.1.3).
fn in_utf7(name: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    let mut written = String::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        if (' '..='~').contains(&first) {
            written.push_str(if first == '&' { "&-" } else { &rest[..1] });
            rest = &rest[1..];
            continue;
        }
        let end = rest
            .find(|c| (' '..='~').contains(&c))
            .unwrap_or(rest.len());
        let (mut bits, mut kept) = (0_u32, 0_u32);
        written.push('&');
        for byte in rest[..end].encode_utf16().flat_map(u16::to_be_bytes) {
            (bits, kept) = (bits << 8 | u32::from(byte), kept + 8);
            while kept >= 6 {
                kept -= 6;
                written.push(DIGITS[(bits >> kept & 63) as usize].into());
            }
        }
        if kept > 0 {
            written.push(DIGITS[(bits << (6 - kept) & 63) as usize].into());
        }
        written.push('-');
        rest = &rest[end..];
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_folders_are_written_as_servers_know_them() {
        assert_eq!(in_utf7("INBOX/Stock"), "INBOX/Stock");
        assert_eq!(in_utf7("Tom & Jerry"), "Tom &- Jerry");
        assert_eq!(
            in_utf7("~peter/mail/台北/日本語"),
            "~peter/mail/&U,BTFw-/&ZeVnLIqe-"
        );
        assert_eq!(in_utf7("Traités"), "Trait&AOk-s");
    }

    #[test]
    fn what_a_server_says_is_read_however_it_is_ordered() {
        assert_eq!(
            number_after("* OK [UIDVALIDITY 38505] ok", "UIDVALIDITY"),
            Some(38_505)
        );
        assert_eq!(
            number_after("* 3 FETCH (UID 9 RFC822.SIZE 44)", "RFC822.SIZE"),
            Some(44)
        );
        assert_eq!(literal("* 1 FETCH (UID 2 BODY[] {345}"), Some(345));
        assert_eq!(literal("* OK {no}"), None);
        assert_eq!(quoted("a\"b\\c").as_deref(), Some("\"a\\\"b\\\\c\""));
        assert_eq!(quoted("é"), None);
    }
}
