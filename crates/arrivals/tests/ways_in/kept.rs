//! Every file that came is on one shelf, and leaves it when its weeks are over.

use std::io::Cursor;
use std::time::{Duration, SystemTime};

use arrivals::{Handed, RAW_WEEKS, SourceEdit, State, Way, change, sweep_raw, work_again};
use catalog::NewDocument;
use exchange::{Options, Removal, Report};
use media::Kept;
use store::{Id, Reads, kinds};
use testkit::on_both;

use crate::yard::{Yard, rooms, stock};

const WEEK_MS: i64 = 7 * 24 * 3_600_000;
const DEED: &str = "Acte de vente\n";

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

    async fn listing_of(&self, reference: &str) -> Id<kinds::Listing> {
        let mut read = self.world.read().await;
        let sql = "SELECT id FROM listing WHERE reference = $1";
        let row = read.one(sql, &[reference.into()]).await.expect("asked");
        row.expect("a listing").id(0)
    }

    /// Gives a listing a document whose bytes are kept.
    async fn attach(&self, reference: &str, kept: &Kept) -> Id<kinds::Listing> {
        let listing = self.listing_of(reference).await;
        let mut tx = self.world.tx().await;
        let document = NewDocument {
            listing,
            name: "acte.txt".into(),
            kind: String::new(),
            hash: kept.hash.clone(),
            bytes: 14,
        };
        let attached = catalog::attach_many(&mut tx, self.world.account.id, vec![document]).await;
        assert_eq!(attached.expect("attached"), 1);
        tx.commit().await.expect("commit");
        listing
    }

    /// A listing goes into the trash, and its time there passes.
    async fn end(&self, listing: Id<kinds::Listing>) {
        let (store, dictionary) = (&self.world.store, &self.world.dictionary);
        let mut tx = self.world.tx().await;
        catalog::trash(&mut tx, dictionary, listing)
            .await
            .expect("thrown away");
        tx.commit().await.expect("commit");
        let mut tx = store
            .begin(&store.operator(), Yard::act())
            .await
            .expect("tx");
        assert_eq!(
            catalog::purge(&mut tx).await.expect("looked"),
            0,
            "it may still come back"
        );
        tx.commit().await.expect("commit");
        self.world
            .clock
            .advance_ms(catalog::RETENTION_DAYS * store::DAY_MS + 1_000);
        let mut tx = store
            .begin(&store.operator(), Yard::act())
            .await
            .expect("tx");
        assert_eq!(catalog::purge(&mut tx).await.expect("purged"), 1);
        tx.commit().await.expect("commit");
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

    async fn a_document_outlives_the_raw_file_of_its_bytes_and_ends_with_its_listing(world) {
        let yard = Yard::of(world);
        let (store, files) = (&yard.world.store, &yard.files);
        yard.hand("stock.csv", &stock(3)).await;
        // Not every file is a stock: this one is a house's deed too.
        yard.hand("deed.txt", DEED).await;
        yard.work().await;
        let deed = yard.keep(DEED);
        let [kept, purged] = ["R1", "R2"].map(|reference| yard.attach(reference, &deed));
        let (kept, purged) = (kept.await, purged.await);
        yard.world.clock.advance_ms(RAW_WEEKS * WEEK_MS + 1_000);
        for text in [&stock(3), DEED] {
            yard.age(text, RAW_WEEKS + 1);
        }
        assert_eq!(sweep_raw(store, files, RAW_WEEKS).await.expect("swept"), 1, "the stock alone");
        let count = async || yard.count("SELECT count(*) FROM document").await;
        for (listing, documents) in [(purged, 1), (kept, 0)] {
            assert_eq!(std::io::read_to_string(files.get(&deed.hash).expect("kept")).expect("text"), DEED);
            yard.end(listing).await;
            assert_eq!(count().await, documents);
        }
        yard.age(DEED, RAW_WEEKS + 1);
        assert_eq!(sweep_raw(store, files, RAW_WEEKS).await.expect("swept"), 1);
        assert!(files.get(&deed.hash).is_err(), "nothing names it any more");
    }
}
