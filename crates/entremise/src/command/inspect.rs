//! `inspect`: what a file is, and what would come of it.

use std::io::{self, BufWriter, Read, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use dictionary::Language;
use exchange::{Inspection, Options, Report, Trade};

use crate::countries::country;
use crate::given::source;
use crate::house::Place;
use crate::output::{Failure, out, print};

/// Tell what a file is: its format, encoding and dialect, the tables and columns in it
///
/// Nothing is written anywhere and no account is needed: look at what a dealer or an agency sent
/// before you import it.
///
/// Delimited text (CSV and its relatives) is read whatever its delimiter, its quotes, its line ends
/// and its encoding are. Titles above the header, footers below the last row, comments and repeated
/// headers are left out; a row whose cells have moved is put right where there is one way only to
/// do so. Where the file holds several tables the largest is read and the others are named.
///
/// With --as csv the clean table goes to stdout: UTF-8 without a byte order mark, commas, quotes
/// and CRLF as RFC 4180 says, the header first, the cells unaltered. With --as listings each
/// listing it would make is one line of JSON, under the field keys that `entremise dictionary show`
/// tells; problems go to stderr.
///
/// Exit code 0: the file was read. 1: it cannot be read, or breaks off. 2: wrong usage.
#[derive(Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  entremise inspect stock.csv
  entremise inspect stock.csv --json | jq .dialect
  zcat stock.csv.gz | entremise inspect - --as csv > clean.csv
  entremise inspect stock.csv --vertical auto --as listings > stock.ndjson"
)]
pub struct Inspect {
    /// The file; `-` reads standard input
    file: PathBuf,
    /// Write the file anew instead of telling what it is
    #[arg(long = "as", value_name = "FORM")]
    form: Option<Form>,
    /// The trade that the listings belong to, for --as listings (`entremise dictionary list`)
    #[arg(long, value_name = "VERTICAL")]
    vertical: Option<String>,
    /// The country of prices, postcodes and places that do not say theirs
    #[arg(long, default_value = "BE", value_name = "CC", value_parser = country)]
    country: String,
    /// The category of rows that name none, for --as listings
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Form {
    /// The clean table, as RFC 4180 has it
    Csv,
    /// The listings it would make, one JSON object a line
    Listings,
}

const SHOWN_VALUES: usize = 3;
const SHOWN_PROBLEMS: usize = 20;

impl Inspect {
    pub fn run(self, place: Place) -> Result<(), Failure> {
        let source = source(&self.file)?;
        match (self.form, &self.vertical) {
            (Some(Form::Listings), None) => Err(Failure::usage(
                "--as listings needs --vertical; `entremise dictionary list` shows them",
            )),
            (Some(Form::Listings), Some(vertical)) => {
                let vertical = vertical.clone();
                self.listings(source, &vertical, &place)
            }
            (Some(Form::Csv), _) => write_csv(source),
            (None, _) => tell(source, place.json),
        }
    }

    fn listings(
        self,
        source: Box<dyn Read + Send>,
        vertical: &str,
        place: &Place,
    ) -> Result<(), Failure> {
        let dictionary = place.dictionary()?.get();
        if dictionary.vertical(vertical).is_none() {
            let known: Vec<&str> = dictionary
                .verticals()
                .iter()
                .map(|v| v.key.as_ref())
                .collect();
            return Err(Failure::unknown("vertical", vertical, &known));
        }
        let options = Options {
            category: self.category,
            ..Options::default()
        };
        let trade = Trade {
            vertical: vertical.to_owned(),
            country: self.country.to_uppercase(),
            language: Language::En,
        };
        let mut to = BufWriter::new(io::stdout().lock());
        let mut written = Ok(());
        let report =
            exchange::plain_listings(&dictionary, &trade, source, options, &mut |listing| {
                written = quiet(writeln!(to, "{listing}"));
                written.is_ok()
            })?;
        written.map_err(|e| format!("the result cannot be written: {e}"))?;
        quiet(to.flush()).map_err(|e| format!("the result cannot be written: {e}"))?;
        drop(to);
        remark_on(&report);
        match report
            .problems
            .iter()
            .find(|p| p.code == "cut_off" || (p.line == 0 && p.refused))
        {
            Some(broken) => Err(Failure::new(broken.code, broken.message.clone())),
            None => Ok(()),
        }
    }
}

/// Nobody reads on, as in `… | head`: that ends the program without a word.
fn quiet(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        written => written,
    }
}

fn remark_on(report: &Report) {
    for problem in report.problems.iter().take(SHOWN_PROBLEMS) {
        let (line, message) = (problem.line, &problem.message);
        match problem.column.as_str() {
            "" => eprintln!("line {line}: {message}"),
            column => eprintln!("line {line}, {column}: {message}"),
        }
    }
    let (made, refused) = (report.created, report.refused);
    eprintln!(
        "{made} listings, {refused} rows refused, {} remarks",
        report.problems_total
    );
}

