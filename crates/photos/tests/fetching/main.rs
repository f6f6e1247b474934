//! Photos named by address come in the background, in their order, and only when they changed.

mod disk;
mod gallery;

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use catalog::{Listing, NewListing};
use dictionary::{Live, Photo, Status, Value};
use media::Objects;
use photos::{Counts, Failure, Fetcher, Manners, Wanted};
use reach::{Patience, Reach};
use store::{Id, MINUTE_MS, kinds};
use testkit::{World, on_both};

use crate::gallery::{Gallery, Reply, ok, png, status};

/// A world with a place for pictures, and one import in the works.
struct Hall {
    world: World,
    objects: Objects,
    batch: Id<kinds::Batch>,
}

impl Hall {
    async fn of(world: World) -> Hall {
        let objects = Objects::open(&world.path().join("media")).expect("objects");
        let mut tx = world.tx().await;
        let batch = tx
            .open_batch(world.account.id, "import", "stock.csv")
            .await
            .expect("a batch");
        tx.commit().await.expect("commit");
        Hall {
            world,
            objects,
            batch,
        }
    }

    /// A listing of row `row` with photos at some addresses, as an import writes it.
    async fn listing(&self, row: u64, urls: &[String]) -> Id<kinds::Listing> {
        let photos = named(urls);
        let title = Value::Texts([("fr".to_owned(), format!("Maison {row}"))].into());
        let new = NewListing {
            vertical: "estate".into(),
            category: "house".into(),
            status: Status::Live,
            parent: None,
            level: None,
            reference: format!("R{row}"),
            values: [("title".into(), title)].into(),
            photos: photos.clone(),
        };
        let mut tx = self.world.tx().await;
        let listing = catalog::create(&mut tx, self.world.account.id, new)
            .await
            .expect("made")
            .id;
        self.want(tx, listing, photos, row).await;
        listing
    }

    /// The photos of a listing as the next import sets them.
    async fn again(&self, listing: Id<kinds::Listing>, photos: Vec<Photo>) {
        let mut tx = self.world.tx().await;
        let before = catalog::find(&mut tx, &self.world.dictionary, listing)
            .await
            .expect("found");
        let before = before.expect("a listing");
        let after = Listing {
            photos: photos.clone(),
            ..before.clone()
        };
        catalog::update_many(&mut tx, vec![(before, after)])
            .await
            .expect("changed");
        self.want(tx, listing, photos, 1).await;
    }

    async fn want(
        &self,
        mut tx: store::Tx,
        listing: Id<kinds::Listing>,
        photos: Vec<Photo>,
        row: u64,
    ) {
        let wanted = Wanted {
            listing,
            photos,
            row,
            line: row + 1,
        };
        photos::want(&mut tx, self.world.account.id, self.batch, vec![wanted])
            .await
            .expect("marked");
        tx.commit().await.expect("commit");
    }

    fn fetcher(&self, reach: Reach) -> Fetcher {
        let manners = Manners {
            per_host: 1,
            patience: Patience {
                connect: Duration::from_secs(5),
                silence: Duration::from_millis(300),
                whole: Duration::from_secs(20),
            },
            ..Manners::default()
        };
        let dictionary = Live::embedded();
        let (store, objects) = (self.world.store.clone(), self.objects.clone());
        Fetcher::new(store, dictionary, objects, reach, manners).expect("a client")
    }

    async fn fetch(&self) {
        self.fetcher(Reach::Everywhere)
            .fetch_due()
            .await
            .expect("fetched");
    }

    async fn find(&self, listing: Id<kinds::Listing>) -> Listing {
        let mut read = self.world.read().await;
        let found = catalog::find(&mut read, &self.world.dictionary, listing)
            .await
            .expect("found");
        found.expect("a listing")
    }

    /// The widths of a listing's photos: 0 for one that is not here.
    async fn widths(&self, listing: Id<kinds::Listing>) -> Vec<u32> {
        let photos = self.find(listing).await.photos;
        photos
            .iter()
            .map(|p| p.object.as_ref().map_or(0, |_| p.width))
            .collect()
    }

