//! What a page tells machines about what it shows, in the words of schema.org.

use std::borrow::Cow;

use catalog::Listing;
use dictionary::{Language, Status, Value};
use serde::Serialize;
use serde_json::{Number, json};

use super::Visit;

const CONTEXT: &str = "https://schema.org";

/// Written straight away: a page is made of it each time that its listing changes.
#[derive(Serialize)]
struct Whole<'a, T> {
    #[serde(rename = "@context")]
    context: &'static str,
    name: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(flatten)]
    thing: T,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Estate<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    date_posted: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    offers: Option<Offer<'a>>,
    main_entity: Home<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Home<'a> {
    #[serde(rename = "@type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    geo: Option<Geo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    floor_size: Option<Measure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_of_bedrooms: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    year_built: Option<Number>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Vehicle<'a> {
    #[serde(rename = "@type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    brand: Option<Named<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fuel_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vehicle_transmission: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vehicle_model_date: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mileage_from_odometer: Option<Measure>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offers: Option<Offer<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Service<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    area_served: Option<Area<'a>>,
    provider: Provider<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Provider<'a> {
    #[serde(rename = "@type")]
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Cow<'a, str>>,
    url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aggregate_rating: Option<Rating>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rating {
    #[serde(rename = "@type")]
    kind: &'static str,
    rating_value: Number,
    review_count: Number,
    best_rating: u8,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Area<'a> {
    #[serde(rename_all = "camelCase")]
    Circle {
        #[serde(rename = "@type")]
        kind: &'static str,
        geo_midpoint: Geo,
        geo_radius: i64,
    },
    City(Named<'a>),
}

#[derive(Serialize)]
struct Named<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Offer<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    price: Number,
    price_currency: &'a str,
    url: &'a str,
    availability: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    price_specification: Option<Monthly<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_function: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seller: Option<Named<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Monthly<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    price: Number,
    price_currency: &'a str,
    unit_code: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Address<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    postal_code: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    address_locality: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    address_country: &'a str,
}

