//! A database with rows of earlier versions is brought up to date without losing one.

use exchange::MIGRATIONS;
use store::{Act, Actor, Clock, Dice, Location, NewAccount, Reads, Store, Tx, Uuid, Val};
use testkit::{MONDAY, fresh_postgres};

/// Rows were found by their keys until then.
const BY_KEY: usize = 2;
const ROWS: u128 = 300;

async fn open(location: &Location, steps: usize) -> Store {
    let store = Store::open(
        location,
        &MIGRATIONS[..steps],
        Clock::held_at(MONDAY),
        Dice::seeded(7),
    );
    store.await.expect("it opens")
}

async fn writer(store: &Store) -> Tx {
    let act = Act::by(Actor::System("test"));
    let begun = store.begin(&store.operator(), act).await;
    begun.expect("begun")
}

async fn rows_are_kept(location: Location) {
    let store = open(&location, BY_KEY).await;
    let mut tx = writer(&store).await;
    let new = NewAccount {
        slug: "garage".into(),
        name: "Garage".into(),
        vertical: "auto".into(),
        country: "BE".into(),
        language: "fr".into(),
        profile: String::new(),
    };
    let account = tx.add_account(new).await.expect("an account").id;
    let sql = "INSERT INTO import_row (account, feed, key, hash, listing, batch)
        VALUES ($1, 'nightly', $2, $3, $4, $5)";
    let row = |key: u128, listing: u128| -> Vec<Val> {
        let [key, hash, listing, batch] = [key, key * 7, listing, 9].map(Uuid::from_u128);
        vec![
            account.into(),
            key.into(),
            hash.into(),
            listing.into(),
            batch.into(),
        ]
    };
    let rows = (1..=ROWS).map(|n| row(n * 7_919 % 65_537, n)).collect();
    tx.many(sql, rows).await.expect("rows");
    // A listing that was told again under another key.
    tx.many(sql, vec![row(70_000, 1)]).await.expect("a row");
    tx.commit().await.expect("a commit");
    drop(store);

    for _ in 0..2 {
        let store = open(&location, MIGRATIONS.len()).await;
        let mut read = store.read(&store.operator()).await.expect("a reader");
        let sql = "SELECT key, hash, listing FROM import_row WHERE account = $1 ORDER BY listing";
        let found = read.query(sql, &[account.into()]).await.expect("rows");
        assert_eq!(found.len(), ROWS as usize, "one for each listing");
        for (at, row) in found.iter().enumerate() {
            let (key, hash) = (row.uuid(0).as_u128(), row.uuid(1).as_u128());
            assert_eq!((row.uuid(2).as_u128(), hash), (at as u128 + 1, key * 7));
        }
        assert_eq!(found[0].uuid(0).as_u128(), 70_000, "the later of two keys");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_found_by_key_are_found_by_listing_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    rows_are_kept(Location::Sqlite(folder.path().join("entremise.db"))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_found_by_key_are_found_by_listing_on_postgresql() {
    rows_are_kept(Location::Postgres(fresh_postgres().await)).await;
}
