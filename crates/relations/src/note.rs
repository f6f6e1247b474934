//! What somebody wrote down about a listing or a person.

use std::collections::HashMap;

use serde::Serialize;
use store::{Change, Id, Reads, Result, Tx, Uuid, Val, kinds};
use xxhash_rust::xxh3::xxh3_128;

use crate::carrying::AT_ONCE;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    pub id: Id<kinds::Note>,
    pub person: Option<Id<kinds::Person>>,
    /// As the other system wrote the day; may be empty.
    pub said_on: String,
    pub author: String,
    pub body: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewNote {
    pub listing: Option<Id<kinds::Listing>>,
    pub person: Option<Id<kinds::Person>>,
    pub said_on: String,
    pub author: String,
    pub body: String,
}

impl NewNote {
    /// The same note about the same has the same.
    fn key(&self) -> Uuid {
        let about = (self.listing.map(Id::uuid), self.person.map(Id::uuid));
        let told = format!(
            "{about:?}\n{}\n{}\n{}",
            self.said_on, self.author, self.body
        );
        Uuid::from_u128(xxh3_128(told.as_bytes()))
    }
}

/// Writes notes down, as part of the transaction's batch; the same note about the same is kept once.
/// How many are new.
pub async fn note_many(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    new: Vec<NewNote>,
) -> Result<usize> {
    let account = tx.scope().reach(account)?;
    let (batch, now) = (tx.act().batch, tx.now());
    let mut count = 0;
    for chunk in new.chunks(AT_ONCE) {
        let mut here = here(tx, account, chunk).await?;
        let mut rows = Vec::new();
        for note in chunk {
            match here.get(&note.key()) {
                Some((_, false)) => continue,
                Some((id, true)) => {
                    let sql = "UPDATE note SET removed_at = NULL, removed_in = NULL, batch = $2
                        WHERE id = $1";
                    tx.execute(sql, &[(*id).into(), batch.into()]).await?;
                    tell(tx, account, *id, "note.restored");
                }
                None => {
                    let id = tx.id();
                    rows.push(vec![
                        Id::into(id),
                        account.into(),
                        note.listing.into(),
                        note.person.into(),
                        note.key().into(),
                        (&note.said_on).into(),
                        (&note.author).into(),
                        (&note.body).into(),
                        now.into(),
                        batch.into(),
                    ]);
                    tell(tx, account, id, "note.written");
                    here.insert(note.key(), (id, false));
                }
            }
            count += 1;
        }
        let sql = "INSERT INTO note (id, account, listing, person, key, said_on, author, body,
            created_at, batch) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        tx.many(sql, rows).await?;
    }
    Ok(count)
}

type Here = HashMap<Uuid, (Id<kinds::Note>, bool)>;

/// Which of the notes are here, and whether they were taken back.
async fn here(tx: &mut Tx, account: Id<kinds::Account>, chunk: &[NewNote]) -> Result<Here> {
    let slots: Vec<String> = (2..chunk.len() + 2).map(|n| format!("${n}")).collect();
    let keys = chunk.iter().map(|note| note.key().into());
    let vals: Vec<Val> = std::iter::once(account.into()).chain(keys).collect();
    let sql = format!(
        "SELECT id, key, removed_at FROM note WHERE account = $1 AND key IN ({})",
        slots.join(", ")
    );
    let rows = tx.query(&sql, &vals).await?;
    let known = |row: &store::Row| (row.uuid(1), (row.id(0), row.opt_time(2).is_some()));
    Ok(rows.iter().map(known).collect())
}

/// The notes about a listing, the latest day first.
pub async fn notes(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    listing: Id<kinds::Listing>,
) -> Result<Vec<Note>> {
    let account = read.scope().reach(account)?;
    let sql = "SELECT id, person, said_on, author, body FROM note
        WHERE account = $1 AND listing = $2 AND removed_at IS NULL
        ORDER BY said_on DESC, id";
    let rows = read.query(sql, &[account.into(), listing.into()]).await?;
    let note = |row: &store::Row| Note {
        id: row.id(0),
        person: row.opt_id(1),
        said_on: row.text(2).to_owned(),
        author: row.text(3).to_owned(),
        body: row.text(4).to_owned(),
    };
    Ok(rows.iter().map(note).collect())
}

/// The journal hears that it happened and not what was said: nothing in it needs erasing.
pub(crate) fn tell(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    id: Id<kinds::Note>,
    fact: &'static str,
) {
    tx.record(Change {
        account: Some(account),
        entity: "note",
        id: id.uuid(),
        fact,
        before: None,
        after: None,
    });
}
