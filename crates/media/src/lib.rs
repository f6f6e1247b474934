//! The object store: photos and documents by the hash of their content, in few large files.
//!
//! Promises: an object that was acknowledged is on the disk; a torn end of a segment is cut and
//! costs nothing that was acknowledged; the same bytes are kept once; pictures are looked at before
//! they are kept. It knows no listing, and nothing of who owns what.

mod files;
mod picture;
mod segments;

pub use files::{Files, Incoming, Kept};
pub use picture::{PIXELS_MAX, Packing, Picture, WIDTHS, inspect, variant};
pub use segments::{Objects, hash_of};

/// Larger uploads are refused.
pub const OBJECT_BYTES_MAX: usize = 30 << 20;
