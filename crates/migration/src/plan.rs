//! Which file holds what, and which column of which names the records of another.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use dictionary::{Dictionary, Language};
use exchange::{Mapping, join_key};
use store::{Account, Result, Scope, Store};

use crate::answers::{Answers, Join};
use crate::holds::{ASK_BELOW, Guess, Holds, guesses, settled};
use crate::joins::{Key, Link, keys, links, share};
use crate::parcel::Parcel;
use crate::people::fields_of;
use crate::remarks;
use crate::report::{FileReport, Joined, Question, Taken};
use crate::table::{Table, is_document, is_picture, is_table};
use crate::words::{LISTING, PERSON, holds_one, role_of};

const ANSWERS_SHOWN: usize = 4;

pub(crate) struct Plan {
    pub(crate) parcel: Arc<Parcel>,
    /// Of what is said.
    language: Language,
    pub(crate) tables: Vec<Table>,
    pub(crate) holds: Vec<Holds>,
    /// What is told of each table, in the order of `tables`, and behind them of other files.
    pub(crate) files: Vec<FileReport>,
    pub(crate) listing_keys: Vec<Key>,
    pub(crate) people_keys: Vec<Key>,
    pub(crate) to_listings: HashMap<usize, Link>,
    pub(crate) to_people: HashMap<usize, Link>,
    /// Columns of listings that name somebody, and as what.
    pub(crate) roles: HashMap<usize, Vec<(Link, String)>>,
    /// The column that is the key of a table of listings.
    pub(crate) primary: HashMap<usize, usize>,
    pub(crate) questions: Vec<Question>,
}

/// Who asks, for looking at tables as listings.
pub(crate) struct Asker<'a> {
    pub(crate) store: &'a Store,
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) scope: &'a Scope,
    pub(crate) account: &'a Account,
    pub(crate) language: Language,
}

impl Plan {
    pub(crate) async fn of(
        asker: &Asker<'_>,
        parcel: Arc<Parcel>,
        answers: &Answers,
    ) -> Result<Plan> {
        let mut plan = Plan {
            parcel,
            language: asker.language,
            tables: Vec::new(),
            holds: Vec::new(),
            files: Vec::new(),
            listing_keys: Vec::new(),
            people_keys: Vec::new(),
            to_listings: HashMap::new(),
            to_people: HashMap::new(),
            roles: HashMap::new(),
            primary: HashMap::new(),
            questions: Vec::new(),
        };
        let others = plan.read(answers);
        for at in 0..plan.tables.len() {
            let guesses = plan.guess(asker, at).await?;
            plan.settle(at, guesses, answers);
        }
        plan.files.extend(others);
        plan.join(answers);
        plan.unheard(answers);
        Ok(plan)
    }

    /// Reads what may be a table; tells of what is not.
    fn read(&mut self, answers: &Answers) -> Vec<FileReport> {
        let (mut others, language) = (Vec::new(), self.language);
        let parcel = self.parcel.clone();
        for piece in parcel.files() {
            let name = &piece.name;
            let asked = answers.holds.contains_key(name);
            if answers.without.contains(name) {
                others.push(left(name, remarks::LEFT_OUT.plain(language)));
            } else if asked || (is_table(name) && !is_picture(name)) {
                match Table::read(&parcel, name) {
                    Ok(table) => self.tables.push(table),
                    Err(refusal) => {
                        let why = refusal.to_string();
                        let said = remarks::UNREADABLE.about(language, &[name, &why]);
                        others.push(left(name, said.clone()));
                        self.ask("broken_file", name, said, vec![format!("--without {name}")]);
                    }
                }
            } else if may_hold_rows(name) {
                let said = remarks::CLOSED_FILE.about(language, &[name]);
                others.push(left(name, said.clone()));
                self.ask("closed_file", name, said, vec![format!("--without {name}")]);
            } else if !is_picture(name) && !is_document(name) {
                others.push(left(name, remarks::OF_NO_USE.plain(language)));
            }
        }
        others
    }

    async fn guess(&self, asker: &Asker<'_>, at: usize) -> Result<Vec<Guess>> {
        let table = &self.tables[at];
        if table.columns.len() < 2 || table.rows == 0 {
            return Ok(Vec::new());
        }
        let Ok(source) = self.parcel.open_file(&table.file) else {
            return Ok(Vec::new());
        };
        let options = exchange::Options {
            language: Some(self.language),
            ..exchange::Options::default()
        };
        let account = asker.account.clone();
        let looked = exchange::preview(
            asker.store,
            asker.dictionary,
            asker.scope,
            account,
            source,
            options,
            0,
        );
        let mapping: Mapping = looked.await?.mapping;
        Ok(guesses(table, &mapping))
    }

