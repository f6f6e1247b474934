//! kill -9 of the whole program, and a disk without room: nothing lost, nothing doubled, nobody's stock
//! emptied, everybody told.

mod line;

use std::io::{BufRead, BufReader, Cursor, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

use line::{Line, eventually, houses};
use serde_json::Value;
use testkit::SmallDisk;

const ROWS: usize = 20_000;
const PICTURES: u32 = 40;

fn arrivals(line: &Line) -> Vec<(String, String)> {
    let told = line.json(&["arrivals", "list", "--account", "lumen"]);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let came = told["arrivals"].as_array().expect("a list").iter();
    came.map(|a| (text(&a["name"]), text(&a["state"])))
        .collect()
}

/// Rows, journal and index tell the same, and the checkup finds no fault.
fn is_well(line: &Line, listings: usize) {
    let rebuilt = line.json(&["rebuild", "search", "--compare"]);
    assert_eq!(rebuilt["agrees"], true, "{rebuilt}");
    assert_eq!(rebuilt["listings"], listings);
    let doctor = line.run(&["doctor", "--json"]);
    let told: Value = serde_json::from_slice(&doctor.stdout).expect("JSON");
    for name in ["database", "migrations", "journal", "index"] {
        let mut checks = told["checks"].as_array().expect("checks").iter();
        let check = checks.find(|c| c["check"] == name).expect("a check");
        assert_eq!(check["state"], "ok", "{check}");
    }
}

fn killed_in_a_delivery(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    let folder = line.data.path().join("incoming/lumen");
    std::fs::create_dir_all(&folder).expect("the account's folder");
    std::fs::write(folder.join("night.csv"), houses(ROWS)).expect("a delivery");
    let listings = "SELECT COUNT(*) FROM listing";
    for done in [0, 2_000, 4_000] {
        let served = line.serve();
        line.has_begun(&format!("SELECT COUNT(*) - {done} FROM listing"));
        served.kill();
        drop(served);
        assert!(line.count(listings) < ROWS as i64, "it was done before");
        assert_eq!(arrivals(line)[0].1, "waiting");
        line.minutes_pass();
    }
    let served = line.serve();
    line.has_begun("SELECT COUNT(*) FROM arrival WHERE state <> 'waiting'");
    served.stop();
    assert_eq!(
        arrivals(line),
        [("night.csv".to_owned(), "imported".to_owned())]
    );
    assert_eq!(line.count(listings), ROWS as i64);
    for (told, times) in [
        ("fact = 'listing.created'", ROWS as i64),
        ("fact = 'arrival.imported'", 1),
        ("fact = 'batch.applied'", 1),
    ] {
        let sql = format!("SELECT COUNT(*) FROM journal WHERE {told}");
        assert_eq!(line.count(&sql), times, "{told}");
    }
    is_well(line, ROWS);
}

/// A server of pictures that answers some, and the rest when somebody lets it.
struct Gallery {
    at: SocketAddr,
    mood: Arc<(Mutex<Mood>, Condvar)>,
}

#[derive(Default)]
struct Mood {
    asked: Vec<String>,
    answers: usize,
}

impl Gallery {
    fn open(answers: usize) -> Gallery {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let at = listener.local_addr().expect("its address");
        let mood = Mood {
            answers,
            ..Mood::default()
        };
        let mood = Arc::new((Mutex::new(mood), Condvar::new()));
        let own = mood.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let mood = own.clone();
                std::thread::spawn(move || answer(stream, &mood));
            }
        });
        Gallery { at, mood }
    }

    /// Waits until it has been asked more often than it answers.
    fn is_full(&self) {
        let (mood, changed) = &*self.mood;
        let mut mood = mood.lock().expect("its mood");
        while mood.asked.len() <= mood.answers {
            mood = changed.wait(mood).expect("its mood");
        }
    }

    /// Answers all from now on; what it was asked until now.
    fn go_on(&self) -> Vec<String> {
        let (mood, changed) = &*self.mood;
        let mut mood = mood.lock().expect("its mood");
        mood.answers = usize::MAX;
        changed.notify_all();
        std::mem::take(&mut mood.asked)
    }
}

