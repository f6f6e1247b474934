//! Real files of other people, which are not in the repository: `SAMPLES=DIR make test-samples`.

mod line;

use std::path::{Path, PathBuf};

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Instant;

use line::Line;
use serde_json::Value;

fn folder() -> Option<PathBuf> {
    std::env::var_os("SAMPLES").map(PathBuf::from)
}

/// Imports a file twice: at least `percent` of its rows are taken, and the second run writes nothing.
fn taken(folder: &Path, file: &str, vertical: &str, country: &str, percent: u64) -> Value {
    let path = folder.join(file);
    assert!(path.is_file(), "{} is missing", path.display());
    let line = Line::on_sqlite();
    line.add_account("real", vertical, country);
    let first = line.import(&path, "real");
    let number = |report: &Value, key: &str| report[key].as_u64().unwrap_or(0);
    let (rows, refused) = (number(&first, "rows"), number(&first, "refused"));
    println!(
        "{file}: {rows} rows, {refused} refused, {} s",
        first["seconds"]
    );
    assert!(
        refused * 100 <= rows * (100 - percent),
        "{file}: {refused} of {rows} refused: {}",
        first["problems"][0]
    );
    let second = line.import(&path, "real");
    assert_eq!(
        second["batch"],
        Value::Null,
        "{file}: the second run wrote something"
    );
    assert_eq!(
        number(&second, "created") + number(&second, "changed") + number(&second, "removed"),
        0
    );
    first
}

#[test]
fn samples_of_houses_and_cars_are_taken_in() {
    let Some(folder) = folder() else { return };
    let belgium = taken(
        &folder,
        "estate/belgium/immoweb_2024_houses_A.csv.gz",
        "estate",
        "BE",
        95,
    );
    assert_eq!(belgium["rows"], 31_691);
    taken(
        &folder,
        "auto/real/de_ebay-kleinanzeigen_autos_cp1252.csv.gz",
        "auto",
        "DE",
        95,
    );
    for make in ["audi", "ford", "merc", "skoda", "vw"] {
        taken(
            &folder,
            &format!("auto/real/uk_{make}.csv.gz"),
            "auto",
            "GB",
            95,
        );
    }
    taken(&folder, "auto/real/fr_voitures.csv", "auto", "FR", 90);
}

#[test]
fn samples_of_kyero_come_back_as_they_went_in() {
    let Some(folder) = folder() else { return };
    for file in ["v3_33_languages.xml", "v3_real_variant_nested_features.xml"] {
        let line = Line::on_sqlite();
        line.add_account("real", "estate", "BE");
        let first = line.import(&folder.join("estate/kyero").join(file), "real");
        assert!(
            first["created"].as_u64().unwrap_or(0) > 0,
            "{file}: {first}"
        );
        let out = line.data.path().join("out.xml");
        line.json(&[
            "publish",
            "--portal",
            "kyero",
            "--account",
            "real",
            "--out",
            &out.display().to_string(),
        ]);
        let again = line.import(&out, "real");
        assert_eq!(
            (&again["changed"], &again["created"]),
            (&0.into(), &0.into()),
            "{file}: {again}"
        );
    }
}

/// Two seconds as it is shipped; the tests are built without optimisation, on busy machines.
const SLOWEST_MS: u128 = if cfg!(debug_assertions) {
    30_000
} else {
    2_000
};

/// What is told of one collection of tables, and the least per cent of it that must be right.
#[derive(Default)]
struct Score {
    files: usize,
    dialect: usize,
    clean: usize,
    content: usize,
    slowest_ms: u128,
    wrong: Vec<String>,
}

impl Score {
    fn told(&self, name: &str, dialect: usize, content: usize) {
        let share = |right: usize, of: usize| right as f64 * 100.0 / of.max(1) as f64;
        println!(
            "{name}: {} files, dialect right {} ({:.1} %), content right {} of {} ({:.1} %), slowest {} ms",
            self.files,
            self.dialect,
            share(self.dialect, self.files),
            self.content,
            self.clean,
            share(self.content, self.clean),
            self.slowest_ms
        );
        self.wrong.iter().for_each(|w| println!("  {w}"));
        assert!(self.files > 0, "{name}: no files");
        assert!(
            self.dialect * 100 >= self.files * dialect,
            "{name}: too many dialects wrong"
        );
        assert!(
            self.content * 100 >= self.clean * content,
            "{name}: too much content wrong"
        );
        assert!(
            self.slowest_ms < SLOWEST_MS,
            "{name}: a file takes too long"
        );
    }
}

fn inspected(file: &Path, form: &[&str]) -> Vec<u8> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_entremise"));
    command
        .arg("inspect")
        .arg(file)
        .args(form)
        .output()
        .expect("it runs")
        .stdout
}

/// How a truth file says a table is written.
struct Truth {
    delimiter: String,
    quote: String,
    escape: String,
}

