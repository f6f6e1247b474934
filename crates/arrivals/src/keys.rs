//! The keys that a source's SFTP user may come with instead of its password.

use ::store::Result;
use russh::keys::PublicKey;

use crate::source::{Source, Way, wrong};

const KEYS_MAX: usize = 10;
const LINE_BYTES_MAX: usize = 4_096;

/// OpenSSH public keys, one a line, as they stand in `authorized_keys` without options.
pub(crate) fn read(way: Way, text: &str) -> Result<String> {
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .collect();
    let fits = |line: &&str| line.len() <= LINE_BYTES_MAX && PublicKey::from_openssh(line).is_ok();
    let for_sftp = lines.is_empty() || matches!(way, Way::Ftp | Way::Sftp);
    if for_sftp && lines.len() <= KEYS_MAX && lines.iter().all(fits) {
        return Ok(lines.join("\n"));
    }
    Err(wrong(
        "public_keys",
        "public_keys",
        [
            "Pour SFTP : au plus 10 clés OpenSSH, une par ligne, comme « ssh-ed25519 AAAA… »",
            "Voor SFTP: hoogstens 10 OpenSSH-sleutels, een per regel, zoals ‘ssh-ed25519 AAAA…’",
            "For SFTP: at most 10 OpenSSH keys, one a line, such as “ssh-ed25519 AAAA…”",
            "Für SFTP: höchstens 10 OpenSSH-Schlüssel, einer je Zeile, etwa „ssh-ed25519 AAAA…“",
        ],
    ))
}

/// Whether a source's user may come with a key.
pub(crate) fn fits(source: &Source, key: &PublicKey) -> bool {
    let known = source.public_keys.lines();
    let mut known = known.filter_map(|line| PublicKey::from_openssh(line).ok());
    known.any(|known| known.key_data() == key.key_data())
}
