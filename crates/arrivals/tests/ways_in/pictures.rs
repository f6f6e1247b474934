//! The photos that a feed names by address come behind its listings, and only when they changed.

use std::collections::HashMap;
use std::io::Cursor;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use arrivals::{Reach, SourceEdit, State, Way, change, receive};
use dictionary::Live;
use image::{DynamicImage, ImageFormat};
use media::Objects;
use photos::{Counts, Fetcher, Manners};
use store::{DAY_MS, MINUTE_MS, Reads};
use testkit::on_both;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::yard::{Yard, rooms};

/// A server of pictures: `/a.png?10` is 10 pixels wide, unless the path is among `widths`.
struct Pictures {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    widths: Arc<Mutex<HashMap<String, u32>>>,
}

impl Pictures {
    async fn open() -> Pictures {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let pictures = Pictures {
            address: listener.local_addr().expect("its address"),
            asked: Default::default(),
            widths: Default::default(),
        };
        let (asked, widths) = (pictures.asked.clone(), pictures.widths.clone());
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.expect("a connection");
                let mut request = vec![0; 4_096];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..read]).into_owned();
                let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                let width = widths.lock().expect("widths").get(&path).copied();
                let width = width.or_else(|| path.split_once('?')?.1.parse().ok());
                asked.lock().expect("asked").push(path);
                let _ = stream.write_all(&answer(&request, width)).await;
            }
        });
        pictures
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    /// A table of houses with the photos that each names.
    fn table(&self, rows: &[(&str, &[&str])]) -> String {
        self.priced(200, rows)
    }

    fn priced(&self, price: u32, rows: &[(&str, &[&str])]) -> String {
        let rows = rows.iter().map(|(reference, photos)| {
            let photos: Vec<String> = photos.iter().map(|p| self.url(p)).collect();
            let photos = photos.join("|");
            format!("{reference};house;{price}000;1000;Bruxelles;{photos}\n")
        });
        let rows: String = rows.collect();
        format!("reference;type;price;postcode;town;photos\n{rows}")
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().expect("asked"))
    }
}

fn answer(request: &str, width: Option<u32>) -> Vec<u8> {
    let Some(width) = width else {
        return b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            .to_vec();
    };
    if request
        .to_lowercase()
        .contains(&format!("if-none-match: \"{width}\""))
    {
        return b"HTTP/1.1 304 Not Modified\r\nconnection: close\r\n\r\n".to_vec();
    }
    let mut picture = Cursor::new(Vec::new());
    DynamicImage::new_rgb8(width, 2)
        .write_to(&mut picture, ImageFormat::Png)
        .expect("a picture");
    let picture = picture.into_inner();
    let head = format!(
        "HTTP/1.1 200 OK\r\netag: \"{width}\"\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        picture.len()
    );
    [head.as_bytes(), &picture].concat()
}

impl Yard {
    async fn fetch(&self) {
        let objects = Objects::open(&self.world.path().join("media")).expect("objects");
        let store = self.world.store.clone();
        let (dictionary, manners) = (Live::embedded(), Manners::default());
        let fetcher = Fetcher::new(store, dictionary, objects, Reach::Everywhere, manners);
        fetcher
            .expect("a client")
            .fetch_due()
            .await
            .expect("fetched");
    }

    async fn bring(&self, name: &str, text: &str) {
        self.world.clock.advance_ms(MINUTE_MS);
        self.hand(name, text).await;
        self.work().await;
        self.fetch().await;
    }

    /// The widths of the photos of a listing, 0 for one that is not here.
    async fn widths(&self, reference: &str) -> Vec<u32> {
        let mut read = self.world.read().await;
        let (dictionary, account) = (&self.world.dictionary, self.world.account.id);
        let references = [reference.to_owned()];
        let found = catalog::by_references(&mut read, dictionary, account, "estate", &references);
        let found = found.await.expect("found");
        let photos = &found.first().expect("a listing").photos;
        photos
            .iter()
            .map(|p| p.object.as_ref().map_or(0, |_| p.width))
            .collect()
    }
}