/// Quotes and escapes count where the file has them.
fn dialect_is_right(file: &Path, truth: &Truth, score: &mut Score) {
    score.files += 1;
    let started = Instant::now();
    let told = inspected(file, &["--json"]);
    score.slowest_ms = score.slowest_ms.max(started.elapsed().as_millis());
    let told: Value = serde_json::from_slice(&told).unwrap_or_default();
    let bytes = std::fs::read(file).expect("a file");
    let said = |key: &str| told["dialect"][key].as_str().unwrap_or_default().to_owned();
    let has = |mark: &str| !mark.is_empty() && bytes.contains(&mark.as_bytes()[0]);
    let quote = said("quote");
    let quotes = quote == truth.quote || !(has(&quote) || has(&truth.quote));
    let escapes = (said("escape") == "\\") == (truth.escape == "\\");
    if said("delimiter") == truth.delimiter && quotes && escapes {
        score.dialect += 1;
    } else {
        let dialect = &told["dialect"];
        score
            .wrong
            .push(format!("{}: dialect {dialect}", file.display()));
    }
}

/// Records of a table as RFC 4180 has them, without empty cells at their ends.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut cell) = (Vec::new(), Vec::new(), String::new());
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    let mut inside = false;
    while let Some(letter) = letters.next() {
        match letter {
            '"' if inside && letters.peek() == Some(&'"') => {
                cell.push(letters.next().unwrap_or('"'))
            }
            '"' if inside || cell.is_empty() => inside = !inside,
            ',' if !inside => record.push(std::mem::take(&mut cell)),
            '\r' if !inside && letters.peek() == Some(&'\n') => {}
            '\n' if !inside => {
                record.push(std::mem::take(&mut cell));
                records.push(std::mem::take(&mut record));
            }
            letter => cell.push(letter),
        }
    }
    if !cell.is_empty() || !record.is_empty() {
        record.push(cell);
        records.push(record);
    }
    for record in &mut records {
        record[0] = record[0].trim_start_matches('\u{feff}').to_owned();
        while record.last().is_some_and(String::is_empty) {
            record.pop();
        }
    }
    records
}

/// The header counts where the file has one; its names are compared without the blanks around them.
fn content_is_right(file: &Path, clean: &Path, has_header: bool, score: &mut Score) {
    let Ok(wanted) = std::fs::read_to_string(clean) else {
        return;
    };
    score.clean += 1;
    let mut wanted = records(&wanted);
    let text = String::from_utf8_lossy(&inspected(file, &["--as", "csv"])).into_owned();
    let mut told = records(&text);
    if !has_header {
        // Names that somebody made up.
        told.drain(..1.min(told.len()));
        if wanted.len() > told.len() {
            wanted.remove(0);
        }
    } else if let Some(names) = wanted.first_mut() {
        names.iter_mut().for_each(|n| *n = n.trim().to_owned());
    }
    if told == wanted {
        score.content += 1;
    } else {
        let at = told.iter().zip(&wanted).position(|(a, b)| a != b);
        let (rows, said) = (told.len(), wanted.len());
        score.wrong.push(format!(
            "{}: {rows} records, {said} wanted, unlike at {at:?}",
            file.display()
        ));
    }
}

fn pollock(folder: &Path, score: &mut Score) {
    let files = std::fs::read_dir(folder.join("csv")).expect("files");
    for file in files.flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        let truth = folder
            .join("parameters")
            .join(format!("{name}_parameters.json"));
        let truth = std::fs::read(truth).expect("what is true");
        let truth: Value = serde_json::from_slice(&truth).expect("JSON");
        let text = |key: &str| truth[key].as_str().unwrap_or_default().to_owned();
        let header = truth["header_lines"]
            .as_u64()
            .or_else(|| text("header_lines").parse().ok());
        let said = Truth {
            delimiter: text("delimiter"),
            quote: text("quotechar"),
            escape: text("escapechar"),
        };
        dialect_is_right(&file.path(), &said, score);
        let clean = folder.join("clean").join(&name);
        content_is_right(&file.path(), &clean, header > Some(0), score);
    }
}

fn dialects(folder: &Path, score: &mut Score) {
    let marks = BTreeMap::from([
        ("comma", ","),
        ("semicolon", ";"),
        ("tab", "\t"),
        ("vslash", "|"),
        ("space", " "),
        ("nsign", "#"),
        ("star", "*"),
        ("colon", ":"),
        ("doublequote", "\""),
        ("singlequote", "'"),
        ("backslash", "\\"),
    ]);
    let truth = std::fs::read_to_string(folder.join("_dialects.psv")).expect("what is true");
    for line in truth.lines().skip(1) {
        let cells: Vec<&str> = line.split('|').collect();
        let mark = |at: usize| marks.get(cells[at]).copied().unwrap_or_default().to_owned();
        let said = Truth {
            delimiter: mark(2),
            quote: mark(3),
            escape: mark(4),
        };
        dialect_is_right(&folder.join(cells[0]), &said, score);
    }
}

