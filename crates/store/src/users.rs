//! Users: the people who sign in, each in one account (or in none: the operator's own people).

use serde::Serialize;

use crate::{
    Change, Error, Id, Reads, Result, Right, Role, Row, Store, Timestamp, Tx, Wrong, json, kinds,
    passwords,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    pub id: Id<kinds::User>,
    /// None for the operator's people.
    pub account: Option<Id<kinds::Account>>,
    pub email: String,
    pub name: String,
    #[serde(serialize_with = "role_key")]
    pub role: Role,
    pub language: String,
    pub created_at: Timestamp,
}

#[derive(Clone)]
pub struct NewUser {
    pub account: Option<Id<kinds::Account>>,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub language: String,
    pub password: String,
}

const COLUMNS: &str = "id, account, email, name, role, language, created_at";

impl Store {
    /// The hash of a password. It costs a tenth of a second by intention, so it is made before the
    /// transaction that stores it.
    pub async fn hash_password(&self, password: &str) -> Result<String> {
        passwords::hash(password, self.dice()).await
    }
}

impl Tx {
    pub async fn add_user(&mut self, new: NewUser) -> Result<User> {
        let hash = passwords::hash(&new.password, self.dice()).await?;
        self.add_user_hashed(new, hash).await
    }

    /// Adds a user with a hash of [`Store::hash_password`].
    pub async fn add_user_hashed(&mut self, new: NewUser, hash: String) -> Result<User> {
        self.scope().demand(Right::Manage)?;
        match new.account {
            Some(account) => drop(self.scope().reach(account)?),
            None => self.scope().demand(Right::Operate)?,
        }
        // Nobody hands out more than he has, and the operator's people stand in no account.
        if new.role > self.scope().role() || (new.role == Role::Operator) != new.account.is_none() {
            return Err(Error::Forbidden);
        }
        let email = normal_email(&new.email)?;
        let user = User {
            id: self.id(),
            account: new.account,
            email,
            name: new.name,
            role: new.role,
            language: new.language,
            created_at: self.now(),
        };
        let sql = "INSERT INTO member
            (id, account, email, name, role, language, password, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (email) DO NOTHING";
        let vals = [
            user.id.into(),
            user.account.into(),
            (&user.email).into(),
            (&user.name).into(),
            user.role.key().into(),
            (&user.language).into(),
            hash.into(),
            user.created_at.into(),
        ];
        if self.execute(sql, &vals).await? == 0 {
            return Err(Error::conflict(
                "user_exists",
                [
                    "Cette adresse est déjà utilisée",
                    "Dit adres is al in gebruik",
                    "This e-mail address is already in use",
                    "Diese Adresse wird schon benutzt",
                ],
            ));
        }
        self.tell_user(&user, "user.added", None, Some(json(&user)?));
        Ok(user)
    }

    pub async fn set_role(&mut self, id: Id<kinds::User>, role: Role) -> Result<()> {
        self.scope().demand(Right::Manage)?;
        let user = User::find(self, id).await?;
        if role > self.scope().role() || (role == Role::Operator) != user.account.is_none() {
            return Err(Error::Forbidden);
        }
        self.execute(
            "UPDATE member SET role = $2 WHERE id = $1",
            &[id.into(), role.key().into()],
        )
        .await?;
        // Whoever had more rights must not keep them in an open session.
        self.execute("DELETE FROM session WHERE member = $1", &[id.into()])
            .await?;
        let told = |role: Role| Some(format!("{{\"role\":\"{}\"}}", role.key()));
        self.tell_user(&user, "user.role_changed", told(user.role), told(role));
        Ok(())
    }

    pub async fn set_password(&mut self, id: Id<kinds::User>, password: &str) -> Result<()> {
        let hash = passwords::hash(password, self.dice()).await?;
        self.set_password_hashed(id, hash).await
    }

    /// Sets a password with a hash of [`Store::hash_password`]; open sessions end.
    pub async fn set_password_hashed(&mut self, id: Id<kinds::User>, hash: String) -> Result<()> {
        self.scope().demand(Right::Manage)?;
        let user = User::find(self, id).await?;
        let sql = "UPDATE member SET password = $2 WHERE id = $1";
        self.execute(sql, &[id.into(), hash.into()]).await?;
        self.execute("DELETE FROM session WHERE member = $1", &[id.into()])
            .await?;
        self.tell_user(&user, "user.password_changed", None, None);
        Ok(())
    }

    pub async fn remove_user(&mut self, id: Id<kinds::User>) -> Result<()> {
        self.scope().demand(Right::Manage)?;
        let user = User::find(self, id).await?;
        self.execute("DELETE FROM session WHERE member = $1", &[id.into()])
            .await?;
        self.execute("DELETE FROM member WHERE id = $1", &[id.into()])
            .await?;
        self.tell_user(&user, "user.removed", Some(json(&user)?), None);
        Ok(())
    }

    fn tell_user(
        &mut self,
        user: &User,
        fact: &'static str,
        before: Option<String>,
        after: Option<String>,
    ) {
        let (account, id) = (user.account, user.id.uuid());
        self.record(Change {
            account,
            entity: "user",
            id,
            fact,
            before,
            after,
        });
    }
}

impl User {
    pub async fn find(read: &mut impl Reads, id: Id<kinds::User>) -> Result<User> {
        let sql = format!("SELECT {COLUMNS} FROM member WHERE id = $1");
        let found = read.one(&sql, &[id.into()]).await?.as_ref().map(user);
        let own = read.scope().account();
        found
            .filter(|u| own.is_none() || u.account == own)
            .ok_or(Error::NotFound { what: "user" })
    }

    /// The users of an account, by address.
    pub async fn of(read: &mut impl Reads, account: Id<kinds::Account>) -> Result<Vec<User>> {
        let account = read.scope().reach(account)?;
        let sql = format!("SELECT {COLUMNS} FROM member WHERE account = $1 ORDER BY email");
        Ok(read
            .query(&sql, &[account.into()])
            .await?
            .iter()
            .map(user)
            .collect())
    }
}

/// One `@`, something on both sides, a dot in the domain, no blanks; kept in lower case.
pub(crate) fn normal_email(email: &str) -> Result<String> {
    let email = email.trim().to_lowercase();
    let good = email.len() <= 254
        && !email.contains(|c: char| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
        && email.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty() && domain.contains('.') && !domain.contains('@')
        });
    if good {
        return Ok(email);
    }
    let message = dictionary::Label {
        fr: "Adresse e-mail invalide".into(),
        nl: "Ongeldig e-mailadres".into(),
        en: "Not a valid e-mail address".into(),
        de: "Keine gültige E-Mail-Adresse".into(),
    };
    Err(Error::Invalid {
        wrong: vec![Wrong {
            field: "email".into(),
            code: "email",
            message,
        }],
    })
}

fn user(row: &Row) -> User {
    User {
        id: row.id(0),
        account: row.opt_id(1),
        email: row.text(2).to_owned(),
        name: row.text(3).to_owned(),
        role: Role::parse(row.text(4)).unwrap_or(Role::ReadOnly),
        language: row.text(5).to_owned(),
        created_at: row.time(6),
    }
}

fn role_key<S: serde::Serializer>(role: &Role, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(role.key())
}
