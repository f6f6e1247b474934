//! Erasing a person really erases: what she wrote is in no file and in no row afterwards.

mod line;

use std::path::{Path, PathBuf};

use line::{Line, Served, houses, listing_in};

/// Words that nothing else in the deployment contains.
const SECRETS: [&str; 5] = [
    "Wilhelmina Quastenflug",
    "Quastenflug-Neu",
    "quastenflug@example.org",
    "0477998877",
    "zebrafinken",
];

fn agency(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    let email = "anna@lumen.example";
    let words = [
        "user",
        "add",
        email,
        "--account",
        "lumen",
        "--role",
        "agent",
    ];
    line.json(&words);
    line.import(&line.write("houses.csv", &houses(400)), "lumen");
}

fn a_listing(served: &Served, host: &str) -> String {
    let (_, page) = served.get(host, "/fr/search");
    let mut hrefs = page.split('"');
    let href = hrefs.find(|p| p.starts_with("/fr/") && p.contains("lst_"));
    href.expect("a listing").to_owned()
}

fn write(line: &Line, served: &Served, name: &str, email: &str, text: &str) {
    let host = format!("immo.localhost:{}", served.port());
    let href = a_listing(served, &host);
    let form = line.form_of(listing_in(&href));
    let phone = if name.starts_with("Ben") {
        "0470"
    } else {
        "0477998877"
    };
    let body = format!("name={name}&email={email}&phone={phone}&text={text}&form={form}");
    assert_eq!(served.ask("POST", &host, &href, &[], &body).0, 303);
}

/// She writes twice under two names, is answered over the API with a key, and others write too.
fn correspondence(line: &Line, served: &Served) {
    let token = line.json(&["token", "add", "--account", "lumen", "--role", "manager"]);
    let token = format!("Bearer {}", token["token"].as_str().expect("a token"));
    write(line, served, "Ben+Ode", "ben@example.org", "Je+viens");
    for (name, text) in [
        ("Wilhelmina+Quastenflug", "Mes+zebrafinken+sont+permis+?"),
        ("Wilhelmina+Quastenflug-Neu", "Et+deux+zebrafinken+?"),
    ] {
        write(line, served, name, "Quastenflug%40example.org", text);
    }
    let leads = line.json(&["enquiry", "list", "--account", "lumen"]);
    let leads = leads["enquiries"].as_array().expect("leads").clone();
    assert_eq!(leads.len(), 3);
    for lead in &leads {
        let id = lead["id"].as_str().expect("an id");
        let headers = [("Authorization", token.as_str()), ("Idempotency-Key", id)];
        let body = r#"{"text":"Chère Wilhelmina Quastenflug, les zebrafinken aussi."}"#;
        let path = format!("/api/v1/leads/{id}/answers");
        let thread = line.json(&["enquiry", "show", id]);
        if thread["person"]["email"] != "ben@example.org" {
            let (status, _, told) = served.ask("POST", "localhost", &path, &headers, body);
            assert_eq!(status, 201, "{told}");
        }
    }
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path => files.push(path),
            }
        }
    }
    files
}

/// Where a word stands, in the files of the data folder and in the rows of the database.
fn traces(line: &Line, word: &str) -> Vec<String> {
    let finder = |bytes: &[u8]| bytes.windows(word.len()).any(|w| w == word.as_bytes());
    let files = files_of(line.data.path());
    let named = files
        .iter()
        .filter(|f| finder(&std::fs::read(f).unwrap_or_default()));
    let mut found: Vec<String> = named.map(|f| f.display().to_string()).collect();
    if let Some(url) = &line.database {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let rows = runtime.block_on(testkit::every_row(url));
        let bytes: String = word.bytes().map(|b| format!("{b:02x}")).collect();
        let tells = |row: &String| row.contains(word) || row.contains(&bytes);
        found.extend(rows.into_iter().filter(tells));
    }
    found
}

fn erased_by(line: &Line, erase: impl Fn(&Served)) {
    agency(line);
    let served = line.serve();
    correspondence(line, &served);
    for word in SECRETS {
        assert!(
            !traces(line, word).is_empty(),
            "{word} was somewhere before"
        );
    }
    erase(&served);
    for word in SECRETS {
        assert_eq!(traces(line, word), Vec::<String>::new(), "{word}");
    }
    let people = line.json(&["person", "list", "--account", "lumen"]);
    assert_eq!(
        people["people"].as_array().map(Vec::len),
        Some(1),
        "{people}"
    );
    assert!(!traces(line, "ben@example.org").is_empty(), "others stay");
    let told = line.json(&["journal"]);
    let facts = told["entries"].as_array().expect("entries");
    assert!(facts.iter().any(|e| e["fact"] == "person.erased"));
    drop(served);
    for word in SECRETS {
        assert_eq!(traces(line, word), Vec::<String>::new(), "{word}");
    }
}

fn by_command(line: &Line) {
    erased_by(line, |_| {
        let dry = line.json(&["person", "erase", "quastenflug@example.org", "--dry-run"]);
        assert_eq!(dry["erased"][0]["account"], "lumen");
        assert!(
            !traces(line, SECRETS[0]).is_empty(),
            "a dry run erases nothing"
        );
        line.json(&["person", "erase", "Quastenflug@Example.org"]);
        let again = line.run(&["person", "erase", "quastenflug@example.org"]);
        assert_eq!(again.status.code(), Some(1), "nobody is known any more");
    });
}

fn by_api(line: &Line) {
    erased_by(line, |served| {
        let token = line.json(&["token", "add", "--account", "lumen", "--role", "manager"]);
        let token = format!("Bearer {}", token["token"].as_str().expect("a token"));
        let people = line.json(&["person", "list", "--account", "lumen"]);
        let people = people["people"].as_array().expect("people");
        let her = people
            .iter()
            .find(|p| p["email"] == "quastenflug@example.org");
        let path = format!(
            "/api/v1/persons/{}",
            her.expect("her")["id"].as_str().expect("an id")
        );
        let headers = [("Authorization", token.as_str())];
        let (status, _, told) = served.ask("DELETE", "localhost", &path, &headers, "");
        assert_eq!(status, 200, "{told}");
    });
}

#[test]
fn the_operator_erases_a_person_from_every_file_on_sqlite() {
    by_command(&Line::on_sqlite());
}

#[test]
fn the_operator_erases_a_person_from_every_row_on_postgresql() {
    by_command(&Line::on_postgres());
}

#[test]
fn a_manager_erases_a_person_from_every_file_on_sqlite() {
    by_api(&Line::on_sqlite());
}

#[test]
fn a_manager_erases_a_person_from_every_row_on_postgresql() {
    by_api(&Line::on_postgres());
}