    fn settle(&mut self, at: usize, guesses: Vec<Guess>, answers: &Answers) {
        let (table, language) = (&self.tables[at], self.language);
        let file = table.file.clone();
        let mut report = FileReport {
            name: file.clone(),
            format: table.format.into(),
            rows: table.rows + table.unread,
            headers: table.columns.iter().map(|c| c.name.clone()).collect(),
            ..FileReport::default()
        };
        for refusal in &table.unread_first {
            report.orphan(refusal.code, refusal.line, || refusal.message.clone());
        }
        if let Some(first) = report.orphans.first_mut() {
            first.count += table.unread.saturating_sub(table.unread_first.len() as u64);
        }
        for (name, rows) in &table.others {
            report.orphan("other_table", 0, || {
                remarks::OTHER_TABLE.about(language, &[name, &rows.to_string()])
            });
        }
        let guess = match (answers.holds.get(&file), settled(&guesses)) {
            (Some(holds), _) => Some((*holds, 1.0, remarks::AS_SAID.plain(language))),
            (None, Some(guess)) => Some((guess.holds, guess.sure, guess.reason(language))),
            (None, None) if table.rows == 0 => {
                Some((Holds::Nothing, 1.0, remarks::NO_ROWS.plain(language)))
            }
            (None, None) if table.columns.len() < 2 => {
                Some((Holds::Nothing, 1.0, remarks::NO_TABLE.plain(language)))
            }
            (None, None) => None,
        };
        match guess {
            Some((holds, sure, why)) => {
                (report.holds, report.confidence, report.reason) = (holds, sure, why);
            }
            None => {
                let likely = guesses.iter().map(|g| g.holds).chain([Holds::Nothing]);
                let answers = likely.take(ANSWERS_SHOWN);
                let answers = answers
                    .map(|h| format!("--is {file}={}", h.key()))
                    .collect();
                let said = remarks::UNCLEAR_FILE.about(language, &[&file]);
                report.reason.clone_from(&said);
                self.ask("unclear_file", &file, said, answers);
            }
        }
        self.holds.push(report.holds);
        self.files.push(report);
    }

    pub(crate) fn holding(&self, holds: Holds) -> Vec<usize> {
        (0..self.tables.len())
            .filter(|at| self.holds[*at] == holds)
            .collect()
    }

    fn join(&mut self, answers: &Answers) {
        let (listings, people) = (self.holding(Holds::Listings), self.holding(Holds::People));
        self.listing_keys = keys(&self.tables, &listings);
        self.people_keys = keys(&self.tables, &people);
        for at in 0..self.tables.len() {
            match self.holds[at] {
                Holds::Photos | Holds::Documents => self.join_one(at, (true, false), answers),
                Holds::Parties => self.join_one(at, (true, true), answers),
                Holds::Notes => self.join_either(at, answers),
                Holds::People => self.join_people(at, answers),
                Holds::Listings => self.join_roles(at, answers),
                Holds::Nothing => {}
            }
        }
        for at in people {
            let fields = fields_of(&self.tables[at]);
            let columns = &self.tables[at].columns;
            let taken = fields.iter().map(|f| Taken {
                column: columns[f.at].name.clone(),
                field: f.field.key().into(),
                confidence: f.sure,
            });
            self.files[at].columns = taken.collect();
        }
        self.choose_primary(&listings);
    }

    /// The links of a table to listings, or to people.
    fn found(&self, at: usize, listings: bool, not: &HashSet<usize>) -> Vec<Link> {
        match listings {
            true => links(&self.tables, at, &self.listing_keys, LISTING, not),
            false => links(&self.tables, at, &self.people_keys, PERSON, not),
        }
    }

    fn join_one(&mut self, at: usize, (listings, people): (bool, bool), answers: &Answers) {
        let mut not = HashSet::new();
        for to_listings in [true, false] {
            if (to_listings && !listings) || (!to_listings && !people) {
                continue;
            }
            let said = self.said(at, to_listings, answers);
            let found = self.found(at, to_listings, &not);
            let sure = found.first().filter(|l| l.sure >= ASK_BELOW).cloned();
            match said.or(sure) {
                Some(link) => {
                    not.insert(link.column);
                    self.take(at, to_listings, link);
                }
                None => self.ask_join(at, to_listings, &found),
            }
        }
    }

