//! An agency moves in by the office or by a program, and both are shown what is offered twice.

mod line;

use line::{Line, Served, eventually};
use serde_json::{Value, json};

const PASSWORD: &str = "a long enough word";

fn both(story: impl Fn(&Line)) {
    story(&Line::on_sqlite());
    story(&Line::on_postgres());
}

fn token(line: &Line, account: &str, role: &str) -> String {
    let told = line.json(&["token", "add", "--account", account, "--role", role]);
    format!("Bearer {}", told["token"].as_str().expect("a token"))
}

fn add_user(line: &Line, email: &str, more: &[&str]) {
    let words = [&["user", "add", email], more].concat();
    let added = line.command(&words).env("PASSWORD", PASSWORD).output();
    assert!(added.expect("it runs").status.success());
}

/// A program with a token.
struct Program<'a>(&'a Served, String);

impl Program<'_> {
    fn with(
        &self,
        (method, path): (&str, &str),
        more: &[(&str, &str)],
        body: &[u8],
    ) -> (u16, Value) {
        let mut headers = vec![("Authorization", self.1.as_str())];
        headers.extend(more);
        let (status, _, answer) = self.0.bring(method, "localhost", path, &headers, body);
        (status, serde_json::from_str(&answer).unwrap_or_default())
    }

    fn get(&self, path: &str) -> Value {
        let (status, answer) = self.with(("GET", path), &[], b"");
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    fn send(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.with(("POST", path), &[], body.to_string().as_bytes());
        assert!(status < 300, "{path}: {status} {answer}");
        answer
    }

    /// Hands files over, one after the other; the id of all of them.
    fn hands_over(&self, files: &[(String, Vec<u8>)]) -> String {
        let mut parcel = String::new();
        for (name, bytes) in files {
            let path = format!("/api/v1/migrations/parcels?name={name}&parcel={parcel}");
            let (status, answer) = self.with(("POST", &path), &[], bytes);
            assert_eq!(status, 201, "{answer}");
            parcel = answer["parcel"].as_str().expect("a parcel").to_owned();
        }
        parcel
    }
}

/// Somebody signed in to the office, without a script.
struct Clerk<'a> {
    served: &'a Served,
    host: String,
    cookie: String,
}

impl Clerk<'_> {
    fn of<'a>(served: &'a Served, email: &str) -> Clerk<'a> {
        let host = format!("office.localhost:{}", served.port());
        let origin = format!("http://{host}");
        let form = format!(
            "email={}&password={}",
            email.replace('@', "%40"),
            PASSWORD.replace(' ', "+")
        );
        let (status, head, _) =
            served.ask("POST", &host, "/sign-in", &[("Origin", &origin)], &form);
        assert_eq!(status, 303, "{head}");
        let mut lines = head.lines();
        let cookie = lines.find_map(|l| l.strip_prefix("set-cookie: "));
        let cookie = cookie.and_then(|c| c.split(';').next()).expect("a cookie");
        Clerk {
            served,
            host,
            cookie: cookie.to_owned(),
        }
    }

    fn get(&self, path: &str) -> (u16, String) {
        let cookie = [("Cookie", self.cookie.as_str())];
        let (status, _, page) = self.served.ask("GET", &self.host, path, &cookie, "");
        (status, page)
    }

    /// Sends a form; where it leads.
    fn send(&self, path: &str, kind: &str, body: &[u8]) -> String {
        let origin = format!("http://{}", self.host);
        let headers = [
            ("Cookie", self.cookie.as_str()),
            ("Origin", &origin),
            ("Content-Type", kind),
        ];
        let (status, head, page) = self.served.bring("POST", &self.host, path, &headers, body);
        assert_eq!(status, 303, "{path}: {head} {page}");
        let mut lines = head.lines();
        let to = lines.find_map(|l| l.strip_prefix("location: "));
        to.expect("a place to go on").to_owned()
    }

    fn says(&self, path: &str, form: &str) -> String {
        self.send(path, "application/x-www-form-urlencoded", form.as_bytes())
    }

    fn drops(&self, path: &str, files: &[(String, Vec<u8>)]) -> String {
        let mut body = Vec::new();
        for (name, bytes) in files {
            body.extend_from_slice(
                format!("--between\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n")
                    .as_bytes(),
            );
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--between--\r\n");
        self.send(path, "multipart/form-data; boundary=between", &body)
    }

    /// The page once what it waits for has come.
    fn settled(&self, path: &str) -> String {
        eventually(|| {
            let (status, page) = self.get(path);
            assert_eq!(status, 200, "{path}: {page}");
            (!page.contains("class=\"trial\"")).then_some(page)
        })
    }
}

