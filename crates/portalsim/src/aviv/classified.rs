//! What AVIV asks of a classified, and what it shows of it.

use serde_json::Value;

use crate::checks::{Checks, Complaint};
use crate::message::{at, fingerprint, list, plain, text};
use crate::shelf::{Sent, View};

const MEMBERS: [&str; 18] = [
    "metaData",
    "distributionType",
    "estateType",
    "estateSubType",
    "location",
    "prices",
    "management",
    "spaces",
    "conditions",
    "texts",
    "energy",
    "structure",
    "features",
    "contact",
    "publication",
    "media",
    "links",
    "portals",
];
const DISTRIBUTIONS: [&str; 7] = [
    "BUY",
    "RENT",
    "LIFE_ANNUITY",
    "BUY_LIFE_ANNUITY",
    "AUCTION",
    "PUBLIC_SALE",
    "TO_BUILD",
];
const ESTATES: [&str; 16] = [
    "HOUSE",
    "APARTMENT",
    "LAND",
    "PLOT",
    "OFFICE",
    "GARAGE",
    "PARKING",
    "COMMERCIAL",
    "SHOP",
    "INDUSTRY",
    "BUSINESS",
    "INVESTMENT",
    "NEW_BUILD_PROJECT",
    "NEW_HOME_PROJECT",
    "HOUSE_GROUP",
    "APARTMENT_GROUP",
];
/// Where the price is, by how it is offered; the first that is there counts.
const PRICES: [(&str, &[&str]); 4] = [
    ("RENT", &["prices/rent/baseRent/amount"]),
    (
        "LIFE_ANNUITY",
        &[
            "prices/lifeAnnuity/lumpSum/amount",
            "prices/lifeAnnuity/price/amount",
        ],
    ),
    (
        "BUY_LIFE_ANNUITY",
        &[
            "prices/lifeAnnuity/lumpSum/amount",
            "prices/lifeAnnuity/price/amount",
        ],
    ),
    ("BUY", &["prices/buy/price/amount"]),
];
/// Of auctions and of what is still to be built.
const OTHER_PRICES: [&str; 3] = [
    "prices/auction/firstSessionStartingPrice/amount",
    "prices/toBuild/structuralWorkPrice/amount",
    "prices/buy/price/amount",
];

/// The message, and everything that is wrong with it.
pub(super) fn read(body: &[u8]) -> (Value, Vec<Complaint>) {
    match serde_json::from_slice::<Value>(body) {
        Ok(message @ Value::Object(_)) => {
            let errors = complaints(&message);
            (message, errors)
        }
        read => {
            let why = read.err().map_or("not an object".into(), |e| e.to_string());
            let unreadable = Complaint::new("MALFORMED_MESSAGE", "", why);
            (Value::Null, vec![unreadable])
        }
    }
}

fn complaints(message: &Value) -> Vec<Complaint> {
    let mut checks = Checks::of(message);
    checks.members(&MEMBERS);
    checks.needed_text("metaData/source/offererId", 100);
    checks.needed_text("metaData/source/offererEstateId", 100);
    checks.needed_word("distributionType", &DISTRIBUTIONS);
    checks.needed_word("estateType", &ESTATES);
    checks.needed_text("location/country", 3);
    checks.needed_text("location/city", 255);
    if at(message, "location/postalCode").is_none() {
        checks.needed_text("location/postalcode", 12);
    }
    let wanted = prices(message);
    if wanted.iter().all(|path| at(message, path).is_none()) {
        checks.needed(wanted[0]);
    }
    for path in wanted {
        checks.number(path, 1.0);
    }
    texts(&mut checks, message);
    checks.flag("publication/isActive");
    for n in 0..list(message, "media/pictures").len() {
        checks.address(&format!("media/pictures/{n}"));
    }
    if list(message, "portals").len() > 5 {
        let told = "there are more than 5 portals".into();
        checks.complain("INVALID_VALUE", "portals", told);
    }
    checks.found
}

/// Texts are written in at least one language.
fn texts(checks: &mut Checks, message: &Value) {
    for path in ["texts/headline", "texts/description"] {
        let found = checks.needed(path);
        if found.is_some() && languages(message, path).is_empty() {
            let told = format!("{path} has no text in any language");
            checks.complain("MISSING_FIELD", path, told);
        }
    }
}

fn languages(message: &Value, path: &str) -> Vec<String> {
    let texts = at(message, path).and_then(Value::as_object);
    let texts = texts.into_iter().flatten().map(|(_, text)| plain(text));
    texts.filter(|t| !t.is_empty()).collect()
}

fn prices(message: &Value) -> &'static [&'static str] {
    let offered = text(message, "distributionType");
    let known = PRICES.iter().find(|(word, _)| *word == offered);
    known.map_or(&OTHER_PRICES, |(_, paths)| paths)
}

pub(super) fn sent(message: &Value) -> Sent {
    let longest = |path: &str| {
        let texts = languages(message, path);
        texts.into_iter().max_by_key(String::len)
    };
    let price = prices(message).iter().find_map(|path| at(message, path));
    let status = text(message, "management/marketStatus").to_ascii_lowercase();
    let active = at(message, "publication/isActive").is_none_or(|a| *a == true);
    let fingerprint = fingerprint(message);
    Sent {
        reference: text(message, "metaData/source/offererEstateId"),
        branch: text(message, "metaData/source/offererId"),
        etag: fingerprint.clone(),
        fingerprint,
        view: View {
            title: languages(message, "texts/headline")
                .into_iter()
                .next()
                .unwrap_or_default(),
            description: longest("texts/description").unwrap_or_default(),
            price: price.map(plain).unwrap_or_default(),
            currency: "EUR".into(),
            status: match status.is_empty() {
                true => "available".into(),
                false => status,
            },
            photos: list(message, "media/pictures").iter().map(plain).collect(),
        },
        // The interface keeps what is inactive; the public does not see it.
        listed: true,
        shown: active,
        ..Sent::default()
    }
}
