//! Somebody else's site, described as data: a folder `portals/<name>/`.
//!
//! `portal.toml` says what the portal is, how it is reached and how often; `record.toml` how a
//! record of it is made of a listing, and how its answers are read; `rules.toml` what it refuses,
//! by versions with the day from which each holds; `codes.toml` what its error codes mean. All of it
//! is compiled once. It knows no database and no network: who sends reads it.

mod call;
mod cell;
mod charset;
mod codes;
mod folder;
mod frame;
mod moment;
mod portal;
mod record;
mod rules;
mod source;
mod table;
mod told;
mod write;

pub use call::{Answer, Call, Listed, Refusal};
pub use cell::Unmapped;
pub use charset::Charset;
pub use codes::Code;
pub use folder::{Portals, read, shipped};
pub use frame::{Frame, Sender};
pub use moment::Moment;
pub use portal::{Format, Items, Portal, Removal, Rows, Setting, Tree, Way};
pub use record::{Record, View};
pub use rules::{Missing, Rules, Version};
pub use told::Told;
