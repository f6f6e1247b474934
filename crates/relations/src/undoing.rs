//! Taking back what a batch has brought: people, parties and notes. They are kept aside until the
//! retention is over, so that undoing can be undone and whoever is among them can be erased.

use std::collections::HashSet;

use store::journal::{self, Asked};
use store::{DAY_MS, Id, Position, Reads, Result, Right, Timestamp, Tx, Val, count, json, kinds};

use crate::carrying::{AT_ONCE, write};
use crate::{COLUMNS, Known, Person, erase, find, note, party, person, tell};

/// As long as deleted listings lie in the trash.
const RETENTION_DAYS: i64 = 56;

/// What a batch has brought and nobody has taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    pub persons: u64,
    pub parties: u64,
    pub notes: u64,
}

pub async fn brought(read: &mut impl Reads, batch: Id<kinds::Batch>) -> Result<Brought> {
    let mut counts = [0; 3];
    for (at, table) in ["person", "party", "note"].into_iter().enumerate() {
        let sql = format!("SELECT COUNT(*) FROM {table} WHERE batch = $1 AND removed_at IS NULL");
        let row = read.one(&sql, &[batch.into()]).await?;
        counts[at] = row.map_or(0, |row| row.int(0).unsigned_abs());
    }
    let [persons, parties, notes] = counts;
    Ok(Brought {
        persons,
        parties,
        notes,
    })
}

/// The people that a batch made and nobody has taken back.
pub async fn made_by(
    read: &mut impl Reads,
    batch: Id<kinds::Batch>,
) -> Result<Vec<Id<kinds::Person>>> {
    let sql = "SELECT id FROM person WHERE batch = $1 AND removed_at IS NULL ORDER BY id";
    let rows = read.query(sql, &[batch.into()]).await?;
    Ok(rows.iter().map(|row| row.id(0)).collect())
}

/// Takes back a part of what a batch has brought, or brings back a part of what it took, in this
/// transaction, which stands in the batch of the undoing. Those in `stay` stay, and so does whoever
/// is a party by another batch. What was done, by its kind; nothing when nothing is left to do.
pub async fn undo_some(
    tx: &mut Tx,
    batch: Id<kinds::Batch>,
    stay: &HashSet<Id<kinds::Person>>,
) -> Result<Vec<(&'static str, usize)>> {
    let notes = turn::<kinds::Note>(tx, "note", batch).await?;
    for (account, id, fact) in &notes {
        note::tell(
            tx,
            *account,
            *id,
            if *fact {
                "note.removed"
            } else {
                "note.restored"
            },
        );
    }
    let parties = turn::<kinds::Party>(tx, "party", batch).await?;
    for (account, id, fact) in &parties {
        party::tell(
            tx,
            *account,
            *id,
            if *fact {
                "party.removed"
            } else {
                "party.restored"
            },
        );
    }
    if !notes.is_empty() || !parties.is_empty() {
        return Ok(vec![("notes", notes.len()), ("parties", parties.len())]);
    }
    let turned = people(tx, batch, stay).await?;
    if turned > 0 {
        return Ok(vec![("persons", turned)]);
    }
    Ok(Vec::new())
}

type Turned<K> = Vec<(Id<kinds::Account>, Id<K>, bool)>;

/// Takes rows away that the batch made, and brings those back that it took.
async fn turn<K: store::Kind>(
    tx: &mut Tx,
    table: &str,
    batch: Id<kinds::Batch>,
) -> Result<Turned<K>> {
    let sql = format!(
        "SELECT account, id, removed_at FROM {table}
         WHERE (batch = $1 AND removed_at IS NULL) OR removed_in = $1 LIMIT $2"
    );
    let rows = tx.query(&sql, &[batch.into(), count(AT_ONCE)]).await?;
    let turned = rows
        .iter()
        .map(|row| (row.id(0), row.id(1), row.opt_time(2).is_none()));
    let turned: Turned<K> = turned.collect();
    for (_, id, goes) in &turned {
        turn_one(tx, table, (*id).into(), *goes).await?;
    }
    Ok(turned)
}

async fn turn_one(tx: &mut Tx, table: &str, id: Val, goes: bool) -> Result<()> {
    let (at, own) = match goes {
        true => (Some(tx.now()), tx.act().batch),
        false => (None, None),
    };
    let sql = format!("UPDATE {table} SET removed_at = $2, removed_in = $3 WHERE id = $1");
    tx.execute(&sql, &[id, at.into(), own.into()])
        .await
        .map(|_| ())
}

