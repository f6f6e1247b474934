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

/// What is asked of the column, and why.
async fn asked(world: &World, account: &Account) -> (Option<String>, String) {
    let mut mapping = proposed(world, account).await;
    let column = mapping.column(NAME).expect("the column");
    assert_eq!(column.field, None, "others do not decide");
    let first = column.candidates.first();
    (
        first.map(|one| one.field.clone()),
        column.reason.code.clone(),
    )
}

on_both! { MIGRATIONS,
    async fn what_three_accounts_chose_is_proposed_to_the_fourth_and_never_taken_by_itself(world) {
        let four = dealer(&world, "vier").await;
        let mut others = Vec::new();
        for slug in ["eins", "zwei", "drei"] {
            others.push(dealer(&world, slug).await);
        }
        for (said, one) in others.iter().enumerate() {
            let (_, why) = asked(&world, &four).await;
            assert_ne!(why, "accepted_elsewhere", "{said} are too few");
            says(&world, one, "price").await;
            // Again, with the same file: it is still one account.
            says(&world, one, "price").await;
        }
        let proposal = asked(&world, &four).await;
        assert_eq!(proposal, (Some("price".to_owned()), "accepted_elsewhere".to_owned()));

        // One of the three thinks better of it.
        let mut read = world.store.read(&world.store.operator()).await.expect("a reader");
        let known = feeds(&mut read, others[1].id).await.expect("feeds");
        drop(read);
        let mut mapping = known[0].mapping.clone().expect("a mapping");
        mapping.column(NAME).expect("the column").choose(Some("price_new".into()));
        let act = Act::by(Actor::System("test"));
        let mut tx = world.store.begin(&world.scope_of(others[1].id), act).await.expect("begun");
        let corrected = correct_mapping(&mut tx, &world.dictionary, &others[1], &known[0].feed, &mapping);
        corrected.await.expect("corrected");
        tx.commit().await.expect("a commit");
        let (_, why) = asked(&world, &four).await;
        assert_ne!(why, "accepted_elsewhere");
    }
}
