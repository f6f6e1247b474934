//! A file becomes listings.

use std::io;
use std::time::Instant;

use ::store::{Account, BatchState, Error, Exclusive, Id, Result, Scope, Store, kinds};
use dictionary::Dictionary;
use xxhash_rust::xxh3::xxh3_128;

use crate::album::Album;
use crate::choices;
use crate::facts::Lasting;
use crate::feed::{Feed, Kind};
use crate::kyero;
use crate::mapping::Mapping;
use crate::newcomers::Newcomers;
use crate::options::Options;
use crate::policy::LastWord;
use crate::record::{Draft, Drafter};
use crate::remarks;
use crate::removal::Read;
use crate::report::{Problem, Report};
use crate::rows::{Left, kyero_row, table_row};
use crate::store::{self, Known};
use crate::target::Target;
use crate::together::join_key;
use crate::write::{Pending, Writer};

const CHUNK: usize = catalog::CHUNK;
/// Of wide rows fewer wait to be written: so many cells stay near the processor.
const CELLS: usize = 60 * CHUNK;
const STEP_MIN: usize = 100;
/// A file of which so much is refused after so many rows is the wrong file, or has a wrong mapping.
const HOPELESS_ROWS: u64 = 20_000;
const HOPELESS_PERCENT: u64 = 95;

/// What one import works with.
pub(crate) struct Run<'a> {
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) account: Account,
    pub(crate) feed: Feed,
    pub(crate) mapping: Mapping,
    pub(crate) drafter: Option<Drafter>,
    pub(crate) lasting: Lasting,
    pub(crate) fingerprint: u128,
    pub(crate) options: Options,
    pub(crate) album: Album,
}

/// Imports a file into an account. An error means that nothing could be read at all; whatever is
/// wrong with single rows stands in the report. `progress` is told the rows done.
pub async fn import(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    account: Account,
    source: Box<dyn io::Read + Send>,
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
    let feed = run.feed_name();
    let alone = match run.options.dry_run {
        true => None,
        false => Some(only_one(store, run.account.id, &feed).await?),
    };
    let mut read = store.read(scope).await?;
    let mut known = store::known(&mut read, run.account.id, &feed).await?;
    let elsewhere = store::elsewhere(&mut read, run.account.id, &feed).await?;
    let held = run.options.policy.last_word == LastWord::File;
    let to_be_filled = catalog::to_be_filled(&mut read, run.account.id, held).await?;
    let to_be_filled = to_be_filled.into_iter().collect();
    drop(read);
    known.read_anew(&to_be_filled);
    let is_new = known.rows.is_empty();
    let mut writer = Writer {
        store,
        dictionary,
        scope,
        account: run.account.id,
        vertical: run.account.vertical.clone(),
        elsewhere,
        adopted: Default::default(),
        label: run.label(),
        feed,
        owned: run.owned(),
        owns_photos: run.owns_photos(),
        clearance: run.options.clearance,
        policy: run.options.policy,
        renamed: Default::default(),
        all_read: false,
        to_be_filled,
        dry_run: run.options.dry_run,
        expected: run.options.expected,
        batch: run.options.outer_batch(),
        resumed: false,
        act: run.options.act(),
        key: run.options.key.clone(),
    };
    let read = run
        .rows(&mut writer, &mut known, &mut report, progress)
        .await?;
    run.tell_the_end(&mut report);
    if is_new {
        writer.inherit(&mut known).await?;
    }
    run.remove(&mut writer, &known, &mut report, read).await?;
    if run.options.together.is_some() {
        report.joined = known.taken();
    }
    let outer = run.remember_together(&writer, &mut report).await?;
    writer.take_up(&mut report).await?;
    writer.ask_anew(&known).await?;
    if let Some(batch) = writer.batch.filter(|_| !outer) {
        let mut tx = store
            .begin(scope, writer.act.clone().in_batch(batch))
            .await?;
        if run.feed.kind != Kind::Kyero {
            store::remember_mapping(&mut tx, &run.account, &writer.feed, &run.mapping).await?;
        }
        tx.mark_batch(batch, BatchState::Applied, &report.counts())
            .await?;
        report.seconds = started.elapsed().as_secs_f64();
        if let Some(key) = &writer.key {
            tx.answer(key, 200, &::store::json(&report)?).await?;
        }
        tx.commit().await?;
    }
    if let Some(alone) = alone {
        alone.release().await;
    }
    // What was answered to a key stays what was answered.
    if report.batch.is_none() {
        report.seconds = started.elapsed().as_secs_f64();
    }
    Ok(report)
}

