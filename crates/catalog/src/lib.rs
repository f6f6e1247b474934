//! Listings: what somebody offers, described by the dictionary of its trade.
//!
//! Promises: each verb changes rows and tells the journal one fact, with only the fields that
//! changed; a deleted listing lies in the trash until its retention is over; any batch can be
//! undone, showing first what would change and what somebody has changed since.
//! It knows nothing of sites, indexes or portals: they read the journal.

mod creating;
mod documents;
mod duplicates;
mod edited;
mod editing;
mod facts;
mod finding;
mod history;
mod listing;
mod state;
mod store;
mod trashing;
mod undoing;

pub use creating::{create, create_many};
pub use documents::{
    Document, NewDocument, attach_many, document, documents, documents_of_batch, undo_documents,
};
pub use duplicates::{Alike, Duplicate, Duplicates, Twin, Where, duplicates};
pub use edited::{Edited, edited, filled, let_go, to_be_filled};
pub use editing::{Edit, edit, edit_as_batch, restate_as_batch, update_many};
pub use finding::{
    Filter, by_references, children, find, find_many, list, page_of_account, page_of_all,
};
pub use history::{as_of, history};
pub use listing::{Listing, NewListing, TELLS_PRICE};
pub use trashing::{RETENTION_DAYS, Trashed, purge, restore, trash, trash_as_batch, trashed};
pub use undoing::{Collision, UndoReport, touched, undo_preview, undo_some, undoable, undone_by};

/// The steps of this room's schema.
pub const MIGRATIONS: &[::store::Migration] = &[
    ::store::Migration {
        name: "catalog/0001",
        sql: include_str!("../migrations/0001.sql"),
    },
    ::store::Migration {
        name: "catalog/0002",
        sql: include_str!("../migrations/0002.sql"),
    },
    ::store::Migration {
        name: "catalog/0003",
        sql: include_str!("../migrations/0003.sql"),
    },
    ::store::Migration {
        name: "catalog/0004",
        sql: include_str!("../migrations/0004.sql"),
    },
    ::store::Migration {
        name: "catalog/0005",
        sql: include_str!("../migrations/0005.sql"),
    },
];

/// Listings are read and written this many at a time, so that memory stays flat and whoever edits
/// one meanwhile does not wait long.
pub const CHUNK: usize = 1_000;