    /// Notes may be about a listing, about a person, or about both.
    fn join_either(&mut self, at: usize, answers: &Answers) {
        let mut not = HashSet::new();
        let mut asked = Vec::new();
        for to_listings in [true, false] {
            let found = self.found(at, to_listings, &not);
            let sure = found.first().filter(|l| l.sure >= ASK_BELOW).cloned();
            match self.said(at, to_listings, answers).or(sure) {
                Some(link) => {
                    not.insert(link.column);
                    self.take(at, to_listings, link);
                }
                None => asked.push((to_listings, found)),
            }
        }
        if asked.len() == 2 {
            let (to_listings, found) = asked.swap_remove(0);
            self.ask_join(at, to_listings, &found);
        }
    }

    /// People may name the listing that they are of; only a column that is called so is believed.
    fn join_people(&mut self, at: usize, answers: &Answers) {
        let found = self.found(at, true, &HashSet::new());
        let called = |l: &&Link| holds_one(&self.tables[at].columns[l.column].words, LISTING);
        let sure = found
            .iter()
            .filter(|l| l.sure >= ASK_BELOW)
            .find(called)
            .cloned();
        if let Some(link) = self.said(at, true, answers).or(sure) {
            self.take(at, true, link);
        }
    }

    /// Listings may name their owner, who rents them, and others; again only by the name.
    fn join_roles(&mut self, at: usize, answers: &Answers) {
        let said = self.said(at, false, answers);
        let found = self.found(at, false, &HashSet::new());
        let mut roles = Vec::new();
        for link in said.into_iter().chain(found) {
            let words = self.tables[at].columns[link.column].words.clone();
            let known = roles
                .iter()
                .any(|(l, _): &(Link, String)| l.column == link.column);
            let called = holds_one(&words, PERSON) || role_of(&words).is_some();
            if known || link.sure < ASK_BELOW || !(called || link.sure >= 1.0) {
                continue;
            }
            let told = self.told(at, &link, false);
            self.files[at].joins.push(told);
            let role = role_of(&words).unwrap_or("contact").to_owned();
            roles.push((link, role));
        }
        self.roles.insert(at, roles);
    }

    fn take(&mut self, at: usize, to_listings: bool, link: Link) {
        let told = self.told(at, &link, to_listings);
        self.files[at].joins.push(told);
        let links = match to_listings {
            true => &mut self.to_listings,
            false => &mut self.to_people,
        };
        links.insert(at, link);
    }

    fn told(&self, at: usize, link: &Link, to_listings: bool) -> Joined {
        let keys = if to_listings {
            &self.listing_keys
        } else {
            &self.people_keys
        };
        let (table, column) = keys[link.key].places[0];
        Joined {
            column: self.tables[at].columns[link.column].name.clone(),
            to_file: self.tables[table].file.clone(),
            to_column: self.tables[table].columns[column].name.clone(),
            share: link.share,
            confidence: link.sure,
        }
    }

    /// What a person said of a table's column.
    fn said(&mut self, at: usize, to_listings: bool, answers: &Answers) -> Option<Link> {
        let file = self.tables[at].file.clone();
        for join in answers.joins.iter().filter(|j| j.file == file) {
            let Some(link) = self.link_of(at, join, to_listings) else {
                continue;
            };
            return Some(link);
        }
        None
    }

    fn link_of(&mut self, at: usize, join: &Join, to_listings: bool) -> Option<Link> {
        let wanted = if to_listings {
            Holds::Listings
        } else {
            Holds::People
        };
        let to = self.tables.iter().position(|t| t.file == join.to_file)?;
        if self.holds[to] != wanted {
            return None;
        }
        let column = self.tables[at].column(&join.column)?;
        let place = (to, self.tables[to].column(&join.to_column)?);
        let keys = match to_listings {
            true => &mut self.listing_keys,
            false => &mut self.people_keys,
        };
        let known = keys.iter().position(|k| k.places.contains(&place));
        let key = known.unwrap_or_else(|| {
            let words = self.tables[to].columns[place.1].words.clone();
            keys.push(Key {
                words,
                places: vec![place],
            });
            keys.len() - 1
        });
        let share = share(&self.tables, &self.tables[at].columns[column], &keys[key]);
        Some(Link {
            column,
            key,
            share: (share * 100.0).round() / 100.0,
            sure: 1.0,
        })
    }

