//! Chromium, driven for the tests.
#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Chromium, spoken to by WebDriver (W3C).
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    pub fn open() -> Browser {
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

    pub fn go(&self, address: &str) {
        self.call("POST", "/url", json!({ "url": address }));
    }

    pub fn find(&self, css: &str) -> String {
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

    pub fn click(&self, css: &str) {
        let element = self.find(css);
        self.call("POST", &format!("/element/{element}/click"), json!({}));
    }

    pub fn write(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.call("POST", &format!("/element/{element}/clear"), json!({}));
        self.call(
            "POST",
            &format!("/element/{element}/value"),
            json!({ "text": text }),
        );
    }

    pub fn choose_file(&self, css: &str, path: &str) {
        let element = self.find(css);
        self.call(
            "POST",
            &format!("/element/{element}/value"),
            json!({ "text": path }),
        );
    }

    pub fn run(&self, script: &str) -> Value {
        self.call(
            "POST",
            "/execute/sync",
            json!({ "script": script, "args": [] }),
        )
    }

    pub fn text(&self) -> String {
        self.run("return document.body.innerText")
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    /// Waits until the page says something; a navigation may be under way.
    pub fn reads(&self, words: &str) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.text().contains(words) {
            assert!(
                Instant::now() < deadline,
                "“{words}” never came:\n{}",
                self.text()
            );
        }
    }

    /// Looks until there is something to be seen.
    pub fn until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(found) = look() {
                return found;
            }
            assert!(
                Instant::now() < deadline,
                "{what} never came:\n{}",
                self.text()
            );
        }
    }

    /// A key on whatever has the focus, by its WebDriver code.
    pub fn press(&self, key: &str) {
        let keys = json!([{ "type": "keyDown", "value": key }, { "type": "keyUp", "value": key }]);
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": keys }] });
        self.call("POST", "/actions", actions);
    }

    /// Empties the cache.
    pub fn forget(&self) {
        self.cdp("Network.clearBrowserCache", json!({}));
    }

    /// Slows the network down to a round trip in milliseconds and bytes a second.
    pub fn behind(&self, latency: u32, download: u32) {
        let conditions = json!({
            "offline": false, "latency": latency, "downloadThroughput": download, "uploadThroughput": download / 4,
        });
        self.cdp("Network.enable", json!({}));
        self.cdp("Network.emulateNetworkConditions", conditions);
    }

    fn cdp(&self, cmd: &str, params: Value) {
        let body = json!({ "cmd": cmd, "params": params });
        self.call("POST", "/goog/cdp/execute", body);
    }

    /// Keeps a picture when SHOTS names a folder to look at them.
    pub fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("SHOTS") else {
            return;
        };
        for width in [1440, 390] {
            self.resize(width);
            let told = self.call("GET", "/screenshot", json!({}));
            let path = std::path::Path::new(&folder).join(format!("{name}-{width}.png.b64"));
            std::fs::write(path, told.as_str().unwrap_or_default()).expect("a picture");
        }
        self.resize(1440);
    }

    pub fn resize(&self, width: u32) {
        let size = json!({ "width": width, "height": 1400 });
        self.call("POST", "/window/rect", size);
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
