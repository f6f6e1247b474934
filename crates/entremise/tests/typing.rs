//! The command line as a stranger uses it, with the mistakes that strangers make.

mod line;

use std::io::Write;
use std::process::{Output, Stdio};

use line::{Line, houses};
use serde_json::Value;

fn both(story: impl Fn(&Line)) {
    story(&Line::on_sqlite());
    story(&Line::on_postgres());
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn refused(line: &Line, words: &[&str], code: i32, hint: &str) {
    let output = line.run(words);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(code), "{words:?}: {said}");
    assert!(said.contains(hint), "{words:?}: {said}");
}

/// Also where nothing is opened yet: what was typed is looked at first.
#[test]
fn a_malformed_option_exits_with_2_and_says_what_there_is() {
    both(|line| {
        for made in [false, true] {
            if made {
                line.add_account("lumen", "estate", "BE");
            }
            for (words, hint) in [
                (
                    vec!["user", "add", "a@b.be", "--role", "boss"],
                    "manager, agent",
                ),
                (
                    vec!["user", "add", "a@b.be", "--role", "mangaer"],
                    "similar value exists: 'manager'",
                ),
                (
                    vec!["token", "add", "--account", "lumen", "--role", "operator"],
                    "read-only",
                ),
                (
                    vec!["journal", "--since", "abc"],
                    "numbers of the journal look like 120",
                ),
                (vec!["journal", "--entity", "abc"], "ids look like lst_"),
                (vec!["undo", "bogus"], "is no batch"),
                (
                    vec!["undo", "lst_00000000000000000000000000"],
                    "is no batch",
                ),
                (vec!["trash", "restore", "bogus"], "listings look like lst_"),
                (vec!["enquiry", "show", "bogus"], "leads look like lead_"),
                (
                    vec!["enquiry", "list", "--account", "lumen", "--state", "nwe"],
                    "'new'",
                ),
                (
                    vec!["account", "add", "x", "--vertical", "nope"],
                    "there are auto, estate, services",
                ),
                (
                    vec!["account", "add", "x", "--vertical", "estat"],
                    "did you mean estate?",
                ),
                (
                    vec![
                        "account",
                        "add",
                        "x",
                        "--vertical",
                        "estate",
                        "--country",
                        "XX",
                    ],
                    "two letters",
                ),
                (
                    vec![
                        "account",
                        "add",
                        "x",
                        "--vertical",
                        "estate",
                        "--country",
                        "UK",
                    ],
                    "did you mean GB?",
                ),
                (
                    vec![
                        "account",
                        "add",
                        "x",
                        "--vertical",
                        "estate",
                        "--language",
                        "xx",
                    ],
                    "fr, nl, en, de",
                ),
                (
                    vec![
                        "publish",
                        "--portal",
                        "nope",
                        "--account",
                        "lumen",
                        "--out",
                        "-",
                    ],
                    "there are",
                ),
                (
                    vec![
                        "publish",
                        "--portal",
                        "kyreo",
                        "--account",
                        "lumen",
                        "--out",
                        "-",
                    ],
                    "did you mean kyero",
                ),
                (vec!["search", "x", "--site", "nope"], "there are"),
                (vec!["search", "x", "--site", "imo"], "did you mean immo?"),
                (
                    vec!["search", "x", "--site", "immo", "--language", "french"],
                    "fr, nl, en, de",
                ),
                (vec!["dictionary", "show", "autos"], "did you mean auto?"),
                (
                    vec!["dictionary", "show", "estate", "bedroms"],
                    "did you mean bedrooms?",
                ),
                (vec!["person", "erase", "ada"], "neither an e-mail address"),
                (vec!["serve", "--listen", "nowhere"], "is no address"),
            ] {
                refused(line, &words, 2, hint);
            }
        }
    });
}

#[test]
fn a_mistyped_line_is_one_json_object_too() {
    let line = Line::on_sqlite();
    for words in [["undo", "bogus"], ["journal", "--sinec=3"], ["imprt", "x"]] {
        let output = line.command(&words).arg("--json").output().expect("runs");
        let told: Value = serde_json::from_slice(&output.stdout).expect("one object");
        assert_eq!(told["error"]["code"], "usage", "{words:?}: {told}");
        assert_eq!(output.status.code(), Some(2), "{words:?}");
    }
}

