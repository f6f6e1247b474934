//! Tokens for programs: shown once, kept as a hash, each of one account and one role.

use serde::Serialize;

use crate::sessions::{hashed, secret};
use crate::{
    Act, Change, Error, Id, Reads, Result, Right, Role, Row, Scope, Store, Timestamp, Tx, kinds,
};

#[derive(Clone, Debug, Serialize)]
pub struct Token {
    pub id: Id<kinds::Token>,
    pub account: Id<kinds::Account>,
    pub name: String,
    pub role: &'static str,
    /// The first letters of the secret, to tell tokens apart.
    pub hint: String,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug)]
pub struct NewToken {
    pub account: Id<kinds::Account>,
    pub name: String,
    pub role: Role,
}

const COLUMNS: &str = "id, account, name, role, hint, created_at";
const MARK: &str = "ent_";
const HINT_LETTERS: usize = 10;

impl Store {
    /// Makes a token in a transaction of its own, see [`Tx::add_token`].
    pub async fn add_token(
        &self,
        scope: &Scope,
        act: Act,
        new: NewToken,
    ) -> Result<(String, Token)> {
        let mut tx = self.begin(scope, act).await?;
        let made = tx.add_token(new).await?;
        tx.commit().await?;
        Ok(made)
    }
    /// What a token opens; None for a text that is no token of ours.
    pub async fn token(&self, secret: &str) -> Result<Option<(Token, Scope)>> {
        if !secret.starts_with(MARK) {
            return Ok(None);
        }
        let mut read = self.read(&self.operator()).await?;
        let sql = format!("SELECT {COLUMNS} FROM token WHERE secret = $1");
        let row = read.one(&sql, &[hashed(secret).into()]).await?;
        Ok(row.map(|row| {
            let token = token(&row);
            let role = Role::parse(token.role).unwrap_or(Role::ReadOnly);
            let scope = Scope::of(Some(token.account), role);
            (token, scope)
        }))
    }
}

impl Tx {
    /// Makes a token; the secret in the answer is never to be had again.
    pub async fn add_token(&mut self, new: NewToken) -> Result<(String, Token)> {
        self.scope().demand(Right::Manage)?;
        let account = self.scope().reach(new.account)?;
        if new.role > self.scope().role() || new.role == Role::Operator {
            return Err(Error::Forbidden);
        }
        let secret = format!("{MARK}{}", secret(self.dice()));
        crate::Account::find(self, account).await?;
        let token = Token {
            id: self.id(),
            account,
            name: new.name,
            role: new.role.key(),
            hint: secret[..HINT_LETTERS].to_owned(),
            created_at: self.now(),
        };
        let sql = "INSERT INTO token (secret, id, account, name, role, hint, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let vals = [
            hashed(&secret).into(),
            token.id.into(),
            account.into(),
            (&token.name).into(),
            token.role.into(),
            (&token.hint).into(),
            token.created_at.into(),
        ];
        self.execute(sql, &vals).await?;
        let after = Some(crate::json(&token)?);
        let id = token.id.uuid();
        let fact = "token.added";
        self.record(Change {
            account: Some(account),
            entity: "token",
            id,
            fact,
            before: None,
            after,
        });
        Ok((secret, token))
    }

    pub async fn revoke_token(&mut self, id: Id<kinds::Token>) -> Result<Token> {
        self.scope().demand(Right::Manage)?;
        let sql = format!("SELECT {COLUMNS} FROM token WHERE id = $1");
        let found = self.one(&sql, &[id.into()]).await?.as_ref().map(token);
        let Some(token) = found.filter(|t| self.scope().reach(t.account).is_ok()) else {
            return Err(Error::NotFound { what: "token" });
        };
        self.execute("DELETE FROM token WHERE id = $1", &[id.into()])
            .await?;
        self.record(Change {
            account: Some(token.account),
            entity: "token",
            id: id.uuid(),
            fact: "token.revoked",
            before: Some(crate::json(&token)?),
            after: None,
        });
        Ok(token)
    }
}

impl Token {
    pub async fn of(read: &mut impl Reads, account: Id<kinds::Account>) -> Result<Vec<Token>> {
        let account = read.scope().reach(account)?;
        let sql = format!("SELECT {COLUMNS} FROM token WHERE account = $1 ORDER BY created_at");
        Ok(read
            .query(&sql, &[account.into()])
            .await?
            .iter()
            .map(token)
            .collect())
    }
}

fn token(row: &Row) -> Token {
    Token {
        id: row.id(0),
        account: row.id(1),
        name: row.text(2).to_owned(),
        role: Role::parse(row.text(3)).unwrap_or(Role::ReadOnly).key(),
        hint: row.text(4).to_owned(),
        created_at: row.time(5),
    }
}
