//! A feed keeps its listings, whatever becomes of its columns, its rows and its imports.

mod line;

use line::{Line, houses};
use serde_json::Value;

fn both(story: impl Fn(&Line)) {
    story(&Line::on_sqlite());
    story(&Line::on_postgres());
}

fn import(line: &Line, text: &str, more: &[&str]) -> Value {
    let file = line.write("houses.csv", text).display().to_string();
    let words = ["import", &file, "--account", "lumen"];
    line.json(&[&words, more].concat())
}

fn counts<const N: usize>(report: &Value, names: [&str; N]) -> [u64; N] {
    names.map(|name| {
        report[name]
            .as_u64()
            .unwrap_or_else(|| panic!("{name}: {report}"))
    })
}

fn total(line: &Line) -> Value {
    line.json(&["search", "", "--site", "immo"])["total"].clone()
}

/// The same table with a column more.
fn wider(text: &str) -> String {
    let lines = text.lines().enumerate();
    let wide = lines.map(|(at, row)| match at {
        0 => format!("{row},epc_number\n"),
        _ => format!("{row},E{at}\n"),
    });
    wide.collect()
}

#[test]
fn a_column_more_doubles_nothing_and_the_feed_goes_on() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        import(line, &houses(40), &[]);
        let dry = import(line, &wider(&houses(40)), &["--dry-run"]);
        assert_eq!(counts(&dry, ["created", "removed"]), [0, 0], "{dry}");
        let next = import(line, &wider(&houses(38)), &[]);
        assert_eq!(counts(&next, ["created", "removed"]), [0, 2], "{next}");
        let again = import(line, &wider(&houses(38)), &[]);
        assert_eq!(counts(&again, ["unchanged", "changed"]), [38, 0], "{again}");
        assert_eq!(total(line), 38);
    });
}

#[test]
fn two_named_feeds_with_the_same_columns_leave_each_other_alone() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let sales = houses(20);
        let rentals = houses(4).replace("R", "L");
        import(line, &sales, &["--feed", "sales"]);
        let let_out = import(line, &rentals, &["--feed", "rentals"]);
        assert_eq!(
            counts(&let_out, ["created", "removed"]),
            [4, 0],
            "{let_out}"
        );
        let again = import(line, &sales, &["--feed", "sales"]);
        assert_eq!(counts(&again, ["unchanged", "removed"]), [20, 0], "{again}");
        assert_eq!(total(line), 24);
    });
}

#[test]
fn a_reference_that_means_another_house_is_told() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        import(line, &houses(3), &["--feed", "sales"]);
        let elsewhere = houses(3).replace("R0,9000,Gent", "R0,8000,Brugge");
        assert_ne!(elsewhere, houses(3));
        let report = import(line, &elsewhere, &["--feed", "old program"]);
        assert_eq!(
            counts(&report, ["created", "unchanged"]),
            [1, 2],
            "{report}"
        );
        assert_eq!(report["problems"][0]["code"], "same_reference");
    });
}

#[test]
fn undoing_an_undo_brings_the_feed_back_with_its_listings() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let first = import(line, &houses(12), &[]);
        let batch = first["batch"].as_str().expect("a batch");
        line.json(&["undo", batch]);
        assert_eq!(total(line), 0);
        let undo = line.json(&["journal"])["entries"]
            .as_array()
            .and_then(|all| {
                all.iter()
                    .rev()
                    .find(|e| e["fact"] == "batch.undone")
                    .cloned()
            })
            .and_then(|entry| entry["batch"].as_str().map(str::to_owned))
            .expect("the batch of the undoing");
        let back = line.json(&["undo", &undo]);
        assert_eq!(back["restored"], 12);
        let again = import(line, &houses(12), &[]);
        assert_eq!(counts(&again, ["created"]), [0], "{again}");
        assert_eq!(total(line), 12);
        // The import stands again, and can be undone again.
        assert_eq!(line.json(&["undo", batch, "--dry-run"])["trashed"], 12);
    });
}

