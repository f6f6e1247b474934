//! The product as another process, and what the operating system says that it used.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::time::ClockId;
use nix::unistd::Pid;
use serde_json::Value;

const TICKS_PER_SECOND: f64 = 100.0;

/// The real server, started for this run and ended with it.
pub struct Server {
    child: Child,
    pub address: String,
}

impl Server {
    pub fn start(data: &Path) -> std::io::Result<Server> {
        Server::start_with(data, &[])
    }

    pub fn start_with(data: &Path, words: &[&str]) -> std::io::Result<Server> {
        let mut command = program(data, &["serve", "--listen", "127.0.0.1:0", "--json"]);
        command.args(words);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let mut first = String::new();
        if let Some(out) = child.stdout.take() {
            BufReader::new(out).read_line(&mut first)?;
        }
        let told: Value = serde_json::from_str(&first).unwrap_or_default();
        let address = told["listening"].as_str().unwrap_or_default().to_owned();
        Ok(Server { child, address })
    }

    /// User and system time so far, in nanoseconds' steps where the system tells them.
    pub fn cpu_s(&self) -> f64 {
        let pid = Pid::from_raw(self.child.id() as i32);
        if let Ok(spent) = ClockId::pid_cpu_clock_id(pid).and_then(ClockId::now) {
            return spent.tv_sec() as f64 + spent.tv_nsec() as f64 / 1e9;
        }
        let stat =
            fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        ticks(&stat, 11) + ticks(&stat, 12)
    }

    pub fn rss_mb(&self) -> u64 {
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

impl Server {
    /// Tells it to stop and waits until it has saved what it wants to keep.
    pub fn stop(mut self) -> std::io::Result<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").arg(pid).status()?;
        self.child.wait().map(drop)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The user and system time of the children that have ended.
pub fn children_cpu_s() -> f64 {
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

pub fn command(data: &Path, words: &[&str]) -> std::io::Result<Vec<u8>> {
    let output = program(data, words).output()?;
    assert!(output.status.success(), "{words:?} failed");
    Ok(output.stdout)
}
