//! A fault of ours is nobody else's: the pictures wait, and their host is left in peace.

use image::{DynamicImage, ImageFormat, RgbImage};
use testkit::{SmallDisk, on_both};

use crate::*;

/// A picture that fills several pages of a disk.
fn large_png(seed: u32) -> Vec<u8> {
    let mut n = seed;
    let noise = RgbImage::from_fn(90, 90, |_, _| {
        n = n.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        image::Rgb([(n >> 24) as u8, (n >> 16) as u8, (n >> 8) as u8])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgb8(noise);
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .expect("a picture");
    bytes.into_inner()
}

impl Hall {
    /// How many requests a look makes.
    async fn fetch_from(&self, web: &Gallery) -> usize {
        let fetched = tokio::time::timeout(Duration::from_secs(60), self.fetch());
        fetched.await.expect("it ends");
        web.asked().len()
    }
}

on_both! { &[],
    async fn pictures_that_cannot_be_kept_wait_and_their_host_is_asked_once(world) {
        let (hall, web) = (Hall::of(world).await, Gallery::open().await);
        let media = hall.world.path().join("media");
        std::fs::remove_dir(&media).expect("no folder");
        std::fs::write(&media, "").expect("a file where the folder should be");
        let listing = hall.listing(1, &[web.picture("a.png", 10), web.picture("b.png", 20)]).await;
        assert_eq!(hall.fetch_from(&web).await, 2);
        assert_eq!(hall.fetch_from(&web).await, 0, "it is our fault, and it waits");
        assert_eq!((hall.counts().await, hall.failures().await.len()), (counts(2, 0, 0), 0));
        hall.world.clock.advance_ms(5 * MINUTE_MS);
        assert_eq!(hall.fetch_from(&web).await, 2, "no more than that in five minutes");
        std::fs::remove_file(&media).expect("mended");
        std::fs::create_dir(&media).expect("mended");
        hall.world.clock.advance_ms(5 * MINUTE_MS);
        assert_eq!(hall.fetch_from(&web).await, 2);
        assert_eq!((hall.widths(listing).await, hall.counts().await), (vec![10, 20], counts(0, 2, 0)));
    }

    async fn a_full_disk_loses_no_picture_that_was_here_and_none_that_comes_later(world) {
        let Some(disk) = SmallDisk::of(512 << 10) else { return };
        let (mut hall, web) = (Hall::of(world).await, Gallery::open().await);
        let media = disk.path().join("media");
        hall.objects = Objects::open(&media).expect("objects");
        let hang = |n: u32| web.hang(&format!("{n}.png"), vec![ok("", &large_png(n))]);
        let first = hall.listing(1, &[hang(1)]).await;
        assert_eq!(hall.fetch_from(&web).await, 1);
        disk.fill();
        let second = hall.listing(2, &[hang(2), hang(3)]).await;
        assert_eq!(hall.fetch_from(&web).await, 2);
        assert_eq!(hall.widths(second).await, [0, 0], "there is no room");
        assert_eq!(hall.fetch_from(&web).await, 0);
        assert!(hall.failures().await.is_empty(), "the pictures are well");
        disk.free();
        hall.world.clock.advance_ms(5 * MINUTE_MS);
        assert_eq!(hall.fetch_from(&web).await, 2);
        assert_eq!(hall.counts().await, counts(0, 3, 0));
        // As this process knows them, and as the next one finds them on the disk.
        for objects in [hall.objects.clone(), Objects::open(&media).expect("objects")] {
            for (listing, pictures) in [(first, 1..=1), (second, 2..=3)] {
                let photos = hall.find(listing).await.photos;
                for (photo, n) in photos.iter().zip(pictures) {
                    let object = photo.object.as_deref().expect("it is here");
                    let bytes = objects.get(object).expect("whole").expect("there");
                    assert_eq!(bytes, large_png(n));
                }
            }
        }
    }
}
