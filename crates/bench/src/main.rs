//! The figures: data from a seed, the real server over loopback, processor time per operation read
//! from the operating system beside wall time. One JSON line for each figure.

mod client;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use clap::Parser;
use client::{Client, load};
use serde_json::{Value, json};

/// Measures the product against itself at several sizes.
#[derive(Parser)]
struct Line {
    /// How many listings, one run for each
    #[arg(long, value_delimiter = ',', default_value = "1000,100000")]
    listings: Vec<usize>,
    /// Seconds of the connection churn
    #[arg(long, default_value_t = 10)]
    churn_s: u64,
    /// A peer's run.sh to run in the same job
    #[arg(long)]
    peer: Option<PathBuf>,
}

const TICKS_PER_SECOND: f64 = 100.0;
const CONNECTIONS: usize = 8;
const HOST: &str = "auto.localhost";

fn main() -> std::io::Result<()> {
    let line = Line::parse();
    let mut curves: Vec<(String, usize, f64)> = Vec::new();
    for n in &line.listings {
        run(*n, line.churn_s, &mut curves)?;
    }
    slopes(&curves);
    if let Some(peer) = &line.peer {
        println!(
            "{}",
            json!({ "name": "peer", "path": peer.display().to_string(), "calib": calib() })
        );
        Command::new("bash").arg(peer).status()?;
    }
    Ok(())
}

fn run(n: usize, churn_s: u64, curves: &mut Vec<(String, usize, f64)>) -> std::io::Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("stock.csv");
    write_stock(&file, n)?;
    let mut tell = |name: &str, cpu_us: f64, more: Value| {
        let mut figure = json!({ "name": name, "n": n, "cpu_us_op": (cpu_us * 10.0).round() / 10.0, "calib": calib() });
        if let (Some(figure), Some(more)) = (figure.as_object_mut(), more.as_object()) {
            figure.extend(more.clone());
        }
        println!("{figure}");
        curves.push((name.to_owned(), n, cpu_us));
    };
    command(
        folder.path(),
        &[
            "account",
            "add",
            "dealer",
            "--vertical",
            "auto",
            "--country",
            "FR",
        ],
    )?;
    for (name, label) in [
        ("import.full", "created"),
        ("import.unchanged", "unchanged"),
    ] {
        let (before, started) = (children_cpu_s(), Instant::now());
        let report = command(
            folder.path(),
            &[
                "import",
                &file.display().to_string(),
                "--account",
                "dealer",
                "--json",
            ],
        )?;
        let (cpu, wall) = (children_cpu_s() - before, started.elapsed().as_secs_f64());
        let report: Value = serde_json::from_slice(&report).unwrap_or_default();
        let rate = n as f64 / cpu.max(0.01);
        tell(
            name,
            cpu * 1e6 / n as f64,
            json!({ "rows_cpu_s": rate.round(), "wall_s": wall, label: report[label], "inner_s": report["seconds"] }),
        );
    }
    let token = command(
        folder.path(),
        &[
            "token",
            "add",
            "--account",
            "dealer",
            "--role",
            "agent",
            "--json",
        ],
    )?;
    let token: Value = serde_json::from_slice(&token).unwrap_or_default();
    let started = Instant::now();
    let server = Server::start(folder.path())?;
    tell(
        "start",
        server.cpu_s() * 1e6,
        json!({ "wall_s": started.elapsed().as_secs_f64() }),
    );
    pages(&server, n, &mut tell)?;
    visible(
        &server,
        token["token"].as_str().unwrap_or_default(),
        &mut tell,
    )?;
    churn(&server, churn_s, &mut tell);
    tell("memory", 0.0, json!({ "rss_mb": server.rss_mb() }));
    Ok(())
}

