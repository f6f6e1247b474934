//! Zoopla's real-time feed.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Heard, Stage, said};

fn listing(reference: &str) -> Value {
    json!({
        "branch_reference": "ELY", "listing_reference": reference, "category": "residential",
        "property_type": "flat", "life_cycle_status": "available",
        "display_address": "Fore Hill, Ely",
        "detailed_description": [{ "heading": "Kitchen", "text": "New in 2024." }],
        "location": {
            "street_name": "Fore Hill", "town_or_city": "Ely", "postal_code": "CB7 4AF",
            "country_code": "GB",
        },
        "pricing": { "currency_code": "GBP", "transaction_type": "sale", "price": 210_000 },
        "content": [{ "type": "image", "url": "https://pictures.example/1.jpg" }],
    })
}

async fn update(stage: &Stage, message: &Value, mark: &str) -> Heard {
    let headers = [("ETag", mark)];
    let body = message.to_string();
    let path = "/zpg/v1/listing/update";
    stage.ask(Method::POST, path, &headers, body).await
}

#[tokio::test]
async fn a_listing_with_the_mark_that_it_has_already_is_left_alone() {
    let stage = Stage::new().await;
    let first = update(&stage, &listing("Z-1"), "one").await.json();
    assert_eq!(first["status"], "OK", "{first}");
    assert_eq!(first["new_listing"], true);
    assert_eq!(first["listing_etag"], "one");
    let page = stage.get(first["url"].as_str().expect("a url")).await;
    assert_eq!(said(&page.text)["offers"]["price"], "210000");
    let mut dearer = listing("Z-1");
    dearer["pricing"]["price"] = json!(220_000);
    let same = update(&stage, &dearer, "one").await.json();
    assert_eq!(same["new_listing"], false);
    assert_eq!(stage.shown("zpg").await[0]["price"], "210000");
    let other = update(&stage, &dearer, "two").await.json();
    assert_eq!(other["new_listing"], false);
    assert_eq!(stage.shown("zpg").await[0]["price"], "220000");
    assert_eq!(stage.counts("zpg").await["unchanged"], 1);
}

#[tokio::test]
async fn a_letting_says_how_often_its_rent_is_paid() {
    let stage = Stage::new().await;
    let mut letting = listing("Z-1");
    letting["pricing"]["transaction_type"] = json!("rent");
    letting["life_cycle_status"] = json!("sold");
    letting["lift"] = json!(true);
    let heard = stage.post("/zpg/v1/listing/update", &letting).await;
    assert_eq!(heard.status, 400);
    let told = heard.json();
    assert_eq!(told["error_name"], "validation_error");
    let errors = told["errors"].as_array().expect("errors");
    let paths: Vec<&str> = errors.iter().filter_map(|e| e["path"].as_str()).collect();
    let expected = ["/lift", "/pricing/rent_frequency", "/life_cycle_status"];
    assert_eq!(paths, expected, "{told}");
}

#[tokio::test]
async fn a_branch_lists_its_listings_until_they_are_deleted() {
    let stage = Stage::new().await;
    for reference in ["Z-2", "Z-1"] {
        stage
            .post("/zpg/v1/listing/update", &listing(reference))
            .await;
    }
    let branch = json!({ "branch_reference": "ELY" });
    let told = stage.post("/zpg/v1/listing/list", &branch).await.json();
    assert_eq!(told["branch_reference"], "ELY");
    assert_eq!(told["listings"].as_array().map(Vec::len), Some(2));
    let gone = json!({ "listing_reference": "Z-1", "deletion_reason": "withdrawn" });
    let answer = stage.post("/zpg/v1/listing/delete", &gone).await;
    assert_eq!(answer.status, 200);
    let again = stage.post("/zpg/v1/listing/delete", &gone).await;
    assert_eq!(again.status, 400);
    assert_eq!(again.json()["error_name"], "listing_not_found");
    let told = stage.post("/zpg/v1/listing/list", &branch).await.json();
    assert_eq!(told["listings"][0]["listing_reference"], "Z-2");
    assert_eq!(stage.references("zpg").await, ["Z-2"]);
}
