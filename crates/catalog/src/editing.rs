//! Listings change: a person's edit of one, an import's of many.

use std::collections::BTreeMap;
use std::sync::Arc;

use ::store::{Error, Id, Reads, Result, Tx, Wrong, kinds};
use dictionary::{Dictionary, Photo, Status, Value};

use crate::facts::{Fact, tell};
use crate::{Listing, edited, find, find_many, state, store};

/// What a person wants to be different. A value of `None` empties the field.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub category: Option<Arc<str>>,
    pub status: Option<Status>,
    pub reference: Option<String>,
    pub values: BTreeMap<Arc<str>, Option<Value>>,
    pub photos: Option<Vec<Photo>>,
    /// Refuses when somebody changed the listing since this version was read.
    pub expected_version: Option<i64>,
}

/// Changes one listing and checks the result against its dictionary; an edit that changes nothing
/// writes nothing.
pub async fn edit(
    tx: &mut Tx,
    dictionary: &Dictionary,
    id: Id<kinds::Listing>,
    edit: Edit,
) -> Result<Listing> {
    let before = find(tx, dictionary, id)
        .await?
        .ok_or(Error::NotFound { what: "listing" })?;
    if edit
        .expected_version
        .is_some_and(|expected| expected != before.version)
    {
        return Err(overtaken());
    }
    let mut after = before.clone();
    after.category = edit.category.unwrap_or(after.category);
    after.status = edit.status.unwrap_or(after.status);
    after.reference = edit.reference.unwrap_or(after.reference);
    after.photos = edit.photos.unwrap_or(after.photos);
    for (field, value) in edit.values {
        match value {
            Some(value) => after.values.insert(field, value),
            None => after.values.remove(&field),
        };
    }
    check(dictionary, &after)?;
    update_many(tx, vec![(before, after.clone())]).await?;
    find(tx, dictionary, id)
        .await?
        .ok_or(Error::NotFound { what: "listing" })
}

/// The same as a batch of its own, so that one click undoes it; no batch when nothing changed.
pub async fn edit_as_batch(
    tx: &mut Tx,
    dictionary: &Dictionary,
    before: &Listing,
    edit: Edit,
    label: &str,
) -> Result<(Listing, Option<Id<kinds::Batch>>)> {
    let after = self::edit(tx, dictionary, before.id, edit).await?;
    if after.version == before.version {
        return Ok((after, None));
    }
    let batch = tx
        .become_batch(after.account, "edit", label, "{\"changed\":1}")
        .await?;
    Ok((after, Some(batch)))
}

/// Gives many listings of one account another status, as one batch; those that have it already
/// stay as they are. How many changed.
pub async fn restate_as_batch(
    tx: &mut Tx,
    dictionary: &Dictionary,
    account: Id<kinds::Account>,
    ids: &[Id<kinds::Listing>],
    status: Status,
    label: &str,
) -> Result<(usize, Option<Id<kinds::Batch>>)> {
    let found = find_many(tx, dictionary, ids).await?;
    let own = found
        .into_iter()
        .filter(|l| l.account == account && l.status != status);
    let pairs: Vec<_> = own.map(|l| (l.clone(), Listing { status, ..l })).collect();
    let changed = update_many(tx, pairs).await?;
    if changed == 0 {
        return Ok((0, None));
    }
    let counts = format!("{{\"changed\":{changed}}}");
    let batch = tx.become_batch(account, "edit", label, &counts).await?;
    Ok((changed, Some(batch)))
}

/// Writes the second of each pair over the first, one journal row each with what changed; returns
/// how many really differed. The pairs were read in this transaction or carry their version.
pub async fn update_many(tx: &mut Tx, pairs: Vec<(Listing, Listing)>) -> Result<usize> {
    let now = tx.now();
    edited::note(tx, &pairs).await?;
    let mut changed = Vec::with_capacity(pairs.len());
    for (before, mut after) in pairs {
        tx.scope().reach(before.account)?;
        if let Some((was, is)) = state::difference(&before, &after) {
            (after.version, after.updated_at) = (before.version + 1, now);
            (after.id, after.account) = (before.id, before.account);
            tell(
                tx,
                Fact::of_edit(&before, &after),
                &after,
                Some(was),
                Some(is),
            );
            changed.push(after);
        }
    }
    let written = store::update(tx, &changed.iter().collect::<Vec<_>>()).await?;
    if written != changed.len() as u64 {
        return Err(overtaken());
    }
    Ok(changed.len())
}

/// Refuses what the dictionary does not allow, field by field.
pub(crate) fn check(dictionary: &Dictionary, listing: &Listing) -> Result<()> {
    let Some(vertical) = dictionary.vertical(&listing.vertical) else {
        return Err(Error::NotFound { what: "vertical" });
    };
    let problems = vertical.check(&listing.category, &listing.values);
    if problems.is_empty() {
        return Ok(());
    }
    let wrong = problems
        .into_iter()
        .map(|p| Wrong {
            field: p.field,
            code: p.code,
            message: p.message,
        })
        .collect();
    Err(Error::Invalid { wrong })
}

fn overtaken() -> Error {
    Error::conflict(
        "listing_overtaken",
        [
            "Quelqu’un d’autre a modifié cette annonce entre-temps ; rechargez-la",
            "Iemand anders heeft dit pand intussen gewijzigd; laad het opnieuw",
            "Somebody else has changed this listing in the meantime; load it again",
            "Jemand anders hat diesen Eintrag inzwischen geändert; laden Sie ihn neu",
        ],
    )
}
