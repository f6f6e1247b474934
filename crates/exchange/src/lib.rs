//! Listings come in from other people's files and go out to other people's portals.
//!
//! Promises: a row ends in exactly one of accepted, unchanged, merged and refused, with a reason;
//! a row whose bytes are known writes nothing; an unreadable, empty or shrunken file removes
//! nothing; all that one file did is one batch to undo; a crash in the middle leaves whole listings
//! and the same file, given again, goes on where it stopped.

mod adopting;
mod convert;
mod drafts;
mod feed;
mod import;
mod inspect;
mod kyero;
mod mapping;
mod portal;
mod preview;
mod propose;
mod publish;
mod record;
mod remembered;
mod removal;
mod report;
mod rows;
mod store;
mod undo;
mod write;

pub use drafts::drafts;
pub use import::{Options, import};
pub use inspect::{Found, Inspection, Written, inspect};
pub use mapping::{Assignment, Mapping};
pub use portal::{PORTALS, Portal};
pub use preview::{Preview, preview};
pub use publish::{LeftOut, Published, publish};
pub use remembered::{KnownFeed, correct_mapping, feed, feeds};
pub use report::{PROBLEMS_MAX, Problem, ProblemKind, Report};
pub use undo::{undo, undo_keyed, undo_preview};

pub const MIGRATIONS: &[::store::Migration] = &[::store::Migration {
    name: "exchange/0001",
    sql: include_str!("../migrations/0001.sql"),
}];
