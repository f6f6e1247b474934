//! What a trade is made of, as data.
//!
//! A *vertical* (estate, auto, services, or a fourth one that nobody has thought of) is a folder of
//! files: categories, groups, fields with types and units, enumerations, labels in four languages,
//! and the forms of its requests. This room loads it, says what is wrong with file and line, and
//! checks values against it. It knows no database, no network and no clock.

mod cells;
mod check;
mod fault;
mod fold;
mod language;
mod listing;
mod live;
mod load;
mod loose;
mod number;
mod problem;
mod reading;
mod stored;
mod value;
mod vertical;
mod whole;

pub use fault::Fault;
pub use fold::fold;
pub use language::{Label, Language};
pub use listing::{Level, Photo, Status, Values};
pub use live::Live;
pub use load::Dictionary;
pub use number::read_number;
pub use problem::Problem;
pub use value::{Date, Decimal, Money, Place, Texts, Value};
pub use vertical::{Category, Choice, Field, Group, Kind, Shape, Shown, Unit, Vertical};