fn pages(
    server: &Server,
    n: usize,
    tell: &mut impl FnMut(&str, f64, Value),
) -> std::io::Result<()> {
    let mut client = Client::to(&server.address, HOST)?;
    let mut items = Vec::new();
    for page in 0..25 {
        let offset = page * n.saturating_sub(100) / 25;
        let answer = client.get(&format!(
            "/api/v1/listings?vertical=auto&limit=40&cursor={offset}"
        ))?;
        let found: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let ids = found["listings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|l| l["id"].as_str().map(|i| format!("/en/x-{i}")));
        items.extend(ids);
    }
    items.truncate(500);
    // Distinct filters each time: nothing comes from the page cache at its first asking.
    let browse = |k: usize| {
        format!(
            "/en/search?make={}&price_min={}",
            MAKES[k % MAKES.len()].0,
            100 + k
        )
    };
    let filter = |k: usize| {
        format!(
            "/en/search?make={}&fuel=diesel&gearbox=manual&price_max={}&year_min={}",
            MAKES[k % MAKES.len()].0,
            8_000 + k * 7,
            2005 + k % 12
        )
    };
    let text = |k: usize| {
        format!(
            "/en/search?q={}&price_max={}",
            WORDS[k % WORDS.len()],
            9_000 + k
        )
    };
    let whole = |k: usize| format!("/en/search?price_min={k}");
    let sets: [(&str, Vec<String>); 6] = [
        ("page.item", items.clone()),
        ("page.item.again", items),
        ("page.browse", (0..400).map(browse).collect()),
        ("page.filter", (0..400).map(filter).collect()),
        ("page.text", (0..400).map(text).collect()),
        ("page.facets.all", (0..200).map(whole).collect()),
    ];
    for (name, paths) in sets {
        let before = server.cpu_s();
        let (times, bytes, errors) = load(&server.address, HOST, &paths, CONNECTIONS);
        let cpu = (server.cpu_s() - before) * 1e6 / paths.len().max(1) as f64;
        tell(
            name,
            cpu,
            json!({ "ops": paths.len(), "p50_us": at(&times, 50), "p99_us": at(&times, 99), "bytes_op": bytes / paths.len().max(1), "errors": errors }),
        );
    }
    Ok(())
}

/// An edit by the API, then the search until it shows: as a user would see it.
fn visible(
    server: &Server,
    token: &str,
    tell: &mut impl FnMut(&str, f64, Value),
) -> std::io::Result<()> {
    let mut client = Client::to(&server.address, HOST)?;
    let found = client.get("/api/v1/listings?vertical=auto&limit=50")?;
    let found: Value = serde_json::from_slice(&found.body).unwrap_or_default();
    let ids: Vec<&str> = found["listings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|l| l["id"].as_str())
        .collect();
    let headers = format!("Authorization: Bearer {token}\r\nContent-Type: application/json\r\n");
    let (mut times, before) = (Vec::new(), server.cpu_s());
    for (edit, id) in ids.iter().cycle().take(100).enumerate() {
        let price = 77_000_000 + edit * 100;
        let body =
            format!("{{\"values\":{{\"price\":{{\"minor\":{price},\"currency\":\"EUR\"}}}}}}");
        let started = Instant::now();
        let done = client.ask(
            "PATCH",
            &format!("/api/v1/account/listings/{id}"),
            &headers,
            &body,
        )?;
        assert_eq!(done.status, 200, "{}", String::from_utf8_lossy(&done.body));
        let wanted = format!(
            "/api/v1/listings?vertical=auto&price_min={0}&price_max={0}&limit=1",
            price / 100
        );
        while !client
            .get(&wanted)?
            .body
            .starts_with(b"{\"cursor\":null,\"facets\"")
            || !String::from_utf8_lossy(&client.get(&wanted)?.body).contains("\"total\":1")
        {
            if started.elapsed().as_secs() > 5 {
                break;
            }
        }
        times.push(started.elapsed().as_micros() as u64);
    }
    times.sort_unstable();
    let cpu = (server.cpu_s() - before) * 1e6 / times.len().max(1) as f64;
    tell(
        "visible",
        cpu,
        json!({ "p50_us": at(&times, 50), "p99_us": at(&times, 99), "edits": times.len() }),
    );
    Ok(())
}

/// A new connection for each request, 50 at once, while 3,000 others stay open.
fn churn(server: &Server, seconds: u64, tell: &mut impl FnMut(&str, f64, Value)) {
    let idle: Vec<_> = (0..3_000)
        .filter_map(|_| std::net::TcpStream::connect(&server.address).ok())
        .collect();
    let before = server.cpu_s();
    let until = Instant::now() + std::time::Duration::from_secs(seconds);
    let counts: Vec<(usize, usize)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..50)
            .map(|_| {
                scope.spawn(|| {
                    let (mut good, mut bad) = (0, 0);
                    while Instant::now() < until {
                        let asked = Client::to(&server.address, HOST).and_then(|mut c| {
                            c.ask(
                                "GET",
                                "/en/",
                                "Accept-Encoding: br\r\nConnection: close\r\n",
                                "",
                            )
                        });
                        if asked.is_ok_and(|a| a.status == 200) {
                            good += 1
                        } else {
                            bad += 1
                        }
                    }
                    (good, bad)
                })
            })
            .collect();
        workers.into_iter().filter_map(|w| w.join().ok()).collect()
    });
    let (good, bad) = counts
        .into_iter()
        .fold((0, 0), |(g, b), (x, y)| (g + x, b + y));
    let cpu = (server.cpu_s() - before) * 1e6 / good.max(1) as f64;
    tell(
        "conn.churn",
        cpu,
        json!({ "per_s": good as u64 / seconds.max(1), "errors": bad, "open": idle.len(), "seconds": seconds }),
    );
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(data: &Path) -> std::io::Result<Server> {
        let mut command = program(data, &["serve", "--listen", "127.0.0.1:0", "--json"]);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut first = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut first)?;
        }
        let told: Value = serde_json::from_str(&first).unwrap_or_default();
        let address = told["listening"].as_str().unwrap_or_default().to_owned();
        Ok(Server { child, address })
    }

    /// User and system time so far.
    fn cpu_s(&self) -> f64 {
        let stat =
            fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        ticks(&stat, 11) + ticks(&stat, 12)
    }

    fn rss_mb(&self) -> u64 {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status
            .lines()
            .find(|l| l.starts_with("VmRSS:"))
            .unwrap_or_default();
        line.split_whitespace()
            .nth(1)
            .and_then(|kb| kb.parse::<u64>().ok())
            .unwrap_or(0)
            / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The user and system time of the children that have ended.
fn children_cpu_s() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    ticks(&stat, 13) + ticks(&stat, 14)
}

