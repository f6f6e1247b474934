//! Migrations: run by themselves at every start, safe when several nodes start at once.
//!
//! One text for both databases. `{uuid} {bytes} {real} {bool} {serial}` stand for the types that
//! differ; a line `-- scoped: a, b` puts row-level security on tables that carry an account; lines
//! starting with `-- postgres:` or `-- sqlite:` are for that database alone.

use crate::postgres::{Postgres, ROLE, from_postgres};
use crate::sqlite::Sqlite;
use crate::{Error, Result, Val};

/// A step of the schema. Names are `room/number`; a step that has run never changes.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    pub name: &'static str,
    pub sql: &'static str,
}

/// "entremise" in a telephone's letters: the advisory lock under which schemas change.
const LOCK: i64 = 368_736_473;

pub(crate) const OWN: [Migration; 2] = [
    Migration {
        name: "store/0001",
        sql: include_str!("../migrations/0001.sql"),
    },
    Migration {
        name: "store/0002",
        sql: include_str!("../migrations/0002.sql"),
    },
];

const REGISTER: &str = "CREATE TABLE IF NOT EXISTS migration (
    name TEXT PRIMARY KEY, checksum TEXT NOT NULL)";

pub(crate) async fn on_sqlite(db: &std::sync::Arc<Sqlite>, steps: &[Migration]) -> Result<()> {
    let mut savepoint = db.begin().await?;
    savepoint.batch(REGISTER)?;
    for step in steps {
        let known = savepoint.query(
            "SELECT checksum FROM migration WHERE name = $1",
            &[step.name.into()],
        )?;
        if known.first().is_some_and(|row| same(step, row.text(0))) {
            continue;
        }
        refuse_changed(step, !known.is_empty())?;
        savepoint.batch(&rendered(step, false))?;
        let sql = "INSERT INTO migration (name, checksum) VALUES ($1, $2)";
        savepoint.execute(sql, &[step.name.into(), Val::Text(checksum(step))])?;
    }
    savepoint.commit().await
}

pub(crate) async fn on_postgres(db: &Postgres, steps: &[Migration]) -> Result<()> {
    let mut owner = db.owner().await?;
    let tx = owner.transaction().await.map_err(from_postgres)?;
    let lock = format!("SELECT pg_advisory_xact_lock({LOCK})");
    tx.batch_execute(&format!("{lock}; {}; {REGISTER}", role()))
        .await
        .map_err(from_postgres)?;
    for step in steps {
        let known = tx
            .query_opt(
                "SELECT checksum FROM migration WHERE name = $1",
                &[&step.name],
            )
            .await
            .map_err(from_postgres)?;
        if known.as_ref().is_some_and(|row| same(step, row.get(0))) {
            continue;
        }
        refuse_changed(step, known.is_some())?;
        tx.batch_execute(&rendered(step, true))
            .await
            .map_err(from_postgres)?;
        let sql = "INSERT INTO migration (name, checksum) VALUES ($1, $2)";
        tx.execute(sql, &[&step.name, &checksum(step)])
            .await
            .map_err(from_postgres)?;
    }
    let grants = format!(
        "GRANT USAGE ON SCHEMA public TO {ROLE};
         GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {ROLE};
         GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {ROLE};
         REVOKE UPDATE, DELETE ON journal FROM {ROLE};
         GRANT UPDATE (before, after) ON journal TO {ROLE};
         REVOKE INSERT, UPDATE, DELETE ON migration FROM {ROLE};"
    );
    tx.batch_execute(&grants).await.map_err(from_postgres)?;
    tx.commit().await.map_err(from_postgres)
}

/// The role that the house works under; made once for the whole cluster, by whoever comes first.
fn role() -> String {
    format!(
        "DO $$ BEGIN
           IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN
             BEGIN
               CREATE ROLE {ROLE} NOLOGIN NOBYPASSRLS;
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
             END;
           END IF;
         END $$; GRANT {ROLE} TO CURRENT_USER"
    )
}

fn refuse_changed(step: &Migration, known: bool) -> Result<()> {
    if known {
        return Err(Error::broken(format!(
            "migration {} has run with another text; a step that has run never changes",
            step.name
        )));
    }
    Ok(())
}

fn same(step: &Migration, stored: &str) -> bool {
    stored == checksum(step)
}

fn checksum(step: &Migration) -> String {
    blake3::hash(step.sql.as_bytes()).to_hex()[..32].to_owned()
}

fn rendered(step: &Migration, postgres: bool) -> String {
    let types: [(&str, &str, &str); 5] = [
        ("{uuid}", "BLOB", "UUID"),
        ("{bytes}", "BLOB", "BYTEA"),
        ("{real}", "REAL", "DOUBLE PRECISION"),
        ("{bool}", "INTEGER", "BOOLEAN"),
        ("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT", "BIGSERIAL"),
    ];
    let mut text = String::new();
    for line in step.sql.lines() {
        let own = if postgres {
            "-- postgres:"
        } else {
            "-- sqlite:"
        };
        if let Some(tables) = line.trim().strip_prefix("-- scoped:") {
            if postgres {
                tables
                    .split(',')
                    .for_each(|table| text.push_str(&policy(table.trim())));
            }
        } else if let Some(only) = line.trim().strip_prefix(own) {
            text.push_str(only);
            text.push('\n');
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    for (name, sqlite, pg) in types {
        text = text.replace(name, if postgres { pg } else { sqlite });
    }
    text
}

/// Forced, so that not even the owner walks past it; an unset account sees nothing.
fn policy(table: &str) -> String {
    let own = "account = entremise_account() OR entremise_operator()";
    format!(
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
         ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
         CREATE POLICY scope ON {table} USING ({own}) WITH CHECK ({own});\n"
    )
}
