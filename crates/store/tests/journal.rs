//! The journal: one commit with the rows, in commit order, without gaps.

use store::{Act, Actor, Change, Position, Reads, Store, Tx};
use testkit::{World, on_both};

fn change(world: &World, tx: &mut Tx, fact: &'static str) {
    let id = tx.uuid();
    let account = Some(world.account.id);
    tx.record(Change {
        account,
        entity: "note",
        id,
        fact,
        before: None,
        after: Some("{}".into()),
    });
}

async fn facts_after(store: &Store, after: Position) -> (Vec<String>, Position) {
    let entries = store.entries(after, 1000).await.unwrap();
    let last = entries.last().map_or(after, |e| e.position);
    (
        entries
            .into_iter()
            .filter(|e| e.entity == "note")
            .map(|e| e.fact)
            .collect(),
        last,
    )
}

on_both! { &[],
    async fn what_is_rolled_back_was_never_told(world) {
        let mut tx = world.tx().await;
        change(&world, &mut tx, "note.lost");
        drop(tx);
        let mut tx = world.tx().await;
        change(&world, &mut tx, "note.kept");
        tx.commit().await.unwrap();
        assert_eq!(world.story().await, "note.kept by story via command-line");
    }

    async fn a_follower_skips_nothing_that_a_slower_writer_commits_later(world) {
        let start = world.store.head().await.unwrap();
        if !world.store.is_postgres() {
            // One writer at a time: the second waits, so order and commit order are one.
            for fact in ["note.first", "note.second"] {
                let mut tx = world.tx().await;
                change(&world, &mut tx, fact);
                tx.commit().await.unwrap();
            }
            let (seen, _) = facts_after(&world.store, start).await;
            assert_eq!(seen, ["note.first", "note.second"]);
            return;
        }
        // The slow writer takes its number first and commits last.
        let mut slow = raw_writer(&world).await;
        slow.begin("note.slow").await;
        let mut fast = world.tx().await;
        change(&world, &mut fast, "note.fast");
        fast.commit().await.unwrap();

        // A cursor over the plain sequence has seen the fast one, and will never see the slow one.
        let naive = slow.highest_seq().await;
        let (early, cursor) = facts_after(&world.store, start).await;
        assert!(early.is_empty(), "nothing above the oldest running transaction is shown: {early:?}");
        slow.commit().await;
        assert!(slow.seq_of("note.slow").await < naive, "a plain sequence would skip the slow one");

        world.settle().await;
        let (seen, _) = facts_after(&world.store, cursor).await;
        assert_eq!(seen, ["note.slow", "note.fast"]);
    }

    async fn followers_see_every_row_once_while_many_write_at_once(world) {
        const WRITERS: usize = 6;
        const EACH: usize = 20;
        let start = world.store.head().await.unwrap();
        let writers: Vec<_> = (0..WRITERS).map(|_| {
            let (store, scope, account) = (world.store.clone(), world.scope(), world.account.id);
            tokio::spawn(async move {
                for _ in 0..EACH {
                    let mut tx = store.begin(&scope, Act::by(Actor::System("story"))).await.unwrap();
                    let id = tx.uuid();
                    let account = Some(account);
                    let fact = "note.written";
                    tx.record(Change { account, entity: "note", id, fact, before: None, after: None });
                    tx.commit().await.unwrap();
                }
            })
        }).collect();
        let (mut seen, mut cursor) = (Vec::new(), start);
        let mut changed = world.store.changed();
        while seen.len() < WRITERS * EACH {
            let entries = world.store.entries(cursor, 7).await.unwrap();
            match entries.last() {
                Some(last) => cursor = last.position,
                // Woken by the commits; the last one may be held back by a neighbour's transaction.
                None => drop(tokio::time::timeout(std::time::Duration::from_millis(50), changed.changed()).await),
            }
            seen.extend(entries.into_iter().map(|e| e.id));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        let (total, distinct) = (seen.len(), seen.iter().collect::<std::collections::BTreeSet<_>>().len());
        assert_eq!((total, distinct), (WRITERS * EACH, WRITERS * EACH));
        assert!(world.store.entries(cursor, 10).await.unwrap().is_empty());
    }

    async fn a_commit_here_wakes_the_other_node(world) {
        let other = world.second_node().await;
        let mut changed = other.changed();
        changed.mark_unchanged();
        let mut tx = world.tx().await;
        change(&world, &mut tx, "note.kept");
        tx.commit().await.unwrap();
        let woken = tokio::time::timeout(std::time::Duration::from_secs(10), changed.changed()).await;
        assert!(woken.is_ok(), "the other node was not woken");
    }

    async fn erasing_blanks_what_the_journal_told(world) {
        let mut tx = world.tx().await;
        let id = tx.uuid();
        let account = Some(world.account.id);
        let after = Some(r#"{"name":"Ada"}"#.to_owned());
        tx.record(Change { account, entity: "person", id, fact: "person.recorded", before: None, after });
        tx.commit().await.unwrap();
        let mut tx = world.tx().await;
        tx.redact(account, "person", id).await.unwrap();
        tx.commit().await.unwrap();
        world.settle().await;
        let entries = world.store.entries(Position::default(), 100).await.unwrap();
        assert!(entries.iter().all(|e| e.after.as_deref().is_none_or(|a| !a.contains("Ada"))));
        assert!(world.story().await.ends_with("journal.redacted by story via command-line"));
    }
}

/// A connection of the schema's owner that writes a journal row by hand and takes its time.
struct RawWriter {
    client: tokio_postgres::Client,
    account: store::Uuid,
}

async fn raw_writer(world: &World) -> RawWriter {
    let store::Location::Postgres(url) = &world.location else {
        unreachable!("only on PostgreSQL")
    };
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
        .batch_execute("SELECT set_config('entremise.account', '*', false)")
        .await
        .unwrap();
    RawWriter {
        client,
        account: world.account.id.uuid(),
    }
}

impl RawWriter {
    async fn begin(&mut self, fact: &str) {
        self.client.batch_execute("BEGIN").await.unwrap();
        let sql = "INSERT INTO journal (tx, at, account, actor, via, entity, id, fact)
            VALUES (pg_current_xact_id()::text::bigint, 0, $1, 'slow', 'site', 'note', $1, $2)";
        self.client
            .execute(sql, &[&self.account, &fact])
            .await
            .unwrap();
    }

    async fn commit(&mut self) {
        self.client.batch_execute("COMMIT").await.unwrap();
    }

    async fn highest_seq(&self) -> i64 {
        let sql = "SELECT last_value FROM journal_seq_seq";
        self.client.query_one(sql, &[]).await.unwrap().get(0)
    }

    async fn seq_of(&self, fact: &str) -> i64 {
        let sql = "SELECT seq FROM journal WHERE fact = $1";
        self.client.query_one(sql, &[&fact]).await.unwrap().get(0)
    }
}

#[test]
fn a_position_reads_as_it_is_written() {
    for position in [
        Position {
            transaction: 0,
            seq: 12,
        },
        Position {
            transaction: 7,
            seq: 3,
        },
    ] {
        assert_eq!(position.to_string().parse(), Ok(position));
    }
}

on_both! { &[],
    async fn the_reader_of_one_account_sees_nothing_of_another(world) {
        let mut tx = world.tx().await;
        change(&world, &mut tx, "note.kept");
        tx.commit().await.unwrap();
        let mut read = world.store.read(&world.scope_of(world.stranger.id)).await.unwrap();
        let asked = store::journal::Asked { account: Some(world.account.id), limit: 10, ..Default::default() };
        let seen = store::journal::ask(&mut read, &asked).await.unwrap();
        assert!(seen.iter().all(|e| e.account == Some(world.stranger.id)), "{seen:?}");
        assert!(read.scope().account() == Some(world.stranger.id));
    }
}
