//! People come over from another system, hundreds at a time.

use std::collections::HashMap;

use dictionary::{Language, fold};
use store::{Id, Reads, Result, Tx, Val, json, kinds};

use crate::{COLUMNS, Known, Person, person, tell};

/// So many are looked up in one statement.
pub(crate) const AT_ONCE: usize = 200;
/// Where a second name is kept that came with an address of somebody known.
const OTHER_NAME: &str = "other name";

/// Somebody as another system knew him.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    pub email: String,
    pub name: String,
    pub phone: String,
    pub language: Option<Language>,
    pub known: Known,
}

/// What became of somebody who was carried over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Recorded,
    /// He was here; what was empty has been filled.
    Filled,
    Unchanged,
}

/// Records people as part of the transaction's batch, in their order. The same address, or without
/// one the same number and name, or the same name and telephone, is the same person: then only what
/// is empty is filled, and nothing is written over. Doing it twice does it once.
pub async fn carry_many(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    language: Language,
    people: Vec<Carried>,
) -> Result<Vec<(Id<kinds::Person>, Fate)>> {
    let account = tx.scope().reach(account)?;
    let mut fates = Vec::with_capacity(people.len());
    let mut rest = people;
    while !rest.is_empty() {
        let next = rest.split_off(rest.len().min(AT_ONCE));
        let chunk = std::mem::replace(&mut rest, next);
        let mut here = Here::look(tx, account, &chunk).await?;
        for new in chunk {
            fates.push(carry(tx, account, language, new, &mut here).await?);
        }
    }
    Ok(fates)
}

async fn carry(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    language: Language,
    new: Carried,
    here: &mut Here,
) -> Result<(Id<kinds::Person>, Fate)> {
    let email = new.email.trim().to_lowercase();
    if let Some(at) = here.find(&email, &new) {
        let before = &here.people[at];
        let was_removed = here.removed.remove(&before.id).is_some();
        let after = filled(before, &email, new);
        let id = before.id;
        if was_removed {
            crate::undoing::forget_removed(tx, id).await?;
            write(tx, &after).await?;
            set_batch(tx, id).await?;
            tell(tx, &after, "person.recorded", None, Some(json(&after)?));
            here.put(at, after);
            return Ok((id, Fate::Recorded));
        }
        if after == *before {
            return Ok((id, Fate::Unchanged));
        }
        write(tx, &after).await?;
        let (was, is) = (Some(json(before)?), Some(json(&after)?));
        tell(tx, &after, "person.changed", was, is);
        here.put(at, after);
        return Ok((id, Fate::Filled));
    }
    let person = Person {
        id: tx.id(),
        account,
        email,
        name: new.name,
        phone: new.phone,
        language: new.language.unwrap_or(language),
        created_at: tx.now(),
        known: new.known,
    };
    insert(tx, &person).await?;
    tell(tx, &person, "person.recorded", None, Some(json(&person)?));
    let id = person.id;
    here.put(here.people.len(), person);
    Ok((id, Fate::Recorded))
}

/// The people of an account that a chunk may mean.
#[derive(Default)]
struct Here {
    people: Vec<Person>,
    by_email: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    removed: HashMap<Id<kinds::Person>, ()>,
}

impl Here {
    async fn look(tx: &mut Tx, account: Id<kinds::Account>, chunk: &[Carried]) -> Result<Here> {
        let mut here = Here::default();
        let emails = chunk.iter().map(|p| p.email.trim().to_lowercase());
        let emails: Vec<String> = emails.filter(|e| !e.is_empty()).collect();
        let names = chunk.iter().filter(|p| p.email.trim().is_empty());
        let names: Vec<String> = names.map(|p| p.name.clone()).collect();
        for (column, among) in [("email", emails), ("name", names)] {
            if among.is_empty() {
                continue;
            }
            let slots: Vec<String> = (2..among.len() + 2).map(|n| format!("${n}")).collect();
            let sql = format!(
                "SELECT {COLUMNS}, removed_at FROM person WHERE account = $1 AND {column} IN ({})
                 ORDER BY created_at, id",
                slots.join(", ")
            );
            let vals: Vec<Val> = std::iter::once(account.into())
                .chain(among.iter().map(Val::from))
                .collect();
            for row in &tx.query(&sql, &vals).await? {
                let person = person(row);
                if here.people.iter().any(|known| known.id == person.id) {
                    continue;
                }
                if row.opt_time(17).is_some() {
                    here.removed.insert(person.id, ());
                }
                here.put(here.people.len(), person);
            }
        }
        Ok(here)
    }

