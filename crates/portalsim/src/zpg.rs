//! Zoopla's real-time feed: one call for each listing, with a mark that spares what has not changed.

use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use crate::checks::{Checks, Complaint};
use crate::message::{at, fingerprint, list, text};
use crate::shelf::{Sent, View};
use crate::world::{Answer, Call, Portal};

const MEMBERS: [&str; 71] = [
    "accessibility",
    "administration_fees",
    "annual_business_rates",
    "areas",
    "available_bedrooms",
    "available_from_date",
    "basement",
    "bathrooms",
    "bills_included",
    "branch_reference",
    "burglar_alarm",
    "business_for_sale",
    "buyer_incentives",
    "category",
    "central_heating",
    "chain_free",
    "commercial_use_classes",
    "connected_utilities",
    "conservatory",
    "construction_year",
    "content",
    "council_tax_band",
    "decorative_condition",
    "deposit",
    "detailed_description",
    "display_address",
    "double_glazing",
    "epc_ratings",
    "feature_list",
    "fireplace",
    "fishing_rights",
    "floor_levels",
    "floors",
    "furnished_state",
    "google_street_view",
    "ground_rent",
    "gym",
    "lease_expiry",
    "life_cycle_status",
    "listed_building_grade",
    "listing_reference",
    "living_rooms",
    "location",
    "loft",
    "new_home",
    "open_day",
    "outbuildings",
    "outside_space",
    "parking",
    "pets_allowed",
    "porter_security",
    "pricing",
    "property_type",
    "rateable_value",
    "rental_term",
    "repossession",
    "retirement",
    "sap_rating",
    "service_charge",
    "serviced",
    "shared_accommodation",
    "summary_description",
    "swimming_pool",
    "tenanted",
    "tenant_eligibility",
    "tennis_court",
    "tenure",
    "total_bedrooms",
    "utility_room",
    "waterfront",
    "wood_floors",
];
const CONTENT: [&str; 10] = [
    "audio_tour",
    "brochure",
    "document",
    "epc_graph",
    "epc_report",
    "floor_plan",
    "home_pack",
    "image",
    "site_plan",
    "virtual_tour",
];
const TEXT_MAX: usize = 100_000;

pub(crate) fn answer(portal: &mut Portal, call: &Call) -> Answer {
    if call.method != Method::POST {
        return Answer::of(StatusCode::METHOD_NOT_ALLOWED, Value::Null);
    }
    let what = match call.path {
        "v1/listing/update" => update,
        "v1/listing/delete" => delete,
        "v1/listing/list" => branch_list,
        _ => return Answer::of(StatusCode::NOT_FOUND, json!({ "error_name": "not_found" })),
    };
    match serde_json::from_slice::<Value>(call.body) {
        Ok(message @ Value::Object(_)) => what(portal, call, &message),
        read => {
            let why = read.err().map_or("not an object".into(), |e| e.to_string());
            refused(portal, "invalid_json", vec![Complaint::new("", "", why)])
        }
    }
}

fn update(portal: &mut Portal, call: &Call, message: &Value) -> Answer {
    let mark = mark(call.headers);
    let key = text(message, "listing_reference");
    if let (Some(mark), Some(known)) = (&mark, portal.shelf.held(&key, call.now))
        && known.sent.etag == *mark
    {
        let told = told(&key, mark, &portal.page_of(&known.portal_id), false);
        portal.counts.unchanged += 1;
        return Answer::of(StatusCode::OK, told);
    }
    let errors = complaints(message);
    if !errors.is_empty() {
        return refused(portal, "validation_error", errors);
    }
    let sent = sent(message, mark);
    let errors = portal.objections(&sent, call.fate);
    if !errors.is_empty() {
        return refused(portal, "listing_refused", errors);
    }
    let (number, etag) = (portal.number_of(&key), sent.etag.clone());
    let taken = portal.take(&key, number, sent, call.fate, call.now);
    let told = told(&key, &etag, &taken.url, taken.created);
    Answer::of(StatusCode::OK, told)
}

fn delete(portal: &mut Portal, call: &Call, message: &Value) -> Answer {
    let mut checks = Checks::of(message);
    checks.needed_text("listing_reference", 255);
    if !checks.found.is_empty() {
        return refused(portal, "validation_error", checks.found);
    }
    let key = text(message, "listing_reference");
    if portal.shelf.remove(&key, call.now).is_none() {
        let text = format!("there is no listing {key}");
        let unknown = Complaint::new("", "listing_reference", text);
        return refused(portal, "listing_not_found", vec![unknown]);
    }
    portal.counts.accepted += 1;
    let told = json!({ "status": "OK", "listing_reference": key });
    Answer::of(StatusCode::OK, told)
}

fn branch_list(portal: &mut Portal, call: &Call, message: &Value) -> Answer {
    let mut checks = Checks::of(message);
    checks.needed_text("branch_reference", 255);
    if !checks.found.is_empty() {
        return refused(portal, "validation_error", checks.found);
    }
    let branch = text(message, "branch_reference");
    let here = portal.shelf.listed(call.now);
    let listings: Vec<Value> = here
        .filter(|l| l.sent.branch == branch)
        .map(|l| {
            json!({
                "listing_reference": l.sent.reference, "listing_etag": l.sent.etag,
                "url": portal.page_of(&l.portal_id),
            })
        })
        .collect();
    let told = json!({ "status": "OK", "branch_reference": branch, "listings": listings });
    Answer::of(StatusCode::OK, told)
}

