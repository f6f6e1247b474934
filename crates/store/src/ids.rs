//! Ids that say what they are: `lst_01j…` is a listing and cannot be taken for a lead.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use uuid::Uuid;

/// The kinds of ids, one marker type each. `PREFIX` is what people see before the underscore.
pub trait Kind: Send + Sync + 'static {
    const PREFIX: &'static str;
    const NAME: &'static str;
}

macro_rules! kinds {
    ($($name:ident $prefix:literal $word:literal),* $(,)?) => {
        /// The marker types of ids.
        pub mod kinds {
            $(pub enum $name {}
            impl super::Kind for $name {
                const PREFIX: &'static str = $prefix;
                const NAME: &'static str = $word;
            })*
        }
    };
}

kinds! {
    Account "acc" "account",
    User "usr" "user",
    Session "ses" "session",
    Token "tok" "token",
    Listing "lst" "listing",
    Batch "bat" "batch",
    Person "per" "person",
    Consent "cns" "consent",
    Enquiry "enq" "enquiry",
    Lead "lead" "lead",
    Message "msg" "message",
    Mail "mail" "mail",
    Job "job" "job",
    Delivery "dlv" "delivery",
    Mapping "map" "mapping",
    Source "src" "source",
    Arrival "arr" "arrival",
    Site "sit" "site",
    Document "doc" "document",
    Note "note" "note",
    Party "pty" "party",
    Channel "chn" "channel",
}

/// A UUIDv7 of one kind, written as prefix, underscore and 26 characters of Crockford's base 32.
pub struct Id<K>(Uuid, PhantomData<fn() -> K>);

/// A text that is no id of this kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnId {
    pub expected: &'static str,
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LETTERS: usize = 26;

impl<K> Id<K> {
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Id(uuid, PhantomData)
    }

    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.as_u128();
        let mut letters = [0u8; LETTERS];
        for letter in letters.iter_mut().rev() {
            *letter = ALPHABET[(rest & 31) as usize];
            rest >>= 5;
        }
        write!(f, "{}_", K::PREFIX)?;
        letters
            .iter()
            .try_for_each(|l| fmt::Write::write_char(f, char::from(*l)))
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let wrong = NotAnId {
            expected: K::PREFIX,
        };
        let letters = text
            .strip_prefix(K::PREFIX)
            .and_then(|t| t.strip_prefix('_'));
        let Some(letters) = letters.filter(|l| l.len() == LETTERS) else {
            return Err(wrong);
        };
        let mut number: u128 = 0;
        for (place, letter) in letters.bytes().enumerate() {
            let digit = ALPHABET
                .iter()
                .position(|a| *a == letter.to_ascii_lowercase());
            let Some(digit) = digit else {
                return Err(wrong);
            };
            // 26 letters hold 130 bits: the first may only use three of its five.
            if place == 0 && digit > 7 {
                return Err(wrong);
            }
            number = number << 5 | digit as u128;
        }
        Ok(Id::from_uuid(Uuid::from_u128(number)))
    }
}

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an id of the form {}_…", self.expected)
    }
}

impl std::error::Error for NotAnId {}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> Hash for Id<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<K: Kind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<K: Kind> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de, K: Kind> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
