//! The whole road in a real browser: a file becomes live pages, somebody asks, the office answers.

mod line;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use line::{Line, houses};
use serde_json::{Value, json};

/// Chromium, spoken to by WebDriver (W3C).
struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    fn open() -> Browser {
        let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = free.local_addr().expect("its address").port();
        drop(free);
        let mut command = Command::new("chromedriver");
        command
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let driver = command
            .spawn()
            .expect("chromedriver is installed (make test installs it)");
        let profile = tempfile::tempdir().expect("a folder");
        let mut browser = Browser {
            driver,
            port,
            session: String::new(),
            _profile: profile,
        };
        let deadline = Instant::now() + Duration::from_secs(30);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "chromedriver does not answer");
            std::thread::yield_now();
        }
        let folder = browser._profile.path().display().to_string();
        let options = json!({ "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--window-size=1440,1400", format!("--user-data-dir={folder}"),
        ]});
        let wish = json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome", "goog:chromeOptions": options } } });
        let told = browser.send("POST", "/session", &wish);
        browser.session = told["sessionId"]
            .as_str()
            .unwrap_or_else(|| panic!("no session: {told}"))
            .to_owned();
        browser
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if method == "GET" {
            String::new()
        } else {
            body.to_string()
        };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(body.as_bytes()).expect("sent");
        let mut answer = String::new();
        let mut reader = std::io::BufReader::new(stream);
        let mut length = None;
        loop {
            let mut line = String::new();
            std::io::BufRead::read_line(&mut reader, &mut line).expect("a header");
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        reader
            .take(length.unwrap_or(0))
            .read_to_string(&mut answer)
            .expect("an answer");
        let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
        answer["value"].clone()
    }

    fn call(&self, method: &str, path: &str, body: Value) -> Value {
        let told = self.send(method, &format!("/session/{}{path}", self.session), &body);
        assert!(told["error"].is_null(), "{method} {path} {body}: {told}");
        told
    }

    fn go(&self, address: &str) {
        self.call("POST", "/url", json!({ "url": address }));
    }

    fn find(&self, css: &str) -> String {
        let told = self.call(
            "POST",
            "/element",
            json!({ "using": "css selector", "value": css }),
        );
        told.as_object()
            .and_then(|o| o.values().next())
            .and_then(Value::as_str)
            .expect("an element")
            .to_owned()
    }

    fn click(&self, css: &str) {
        let element = self.find(css);
        self.call("POST", &format!("/element/{element}/click"), json!({}));
    }

    fn write(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.call("POST", &format!("/element/{element}/clear"), json!({}));
        self.call(
            "POST",
            &format!("/element/{element}/value"),
            json!({ "text": text }),
        );
    }

    fn choose_file(&self, css: &str, path: &str) {
        let element = self.find(css);
        self.call(
            "POST",
            &format!("/element/{element}/value"),
            json!({ "text": path }),
        );
    }

    fn run(&self, script: &str) -> Value {
        self.call(
            "POST",
            "/execute/sync",
            json!({ "script": script, "args": [] }),
        )
    }

    fn text(&self) -> String {
        self.run("return document.body.innerText")
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until the page says something; a navigation may be under way.
    fn reads(&self, words: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.text().contains(words) {
            assert!(
                Instant::now() < deadline,
                "“{words}” never came:\n{}",
                self.text()
            );
        }
    }

    /// Keeps a picture when SHOTS names a folder to look at them.
    fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("SHOTS") else {
            return;
        };
        for width in [1440, 390] {
            self.call(
                "POST",
                "/window/rect",
                json!({ "width": width, "height": 1400 }),
            );
            let told = self.call("GET", "/screenshot", json!({}));
            let path = std::path::Path::new(&folder).join(format!("{name}-{width}.png.b64"));
            std::fs::write(path, told.as_str().unwrap_or_default()).expect("a picture");
        }
        self.call(
            "POST",
            "/window/rect",
            json!({ "width": 1440, "height": 1400 }),
        );
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.send("DELETE", &format!("/session/{}", self.session), &json!({}));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

#[test]
fn a_file_becomes_live_pages_a_feed_and_an_answered_enquiry() {
    let line = Line::on_sqlite();
    line.add_account("lumen", "estate", "BE");
    line.command(&[
        "user",
        "add",
        "anna@lumen.example",
        "--account",
        "lumen",
        "--role",
        "manager",
        "--name",
        "Anna",
    ])
    .env("PASSWORD", "a long pass phrase")
    .output()
    .expect("a user");
    let file = line.write("houses.csv", &houses(60));
    let served = line.serve();
    let (office, site) = (
        format!("http://office.localhost:{}", served.port()),
        format!("http://immo.localhost:{}", served.port()),
    );
    let browser = Browser::open();

    browser.go(&office);
    browser.picture("sign-in");
    browser.write("input[name=email]", "anna@lumen.example");
    browser.write("input[name=password]", "a long pass phrase");
    browser.click("button");
    browser.reads("lumen");
    browser.picture("inbox-empty");

    browser.go(&format!("{office}/imports"));
    browser.choose_file("input[type=file]", &file.display().to_string());
    browser.reads("houses.csv");
    browser.picture("import-preview");
    browser.click(".sticky button");
    browser.reads("60");

    browser.go(&format!("{site}/en/search?near=Gent"));
    browser.reads("15 results");
    browser.picture("results");
    browser.click(".card h3 a");
    browser.reads("Ask a question");
    browser.picture("listing");
    std::thread::sleep(Duration::from_millis(2_100));
    browser.write("input[name=name]", "Ada Byron");
    browser.write("input[name=email]", "ada@example.org");
    browser.write("textarea", "Is it still free?");
    browser.click(".ask button");
    browser.reads("Sent");

    browser.go(&office);
    browser.click("tbody a");
    browser.reads("Is it still free?");
    browser.picture("lead");
    browser.write("textarea", "Yes, come on Saturday.");
    browser.click(".sticky button");
    browser.reads("Yes, come on Saturday.");

    browser.go(&format!("{office}/listings"));
    browser.picture("listings");
    browser.click("tbody a");
    browser.write("input[name=v_price]", "777000");
    browser.picture("listing-edit");
    browser.click(".sticky button");
    browser.reads("listing.changed");
    let (status, feed) = served.get("localhost", "/feeds/kyero/lumen");
    assert!(status == 200 && feed.contains("<price>777000</price>"));
    let loud = browser.run("return performance.getEntriesByType('resource').filter(r => !r.name.includes('localhost')).length");
    assert_eq!(loud, 0, "nothing is fetched from anybody else");
}
