//! The whole history out of another system: several files with references between them.
//!
//! Promises: which file holds what, and by which columns they name each other, is found out from
//! what stands in them and told with its confidence; below a threshold it is asked and nothing is
//! written. All of it is one batch, which an undoing takes back whole; cut off in the middle, the
//! same files given again finish it. What names something that is not there is told with its line
//! and not taken.

mod answers;
mod carry;
mod holds;
mod joins;
mod notes;
mod parcel;
mod people;
mod pieces;
mod plan;
mod remarks;
mod report;
mod run;
mod table;
mod undo;
mod words;
mod words_text;

pub use answers::{Answers, Join};
pub use holds::Holds;
pub use parcel::Parcel;
pub use report::{FileReport, Found, Joined, Orphans, Question, Report, Taken};
pub use run::{BATCH_KIND, Options, migrate};
pub use undo::{UNDO_DAYS, is_in_time, undo, undo_keyed, undo_preview, undo_until};