#[derive(Serialize)]
struct Geo {
    #[serde(rename = "@type")]
    kind: &'static str,
    latitude: f64,
    longitude: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Measure {
    #[serde(rename = "@type")]
    kind: &'static str,
    value: Number,
    unit_code: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct List<'a, T> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_of_items: Option<usize>,
    item_list_element: &'a [T],
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

/// One listing at its address: `RealEstateListing`, `Car` and its kin, or the `Service` of a
/// tradesman.
pub fn listing(
    visit: &Visit<'_>,
    listing: &Listing,
    heading: &str,
    url: &str,
    image: Option<&str>,
) -> String {
    let whole = |thing| Whole {
        context: CONTEXT,
        name: heading,
        url,
        image,
        thing,
    };
    match listing.vertical.as_ref() {
        "estate" => safe(&whole(Thing::Estate(estate(visit, listing, url)))),
        "auto" => safe(&whole(Thing::Vehicle(vehicle(visit, listing, url)))),
        _ => safe(&whole(Thing::Service(service(visit, listing, url, image)))),
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Thing<'a> {
    Estate(Estate<'a>),
    Vehicle(Vehicle<'a>),
    Service(Service<'a>),
}

/// The way from the home page to a page: name and address of each step.
pub fn breadcrumbs(visit: &Visit<'_>, crumbs: &[(String, String)]) -> String {
    let steps = crumbs.iter().enumerate().map(|(at, (name, path))| Item {
        kind: "ListItem",
        position: at + 1,
        name: Some(name),
        item: Some(format!("{}{path}", visit.origin)),
        url: None,
    });
    safe(&List {
        context: CONTEXT,
        kind: "BreadcrumbList",
        number_of_items: None,
        item_list_element: &steps.collect::<Vec<_>>(),
    })
}

/// The listings of a page of results, by the addresses that they are found under.
pub fn results(visit: &Visit<'_>, paths: &[&str]) -> String {
    let items = paths.iter().enumerate().map(|(at, path)| Item {
        kind: "ListItem",
        position: at + 1,
        name: None,
        item: None,
        url: Some(format!("{}{path}", visit.origin)),
    });
    safe(&List {
        context: CONTEXT,
        kind: "ItemList",
        number_of_items: Some(paths.len()),
        item_list_element: &items.collect::<Vec<_>>(),
    })
}

pub fn site(visit: &Visit<'_>) -> String {
    let target = format!("{}/{}/search?q={{q}}", visit.origin, visit.language.code());
    safe(&json!({
        "@context": CONTEXT, "@type": "WebSite", "name": visit.site.brand, "url": visit.origin,
        "potentialAction": { "@type": "SearchAction", "target": target, "query-input": "required name=q" },
    }))
}

/// What kind of thing the dictionary says a listing of this category is.
fn kind<'a>(visit: &'a Visit<'_>, listing: &Listing) -> &'a str {
    let mut lineage = visit.vertical.lineage(&listing.category);
    let own = lineage.find_map(|c| c.schema_org.as_deref());
    own.unwrap_or(&visit.vertical.schema_org)
}

fn estate<'a>(visit: &'a Visit<'_>, listing: &'a Listing, url: &'a str) -> Estate<'a> {
    Estate {
        kind: "RealEstateListing",
        date_posted: listing.created_at.to_string(),
        offers: offer(visit, listing, url),
        main_entity: Home {
            kind: kind(visit, listing),
            address: address(listing),
            geo: geo(listing),
            floor_size: measure(listing, "living_area", "MTK"),
            number_of_bedrooms: number(listing, "bedrooms"),
            year_built: number(listing, "construction_year"),
        },
    }
}

fn vehicle<'a>(visit: &'a Visit<'_>, listing: &'a Listing, url: &'a str) -> Vehicle<'a> {
    Vehicle {
        kind: kind(visit, listing),
        brand: word(visit, listing, "make").map(|name| named("Brand", name)),
        model: word(visit, listing, "model"),
        fuel_type: word(visit, listing, "fuel"),
        vehicle_transmission: word(visit, listing, "gearbox"),
        color: word(visit, listing, "colour"),
        vehicle_model_date: number(listing, "year"),
        mileage_from_odometer: measure(listing, "mileage_km", "KMT"),
        offers: offer(visit, listing, url),
    }
}

/// A tradesman offers a service: no price stands here that he has not named.
fn service<'a>(
    visit: &'a Visit<'_>,
    listing: &'a Listing,
    url: &'a str,
    image: Option<&'a str>,
) -> Service<'a> {
    let trade = visit.vertical.category(&listing.category);
    let company = match listing.values.get("company") {
        Some(Value::Text(text)) => Some(Cow::Borrowed(text.as_str())),
        _ => None,
    };
    let account = || visit.deps.account(listing.account);
    let rating = number(listing, "rating").zip(number(listing, "reviews"));
    let rating = rating.map(|(rating_value, review_count)| Rating {
        kind: "AggregateRating",
        rating_value,
        review_count,
        best_rating: 5,
    });
    let middle = geo(listing).zip(number(listing, "radius_km"));
    let area = middle.map(|(geo_midpoint, km)| Area::Circle {
        kind: "GeoCircle",
        geo_midpoint,
        geo_radius: (km.as_f64().unwrap_or_default() * 1_000.0) as i64,
    });
    let town = listing
        .place()
        .map(|p| Area::City(named("City", p.town.as_str())));
    Service {
        kind: "Service",
        service_type: trade.map(|t| t.label.get(visit.language)),
        area_served: area.or(town),
        provider: Provider {
            kind: provider(kind(visit, listing)),
            name: company.or_else(|| account().map(|a| a.name.into())),
            url,
            image,
            address: address(listing),
            aggregate_rating: rating,
        },
    }
}

/// A business has an address and a rating; a bare service has neither.
fn provider(kind: &str) -> &str {
    match kind {
        "Service" => "LocalBusiness",
        kind => kind,
    }
}

fn offer<'a>(visit: &'a Visit<'_>, listing: &'a Listing, url: &'a str) -> Option<Offer<'a>> {
    let price = listing.price()?;
    let amount = match price.minor % 100 {
        0 => Number::from(price.minor / 100),
        _ => Number::from_f64(price.minor as f64 / 100.0)?,
    };
    let rent =
        matches!(listing.values.get("purpose"), Some(Value::OneOf(p)) if p.as_ref() == "rent");
    let sold = listing.status != Status::Live;
    let seller = visit.deps.account(listing.account).map(|a| {
        let kind = match listing.vertical.as_ref() {
            "estate" => "RealEstateAgent",
            "auto" => "AutoDealer",
            _ => "Organization",
        };
        named(kind, a.name)
    });
    Some(Offer {
        kind: "Offer",
        price: amount.clone(),
        price_currency: &price.currency,
        url,
        availability: match sold {
            true => "https://schema.org/LimitedAvailability",
            false => "https://schema.org/InStock",
        },
        price_specification: rent.then_some(Monthly {
            kind: "UnitPriceSpecification",
            price: amount,
            price_currency: &price.currency,
            unit_code: "MON",
        }),
        business_function: rent.then_some("http://purl.org/goodrelations/v1#LeaseOut"),
        seller,
    })
}

fn named<'a>(kind: &'static str, name: impl Into<Cow<'a, str>>) -> Named<'a> {
    let name = name.into();
    Named { kind, name }
}

fn address(listing: &Listing) -> Option<Address<'_>> {
    let place = listing.place()?;
    Some(Address {
        kind: "PostalAddress",
        postal_code: &place.postcode,
        address_locality: &place.town,
        address_country: &place.country,
    })
}

fn geo(listing: &Listing) -> Option<Geo> {
    let (latitude, longitude) = listing.place().and_then(|p| p.lat.zip(p.lon))?;
    Some(Geo {
        kind: "GeoCoordinates",
        latitude,
        longitude,
    })
}

fn number(listing: &Listing, key: &str) -> Option<Number> {
    match listing.values.get(key)? {
        Value::Integer(number) => Some(Number::from(*number)),
        Value::Decimal(number) => Number::from_f64(number.to_f64()),
        _ => None,
    }
}

fn measure(listing: &Listing, key: &str, unit: &'static str) -> Option<Measure> {
    Some(Measure {
        kind: "QuantitativeValue",
        value: number(listing, key)?,
        unit_code: unit,
    })
}

fn word<'a>(visit: &'a Visit<'_>, listing: &Listing, key: &str) -> Option<&'a str> {
    match (visit.vertical.field(key), listing.values.get(key)) {
        (Some(field), Some(Value::OneOf(key))) => Some(field.choice(key)?.label.get(Language::En)),
        _ => None,
    }
}

/// JSON that cannot end the script element it stands in.
fn safe(thing: &impl Serialize) -> String {
    // Ours serialise without fail: maps have text keys and numbers are finite.
    let json = serde_json::to_string(thing).unwrap_or_default();
    match json.contains('<') {
        true => json.replace('<', "\\u003c"),
        false => json,
    }
}