#[test]
fn samples_of_messy_tables_are_read_as_a_person_reads_them() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("messy-tables");
    let mut both = Score::default();
    pollock(&folder.join("pollock-survey"), &mut both);
    pollock(&folder.join("pollock-polluted"), &mut both);
    both.told("pollock", 98, 95);
    for (name, least) in [
        ("csv-wrangling", 95),
        ("csvsniffer-handmade", 90),
        ("w3c-csvw", 93),
    ] {
        let mut score = Score::default();
        dialects(&folder.join(name), &mut score);
        score.told(name, least, 0);
    }
}

fn lines_of(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).expect("a file");
    let read = |line| serde_json::from_str(line).expect("JSON");
    text.lines().map(read).collect()
}

/// What a listing says otherwise than it should. Some files say more than what is expected of them.
fn faults(found: Option<&Value>, expected: &Value, fields: &[&String]) -> Vec<String> {
    let said = |field: &str| found.and_then(|f| f.get(field));
    let wrong = |field: &&&String| {
        let wanted = expected.get(field.as_str());
        said(field) != wanted && (wanted.is_some() || field.as_str() != "currency")
    };
    let told = |field: &&String| {
        let wanted = expected.get(field.as_str());
        format!(
            "{}: {field} is {:?}, not {wanted:?}",
            expected["ref"],
            said(field)
        )
    };
    fields.iter().filter(wrong).map(told).collect()
}

#[test]
fn samples_of_dealers_feeds_are_inspected_into_exactly_their_listings() {
    let Some(folder) = folder() else { return };
    let feeds = folder.join("auto/dealer-feeds");
    let entries = std::fs::read_dir(feeds.join("expected")).expect("a folder");
    let mut wrong = Vec::new();
    let mut compared = 0;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(feed) = name.strip_suffix(".jsonl") else {
            continue;
        };
        let expected = lines_of(&entry.path());
        let form = ["--vertical", "auto", "--country", "FR", "--as", "listings"];
        let told = String::from_utf8(inspected(&feeds.join(feed), &form)).expect("text");
        let listings: Vec<Value> = told
            .lines()
            .map(|l| serde_json::from_str(l).expect("JSON"))
            .collect();
        let mut fields: Vec<&String> = expected
            .iter()
            .filter_map(Value::as_object)
            .flat_map(|o| o.keys())
            .collect();
        fields.sort();
        fields.dedup();
        if listings.len() != expected.len() {
            wrong.push(format!(
                "{feed}: {} listings, not {}",
                listings.len(),
                expected.len()
            ));
        }
        for one in &expected {
            let found = listings.iter().find(|l| l["ref"] == one["ref"]);
            wrong.extend(
                faults(found, one, &fields)
                    .into_iter()
                    .map(|f| format!("{feed}: {f}")),
            );
        }
        compared += 1;
    }
    assert!(compared > 15, "only {compared} feeds");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn samples_of_a_stock_are_followed_night_after_night() {
    let Some(folder) = folder() else { return };
    let nights = folder.join("auto/dealer-feeds/nightly-delta");
    let expected = std::fs::read_to_string(nights.join("expected.json")).expect("a file");
    let expected: Value = serde_json::from_str(&expected).expect("JSON");
    let second = &expected["2024-05-02 vs 2024-05-01"];
    let count = |what: &str| second[what].as_array().map_or(0, Vec::len) as u64;
    let rows = |file: &str| {
        let text = std::fs::read_to_string(nights.join(file)).expect("a file");
        text.lines().count() as u64 - 1
    };
    let (added, changed, removed) = (count("added"), count("price_changed"), count("removed"));
    let unchanged = rows("2024-05-02.csv") - added - changed;
    for line in [Line::on_sqlite(), Line::on_postgres()] {
        line.add_account("garage", "auto", "FR");
        let night = |file: &str| {
            let path = nights.join(file).display().to_string();
            let run = line.run(&["import", &path, "--account", "garage", "--json"]);
            let report: Value = serde_json::from_slice(&run.stdout).expect("a report");
            let number = |key: &str| report[key].as_u64().unwrap_or(u64::MAX);
            println!("{file}: {}", report["problem_kinds"]);
            let counts = ["created", "changed", "removed", "unchanged"].map(number);
            (counts, number("refused"), run.status.success())
        };
        let first = rows("2024-05-01.csv");
        assert_eq!(night("2024-05-01.csv"), ([first, 0, 0, 0], 0, true));
        let second = [added, changed, removed, unchanged];
        assert_eq!(night("2024-05-02.csv"), (second, 0, true));
        // Files that are cut, empty, or a header alone take nothing away, and the first two are told.
        let whole = rows("2024-05-03_truncated.csv") - 1; // without the row that is cut
        let cut = night("2024-05-03_truncated.csv");
        assert_eq!(cut, ([0, 0, 0, whole], 1, false));
        assert_eq!(night("2024-05-04_empty.csv"), ([0; 4], 0, false));
        assert_eq!(night("2024-05-05_header_only.csv"), ([0; 4], 0, true));
        // The stock of the second night still stands as it was.
        let same = [0, 0, 0, added + changed + unchanged];
        assert_eq!(night("2024-05-02.csv"), (same, 0, true));
    }
}
