//! Rightmove's real-time feed: one call for each property, answered at once.

use axum::http::{Method, StatusCode};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::checks::{Checks, Complaint};
use crate::message::{at, fingerprint, list, text};
use crate::shelf::{Sent, View};
use crate::world::{Answer, Call, Portal};

const STATUSES: [&str; 6] = [
    "available",
    "sold_subject_to_contract",
    "sold_subject_to_contract_missives",
    "under_offer",
    "reserved",
    "let_agreed",
];
const IMAGE: i64 = 1;
const NOT_FOUND: &str = "PROPERTY_NOT_FOUND";

/// What one call came to, before it is written down.
struct Outcome {
    said: &'static str,
    property: Value,
    errors: Vec<Complaint>,
}

pub(crate) fn answer(portal: &mut Portal, call: &Call) -> Answer {
    if call.method != Method::POST {
        return Answer::of(StatusCode::METHOD_NOT_ALLOWED, Value::Null);
    }
    let what = match call.path {
        "v1/property/sendpropertydetails" => send,
        "v1/property/removeproperty" => remove,
        "v1/property/getbranchpropertylist" => branch_list,
        _ => {
            return Answer::of(
                StatusCode::NOT_FOUND,
                json!({ "message": "no such service" }),
            );
        }
    };
    let body = match serde_json::from_slice::<Value>(call.body) {
        Ok(message @ Value::Object(_)) => what(portal, call, &message),
        read => {
            let why = read.err().map_or("not an object".into(), |e| e.to_string());
            let text = format!("the message cannot be read: {why}");
            portal.counts.refused += 1;
            let errors = vec![Complaint::new("MALFORMED_MESSAGE", "message", text)];
            framed(call, refused(&Value::Null, errors))
        }
    };
    Answer::of(StatusCode::OK, body)
}

fn send(portal: &mut Portal, call: &Call, message: &Value) -> Value {
    let mut errors = complaints(message);
    let sent = sent(message);
    if errors.is_empty() {
        errors = portal.objections(&sent, call.fate);
    }
    if !errors.is_empty() {
        portal.counts.refused += 1;
        return framed(call, refused(message, errors));
    }
    let (key, reference) = (key(message), sent.reference.clone());
    let number = portal.number_of(&key);
    let taken = portal.take(&key, number, sent, call.fate, call.now);
    let property = json!({
        "agent_ref": reference,
        "rightmove_id": taken.portal_id.parse::<u64>().ok(),
        "rightmove_url": taken.url,
        "change_type": if taken.created { "CREATE" } else { "UPDATE" },
    });
    framed(call, done("Property accepted", property))
}

fn remove(portal: &mut Portal, call: &Call, message: &Value) -> Value {
    let mut checks = Checks::of(message);
    envelope(&mut checks);
    checks.needed_text("property/agent_ref", 80);
    checks.code("property/removal_reason", &[7, 8, 9, 10, 11, 12]);
    let mut errors = checks.found;
    if errors.is_empty() {
        if let Some(gone) = portal.shelf.remove(&key(message), call.now) {
            portal.counts.accepted += 1;
            let property = json!({
                "agent_ref": gone.sent.reference,
                "rightmove_id": gone.portal_id.parse::<u64>().ok(),
                "rightmove_url": portal.page_of(&gone.portal_id),
                "change_type": "DELETE",
            });
            return framed(call, done("Property removed", property));
        }
        let mut nowhere = Complaint::new(NOT_FOUND, "property/agent_ref", String::new());
        nowhere.text = "the branch has no such property".into();
        nowhere.value = Some(text(message, "property/agent_ref"));
        errors.push(nowhere);
    }
    portal.counts.refused += 1;
    framed(call, refused(message, errors))
}

