//! A file becomes listings.

use std::io::Read;
use std::time::Instant;

use ::store::{Account, Act, Actor, BatchState, Error, Result, Scope, Store, Via};
use dictionary::Dictionary;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

use crate::convert::Manner;
use crate::feed::{Feed, Kind};
use crate::kyero;
use crate::mapping::Mapping;
use crate::propose::{default_category, propose};
use crate::record::Drafter;
use crate::report::{Mapped, Problem, Report};
use crate::rows::{kyero_row, table_row};
use crate::store::{self, Known};
use crate::write::{Pending, Writer};

/// A feed that would withdraw more than this share of what it brought waits for a person.
const SHRINK_MAX_PERCENT: u64 = 30;
/// Below this many listings a share says nothing.
const SHRINK_FEW: u64 = 10;
const CHUNK: usize = catalog::CHUNK;

#[derive(Clone, Debug, Default)]
pub struct Options {
    /// What the file is called: part of what a person recognises the batch by.
    pub name: String,
    pub category: Option<String>,
    pub dry_run: bool,
    /// The file holds only some of the feed: what is missing is not withdrawn.
    pub partial: bool,
    /// A person said "yes, really" to a shrunken file.
    pub clearance: bool,
    /// A person's mapping instead of the proposed or remembered one.
    pub mapping: Option<Mapping>,
}

/// The first rows as the listings they will become, and the mapping that makes them so.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    pub report: Report,
    pub mapping: Mapping,
    pub columns: Vec<String>,
    pub sample: Vec<Vec<String>>,
    #[serde(skip)]
    pub listings: Vec<Option<catalog::NewListing>>,
}

pub(crate) fn act() -> Act {
    Act::by(Actor::System("import")).via(Via::Import)
}

/// What one import works with.
struct Run<'a> {
    dictionary: &'a Dictionary,
    account: Account,
    feed: Feed,
    mapping: Mapping,
    drafter: Option<Drafter>,
    fingerprint: u128,
    options: Options,
}

/// Imports a file into an account. An error means that nothing could be read at all; whatever is
/// wrong with single rows stands in the report. `progress` is told the rows done.
pub async fn import(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    account: Account,
    source: Box<dyn Read + Send>,
    options: Options,
    progress: &mut (dyn FnMut(&Report) + Send),
) -> Result<Report> {
    let started = Instant::now();
    let mut run = match Run::prepare(store, dictionary, scope, account, source, options).await? {
        Ok(run) => run,
        // An unreadable file removes nothing: it is told and that is all.
        Err(report) => return Ok(report),
    };
    let mut report = run.report();
    let mut read = store.read(scope).await?;
    let feed = run.feed_name();
    let mut known = store::known(&mut read, run.account.id, &feed).await?;
    drop(read);
    let mut writer = Writer {
        store,
        dictionary,
        scope,
        account: run.account.id,
        label: run.label(),
        feed,
        owned: run.owned(),
        dry_run: run.options.dry_run,
        batch: None,
        resumed: false,
    };
    let whole = run
        .rows(&mut writer, &mut known, &mut report, progress)
        .await?;
    run.remove(&mut writer, &known, &mut report, whole).await?;
    if let Some(batch) = writer.batch {
        let mut tx = store.begin(scope, act().in_batch(batch)).await?;
        if run.feed.kind != Kind::Kyero {
            store::remember_mapping(&mut tx, run.account.id, &writer.feed, &run.mapping).await?;
        }
        tx.mark_batch(batch, BatchState::Applied, &report.counts())
            .await?;
        tx.commit().await?;
    }
    report.seconds = started.elapsed().as_secs_f64();
    Ok(report)
}

/// Reads the beginning of a file and shows what would become of it.
pub async fn preview(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    account: Account,
    source: Box<dyn Read + Send>,
    options: Options,
    rows: usize,
) -> Result<Preview> {
    let run = Run::prepare(store, dictionary, scope, account, source, options).await?;
    let mut run = match run {
        Ok(run) => run,
        Err(report) => {
            let mapping = Mapping {
                columns: Vec::new(),
                key: None,
                category: None,
            };
            return Ok(Preview {
                report,
                mapping,
                columns: vec![],
                sample: vec![],
                listings: vec![],
            });
        }
    };
    let mut report = run.report();
    let sample: Vec<Vec<String>> = run.feed.sample().into_iter().take(rows).collect();
    let mut listings = Vec::new();
    for _ in 0..rows {
        let Some(record) = run.take(&Known::default(), &mut report) else {
            break;
        };
        listings.push(match record {
            Taken::Draft(pending) => Some(pending.draft),
            _ => None,
        });
    }
    let columns = run.feed.columns.clone();
    Ok(Preview {
        report,
        mapping: run.mapping,
        columns,
        sample,
        listings,
    })
}

