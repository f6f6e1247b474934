//! A portal with all its bad manners, many edits, and senders that die.

use std::collections::BTreeMap;

use serde_json::json;
use store::{Dice, Id, kinds};
use testkit::on_both;

use crate::street::Street;

/// How many houses and edits: `ENTREMISE_STORM=10000,50000` makes it a great one.
fn size() -> (usize, usize) {
    let asked = std::env::var("ENTREMISE_STORM").unwrap_or_default();
    let size = asked
        .split_once(',')
        .and_then(|(houses, edits)| Some((houses.parse().ok()?, edits.parse().ok()?)));
    size.unwrap_or((120, 500))
}

/// What should be shown: prices by references.
async fn wanted(street: &Street) -> BTreeMap<String, String> {
    let mut read = street.world.read().await;
    let account = street.world.account.id;
    let (mut wanted, mut after) = (BTreeMap::new(), None);
    loop {
        let filter = catalog::Filter {
            limit: 1_000,
            after,
            ..catalog::Filter::default()
        };
        let (page, _) = catalog::list(&mut read, &street.world.dictionary, account, &filter)
            .await
            .expect("a list");
        let Some(last) = page.last() else {
            return wanted;
        };
        after = Some((last.updated_at, last.id));
        let live = page.iter().filter(|l| l.status.is_public());
        wanted.extend(live.map(|l| {
            (
                l.reference.clone(),
                (l.price().expect("a price").minor / 100).to_string(),
            )
        }));
    }
}

async fn edit(street: &Street, dice: &Dice, ids: &[Id<kinds::Listing>]) {
    let id = ids[dice.below(ids.len() as u64) as usize];
    let price = 1_000 + dice.below(1_000_000) as i64;
    match dice.below(6) {
        0 => {
            street
                .change(id, |house| house.status = dictionary::Status::Withdrawn)
                .await
        }
        1 => {
            street
                .change(id, |house| house.status = dictionary::Status::Live)
                .await
        }
        _ => street.reprice(id, price).await,
    }
}

on_both!(publication::MIGRATIONS,

async fn after_a_storm_the_portal_shows_exactly_what_is_wanted(world) {
    let mut street = Street::of(world).await;
    let dice = Dice::seeded(41);
    let (houses, edits) = size();
    let ids = street.houses(0..houses).await;
    let bad_manners = json!({
        "error_rate": 0.2, "timeout_rate": 0.03, "hang_ms": 500, "duplicate_rate": 0.1,
        "html_rate": 0.05, "lose_rate": 0.02, "lose_after_ms": 0,
    });
    street.fault(bad_manners.clone()).await;
    for round in 0..10 {
        for _ in 0..edits / 10 {
            edit(&street, &dice, &ids).await;
        }
        if round == 5 {
            // Two hours of nothing.
            street.fault(json!({ "error_rate": 1.0 })).await;
            street.work_through(6).await;
            street.fault(bad_manners.clone()).await;
        }
        street.work().await;
        street.world.clock.advance_ms(dice.below(600_000) as i64);
        if round % 3 == 2 {
            street.another_node();
        }
    }
    street.fault(json!({
        "error_rate": 0.0, "timeout_rate": 0.0, "duplicate_rate": 0.0, "html_rate": 0.0, "lose_rate": 0.0,
    })).await;
    // The pauses run out, and a last look finds what was lost.
    street.work_through(6).await;
    street.world.clock.advance_ms(2 * store::DAY_MS);
    street.work().await;
    assert_eq!(street.shown().await, wanted(&street).await);
}
);
