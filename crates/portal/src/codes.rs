//! What a portal's error codes mean, in the languages of the screens.

use std::collections::BTreeMap;

use dictionary::Label;
use toml_edit::Item;

use crate::table::File;

/// A code, its sentence, and the field that is to be mended.
#[derive(Clone, Debug)]
pub struct Code {
    pub say: Label,
    pub field: Option<String>,
    /// Trying again later helps.
    pub passes: bool,
}

pub(crate) fn read(file: &mut File<'_>, root: &toml_edit::Table) -> BTreeMap<String, Code> {
    let mut codes = BTreeMap::new();
    for (code, item) in root.iter() {
        let Some(table) = item.as_table_like() else {
            file.fault(Item::span(item), "a code is a table with `say`");
            continue;
        };
        file.only(table, &["say", "field", "passes"], "a code");
        if table.get("say").is_none() {
            file.fault(
                item.span(),
                format!("the code `{code}` says nothing: give it `say`"),
            );
        }
        let read = Code {
            say: file.label(table, "say"),
            field: file.text(table, "field"),
            passes: file.yes(table, "passes"),
        };
        codes.insert(code.to_owned(), read);
    }
    codes
}
