//! The doctor sees what is wrong, says what to do, and changes nothing.

mod line;

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use line::{Line, houses, terminate};
use serde_json::Value;
use store::{Act, Actor, HOUR_MS, Id, NewJob, Reads};

fn both(story: impl Fn(&Line)) {
    story(&Line::on_sqlite());
    story(&Line::on_postgres());
}

/// The doctor's exit code and its lines. It looks at a port that nobody uses.
fn visit(line: &Line) -> (Option<i32>, Value) {
    let words = ["doctor", "--json", "--listen", "127.0.0.1:9199"];
    let output = line.run(&words);
    let told = serde_json::from_slice(&output.stdout).expect("one object");
    (output.status.code(), told)
}

/// One line: its state, and what it says with what to do.
fn of(told: &Value, name: &str) -> (String, String) {
    let mut checks = told["checks"].as_array().expect("checks").iter();
    let check = checks.find(|c| c["check"] == name);
    let check = check.unwrap_or_else(|| panic!("no line for {name}: {told}"));
    let text = |key: &str| check[key].as_str().expect("a text").to_owned();
    (text("state"), format!("{} {}", text("said"), text("todo")))
}

fn act() -> Act {
    Act::by(Actor::System("story"))
}

fn agency(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    line.import(&line.write("houses.csv", &houses(120)), "lumen");
}

#[test]
fn a_healthy_deployment_has_nothing_to_say_and_is_left_as_it_was() {
    both(|line| {
        agency(line);
        let before = line.json(&["journal"]);
        let (code, told) = visit(line);
        for name in [
            "verticals",
            "sites",
            "migrations",
            "database",
            "journal",
            "jobs",
            "arrivals",
            "mail",
            "batches",
            "index",
            "pictures",
            "clock",
            "disk",
            "port",
        ] {
            let (state, said) = of(&told, name);
            // The machine that runs this test may have little room.
            assert!(
                state == "ok" || (name == "disk" && state == "warn"),
                "{name}: {said}"
            );
        }
        assert!(
            of(&told, "index")
                .1
                .contains("120 public listings; 120 looked up"),
            "{told}"
        );
        match line.database {
            None => assert_eq!((code, of(&told, "durability").0), (Some(0), "ok".into())),
            // The tests' cluster runs without fsync, and that is what the doctor must see.
            Some(_) => {
                assert_eq!(code, Some(1));
                assert!(of(&told, "durability").1.contains("fsync is off"), "{told}");
            }
        }
        assert_eq!(line.json(&["journal"]), before);
        assert!(
            !line.data.path().join("media").exists(),
            "no folder is made"
        );
    });
}

#[test]
fn what_was_given_up_and_what_waits_is_told_with_a_remedy() {
    both(|line| {
        agency(line);
        line.within(async |store| {
            let mut tx = store
                .begin(&store.operator(), act())
                .await
                .expect("a transaction");
            for key in ["refused", "waiting"] {
                let due = tx.now();
                let (kind, payload) = ("mail", "\"mail_00000000000000000000000000\"".into());
                tx.enqueue(NewJob {
                    kind,
                    key: key.into(),
                    account: None,
                    payload,
                    due,
                });
            }
            tx.commit().await.expect("a commit");
            let mut tx = store
                .begin(&store.operator(), act())
                .await
                .expect("a transaction");
            let row = tx
                .one("SELECT id FROM job WHERE key = 'refused'", &[])
                .await;
            let refused: Id<store::kinds::Job> = row.expect("read").expect("a job").id(0);
            let sql = "UPDATE job SET created_at = created_at - $1 WHERE key = 'waiting'";
            tx.execute(sql, &[(3 * HOUR_MS).into()])
                .await
                .expect("older");
            tx.commit().await.expect("a commit");
            store
                .bury(refused, "550 no such mailbox")
                .await
                .expect("buried");
        });
        let (_, told) = visit(line);
        let (state, said) = of(&told, "jobs");
        assert!(
            state == "warn" && said.contains("550 no such mailbox"),
            "{said}"
        );
        assert!(said.contains("entremise jobs retry"), "{said}");
        let (state, said) = of(&told, "mail");
        assert!(
            state == "warn" && said.contains("3 h") && said.contains("--smtp"),
            "{said}"
        );
    });
}

