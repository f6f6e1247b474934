//! What people of several accounts said of columns that are called the same.
//!
//! Accounts are counted, and told of only where several agree: nobody learns from it what the file of
//! one of them looks like.

use std::collections::{BTreeSet, HashMap};

use ::store::{Account, Reads, Result, Store, Tx, Val};
use dictionary::fold;

use crate::mapping::Mapping;
use crate::propose::Guess;
use crate::reason::Reason;

/// So many others must have said the same.
const ACCOUNTS_MIN: i64 = 3;
/// What others mean is proposed and never taken by itself: a person of this account decides.
const SURE: f32 = 0.55;
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
        let reason = Reason::new("accepted_elsewhere", [name]);
        (*most >= ACCOUNTS_MIN).then(|| Guess::new(target, sure, reason))
    }
}

/// What other accounts chose for columns of these names. Only counts leave here.
pub(crate) async fn choices(
    store: &Store,
    account: &Account,
    columns: &[String],
) -> Result<Choices> {
    let names: BTreeSet<String> = columns.iter().map(|name| fold(name)).collect();
    let names: Vec<String> = names.into_iter().filter(|name| is_name(name)).collect();
    let mut read = store.read(&store.operator()).await?;
    let mut found = Choices::default();
    for some in names.chunks(NAMES_AT_ONCE) {
        let slots: Vec<String> = (3..some.len() + 3).map(|n| format!("${n}")).collect();
        let sql = format!(
            "SELECT name, target, COUNT(*) FROM column_choice
             WHERE vertical = $1 AND account <> $2 AND name IN ({})
             GROUP BY name, target ORDER BY name, target",
            slots.join(", ")
        );
        let fixed: [Val; 2] = [(&account.vertical).into(), account.id.into()];
        let vals: Vec<Val> = fixed
            .into_iter()
            .chain(some.iter().map(Val::from))
            .collect();
        for row in &read.query(&sql, &vals).await? {
            let chosen = found.0.entry(row.text(0).to_owned()).or_default();
            chosen.push((row.text(1).to_owned(), row.int(2)));
        }
    }
    Ok(found)
}

/// Notes what an account now says, and strikes out what it no longer says.
pub(crate) async fn note(
    tx: &mut Tx,
    account: &Account,
    before: &[&Mapping],
    after: &[&Mapping],
) -> Result<()> {
    let (before, after) = (pairs(before), pairs(after));
    let vals = |(name, target): &(String, String)| -> Vec<Val> {
        let (account, vertical) = (account.id.into(), (&account.vertical).into());
        vec![account, vertical, name.into(), target.into()]
    };
    let sql = "DELETE FROM column_choice
        WHERE account = $1 AND vertical = $2 AND name = $3 AND target = $4";
    tx.many(sql, before.difference(&after).map(vals).collect())
        .await?;
    // All of it: those of earlier times were not noted.
    let sql = "INSERT INTO column_choice (account, vertical, name, target)
        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    tx.many(sql, after.iter().map(vals).collect())
        .await
        .map(|_| ())
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
