//! Jobs, leases, answers that are kept, and commits that are shared.

use store::{Act, Actor, Change, IdempotencyKey, NewJob, Position, Reads};
use testkit::on_both;

fn job(key: &str, due: store::Timestamp) -> NewJob {
    NewJob {
        kind: "mail",
        key: key.into(),
        account: None,
        payload: "{}".into(),
        due,
    }
}

on_both! { &[],
    async fn a_job_is_written_with_what_decides_it_or_not_at_all(world) {
        let mut tx = world.tx().await;
        let now = tx.now();
        tx.enqueue(job("lost", now));
        drop(tx);
        assert!(world.store.claim("mail", 10).await.unwrap().is_empty());
    }

    async fn the_same_key_is_one_job(world) {
        for _ in 0..2 {
            let mut tx = world.store.begin(&world.store.operator(), Act::by(Actor::System("s"))).await.unwrap();
            let now = tx.now();
            tx.enqueue(job("once", now));
            tx.commit().await.unwrap();
        }
        assert_eq!(world.store.claim("mail", 10).await.unwrap().len(), 1);
    }

    async fn a_claimed_job_comes_back_when_its_worker_dies(world) {
        let mut tx = world.store.begin(&world.store.operator(), Act::by(Actor::System("s"))).await.unwrap();
        let now = tx.now();
        tx.enqueue(job("a", now));
        tx.commit().await.unwrap();
        let first = world.store.claim("mail", 10).await.unwrap();
        assert_eq!(first.len(), 1);
        assert!(world.store.claim("mail", 10).await.unwrap().is_empty(), "nobody else gets it");
        world.clock.advance_ms(store::CLAIM_MS + 1);
        let again = world.store.claim("mail", 10).await.unwrap();
        assert_eq!((again[0].id, again[0].attempts), (first[0].id, 2));
        world.store.finish(again[0].id).await.unwrap();
        world.clock.advance_ms(store::CLAIM_MS + 1);
        assert!(world.store.claim("mail", 10).await.unwrap().is_empty());
    }

    async fn a_job_that_never_succeeds_ends_in_the_list_of_the_dead(world) {
        let mut tx = world.store.begin(&world.store.operator(), Act::by(Actor::System("s"))).await.unwrap();
        let now = tx.now();
        tx.enqueue(job("doomed", now));
        tx.commit().await.unwrap();
        for _ in 0..store::ATTEMPTS_MAX {
            world.clock.advance_ms(store::DAY_MS);
            let claimed = world.store.claim("mail", 1).await.unwrap();
            world.store.retry(&claimed[0], "no route").await.unwrap();
        }
        let dead = world.store.dead_jobs(10).await.unwrap();
        assert_eq!((dead.len(), dead[0].error.as_deref()), (1, Some("no route")));
    }

    async fn one_node_holds_a_lease_until_it_falls_silent(world) {
        let (store, ttl) = (&world.store, 10_000);
        assert!(store.lease("portals", "one", ttl).await.unwrap().is_some());
        assert!(store.lease("portals", "two", ttl).await.unwrap().is_none());
        assert!(store.lease("portals", "one", ttl).await.unwrap().is_some(), "renewed");
        world.clock.advance_ms(ttl + 1);
        assert!(store.lease("portals", "two", ttl).await.unwrap().is_some(), "taken over");
        assert!(store.lease("portals", "one", ttl).await.unwrap().is_none());
    }

    async fn the_same_request_twice_has_one_effect_and_one_answer(world) {
        let key = |body: &[u8]| IdempotencyKey::new(world.account.id, "k1", "POST /x".into(), body).unwrap();
        let mut tx = world.tx().await;
        assert_eq!(key(b"a").earlier(&mut tx).await.unwrap(), None);
        tx.answer(&key(b"a"), 201, "{}").await.unwrap();
        tx.commit().await.unwrap();
        let mut read = world.read().await;
        let again = key(b"a").earlier(&mut read).await.unwrap().expect("kept");
        assert_eq!((again.status, again.body.as_str()), (201, "{}"));
        let other = key(b"another body").earlier(&mut read).await.unwrap_err();
        assert_eq!(other.code(), "idempotency_key_reused");
        drop(read);
        world.clock.advance_ms((store::IDEMPOTENCY_DAYS + 1) * store::DAY_MS);
        let mut tx = world.tx().await;
        let next = IdempotencyKey::new(world.account.id, "k2", "POST /x".into(), b"").unwrap();
        tx.answer(&next, 200, "").await.unwrap();
        assert_eq!(key(b"a").earlier(&mut tx).await.unwrap(), None, "forgotten after seven days");
    }

    async fn a_failed_writer_takes_nobody_with_him(world) {
        let good = async {
            let mut tx = world.tx().await;
            tx.open_batch(world.account.id, "edit", "good").await.unwrap();
            tx.commit().await
        };
        let bad = async {
            let mut tx = world.tx().await;
            tx.open_batch(world.account.id, "edit", "bad").await.unwrap();
            tx.execute("INSERT INTO nowhere VALUES (1)", &[]).await.unwrap_err();
        };
        let (done, ()) = tokio::join!(good, bad);
        done.unwrap();
        // Whoever fails alone leaves nothing either, and the next goes on.
        let mut alone = world.tx().await;
        alone.open_batch(world.account.id, "edit", "alone").await.unwrap();
        drop(alone);
        let mut next = world.tx().await;
        next.open_batch(world.account.id, "edit", "next").await.unwrap();
        next.commit().await.unwrap();
        let mut read = world.read().await;
        let labels = read.query("SELECT label FROM batch ORDER BY label", &[]).await.unwrap();
        assert_eq!(labels.iter().map(|r| r.text(0)).collect::<Vec<_>>(), ["good", "next"]);
    }
}

