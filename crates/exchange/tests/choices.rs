//! What people of several accounts said of a column is proposed to the next.

use std::io::Cursor;

use exchange::{MIGRATIONS, Mapping, Options, correct_mapping, feeds, import, preview};
use store::{Account, Act, Actor, NewAccount};
use testkit::{World, on_both};

/// A name that no dictionary knows.
const NAME: &str = "Wertstufe intern";

fn cars() -> String {
    let mut text = format!("Nummer;Marke;Modell;Kilometer;{NAME}\n");
    for row in 0..40 {
        text += &format!(
            "N{row};Volkswagen;Golf;{};{}\n",
            row * 1_000,
            9_000 + row * 150
        );
    }
    text
}

async fn proposed(world: &World, account: &Account) -> Mapping {
    let source = Box::new(Cursor::new(cars().into_bytes()));
    let (dictionary, scope) = (&world.dictionary, world.scope_of(account.id));
    let options = Options::default();
    let seen = preview(
        &world.store,
        dictionary,
        &scope,
        account.clone(),
        source,
        options,
        5,
    )
    .await;
    seen.expect("a preview").mapping
}

/// A person of the account says what the column is, and the file comes in.
async fn says(world: &World, account: &Account, target: &str) {
    let mut mapping = proposed(world, account).await;
    mapping
        .column(NAME)
        .expect("the column")
        .choose(Some(target.into()));
    let options = Options {
        mapping: Some(mapping),
        ..Options::default()
    };
    let source = Box::new(Cursor::new(cars().into_bytes()));
    let scope = world.scope_of(account.id);
    let mut progress = |_: &exchange::Report| {};
    let report = import(
        &world.store,
        &world.dictionary,
        &scope,
        account.clone(),
        source,
        options,
        &mut progress,
    );
    report.await.expect("a report");
}

async fn dealer(world: &World, slug: &str) -> Account {
    let act = Act::by(Actor::System("test"));
    let mut tx = world
        .store
        .begin(&world.store.operator(), act)
        .await
        .expect("begun");
    let new = NewAccount {
        slug: slug.into(),
        name: slug.into(),
        vertical: "auto".into(),
        country: "DE".into(),
        language: "de".into(),
        profile: String::new(),
    };
    let account = tx.add_account(new).await.expect("an account");
    tx.commit().await.expect("a commit");
    account
}

on_both! { MIGRATIONS,
    async fn what_two_accounts_chose_is_proposed_to_the_third_and_what_one_chose_is_not(world) {
        let (one, two, three) =
            (dealer(&world, "eins").await, dealer(&world, "zwei").await, dealer(&world, "drei").await);
        says(&world, &one, "price").await;
        // Again, for another feed: it is still one account.
        says(&world, &one, "price").await;
        let mut mapping = proposed(&world, &three).await;
        let column = mapping.column(NAME).expect("the column");
        assert_ne!(column.reason.code, "accepted_elsewhere", "one account's word is its own");

        says(&world, &two, "price").await;
        let mut mapping = proposed(&world, &three).await;
        let column = mapping.column(NAME).expect("the column");
        assert_eq!(column.field.as_deref(), Some("price"));
        assert_eq!((column.reason.code.as_str(), &column.reason.about[1]), ("accepted_elsewhere", &"2".to_owned()));
        assert!(column.confidence < 0.97, "less than one's own word: {}", column.confidence);
    }

    async fn an_account_that_thinks_better_of_it_no_longer_counts(world) {
        let (one, two, three) =
            (dealer(&world, "eins").await, dealer(&world, "zwei").await, dealer(&world, "drei").await);
        says(&world, &one, "price").await;
        says(&world, &two, "price").await;
        let mut read = world.store.read(&world.store.operator()).await.expect("a reader");
        let known = feeds(&mut read, two.id).await.expect("feeds");
        drop(read);
        let mut mapping = known[0].mapping.clone().expect("a mapping");
        mapping.column(NAME).expect("the column").choose(Some("price_new".into()));
        let act = Act::by(Actor::System("test"));
        let mut tx = world.store.begin(&world.scope_of(two.id), act).await.expect("begun");
        correct_mapping(&mut tx, &world.dictionary, &two, &known[0].feed, &mapping).await.expect("corrected");
        tx.commit().await.expect("a commit");

        let mut mapping = proposed(&world, &three).await;
        let column = mapping.column(NAME).expect("the column");
        assert_ne!(column.reason.code, "accepted_elsewhere");
    }
}
