//! The API is a contract: everything the office does goes through it, and every answer is what the
//! OpenAPI document says.

mod document;
mod line;

use document::Document;
use line::{Line, Served, eventually, houses};
use serde_json::{Value, json};

const PICTURE: &str = "89504e470d0a1a0a0000000d4948445200000002000000010800000000d14920560000000b49444154789c6368500000012300a1950c06e90000000049454e44ae426082";
const PASSWORD: &str = "a long enough word";

fn both(story: impl Fn(&Line)) {
    story(&Line::on_sqlite());
    story(&Line::on_postgres());
}

fn picture() -> Vec<u8> {
    let digits = PICTURE.as_bytes().chunks(2);
    digits
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).expect("hex"), 16).expect("hex"))
        .collect()
}

/// A program that calls with one right, and holds every answer against the document.
struct Caller<'a> {
    served: &'a Served,
    document: &'a Document,
    right: (&'static str, String),
}

impl Caller<'_> {
    fn with(&self, more: &[(&str, &str)], method: &str, path: &str, body: &[u8]) -> (u16, Value) {
        let (name, value) = (self.right.0, self.right.1.as_str());
        let mut headers = vec![(name, value), ("Sec-Fetch-Site", "same-origin")];
        headers.extend(more);
        let answer = self.served.bring(method, "localhost", path, &headers, body);
        self.document.holds(method, path, &answer);
        (
            answer.0,
            serde_json::from_str(&answer.2).unwrap_or_default(),
        )
    }

    fn send(&self, method: &str, path: &str, body: Value) -> Value {
        let bytes = body.to_string().into_bytes();
        self.document.takes(method, path, &bytes);
        let (status, answer) = self.with(&[], method, path, &bytes);
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    fn call(&self, method: &str, path: &str) -> Value {
        let (status, answer) = self.with(&[], method, path, b"");
        assert!(status < 300, "{method} {path}: {status} {answer}");
        answer
    }

    fn get(&self, path: &str) -> Value {
        self.call("GET", path)
    }

    fn refused(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let (status, answer) = self.with(&[], method, path, body.as_bytes());
        assert!(status >= 400, "{method} {path} was not refused: {answer}");
        (status, answer)
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("a text: {value}"))
        .to_owned()
}

fn token(line: &Line, account: &str, role: &str) -> (&'static str, String) {
    let told = line.json(&["token", "add", "--account", account, "--role", role]);
    ("Authorization", format!("Bearer {}", text(&told["token"])))
}

fn add_user(line: &Line, email: &str, more: &[&str]) {
    let words = [&["user", "add", email], more].concat();
    let output = line
        .command(&words)
        .env("PASSWORD", PASSWORD)
        .output()
        .expect("runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Signs in and returns the cookie.
fn signed_in(served: &Served, document: &Document, email: &str) -> (&'static str, String) {
    let body = json!({ "email": email, "password": PASSWORD }).to_string();
    let answer = served.ask("POST", "localhost", "/api/v1/session", &[], &body);
    document.takes("POST", "/api/v1/session", body.as_bytes());
    document.holds("POST", "/api/v1/session", &answer);
    let cookie = answer
        .1
        .lines()
        .find_map(|l| l.strip_prefix("set-cookie: "));
    let cookie = cookie.unwrap_or_else(|| panic!("no cookie: {} {}", answer.1, answer.2));
    (
        "Cookie",
        cookie.split(';').next().unwrap_or_default().to_owned(),
    )
}

fn an_enquiry(served: &Served) {
    let host = format!("immo.localhost:{}", served.port());
    let (_, found) = served.get(&host, "/fr/search");
    let href = found
        .split('"')
        .find(|p| p.starts_with("/fr/") && p.contains("lst_"));
    let href = href.expect("a listing is on the site").to_owned();
    let (_, page) = served.get(&host, &href);
    let form = page.split("name=\"form\" value=\"").nth(1);
    let form = form
        .and_then(|t| t.split('"').next())
        .expect("a form token");
    let body = format!("name=Zoe&email=zoe@example.org&phone=&text=Is+it+free%3F&form={form}");
    let sent = served.ask("POST", &host, &href, &[], &body);
    assert!(sent.0 < 400, "{}", sent.2);
}

#[test]
fn every_operation_answers_what_the_document_says() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        add_user(line, "olga@operator.example", &["--role", "operator"]);
        add_user(
            line,
            "max@lumen.example",
            &["--account", "lumen", "--role", "manager"],
        );
        let right = token(line, "lumen", "manager");
        let served = line.serve();
        let document = Document::of(&served);
        let max = Caller {
            served: &served,
            document: &document,
            right,
        };
        deployment(&served, &document);
        let listing = listings(&max);
        imports(&max);
        migrations(&max);
        photos_by_address(&max);
        sources(&max);
        people(&max, &served, &document, &listing);
        operator(&served, &document);
        let answered = document.answered.borrow();
        let missing: Vec<_> = document
            .operations()
            .filter_map(|(_, _, op)| op["operationId"].as_str())
            .filter(|id| !answered.contains(*id))
            .collect();
        assert!(missing.is_empty(), "nobody has tried {missing:?}");
    });
}

