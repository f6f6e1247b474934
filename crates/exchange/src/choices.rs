//! What people of several accounts said of columns that are called the same.
//!
//! A name and what was chosen for it are counted once for each account, and told only where several
//! accounts agree: nobody learns from it what the file of one of them looks like.

use std::collections::{BTreeSet, HashMap};

use ::store::{Account, Reads, Result, Tx, Val};
use dictionary::fold;

use crate::mapping::Mapping;
use crate::propose::Guess;
use crate::reason::Reason;

/// So many accounts must have said the same.
const ACCOUNTS_MIN: i64 = 2;
/// What others mean weighs less than a name that the dictionary knows, and than one's own word.
const SURE: f32 = 0.9;
/// A longer name is a text, and nobody's column.
const NAME_LETTERS_MAX: usize = 100;
const NAMES_AT_ONCE: usize = 256;

/// Folded names with what was chosen for them, and by how many accounts.
#[derive(Default)]
pub(crate) struct Choices(HashMap<String, Vec<(String, i64)>>);

impl Choices {
    /// What most accounts chose for a column of this name; unsure where they disagree.
    pub(crate) fn guess(&self, name: &str) -> Option<Guess> {
        let chosen = self.0.get(&fold(name))?;
        let (target, most) = chosen.iter().max_by_key(|(_, accounts)| *accounts)?;
        let all: i64 = chosen.iter().map(|(_, accounts)| accounts).sum();
        let sure = SURE * *most as f32 / all as f32;
        let reason = Reason::new("accepted_elsewhere", [name, &most.to_string()]);
        (*most >= ACCOUNTS_MIN).then(|| Guess::new(target, sure, reason))
    }
}

/// What was chosen for columns of these names.
pub(crate) async fn choices(
    read: &mut impl Reads,
    vertical: &str,
    columns: &[String],
) -> Result<Choices> {
    let names: BTreeSet<String> = columns.iter().map(|name| fold(name)).collect();
    let names: Vec<String> = names.into_iter().filter(|name| is_name(name)).collect();
    let mut found = Choices::default();
    for some in names.chunks(NAMES_AT_ONCE) {
        let slots: Vec<String> = (2..some.len() + 2).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT name, target, accounts FROM column_choice
             WHERE vertical = $1 AND accounts > 0 AND name IN ({})
             ORDER BY name, target",
            slots.join(", ")
        );
        let vals: Vec<Val> = std::iter::once(vertical.into())
            .chain(some.iter().map(Val::from))
            .collect();
        for row in &read.query(&sql, &vals).await? {
            let chosen = found.0.entry(row.text(0).to_owned()).or_default();
            chosen.push((row.text(1).to_owned(), row.int(2)));
        }
    }
    Ok(found)
}

/// Counts what an account now says and did not say before, and takes back what it no longer says.
pub(crate) async fn count(
    tx: &mut Tx,
    account: &Account,
    before: &[&Mapping],
    after: &[&Mapping],
) -> Result<()> {
    let (before, after) = (pairs(before), pairs(after));
    // In the order of the set, so that two accounts never wait for each other.
    for (name, target) in after.difference(&before) {
        let sql = "INSERT INTO column_choice (vertical, name, target, accounts)
            VALUES ($1, $2, $3, 1)
            ON CONFLICT (vertical, name, target) DO UPDATE SET
            accounts = column_choice.accounts + 1";
        let vals: [Val; 3] = [(&account.vertical).into(), name.into(), target.into()];
        tx.execute(sql, &vals).await?;
    }
    for (name, target) in before.difference(&after) {
        let sql = "UPDATE column_choice SET accounts = accounts - 1
            WHERE vertical = $1 AND name = $2 AND target = $3 AND accounts > 0";
        let vals: [Val; 3] = [(&account.vertical).into(), name.into(), target.into()];
        tx.execute(sql, &vals).await?;
    }
    Ok(())
}

/// What persons chose in some mappings.
fn pairs(mappings: &[&Mapping]) -> BTreeSet<(String, String)> {
    let columns = mappings.iter().flat_map(|m| &m.columns);
    let chosen = columns.filter(|c| c.is_chosen());
    let pairs = chosen.filter_map(|c| Some((fold(&c.column), c.field.clone()?)));
    pairs.filter(|(name, _)| is_name(name)).collect()
}

fn is_name(folded: &str) -> bool {
    !folded.is_empty() && folded.chars().count() <= NAME_LETTERS_MAX
}
