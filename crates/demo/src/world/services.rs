//! Profiles of tradesmen, whatever the trades of the dictionary are.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use dictionary::{Field, Kind, Status, Vertical, fold};

use super::places::{currency, place};
use super::{Business, Offer};
use crate::chance::Chance;
use crate::draw::trade::Still;
use crate::filling::Filling;
use crate::pool::Motif;
use crate::telling::{Subject, Telling};

static TELLING: LazyLock<Telling> =
    LazyLock::new(|| Telling::read(include_str!("../../texts/services.txt")));

/// Words of trades and what lies on their table.
#[rustfmt::skip]
const TABLES: [(&str, Still); 48] = [
    ("insurance", Still::Paper), ("tiler", Still::Bricks), ("facade", Still::Bricks), ("driveway", Still::Bricks), ("damp", Still::Paint), ("cleaning", Still::Paint), ("interior", Still::Paint), ("locksmith", Still::Current), ("handyman", Still::Wood), ("fence", Still::Wood), ("terrace", Still::Wood), ("shutters", Still::Wood), ("conservatory", Still::Wood), ("pool", Still::Pipes), ("drains", Still::Pipes), ("septic", Still::Pipes), ("chimney", Still::Roof), ("stove", Still::Heat), ("conditioning", Still::Heat), ("lift", Still::Current), ("pest", Still::Garden), ("movers", Still::Van),
    ("paint", Still::Paint), ("plaster", Still::Paint), ("decor", Still::Paint), ("wood", Still::Wood), ("carpent", Still::Wood), ("floor", Still::Wood), ("kitchen", Still::Wood), ("window", Still::Wood), ("door", Still::Wood),
    ("plumb", Still::Pipes), ("bath", Still::Pipes), ("sanit", Still::Pipes), ("mason", Still::Bricks), ("brick", Still::Bricks), ("build", Still::Bricks), ("extension", Still::Bricks), ("insulat", Still::Roof), ("electr", Still::Current), ("alarm", Still::Current), ("charg", Still::Current),
    ("solar", Still::Sun), ("garden", Still::Garden), ("tree", Still::Garden), ("heat", Still::Heat), ("boiler", Still::Heat), ("roof", Still::Roof),
];

pub(crate) fn offers(vertical: &Vertical, business: &Business, chance: &mut Chance) -> Vec<Offer> {
    let Some(trade) = business.trade.clone() else {
        return Vec::new();
    };
    let mut of = Filling::new(vertical, &trade, currency(business.country));
    let reference = format!("T{:04}", business.stream - 999);
    of.text("ref", &reference);
    of.text("company", &business.name);
    of.text("contact", &owner(business));
    of.text("phone", &business.phone);
    of.text("email", &business.email);
    let mut at = place(business.town, chance);
    let (street, number) = business
        .street
        .rsplit_once(' ')
        .unwrap_or((&business.street, ""));
    (at.street, at.number) = (street.to_owned(), number.to_owned());
    of.place(at);
    of.number(
        "radius_km",
        *chance.pick(&[15.0, 20.0, 25.0, 30.0, 40.0, 60.0]),
    );
    of.number("hourly_rate", chance.int(34, 78) as f64);
    of.number("callout_fee", chance.int(3, 9) as f64 * 10.0);
    of.number("rating", chance.between(3.9, 5.0));
    of.number("reviews", chance.int(3, 180) as f64);
    let since = chance.int(1974, 2023);
    of.number("years_in_business", (2026 - since) as f64);
    let team = chance.int(1, 14);
    of.number("staff", team as f64);
    of.number("guarantee_years", *chance.pick(&[2.0, 2.0, 5.0, 10.0]));
    for key in ["insured", "free_quote", "emergency_service"] {
        of.yes(key, chance.yes(0.7));
    }
    let spoken: &[&str] = match business.language {
        "nl" => &["nl", "en"],
        "fr" if business.country == "BE" => &["fr", "nl", "en"],
        "fr" => &["fr"],
        _ => &["en"],
    };
    of.choices("languages_spoken", spoken);
    of.choices("payment", &["card", "transfer"]);
    fill_required(&mut of, chance);
    let words = [
        ("company", business.name.clone()),
        ("since", since.to_string()),
        ("team", team.to_string()),
    ];
    tell(&mut of, words.into(), chance);
    let pictures = pictures(&trade, business, chance);
    vec![Offer {
        category: trade.clone(),
        status: Status::Live,
        parent: None,
        level: None,
        reference,
        values: of.values,
        pictures,
    }]
}

fn owner(business: &Business) -> String {
    business
        .people
        .first()
        .map(|(first, last)| format!("{first} {last}"))
        .unwrap_or_default()
}

/// A trade may ask for what this file has never heard of: it is answered by the field's kind.
fn fill_required(of: &mut Filling, chance: &mut Chance) {
    let category = of.category.to_owned();
    let vertical = of.vertical;
    let missing = |f: &&Field, of: &Filling| {
        f.required && vertical.applies(f, &category) && !of.values.contains_key(&f.key)
    };
    let fields: Vec<&Field> = vertical.fields.iter().filter(|f| missing(f, of)).collect();
    for field in fields {
        let low = field.min.map_or(1.0, |min| min.to_f64());
        match &field.kind {
            Kind::OneOf(choices) | Kind::ManyOf(choices) if !choices.is_empty() => {
                of.choice(&field.key, &chance.pick(choices).key);
            }
            Kind::Boolean => of.yes(&field.key, true),
            Kind::Text => of.text(&field.key, "–"),
            _ => of.number(&field.key, low),
        }
    }
}

fn tell(of: &mut Filling, named: BTreeMap<&'static str, String>, chance: &mut Chance) {
    let subject = Subject {
        values: &of.values,
        also: BTreeMap::new(),
        category: of.category_words(),
        named,
    };
    let title = TELLING.title(&subject, chance);
    let description = TELLING.description(&subject, 4, chance);
    of.texts("title", title);
    of.texts("description", description);
}

fn pictures(trade: &Arc<str>, business: &Business, chance: &mut Chance) -> Vec<Motif> {
    let words = fold(trade);
    let found = TABLES
        .iter()
        .find(|(word, _)| words.contains(word))
        .map(|(_, still)| *still);
    let table = found.unwrap_or(Still::Paper);
    let outside = if table == Still::Paper {
        Still::Paper
    } else {
        Still::Van
    };
    let first = Motif::Still(table, chance.int(0, 3) as u8);
    let second = Motif::Still(outside, 4 + chance.int(0, 3) as u8);
    vec![business.logo, first, second]
}
