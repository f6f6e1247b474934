//! A key makes a request happen once, whatever dies in the middle of it.

mod line;

use std::time::{Duration, Instant};

use line::{Line, Served, houses};
use serde_json::Value;

const ROWS: usize = 6_000;

struct Caller {
    bearer: String,
}

impl Caller {
    fn ask(
        &self,
        served: &Served,
        method: &str,
        path: &str,
        key: &str,
        body: &str,
    ) -> (u16, String) {
        let headers = [
            ("Authorization", self.bearer.as_str()),
            ("Idempotency-Key", key),
        ];
        let (status, _, body) = served.ask(method, "localhost", path, &headers, body);
        (status, body)
    }

    fn batches(&self, served: &Served) -> Vec<Value> {
        let (_, told) = self.ask(served, "GET", "/api/v1/batches", "", "");
        let told: Value = serde_json::from_str(&told).unwrap_or_default();
        told["batches"].as_array().cloned().unwrap_or_default()
    }

    /// Asks in vain until what the dead server held is let go of: the answer says when to ask again.
    fn ask_again(&self, served: &Served, path: &str, key: &str, body: &str) -> String {
        until("it is answered", || {
            let (status, told) = self.ask(served, "POST", path, key, body);
            assert!([200, 409].contains(&status), "{status} {told}");
            (status == 200).then_some(told)
        })
    }
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::yield_now();
    }
}

/// Sends a request and kills the server once it has done a part of it; the batch it was in.
fn cut_off(line: &Line, eva: &Caller, path: &str, body: &str, kind: &str, key: &str) -> Value {
    let served = line.serve();
    let batch = std::thread::scope(|scope| {
        let asked = scope.spawn(|| eva.ask(&served, "POST", path, key, body));
        let begun = |b: &Value| {
            let done = b["counts"].as_object().into_iter().flatten();
            let done = done.filter(|(name, _)| *name == "created" || *name == "trashed");
            b["kind"] == kind && done.map(|(_, n)| n.as_u64().unwrap_or(0)).sum::<u64>() > 0
        };
        let batch = until("the work has begun", || {
            eva.batches(&served).into_iter().find(begun)
        });
        served.kill();
        let (status, told) = asked.join().expect("asked");
        assert_eq!(status, 0, "nobody was there to answer: {told}");
        batch
    });
    assert_eq!(batch["state"], "running");
    batch
}

fn story(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    let token = line.json(&["token", "add", "--account", "lumen", "--role", "manager"]);
    let bearer = format!("Bearer {}", token["token"].as_str().expect("a token"));
    let eva = Caller { bearer };
    let (path, file) = ("/api/v1/imports?name=houses.csv", houses(ROWS));
    let begun = cut_off(line, &eva, path, &file, "import", "once");

    let served = line.serve();
    let first = eva.ask_again(&served, path, "once", &file);
    let report: Value = serde_json::from_str(&first).expect("a report");
    let done = ["created", "unchanged"].map(|n| report[n].as_u64().unwrap_or(0));
    assert_eq!(done.iter().sum::<u64>(), ROWS as u64, "{report}");
    assert_eq!(
        report["batch"], begun["id"],
        "the same request goes on in its own batch"
    );
    let second = eva.ask(&served, "POST", path, "once", &file);
    assert_eq!(second, (200, first), "and is answered alike from then on");
    let batches = eva.batches(&served);
    assert_eq!(
        (batches.len(), &batches[0]["state"]),
        (1, &"applied".into()),
        "{batches:?}"
    );
    drop(served);

    let path = format!(
        "/api/v1/batches/{}/undoing",
        begun["id"].as_str().expect("an id")
    );
    let undoing = cut_off(line, &eva, &path, "", "undo", "back");
    let served = line.serve();
    let first = eva.ask_again(&served, &path, "back", "");
    let report: Value = serde_json::from_str(&first).expect("a report");
    assert_eq!(report["trashed"], ROWS, "{report}");
    assert_eq!(
        report["changed_since"],
        Value::Array(Vec::new()),
        "{report}"
    );
    assert_eq!(eva.ask(&served, "POST", &path, "back", ""), (200, first));
    let batches = eva.batches(&served);
    assert_eq!(
        (batches.len(), &batches[0]["id"]),
        (2, &undoing["id"]),
        "{batches:?}"
    );
    assert_eq!(
        (&batches[0]["state"], &batches[1]["state"]),
        (&"applied".into(), &"undone".into())
    );
}

#[test]
fn an_import_and_its_undoing_that_were_cut_off_are_finished_once_on_sqlite() {
    story(&Line::on_sqlite());
}

#[test]
fn an_import_and_its_undoing_that_were_cut_off_are_finished_once_on_postgresql() {
    story(&Line::on_postgres());
}
