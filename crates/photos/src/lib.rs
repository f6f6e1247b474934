//! Pictures that a feed names by address are fetched in the background, and only when they changed.
//!
//! Promises: what is to be fetched is written in the transaction that writes the listing; an
//! address whose picture we hold is not asked again, or asked on a condition where its owner says
//! that pictures change under their address; the same bytes are kept once; the order is the
//! listing's; an address that gives no picture is told with its row and its reason, and tried again
//! the next night. Hosts are asked by few at a time and left alone when they say so. It knows no
//! file and no mapping.

mod ask;
mod errand;
mod fault;
mod fetcher;
mod manners;
mod settle;
mod signed;
mod store;
mod tally;

pub use errand::{Wanted, ask_anew, is_address, try_again, want};
pub use fetcher::Fetcher;
pub use manners::{Manners, PHOTO_BYTES_MAX};
pub use signed::unsigned;
pub use tally::{Counts, Failure, Figures, asked, counts, failures, figures};

pub const MIGRATIONS: &[::store::Migration] = &[::store::Migration {
    name: "photos/0001",
    sql: include_str!("../migrations/0001.sql"),
}];
