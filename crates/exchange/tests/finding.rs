//! An agent finds his listings by the beginning of their references, however many begin so.

use std::io::Cursor;

use catalog::Filter;
use exchange::{MIGRATIONS, Options, Report, import};
use testkit::{World, on_both};

const HOUSES: usize = 1_300;
const PAGE: usize = 100;

async fn bring(world: &World, text: String) {
    let (dictionary, scope) = (&world.dictionary, world.scope());
    let (source, options) = (Box::new(Cursor::new(text.into_bytes())), Options::default());
    let mut progress = |_: &Report| {};
    let report = import(
        &world.store,
        dictionary,
        &scope,
        world.account.clone(),
        source,
        options,
        &mut progress,
    );
    let report = report.await.expect("a report");
    assert_eq!(report.refused, 0, "{report:?}");
}

async fn found(
    world: &World,
    words: &str,
    after: Option<&catalog::Listing>,
) -> (Vec<catalog::Listing>, i64) {
    let filter = Filter {
        words: words.into(),
        after: after.map(|last| (last.updated_at, last.id)),
        limit: PAGE,
        ..Filter::default()
    };
    let mut read = world.read().await;
    let listed = catalog::list(&mut read, &world.dictionary, world.account.id, &filter);
    listed.await.expect("a page")
}

on_both! { MIGRATIONS,
    async fn listings_are_found_by_the_beginning_of_their_references_the_latest_first(world) {
        let mut text = String::from("ref,category,town,price\n");
        for row in 0..HOUSES {
            text += &format!("V{row:05},house,Gent,{}\nW{row:05},house,Gent,90000\n", 100_000 + row);
        }
        bring(&world, text).await;
        for (words, all) in [("V", HOUSES), ("V01", 300), ("V01299", 1), ("X", 0)] {
            let (mut seen, mut last) = (Vec::new(), None);
            loop {
                let (page, total) = found(&world, words, last.as_ref()).await;
                assert_eq!(total, all as i64, "{words}");
                let Some(end) = page.last().cloned() else { break };
                seen.extend(page.into_iter().map(|listing| (listing.updated_at, listing.id, listing.reference)));
                last = Some(end);
            }
            assert!(seen.windows(2).all(|two| (two[0].0, two[0].1) > (two[1].0, two[1].1)), "{words}");
            assert!(seen.len() == all && seen.iter().all(|one| one.2.starts_with(words)), "{words}");
        }
    }
}
