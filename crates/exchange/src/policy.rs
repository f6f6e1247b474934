//! What the owner of a feed has decided: who has the last word, when a listing goes, and by what a
//! row is known again.

use dictionary::{Shape, Vertical};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Policy {
    pub last_word: LastWord,
    pub removal: Removal,
    pub key_by: KeyBy,
    /// Pictures change under their addresses: rows that have not changed are asked for, too.
    pub photos_change: bool,
}

/// Whose value stays where a person has edited what the file says too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastWord {
    /// The person's, until he lets go of the field.
    #[default]
    Office,
    /// The file's, with its next delivery.
    File,
}

/// When a listing that the feed has brought is withdrawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// A file does not name it.
    #[default]
    Absence,
    /// Two files in a row do not name it, at least [`Removal::APART_MS`] apart.
    Twice,
    /// A file says so in its column of states; what it does not name stays.
    Status,
    /// A person does it.
    Never,
}

/// By what a row is known to be the one of the last file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyBy {
    /// What the mapping found to tell the rows apart.
    #[default]
    Mapping,
    Reference,
    Vin,
    Plate,
    /// Its number or its page on another portal.
    Portal,
    /// What the thing is, because the references change from file to file.
    Facts,
}

impl LastWord {
    pub const ALL: [LastWord; 2] = [LastWord::Office, LastWord::File];

    pub const fn key(self) -> &'static str {
        match self {
            LastWord::Office => "office",
            LastWord::File => "file",
        }
    }

    pub fn parse(key: &str) -> Option<LastWord> {
        LastWord::ALL.into_iter().find(|w| w.key() == key)
    }
}

impl Removal {
    pub const ALL: [Removal; 4] = [
        Removal::Absence,
        Removal::Twice,
        Removal::Status,
        Removal::Never,
    ];
    /// The same file handed over twice is one absence.
    pub const APART_MS: i64 = 6 * 3_600_000;

    pub const fn key(self) -> &'static str {
        match self {
            Removal::Absence => "absence",
            Removal::Twice => "twice",
            Removal::Status => "status",
            Removal::Never => "never",
        }
    }

    pub fn parse(key: &str) -> Option<Removal> {
        Removal::ALL.into_iter().find(|r| r.key() == key)
    }
}

impl KeyBy {
    pub const ALL: [KeyBy; 6] = [
        KeyBy::Mapping,
        KeyBy::Reference,
        KeyBy::Vin,
        KeyBy::Plate,
        KeyBy::Portal,
        KeyBy::Facts,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            KeyBy::Mapping => "mapping",
            KeyBy::Reference => "reference",
            KeyBy::Vin => "vin",
            KeyBy::Plate => "plate",
            KeyBy::Portal => "portal",
            KeyBy::Facts => "facts",
        }
    }

    pub fn parse(key: &str) -> Option<KeyBy> {
        KeyBy::ALL.into_iter().find(|k| k.key() == key)
    }

    /// The field whose value is the key, where `proposed` is the mapping's. A trade that has no such
    /// field keeps the mapping's.
    pub(crate) fn field(self, vertical: &Vertical, proposed: Option<String>) -> Option<String> {
        let named = |keys: &[&str]| {
            let found = keys.iter().find_map(|key| vertical.field(key));
            found.map(|f| f.key.to_string())
        };
        let shaped = |shape| {
            let found = vertical.fields.iter().find(|f| f.shape == Some(shape));
            found.map(|f| f.key.to_string())
        };
        match self {
            KeyBy::Mapping => proposed,
            KeyBy::Facts => None,
            KeyBy::Reference => named(&["ref"]).or(proposed),
            KeyBy::Vin => shaped(Shape::Vin).or(proposed),
            KeyBy::Plate => shaped(Shape::Plate).or(proposed),
            KeyBy::Portal => named(&["portal_id", "page_url"]).or(proposed),
        }
    }
}