/// The same feed twice at once would bring every listing twice.
async fn only_one(store: &Store, account: Id<kinds::Account>, feed: &str) -> Result<Exclusive> {
    let taken = store.exclusive(&format!("import {account} {feed}")).await?;
    taken.ok_or_else(|| {
        Error::conflict(
            "import_running",
            [
                "Ce flux est en cours d’importation ; attendez qu’il soit terminé",
                "Deze feed wordt al geïmporteerd; wacht tot dat klaar is",
                "This feed is being imported already; wait until that is done",
                "Dieser Feed wird gerade importiert; warten Sie, bis das fertig ist",
            ],
        )
    })
}

fn key_of(key: &str) -> u128 {
    xxh3_128(key.trim().as_bytes())
}

type Draw<'a> = &'a mut dyn FnMut(&Drafter, &[String], &Draft);

/// What became of one record.
pub(crate) enum Taken {
    Known(u32),
    Draft(Box<Pending>),
    /// With its key, if that much could be read.
    Refused(Option<u128>),
    /// No row: a header once more, a comment.
    NoRow,
    /// The file cannot be read further.
    Broken,
}

impl<'a> Run<'a> {
    pub(crate) async fn prepare(
        store: &Store,
        dictionary: &'a Dictionary,
        scope: &Scope,
        account: Account,
        source: Box<dyn io::Read + Send>,
        options: Options,
    ) -> Result<Result<Run<'a>, Report>> {
        let mut run = match Run::open(dictionary, account, source, options)? {
            Ok(run) => run,
            Err(report) => return Ok(Err(report)),
        };
        if run.feed.kind != Kind::Kyero {
            let mut read = store.read(scope).await?;
            let all = store::mappings(&mut read, run.account.id).await?;
            let name = run.feed_name();
            let remembered = all.iter().find(|m| m.feed == name);
            let remembered = remembered.map(|m| m.mapping.clone());
            let earlier: Vec<Mapping> = all.into_iter().map(|m| m.mapping).collect();
            let elsewhere = choices::choices(store, &run.account, &run.feed.columns).await?;
            run.settle(remembered, &earlier, &elsewhere);
        }
        if let Some(together) = &run.options.together {
            run.fingerprint ^= together.fingerprint();
        }
        Ok(Ok(run))
    }

    pub(crate) fn feed_name(&self) -> String {
        if let Some(name) = self.options.feed.as_deref() {
            return format!("feed {}", name.trim().to_lowercase());
        }
        match self.feed.kind {
            Kind::Kyero => "kyero".into(),
            _ => format!("{:016x}", xxh3_128(self.feed.likeness.as_bytes()) as u64),
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
            Some(drafter) if drafter.partial => Vec::new(),
            Some(drafter) => drafter.owned_fields(),
            None => kyero::owned_fields(),
        }
    }

    /// Whether a row that names no photo has none.
    fn owns_photos(&self) -> bool {
        match &self.drafter {
            Some(drafter) if drafter.partial => false,
            Some(drafter) => drafter
                .targets
                .iter()
                .any(|(_, target, _)| *target == Target::Photos),
            None => true,
        }
    }

    /// Reads all records.
    async fn rows(
        &mut self,
        writer: &mut Writer<'_>,
        known: &mut Known,
        report: &mut Report,
        progress: &mut (dyn FnMut(&Report) + Send),
    ) -> Result<Read> {
        let most = step_of(self.feed.columns.len());
        let (mut pending, mut step) = (Vec::<Pending>::with_capacity(most), most);
        let mut keys = ahash::AHashSet::new();
        let (is_new, mut newcomers) = (known.rows.is_empty(), Newcomers::default());
        let (mut whole, mut unnamed, mut hopeless) = (true, 0u64, false);
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
                Taken::Draft(mut draft) => {
                    if self.names_only_some() {
                        if keys.contains(&draft.key) {
                            // The listing, and behind it what has changed of it.
                            let written = std::mem::take(&mut pending);
                            writer.write(written, known, report).await?;
                            keys.clear();
                        }
                        if let Some(at) = known.by_key.get(&draft.key) {
                            known.rows[*at as usize].seen = false;
                        } else if draft.draft.category.is_empty() {
                            report.tell(Problem {
                                row: report.rows,
                                ..remarks::change_of_nothing(self.language())
                            });
                            continue;
                        }
                    }
                    if let Some(at) = known.by_key.get(&draft.key) {
                        let row = &mut known.rows[*at as usize];
                        if std::mem::replace(&mut row.seen, true) {
                            report.merged += 1;
                            continue;
                        }
                    } else if newcomers.holds(draft.key) || !keys.insert(draft.key) {
                        report.merged += 1;
                        continue;
                    } else if !is_new && !self.names_only_some() {
                        self.fill(&mut draft, false, report)?;
                        pending.extend(newcomers.wait(*draft));
                        continue;
                    }
                    let is_known = known.by_key.contains_key(&draft.key);
                    self.fill(&mut draft, is_known, report)?;
                    pending.push(*draft);
                }
                // What the file names is not gone, however badly it is written.
                Taken::Refused(Some(key)) => {
                    if let Some(at) = known.by_key.get(&key) {
                        known.rows[*at as usize].seen = true;
                    }
                }
                Taken::Refused(None) => unnamed += 1,
                Taken::NoRow => {}
                Taken::Broken => {
                    whole = false;
                    break;
                }
            }
            if !self.options.anyway && is_hopeless(report) {
                hopeless = true;
                break;
            }
            if pending.len() >= step {
                writer
                    .write(std::mem::take(&mut pending), known, report)
                    .await?;
                keys.clear();
                step = writer.step().min(most);
                progress(report);
            } else if report.rows.is_multiple_of(20_000) {
                progress(report);
                tokio_yield().await;
            }
        }
        writer.write(pending, known, report).await?;
        let partial = self.options.partial || self.names_only_some();
        let all = whole && !hopeless && !partial;
        writer.settle(newcomers, known, report, all).await?;
        progress(report);
        if hopeless {
            let said = format!(
                "{} of the first {} rows are refused, so the rest was not read and nothing was \
                 withdrawn; look at the reasons and at the mapping, or read on with --anyway",
                report.refused, report.rows
            );
            report.tell_file("hopeless", said);
        }
        Ok(Read {
            whole,
            unnamed,
            hopeless,
        })
    }

    pub(crate) fn take(&mut self, known: &Known, report: &mut Report) -> Option<Taken> {
        self.take_with(known, report, None)
    }

    /// The same, and the listing in the plain shape goes to `plain`.
    pub(crate) fn take_plain(
        &mut self,
        known: &Known,
        report: &mut Report,
        plain: &mut Vec<serde_json::Value>,
    ) -> Option<Taken> {
        let mut draw = |drafter: &Drafter, cells: &[String], draft: &Draft| {
            plain.push(drafter.plain(cells, draft));
        };
        self.take_with(known, report, Some(&mut draw))
    }

    fn take_with(
        &mut self,
        known: &Known,
        report: &mut Report,
        drawn: Option<Draw<'_>>,
    ) -> Option<Taken> {
        let Run {
            feed,
            drafter,
            fingerprint,
            dictionary,
            account,
            mapping,
            lasting,
            options,
            ..
        } = self;
        let kind = feed.kind;
        let together = options.together.as_ref();
        let named_by = together.and_then(|t| feed.columns.iter().position(|c| *c == t.column));
        let mut remarks: Vec<Problem> = Vec::new();
        let mut line = 0;
        let taken = feed.next(|reader, raw| {
            line = raw.line;
            let bytes = raw.hash();
            let hash = (bytes ^ *fingerprint).max(1);
            if let Some(at) = known.by_hash.get(&hash) {
                return Taken::Known(*at);
            }
            let mut told = |problem: Problem| remarks.push(problem);
            let draft = match drafter {
                Some(drafter) => {
                    let columns = mapping.columns.len();
                    let draft = table_row(reader, &raw, drafter, columns, &mut told);
                    if let (Some(drawn), Ok(draft)) = (drawn, &draft)
                        && let Ok(cells) = reader.cells(&raw)
                    {
                        drawn(drafter, &cells, draft);
                    }
                    draft
                }
                None => kyero_row(reader, &raw, dictionary, account, mapping, &mut told),
            };
            let named = named_by.and_then(|at| {
                let cell = reader.cells(&raw).ok()?.into_iter().nth(at)?;
                (!cell.trim().is_empty()).then(|| join_key(&cell))
            });
            debug_assert!(kind == Kind::Kyero || drafter.is_some());
            match draft {
                Ok(draft) => {
                    // A row without a key is its own: the same under another mapping.
                    let own = || draft.key.as_ref().map_or(bytes, |k| key_of(k));
                    let key = named.unwrap_or_else(own);
                    Taken::Draft(Box::new(Pending {
                        key,
                        hash,
                        facts: lasting.facts(&draft.listing),
                        at: (0, 0),
                        draft: draft.listing,
                    }))
                }
                Err(Left::NoRow) => Taken::NoRow,
                Err(Left::Refused) => Taken::Refused(named.or_else(|| {
                    let drafter = drafter.as_ref()?;
                    drafter.key_in(reader, &raw).map(|k| key_of(&k))
                })),
            }
        })?;
        let taken = match taken {
            Ok(mut taken) => {
                report.rows += u64::from(!matches!(taken, Taken::NoRow));
                if let Taken::Draft(pending) = &mut taken {
                    pending.at = (report.rows, line);
                }
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
                    Taken::Refused(None)
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
}

/// Looked at once in `HOPELESS_ROWS`, so that a bad end of a good file does not count.
fn is_hopeless(report: &Report) -> bool {
    report.rows > 0
        && report.rows.is_multiple_of(HOPELESS_ROWS)
        && report.refused * 100 >= report.rows * HOPELESS_PERCENT
}

fn step_of(columns: usize) -> usize {
    (CELLS / columns.max(1)).clamp(STEP_MIN, CHUNK)
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
