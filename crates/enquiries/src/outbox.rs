//! The mails that are still with us, counted for the operator's instruments.

use store::{Reads, Result, Right};

/// How many mails are in each state but `sent`, of all accounts.
pub async fn mails_by_state(read: &mut impl Reads) -> Result<Vec<(String, i64)>> {
    read.scope().demand(Right::Operate)?;
    let sql = "SELECT state, COUNT(*) FROM mail WHERE state <> 'sent'
        GROUP BY state ORDER BY state";
    let rows = read.query(sql, &[]).await?;
    let count = |row: &store::Row| (row.text(0).to_owned(), row.int(1));
    Ok(rows.iter().map(count).collect())
}
