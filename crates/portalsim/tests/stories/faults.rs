//! What goes wrong with other people's portals.

use portalsim::Options;
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{SEED, Stage, property};

const SEND: &str = "/rtdf/v1/property/sendpropertydetails";
const LIST: &str = "/rtdf/v1/property/getbranchpropertylist";
const MANY: usize = 24;

fn branch() -> Value {
    json!({ "network": { "network_id": 4711 }, "branch": { "branch_id": 12 } })
}

#[tokio::test]
async fn a_portal_that_hangs_may_have_done_the_work() {
    let stage = Stage::new().await;
    let faults = json!({ "portal": "rtdf", "timeout_rate": 1, "hang_ms": 1 });
    stage.faults(faults).await;
    for n in 0..MANY {
        let body = property(&format!("A-{n}")).to_string();
        let heard = stage.try_ask(Method::POST, SEND, &[], body).await;
        assert!(heard.is_none(), "it answered: {heard:?}");
    }
    let shown = stage.shown("rtdf").await.len();
    assert!(shown > 0 && shown < MANY, "{shown} of {MANY} were done");
    let counts = stage.counts("rtdf").await;
    assert_eq!(counts["timeouts"], MANY);
    assert_eq!(counts["accepted"], shown);
}

#[tokio::test]
async fn a_portal_that_errs_has_done_nothing_and_may_say_when_to_come_back() {
    let stage = Stage::new().await;
    stage
        .faults(json!({ "portal": "rtdf", "error_rate": 1 }))
        .await;
    let (mut broken, mut busy, mut says_when) = (0, 0, 0);
    for n in 0..MANY {
        let heard = stage.post(SEND, &property(&format!("A-{n}"))).await;
        broken += usize::from(heard.status == 500);
        busy += usize::from(heard.status == 503);
        says_when += usize::from(heard.headers.contains_key("retry-after"));
    }
    assert_eq!(broken + busy, MANY);
    assert!(broken > 0 && says_when > 0 && says_when < busy);
    assert_eq!(stage.shown("rtdf").await.len(), 0);
}

#[tokio::test]
async fn a_page_about_maintenance_is_no_answer() {
    let stage = Stage::new().await;
    stage
        .faults(json!({ "portal": "rtdf", "html_rate": 1 }))
        .await;
    let heard = stage.post(SEND, &property("A-1")).await;
    assert_eq!(heard.status, 200);
    assert!(heard.text.contains("maintenance"));
    assert_eq!(stage.shown("rtdf").await.len(), 0);
}

#[tokio::test]
async fn a_portal_that_was_down_comes_back_with_what_it_had() {
    let stage = Stage::new().await;
    let sent = stage.post(SEND, &property("A-1")).await.json();
    let url = sent["property"]["rightmove_url"].as_str().expect("a url");
    stage
        .faults(json!({ "portal": "*", "down_ms": 600_000 }))
        .await;
    let heard = stage.post(SEND, &property("A-2")).await;
    assert_eq!(heard.status, 503);
    assert!(heard.headers.contains_key("retry-after"));
    assert_eq!(stage.get(url).await.status, 503);
    stage
        .faults(json!({ "portal": "rtdf", "down_ms": 0 }))
        .await;
    assert_eq!(stage.get(url).await.status, 200);
    assert_eq!(stage.post(SEND, &property("A-2")).await.status, 200);
}

