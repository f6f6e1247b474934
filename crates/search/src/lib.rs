//! The index of public listings, in the memory of each node.
//!
//! A mirror: it follows the journal, holds only what the public may see, and can be dropped and
//! rebuilt from the tables at any time. A change is visible the moment it is applied; a query
//! touches no database and finds in memory; only the listings it shows are read from a file. The
//! index is saved now and then, so that a start takes up where the last one ended.
//!
//! Each vertical is a partition with its own numbering in the order of creation, so that "the
//! newest twenty" is a walk from the top that stops at twenty.

mod answer;
mod column;
mod documents;
mod follow;
mod index;
mod order;
mod partition;
mod query;
mod snapshot;
mod terms;
mod words;
mod written;

pub use follow::{Followed, catch_up, follow, open, rebuild};
pub use index::Index;
pub use partition::Stock;
pub use query::{Answer, Bounds, Facet, Hit, Near, Query, Sort};
