//! `mapping show|edit|test|export|import`: what each column of a feed becomes.

use std::fs::File;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use exchange::{LEAVE_OUT, Mapping, Options, Remembered, State, Trade};
use serde_json::json;
use store::{Account, Scope};

use crate::house::{House, Place, act};
use crate::output::{Failure, out, print};

const ROWS: usize = 20;

#[derive(Args, Clone)]
pub struct Whose {
    /// The account that the feed belongs to
    #[arg(long)]
    account: String,
    /// The feed, as `mapping show` names it; needed only where the account has several
    #[arg(long, value_name = "NAME")]
    feed: Option<String>,
}

/// What each column of a feed becomes: looked at, corrected, tried, kept in a file.
///
/// The first import of a file proposes a mapping and remembers it; every later delivery with the
/// same columns follows it. Fields are those of `entremise dictionary show VERTICAL`, and category,
/// status, photos, currency, place.town and its like, one choice of many (options.abs), and
/// leave_out.
#[derive(Subcommand)]
pub enum MappingVerb {
    /// The feeds of an account, or the mapping of one
    ///
    /// Example: entremise mapping show --account garage
    Show(Whose),
    /// Correct a mapping
    ///
    /// Example: entremise mapping edit --account garage --set "Prix TTC=price" --value "Énergie:Hybride rechargeable=plugin_hybrid"
    #[command(verbatim_doc_comment)]
    Edit(Edit),
    /// Show what a file would become under its mapping, without importing it
    ///
    /// Example: entremise mapping test stock.csv --account garage
    Test(Try),
    /// Print a mapping as JSON, for `mapping import`
    Export(Whose),
    /// Take a mapping from a JSON file; `-` reads standard input
    Import {
        file: PathBuf,
        #[command(flatten)]
        whose: Whose,
    },
}

#[derive(Args)]
pub struct Edit {
    #[command(flatten)]
    whose: Whose,
    /// A file of the feed, where none has been imported yet
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// COLUMN=FIELD: what a column becomes; an empty FIELD keeps its cells as they are
    #[arg(long = "set", value_name = "COLUMN=FIELD")]
    set: Vec<String>,
    /// COLUMN: nothing is taken from it, and nothing kept
    #[arg(long, value_name = "COLUMN")]
    leave_out: Vec<String>,
    /// COLUMN:WORD=CHOICE: what a word of the file means; an empty CHOICE means nothing
    #[arg(long = "value", value_name = "COLUMN:WORD=CHOICE")]
    values: Vec<String>,
    /// COLUMN=UNIT: what bare numbers count: mi, km, kw, hp, l, cc, cents, thousand, sqft, EUR, …
    #[arg(long = "unit", value_name = "COLUMN=UNIT")]
    units: Vec<String>,
    /// The field that tells rows apart
    #[arg(long)]
    key: Option<String>,
    /// The category of rows that name none
    #[arg(long)]
    category: Option<String>,
}

#[derive(Args)]
pub struct Try {
    /// The file; `-` reads standard input
    file: PathBuf,
    #[command(flatten)]
    whose: Whose,
    /// A mapping from a JSON file instead of the one that the feed has
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
}

impl MappingVerb {
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let json = place.json;
        let house = place.open().await?;
        match self {
            MappingVerb::Show(whose) => show(&house, &whose, json).await,
            MappingVerb::Edit(edit) => edit.run(&house, json).await,
            MappingVerb::Test(test) => test.run(&house, json).await,
            MappingVerb::Export(whose) => {
                let (account, scope) = house.account(&whose.account).await?;
                let feed = one(all(&house, &account, &scope).await?, &whose)?;
                out!("{}", pretty(&feed.mapping));
                Ok(())
            }
            MappingVerb::Import { file, whose } => {
                let (account, scope) = house.account(&whose.account).await?;
                let mapping = read(&file)?;
                let known = all(&house, &account, &scope).await?;
                let feed = match (&whose.feed, mapping.feed_name()) {
                    (Some(_), own) => one(known, &whose)
                        .map(|f| f.feed)
                        .unwrap_or_else(|_| named(&whose).unwrap_or(own)),
                    (None, own) => own,
                };
                keep(&house, &account, &scope, &feed, &mapping).await?;
                print(
                    json,
                    &json!({ "feed": feed, "columns": mapping.columns.len() }),
                    || {
                        out!("{feed}: {} columns", mapping.columns.len());
                    },
                );
                Ok(())
            }
        }
    }
}