fn homes(count: usize) -> Vec<u8> {
    let mut text = String::from(
        "id;reference;type;prix;code_postal;ville;surface_habitable;chambres;proprietaire_id;description\n",
    );
    for n in 1..=count {
        text.push_str(&format!(
            "{};VO-{n:05};maison;{};9000;Gent;{};{};{};Belle maison avec jardin\n",
            1_000 + n,
            200_000 + n * 10,
            80 + n,
            1 + n % 4,
            500 + n % 5
        ));
    }
    text.into_bytes()
}

fn owners() -> Vec<u8> {
    let mut text = String::from("id,prenom,nom,email,telephone,langue,type\n");
    for n in 0..5 {
        text.push_str(&format!(
            "{},Prénom{n},Nom{n},p{n}@example.org,0470{n:06},fr,propriétaire\n",
            500 + n
        ));
    }
    text.into_bytes()
}

/// Deeds that lie in a ZIP, a list of them by a column that nobody would guess, and a table that says
/// nothing of what it is about.
fn export() -> Vec<(String, Vec<u8>)> {
    use std::io::{Cursor, Write};
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut deeds = String::from("objnr,x,datei\n");
    for n in 1..=6 {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("actes/acte{n}.pdf"), options)
            .expect("begun");
        zip.write_all(format!("%PDF-1.4 {n}").as_bytes())
            .expect("written");
        deeds.push_str(&format!("VO-{n:05},{},acte{n}.pdf\n", n % 3));
    }
    let zip = zip.finish().expect("a ZIP").into_inner();
    let codes: String = (1..=40).map(|n| format!("{},{}\n", n % 7, n * 3)).collect();
    let named = |name: &str, bytes: Vec<u8>| (name.to_owned(), bytes);
    vec![
        named("biens.csv", homes(20)),
        named("contacts.csv", owners()),
        named("urkunden.csv", deeds.into_bytes()),
        named("actes.zip", zip),
        named("codes.csv", format!("a,b\n{codes}").into_bytes()),
    ]
}

#[test]
fn a_program_moves_an_agency_in_and_out_again() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        line.add_account("nova", "estate", "BE");
        let (max, other) = (
            token(line, "lumen", "manager"),
            token(line, "nova", "manager"),
        );
        let served = line.serve();
        let max = Program(&served, max);
        let parcel = max.hands_over(&export());
        let wanted = json!({ "parcel": parcel, "name": "Whise" });
        let asked = max.send("/api/v1/migrations/preview", &wanted);
        assert_eq!(asked["found"]["listings"], 20, "{asked}");
        let questions = asked["questions"].as_array().expect("questions");
        assert!(questions.iter().any(|q| q["file"] == "codes.csv"));
        // While something is asked nothing is written.
        let nothing = max.send("/api/v1/migrations", &wanted);
        assert_eq!(nothing["batch"], Value::Null);
        assert_eq!(max.get("/api/v1/account/listings")["total"], 0);

        let stranger = Program(&served, other);
        let body = wanted.to_string();
        let path = ("POST", "/api/v1/migrations/preview");
        let refused = stranger.with(path, &[], body.as_bytes());
        assert_eq!(refused.0, 404, "a parcel is its account's: {}", refused.1);

        let answered = json!({
            "parcel": parcel, "name": "Whise", "is": ["codes.csv=nothing"],
            "join": ["urkunden.csv:objnr=biens.csv:reference"],
        });
        let body = answered.to_string();
        let once = |key: &str| {
            let key = [("Idempotency-Key", key)];
            max.with(("POST", "/api/v1/migrations"), &key, body.as_bytes())
        };
        let (status, done) = once("move-1");
        assert_eq!(status, 200, "{done}");
        let found = json!({ "listings": 20, "persons": 5, "parties": 20, "photos": 0, "documents": 6, "notes": 0 });
        assert_eq!(done["found"], found, "{done}");
        assert_eq!(
            once("move-1"),
            (status, done.clone()),
            "said twice, done once"
        );
        assert_eq!(max.get("/api/v1/account/listings")["total"], 20);

        let batch = done["batch"].as_str().expect("a batch");
        let listed = max.get("/api/v1/migrations");
        assert_eq!(listed["migrations"].as_array().map(Vec::len), Some(1));
        assert_eq!(listed["migrations"][0]["batch"]["label"], "Whise");
        assert!(listed["migrations"][0]["undo_until"].is_string());
        let path = format!("/api/v1/batches/{batch}/undoing");
        assert_eq!(max.get(&path)["trashed"], 20);
        assert_eq!(max.send(&path, &json!({}))["beyond"]["documents"], 6);
        assert_eq!(max.get("/api/v1/account/listings")["total"], 0);
        let listed = max.get("/api/v1/migrations");
        assert_eq!(listed["migrations"][0]["undo_until"], Value::Null);
    });
}

