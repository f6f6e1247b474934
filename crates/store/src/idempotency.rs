//! Saying the same thing twice does it once (the rules of Stripe's `Idempotency-Key`).
//!
//! The answer is kept in the transaction of its effect, for seven days, per account and key. The
//! same key with another request is an error; nothing is kept of a request that was refused.
//!
//! Work of many transactions claims its key in the one that opens its batch, and answers it in the
//! one that closes it. Cut off in between, the same request finds its batch and finishes it.

use crate::time::DAY_MS;
use crate::{Error, Id, Reads, Result, Row, Tx, kinds};

pub const IDEMPOTENCY_DAYS: i64 = 7;
/// The status of a request whose work has begun and is not done.
const BEGUN: i64 = 0;
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
        let answered = row.map(|row| self.judged(&row)).transpose()?;
        Ok(answered.filter(|a| i64::from(a.status) != BEGUN))
    }

    /// The batch of the same request when it was cut off, or is still in the works elsewhere.
    pub async fn begun(&self, read: &mut impl Reads) -> Result<Option<Id<kinds::Batch>>> {
        let sql = "SELECT route, asked, status, body FROM answered
            WHERE account = $1 AND key = $2";
        let row = read
            .one(sql, &[self.account.into(), (&self.key).into()])
            .await?;
        let Some(known) = row.map(|row| self.judged(&row)).transpose()? else {
            return Ok(None);
        };
        match i64::from(known.status) {
            BEGUN => Ok(known.body.parse().ok()),
            _ => Err(taken()),
        }
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
    /// Claims a key for work of several transactions, in the one that opens its batch.
    pub async fn claim_key(&mut self, key: &IdempotencyKey, batch: Id<kinds::Batch>) -> Result<()> {
        self.keep(key, BEGUN, &batch.to_string()).await
    }

    /// Keeps the answer with the effect. If the same request is running elsewhere, the second one
    /// meets a conflict here and its effect is rolled back.
    pub async fn answer(&mut self, key: &IdempotencyKey, status: u16, body: &str) -> Result<()> {
        self.keep(key, i64::from(status), body).await
    }

    async fn keep(&mut self, key: &IdempotencyKey, status: i64, body: &str) -> Result<()> {
        let now = self.now();
        let old = now.plus_ms(-IDEMPOTENCY_DAYS * DAY_MS);
        self.execute("DELETE FROM answered WHERE at < $1", &[old.into()])
            .await?;
        let sql = "INSERT INTO answered (account, key, route, asked, status, body, at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (account, key) DO UPDATE SET
            status = excluded.status, body = excluded.body, at = excluded.at
            WHERE answered.status = 0 AND answered.route = excluded.route
            AND answered.asked = excluded.asked";
        let vals = [
            key.account.into(),
            (&key.key).into(),
            (&key.route).into(),
            (&key.asked).into(),
            status.into(),
            body.into(),
            now.into(),
        ];
        match self.execute(sql, &vals).await? {
            0 => Err(taken()),
            _ => Ok(()),
        }
    }

    /// Drops the kept answers that speak of a thing; asked again, such a request is done anew.
    pub async fn forget_answers(&mut self, account: Id<kinds::Account>, id: &str) -> Result<u64> {
        let sql = "DELETE FROM answered WHERE account = $1 AND (route LIKE $2 OR body LIKE $2)";
        self.execute(sql, &[account.into(), format!("%{id}%").into()])
            .await
    }
}

fn taken() -> Error {
    Error::conflict(
        "idempotency_key_taken",
        [
            "La même demande est déjà traitée ; redemandez dans un instant pour en avoir la réponse",
            "Hetzelfde verzoek wordt al behandeld; vraag het zo opnieuw voor het antwoord",
            "The same request is being answered already; ask again in a moment for its answer",
            "Dieselbe Anfrage wird schon bearbeitet; fragen Sie gleich noch einmal nach der Antwort",
        ],
    )
}
