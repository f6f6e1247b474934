//! Listings on other people's portals, from the command line to the portal's own page.

mod line;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use line::Line;
use serde_json::{Value, json};

/// The portals, played in this process: they outlive the server that is killed.
struct Portals {
    address: String,
    _runtime: tokio::runtime::Runtime,
}

impl Portals {
    fn play(faults: Value) -> Portals {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let options = portalsim::Options {
            seed: 5,
            faults: vec![faults],
            ..portalsim::Options::default()
        };
        runtime.spawn(portalsim::serve(listener, options));
        Portals {
            address,
            _runtime: runtime,
        }
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("a connection");
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: sim\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(head.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        let (_, body) = answer.split_once("\r\n\r\n").expect("a body");
        body.to_owned()
    }

    /// Prices by references.
    fn shown(&self) -> BTreeMap<String, String> {
        let shown: Vec<Value> =
            serde_json::from_str(&self.ask("GET", "/control/shown/rtdf", "")).expect("JSON");
        let text = |v: &Value, key: &str| v[key].as_str().unwrap_or_default().to_owned();
        let number = shown.len();
        let shown: BTreeMap<_, _> = shown
            .iter()
            .map(|v| (text(v, "reference"), text(v, "price")))
            .collect();
        assert_eq!(shown.len(), number, "nothing is shown twice");
        shown
    }

    fn accepted(&self) -> i64 {
        let counts: Value =
            serde_json::from_str(&self.ask("GET", "/control/counts/rtdf", "")).expect("JSON");
        counts["accepted"].as_i64().unwrap_or(0)
    }
}

/// Until something is so; what holds the test up is the portal's own answer.
fn until(what: &str, mut is: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(90);
    while !is() {
        assert!(Instant::now() < end, "{what} never came");
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// The shipped portal at the pace of tests.
fn portals_of(line: &Line) -> PathBuf {
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../portals/rtdf");
    let folder = line.data.path().join("portals");
    std::fs::create_dir_all(folder.join("rtdf")).expect("a folder");
    for file in ["portal.toml", "record.toml", "rules.toml", "codes.toml"] {
        let text = std::fs::read_to_string(own.join(file)).expect("a file");
        let text = text.replace("per_second = 10", "per_second = 2000");
        std::fs::write(folder.join("rtdf").join(file), text).expect("written");
    }
    folder
}

fn houses(number: usize, round: usize) -> (String, BTreeMap<String, String>) {
    let mut text = String::from(
        "reference,category,purpose,price,bedrooms,country,postcode,town,street,number,description\n",
    );
    let mut wanted = BTreeMap::new();
    for n in 0..number {
        // Some go, some come back, all change their price.
        if (n + round).is_multiple_of(7) && round > 0 {
            continue;
        }
        let price = 200_000 + n * 10 + round;
        text.push_str(&format!(
            "H{n:04},house,sale,{price},3,GB,SW1A 1AA,London,Long Street,{n},House {n}\n"
        ));
        wanted.insert(format!("H{n:04}"), price.to_string());
    }
    (text, wanted)
}

fn connect(line: &Line, portals: &Portals, folder: &str) -> String {
    line.add_account("lumen", "estate", "GB");
    let address = format!("http://{}/rtdf", portals.address);
    let words = [
        "channel",
        "add",
        "rtdf",
        "--account",
        "lumen",
        "--set",
        "network_id=7",
        "--set",
        "branch_id=42",
        "--address",
        &address,
        "--portals",
        folder,
    ];
    line.json(&words)["channel"]["id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

const HOUSES: usize = 120;
const KILLS: usize = 5;

fn converges(line: &Line) {
    let faults = json!({ "portal": "rtdf", "error_rate": 0.15, "timeout_rate": 0.02, "hang_ms": 200, "duplicate_rate": 0.1 });
    let portals = Portals::play(faults);
    let folder = portals_of(line).display().to_string();
    let channel = connect(line, &portals, &folder);
    let file = line.data.path().join("houses.csv");
    let words = ["--portals", folder.as_str(), "--fetch-private"];
    let mut wanted = BTreeMap::new();
    for round in 0..KILLS {
        let (text, after) = houses(HOUSES, round);
        wanted = after;
        std::fs::write(&file, text).expect("written");
        let before = portals.accepted();
        let served = line.serve_with(&words);
        line.import(&file, "lumen");
        until("a call", || portals.accepted() > before + 3);
        served.kill();
    }
    portals.ask(
        "POST",
        "/control/faults",
        &json!({ "portal": "rtdf", "clear": true }).to_string(),
    );
    let served = line.serve_with(&words);
    until("what is wanted", || portals.shown() == wanted);
    until("rest", || {
        let rows = line.json(&["channel", "show", &channel, "--portals", &folder]);
        rows["publications"].as_array().is_some_and(Vec::is_empty)
    });
    assert_eq!(portals.shown(), wanted);
    let told = line.json(&[
        "portal",
        "audit",
        "rtdf",
        "--portals",
        &folder,
        "--fetch-private",
    ]);
    let found = &told["channels"][0]["found"];
    assert_eq!(
        found["listed"].as_u64(),
        Some(wanted.len() as u64),
        "{told}"
    );
    for none in ["lost", "left", "strangers"] {
        assert_eq!(found[none], json!([]), "{told}");
    }
    served.stop();
    let last = "SELECT COUNT(*) FROM publication WHERE state NOT IN ('confirmed', 'withdrawn')";
    assert_eq!(line.count(last), 0);
}

#[test]
fn a_server_killed_again_and_again_leaves_nothing_missing_too_many_or_twice_on_sqlite() {
    converges(&Line::on_sqlite());
}

#[test]
fn a_server_killed_again_and_again_leaves_nothing_missing_too_many_or_twice_on_postgresql() {
    converges(&Line::on_postgres());
}

#[test]
fn a_portal_is_written_tried_and_mended_by_somebody_who_reads_what_is_said() {
    let line = Line::on_sqlite();
    line.add_account("lumen", "estate", "GB");
    let file = line.write("houses.csv", &houses(3, 0).0);
    line.import(&file, "lumen");
    let within = line.data.path().join("own");
    let (own, folder) = (
        within.display().to_string(),
        within.join("gazette").display().to_string(),
    );
    line.json(&["portal", "new", "gazette", "--in", &own]);
    assert_eq!(
        line.json(&["portal", "check", &folder])["faults"],
        json!([])
    );
    let test = [
        "portal",
        "test",
        "gazette",
        "--account",
        "lumen",
        "--portals",
        &own,
        "--reference",
        "H0001",
    ];
    let record = line.json(&test)["records"][0]["record"]
        .as_str()
        .expect("a record")
        .to_owned();
    assert!(
        record.starts_with("H0001;house;200010;GBP;SW1A 1AA;London;"),
        "{record}"
    );

    let path = within.join("gazette/record.toml");
    let text = std::fs::read_to_string(&path).expect("a file");
    std::fs::write(&path, text.replace("\"price\"", "\"prise\"")).expect("written");
    let output = line.run(&["portal", "check", &folder]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        said.contains("gazette/record.toml:6:9: no field of estate is called `prise`"),
        "{said}"
    );

    let output = line.run(&[
        "portal",
        "test",
        "gazete",
        "--account",
        "lumen",
        "--portals",
        &own,
    ]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("there is no portal “gazete”"), "{said}");
}

#[test]
fn a_new_rule_names_whom_it_will_hit_before_its_day() {
    let line = Line::on_sqlite();
    let portals = Portals::play(json!({ "portal": "rtdf" }));
    let folder = portals_of(&line);
    let rules = folder.join("rtdf/rules.toml");
    let text = std::fs::read_to_string(&rules).expect("a file");
    let new = "\n[[version]]\nname = \"2\"\nvalid_from = \"2099-12-01\"\n\n[[version.rule]]\ncode = \"photos\"\nfield = \"photos\"\nmin = 1\n";
    std::fs::write(&rules, text + new).expect("written");
    let folder = folder.display().to_string();
    connect(&line, &portals, &folder);
    let file = line.write("houses.csv", &houses(5, 0).0);
    line.import(&file, "lumen");
    let told = line.json(&[
        "portal",
        "diff",
        "rtdf",
        "--to",
        "2",
        "--impact",
        "--portals",
        &folder,
    ]);
    assert_eq!(told["added"], json!(["photos"]));
    assert_eq!(told["impact"]["by_code"], json!({ "photos": 5 }));
    assert_eq!(
        told["impact"]["hits"][0]["missing"][0]["say"]["fr"],
        "Rightmove exige au moins 1 : photos"
    );
}

#[test]
fn why_a_listing_is_not_online_is_answered_in_one_place() {
    let line = Line::on_sqlite();
    let portals = Portals::play(json!({ "portal": "rtdf" }));
    let folder = portals_of(&line).display().to_string();
    connect(&line, &portals, &folder);
    let text = houses(2, 0).0.replace("200010,3,", "200010,,");
    let file = line.write("houses.csv", &text);
    line.import(&file, "lumen");
    let served = line.serve_with(&["--portals", &folder, "--fetch-private"]);
    until("the first", || portals.shown().len() == 1);
    until("the other's reason", || {
        let told = line.json(&["channel", "why", "H0001", "--account", "lumen"]);
        told["publications"][0]["state"] == "refused"
    });
    let told = line.run(&["channel", "why", "H0001", "--account", "lumen"]);
    let said = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(
        said.contains("Rightmove asks for: Bedrooms [bedrooms]"),
        "{said}"
    );
    served.stop();
}

/// Signs in; the cookie.
fn sign_in(served: &line::Served, email: &str, password: &str) -> String {
    let form = format!("email={}&password={password}", email.replace('@', "%40"));
    let headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Origin", "http://office.localhost"),
    ];
    let (_, head, _) = served.ask("POST", "office.localhost", "/sign-in", &headers, &form);
    let cookie = head.lines().find_map(|l| {
        l.to_lowercase()
            .starts_with("set-cookie:")
            .then(|| l[11..].trim().to_owned())
    });
    let cookie = cookie.expect("a cookie");
    cookie.split(';').next().unwrap_or_default().to_owned()
}

#[test]
fn the_office_connects_a_portal_and_shows_what_stands_where_and_why_not() {
    let line = Line::on_sqlite();
    let portals = Portals::play(json!({ "portal": "rtdf" }));
    let folder = portals_of(&line).display().to_string();
    line.add_account("lumen", "estate", "GB");
    let user = [
        "user",
        "add",
        "bob@lumen.example",
        "--account",
        "lumen",
        "--role",
        "manager",
        "--password",
        "try-entremise-22",
    ];
    line.json(&user);
    let text = houses(3, 0).0.replace("200010,3,", "200010,,");
    let file = line.write("houses.csv", &text);
    line.import(&file, "lumen");
    let served = line.serve_with(&["--portals", &folder, "--fetch-private"]);
    let cookie = sign_in(&served, "bob@lumen.example", "try-entremise-22");
    let headers = [
        ("Cookie", cookie.as_str()),
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Origin", "http://office.localhost"),
    ];
    let ask = |method: &str, path: &str, body: &str| {
        served.ask(method, "office.localhost", path, &headers, body)
    };
    let (_, _, empty) = ask("GET", "/portals", "");
    assert!(empty.contains("Connect a portal"), "an empty board teaches");
    let address = format!(
        "http%3A%2F%2F{}%2Frtdf",
        portals.address.replace(':', "%3A")
    );
    let said = format!("portal=rtdf&setting.network_id=7&setting.branch_id=&address={address}");
    let (status, _, page) = ask("POST", "/portals/new", &said);
    assert_eq!(status, 422);
    assert!(
        page.contains("Branch number: is needed") && page.contains("value=\"7\""),
        "what was typed stays"
    );
    let (status, ..) = ask(
        "POST",
        "/portals/new",
        &said.replace("branch_id=", "branch_id=42"),
    );
    assert_eq!(status, 303);
    until("the houses", || portals.shown().len() == 2);
    until("the board", || {
        ask("GET", "/portals", "")
            .2
            .matches("pub confirmed")
            .count()
            >= 3
    });
    let (_, _, board) = ask("GET", "/portals?show=trouble", "");
    assert!(
        board.contains("Rightmove asks for: Bedrooms") && !board.contains("H0000"),
        "{board}"
    );

    let why = line.json(&["channel", "why", "H0001", "--account", "lumen"]);
    let page = format!("/listings/{}", why["listing"].as_str().expect("an id"));
    let (_, _, page) = ask("GET", &page, "");
    assert!(
        page.contains("Rightmove asks for: Bedrooms"),
        "its own page says why"
    );

    let told = line.json(&["channel", "list", "--account", "lumen"]);
    let channel = told["channels"][0]["channel"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let (status, ..) = ask("POST", &format!("/portals/{channel}/remove"), "");
    assert_eq!(status, 303);
    until("nothing", || portals.shown().is_empty());
    served.stop();
}

#[test]
fn a_portal_that_fetches_shows_what_its_file_names_and_takes_nothing_twice() {
    let line = Line::on_sqlite();
    let portals = Portals::play(json!({ "portal": "*" }));
    line.add_account("lumen", "estate", "ES");
    let text = houses(4, 0)
        .0
        .replace("GB,SW1A 1AA,London", "ES,28001,Madrid");
    let text = text
        .replace("reference,", "province,reference,")
        .replace("\nH", "\nMadrid,H");
    let file = line.write("houses.csv", &text);
    line.import(&file, "lumen");
    let told = line.json(&["channel", "add", "kyero", "--account", "lumen"]);
    let channel = told["channel"]["id"].as_str().expect("an id").to_owned();
    let served = line.serve();
    let all =
        || line.json(&["channel", "list", "--account", "lumen"])["channels"][0]["counts"].clone();
    until("the records", || all()["queued"] == 4);
    let path = line.json(&["channel", "show", &channel])["file"]
        .as_str()
        .expect("an address")
        .to_owned();
    let url = format!("http://{}{path}", served.address);
    let pull = || -> Value {
        let body = json!({ "portal": "kyero", "url": url }).to_string();
        serde_json::from_str(&portals.ask("POST", "/control/pull", &body)).expect("JSON")
    };
    let first = pull();
    assert_eq!(
        (&first["outcome"], &first["added"]),
        (
            &json!("taken"),
            &json!(["H0000", "H0001", "H0002", "H0003"])
        ),
        "{first}"
    );
    until("the yes", || all()["accepted"] == 4);
    // It asks on a condition: what it took told us, and changed nothing of the file.
    assert_eq!(pull()["outcome"], "unchanged");

    let text = text
        .replace("200010", "199000")
        .lines()
        .filter(|l| !l.contains("H0003"))
        .collect::<Vec<_>>()
        .join("\n");
    let file = line.write("houses.csv", &text);
    line.json(&[
        "import",
        &file.display().to_string(),
        "--account",
        "lumen",
        "--clearance",
    ]);
    until("the change", || {
        all()["changing"] == 1 && all()["withdrawing"] == 1
    });
    let second = pull();
    assert_eq!(
        (&second["changed"], &second["removed"]),
        (&json!(["H0001"]), &json!(["H0003"])),
        "{second}"
    );
    until("the rest", || {
        all()["accepted"] == 3 && all()["withdrawn"] == 1
    });
    let listing = line.json(&["channel", "why", "H0001", "--account", "lumen"])["listing"].clone();
    let lasting = format!("/l/{}", listing.as_str().expect("an id"));
    let (status, head, _) = served.ask("GET", "localhost", &lasting, &[], "");
    assert_eq!(
        status, 302,
        "the address that portals are told leads to the page"
    );
    assert!(head.contains("http://immo.localhost"), "{head}");
    let (status, ..) = served.ask("GET", "localhost", &format!("{path}0"), &[], "");
    assert_eq!(
        status, 404,
        "whoever does not know the key is given nothing"
    );
    served.stop();
}