async fn show(house: &House, whose: &Whose, json: bool) -> Result<(), Failure> {
    let (account, scope) = house.account(&whose.account).await?;
    let feeds = all(house, &account, &scope).await?;
    if whose.feed.is_none() && feeds.len() != 1 {
        let listed: Vec<_> = feeds.iter().map(line).collect();
        print(json, &json!({ "feeds": listed }), || {
            if feeds.is_empty() {
                out!(
                    "{} has no mapping yet; the first import of a file makes one",
                    account.slug
                );
            }
            for feed in &feeds {
                let (asked, columns) = (asked(&feed.mapping), feed.mapping.columns.len());
                out!("{:<24} {columns:>4} columns, {asked} to look at", feed.feed);
            }
        });
        return Ok(());
    }
    let feed = one(feeds, whose)?;
    print(json, &feed, || {
        say(&feed.mapping);
    });
    Ok(())
}

fn line(feed: &Remembered) -> serde_json::Value {
    json!({
        "feed": feed.feed,
        "columns": feed.mapping.columns.len(),
        "asked": asked(&feed.mapping),
        "updated_at": feed.updated_at,
    })
}

fn asked(mapping: &Mapping) -> usize {
    let states = mapping.columns.iter().map(exchange::Assignment::state);
    states.filter(|s| *s == State::Asked).count()
}

fn say(mapping: &Mapping) {
    if let Some(layout) = &mapping.layout {
        out!("known layout: {layout}");
    }
    for column in &mapping.columns {
        let field = match column.state() {
            State::Taken => column.field.clone().unwrap_or_default(),
            State::LeftOut => "left out".to_owned(),
            State::Kept => "kept as it is".to_owned(),
            State::Asked => format!("? {}", column.candidates[0].field),
        };
        let reason = column.reason.say(dictionary::Language::En);
        let sure = column.confidence * 100.0;
        out!(
            "  {:<32} → {field:<22} {sure:>3.0} %  {reason}",
            column.column
        );
        for (word, means) in &column.values {
            out!("  {:<32}     {word} = {means}", "");
        }
    }
    if let Some(key) = &mapping.key {
        out!("rows are told apart by {key}");
    }
}

impl Edit {
    async fn run(self, house: &House, json: bool) -> Result<(), Failure> {
        let (account, scope) = house.account(&self.whose.account).await?;
        let (feed, mut mapping) = match &self.from {
            None => {
                let feed = one(all(house, &account, &scope).await?, &self.whose)?;
                (feed.feed, feed.mapping)
            }
            Some(file) => {
                let options = self.whose.options();
                let dictionary = house.dictionary.get();
                let preview = exchange::preview(
                    &house.store,
                    &dictionary,
                    &scope,
                    account.clone(),
                    source(file)?,
                    options,
                    0,
                )
                .await?;
                if let Some(problem) = preview.report.problems.iter().find(|p| p.refused) {
                    return Err(Failure::new(problem.code, problem.message.clone()));
                }
                (preview.report.feed, preview.mapping)
            }
        };
        self.change(&mut mapping)?;
        keep(house, &account, &scope, &feed, &mapping).await?;
        print(json, &json!({ "feed": feed, "mapping": mapping }), || {
            say(&mapping)
        });
        Ok(())
    }

