//! A believable world made from a seed: accounts, listings, texts and drawn pictures.
//!
//! The same seed makes the same world. What is made is pure; only `write` knows a store.

mod chance;
mod draw;