#[test]
fn an_index_that_does_not_agree_with_the_tables_is_found() {
    // On PostgreSQL a neighbour's open transaction may keep an index from being saved.
    let line = Line::on_sqlite();
    agency(&line);
    line.serve().stop();
    assert_eq!(of(&visit(&line).1, "index").0, "ok");
    line.within(async |store| {
        let mut tx = store
            .begin(&store.operator(), act())
            .await
            .expect("a transaction");
        let sql = "UPDATE listing SET version = version + 1";
        tx.execute(sql, &[])
            .await
            .expect("changed behind the journal's back");
        tx.commit().await.expect("a commit");
    });
    let (code, told) = visit(&line);
    let (state, said) = of(&told, "index");
    assert_eq!((code, state.as_str()), (Some(1), "fail"), "{said}");
    assert!(said.contains("120 of 120 listings differ"), "{said}");
}

#[test]
fn a_picture_that_is_gone_is_found() {
    both(|line| {
        agency(line);
        let folder = line.data.path().join("media");
        let objects = media::Objects::open(&folder).expect("a folder");
        let hash = objects.put(b"a picture").expect("kept");
        line.within(async |store| {
            let photo = dictionary::Photo {
                object: Some(hash),
                ..Default::default()
            };
            let mut tx = store
                .begin(&store.operator(), act())
                .await
                .expect("a transaction");
            let account = store::Account::by_slug(&mut tx, "lumen")
                .await
                .expect("an account");
            let new = catalog::NewListing {
                vertical: "estate".into(),
                category: "house".into(),
                status: dictionary::Status::Live,
                parent: None,
                level: None,
                reference: "P1".into(),
                values: Default::default(),
                photos: vec![photo],
            };
            catalog::create(&mut tx, account.id, new)
                .await
                .expect("a listing");
            tx.commit().await.expect("a commit");
        });
        let (state, said) = of(&visit(line).1, "pictures");
        assert!(
            state == "ok" && said.contains("1 looked at, all whole"),
            "{said}"
        );
        std::fs::remove_dir_all(&folder).expect("lost");
        let (code, told) = visit(line);
        assert_eq!((code, of(&told, "pictures").0.as_str()), (Some(1), "fail"));
    });
}

#[test]
fn a_damaged_file_is_found() {
    let line = Line::on_sqlite();
    agency(&line);
    // An erasure moves the log into the file; nobody is erased here.
    line.within(async |store| {
        let mut tx = store
            .begin(&store.operator(), act())
            .await
            .expect("a transaction");
        let nobody = tx.uuid();
        tx.redact(None, "person", nobody)
            .await
            .expect("nothing blanked");
        tx.commit().await.expect("a commit");
    });
    let path = line.data.path().join("entremise.db");
    let mut bytes = std::fs::read(&path).expect("the file");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8_192].fill(0x5a);
    std::fs::write(&path, bytes).expect("damaged");
    let (code, told) = visit(&line);
    let (state, said) = of(&told, "database");
    assert_eq!((code, state.as_str()), (Some(1), "fail"), "{said}");
    assert!(said.contains("backup"), "{said}");
}

#[test]
fn a_port_that_somebody_else_has_is_told_and_our_own_server_is_known() {
    let line = Line::on_sqlite();
    agency(&line);
    let other = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = other.local_addr().expect("an address").to_string();
    let told = line.json(&["doctor", "--listen", &address]);
    let (state, said) = of(&told, "port");
    assert!(
        state == "warn" && said.contains("something else listens"),
        "{said}"
    );
    let served = line.serve();
    let told = line.json(&["doctor", "--listen", &served.address]);
    assert!(of(&told, "port").1.contains("a server answers"), "{told}");
}

#[test]
fn the_journal_is_followed_as_it_happens_and_ends_politely() {
    both(|line| {
        line.add_account("lumen", "estate", "BE");
        let mut child = line
            .command(&["journal", "--follow", "--json"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut notes = BufReader::new(child.stderr.take().expect("its notes")).lines();
        let note = notes.next().expect("a note").expect("a line");
        assert!(note.contains("Ctrl-C ends it"), "{note}");
        let mut told = BufReader::new(child.stdout.take().expect("its output")).lines();
        for slug in ["autre", "encore"] {
            line.add_account(slug, "auto", "NL");
            let entry = told.next().expect("an entry").expect("a line");
            let entry: Value = serde_json::from_str(&entry).expect("an object a line");
            assert_eq!(
                entry["after"]["slug"], slug,
                "what was before is not told: {entry}"
            );
        }
        terminate(&child);
        assert_eq!(child.wait().expect("it ends").code(), Some(0));
    });
}
