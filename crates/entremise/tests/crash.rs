//! kill -9 in the middle of an import: no half listing, no lost or doubled journal row, and the same
//! file, given again, goes on where it stopped.

mod line;

use std::process::Stdio;
use std::time::Duration;

use line::{Line, houses};

const ROWS: usize = 3_000;
const KILLS: u64 = 50;

fn survives(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    let file = line.write("houses.csv", &houses(ROWS));
    let name = file.display().to_string();
    let mut cut_off = 0;
    for kill in 0..KILLS {
        // A new feed each time: its own header, so that all rows are new.
        let text = houses(ROWS).replacen("bedrooms", &format!("bedrooms,extra{kill}"), 1);
        std::fs::write(&file, text.replace("R", &format!("K{kill}-"))).expect("written");
        let mut command =
            line.command(&["import", &name, "--account", "lumen", "--json", "--partial"]);
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        // Spread over the whole run, from before the first row to after the last.
        std::thread::sleep(Duration::from_millis(20 + kill * kill * 7 % 600));
        let early = child.try_wait().expect("asked").is_none();
        child.kill().expect("killed");
        child.wait().expect("ended");
        cut_off += u64::from(early);
        let again = line.import(&file, "lumen");
        let total =
            again["created"].as_u64().unwrap_or(0) + again["unchanged"].as_u64().unwrap_or(0);
        assert_eq!(total, ROWS as u64, "kill {kill}: {again}");
        assert_eq!(again["refused"], 0);
        if kill % 10 == 0 {
            agrees(line, (kill + 1) * ROWS as u64);
        }
    }
    assert!(
        cut_off > KILLS / 3,
        "only {cut_off} of {KILLS} runs were cut off: the test proves little"
    );
    agrees(line, KILLS * ROWS as u64);
    let doctor = line.run(&["doctor", "--json"]);
    let told: serde_json::Value = serde_json::from_slice(&doctor.stdout).expect("JSON");
    for name in ["database", "migrations", "journal", "index"] {
        let mut checks = told["checks"].as_array().expect("checks").iter();
        let check = checks.find(|c| c["check"] == name).expect("a check");
        assert_eq!(check["state"], "ok", "{check}");
    }
}

/// Rows, journal and index tell the same.
fn agrees(line: &Line, listings: u64) {
    let rebuilt = line.json(&["rebuild", "search", "--compare"]);
    assert_eq!(rebuilt["agrees"], true, "{rebuilt}");
    assert_eq!(rebuilt["listings"], listings);
}

#[test]
fn an_import_killed_at_any_moment_is_finished_by_the_next_one_on_sqlite() {
    survives(&Line::on_sqlite());
}

#[test]
fn an_import_killed_at_any_moment_is_finished_by_the_next_one_on_postgresql() {
    survives(&Line::on_postgres());
}
