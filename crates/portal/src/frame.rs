//! What stands before all records of a file: a fixed text, and what its sender says.
//!
//! `{columns}` is the row of a table's columns, `{setting.branch}` what was agreed with the portal,
//! `{account.name}` what the account says of itself, `{now %Y-%m-%d}` the moment of writing. Any
//! other brace is a brace, as JSON has them.

use std::collections::BTreeMap;

use store::{Account, Timestamp};

use crate::moment::Moment;
use crate::record::{View, of_account};

/// Who sends a file, and when.
#[derive(Clone, Copy)]
pub struct Sender<'a> {
    pub account: &'a Account,
    /// What the account's profile says, by name.
    pub profile: &'a BTreeMap<String, String>,
    /// What was agreed with the portal.
    pub settings: &'a BTreeMap<String, String>,
    pub now: Timestamp,
}

impl<'a> View<'a> {
    /// Whoever sends a listing sends the file it stands in.
    pub fn sender(&self) -> Sender<'a> {
        Sender {
            account: self.account,
            profile: self.profile,
            settings: self.settings,
            now: self.now,
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Frame {
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    Said(String),
    Columns,
    Setting(String),
    Account(String),
    Now(Moment),
}

impl Frame {
    pub(crate) fn read(text: &str) -> Frame {
        let (mut pieces, mut said, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find('{') {
            let (before, after) = rest.split_at(at);
            said.push_str(before);
            let named = after[1..].split_once('}');
            match named.and_then(|(name, behind)| Some((Piece::of(name)?, behind))) {
                Some((piece, behind)) => {
                    pieces.push(Piece::Said(std::mem::take(&mut said)));
                    pieces.push(piece);
                    rest = behind;
                }
                None => {
                    said.push('{');
                    rest = &after[1..];
                }
            }
        }
        said.push_str(rest);
        pieces.push(Piece::Said(said));
        Frame { pieces }
    }

    /// The settings that it names.
    pub(crate) fn settings(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Setting(name) => Some(name.as_str()),
            _ => None,
        })
    }

    /// Without a sender only what is fixed; `escape` writes a word as the format wants it.
    pub(crate) fn told(
        &self,
        sender: Option<&Sender<'_>>,
        columns: &str,
        escape: impl Fn(&str, &mut String),
    ) -> String {
        let mut out = String::new();
        for piece in &self.pieces {
            let word = match (piece, sender) {
                (Piece::Said(text), _) => {
                    out.push_str(text);
                    continue;
                }
                (Piece::Columns, _) => {
                    out.push_str(columns);
                    continue;
                }
                (_, None) => None,
                (Piece::Setting(name), Some(sender)) => sender.settings.get(name).cloned(),
                (Piece::Account(name), Some(sender)) => {
                    of_account(sender.account, sender.profile, name).map(str::to_owned)
                }
                (Piece::Now(moment), Some(sender)) => moment.at(sender.now.0),
            };
            escape(&word.unwrap_or_default(), &mut out);
        }
        out
    }
}

impl Piece {
    fn of(name: &str) -> Option<Piece> {
        let word = |text: &str| {
            let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            (!text.is_empty() && text.chars().all(known)).then(|| text.to_owned())
        };
        if let Some(pattern) = name.strip_prefix("now ") {
            return Moment::of(pattern, "").map(Piece::Now);
        }
        match name.split_once('.') {
            None => (name == "columns").then_some(Piece::Columns),
            Some(("setting", name)) => word(name).map(Piece::Setting),
            Some(("account", name)) => word(name).map(Piece::Account),
            Some(_) => None,
        }
    }
}