    fn put(&mut self, at: usize, person: Person) {
        if !person.email.is_empty() {
            self.by_email.insert(person.email.clone(), at);
        }
        let named = self.by_name.entry(fold(&person.name)).or_default();
        if !named.contains(&at) {
            named.push(at);
        }
        match self.people.get_mut(at) {
            Some(place) => *place = person,
            None => self.people.push(person),
        }
    }

    fn find(&self, email: &str, new: &Carried) -> Option<usize> {
        if !email.is_empty() {
            return self.by_email.get(email).copied();
        }
        let named = self.by_name.get(&fold(&new.name))?;
        let same = |at: &&usize| {
            let known = &self.people[**at];
            let (ours, theirs) = (&known.known.reference, &new.known.reference);
            match ours.is_empty() || theirs.is_empty() {
                false => ours == theirs,
                true => known.phone == new.phone && !new.phone.is_empty(),
            }
        };
        named.iter().find(same).copied()
    }
}

/// The person with what the other system knew and we did not.
fn filled(before: &Person, email: &str, new: Carried) -> Person {
    let mut after = before.clone();
    let fill = |ours: &mut String, theirs: String| {
        if ours.trim().is_empty() {
            *ours = theirs;
        }
    };
    let renamed = !new.name.is_empty() && fold(&new.name) != fold(&before.name);
    if renamed && !before.name.is_empty() {
        let other = after.known.details.entry(OTHER_NAME.into()).or_default();
        if !other.split("; ").any(|name| name == new.name) {
            let pause = if other.is_empty() { "" } else { "; " };
            other.push_str(&format!("{pause}{}", new.name));
        }
    }
    fill(&mut after.name, new.name);
    fill(&mut after.email, email.to_owned());
    fill(&mut after.phone, new.phone);
    let (ours, theirs) = (&mut after.known, new.known);
    // Half of another's name beside his own would make a third.
    if !renamed {
        fill(&mut ours.given_name, theirs.given_name);
        fill(&mut ours.family_name, theirs.family_name);
    }
    fill(&mut ours.company, theirs.company);
    fill(&mut ours.kind, theirs.kind);
    if ours.street.is_empty() && ours.postcode.is_empty() && ours.town.is_empty() {
        ours.street = theirs.street;
        ours.postcode = theirs.postcode;
        ours.town = theirs.town;
        fill(&mut ours.country, theirs.country);
    }
    fill(&mut ours.reference, theirs.reference);
    for (name, value) in theirs.details {
        ours.details.entry(name).or_insert(value);
    }
    after
}

/// What a person is kept under where he has no address.
fn kept_under(person: &Person) -> String {
    match person.email.is_empty() {
        true => person.id.to_string(),
        false => person.email.clone(),
    }
}

fn row_of(person: &Person) -> Result<Vec<Val>> {
    let known = &person.known;
    Ok(vec![
        person.id.into(),
        kept_under(person).into(),
        (&person.name).into(),
        (&person.phone).into(),
        person.language.code().into(),
        (&known.given_name).into(),
        (&known.family_name).into(),
        (&known.company).into(),
        (&known.kind).into(),
        (&known.street).into(),
        (&known.postcode).into(),
        (&known.town).into(),
        (&known.country).into(),
        (&known.reference).into(),
        json(&known.details)?.into(),
    ])
}

async fn insert(tx: &mut Tx, person: &Person) -> Result<()> {
    let sql = "INSERT INTO person (id, email, name, phone, language, given_name, family_name,
        company, kind, street, postcode, town, country, reference, details, account, created_at,
        batch) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
        $18)";
    let mut vals = row_of(person)?;
    let batch = tx.act().batch;
    vals.extend([
        person.account.into(),
        person.created_at.into(),
        batch.into(),
    ]);
    tx.execute(sql, &vals).await.map(|_| ())
}

pub(crate) async fn write(tx: &mut Tx, person: &Person) -> Result<()> {
    let sql = "UPDATE person SET email = $2, name = $3, phone = $4, language = $5,
        given_name = $6, family_name = $7, company = $8, kind = $9, street = $10, postcode = $11,
        town = $12, country = $13, reference = $14, details = $15 WHERE id = $1";
    tx.execute(sql, &row_of(person)?).await.map(|_| ())
}

async fn set_batch(tx: &mut Tx, id: Id<kinds::Person>) -> Result<()> {
    let batch = tx.act().batch;
    let sql = "UPDATE person SET batch = $2 WHERE id = $1";
    tx.execute(sql, &[id.into(), batch.into()])
        .await
        .map(|_| ())
}
