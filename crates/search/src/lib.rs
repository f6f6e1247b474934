//! The index of public listings, in the memory of each node.
//!
//! A mirror: it follows the journal, holds only what the public may see, and can be dropped and
//! rebuilt from the tables at any time. A change is visible the moment it is applied; a query
//! touches neither the database nor the disk. Nothing here writes anything.
//!
//! Each vertical is a partition with its own numbering in the order of creation, so that "the
//! newest twenty" is a walk from the top that stops at twenty.

mod answer;
mod column;
mod follow;
mod index;
mod partition;
mod query;
mod terms;
mod words;

pub use follow::{catch_up, follow, rebuild};
pub use index::Index;
pub use query::{Answer, Bounds, Facet, Hit, Near, Query, Sort};
