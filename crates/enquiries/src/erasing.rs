//! Erasing a person with everything he wrote and everything that was written to him.

use store::{Id, Reads, Result, Tx, Val, kinds};

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
