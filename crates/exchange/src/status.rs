//! The words for what became of a listing.

use dictionary::{Status, fold};

pub(crate) fn status_of(cell: &str) -> Status {
    match fold(cell).as_str() {
        "sold" | "vendu" | "vendue" | "verkocht" | "verkauft" | "rented" | "loue" | "verhuurd"
        | "vermietet" | "leased" | "let" | "let agreed" | "vendido" | "alquilado" => Status::Sold,
        "reserved" | "option" | "under option" | "reserve" | "sous option" | "reserviert"
        | "under offer" | "onder bod" | "onder optie" | "onder voorbehoud" | "sold stc" => {
            Status::Reserved
        }
        "draft" | "brouillon" | "prospect" => Status::Draft,
        "withdrawn" | "retire" | "inactive" | "archived" | "offmarket" | "off market"
        | "delete" | "deleted" | "suspended" | "ingetrokken" | "cancelled" | "expired" => {
            Status::Withdrawn
        }
        _ => Status::Live,
    }
}