/// A field of /proc/PID/stat, counted from behind the name.
fn ticks(stat: &str, field: usize) -> f64 {
    let behind = stat.rsplit(") ").next().unwrap_or_default();
    behind
        .split(' ')
        .nth(field)
        .and_then(|t| t.parse::<f64>().ok())
        .unwrap_or(0.0)
        / TICKS_PER_SECOND
}

fn program(data: &Path, words: &[&str]) -> Command {
    let beside = std::env::current_exe()
        .ok()
        .and_then(|e| Some(e.parent()?.join("entremise")));
    let mut command = Command::new(beside.unwrap_or_else(|| "entremise".into()));
    command
        .args(words)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn command(data: &Path, words: &[&str]) -> std::io::Result<Vec<u8>> {
    let output = program(data, words).output()?;
    assert!(output.status.success(), "{words:?} failed");
    Ok(output.stdout)
}

/// Millions of bytes a second of one hashing thread: how busy the machine is.
fn calib() -> u64 {
    let bytes = vec![7u8; 16 << 20];
    let started = Instant::now();
    let _ = blake3::hash(&bytes);
    (16.0 / started.elapsed().as_secs_f64()) as u64
}

fn at(sorted: &[u64], percent: usize) -> u64 {
    sorted
        .get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0)
}

/// The slope of log cost against log size, for each figure that was taken at several sizes.
fn slopes(curves: &[(String, usize, f64)]) {
    let mut names: Vec<&str> = curves.iter().map(|(name, _, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let mut points: Vec<(f64, f64)> = curves
            .iter()
            .filter(|(m, _, c)| m == name && *c > 0.0)
            .map(|(_, n, c)| ((*n as f64).ln(), c.ln()))
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let (Some(first), Some(last)) = (points.first(), points.last())
            && last.0 > first.0
        {
            let slope = (last.1 - first.1) / (last.0 - first.0);
            println!(
                "{}",
                json!({ "name": format!("{name}.slope"), "slope": (slope * 100.0).round() / 100.0 })
            );
        }
    }
}

const MAKES: [(&str, &str); 12] = [
    ("volkswagen", "Golf"),
    ("renault", "Clio"),
    ("peugeot", "208"),
    ("bmw", "X1"),
    ("audi", "A3"),
    ("ford", "Focus"),
    ("opel", "Corsa"),
    ("toyota", "Yaris"),
    ("citroen", "C3"),
    ("fiat", "500"),
    ("dacia", "Duster"),
    ("skoda", "Octavia"),
];
const WORDS: [&str; 16] = [
    "climatisation",
    "garantie",
    "revision",
    "cuir",
    "panoramique",
    "attelage",
    "premiere",
    "carnet",
    "distribution",
    "pneus",
    "gps",
    "camera",
    "economique",
    "familiale",
    "citadine",
    "routiere",
];

/// A stock of cars with 60 columns and about 800 bytes a row; the same for the same size.
fn write_stock(path: &Path, n: usize) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(fs::File::create(path)?);
    let named = "reference,marque,modele,version,prix,kilometrage,annee,carburant,boite,puissance din,portes,places,couleur,code postal,ville,description";
    let extra: Vec<String> = (0..44).map(|c| format!("info {c}")).collect();
    writeln!(out, "{named},{}", extra.join(","))?;
    let mut state: u64 = 20_250_101;
    let mut dice = move |end: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % end.max(1)
    };
    let towns = [
        ("75011", "Paris"),
        ("69003", "Lyon"),
        ("13001", "Marseille"),
        ("59000", "Lille"),
        ("33000", "Bordeaux"),
        ("44000", "Nantes"),
        ("67000", "Strasbourg"),
    ];
    for row in 0..n {
        let (make, model) = MAKES[dice(MAKES.len())];
        let (code, town) = towns[dice(towns.len())];
        let words: Vec<&str> = (0..14).map(|_| WORDS[dice(WORDS.len())]).collect();
        let fuel = ["essence", "diesel", "hybride", "electrique"][dice(4)];
        let gearbox = ["manuelle", "automatique"][dice(2)];
        let colour = ["noir", "blanc", "gris", "bleu", "rouge"][dice(5)];
        write!(
            out,
            "V{row},{make},{model},1.{} phase {},{},{},{},{fuel},{gearbox},{},{},5,{colour},{code},{town},{}",
            dice(9),
            dice(3),
            1_500 + dice(40_000),
            dice(250_000),
            2004 + dice(20),
            60 + dice(200),
            3 + dice(3),
            words.join(" "),
        )?;
        for _ in 0..44 {
            write!(out, ",{:08}", dice(99_999_999))?;
        }
        writeln!(out)?;
    }
    out.flush()
}
