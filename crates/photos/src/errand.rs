//! What is to be fetched for a listing, marked where the listing is written.

use ::store::{Id, Reads, Result, Right, Timestamp, Tx, kinds};
use dictionary::Photo;

use crate::signed::unsigned;
use crate::store;

/// A listing whose photos were set by an import.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub listing: Id<kinds::Listing>,
    pub photos: Vec<Photo>,
    /// Where the feed says so: the number of the row from 1, and its line.
    pub row: u64,
    pub line: u64,
}

/// A listing with photos to be fetched.
#[derive(Clone, Debug)]
pub(crate) struct Errand {
    pub(crate) listing: Id<kinds::Listing>,
    pub(crate) account: Id<kinds::Account>,
    pub(crate) batch: Id<kinds::Batch>,
    /// When it was marked: a later mark is another errand.
    pub(crate) since: Timestamp,
    /// How often its addresses were asked before.
    pub(crate) tries: i64,
    /// Addresses whose pictures are held are asked too.
    pub(crate) anew: bool,
}

/// Marks listings whose photos an import has just set, in its transaction.
pub async fn want(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    batch: Id<kinds::Batch>,
    wanted: Vec<Wanted>,
) -> Result<()> {
    let account = tx.scope().reach(account)?;
    store::mark(tx, account, batch, wanted).await
}

/// Marks the listings of a feed whose rows have not changed, because its pictures change under
/// their addresses; those that `batch` has just marked stay marked by it. How many there are.
pub async fn ask_anew(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    batch: Option<Id<kinds::Batch>>,
    listings: &[Id<kinds::Listing>],
) -> Result<u64> {
    let account = tx.scope().reach(account)?;
    store::mark_anew(tx, account, batch, listings).await
}

/// Asks at once for what failed in an import, because somebody has mended it. How many listings.
pub async fn try_again(
    tx: &mut Tx,
    account: Id<kinds::Account>,
    batch: Id<kinds::Batch>,
) -> Result<u64> {
    tx.scope().demand(Right::Write)?;
    let account = tx.scope().reach(account)?;
    store::try_again(tx, account, batch).await
}

/// Whether a photo stands at an address of the web, and not beside its table.
pub fn is_address(photo: &Photo) -> bool {
    photo.url.as_deref().is_some_and(|url| url.contains("://"))
}

pub(crate) fn is_missing(photo: &Photo) -> bool {
    is_address(photo) && photo.object.is_none()
}

/// Whom an address asks, as far as politeness is concerned; empty for what is none.
pub(crate) fn host_of(url: &str) -> String {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    host.chars().take(253).collect::<String>().to_lowercase()
}

/// By what an address is known, however it is signed.
pub(crate) fn key_of(url: &str) -> ::store::Uuid {
    let hash = blake3::hash(unsigned(url).as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&hash.as_bytes()[..16]);
    ::store::Uuid::from_bytes(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_address_is_found_without_its_password() {
        for (url, host) in [
            ("https://Img.Example/1.jpg", "img.example"),
            ("http://a:b@img.example:8080/1.jpg", "img.example:8080"),
            ("http://img.example?n=1", "img.example"),
            ("1.jpg", ""),
        ] {
            assert_eq!(host_of(url), host);
        }
    }
}
