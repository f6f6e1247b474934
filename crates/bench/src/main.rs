//! The figures: data from a seed, the real server over loopback, processor time per operation read
//! from the operating system beside wall time. One JSON line for each figure.

#[path = "../../entremise/tests/chromium/mod.rs"]
mod chromium;
mod client;
mod export;
mod figures;
mod load;
mod mixed;
mod night;
mod peer;
mod server;
mod stock;
mod weight;

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Parser;
use figures::Figures;
use serde_json::{Value, json};
use server::{Server, children_cpu_s, command};
use stock::{Form, Morning};

/// Measures the product against itself at several sizes, and against its peers
#[derive(Parser)]
struct Line {
    /// How many listings, one run for each
    #[arg(long, value_delimiter = ',', default_value = "1000,100000")]
    listings: Vec<usize>,
    /// Seconds of the connection churn
    #[arg(long, default_value_t = 10)]
    churn_s: u64,
    /// Weigh pages in Chromium too
    #[arg(long)]
    browser: bool,
    /// The folder of a peer, whose `run.sh bench` runs in the same job; may be given several times
    #[arg(long, value_name = "DIR")]
    peer: Vec<PathBuf>,
    /// The night of 400 dealers too, and the first import from every format
    #[arg(long)]
    night: bool,
    /// Files for portals too
    #[arg(long)]
    export: bool,
    /// How often we and the peers take turns; the best of each counts
    #[arg(long, default_value_t = 1)]
    rounds: usize,
}

fn main() -> std::io::Result<()> {
    let line = Line::parse();
    let (mut figures, mut told) = (Figures::default(), Vec::new());
    let largest = line.listings.iter().copied().max().unwrap_or_default();
    for _ in 0..line.rounds {
        for n in &line.listings {
            run(*n, &line, &mut figures)?;
        }
        if line.night {
            every_form(&mut figures)?;
            night::night(&mut figures)?;
        }
        for folder in &line.peer {
            told.extend(peer::run(folder, largest)?);
        }
    }
    figures.slopes();
    peer::ratios(&figures, &told);
    Ok(())
}

fn run(n: usize, line: &Line, figures: &mut Figures) -> std::io::Result<()> {
    figures.n = n;
    let folder = tempfile::tempdir()?;
    let data = folder.path();
    add_account(data, "dealer", "auto")?;
    add_account(data, "agency", "estate")?;
    imports(data, n, figures)?;
    let words = [
        "token",
        "add",
        "--account",
        "dealer",
        "--role",
        "agent",
        "--json",
    ];
    let token: Value = serde_json::from_slice(&command(data, &words)?).unwrap_or_default();
    let server = start(data, "start.rebuilding", figures)?;
    server.stop()?;
    let server = start(data, "start", figures)?;
    figures.tell("memory.started", 0.0, json!({ "rss_mb": server.rss_mb() }));
    load::pages(&server, n, figures)?;
    let token = token["token"].as_str().unwrap_or_default();
    load::visible(&server, token, figures)?;
    load::churn(&server, line.churn_s, figures);
    let file = data.join("first.csv");
    mixed::mixed(&server, data, &file, token, line.churn_s, figures)?;
    if line.browser {
        weight::weight(&server, figures);
    }
    figures.tell("memory", 0.0, json!({ "rss_mb": server.rss_mb() }));
    server.stop()?;
    if line.export {
        export::export(data, n, figures)?;
    }
    Ok(())
}

fn add_account(data: &Path, slug: &str, vertical: &str) -> std::io::Result<()> {
    let words = [
        "account",
        "add",
        slug,
        "--vertical",
        vertical,
        "--country",
        "FR",
    ];
    command(data, &words).map(drop)
}

/// The first night, the same file again, the next morning's, and a feed of XML.
fn imports(data: &Path, n: usize, figures: &mut Figures) -> std::io::Result<()> {
    let (first, second) = (data.join("first.csv"), data.join("second.csv"));
    stock::write_cars(&first, n, Morning::First)?;
    stock::write_cars(&second, n, Morning::Second)?;
    import(data, &first, "dealer", "import.full", "created", n, figures)?;
    import(
        data,
        &first,
        "dealer",
        "import.unchanged",
        "unchanged",
        n,
        figures,
    )?;
    import(
        data,
        &second,
        "dealer",
        "import.rediff",
        "changed",
        n,
        figures,
    )?;
    import(
        data,
        &second,
        "dealer",
        "import.rediff.again",
        "unchanged",
        n,
        figures,
    )?;
    let feed = data.join("feed.xml");
    let n = (n / 10).max(100);
    stock::write_kyero(&feed, n)?;
    import(data, &feed, "agency", "import.xml", "created", n, figures)?;
    import(
        data,
        &feed,
        "agency",
        "import.xml.unchanged",
        "unchanged",
        n,
        figures,
    )
}

/// The same cars from every format, and properties with 500 fields.
fn every_form(figures: &mut Figures) -> std::io::Result<()> {
    const CARS: usize = 30_000;
    const PROPERTIES: usize = 5_000;
    let forms = [
        ("csv", Form::Csv),
        ("json", Form::Json),
        ("xml", Form::Xml),
        ("xlsx", Form::Xlsx),
    ];
    for (name, form) in forms {
        let folder = tempfile::tempdir()?;
        let data = folder.path();
        add_account(data, "dealer", "auto")?;
        let file = data.join(format!("cars.{name}"));
        stock::write_cars_as(&file, CARS, form)?;
        figures.n = CARS;
        let figure = format!("import.form.{name}");
        import(data, &file, "dealer", &figure, "created", CARS, figures)?;
        let figure = format!("import.form.{name}.unchanged");
        import(data, &file, "dealer", &figure, "unchanged", CARS, figures)?;
    }
    let folder = tempfile::tempdir()?;
    let data = folder.path();
    add_account(data, "agency", "estate")?;
    let file = data.join("wide.csv");
    stock::write_wide_properties(&file, PROPERTIES)?;
    figures.n = PROPERTIES;
    import(
        data,
        &file,
        "agency",
        "import.wide",
        "created",
        PROPERTIES,
        figures,
    )
}

fn import(
    data: &Path,
    file: &Path,
    account: &str,
    name: &str,
    counted: &str,
    rows: usize,
    figures: &mut Figures,
) -> std::io::Result<()> {
    let (before, started) = (children_cpu_s(), Instant::now());
    let file = file.display().to_string();
    let report = command(data, &["import", &file, "--account", account, "--json"])?;
    let (cpu, wall) = (children_cpu_s() - before, started.elapsed().as_secs_f64());
    let report: Value = serde_json::from_slice(&report).unwrap_or_default();
    let rate = (rows as f64 / cpu.max(0.01)).round();
    let more =
        json!({ "rows": rows, "rows_cpu_s": rate, "wall_s": wall, counted: report[counted] });
    figures.tell(name, cpu * 1e6 / rows as f64, more);
    Ok(())
}

fn start(data: &Path, name: &str, figures: &mut Figures) -> std::io::Result<Server> {
    let started = Instant::now();
    let server = Server::start(data)?;
    let wall = started.elapsed().as_secs_f64();
    figures.tell(name, server.cpu_s() * 1e6, json!({ "wall_s": wall }));
    Ok(server)
}
