//! Every file that came is on one shelf, and leaves it when its weeks are over.

use std::io::Cursor;
use std::time::{Duration, SystemTime};

use arrivals::{Handed, RAW_WEEKS, SourceEdit, State, Way, change, sweep_raw, work_again};
use exchange::{Options, Removal, Report};
use testkit::on_both;

use crate::yard::{Yard, rooms, stock};

const WEEK_MS: i64 = 7 * 24 * 3_600_000;

impl Yard {
    /// Imports a file while its sender waits, as the office, the API and the command line do.
    async fn import(&self, name: &str, text: &str, options: Options) -> Report {
        let (files, kept) = (self.files.clone(), text.to_owned());
        let keep = move || {
            let mut coming = files.begin("handed", 1 << 20)?;
            coming.write(kept.as_bytes())?;
            coming.keep()
        };
        let handed = Handed {
            file: Box::new(Cursor::new(text.to_owned())),
            keep,
        };
        let options = Options {
            name: name.into(),
            ..options
        };
        let (store, dictionary) = (&self.world.store, &self.world.dictionary);
        let (scope, account) = (self.world.scope(), self.world.account.clone());
        let mut quietly = |_: &Report| {};
        let told = arrivals::import(
            store,
            dictionary,
            &scope,
            account,
            handed,
            options,
            &mut quietly,
        );
        told.await.expect("imported")
    }

    /// The raw file was written so many weeks ago, by the story's clock.
    fn age(&self, text: &str, weeks: i64) {
        let hash = blake3::hash(text.as_bytes()).to_hex().to_string();
        let file = self.files.get(&hash).expect("the raw file");
        let then = self.world.store.now().0 - weeks * WEEK_MS;
        let then = Duration::from_millis(u64::try_from(then).expect("after 1970"));
        file.set_modified(SystemTime::UNIX_EPOCH + then)
            .expect("an old file");
    }

    async fn again_with(&self, id: store::Id<store::kinds::Arrival>) -> store::Result<()> {
        let store = &self.world.store;
        let mut tx = store
            .begin(&store.operator(), Yard::act())
            .await
            .expect("tx");
        work_again(&mut tx, id, false).await?;
        tx.commit().await.map(drop)
    }
}

on_both! { &rooms(),
    async fn an_import_whose_sender_waits_is_an_arrival_too_and_can_be_worked_again(world) {
        let yard = Yard::of(world);
        let report = yard.import("houses.csv", &stock(5), Options::default()).await;
        let dry = Options { dry_run: true, ..Options::default() };
        yard.import("looked at.csv", &stock(6), dry).await;
        yard.import("some.csv", &stock(1), Options { partial: true, ..Options::default() }).await;
        let came = yard.came().await;
        let told: Vec<_> = came.iter().map(|a| (a.name.as_str(), a.state, a.partial)).collect();
        assert_eq!(told, [
            ("houses.csv", State::Imported, false),
            ("some.csv", State::Unchanged, true),
        ]);
        assert_eq!((came[0].batch, came[0].report["created"].as_u64()), (report.batch, Some(5)));
        let raw = std::io::read_to_string(yard.files.get(&came[0].hash).expect("kept"));
        assert_eq!(raw.expect("text"), stock(5));
        for arrival in &came {
            yard.again_with(arrival.id).await.expect("again");
            yard.work().await;
        }
        assert_eq!(yard.live().await, 5, "some of it is some of it, also when it is worked again");
    }

    async fn a_file_handed_over_for_a_source_is_worked_by_its_policy(world) {
        let yard = Yard::of(world);
        let (source, _) = yard.source(Way::Ftp, "dms", "").await;
        let store = &yard.world.store;
        let mut tx = store.begin(&store.operator(), Yard::act()).await.expect("tx");
        let never = SourceEdit { removal: Some(Removal::Never), ..SourceEdit::default() };
        change(&mut tx, &yard.seal, source.id, never).await.expect("changed");
        tx.commit().await.expect("commit");
        let named = || Options { feed: Some("dms".into()), ..Options::default() };
        yard.import("a.csv", &stock(5), named()).await;
        yard.import("b.csv", &stock(4), named()).await;
        assert_eq!(yard.live().await, 5);
        assert!(yard.came().await.iter().all(|a| a.source == source.id));
    }

    async fn raw_files_end_after_their_weeks_but_none_that_waits(world) {
        let yard = Yard::of(world);
        let (store, files) = (&yard.world.store, &yard.files);
        yard.hand("done.csv", &stock(30)).await;
        yard.hand("asked.csv", &stock(3)).await;
        yard.work().await;
        yard.hand("waiting.csv", &stock(29)).await;
        yard.world.clock.advance_ms(RAW_WEEKS * WEEK_MS + 1_000);
        for text in [stock(30), stock(3), stock(29)] {
            yard.age(&text, RAW_WEEKS + 1);
        }
        assert_eq!(sweep_raw(store, files, RAW_WEEKS).await.expect("swept"), 1);
        assert_eq!(sweep_raw(store, files, RAW_WEEKS).await.expect("swept"), 0);
        let came = yard.came().await;
        let gone: Vec<_> = came.iter().map(|a| (a.raw_gone, files.get(&a.hash).is_err())).collect();
        assert_eq!(gone, [(true, true), (false, false), (false, false)]);
        let refused = yard.again_with(came[0].id).await.expect_err("there is nothing to work");
        assert_eq!(refused.code(), "raw_gone");
        yard.work().await;
        assert_eq!(yard.story().await[2].1, State::Imported);
    }
}
