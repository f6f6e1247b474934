//! Drawn pictures: flat colours, ink lines, hatching and one red mark, as on a surveyor's sheet.

pub(crate) mod block;
pub(crate) mod car;
pub(crate) mod house;
pub(crate) mod land;
pub(crate) mod logo;
mod outline;
mod parts;
pub(crate) mod plan;
pub(crate) mod rooms;
pub(crate) mod scenery;
pub(crate) mod sheet;
mod things;
pub(crate) mod trade;
pub(crate) mod view;
mod work;

#[cfg(test)]
mod contact;