    fn change(&self, mapping: &mut Mapping) -> Result<(), Failure> {
        for given in &self.set {
            let (column, field) = pair(given, '=', "--set takes COLUMN=FIELD")?;
            let field = Some(field.to_owned()).filter(|f| !f.is_empty());
            find(mapping, column)?.choose(field);
        }
        for column in &self.leave_out {
            find(mapping, column)?.choose(Some(LEAVE_OUT.to_owned()));
        }
        for given in &self.values {
            let said = "--value takes COLUMN:WORD=CHOICE";
            let (left, choice) = pair(given, '=', said)?;
            let (column, word) = pair(left, ':', said)?;
            let values = &mut find(mapping, column)?.values;
            values.insert(dictionary::fold(word), choice.to_owned());
        }
        for given in &self.units {
            let (column, unit) = pair(given, '=', "--unit takes COLUMN=UNIT")?;
            find(mapping, column)?.unit = Some(unit.to_owned()).filter(|u| !u.is_empty());
        }
        if let Some(key) = &self.key {
            mapping.key = Some(key.clone()).filter(|k| !k.is_empty());
        }
        if let Some(category) = &self.category {
            mapping.category = Some(category.clone()).filter(|c| !c.is_empty());
        }
        Ok(())
    }
}

/// The last sign divides: a header may hold one itself.
fn pair<'a>(given: &'a str, sign: char, said: &str) -> Result<(&'a str, &'a str), Failure> {
    let halves = match sign {
        '=' => given.rsplit_once(sign),
        _ => given.split_once(sign),
    };
    let (left, right) = halves.ok_or_else(|| Failure::usage(format!("{said}, not “{given}”")))?;
    Ok((left.trim(), right.trim()))
}

fn find<'a>(
    mapping: &'a mut Mapping,
    column: &str,
) -> Result<&'a mut exchange::Assignment, Failure> {
    let known: Vec<String> = mapping.columns.iter().map(|c| c.column.clone()).collect();
    mapping.column(column).ok_or_else(|| {
        let said = format!(
            "there is no column “{column}”; there are {}",
            known.join(", ")
        );
        Failure::new("unknown_column", said)
    })
}

impl Try {
    async fn run(self, house: &House, json: bool) -> Result<(), Failure> {
        let (account, scope) = house.account(&self.whose.account).await?;
        let dictionary = house.dictionary.get();
        let given = self.mapping.as_deref().map(read).transpose()?;
        let mapping = match (given, &self.whose.feed) {
            (Some(given), _) => Some(given),
            (None, Some(_)) => Some(one(all(house, &account, &scope).await?, &self.whose)?.mapping),
            // The feed that has these columns is found by the file itself.
            (None, None) => None,
        };
        let options = Options {
            mapping,
            ..self.whose.options()
        };
        let bytes = bytes(&self.file)?;
        let again = || Box::new(std::io::Cursor::new(bytes.clone()));
        let preview = exchange::preview(
            &house.store,
            &dictionary,
            &scope,
            account.clone(),
            again(),
            options.clone(),
            0,
        )
        .await?;
        let trade = Trade {
            vertical: account.vertical.clone(),
            country: account.country.clone(),
            language: dictionary::Language::parse(&account.language)
                .unwrap_or(dictionary::Language::En),
        };
        let mut listings = Vec::new();
        let options = Options {
            mapping: Some(preview.mapping.clone()).filter(|m| !m.columns.is_empty()),
            ..options
        };
        let report =
            exchange::plain_listings(&dictionary, &trade, again(), options, &mut |listing| {
                if listings.len() < ROWS {
                    listings.push(listing);
                }
                true
            })?;
        let told = json!({
            "feed": preview.report.feed,
            "mapping": preview.mapping,
            "rows": report.rows,
            "listings": listings,
            "unknown": report.unknown,
            "kept_raw": report.kept_raw,
            "problem_kinds": report.problem_kinds,
        });
        print(json, &told, || {
            say(&preview.mapping);
            for listing in &listings {
                out!("{listing}");
            }
            for unknown in &report.unknown {
                let proposal = unknown.proposal.as_deref().unwrap_or("?");
                let (column, word, count) = (&unknown.column, &unknown.value, unknown.count);
                out!("  {column}: “{word}” × {count} → {proposal}");
            }
            for remark in report.problem_kinds.iter().take(20) {
                out!("  {} × {}: {}", remark.column, remark.count, remark.message);
            }
        });
        Ok(())
    }
}

