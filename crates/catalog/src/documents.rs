//! Files of a listing that are no pictures: deeds, certificates, plans for print.

use std::collections::HashMap;

use ::store::{Change, Id, Reads, Result, Row, Timestamp, Tx, Val, kinds};
use serde::Serialize;

const ENTITY: &str = "document";
const COLUMNS: &str = "id, account, listing, name, kind, hash, bytes, created_at";
/// So many are written or taken back in one statement.
const AT_ONCE: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    pub id: Id<kinds::Document>,
    pub account: Id<kinds::Account>,
    pub listing: Id<kinds::Listing>,
    /// As its sender called it; never a path to write to.
    pub name: String,
    /// What it is, in the words of whoever sent it; may be empty.
    pub kind: String,
    /// Under which the raw file is kept.
    pub hash: String,
    pub bytes: i64,
    pub created_at: Timestamp,
}

/// A document before it is a listing's; its bytes are kept already.
#[derive(Clone, Debug)]
pub struct NewDocument {
    pub listing: Id<kinds::Listing>,
    pub name: String,
    pub kind: String,
    pub hash: String,
    pub bytes: i64,
}

/// Gives listings their documents, as part of the transaction's batch. The same file under the same
/// name is the listing's once. How many are new.
pub async fn attach_many(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    new: Vec<NewDocument>,
) -> Result<usize> {
    let account = tx.scope().reach(account)?;
    let mut count = 0;
    for chunk in new.chunks(AT_ONCE) {
        let mut known = here(tx, account, chunk).await?;
        let (mut rows, mut back) = (Vec::new(), Vec::new());
        for document in chunk {
            let key = (
                document.listing,
                document.name.clone(),
                document.hash.clone(),
            );
            match known.get(&key) {
                Some((_, false)) => {}
                Some((id, true)) => back.push((*id, document.listing)),
                None => {
                    let id = tx.id();
                    rows.push(row_of(tx, account, id, document));
                    tell(tx, account, id, "document.attached", document.listing);
                    known.insert(key, (id, false));
                }
            }
        }
        count += rows.len() + back.len();
        let slots = "$1, $2, $3, $4, $5, $6, $7, $8, $9";
        let sql = format!("INSERT INTO document ({COLUMNS}, batch) VALUES ({slots})");
        tx.many(&sql, rows).await?;
        let batch = tx.act().batch;
        for (id, listing) in back {
            let sql = "UPDATE document SET removed_at = NULL, removed_in = NULL, batch = $2
                WHERE id = $1";
            tx.execute(sql, &[id.into(), batch.into()]).await?;
            tell(tx, account, id, "document.restored", listing);
        }
    }
    Ok(count)
}

type Here = HashMap<(Id<kinds::Listing>, String, String), (Id<kinds::Document>, bool)>;

/// The documents of the same listings that are here, and whether they were taken back.
async fn here(tx: &mut Tx, account: Id<kinds::Account>, chunk: &[NewDocument]) -> Result<Here> {
    let slots: Vec<String> = (2..chunk.len() + 2).map(|n| format!("${n}")).collect();
    let ids = chunk.iter().map(|d| d.listing.into());
    let vals: Vec<Val> = std::iter::once(account.into()).chain(ids).collect();
    let sql = format!(
        "SELECT id, listing, name, hash, removed_at FROM document
         WHERE account = $1 AND listing IN ({})",
        slots.join(", ")
    );
    let rows = tx.query(&sql, &vals).await?;
    let known = rows.iter().map(|row| {
        let key = (row.id(1), row.text(2).to_owned(), row.text(3).to_owned());
        (key, (row.id(0), row.opt_time(4).is_some()))
    });
    Ok(known.collect())
}

fn row_of(
    tx: &Tx,
    account: Id<kinds::Account>,
    id: Id<kinds::Document>,
    new: &NewDocument,
) -> Vec<Val> {
    vec![
        id.into(),
        account.into(),
        new.listing.into(),
        (&new.name).into(),
        (&new.kind).into(),
        (&new.hash).into(),
        new.bytes.into(),
        tx.now().into(),
        tx.act().batch.into(),
    ]
}

/// The documents of a listing, by name.
pub async fn documents(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    listing: Id<kinds::Listing>,
) -> Result<Vec<Document>> {
    let account = read.scope().reach(account)?;
    let sql = format!(
        "SELECT {COLUMNS} FROM document
         WHERE account = $1 AND listing = $2 AND removed_at IS NULL ORDER BY name, id"
    );
    let rows = read.query(&sql, &[account.into(), listing.into()]).await?;
    Ok(rows.iter().map(document_of).collect())
}

/// How many documents a batch has brought and nobody has taken back.
pub async fn documents_of_batch(read: &mut impl Reads, batch: Id<kinds::Batch>) -> Result<u64> {
    let sql = "SELECT COUNT(*) FROM document WHERE batch = $1 AND removed_at IS NULL";
    let row = read.one(sql, &[batch.into()]).await?;
    Ok(row.map_or(0, |row| row.int(0).unsigned_abs()))
}

/// Takes back some of the documents that a batch has brought, or brings back some that it took; the
/// transaction stands in the batch of the undoing. How many; 0 when nothing is left to do.
pub async fn undo_documents(tx: &mut Tx, batch: Id<kinds::Batch>) -> Result<usize> {
    let own = tx.act().batch;
    let sql = "SELECT id, account, listing, removed_at FROM document
        WHERE (batch = $1 AND removed_at IS NULL) OR removed_in = $1 LIMIT $2";
    let vals = [batch.into(), ::store::count(AT_ONCE)];
    let rows = tx.query(sql, &vals).await?;
    for row in &rows {
        let (id, account, listing) = (row.id(0), row.id(1), row.id(2));
        let (at, removed_in, fact) = match row.opt_time(3) {
            None => (Some(tx.now()), own, "document.removed"),
            Some(_) => (None, None, "document.restored"),
        };
        let sql = "UPDATE document SET removed_at = $2, removed_in = $3 WHERE id = $1";
        tx.execute(sql, &[Id::into(id), at.into(), removed_in.into()])
            .await?;
        tell(tx, account, id, fact, listing);
    }
    Ok(rows.len())
}

/// One document, if the scope reaches it.
pub async fn document(read: &mut impl Reads, id: Id<kinds::Document>) -> Result<Option<Document>> {
    let sql = format!("SELECT {COLUMNS} FROM document WHERE id = $1 AND removed_at IS NULL");
    let found = read
        .one(&sql, &[id.into()])
        .await?
        .as_ref()
        .map(document_of);
    Ok(found.filter(|d| read.scope().reach(d.account).is_ok()))
}

fn tell(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    id: Id<kinds::Document>,
    fact: &'static str,
    listing: Id<kinds::Listing>,
) {
    let told = Some(format!("{{\"listing\":\"{listing}\"}}"));
    let (before, after) = match fact {
        "document.removed" => (told, None),
        _ => (None, told),
    };
    tx.record(Change {
        account: Some(account),
        entity: ENTITY,
        id: id.uuid(),
        fact,
        before,
        after,
    });
}

fn document_of(row: &Row) -> Document {
    Document {
        id: row.id(0),
        account: row.id(1),
        listing: row.id(2),
        name: row.text(3).to_owned(),
        kind: row.text(4).to_owned(),
        hash: row.text(5).to_owned(),
        bytes: row.int(6),
        created_at: row.time(7),
    }
}
