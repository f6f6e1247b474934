//! Passwords that we say to other machines are kept sealed (ChaCha20-Poly1305, RFC 8439), under a
//! key that is not in the database: a copy of the database alone opens no door.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::{Dice, Error, Result};

const FILE: &str = "secret.key";
const VERSION: &str = "1";

/// The key of the deployment. All nodes need the same one.
#[derive(Clone)]
pub struct Seal([u8; 32]);

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal({})", self.name())
    }
}

impl Seal {
    /// The key that was given as 64 hexadecimal digits, or that of the data folder, made when it
    /// is first needed.
    pub fn open(data: &Path, given: Option<&str>, dice: &Dice) -> Result<Seal> {
        if let Some(given) = given {
            return read(given).ok_or_else(|| unfit("ENTREMISE_SECRET_KEY"));
        }
        let place = data.join(FILE);
        let broken = |e: std::io::Error| Error::broken(format!("{}: {e}", place.display()));
        if !place.exists() {
            fs::create_dir_all(data).map_err(broken)?;
            let beside = data.join(format!("{FILE}.{}", dice.below(u64::MAX)));
            let mut options = OpenOptions::new();
            let mut file: File = options
                .create_new(true)
                .write(true)
                .mode(0o600)
                .open(&beside)
                .map_err(broken)?;
            let fresh = blake3::Hash::from_bytes(dice.bytes()).to_hex();
            writeln!(file, "{fresh}").map_err(broken)?;
            file.sync_all().map_err(broken)?;
            // Another process may be faster; then its key is the key.
            let linked = fs::hard_link(&beside, &place);
            let _ = fs::remove_file(&beside);
            match linked {
                Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => return Err(broken(e)),
                _ => {}
            }
        }
        let text = fs::read_to_string(&place).map_err(broken)?;
        read(&text).ok_or_else(|| unfit(&place.display().to_string()))
    }

    /// A secret for another purpose, the same on every node.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(&format!("entremise 2026 {purpose}"), &self.0)
    }

    /// Tells keys apart and betrays nothing of them.
    pub fn name(&self) -> String {
        hex(&self.derive("name of the key")[..4])
    }

    /// Seals a text; `whose` is bound to it, so that it opens for nobody else.
    pub fn close(&self, dice: &Dice, whose: &str, text: &str) -> Result<String> {
        let nonce: [u8; NONCE_LEN] = dice.bytes();
        let mut sealed = text.as_bytes().to_vec();
        let key = self.key()?;
        let nonce_of = Nonce::assume_unique_for_key(nonce);
        key.seal_in_place_append_tag(nonce_of, Aad::from(whose), &mut sealed)
            .map_err(|_| Error::broken("a password cannot be sealed"))?;
        let name = self.name();
        Ok(format!("{VERSION}.{name}.{}{}", hex(&nonce), hex(&sealed)))
    }

    /// What was sealed; the refusal names the key that is needed.
    pub fn open_sealed(&self, whose: &str, sealed: &str) -> Result<String> {
        let mut parts = sealed.split('.');
        let (version, name) = (parts.next(), parts.next().unwrap_or_default());
        if name != self.name() {
            return Err(other_key(name, &self.name()));
        }
        let bytes = parts.next().and_then(unhex);
        let bytes = bytes.filter(|b| version == Some(VERSION) && b.len() > NONCE_LEN);
        let broken = || Error::broken("a sealed password is damaged");
        let bytes = bytes.ok_or_else(broken)?;
        let (nonce, sealed) = bytes.split_at(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| broken())?;
        let mut sealed = sealed.to_vec();
        let opened = self.key()?;
        let opened = opened.open_in_place(nonce, Aad::from(whose), &mut sealed);
        let opened = opened.map_err(|_| broken())?;
        String::from_utf8(opened.to_vec()).map_err(|_| broken())
    }

    fn key(&self) -> Result<LessSafeKey> {
        let key = UnboundKey::new(&CHACHA20_POLY1305, &self.derive("sealed passwords"));
        let key = key.map_err(|_| Error::broken("a key of 32 bytes is refused"))?;
        Ok(LessSafeKey::new(key))
    }
}

