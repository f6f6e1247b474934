//! The shapes of what is offered twice.

use super::shape::{Members, count, id, list, object, of, or_null, text, words, yes};
use crate::api::openapi::reference;
use crate::api::params::STATUSES;

const REASONS: &[&str] = &[
    "vin",
    "page_url",
    "plate",
    "address",
    "photos",
    "portal_id",
    "car",
    "car_repriced",
    "facts",
];

#[rustfmt::skip]
pub fn shapes() -> Members {
    vec![
        ("Duplicates", object("What is offered twice, by one account or by several", vec![
            ("looked", count("How many listings were compared; at most a minute ago")), ("total", count("Groups in all")),
            ("too_common", count("What more than 20 listings have in common, and what was therefore not believed")),
            ("groups", list(reference("Duplicate"))), ("cursor", or_null(text("For the next page"))),
        ])),
        ("Duplicate", object("Listings that are one thing", vec![
            ("confidence", of("number", "How sure that is, from 0 to 1")),
            ("reasons", list(object("Why", vec![("code", words(REASONS, "Stable, for programs")), ("said", text("In the reader's language"))]))),
            ("listings", list(object("One of them; of another account only what the public sees", vec![
                ("id", id("lst")), ("account", id("acc")), ("account_name", or_null(text(""))), ("own", yes("Whether the caller may read it with `read_own_listing`")),
                ("reference", text("")), ("title", text("")), ("status", words(STATUSES, "")),
                ("photo", or_null(text("Where its first picture is"))), ("page", or_null(text("Where the public sees it"))),
            ]))),
        ])),
    ]
}
