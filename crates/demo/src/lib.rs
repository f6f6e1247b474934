//! A believable world made from a seed: accounts, listings, texts and drawn pictures.
//!
//! The same seed makes the same world. What is made is pure; only [`write`] knows a store, and it
//! is told where pictures are kept.

mod asking;
mod chance;
mod draw;
mod filling;
mod pool;
mod telling;
mod world;
mod write;

pub use pool::Motif;
pub use world::{Business, Offer, Scale, World};
pub use write::{DAYS, Keep, LOGINS, Login, PASSWORD, Progress, Written, write};
