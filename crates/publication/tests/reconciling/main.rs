//! What is at a portal becomes what should be there, whatever the portal does.

mod storm;
mod street;

use dictionary::{Money, Status, Value};
use publication::{ChannelEdit, State};
use serde_json::json;
use store::{DAY_MS, MINUTE_MS, Position};
use testkit::on_both;

use crate::street::{Street, house, write_portal};

on_both!(publication::MIGRATIONS,

async fn a_house_goes_out_changes_and_goes_away(world) {
    let mut street = Street::of(world).await;
    let houses = street.houses(0..3).await;
    assert_eq!(street.work().await, 3);
    let shown = street.shown().await;
    assert_eq!(shown.keys().collect::<Vec<_>>(), ["H00000", "H00001", "H00002"]);
    let publication = street.publication(houses[0]).await;
    assert_eq!(publication.state, State::Confirmed);
    assert!(publication.portal_id.is_some() && publication.url.is_some());

    street.reprice(houses[0], 123_456).await;
    assert_eq!(street.work().await, 1, "what has not changed is not sent");
    assert_eq!(street.shown().await["H00000"], "123456");

    street.change(houses[1], |house| house.status = Status::Sold).await;
    street.trash(houses[2]).await;
    assert_eq!(street.work().await, 2);
    assert_eq!(street.shown().await.keys().collect::<Vec<_>>(), ["H00000"]);
    assert_eq!(street.state(houses[2]).await, State::Withdrawn);
    let told = street.story(houses[2]).await;
    let facts = ["queued", "confirmed", "withdrawing", "withdrawn"].map(|f| format!("publication.{f}"));
    assert_eq!(told, facts);
}

async fn an_edit_that_the_portal_does_not_see_sends_nothing(world) {
    let mut street = Street::of(world).await;
    let houses = street.houses(0..1).await;
    street.work().await;
    street.change(houses[0], |house| {
        house.values.insert("owner_reference".into(), Value::Text("Mr Long".into()));
    }).await;
    // The record says when it was changed, so the day is the same.
    assert_eq!(street.work().await, 0);
}

async fn what_a_portal_would_refuse_is_not_sent_and_says_what_to_mend(world) {
    let mut street = Street::of(world).await;
    let houses = street.houses(0..2).await;
    street.change(houses[0], |house| drop(house.values.remove("bedrooms"))).await;
    assert_eq!(street.work().await, 1);
    let barred = street.publication(houses[0]).await;
    assert_eq!(barred.state, State::Refused);
    assert_eq!(barred.reasons[0].field.as_deref(), Some("bedrooms"));
    assert!(barred.reasons[0].say.fr.contains("Rightmove"));

    street.change(houses[0], |house| drop(house.values.insert("bedrooms".into(), Value::Integer(2)))).await;
    assert_eq!(street.work().await, 1);
    assert_eq!(street.state(houses[0]).await, State::Confirmed);

    street.change(houses[0], |house| drop(house.values.remove("bedrooms"))).await;
    assert_eq!(street.work().await, 0);
    assert!(street.shown().await.contains_key("H00000"), "what was there stays there");
    assert_eq!(street.state(houses[0]).await, State::Refused);
}

async fn what_the_portal_refuses_is_told_in_its_words_and_waits_for_an_edit(world) {
    let mut street = Street::of(world).await;
    street.fault(json!({ "refuse_rate": 1.0, "refuse_reason": "Too near the airport" })).await;
    let houses = street.houses(0..1).await;
    assert_eq!(street.work().await, 1);
    let refused = street.publication(houses[0]).await;
    assert_eq!(refused.state, State::Refused);
    assert!(refused.reasons[0].say.de.contains("Too near the airport"), "{:?}", refused.reasons);
    street.world.clock.advance_ms(DAY_MS / 2);
    assert_eq!(street.work().await, 0, "the same again would be refused again");
    street.fault(json!({ "refuse_rate": 0.0 })).await;
    street.reprice(houses[0], 1_000).await;
    street.work().await;
    assert_eq!(street.state(houses[0]).await, State::Confirmed);
}

async fn a_portal_that_answers_with_a_page_has_said_nothing(world) {
    let mut street = Street::of(world).await;
    street.fault(json!({ "html_rate": 1.0 })).await;
    let houses = street.houses(0..1).await;
    street.work().await;
    let waiting = street.publication(houses[0]).await;
    assert_eq!(waiting.state, State::Queued);
    assert_eq!(waiting.reasons[0].code, "no_answer");
    assert!(waiting.uncertain, "it may have been heard all the same");
    assert!(waiting.answer.contains('<'), "what it said is kept");
    street.fault(json!({ "html_rate": 0.0 })).await;
    street.work_through(2).await;
    assert_eq!(street.state(houses[0]).await, State::Confirmed);
}

async fn a_listing_that_was_sent_without_an_answer_and_then_withdrawn_is_taken_away(world) {
    let mut street = Street::of(world).await;
    // Half of those calls are heard, and none is answered.
    street.fault(json!({ "timeout_rate": 1.0, "hang_ms": 600 })).await;
    let houses = street.houses(0..4).await;
    street.work().await;
    for house in &houses {
        street.trash(*house).await;
    }
    street.fault(json!({ "timeout_rate": 0.0 })).await;
    street.work_through(3).await;
    assert!(street.shown().await.is_empty());
    for house in houses {
        assert_eq!(street.state(house).await, State::Withdrawn);
    }
}

async fn a_portal_that_is_down_is_left_alone_and_gets_all_of_it_afterwards(world) {
    let mut street = Street::of(world).await;
    street.fault(json!({ "error_rate": 1.0 })).await;
    street.houses(0..200).await;
    let calls = street.work().await;
    assert!(calls < 200, "a portal that does not answer is not asked {calls} times");
    street.fault(json!({ "error_rate": 0.0 })).await;
    street.work_through(8).await;
    assert_eq!(street.shown().await.len(), 200);
}

async fn a_listing_that_the_portal_lost_is_missed_and_sent_again(world) {
    let mut street = Street::of(world).await;
    street.fault(json!({ "lose_rate": 1.0, "lose_after_ms": 0 })).await;
    let houses = street.houses(0..2).await;
    street.work().await;
    assert!(street.shown().await.is_empty());
    assert_eq!(street.state(houses[0]).await, State::Confirmed, "the portal said so");
    street.fault(json!({ "lose_rate": 0.0 })).await;
    street.world.clock.advance_ms(11 * MINUTE_MS);
    street.work().await;
    assert_eq!(street.shown().await.len(), 2);
    assert_eq!(street.state(houses[0]).await, State::Confirmed);
    assert!(street.story(houses[0]).await.contains(&"publication.lost".to_owned()));
    street.world.clock.advance_ms(11 * MINUTE_MS);
    street.work().await;
    assert!(street.publication(houses[0]).await.seen_at.is_some(), "seen with our own eyes");
}

async fn two_listings_of_one_reference_never_stand_there_for_each_other(world) {
    let mut street = Street::of(world).await;
    let houses = street.houses(0..1).await;
    street.work().await;
    let mut twin = house(0);
    twin.values.insert("price".into(), Value::Money(Money::new(9_900, "GBP")));
    let mut tx = street.world.tx().await;
    let twin = catalog::create(&mut tx, street.world.account.id, twin).await.expect("a twin").id;
    tx.commit().await.expect("commit");
    street.work().await;
    let barred = street.publication(twin).await;
    assert_eq!((barred.state, barred.reasons[0].code.as_str()), (State::Refused, "reference_taken"));
    street.trash(houses[0]).await;
    street.work_through(2).await;
    let free = street.publication(twin).await;
    assert_eq!(free.state, State::Confirmed, "its name is free now: {:?}", free.reasons);
    assert_eq!(street.shown().await["H00000"], "99");
}

async fn a_renamed_listing_is_taken_away_under_its_old_name(world) {
    let mut street = Street::of(world).await;
    let houses = street.houses(0..1).await;
    street.work().await;
    street.change(houses[0], |house| house.reference = "NEW-NAME".into()).await;
    street.work().await;
    assert_eq!(street.shown().await.keys().collect::<Vec<_>>(), ["NEW-NAME"]);
}

async fn no_more_stand_there_than_were_agreed_and_the_next_moves_up(world) {
    let mut street = Street::with(world, None, 2).await;
    let houses = street.houses(0..4).await;
    street.work().await;
    assert_eq!(street.shown().await.len(), 2);
    let mut there = Vec::new();
    for house in &houses {
        let publication = street.publication(*house).await;
        match publication.state {
            State::Confirmed => there.push(*house),
            _ => assert_eq!(publication.reasons[0].code, "quota"),
        }
    }
    street.trash(there[0]).await;
    street.work().await;
    let shown = street.shown().await;
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert_eq!(street.state(there[0]).await, State::Withdrawn);
}

async fn a_rule_begins_on_its_day_and_not_before(world) {
    let rules = r#"
[[version]]
name = "old"
valid_from = "2020-01-01"

[[version]]
name = "new"
valid_from = "2026-01-07"

[[version.rule]]
code = "photos"
field = "photos"
min = 2
"#;
    // 2026-01-05
    let mut street = Street::with(world, Some(rules), 0).await;
    let houses = street.houses(0..1).await;
    street.work().await;
    assert_eq!(street.state(houses[0]).await, State::Confirmed);
    street.world.clock.advance_ms(2 * DAY_MS);
    street.work().await;
    let barred = street.publication(houses[0]).await;
    assert_eq!((barred.state, barred.reasons[0].code.as_str()), (State::Refused, "photos"));
    assert_eq!(barred.reasons[0].say.en, "Rightmove asks for at least 2: photos");
}

async fn an_edited_folder_is_taken_over_and_a_faulty_one_is_not(world) {
    let mut street = Street::of(world).await;
    street.houses(0..2).await;
    street.work().await;
    let folder = street.world.path().join("portals");
    let record = folder.join("rtdf/record.toml");
    let good = std::fs::read_to_string(&record).expect("a file");
    std::fs::write(&record, good.replace("\"price\"", "\"prise\"")).expect("written");
    let faults = street.portals.refresh(&street.world.dictionary).expect("it was edited");
    assert!(faults[0].to_string().starts_with("rtdf/record.toml:"), "{}", faults[0]);
    assert_eq!(street.work().await, 0, "the last good one stays in use");
    std::fs::write(&record, good.replace("published\" = { constant = true }", "published\" = { constant = true }\n\"property/student_property\" = { constant = false }")).expect("written");
    assert_eq!(street.portals.refresh(&street.world.dictionary), Some(vec![]));
    assert_eq!(street.work().await, 2, "every record is another one now");
}

async fn a_channel_that_is_removed_takes_all_of_it_away_before_it_goes(world) {
    let mut street = Street::of(world).await;
    street.houses(0..3).await;
    street.work().await;
    let mut tx = street.world.tx().await;
    publication::remove(&mut tx, street.channel.id).await.expect("removed");
    tx.commit().await.expect("commit");
    street.work().await;
    assert!(street.shown().await.is_empty());
    let mut read = street.world.store.read(&street.world.store.operator()).await.expect("a reader");
    use store::Reads;
    let rows = read.query("SELECT id FROM channel", &[]).await.expect("channels");
    assert_eq!(rows.len(), 0);
}

async fn a_paused_channel_stands_still_and_catches_up(world) {
    let mut street = Street::of(world).await;
    let houses = street.houses(0..1).await;
    street.work().await;
    let pause = |paused| ChannelEdit { paused: Some(paused), ..ChannelEdit::default() };
    let edit = async |street: &Street, edit| {
        let mut tx = street.world.tx().await;
        publication::change(&mut tx, &street.portals, &street.seal, street.channel.id, edit).await.expect("changed");
        tx.commit().await.expect("commit");
    };
    edit(&street, pause(true)).await;
    street.reprice(houses[0], 5).await;
    assert_eq!(street.work().await, 0);
    assert_eq!(street.state(houses[0]).await, State::Changing);
    edit(&street, pause(false)).await;
    assert_eq!(street.work().await, 1);
    assert_eq!(street.shown().await["H00000"], "5");
}

async fn a_strangers_channel_is_not_found(world) {
    let street = Street::of(world).await;
    let stranger = street.world.scope_of(street.world.stranger.id);
    let mut read = street.world.store.read(&stranger).await.expect("a reader");
    assert!(publication::find_channel(&mut read, street.channel.id).await.is_err());
    assert!(publication::channels(&mut read, street.world.account.id).await.is_err());
}

async fn a_secret_stands_in_no_row_and_in_no_journal(world) {
    let street = Street::of(world).await;
    let folder = street.world.path().join("portals");
    write_portal(&folder, None);
    let about = folder.join("rtdf/portal.toml");
    let text = std::fs::read_to_string(&about).expect("a file");
    let setting = "[[setting]]\nkey = \"token\"\nsecret = true\nlabel = { fr = \"a\", nl = \"b\", en = \"c\", de = \"d\" }\n\n[send]";
    std::fs::write(&about, text.replacen("[send]", setting, 1)).expect("written");
    assert_eq!(street.portals.refresh(&street.world.dictionary), Some(vec![]));
    let edit = ChannelEdit {
        settings: [("token".to_owned(), "open-sesame".to_owned())].into(),
        ..ChannelEdit::default()
    };
    let mut tx = street.world.tx().await;
    publication::change(&mut tx, &street.portals, &street.seal, street.channel.id, edit).await.expect("changed");
    tx.commit().await.expect("commit");
    street.world.settle().await;
    let entries = street.world.store.entries(Position::default(), 1_000).await.expect("journal");
    assert!(entries.iter().any(|e| e.fact == "channel.changed"));
    assert!(!format!("{entries:?}").contains("sesame"));
    use store::Reads;
    let mut read = street.world.read().await;
    let rows = read.query("SELECT settings, sealed FROM channel", &[]).await.expect("channels");
    assert!(!rows[0].text(0).contains("sesame") && !rows[0].text(1).contains("sesame"));
    assert!(!rows[0].text(1).is_empty(), "and is kept, sealed");
}
);

