//! Mail over SMTP to a server that somebody else wrote, and what keeps forms and doors in peace.

mod line;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use line::{Line, Served, houses, listing_in};

const IMMO: &str = "immo.localhost";

/// Python's aiosmtpd, which keeps what it gets in a Maildir.
struct Postbox {
    child: Child,
    port: u16,
    folder: std::path::PathBuf,
}

impl Postbox {
    fn open(folder: &Path, port: u16) -> Postbox {
        let folder = folder.join("mails");
        let mut command = Command::new("/usr/bin/python3");
        command.args(["-m", "aiosmtpd", "-n", "-l", &format!("127.0.0.1:{port}")]);
        command
            .args(["-c", "aiosmtpd.handlers.Mailbox"])
            .arg(&folder);
        let child = command
            .stdin(Stdio::null())
            .spawn()
            .expect("aiosmtpd starts");
        until("aiosmtpd listens", || {
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        Postbox {
            child,
            port,
            folder,
        }
    }

    /// The mails that have arrived, by their texts.
    fn mails(&self) -> Vec<String> {
        let files = fs::read_dir(self.folder.join("new"))
            .into_iter()
            .flatten()
            .flatten();
        files
            .filter_map(|f| fs::read_to_string(f.path()).ok())
            .collect()
    }
}

impl Drop for Postbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "{what}: not within 30 s");
        std::thread::yield_now();
    }
}

/// An agency with listings and an agent.
fn agency(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    let words = [
        "user",
        "add",
        "anna@lumen.example",
        "--account",
        "lumen",
        "--role",
        "agent",
    ];
    line.json(&words);
    line.import(&line.write("houses.csv", &houses(30)), "lumen");
}

/// The address of a listing, and the token of its form as somebody has it who took his time.
fn a_form(line: &Line, served: &Served, host: &str) -> (String, String) {
    let (_, page) = served.get(host, "/fr/search");
    let href = page
        .split('"')
        .find(|p| p.starts_with("/fr/") && p.contains("lst_"));
    let href = href.expect("a listing").to_owned();
    let token = line.form_of(listing_in(&href));
    (href, token)
}

fn send(served: &Served, host: &str, (href, token): &(String, String), name: &str) -> u16 {
    let body = format!(
        "name={name}&email=ada%40example.org&text=Est-elle+libre+%3F+Je+suis+{name}.&form={token}"
    );
    served.ask("POST", host, href, &[], &body).0
}

#[test]
fn an_enquiry_reaches_the_agent_and_the_answer_reaches_the_visitor_by_smtp() {
    for line in [Line::on_sqlite(), Line::on_postgres()] {
        agency(&line);
        let postbox = Postbox::open(line.data.path(), free_port());
        let relay = format!("127.0.0.1:{}", postbox.port);
        let served = line.serve_with(&["--smtp", &relay, "--mail-from", "post@entremise.example"]);
        let host = format!("{IMMO}:{}", served.port());
        let form = a_form(&line, &served, &host);
        assert_eq!(send(&served, &host, &form, "Ada+Byron"), 303);
        let mails = until("two mails", || {
            Some(postbox.mails()).filter(|m| m.len() == 2)
        });
        let to = |address: &str| {
            let mail = mails
                .iter()
                .find(|m| m.contains(&format!("\nTo: {address}")));
            mail.unwrap_or_else(|| panic!("no mail to {address}: {mails:?}"))
        };
        let (visitors, agents) = (to("ada@example.org"), to("anna@lumen.example"));
        for mail in [visitors, agents] {
            assert!(mail.contains("<post@entremise.example>"), "{mail}");
            assert!(mail.contains("Message-ID: <"), "{mail}");
        }
        assert!(agents.contains("Reply-To: ada@example.org"), "{agents}");
        assert!(
            visitors.contains("Reply-To: anna@lumen.example"),
            "{visitors}"
        );

        let leads = line.json(&["enquiry", "list", "--account", "lumen"]);
        let lead = leads["enquiries"][0]["id"].as_str().expect("a lead");
        line.json(&["enquiry", "answer", lead, "--text", "Oui, venez samedi."]);
        let mails = until("the answer", || {
            Some(postbox.mails()).filter(|m| m.len() == 3)
        });
        assert!(mails.iter().any(|m| m.contains("Oui, venez samedi.")));
        until("all are told to be sent", || {
            let thread = line.json(&["enquiry", "show", lead]);
            let mails = thread["mails"].as_array().cloned().unwrap_or_default();
            mails.iter().all(|m| m["state"] == "sent").then_some(())
        });
    }
}

