//! Listings come in from other people's files and go out to other people's portals.
//!
//! Promises: a row ends in exactly one of accepted, unchanged, merged and refused, with a reason;
//! a row whose bytes are known writes nothing; an unreadable, empty or shrunken file removes
//! nothing; all that one file did is one batch to undo; a crash in the middle leaves whole listings
//! and the same file, given again, goes on where it stopped.

mod absent;
mod adopting;
mod album;
mod beside;
mod choices;
mod column;
mod convert;
mod dates;
mod facts;
mod feed;
mod filling;
mod finish;
mod header;
mod header_text;
mod import;
mod inspect;
mod kyero;
mod layout;
mod mapping;
mod money;
mod moved;
mod newcomers;
mod nothing;
mod options;
mod pictures;
mod place;
mod plain;
mod plates;
mod policy;
mod portal;
mod prepare;
mod preview;
mod propose;
mod publish;
mod reason;
mod record;
mod remarks;
mod remembered;
mod removal;
mod report;
mod rows;
mod sheet;
mod status;
mod store;
mod target;
mod title;
mod together;
mod tree;
mod undo;
mod unknown;
mod unnamed;
mod write;

pub use album::Pictures;
pub use import::import;
pub use inspect::{Found, Inspection, Written, inspect};
pub use mapping::{Assignment, Candidate, LEAVE_OUT, Mapping, is_target};
pub use options::Options;
pub use plain::{Trade, plain_listings};
pub use policy::{KeyBy, LastWord, Policy, Removal};
pub use portal::{PORTALS, Portal};
pub use preview::{Preview, preview};
pub use publish::{LeftOut, Published, publish};
pub use reason::Reason;
pub use remembered::{KnownFeed, correct_mapping, feed, feeds};
pub use report::{Mapped, PROBLEMS_MAX, Problem, ProblemKind, Report, State};
pub use sheet::{Sheet, SheetRow};
pub use store::{Remembered, mappings};
pub use together::{Members, Together, join_key};
pub use undo::{Beyond, undo, undo_keyed, undo_preview};
pub use unknown::UnknownValue;

pub const MIGRATIONS: &[::store::Migration] = &[
    ::store::Migration {
        name: "exchange/0001",
        sql: include_str!("../migrations/0001.sql"),
    },
    ::store::Migration {
        name: "exchange/0002",
        sql: include_str!("../migrations/0002.sql"),
    },
    ::store::Migration {
        name: "exchange/0003",
        sql: include_str!("../migrations/0003.sql"),
    },
    ::store::Migration {
        name: "exchange/0004",
        sql: include_str!("../migrations/0004.sql"),
    },
];
