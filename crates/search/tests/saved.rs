//! The index saved by one process and taken up by the next.

use std::fs;

use catalog::NewListing;
use dictionary::{Live, Status, Value};
use search::{Query, open};
use testkit::{World, on_both};

async fn add_flats(world: &World, from: usize, count: usize) {
    let flat = |number: usize| {
        let mut values = dictionary::Values::new();
        values.insert("purpose".into(), Value::OneOf("sale".into()));
        values.insert("bedrooms".into(), Value::Integer(number as i64 % 5));
        NewListing {
            vertical: "estate".into(),
            category: "apartment".into(),
            status: Status::Live,
            reference: format!("flat-{number}"),
            values,
            parent: None,
            level: None,
            photos: Vec::new(),
        }
    };
    let mut tx = world.tx().await;
    let flats = (from..from + count).map(flat).collect();
    catalog::create_many(&mut tx, world.account.id, flats)
        .await
        .expect("flats");
    tx.commit().await.expect("a commit");
    world.settle().await;
}

fn two_bedrooms() -> Query {
    Query {
        vertical: Some("estate".into()),
        choices: vec![("purpose".into(), vec!["sale".into()])],
        words: "flat".into(),
        limit: 100,
        facets: true,
        ..Query::default()
    }
}

on_both! { &[],
    async fn the_next_start_takes_up_what_the_last_one_saved_and_follows_on(world) {
        let (live, folder) = (Live::embedded(), world.path().join("search"));
        add_flats(&world, 0, 40).await;
        let (index, mut followed) = open(&world.store, &live, Some(&folder)).await.expect("an index");
        followed.save(&index, &world.store).await.expect("saved");
        add_flats(&world, 40, 3).await;

        let (again, mut followed) = open(&world.store, &live, Some(&folder)).await.expect("an index");
        let (fresh, _) = open(&world.store, &live, None).await.expect("an index");
        assert_eq!(again.len(), 43);
        assert_eq!(again.dump(), fresh.dump());
        let (ours, theirs) = (again.search(&two_bedrooms()), fresh.search(&two_bedrooms()));
        assert_eq!((ours.total, &ours.hits, &ours.facets), (43, &theirs.hits, &theirs.facets));
        for hit in &ours.hits {
            assert_eq!(again.listing(hit.id), fresh.listing(hit.id));
        }

        // Saved a second time and a third: the tail becomes a segment beside the first.
        followed.save(&again, &world.store).await.expect("saved");
        add_flats(&world, 43, 2).await;
        let (third, _) = open(&world.store, &live, Some(&folder)).await.expect("an index");
        assert_eq!(third.len(), 45);
        assert!(third.search(&two_bedrooms()).hits.iter().all(|hit| third.listing(hit.id).is_some()));
    }

    async fn a_damaged_or_foreign_index_is_left_aside(world) {
        let (live, folder) = (Live::embedded(), world.path().join("search"));
        add_flats(&world, 0, 5).await;
        let (index, mut followed) = open(&world.store, &live, Some(&folder)).await.expect("an index");
        followed.save(&index, &world.store).await.expect("saved");
        let file = folder.join("index");
        let good = fs::read(&file).expect("the file");
        for at in [0, 9, good.len() / 2, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 0x40;
            fs::write(&file, bad).expect("written");
            let (index, _) = open(&world.store, &live, Some(&folder)).await.expect("an index");
            assert_eq!(index.len(), 5, "with byte {at} turned");
        }
        for length in [0, 7, good.len() / 2] {
            fs::write(&file, &good[..length]).expect("written");
            let (index, _) = open(&world.store, &live, Some(&folder)).await.expect("an index");
            assert_eq!(index.len(), 5, "cut at {length}");
        }
        // Another deployment's index in our folder: its journal is not ours.
        fs::write(&file, &good).expect("written");
        let other = match world.location {
            store::Location::Sqlite(_) => World::on_sqlite(&[]).await,
            store::Location::Postgres(_) => World::on_postgres(&[]).await,
        };
        add_flats(&other, 100, 2).await;
        let (index, _) = open(&other.store, &live, Some(&folder)).await.expect("an index");
        assert_eq!(index.len(), 2);
    }
}
