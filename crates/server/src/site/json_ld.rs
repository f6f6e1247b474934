//! What a page tells machines about what it shows, in the words of schema.org.

use catalog::Listing;
use dictionary::{Language, Value};
use serde_json::{Value as Json, json};

use super::Visit;
use super::view::href;

/// One listing: `RealEstateListing`, `Car` and its kin, or the `Service` of a tradesman.
pub fn listing(visit: &Visit<'_>, listing: &Listing, heading: &str, image: Option<&str>) -> String {
    let url = format!("{}{}", visit.origin, href(listing, visit.language));
    let mut thing = match listing.vertical.as_ref() {
        "estate" => estate(visit, listing, &url),
        "auto" => vehicle(visit, listing, &url),
        _ => service(visit, listing, &url, image),
    };
    thing["@context"] = "https://schema.org".into();
    thing["name"] = heading.into();
    thing["url"] = url.into();
    thing["image"] = json!(image);
    safe(thing)
}

/// The way from the home page to a page: name and address of each step.
pub fn breadcrumbs(visit: &Visit<'_>, crumbs: &[(String, String)]) -> String {
    let steps = crumbs.iter().enumerate().map(|(at, (name, path))| {
        json!({ "@type": "ListItem", "position": at + 1, "name": name, "item": format!("{}{path}", visit.origin) })
    });
    let steps: Vec<Json> = steps.collect();
    safe(
        json!({ "@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": steps }),
    )
}

/// The listings of a page of results, by the addresses that they are found under.
pub fn results(visit: &Visit<'_>, paths: &[&str]) -> String {
    let items = paths.iter().enumerate().map(|(at, path)| {
        json!({ "@type": "ListItem", "position": at + 1, "url": format!("{}{path}", visit.origin) })
    });
    let items: Vec<Json> = items.collect();
    safe(
        json!({ "@context": "https://schema.org", "@type": "ItemList", "numberOfItems": items.len(), "itemListElement": items }),
    )
}

pub fn site(visit: &Visit<'_>) -> String {
    let target = format!("{}/{}/search?q={{q}}", visit.origin, visit.language.code());
    safe(json!({
        "@context": "https://schema.org", "@type": "WebSite", "name": visit.site.brand, "url": visit.origin,
        "potentialAction": { "@type": "SearchAction", "target": target, "query-input": "required name=q" },
    }))
}

/// What kind of thing the dictionary says a listing of this category is.
fn kind(visit: &Visit<'_>, listing: &Listing) -> String {
    let mut lineage = visit.vertical.lineage(&listing.category);
    let own = lineage.find_map(|c| c.schema_org.clone());
    own.unwrap_or_else(|| visit.vertical.schema_org.clone())
}

fn estate(visit: &Visit<'_>, listing: &Listing, url: &str) -> Json {
    json!({
        "@type": "RealEstateListing",
        "datePosted": listing.created_at.to_string(),
        "offers": offer(visit, listing, url),
        "mainEntity": {
            "@type": kind(visit, listing),
            "address": address(listing),
            "geo": geo(listing),
            "floorSize": measure(listing, "living_area", "MTK"),
            "numberOfBedrooms": number(listing, "bedrooms"),
            "yearBuilt": number(listing, "construction_year"),
        },
    })
}

fn vehicle(visit: &Visit<'_>, listing: &Listing, url: &str) -> Json {
    let brand = word(visit, listing, "make").map(|name| json!({ "@type": "Brand", "name": name }));
    json!({
        "@type": kind(visit, listing),
        "brand": brand,
        "model": word(visit, listing, "model"),
        "fuelType": word(visit, listing, "fuel"),
        "vehicleTransmission": word(visit, listing, "gearbox"),
        "color": word(visit, listing, "colour"),
        "vehicleModelDate": number(listing, "year"),
        "mileageFromOdometer": measure(listing, "mileage_km", "KMT"),
        "offers": offer(visit, listing, url),
    })
}

