//! A migration is taken back with what it filled in people who were here, and while there is time.

mod line;

use std::path::PathBuf;

use line::Line;
use serde_json::Value;

const PEOPLE: &str = "id,prenom,nom,email,telephone,rue,code_postal,ville,langue,type\n";

/// A folder with the people of another program.
fn export(line: &Line, name: &str, rows: &str) -> PathBuf {
    let folder = line.data.path().join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("contacts.csv"), format!("{PEOPLE}{rows}")).expect("a file");
    folder
}

fn migrate(line: &Line, folder: &std::path::Path) -> String {
    let folder = folder.display().to_string();
    let holds = ["--is", "contacts.csv=people"];
    let words = ["migrate", &folder, "--account", "lumen"];
    let done = line.json(&[&words[..], &holds].concat());
    done["batch"].as_str().expect("a batch").to_owned()
}

/// Everybody, in an order that stays.
fn people(line: &Line) -> Vec<Value> {
    let told = line.json(&["person", "list", "--account", "lumen"]);
    let mut people = told["people"].as_array().expect("people").clone();
    people.sort_by_key(|p| p["email"].to_string());
    people
}

fn goes_back(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    let known =
        "1,Anna,Martin,anna@example.org,,,,,fr,\n2,Ben,Peeters,ben@example.org,0470000002,,,,fr,\n";
    migrate(line, &export(line, "first", known));
    let before = people(line);
    // The other program has Anna three times, and each time knows something more of her.
    let more = "7,Anna,Martin,anna@example.org,0470000001,,,,fr,\n\
                8,Anna,Martin,anna@example.org,,Rue Haute 1,1000,Bruxelles,fr,\n\
                9,Anna,Martin,anna@example.org,,,,,fr,propriétaire\n\
                10,Carla,Maes,carla@example.org,0470000003,,,,fr,\n";
    let batch = migrate(line, &export(line, "second", more));
    let filled = people(line);
    assert_eq!(filled.len(), 3);
    let anna = filled[0].to_string();
    assert!(
        anna.contains("0470000001") && anna.contains("Rue Haute"),
        "{anna}"
    );
    let undone = line.json(&["undo", &batch]);
    assert_eq!(people(line), before, "{undone}");
}

/// The migration ended so many days ago.
fn ended_ago(line: &Line, batch: &str, days: i64) {
    line.within(async |store| {
        let act = store::Act::by(store::Actor::System("story"));
        let mut tx = store.begin(&store.operator(), act).await.expect("tx");
        let id: store::Id<store::kinds::Batch> = batch.parse().expect("an id");
        let ended = tx.now().plus_ms(-days * store::DAY_MS);
        let sql = "UPDATE batch SET started_at = $2, finished_at = $2 WHERE id = $1";
        tx.execute(sql, &[id.into(), ended.into()])
            .await
            .expect("written");
        tx.commit().await.expect("commit");
    });
}

fn has_its_time(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    let rows =
        "1,Anna,Martin,anna@example.org,0470000001,,,,fr,\n2,Ben,Peeters,ben@example.org,,,,,fr,\n";
    let batch = migrate(line, &export(line, "export", rows));
    ended_ago(line, &batch, 31);
    for words in [&["undo", &batch, "--dry-run"][..], &["undo", &batch]] {
        let refused = line.run(words);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{said}");
        assert!(said.contains("30 days"), "{said}");
    }
    let token = line.json(&["token", "add", "--account", "lumen", "--role", "manager"]);
    let bearer = format!("Bearer {}", token["token"].as_str().expect("a token"));
    let served = line.serve();
    for (language, word) in [
        ("fr", "30 jours"),
        ("nl", "30 dagen"),
        ("en", "30 days"),
        ("de", "30 Tage"),
    ] {
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Accept-Language", language),
        ];
        let path = format!("/api/v1/batches/{batch}/undoing");
        let (status, _, told) = served.ask("POST", "localhost", &path, &headers, "");
        assert_eq!(status, 409, "{told}");
        assert!(
            told.contains(word) && told.contains("undo_too_late"),
            "{told}"
        );
    }
    served.stop();
    assert_eq!(people(line).len(), 2, "nothing was taken back");
    ended_ago(line, &batch, 29);
    line.json(&["undo", &batch]);
    assert_eq!(people(line).len(), 0);
}

#[test]
fn people_whom_several_rows_have_filled_go_back_to_what_they_were_on_sqlite() {
    goes_back(&Line::on_sqlite());
}

#[test]
fn people_whom_several_rows_have_filled_go_back_to_what_they_were_on_postgresql() {
    goes_back(&Line::on_postgres());
}

#[test]
fn an_old_migration_is_not_taken_back_any_more_on_sqlite() {
    has_its_time(&Line::on_sqlite());
}

#[test]
fn an_old_migration_is_not_taken_back_any_more_on_postgresql() {
    has_its_time(&Line::on_postgres());
}