#[test]
fn a_mistyped_folder_or_database_is_an_error_and_makes_nothing() {
    let line = Line::on_sqlite();
    let data = line.data.path().join("typo");
    for words in [
        vec!["account", "list"],
        vec!["user", "list", "--account", "lumen"],
        vec!["token", "list", "--account", "lumen"],
        vec!["journal"],
        vec!["jobs", "list"],
        vec!["trash", "list"],
        vec!["doctor"],
        vec!["search", "x", "--site", "immo"],
        vec!["rebuild", "search"],
        vec!["person", "list", "--account", "lumen"],
        vec!["enquiry", "list", "--account", "lumen"],
        vec!["undo", "bat_00000000000000000000000000"],
        vec![
            "publish",
            "--portal",
            "csv",
            "--account",
            "lumen",
            "--out",
            "-",
        ],
    ] {
        let mut command = line.command(&words);
        command.env("DATA", "ignored");
        let output = std::process::Command::new(command.get_program())
            .args(&words)
            .arg("--data")
            .arg(&data)
            .output()
            .expect("runs");
        let said = said(&output) + &String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{words:?}: {said}");
        let folder = data.display().to_string();
        assert!(
            said.contains(&folder) && said.contains("--data"),
            "{words:?}: {said}"
        );
        assert!(!data.exists(), "{words:?} made {folder}");
    }
    let file = line.write(
        "notes.db",
        "this is no database, whatever its name says of it",
    );
    let file = file.display().to_string();
    refused(
        &line,
        &["account", "list", "--database", &file],
        1,
        "is no database of ours",
    );
}

#[test]
fn an_empty_or_missing_postgresql_database_is_an_error_and_stays_empty() {
    let line = Line::on_postgres();
    refused(
        &line,
        &["account", "list"],
        1,
        "there is nothing of ours in postgres",
    );
    refused(&line, &["doctor"], 1, "");
    let url = line.database.clone().expect("a URL");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    assert!(runtime.block_on(testkit::every_row(&url)).is_empty());
    let missing = Line {
        database: Some(format!("{url}_missing")),
        ..line
    };
    refused(
        &missing,
        &["account", "list"],
        1,
        "there is nothing of ours in postgres",
    );
    missing.run(&["account", "list"]);
}

#[test]
fn only_a_near_name_is_proposed() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        line.add_account("ludovica-immobilier", "estate", "BE");
        refused(
            line,
            &["user", "list", "--account", "lumne"],
            1,
            "did you mean lumen?",
        );
        let output = line.run(&["user", "list", "--account", "lufthansa"]);
        assert!(!said(&output).contains("did you mean"), "{}", said(&output));
        refused(
            line,
            &["user", "list", "--account", "lufthansa"],
            1,
            "account list",
        );
    });
}

#[test]
fn a_folder_a_missing_file_and_standard_input() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let folder = line.data.path().join("feeds");
        std::fs::create_dir(&folder).expect("a folder");
        let path = folder.display().to_string();
        let import = |file: &str| {
            [
                "import".to_owned(),
                file.to_owned(),
                "--account".into(),
                "lumen".into(),
            ]
        };
        let run = |file: &str, code: i32, hint: &str| {
            let words = import(file);
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            refused(line, &words, code, hint);
        };
        run(
            &path,
            1,
            "is a folder, and an import takes one file: it holds no file",
        );
        std::fs::write(folder.join("houses.csv"), houses(5)).expect("a file");
        run(&path, 1, "feeds/houses.csv --account");
        run(&format!("{path}/huoses.csv"), 1, "did you mean houses.csv?");
        run(
            &format!("{path}/cars.xml"),
            1,
            "no name in that folder is like it",
        );
        run(
            &format!("{path}/nowhere/cars.xml"),
            1,
            "does not exist either",
        );

        let mut child = line
            .command(&["import", "-", "--account", "lumen", "--json"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdin = child.stdin.take().expect("its input");
        stdin.write_all(houses(5).as_bytes()).expect("written");
        drop(stdin);
        let output = child.wait_with_output().expect("it ends");
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        assert_eq!(report["created"], 5, "{report}");
    });
}

#[test]
fn one_mistake_made_often_is_one_thing_to_read() {
    let line = Line::on_sqlite();
    line.add_account("lumen", "estate", "BE");
    let mut text = houses(50);
    for n in 0..10 {
        text.push_str(&format!("D{n},9000,Gent,HOUSE,dear,80,2\n"));
    }
    let file = line.write("houses.csv", &text).display().to_string();
    let words = ["import", &file, "--account", "lumen", "--dry-run"];
    let output = line.run(&words);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    let of_price: Vec<&str> = shown.lines().filter(|l| l.contains("price: ")).collect();
    assert_eq!(
        of_price.len(),
        5,
        "five of ten are examples enough: {shown}"
    );
    assert!(
        shown.contains("  10 rows") && shown.contains(" in price"),
        "{shown}"
    );
    let report = line.json(&words);
    assert_eq!(report["problem_kinds"][0]["count"], 10, "{report}");
    assert_eq!(report["problems"].as_array().map(Vec::len), Some(10));
}

