//! Who has written to us, and erasing a person with everything he wrote and everything that was written to him.

use std::collections::HashSet;

use store::{Id, Reads, Result, Tx, Val, kinds};

/// So many are looked up in one statement.
const AT_ONCE: usize = 200;

/// Those among some people who have written to an account.
pub async fn writers(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    people: &[Id<kinds::Person>],
) -> Result<HashSet<Id<kinds::Person>>> {
    let account = read.scope().reach(account)?;
    let mut writers = HashSet::new();
    for chunk in people.chunks(AT_ONCE) {
        let slots: Vec<String> = (2..chunk.len() + 2).map(|n| format!("${n}")).collect();
        let ids = chunk.iter().map(|id| (*id).into());
        let vals: Vec<Val> = std::iter::once(account.into()).chain(ids).collect();
        let sql = format!(
            "SELECT DISTINCT person FROM lead WHERE account = $1 AND person IN ({})",
            slots.join(", ")
        );
        let rows = read.query(&sql, &vals).await?;
        writers.extend(rows.iter().map(|row| row.id::<kinds::Person>(0)));
    }
    Ok(writers)
}

/// Erases a person: his leads, their messages and mails, the errands that were to carry them, the
/// answers that were kept for repeated requests, and what the journal told of any of it.
pub async fn erase_person(tx: &mut Tx, id: Id<kinds::Person>) -> Result<()> {
    let person = relations::find(tx, id).await?;
    tx.scope().demand(store::Right::Manage)?;
    let account = person.account;
    let sql = "SELECT id FROM lead WHERE account = $1 AND person = $2";
    let leads = tx.query(sql, &[account.into(), id.into()]).await?;
    for row in &leads {
        erase_lead(tx, account, row.id(0)).await?;
    }
    tx.forget_answers(account, &id.to_string()).await?;
    relations::erase(tx, id).await.map(|_| ())
}

async fn erase_lead(tx: &mut Tx, account: Id<kinds::Account>, lead: Id<kinds::Lead>) -> Result<()> {
    let vals: [Val; 2] = [account.into(), lead.into()];
    let sql = "SELECT id FROM mail WHERE account = $1 AND lead = $2";
    for row in &tx.query(sql, &vals).await? {
        let mail: Id<kinds::Mail> = row.id(0);
        let sql = "DELETE FROM job WHERE kind = 'mail' AND key = $1";
        tx.execute(sql, &[mail.to_string().into()]).await?;
    }
    for sql in [
        "DELETE FROM message WHERE account = $1 AND lead = $2",
        "DELETE FROM mail WHERE account = $1 AND lead = $2",
        "DELETE FROM lead WHERE account = $1 AND id = $2",
    ] {
        tx.execute(sql, &vals).await?;
    }
    tx.redact(Some(account), "lead", lead.uuid()).await?;
    tx.forget_answers(account, &lead.to_string()).await?;
    Ok(())
}
