//! What the operating system says of this process. Zeros where it says nothing.

use std::fs;

#[derive(Clone, Copy, Debug, Default)]
pub struct Process {
    pub resident_bytes: u64,
    pub cpu_seconds: f64,
    pub open_files: u64,
    pub threads: u64,
}

/// Linux counts processor time for programs in hundredths of a second, on every machine.
const TICKS_A_SECOND: f64 = 100.0;

pub fn now() -> Process {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let figure = |name: &str| {
        let line = status.lines().find_map(|l| l.strip_prefix(name));
        let number = line.and_then(|l| l.split_whitespace().next()?.parse::<u64>().ok());
        number.unwrap_or(0)
    };
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in brackets may hold blanks; what follows it is numbers, from the third on.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let rest: Vec<&str> = rest.split_whitespace().collect();
    let ticks = |at: usize| rest.get(at).and_then(|t| t.parse::<f64>().ok());
    Process {
        resident_bytes: figure("VmRSS:") * 1_024,
        cpu_seconds: (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / TICKS_A_SECOND,
        open_files: fs::read_dir("/proc/self/fd").map_or(0, |files| files.count() as u64),
        threads: figure("Threads:"),
    }
}
