//! The whole program takes a file by SFTP and mails out of a mailbox over TLS, and keeps the mailbox's
//! password where a thief of the database does not find it.

mod line;

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use line::{Line, eventually, houses};
use serde_json::Value;
use testkit::Dovecot;

fn came(line: &Line) -> Vec<(String, String)> {
    let told = line.json(&["arrivals", "list", "--account", "lumen"]);
    let came = told["arrivals"].as_array().expect("a list").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut came: Vec<_> = came
        .map(|a| (text(&a["name"]), text(&a["state"])))
        .collect();
    came.sort_unstable();
    came
}

fn pair(name: &str) -> (String, String) {
    (name.to_owned(), "imported".to_owned())
}

/// Sends a file as a dealer's program does.
fn send(line: &Line, port: &str, login: &str, password: &str) {
    let tell = line.write("tell", &format!("#!/bin/sh\necho {password}\n"));
    std::fs::set_permissions(&tell, std::fs::Permissions::from_mode(0o700)).expect("his");
    line.write("sent.csv", &houses(12));
    let batch = line.write(
        "batch",
        "put sent.csv sent.csv.part\nrename sent.csv.part sent.csv\n",
    );
    let sent = Command::new("sftp")
        .args(["-oBatchMode=no", "-oNumberOfPasswordPrompts=1"])
        .args([
            "-oStrictHostKeyChecking=no",
            "-oUserKnownHostsFile=/dev/null",
        ])
        .args(["-P", port, "-b"])
        .arg(batch)
        .arg(format!("{login}@127.0.0.1"))
        .current_dir(line.data.path())
        .env("SSH_ASKPASS", tell)
        .env("SSH_ASKPASS_REQUIRE", "force")
        .stdin(Stdio::null())
        .output()
        .expect("OpenSSH's sftp");
    assert!(
        sent.status.success(),
        "{}",
        String::from_utf8_lossy(&sent.stderr)
    );
}

/// Whether a word stands in any file, or any row, of the database.
fn is_written(line: &Line, word: &str) -> bool {
    if let Some(url) = &line.database {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let rows = runtime.block_on(testkit::every_row(url));
        return rows.iter().any(|row| row.contains(word));
    }
    let files = std::fs::read_dir(line.data.path()).expect("the data folder");
    let files = files.flatten().map(|f| f.path());
    let mut database = files.filter(|f| f.to_string_lossy().contains("entremise.db"));
    database.any(|file| {
        let bytes = std::fs::read(file).unwrap_or_default();
        bytes.windows(word.len()).any(|at| at == word.as_bytes())
    })
}

fn takes_files(line: &Line) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let dovecot = runtime.block_on(Dovecot::start_secured());
    let (plain, secured) = (dovecot.at.port(), dovecot.authority().display().to_string());
    line.add_account("lumen", "estate", "BE");
    let added = line.json(&[
        "source",
        "add",
        "night",
        "--account",
        "lumen",
        "--way",
        "sftp",
    ]);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let (login, password) = (text(&added["source"]["login"]), text(&added["password"]));
    // The server upgrades to TLS (STARTTLS), and its certificate is for its name.
    let address = format!("imap://stock@localhost:{plain}");
    let told = line.write("mailbox-password", &format!("{}\n", Dovecot::PASSWORD));
    let told = told.display().to_string();
    let words = [
        "source",
        "add",
        "post",
        "--account",
        "lumen",
        "--way",
        "imap",
    ];
    let more = [
        "--address",
        &address,
        "--password-from",
        &told,
        "--move-to",
        "Done",
    ];
    let post = line.json(&[&words[..], &more[..]].concat());
    assert_eq!(text(&post["source"]["address"]), format!("{address}/INBOX"));
    let key = std::fs::metadata(line.data.path().join("secret.key")).expect("the key");
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    dovecot.deliver("stock", "Monday", "stock.csv", &houses(5));

    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
    let port = port.expect("a port").port().to_string();
    let words = ["--sftp", &port, "--fetch-private"];
    let environment = [("SSL_CERT_FILE", secured.as_str())];
    let _served = line.serve_among(&words, &environment);
    send(line, &port, &login, &password);
    let both = [pair("Monday.eml"), pair("sent.csv")];
    eventually(|| (came(line) == both).then_some(()));
    eventually(|| (dovecot.seen("stock", ".Done") == [true]).then_some(()));
    dovecot.deliver("stock", "Tuesday", "stock.csv", &houses(6));
    // What is changed of a source is tried at once.
    let id = text(&post["source"]["id"]);
    line.json(&["source", "set", &id, "--at", ""]);
    let all = [pair("Monday.eml"), pair("Tuesday.eml"), pair("sent.csv")];
    eventually(|| (came(line) == all).then_some(()));
    assert!(!is_written(line, Dovecot::PASSWORD));
    assert!(
        is_written(line, "stock@localhost"),
        "it looks where such things are"
    );
}

#[test]
fn a_mailbox_is_added_in_the_office_and_what_was_typed_wrong_is_said_beside_it() {
    let line = Line::on_sqlite();
    line.add_account("lumen", "estate", "BE");
    let who = ["user", "add", "anna@lumen.example", "--account", "lumen"];
    let how = ["--role", "manager", "--password", "a long enough one"];
    line.json(&[&who[..], &how[..]].concat());
    let served = line.serve();
    let host = format!("office.localhost:{}", served.port());
    let same = ("Sec-Fetch-Site", "same-origin");
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    let typed = "email=anna@lumen.example&password=a+long+enough+one";
    let (_, head, _) = served.ask("POST", &host, "/sign-in", &[form, same], typed);
    let cookie = head.lines().find_map(|l| l.strip_prefix("set-cookie: "));
    let cookie = cookie.and_then(|c| c.split(';').next());
    let cookie = ("Cookie", cookie.expect("signed in"));
    let add = |way: &str, more: &str| {
        let body = format!("name=post-{way}&way={way}&{more}");
        let (status, _, page) = served.ask("POST", &host, "/sources", &[form, same, cookie], &body);
        (status, page)
    };
    let (status, page) = add("imap", "address=https://garage.be/&password=x");
    assert_eq!(status, 422);
    assert!(page.contains("imaps://stock@garage.be@imap.garage.be/INBOX"));
    assert!(page.contains("<option value=\"imap\" selected>"));
    let (status, page) = add(
        "imap",
        "address=imaps://stock@imap.garage.be/In&password=Gehe1m&move_to=Klaar",
    );
    assert_eq!(status, 200);
    assert!(page.contains("imaps://stock@imap.garage.be/In") && !page.contains("Gehe1m"));
    let (status, page) = add("sftp", "public_keys=");
    assert_eq!(status, 200);
    assert!(page.contains("sftp://lumen-post-sftp@…"), "{page}");
}

#[test]
fn files_come_by_sftp_and_from_a_mailbox_on_sqlite() {
    takes_files(&Line::on_sqlite());
}

#[test]
fn files_come_by_sftp_and_from_a_mailbox_on_postgresql() {
    takes_files(&Line::on_postgres());
}
