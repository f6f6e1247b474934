//! A mail saved as a file, for what is attached to it.

use std::io::Read;

use mail_parser::{MessageParser, MimeHeaders};

use crate::spool::Spool;
use crate::{MAIL_BYTES_MAX, MEMBERS_MAX, Refusal};

/// An attachment: its name as the sender wrote it, and its bytes.
pub(crate) struct Attachment {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Whether a text begins with the headers of a mail.
pub(crate) fn is_mail(head: &[u8]) -> bool {
    let start = head[..head.len().min(32 << 10)].trim_ascii_start();
    let headers = start
        .split(|b| *b == b'\n')
        .map(String::from_utf8_lossy)
        .take_while(|l| !l.trim().is_empty());
    let (mut named, mut known) = (0usize, 0usize);
    for line in headers {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            return false;
        };
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return false;
        }
        named += 1;
        let name = name.to_ascii_lowercase();
        let sure = [
            "from",
            "to",
            "subject",
            "date",
            "received",
            "message-id",
            "mime-version",
            "content-type",
            "return-path",
            "delivered-to",
        ];
        known += usize::from(sure.contains(&name.as_str()));
    }
    named >= 3 && known >= 3
}

pub(crate) fn attachments(mut mail: Spool) -> Result<Vec<Attachment>, Refusal> {
    if mail.length() > MAIL_BYTES_MAX {
        let said = format!(
            "a mail of more than {} MB; send the file itself",
            MAIL_BYTES_MAX >> 20
        );
        return Err(Refusal::file("too_large", said));
    }
    let mut bytes = Vec::new();
    mail.read_to_end(&mut bytes)
        .map_err(|e| Refusal::file("unreadable", e.to_string()))?;
    let Some(message) = MessageParser::default().parse(&bytes) else {
        return Err(Refusal::file(
            "mail_damaged",
            "the mail cannot be read; send the file itself",
        ));
    };
    let attached = message
        .attachments()
        .take(MEMBERS_MAX)
        .enumerate()
        .map(|(number, part)| {
            let name = part
                .attachment_name()
                .map_or_else(|| format!("attachment {}", number + 1), str::to_owned);
            Attachment {
                name,
                bytes: part.contents().to_vec(),
            }
        });
    let attached: Vec<Attachment> = attached.filter(|a| !a.bytes.is_empty()).collect();
    if attached.is_empty() {
        let said = "this is a mail with nothing attached to it; attach the table or the feed";
        return Err(Refusal::file("no_attachment", said));
    }
    Ok(attached)
}
