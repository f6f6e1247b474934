//! Runs what we are measured against in the same job, and prints the ratio.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::figures::Figures;

/// Words of a peer's label, and our figure for the same work.
const SAME: [(&[&str], &str); 8] = [
    (&["import feed0"], "import.full"),
    (&["import feed1 diff", "again"], "import.unchanged"),
    (&["item"], "page.item"),
    (&["browse"], "page.browse"),
    (&["filter"], "page.filter"),
    (&["text"], "page.text"),
    (&["facet"], "page.facets.all"),
    (&["churn"], "conn.churn"),
];

/// What a peer printed: a label and its microseconds of processor time an operation.
pub struct Told {
    label: String,
    cpu_us: f64,
}

/// `run.sh bench` of a peer's folder, at our size.
pub fn run(folder: &Path, n: usize) -> std::io::Result<Vec<Told>> {
    let script = folder.join("run.sh");
    let output = Command::new("bash")
        .arg(&script)
        .arg("bench")
        .env("N", n.to_string())
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut told: Vec<Told> = Vec::new();
    for line in text.lines() {
        let Some(cpu_ms) = cpu_ms(line) else { continue };
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut label = words[..words.len().min(9)].join(" ");
        // The same work a second time finds nothing changed.
        if told
            .iter()
            .any(|t| t.label.starts_with(&words[..4.min(words.len())].join(" ")))
        {
            label.push_str(" again");
        }
        println!(
            "{}",
            json!({ "name": "peer", "peer": folder.file_name().map(|f| f.to_string_lossy()), "label": label, "cpu_us_op": cpu_ms * 1e3 })
        );
        told.push(Told {
            label,
            cpu_us: cpu_ms * 1e3,
        });
    }
    Ok(told)
}

/// The number before `ms/op`, `ms/q` or `ms/req`.
fn cpu_ms(line: &str) -> Option<f64> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let at = words.iter().position(|w| w.starts_with("ms/"))?;
    words.get(at.checked_sub(1)?)?.parse().ok()
}

/// Peer over us, the best of each.
pub fn ratios(figures: &Figures, told: &[Told]) {
    for (words, ours) in SAME {
        let same = |t: &&Told| words.iter().all(|w| t.label.contains(w));
        let theirs = told
            .iter()
            .filter(same)
            .map(|t| t.cpu_us)
            .min_by(f64::total_cmp);
        if let (Some(theirs), Some(best)) = (theirs, figures.best(ours)) {
            let ratio = (theirs / best * 100.0).round() / 100.0;
            println!(
                "{}",
                json!({ "name": format!("{ours}.ratio"), "peer_us": theirs, "our_us": best, "peer_over_us": ratio })
            );
        }
    }
}