#[test]
fn what_somebody_worked_on_since_stays_and_is_named() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let batch = import(line, &houses(5), &[])["batch"].clone();
        let token = line.json(&["token", "add", "--account", "lumen", "--role", "agent"]);
        let bearer = format!("Bearer {}", token["token"].as_str().expect("a token"));
        let found = line.json(&["search", "", "--site", "immo"]);
        let id = found["listings"][2]["id"]
            .as_str()
            .expect("a listing")
            .to_owned();
        let served = line.serve();
        let head = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
        ];
        let body = r#"{"values":{"bedrooms":7}}"#;
        let edited = served.ask(
            "PATCH",
            "localhost",
            &format!("/api/v1/account/listings/{id}"),
            &head,
            body,
        );
        assert_eq!(edited.0, 200, "{}", edited.2);
        let batch = batch.as_str().expect("a batch");
        for words in [&["undo", batch, "--dry-run"][..], &["undo", batch]] {
            let report = line.json(words);
            assert_eq!(counts(&report, ["trashed"]), [4], "{report}");
            assert_eq!(report["changed_since"][0]["listing"], id.as_str());
        }
        assert_eq!(total(line), 1);
    });
}

#[test]
fn what_only_the_office_sees_and_a_hidden_price_leave_by_no_door() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        import(line, &houses(2), &[]);
        let token = line.json(&["token", "add", "--account", "lumen", "--role", "agent"]);
        let bearer = format!("Bearer {}", token["token"].as_str().expect("a token"));
        let found = line.json(&["search", "", "--site", "immo"]);
        let id = found["listings"][0]["id"]
            .as_str()
            .expect("a listing")
            .to_owned();
        let served = line.serve();
        let head = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
        ];
        let body = r#"{"values":{"owner":"Mme SECRET","keys":"under the SECRET mat","price":{"minor":98765400,"currency":"EUR"},"price_hidden":true}}"#;
        let edited = served.ask(
            "PATCH",
            "localhost",
            &format!("/api/v1/account/listings/{id}"),
            &head,
            body,
        );
        assert_eq!(edited.0, 200, "{}", edited.2);
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
        while served
            .get("localhost", "/api/v1/listings?vertical=estate&price_min=1")
            .1
            .contains(&id)
        {
            assert!(
                std::time::Instant::now() < deadline,
                "it is still found by its price"
            );
            std::thread::yield_now();
        }
        let host = format!("immo.localhost:{}", served.port());
        for (host, path) in [
            ("localhost", "/feeds/csv/lumen".to_owned()),
            ("localhost", "/feeds/kyero/lumen".to_owned()),
            ("localhost", format!("/api/v1/listings/{id}")),
            ("localhost", "/api/v1/listings?vertical=estate".to_owned()),
            (host.as_str(), format!("/fr/-{id}")),
            (host.as_str(), "/fr/search".to_owned()),
            (host.as_str(), "/fr/feed.xml".to_owned()),
        ] {
            let (status, text) = served.get(host, &path);
            assert!(
                status == 200 || status == 301 || status == 308,
                "{path}: {status}"
            );
            for secret in ["SECRET", "987654", "987 654", "987\u{202f}654", "987,654"] {
                assert!(!text.contains(secret), "{path} tells {secret}");
            }
        }
    });
}

#[test]
fn the_same_key_twice_does_it_once_whatever_became_of_the_thing() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        import(line, &houses(2), &[]);
        let token = line.json(&["token", "add", "--account", "lumen", "--role", "manager"]);
        let bearer = format!("Bearer {}", token["token"].as_str().expect("a token"));
        let found = line.json(&["search", "", "--site", "immo"]);
        let id = found["listings"][0]["id"]
            .as_str()
            .expect("a listing")
            .to_owned();
        let served = line.serve();
        let ask = |method: &str, path: &str, key: &str| {
            let head = [("Authorization", bearer.as_str()), ("Idempotency-Key", key)];
            let told = served.ask(method, "localhost", path, &head, "");
            (told.0, told.2)
        };
        let listing = format!("/api/v1/account/listings/{id}");
        let back = format!("/api/v1/trash/{id}/restoration");
        let gone = ask("DELETE", &listing, "k1");
        assert_eq!((gone.0, ask("DELETE", &listing, "k1")), (200, gone));
        let restored = ask("POST", &back, "k2");
        assert_eq!((restored.0, ask("POST", &back, "k2")), (200, restored));
        let other = ask("POST", &format!("{back}?account=other"), "k2");
        assert_eq!(
            other.0, 409,
            "another query is another request: {}",
            other.1
        );
    });
}
