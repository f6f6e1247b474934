//! Rightmove's real-time feed.

use serde_json::{Value, json};

use crate::stage::{Stage, property, said};

const SEND: &str = "/rtdf/v1/property/sendpropertydetails";
const REMOVE: &str = "/rtdf/v1/property/removeproperty";
const LIST: &str = "/rtdf/v1/property/getbranchpropertylist";

fn removal(reference: &str) -> Value {
    json!({
        "network": { "network_id": 4711 }, "branch": { "branch_id": 12, "channel": 1 },
        "property": { "agent_ref": reference, "removal_reason": 9 },
    })
}

#[tokio::test]
async fn a_property_that_was_sent_is_on_its_page() {
    let stage = Stage::new().await;
    let answer = stage.post(SEND, &property("A-1")).await.json();
    assert_eq!(answer["success"], true, "{answer}");
    assert_eq!(answer["property"]["change_type"], "CREATE");
    assert!(answer["property"]["rightmove_id"].is_u64());
    let url = answer["property"]["rightmove_url"].as_str().expect("a url");
    let page = stage.get(url).await;
    assert_eq!(page.status, 200);
    let data = said(&page.text);
    assert_eq!(data["identifier"], "A-1");
    assert_eq!(data["name"], "Station Road, Ely");
    assert_eq!(data["offers"]["price"], "425000");
    assert_eq!(data["offers"]["priceCurrency"], "GBP");
    assert_eq!(data["image"].as_array().map(Vec::len), Some(2));
    assert!(page.text.contains("<dd id=\"status\">available</dd>"));
    assert!(page.text.contains("<dd id=\"photos\">2</dd>"));
    let shown = stage.shown("rtdf").await;
    assert_eq!(shown[0]["price"], "425000");
    assert_eq!(shown[0]["fingerprint"].as_str().map(str::len), Some(64));
    assert!(stage.get("/").await.text.contains(url));
}

#[tokio::test]
async fn a_property_that_is_sent_again_keeps_its_number() {
    let stage = Stage::new().await;
    let first = stage.post(SEND, &property("A-1")).await.json();
    let mut cheaper = property("A-1");
    cheaper["property"]["price_information"]["price"] = json!(399_950.5);
    let second = stage.post(SEND, &cheaper).await.json();
    assert_eq!(second["property"]["change_type"], "UPDATE");
    assert_eq!(
        first["property"]["rightmove_id"],
        second["property"]["rightmove_id"]
    );
    let shown = stage.shown("rtdf").await;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0]["price"], "399950.5");
}

#[tokio::test]
async fn another_branch_may_use_the_same_reference() {
    let stage = Stage::new().await;
    let mut other = property("A-1");
    other["branch"]["branch_id"] = json!(13);
    let first = stage.post(SEND, &property("A-1")).await.json();
    let second = stage.post(SEND, &other).await.json();
    assert_eq!(second["property"]["change_type"], "CREATE");
    assert_ne!(
        first["property"]["rightmove_id"],
        second["property"]["rightmove_id"]
    );
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_named_each_by_itself() {
    let stage = Stage::new().await;
    let mut wrong = property("A-1");
    let part = &mut wrong["property"];
    part["price_information"] = json!({});
    part["status"] = json!(9);
    part["details"]["summary"] = json!("s".repeat(1_001));
    part["media"][0]["media_url"] = json!(format!("https://x.example/{}", "p".repeat(250)));
    let heard = stage.post(SEND, &wrong).await;
    assert_eq!(heard.status, 200);
    let answer = heard.json();
    assert_eq!(answer["success"], false);
    let errors = answer["errors"].as_array().expect("errors");
    let codes: Vec<&str> = errors
        .iter()
        .filter_map(|e| e["error_code"].as_str())
        .collect();
    let expected = ["INVALID_VALUE", "MISSING_FIELD", "TOO_LONG", "TOO_LONG"];
    assert_eq!(codes, expected, "{answer}");
    assert_eq!(errors[0]["error_value"], "9");
    assert_eq!(stage.shown("rtdf").await.len(), 0);
    assert_eq!(stage.counts("rtdf").await["refused"], 1);
}

#[tokio::test]
async fn a_message_that_is_no_message_is_refused() {
    let stage = Stage::new().await;
    let answer = stage.post(SEND, &json!("hello")).await.json();
    assert_eq!(answer["errors"][0]["error_code"], "MALFORMED_MESSAGE");
}

#[tokio::test]
async fn a_removed_property_is_gone_and_cannot_be_removed_twice() {
    let stage = Stage::new().await;
    let sent = stage.post(SEND, &property("A-1")).await.json();
    let url = sent["property"]["rightmove_url"].as_str().expect("a url");
    let gone = stage.post(REMOVE, &removal("A-1")).await.json();
    assert_eq!(gone["property"]["change_type"], "DELETE");
    assert_eq!(stage.get(url).await.status, 410);
    assert_eq!(stage.get("/rtdf/properties/1").await.status, 404);
    let again = stage.post(REMOVE, &removal("A-1")).await.json();
    assert_eq!(again["success"], false);
    assert_eq!(again["errors"][0]["error_code"], "PROPERTY_NOT_FOUND");
    assert_eq!(again["errors"][0]["error_value"], "A-1");
}

#[tokio::test]
async fn a_branch_is_told_what_it_has_by_channel() {
    let stage = Stage::new().await;
    let mut let_out = property("L-1");
    let_out["branch"]["channel"] = json!(2);
    for message in [property("A-2"), property("A-1"), let_out] {
        stage.post(SEND, &message).await;
    }
    let mut asked = json!({ "network": { "network_id": 4711 }, "branch": { "branch_id": 12 } });
    let all = stage.post(LIST, &asked).await.json();
    assert_eq!(all["property"].as_array().map(Vec::len), Some(3));
    asked["branch"]["channel"] = json!(1);
    let sales = stage.post(LIST, &asked).await.json();
    let rows = sales["property"].as_array().expect("rows");
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["agent_ref"], "A-1");
    assert_eq!(rows[0]["update_date"], "05-01-2026 09:00:00");
    assert_eq!(rows[0]["channel"], 1);
    assert_eq!(sales["branch"]["branch_id"], 12);
}

#[tokio::test]
async fn an_unpublished_property_is_accepted_and_not_shown() {
    let stage = Stage::new().await;
    let mut hidden = property("A-1");
    hidden["property"]["published"] = json!(false);
    let answer = stage.post(SEND, &hidden).await.json();
    assert_eq!(answer["success"], true);
    let url = answer["property"]["rightmove_url"].as_str().expect("a url");
    assert_eq!(stage.get(url).await.status, 404);
}
