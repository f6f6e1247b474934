//! What a page is made of is what came in: every kind of field, from the tail and from a saved
//! file, without what only the office sees.

use std::sync::Arc;

use catalog::NewListing;
use dictionary::{
    Date, Decimal, Field, Kind, Level, Live, Money, Photo, Place, Shown, Status, Value, Values,
    Vertical,
};
use search::open;
use testkit::on_both;

/// Some value of a field's kind, and not the simplest.
fn some(field: &Field) -> Value {
    let keys = || field.choices().iter().map(|c| c.key.clone());
    match &field.kind {
        Kind::Boolean => Value::Boolean(true),
        Kind::Integer => Value::Integer(-3),
        Kind::Year => Value::Integer(1987),
        kind if kind.is_measure() => Value::Decimal(Decimal(-1_234_567)),
        Kind::Money => Value::Money(Money::new(i64::MAX, "XAF")),
        Kind::Date => Value::Date(Date::of_month(2031, 12).expect("a month")),
        Kind::OneOf(_) => Value::OneOf(keys().next_back().expect("a choice")),
        Kind::ManyOf(_) => {
            let mut keys: Vec<Arc<str>> = keys().collect();
            keys.sort();
            Value::ManyOf(keys)
        }
        Kind::Text => Value::Text("« Où ? »\n\u{202e}é".repeat(40)),
        Kind::Person => Value::Person("Anneke van ’t Hof".into()),
        Kind::Translated => {
            let texts = [("fr", "Maison"), ("lb", "Haus"), ("nl", "")];
            let texts = texts.map(|(language, text)| (language.into(), text.into()));
            Value::Texts(texts.into())
        }
        _ => Value::Place(Box::new(Place {
            country: "BE".into(),
            postcode: "9000".into(),
            town: "Gent".into(),
            lat: Some(51.05),
            lon: None,
            ..Place::default()
        })),
    }
}

fn full(vertical: &Vertical, hides_price: bool) -> NewListing {
    let mut values: Values = vertical
        .fields
        .iter()
        .map(|field| (field.key.clone(), some(field)))
        .collect();
    if vertical.field("price_hidden").is_some() {
        values.insert("price_hidden".into(), Value::Boolean(hides_price));
    }
    let caption = [("de".to_owned(), "Küche".to_owned())];
    NewListing {
        vertical: vertical.key.clone(),
        category: vertical.categories.last().expect("a category").key.clone(),
        status: Status::Reserved,
        parent: None,
        level: Some(Level::Building),
        reference: "R/1 ’s".into(),
        values,
        photos: vec![
            Photo {
                object: Some("ab".repeat(32)),
                caption: caption.into(),
                width: 4_000,
                ..Photo::default()
            },
            Photo {
                url: Some("https://photos.example/1.jpg?a=b".into()),
                ..Photo::default()
            },
        ],
    }
}

on_both! { &[],
    async fn a_page_is_made_of_all_that_the_public_may_see_and_of_nothing_else(world) {
        let (live, folder) = (Live::embedded(), world.path().join("search"));
        let dictionary = live.get();
        let mut ids = Vec::new();
        let mut tx = world.tx().await;
        for vertical in dictionary.verticals() {
            for hides_price in [false, true] {
                let new = full(vertical, hides_price);
                let made = catalog::create(&mut tx, world.account.id, new).await;
                ids.push(made.expect("made").id);
            }
        }
        tx.commit().await.expect("a commit");
        world.settle().await;
        let (index, mut followed) = open(&world.store, &live, Some(&folder)).await.expect("an index");
        followed.save(&index, &world.store).await.expect("saved");
        let (saved, _) = open(&world.store, &live, Some(&folder)).await.expect("an index");

        let mut read = world.read().await;
        for id in ids {
            let found = catalog::find(&mut read, &dictionary, id).await.expect("a reading");
            let mut whole = found.expect("a listing");
            let hides_price = whole.hides_price();
            let vertical = dictionary.vertical(&whole.vertical).expect("a vertical").clone();
            whole.values.retain(|key, _| {
                let shown = vertical.field(key).is_some_and(|f| f.shown != Shown::Office);
                let price = ["price", "price_old", "price_per_square_metre"].contains(&key.as_ref());
                shown && !(hides_price && price)
            });
            assert!(whole.values.len() > 5, "{}", vertical.key);
            assert_eq!(index.listing(id).as_ref(), Some(&whole));
            assert_eq!(saved.listing(id).as_ref(), Some(&whole));
        }
    }
}
