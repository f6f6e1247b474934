//! What somebody has to do with a listing: its owner, its buyer, who rents it.

use std::collections::HashMap;

use serde::Serialize;
use store::{Change, Id, Reads, Result, Tx, Val, kinds};

use crate::carrying::AT_ONCE;

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Party {
    pub person: Id<kinds::Person>,
    pub name: String,
    /// `owner`, `buyer`, `tenant` …, or the other system's word.
    pub role: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NewParty {
    pub listing: Id<kinds::Listing>,
    pub person: Id<kinds::Person>,
    pub role: String,
}

/// Makes people parties of listings, as part of the transaction's batch; one is a party in a role
/// once. How many are new.
pub async fn join_many(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    new: Vec<NewParty>,
) -> Result<usize> {
    let account = tx.scope().reach(account)?;
    let batch = tx.act().batch;
    let mut count = 0;
    for chunk in new.chunks(AT_ONCE) {
        let mut here = here(tx, account, chunk).await?;
        let mut rows = Vec::new();
        for party in chunk {
            match here.get(party) {
                Some((_, false)) => continue,
                Some((id, true)) => {
                    let sql = "UPDATE party SET removed_at = NULL, removed_in = NULL, batch = $2
                        WHERE id = $1";
                    tx.execute(sql, &[(*id).into(), batch.into()]).await?;
                    tell(tx, account, *id, "party.restored");
                }
                None => {
                    let id = tx.id();
                    rows.push(vec![
                        Id::into(id),
                        account.into(),
                        party.listing.into(),
                        party.person.into(),
                        (&party.role).into(),
                        batch.into(),
                    ]);
                    tell(tx, account, id, "party.joined");
                    here.insert(party.clone(), (id, false));
                }
            }
            count += 1;
        }
        let sql = "INSERT INTO party (id, account, listing, person, role, batch)
            VALUES ($1, $2, $3, $4, $5, $6)";
        tx.many(sql, rows).await?;
    }
    Ok(count)
}

type Here = HashMap<NewParty, (Id<kinds::Party>, bool)>;

/// The parties that are here of the same people, and whether they were taken back.
async fn here(tx: &mut Tx, account: Id<kinds::Account>, chunk: &[NewParty]) -> Result<Here> {
    let slots: Vec<String> = (2..chunk.len() + 2).map(|n| format!("${n}")).collect();
    let ids = chunk.iter().map(|p| p.person.into());
    let vals: Vec<Val> = std::iter::once(account.into()).chain(ids).collect();
    let sql = format!(
        "SELECT id, listing, person, role, removed_at FROM party
         WHERE account = $1 AND person IN ({})",
        slots.join(", ")
    );
    let rows = tx.query(&sql, &vals).await?;
    let known = rows.iter().map(|row| {
        let party = NewParty {
            listing: row.id(1),
            person: row.id(2),
            role: row.text(3).to_owned(),
        };
        (party, (row.id(0), row.opt_time(4).is_some()))
    });
    Ok(known.collect())
}

/// The parties of a listing, by role and name.
pub async fn parties(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    listing: Id<kinds::Listing>,
) -> Result<Vec<Party>> {
    let account = read.scope().reach(account)?;
    let sql = "SELECT person.id, person.name, party.role FROM party
        JOIN person ON person.account = party.account AND person.id = party.person
        WHERE party.account = $1 AND party.listing = $2 AND party.removed_at IS NULL
          AND person.removed_at IS NULL
        ORDER BY party.role, person.name, person.id";
    let rows = read.query(sql, &[account.into(), listing.into()]).await?;
    let party = |row: &store::Row| Party {
        person: row.id(0),
        name: row.text(1).to_owned(),
        role: row.text(2).to_owned(),
    };
    Ok(rows.iter().map(party).collect())
}

/// The journal hears that it happened and not to whom: nothing in it needs erasing.
pub(crate) fn tell(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    id: Id<kinds::Party>,
    fact: &'static str,
) {
    tx.record(Change {
        account: Some(account),
        entity: "party",
        id: id.uuid(),
        fact,
        before: None,
        after: None,
    });
}