/// A tradesman offers a service: no price stands here that he has not named.
fn service(visit: &Visit<'_>, listing: &Listing, url: &str, image: Option<&str>) -> Json {
    let trade = visit.vertical.category(&listing.category);
    let text = |key: &str| match listing.values.get(key) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let account = || visit.deps.account(listing.account).map(|a| a.name);
    let rating = number(listing, "rating").zip(number(listing, "reviews"));
    let rating = rating.map(|(rating, reviews)| {
        json!({ "@type": "AggregateRating", "ratingValue": rating, "reviewCount": reviews, "bestRating": 5 })
    });
    let area = geo(listing)
        .zip(number(listing, "radius_km"))
        .map(|(middle, km)| {
            let metres = km.as_f64().unwrap_or_default() * 1_000.0;
            json!({ "@type": "GeoCircle", "geoMidpoint": middle, "geoRadius": metres as i64 })
        });
    let town = listing
        .place()
        .map(|p| json!({ "@type": "City", "name": p.town }));
    json!({
        "@type": "Service",
        "serviceType": trade.map(|t| t.label.get(visit.language)),
        "areaServed": area.or(town),
        "provider": {
            "@type": provider(&kind(visit, listing)),
            "name": text("company").or_else(account),
            "url": url,
            "image": image,
            "address": address(listing),
            "aggregateRating": rating,
        },
    })
}

/// A business has an address and a rating; a bare service has neither.
fn provider(kind: &str) -> &str {
    match kind {
        "Service" => "LocalBusiness",
        kind => kind,
    }
}

fn offer(visit: &Visit<'_>, listing: &Listing, url: &str) -> Option<Json> {
    let price = listing.price()?;
    let amount = match price.minor % 100 {
        0 => json!(price.minor / 100),
        _ => json!(price.minor as f64 / 100.0),
    };
    let rent =
        matches!(listing.values.get("purpose"), Some(Value::OneOf(p)) if p.as_ref() == "rent");
    let monthly = rent.then(|| {
        json!({ "@type": "UnitPriceSpecification", "price": amount, "priceCurrency": price.currency, "unitCode": "MON" })
    });
    let function = rent.then_some("http://purl.org/goodrelations/v1#LeaseOut");
    let sold = listing.status != dictionary::Status::Live;
    let seller = visit.deps.account(listing.account).map(|a| {
        let kind = match listing.vertical.as_ref() {
            "estate" => "RealEstateAgent",
            "auto" => "AutoDealer",
            _ => "Organization",
        };
        json!({ "@type": kind, "name": a.name })
    });
    Some(json!({
        "@type": "Offer", "price": amount, "priceCurrency": price.currency, "url": url,
        "availability": if sold { "https://schema.org/LimitedAvailability" } else { "https://schema.org/InStock" },
        "priceSpecification": monthly, "businessFunction": function, "seller": seller,
    }))
}

fn address(listing: &Listing) -> Option<Json> {
    let place = listing.place()?;
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Some(json!({
        "@type": "PostalAddress", "postalCode": said(&place.postcode), "addressLocality": said(&place.town), "addressCountry": said(&place.country),
    }))
}

fn geo(listing: &Listing) -> Option<Json> {
    let (lat, lon) = listing.place().and_then(|p| p.lat.zip(p.lon))?;
    Some(json!({ "@type": "GeoCoordinates", "latitude": lat, "longitude": lon }))
}

fn number(listing: &Listing, key: &str) -> Option<Json> {
    match listing.values.get(key)? {
        Value::Integer(number) => Some(json!(number)),
        Value::Decimal(number) => Some(json!(number.to_f64())),
        _ => None,
    }
}

fn measure(listing: &Listing, key: &str, unit: &str) -> Option<Json> {
    let number = number(listing, key)?;
    Some(json!({ "@type": "QuantitativeValue", "value": number, "unitCode": unit }))
}

fn word(visit: &Visit<'_>, listing: &Listing, key: &str) -> Option<String> {
    match (visit.vertical.field(key), listing.values.get(key)) {
        (Some(field), Some(Value::OneOf(key))) => {
            Some(field.choice(key)?.label.get(Language::En).to_owned())
        }
        _ => None,
    }
}

/// JSON without what is not known, that cannot end the script element it stands in.
fn safe(mut json: Json) -> String {
    drop_nulls(&mut json);
    json.to_string().replace('<', "\\u003c")
}

fn drop_nulls(json: &mut Json) {
    match json {
        Json::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Json::Array(list) => list.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}
