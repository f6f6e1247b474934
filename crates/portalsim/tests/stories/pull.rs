//! Portals that fetch a whole feed.

use serde_json::{Value, json};

use crate::stage::{Feed, Stage, said};

fn kyero(references: &[&str]) -> String {
    let one = |reference: &&str| {
        format!(
            "<property><id>id-{reference}</id><date>2026-01-05 09:00:00</date>\
             <ref>{reference}</ref><price>250000</price><currency>EUR</currency>\
             <price_freq>sale</price_freq><type>Villa</type><town>J&#225;vea</town>\
             <desc><en>A villa &amp; a large pool</en><es><![CDATA[Una <b>villa</b>]]></es></desc>\
             <images><image id=\"1\"><url>https://pictures.example/1.jpg</url></image>\
             <image id=\"2\"><url>https://pictures.example/2.jpg</url></image></images>\
             </property>"
        )
    };
    let properties: String = references.iter().map(one).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<root>\
         <kyero><feed_version>3</feed_version></kyero>\
         <agent><id>9</id><name>Ours</name></agent>{properties}</root>"
    )
}

async fn pull(stage: &Stage, portal: &str, url: &str) -> Value {
    let asked = json!({ "portal": portal, "url": url });
    let heard = stage.post("/control/pull", &asked).await;
    assert_eq!(heard.status, 200, "{}", heard.text);
    heard.json()
}

#[tokio::test]
async fn what_a_feed_does_not_name_any_more_is_gone() {
    let stage = Stage::new().await;
    let feed = Feed::default();
    let url = feed.open().await;
    feed.write(kyero(&["K-1", "K-2"]));
    let told = pull(&stage, "kyero", &url).await;
    assert_eq!(told["added"], json!(["K-1", "K-2"]), "{told}");
    let first = stage.shown("kyero").await.remove(0);
    assert_eq!(first["photos"], 2);
    assert_eq!(first["title"], "Villa Jávea");
    let id = first["portal_id"].as_str().expect("an id");
    let page = format!("/kyero/properties/{id}");
    let data = said(&stage.get(&page).await.text);
    assert_eq!(data["offers"]["price"], "250000");
    assert_eq!(data["description"], "A villa & a large pool");
    feed.write(kyero(&["K-2", "K-3"]));
    let told = pull(&stage, "kyero", &url).await;
    assert_eq!(told["removed"], json!(["K-1"]));
    assert_eq!(told["added"], json!(["K-3"]));
    assert_eq!(stage.references("kyero").await, ["K-2", "K-3"]);
    assert_eq!(stage.get(&page).await.status, 410);
}

#[tokio::test]
async fn a_feed_that_has_not_changed_is_not_read_again() {
    let stage = Stage::new().await;
    let feed = Feed::default();
    let url = feed.open().await;
    feed.write(kyero(&["K-1"]));
    pull(&stage, "kyero", &url).await;
    let told = pull(&stage, "kyero", &url).await;
    assert_eq!(told["outcome"], "unchanged");
    assert_eq!(told["http_status"], 304);
    assert_eq!(stage.references("kyero").await, ["K-1"]);
}

#[tokio::test]
async fn half_a_feed_takes_nothing_away() {
    let stage = Stage::new().await;
    let feed = Feed::default();
    let url = feed.open().await;
    feed.write(kyero(&["K-1", "K-2"]));
    pull(&stage, "kyero", &url).await;
    let whole = kyero(&["K-1", "K-2", "K-3"]);
    for broken in [
        &whole[..whole.len() - 20],
        "",
        "<html><p>Oops</html>",
        "<html><p>Oops</p></html>",
    ] {
        feed.write(broken);
        let told = pull(&stage, "kyero", &url).await;
        assert_eq!(told["outcome"], "failed", "{told}");
    }
    assert_eq!(stage.references("kyero").await, ["K-1", "K-2"]);
    let told = pull(&stage, "kyero", "http://127.0.0.1:1/nothing").await;
    assert_eq!(told["outcome"], "failed");
}

#[tokio::test]
async fn an_empty_feed_empties_the_portal() {
    let stage = Stage::new().await;
    let feed = Feed::default();
    let url = feed.open().await;
    feed.write(kyero(&["K-1"]));
    pull(&stage, "kyero", &url).await;
    feed.write(kyero(&[]));
    pull(&stage, "kyero", &url).await;
    assert_eq!(stage.shown("kyero").await.len(), 0);
}

#[tokio::test]
async fn delimited_text_and_json_are_feeds_too() {
    let stage = Stage::new().await;
    let feed = Feed::default();
    let url = feed.open().await;
    feed.write(
        "Ref;Title;Price;Photos\r\nC-1;\"Flat; \"\"sunny\"\"\";99000.00;http://p/1|http://p/2\r\n",
    );
    let told = pull(&stage, "leaflet", &url).await;
    assert_eq!(told["added"], json!(["C-1"]), "{told}");
    let shown = stage.shown("leaflet").await;
    assert_eq!(shown[0]["title"], "Flat; \"sunny\"");
    assert_eq!(shown[0]["price"], "99000");
    assert_eq!(shown[0]["photos"], 2);
    feed.write(json!({ "listings": [{ "ref": "J-1", "price": 5, "images": ["a"] }] }).to_string());
    pull(&stage, "other", &url).await;
    assert_eq!(stage.references("other").await, ["J-1"]);
}

#[tokio::test]
async fn a_pulled_listing_that_breaks_the_rules_is_named_and_not_shown() {
    let stage = Stage::new().await;
    let feed = Feed::default();
    let url = feed.open().await;
    feed.write(kyero(&["K-1"]));
    let rules = json!({ "portal": "kyero", "rules": { "description_min": 500 } });
    stage.faults(rules).await;
    let told = pull(&stage, "kyero", &url).await;
    assert_eq!(told["refused"][0]["reference"], "K-1");
    assert_eq!(stage.shown("kyero").await.len(), 0);
}

#[tokio::test]
async fn a_portal_to_which_one_sends_does_not_fetch() {
    let stage = Stage::new().await;
    let asked = json!({ "portal": "rtdf", "url": "http://127.0.0.1:1/" });
    assert_eq!(stage.post("/control/pull", &asked).await.status, 400);
}
