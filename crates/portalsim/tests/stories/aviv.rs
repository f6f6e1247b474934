//! The classifieds of AVIV.

use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Ear, Heard, Stage, said};

const CLASSIFIEDS: &str = "/aviv/caas/v4/classifieds";

fn classified(reference: &str) -> Value {
    json!({
        "metaData": { "source": { "offererId": "55", "offererEstateId": reference } },
        "distributionType": "BUY", "estateType": "HOUSE", "estateSubType": { "house": "VILLA" },
        "location": { "country": "BEL", "postalcode": "1190", "city": "Forest" },
        "prices": { "buy": { "price": { "amount": 300_000 } } },
        "texts": {
            "headline": { "fr": "Villa au calme" },
            "description": { "fr": "Une villa au calme, avec jardin.", "nl": "Een villa." },
        },
        "publication": { "isActive": true },
        "media": { "pictures": ["https://pictures.example/1.jpg"] },
    })
}

/// Somebody with a token.
struct Sender<'a> {
    stage: &'a Stage,
    token: String,
}

impl Sender<'_> {
    async fn of(stage: &Stage) -> Sender<'_> {
        let form = "grant_type=client_credentials&client_id=us&client_secret=s%26s";
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let heard = stage
            .ask(Method::POST, "/aviv/token", &headers, form.into())
            .await;
        let told = heard.json();
        assert_eq!(told["token_type"], "Bearer", "{told}");
        let token = format!("Bearer {}", told["access_token"].as_str().expect("a token"));
        Sender { stage, token }
    }

    async fn ask(&self, method: Method, path: &str, body: &Value) -> Heard {
        let headers = [("Authorization", self.token.as_str())];
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        self.stage.ask(method, path, &headers, body).await
    }

    async fn create(&self, reference: &str) -> String {
        let heard = self
            .ask(Method::POST, CLASSIFIEDS, &classified(reference))
            .await;
        assert_eq!(heard.status, 202, "{}", heard.text);
        let told = heard.json();
        told["classifiedId"].as_str().expect("an id").to_owned()
    }

    async fn told_at(&self, ear: &Ear) {
        let hook = json!({ "url": ear.open().await, "statuses": [] });
        let heard = self.ask(Method::PUT, "/aviv/webhooks", &hook).await;
        assert_eq!(heard.status, 200, "{}", heard.text);
    }

    async fn one(&self, id: &str) -> Heard {
        let path = format!("{CLASSIFIEDS}/{id}");
        self.ask(Method::GET, &path, &Value::Null).await
    }
}

async fn quick() -> Stage {
    let stage = Stage::new().await;
    stage
        .faults(json!({ "portal": "aviv", "step_ms": 1 }))
        .await;
    stage
}

#[tokio::test]
async fn somebody_without_a_good_token_is_told_nothing() {
    let stage = quick().await;
    assert_eq!(stage.get(CLASSIFIEDS).await.status, 401);
    let wrong = "grant_type=client_credentials&client_id=us&client_secret=wrong";
    let heard = stage
        .ask(Method::POST, "/aviv/token", &[], wrong.into())
        .await;
    assert_eq!(heard.status, 401);
    assert_eq!(heard.json()["error"], "invalid_client");
    stage
        .faults(json!({ "portal": "aviv", "token_ms": 0 }))
        .await;
    let late = Sender::of(&stage).await;
    let heard = late.ask(Method::GET, CLASSIFIEDS, &Value::Null).await;
    assert_eq!(heard.status, 401);
    assert!(heard.headers.contains_key("www-authenticate"));
}

#[tokio::test]
async fn a_classified_is_received_first_and_shown_later_and_each_step_is_told() {
    let stage = quick().await;
    let sender = Sender::of(&stage).await;
    let ear = Ear::default();
    sender.told_at(&ear).await;
    let id = sender.create("E-1").await;
    let told = ear.told(3).await;
    let words: Vec<&str> = told.iter().filter_map(|t| t["status"].as_str()).collect();
    assert_eq!(words, ["RECEIVED", "CREATING", "CREATED"]);
    assert_eq!(told[2]["classifiedId"], id.as_str());
    assert_eq!(told[2]["clientReference"], "E-1");
    let page = stage.get(told[2]["url"].as_str().expect("a url")).await;
    let data = said(&page.text);
    assert_eq!(data["name"], "Villa au calme");
    assert_eq!(data["offers"]["priceCurrency"], "EUR");
    let one = sender.one(&id).await.json();
    assert_eq!(one["status"], "CREATED");
    assert_eq!(one["statuses"][2]["actionRequired"], false);
}

#[tokio::test]
async fn what_is_accepted_is_not_shown_before_it_is_created() {
    let stage = Stage::new().await;
    let faults = json!({ "portal": "aviv", "step_ms": 600_000 });
    stage.faults(faults).await;
    let sender = Sender::of(&stage).await;
    let id = sender.create("E-1").await;
    assert_eq!(sender.one(&id).await.json()["status"], "RECEIVED");
    assert_eq!(stage.shown("aviv").await.len(), 0);
}