on_both! { &rooms(),
    async fn photos_follow_the_feed_and_an_unchanged_row_asks_for_nothing(world) {
        let (yard, web) = (Yard::of(world), Pictures::open().await);
        let monday = web.table(&[("R1", &["b.png?20", "a.png?10"]), ("R2", &["c.png?30"])]);
        yard.bring("monday.csv", &monday).await;
        assert_eq!((yard.widths("R1").await, yard.widths("R2").await), (vec![20, 10], vec![30]));
        assert_eq!(web.asked().len(), 3);
        yard.bring("again.csv", &monday).await;
        yard.bring("priced.csv", &web.priced(300, &[("R1", &["b.png?20", "a.png?10"]), ("R2", &["c.png?30"])])).await;
        assert!(web.asked().is_empty(), "another price is no other photo");
        let turned = web.table(&[("R1", &["a.png?10", "d.png?40", "b.png?20"]), ("R2", &["c.png?30"])]);
        yard.bring("turned.csv", &turned).await;
        assert_eq!((yard.widths("R1").await, web.asked()), (vec![10, 40, 20], vec!["/d.png?40".to_owned()]));
        let fewer = web.table(&[("R1", &["d.png?40"]), ("R2", &["c.png?30"])]);
        yard.bring("fewer.csv", &fewer).await;
        assert_eq!((yard.widths("R1").await, web.asked().len()), (vec![40], 0));
        let none = web.table(&[("R1", &[]), ("R2", &["c.png?30"])]);
        yard.bring("none.csv", &none).await;
        assert!(yard.widths("R1").await.is_empty());
    }

    async fn an_arrival_tells_what_became_of_its_photos_and_which_row_named_one_that_failed(world) {
        let (yard, web) = (Yard::of(world), Pictures::open().await);
        yard.hand("stock.csv", &web.table(&[("R1", &["a.png?10"]), ("R2", &["gone.png", "b.png?20"])])).await;
        yard.work().await;
        let came = yard.came().await;
        assert_eq!(came[0].photos, Counts { waiting: 3, fetched: 0, failed: 0 });
        for _ in 0..6 {
            yard.fetch().await;
            yard.world.clock.advance_ms(61 * MINUTE_MS);
        }
        let came = yard.came().await;
        assert_eq!(came[0].photos, Counts { waiting: 0, fetched: 2, failed: 1 });
        let remarks = came[0].report["problems"].as_array().expect("remarks");
        let failed = remarks.iter().find(|p| p["code"] == "photo_status").expect("it is told");
        assert_eq!((&failed["row"], &failed["line"]), (&2.into(), &3.into()));
        let message = failed["message"].as_str().expect("a sentence");
        assert!(message.contains(&web.url("gone.png")) && message.contains("404"), "{message}");
        web.widths.lock().expect("widths").insert("/gone.png".into(), 50);
        yard.world.clock.advance_ms(DAY_MS);
        yard.fetch().await;
        assert_eq!(yard.widths("R2").await, [50, 20]);
        assert_eq!(yard.came().await[0].photos, Counts { waiting: 0, fetched: 3, failed: 0 });
    }

    async fn a_feed_that_has_lost_all_its_photos_takes_none_away_until_a_person_says_so(world) {
        let (yard, web) = (Yard::of(world), Pictures::open().await);
        let names: Vec<String> = (1..=8).map(|n| format!("R{n}")).collect();
        let with = |photos: &'static [&'static str]| -> Vec<(&str, &[&str])> {
            names.iter().map(|n| (n.as_str(), photos)).collect()
        };
        yard.bring("monday.csv", &web.table(&with(&["a.png?10"]))).await;
        yard.bring("tuesday.csv", &web.table(&with(&[]))).await;
        let came = yard.came().await;
        assert_eq!((came[1].state, yard.widths("R3").await), (State::Asked, vec![10]));
        let store = &yard.world.store;
        let mut tx = store.begin(&store.operator(), Yard::act()).await.expect("tx");
        arrivals::work_again(&mut tx, came[1].id, true).await.expect("yes, really");
        tx.commit().await.expect("commit");
        yard.work().await;
        assert!(yard.widths("R3").await.is_empty());
    }

    async fn pictures_that_change_under_their_address_are_asked_for_where_the_source_says_so(world) {
        let (yard, web) = (Yard::of(world), Pictures::open().await);
        let (source, _) = yard.source(Way::Folder, "camera", "").await;
        let store = &yard.world.store;
        let bring = async |name: &str| {
            yard.world.clock.advance_ms(MINUTE_MS);
            let mut tx = store.begin(&store.operator(), Yard::act()).await.expect("tx");
            let kept = yard.keep(&web.table(&[("R1", &["a.png?10", "b.png?20"])]));
            receive(&mut tx, yard.world.account.id, "camera", name, kept).await.expect("received");
            tx.commit().await.expect("commit");
            yard.work().await;
            yard.fetch().await;
        };
        bring("one.csv").await;
        web.asked();
        web.widths.lock().expect("widths").insert("/b.png?20".into(), 21);
        bring("two.csv").await;
        assert!(web.asked().is_empty());
        let mut tx = store.begin(&store.operator(), Yard::act()).await.expect("tx");
        let edit = SourceEdit { photos_change: Some(true), ..SourceEdit::default() };
        change(&mut tx, &yard.seal, source.id, edit).await.expect("changed");
        tx.commit().await.expect("commit");
        bring("three.csv").await;
        assert_eq!((web.asked().len(), yard.widths("R1").await), (2, vec![10, 21]));
    }

    async fn an_import_is_undone_whole_though_its_photos_have_come(world) {
        let (yard, web) = (Yard::of(world), Pictures::open().await);
        yard.bring("stock.csv", &web.table(&[("R1", &["a.png?10"]), ("R2", &["b.png?20"])])).await;
        let batch = yard.came().await[0].batch.expect("a batch");
        let (store, dictionary) = (&yard.world.store, &yard.world.dictionary);
        let scope = yard.world.scope();
        let undone = exchange::undo(store, dictionary, &scope, Yard::act(), batch);
        let undone = undone.await.expect("undone");
        assert_eq!((undone.trashed, undone.changed_since.len()), (2, 0));
        yard.fetch().await;
        assert_eq!(yard.live().await, 0);
    }

    async fn photos_that_a_person_added_in_the_office_stay_whatever_the_file_says(world) {
        let (yard, web) = (Yard::of(world), Pictures::open().await);
        yard.bring("one.csv", &web.table(&[("R1", &["a.png?10"])])).await;
        let (store, dictionary) = (&yard.world.store, &yard.world.dictionary);
        let mut tx = store.begin(&yard.world.scope(), Yard::act()).await.expect("tx");
        let references = ["R1".to_owned()];
        let account = yard.world.account.id;
        let found = catalog::by_references(&mut tx, dictionary, account, "estate", &references);
        let listing = found.await.expect("found").remove(0);
        let own = dictionary::Photo { object: Some("0".repeat(64)), width: 99, ..Default::default() };
        let photos = [vec![own], listing.photos.clone()].concat();
        let edit = catalog::Edit { photos: Some(photos), ..Default::default() };
        catalog::edit(&mut tx, dictionary, listing.id, edit).await.expect("edited");
        tx.commit().await.expect("commit");
        yard.bring("two.csv", &web.table(&[("R1", &["b.png?20", "c.png?30"])])).await;
        assert_eq!(yard.widths("R1").await, [99, 10]);
        let mut read = yard.world.read().await;
        let held = read.one("SELECT count(*) FROM edited_field WHERE field = 'photos'", &[]).await;
        assert_eq!(held.expect("counted").expect("a row").int(0), 1);
    }

    async fn an_address_that_is_signed_anew_each_night_is_fetched_once(world) {
        let (yard, web) = (Yard::of(world), Pictures::open().await);
        let night = |n: u32| {
            let photo = format!("a.png?X-Amz-Date={n}&X-Amz-Expires=3600&X-Amz-Signature=f{n}");
            web.widths.lock().expect("widths").insert(format!("/{photo}"), 10 + n);
            web.table(&[("R1", &[photo.as_str()])])
        };
        yard.bring("monday.csv", &night(1)).await;
        assert_eq!((yard.widths("R1").await, web.asked().len()), (vec![11], 1));
        let told = "SELECT count(*) FROM journal WHERE entity = 'listing'";
        let before = yard.count(told).await;
        yard.bring("tuesday.csv", &night(2)).await;
        assert_eq!((yard.widths("R1").await, web.asked().len()), (vec![11], 0));
        assert_eq!(yard.count(told).await, before, "nothing has changed");
        // Where pictures change under their address, the signature that holds is the last one.
        let changes = SourceEdit { photos_change: Some(true), ..SourceEdit::default() };
        yard.decide(&yard.by_hand().await, changes).await;
        yard.world.clock.advance_ms(DAY_MS);
        yard.bring("wednesday.csv", &night(3)).await;
        assert_eq!(yard.widths("R1").await, [13]);
        let asked = web.asked();
        assert!(asked.len() == 1 && asked[0].contains("X-Amz-Signature=f3"), "{asked:?}");
    }
}
