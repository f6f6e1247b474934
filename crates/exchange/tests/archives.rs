//! Photos that lie in an archive beside the table, and what a tree says late.

use std::io::{Cursor, Write};

use dictionary::Photo;
use exchange::{MIGRATIONS, Options, Pictures, Report, import};
use media::Objects;
use testkit::{World, on_both};

/// A WebP of one pixel in height, `wide` pixels wide.
fn picture(wide: u8) -> Vec<u8> {
    let mut bytes =
        b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0"
            .to_vec();
    bytes[21] = wide - 1;
    bytes
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .expect("a member");
        zip.write_all(bytes).expect("written");
    }
    zip.finish().expect("a ZIP").into_inner()
}

/// Twelve houses; the first has these photos.
fn table(photos: &str, price: u32) -> Vec<u8> {
    let rows = (2..=12).map(|n| format!("R{n};house;9000;Gent;{};R{n}.webp\n", 200_000 + n * 500));
    let first = format!("R1;house;9000;Gent;{price};{photos}\n");
    ("ref;category;postcode;town;price;photos\n".to_owned() + &first + &rows.collect::<String>())
        .into_bytes()
}

struct House<'a> {
    world: &'a World,
    objects: Objects,
    _folder: tempfile::TempDir,
}

impl<'a> House<'a> {
    fn of(world: &'a World) -> House<'a> {
        let folder = tempfile::tempdir().expect("a folder");
        let objects = Objects::open(folder.path()).expect("objects");
        House {
            world,
            objects,
            _folder: folder,
        }
    }

    async fn take(&self, bytes: Vec<u8>, dry_run: bool) -> Report {
        let options = Options {
            name: "houses".into(),
            dry_run,
            pictures: Pictures::In(self.objects.clone()),
            ..Options::default()
        };
        let (scope, account) = (self.world.scope(), self.world.account.clone());
        import(
            &self.world.store,
            &self.world.dictionary,
            &scope,
            account,
            Box::new(Cursor::new(bytes)),
            options,
            &mut |_| {},
        )
        .await
        .expect("an import")
    }

    async fn listing(&self, reference: &str) -> catalog::Listing {
        let mut read = self.world.read().await;
        let (dictionary, account) = (&self.world.dictionary, &self.world.account);
        let references = [reference.to_owned()];
        catalog::by_references(
            &mut read,
            dictionary,
            account.id,
            &account.vertical,
            &references,
        )
        .await
        .expect("listings")
        .remove(0)
    }

    async fn widths(&self, reference: &str) -> Vec<u32> {
        let listing = self.listing(reference).await;
        for Photo { object, .. } in &listing.photos {
            let object = object.as_deref().expect("kept");
            assert!(self.objects.get(object).expect("read").is_some());
        }
        listing.photos.iter().map(|p| p.width).collect()
    }
}

fn told(report: &Report) -> Vec<(&str, u64)> {
    let told = report
        .problems
        .iter()
        .filter(|p| p.code == "photos_not_sent");
    told.map(|p| (p.code, p.row)).collect()
}

on_both! { MIGRATIONS,
    async fn photos_in_the_archive_are_taken_in_by_name(world) {
        let house = House::of(&world);
        let [one, two, four] = [1, 2, 4].map(picture);
        let table = table("\"a1.webp;a2.webp\"", 210_000);
        let file = zip(&[("pics/A1.webp", &one), ("pics/a2.webp", &two), ("R2.webp", &four), ("houses.csv", &table)]);
        let dry = house.take(file.clone(), true).await;
        assert_eq!((dry.created, house.objects.len()), (12, 0), "{dry:?}");
        let first = house.take(file.clone(), false).await;
        assert_eq!((first.created, first.refused), (12, 0), "{first:?}");
        assert_eq!(house.widths("R1").await, [1, 2]);
        assert_eq!(house.widths("R2").await, [4]);
        assert_eq!(house.objects.len(), 3);
        // R3 to R12 name photos that are not there.
        assert_eq!(told(&first).len(), 10);
        let again = house.take(file, false).await;
        assert_eq!((again.unchanged, again.changed), (12, 0), "{again:?}");
    }

    async fn an_archive_with_only_the_new_photos_takes_no_other_away(world) {
        let house = House::of(&world);
        let [one, two, three] = [1, 2, 3].map(picture);
        let table = |price| table("a1.webp, a2.webp", price);
        house.take(zip(&[("a1.webp", &one), ("a2.webp", &two), ("t.csv", &table(210_000))]), false).await;
        assert_eq!(house.widths("R1").await, [1, 2]);
        let cheaper = house.take(zip(&[("a1.webp", &three), ("t.csv", &table(200_000))]), false).await;
        assert_eq!((cheaper.changed, told(&cheaper)[0]), (1, ("photos_not_sent", 1)), "{cheaper:?}");
        assert_eq!(house.widths("R1").await, [1, 2]);
        let replaced = house.take(zip(&[("a1.webp", &three), ("a2.webp", &two), ("t.csv", &table(199_000))]), false).await;
        assert_eq!(replaced.changed, 1, "{replaced:?}");
        assert_eq!(house.widths("R1").await, [3, 2]);
        // The table alone, without its photos.
        let alone = house.take(table(198_000), false).await;
        assert_eq!((alone.changed, alone.removed), (1, 0), "{alone:?}");
        assert_eq!(house.widths("R1").await, [3, 2]);
    }

    async fn photos_that_no_column_names_belong_to_the_listing_they_are_called_after(world) {
        let house = House::of(&world);
        let [one, two, three] = [1, 2, 3].map(picture);
        let file = zip(&[("R1_10.webp", &three), ("R1_2.webp", &two), ("R1_1.webp", &one), ("t.csv", &table("", 210_000))]);
        house.take(file, false).await;
        assert_eq!(house.widths("R1").await, [1, 2, 3]);
    }

    async fn what_a_tree_first_says_behind_its_beginning_is_kept(world) {
        let house = House::of(&world);
        let one = |n: usize| {
            let late = if n == 390 { "<cellar>dry\nand cool</cellar><lift>no</lift>" } else { "" };
            format!("<house><ref>T{n}</ref><category>house</category><town>Gent</town><price>{}</price>{late}</house>\n", 150_000 + n * 10)
        };
        let all: String = (0..400).map(one).collect();
        let report = house.take(format!("<houses>{all}</houses>").into_bytes(), false).await;
        assert_eq!((report.created, report.refused), (400, 0), "{report:?}");
        let later = report.mapping.iter().find(|m| m.column == "@later").expect("a column");
        assert_eq!((later.kept, later.field.as_deref()), (1, None));
        let found = format!("{:?}", house.listing("T390").await);
        assert!(found.contains("cellar: dry and cool\\nlift: no"), "{found}");
    }
}
