//! Where the cells of a column go.

use std::sync::Arc;

use dictionary::{Photo, Vertical};

use crate::album::named;
use crate::column::is_photo;
use crate::mapping::{LEAVE_OUT, PLACE_PARTS, option_of, text_of};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Field(usize),
    /// One choice of a field of many, that a column of yes and no stands for.
    Option(usize, Arc<str>),
    /// A text in one language.
    Text(usize, Arc<str>),
    Category,
    SubCategory,
    Status,
    Photos,
    Currency,
    Place(&'static str),
}

pub(crate) fn target_of(vertical: &Vertical, field: &str) -> Option<Target> {
    Some(match field {
        LEAVE_OUT => return None,
        "category" => Target::Category,
        "category.sub" => Target::SubCategory,
        "status" => Target::Status,
        "photos" => Target::Photos,
        "currency" => Target::Currency,
        place if place.starts_with("place.") => {
            Target::Place(PLACE_PARTS.into_iter().find(|p| *p == place)?)
        }
        key => match vertical.field_index(key) {
            Some(slot) => Target::Field(slot),
            None => match text_of(vertical, key) {
                Some((slot, language)) => Target::Text(slot, language.into()),
                None => {
                    let (slot, choice) = option_of(vertical, key)?;
                    Target::Option(slot, choice)
                }
            },
        },
    })
}

pub(crate) fn language_of(country: &str) -> &'static str {
    match country {
        "NL" => "nl",
        "GB" | "IE" | "AU" | "US" => "en",
        "DE" | "AT" | "CH" => "de",
        "IT" => "it",
        "ES" => "es",
        "PT" => "pt",
        _ => "fr",
    }
}

/// The last number in a column's name, 0 when it has none.
pub(crate) fn number_in(name: &str) -> u64 {
    let behind = name.trim_end_matches(|c: char| !c.is_ascii_digit());
    let digits = behind.bytes().rev().take_while(u8::is_ascii_digit).count();
    behind[behind.len() - digits..].parse().unwrap_or(0)
}

/// The addresses of pictures, or the names of those that come beside the table; only an address
/// has no blanks.
pub(crate) fn photo_urls(cell: &str) -> impl Iterator<Item = Photo> {
    let has_addresses = cell.contains("://");
    let between = move |c: char| matches!(c, '|' | ';' | '\n' | ',') || (c == ' ' && has_addresses);
    let is_one = move |word: &&str| match has_addresses {
        true => word.starts_with("http://") || word.starts_with("https://"),
        false => is_photo(word),
    };
    cell.split(between).map(str::trim).filter(is_one).map(named)
}
