//! People, and what they allowed. Erasing one really erases, in the journal too.

use dictionary::Language;
use serde::Serialize;
use store::{Change, Error, Id, Migration, Reads, Result, Row, Timestamp, Tx, count, json, kinds};

pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "relations/0001",
    sql: include_str!("../migrations/0001.sql"),
}];

/// Somebody whom an account knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    pub id: Id<kinds::Person>,
    pub account: Id<kinds::Account>,
    pub email: String,
    pub name: String,
    pub phone: String,
    pub language: Language,
    pub created_at: Timestamp,
}

/// What somebody told of himself.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub email: String,
    pub name: String,
    pub phone: String,
    pub language: Language,
}

const COLUMNS: &str = "id, account, email, name, phone, language, created_at";
const ENTITY: &str = "person";

/// Finds a person by the address or records a new one; a later name or number replaces the former.
pub async fn record(tx: &mut Tx, account: Id<kinds::Account>, new: NewPerson) -> Result<Person> {
    let account = tx.scope().reach(account)?;
    let email = new.email.trim().to_lowercase();
    let sql = format!("SELECT {COLUMNS} FROM person WHERE account = $1 AND email = $2");
    let known = tx
        .one(&sql, &[account.into(), (&email).into()])
        .await?
        .as_ref()
        .map(person);
    if let Some(known) = known {
        if known.name == new.name && (known.phone == new.phone || new.phone.is_empty()) {
            return Ok(known);
        }
        let phone = if new.phone.is_empty() {
            known.phone.clone()
        } else {
            new.phone
        };
        let sql = "UPDATE person SET name = $2, phone = $3 WHERE id = $1";
        tx.execute(sql, &[known.id.into(), (&new.name).into(), (&phone).into()])
            .await?;
        let changed = Person {
            name: new.name,
            phone,
            ..known.clone()
        };
        tell(
            tx,
            &changed,
            "person.changed",
            Some(json(&known)?),
            Some(json(&changed)?),
        );
        return Ok(changed);
    }
    let (id, created_at) = (tx.id(), tx.now());
    let NewPerson {
        name,
        phone,
        language,
        ..
    } = new;
    let person = Person {
        id,
        account,
        email,
        name,
        phone,
        language,
        created_at,
    };
    let sql = format!(
        "INSERT INTO person ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (account, email) DO NOTHING"
    );
    let vals = [
        person.id.into(),
        account.into(),
        (&person.email).into(),
        (&person.name).into(),
        (&person.phone).into(),
        language.code().into(),
        created_at.into(),
    ];
    if tx.execute(&sql, &vals).await? == 0 {
        // Somebody else recorded him between our look and our row.
        let sql = format!("SELECT {COLUMNS} FROM person WHERE account = $1 AND email = $2");
        let row = tx
            .one(&sql, &[account.into(), (&person.email).into()])
            .await?;
        let known = row.as_ref().map(self::person);
        return known.ok_or(Error::NotFound { what: "person" });
    }
    tell(tx, &person, "person.recorded", None, Some(json(&person)?));
    Ok(person)
}

pub async fn find(read: &mut impl Reads, id: Id<kinds::Person>) -> Result<Person> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE id = $1");
    let found = read.one(&sql, &[id.into()]).await?.as_ref().map(person);
    found
        .filter(|p| read.scope().reach(p.account).is_ok())
        .ok_or(Error::NotFound { what: "person" })
}

pub async fn list(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    limit: usize,
) -> Result<Vec<Person>> {
    let account = read.scope().reach(account)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM person WHERE account = $1 ORDER BY created_at DESC LIMIT $2"
    );
    Ok(read
        .query(&sql, &[account.into(), count(limit)])
        .await?
        .iter()
        .map(person)
        .collect())
}

/// Whoever an address belongs to, in every account that the scope reaches.
pub async fn known_as(read: &mut impl Reads, email: &str) -> Result<Vec<Person>> {
    let sql = format!("SELECT {COLUMNS} FROM person WHERE email = $1 ORDER BY created_at");
    let email = email.trim().to_lowercase();
    let rows = read.query(&sql, &[email.into()]).await?;
    let reached = |person: &Person| read.scope().reach(person.account).is_ok();
    Ok(rows.iter().map(person).filter(reached).collect())
}

/// Erases a person and blanks what the journal told of him. What he wrote is erased by the room
/// that keeps it, in the same transaction.
pub async fn erase(tx: &mut Tx, id: Id<kinds::Person>) -> Result<Person> {
    tx.scope().demand(store::Right::Manage)?;
    let person = find(tx, id).await?;
    tx.execute("DELETE FROM person WHERE id = $1", &[id.into()])
        .await?;
    tx.redact(Some(person.account), ENTITY, id.uuid()).await?;
    tell(tx, &person, "person.erased", None, None);
    Ok(person)
}

fn tell(
    tx: &mut Tx,
    person: &Person,
    fact: &'static str,
    before: Option<String>,
    after: Option<String>,
) {
    let (account, id) = (Some(person.account), person.id.uuid());
    tx.record(Change {
        account,
        entity: ENTITY,
        id,
        fact,
        before,
        after,
    });
}

fn person(row: &Row) -> Person {
    Person {
        id: row.id(0),
        account: row.id(1),
        email: row.text(2).to_owned(),
        name: row.text(3).to_owned(),
        phone: row.text(4).to_owned(),
        language: Language::parse(row.text(5)).unwrap_or_default(),
        created_at: row.time(6),
    }
}
