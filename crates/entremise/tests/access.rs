//! Another account's ids, tokens and sessions open nothing: every route of the OpenAPI document is
//! walked as nobody, as a stranger, and as read-only.

mod line;

use line::{Line, Served, houses};
use serde_json::Value;

fn token(line: &Line, account: &str, role: &str) -> String {
    let told = line.json(&["token", "add", "--account", account, "--role", role]);
    told["token"].as_str().expect("a token").to_owned()
}

fn add_user(line: &Line) {
    let words = [
        "user",
        "add",
        "eva@lumen.example",
        "--account",
        "lumen",
        "--role",
        "agent",
    ];
    line.json(&words);
}

fn walk(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    line.add_account("autre", "estate", "BE");
    let report = line.import(&line.write("houses.csv", &houses(3)), "lumen");
    let listing = line.json(&["search", "", "--site", "immo"])["listings"][0]["id"]
        .as_str()
        .expect("a listing")
        .to_owned();
    let batch = report["batch"].as_str().expect("a batch").to_owned();
    add_user(line);
    let users = line.json(&["user", "list", "--account", "lumen"]);
    let user = users["users"][0]["id"].as_str().expect("a user").to_owned();
    let (stranger, reader) = (
        token(line, "autre", "manager"),
        token(line, "lumen", "read-only"),
    );
    let tokens = line.json(&["token", "list", "--account", "lumen"]);
    let program = tokens["tokens"][0]["id"]
        .as_str()
        .expect("a token")
        .to_owned();
    let served = line.serve();
    let document: Value =
        serde_json::from_str(&served.get("localhost", "/api/v1/openapi.json").1).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let mut walked = 0;
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().expect("operations") {
            if operation["security"].is_null() {
                continue;
            }
            let at = path
                .replace(
                    "{id}",
                    if path.contains("batches") {
                        &batch
                    } else if path.contains("users") {
                        &user
                    } else if path.contains("tokens") {
                        &program
                    } else if path.contains("listings") || path.contains("trash") {
                        &listing
                    } else {
                        "lead_00000000000000000000000000"
                    },
                )
                .replace("{at}", "0")
                .replace("{feed}", "kyero")
                .replace("{portal}", "kyero")
                .replace("{account}", "lumen");
            walked += 1;
            check(&served, &method.to_uppercase(), &at, &stranger, &reader);
        }
    }
    assert!(walked >= 20, "only {walked} routes were walked");
    // The owner's listing is untouched after all of it.
    let (status, body) = served.get("localhost", &format!("/api/v1/listings/{listing}"));
    assert!(status == 200 && body.contains(&listing));
}

fn check(served: &Served, method: &str, path: &str, stranger: &str, reader: &str) {
    let bearer = |token: &str| format!("Bearer {token}");
    let nobody = served.ask(method, "localhost", path, &[], "{}");
    assert_eq!(nobody.0, 401, "{method} {path} as nobody: {}", nobody.2);
    let forged = served.ask(
        method,
        "localhost",
        path,
        &[("Authorization", "Bearer ent_forged")],
        "{}",
    );
    assert_eq!(forged.0, 401, "{method} {path} with a forged token");
    let writes = method != "GET";
    let read = served.ask(
        method,
        "localhost",
        path,
        &[("Authorization", &bearer(reader))],
        "{}",
    );
    if writes && !path.contains("session") {
        assert_eq!(read.0, 403, "{method} {path} as read-only: {}", read.2);
    }
    let other = served.ask(
        method,
        "localhost",
        path,
        &[("Authorization", &bearer(stranger))],
        "{}",
    );
    let names_an_id = ["lst_", "bat_", "usr_", "tok_"]
        .iter()
        .any(|kind| path.contains(kind));
    if names_an_id {
        assert_eq!(other.0, 404, "{method} {path} as a stranger: {}", other.2);
    }
    assert!(
        !other.2.contains("R0") && !other.2.contains("R1"),
        "{method} {path} tells a stranger of the listings"
    );
}

#[test]
fn every_route_is_closed_to_whom_it_must_be_on_sqlite() {
    walk(&Line::on_sqlite());
}

#[test]
fn every_route_is_closed_to_whom_it_must_be_on_postgresql() {
    walk(&Line::on_postgres());
}

#[test]
fn the_same_key_twice_makes_one_listing() {
    let line = Line::on_sqlite();
    line.add_account("lumen", "estate", "BE");
    let token = format!("Bearer {}", token(&line, "lumen", "agent"));
    let served = line.serve();
    let body = r#"{"category":"house","status":"live","reference":"K","values":{"price":{"minor":100,"currency":"EUR"}}}"#;
    let headers = [("Authorization", token.as_str()), ("Idempotency-Key", "k1")];
    let first = served.ask(
        "POST",
        "localhost",
        "/api/v1/account/listings",
        &headers,
        body,
    );
    let second = served.ask(
        "POST",
        "localhost",
        "/api/v1/account/listings",
        &headers,
        body,
    );
    assert_eq!((first.0, &first.2), (201, &second.2));
    let other = served.ask(
        "POST",
        "localhost",
        "/api/v1/account/listings",
        &headers,
        "{}",
    );
    assert_eq!(other.0, 409, "the same key with another body");
}