fn deployment(served: &Served, document: &Document) {
    for path in [
        "/healthz",
        "/metrics",
        "/api/v1/openapi.json",
        "/feeds/kyero/lumen",
    ] {
        let answer = served.ask("GET", "localhost", path, &[], "");
        document.holds("GET", path, &answer);
        let head = answer.1.to_lowercase();
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
        ] {
            assert!(head.contains(name), "{path} lacks {name}: {head}");
        }
    }
    assert_eq!(document.json["openapi"], "3.1.0");
    for (path, method, operation) in document.operations() {
        let at = format!("{method} {path}");
        let parameters = operation["parameters"].as_array().expect("parameters");
        for parameter in parameters {
            assert!(
                parameter["description"].is_string(),
                "{at}: {parameter} has no meaning"
            );
        }
        let guarded = operation["security"].is_array();
        let key = parameters.iter().any(|p| p["name"] == "Idempotency-Key");
        assert_eq!(
            key,
            guarded && method != "get" && !path.ends_with("session"),
            "{at}"
        );
        assert_eq!(operation["responses"]["401"].is_object(), guarded, "{at}");
    }
}

fn listings(max: &Caller<'_>) -> String {
    let house = json!({ "category": "house", "status": "live", "reference": "H1", "values": { "price": { "minor": 25_000_000, "currency": "EUR" } } });
    let made = max.send("POST", "/api/v1/account/listings", house);
    let id = text(&made["id"]);
    let at = format!("/api/v1/account/listings/{id}");
    max.get(&at);
    let edited = max.send("PATCH", &at, json!({ "reference": "H2", "version": 1 }));
    let batch = text(&edited["batch"]);
    let same = max.send("PATCH", &at, json!({ "reference": "H2" }));
    assert_eq!(
        same["batch"],
        Value::Null,
        "what changes nothing is no batch"
    );
    max.get(&format!("/api/v1/batches/{batch}/undoing"));
    let undone = max.call("POST", &format!("/api/v1/batches/{batch}/undoing"));
    assert_eq!(undone["reverted"], 1, "{undone}");
    assert_eq!(max.get(&at)["reference"], "H1");
    pictures(max, &at);
    let restated = max.send(
        "POST",
        "/api/v1/account/listings/status",
        json!({ "ids": [id], "status": "reserved" }),
    );
    assert_eq!(restated["changed"], 1);
    max.call(
        "POST",
        &format!("/api/v1/batches/{}/undoing", text(&restated["batch"])),
    );
    let trashed = max.call("DELETE", &at);
    assert!(trashed["batch"].is_string());
    let story = max.get(&format!("{at}/history"));
    let last = story["entries"].as_array().and_then(|e| e.last()).cloned();
    assert_eq!(
        last.expect("a story")["fact"],
        "listing.trashed",
        "the trash has its story"
    );
    assert_eq!(max.refused("GET", &at, "").0, 404);
    assert_eq!(
        max.get("/api/v1/trash")["trash"].as_array().map(Vec::len),
        Some(1)
    );
    max.call("POST", &format!("/api/v1/trash/{id}/restoration"));
    max.get("/api/v1/account/listings?status=live&limit=5");
    let told = max.get(&format!("/api/v1/journal?entity={id}"));
    let told = told["entries"].as_array().expect("entries");
    assert!(
        told.len() > 8 && told.iter().all(|e| e["entity"] == "listing"),
        "{told:?}"
    );
    let of_batch = max.get(&format!("/api/v1/journal?batch={batch}"));
    assert!(
        of_batch["entries"]
            .as_array()
            .is_some_and(|e| e.iter().any(|e| e["fact"] == "listing.changed"))
    );
    id
}

