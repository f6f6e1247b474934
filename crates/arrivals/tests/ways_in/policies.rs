//! What the owner of a source has decided holds every night: whose word is the last, when a listing
//! goes, and by what a row is known again.

use arrivals::{Source, SourceEdit, Way, change};
use catalog::{Edit, Listing};
use dictionary::{Status, Value};
use exchange::{KeyBy, LastWord, Removal};
use store::{Act, Actor, Id, Via, kinds};
use testkit::on_both;

use crate::yard::{Yard, rooms, stock};

impl Yard {
    pub async fn decide(&self, source: &Source, edit: SourceEdit) {
        let store = &self.world.store;
        let mut tx = store
            .begin(&store.operator(), Yard::act())
            .await
            .expect("tx");
        change(&mut tx, &self.seal, source.id, edit)
            .await
            .expect("changed");
        tx.commit().await.expect("commit");
    }

    /// A night's file, handed over and worked.
    async fn night(&self, text: &str) {
        self.world.clock.advance_ms(24 * 3_600_000);
        self.hand("night.csv", text).await;
        self.work().await;
    }

    pub async fn by_hand(&self) -> Source {
        let store = &self.world.store;
        let mut read = store.read(&store.operator()).await.expect("read");
        let all = arrivals::sources(&mut read, self.world.account.id)
            .await
            .expect("sources");
        all.into_iter()
            .find(|s| s.way == Way::Hand)
            .expect("the source of files handed over")
    }

    async fn listings(&self) -> Vec<Listing> {
        let (store, dictionary) = (&self.world.store, &self.world.dictionary);
        let mut read = store.read(&store.operator()).await.expect("read");
        let page = catalog::page_of_all(&mut read, dictionary, None, 500)
            .await
            .expect("listings");
        page.into_iter()
            .filter(|l| l.account == self.world.account.id)
            .collect()
    }

    async fn listing(&self, reference: &str) -> Listing {
        let found = self
            .listings()
            .await
            .into_iter()
            .find(|l| l.reference == reference);
        found.expect("the listing")
    }

    /// An edit in the office; the price in euros, or none.
    async fn reprice(&self, id: Id<kinds::Listing>, price: Option<i64>) {
        let edit = Edit {
            values: [("price".into(), price.map(euros))].into(),
            ..Edit::default()
        };
        self.edit(id, edit).await;
    }

    async fn edit(&self, id: Id<kinds::Listing>, edit: Edit) {
        let (store, dictionary) = (&self.world.store, &self.world.dictionary);
        let act = Act::by(Actor::System("story")).via(Via::Office);
        let mut tx = store.begin(&store.operator(), act).await.expect("tx");
        catalog::edit(&mut tx, dictionary, id, edit)
            .await
            .expect("edited");
        tx.commit().await.expect("commit");
    }

    async fn price_of(&self, reference: &str) -> Option<i64> {
        let listing = self.listing(reference).await;
        listing.price().map(|money| money.minor / 100)
    }
}

fn euros(price: i64) -> Value {
    Value::Money(dictionary::Money {
        minor: price * 100,
        currency: "EUR".into(),
    })
}

/// A file of houses: reference, price, street number.
fn houses(rows: &[(&str, u32, u32)]) -> String {
    let head = "reference;type;price;postcode;town;street;number;bedrooms;living area";
    let row = |(reference, price, number): &(&str, u32, u32)| {
        let area = 100 + number;
        format!("{reference};house;{price};1000;Bruxelles;Rue Haute;{number};3;{area}\n")
    };
    format!("{head}\n{}", rows.iter().map(row).collect::<String>())
}