on_both! { &[],
    async fn a_journal_of_many_rows_stands_in_the_order_in_which_it_was_told(world) {
        let mut tx = world.tx().await;
        let told: Vec<_> = (0..257).map(|_| tx.uuid()).collect();
        for id in &told {
            tx.record(Change {
                account: Some(world.account.id),
                entity: "thing",
                id: *id,
                fact: "thing.seen",
                before: None,
                after: Some(format!("\"{id}\"")),
            });
        }
        tx.commit().await.unwrap();
        world.settle().await;
        let entries = world.store.entries(Position::default(), 1_000).await.unwrap();
        let of_things: Vec<_> = entries.iter().filter(|e| e.entity == "thing").collect();
        assert_eq!(of_things.iter().map(|e| e.id).collect::<Vec<_>>(), told);
        let own = |e: &&&store::Entry| e.after.as_deref() == Some(&format!("\"{}\"", e.id));
        assert_eq!(of_things.iter().filter(own).count(), told.len());
    }
}

const THINGS: &[store::Migration] = &[store::Migration {
    name: "test/things",
    sql: "CREATE TABLE thing (number BIGINT PRIMARY KEY, name TEXT NOT NULL);",
}];

on_both! { THINGS,
    async fn a_double_among_many_rows_is_refused_and_leaves_nothing(world) {
        let sql = "INSERT INTO thing (number, name) VALUES ($1, $2)";
        let rows = |double: i64| {
            let number = move |at: i64| if at == double { at - 1 } else { at };
            (0..120).map(|at| vec![number(at).into(), format!("thing {at}").into()]).collect()
        };
        let mut tx = world.tx().await;
        let refused = tx.many(sql, rows(70)).await.unwrap_err();
        assert_eq!(refused.code(), "taken");
        drop(tx);
        let mut tx = world.tx().await;
        assert_eq!(tx.many(sql, rows(-1)).await.unwrap(), 120);
        tx.commit().await.unwrap();
        let mut read = world.read().await;
        let all = read.query("SELECT number, name FROM thing ORDER BY number", &[]).await.unwrap();
        assert_eq!(all.len(), 120);
        assert!(all.iter().all(|row| row.text(1) == format!("thing {}", row.int(0))));
    }
}

#[test]
fn ids_of_one_millisecond_keep_the_order_in_which_they_were_made() {
    let dice = store::Dice::seeded(3);
    let ids: Vec<_> = (0..5_000).map(|_| dice.uuid(testkit::MONDAY)).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
}

on_both! { &[],
    async fn looking_for_jobs_where_there_are_none_wakes_nobody(world) {
        let mut changed = world.store.changed();
        changed.mark_unchanged();
        assert!(world.store.claim("mail", 5).await.expect("a look").is_empty());
        assert!(!changed.has_changed().expect("the store lives"));
    }
}
