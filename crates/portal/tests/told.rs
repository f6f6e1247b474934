//! One rich house and one rich car, told to every portal that is shipped.

use std::collections::BTreeMap;
use std::sync::Arc;

use catalog::Listing;
use dictionary::{Date, Decimal, Dictionary, Money, Photo, Place, Status, Texts, Value, Values};
use portal::{Format, Portal, View};
use store::{Account, Id, Timestamp, Uuid};

const MS_2026: i64 = 1_795_000_000_000;

/// What a listing of a test says: `key = value`, read by the kind of its field.
fn values(vertical: &dictionary::Vertical, said: &[(&str, &str)]) -> Values {
    let mut values = Values::new();
    for (key, text) in said {
        let field = vertical.field(key).expect("a field of the dictionary");
        let whole = |text: &str| text.parse::<i64>().expect("a number");
        let thousandths = |text: &str| (text.parse::<f64>().expect("a number") * 1000.0) as i64;
        let value = match field.kind {
            dictionary::Kind::Money => {
                let (amount, currency) = text.split_once(' ').expect("an amount and a currency");
                Value::Money(Money::new(whole(amount) * 100, currency))
            }
            dictionary::Kind::Boolean => Value::Boolean(*text == "yes"),
            dictionary::Kind::Integer | dictionary::Kind::Year => Value::Integer(whole(text)),
            dictionary::Kind::OneOf(_) => {
                assert!(field.choice(text).is_some(), "{key} has no {text}");
                Value::OneOf((*text).into())
            }
            dictionary::Kind::ManyOf(_) => {
                let own = text.split(' ');
                let own = own.inspect(|t| assert!(field.choice(t).is_some(), "{key} has no {t}"));
                Value::ManyOf(own.map(Into::into).collect())
            }
            dictionary::Kind::Date => Value::Date(Date::parse(text).expect("a day")),
            dictionary::Kind::Text => Value::Text((*text).into()),
            dictionary::Kind::Translated => {
                let texts: Texts = text
                    .split(" | ")
                    .filter_map(|part| part.split_once(": "))
                    .map(|(language, text)| (language.to_owned(), text.to_owned()))
                    .collect();
                Value::Texts(texts)
            }
            _ => Value::Decimal(Decimal(thousandths(text))),
        };
        values.insert(Arc::from(*key), value);
    }
    values
}
