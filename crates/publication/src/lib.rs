//! Listings go out to other people's portals, and it is known of each on each what should be there,
//! what was sent, what the portal said, and when it was last seen there with our own eyes.
//!
//! Promises: what is wanted follows the journal and nothing else, so a change by whatever door goes
//! out; what a portal would refuse is not sent, and why is said before; a call that was not answered
//! may have been heard, and is made again until the portal's answer is known; what the portal lists
//! is compared with what should be there, and mended; every change of a state is a row of the
//! journal with its reason. It knows no portal by name: what a portal is, is data (`portal`).

mod channel;
mod facts;
mod feed;
mod impact;
mod lane;
mod planning;
mod publication;
mod reconciler;
mod sending;
mod store;
mod transition;
mod verifying;

pub use channel::{
    Channel, ChannelEdit, NewChannel, add, change, channels, find_channel, remove, send_again,
};
pub use feed::{Feed, Served};
pub use impact::{Hit, Impact, impact, missing};
pub use lane::audit;
pub use planning::Ground;
pub use publication::{Publication, Reason, State};
pub use reconciler::{Reconciler, work_until_quiet};
pub use store::{counts, in_state, listings_in, of_channel, of_listing, on_all};
pub use verifying::Verified;

pub const MIGRATIONS: &[::store::Migration] = &[::store::Migration {
    name: "publication/0001",
    sql: include_str!("../migrations/0001.sql"),
}];
