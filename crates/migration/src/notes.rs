//! What was written down in the other system, about a listing or a person.

use relations::NewNote;
use store::Result;

use crate::holds::Holds;
use crate::remarks;
use crate::run::Run;
use crate::table::Table;
use crate::words::{AUTHOR, DAY, KEY, NOTE, names_one};

const AT_ONCE: usize = 500;
const LETTERS_MAX: usize = 20_000;

struct Columns {
    body: usize,
    said_on: Option<usize>,
    author: Option<usize>,
    /// Kept in the note under their names.
    others: Vec<usize>,
}

impl Columns {
    fn of(table: &Table, links: &[usize]) -> Option<Columns> {
        let free = |at: &usize| !links.contains(at);
        let columns = &table.columns;
        let mut texts: Vec<usize> = (0..columns.len()).filter(free).collect();
        let weigh = |at: &usize| {
            let column = &columns[*at];
            let named = if names_one(&column.words, NOTE) {
                40.0
            } else {
                0.0
            };
            named + column.length * column.lettered
        };
        texts.sort_by(|a, b| weigh(b).total_cmp(&weigh(a)));
        let body = *texts.first()?;
        let dated = columns.iter().position(|c| c.dates > 0.7);
        let said_on = dated
            .or_else(|| table.called(DAY))
            .filter(|at| *at != body && free(at));
        let author = table.called(AUTHOR);
        let author = author.filter(|at| *at != body && Some(*at) != said_on && free(at));
        let others = (0..columns.len()).filter(free).filter(|at| {
            let number = KEY.contains(&columns[*at].words.as_str());
            *at != body && Some(*at) != said_on && Some(*at) != author && !number
        });
        Some(Columns {
            body,
            said_on,
            author,
            others: others.collect(),
        })
    }

    fn body(&self, table: &Table, cells: &[String]) -> String {
        let mut body = cells[self.body].trim().to_owned();
        for at in self
            .others
            .iter()
            .filter(|at| !cells[**at].trim().is_empty())
        {
            body.push_str(&format!(
                "\n{}: {}",
                table.columns[*at].name,
                cells[*at].trim()
            ));
        }
        body.chars().take(LETTERS_MAX).collect()
    }
}

impl Run<'_> {
    pub(crate) async fn write_notes(
        &mut self,
        progress: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<()> {
        let language = self.language;
        for table in self.plan.holding(Holds::Notes) {
            let to_listing = self.plan.to_listings.get(&table).cloned();
            let to_person = self.plan.to_people.get(&table).cloned();
            let links = [&to_listing, &to_person]
                .into_iter()
                .flatten()
                .map(|l| l.column);
            let links: Vec<usize> = links.collect();
            let Some(columns) = Columns::of(&self.plan.tables[table], &links) else {
                continue;
            };
            let mut told = std::mem::take(&mut self.plan.files[table]);
            let mut notes = Vec::new();
            self.each_row(table, |line, cells| {
                let (mut listing, mut why) =
                    (None, ("no_number", remarks::ABOUT_NOTHING.plain(language)));
                if let Some(link) = &to_listing {
                    match self.listing(link, &cells[link.column]) {
                        Ok(found) => listing = Some(found),
                        Err(lost) => why = lost.said(&cells[link.column], language),
                    }
                }
                let cell = to_person
                    .as_ref()
                    .map_or("", |link| cells[link.column].trim());
                let person = to_person
                    .as_ref()
                    .and_then(|link| self.person_of(link, cell));
                if listing.is_none() && person.is_none() {
                    if !cell.is_empty() {
                        why = (
                            "no_such_person",
                            remarks::ABOUT_NOBODY_KNOWN.about(language, &[cell]),
                        );
                    }
                    return told.orphan(why.0, line, || why.1);
                }
                let body = columns.body(&self.plan.tables[table], cells);
                if body.is_empty() {
                    return told.orphan("empty", line, || remarks::EMPTY_NOTE.plain(language));
                }
                let cell = |at: Option<usize>| at.map_or("", |at| cells[at].trim()).to_owned();
                told.joined += 1;
                notes.push(NewNote {
                    listing,
                    person,
                    said_on: cell(columns.said_on),
                    author: cell(columns.author),
                    body,
                });
            })?;
            self.report.found.notes += notes.len() as u64;
            for chunk in notes.chunks(AT_ONCE) {
                if let Some(mut tx) = self.begin().await? {
                    relations::note_many(&mut tx, self.account.id, chunk.to_vec()).await?;
                    tx.commit().await?;
                }
                progress(&told.name, chunk.len() as u64);
            }
            self.plan.files[table] = told;
        }
        Ok(())
    }
}
