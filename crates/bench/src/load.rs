//! What visitors and an agent do: pages, edits, and connections that come and go.

use std::time::Instant;

use serde_json::{Value, json};

use crate::client::{Client, load};
use crate::figures::{Figures, at};
use crate::server::Server;
use crate::stock::{MAKES, WORDS};

const CONNECTIONS: usize = 8;
pub const HOST: &str = "auto.localhost";

pub fn pages(server: &Server, n: usize, figures: &mut Figures) -> std::io::Result<()> {
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
        figures.tell(
            name,
            cpu,
            json!({ "ops": paths.len(), "p50_us": at(&times, 50), "p99_us": at(&times, 99), "bytes_op": bytes / paths.len().max(1), "errors": errors }),
        );
    }
    Ok(())
}

/// An edit by the API, then the search until it shows: as a user would see it.
pub fn visible(server: &Server, token: &str, figures: &mut Figures) -> std::io::Result<()> {
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
    figures.tell(
        "visible",
        cpu,
        json!({ "p50_us": at(&times, 50), "p99_us": at(&times, 99), "edits": times.len() }),
    );
    Ok(())
}

/// A new connection for each request, 50 at once, while 3,000 others stay open.
pub fn churn(server: &Server, seconds: u64, figures: &mut Figures) {
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
                                "Accept-Encoding: gzip, deflate, br, zstd\r\nConnection: close\r\n",
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
    figures.tell(
        "conn.churn",
        cpu,
        json!({ "per_s": good as u64 / seconds.max(1), "errors": bad, "open": idle.len(), "seconds": seconds }),
    );
}
