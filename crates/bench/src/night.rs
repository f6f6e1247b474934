//! The dealers' night: every account's file lies in its folder, and one of them is poisoned.

use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::figures::Figures;
use crate::server::{Server, command};
use crate::stock::{self, Morning};

const DEALERS: usize = 400;
const CARS: usize = 750;
const PATIENCE: Duration = Duration::from_secs(600);

pub fn night(figures: &mut Figures) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path();
    for dealer in 0..DEALERS {
        let slug = format!("dealer-{dealer}");
        let words = [
            "account",
            "add",
            &slug,
            "--vertical",
            "auto",
            "--country",
            "FR",
        ];
        command(data, &words)?;
    }
    let before = data.join("stock.csv");
    stock::write_cars(&before, CARS, Morning::First)?;
    let poison: Vec<u8> = (0u32..200_000)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    for dealer in 0..DEALERS {
        let own = data.join(format!("incoming/dealer-{dealer}"));
        fs::create_dir_all(&own)?;
        match dealer {
            7 => fs::write(own.join("stock.csv"), &poison)?,
            _ => fs::copy(&before, own.join("stock.csv")).map(drop)?,
        }
    }
    figures.n = DEALERS * CARS;
    run(data, "import.night", figures)?;
    // The next night brings the next morning's stock.
    stock::write_cars(&before, CARS, Morning::Second)?;
    for dealer in 0..DEALERS {
        let own = data.join(format!("incoming/dealer-{dealer}"));
        fs::copy(&before, own.join("stock.csv")).map(drop)?;
    }
    run(data, "import.night.next", figures)
}

fn run(data: &Path, name: &str, figures: &mut Figures) -> io::Result<()> {
    let server = Server::start(data)?;
    let started = Instant::now();
    let (mut most, mut seen) = (0, 0);
    loop {
        let waiting = waiting(&server.address)?;
        seen = seen.max(waiting);
        most = most.max(server.rss_mb());
        let all_came = fs::read_dir(data.join("incoming"))?
            .flatten()
            .all(|own| !own.path().join("stock.csv").exists());
        if (all_came && waiting == 0) || started.elapsed() > PATIENCE {
            break;
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    let wall = started.elapsed().as_secs_f64();
    let cpu = server.cpu_s();
    let health = get(&server.address, "/healthz")?;
    let told = json!({ "wall_s": wall, "cpu_s": cpu, "rss_mb_max": most, "waiting_max": seen, "health": health });
    figures.tell(name, cpu * 1e6 / (DEALERS * CARS) as f64, told);
    server.stop()
}

/// Files that are still to be worked, as the server's figures tell.
fn waiting(address: &str) -> io::Result<u64> {
    let told = get(address, "/metrics")?;
    let due = told.lines().filter(|l| {
        l.starts_with("entremise_jobs{") && l.contains("\"arrival\"") && l.contains("waiting")
    });
    let numbers = due.filter_map(|l| l.rsplit(' ').next()?.parse::<f64>().ok());
    Ok(numbers.sum::<f64>() as u64)
}

fn get(address: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer
        .split_once("\r\n\r\n")
        .map_or(String::new(), |(_, body)| body.to_owned()))
}
