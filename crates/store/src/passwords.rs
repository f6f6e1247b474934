//! Passwords, kept as Argon2id with the crate's defaults (19 MiB, two passes: OWASP's minimum).

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::{Dice, Error, Result};

pub(crate) const LETTERS_MIN: usize = 10;
const LETTERS_MAX: usize = 512;

/// A hash takes 19 MiB and 60 ms of a core: a flood of sign-ins must not take the machine.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

pub(crate) async fn hash(password: &str, dice: &Dice) -> Result<String> {
    let letters = password.chars().count();
    if letters < LETTERS_MIN || password.len() > LETTERS_MAX {
        return Err(Error::refused(
            "password_length",
            [
                "Le mot de passe doit compter au moins 10 caractères",
                "Het wachtwoord moet minstens 10 tekens tellen",
                "The password needs at least 10 characters",
                "Das Passwort braucht mindestens 10 Zeichen",
            ],
        ));
    }
    let (password, salt) = (password.to_owned(), dice.bytes::<16>());
    turn(move || {
        Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
            .map_err(|e| Error::broken(format!("argon2: {e}")))
    })
    .await?
}

/// Takes as long for a user that does not exist (`stored` is None) as for a wrong password.
pub(crate) async fn verify(password: &str, stored: Option<String>) -> Result<bool> {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGtub3dzIGl0$\
                          AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    if password.len() > LETTERS_MAX {
        return Ok(false);
    }
    let password = password.to_owned();
    turn(move || {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.to_owned());
        let right = PasswordHash::new(&stored).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        });
        known && right
    })
    .await
}

async fn turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _turn = TURNS
        .acquire()
        .await
        .map_err(|e| Error::broken(e.to_string()))?;
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| Error::broken(e.to_string()))
}
