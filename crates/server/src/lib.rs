//! HTTP: public sites by hostname, the API, the office. Thin: parse, call one capability, render.

mod accent;
mod api;
mod assets;
mod deps;
mod figures;
mod limits;
mod meters;
mod office;
mod pack;
mod process;
mod published;
mod router;
mod serve;
mod site;
mod sites;
mod text;

pub use accent::Colour;
pub use api::listings::listing_json;
pub use api::openapi::openapi;
pub use api::routes::{ROUTES, Route};
pub use deps::Deps;
pub use router::router;
pub use serve::{Config, serve};
pub use site::query::query_of_line;
pub use sites::{Site, Sites};

/// The schema's steps of all rooms, in the order of the rooms.
pub fn migrations() -> Vec<store::Migration> {
    [
        catalog::MIGRATIONS,
        photos::MIGRATIONS,
        exchange::MIGRATIONS,
        publication::MIGRATIONS,
        relations::MIGRATIONS,
        enquiries::MIGRATIONS,
        arrivals::MIGRATIONS,
    ]
    .concat()
}