#[test]
fn mail_waits_for_a_relay_that_is_away_and_is_sent_once() {
    let line = Line::on_sqlite();
    agency(&line);
    let port = free_port();
    let served = line.serve_with(&["--smtp", &format!("127.0.0.1:{port}")]);
    let host = format!("{IMMO}:{}", served.port());
    let form = a_form(&line, &served, &host);
    assert_eq!(send(&served, &host, &form, "Ada"), 303);
    // Tried in vain by now, or tried later for the first time: it arrives once either way.
    let postbox = Postbox::open(line.data.path(), port);
    until("both mails", || {
        Some(()).filter(|()| postbox.mails().len() == 2)
    });
}

#[test]
fn guessing_a_password_ends_after_ten_tries_and_others_still_get_in() {
    let line = Line::on_sqlite();
    agency(&line);
    line.json(&[
        "user",
        "add",
        "bob@lumen.example",
        "--account",
        "lumen",
        "--role",
        "agent",
        "--password",
        "a long enough one",
    ]);
    let served = line.serve();
    let host = format!("office.localhost:{}", served.port());
    let try_in = |email: &str, password: &str| {
        let body = format!("{{\"email\":\"{email}\",\"password\":\"{password}\"}}");
        let json = ("Content-Type", "application/json");
        let same = ("Sec-Fetch-Site", "same-origin");
        served
            .ask("POST", &host, "/api/v1/session", &[json, same], &body)
            .0
    };
    let statuses: Vec<u16> = (0..12)
        .map(|n| try_in("anna@lumen.example", &format!("guess {n}")))
        .collect();
    assert!(
        statuses[..10]
            .iter()
            .all(|s| *s == 422 || *s == 403 || *s == 409 || *s == 401),
        "{statuses:?}"
    );
    assert_eq!(statuses[10..], [429, 429]);
    assert_eq!(try_in("bob@lumen.example", "a long enough one"), 200);
}

#[test]
fn twenty_enquiries_an_hour_from_one_place_are_enough_and_more_are_kept_apart() {
    let line = Line::on_sqlite();
    agency(&line);
    let served = line.serve();
    let host = format!("{IMMO}:{}", served.port());
    let form = a_form(&line, &served, &host);
    for n in 0..23 {
        assert_eq!(send(&served, &host, &form, &format!("Ada+{n}")), 303);
    }
    let state = |state: &str| {
        let leads = line.json(&["enquiry", "list", "--account", "lumen", "--state", state]);
        leads["enquiries"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((state("new"), state("spam")), (20, 3));
}

#[test]
fn a_site_of_a_folder_answers_under_its_own_name_and_an_edit_is_taken_over() {
    let line = Line::on_sqlite();
    agency(&line);
    let folder = line.data.path().join("sites");
    fs::create_dir(&folder).expect("a folder");
    let site = |brand: &str| {
        format!(
            "key = \"villas\"\nhosts = [\"www.villas.example\"]\nbrand = \"{brand}\"\nvertical = \"estate\"\nlanguages = [\"nl\", \"fr\"]\nlanguage = \"nl\"\n"
        )
    };
    fs::write(folder.join("villas.toml"), site("Villas")).expect("a site");
    let served = line.serve_with(&["--sites", &folder.display().to_string()]);
    let (status, page) = served.get("www.villas.example", "/nl/");
    assert_eq!(status, 200);
    assert!(page.contains("https://www.villas.example/fr/") && page.contains("Villas"));
    assert_eq!(
        served
            .get(&format!("villas.localhost:{}", served.port()), "/nl/")
            .0,
        200
    );
    fs::write(folder.join("villas.toml"), "key = 7").expect("a bad edit");
    assert_eq!(served.get("www.villas.example", "/nl/").0, 200);
    fs::write(folder.join("villas.toml"), site("Landhuizen")).expect("an edit");
    until("the new name", || {
        let (_, page) = served.get("www.villas.example", "/nl/");
        page.contains("Landhuizen").then_some(())
    });
}