#[test]
fn a_migration_is_told_in_the_readers_language() {
    let line = Line::on_sqlite();
    line.add_account("lumen", "estate", "BE");
    let right = token(&line, "lumen", "manager");
    let served = line.serve();
    let max = Program(&served, right);
    let wanted = json!({ "parcel": max.hands_over(&export()) }).to_string();
    for (language, word, question) in [
        ("fr", "ses colonnes décrivent", "ne disent clairement"),
        ("nl", "de kolommen beschrijven", "zeggen niet duidelijk"),
        ("en", "its columns describe", "is not clear"),
        ("de", "ihre Spalten beschreiben", "nicht klar"),
    ] {
        let (_, told) = max.with(
            ("POST", "/api/v1/migrations/preview"),
            &[("Accept-Language", language)],
            wanted.as_bytes(),
        );
        let reason = told["files"][0]["reason"].as_str().expect("a reason");
        assert!(reason.contains(word), "{language}: {reason}");
        let questions = told["questions"].as_array().expect("questions");
        let said = questions.iter().find(|q| q["code"] == "unclear_file");
        let said = said.expect("it is asked")["said"].as_str().expect("words");
        assert!(said.contains(question), "{language}: {said}");
    }
}

#[test]
fn the_office_moves_an_agency_in_and_out_again_without_a_script() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let manager = ["--account", "lumen", "--role", "manager"];
        add_user(line, "max@lumen.example", &manager);
        add_user(
            line,
            "eva@lumen.example",
            &["--account", "lumen", "--role", "agent"],
        );
        let served = line.serve();
        let max = Clerk::of(&served, "max@lumen.example");
        let files = export();
        let parcel = max.drops("/migrations/files", &files[..3]);
        let parcel = max.drops(
            &format!(
                "/migrations/files?parcel={}",
                &parcel["/migrations/parcels/".len()..]
            ),
            &files[3..],
        );
        let page = max.settled(&parcel);
        assert!(page.contains("codes.csv") && page.contains("class=\"asks\""));
        assert!(
            page.contains("acte"),
            "what lies in the ZIP is seen: {page}"
        );

        let said = "name=Whise&is_4=codes.csv%3Dnothing&of_1=urkunden.csv&from_1=objnr\
            &to_1=biens.csv+%E2%86%92+reference";
        let run = max.says(&format!("{parcel}/apply"), said);
        let page = max.settled(&run);
        assert!(
            page.contains("<b>20</b>") && page.contains("<b>6</b>"),
            "{page}"
        );
        let list = max.get("/migrations").1;
        assert!(list.contains("Whise"), "{list}");
        let at = list.find("/batches/").expect("a way back");
        let undo = list[at..].split('"').next().expect("its address");

        let before = max.get(undo).1;
        assert!(
            before.contains("<b>20</b>") && before.contains("<b>5</b>"),
            "{before}"
        );
        assert!(
            max.get("/listings").1.contains("VO-00001"),
            "looked at, not done"
        );
        let back = max.says(&format!("{undo}?from=migrations"), "");
        assert!(
            back.starts_with("/migrations") || back == "/imports",
            "{back}"
        );
        eventually(|| (!max.get("/listings").1.contains("VO-00001")).then_some(()));

        let eva = Clerk::of(&served, "eva@lumen.example");
        assert_eq!(eva.get("/migrations").0, 403, "it is for managers");
        assert_eq!(eva.get(&parcel).0, 403);
    });
}

