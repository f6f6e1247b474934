//! Values on their way into and out of a database, the same for both.

use uuid::Uuid;

use crate::{Error, Id, Result, Timestamp};

/// A parameter or a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Val {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
}

/// One row of an answer; columns are counted from 0. A column of another type than asked for is a
/// mistake in our SQL and panics with its number, so that the first test meets it.
#[derive(Clone, Debug)]
pub struct Row(pub(crate) Vec<Val>);

impl Row {
    pub fn val(&self, column: usize) -> &Val {
        &self.0[column]
    }

    pub fn int(&self, column: usize) -> i64 {
        self.opt_int(column)
            .unwrap_or_else(|| self.wrong(column, "an integer"))
    }

    pub fn opt_int(&self, column: usize) -> Option<i64> {
        match self.0[column] {
            Val::Null => None,
            Val::Int(int) => Some(int),
            Val::Bool(bool) => Some(i64::from(bool)),
            _ => self.wrong(column, "an integer"),
        }
    }

    pub fn real(&self, column: usize) -> f64 {
        match self.0[column] {
            Val::Real(real) => real,
            Val::Int(int) => int as f64,
            _ => self.wrong(column, "a number"),
        }
    }

    pub fn bool(&self, column: usize) -> bool {
        match self.0[column] {
            Val::Bool(bool) => bool,
            Val::Int(int) => int != 0,
            _ => self.wrong(column, "a boolean"),
        }
    }

    pub fn text(&self, column: usize) -> &str {
        self.opt_text(column)
            .unwrap_or_else(|| self.wrong(column, "a text"))
    }

    pub fn opt_text(&self, column: usize) -> Option<&str> {
        match &self.0[column] {
            Val::Null => None,
            Val::Text(text) => Some(text),
            _ => self.wrong(column, "a text"),
        }
    }

    pub fn bytes(&self, column: usize) -> &[u8] {
        match &self.0[column] {
            Val::Bytes(bytes) => bytes,
            Val::Uuid(uuid) => uuid.as_bytes(),
            Val::Text(text) => text.as_bytes(),
            _ => self.wrong(column, "bytes"),
        }
    }

    pub fn uuid(&self, column: usize) -> Uuid {
        self.opt_uuid(column)
            .unwrap_or_else(|| self.wrong(column, "a uuid"))
    }

    pub fn opt_uuid(&self, column: usize) -> Option<Uuid> {
        match &self.0[column] {
            Val::Null => None,
            Val::Uuid(uuid) => Some(*uuid),
            Val::Bytes(bytes) => {
                Some(Uuid::from_slice(bytes).unwrap_or_else(|_| self.wrong(column, "a uuid")))
            }
            _ => self.wrong(column, "a uuid"),
        }
    }

    pub fn id<K>(&self, column: usize) -> Id<K> {
        Id::from_uuid(self.uuid(column))
    }

    pub fn opt_id<K>(&self, column: usize) -> Option<Id<K>> {
        self.opt_uuid(column).map(Id::from_uuid)
    }

    pub fn time(&self, column: usize) -> Timestamp {
        Timestamp(self.int(column))
    }

    pub fn opt_time(&self, column: usize) -> Option<Timestamp> {
        self.opt_int(column).map(Timestamp)
    }

    #[cold]
    fn wrong(&self, column: usize, expected: &str) -> ! {
        panic!(
            "column {column} is {:?}, our SQL promised {expected}",
            self.0[column]
        )
    }
}

macro_rules! from {
    ($($type:ty: $value:ident => $made:expr;)*) => {
        $(impl From<$type> for Val {
            fn from($value: $type) -> Val { $made }
        })*
    };
}

from! {
    bool: v => Val::Bool(v);
    i64: v => Val::Int(v);
    i32: v => Val::Int(i64::from(v));
    u32: v => Val::Int(i64::from(v));
    f64: v => Val::Real(v);
    String: v => Val::Text(v);
    &str: v => Val::Text(v.to_owned());
    &String: v => Val::Text(v.clone());
    Vec<u8>: v => Val::Bytes(v);
    &[u8]: v => Val::Bytes(v.to_vec());
    Uuid: v => Val::Uuid(v);
    Timestamp: v => Val::Int(v.0);
}

impl<K> From<Id<K>> for Val {
    fn from(id: Id<K>) -> Val {
        Val::Uuid(id.uuid())
    }
}

impl<T: Into<Val>> From<Option<T>> for Val {
    fn from(value: Option<T>) -> Val {
        value.map_or(Val::Null, Into::into)
    }
}

/// `Int` from a `usize` count; counts never reach 2^63.
pub fn count(number: usize) -> Val {
    Val::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

/// The JSON text of something of ours.
pub fn json<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::broken(format!("cannot write JSON: {e}")))
}
