//! The command line as scripts use it.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use store::Reads;

/// One deployment: a data folder and a database.
pub struct Line {
    pub data: tempfile::TempDir,
    pub database: Option<String>,
}

impl Line {
    pub fn on_sqlite() -> Line {
        Line {
            data: tempfile::tempdir().expect("a folder"),
            database: None,
        }
    }

    /// The same deployment with its data on some disk.
    pub fn on_disk(self, disk: &Path) -> Line {
        let data = tempfile::tempdir_in(disk).expect("a folder");
        Line { data, ..self }
    }

    pub fn on_postgres() -> Line {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let database = Some(runtime.block_on(testkit::fresh_postgres()));
        Line {
            data: tempfile::tempdir().expect("a folder"),
            database,
        }
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_entremise"));
        command.args(words).arg("--data").arg(self.data.path());
        if let Some(database) = &self.database {
            command.arg("--database").arg(database);
        }
        command
            .env_remove("DATA")
            .env_remove("DATABASE")
            .env_remove("LISTEN")
            .env_remove("ENTREMISE_SECRET_KEY");
        command.stdin(Stdio::null());
        command
    }

    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().expect("the program runs")
    }

    /// Runs with `--json` and returns what it printed; fails the test if the command failed.
    pub fn json(&self, words: &[&str]) -> Value {
        let output = self
            .command(words)
            .arg("--json")
            .output()
            .expect("the program runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words:?} failed: {said}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{words:?}: {e}: {said}"))
    }

    pub fn import(&self, file: &Path, account: &str) -> Value {
        self.json(&["import", &file.display().to_string(), "--account", account])
    }

    pub fn add_account(&self, slug: &str, vertical: &str, country: &str) {
        self.json(&[
            "account",
            "add",
            slug,
            "--vertical",
            vertical,
            "--country",
            country,
        ]);
    }

    pub fn write(&self, name: &str, text: &str) -> std::path::PathBuf {
        let path = self.data.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    /// The token of a listing's form that was shown ten seconds ago: people need a moment to write,
    /// and what is sent at once is kept apart.
    pub fn form_of(&self, listing: &str) -> String {
        self.within(async |store| {
            let secret = store.secret("form").await.expect("a secret");
            let shown = store.now().plus_ms(-10 * store::SECOND_MS);
            enquiries::FormToken(secret).make(shown, listing)
        })
    }

    /// Does something in the database behind the program's back.
    pub fn within<T>(&self, work: impl AsyncFnOnce(&store::Store) -> T) -> T {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let location = match &self.database {
            Some(url) => store::Location::parse(url).expect("a URL"),
            None => store::Location::Sqlite(self.data.path().join("entremise.db")),
        };
        runtime.block_on(async {
            let dice = store::Dice::fair().expect("entropy");
            let clock = store::Clock::Wall;
            let steps = server::migrations();
            let store = store::Store::open(&location, &steps, clock, dice).await;
            work(&store.expect("the database opens")).await
        })
    }

    /// The first number of the first row.
    pub fn count(&self, sql: &str) -> i64 {
        self.within(async |store| {
            let mut read = store.read(&store.operator()).await.expect("read");
            let row = read.one(sql, &[]).await.expect("asked");
            row.map_or(0, |row| row.int(0))
        })
    }

    /// Waits until what another process commits makes a count larger than nothing.
    pub fn has_begun(&self, sql: &str) {
        self.within(async |store| {
            let mut changed = store.changed();
            loop {
                let mut read = store.read(&store.operator()).await.expect("read");
                let row = read.one(sql, &[]).await.expect("asked");
                drop(read);
                if row.is_some_and(|row| row.int(0) > 0) {
                    return;
                }
                let soon = std::time::Duration::from_secs(120);
                let tick = tokio::time::timeout(soon, changed.changed()).await;
                tick.expect("it begins").expect("the database is there");
            }
        });
    }

    /// Claims and leases of whoever died are over, as some minutes later.
    pub fn minutes_pass(&self) {
        self.within(async |store| {
            let act = store::Act::by(store::Actor::System("story"));
            let mut tx = store.begin(&store.operator(), act).await.expect("tx");
            for sql in [
                "UPDATE job SET due = 0 WHERE state = 'due'",
                "UPDATE lease SET until = 0",
            ] {
                tx.execute(sql, &[]).await.expect("written");
            }
            tx.commit().await.expect("commit");
        });
    }

    /// Starts the server on a free port and waits until it says where it listens.
    pub fn serve(&self) -> Served {
        self.serve_with(&[])
    }

    pub fn serve_with(&self, words: &[&str]) -> Served {
        self.serve_among(words, &[])
    }

    /// With words and an environment of its own.
    pub fn serve_among(&self, words: &[&str], environment: &[(&str, &str)]) -> Served {
        use std::io::BufRead;
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0", "--json"]);
        command.args(words).envs(environment.iter().copied());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut first = String::new();
        let out = child.stdout.take().expect("its output");
        std::io::BufReader::new(out)
            .read_line(&mut first)
            .expect("a line");
        let told: Value = serde_json::from_str(&first).expect("the server tells its address");
        let address = told["listening"].as_str().expect("an address").to_owned();
        Served { child, address }
    }
}