impl Whose {
    fn options(&self) -> Options {
        Options {
            feed: self.feed.clone(),
            ..Options::default()
        }
    }
}

async fn all(house: &House, account: &Account, scope: &Scope) -> Result<Vec<Remembered>, Failure> {
    let mut read = house.store.read(scope).await?;
    Ok(exchange::mappings(&mut read, account.id).await?)
}

fn named(whose: &Whose) -> Option<String> {
    let name = whose.feed.as_deref()?.trim().to_lowercase();
    Some(format!("feed {name}"))
}

/// The feed that is meant: the only one, or the one of that name.
fn one(feeds: Vec<Remembered>, whose: &Whose) -> Result<Remembered, Failure> {
    let known: Vec<String> = feeds.iter().map(|f| f.feed.clone()).collect();
    let name = whose.feed.as_deref().unwrap_or_default().trim();
    let own = named(whose);
    let meant = |f: &Remembered| f.feed == name || Some(&f.feed) == own.as_ref();
    let many = feeds.len();
    let mut found = feeds
        .into_iter()
        .filter(|f| whose.feed.is_none() || meant(f));
    match (found.next(), found.next()) {
        (Some(feed), None) => Ok(feed),
        (Some(_), Some(_)) => Err(Failure::new(
            "which_feed",
            format!(
                "{} has {many} feeds; say which with --feed: {}",
                whose.account,
                known.join(", ")
            ),
        )),
        (None, _) if many == 0 => Err(Failure::new(
            "not_found",
            format!(
                "{} has no mapping yet; import a file first, or give one with --from",
                whose.account
            ),
        )),
        (None, _) => Err(Failure::new(
            "not_found",
            format!(
                "{} has no feed “{name}”; there are {}",
                whose.account,
                known.join(", ")
            ),
        )),
    }
}

async fn keep(
    house: &House,
    account: &Account,
    scope: &Scope,
    feed: &str,
    mapping: &Mapping,
) -> Result<(), Failure> {
    let dictionary = house.dictionary.get();
    if let Some(vertical) = dictionary.vertical(&account.vertical) {
        let wrong = mapping.check(vertical);
        if !wrong.is_empty() {
            return Err(Failure::new("faulty_mapping", wrong.join("\n")));
        }
    }
    let mut tx = house.store.begin(scope, act()).await?;
    exchange::correct_mapping(&mut tx, &dictionary, account, feed, mapping).await?;
    tx.commit().await?;
    Ok(())
}

/// A mapping in a file: as `mapping export` prints it, or as `mapping show --json` does.
pub fn read(file: &Path) -> Result<Mapping, Failure> {
    let text = bytes(file)?;
    let faulty = |why: String| {
        let said = format!(
            "{} is no mapping: {why}; `entremise mapping export` prints one",
            file.display()
        );
        Failure::new("faulty_mapping", said)
    };
    let mut json: serde_json::Value =
        serde_json::from_slice(&text).map_err(|e| faulty(e.to_string()))?;
    if let Some(inner) = json.get_mut("mapping") {
        json = inner.take();
    }
    let mapping: Mapping = serde_json::from_value(json).map_err(|e| faulty(e.to_string()))?;
    match mapping.columns.is_empty() {
        true => Err(faulty("it has no columns".to_owned())),
        false => Ok(mapping),
    }
}

fn bytes(file: &Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let mut bytes = Vec::new();
    source(file)?
        .read_to_end(&mut bytes)
        .map_err(|e| format!("cannot read {}: {e}", file.display()))?;
    Ok(bytes)
}

fn source(file: &Path) -> Result<Box<dyn std::io::Read + Send>, Failure> {
    if file.as_os_str() == "-" {
        return Ok(Box::new(std::io::stdin()));
    }
    let opened = File::open(file).map_err(|e| format!("cannot open {}: {e}", file.display()))?;
    Ok(Box::new(opened))
}

fn pretty(mapping: &Mapping) -> String {
    serde_json::to_string_pretty(mapping).unwrap_or_default()
}