    fn ask_join(&mut self, at: usize, to_listings: bool, found: &[Link]) {
        let file = self.tables[at].file.clone();
        let answers = found.iter().take(ANSWERS_SHOWN).map(|link| {
            let to = self.told(at, link, to_listings);
            format!(
                "--join {file}:{}={}:{}",
                to.column, to.to_file, to.to_column
            )
        });
        let answers = answers.chain([format!("--without {file}")]).collect();
        let (unclear, none) = match to_listings {
            true => (remarks::UNCLEAR_LISTING, remarks::NO_LISTING_COLUMN),
            false => (remarks::UNCLEAR_PERSON, remarks::NO_PERSON_COLUMN),
        };
        let said = match found.first() {
            Some(best) => {
                let column = &self.tables[at].columns[best.column].name;
                let share = format!("{:.0}", best.share * 100.0);
                unclear.about(self.language, &[&file, column, &share])
            }
            None => none.about(self.language, &[&file]),
        };
        self.ask("unclear_join", &file, said, answers);
    }

    fn ask(&mut self, code: &'static str, file: &str, said: String, answers: Vec<String>) {
        self.questions.push(Question {
            code,
            file: file.to_owned(),
            said,
            answers,
        });
    }

    /// Of each table of listings the column that most rows of others name it by.
    fn choose_primary(&mut self, listings: &[usize]) {
        let mut used: HashMap<usize, u64> = HashMap::new();
        for (at, link) in &self.to_listings {
            *used.entry(link.key).or_default() += self.tables[*at].rows + 1;
        }
        for table in listings {
            let of = |key: &Key| key.places.iter().find(|(t, _)| t == table).map(|(_, c)| *c);
            let mut candidates: Vec<(u64, usize, usize)> = Vec::new();
            for (number, key) in self.listing_keys.iter().enumerate() {
                let bare = crate::words::KEY.contains(&key.words.as_str());
                let rank = used.get(&number).copied().unwrap_or(0) * 2 + u64::from(bare);
                candidates.extend(of(key).map(|column| (rank, number, column)));
            }
            let best = candidates
                .iter()
                .max_by_key(|(rank, number, _)| (*rank, std::cmp::Reverse(*number)));
            if let Some((rank, _, column)) = best
                && *rank > 0
            {
                self.primary.insert(*table, *column);
                let column = &self.tables[*table].columns[*column];
                let more = column
                    .values
                    .values()
                    .map(|(count, _)| u64::from(*count) - 1);
                self.files[*table].key = Some(column.name.clone());
                self.files[*table].doubled = more.sum();
            }
        }
    }

    /// Whoever answers about a file that is not there has mistyped it.
    fn unheard(&mut self, answers: &Answers) {
        let known: HashSet<String> = self.parcel.files().map(|f| f.name.clone()).collect();
        let names: Vec<String> = answers.files().iter().map(|f| (*f).to_owned()).collect();
        for name in names.into_iter().filter(|name| !known.contains(name)) {
            let shown: Vec<&str> = self.tables.iter().map(|t| t.file.as_str()).collect();
            let said = remarks::NO_SUCH_FILE.about(self.language, &[&name, &shown.join(", ")]);
            self.ask("no_such_file", &name, said, Vec::new());
        }
    }

    /// The listing that a cell names, by the key of its table; None when none is called so.
    pub(crate) fn named(&self, link: &Link, cell: &str) -> Option<(usize, u128)> {
        let value = join_key(cell);
        let key = &self.listing_keys[link.key];
        let holds = |(table, at): &&(usize, usize)| {
            self.tables[*table].columns[*at].values.contains_key(&value)
        };
        key.places
            .iter()
            .find(holds)
            .map(|(table, _)| (*table, value))
    }
}

/// What is not read here and may hold what is looked for.
fn may_hold_rows(name: &str) -> bool {
    const ENDINGS: [&str; 12] = [
        ".zip", ".rar", ".7z", ".tar", ".tgz", ".mdb", ".accdb", ".sql", ".bak", ".sqlite", ".db",
        ".fdb",
    ];
    let name = name.to_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

fn left(name: &str, reason: String) -> FileReport {
    FileReport {
        name: name.to_owned(),
        confidence: 1.0,
        reason,
        ..FileReport::default()
    }
}