fn write_csv(source: Box<dyn Read + Send>) -> Result<(), Failure> {
    let mut to = BufWriter::new(io::stdout().lock());
    let found = exchange::inspect(source, &mut |cells| quiet(write_record(&mut to, cells)))
        .map_err(|r| Failure::new(r.code, r.to_string()))?;
    quiet(to.flush()).map_err(|e| format!("the result cannot be written: {e}"))?;
    drop(to);
    for problem in found.problems.iter().take(SHOWN_PROBLEMS) {
        eprintln!("line {}: {}", problem.line, problem.message);
    }
    broken(&found).map_or(Ok(()), Err)
}

/// As RFC 4180 has it; what needs no quotes gets none.
fn write_record(to: &mut impl Write, cells: &[String]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            to.write_all(b",")?;
        }
        // A line that is empty would be no record.
        let alone = cells.len() == 1 && cell.is_empty();
        if alone || cell.contains(['"', ',', '\n', '\r']) {
            write!(to, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            to.write_all(cell.as_bytes())?;
        }
    }
    to.write_all(b"\r\n")
}

/// What kept the file from being read to its end.
fn broken(found: &Inspection) -> Option<Failure> {
    let broken = found
        .problems
        .iter()
        .find(|p| p.line == 0 || p.code == "cut_off")?;
    Some(Failure::new(broken.code, broken.message.clone()))
}

fn tell(source: Box<dyn Read + Send>, json: bool) -> Result<(), Failure> {
    let mut first: Vec<Vec<String>> = Vec::new();
    let found = exchange::inspect(source, &mut |cells| {
        if first.len() <= SHOWN_VALUES {
            first.push(cells.to_vec());
        }
        Ok(())
    })
    .map_err(|r| Failure::new(r.code, r.to_string()))?;
    print(json, &found, || {
        say(&found, first.get(1..).unwrap_or_default())
    });
    broken(&found).map_or(Ok(()), |f| Err(f.printed()))
}

fn say(found: &Inspection, first: &[Vec<String>]) {
    let mark = if found.bom {
        ", with a byte order mark"
    } else {
        ""
    };
    out!("{} in {}{mark}", found.format, found.encoding);
    if let Some(dialect) = &found.dialect {
        let quote = dialect
            .quote
            .as_ref()
            .map_or("nothing quotes".into(), |q| format!("{q} quotes"));
        let escape = match &dialect.escape {
            Some(escape) if dialect.quote.as_ref() == Some(escape) => ", doubled inside quotes",
            Some(_) => ", with a backslash before quotes inside",
            None => "",
        };
        out!(
            "  {} parts the cells, {quote}{escape}",
            named(&dialect.delimiter)
        );
        let ends = dialect
            .record_delimiter
            .replace('\r', "CR")
            .replace('\n', "LF");
        out!(
            "  records end with {ends}; {} lines above the header, {} of header, {} of footer",
            dialect.preamble,
            dialect.header_rows,
            dialect.footer
        );
    }
    for table in &found.tables {
        let read = if table.read { "read" } else { "not read" };
        let (name, table) = (&table.table.name, &table.table);
        let (rows, columns) = (table.rows, table.columns.len());
        let (from, to) = (table.first_line, table.last_line);
        out!("{name}: {rows} rows, {columns} columns, lines {from} to {to} ({read})");
    }
    if let Some(read) = found.tables.iter().find(|t| t.read) {
        for (at, column) in read.table.columns.iter().enumerate() {
            let values = first
                .iter()
                .filter_map(|row| row.get(at))
                .filter(|v| !v.trim().is_empty());
            let values: Vec<String> = values.map(|v| short(v)).collect();
            out!("  {:>3}  {column:<32} {}", at + 1, values.join(" | "));
        }
    }
    for problem in found.problems.iter().take(SHOWN_PROBLEMS) {
        out!("line {}: {}", problem.line, problem.message);
    }
    let more = found.problems_total.saturating_sub(SHOWN_PROBLEMS as u64);
    if more > 0 {
        out!("and {more} more; --json tells the first thousand");
    }
    out!(
        "--as csv writes it clean; `entremise import FILE --account A --dry-run` shows its listings"
    );
}

fn named(delimiter: &str) -> String {
    match delimiter {
        "\t" => "a tab".into(),
        " " => "a blank".into(),
        other => other
            .chars()
            .map(|c| if c.is_control() { '\u{fffd}' } else { c })
            .collect(),
    }
}

fn short(value: &str) -> String {
    let line: String = value
        .chars()
        .take(24)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    match value.chars().count() > 24 {
        true => format!("{line}…"),
        false => line,
    }
}
