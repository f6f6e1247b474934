//! The files of a folder, read with the place of each fault.

use std::ops::Range;

use dictionary::{Fault, Label};
use toml_edit::{Item, TableLike, Value};

/// One file and the faults found in it so far.
pub(crate) struct File<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    pub(crate) faults: Vec<Fault>,
}

impl<'a> File<'a> {
    pub(crate) fn of(name: &'a str, text: &'a str) -> File<'a> {
        File {
            name,
            text,
            faults: Vec::new(),
        }
    }

    pub(crate) fn fault(&mut self, span: Option<Range<usize>>, message: impl Into<String>) {
        let offset = span.map_or(0, |s| s.start).min(self.text.len());
        let before = &self.text[..self.text.floor_char_boundary(offset)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        self.faults.push(Fault {
            file: self.name.to_owned(),
            line: 1 + before.matches('\n').count(),
            column: 1 + before[line_start..].chars().count(),
            code: "portal",
            message: message.into(),
        });
    }

    /// Names that nobody reads are typing mistakes.
    pub(crate) fn only(&mut self, table: &dyn TableLike, known: &[&str], of: &str) {
        for (key, item) in table.iter() {
            if !known.contains(&key) {
                let span = table
                    .key(key)
                    .and_then(toml_edit::Key::span)
                    .or(item.span());
                let known = known.join(", ");
                self.fault(span, format!("{of} has no `{key}`; it has {known}"));
            }
        }
    }

    pub(crate) fn text(&mut self, table: &dyn TableLike, key: &str) -> Option<String> {
        let item = table.get(key)?;
        let text = item.as_str().map(str::to_owned);
        if text.is_none() {
            self.fault(item.span(), format!("`{key}` is to be a text"));
        }
        text
    }

    pub(crate) fn needed(&mut self, table: &dyn TableLike, key: &str) -> String {
        if table.get(key).is_none() {
            self.fault(None, format!("`{key}` is missing"));
        }
        self.text(table, key).unwrap_or_default()
    }

    pub(crate) fn number(&mut self, table: &dyn TableLike, key: &str) -> Option<usize> {
        let item = table.get(key)?;
        let number = item.as_integer().and_then(|n| usize::try_from(n).ok());
        if number.is_none() {
            self.fault(item.span(), format!("`{key}` is to be a number from 0"));
        }
        number
    }

    pub(crate) fn yes(&mut self, table: &dyn TableLike, key: &str) -> bool {
        let Some(item) = table.get(key) else {
            return false;
        };
        if item.as_bool().is_none() {
            self.fault(item.span(), format!("`{key}` is to be true or false"));
        }
        item.as_bool().unwrap_or(false)
    }

    /// One text or several.
    pub(crate) fn words(&mut self, table: &dyn TableLike, key: &str) -> Vec<String> {
        let Some(item) = table.get(key) else {
            return Vec::new();
        };
        if let Some(word) = item.as_str() {
            return vec![word.to_owned()];
        }
        let words: Option<Vec<String>> = item
            .as_array()
            .map(|a| a.iter().filter_map(plain).collect());
        if words.is_none() {
            self.fault(
                item.span(),
                format!("`{key}` is to be a text or a list of texts"),
            );
        }
        words.unwrap_or_default()
    }

    /// `{ fr = …, nl = …, en = …, de = … }`, all four.
    pub(crate) fn label(&mut self, table: &dyn TableLike, key: &str) -> Label {
        let Some(item) = table.get(key) else {
            return Label::default();
        };
        let Some(texts) = item.as_table_like() else {
            self.fault(item.span(), format!("`{key}` is to have fr, nl, en and de"));
            return Label::default();
        };
        self.only(texts, &["fr", "nl", "en", "de"], key);
        let label = Label {
            fr: self.text(texts, "fr").unwrap_or_default(),
            nl: self.text(texts, "nl").unwrap_or_default(),
            en: self.text(texts, "en").unwrap_or_default(),
            de: self.text(texts, "de").unwrap_or_default(),
        };
        if [&label.fr, &label.nl, &label.en, &label.de]
            .iter()
            .any(|t| t.is_empty())
        {
            self.fault(
                item.span(),
                format!("`{key}` is to be said in fr, nl, en and de"),
            );
        }
        label
    }

    /// One text, number or flag, as text.
    pub(crate) fn pairs_of_one(&mut self, table: &dyn TableLike, key: &str) -> Option<String> {
        plain(table.get(key)?.as_value()?)
    }

    /// A table of texts, numbers or flags by name.
    pub(crate) fn pairs(&mut self, table: &dyn TableLike, key: &str) -> Vec<(String, String)> {
        let Some(item) = table.get(key) else {
            return Vec::new();
        };
        let Some(pairs) = item.as_table_like() else {
            self.fault(item.span(), format!("`{key}` is to be a table"));
            return Vec::new();
        };
        let read = |(name, item): (&str, &Item)| Some((name.to_owned(), plain(item.as_value()?)?));
        pairs.iter().filter_map(read).collect()
    }
}

/// A text, a number or a flag as text.
pub(crate) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.value().clone()),
        Value::Integer(number) => Some(number.value().to_string()),
        Value::Float(number) => Some(number.value().to_string()),
        Value::Boolean(flag) => Some(flag.value().to_string()),
        _ => None,
    }
}
