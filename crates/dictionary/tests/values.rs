//! Values keep what they hold on every way through text and JSON.

use std::sync::Arc;

use dictionary::{
    Date, Decimal, Dictionary, Field, Kind, Money, Place, Texts, Value, Values, fold,
};
use proptest::prelude::*;

/// A value that a field may hold, drawn from its kind.
fn value_of(field: &Field) -> BoxedStrategy<Value> {
    match &field.kind {
        Kind::Integer | Kind::Year => any::<i64>().prop_map(Value::Integer).boxed(),
        Kind::Decimal | Kind::Area | Kind::Length | Kind::Power | Kind::Percent => {
            milli().prop_map(|m| Value::Decimal(Decimal(m))).boxed()
        }
        Kind::Money => (any::<i64>(), "[A-Z]{3}")
            .prop_map(|(minor, currency)| Value::Money(Money::new(minor, &currency)))
            .boxed(),
        Kind::Date => date().prop_map(Value::Date).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Kind::OneOf(choices) => {
            let keys: Vec<Arc<str>> = choices.iter().map(|c| c.key.clone()).collect();
            prop::sample::select(keys).prop_map(Value::OneOf).boxed()
        }
        Kind::ManyOf(choices) => {
            let mut keys: Vec<Arc<str>> = choices.iter().map(|c| c.key.clone()).collect();
            keys.sort();
            let most = keys.len();
            prop::sample::subsequence(keys, 0..=most)
                .prop_map(Value::ManyOf)
                .boxed()
        }
        Kind::Text => any::<String>().prop_map(Value::Text).boxed(),
        Kind::Person => any::<String>().prop_map(Value::Person).boxed(),
        Kind::Translated => prop::collection::btree_map("[a-z]{2}", any::<String>(), 0..4)
            .prop_map(|texts: Texts| Value::Texts(texts))
            .boxed(),
        Kind::Place => place().prop_map(|place| Value::Place(place.into())).boxed(),
    }
}

fn milli() -> impl Strategy<Value = i64> {
    prop_oneof![
        -9_999_999i64..9_999_999,
        -999_999_999_999_999i64..999_999_999_999_999
    ]
}

fn date() -> impl Strategy<Value = Date> {
    (1i16..=9999, 1u8..=12, 1u8..=31)
        .prop_filter_map("a day that exists", |(y, m, d)| Date::new(y, m, d))
}

fn place() -> impl Strategy<Value = Place> {
    let degrees = |most: i64| prop::option::of((-most..most).prop_map(|n| n as f64 / 100_000.0));
    let words = (
        any::<String>(),
        any::<String>(),
        any::<String>(),
        "[A-Z]{2}",
    );
    (words, degrees(9_000_000), degrees(18_000_000)).prop_map(
        |((town, street, number, country), lat, lon)| Place {
            country,
            town,
            street,
            number,
            lat,
            lon,
            ..Place::default()
        },
    )
}

/// A listing of estate with every field filled in.
fn estate() -> BoxedStrategy<Values> {
    let dictionary = Dictionary::embedded();
    let fields = &dictionary.vertical("estate").expect("estate").fields;
    let each: Vec<BoxedStrategy<Value>> = fields.iter().map(value_of).collect();
    let keys: Vec<Arc<str>> = fields.iter().map(|f| f.key.clone()).collect();
    each.prop_map(move |values| keys.iter().cloned().zip(values).collect())
        .boxed()
}

