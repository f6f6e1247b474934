//! Saying the same thing twice does it once (the rules of Stripe's `Idempotency-Key`).
//!
//! The answer is kept in the transaction of its effect, for seven days, per account and key. The
//! same key with another request is an error; nothing is kept of a request that was refused.

use crate::time::DAY_MS;
use crate::{Error, Id, Reads, Result, Row, Tx, kinds};

pub const IDEMPOTENCY_DAYS: i64 = 7;
const LETTERS_MAX: usize = 255;

/// What the caller sent, ready to be looked up.
#[derive(Clone, Debug)]
pub struct IdempotencyKey {
    pub account: Id<kinds::Account>,
    pub key: String,
    /// Method, path and query.
    pub route: String,
    /// Hash of the body.
    pub asked: String,
}

/// The answer that was given the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub status: u16,
    pub body: String,
}

impl IdempotencyKey {
    pub fn new(
        account: Id<kinds::Account>,
        key: &str,
        route: String,
        body: &[u8],
    ) -> Result<IdempotencyKey> {
        if key.is_empty() || key.len() > LETTERS_MAX {
            return Err(Error::refused(
                "idempotency_key_length",
                [
                    "La clé d’idempotence doit compter de 1 à 255 caractères",
                    "De idempotentiesleutel telt 1 tot 255 tekens",
                    "The Idempotency-Key must have 1 to 255 characters",
                    "Der Idempotency-Key muss 1 bis 255 Zeichen haben",
                ],
            ));
        }
        let asked = blake3::hash(body).to_hex().to_string();
        Ok(IdempotencyKey {
            account,
            key: key.to_owned(),
            route,
            asked,
        })
    }

    /// The earlier answer, if this was asked before; an error if something else was. The operator
    /// is not held to one account: his key counts wherever this request was answered.
    pub async fn earlier(&self, read: &mut impl Reads) -> Result<Option<Answered>> {
        let (condition, whose) = match read.scope().account() {
            Some(own) => ("account = $2", own.into()),
            None => ("route = $2", (&self.route).into()),
        };
        let sql = format!(
            "SELECT route, asked, status, body FROM answered WHERE key = $1 AND {condition}
            ORDER BY at DESC LIMIT 1"
        );
        let row = read.one(&sql, &[(&self.key).into(), whose]).await?;
        row.map(|row| self.judged(&row)).transpose()
    }

    fn judged(&self, row: &Row) -> Result<Answered> {
        if row.text(0) != self.route || row.text(1) != self.asked {
            return Err(Error::conflict(
                "idempotency_key_reused",
                [
                    "Cette clé d’idempotence a servi pour une autre demande",
                    "Deze idempotentiesleutel is voor een ander verzoek gebruikt",
                    "This Idempotency-Key was used for another request; use a new one",
                    "Dieser Idempotency-Key wurde für eine andere Anfrage benutzt",
                ],
            ));
        }
        let status = u16::try_from(row.int(2)).unwrap_or(500);
        Ok(Answered {
            status,
            body: row.text(3).to_owned(),
        })
    }
}

impl Tx {
    /// Keeps the answer with the effect. If the same request is running elsewhere, the second one
    /// meets a conflict here and its effect is rolled back.
    pub async fn answer(&mut self, key: &IdempotencyKey, status: u16, body: &str) -> Result<()> {
        let now = self.now();
        let old = now.plus_ms(-IDEMPOTENCY_DAYS * DAY_MS);
        self.execute("DELETE FROM answered WHERE at < $1", &[old.into()])
            .await?;
        let sql = "INSERT INTO answered (account, key, route, asked, status, body, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let vals = [
            key.account.into(),
            (&key.key).into(),
            (&key.route).into(),
            (&key.asked).into(),
            i64::from(status).into(),
            body.into(),
            now.into(),
        ];
        self.execute(sql, &vals).await.map(|_| ())
    }

    /// Drops the kept answers that speak of a thing; asked again, such a request is done anew.
    pub async fn forget_answers(&mut self, account: Id<kinds::Account>, id: &str) -> Result<u64> {
        let sql = "DELETE FROM answered WHERE account = $1 AND (route LIKE $2 OR body LIKE $2)";
        self.execute(sql, &[account.into(), format!("%{id}%").into()])
            .await
    }
}
