//! The keys that a source's SFTP user may come with instead of its password.

use ::store::Result;
use russh::keys::{Algorithm, PublicKey};

use crate::source::{Source, Way, wrong};

const KEYS_MAX: usize = 10;
const LINE_BYTES_MAX: usize = 4_096;

/// OpenSSH public keys, one a line, as they stand in `authorized_keys` without options.
pub(crate) fn read(way: Way, text: &str) -> Result<String> {
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> = lines
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
        .collect();
    let fits = |line: &&str| {
        let key = PublicKey::from_openssh(line).ok();
        line.len() <= LINE_BYTES_MAX && key.is_some_and(|key| is_known(&key.algorithm()))
    };
    let for_sftp = lines.is_empty() || matches!(way, Way::Ftp | Way::Sftp);
    if for_sftp && lines.len() <= KEYS_MAX && lines.iter().all(fits) {
        return Ok(lines.join("\n"));
    }
    Err(wrong(
        "public_keys",
        "public_keys",
        [
            "Pour SFTP : au plus 10 clés Ed25519 ou ECDSA, une par ligne, comme « ssh-ed25519 AAAA… » ; pas de RSA (ssh-keygen -t ed25519 en fait une)",
            "Voor SFTP: hoogstens 10 sleutels Ed25519 of ECDSA, een per regel, zoals ‘ssh-ed25519 AAAA…’; geen RSA (ssh-keygen -t ed25519 maakt er een)",
            "For SFTP: at most 10 keys, Ed25519 or ECDSA, one a line, such as “ssh-ed25519 AAAA…”; no RSA (ssh-keygen -t ed25519 makes one)",
            "Für SFTP: höchstens 10 Schlüssel, Ed25519 oder ECDSA, einer je Zeile, etwa „ssh-ed25519 AAAA…“; kein RSA (ssh-keygen -t ed25519 macht einen)",
        ],
    ))
}

/// RSA is left out: the crate for it is known to be slow in ways that tell (RUSTSEC-2023-0071).
const fn is_known(algorithm: &Algorithm) -> bool {
    matches!(algorithm, Algorithm::Ed25519 | Algorithm::Ecdsa { .. })
}

/// Whether a source's user may come with a key.
pub(crate) fn fits(source: &Source, key: &PublicKey) -> bool {
    let known = source.public_keys.lines();
    let mut known = known.filter_map(|line| PublicKey::from_openssh(line).ok());
    known.any(|known| known.key_data() == key.key_data())
}