/// What became of one record.
enum Taken {
    Known(u32),
    Draft(Box<Pending>),
    Refused,
    /// The file cannot be read further.
    Broken,
}

impl<'a> Run<'a> {
    async fn prepare(
        store: &Store,
        dictionary: &'a Dictionary,
        scope: &Scope,
        account: Account,
        source: Box<dyn Read + Send>,
        options: Options,
    ) -> Result<Result<Run<'a>, Report>> {
        let vertical = dictionary
            .vertical(&account.vertical)
            .ok_or(Error::NotFound { what: "vertical" })?;
        if let Some(category) = &options.category
            && vertical.category_like(category).is_none()
        {
            let said =
                format!("unknown category “{category}”; `entremise dictionary list` shows them");
            return Err(Error::refused(
                "unknown_category",
                [&said, &said, &said, &said],
            ));
        }
        let feed = match Feed::open(source) {
            Ok(feed) => feed,
            Err(refusal) => {
                let mut report = Report {
                    format: "unknown".into(),
                    ..Report::default()
                };
                report.tell(Problem {
                    row: 0,
                    line: refusal.line,
                    column: String::new(),
                    code: refusal.code,
                    message: refusal.message,
                    refused: true,
                });
                return Ok(Err(report));
            }
        };
        let currency = if account.country == "GB" {
            "GBP"
        } else {
            "EUR"
        };
        let mut run = Run {
            dictionary,
            account,
            feed,
            options,
            fingerprint: 0,
            drafter: None,
            mapping: Mapping {
                columns: Vec::new(),
                key: None,
                category: None,
            },
        };
        if run.feed.kind == Kind::Kyero {
            run.mapping.category = run.options.category.clone();
            return Ok(Ok(run));
        }
        let remembered = {
            let mut read = store.read(scope).await?;
            store::remembered_mapping(&mut read, run.account.id, &run.feed_name()).await?
        };
        let manner = Manner {
            currency: currency.into(),
            comma_decimal: false,
        };
        let fallback = run
            .options
            .category
            .clone()
            .or_else(|| default_category(dictionary, &run.account.vertical));
        let mut mapping = match run.options.mapping.clone().or(remembered) {
            Some(mapping) => mapping,
            None => propose(
                vertical,
                &run.feed.columns,
                &run.feed.sample(),
                &manner,
                fallback.clone(),
            ),
        };
        mapping.category = fallback.or(mapping.category);
        run.drafter = Some(Drafter::new(
            vertical.clone(),
            &mapping,
            currency,
            &run.account.country,
        ));
        run.fingerprint = mapping.fingerprint();
        run.mapping = mapping;
        Ok(Ok(run))
    }

    fn report(&self) -> Report {
        let mapped = self.mapping.columns.iter().map(|c| Mapped {
            column: c.column.clone(),
            field: c.field.clone(),
            confidence: (c.confidence * 100.0).round() / 100.0,
            reason: c.reason.clone(),
        });
        Report {
            format: self.feed.format().into(),
            encoding: self.feed.encoding(),
            mapping: mapped.collect(),
            ..Report::default()
        }
    }

    /// Files with the same columns are deliveries of one feed.
    fn feed_name(&self) -> String {
        match self.feed.kind {
            Kind::Kyero => "kyero".into(),
            _ => format!(
                "{:016x}",
                xxh3_128(self.feed.columns.join("\u{1}").as_bytes()) as u64
            ),
        }
    }

    fn label(&self) -> String {
        match self.options.name.as_str() {
            "" => self.feed_name(),
            name => name.to_owned(),
        }
    }

    fn owned(&self) -> Vec<std::sync::Arc<str>> {
        match &self.drafter {
            Some(drafter) => drafter.owned_fields(),
            None => kyero::owned_fields(),
        }
    }

    /// Reads all records; false when the file broke off.
    async fn rows(
        &mut self,
        writer: &mut Writer<'_>,
        known: &mut Known,
        report: &mut Report,
        progress: &mut (dyn FnMut(&Report) + Send),
    ) -> Result<bool> {
        let mut pending: Vec<Pending> = Vec::with_capacity(CHUNK);
        let mut keys = ahash::AHashSet::new();
        let mut whole = true;
        while let Some(taken) = self.take(known, report) {
            match taken {
                Taken::Known(at) => {
                    let row = &mut known.rows[at as usize];
                    if row.seen {
                        report.merged += 1
                    } else {
                        report.unchanged += 1
                    }
                    row.seen = true;
                }
                Taken::Draft(draft) => {
                    if let Some(at) = known.by_key.get(&draft.key) {
                        let row = &mut known.rows[*at as usize];
                        if std::mem::replace(&mut row.seen, true) {
                            report.merged += 1;
                            continue;
                        }
                    } else if !keys.insert(draft.key) {
                        report.merged += 1;
                        continue;
                    }
                    pending.push(*draft);
                }
                Taken::Refused => {}
                Taken::Broken => {
                    whole = false;
                    break;
                }
            }
            if pending.len() >= CHUNK {
                writer
                    .write(std::mem::take(&mut pending), known, report)
                    .await?;
                keys.clear();
                progress(report);
            } else if report.rows.is_multiple_of(20_000) {
                progress(report);
                tokio_yield().await;
            }
        }
        writer.write(pending, known, report).await?;
        progress(report);
        Ok(whole)
    }

    fn take(&mut self, known: &Known, report: &mut Report) -> Option<Taken> {
        let Run {
            feed,
            drafter,
            fingerprint,
            dictionary,
            account,
            mapping,
            ..
        } = self;
        let kind = feed.kind;
        let mut remarks: Vec<Problem> = Vec::new();
        let mut line = 0;
        let taken = feed.next(|reader, raw| {
            line = raw.line;
            let hash = (raw.hash() ^ *fingerprint).max(1);
            if let Some(at) = known.by_hash.get(&hash) {
                return Taken::Known(*at);
            }
            let mut told = |problem: Problem| remarks.push(problem);
            let draft = match drafter {
                Some(drafter) => table_row(reader, &raw, drafter, mapping.columns.len(), &mut told),
                None => kyero_row(reader, &raw, dictionary, account, mapping, &mut told),
            };
            debug_assert!(kind == Kind::Kyero || drafter.is_some());
            match draft {
                Some(draft) => {
                    let key = draft
                        .key
                        .as_ref()
                        .map_or(hash, |k| xxh3_128(k.trim().as_bytes()));
                    Taken::Draft(Box::new(Pending {
                        key,
                        hash,
                        draft: draft.listing,
                    }))
                }
                None => Taken::Refused,
            }
        })?;
        let taken = match taken {
            Ok(taken) => {
                report.rows += 1;
                taken
            }
            Err(refusal) => {
                line = refusal.line;
                let broken = refusal.line == 0 || refusal.code == "cut_off";
                report.rows += u64::from(!broken || refusal.line > 0);
                remarks.push(Problem {
                    row: 0,
                    line,
                    column: String::new(),
                    code: refusal.code,
                    message: refusal.message,
                    refused: true,
                });
                if broken {
                    Taken::Broken
                } else {
                    Taken::Refused
                }
            }
        };
        for remark in remarks {
            report.tell(Problem {
                row: report.rows,
                line,
                ..remark
            });
        }
        Some(taken)
    }

    /// The removal guard, and behind it the removal.
    async fn remove(
        &self,
        writer: &mut Writer<'_>,
        known: &Known,
        report: &mut Report,
        whole: bool,
    ) -> Result<()> {
        let gone: Vec<_> = known
            .rows
            .iter()
            .filter(|row| !row.seen && !row.gone)
            .map(|row| (row.key, row.listing))
            .collect();
        if gone.is_empty() || self.options.partial {
            return Ok(());
        }
        let had = known.rows.iter().filter(|row| !row.gone).count() as u64;
        let share = gone.len() as u64 * 100 / had.max(1);
        if !whole {
            report.tell_file(
                "not_whole",
                "the file breaks off, so nothing that it does not name was withdrawn",
            );
        } else if report.rows == 0 {
            report.tell_file(
                "no_rows",
                "the file holds no rows, so nothing was withdrawn",
            );
        } else if share > SHRINK_MAX_PERCENT && had > SHRINK_FEW && !self.options.clearance {
            let said = format!(
                "the file no longer names {} of {had} listings ({share} %), so none was withdrawn; \
                 if that is meant, import it again with --clearance",
                gone.len()
            );
            report.tell_file("shrunken", said);
        } else {
            writer.withdraw(gone, report).await?;
        }
        Ok(())
    }
}

/// Lets others have the thread now and then; known rows never wait for anything.
async fn tokio_yield() {
    let mut yielded = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut yielded, true) {
            return std::task::Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}