fn answer(mut stream: TcpStream, mood: &(Mutex<Mood>, Condvar)) {
    let mut lines = BufReader::new(stream.try_clone().expect("the stream")).lines();
    let asked = lines.next().and_then(Result::ok).unwrap_or_default();
    while lines
        .next()
        .and_then(Result::ok)
        .is_some_and(|l| !l.is_empty())
    {}
    let path = asked.split(' ').nth(1).unwrap_or_default().to_owned();
    let (mood, changed) = mood;
    let mut now = mood.lock().expect("its mood");
    now.asked.push(path.clone());
    let turn = now.asked.len();
    changed.notify_all();
    while turn > now.answers {
        now = changed.wait(now).expect("its mood");
    }
    drop(now);
    let width = path.trim_matches(|c: char| !c.is_ascii_digit()).parse();
    let picture = png(width.unwrap_or(1));
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        picture.len()
    );
    let _ = stream.write_all(&[head.as_bytes(), &picture].concat());
}

fn png(width: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = image::DynamicImage::new_rgb8(width, 2);
    let written = picture.write_to(&mut bytes, image::ImageFormat::Png);
    written.expect("a picture");
    bytes.into_inner()
}

fn killed_at_pictures(line: &Line) {
    line.add_account("lumen", "estate", "BE");
    let gallery = Gallery::open(10);
    let mut text = String::from("reference;type;price;postcode;town;photo\n");
    for n in 1..=PICTURES {
        let at = gallery.at;
        text += &format!(
            "R{n};house;{}000;1000;Bruxelles;http://{at}/{n}.png\n",
            200 + n
        );
    }
    line.import(&line.write("stock.csv", &text), "lumen");
    let served = line.serve_with(&["--fetch-private"]);
    gallery.is_full();
    served.kill();
    drop(served);
    let asked = gallery.go_on();
    assert!(asked.len() < PICTURES as usize, "it was done before");
    line.minutes_pass();
    let served = line.serve_with(&["--fetch-private"]);
    line.has_begun(&format!(
        "SELECT CAST(SUM(fetched) AS BIGINT) - {PICTURES} + 1 FROM photo_errand"
    ));
    served.stop();
    for sql in [
        "SELECT COUNT(*) FROM photo_address",
        "SELECT COUNT(DISTINCT object) FROM photo_address",
        "SELECT COUNT(*) FROM listing WHERE photos LIKE '%\"object\"%'",
    ] {
        assert_eq!(line.count(sql), i64::from(PICTURES), "{sql}");
    }
    for sql in [
        "SELECT COUNT(*) FROM photo_failure",
        "SELECT COUNT(*) FROM photo_errand WHERE waiting > 0 OR failed > 0",
    ] {
        assert_eq!(line.count(sql), 0, "{sql}");
    }
    let mut again = gallery.go_on();
    again.sort();
    let of_all = again.len();
    again.dedup();
    assert_eq!(of_all, again.len(), "each once after the restart");
    assert!(
        of_all < PICTURES as usize,
        "what was here was not asked again"
    );
    is_well(line, PICTURES as usize);
}

/// A dealer's mail program, as far as it goes.
struct Postman(BufReader<TcpStream>);

impl Postman {
    fn to(port: &str) -> Postman {
        let stream = eventually(|| TcpStream::connect(format!("127.0.0.1:{port}")).ok());
        let mut postman = Postman(BufReader::new(stream));
        postman.hear();
        postman.say("EHLO dealer.example");
        postman
    }