#[tokio::test]
async fn work_that_was_done_twice_is_told_once() {
    let stage = Stage::new().await;
    stage
        .faults(json!({ "portal": "rtdf", "duplicate_rate": 1 }))
        .await;
    let answer = stage.post(SEND, &property("A-1")).await.json();
    assert_eq!(answer["property"]["change_type"], "CREATE");
    assert_eq!(stage.shown("rtdf").await.len(), 1);
    let counts = stage.counts("rtdf").await;
    assert_eq!(
        (&counts["requests"], &counts["accepted"]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test]
async fn a_portal_may_accept_and_show_nothing() {
    let stage = Stage::new().await;
    stage
        .faults(json!({ "portal": "rtdf", "shows_nothing": true }))
        .await;
    let answer = stage.post(SEND, &property("A-1")).await.json();
    assert_eq!(answer["success"], true);
    assert_eq!(stage.shown("rtdf").await.len(), 0);
    let list = stage.post(LIST, &branch()).await.json();
    assert_eq!(list["property"], json!([]));
}

#[tokio::test]
async fn a_portal_may_list_what_has_no_page() {
    let stage = Stage::new().await;
    stage
        .faults(json!({ "portal": "rtdf", "hides_pages": true }))
        .await;
    let answer = stage.post(SEND, &property("A-1")).await.json();
    let url = answer["property"]["rightmove_url"].as_str().expect("a url");
    assert_eq!(stage.get(url).await.status, 404);
    let list = stage.post(LIST, &branch()).await.json();
    assert_eq!(list["property"][0]["agent_ref"], "A-1");
}

#[tokio::test]
async fn a_portal_may_lose_what_it_accepted_and_take_it_again() {
    let stage = Stage::new().await;
    let faults = json!({ "portal": "rtdf", "lose_rate": 1, "lose_after_ms": 0 });
    stage.faults(faults).await;
    let first = stage.post(SEND, &property("A-1")).await.json();
    assert_eq!(first["success"], true);
    stage.until_shown("rtdf", 0).await;
    let list = stage.post(LIST, &branch()).await.json();
    assert_eq!(list["property"], json!([]));
    stage
        .faults(json!({ "portal": "rtdf", "lose_rate": 0 }))
        .await;
    let second = stage.post(SEND, &property("A-1")).await.json();
    assert_eq!(second["property"]["change_type"], "CREATE");
    assert_eq!(
        first["property"]["rightmove_id"],
        second["property"]["rightmove_id"]
    );
    assert_eq!(stage.shown("rtdf").await.len(), 1);
}

#[tokio::test]
async fn a_portal_changes_its_rules_for_what_comes_next() {
    let stage = Stage::new().await;
    stage.post(SEND, &property("A-1")).await;
    let rules = json!({ "description_min": 200, "photos_min": 3 });
    stage
        .faults(json!({ "portal": "rtdf", "rules": rules }))
        .await;
    let answer = stage.post(SEND, &property("A-2")).await.json();
    assert_eq!(answer["success"], false);
    assert_eq!(answer["errors"][0]["error_code"], "DESCRIPTION_TOO_SHORT");
    assert_eq!(answer["errors"][1]["error_code"], "TOO_FEW_PHOTOS");
    assert_eq!(stage.references("rtdf").await, ["A-1"]);
}

#[tokio::test]
async fn a_portal_refuses_for_a_reason_of_its_own() {
    let stage = Stage::new().await;
    let faults = json!({ "portal": "rtdf", "refuse_rate": 1, "refuse_reason": "Unpaid bill" });
    stage.faults(faults).await;
    let answer = stage.post(SEND, &property("A-1")).await.json();
    assert_eq!(answer["errors"][0]["error_code"], "REFUSED");
    assert_eq!(answer["errors"][0]["error_description"], "Unpaid bill");
}

#[tokio::test]
async fn a_page_may_fail_although_the_listing_is_shown() {
    let stage = Stage::new().await;
    let sent = stage.post(SEND, &property("A-1")).await.json();
    let url = sent["property"]["rightmove_url"].as_str().expect("a url");
    stage
        .faults(json!({ "portal": "rtdf", "page_error_rate": 1 }))
        .await;
    assert_eq!(stage.get(url).await.status, 500);
    assert_eq!(stage.shown("rtdf").await.len(), 1);
}

/// What becomes of each of a row of listings at a portal with half its faults.
async fn lucks(order: impl Iterator<Item = usize>) -> Vec<(usize, u16)> {
    let stage = Stage::new().await;
    let faults = json!({ "portal": "rtdf", "error_rate": 0.5, "refuse_rate": 0.5 });
    stage.faults(faults).await;
    let mut lucks = Vec::new();
    for n in order {
        let heard = stage.post(SEND, &property(&format!("A-{n}"))).await;
        lucks.push((n, heard.status));
    }
    lucks.sort_unstable();
    lucks
}

#[tokio::test]
async fn the_same_seed_has_the_same_luck_in_any_order() {
    let forwards = lucks(0..MANY).await;
    let backwards = lucks((0..MANY).rev()).await;
    assert_eq!(forwards, backwards);
    let good = forwards.iter().filter(|(_, status)| *status == 200).count();
    assert!(good > 0 && good < MANY, "{forwards:?}");
}

#[tokio::test]
async fn a_reset_forgets_everything_and_returns_to_the_first_faults() {
    let first = json!({ "portal": "rtdf", "rules": { "photos_min": 1 } });
    let stage = Stage::with(Options {
        seed: SEED,
        faults: vec![first],
        ..Options::default()
    })
    .await;
    stage.post(SEND, &property("A-1")).await;
    stage
        .faults(json!({ "portal": "rtdf", "error_rate": 1, "rules": { "photos_min": 0 } }))
        .await;
    let heard = stage.post("/control/reset", &Value::Null).await;
    assert_eq!(heard.status, 204);
    let faults = stage.get("/control/faults/rtdf").await.json();
    assert_eq!(faults["error_rate"], 0.0);
    assert_eq!(faults["rules"]["photos_min"], 1);
    assert_eq!(stage.shown("rtdf").await.len(), 0);
    assert_eq!(stage.counts("rtdf").await["requests"], 0);
}

#[tokio::test]
async fn a_fault_that_does_not_exist_is_refused_with_those_that_do() {
    let stage = Stage::new().await;
    let body = json!({ "portal": "rtdf", "eror_rate": 0.5 });
    let heard = stage.post("/control/faults", &body).await;
    assert_eq!(heard.status, 400);
    assert!(heard.text.contains("error_rate"), "{}", heard.text);
    let body = json!({ "portal": "rtdf", "error_rate": 50 });
    assert_eq!(stage.post("/control/faults", &body).await.status, 400);
}