fn pictures(max: &Caller<'_>, at: &str) {
    for _ in 0..2 {
        let (status, added) = max.with(&[], "POST", &format!("{at}/photos"), &picture());
        assert_eq!(
            (status, &added["photos"][0]["width"]),
            (201, &2.into()),
            "{added}"
        );
    }
    let photos =
        json!([{ "url": "https://127.0.0.1:9/1.jpg" }, { "url": "https://127.0.0.1:9/2.jpg" }]);
    max.send("PATCH", at, json!({ "photos": photos }));
    let turned = max.send(
        "PUT",
        &format!("{at}/photos/order"),
        json!({ "order": [1, 0] }),
    );
    assert_eq!(turned["photos"][0]["url"], "https://127.0.0.1:9/2.jpg");
    let doubled = max.refused("PUT", &format!("{at}/photos/order"), r#"{"order":[1,1]}"#);
    assert_eq!(
        (doubled.0, &doubled.1["code"]),
        (422, &"photo_order".into())
    );
    let left = max.call("DELETE", &format!("{at}/photos/0"));
    assert_eq!(left["photos"].as_array().map(Vec::len), Some(1), "{left}");
    assert_eq!(max.refused("DELETE", &format!("{at}/photos/7"), "").0, 404);
    let (status, _) = max.refused("POST", &format!("{at}/photos"), "no picture");
    assert_eq!(status, 422);
}

fn sources(max: &Caller<'_>) {
    let wanted = json!({ "name": "dms", "way": "ftp", "quiet_hours": 26 });
    let made = max.send("POST", "/api/v1/sources", wanted);
    assert_eq!(made["source"]["login"], "lumen-dms");
    assert!(made["password"].is_string());
    let source = format!("/api/v1/sources/{}", text(&made["source"]["id"]));
    let paused = max.send("PATCH", &source, json!({ "active": false }));
    assert_eq!(paused["active"], false);
    let (status, wrong) = max.refused("POST", "/api/v1/sources", r#"{"name":"web","way":"url"}"#);
    assert_eq!(
        (status, &wrong["fields"][0]["field"]),
        (422, &"address".into())
    );
    by_other_ways(max);
    let file = houses(4);
    let path = "/api/v1/arrivals?name=four.csv&feed=by-hand";
    let (status, arrival) = max.with(&[], "POST", path, file.as_bytes());
    assert_eq!((status, &arrival["state"]), (202, &"waiting".into()));
    let arrival = format!("/api/v1/arrivals/{}", text(&arrival["id"]));
    let worked = || {
        let answer = max.get(&arrival);
        (answer["state"] != "waiting").then_some(answer)
    };
    let worked = line::eventually(worked);
    assert_eq!(worked["report"]["rows"], 4, "{worked}");
    let (status, _) = max.with(&[], "GET", &format!("{arrival}/file"), b"");
    assert_eq!(status, 200);
    let again = max.send("POST", &format!("{arrival}/working"), json!({}));
    assert_eq!(again["state"], "waiting");
    let names = |listed: &Value| -> Vec<String> {
        let listed = listed.as_array().expect("a list").iter();
        listed.map(|one| text(&one["name"])).collect()
    };
    let sources = names(&max.get("/api/v1/sources")["sources"]);
    assert!(sources.contains(&"dms".into()) && sources.contains(&"by-hand".into()));
    let came = names(&max.get("/api/v1/arrivals")["arrivals"]);
    assert_eq!(came.iter().filter(|name| *name == "four.csv").count(), 1);
    max.call("DELETE", &source);
}

/// SFTP users with keys, and mailboxes whose password is told to nobody.
fn by_other_ways(max: &Caller<'_>) {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";
    let wanted = json!({ "name": "night", "way": "sftp", "public_keys": key });
    let made = max.send("POST", "/api/v1/sources", wanted);
    assert_eq!(made["source"]["public_keys"], key);
    assert!(made["password"].is_string());
    let wrong = r#"{"name":"other","way":"sftp","public_keys":"ssh-rsa nonsense"}"#;
    let (status, wrong) = max.refused("POST", "/api/v1/sources", wrong);
    assert_eq!(
        (status, &wrong["fields"][0]["field"]),
        (422, &"public_keys".into())
    );
    let wanted = json!({
        "name": "post", "way": "imap", "address": "imaps://stock@garage.be@imap.garage.be",
        "password": "geheim", "move_to": "Done",
    });
    let made = max.send("POST", "/api/v1/sources", wanted);
    let address = "imaps://stock%40garage.be@imap.garage.be/INBOX";
    assert_eq!(made["source"]["address"], address);
    assert_eq!(made["password"], Value::Null);
    let source = format!("/api/v1/sources/{}", text(&made["source"]["id"]));
    let moved = max.send(
        "PATCH",
        &source,
        json!({ "move_to": "", "password": "neu" }),
    );
    assert_eq!(moved["move_to"], "");
    let elsewhere = r#"{"address":"imaps://stock%40garage.be@elsewhere.example/INBOX"}"#;
    let (status, wrong) = max.refused("PATCH", &source, elsewhere);
    assert_eq!(
        (status, &wrong["fields"][0]["field"]),
        (422, &"password".into())
    );
    assert!(!max.get("/api/v1/sources").to_string().contains("geheim"));
    max.call("DELETE", &source);
}

fn imports(max: &Caller<'_>) {
    let file = houses(30);
    let (_, preview) = max.with(
        &[],
        "POST",
        "/api/v1/imports/preview?name=houses.csv",
        file.as_bytes(),
    );
    assert_eq!(preview["columns"].as_array().map(Vec::len), Some(7));
    a_mapping_said_beforehand(max, &file);
    let (_, report) = max.with(
        &[],
        "POST",
        "/api/v1/imports?name=houses.csv",
        file.as_bytes(),
    );
    assert_eq!(report["created"], 30, "{report}");
    let batches = max.get("/api/v1/batches");
    let newest = &batches["batches"][0];
    assert_eq!(
        (&newest["counts"]["created"], &newest["label"]),
        (&30.into(), &"houses.csv".into())
    );
    let actor = text(&newest["actor"]);
    assert!(
        actor.starts_with("tok_"),
        "the import says who asked: {actor}"
    );
    max.call(
        "POST",
        &format!("/api/v1/batches/{}/stopping", text(&newest["id"])),
    );
    let feeds = max.get("/api/v1/imports/feeds");
    let feeds = feeds["feeds"].as_array().expect("feeds");
    let feed = feeds.iter().find(|f| f["feed"] != "feed own");
    let feed = feed.expect("a feed");
    assert_eq!(feed["rows"], 30);
    let at = format!(
        "/api/v1/imports/feeds/{}/mapping",
        text(&feed["feed"]).replace(' ', "%20")
    );
    let mut mapping = max.get(&at)["mapping"].clone();
    let beds = mapping["columns"].as_array_mut().expect("columns");
    let beds = beds
        .iter_mut()
        .find(|c| c["column"] == "bedrooms")
        .expect("a column");
    beds["field"] = Value::Null;
    max.send("PUT", &at, mapping.clone());
    let (_, again) = max.with(
        &[],
        "POST",
        "/api/v1/imports?name=houses.csv",
        file.as_bytes(),
    );
    assert_eq!(again["rows"], 30);
    let read = again["mapping"].as_array().expect("a mapping");
    let beds = read
        .iter()
        .find(|c| c["column"] == "bedrooms")
        .expect("a column");
    assert_eq!(
        beds["field"],
        Value::Null,
        "the corrected mapping is in use"
    );
    mapping["columns"][0]["field"] = "no_such_field".into();
    let (status, refused) = max.refused("PUT", &at, &mapping.to_string());
    assert_eq!(
        (status, &refused["fields"][0]["code"]),
        (422, &"unknown_target".into())
    );
}

/// Files of another system, put together one by one.
fn migrations(max: &Caller<'_>) {
    let at = "/api/v1/migrations/parcels";
    let owners =
        b"id,prenom,nom,email\n1,Ann,Peeters,ann@example.org\n2,Bert,Maes,bert@example.org\n";
    let (status, parcel) = max.with(&[], "POST", &format!("{at}?name=contacts.csv"), owners);
    assert_eq!(status, 201, "{parcel}");
    let more = format!("{at}?name=biens.csv&parcel={}", text(&parcel["parcel"]));
    let (status, parcel) = max.with(&[], "POST", &more, houses(5).as_bytes());
    assert_eq!(status, 201, "{parcel}");
    assert_eq!(parcel["files"].as_array().map(Vec::len), Some(2));
    assert_eq!(max.refused("POST", at, "a,b").1["code"], "no_file_name");
    let gone = format!("{at}?name=a.csv&parcel=0123");
    assert_eq!(max.refused("POST", &gone, "a,b").0, 404);
    let wanted = json!({ "parcel": parcel["parcel"], "name": "another system" });
    let preview = max.send("POST", "/api/v1/migrations/preview", wanted.clone());
    assert_eq!(preview["found"]["persons"], 2, "{preview}");
    let done = max.send("POST", "/api/v1/migrations", wanted);
    assert_eq!(done["found"], preview["found"]);
    let listed = max.get("/api/v1/migrations");
    assert_eq!(listed["migrations"][0]["batch"]["id"], done["batch"]);
    let wrong = json!({ "parcel": parcel["parcel"], "is": ["biens.csv=boats"] }).to_string();
    let (status, wrong) = max.refused("POST", "/api/v1/migrations", &wrong);
    assert_eq!((status, &wrong["code"]), (422, &"unknown_kind".into()));
    let undoing = format!("/api/v1/batches/{}/undoing", text(&done["batch"]));
    max.call("POST", &undoing);
    assert!(max.get("/api/v1/duplicates?limit=10")["groups"].is_array());
    assert_eq!(
        max.refused("GET", "/api/v1/duplicates?vertical=boats", "")
            .0,
        404
    );
}

/// What is no address fails at once, and is told with its row.
fn photos_by_address(max: &Caller<'_>) {
    let file =
        "reference;type;price;postcode;town;photos\nP1;house;250000;1000;Bruxelles;https://\n";
    let path = "/api/v1/imports?name=photos.csv&feed=photos";
    let (_, report) = max.with(&[], "POST", path, file.as_bytes());
    let at = format!("/api/v1/batches/{}/photos", text(&report["batch"]));
    let told = eventually(|| {
        let told = max.get(&at);
        (told["failed"] == 1).then_some(told)
    });
    let failure = &told["failures"][0];
    assert_eq!(
        (&failure["code"], &failure["row"]),
        (&"photo_no_address".into(), &1.into())
    );
    let again = max.call("POST", &at);
    assert_eq!(again["listings"], 1, "{again}");
    max.call(
        "POST",
        &format!("/api/v1/batches/{}/undoing", text(&report["batch"])),
    );
}

/// A file is looked at, a column corrected, and the file imported so: all by a program.
fn a_mapping_said_beforehand(max: &Caller<'_>, file: &str) {
    let file = file
        .replace("R0,", "S0,")
        .replace("bedrooms", "rooms to sleep in");
    let path = "/api/v1/imports/preview?name=own.csv&feed=own";
    let (_, preview) = max.with(&[], "POST", path, file.as_bytes());
    assert_eq!(preview["feed"], "feed own", "{preview}");
    let mut mapping = preview["mapping"].clone();
    let columns = mapping["columns"].as_array_mut().expect("columns");
    let beds = columns
        .iter_mut()
        .find(|c| c["column"] == "rooms to sleep in");
    beds.expect("a column")["field"] = "bedrooms".into();
    max.send("PUT", "/api/v1/imports/feeds/feed%20own/mapping", mapping);
    let first: String = file.lines().take(2).map(|l| format!("{l}\n")).collect();
    let path = "/api/v1/imports?name=own.csv&feed=own";
    let (_, report) = max.with(&[], "POST", path, first.as_bytes());
    assert_eq!(report["created"], 1, "{report}");
    let found = max.get("/api/v1/account/listings?q=S0");
    assert!(
        found["listings"][0]["values"]["bedrooms"].is_number(),
        "{found}"
    );
    max.call(
        "POST",
        &format!("/api/v1/batches/{}/undoing", text(&report["batch"])),
    );
}

fn people(max: &Caller<'_>, served: &Served, document: &Document, listing: &str) {
    max.get("/api/v1/me");
    assert_eq!(max.get("/api/v1/account")["slug"], "lumen");
    let described = max.send(
        "PATCH",
        "/api/v1/account",
        json!({ "name": "Maison Lumen", "profile": { "phone": "+32 2 555 01 02" } }),
    );
    assert_eq!(
        (&described["name"], &described["profile"]["phone"]),
        (&"Maison Lumen".into(), &"+32 2 555 01 02".into())
    );
    let eva = json!({ "email": "eva@lumen.example", "name": "Eva", "role": "agent", "password": PASSWORD });
    let eva = max.send("POST", "/api/v1/users", eva);
    let at = format!("/api/v1/users/{}", text(&eva["user"]["id"]));
    let session = Caller {
        served,
        document,
        right: signed_in(served, document, "eva@lumen.example"),
    };
    assert_eq!(session.get("/api/v1/me")["user"]["name"], "Eva");
    assert_eq!(
        session.refused("GET", "/api/v1/users", "").0,
        403,
        "agents see no addresses of others"
    );
    assert_eq!(
        max.send("PATCH", &at, json!({ "role": "read-only" }))["user"]["role"],
        "read-only"
    );
    assert_eq!(
        session.refused("GET", "/api/v1/me", "").0,
        401,
        "another role ends the session"
    );
    max.send(
        "PUT",
        &format!("{at}/password"),
        json!({ "password": "quite another word" }),
    );
    let (status, short) = max.refused("PUT", &format!("{at}/password"), r#"{"password":"x"}"#);
    assert_eq!((status, &short["code"]), (422, &"password_length".into()));
    max.get("/api/v1/users");
    max.call("DELETE", &at);
    assert_eq!(max.refused("DELETE", &at, "").0, 404);
    let right = signed_in(served, document, "max@lumen.example");
    let himself = Caller {
        served,
        document,
        right,
    };
    let own = format!(
        "/api/v1/users/{}",
        text(&himself.get("/api/v1/me")["user"]["id"])
    );
    assert_eq!(himself.refused("DELETE", &own, "").1["code"], "own_user");
    tokens(max, served, document);
    wait_for(served, listing);
    an_enquiry(served);
    let lead = max.get("/api/v1/leads?state=new");
    let spam = max.get("/api/v1/leads?state=spam");
    let lead = [&lead, &spam]
        .into_iter()
        .find_map(|l| l["leads"].get(0).cloned())
        .expect("a lead");
    let at = format!("/api/v1/leads/{}", text(&lead["id"]));
    max.get(&at);
    max.send("PUT", &format!("{at}/state"), json!({ "state": "read" }));
    max.send(
        "POST",
        &format!("{at}/answers"),
        json!({ "text": "It is." }),
    );
    assert!(
        max.get("/api/v1/mails")["mails"]
            .as_array()
            .is_some_and(|m| !m.is_empty())
    );
    max.call(
        "DELETE",
        &format!("/api/v1/persons/{}", text(&lead["person"])),
    );
    himself.call("DELETE", "/api/v1/session");
}

/// Waits until the site has a listing: it follows within the second.
fn wait_for(served: &Served, listing: &str) {
    let path = format!("/api/v1/listings/{listing}");
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while served.get("localhost", &path).0 != 200 {
        assert!(
            std::time::Instant::now() < until,
            "it never came to the site"
        );
        std::thread::yield_now();
    }
}

fn tokens(max: &Caller<'_>, served: &Served, document: &Document) {
    let body = json!({ "name": "till", "role": "read-only" }).to_string();
    let key = [("Idempotency-Key", "one token")];
    let (status, made) = max.with(&key, "POST", "/api/v1/tokens", body.as_bytes());
    let secret = text(&made["secret"]);
    let (_, again) = max.with(&key, "POST", "/api/v1/tokens", body.as_bytes());
    assert_eq!(
        (status, &again["secret"], &again["token"]),
        (201, &Value::Null, &made["token"]),
        "a secret is told once"
    );
    let till = Caller {
        served,
        document,
        right: ("Authorization", format!("Bearer {secret}")),
    };
    assert_eq!(till.get("/api/v1/me")["role"], "read-only");
    assert!(!max.get("/api/v1/tokens").to_string().contains(&secret));
    max.call(
        "DELETE",
        &format!("/api/v1/tokens/{}", text(&made["token"]["id"])),
    );
    assert_eq!(till.refused("GET", "/api/v1/me", "").0, 401);
}

fn operator(served: &Served, document: &Document) {
    let right = signed_in(served, document, "olga@operator.example");
    let olga = Caller {
        served,
        document,
        right,
    };
    let opened =
        json!({ "slug": "garage-noord", "vertical": "auto", "country": "BE", "language": "nl" });
    assert_eq!(
        olga.send("POST", "/api/v1/accounts", opened.clone())["vertical"],
        "auto"
    );
    assert_eq!(
        olga.refused("POST", "/api/v1/accounts", &opened.to_string())
            .1["code"],
        "account_exists"
    );
    let (_, wrong) = olga.refused(
        "POST",
        "/api/v1/accounts",
        r#"{"slug":"x","vertical":"boats","language":"it"}"#,
    );
    let fields: Vec<_> = wrong["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|f| text(&f["field"]))
        .collect();
    assert_eq!(fields, ["vertical", "language"], "{wrong}");
    assert_eq!(
        olga.get("/api/v1/accounts")["accounts"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    assert_eq!(
        olga.get("/api/v1/account?account=garage-noord")["language"],
        "nl"
    );
    assert_eq!(
        olga.refused("GET", "/api/v1/account", "").1["code"],
        "no_account_named"
    );
    let (found, one) = (
        "/api/v1/listings?vertical=estate&limit=2",
        "/api/v1/listings/",
    );
    let answer = served.ask("GET", "localhost", found, &[], "");
    document.holds("GET", found, &answer);
    let listed: Value = serde_json::from_str(&answer.2).expect("JSON");
    let one = format!("{one}{}", text(&listed["listings"][0]["id"]));
    document.holds("GET", &one, &served.ask("GET", "localhost", &one, &[], ""));
    assert_eq!(olga.get("/api/v1/me")["role"], "operator");
}

#[test]
fn what_cannot_be_meant_is_refused_by_name() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let right = token(line, "lumen", "agent");
        let served = line.serve();
        let document = Document::of(&served);
        let eva = Caller {
            served: &served,
            document: &document,
            right,
        };
        for (path, field, says) in [
            (
                "/api/v1/account/listings?status=bogus",
                "status",
                "draft, live, reserved, sold, withdrawn",
            ),
            (
                "/api/v1/account/listings?category=castel",
                "category",
                "house",
            ),
            ("/api/v1/account/listings?limit=9999", "limit", "1–200"),
            (
                "/api/v1/account/listings?colour=red",
                "colour",
                "account, status, category",
            ),
            (
                "/api/v1/account/listings?cursor=nowhere",
                "cursor",
                "cursor",
            ),
            (
                "/api/v1/leads?state=bogus",
                "state",
                "new, read, answered, closed, spam",
            ),
            ("/api/v1/journal?since=yesterday", "since", "7731.1200"),
            ("/api/v1/journal?entity=the+house", "entity", "lst_"),
            ("/api/v1/listings?vertical=estate&limit=0", "limit", "1–100"),
        ] {
            let (status, problem) = eva.refused("GET", path, "");
            assert_eq!(
                (status, &problem["code"]),
                (422, &"invalid".into()),
                "{path}: {problem}"
            );
            let wrong = &problem["fields"][0];
            assert_eq!(wrong["field"], field, "{path}: {problem}");
            assert!(text(&wrong["detail"]).contains(says), "{path}: {problem}");
        }
        assert_eq!(
            eva.refused("GET", "/api/v1/batches?account=other", "").0,
            404,
            "not another's account"
        );
        doors(&eva, &served);
    });
}

fn doors(eva: &Caller<'_>, served: &Served) {
    let french = eva.with(
        &[("Accept-Language", "fr")],
        "GET",
        "/api/v1/leads?state=bogus",
        b"",
    );
    assert!(
        text(&french.1["fields"][0]["detail"]).contains("il y a"),
        "{french:?}"
    );
    let (status, head, body) = served.ask("DELETE", "localhost", "/api/v1/me", &[], "");
    assert!(
        status == 405 && head.to_lowercase().contains("allow: get"),
        "{head}{body}"
    );
    assert!(body.contains("\"code\":\"method_not_allowed\""), "{body}");
    let (status, head, _) = served.ask("GET", "localhost", "/api/v1/me", &[], "");
    assert!(
        status == 401 && head.to_lowercase().contains("www-authenticate: bearer"),
        "{head}"
    );
    let (_, unfit) = eva.refused("POST", "/api/v1/account/listings", r#"{"categry":"house"}"#);
    assert_eq!(unfit["code"], "unfit_body");
    let large = format!("{{\"reference\":\"{}\"}}", "x".repeat(5 << 20));
    let (status, problem) = eva.refused("POST", "/api/v1/account/listings", &large);
    assert_eq!(
        (status, &problem["code"]),
        (413, &"payload_too_large".into())
    );
    let body = r#"{"email":"nobody@lumen.example","password":"wrong wrong wrong"}"#;
    let tries = (0..12).map(|_| served.ask("POST", "localhost", "/api/v1/session", &[], body));
    let tries: Vec<_> = tries.collect();
    let last = tries.last().expect("a try");
    assert_eq!(last.0, 429);
    assert!(
        last.1.to_lowercase().contains("retry-after: 600"),
        "{}",
        last.1
    );
}

#[test]
fn a_day_means_its_end() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let right = token(line, "lumen", "agent");
        let served = line.serve();
        let document = Document::of(&served);
        let eva = Caller {
            served: &served,
            document: &document,
            right,
        };
        let made = eva.send(
            "POST",
            "/api/v1/account/listings",
            json!({ "category": "house", "reference": "A" }),
        );
        let at = format!("/api/v1/account/listings/{}", text(&made["id"]));
        let edited = eva.send("PATCH", &at, json!({ "reference": "B" }));
        let day = text(&edited["updated_at"])[..10].to_owned();
        assert_eq!(eva.get(&format!("{at}?as_of={day}"))["reference"], "B");
        assert_eq!(
            eva.get(&format!("{at}?as_of={}", text(&made["updated_at"])))["reference"],
            "A"
        );
        assert_eq!(
            eva.refused("GET", &format!("{at}?as_of=2020-01-01"), "").0,
            404
        );
    });
}

/// The text format of Prometheus: every sample stands below the type of its family, once.
fn figures_of(text: &str) -> std::collections::BTreeMap<String, f64> {
    let mut samples = std::collections::BTreeMap::new();
    let (mut family, mut kind) = ("", "");
    let mut seen = std::collections::BTreeSet::new();
    for line in text.lines() {
        if let Some(typed) = line.strip_prefix("# TYPE ") {
            (family, kind) = typed.split_once(' ').expect("a type");
            assert!(seen.insert(family), "{family} stands twice");
            assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
            assert!(
                text.contains(&format!("# HELP {family} ")),
                "{family} has no meaning"
            );
        } else if !line.starts_with('#') {
            let (name, value) = line.rsplit_once(' ').expect("a sample");
            let bare = name.split('{').next().unwrap_or_default();
            let part = bare.strip_prefix(family).unwrap_or("?");
            let fits = part.is_empty() && kind != "histogram"
                || kind == "histogram" && ["_bucket", "_sum", "_count"].contains(&part);
            assert!(fits, "{line} does not belong to {family}");
            let value: f64 = value.parse().expect("a number");
            assert!(
                samples.insert(name.to_owned(), value).is_none(),
                "{name} stands twice"
            );
        }
    }
    samples
}

#[test]
fn the_figures_tell_an_operator_how_it_goes() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        line.import(&line.write("houses.csv", &houses(5)), "lumen");
        let served = line.serve();
        let page = || served.get("immo.localhost", "/fr/search");
        assert_eq!((page().0, page().0), (200, 200));
        an_enquiry(&served);
        let state = ["enquiry", "list", "--account", "lumen", "--state", "spam"];
        let lead = text(&line.json(&state)["enquiries"][0]["id"]);
        line.json(&["enquiry", "answer", &lead, "--text", "It is."]);
        served.get("localhost", "/api/v1/no-such-thing");
        let (status, told) = served.get("localhost", "/metrics");
        assert_eq!(status, 200);
        let figures = figures_of(&told);
        let figure = |name: &str| {
            *figures
                .get(name)
                .unwrap_or_else(|| panic!("no {name}: {told}"))
        };
        assert_eq!(
            figure("entremise_http_requests_total{class=\"api\",status=\"4xx\"}"),
            1.0
        );
        let site = figure("entremise_http_request_duration_seconds_count{class=\"site\"}");
        let last =
            figure("entremise_http_request_duration_seconds_bucket{class=\"site\",le=\"+Inf\"}");
        assert!(site >= 4.0 && site == last, "{told}");
        assert!(
            figure("entremise_pages_total{from=\"kept\"}") >= 1.0,
            "{told}"
        );
        assert!(figure("entremise_pages_total{from=\"made\"}") >= 1.0);
        assert_eq!(figure("entremise_public_listings"), 5.0);
        assert!(figure("entremise_index_documents_bytes") > 100.0);
        assert_eq!(figure("entremise_batches{state=\"applied\"}"), 1.0);
        assert_eq!(
            (
                figure("entremise_imports_running"),
                figure("entremise_sessions")
            ),
            (0.0, 0.0)
        );
        assert_eq!(
            (
                figure("entremise_database_up"),
                figure("entremise_database_errors_total")
            ),
            (1.0, 0.0)
        );
        assert_eq!(figure("entremise_photos{state=\"waiting\"}"), 0.0);
        assert_eq!(figure("entremise_photo_oldest_seconds"), 0.0);
        assert_eq!(
            figure("entremise_photo_requests_total{outcome=\"fetched\"}"),
            0.0
        );
        assert!(figure("entremise_follower_lag_rows{follower=\"search\"}") < 100.0);
        assert!(figure("entremise_follower_lag_seconds{follower=\"search\"}") < 60.0);
        assert!(
            figures.keys().any(|k| k.starts_with("entremise_mails{")),
            "{told}"
        );
        assert!(
            figures.keys().any(|k| k.starts_with("entremise_jobs{")),
            "{told}"
        );
        assert!(
            figure("process_resident_memory_bytes") > 1e6
                && figure("process_cpu_seconds_total") >= 0.0
        );
        let abroad = served.ask(
            "GET",
            "localhost",
            "/metrics",
            &[("X-Forwarded-For", "203.0.113.9")],
            "",
        );
        assert_eq!(abroad.0, 403, "nobody's business outside");
    });
}
