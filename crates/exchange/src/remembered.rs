//! What an account's feeds are read by: the mappings that were remembered, looked at and corrected.

use ::store::{Account, Change, Error, Id, Reads, Result, Right, Timestamp, Tx, Wrong, kinds};
use dictionary::{Dictionary, Label, Vertical};
use serde::Serialize;

use crate::mapping::{Mapping, is_target};
use crate::store;

/// A feed of an account, by the name that its mapping is kept under.
#[derive(Clone, Debug, Serialize)]
pub struct KnownFeed {
    pub feed: String,
    /// Rows that it has brought and answers for.
    pub rows: i64,
    pub mapping: Option<Mapping>,
    pub updated_at: Option<Timestamp>,
}

const NAME_LETTERS_MAX: usize = 200;

/// The feeds of an account, by name.
pub async fn feeds(read: &mut impl Reads, account: Id<kinds::Account>) -> Result<Vec<KnownFeed>> {
    let account = read.scope().reach(account)?;
    store::feeds(read, account).await
}

pub async fn feed(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    name: &str,
) -> Result<KnownFeed> {
    let all = feeds(read, account).await?;
    let found = all.into_iter().find(|known| known.feed == name);
    found.ok_or(Error::NotFound { what: "feed" })
}

/// Corrects the mapping of a feed, or says it before the first delivery: the next one is read by
/// it, rows that are known too.
pub async fn correct_mapping(
    tx: &mut Tx,
    dictionary: &Dictionary,
    account: &Account,
    name: &str,
    mapping: &Mapping,
) -> Result<KnownFeed> {
    tx.scope().demand(Right::Write)?;
    if name.trim().is_empty() || name.chars().count() > NAME_LETTERS_MAX {
        return Err(Error::NotFound { what: "feed" });
    }
    let before = match feed(tx, account.id, name).await {
        Ok(known) => known.mapping,
        Err(Error::NotFound { .. }) => None,
        Err(error) => return Err(error),
    };
    let vertical = dictionary
        .vertical(&account.vertical)
        .ok_or(Error::NotFound { what: "vertical" })?;
    check(vertical, mapping)?;
    store::remember_mapping(tx, account, name, mapping).await?;
    let told = |mapping: Option<&Mapping>| {
        serde_json::json!({ "feed": name, "mapping": mapping }).to_string()
    };
    tx.record(Change {
        account: Some(account.id),
        entity: "account",
        id: account.id.uuid(),
        fact: "feed.mapping_corrected",
        before: Some(told(before.as_ref())),
        after: Some(told(Some(mapping))),
    });
    feed(tx, account.id, name).await
}

/// Every target exists, and no field is filled from two columns.
fn check(vertical: &Vertical, mapping: &Mapping) -> Result<()> {
    let known = |target: &str| is_target(vertical, target);
    let mut wrong = Vec::new();
    for column in &mapping.columns {
        let Some(target) = column.field.as_deref().filter(|t| !known(t)) else {
            continue;
        };
        wrong.push(unfit(
            &column.column,
            [
                &format!("Il n’y a pas de champ « {target} »"),
                &format!("Er is geen veld “{target}”"),
                &format!("There is no field “{target}”; `entremise dictionary show` lists them"),
                &format!("Es gibt kein Feld „{target}“"),
            ],
        ));
    }
    let category = mapping.category.as_deref();
    if let Some(category) = category.filter(|c| vertical.category(c).is_none()) {
        wrong.push(unfit(
            "category",
            [
                &format!("Il n’y a pas de catégorie « {category} »"),
                &format!("Er is geen categorie “{category}”"),
                &format!("There is no category “{category}”"),
                &format!("Es gibt keine Kategorie „{category}“"),
            ],
        ));
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid { wrong }),
    }
}

fn unfit(field: &str, [fr, nl, en, de]: [&str; 4]) -> Wrong {
    Wrong {
        field: field.to_owned(),
        code: "unknown_target",
        message: Label {
            fr: fr.into(),
            nl: nl.into(),
            en: en.into(),
            de: de.into(),
        },
    }
}