fn branch_list(portal: &mut Portal, call: &Call, message: &Value) -> Value {
    let mut checks = Checks::of(message);
    checks.needed("network/network_id");
    checks.needed("branch/branch_id");
    checks.code("branch/channel", &[1, 2]);
    if !checks.found.is_empty() {
        portal.counts.refused += 1;
        return framed(call, refused(message, checks.found));
    }
    let branch = text(message, "branch/branch_id");
    let channel = at(message, "branch/channel").and_then(Value::as_i64);
    let here = portal.shelf.listed(call.now).filter(|l| {
        l.sent.branch == branch && channel.is_none_or(|channel| l.sent.channel == channel)
    });
    let found: Vec<Value> = here
        .map(|l| {
            json!({
                "rightmove_id": l.portal_id.parse::<u64>().ok(),
                "agent_ref": l.sent.reference,
                "update_date": l.sent.updated,
                "channel": l.sent.channel,
            })
        })
        .collect();
    let mut told = framed(call, done("The branch's properties", Value::from(found)));
    told["branch"] = message["branch"].clone();
    told
}

/// A property is known by its branch and the agent's reference.
fn key(message: &Value) -> String {
    let branch = text(message, "branch/branch_id");
    format!("{branch}/{}", text(message, "property/agent_ref"))
}

fn envelope(checks: &mut Checks) {
    checks.members(&["network", "branch", "property"]);
    for id in ["network/network_id", "branch/branch_id"] {
        checks.needed(id);
        checks.whole(id);
    }
    checks.needed("branch/channel");
    checks.code("branch/channel", &[1, 2]);
    checks.flag("branch/overseas");
}

fn complaints(message: &Value) -> Vec<Complaint> {
    let mut checks = Checks::of(message);
    envelope(&mut checks);
    checks.needed_text("property/agent_ref", 80);
    checks.needed("property/published");
    checks.flag("property/published");
    checks.needed("property/property_type");
    checks.code("property/property_type", &property_types());
    checks.needed("property/status");
    checks.code("property/status", &[1, 2, 3, 4, 5, 6]);
    checks.code("property/let_type", &[0, 1, 2, 4]);
    address(&mut checks);
    price(&mut checks);
    details(&mut checks);
    media(&mut checks, message);
    checks.found
}

fn address(checks: &mut Checks) {
    let limits = [
        ("house_name_number", 60),
        ("town", 60),
        ("postcode_1", 4),
        ("postcode_2", 3),
        ("display_address", 120),
    ];
    for (member, max) in limits {
        checks.needed_text(&format!("property/address/{member}"), max);
    }
    for member in ["address_2", "address_3", "address_4"] {
        checks.text(&format!("property/address/{member}"), 60);
    }
    checks.number("property/address/latitude", -90.0);
    checks.number("property/address/longitude", -180.0);
}

fn price(checks: &mut Checks) {
    let path = |member: &str| format!("property/price_information/{member}");
    checks.needed(&path("price"));
    checks.number(&path("price"), 1.0);
    let qualifiers = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 15, 16];
    checks.code(&path("price_qualifier"), &qualifiers);
    checks.code(&path("rent_frequency"), &[1, 4, 12, 52, 365]);
    checks.code(&path("tenure_type"), &[1, 2, 3, 4, 5, 6]);
    checks.number(&path("deposit"), 0.0);
}

fn details(checks: &mut Checks) {
    let path = |member: &str| format!("property/details/{member}");
    checks.needed_text(&path("summary"), 1_000);
    checks.needed_text(&path("description"), 32_000);
    checks.needed(&path("bedrooms"));
    checks.whole(&path("bedrooms"));
    checks.number(&path("bedrooms"), 0.0);
    checks.number(&path("bathrooms"), 0.0);
    checks.code(&path("furnished_type"), &[0, 1, 2, 4]);
    checks.code(&path("condition"), &[1, 2, 3, 4]);
    checks.code(&path("entrance_floor"), &[1, 2, 3, 4, 5, 6]);
    checks.code(&path("internal_area_unit"), &[1, 2, 3, 4]);
    checks.code(&path("land_area_unit"), &[1, 2, 3, 4]);
    let parking: Vec<i64> = (13..=24).chain(54..=60).collect();
    checks.codes(&path("parking"), &parking);
    let heating: Vec<i64> = (1..=12).chain(46..=53).collect();
    checks.codes(&path("heating"), &heating);
    checks.codes(&path("outside_space"), &[29, 30, 31, 32, 33, 34, 35, 36]);
    for n in 0..10 {
        checks.text(&path(&format!("features/{n}")), 200);
    }
}

