//! What happened to a listing, and the listing as it was.

use ::store::journal::{self, Asked, ENTRIES_MAX};
use ::store::{Entry, Id, Reads, Result, Timestamp, kinds};
use dictionary::{Dictionary, Status};

use crate::facts::ENTITY;
use crate::{Listing, state};

/// All that the journal knows of it, oldest first.
pub async fn history(read: &mut impl Reads, id: Id<kinds::Listing>) -> Result<Vec<Entry>> {
    let asked = Asked {
        entity_id: Some(id.uuid()),
        limit: ENTRIES_MAX,
        ..Asked::default()
    };
    let entries = journal::ask(read, &asked).await?;
    Ok(entries
        .into_iter()
        .filter(|entry| entry.entity == ENTITY)
        .collect())
}

/// The listing at an instant, told from its history; None before it was made and while it lay in
/// the trash.
pub async fn as_of(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    id: Id<kinds::Listing>,
    at: Timestamp,
) -> Result<Option<Listing>> {
    let mut listing: Option<Listing> = None;
    for entry in history(read, id)
        .await?
        .iter()
        .take_while(|entry| entry.at <= at)
    {
        let (Some(account), after) = (entry.account, &entry.after) else {
            continue;
        };
        match (listing.as_mut(), after) {
            (Some(listing), Some(told)) => {
                state::put(listing, told, dictionary)?;
                listing.version += 1;
                listing.updated_at = entry.at;
            }
            (None, Some(told)) => {
                let mut first = blank(id, account, entry.at);
                state::put(&mut first, told, dictionary)?;
                listing = Some(first);
            }
            (_, None) if entry.fact == "listing.trashed" => listing = None,
            (_, None) => {}
        }
    }
    Ok(listing)
}

pub(crate) fn blank(id: Id<kinds::Listing>, account: Id<kinds::Account>, at: Timestamp) -> Listing {
    Listing {
        id,
        account,
        vertical: "".into(),
        category: "".into(),
        status: Status::Draft,
        parent: None,
        level: None,
        reference: String::new(),
        values: Default::default(),
        photos: Vec::new(),
        created_at: at,
        updated_at: at,
        version: 1,
    }
}
