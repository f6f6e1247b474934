//! A portal's folder to begin with: it works, and says what to change.

use std::path::Path;

use serde_json::json;

use crate::house::Place;
use crate::output::{Failure, out, print};

const ABOUT: &str = r#"# What the portal is. `entremise portal check FOLDER` tells what is wrong here, with its line.
key = "NAME"
label = "NAME"
about = { fr = "À décrire", nl = "Te beschrijven", en = "To be described", de = "Zu beschreiben" }
verticals = ["VERTICAL"]
countries = []
languages = ["fr", "nl", "en", "de"]
# pull: it fetches a file from us. ftp: we lay a file on its server. call: we call it for each listing.
way = "pull"
# table, xml or json
format = "table"
media_type = "text/csv; charset=utf-8"
# Statuses of listings that it shows.
shows = ["live", "reserved"]

[table]
delimiter = ";"
header = true
guards_formulas = true
"#;
const RECORD: &str = r#"# One line for each column: its name there, and what we put into it.
# `entremise portal test NAME --account A` shows what comes of it.
[record]
reference = "reference"
type = "category"
price = "price"
currency = "price.currency"
postcode = "place.postcode"
town = "place.town"
title = "title"
description = { of = "description", max = 4000 }
photo = { each = "photos", limit = 20, of = "photo.url" }
"#;
const RULES: &str = r#"# What it refuses. A new version is added below with the day from which it holds; it keeps the rules
# before it, but for those that it says anew by their code or drops: drops = ["price"]
[[version]]
name = "1"
valid_from = "2026-01-01"

[[version.rule]]
code = "reference"
field = "reference"
needed = true

[[version.rule]]
code = "price"
field = "price"
min = 1
"#;

pub(super) fn new(
    place: &Place,
    name: &str,
    within: &Path,
    vertical: &str,
    json: bool,
) -> Result<(), Failure> {
    let dictionary = place.dictionary()?.get();
    let fits = !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !fits {
        return Err(Failure::usage(
            "a portal is called by small letters, digits and hyphens",
        ));
    }
    if dictionary.vertical(vertical).is_none() {
        let known: Vec<&str> = dictionary
            .verticals()
            .iter()
            .map(|v| v.key.as_ref())
            .collect();
        return Err(Failure::unknown("vertical", vertical, &known));
    }
    let folder = within.join(name);
    if folder.exists() {
        let said = format!(
            "{} is there already; `entremise portal check {0}` reads it",
            folder.display()
        );
        return Err(Failure::new("portal_exists", said));
    }
    let unwritable =
        |e: std::io::Error| Failure::from(format!("{} cannot be written: {e}", folder.display()));
    std::fs::create_dir_all(&folder).map_err(unwritable)?;
    for (file, text) in [
        ("portal.toml", ABOUT),
        ("record.toml", RECORD),
        ("rules.toml", RULES),
    ] {
        let text = text.replace("NAME", name).replace("VERTICAL", vertical);
        std::fs::write(folder.join(file), text).map_err(unwritable)?;
    }
    print(json, &json!({ "folder": folder }), || {
        out!("{}: portal.toml, record.toml, rules.toml", folder.display());
        out!(
            "try it: entremise portal test {name} --account SLUG --portals {}",
            within.display()
        );
    });
    Ok(())
}
