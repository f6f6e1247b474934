//! The figures of `/metrics`, in the text format of Prometheus.

use std::fmt::Write;

use store::{Result, database_failures};

use crate::deps::Deps;
use crate::meters::{BOUNDS_S, Class};
use crate::process;

/// Lines of figures; a family is begun, then its samples follow.
#[derive(Default)]
struct Told {
    text: String,
    family: &'static str,
}

impl Told {
    fn family(&mut self, name: &'static str, kind: &str, help: &str) {
        self.family = name;
        let _ = write!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    /// `suffix` goes behind the name, `labels` is `a="b",c="d"` or nothing.
    fn part(&mut self, suffix: &str, labels: &str, value: f64) {
        let name = self.family;
        let _ = match labels {
            "" => writeln!(self.text, "{name}{suffix} {value}"),
            _ => writeln!(self.text, "{name}{suffix}{{{labels}}} {value}"),
        };
    }

    fn sample(&mut self, labels: &str, value: impl Number) {
        self.part("", labels, value.float());
    }

    fn one(&mut self, name: &'static str, kind: &str, help: &str, value: impl Number) {
        self.family(name, kind, help);
        self.sample("", value);
    }
}

trait Number {
    fn float(self) -> f64;
}

impl Number for f64 {
    fn float(self) -> f64 {
        self
    }
}

impl Number for u64 {
    fn float(self) -> f64 {
        self as f64
    }
}

impl Number for i64 {
    fn float(self) -> f64 {
        self as f64
    }
}

/// Everything. With the database away the rest is still told, and that it is away.
pub async fn told(deps: &Deps) -> String {
    let mut told = Told::default();
    requests(&mut told, deps);
    memory(&mut told, deps);
    process(&mut told);
    let mut from_database = Told::default();
    let up = match database(&mut from_database, deps).await {
        Ok(()) => 1.0,
        Err(error) => {
            tracing::warn!(%error, "the figures of the database cannot be read");
            0.0
        }
    };
    told.one(
        "entremise_database_up",
        "gauge",
        "Whether the database answered for these figures.",
        up,
    );
    if up > 0.0 {
        told.text.push_str(&from_database.text);
    }
    told.text
}

fn requests(told: &mut Told, deps: &Deps) {
    told.family(
        "entremise_http_requests_total",
        "counter",
        "Requests answered, by class of route and first digit of the status.",
    );
    for class in Class::ALL {
        for (digit, count) in deps.meters.of(class).statuses() {
            let labels = format!("class=\"{}\",status=\"{digit}xx\"", class.key());
            told.sample(&labels, count);
        }
    }
    told.family(
        "entremise_http_request_duration_seconds",
        "histogram",
        "From the head of a request to the head of its answer, by class of route.",
    );
    for class in Class::ALL {
        let meter = deps.meters.of(class);
        let (counts, all) = meter.up_to();
        let own = format!("class=\"{}\"", class.key());
        for (bound, count) in BOUNDS_S.iter().zip(counts) {
            told.part("_bucket", &format!("{own},le=\"{bound}\""), count as f64);
        }
        told.part("_bucket", &format!("{own},le=\"+Inf\""), all as f64);
        told.part("_sum", &own, meter.seconds());
        told.part("_count", &own, all as f64);
    }
}

fn memory(told: &mut Told, deps: &Deps) {
    let (kept, made) = deps.meters.pages();
    told.family(
        "entremise_pages_total",
        "counter",
        "Public pages asked for: kept from before, or made.",
    );
    told.sample("from=\"kept\"", kept);
    told.sample("from=\"made\"", made);
    let index = &deps.index;
    let (live, dead) = index.document_bytes();
    let gauges: [(&'static str, &str, u64); 6] = [
        (
            "entremise_cached_pages",
            "Public pages kept in memory.",
            deps.pages.entry_count(),
        ),
        (
            "entremise_cached_pages_bytes",
            "About what the kept pages take.",
            deps.pages.weighted_size(),
        ),
        (
            "entremise_public_listings",
            "Listings in the search index.",
            index.len(),
        ),
        (
            "entremise_index_documents_bytes",
            "Listings as the index keeps them on disk.",
            live,
        ),
        (
            "entremise_index_dead_bytes",
            "Bytes on disk that nothing in the index points at any more.",
            dead,
        ),
        (
            "entremise_objects",
            "Pictures and files that are kept.",
            deps.objects.len() as u64,
        ),
    ];
    for (name, help, value) in gauges {
        told.one(name, "gauge", help, value);
    }
    told.one(
        "entremise_index_epoch",
        "counter",
        "Changes that the search index has taken in since the start.",
        index.epoch(),
    );
    told.one(
        "entremise_database_errors_total",
        "counter",
        "Statements and connections that failed since the start.",
        database_failures(),
    );
}

fn process(told: &mut Told) {
    let process = process::now();
    told.one(
        "process_resident_memory_bytes",
        "gauge",
        "Memory of this process.",
        process.resident_bytes,
    );
    told.one(
        "process_cpu_seconds_total",
        "counter",
        "Processor time of this process, of the user and the system.",
        process.cpu_seconds,
    );
    told.one(
        "process_open_fds",
        "gauge",
        "Open files and connections.",
        process.open_files,
    );
    told.one("process_threads", "gauge", "Threads.", process.threads);
}

async fn database(told: &mut Told, deps: &Deps) -> Result<()> {
    let store = &deps.store;
    let figures = store.figures().await?;
    told.family(
        "entremise_jobs",
        "gauge",
        "Jobs that wait or are dead, by kind.",
    );
    for job in &figures.jobs {
        let state = if job.state == "dead" {
            "failed"
        } else {
            "waiting"
        };
        let labels = format!("kind=\"{}\",state=\"{state}\"", plain(&job.kind));
        told.sample(&labels, job.count);
    }
    told.family(
        "entremise_job_oldest_seconds",
        "gauge",
        "Since when the oldest waiting job of a kind exists.",
    );
    for job in figures.jobs.iter().filter(|job| job.state != "dead") {
        let labels = format!("kind=\"{}\"", plain(&job.kind));
        told.sample(&labels, job.oldest_ms as f64 / 1_000.0);
    }
    told.family("entremise_batches", "gauge", "Batches, by state.");
    for (state, count) in &figures.batches {
        told.sample(&format!("state=\"{}\"", plain(state)), *count);
    }
    told.one(
        "entremise_imports_running",
        "gauge",
        "Imports in the works, or cut off and not taken up yet.",
        figures.imports_running,
    );
    told.one(
        "entremise_sessions",
        "gauge",
        "Sessions that have not run out.",
        figures.sessions,
    );
    let mut read = store.read(&store.operator()).await?;
    let mails = enquiries::mails_by_state(&mut read).await?;
    drop(read);
    told.family(
        "entremise_mails",
        "gauge",
        "Mails of the outbox: due, failed, or kept while there is no relay.",
    );
    for (state, count) in mails {
        told.sample(&format!("state=\"{}\"", plain(&state)), count);
    }
    photos(told, deps).await?;
    followers(told, deps).await
}

async fn photos(told: &mut Told, deps: &Deps) -> Result<()> {
    let mut read = deps.store.read(&deps.store.operator()).await?;
    let figures = photos::figures(&mut read).await?;
    drop(read);
    told.family(
        "entremise_photos",
        "gauge",
        "Photos named by address: still to be fetched, or failed and tried again each night.",
    );
    told.sample("state=\"waiting\"", figures.waiting);
    told.sample("state=\"failed\"", figures.failed);
    let now = deps.store.now().0;
    told.one(
        "entremise_photo_oldest_seconds",
        "gauge",
        "Since when the first photo that is still to be fetched waits.",
        figures
            .since
            .map_or(0.0, |at| (now - at.0) as f64 / 1_000.0),
    );
    told.family(
        "entremise_photo_requests_total",
        "counter",
        "Requests for photos since the start, by what came of them.",
    );
    for (outcome, count) in photos::asked() {
        told.sample(&format!("outcome=\"{outcome}\""), count);
    }
    Ok(())
}

async fn followers(told: &mut Told, deps: &Deps) -> Result<()> {
    let mut positions = deps.store.cursors().await?;
    positions.push(("search".to_owned(), deps.index.position()));
    let mut lags = Vec::with_capacity(positions.len());
    for (name, position) in positions {
        lags.push((plain(&name), deps.store.lag(position).await?));
    }
    told.family(
        "entremise_follower_lag_rows",
        "gauge",
        "Rows of the journal that a follower has not taken in, counted up to 100000.",
    );
    for (name, lag) in &lags {
        told.sample(&format!("follower=\"{name}\""), lag.rows);
    }
    told.family(
        "entremise_follower_lag_seconds",
        "gauge",
        "Since when the first of those rows waits.",
    );
    for (name, lag) in &lags {
        told.sample(&format!("follower=\"{name}\""), lag.ms as f64 / 1_000.0);
    }
    Ok(())
}

/// A word of ours as the value of a label.
fn plain(word: &str) -> String {
    word.replace(['"', '\\', '\n'], "")
}
