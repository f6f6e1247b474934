//! Drawn pictures: flat colours, ink lines, hatching and one red mark, as on a surveyor's sheet.

pub(crate) mod block;
pub(crate) mod car;
pub(crate) mod house;
pub(crate) mod logo;
pub(crate) mod rooms;
pub(crate) mod scenery;
pub(crate) mod sheet;
pub(crate) mod trade;

#[cfg(test)]
mod contact;
