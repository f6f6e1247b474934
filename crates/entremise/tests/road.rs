//! The whole road: a file becomes live pages, a portal feed and an answered enquiry.

mod line;

use line::{Line, houses, listing_in};

const IMMO: &str = "immo.localhost";

fn both(story: impl Fn(&Line)) {
    story(&Line::on_sqlite());
    story(&Line::on_postgres());
}

#[test]
fn a_file_becomes_listings_and_a_second_run_writes_nothing() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let file = line.write("houses.csv", &houses(1_200));
        let dry = line.json(&[
            "import",
            &file.display().to_string(),
            "--account",
            "lumen",
            "--dry-run",
        ]);
        assert_eq!(
            (&dry["created"], &dry["batch"]),
            (&1_200.into(), &serde_json::Value::Null)
        );
        let first = line.import(&file, "lumen");
        assert_eq!(
            (&first["created"], &first["refused"]),
            (&1_200.into(), &0.into()),
            "{first}"
        );
        // That the file came is told; of listings nothing is.
        let told = || {
            let journal = line.json(&["journal"]);
            let entries = journal["entries"].as_array().cloned().unwrap_or_default();
            let of_files = |e: &&serde_json::Value| e["entity"] != "arrival";
            entries.iter().filter(of_files).count()
        };
        let before = told();
        let second = line.import(&file, "lumen");
        assert_eq!(
            (&second["unchanged"], &second["created"], &second["batch"]),
            (&1_200.into(), &0.into(), &serde_json::Value::Null)
        );
        assert_eq!(told(), before);
    });
}

#[test]
fn a_changed_row_changes_its_listing_and_undo_brings_it_back() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let text = houses(40);
        line.import(&line.write("houses.csv", &text), "lumen");
        let dearer = text.replace("R7,4000,Liège,HOUSE,150070", "R7,4000,Liège,HOUSE,999000");
        let report = line.import(&line.write("houses.csv", &dearer), "lumen");
        assert_eq!(
            (&report["changed"], &report["unchanged"]),
            (&1.into(), &39.into()),
            "{report}"
        );
        let found = line.json(&["search", "price_min=900000", "--site", "immo"]);
        assert_eq!(found["total"], 1);
        let batch = report["batch"].as_str().expect("a batch");
        let shown = line.json(&["undo", batch, "--dry-run"]);
        assert_eq!(shown["reverted"], 1);
        line.json(&["undo", batch]);
        assert_eq!(
            line.json(&["search", "price_min=900000", "--site", "immo"])["total"],
            0
        );
        let again = line.run(&["undo", batch]);
        assert_eq!(again.status.code(), Some(1), "twice is refused");
    });
}

#[test]
fn an_unreadable_empty_or_shrunken_file_removes_nothing() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        line.import(&line.write("houses.csv", &houses(100)), "lumen");
        let header = houses(0);
        for (name, text) in [
            ("empty.csv", String::new()),
            ("header.csv", header),
            ("short.csv", houses(20)),
            ("noise.csv", "\0\u{1}\u{2}\0\0".repeat(50)),
        ] {
            let file = line.write(name, &text);
            let output = line
                .command(&[
                    "import",
                    &file.display().to_string(),
                    "--account",
                    "lumen",
                    "--json",
                ])
                .output()
                .expect("runs");
            let report: serde_json::Value =
                serde_json::from_slice(&output.stdout).unwrap_or_default();
            assert!(
                report["removed"].as_u64().unwrap_or(0) == 0,
                "{name}: {report}"
            );
            assert_eq!(
                line.json(&["search", "", "--site", "immo"])["total"],
                100,
                "{name}"
            );
        }
        let few = line.import(&line.write("houses.csv", &houses(90)), "lumen");
        assert_eq!(few["removed"], 10, "a tenth may go");
    });
}

