//! Requests to addresses that somebody else wrote: a feed's, or the pictures' that it names.
//!
//! Promises: none leads into the operator's own network unless he allows it, neither by its host,
//! nor by what its name resolves to, nor by a redirect; each ends within its times. It knows
//! nothing of what is fetched.

mod client;
mod guard;

pub use client::{Patience, client, told};
pub use guard::Reach;