fn read(text: &str) -> Option<Seal> {
    let hash = blake3::Hash::from_hex(text.trim()).ok()?;
    Some(Seal(*hash.as_bytes()))
}

fn unfit(place: &str) -> Error {
    Error::refused(
        "secret_key",
        [
            &format!(
                "{place} doit contenir 64 chiffres hexadécimaux, par exemple d’`openssl rand -hex 32`"
            ),
            &format!(
                "{place} moet 64 hexadecimale cijfers bevatten, bijvoorbeeld van `openssl rand -hex 32`"
            ),
            &format!(
                "{place} has to hold 64 hexadecimal digits, for example of `openssl rand -hex 32`"
            ),
            &format!(
                "{place} muss 64 hexadezimale Ziffern enthalten, etwa aus `openssl rand -hex 32`"
            ),
        ],
    )
}

fn other_key(needed: &str, ours: &str) -> Error {
    Error::refused(
        "other_key",
        [
            &format!(
                "Le mot de passe est scellé avec la clé {needed} et ce nœud a la clé {ours} : donnez-lui la même (ENTREMISE_SECRET_KEY ou secret.key), ou saisissez le mot de passe à nouveau"
            ),
            &format!(
                "Het wachtwoord is verzegeld met sleutel {needed} en dit knooppunt heeft sleutel {ours}: geef het dezelfde (ENTREMISE_SECRET_KEY of secret.key), of typ het wachtwoord opnieuw"
            ),
            &format!(
                "The password is sealed with the key {needed} and this node has the key {ours}: give it the same one (ENTREMISE_SECRET_KEY or secret.key), or type the password again"
            ),
            &format!(
                "Das Passwort ist mit dem Schlüssel {needed} versiegelt, und dieser Knoten hat den Schlüssel {ours}: Geben Sie ihm denselben (ENTREMISE_SECRET_KEY oder secret.key), oder geben Sie das Passwort neu ein"
            ),
        ],
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    let whole = digits.len().is_multiple_of(2) && digits.iter().all(u8::is_ascii_hexdigit);
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    whole
        .then(|| digits.chunks(2).map(pair).collect())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_for_its_owner_alone() {
        let dice = Dice::seeded(1);
        let (ours, theirs) = (Seal([1; 32]), Seal([2; 32]));
        let sealed = ours.close(&dice, "src_1", "pässword").unwrap();
        assert!(!sealed.contains("pässword"));
        assert_eq!(ours.open_sealed("src_1", &sealed).unwrap(), "pässword");
        assert_ne!(
            ours.close(&dice, "src_1", "pässword").unwrap(),
            sealed,
            "the same password looks different every time"
        );
        assert!(ours.open_sealed("src_2", &sealed).is_err());
        let refused = theirs.open_sealed("src_1", &sealed).unwrap_err();
        assert_eq!(refused.code(), "other_key");
        let mut damaged = sealed.clone();
        damaged.replace_range(damaged.len() - 1.., "g");
        assert_eq!(
            ours.open_sealed("src_1", &damaged).unwrap_err().code(),
            "broken"
        );
    }

    #[test]
    fn the_key_is_made_once_and_only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("seal-{}", std::process::id()));
        let dice = Dice::seeded(7);
        let first = Seal::open(&folder, None, &dice).unwrap();
        let again = Seal::open(&folder, None, &dice).unwrap();
        assert_eq!(first.0, again.0);
        let mode = fs::metadata(folder.join(FILE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        let given = Seal::open(&folder, Some(&"ab".repeat(32)), &dice).unwrap();
        assert_eq!(given.0, [0xab; 32]);
        let unfit = Seal::open(&folder, Some("short"), &dice).unwrap_err();
        assert_eq!(unfit.code(), "secret_key");
        fs::remove_dir_all(folder).unwrap();
    }
}