pub struct Served {
    child: Child,
    pub address: String,
}

impl Served {
    /// kill -9, while others still hold it.
    pub fn kill(&self) {
        let id = self.child.id().to_string();
        let killed = Command::new("kill").args(["-9", &id]).status();
        assert!(killed.is_ok_and(|s| s.success()), "it is killed");
    }

    pub fn port(&self) -> u16 {
        self.address
            .rsplit(':')
            .next()
            .and_then(|p| p.parse().ok())
            .expect("a port")
    }

    /// Asks the server to end, and waits until it has put everything away.
    pub fn stop(mut self) {
        terminate(&self.child);
        self.child.wait().expect("it ends");
    }

    /// One request over its own connection: status, headers and body.
    pub fn ask(
        &self,
        method: &str,
        host: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> (u16, String, String) {
        self.bring(method, host, path, headers, body.as_bytes())
    }

    /// The same with a body that need not be text.
    pub fn bring(
        &self,
        method: &str,
        host: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> (u16, String, String) {
        use std::io::{Read, Write};
        let mut stream = std::net::TcpStream::connect(&self.address).expect("a connection");
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n",
            body.len()
        );
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).expect("sent");
        // A body that is refused unread may meet a closed door.
        let _ = stream.write_all(body);
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answered");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
        let status = head
            .split_whitespace()
            .nth(1)
            .and_then(|s| s.parse().ok())
            .unwrap_or(0);
        (status, head.to_owned(), body.to_owned())
    }

    pub fn get(&self, host: &str, path: &str) -> (u16, String) {
        let (status, _, body) = self.ask("GET", host, path, &[], "");
        (status, body)
    }
}

/// The polite end: SIGTERM.
pub fn terminate(child: &Child) {
    let pid = i32::try_from(child.id()).expect("a process");
    let pid = nix::unistd::Pid::from_raw(pid);
    nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGTERM).expect("told");
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The id of the listing that an address leads to.
pub fn listing_in(href: &str) -> &str {
    let at = href.find("lst_").expect("an address of a listing");
    &href[at..at + 30]
}

/// A believable file of houses: a number, a town, a price for each.
pub fn houses(count: usize) -> String {
    let towns = [
        ("9000", "Gent"),
        ("1000", "Bruxelles"),
        ("2000", "Antwerpen"),
        ("4000", "Liège"),
    ];
    let mut text = String::from("id,postal_code,city,property_type,price,living_area,bedrooms\n");
    for n in 0..count {
        let (code, town) = towns[n % towns.len()];
        text.push_str(&format!(
            "R{n},{code},{town},HOUSE,{},{},{}\n",
            150_000 + n * 10,
            80 + n % 90,
            1 + n % 5
        ));
    }
    text
}

/// Looks again and again until there is something to see.
pub fn eventually<T>(look: impl Fn() -> Option<T>) -> T {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(std::time::Instant::now() < deadline, "it never came");
        std::thread::yield_now();
    }
}
