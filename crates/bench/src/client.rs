//! A small keep-alive HTTP client, so that the load costs little beside the server.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

pub struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

pub struct Answer {
    pub status: u16,
    pub bytes: usize,
    pub body: Vec<u8>,
}

impl Client {
    pub fn to(address: &str, host: &str) -> std::io::Result<Client> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Client {
            stream: BufReader::with_capacity(64 << 10, stream),
            host: host.to_owned(),
        })
    }

    pub fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> std::io::Result<Answer> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (mut status, mut length, mut line) = (0, 0, String::new());
        loop {
            line.clear();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if status == 0 {
                status = line
                    .split(' ')
                    .nth(1)
                    .and_then(|s| s.parse().ok())
                    .unwrap_or(0);
            } else if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer {
            status,
            bytes: length,
            body,
        })
    }

    pub fn get(&mut self, path: &str) -> std::io::Result<Answer> {
        self.ask(
            "GET",
            path,
            "Accept-Encoding: gzip, deflate, br, zstd\r\n",
            "",
        )
    }
}

/// Asks all paths over `connections` connections; the times of each in microseconds, and bytes.
pub fn load(
    address: &str,
    host: &str,
    paths: &[String],
    connections: usize,
) -> (Vec<u64>, usize, usize) {
    let share = paths.len().div_ceil(connections);
    let parts: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = paths
            .chunks(share)
            .map(|part| {
                scope.spawn(move || {
                    let (mut times, mut bytes, mut errors) = (Vec::with_capacity(part.len()), 0, 0);
                    let Ok(mut client) = Client::to(address, host) else {
                        return (times, bytes, part.len());
                    };
                    for path in part {
                        let started = Instant::now();
                        match client.get(path) {
                            Ok(answer) if answer.status == 200 => bytes += answer.bytes,
                            _ => errors += 1,
                        }
                        times.push(started.elapsed().as_micros() as u64);
                    }
                    (times, bytes, errors)
                })
            })
            .collect();
        workers.into_iter().filter_map(|w| w.join().ok()).collect()
    });
    let mut all = Vec::new();
    let (mut bytes, mut errors) = (0, 0);
    for (times, b, e) in parts {
        all.extend(times);
        bytes += b;
        errors += e;
    }
    all.sort_unstable();
    (all, bytes, errors)
}
