//! Writers of one SQLite file who do not stand in one another's way.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use store::{Act, Actor, Change, Store, Uuid};
use testkit::World;

/// Pages of it are all different, so each is written.
const LETTERS: usize = 4_000;
const TRANSACTIONS: usize = 200;
const ROWS: usize = 100;

async fn tell(store: &Store, rows: usize) {
    let act = Act::by(Actor::System("writer"));
    let mut tx = store.begin(&store.operator(), act).await.expect("begun");
    for _ in 0..rows {
        let id: Uuid = tx.uuid();
        let after = format!("\"{}\"", format!("{id}-").repeat(LETTERS / 37));
        tx.record(Change {
            account: None,
            entity: "thing",
            id,
            fact: "thing.told",
            before: None,
            after: Some(after),
        });
    }
    tx.commit().await.expect("committed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_stays_short_though_nobody_stops_writing() {
    let world = World::on_sqlite(&[]).await;
    for _ in 0..TRANSACTIONS {
        tell(&world.store, ROWS).await;
    }
    let log = world.folder.path().join("entremise.db-wal");
    let megabytes = std::fs::metadata(log).expect("a log").len() >> 20;
    let written = (TRANSACTIONS * ROWS * LETTERS) >> 20;
    assert!(
        megabytes < written as u64 / 2,
        "{megabytes} of {written} MB"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_writes_much_hears_that_somebody_waits() {
    let world = World::on_sqlite(&[]).await;
    let store = &world.store;
    tell(store, 1).await;
    assert!(!store.is_awaited(), "alone");
    let act = || Act::by(Actor::System("writer"));
    let scope = store.operator();
    let held = store.begin(&scope, act()).await.expect("begun");
    let mut other = pin!(store.begin(&scope, act()));
    let waits = poll_fn(|cx| Poll::Ready(other.as_mut().poll(cx).is_pending())).await;
    assert!(
        waits && store.is_awaited() && !store.is_awaited(),
        "told once"
    );
    drop(held);
    drop(other.await.expect("begun"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_writes_much_hears_that_another_process_writes_too() {
    let world = World::on_sqlite(&[]).await;
    let elsewhere = world.second_node().await;
    tell(&world.store, 1).await;
    world.store.is_awaited();
    tell(&world.store, 1).await;
    assert!(!world.store.is_awaited(), "alone");
    tell(&elsewhere, 1).await;
    tell(&world.store, 1).await;
    assert!(world.store.is_awaited());
}