    fn hear(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).expect("an answer");
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }

    fn say(&mut self, text: &str) -> String {
        let stream = self.0.get_mut();
        stream.write_all(text.as_bytes()).expect("said");
        stream.write_all(b"\r\n").expect("said");
        self.hear()
    }

    /// The answer to a whole mail.
    fn send(&mut self, to: &str, stock: &str) -> String {
        self.say("MAIL FROM:<stock@dealer.example>");
        let known = self.say(&format!("RCPT TO:<{to}@in.example>"));
        if !known.starts_with("250") {
            return known;
        }
        self.say("DATA");
        self.say(&format!(
            "Subject: Stock\r\nMIME-Version: 1.0\r\nContent-Type: text/csv; name=stock.csv\r\n\
             Content-Disposition: attachment; filename=stock.csv\r\n\r\n{stock}\r\n."
        ))
    }
}

fn without_room(line: &Line, disk: &SmallDisk) {
    line.add_account("lumen", "estate", "BE");
    let first = line.write("first.csv", &houses(200));
    // Many enough that they find no room in what is left of a page.
    let second = line.write("second.csv", &houses(3_000));
    assert_eq!(line.import(&first, "lumen")["created"], 200);
    let source = [
        "source",
        "add",
        "post",
        "--account",
        "lumen",
        "--way",
        "mail",
    ];
    let source = line.json(&source);
    let login = source["source"]["login"].as_str().expect("an address");
    let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr());
    let port = port.expect("a port").port().to_string();
    let served = line.serve_with(&["--mail-in", &port]);
    let mut postman = Postman::to(&port);
    let host = format!("immo.localhost:{}", served.port());
    assert_eq!(served.get(&host, "/fr").0, 200);

    disk.fill();
    let said = postman.send(login, &houses(3_000));
    assert!(said.starts_with('4'), "he may try again: {said}");
    let file = second.display().to_string();
    let failed = line.run(&["import", &file, "--account", "lumen"]);
    let said = String::from_utf8_lossy(&failed.stderr).into_owned();
    if line.database.is_none() {
        assert_eq!(failed.status.code(), Some(1), "{said}");
        assert!(said.contains("full") || said.contains("No space"), "{said}");
    }
    assert_eq!(
        served.get(&host, "/fr").0,
        200,
        "whoever visits notices nothing"
    );

    disk.free();
    let said = eventually(|| {
        let said = Postman::to(&port).send(login, &houses(3_000));
        said.starts_with("250").then_some(said)
    });
    assert!(said.starts_with("250"), "{said}");
    line.has_begun("SELECT COUNT(*) FROM arrival WHERE name = 'Stock.eml' AND state <> 'waiting'");
    served.stop();
    line.import(&second, "lumen");
    assert_eq!(line.count("SELECT COUNT(*) FROM listing"), 3_000);
    let mails = arrivals(line)
        .into_iter()
        .filter(|(name, _)| name == "Stock.eml");
    let states: Vec<String> = mails.map(|(_, state)| state).collect();
    assert!(
        states == ["imported"] || states == ["unchanged"],
        "{states:?}"
    );
    is_well(line, 3_000);
}

#[test]
fn a_program_killed_in_a_delivery_goes_on_after_its_restart_on_sqlite() {
    killed_in_a_delivery(&Line::on_sqlite());
}

#[test]
fn a_program_killed_in_a_delivery_goes_on_after_its_restart_on_postgresql() {
    killed_in_a_delivery(&Line::on_postgres());
}

#[test]
fn a_program_killed_at_its_pictures_goes_on_after_its_restart_on_sqlite() {
    killed_at_pictures(&Line::on_sqlite());
}

#[test]
fn a_program_killed_at_its_pictures_goes_on_after_its_restart_on_postgresql() {
    killed_at_pictures(&Line::on_postgres());
}

#[test]
fn a_disk_without_room_loses_nothing_and_mends_by_itself_on_sqlite() {
    let Some(disk) = SmallDisk::of(64 << 20) else {
        return;
    };
    without_room(&Line::on_sqlite().on_disk(disk.path()), &disk);
}

#[test]
fn a_disk_without_room_loses_nothing_and_mends_by_itself_on_postgresql() {
    let Some(disk) = SmallDisk::of(64 << 20) else {
        return;
    };
    without_room(&Line::on_postgres().on_disk(disk.path()), &disk);
}
