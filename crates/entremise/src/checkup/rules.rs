//! Verticals and sites: what operators edit.

use super::Check;
use crate::house::Place;

pub fn verticals(place: &Place) -> Check {
    match place.dictionary() {
        Ok(live) => {
            let count = live.get().verticals().len();
            Check::ok("verticals", format!("{count} without fault"))
        }
        Err(failure) => Check::fail(
            "verticals",
            failure.message,
            "mend them; `entremise dictionary check DIR` tells when they are well",
        ),
    }
}

pub fn sites(place: &Place) -> Check {
    match place.sites() {
        Ok(sites) => Check::ok("sites", format!("{} without fault", sites.iter().count())),
        Err(failure) => Check::fail("sites", failure.message, "mend the file that is named"),
    }
}