on_both! { &rooms(),
    async fn what_a_person_has_edited_is_not_written_over_until_he_lets_go_of_it(world) {
        let yard = Yard::of(world);
        yard.night(&houses(&[("A", 200_000, 1), ("B", 300_000, 2)])).await;
        let a = yard.listing("A").await;
        yard.reprice(a.id, Some(190_000)).await;
        yard.night(&houses(&[("A", 210_000, 1), ("B", 310_000, 2)])).await;
        assert_eq!(yard.price_of("A").await, Some(190_000), "the agent's price stays");
        assert_eq!(yard.price_of("B").await, Some(310_000), "the file's goes on");
        yard.reprice(a.id, None).await;
        yard.night(&houses(&[("A", 210_000, 1), ("B", 310_000, 2)])).await;
        assert_eq!(yard.price_of("A").await, Some(210_000), "the same row fills it again");
        yard.night(&houses(&[("A", 220_000, 1), ("B", 310_000, 2)])).await;
        assert_eq!(yard.price_of("A").await, Some(220_000));
    }

    async fn a_listing_withdrawn_in_the_office_stays_so_whatever_the_file_says(world) {
        let yard = Yard::of(world);
        yard.night(&houses(&[("A", 200_000, 1), ("B", 300_000, 2)])).await;
        let a = yard.listing("A").await.id;
        let status = |status| Edit { status: Some(status), ..Edit::default() };
        yard.edit(a, status(Status::Withdrawn)).await;
        yard.night(&houses(&[("A", 205_000, 1), ("B", 300_000, 2)])).await;
        assert_eq!(yard.listing("A").await.status, Status::Withdrawn);
        assert_eq!(yard.price_of("A").await, Some(205_000), "the rest is the file's");
        yard.edit(a, status(Status::Live)).await;
        yard.night(&houses(&[("B", 300_000, 2)])).await;
        assert_eq!(yard.listing("A").await.status, Status::Withdrawn, "live is nobody's own");
    }

    async fn a_source_whose_file_has_the_last_word_writes_over_an_edit_with_its_next_delivery(world) {
        let yard = Yard::of(world);
        yard.night(&houses(&[("A", 200_000, 1), ("B", 300_000, 2)])).await;
        let last_word = SourceEdit { last_word: Some(LastWord::File), ..SourceEdit::default() };
        yard.decide(&yard.by_hand().await, last_word).await;
        yard.reprice(yard.listing("A").await.id, Some(190_000)).await;
        yard.night(&houses(&[("A", 200_000, 1), ("B", 300_000, 2)])).await;
        assert_eq!(yard.price_of("A").await, Some(200_000));
    }

    async fn undoing_an_edit_gives_the_field_back_to_the_file(world) {
        let yard = Yard::of(world);
        yard.night(&houses(&[("A", 200_000, 1), ("B", 300_000, 2)])).await;
        let a = yard.listing("A").await;
        let (store, dictionary) = (&yard.world.store, &yard.world.dictionary);
        let act = Act::by(Actor::System("story")).via(Via::Office);
        let mut tx = store.begin(&store.operator(), act.clone()).await.expect("tx");
        let edit = Edit { values: [("price".into(), Some(euros(1)))].into(), ..Edit::default() };
        let (_, batch) = catalog::edit_as_batch(&mut tx, dictionary, &a, edit, "A").await.expect("edit");
        tx.commit().await.expect("commit");
        yard.night(&houses(&[("A", 230_000, 1), ("B", 300_000, 2)])).await;
        assert_eq!(yard.price_of("A").await, Some(1));
        let scope = store.operator().within(yard.world.account.id).expect("the account");
        exchange::undo(store, dictionary, &scope, act, batch.expect("a batch")).await.expect("undone");
        yard.night(&houses(&[("A", 230_000, 1), ("B", 300_000, 2)])).await;
        assert_eq!(yard.price_of("A").await, Some(230_000), "what it said meanwhile");
    }

    async fn a_listing_missing_from_one_file_stays_where_two_are_asked_for(world) {
        let yard = Yard::of(world);
        yard.night(&stock(10)).await;
        let twice = SourceEdit { removal: Some(Removal::Twice), ..SourceEdit::default() };
        yard.decide(&yard.by_hand().await, twice).await;
        yard.night(&stock(9)).await;
        assert_eq!(yard.live().await, 10, "missing once");
        yard.hand("again.csv", &stock(9)).await;
        yard.work().await;
        assert_eq!(yard.live().await, 10, "the same file handed over again is the same absence");
        yard.night(&stock(10)).await;
        yard.night(&stock(9)).await;
        assert_eq!(yard.live().await, 10, "it was back between");
        yard.night(&stock(9)).await;
        assert_eq!(yard.live().await, 9, "missing twice in a row");
        yard.night(&stock(10)).await;
        assert_eq!(yard.live().await, 10, "and live again when it comes back");
    }

    async fn absence_withdraws_nothing_where_the_file_says_so_itself_or_nobody_does(world) {
        let yard = Yard::of(world);
        let file = |c: &str| {
            format!("reference;type;price;town;status\nA;house;200000;Liège;live\nC;house;250000;Liège;live\nB;house;1;Namur;{c}\n")
        };
        yard.night(&file("live")).await;
        let source = yard.by_hand().await;
        let says = |removal| SourceEdit { removal: Some(removal), ..SourceEdit::default() };
        yard.decide(&source, says(Removal::Status)).await;
        yard.night("reference;type;price;town;status\nA;house;200000;Liège;live\n").await;
        assert_eq!(yard.live().await, 3);
        yard.night(&file("withdrawn")).await;
        assert_eq!(yard.listing("B").await.status, Status::Withdrawn);
        yard.night(&file("live")).await;
        yard.decide(&source, says(Removal::Never)).await;
        yard.night(&file("withdrawn")).await;
        yard.night("reference;type;price;town;status\nA;house;200000;Liège;live\n").await;
        assert_eq!(yard.live().await, 3);
    }

    async fn a_file_whose_references_are_all_new_does_not_double_the_stock(world) {
        let yard = Yard::of(world);
        yard.night(&houses(&[("A", 200_000, 1), ("B", 300_000, 2), ("C", 400_000, 3)])).await;
        let before: Vec<_> = yard.listings().await.iter().map(|l| l.id).collect();
        yard.night(&houses(&[("901", 200_000, 1), ("902", 299_000, 2), ("903", 400_000, 3)])).await;
        let after = yard.listings().await;
        assert_eq!(after.iter().map(|l| l.id).collect::<Vec<_>>(), before);
        assert_eq!(yard.price_of("902").await, Some(299_000));
        assert_eq!(yard.live().await, 3);
        yard.night(&houses(&[("901", 200_000, 1), ("902", 299_000, 2), ("903", 400_000, 3)])).await;
        assert_eq!(yard.listings().await, after, "and is known by its new references");
    }

    async fn rows_without_any_reference_are_known_by_what_they_are(world) {
        let yard = Yard::of(world);
        let file = |price: u32| {
            let row = |n: u32| format!("house;{};1000;Bruxelles;Rue Haute;{n};3;{}\n", price + n, 100 + n);
            let head = "type;price;postcode;town;street;number;bedrooms;living area";
            format!("{head}\n{}", (1..=5).map(row).collect::<String>())
        };
        yard.night(&file(200_000)).await;
        yard.night(&file(210_000)).await;
        assert_eq!((yard.live().await, yard.listings().await.len()), (5, 5));
        assert!(yard.listings().await.iter().all(|l| l.price().is_some_and(|p| p.minor > 21_000_000)));
    }

    async fn a_source_may_know_its_rows_by_what_they_are_alone(world) {
        let yard = Yard::of(world);
        yard.night(&houses(&[("1", 200_000, 1), ("2", 300_000, 2)])).await;
        let facts = SourceEdit { key_by: Some(KeyBy::Facts), ..SourceEdit::default() };
        yard.decide(&yard.by_hand().await, facts).await;
        // Its program numbers the rows anew every night.
        yard.night(&houses(&[("1", 300_000, 2), ("2", 200_000, 1)])).await;
        yard.night(&houses(&[("1", 200_000, 1), ("2", 310_000, 2)])).await;
        assert_eq!((yard.live().await, yard.listings().await.len()), (2, 2));
    }
}