#[tokio::test]
async fn what_is_wrong_with_the_form_is_said_at_once() {
    let stage = quick().await;
    let sender = Sender::of(&stage).await;
    let mut wrong = classified("E-1");
    wrong["estateType"] = json!("CASTLE");
    wrong["prices"] = json!({});
    wrong["colour"] = json!("blue");
    let heard = sender.ask(Method::POST, CLASSIFIEDS, &wrong).await;
    assert_eq!(heard.status, 400);
    let told = heard.json();
    let reasons = told["reasons"].as_array().expect("reasons");
    let paths: Vec<&str> = reasons.iter().filter_map(|r| r["path"].as_str()).collect();
    assert_eq!(paths, ["colour", "estateType", "prices/buy/price/amount"]);
}

#[tokio::test]
async fn what_is_wrong_with_the_listing_is_said_later() {
    let stage = quick().await;
    let sender = Sender::of(&stage).await;
    let ear = Ear::default();
    sender.told_at(&ear).await;
    let rules = json!({ "portal": "aviv", "rules": { "photos_min": 3 } });
    stage.faults(rules).await;
    let id = sender.create("E-1").await;
    let told = ear.told(3).await;
    assert_eq!(told[2]["status"], "CREATING_FAILED");
    assert_eq!(told[2]["reasons"][0]["code"], "TOO_FEW_PHOTOS");
    let one = sender.one(&id).await.json();
    assert_eq!(one["statuses"][2]["actionRequired"], true);
    assert_eq!(stage.shown("aviv").await.len(), 0);
}

#[tokio::test]
async fn a_classified_changes_and_goes() {
    let stage = quick().await;
    let sender = Sender::of(&stage).await;
    let ear = Ear::default();
    sender.told_at(&ear).await;
    let id = sender.create("E-1").await;
    ear.told(3).await;
    let mut dearer = classified("E-1");
    dearer["prices"]["buy"]["price"]["amount"] = json!(310_000);
    let path = format!("{CLASSIFIEDS}/{id}");
    let heard = sender.ask(Method::PUT, &path, &dearer).await;
    assert_eq!(heard.status, 202);
    ear.told(6).await;
    assert_eq!(stage.shown("aviv").await[0]["price"], "310000");
    let heard = sender.ask(Method::DELETE, &path, &Value::Null).await;
    assert_eq!(heard.status, 202);
    let words = ear.statuses(9).await;
    assert_eq!(words[5], "UPDATED");
    assert_eq!(words[8], "DELETED");
    assert_eq!(
        stage.get(&format!("/aviv/properties/{id}")).await.status,
        410
    );
    assert_eq!(sender.ask(Method::PUT, &path, &dearer).await.status, 404);
}

#[tokio::test]
async fn webhooks_come_twice_and_out_of_order_from_a_portal_that_is_so() {
    let stage = quick().await;
    let sender = Sender::of(&stage).await;
    let ear = Ear::default();
    sender.told_at(&ear).await;
    let faults = json!({ "portal": "aviv", "duplicate_rate": 1, "webhook_shuffle_rate": 1 });
    stage.faults(faults).await;
    sender.create("E-1").await;
    let expected = [
        "CREATING", "CREATING", "RECEIVED", "RECEIVED", "CREATED", "CREATED",
    ];
    assert_eq!(ear.statuses(6).await, expected);
    assert_eq!(stage.shown("aviv").await.len(), 1);
}

#[tokio::test]
async fn a_webhook_that_is_lost_leaves_the_status_to_be_asked_for() {
    let stage = quick().await;
    let sender = Sender::of(&stage).await;
    sender.told_at(&Ear::default()).await;
    let faults = json!({ "portal": "aviv", "webhook_lost_rate": 1 });
    stage.faults(faults).await;
    let id = sender.create("E-1").await;
    stage.until_shown("aviv", 1).await;
    assert_eq!(sender.one(&id).await.json()["status"], "CREATED");
    assert_eq!(stage.counts("aviv").await["webhooks_lost"], 3);
}

#[tokio::test]
async fn an_estate_that_is_posted_twice_is_shown_twice() {
    let stage = quick().await;
    let sender = Sender::of(&stage).await;
    let first = sender.create("E-1").await;
    let second = sender.create("E-1").await;
    assert_ne!(first, second);
    stage.until_shown("aviv", 2).await;
    assert_eq!(stage.references("aviv").await, ["E-1", "E-1"]);
}

#[tokio::test]
async fn the_list_comes_in_pages_and_finds_one_estate() {
    let stage = quick().await;
    let sender = Sender::of(&stage).await;
    for n in 0..5 {
        sender.create(&format!("E-{n}")).await;
    }
    let path = format!("{CLASSIFIEDS}?page=2&size=2");
    let told = sender.ask(Method::GET, &path, &Value::Null).await.json();
    assert_eq!(told["total"], 5);
    assert_eq!(told["classifieds"].as_array().map(Vec::len), Some(2));
    let path = format!("{CLASSIFIEDS}?offererEstateId=E-3");
    let told = sender.ask(Method::GET, &path, &Value::Null).await.json();
    assert_eq!(told["total"], 1);
    assert_eq!(told["classifieds"][0]["clientReference"], "E-3");
}