#[test]
fn a_kyero_feed_comes_back_as_it_went_in() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let feed = r#"<?xml version="1.0" encoding="UTF-8"?><root><kyero><feed_version>3</feed_version></kyero>
<property><id>1</id><date>2024-05-01 10:00:00</date><ref>A1</ref><price>250000</price><currency>EUR</currency><price_freq>sale</price_freq>
<part_ownership>0</part_ownership><new_build>1</new_build><type>villa</type><town>Almuñécar</town><province>Granada</province>
<location><latitude>36.728807</latitude><longitude>-3.693466</longitude></location><beds>3</beds><baths>2</baths><pool>Private</pool>
<surface_area><built>150</built><plot>500</plot></surface_area><energy_rating><consumption>D</consumption><emissions>C</emissions></energy_rating>
<url><en>http://a.example/1</en><fi>http://a.example/fi/1</fi></url><desc><en>Sea &amp; sun, "quiet" &lt;here&gt;</en><el>Ελληνικά</el></desc>
<features><feature>near beach</feature><feature>good rental potential</feature></features><notes>keys at the bar</notes>
<images><image id="1"><url>http://127.0.0.1:9/1.jpg</url></image><image id="2"><url>http://127.0.0.1:9/2.jpg</url></image></images></property>
<property><ref>A2</ref><price>900</price><currency>EUR</currency><price_freq>month</price_freq><type>Apartment</type><town>Nerja</town><beds>1</beds></property></root>"#;
        let first = line.import(&line.write("feed.xml", feed), "lumen");
        assert_eq!(
            (&first["created"], &first["format"]),
            (&2.into(), &"kyero_v3".into()),
            "{first}"
        );
        let out = line.data.path().join("out.xml");
        let published = line.json(&[
            "publish",
            "--portal",
            "kyero",
            "--account",
            "lumen",
            "--out",
            &out.display().to_string(),
        ]);
        assert_eq!(published["listings"], 2, "{published}");
        let again = line.import(&out, "lumen");
        assert_eq!(
            (&again["changed"], &again["created"], &again["removed"]),
            (&0.into(), &0.into(), &0.into()),
            "{again}"
        );
    });
}

#[test]
fn a_visitor_asks_and_the_office_answers() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        line.json(&[
            "user",
            "add",
            "anna@lumen.example",
            "--account",
            "lumen",
            "--role",
            "agent",
        ]);
        line.import(&line.write("houses.csv", &houses(30)), "lumen");
        let served = line.serve();
        let host = format!("{IMMO}:{}", served.port());
        let (status, page) = served.get(&host, "/fr/search?near=Gent");
        assert_eq!(status, 200);
        let href = page
            .split('"')
            .find(|p| p.starts_with("/fr/") && p.contains("lst_"))
            .expect("a listing")
            .to_owned();
        let (status, page) = served.get(&host, &href);
        assert!(
            status == 200
                && page.contains("application/ld+json")
                && page.contains("hreflang=\"nl\"")
        );
        let token = page
            .split("name=\"form\" value=\"")
            .nth(1)
            .and_then(|t| t.split('"').next())
            .expect("a form token");
        let wrong = served.ask(
            "POST",
            &host,
            &href,
            &[],
            &format!("name=&email=nowhere&text=&form={token}"),
        );
        assert_eq!(wrong.0, 422, "errors stand on the page");
        let token = line.form_of(listing_in(&href));
        let body =
            format!("name=Ada+Byron&email=ada%40example.org&text=Est-elle+libre+%3F&form={token}");
        let sent = served.ask("POST", &host, &href, &[], &body);
        assert_eq!(sent.0, 303, "{}", sent.2);
        let leads = line.json(&["enquiry", "list", "--account", "lumen", "--state", "new"]);
        let lead = leads["enquiries"][0]["id"]
            .as_str()
            .expect("a lead")
            .to_owned();
        line.json(&["enquiry", "answer", &lead, "--text", "Oui, venez samedi."]);
        let thread = line.json(&["enquiry", "show", &lead]);
        assert_eq!(thread["messages"].as_array().map(Vec::len), Some(2));
        let mails = thread["mails"].as_array().expect("mails");
        assert_eq!(
            mails.len(),
            3,
            "a confirmation, a notice, an answer: {mails:?}"
        );
    });
}

