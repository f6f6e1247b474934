//! The same thing offered twice, by one account or by two. Found and told; nothing is removed.

use std::collections::{BTreeSet, HashMap};

use ::store::{Id, Reads, Result, Val, kinds};
use dictionary::{Dictionary, Language, Shape, Status, Value, Vertical, fold};
use serde::Serialize;

use crate::{Listing, store};

const PAGE: usize = 2_000;
/// What so many listings have in common is a template or a mistake, and tells nothing.
const GROUP_MAX: usize = 20;
/// A chassis number has so many letters (ISO 3779).
const VIN_LETTERS: usize = 17;

/// Where to look.
#[derive(Clone, Debug, Default)]
pub struct Where {
    pub vertical: Option<String>,
    /// Only what this account has too.
    pub account: Option<Id<kinds::Account>>,
    /// Of other accounts only what the public sees: neither a draft of theirs nor a chassis number
    /// can be guessed from what is alike.
    pub others_as_public: bool,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct Duplicates {
    /// How many listings were compared: those that the public may see, and drafts.
    pub looked: usize,
    /// The surest first.
    pub groups: Vec<Duplicate>,
    /// What more than 20 listings have in common, and what was therefore not believed.
    pub too_common: usize,
}

/// Listings that are one thing.
#[derive(Clone, Debug, Serialize)]
pub struct Duplicate {
    /// From 0 to 1.
    pub confidence: f64,
    pub reasons: Vec<Alike>,
    pub listings: Vec<Twin>,
}

/// Why they are one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Alike {
    Vin,
    PageUrl,
    Plate,
    /// Number, town, kind and area.
    Address,
    Photos,
    PortalId,
    /// Make, model, first registration, mileage and price.
    Car,
    /// Make, model, first registration and mileage, at another price.
    CarRepriced,
    /// Kind, postcode, price, area and rooms.
    Facts,
}

#[derive(Clone, Debug, Serialize)]
pub struct Twin {
    pub id: Id<kinds::Listing>,
    pub account: Id<kinds::Account>,
    pub reference: String,
    pub title: String,
    pub status: Status,
}

impl Alike {
    const fn sure(self) -> f64 {
        match self {
            Alike::Vin => 0.99,
            Alike::PageUrl => 0.97,
            Alike::Plate => 0.93,
            Alike::Address | Alike::Photos => 0.9,
            Alike::PortalId => 0.85,
            Alike::Car => 0.88,
            Alike::CarRepriced => 0.75,
            Alike::Facts => 0.7,
        }
    }

    /// As JSON writes it.
    pub const fn key(self) -> &'static str {
        match self {
            Alike::Vin => "vin",
            Alike::PageUrl => "page_url",
            Alike::Plate => "plate",
            Alike::Address => "address",
            Alike::Photos => "photos",
            Alike::PortalId => "portal_id",
            Alike::Car => "car",
            Alike::CarRepriced => "car_repriced",
            Alike::Facts => "facts",
        }
    }

    /// In a sentence.
    pub const fn said(self) -> &'static str {
        match self {
            Alike::Vin => "the same chassis number",
            Alike::PageUrl => "the same page on another portal",
            Alike::Plate => "the same number plate",
            Alike::Address => "the same address, kind and area",
            Alike::Photos => "the same photos, and the same model or postcode",
            Alike::PortalId => "the same number on a portal, of the same kind and postcode",
            Alike::Car => "the same make, model, first registration, mileage and price",
            Alike::CarRepriced => "the same make, model, first registration and mileage",
            Alike::Facts => "the same kind, postcode, price, area and rooms",
        }
    }

    /// Whether it tells two flats of one house apart, or two new cars of one dealer.
    const fn is_of_one(self) -> bool {
        matches!(
            self,
            Alike::Vin | Alike::Plate | Alike::PageUrl | Alike::PortalId
        )
    }
}

/// What is kept of a listing while all are compared.
struct Seen {
    twin: Twin,
    parent: Option<Id<kinds::Listing>>,
    in_project: bool,
}

