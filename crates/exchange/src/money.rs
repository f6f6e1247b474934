//! Amounts of money as files write them.

use std::sync::Arc;

use dictionary::{Money, fold};

use crate::convert::{Manner, Unread, number};

/// What stands where a price should, and means that there is none to see.
const ON_REQUEST: [&str; 13] = [
    "sur demande",
    "prix sur demande",
    "nous consulter",
    "a discuter",
    "on request",
    "price on request",
    "price on application",
    "poa",
    "op aanvraag",
    "prijs op aanvraag",
    "auf anfrage",
    "preis auf anfrage",
    "vb",
];

/// An amount, in the currency that it names or that its column or account has.
pub(crate) fn money(text: &str, manner: &Manner) -> Result<Money, Unread> {
    let Ok(value) = number(text, manner.comma_decimal) else {
        let on_request = ON_REQUEST.contains(&fold(text).as_str());
        return Err(if on_request {
            Unread::Empty
        } else {
            Unread::NotANumber
        });
    };
    if read_sign(text) {
        return Err(Unread::NotANumber);
    }
    let bare = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
    let mut currency: &str = match manner.unit.as_deref() {
        Some(unit) if unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase()) => unit,
        _ => &manner.currency,
    };
    let mut factor = match manner.unit.as_deref() {
        Some("cents") => 0.01,
        Some("thousand") => 1_000.0,
        _ => 1.0,
    };
    if !bare {
        currency = currency_in(text).unwrap_or(currency);
        if let Some('K' | 'k') = text.trim_end_matches(['€', '£', '$', ' ']).chars().last() {
            factor = 1_000.0;
        }
    }
    let minor = (value * factor * 100.0).round();
    if !(0.0..9e15).contains(&minor) {
        return Err(Unread::NotANumber);
    }
    let currency = match currency == &*manner.currency {
        true => manner.currency.clone(),
        false => Arc::from(currency),
    };
    Ok(Money {
        minor: minor as i64,
        currency,
    })
}

fn read_sign(text: &str) -> bool {
    text.trim_start().starts_with('-')
}

/// The currency that an amount names. A dollar sign alone is an export's default, not a currency.
fn currency_in(text: &str) -> Option<&'static str> {
    let upper = text.to_uppercase();
    const NAMED: [(&str, &str); 14] = [
        ("€", "EUR"),
        ("EUR", "EUR"),
        ("£", "GBP"),
        ("GBP", "GBP"),
        ("CHF", "CHF"),
        ("USD", "USD"),
        ("US$", "USD"),
        ("CZK", "CZK"),
        ("KČ", "CZK"),
        ("PLN", "PLN"),
        ("ZŁ", "PLN"),
        ("SEK", "SEK"),
        ("DKK", "DKK"),
        ("NOK", "NOK"),
    ];
    let named = NAMED.iter().find(|(sign, _)| upper.contains(sign));
    named.map(|(_, code)| *code)
}
