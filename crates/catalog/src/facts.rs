//! All that the journal may ever hear from this room. A meaning never changes.

use ::store::{Change, Tx};

use crate::{Listing, state};

pub(crate) const ENTITY: &str = "listing";

/// What can happen to a listing. The fact that names a status comes before the general one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    Created,
    Changed,
    Published,
    Reserved,
    Sold,
    Withdrawn,
    Trashed,
    Restored,
    Purged,
}

impl Fact {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Fact::Created => "listing.created",
            Fact::Changed => "listing.changed",
            Fact::Published => "listing.published",
            Fact::Reserved => "listing.reserved",
            Fact::Sold => "listing.sold",
            Fact::Withdrawn => "listing.withdrawn",
            Fact::Trashed => "listing.trashed",
            Fact::Restored => "listing.restored",
            Fact::Purged => "listing.purged",
        }
    }

    /// The fact of an edit: a new status says more than "changed".
    pub(crate) fn of_edit(before: &Listing, after: &Listing) -> Fact {
        use dictionary::Status;
        if before.status == after.status {
            return Fact::Changed;
        }
        match after.status {
            Status::Live => Fact::Published,
            Status::Reserved => Fact::Reserved,
            Status::Sold => Fact::Sold,
            Status::Withdrawn => Fact::Withdrawn,
            Status::Draft => Fact::Changed,
        }
    }
}

pub(crate) fn tell_whole(tx: &mut Tx, fact: Fact, listing: &Listing) {
    let whole = Some(state::whole(listing));
    let (before, after) = if fact == Fact::Trashed {
        (whole, None)
    } else {
        (None, whole)
    };
    tell(tx, fact, listing, before, after);
}

/// A new listing, whose whole state is written already.
pub(crate) fn tell_created(tx: &mut Tx, listing: &Listing, whole: String) {
    tell(tx, Fact::Created, listing, None, Some(whole));
}

pub(crate) fn tell(
    tx: &mut Tx,
    fact: Fact,
    listing: &Listing,
    before: Option<String>,
    after: Option<String>,
) {
    tx.record(Change {
        account: Some(listing.account),
        entity: ENTITY,
        id: listing.id.uuid(),
        fact: fact.key(),
        before,
        after,
    });
}