/// Compares the listings that the scope reaches, each once: the time grows with their number. Sold
/// and withdrawn ones are history and are left out.
pub async fn duplicates(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    place: &Where,
) -> Result<Duplicates> {
    let mut seen: Vec<Seen> = Vec::new();
    let mut alike: HashMap<(Alike, String), Vec<u32>> = HashMap::new();
    let mut after: Id<kinds::Listing> = Id::from_uuid(::store::Uuid::nil());
    loop {
        let page = page(read, dictionary, place, after).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for mut listing in page {
            let Some(vertical) = dictionary.vertical(&listing.vertical) else {
                continue;
            };
            if place.others_as_public && place.account != Some(listing.account) {
                if !listing.status.is_public() {
                    continue;
                }
                listing.keep_public(vertical);
            }
            let number = seen.len() as u32;
            for key in keys(vertical, &listing) {
                alike.entry(key).or_default().push(number);
            }
            seen.push(Seen {
                twin: Twin {
                    id: listing.id,
                    account: listing.account,
                    title: listing.label(Language::En),
                    status: listing.status,
                    reference: listing.reference,
                },
                parent: listing.parent,
                in_project: listing.level.is_some(),
            });
        }
    }
    Ok(grouped(&seen, alike, place))
}

async fn page(
    read: &mut impl Reads,
    dictionary: &Dictionary,
    place: &Where,
    after: Id<kinds::Listing>,
) -> Result<Vec<Listing>> {
    let mut condition = String::from("id > $1 AND status IN ('draft', 'live', 'reserved')");
    let mut vals: Vec<Val> = vec![after.into()];
    if let Some(own) = read.scope().account() {
        vals.push(own.into());
        condition.push_str(&format!(" AND account = ${}", vals.len()));
    }
    if let Some(vertical) = &place.vertical {
        vals.push(vertical.into());
        condition.push_str(&format!(" AND vertical = ${}", vals.len()));
    }
    vals.push(::store::count(PAGE));
    condition.push_str(&format!(" ORDER BY id LIMIT ${}", vals.len()));
    store::select(read, dictionary, &condition, &vals).await
}