async fn people(
    tx: &mut Tx,
    batch: Id<kinds::Batch>,
    stay: &HashSet<Id<kinds::Person>>,
) -> Result<usize> {
    // Whoever stays would be found again and again; they are few.
    let limit = AT_ONCE + stay.len();
    let sql = format!(
        "SELECT {COLUMNS}, removed_at FROM person
         WHERE (batch = $1 AND removed_at IS NULL AND NOT EXISTS
            (SELECT 1 FROM party WHERE party.account = person.account AND party.person = person.id
             AND party.removed_at IS NULL))
         OR removed_in = $1 LIMIT $2"
    );
    let rows = tx.query(&sql, &[batch.into(), count(limit)]).await?;
    let mut turned = 0;
    for row in &rows {
        let (person, goes) = (person(row), row.opt_time(17).is_none());
        if goes && stay.contains(&person.id) {
            continue;
        }
        turn_one(tx, "person", person.id.into(), goes).await?;
        let whole = Some(json(&person)?);
        match goes {
            true => tell(tx, &person, "person.removed", whole, None),
            false => tell(tx, &person, "person.restored", None, whole),
        }
        turned += 1;
    }
    Ok(turned)
}

/// Puts back what a batch filled in people who were here before; what has changed since stays. How
/// many were put back.
pub async fn put_back(tx: &mut Tx, batch: Id<kinds::Batch>) -> Result<usize> {
    let (mut after, mut changed) = (Position::default(), 0);
    let mut fillings = Vec::new();
    loop {
        let asked = Asked {
            after,
            batch: Some(batch),
            limit: AT_ONCE * 10,
            ..Asked::default()
        };
        let entries = journal::ask(tx, &asked).await?;
        let Some(last) = entries.last() else { break };
        after = last.position;
        for entry in entries.iter().filter(|e| e.fact == "person.changed") {
            if let (Some(was), Some(is)) = (told(&entry.before), told(&entry.after)) {
                fillings.push((Id::from_uuid(entry.id), was, is));
            }
        }
    }
    // From the last to the first: somebody may have been filled by several rows.
    for (id, was, is) in fillings.into_iter().rev() {
        let Ok(now) = find(tx, id).await else {
            continue;
        };
        let back = reverted(&now, &was, &is);
        if back != now {
            write(tx, &back).await?;
            let (before, after) = (Some(json(&now)?), Some(json(&back)?));
            tell(tx, &back, "person.changed", before, after);
            changed += 1;
        }
    }
    Ok(changed)
}

/// What the journal told of somebody.
#[derive(serde::Deserialize)]
struct Told {
    email: String,
    name: String,
    phone: String,
    #[serde(flatten)]
    known: Known,
}

fn told(text: &Option<String>) -> Option<Told> {
    serde_json::from_str(text.as_deref()?).ok()
}

fn reverted(now: &Person, was: &Told, is: &Told) -> Person {
    let mut back = now.clone();
    let put = |place: &mut String, was: &String, is: &String| {
        if place == is {
            place.clone_from(was);
        }
    };
    put(&mut back.email, &was.email, &is.email);
    put(&mut back.name, &was.name, &is.name);
    put(&mut back.phone, &was.phone, &is.phone);
    if back.known == is.known {
        back.known = was.known.clone();
    }
    back
}

/// Whether somebody had been taken back; from here on he has not.
pub(crate) async fn forget_removed(tx: &mut Tx, id: Id<kinds::Person>) -> Result<bool> {
    let sql = "UPDATE person SET removed_at = NULL, removed_in = NULL, batch = NULL
        WHERE id = $1 AND removed_at IS NOT NULL";
    Ok(tx.execute(sql, &[id.into()]).await? > 0)
}

/// Ends what was taken back longer ago than the retention: people are erased for good.
pub async fn purge(tx: &mut Tx) -> Result<u64> {
    tx.scope().demand(Right::Operate)?;
    let before = Timestamp(tx.now().0 - RETENTION_DAYS * DAY_MS);
    for table in ["note", "party"] {
        let sql = format!("DELETE FROM {table} WHERE removed_at < $1");
        tx.execute(&sql, &[before.into()]).await?;
    }
    let sql = "SELECT id FROM person WHERE removed_at < $1 LIMIT $2";
    let due = tx.query(sql, &[before.into(), count(AT_ONCE)]).await?;
    for row in &due {
        erase(tx, row.id(0)).await?;
    }
    Ok(due.len() as u64)
}
