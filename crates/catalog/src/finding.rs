//! Finding listings, within what the scope reaches.

use ::store::{Id, Reads, Result, Right, Timestamp, Val, kinds};
use dictionary::{Dictionary, Status};

use crate::{CHUNK, Listing, store};

/// What the office's list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub vertical: Option<String>,
    pub category: Option<String>,
    pub status: Option<Status>,
    /// Part of the reference or of any text.
    pub words: String,
    /// Continue after this listing (newest change first).
    pub after: Option<(Timestamp, Id<kinds::Listing>)>,
    pub limit: usize,
}

pub async fn find(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    id: Id<kinds::Listing>,
) -> Result<Option<Listing>> {
    let found = store::select(read, dictionary, "id = $1", &[id.into()]).await?;
    let reached = |listing: &Listing| read.scope().reach(listing.account).is_ok();
    Ok(found.into_iter().next().filter(reached))
}

/// Those that exist, in no order.
pub async fn find_many(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    ids: &[Id<kinds::Listing>],
) -> Result<Vec<Listing>> {
    let among: Vec<Val> = ids.iter().map(|id| (*id).into()).collect();
    let found = store::select_among(read, dictionary, &[], "id", &among).await?;
    Ok(found
        .into_iter()
        .filter(|l| read.scope().reach(l.account).is_ok())
        .collect())
}

/// An account's listings by its own references.
pub async fn by_references(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    account: Id<kinds::Account>,
    vertical: &str,
    references: &[String],
) -> Result<Vec<Listing>> {
    let account = read.scope().reach(account)?;
    let fixed = [("account", account.into()), ("vertical", vertical.into())];
    let among: Vec<Val> = references.iter().map(Val::from).collect();
    store::select_among(read, dictionary, &fixed, "reference", &among).await
}

/// The listings directly below one: a project's phases, a building's floors.
pub async fn children(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    parent: &Listing,
) -> Result<Vec<Listing>> {
    let account = read.scope().reach(parent.account)?;
    let condition = "account = $1 AND parent = $2 ORDER BY reference, id";
    store::select(
        read,
        dictionary,
        condition,
        &[account.into(), parent.id.into()],
    )
    .await
}

/// A page of an account's listings, last changed first, and how many there are in all.
pub async fn list(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    account: Id<kinds::Account>,
    filter: &Filter,
) -> Result<(Vec<Listing>, i64)> {
    let account = read.scope().reach(account)?;
    let mut vals: Vec<Val> = vec![account.into()];
    let mut condition = String::from("account = $1");
    let mut also = |sql: &str, val: Val| {
        vals.push(val);
        condition.push_str(&sql.replace("$$", &format!("${}", vals.len())));
    };
    if let Some(vertical) = &filter.vertical {
        also(" AND vertical = $$", vertical.into());
    }
    if let Some(category) = &filter.category {
        also(" AND category = $$", category.into());
    }
    if let Some(status) = filter.status {
        also(" AND status = $$", status.key().into());
    }
    let words = filter.words.trim();
    if has_reference(read, account, words).await? {
        let letters = by_letters(read);
        also(&format!(" AND {letters} >= $$"), words.into());
        let end = format!("{words}\u{10ffff}");
        also(&format!(" AND {letters} < $$"), end.into());
    } else if !words.is_empty() {
        let words = words.to_lowercase().replace(['%', '_'], "");
        let sql = " AND (LOWER(reference) LIKE $$ OR LOWER(body) LIKE $$)";
        also(sql, format!("%{words}%").into());
    }
    let total = store::count(read, &condition, &vals).await?;
    if let Some((at, id)) = filter.after {
        vals.extend([at.into(), id.into()]);
        let (at, id) = (vals.len() - 1, vals.len());
        condition.push_str(&format!(" AND (updated_at, id) < (${at}, ${id})"));
    }
    vals.push(::store::count(filter.limit.clamp(1, CHUNK)));
    // Many may begin so: they are sorted without their bodies.
    let order = "ORDER BY updated_at DESC, id DESC";
    let condition = format!(
        "id IN (SELECT id FROM listing WHERE {condition} {order} LIMIT ${}) {order}",
        vals.len()
    );
    Ok((
        store::select(read, dictionary, &condition, &vals).await?,
        total,
    ))
}

/// The reference as its letters are numbered, which is how SQLite compares and its index stands.
fn by_letters(read: &impl Reads) -> &'static str {
    match read.is_postgres() {
        true => "reference COLLATE \"C\"",
        false => "reference",
    }
}

/// Whether a listing's reference begins so: the usual way to look one up, and the quick one.
async fn has_reference(
    read: &mut impl Reads,
    account: Id<kinds::Account>,
    words: &str,
) -> Result<bool> {
    if words.is_empty() || words.contains(' ') {
        return Ok(false);
    }
    let letters = by_letters(read);
    let sql = format!(
        "SELECT 1 FROM listing WHERE account = $1 AND {letters} >= $2 AND {letters} < $3 LIMIT 1"
    );
    let end = format!("{words}\u{10ffff}");
    let vals = [account.into(), words.into(), end.into()];
    Ok(read.one(&sql, &vals).await?.is_some())
}

/// An account's listings in the order of ids, a page at a time; for followers that plan anew.
pub async fn page_of_account(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    account: Id<kinds::Account>,
    after: Option<Id<kinds::Listing>>,
    limit: usize,
) -> Result<Vec<Listing>> {
    let account = read.scope().reach(account)?;
    let after = after.unwrap_or(Id::from_uuid(::store::Uuid::nil()));
    let condition = "account = $1 AND id > $2 ORDER BY id LIMIT $3";
    let vals = [account.into(), after.into(), ::store::count(limit)];
    store::select(read, dictionary, condition, &vals).await
}

/// Every listing of every account in the order of ids, a page at a time; for followers that
/// rebuild. Begin with None and hand in the last id of the page before.
pub async fn page_of_all(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    after: Option<Id<kinds::Listing>>,
    limit: usize,
) -> Result<Vec<Listing>> {
    read.scope().demand(Right::Operate)?;
    let after = after.unwrap_or(Id::from_uuid(::store::Uuid::nil()));
    let condition = "id > $1 ORDER BY id LIMIT $2";
    store::select(
        read,
        dictionary,
        condition,
        &[after.into(), ::store::count(limit)],
    )
    .await
}
