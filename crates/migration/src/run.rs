//! The run itself: one batch from the first listing to the last note.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use dictionary::{Dictionary, Language, Photo};
use exchange::{Pictures, Sheet, Together, join_key};
use media::Files;
use store::{
    Account, Act, Actor, Batch, BatchState, Error, Exclusive, Id, IdempotencyKey, Reads, Result,
    Scope, Store, Tx, Uuid, Via, kinds,
};

use crate::answers::Answers;
use crate::holds::Holds;
use crate::joins::Link;
use crate::parcel::Parcel;
use crate::plan::{Asker, Plan};
use crate::remarks;
use crate::report::{Question, Report};
use crate::undo::undo_until;

pub const BATCH_KIND: &str = "migration";

#[derive(Clone, Default)]
pub struct Options {
    /// Finds everything out, counts everything, and writes nothing.
    pub dry_run: bool,
    /// The category of listings that name none.
    pub category: Option<String>,
    /// The language of what is said of listings; the account's if none is asked for.
    pub language: Option<Language>,
    pub answers: Answers,
    /// Where pictures are kept.
    pub pictures: Pictures,
    /// Where documents are kept; without it there are none.
    pub shelf: Option<Files>,
    /// Who asked for it; nobody when the command line did.
    pub by: Option<Actor>,
    /// Of the request that asked for it: claimed with the batch and answered with its end.
    pub key: Option<IdempotencyKey>,
}

/// Takes over what is in the parcel. Questions that are open, and rows that were not taken, stand in
/// the report; an error means that the database or the disk failed. `progress` is told what is being
/// read and how much of it is done.
pub async fn migrate(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    account: &Account,
    parcel: Arc<Parcel>,
    options: Options,
    progress: &mut (dyn FnMut(&str, u64) + Send),
) -> Result<Report> {
    let started = Instant::now();
    let alone = match options.dry_run {
        true => None,
        false => Some(only_one(store, account.id).await?),
    };
    let language = Language::parse(&account.language).unwrap_or_default();
    let language = options.language.unwrap_or(language);
    let asker = Asker {
        store,
        dictionary,
        scope,
        account,
        language,
    };
    let plan = Plan::of(&asker, parcel, &options.answers).await?;
    let report = Report {
        dry_run: options.dry_run,
        questions: plan.questions.clone(),
        ..Report::default()
    };
    let act = Act::by(options.by.clone().unwrap_or(Actor::System("migration"))).via(Via::Import);
    let mut run = Run {
        store,
        dictionary,
        scope,
        account,
        language,
        plan,
        options,
        act,
        batch: None,
        report,
        listings: HashMap::new(),
        people: HashMap::new(),
        aliases: HashMap::new(),
        met: HashSet::new(),
        started,
    };
    if run.options.dry_run || run.report.questions.is_empty() {
        run.go(progress).await?;
    }
    if let Some(alone) = alone {
        alone.release().await;
    }
    let mut report = run.report;
    // What was closed is told as it was answered.
    if report.undo_until.is_none() {
        report.files = run.plan.files;
        report.seconds = started.elapsed().as_secs_f64();
    }
    Ok(report)
}

async fn only_one(store: &Store, account: Id<kinds::Account>) -> Result<Exclusive> {
    let taken = store.exclusive(&format!("migration {account}")).await?;
    taken.ok_or_else(|| {
        Error::conflict(
            "migration_running",
            [
                "Une reprise de données est en cours pour ce compte ; attendez qu’elle soit terminée",
                "Voor dit account loopt al een overname; wacht tot die klaar is",
                "A migration into this account is running already; wait until it is done",
                "In dieses Konto läuft schon eine Übernahme; warten Sie, bis sie fertig ist",
            ],
        )
    })
}