fn media(checks: &mut Checks, message: &Value) {
    let media = list(message, "property/media");
    if media.len() > 999 {
        let told = "there are more than 999 media".into();
        checks.complain("INVALID_VALUE", "property/media", told);
    }
    for n in 0..media.len().min(999) {
        let path = |member: &str| format!("property/media/{n}/{member}");
        checks.needed(&path("media_type"));
        checks.code(&path("media_type"), &[1, 2, 3, 4, 5, 6, 7]);
        checks.needed_text(&path("media_url"), 250);
        checks.address(&path("media_url"));
        checks.text(&path("caption"), 50);
    }
}

/// The numbers of kinds of property: runs of neighbours, and then every third.
fn property_types() -> Vec<i64> {
    let mut known: Vec<i64> = (0..=16).chain(20..=30).chain(43..=53).collect();
    known.extend((56..=86).step_by(3));
    known.extend([92, 95, 101, 104, 107, 110, 113]);
    known.extend((116..=121).chain([125, 128, 131, 134, 137]));
    known.extend(140..=144);
    known.extend((178..=283).step_by(3));
    known.extend([298, 301, 304, 307, 310, 511, 512]);
    known.extend((535..=550).step_by(3));
    known
}

fn sent(message: &Value) -> Sent {
    let get = |path: &str| text(message, &format!("property/{path}"));
    let images = list(message, "property/media").iter();
    let status = at(message, "property/status").and_then(Value::as_u64);
    let status = status.and_then(|n| STATUSES.get(usize::try_from(n).ok()?.checked_sub(1)?));
    let published = message["property"]["published"] == true;
    Sent {
        reference: get("agent_ref"),
        branch: text(message, "branch/branch_id"),
        channel: at(message, "branch/channel")
            .and_then(Value::as_i64)
            .unwrap_or_default(),
        updated: Some(get("update_date")).filter(|d| !d.is_empty()),
        fingerprint: fingerprint(message),
        view: View {
            title: get("address/display_address"),
            description: get("details/description"),
            price: get("price_information/price"),
            currency: "GBP".into(),
            status: status.copied().unwrap_or_default().to_owned(),
            photos: images
                .filter(|m| m["media_type"] == IMAGE)
                .map(|m| text(m, "media_url"))
                .collect(),
        },
        listed: published,
        shown: published,
        ..Sent::default()
    }
}

fn done(said: &'static str, property: Value) -> Outcome {
    Outcome {
        said,
        property,
        errors: Vec::new(),
    }
}

fn refused(message: &Value, errors: Vec<Complaint>) -> Outcome {
    let property = at(message, "property/agent_ref").map(|reference| {
        json!({
            "agent_ref": reference,
            "rightmove_id": null, "rightmove_url": null, "change_type": null,
        })
    });
    Outcome {
        said: "The request was refused",
        property: property.unwrap_or_default(),
        errors,
    }
}

/// The frame that every answer has.
fn framed(call: &Call, outcome: Outcome) -> Value {
    let errors: Vec<Value> = outcome
        .errors
        .into_iter()
        .map(|e| {
            json!({
                "error_code": e.code, "error_description": e.text,
                "error_value": e.value.unwrap_or(e.path),
            })
        })
        .collect();
    let request = blake3::hash(call.body).to_hex();
    json!({
        "request_id": format!("{}-{}", &request[..8], call.at.as_millisecond()),
        "message": outcome.said,
        "success": errors.is_empty(),
        "request_timestamp": moment(call.at),
        "response_timestamp": moment(Timestamp::now()),
        "property": outcome.property,
        "errors": errors,
        "warnings": [],
    })
}

fn moment(at: Timestamp) -> String {
    let zone = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    at.to_zoned(zone).strftime("%d-%m-%Y %H:%M:%S").to_string()
}