on_both!(publication::MIGRATIONS,

async fn a_portal_that_fetches_a_file_gets_what_is_wanted_and_is_known_to_have_it(world) {
    let mut street = Street::of(world).await;
    let houses = street.houses(0..3).await;
    street.change(houses[2], |house| house.status = Status::Withdrawn).await;
    let new = publication::NewChannel { portal: "kyero".into(), ..Default::default() };
    let mut tx = street.world.tx().await;
    let kyero = publication::add(&mut tx, &street.portals, &street.seal, street.world.account.id, new).await.expect("a channel");
    tx.commit().await.expect("commit");
    street.work().await;
    let (first, served) = street.fetch(kyero.id).await;
    assert!(first.starts_with("<?xml") && first.ends_with("</root>\n"), "{first}");
    assert_eq!((served.listings, served.settled), (2, 2));
    assert!(first.contains("<ref>H00000</ref>") && !first.contains("H00002"));
    assert_eq!(street.state_on(houses[0], kyero.id).await, Some(State::Accepted));
    assert_eq!(street.state_on(houses[2], kyero.id).await, None, "it never was there");

    street.reprice(houses[0], 77).await;
    street.trash(houses[1]).await;
    street.work().await;
    assert_eq!(street.state_on(houses[0], kyero.id).await, Some(State::Changing));
    let (second, served) = street.fetch(kyero.id).await;
    assert_eq!((served.listings, served.settled), (1, 2));
    assert!(second.contains("<price>77</price>"));
    assert_eq!(street.state_on(houses[1], kyero.id).await, Some(State::Withdrawn));
    let (_, served) = street.fetch(kyero.id).await;
    assert_eq!(served.settled, 0, "nothing is told twice");
}

async fn another_portal_that_is_called_is_another_folder_and_nothing_else(world) {
    let mut street = Street::of(world).await;
    let houses = street.houses(0..3).await;
    let new = publication::NewChannel {
        portal: "zoopla".into(),
        address: format!("{}/zpg", street.sim),
        settings: [("branch_reference".to_owned(), "b-1".to_owned())].into(),
        ..Default::default()
    };
    let mut tx = street.world.tx().await;
    let zoopla = publication::add(&mut tx, &street.portals, &street.seal, street.world.account.id, new).await.expect("a channel");
    tx.commit().await.expect("commit");
    street.work().await;
    assert_eq!(street.shown_on("zpg").await.len(), 3);
    street.reprice(houses[0], 4_321).await;
    street.trash(houses[1]).await;
    street.work().await;
    let shown = street.shown_on("zpg").await;
    assert_eq!(shown.keys().collect::<Vec<_>>(), ["H00000", "H00002"]);
    assert_eq!(shown["H00000"], "4321");
    assert_eq!(street.state_on(houses[1], zoopla.id).await, Some(State::Withdrawn));
    street.world.clock.advance_ms(2 * DAY_MS);
    street.work().await;
    let seen = publication::of_listing(&mut street.world.read().await, street.world.account.id, houses[2]).await.expect("read");
    assert!(seen.iter().all(|row| row.seen_at.is_some()), "both portals list it");
}

async fn a_file_is_given_to_nobody_who_does_not_know_its_key(world) {
    let street = Street::of(world).await;
    let ground = street.ground();
    assert!(publication::Feed::open(&ground, street.channel.id, "0000").await.is_err());
    let key = publication::Feed::key(&ground, street.channel.id);
    assert!(publication::Feed::open(&ground, street.channel.id, &key).await.is_err(), "Rightmove reads no files");
}
);
