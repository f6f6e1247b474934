//! A file that is imported while whoever brought it waits for the report: it comes to the same
//! shelf as those of the night.

use std::io;

use ::store::{Account, Act, Actor, Result, Scope, Store, Via};
use dictionary::Dictionary;
use exchange::{Options, Report};
use media::Kept;

use crate::arrival::Arrival;
use crate::receive::{begin, tell};
use crate::source::by_hand;
use crate::store;
use crate::work::{fact_of, state_of};

/// The source of files for which no feed was named: by their columns they are one feed or another.
pub(crate) const UNNAMED: &str = "imports";

/// What is imported, and how the same is kept raw; both happen at once.
pub struct Handed<K> {
    pub file: Box<dyn io::Read + Send>,
    pub keep: K,
}

/// Imports to the end as [`exchange::import`] does, keeps the file, and writes down that it came.
/// A named feed that is a source of the account is worked by the source's policy. A file that
/// cannot be kept is imported nevertheless.
pub async fn import<K>(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    account: Account,
    handed: Handed<K>,
    mut options: Options,
    progress: &mut (dyn FnMut(&Report) + Send),
) -> Result<Report>
where
    K: FnOnce() -> Result<Kept> + Send + 'static,
{
    let feed = options.feed.as_deref().map(|f| f.trim().to_lowercase());
    if let Some(feed) = &feed {
        let mut read = store.read(scope).await?;
        let source = store::by_name(&mut read, account.id, feed).await?;
        options.policy = source.map(|s| s.policy).unwrap_or_default();
    }
    if options.dry_run {
        let file = handed.file;
        return exchange::import(store, dictionary, scope, account, file, options, progress).await;
    }
    let keeping = tokio::task::spawn_blocking(handed.keep);
    let wrote = Wrote {
        name: options.name.clone(),
        feed: feed.unwrap_or_else(|| UNNAMED.to_owned()),
        partial: options.partial,
        by: options.by.clone().unwrap_or(Actor::System("import")),
    };
    let file = handed.file;
    let told = exchange::import(
        store,
        dictionary,
        scope,
        account.clone(),
        file,
        options,
        progress,
    )
    .await;
    let kept = keeping
        .await
        .map_err(|e| ::store::Error::broken(e.to_string()))
        .flatten();
    if let Ok(report) = &told {
        let written = match kept {
            Ok(kept) => wrote.down(store, scope, &account, kept, report).await,
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::warn!(%error, "an imported file is not among the arrivals");
        }
    }
    told
}

struct Wrote {
    name: String,
    feed: String,
    partial: bool,
    by: Actor,
}

impl Wrote {
    async fn down(
        self,
        store: &Store,
        scope: &Scope,
        account: &Account,
        kept: Kept,
        report: &Report,
    ) -> Result<()> {
        let act = Act::by(self.by).via(Via::Import);
        let mut tx = store.begin(scope, act).await?;
        let source = by_hand(&mut tx, account.id, &self.feed).await?;
        let came = begin(&mut tx, &source, &self.name, kept);
        let arrival = Arrival {
            partial: self.partial,
            ..came
        };
        store::insert(&mut tx, &arrival).await?;
        let arrival = arrival.ended(state_of(report), report.clone(), tx.now());
        store::settle(&mut tx, &arrival).await?;
        store::heard(&mut tx, source.id).await?;
        tell(&mut tx, fact_of(arrival.state), &arrival, source.way)?;
        tx.commit().await.map(|_| ())
    }
}