    async fn counts(&self) -> Counts {
        let mut read = self.world.read().await;
        let counts = photos::counts(&mut read, self.world.account.id, &[self.batch]).await;
        counts
            .expect("counts")
            .get(&self.batch)
            .copied()
            .unwrap_or_default()
    }

    async fn failures(&self) -> Vec<Failure> {
        let mut read = self.world.read().await;
        let found = photos::failures(&mut read, self.world.account.id, Some(self.batch), 100).await;
        found.expect("failures")
    }

    async fn codes(&self) -> Vec<String> {
        self.failures().await.into_iter().map(|f| f.code).collect()
    }

    /// Tries until nothing is tried before the night any more.
    async fn all_tries(&self) {
        for _ in 0..6 {
            self.fetch().await;
            self.world.clock.advance_ms(61 * MINUTE_MS);
        }
    }
}

fn named(urls: &[String]) -> Vec<Photo> {
    let photo = |url: &String| Photo {
        url: Some(url.clone()),
        ..Photo::default()
    };
    urls.iter().map(photo).collect()
}

fn counts(waiting: i64, fetched: i64, failed: i64) -> Counts {
    Counts {
        waiting,
        fetched,
        failed,
    }
}

on_both! { &[],
    async fn photos_come_in_the_order_of_the_listing_and_are_asked_for_once(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let urls = [web.picture("c.png", 30), web.picture("a.png", 10), web.picture("b.png", 20)];
        let listing = hall.listing(1, &urls).await;
        assert_eq!(hall.counts().await, counts(3, 0, 0));
        hall.fetch().await;
        assert_eq!(hall.widths(listing).await, [30, 10, 20]);
        assert_eq!(hall.counts().await, counts(0, 3, 0));
        assert_eq!(web.asked(), ["GET /c.png", "GET /a.png", "GET /b.png"]);
        hall.world.clock.advance_ms(store::DAY_MS);
        hall.fetch().await;
        assert!(web.asked().is_empty(), "what is here is not asked for");
    }

    async fn a_photo_more_is_one_request_and_another_order_none(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let urls = [web.picture("a.png", 10), web.picture("b.png", 20)];
        let listing = hall.listing(1, &urls).await;
        hall.fetch().await;
        web.asked();
        let mut photos = hall.find(listing).await.photos;
        photos.reverse();
        hall.again(listing, photos.clone()).await;
        hall.fetch().await;
        assert_eq!((hall.widths(listing).await, web.asked().len()), (vec![20, 10], 0));
        photos.insert(1, named(&[web.picture("c.png", 30)]).remove(0));
        hall.again(listing, photos).await;
        hall.fetch().await;
        assert_eq!(hall.widths(listing).await, [20, 30, 10]);
        assert_eq!(web.asked(), ["GET /c.png"]);
    }

    async fn of_many_photos_the_dead_keep_the_living_from_nothing(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let gone = || vec![status("404 Not Found", "")];
        let mut urls: Vec<String> = (0..40).map(|n| web.hang(&format!("gone{n}.png"), gone())).collect();
        urls.push(web.picture("last.png", 9));
        let listing = hall.listing(1, &urls).await;
        hall.fetch().await;
        assert_eq!(hall.widths(listing).await[40], 9);
        assert_eq!(web.asked().len(), 41, "each once");
        assert_eq!(hall.counts().await, counts(40, 1, 0), "they may be on their way yet");
    }

    async fn forty_pictures_that_may_have_changed_are_asked_once_each(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let urls: Vec<String> = (0..40).map(|n| web.picture(&format!("{n}.png"), 10 + n)).collect();
        let listing = hall.listing(1, &urls).await;
        hall.fetch().await;
        assert_eq!(web.asked().len(), 40);
        hall.world.clock.advance_ms(MINUTE_MS);
        let mut tx = hall.world.tx().await;
        photos::ask_anew(&mut tx, hall.world.account.id, None, &[listing]).await.expect("marked");
        tx.commit().await.expect("commit");
        hall.fetch().await;
        assert_eq!(web.asked().len(), 40);
        hall.fetch().await;
        assert!(web.asked().is_empty());
    }

    async fn the_same_picture_is_kept_once_and_a_shared_address_asked_once(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let logo = web.picture("logo.png", 7);
        let one = hall.listing(1, &[web.picture("a.png", 10), logo.clone()]).await;
        let two = hall.listing(2, &[web.picture("copy-of-a.png", 10), logo]).await;
        hall.fetch().await;
        assert_eq!((hall.widths(one).await, hall.widths(two).await), (vec![10, 7], vec![10, 7]));
        assert_eq!(hall.objects.len(), 2);
        assert_eq!(web.asked().iter().filter(|a| a.contains("logo")).count(), 1);
    }

    async fn a_picture_that_changes_under_its_address_is_asked_for_on_a_condition(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let listing = hall.listing(1, &[web.picture("a.png", 10), web.picture("b.png", 20)]).await;
        hall.fetch().await;
        web.asked();
        web.picture("b.png", 21);
        hall.world.clock.advance_ms(store::DAY_MS);
        let mut tx = hall.world.tx().await;
        let account = hall.world.account.id;
        photos::ask_anew(&mut tx, account, None, &[listing]).await.expect("marked");
        tx.commit().await.expect("commit");
        hall.fetch().await;
        assert_eq!(hall.widths(listing).await, [10, 21]);
        assert_eq!(web.asked(), ["GET /a.png unless \"w10\"", "GET /b.png unless \"w20\""]);
        assert_eq!(hall.counts().await, counts(0, 2, 0));
    }

    async fn bad_manners_of_a_server_cost_the_one_photo_and_are_told(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let html = ok("content-type: text/html\r\n", b"<!doctype html><h1>Sorry</h1>");
        let urls = [
            web.url("gone.png"),
            web.hang("page.png", vec![html]),
            web.hang("huge.png", vec![Reply::Flood(50 << 20)]),
            web.hang("announced.png", vec![ok("", &vec![0; 21 << 20])]),
            web.hang("slow.png", vec![Reply::Hang]),
            web.hang("round.png", vec![status("302 Found", "location: /round.png\r\n")]),
            web.hang("typed.png", vec![ok("content-type: text/plain\r\n", &png(10))]),
            web.hang("later.png", vec![status("500 Oops", ""), ok("", &png(20))]),
            "https://".to_owned(),
        ];
        let listing = hall.listing(4, &urls).await;
        hall.fetch().await;
        assert_eq!(hall.widths(listing).await, [0, 0, 0, 0, 0, 0, 10, 0, 0]);
        let at_once = ["photo_no_address", "photo_sent_on", "photo_too_large", "photo_too_large"];
        let mut codes = hall.codes().await;
        codes.sort();
        assert_eq!(codes, at_once);
        assert_eq!(hall.counts().await, counts(4, 1, 4));
        hall.all_tries().await;
        assert_eq!(hall.widths(listing).await, [0, 0, 0, 0, 0, 0, 10, 20, 0]);
        assert_eq!(hall.counts().await, counts(0, 2, 7));
        let told = hall.failures().await;
        assert!(told.iter().all(|f| (f.row, f.line) == (4, 5) && f.again_at.is_some()), "{told:?}");
        let page = told.iter().find(|f| f.url.ends_with("page.png")).expect("the page");
        assert!(page.message.contains("text/html") && page.message.contains("nuit"), "{page:?}");
    }

    async fn a_photo_that_failed_is_tried_again_the_next_night_and_its_failure_forgotten(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let listing = hall.listing(1, &[web.url("late.png")]).await;
        hall.all_tries().await;
        assert_eq!(hall.codes().await, ["photo_status"]);
        web.picture("late.png", 10);
        web.asked();
        hall.fetch().await;
        assert!(web.asked().is_empty(), "it is not night yet");
        hall.world.clock.advance_ms(store::DAY_MS);
        hall.fetch().await;
        assert_eq!((hall.widths(listing).await, hall.counts().await), (vec![10], counts(0, 1, 0)));
        assert!(hall.failures().await.is_empty());
    }

    async fn a_host_that_asks_to_wait_is_left_alone_and_others_are_not(world) {
        let (hall, busy) = (Hall::of(world).await, Gallery::open().await);
        let calm = Gallery::open().await;
        let away = status("429 Too Many Requests", "retry-after: 120\r\n");
        for n in 0..10 {
            let replies = vec![away.clone(), ok("", &png(n + 1))];
            hall.listing(u64::from(n), &[busy.hang(&format!("{n}.png"), replies)]).await;
        }
        let other = hall.listing(99, &[calm.picture("a.png", 9)]).await;
        let mut fetcher = hall.fetcher(Reach::Everywhere);
        fetcher.fetch_due().await.expect("fetched");
        assert_eq!(busy.asked().len(), 1, "the first answer speaks for all");
        assert_eq!(hall.widths(other).await, [9]);
        hall.world.clock.advance_ms(119_000);
        fetcher.fetch_due().await.expect("fetched");
        assert!(busy.asked().is_empty());
        hall.world.clock.advance_ms(2_000);
        fetcher.fetch_due().await.expect("fetched");
        assert!(!busy.asked().is_empty());
    }

    async fn no_address_and_no_redirect_leads_into_our_own_network(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let inner = Gallery::open_at(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2))).await;
        let secret = inner.picture("secret.png", 10);
        let sent = status("302 Found", &format!("location: {secret}\r\n"));
        let urls = [web.hang("sent.png", vec![sent]), secret, web.picture("a.png", 20)];
        let listing = hall.listing(1, &urls).await;
        let reach = Reach::Beside(Ipv4Addr::LOCALHOST.into());
        hall.fetcher(reach).fetch_due().await.expect("fetched");
        assert_eq!(hall.widths(listing).await, [0, 0, 20]);
        let mut codes = hall.codes().await;
        codes.sort();
        assert_eq!(codes, ["photo_private", "photo_sent_on"]);
        assert!(inner.asked().is_empty());
    }

    async fn what_is_cut_off_is_fetched_by_whoever_comes_next(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let slow = web.hang("b.png", vec![Reply::Hang, ok("", &png(20))]);
        let listing = hall.listing(1, &[web.picture("a.png", 10), slow]).await;
        let mut fetcher = hall.fetcher(Reach::Everywhere);
        let cut_off = tokio::spawn(async move { fetcher.fetch_due().await });
        let asked = async {
            while web.asked().iter().all(|a| !a.contains("b.png")) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), asked).await.expect("it is at the second");
        // Its lanes die with it.
        cut_off.abort();
        assert!(cut_off.await.expect_err("it ends").is_cancelled());
        assert_eq!(hall.counts().await, counts(2, 0, 0));
        hall.fetch().await;
        assert_eq!((hall.widths(listing).await, hall.counts().await), (vec![10, 20], counts(0, 2, 0)));
        assert_eq!(hall.objects.len(), 2);
    }

    async fn what_the_office_did_meanwhile_stays(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let urls = [web.picture("a.png", 10), web.picture("b.png", 20)];
        let listing = hall.listing(1, &urls).await;
        let object = hall.objects.put(&png(99)).expect("kept");
        let own = Photo { object: Some(object), width: 99, height: 2, ..Photo::default() };
        let mut photos = named(&urls);
        photos.insert(0, own);
        photos.swap(1, 2);
        let mut tx = hall.world.tx().await;
        let edit = catalog::Edit { photos: Some(photos), ..catalog::Edit::default() };
        catalog::edit(&mut tx, &hall.world.dictionary, listing, edit).await.expect("edited");
        tx.commit().await.expect("commit");
        hall.fetch().await;
        assert_eq!(hall.widths(listing).await, [99, 20, 10]);
    }

    async fn the_photos_of_an_import_belong_to_its_batch(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        hall.listing(1, &[web.picture("a.png", 10)]).await;
        hall.fetch().await;
        let mut read = hall.world.read().await;
        let touched = catalog::touched(&mut read, hall.batch).await.expect("touched");
        assert_eq!(touched.len(), 1);
        drop(read);
        let story = hall.world.story().await;
        assert!(story.ends_with("listing.changed by photos via follower"), "{story}");
    }
}