#[test]
fn a_hopeless_file_is_given_up_early_and_removes_nothing() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let feed = "--feed=houses";
        let good = line.write("houses.csv", &houses(50)).display().to_string();
        line.json(&["import", &good, "--account", "lumen", feed]);
        let mut text = houses(0);
        for n in 0..30_000 {
            text.push_str(&format!("X{n},9000,Gent,SPACESHIP{n},nothing,,\n"));
        }
        let bad = line.write("wrong.csv", &text).display().to_string();
        let words = ["import", &bad, "--account", "lumen", feed, "--json"];
        let output = line.run(&words);
        let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
        assert_eq!(output.status.code(), Some(1), "{}", report["problem_kinds"]);
        assert!(said(&output).contains("--anyway"), "{}", said(&output));
        assert_eq!(report["rows"], 20_000);
        assert_eq!(report["removed"], 0);
        let anyway = line.run(&[
            "import",
            &bad,
            "--account",
            "lumen",
            feed,
            "--json",
            "--anyway",
        ]);
        let report: Value = serde_json::from_slice(&anyway.stdout).expect("a report");
        assert_eq!(report["rows"], 30_000);
        assert_eq!(line.json(&["search", "", "--site", "immo"])["total"], 50);
    });
}

#[test]
fn what_a_portal_would_refuse_has_a_code_and_a_sentence_in_the_accounts_language() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let text = "id,city,property_type,living_area\nR1,Gent,HOUSE,80\n";
        line.import(&line.write("houses.csv", text), "lumen");
        let out = line.data.path().join("feed.xml").display().to_string();
        let words = [
            "publish",
            "--portal",
            "kyero",
            "--account",
            "lumen",
            "--out",
            &out,
        ];
        let left = &line.json(&words)["left_out"][0];
        assert_eq!(left["code"], "missing_field", "{left}");
        assert!(
            left["reason"].as_str().is_some_and(|r| r.contains("exige")),
            "{left}"
        );
        let left = &line.json(&[&words[..], &["--language", "de"]].concat())["left_out"][0];
        assert!(
            left["reason"]
                .as_str()
                .is_some_and(|r| r.contains("verlangt")),
            "{left}"
        );
    });
}

#[test]
fn a_number_of_the_journal_is_a_text_everywhere_and_can_be_given_back() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let houses = line.write("houses.csv", &houses(3));
        line.import(&houses, "lumen");
        let entries = line.json(&["journal"])["entries"].clone();
        let entries = entries.as_array().expect("entries");
        assert!(entries.iter().all(|e| e["seq"].is_string()), "{entries:?}");
        let third = entries[2]["seq"].as_str().expect("a text");
        let rest = line.json(&["journal", "--since", third])["entries"].clone();
        assert_eq!(rest.as_array().map(Vec::len), Some(entries.len() - 3));
        let token = line.json(&["token", "add", "--account", "lumen"]);
        let bearer = format!("Bearer {}", token["token"].as_str().expect("a token"));
        let served = line.serve();
        let ask = |path: &str| -> Value {
            let headers = [("Authorization", bearer.as_str())];
            let told = served.ask("GET", "localhost", path, &headers, "").2;
            serde_json::from_str(&told).unwrap_or_else(|e| panic!("{path}: {e}: {told}"))
        };
        let told = ask(&format!("/api/v1/journal?since={third}"));
        let told = told["entries"].as_array().expect("entries");
        assert!(
            !told.is_empty() && told.iter().all(|e| e["seq"].is_string()),
            "{told:?}"
        );
        let listing = line.json(&["search", "", "--site", "immo"])["listings"][0]["id"].clone();
        let listing = listing.as_str().expect("an id");
        let told = ask(&format!("/api/v1/account/listings/{listing}/history")).to_string();
        assert!(told.contains("\"seq\":\""), "{told}");
    });
}

#[test]
fn what_is_not_there_is_named_with_where_to_look() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let nothing = "00000000000000000000000000";
        for (words, hint) in [
            (
                ["trash", "restore", &format!("lst_{nothing}")],
                "entremise trash list",
            ),
            (
                ["enquiry", "show", &format!("lead_{nothing}")],
                "entremise enquiry list",
            ),
            (
                ["undo", &format!("bat_{nothing}"), "--dry-run"],
                "entremise journal",
            ),
        ] {
            refused(line, &words, 1, hint);
        }
        let out = line
            .data
            .path()
            .join("nowhere/feed.xml")
            .display()
            .to_string();
        let words = [
            "publish",
            "--portal",
            "kyero",
            "--account",
            "lumen",
            "--out",
            &out,
        ];
        refused(line, &words, 1, "make it first");
    });
}

#[test]
fn completions_name_every_command() {
    let line = Line::on_sqlite();
    for shell in ["bash", "zsh", "fish"] {
        let output = line.run(&["completions", shell]);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        for word in ["import", "doctor", "person", "--dry-run", "read-only"] {
            let word = if shell == "fish" {
                word.trim_start_matches("--")
            } else {
                word
            };
            assert!(told.contains(word), "{shell} does not know {word}");
        }
    }
}
