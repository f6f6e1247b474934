//! The shapes of migrations.

use serde_json::{Value, json};

use super::shape::{
    Members, count, id, instant, list, listed, object, of, or_null, text, words, yes,
};
use crate::api::openapi::reference;

const HOLDS: &[&str] = &[
    "listings",
    "people",
    "photos",
    "documents",
    "parties",
    "notes",
    "nothing",
];
fn share(meaning: &str) -> Value {
    of("number", &format!("{meaning}, from 0 to 1"))
}

#[rustfmt::skip]
pub fn shapes() -> Members {
    let texts = |meaning: &str| json!({ "type": "array", "items": { "type": "string" }, "description": meaning });
    vec![
        ("Parcel", object("What was handed over together", vec![
            ("parcel", text("Its id; every file that is added makes another")),
            ("files", list(object("A file", vec![("name", text("")), ("bytes", count(""))]))),
        ])),
        ("Migrating", object("A parcel, and what a person says of it; the words are those of `entremise migrate`", vec![
            ("parcel", text("Of the last file that was added")), ("name?", text("What its batch is recognised by; the same name goes on with what was cut off. By default the names of its files")),
            ("category?", text("For rows that name none")), ("is?", texts("`FILE=KIND`: what a file holds")),
            ("join?", texts("`FILE:COLUMN=FILE:COLUMN`: the column by which one file names the records of another")), ("without?", texts("Files that are not wanted")),
        ])),
        ("MigrationReport", object("What was found in the files, what is asked, and what became of their rows", vec![
            ("batch", or_null(id("bat"))), ("dry_run", yes("Nothing was written")), ("undo_until", or_null(instant("Until when at least an undoing takes all of it back"))),
            ("files", list(reference("MigrationFile"))),
            ("questions", list(object("What a person has to say first; while there are any, nothing is written", vec![
                ("code", text("`unclear_file`, `unclear_join`, `broken_file`, `closed_file`, `no_such_file` or `no_listing_taken`")), ("file", text("")), ("said", text("In the reader's language")),
                ("answers", texts("What may be answered, the likeliest first, as the command line takes it: what stands behind `--is`, `--join`, `--without` and `--category` goes into the members of these names")),
            ]))),
            ("found", object("What is here by it; of a preview, what would be", vec![
                ("listings", count("")), ("persons", count("")), ("parties", count("People in a role of a listing")), ("photos", count("")), ("documents", count("")), ("notes", count("")),
            ])),
            ("seconds", of("number", "")),
        ])),
        ("MigrationFile", object("One file, or the pictures and documents that no table names", vec![
            ("name", text("")), ("holds", words(HOLDS, "What it is taken for")), ("confidence", share("How sure that is")), ("reason", text("Why, in the reader's language")), ("format", text("")),
            ("rows", count("")), ("joined", count("Rows that were taken")), ("doubled", count("Rows that repeat a number of the same file")),
            ("orphans", list(object("Rows that were not taken, by the reason", vec![
                ("code", text("Stable, for programs")), ("count", count("")), ("said", text("Of the first, in the reader's language")), ("lines", list(count("The first of them"))),
            ]))),
            ("key", or_null(text("The column by which the other files name its records"))),
            ("joins", list(object("A column that names records of another file", vec![
                ("column", text("")), ("to_file", text("")), ("to_column", text("")), ("share", share("Of the filled cells, how many name a record that is there")), ("confidence", share("How sure it is")),
            ]))),
            ("headers", texts("What its columns are called")),
            ("columns", list(object("A column and what it is taken for", vec![("column", text("")), ("field", text("")), ("confidence", share("How sure that is"))]))),
            ("listings?", reference("Report")),
        ])),
        ("Migration", object("A migration that was begun", vec![
            ("batch", reference("Batch")), ("undo_until", or_null(instant("Until when at least it can be taken back; null when it has been, or cannot any more"))),
        ])),
        ("Migrations", listed("migrations", "Migration")),
    ]
}
