//! Files for portals: written the first time, fetched whole, and after some of the stock changed.

use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::figures::Figures;
use crate::server::{Server, command};
use crate::stock::{self, Morning};

const FORMS: [(&str, &str); 3] = [
    (
        "csv",
        "format = \"table\"\nmedia_type = \"text/csv\"\n[table]\nheader = true\n",
    ),
    (
        "xml",
        "format = \"xml\"\nmedia_type = \"application/xml\"\n[xml]\nelement = \"car\"\nhead = \"<cars>\\n\"\ntail = \"</cars>\\n\"\n",
    ),
    (
        "json",
        "format = \"json\"\nmedia_type = \"application/json\"\n",
    ),
];
const ABOUT: &str = "about = { fr = \"-\", nl = \"-\", en = \"-\", de = \"-\" }\nverticals = [\"auto\"]\nway = \"pull\"\n";
/// As many columns as a portal's table of cars has.
const RECORD: &str = r#"[record]
reference = "reference"
make = "make"
model = "model"
version = "version"
price = "price"
currency = "price.currency"
mileage = "mileage"
fuel = "fuel"
gearbox = "gearbox"
power = "power_hp"
doors = "doors"
seats = "seats"
colour = "color"
year = "year"
country = "place.country"
postcode = "place.postcode"
town = "place.town"
status = "status"
category = "category"
updated = { of = "updated_at", write = "%Y-%m-%d %H:%M:%S" }
description = { of = "description", max = 2000 }
"#;
const PATIENCE: Duration = Duration::from_secs(900);

/// Works on a stock of `n` cars of the account `dealer`, which are there already.
pub fn export(data: &Path, n: usize, figures: &mut Figures) -> io::Result<()> {
    let folder = data.join("portals");
    let record = known_fields();
    for (form, text) in FORMS {
        let own = folder.join(format!("bench-{form}"));
        fs::create_dir_all(&own)?;
        let about = format!("key = \"bench-{form}\"\nlabel = \"Bench {form}\"\n{ABOUT}{text}");
        fs::write(own.join("portal.toml"), about)?;
        fs::write(own.join("record.toml"), &record)?;
    }
    let portals = folder.display().to_string();
    for (form, _) in FORMS {
        let key = format!("bench-{form}");
        command(
            data,
            &[
                "channel",
                "add",
                &key,
                "--account",
                "dealer",
                "--portals",
                &portals,
            ],
        )?;
    }
    let words = ["--portals", portals.as_str()];
    let (server, idle) = (Server::start_with(data, &words)?, Instant::now());
    written(data, &portals, n)?;
    let rows = (n * FORMS.len()) as f64;
    told(figures, "export.write", server.cpu_s(), rows, idle, 0);
    let files = addresses(data, &portals)?;
    for (form, path) in &files {
        fetch(&server, path, &format!("export.first.{form}"), n, figures)?;
    }
    for (form, path) in &files {
        fetch(&server, path, &format!("export.{form}"), n, figures)?;
    }
    // One in a hundred has another price.
    let (changed, file) = ((n / 100).max(10), data.join("changed.csv"));
    stock::write_cars(&file, changed, Morning::Second)?;
    let (before, begun) = (server.cpu_s(), Instant::now());
    let name = file.display().to_string();
    command(
        data,
        &[
            "import",
            &name,
            "--account",
            "dealer",
            "--json",
            "--partial",
        ],
    )?;
    let due = settled(data, &portals)?;
    let cpu = server.cpu_s() - before;
    told(
        figures,
        "export.changed",
        cpu,
        due.max(1) as f64,
        begun,
        due,
    );
    server.stop()
}

/// The record with the fields that this dictionary has.
fn known_fields() -> String {
    let dictionary = dictionary::Dictionary::embedded();
    let vertical = dictionary.vertical("auto").expect("cars");
    let known = |line: &&str| {
        let source = line.split('"').nth(1).unwrap_or_default();
        let field = source.split('.').next().unwrap_or_default();
        let own = ["reference", "status", "category", "updated_at", "place"];
        line.starts_with('[') || own.contains(&field) || vertical.field(field).is_some()
    };
    RECORD.lines().filter(known).collect::<Vec<_>>().join("\n")
}

fn list(data: &Path, portals: &str) -> io::Result<Vec<Value>> {
    let words = [
        "channel",
        "list",
        "--account",
        "dealer",
        "--json",
        "--portals",
        portals,
    ];
    let told: Value = serde_json::from_slice(&command(data, &words)?).unwrap_or_default();
    Ok(told["channels"].as_array().cloned().unwrap_or_default())
}

/// Waits until every listing has its record on every channel.
fn written(data: &Path, portals: &str, n: usize) -> io::Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        let channels = list(data, portals)?;
        let count = |c: &Value| {
            c["counts"]
                .as_object()
                .map_or(0, |c| c.values().filter_map(Value::as_u64).sum())
        };
        if channels.iter().map(count).min().unwrap_or(0) as usize >= n {
            return Ok(());
        }
        assert!(Instant::now() < end, "records are written in time");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Waits until no more publications become due; how many are.
fn settled(data: &Path, portals: &str) -> io::Result<u64> {
    let changing = |channels: &[Value]| -> u64 {
        let count = |c: &Value| {
            c["counts"]["changing"].as_u64().unwrap_or(0)
                + c["counts"]["queued"].as_u64().unwrap_or(0)
        };
        channels.iter().map(count).sum()
    };
    let (mut last, mut same) = (0, 0);
    loop {
        std::thread::sleep(Duration::from_millis(300));
        let now = changing(&list(data, portals)?);
        same = if now == last && now > 0 { same + 1 } else { 0 };
        if same >= 4 {
            return Ok(now);
        }
        last = now;
    }
}

fn addresses(data: &Path, portals: &str) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for channel in list(data, portals)? {
        let id = channel["channel"]["id"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let form = channel["channel"]["portal"]
            .as_str()
            .unwrap_or_default()
            .replace("bench-", "");
        let words = [
            "channel",
            "show",
            &id,
            "--json",
            "--limit",
            "1",
            "--portals",
            portals,
        ];
        let told: Value = serde_json::from_slice(&command(data, &words)?).unwrap_or_default();
        files.push((form, told["file"].as_str().unwrap_or_default().to_owned()));
    }
    Ok(files)
}

fn fetch(
    server: &Server,
    path: &str,
    name: &str,
    n: usize,
    figures: &mut Figures,
) -> io::Result<()> {
    let (before, begun) = (server.cpu_s(), Instant::now());
    let mut stream = TcpStream::connect(&server.address)?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )?;
    let (mut bytes, mut piece) = (0, vec![0; 1 << 16]);
    loop {
        match stream.read(&mut piece)? {
            0 => break,
            read => bytes += read as u64,
        }
    }
    told(
        figures,
        name,
        server.cpu_s() - before,
        n as f64,
        begun,
        bytes,
    );
    Ok(())
}

fn told(figures: &mut Figures, name: &str, cpu: f64, rows: f64, begun: Instant, bytes: u64) {
    let rate = (rows / cpu.max(0.001)).round();
    let more = json!({ "rows": rows, "rows_cpu_s": rate, "wall_s": begun.elapsed().as_secs_f64(), "bytes": bytes });
    figures.tell(name, cpu * 1e6 / rows, more);
}
