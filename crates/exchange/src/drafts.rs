//! The listings that a file would make, without an account to put them in.

use std::io;

use ::store::{Error, Result};
use dictionary::{Dictionary, Language};
use serde_json::Value as Json;

use crate::import::Options;
use crate::plain::{Trade, plain_listings};
use crate::report::Report;

/// Reads a whole file and hands over each listing as one JSON object in the plain shape. The report
/// says what was mapped and refused.
pub fn drafts(
    dictionary: &Dictionary,
    vertical: &str,
    country: &str,
    source: Box<dyn io::Read + Send>,
    options: Options,
    each: &mut dyn FnMut(Json) -> io::Result<()>,
) -> Result<Report> {
    let trade = Trade {
        vertical: vertical.to_owned(),
        country: country.to_uppercase(),
        language: Language::En,
    };
    let mut written = Ok(());
    let report = plain_listings(dictionary, &trade, source, options, &mut |listing| {
        written = each(listing);
        written.is_ok()
    })?;
    written.map_err(|e| Error::broken(format!("the result cannot be written: {e}")))?;
    Ok(report)
}
