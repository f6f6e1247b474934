//! People, what they have to do with listings, and what they allowed. Erasing one really erases, in
//! the journal too.

mod carrying;
mod note;
mod party;
mod undoing;

use std::collections::BTreeMap;

use dictionary::Language;
use serde::{Deserialize, Serialize};
use store::{Change, Error, Id, Migration, Reads, Result, Row, Timestamp, Tx, count, json, kinds};

pub use carrying::{Carried, Fate, carry_many};
pub use note::{NewNote, Note, note_many, notes};
pub use party::{NewParty, Party, join_many, parties};
pub use undoing::{Brought, brought, made_by, purge, put_back, undo_some};

pub const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "relations/0001",
        sql: include_str!("../migrations/0001.sql"),
    },
    Migration {
        name: "relations/0002",
        sql: include_str!("../migrations/0002.sql"),
    },
];

/// Somebody whom an account knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    pub id: Id<kinds::Person>,
    pub account: Id<kinds::Account>,
    /// Empty where he has none.
    pub email: String,
    pub name: String,
    pub phone: String,
    pub language: Language,
    pub created_at: Timestamp,
    #[serde(flatten)]
    pub known: Known,
}

/// What another system knew of somebody; all of it may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Known {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub given_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub family_name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub company: String,
    /// `owner`, `buyer`, `tenant`, `seeker` …
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// With its number.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub town: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
    /// His number in the system that he came from.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// What no other place holds, by the names of the columns it came in.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<String, String>,
}

/// What somebody told of himself.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub email: String,
    pub name: String,
    pub phone: String,
    pub language: Language,
}

const COLUMNS: &str = "id, account, email, name, phone, language, created_at, given_name,
    family_name, company, kind, street, postcode, town, country, reference, details";
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
    if let Some(known) = &known
        && undoing::forget_removed(tx, known.id).await?
    {
        // What was known of him was taken back; he comes anew.
        let again = Person {
            name: new.name,
            phone: new.phone,
            language: new.language,
            known: Known::default(),
            ..known.clone()
        };
        carrying::write(tx, &again).await?;
        tell(tx, &again, "person.recorded", None, Some(json(&again)?));
        return Ok(again);
    }
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
        known: Known::default(),
    };
    let sql = "INSERT INTO person (id, account, email, name, phone, language, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account, email) DO NOTHING";
    let vals = [
        person.id.into(),
        account.into(),
        (&person.email).into(),
        (&person.name).into(),
        (&person.phone).into(),
        language.code().into(),
        created_at.into(),
    ];
    if tx.execute(sql, &vals).await? == 0 {
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
        "SELECT {COLUMNS} FROM person WHERE account = $1 AND removed_at IS NULL
         ORDER BY created_at DESC, id DESC LIMIT $2"
    );
    Ok(read
        .query(&sql, &[account.into(), count(limit)])
        .await?
        .iter()
        .map(person)
        .collect())
}

/// Whoever an address belongs to, in every account that the scope reaches; also whom an undoing took
/// back, so that he can be erased.
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
    let vals = [person.account.into(), id.into()];
    for sql in [
        "DELETE FROM note WHERE account = $1 AND person = $2",
        "DELETE FROM party WHERE account = $1 AND person = $2",
        "DELETE FROM person WHERE account = $1 AND id = $2",
    ] {
        tx.execute(sql, &vals).await?;
    }
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
    let text = |at: usize| row.text(at).to_owned();
    let id: Id<kinds::Person> = row.id(0);
    Person {
        id,
        account: row.id(1),
        // Whoever has none is kept under his id; see the migration.
        email: if row.text(2).contains('@') {
            text(2)
        } else {
            String::new()
        },
        name: text(3),
        phone: text(4),
        language: Language::parse(row.text(5)).unwrap_or_default(),
        created_at: row.time(6),
        known: Known {
            given_name: text(7),
            family_name: text(8),
            company: text(9),
            kind: text(10),
            street: text(11),
            postcode: text(12),
            town: text(13),
            country: text(14),
            reference: text(15),
            details: serde_json::from_str(row.text(16)).unwrap_or_default(),
        },
    }
}
