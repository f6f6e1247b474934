//! Drawn pictures: flat colours, ink lines, hatching and one red mark, as on a surveyor's sheet.

pub(crate) mod house;
pub(crate) mod scenery;
pub(crate) mod sheet;

#[cfg(test)]
mod contact;
