//! A day at its busiest: visitors, agents, robots that connect anew each time, and an import, all
//! at once over one server.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::Client;
use crate::figures::{Figures, at};
use crate::load::HOST;
use crate::server::{Server, command};

const IDLE: usize = 3_000;
const CONNECTIONS_PER_S: u64 = 1_500;
const WORKERS: u64 = 10;
const PAGES_PER_S: u64 = 200;
const AGENTS_PER_S: u64 = 40;

/// What one kind of caller saw.
#[derive(Default)]
struct Seen {
    times: Vec<u64>,
    errors: usize,
}

/// `file` is imported into `dealer` meanwhile.
pub fn mixed(
    server: &Server,
    data: &Path,
    file: &Path,
    token: &str,
    seconds: u64,
    figures: &mut Figures,
) -> std::io::Result<()> {
    let idle: Vec<_> = (0..IDLE)
        .filter_map(|_| std::net::TcpStream::connect(&server.address).ok())
        .collect();
    let over = AtomicBool::new(false);
    let before = server.cpu_s();
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let (pages, agents, fresh) = std::thread::scope(|scope| {
        let over = &over;
        let pages: Vec<_> = (0..2)
            .map(|k| {
                scope.spawn(move || {
                    let path = |n: usize| format!("/en/search?q=gps&price_min={}", k * 10_000 + n);
                    paced(server, PAGES_PER_S / 2, true, "", over, path)
                })
            })
            .collect();
        let agents = scope.spawn(|| {
            let path = |n: usize| format!("/api/v1/account/listings?limit=20&q=V{n}");
            paced(server, AGENTS_PER_S, true, &bearer, over, path)
        });
        let fresh: Vec<_> = (0..WORKERS)
            .map(|_| {
                scope.spawn(move || {
                    let each = CONNECTIONS_PER_S / WORKERS;
                    paced(server, each, false, "Connection: close\r\n", over, |_| {
                        "/en/".into()
                    })
                })
            })
            .collect();
        let importing = scope.spawn(|| {
            let file = file.display().to_string();
            command(data, &["import", &file, "--account", "dealer", "--json"])
        });
        std::thread::sleep(Duration::from_secs(seconds));
        let _ = importing.join();
        over.store(true, Ordering::Relaxed);
        let one = |workers: Vec<std::thread::ScopedJoinHandle<'_, Seen>>| {
            let mut all = Seen::default();
            for seen in workers.into_iter().filter_map(|w| w.join().ok()) {
                all.times.extend(seen.times);
                all.errors += seen.errors;
            }
            all.times.sort_unstable();
            all
        };
        (one(pages), one(vec![agents]), one(fresh))
    });
    let cpu = server.cpu_s() - before;
    for (name, seen) in [
        ("mixed.pages", pages),
        ("mixed.agents", agents),
        ("mixed.connections", fresh),
    ] {
        let (p50, p99) = (at(&seen.times, 50), at(&seen.times, 99));
        let more = json!({ "ops": seen.times.len(), "p50_us": p50, "p99_us": p99, "errors": seen.errors, "open": idle.len(), "server_cpu_s": cpu });
        figures.tell(name, 0.0, more);
    }
    Ok(())
}

/// So many a second, each at its time whatever the one before took, until it is over.
fn paced(
    server: &Server,
    per_s: u64,
    keep: bool,
    headers: &str,
    over: &AtomicBool,
    path: impl Fn(usize) -> String,
) -> Seen {
    let mut seen = Seen::default();
    let (started, mut client) = (Instant::now(), None);
    let headers = format!("Accept-Encoding: gzip, deflate, br, zstd\r\n{headers}");
    for n in 0.. {
        let due = started + Duration::from_micros(1_000_000 * n / per_s);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        if over.load(Ordering::Relaxed) {
            break;
        }
        let asked = match client.take().filter(|_| keep) {
            Some(client) => Ok(client),
            None => Client::to(&server.address, HOST),
        };
        let answer = asked.and_then(|mut c| {
            let answer = c.ask("GET", &path(n as usize), &headers, "")?;
            client = Some(c);
            Ok(answer.status)
        });
        seen.errors += usize::from(!answer.is_ok_and(|status| status == 200));
        // From when it was due: a queue counts.
        seen.times.push(due.elapsed().as_micros() as u64);
    }
    seen
}