#[test]
fn a_change_by_another_process_is_on_the_site_within_a_second() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        line.import(&line.write("houses.csv", &houses(10)), "lumen");
        let served = line.serve();
        line.import(&line.write("houses.csv", &houses(11)), "lumen");
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
        loop {
            let (_, body) = served.get("localhost", "/api/v1/listings?vertical=estate");
            if body.contains("\"total\":11") {
                break;
            }
            assert!(
                std::time::Instant::now() < deadline,
                "still not there: {body}"
            );
            std::thread::yield_now();
        }
    });
}

#[test]
fn wrong_usage_exits_with_2_and_a_mistake_is_answered_with_a_hint() {
    let line = Line::on_sqlite();
    assert_eq!(line.run(&["imprt"]).status.code(), Some(2));
    line.add_account("lumen", "estate", "BE");
    let output = line.run(&["import", "nowhere.csv", "--account", "lumne"]);
    assert_eq!(output.status.code(), Some(1));
    let file = line.write("houses.csv", &houses(1));
    let output = line.run(&["import", &file.display().to_string(), "--account", "lumne"]);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("did you mean lumen"),
        "{output:?}"
    );
}

#[test]
fn two_nodes_serve_the_same_and_losing_one_loses_nothing() {
    let line = Line::on_postgres();
    line.add_account("lumen", "estate", "BE");
    let (one, two) = (line.serve(), line.serve());
    line.import(&line.write("houses.csv", &houses(25)), "lumen");
    let told = |served: &line::Served| {
        served
            .get("localhost", "/api/v1/listings?vertical=estate&limit=100")
            .1
    };
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !(told(&one).contains("\"total\":25") && told(&two).contains("\"total\":25")) {
        assert!(
            std::time::Instant::now() < deadline,
            "the nodes do not agree"
        );
        std::thread::yield_now();
    }
    assert_eq!(told(&one), told(&two));
    let before = told(&two);
    drop(one);
    assert_eq!(told(&two), before);
    assert_eq!(two.get(&format!("{IMMO}:{}", two.port()), "/nl/").0, 200);
}

#[test]
fn a_filter_that_means_nothing_is_named_rather_than_left_out() {
    let line = Line::on_sqlite();
    line.add_account("lumen", "estate", "BE");
    line.import(&line.write("houses.csv", &houses(20)), "lumen");
    for (typed, hint) in [
        ("price_mx=400000", "price_max"),
        ("price_max=abc", "price_max cannot be"),
        ("near=Gnt", "Gent"),
        ("kitchen=nosuch", "it can be"),
    ] {
        let output = line.run(&["search", typed, "--site", "immo"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{typed}: {said}");
        assert!(said.contains(hint), "{typed}: {said}");
    }
    let served = line.serve();
    for asked in [
        "near=Nosuchtown",
        "category=nosuch",
        "price_max=abc",
        "sort=bogus",
        "cursor=abc",
        "nosuch=1",
        "radius_km=-5",
    ] {
        let path = format!("/api/v1/listings?vertical=estate&{asked}");
        let (status, body) = served.get("localhost", &path);
        let name = asked.split('=').next().expect("a name");
        assert!(
            status == 422 && body.contains(name),
            "{asked}: {status} {body}"
        );
    }
    let near = "/api/v1/listings?vertical=estate&near=51.05,3.72&radius_km=10";
    let (status, body) = served.get("localhost", near);
    assert!(status == 200 && body.contains("\"total\":5"), "{body}");
    let host = format!("{IMMO}:{}", served.port());
    let (_, page) = served.get(&host, "/fr/search?near=Gnt&price_max=300000");
    assert!(
        page.contains("Vouliez-vous dire") && page.contains("near=Gent"),
        "{page}"
    );
    assert!(
        !page.contains("class=\"card\""),
        "nothing is near a place that nobody knows"
    );
    assert!(
        page.contains("/nl/search?near=Gnt&amp;price_max=300000")
            || page.contains("/nl/search?near=Gnt&#38;price_max=300000"),
        "the language changes, the search stays: {page}"
    );
    let (_, page) = served.get(&host, "/fr/search?price_max=abc&utm_source=mail");
    assert!(
        page.contains("Prix ≤") && !page.contains("utm_source</b>"),
        "{page}"
    );
}
