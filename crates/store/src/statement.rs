//! How SQLite's statements are given their values, one row or many, and how cells are read.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, ValueRef};
use uuid::Uuid;

use crate::sqlite::from_sqlite;
use crate::{Error, Result, Val};

/// SQLite takes `$3` for a name and numbers it by first appearance, so each is bound by its number:
/// which value, counted from 0, goes into each slot.
pub(crate) fn slots(statement: &rusqlite::Statement<'_>) -> Vec<usize> {
    let number = |slot| {
        let name = statement.parameter_name(slot).unwrap_or_default();
        let number: Option<usize> = name.get(1..).and_then(|n| n.parse().ok());
        number.unwrap_or(slot) - 1
    };
    (1..=statement.parameter_count()).map(number).collect()
}

/// The slots of the writer's statements: SQLite looks each name up among all, which takes long where
/// a statement has hundreds.
#[derive(Default)]
pub(crate) struct Slots(HashMap<String, Arc<[usize]>>);

const SLOTS_MAX: usize = 256;

impl Slots {
    pub(crate) fn of(&mut self, sql: &str, statement: &rusqlite::Statement<'_>) -> Arc<[usize]> {
        if let Some(known) = self.0.get(sql) {
            return known.clone();
        }
        let found: Arc<[usize]> = slots(statement).into();
        if self.0.len() < SLOTS_MAX {
            self.0.insert(sql.to_owned(), found.clone());
        }
        found
    }
}

pub(crate) fn bind<'a>(
    statement: &mut rusqlite::Statement<'_>,
    slots: &[usize],
    val: impl Fn(usize) -> Option<&'a Val>,
) -> Result<()> {
    for (slot, number) in slots.iter().enumerate() {
        let val = val(*number).ok_or_else(|| {
            let asked = number + 1;
            Error::broken(format!(
                "our SQL asks for parameter {asked}, which is not there"
            ))
        })?;
        statement
            .raw_bind_parameter(slot + 1, Bound(val))
            .map_err(from_sqlite)?;
    }
    Ok(())
}

/// Rows that are written by one statement: its cursors stay where they are from row to row. As many
/// as divide the chunks that rooms write.
pub(crate) const TOGETHER: usize = 50;

/// An INSERT of one row as one of several; None for other statements, and for few rows. A row that
/// cannot be written ends it, and those before it stay, as if they had been written one by one.
pub(crate) fn together(conn: &Connection, sql: &str, rows: &[Vec<Val>]) -> Result<Option<String>> {
    let Some((table, wide)) = rows
        .get(TOGETHER - 1)
        .and_then(|row| several(sql, row.len()))
    else {
        return Ok(None);
    };
    // To undo rows whose keys point nowhere SQLite copies every page that such a statement touches.
    let keys = "SELECT COUNT(*) FROM pragma_foreign_key_list(?1)";
    let mut keys = conn.prepare_cached(keys).map_err(from_sqlite)?;
    let keys: i64 = keys
        .query_row([table], |row| row.get(0))
        .map_err(from_sqlite)?;
    Ok((keys == 0).then_some(wide))
}

/// The table that it goes to, and the wider statement.
fn several(sql: &str, width: usize) -> Option<(&str, String)> {
    let rest = sql.strip_prefix("INSERT INTO ")?;
    let table = rest
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .next()?;
    let (head, rest) = rest.split_once("VALUES")?;
    let row = rest.trim();
    if row.matches(['(', ')']).count() != 2 || !row.ends_with(')') {
        return None;
    }
    let mut wide = format!("INSERT OR FAIL INTO {head}VALUES ");
    for at in 0..TOGETHER {
        wide.push_str(if at == 0 { "" } else { ", " });
        let mut parts = row.split('$');
        wide.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            let number: usize = part[..digits].parse().ok()?;
            wide.push_str(&format!("${}{}", number + at * width, &part[digits..]));
        }
    }
    Some((table, wide))
}

struct Bound<'a>(&'a Val);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Val::Null => ValueRef::Null,
            Val::Bool(bool) => ValueRef::Integer(i64::from(*bool)),
            Val::Int(int) => ValueRef::Integer(*int),
            Val::Real(real) => ValueRef::Real(*real),
            Val::Text(text) => ValueRef::Text(text.as_bytes()),
            Val::Bytes(bytes) => ValueRef::Blob(bytes),
            Val::Uuid(uuid) => ValueRef::Blob(uuid.as_bytes()),
        }))
    }
}

pub(crate) fn cell(value: ValueRef<'_>) -> Val {
    match value {
        ValueRef::Null => Val::Null,
        ValueRef::Integer(int) => Val::Int(int),
        ValueRef::Real(real) => Val::Real(real),
        ValueRef::Text(text) => Val::Text(String::from_utf8_lossy(text).into_owned()),
        // Nearly always an id, which needs no memory of its own.
        ValueRef::Blob(bytes) => match Uuid::from_slice(bytes) {
            Ok(uuid) => Val::Uuid(uuid),
            Err(_) => Val::Bytes(bytes.to_vec()),
        },
    }
}
