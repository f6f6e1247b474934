//! The world in a store.

use std::collections::BTreeMap;
use std::sync::Mutex;

use demo::{Keep, Scale, Written, write};
use testkit::World;

/// Keeps pictures in memory, by the hash of what they are.
#[derive(Default)]
struct Album(Mutex<BTreeMap<String, usize>>);

impl Keep for Album {
    async fn keep(&self, jpeg: Vec<u8>) -> store::Result<String> {
        assert!(
            jpeg.starts_with(&[0xff, 0xd8]),
            "a JPEG begins with its mark"
        );
        let sum = jpeg.iter().fold(7u64, |sum, b| {
            sum.wrapping_mul(31).wrapping_add(u64::from(*b))
        });
        let name = format!("{sum:064x}");
        self.0
            .lock()
            .expect("one writer")
            .insert(name.clone(), jpeg.len());
        Ok(name)
    }
}

fn migrations() -> Vec<store::Migration> {
    [relations::MIGRATIONS, enquiries::MIGRATIONS].concat()
}

async fn written(world: &World, seed: u64) -> (Written, Album) {
    let album = Album::default();
    let mut last = 0;
    let done = write(
        &world.store,
        &world.dictionary,
        Scale::Small,
        seed,
        &album,
        |now| {
            assert!(now.listings >= last);
            last = now.listings;
        },
    );
    let done = done.await.expect("the world is written");
    (done, album)
}

testkit::on_both! { &migrations(),
    async fn a_small_world_is_written_once_with_its_logins_and_pictures(world) {
        let (done, album) = written(&world, 1).await;
        assert!(done.accounts >= 32 && done.listings >= 1_690, "{done:?}");
        let pictures = album.0.lock().expect("one reader").len();
        assert_eq!(pictures, done.pictures);
        assert!(done.enquiries > 50, "{done:?}");
        assert!(done.logins.iter().any(|l| l.email == "anna@maison-lumen.example"));
        let other = Album::default();
        let again = write(
            &world.store, &world.dictionary, Scale::Small, 1, &other, |_| {},
        );
        assert_eq!(again.await.expect_err("it is there already").code(), "user_exists");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn units_of_a_project_stand_under_their_floors_in_the_store() {
    let world = World::on_sqlite(&migrations()).await;
    written(&world, 1).await;
    let mut read = world
        .store
        .read(&world.store.operator())
        .await
        .expect("a reader");
    let account = store::Account::by_slug(&mut read, "maison-lumen")
        .await
        .expect("it is there");
    let reference = ["P100".to_owned()];
    let found = catalog::by_references(
        &mut read,
        &world.dictionary,
        account.id,
        "estate",
        &reference,
    );
    let project = found.await.expect("an answer").pop().expect("the project");
    let below = catalog::children(&mut read, &world.dictionary, &project).await;
    assert!(!below.expect("an answer").is_empty());
    assert!(!project.photos.is_empty());
}

/// Every listing with its id and its time, as the journal tells of it.
async fn story(seed: u64) -> Vec<String> {
    let world = World::on_sqlite(&migrations()).await;
    written(&world, seed).await;
    let mut read = world
        .store
        .read(&world.store.operator())
        .await
        .expect("a reader");
    let sql = "SELECT id, created_at, reference FROM listing ORDER BY id";
    let rows = store::Reads::query(&mut read, sql, &[])
        .await
        .expect("rows");
    let told = rows.iter().map(|row| {
        let id: store::Id<store::kinds::Listing> = row.id(0);
        format!("{id} {} {}", row.time(1), row.text(2))
    });
    told.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_gives_the_same_ids_and_times_over_the_last_months() {
    let (one, same) = (story(1).await, story(1).await);
    assert_eq!(one, same);
    let day = |line: &String| line.split(' ').nth(1).map(|t| t[..10].to_owned());
    let days: std::collections::BTreeSet<_> = one.iter().filter_map(day).collect();
    assert!(days.len() > 60, "{} days", days.len());
}