fn cars(first: usize, count: usize) -> String {
    let mut text = String::from("id,make,model,vin,first_registration,mileage_km,price,fuel\n");
    for n in first..first + count {
        text.push_str(&format!(
            "C{n},Renault,Clio,VF1AA0000{:08},2019-0{}-15,{},{},petrol\n",
            10_000_000 + n,
            1 + n % 9,
            20_000 + n * 37,
            9_000 + n * 11
        ));
    }
    text
}

/// A car of both by all it is, one of both by its chassis number only.
fn two_garages(line: &Line) {
    for slug in ["garage", "autohaus"] {
        line.add_account(slug, "auto", "BE");
    }
    line.import(&line.write("garage.csv", &cars(1, 10)), "garage");
    let theirs = cars(10, 10).replace(
        "C11,Renault,Clio,VF1AA000010000011",
        "C11,Renault,Clio,VF1AA000010000003",
    );
    line.import(&line.write("autohaus.csv", &theirs), "autohaus");
}

fn reasons(found: &Value) -> Vec<Vec<&str>> {
    let groups = found["groups"].as_array().expect("groups").iter();
    let codes = |g: &Value| -> Vec<String> {
        let reasons = g["reasons"].as_array().expect("reasons").iter();
        reasons
            .map(|r| r["code"].as_str().expect("a code").to_owned())
            .collect()
    };
    let known = ["vin", "car"];
    groups
        .map(|g| {
            let codes = codes(g);
            known
                .into_iter()
                .filter(|k| codes.iter().any(|c| c == k))
                .collect()
        })
        .collect()
}

#[test]
fn what_others_offer_too_is_shown_as_the_public_sees_it() {
    both(|line| {
        two_garages(line);
        add_user(line, "olga@operator.example", &["--role", "operator"]);
        add_user(
            line,
            "gus@garage.example",
            &["--account", "garage", "--role", "agent"],
        );
        let (gus, hans) = (
            token(line, "garage", "read-only"),
            token(line, "autohaus", "agent"),
        );
        let served = line.serve();
        let gus = Program(&served, gus);
        let found = gus.get("/api/v1/duplicates");
        // A chassis number is nobody's but its owner's: it betrays no other account's car.
        assert_eq!(reasons(&found), [vec!["car"]], "{found}");
        let twins = found["groups"][0]["listings"].as_array().expect("listings");
        assert_eq!(twins.len(), 2);
        let theirs = twins.iter().find(|t| t["own"] == false).expect("theirs");
        assert_eq!(theirs["account_name"], "autohaus");
        assert!(theirs["page"].is_string() && !found.to_string().contains("VF1AA"));

        let clerk = Clerk::of(&served, "gus@garage.example");
        let (status, page) = clerk.get("/duplicates");
        assert_eq!(status, 200);
        let foreign = theirs["id"].as_str().expect("an id");
        assert_eq!(page.matches("<article class=\"pair\"").count(), 1, "{page}");
        assert!(page.contains(foreign) && !page.contains(&format!("/listings/{foreign}")));

        let olga = Clerk::of(&served, "olga@operator.example");
        let page = olga.get("/duplicates").1;
        assert_eq!(page.matches("<article class=\"pair\"").count(), 2, "{page}");
        assert!(page.contains(&format!("/listings/{foreign}?account=autohaus")));

        // A draft is nobody's business.
        let hans = Program(&served, hans);
        let draft = json!({ "ids": [foreign], "status": "draft" });
        hans.send("/api/v1/account/listings/status", &draft);
        let found = gus.get("/api/v1/duplicates");
        assert_eq!(found["groups"], json!([]), "{found}");
        let page = olga.get("/duplicates").1;
        assert_eq!(page.matches("<article class=\"pair\"").count(), 2);
    });
}
