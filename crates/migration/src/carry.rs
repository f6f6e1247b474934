//! People come over, and what they have to do with the listings.

use std::collections::HashSet;

use dictionary::{Language, fold};
use exchange::join_key;
use relations::{Carried, Fate, NewParty};
use store::{Id, Result, Uuid, kinds};

use crate::holds::Holds;
use crate::joins::Link;
use crate::people::{fields_of, person};
use crate::remarks;
use crate::run::Run;
use crate::words::{ROLE, role_of, words_of};

const AT_ONCE: usize = 500;
/// The role of somebody of whom nothing says what he is.
const ANY_ROLE: &str = "contact";

/// Somebody from a row, with the numbers he is called by.
struct Coming {
    line: u64,
    carried: Carried,
    keys: Vec<(usize, u128)>,
    /// The listing that his row names.
    listing: Option<String>,
}

impl Run<'_> {
    pub(crate) async fn carry_people(
        &mut self,
        progress: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<()> {
        let language = self.language;
        for table in self.plan.holding(Holds::People) {
            let mut told = std::mem::take(&mut self.plan.files[table]);
            let fields = fields_of(&self.plan.tables[table]);
            let link = self.plan.to_listings.get(&table).cloned();
            let skip: Vec<usize> = link.iter().map(|l| l.column).collect();
            let own: Vec<(usize, usize)> = self.keys_of(table);
            let mut sheet = self.sheet(table)?;
            let mut coming: Vec<Coming> = Vec::new();
            let mut done = 0;
            loop {
                let row = sheet.next_row();
                let ended = row.is_none();
                if let Some(Ok(row)) = row {
                    match person(&self.plan.tables[table], &fields, &skip, &row.cells) {
                        Some(carried) => coming.push(Coming {
                            line: row.line,
                            carried,
                            keys: own
                                .iter()
                                .map(|(k, c)| (*k, join_key(&row.cells[*c])))
                                .collect(),
                            listing: link.as_ref().map(|l| row.cells[l.column].clone()),
                        }),
                        None => told.orphan("nobody", row.line, || remarks::NOBODY.plain(language)),
                    }
                }
                if coming.len() >= AT_ONCE || (ended && !coming.is_empty()) {
                    done += coming.len() as u64;
                    let chunk = std::mem::take(&mut coming);
                    self.carry_some(table, chunk, link.as_ref(), &mut told)
                        .await?;
                    progress(&told.name, done);
                }
                if ended {
                    break;
                }
            }
            self.plan.files[table] = told;
        }
        Ok(())
    }

    /// The keys that a table of people has, each with its column.
    fn keys_of(&self, table: usize) -> Vec<(usize, usize)> {
        let keys = self.plan.people_keys.iter().enumerate();
        let own = keys.filter_map(|(number, key)| {
            let place = key.places.iter().find(|(t, _)| *t == table)?;
            Some((number, place.1))
        });
        own.collect()
    }

    async fn carry_some(
        &mut self,
        table: usize,
        coming: Vec<Coming>,
        link: Option<&Link>,
        told: &mut crate::report::FileReport,
    ) -> Result<()> {
        let said_in = self.language;
        let people: Vec<Carried> = coming.iter().map(|c| c.carried.clone()).collect();
        let language = Language::parse(&self.account.language).unwrap_or_default();
        let mut tx = self.begin().await?;
        let fates = match &mut tx {
            Some(tx) => relations::carry_many(tx, self.account.id, language, people).await?,
            None => people.iter().map(|p| self.meet(p)).collect(),
        };
        let by_file = role_of(&words_of(&self.plan.tables[table].file));
        let mut parties = Vec::new();
        for (coming, (id, fate)) in coming.iter().zip(fates) {
            told.joined += 1;
            match fate {
                Fate::Recorded => self.report.found.persons += 1,
                Fate::Filled | Fate::Unchanged => told.doubled += 1,
            }
            for (key, value) in &coming.keys {
                self.people
                    .entry(*key)
                    .or_default()
                    .entry(*value)
                    .or_insert(id);
            }
            let (Some(link), Some(cell)) = (link, &coming.listing) else {
                continue;
            };
            match self.listing(link, cell) {
                Ok(listing) => {
                    let kind = coming.carried.known.kind.as_str();
                    let role = if kind.is_empty() {
                        by_file.unwrap_or(ANY_ROLE)
                    } else {
                        kind
                    };
                    parties.push(NewParty {
                        listing,
                        person: id,
                        role: role.to_owned(),
                    });
                }
                Err(crate::run::Lost::NoNumber) => {}
                Err(lost) => {
                    let (code, said) = lost.said(cell, said_in);
                    told.orphan(code, coming.line, || said);
                }
            }
        }
        self.report.found.parties += parties.len() as u64;
        if let Some(mut tx) = tx {
            relations::join_many(&mut tx, self.account.id, parties).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Somebody in a dry run: the same twice is told as the real run would tell it.
    fn meet(&mut self, carried: &Carried) -> (Id<kinds::Person>, Fate) {
        let email = carried.email.trim().to_lowercase();
        let told = match email.is_empty() {
            false => email,
            true => format!(
                "{}\n{}\n{}",
                fold(&carried.name),
                carried.known.reference,
                carried.phone
            ),
        };
        let key = join_key(&told);
        let fate = match self.met.insert(key) {
            true => Fate::Recorded,
            false => Fate::Unchanged,
        };
        (Id::from_uuid(Uuid::from_u128(key)), fate)
    }

    /// Who has to do with which listing, as listings and tables of parties say.
    pub(crate) async fn join_parties(
        &mut self,
        progress: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<()> {
        let language = self.language;
        for table in self.plan.holding(Holds::Listings) {
            let roles = self.plan.roles.get(&table).cloned().unwrap_or_default();
            let Some(own) = self
                .plan
                .primary
                .get(&table)
                .copied()
                .filter(|_| !roles.is_empty())
            else {
                self.cannot_join(table, &roles);
                continue;
            };
            let mut told = std::mem::take(&mut self.plan.files[table]);
            let mut parties = Vec::new();
            self.each_row(table, |line, cells| {
                let Ok(listing) = self.taken(table, join_key(&cells[own])) else {
                    return;
                };
                for (link, role) in &roles {
                    let cell = &cells[link.column];
                    match self.person_of(link, cell) {
                        Some(person) => {
                            let role = role.clone();
                            parties.push(NewParty {
                                listing,
                                person,
                                role,
                            });
                        }
                        None if cell.trim().is_empty() => {}
                        None => told.orphan("no_such_person", line, || {
                            remarks::ROLE_IN_NO_FILE.about(language, &[role, cell.trim()])
                        }),
                    }
                }
            })?;
            self.plan.files[table] = told;
            self.write_parties(parties, progress).await?;
        }
        for table in self.plan.holding(Holds::Parties) {
            self.join_table(table, progress).await?;
        }
        Ok(())
    }

    /// Columns that name people, in listings of which nothing is the number.
    fn cannot_join(&mut self, table: usize, roles: &[(Link, String)]) {
        let language = self.language;
        if !roles.is_empty() {
            self.plan.files[table].orphan("no_number", 0, || remarks::CANNOT_JOIN.plain(language));
        }
    }

    async fn join_table(
        &mut self,
        table: usize,
        progress: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<()> {
        let links = (
            self.plan.to_listings.get(&table),
            self.plan.to_people.get(&table),
        );
        let (Some(listings), Some(people)) = (links.0.cloned(), links.1.cloned()) else {
            return Ok(());
        };
        let language = self.language;
        let role_at = self.plan.tables[table].called(ROLE);
        let role_at = role_at.filter(|at| *at != listings.column && *at != people.column);
        let by_name = role_of(&self.plan.tables[table].columns[people.column].words);
        let mut told = std::mem::take(&mut self.plan.files[table]);
        let mut parties = Vec::new();
        self.each_row(table, |line, cells| {
            let cell = &cells[listings.column];
            let listing = match self.listing(&listings, cell) {
                Ok(listing) => listing,
                Err(lost) => {
                    let (code, said) = lost.said(cell, language);
                    return told.orphan(code, line, || said);
                }
            };
            let cell = &cells[people.column];
            let Some(person) = self.person_of(&people, cell) else {
                return told.orphan("no_such_person", line, || {
                    remarks::PERSON_IN_NO_FILE.about(language, &[cell.trim()])
                });
            };
            let word = role_at.map_or("", |at| cells[at].trim());
            let role = match word {
                "" => by_name.unwrap_or(ANY_ROLE).to_owned(),
                word => role_of(word).map_or_else(|| word.to_lowercase(), str::to_owned),
            };
            told.joined += 1;
            parties.push(NewParty {
                listing,
                person,
                role,
            });
        })?;
        self.plan.files[table] = told;
        self.write_parties(parties, progress).await
    }

    pub(crate) fn person_of(&self, link: &Link, cell: &str) -> Option<Id<kinds::Person>> {
        if cell.trim().is_empty() {
            return None;
        }
        self.people.get(&link.key)?.get(&join_key(cell)).copied()
    }

    async fn write_parties(
        &mut self,
        parties: Vec<NewParty>,
        progress: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<()> {
        let distinct: HashSet<&NewParty> = parties.iter().collect();
        self.report.found.parties += distinct.len() as u64;
        for chunk in parties.chunks(AT_ONCE) {
            if let Some(mut tx) = self.begin().await? {
                relations::join_many(&mut tx, self.account.id, chunk.to_vec()).await?;
                tx.commit().await?;
            }
            progress("parties", chunk.len() as u64);
        }
        Ok(())
    }
}