/// Joins what is alike by any reason into groups.
fn grouped(seen: &[Seen], alike: HashMap<(Alike, String), Vec<u32>>, place: &Where) -> Duplicates {
    let mut found = Duplicates {
        looked: seen.len(),
        ..Duplicates::default()
    };
    let mut leads: Vec<u32> = (0..seen.len() as u32).collect();
    let mut links: Vec<(Alike, u32)> = Vec::new();
    for ((reason, _), members) in alike {
        if members.len() > GROUP_MAX {
            found.too_common += 1;
            continue;
        }
        for (at, one) in members.iter().enumerate() {
            let other = members[..at]
                .iter()
                .find(|o| may_be_one(seen, reason, *one, **o));
            let Some(other) = other else { continue };
            links.push((reason, *one));
            let (a, b) = (lead(&mut leads, *one), lead(&mut leads, *other));
            leads[a.max(b) as usize] = a.min(b);
        }
    }
    let mut groups: HashMap<u32, (Vec<Alike>, Vec<u32>)> = HashMap::new();
    for (reason, one) in links {
        let (reasons, _) = groups.entry(lead(&mut leads, one)).or_default();
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    for one in 0..seen.len() as u32 {
        let lead = lead(&mut leads, one);
        if let Some((_, members)) = groups.get_mut(&lead) {
            members.push(one);
        }
    }
    for (mut reasons, members) in groups.into_values() {
        let listings: Vec<Twin> = members
            .iter()
            .map(|m| seen[*m as usize].twin.clone())
            .collect();
        let wanted = |account| listings.iter().any(|twin| twin.account == account);
        if place.account.is_some_and(|account| !wanted(account)) {
            continue;
        }
        reasons.sort();
        // The same facts less one are no second reason.
        if reasons.contains(&Alike::Car) {
            reasons.retain(|r| *r != Alike::CarRepriced);
        }
        // Two weak reasons are stronger than one.
        let doubt: f64 = reasons.iter().map(|r| 1.0 - r.sure()).product();
        found.groups.push(Duplicate {
            confidence: ((1.0 - doubt).min(0.99) * 100.0).round() / 100.0,
            reasons,
            listings,
        });
    }
    found.groups.sort_by(|a, b| {
        let surer = b.confidence.total_cmp(&a.confidence);
        surer.then(a.listings[0].id.cmp(&b.listings[0].id))
    });
    found
}

/// Flats of one project are alike and share its pictures, and new cars of one dealer are alike:
/// within an account only what no other thing has makes two listings one, or facts outside of projects.
fn may_be_one(seen: &[Seen], reason: Alike, one: u32, other: u32) -> bool {
    let (one, other) = (&seen[one as usize], &seen[other as usize]);
    if reason.is_of_one() || one.twin.account != other.twin.account {
        return true;
    }
    let project =
        one.in_project || other.in_project || (one.parent.is_some() && one.parent == other.parent);
    !project
}

fn lead(leads: &mut [u32], of: u32) -> u32 {
    let mut at = of;
    while leads[at as usize] != at {
        leads[at as usize] = leads[leads[at as usize] as usize];
        at = leads[at as usize];
    }
    at
}

/// All that may tell the thing again, with the trade, so that a car is never a house.
fn keys(vertical: &Vertical, listing: &Listing) -> Vec<(Alike, String)> {
    let mut keys = Vec::new();
    let mut add = |reason: Alike, parts: &[&str]| {
        if parts.iter().all(|part| !part.is_empty()) {
            keys.push((reason, format!("{}|{}", vertical.key, parts.join("|"))));
        }
    };
    let told = |key: &str| listing.values.get(key).map(plain).unwrap_or_default();
    let shaped = |shape| {
        let field = vertical.fields.iter().find(|f| f.shape == Some(shape));
        let bare = |f: &dictionary::Field| told(&f.key).replace(['-', ' ', '.'], "").to_uppercase();
        field.map(bare).unwrap_or_default()
    };
    let vin = shaped(Shape::Vin);
    if vin.len() == VIN_LETTERS {
        add(Alike::Vin, &[&vin]);
    }
    let plate = shaped(Shape::Plate);
    if plate.len() > 4 {
        add(Alike::Plate, &[&plate]);
    }
    add(Alike::PageUrl, &[&told("page_url").to_lowercase()]);
    let (price, category) = (told("price"), listing.category.as_ref());
    let (make, model, since) = (told("make"), told("model"), told("first_reg"));
    // Pictures of a maker, of a builder or of "photos to follow" stand with many things.
    let thing = match (make.is_empty(), listing.place()) {
        (false, _) => format!("{make}/{model}/{since}"),
        (true, Some(place)) => place.postcode.clone(),
        (true, None) => String::new(),
    };
    let objects = listing.photos.iter().filter_map(|p| p.object.as_deref());
    let objects: BTreeSet<&str> = objects.collect();
    // One picture alone may be an agency's mark.
    if objects.len() > 1 {
        let objects: Vec<&str> = objects.into_iter().collect();
        add(Alike::Photos, &[&thing, &objects.join(",")]);
    }
    let used = matches!(listing.values.get("mileage_km"), Some(Value::Integer(km)) if *km >= 500);
    if used {
        let mileage = told("mileage_km");
        add(Alike::Car, &[&make, &model, &since, &mileage, &price]);
        add(Alike::CarRepriced, &[&make, &model, &since, &mileage]);
    }
    let Some(place) = listing.place() else {
        return keys;
    };
    let (area, rooms) = (told("living_area"), told("bedrooms"));
    add(
        Alike::PortalId,
        &[&told("portal_id"), category, &place.postcode],
    );
    let purpose = told("purpose");
    let (street, number) = (fold(&place.street), fold(&place.number));
    let flat = format!("{area}/{rooms}/{purpose}");
    if !area.is_empty() {
        add(
            Alike::Address,
            &[category, &place.postcode, &street, &number, &flat],
        );
    }
    add(
        Alike::Facts,
        &[category, &place.postcode, &price, &area, &rooms],
    );
    keys
}

fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.trim().to_owned(),
        Value::OneOf(key) => key.to_string(),
        other => serde_json::to_string(other).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use dictionary::{Photo, Values};

    use super::*;

    fn car(number: u128, make: &str) -> Listing {
        let photo = |object: &str| Photo {
            object: Some(object.into()),
            ..Photo::default()
        };
        let mut values = Values::new();
        values.insert("make".into(), Value::OneOf(make.into()));
        Listing {
            id: Id::from_uuid(::store::Uuid::from_u128(number)),
            account: Id::from_uuid(::store::Uuid::from_u128(number)),
            vertical: "auto".into(),
            category: "car".into(),
            status: Status::Live,
            parent: None,
            level: None,
            reference: format!("C{number}"),
            values,
            photos: vec![photo("a"), photo("b")],
            created_at: ::store::Timestamp(0),
            updated_at: ::store::Timestamp(0),
            version: 1,
        }
    }

    #[test]
    fn pictures_that_two_makes_share_are_nobodys() {
        let dictionary = Dictionary::embedded();
        let auto = dictionary.vertical("auto").expect("cars");
        let of = |number, make| keys(auto, &car(number, make));
        assert!(of(1, "audi").iter().any(|(why, _)| *why == Alike::Photos));
        assert_eq!(of(1, "audi"), of(2, "audi"));
        assert!(of(1, "audi").iter().all(|key| !of(2, "bmw").contains(key)));
    }
}
