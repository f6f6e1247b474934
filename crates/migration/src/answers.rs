//! What a person said of the files, in the place of what we found or asked.

use std::collections::{BTreeMap, BTreeSet};

use store::{Error, Result};

use crate::holds::Holds;

#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// What a file holds.
    pub holds: BTreeMap<String, Holds>,
    pub joins: Vec<Join>,
    /// Files that are not wanted.
    pub without: BTreeSet<String>,
}

/// A column of one file names the records of another by a column of theirs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Join {
    pub file: String,
    pub column: String,
    pub to_file: String,
    pub to_column: String,
}

impl Join {
    /// Reads `photos.csv:property_id=listings.csv:id`.
    pub fn parse(text: &str) -> Option<Join> {
        let (from, to) = text.split_once('=')?;
        let (file, column) = from.rsplit_once(':')?;
        let (to_file, to_column) = to.rsplit_once(':')?;
        let all = [file, column, to_file, to_column].map(str::trim);
        if all.iter().any(|part| part.is_empty()) {
            return None;
        }
        let [file, column, to_file, to_column] = all.map(str::to_owned);
        Some(Join {
            file,
            column,
            to_file,
            to_column,
        })
    }
}

impl Answers {
    /// What the command line and the API take: `FILE=KIND`, `FILE:COLUMN=FILE:COLUMN`, `FILE`.
    pub fn read(is: &[String], join: &[String], without: &[String]) -> Result<Answers> {
        let mut answers = Answers::default();
        for said in is {
            let (file, kind) = said.rsplit_once('=').unwrap_or((said, ""));
            let holds = Holds::parse(kind).ok_or_else(|| no_kind(said))?;
            answers.holds.insert(file.to_owned(), holds);
        }
        for said in join {
            let join = Join::parse(said).ok_or_else(|| no_join(said))?;
            answers.joins.push(join);
        }
        answers.without = without.iter().cloned().collect();
        Ok(answers)
    }

    /// The files that somebody spoke of, to tell those that are not there.
    pub fn files(&self) -> BTreeSet<&str> {
        let joins = self.joins.iter().flat_map(|j| [&j.file, &j.to_file]);
        let all = self.holds.keys().chain(&self.without).chain(joins);
        all.map(String::as_str).collect()
    }
}

fn no_kind(said: &str) -> Error {
    let known = Holds::ALL.map(Holds::key).join(", ");
    Error::refused(
        "unknown_kind",
        [
            &format!("`is` s’écrit FICHIER=GENRE, avec un genre parmi {known} ; pas « {said} »"),
            &format!("`is` is BESTAND=SOORT, met een soort uit {known}; niet “{said}”"),
            &format!("`is` takes FILE=KIND, and a kind is one of {known}; not “{said}”"),
            &format!("`is` ist DATEI=ART, mit einer Art aus {known}; nicht „{said}“"),
        ],
    )
}

fn no_join(said: &str) -> Error {
    let example = "photos.csv:property_id=listings.csv:id";
    Error::refused(
        "unknown_join",
        [
            &format!(
                "`join` s’écrit FICHIER:COLONNE=FICHIER:COLONNE, comme {example} ; pas « {said} »"
            ),
            &format!("`join` is BESTAND:KOLOM=BESTAND:KOLOM, zoals {example}; niet “{said}”"),
            &format!("`join` takes FILE:COLUMN=FILE:COLUMN, as {example}; not “{said}”"),
            &format!("`join` ist DATEI:SPALTE=DATEI:SPALTE, wie {example}; nicht „{said}“"),
        ],
    )
}
