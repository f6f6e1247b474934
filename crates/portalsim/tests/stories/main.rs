//! Other people's portals as they are played, over real HTTP.

mod aviv;
mod faults;
mod program;
mod pull;
mod rtdf;
mod stage;
mod zpg;