pub(crate) struct Run<'a> {
    pub(crate) store: &'a Store,
    pub(crate) dictionary: &'a Dictionary,
    pub(crate) scope: &'a Scope,
    pub(crate) account: &'a Account,
    /// Of what is said.
    pub(crate) language: Language,
    pub(crate) plan: Plan,
    pub(crate) options: Options,
    act: Act,
    batch: Option<Id<kinds::Batch>>,
    pub(crate) report: Report,
    /// Of each table the listings that came of it, by the key of their rows.
    pub(crate) listings: HashMap<usize, HashMap<u128, Id<kinds::Listing>>>,
    /// By each key of people, who is named by it.
    pub(crate) people: HashMap<usize, HashMap<u128, Id<kinds::Person>>>,
    /// Other numbers of listings, by table and column: the key of the same row.
    aliases: HashMap<(usize, usize), HashMap<u128, u128>>,
    /// Whom a dry run has met.
    pub(crate) met: HashSet<u128>,
    started: Instant,
}

/// Why a row's record is not joined to a listing.
pub(crate) enum Lost {
    NoNumber,
    NoSuchListing,
    ListingRefused,
}

impl Run<'_> {
    async fn go(&mut self, progress: &mut (dyn FnMut(&str, u64) + Send)) -> Result<()> {
        if !self.options.dry_run {
            self.open_batch().await?;
        }
        self.read_aliases()?;
        let pieces = self.gather_pieces()?;
        let photos = self.photos_of(&pieces);
        for table in self.plan.holding(Holds::Listings) {
            let photos = photos.get(&table).cloned().unwrap_or_default();
            self.import(table, photos, progress).await?;
        }
        if self.nothing_was_taken().await? {
            return Ok(());
        }
        self.carry_people(progress).await?;
        self.join_parties(progress).await?;
        self.take_pieces(&pieces, progress).await?;
        self.write_notes(progress).await?;
        self.close().await
    }

    /// The batch, or the one of the same parcel that was cut off.
    async fn open_batch(&mut self) -> Result<()> {
        let mut tx = self.store.begin(self.scope, self.act.clone()).await?;
        let key = self.options.key.as_ref();
        let begun = match key {
            Some(key) => key.begun(&mut tx).await?,
            None => None,
        };
        let batch = match begun {
            Some(batch) => {
                // Refused when somebody has stopped it meanwhile.
                let counts = Batch::find(&mut tx, batch).await?.counts;
                tx.advance_batch(batch, &counts).await?;
                batch
            }
            None => self.cut_off_or_new(&mut tx).await?,
        };
        if let Some(key) = key {
            tx.claim_key(key, batch).await?;
        }
        tx.commit().await?;
        self.batch = Some(batch);
        self.report.batch = Some(batch);
        Ok(())
    }

    async fn cut_off_or_new(&self, tx: &mut Tx) -> Result<Id<kinds::Batch>> {
        let name = &self.plan.parcel.name;
        let sql = "SELECT id FROM batch
            WHERE account = $1 AND kind = $2 AND label = $3 AND state = 'running'
            ORDER BY started_at DESC LIMIT 1";
        let vals = [self.account.id.into(), BATCH_KIND.into(), name.into()];
        match tx.one(sql, &vals).await? {
            Some(row) => Ok(row.id(0)),
            None => tx.open_batch(self.account.id, BATCH_KIND, name).await,
        }
    }

    /// A transaction of the batch; None in a dry run. Refused when somebody has stopped it.
    pub(crate) async fn begin(&self) -> Result<Option<Tx>> {
        let Some(batch) = self.batch else {
            return Ok(None);
        };
        let act = self.act.clone().in_batch(batch);
        let mut tx = self.store.begin(self.scope, act).await?;
        let counts = self.counts(Some(tx.now()));
        tx.advance_batch(batch, &counts).await?;
        Ok(Some(tx))
    }

    fn counts(&self, at: Option<store::Timestamp>) -> String {
        let sum = |of: &dyn Fn(&exchange::Report) -> u64| {
            let each = self.plan.files.iter().filter_map(|f| f.listings.as_ref());
            each.map(of).sum::<u64>()
        };
        let (found, rows) = (&self.report.found, self.plan.files.iter().map(|f| f.joined));
        let mut counts = serde_json::json!({
            "rows": rows.sum::<u64>(),
            "created": sum(&|r| r.created), "changed": sum(&|r| r.changed),
            "unchanged": sum(&|r| r.unchanged), "refused": sum(&|r| r.refused),
            "persons": found.persons, "parties": found.parties, "photos": found.photos,
            "documents": found.documents, "notes": found.notes,
        });
        if let Some(at) = at {
            counts["at"] = at.0.into();
        }
        counts.to_string()
    }

    async fn import(
        &mut self,
        table: usize,
        photos: HashMap<u128, Vec<Photo>>,
        progress: &mut (dyn FnMut(&str, u64) + Send),
    ) -> Result<()> {
        let file = self.plan.tables[table].file.clone();
        let source = match self.plan.parcel.open_file(&file) {
            Ok(source) => source,
            Err(refusal) => return Err(Error::broken(refusal.to_string())),
        };
        let column = self.plan.primary.get(&table);
        let column = column.map(|at| self.plan.tables[table].columns[*at].name.clone());
        let together = Together {
            batch: self.batch,
            column: column.unwrap_or_default(),
            photos,
            files: self.plan.parcel.clone(),
        };
        let options = exchange::Options {
            name: file.clone(),
            category: self.options.category.clone(),
            dry_run: self.options.dry_run,
            partial: true,
            // Another system may call its files the same, and count its listings from 1 too.
            feed: Some(format!("migration {} {file}", self.plan.parcel.name)),
            language: Some(self.language),
            by: self.options.by.clone(),
            pictures: self.options.pictures.clone(),
            together: Some(Arc::new(together)),
            ..exchange::Options::default()
        };
        let mut told = |report: &exchange::Report| progress(&file, report.rows);
        let mut report = exchange::import(
            self.store,
            self.dictionary,
            self.scope,
            self.account.clone(),
            source,
            options,
            &mut told,
        )
        .await?;
        let mut joined = std::mem::take(&mut report.joined);
        // What is not here yet has no id; in a dry run the key stands for it.
        for (key, listing) in joined.iter_mut().filter(|(_, id)| id.uuid().is_nil()) {
            *listing = Id::from_uuid(Uuid::from_u128(*key));
        }
        self.listings.insert(table, joined);
        let told = &mut self.plan.files[table];
        told.joined = report.created + report.changed + report.unchanged;
        told.doubled = told.doubled.max(report.merged);
        self.report.found.listings += told.joined;
        told.listings = Some(report);
        Ok(())
    }

    /// Files of listings of which none became one are the wrong files, or the wrong account.
    async fn nothing_was_taken(&mut self) -> Result<bool> {
        let tables = self.plan.holding(Holds::Listings);
        let rows: u64 = tables.iter().map(|t| self.plan.tables[*t].rows).sum();
        if tables.is_empty() || rows == 0 || self.report.found.listings > 0 {
            return Ok(false);
        }
        let of = &self.plan.files[tables[0]];
        let first = of
            .listings
            .iter()
            .flat_map(|r| &r.problem_kinds)
            .find(|k| k.refused);
        let none = remarks::NO_REASON.plain(self.language);
        let first = first.map_or(none.as_str(), |kind| kind.message.as_str());
        let said = remarks::NOTHING_TAKEN.about(self.language, &[&rows.to_string(), first]);
        self.report.questions.push(Question {
            code: "no_listing_taken",
            file: of.name.clone(),
            said,
            answers: vec!["--category CATEGORY".into()],
        });
        if let Some(batch) = self.batch.take() {
            let mut tx = self.store.begin(self.scope, self.act.clone()).await?;
            tx.mark_batch(batch, BatchState::Cancelled, "{}").await?;
            tx.commit().await?;
            self.report.batch = None;
        }
        Ok(true)
    }

    /// Listings that some files name by another number than most.
    fn read_aliases(&mut self) -> Result<()> {
        let mut wanted: HashMap<usize, HashSet<usize>> = HashMap::new();
        for link in self.plan.to_listings.values() {
            for (table, column) in &self.plan.listing_keys[link.key].places {
                if self
                    .plan
                    .primary
                    .get(table)
                    .is_some_and(|own| own != column)
                {
                    wanted.entry(*table).or_default().insert(*column);
                }
            }
        }
        for (table, columns) in wanted {
            let own = self.plan.primary[&table];
            let mut aliases: Vec<(usize, HashMap<u128, u128>)> =
                columns.into_iter().map(|c| (c, HashMap::new())).collect();
            self.each_row(table, |_, cells| {
                let key = join_key(&cells[own]);
                for (column, known) in &mut aliases {
                    known.entry(join_key(&cells[*column])).or_insert(key);
                }
            })?;
            for (column, known) in aliases {
                self.aliases.insert((table, column), known);
            }
        }
        Ok(())
    }

    /// Reads the rows of a table once more, each with its line.
    pub(crate) fn each_row(
        &self,
        table: usize,
        mut take: impl FnMut(u64, &[String]),
    ) -> Result<()> {
        let mut sheet = self.sheet(table)?;
        while let Some(row) = sheet.next_row() {
            if let Ok(row) = row {
                take(row.line, &row.cells);
            }
        }
        Ok(())
    }

    pub(crate) fn sheet(&self, table: usize) -> Result<Sheet> {
        let file = &self.plan.tables[table].file;
        let opened = self.plan.parcel.open_file(file).and_then(Sheet::open);
        opened.map_err(|refusal| Error::broken(format!("{file}: {refusal}")))
    }

    /// The table and the key of the listing that a cell names, if a row of listings is called so.
    pub(crate) fn named(&self, link: &Link, cell: &str) -> Result<(usize, u128), Lost> {
        if cell.trim().is_empty() {
            return Err(Lost::NoNumber);
        }
        let (table, value) = self.plan.named(link, cell).ok_or(Lost::NoSuchListing)?;
        let places = &self.plan.listing_keys[link.key].places;
        let column = places.iter().find(|(t, _)| *t == table).map(|(_, c)| *c);
        let alias = column.and_then(|c| self.aliases.get(&(table, c)));
        let key = match alias {
            Some(known) => known.get(&value).copied(),
            None => Some(value),
        };
        key.map(|key| (table, key)).ok_or(Lost::NoSuchListing)
    }

    /// The listing that came of such a row.
    pub(crate) fn taken(&self, table: usize, key: u128) -> Result<Id<kinds::Listing>, Lost> {
        let of = self.listings.get(&table).and_then(|known| known.get(&key));
        of.copied().ok_or(Lost::ListingRefused)
    }

    /// The listing that a cell names.
    pub(crate) fn listing(&self, link: &Link, cell: &str) -> Result<Id<kinds::Listing>, Lost> {
        let (table, key) = self.named(link, cell)?;
        self.taken(table, key)
    }

    async fn close(&mut self) -> Result<()> {
        let Some(batch) = self.batch else {
            return Ok(());
        };
        let act = self.act.clone().in_batch(batch);
        let mut tx = self.store.begin(self.scope, act).await?;
        let brought = relations::brought(&mut tx, batch).await?;
        self.report.found.persons = brought.persons;
        self.report.found.parties = brought.parties;
        self.report.found.notes = brought.notes;
        self.report.found.documents = catalog::documents_of_batch(&mut tx, batch).await?;
        let counts = self.counts(None);
        tx.mark_batch(batch, BatchState::Applied, &counts).await?;
        self.report.undo_until = Some(undo_until(tx.now()));
        self.report.files = std::mem::take(&mut self.plan.files);
        self.report.seconds = self.started.elapsed().as_secs_f64();
        if let Some(key) = &self.options.key {
            let told = store::json(&self.report)?;
            tx.answer(key, 200, &told).await?;
        }
        tx.commit().await.map(|_| ())
    }
}

impl Lost {
    /// The code, and why, for a row that says `cell`.
    pub(crate) fn said(&self, cell: &str, language: Language) -> (&'static str, String) {
        let (code, remark) = match self {
            Lost::NoNumber => ("no_number", remarks::NO_NUMBER),
            Lost::NoSuchListing => ("no_such_listing", remarks::NO_SUCH_LISTING),
            Lost::ListingRefused => ("listing_refused", remarks::LISTING_REFUSED),
        };
        (code, remark.about(language, &[cell.trim()]))
    }
}
