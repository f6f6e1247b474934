//! Where the database lives.

use std::fmt;
use std::path::PathBuf;

use crate::Error;

/// A SQLite file, or a PostgreSQL URL that may name several hosts.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Location {
    /// Reads what stands after `--database`: `postgres://…`, `sqlite:PATH` or a path.
    pub fn parse(text: &str) -> Result<Location, Error> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Location::Postgres(text.to_owned()));
        }
        match text.split_once("://") {
            Some((scheme, _)) if scheme != "sqlite" => Err(Error::refused(
                "database_scheme",
                [
                    "Base inconnue : utilisez postgres://… ou un chemin de fichier",
                    "Onbekende databank: gebruik postgres://… of een bestandspad",
                    "Unknown database: use postgres://host1,host2/name or a file path",
                    "Unbekannte Datenbank: postgres://… oder einen Dateipfad angeben",
                ],
            )),
            Some((_, path)) => Ok(Location::Sqlite(path.into())),
            None => Ok(Location::Sqlite(
                text.strip_prefix("sqlite:").unwrap_or(text).into(),
            )),
        }
    }
}

/// Never shows a password.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Sqlite(path) => write!(f, "{}", path.display()),
            Location::Postgres(url) => {
                let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
                let shown = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
                write!(f, "{scheme}://{shown}")
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