/// The sender's mark of the version that it sends.
fn mark(headers: &HeaderMap) -> Option<String> {
    let given = headers
        .get("zpg-listing-etag")
        .or_else(|| headers.get("etag"))?;
    let mark = given.to_str().ok()?.trim().trim_matches('"');
    (!mark.is_empty()).then(|| mark.to_owned())
}

fn complaints(message: &Value) -> Vec<Complaint> {
    let mut checks = Checks::of(message);
    checks.members(&MEMBERS);
    checks.needed_text("branch_reference", 255);
    checks.needed_text("listing_reference", 255);
    checks.needed_text("property_type", 255);
    checks.needed_word("category", &["commercial", "residential"]);
    let count = checks
        .needed("detailed_description")
        .and_then(Value::as_array)
        .map(Vec::len);
    if count == Some(0) {
        let told = "there is no entry".into();
        checks.complain("INVALID_VALUE", "detailed_description", told);
    }
    for n in 0..count.unwrap_or_default() {
        let path = |member: &str| format!("detailed_description/{n}/{member}");
        checks.text(&path("heading"), TEXT_MAX);
        checks.text(&path("text"), TEXT_MAX);
        if at(message, &path("heading")).is_none() {
            checks.needed(&path("text"));
        }
    }
    place(&mut checks, message);
    pricing(&mut checks, message);
    for n in 0..list(message, "content").len() {
        let path = |member: &str| format!("content/{n}/{member}");
        checks.needed_word(&path("type"), &CONTENT);
        checks.needed(&path("url"));
        checks.address(&path("url"));
    }
    checks.found
}

fn place(checks: &mut Checks, message: &Value) {
    checks.needed_text("location/town_or_city", 255);
    checks.needed_text("location/country_code", 6);
    if at(message, "location/property_number_or_name").is_none()
        && at(message, "location/street_name").is_none()
    {
        let told = "neither property_number_or_name nor street_name is there".into();
        checks.complain("MISSING_FIELD", "location", told);
    }
    if text(message, "location/country_code").starts_with("GB") {
        checks.needed_text("location/postal_code", 8);
    }
}

/// Sales and lettings have their own statuses; a letting says how often it is paid.
fn pricing(checks: &mut Checks, message: &Value) {
    checks.needed_text("pricing/currency_code", 3);
    checks.needed_word("pricing/transaction_type", &["rent", "sale"]);
    checks.number("pricing/price", 0.01);
    let priced =
        at(message, "pricing/price").or_else(|| at(message, "pricing/price_per_unit_area"));
    if priced.is_none() && text(message, "pricing/price_qualifier") != "non_quoting" {
        checks.needed("pricing/price");
    }
    if text(message, "pricing/transaction_type") == "rent" {
        let often = [
            "per_person_per_week",
            "per_week",
            "per_month",
            "per_quarter",
            "per_year",
        ];
        checks.needed_word("pricing/rent_frequency", &often);
        let statuses = ["available", "under_offer", "let_agreed", "let"];
        checks.needed_word("life_cycle_status", &statuses);
    } else {
        let statuses = [
            "available",
            "under_offer",
            "sold_subject_to_contract",
            "sold",
        ];
        checks.needed_word("life_cycle_status", &statuses);
    }
}

fn sent(message: &Value, mark: Option<String>) -> Sent {
    let images = list(message, "content").iter();
    let texts = list(message, "detailed_description").iter();
    let title = text(message, "display_address");
    let fingerprint = fingerprint(message);
    Sent {
        reference: text(message, "listing_reference"),
        branch: text(message, "branch_reference"),
        etag: mark.unwrap_or_else(|| fingerprint.clone()),
        fingerprint,
        view: View {
            title: match title.is_empty() {
                true => text(message, "location/town_or_city"),
                false => title,
            },
            description: texts
                .map(|t| text(t, "text"))
                .filter(|t| !t.is_empty())
                .collect::<Vec<_>>()
                .join("\n"),
            price: text(message, "pricing/price"),
            currency: text(message, "pricing/currency_code"),
            status: text(message, "life_cycle_status"),
            photos: images
                .filter(|c| c["type"] == "image")
                .map(|c| text(c, "url"))
                .collect(),
        },
        listed: true,
        shown: true,
        ..Sent::default()
    }
}

fn told(reference: &str, etag: &str, url: &str, new: bool) -> Value {
    json!({
        "status": "OK", "listing_reference": reference, "listing_etag": etag,
        "url": url, "new_listing": new,
    })
}

fn refused(portal: &mut Portal, name: &str, errors: Vec<Complaint>) -> Answer {
    portal.counts.refused += 1;
    let advice = "Correct what the errors name, and send the listing again";
    let errors: Vec<Value> = errors
        .into_iter()
        .map(|e| json!({ "path": format!("/{}", e.path), "message": e.text }))
        .collect();
    let told = json!({ "error_name": name, "error_advice": advice, "errors": errors });
    Answer::of(StatusCode::BAD_REQUEST, told)
}
