//! One JSON line for each figure, and what is drawn from several of them.

use std::time::Instant;

use serde_json::{Value, json};

/// All that was measured in this job: name, size, and microseconds of processor time an operation.
#[derive(Default)]
pub struct Figures {
    /// The size of the run that is going on.
    pub n: usize,
    taken: Vec<(String, usize, f64)>,
}

impl Figures {
    pub fn tell(&mut self, name: &str, cpu_us: f64, more: Value) {
        let rounded = (cpu_us * 10.0).round() / 10.0;
        let mut figure =
            json!({ "name": name, "n": self.n, "cpu_us_op": rounded, "calib": calib() });
        if let (Some(figure), Some(more)) = (figure.as_object_mut(), more.as_object()) {
            figure.extend(more.clone());
        }
        println!("{figure}");
        self.taken.push((name.to_owned(), self.n, cpu_us));
    }

    /// The best that was measured of a name at the greatest size.
    pub fn best(&self, name: &str) -> Option<f64> {
        let of_name = || self.taken.iter().filter(|(m, _, c)| m == name && *c > 0.0);
        let n = of_name().map(|(_, n, _)| *n).max()?;
        let at_n = of_name().filter(|(_, m, _)| *m == n);
        at_n.map(|(_, _, c)| *c).min_by(f64::total_cmp)
    }

    /// The slope of log cost against log size, for each figure that was taken at several sizes.
    pub fn slopes(&self) {
        let mut names: Vec<&str> = self
            .taken
            .iter()
            .map(|(name, _, _)| name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let mut points: Vec<(f64, f64)> = self
                .taken
                .iter()
                .filter(|(m, _, c)| m == name && *c > 0.0)
                .map(|(_, n, c)| ((*n as f64).ln(), c.ln()))
                .collect();
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            if let (Some(first), Some(last)) = (points.first(), points.last())
                && last.0 > first.0
            {
                let slope = (last.1 - first.1) / (last.0 - first.0);
                let rounded = (slope * 100.0).round() / 100.0;
                println!(
                    "{}",
                    json!({ "name": format!("{name}.slope"), "slope": rounded })
                );
            }
        }
    }
}

/// Millions of bytes a second of one hashing thread: how busy the machine is.
pub fn calib() -> u64 {
    let bytes = vec![7u8; 16 << 20];
    let started = Instant::now();
    let _ = blake3::hash(&bytes);
    (16.0 / started.elapsed().as_secs_f64()) as u64
}

pub fn at(sorted: &[u64], percent: usize) -> u64 {
    sorted
        .get((sorted.len() * percent / 100).min(sorted.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0)
}
