//! Sessions: what a browser holds after signing in. Only a hash of the secret is kept.

use crate::time::DAY_MS;
use crate::{
    Act, Actor, Dice, Error, Id, Reads, Result, Role, Scope, Store, User, kinds, passwords, users,
};

pub const SESSION_DAYS: i64 = 14;

/// A signed-in user.
#[derive(Clone, Debug)]
pub struct Session {
    pub id: Id<kinds::Session>,
    pub user: User,
    pub scope: Scope,
}

impl Store {
    /// Checks address and password; the secret goes into the cookie and is shown to nobody else.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<(String, Session)> {
        let wrong = || {
            Error::refused(
                "sign_in",
                [
                    "Adresse ou mot de passe incorrect",
                    "Adres of wachtwoord klopt niet",
                    "The address or the password is wrong",
                    "Adresse oder Passwort stimmt nicht",
                ],
            )
        };
        let email = users::normal_email(email).map_err(|_| wrong())?;
        let mut read = self.read(&self.operator()).await?;
        let sql = "SELECT id, password FROM member WHERE email = $1";
        let row = read.one(sql, &[email.into()]).await?;
        let stored = row.as_ref().map(|r| r.text(1).to_owned());
        let right = passwords::verify(password, stored).await?;
        let Some(row) = row.filter(|_| right) else {
            return Err(wrong());
        };
        let user = User::find(&mut read, row.id(0)).await?;
        drop(read);
        let secret = secret(self.dice());
        let mut tx = self
            .begin(&self.operator(), Act::by(Actor::User(user.id)))
            .await?;
        let (id, now) = (tx.id(), tx.now());
        let sql = "INSERT INTO session (secret, id, account, member, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)";
        let expires = now.plus_ms(SESSION_DAYS * DAY_MS);
        let vals = [
            hashed(&secret).into(),
            Id::<kinds::Session>::into(id),
            user.account.into(),
            user.id.into(),
            now.into(),
            expires.into(),
        ];
        tx.execute(sql, &vals).await?;
        tx.execute("DELETE FROM session WHERE expires_at < $1", &[now.into()])
            .await?;
        tx.commit().await?;
        let scope = Scope::of(user.account, user.role);
        Ok((secret, Session { id, user, scope }))
    }

    /// The session that a secret opens, if it has not run out.
    pub async fn session(&self, secret: &str) -> Result<Option<Session>> {
        let mut read = self.read(&self.operator()).await?;
        let sql = "SELECT id, member FROM session WHERE secret = $1 AND expires_at > $2";
        let found = read
            .one(sql, &[hashed(secret).into(), self.now().into()])
            .await?;
        let Some(row) = found else { return Ok(None) };
        let user = User::find(&mut read, row.id(1)).await?;
        let scope = Scope::of(user.account, user.role);
        Ok(Some(Session {
            id: row.id(0),
            user,
            scope,
        }))
    }

    pub async fn sign_out(&self, secret: &str) -> Result<()> {
        let mut tx = self
            .begin(&self.operator(), Act::by(Actor::System("sessions")))
            .await?;
        tx.execute(
            "DELETE FROM session WHERE secret = $1",
            &[hashed(secret).into()],
        )
        .await?;
        tx.commit().await.map(|_| ())
    }
}

impl Session {
    pub fn may_manage(&self) -> bool {
        self.scope.role() >= Role::Manager
    }
}

/// 256 bits that cannot be guessed, in hex.
pub(crate) fn secret(dice: &Dice) -> String {
    blake3::Hash::from_bytes(dice.bytes()).to_hex().to_string()
}

/// Secrets have full entropy, so a fast hash is enough to keep the table useless to a thief.
pub(crate) fn hashed(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}