proptest! {
    #[test]
    fn a_decimal_is_the_same_after_its_text_and_its_json(n in milli()) {
        let decimal = Decimal(n);
        let json = serde_json::to_string(&decimal).expect("written");
        prop_assert_eq!(serde_json::from_str::<Decimal>(&json).expect("read"), decimal);
        let text: f64 = decimal.to_string().parse().expect("a number");
        prop_assert_eq!(Decimal::from_f64(text), Some(decimal));
    }

    #[test]
    fn decimals_stand_in_the_order_of_their_numbers(a in milli(), b in milli()) {
        let (x, y) = (Decimal(a), Decimal(b));
        prop_assert_eq!(x.cmp(&y), a.cmp(&b));
    }

    #[test]
    fn a_date_is_the_same_after_its_text(day in date()) {
        prop_assert_eq!(Date::parse(&day.to_string()), Some(day));
    }

    #[test]
    fn dates_stand_in_the_order_of_their_texts(a in date(), b in date()) {
        prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
    }

    #[test]
    fn no_text_makes_a_date_of_a_day_that_does_not_exist(text in "[0-9+-]{0,12}") {
        if let Some(day) = Date::parse(&text) {
            let known = match day.day {
                0 => Date::of_month(day.year, day.month),
                _ => Date::new(day.year, day.month, day.day),
            };
            prop_assert_eq!(known, Some(day));
        }
    }

    #[test]
    fn what_is_folded_folds_to_itself(text in any::<String>()) {
        let once = fold(&text);
        prop_assert_eq!(fold(&once), once.clone());
        prop_assert!(!once.starts_with(' ') && !once.ends_with(' ') && !once.contains("  "));
    }

    #[test]
    fn no_bytes_break_the_reading(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let dictionary = Dictionary::embedded();
        let estate = dictionary.vertical("estate").expect("estate");
        let _ = estate.values_from_json(&bytes);
        let _ = estate.values_stored(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_listing_is_the_same_after_its_json(values in estate()) {
        let dictionary = Dictionary::embedded();
        let estate = dictionary.vertical("estate").expect("estate");
        let json = serde_json::to_vec(&values).expect("written");
        prop_assert_eq!(&estate.values_stored(&json), &values);
        prop_assert_eq!(estate.values_from_json(&json), Ok(values.clone()));
        let body: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        prop_assert_eq!(estate.read(&body), Ok(values));
    }

    /// Whatever stands where a value should: no panic, and every other field is still read.
    #[test]
    fn one_wrong_value_does_not_hide_the_others(wrong in json(), at in any::<prop::sample::Index>()) {
        let dictionary = Dictionary::embedded();
        let estate = dictionary.vertical("estate").expect("estate");
        let field = &estate.fields[at.index(estate.fields.len())];
        if matches!(&*field.key, "bedrooms") {
            return Ok(());
        }
        let text = format!(r#"{{"{}":{wrong},"bedrooms":3}}"#, field.key);
        let values = estate.values_stored(text.as_bytes());
        prop_assert_eq!(values.get("bedrooms"), Some(&Value::Integer(3)));
        if let Ok(alone) = field.read(&wrong.to_string()) {
            prop_assert_eq!(values.get(&field.key), Some(&alone));
        }
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        (-1e300f64..1e300).prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        let keys = prop_oneof!["minor|currency|lat|lon|town|fr", any::<String>()];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::vec((keys, inner), 0..4)
                .prop_map(|pairs| serde_json::Value::Object(pairs.into_iter().collect())),
        ]
    })
}

#[test]
fn days_that_do_not_exist_are_no_dates() {
    for text in [
        "2023-02-29",
        "1900-02-29",
        "2024-04-31",
        "2024-13-01",
        "2024-00-10",
        "2024-01-00",
        "0000-01-01",
        "+2024-01-01",
        "-2024-01-01",
        "2024",
        "2024-",
        "2024-1-+1",
        "20240101",
        "",
        "2024-01-01T00:00",
        "12024-01-01",
    ] {
        assert_eq!(Date::parse(text), None, "{text}");
    }
    assert_eq!(Date::parse("2024-02-29"), Date::new(2024, 2, 29));
    assert_eq!(Date::parse("2024-02"), Date::of_month(2024, 2));
    assert_eq!(
        Date::parse("2024-02").map(|d| d.to_string()).as_deref(),
        Some("2024-02")
    );
    assert_eq!(Date::parse("2000-02-29"), Date::new(2000, 2, 29));
}

#[test]
fn words_are_compared_without_case_accents_and_signs() {
    let same = [
        ("Nb. de Façades ", "nb de facades"),
        ("nb_de_facades", "nb de facades"),
        ("APPARTEMENT T2/T3", "appartement t2 t3"),
        ("Größe (m²)", "grosse m2"),
        ("CO₂ emission", "co2 emission"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("œuvre Œuvre", "oeuvre oeuvre"),
        ("e\u{301}tage", "etage"),
        ("ça va — l’été", "ca va l ete"),
        ("Łódź", "lodz"),
        ("İstanbul", "istanbul"),
        ("ΑΘΗΝΑ", "αθηνα"),
        ("...", ""),
    ];
    for (text, folded) in same {
        assert_eq!(fold(text), folded, "{text}");
    }
}
