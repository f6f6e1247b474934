//! What would become of a file, shown before it is imported.

use std::io;

use ::store::{Account, Result, Scope, Store};
use dictionary::Dictionary;
use serde::Serialize;

use crate::import::{Run, Taken};
use crate::mapping::Mapping;
use crate::options::Options;
use crate::report::Report;
use crate::store::Known;

/// The first rows as the listings they will become, and the mapping that makes them so.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// The name of the feed that the file is a delivery of.
    pub feed: String,
    /// What the file turned out to be.
    #[serde(skip)]
    pub description: formats::Description,
    pub report: Report,
    pub mapping: Mapping,
    pub columns: Vec<String>,
    pub sample: Vec<Vec<String>>,
    #[serde(skip)]
    pub listings: Vec<Option<catalog::NewListing>>,
}

/// Reads the beginning of a file and shows what would become of it.
pub async fn preview(
    store: &Store,
    dictionary: &Dictionary,
    scope: &Scope,
    account: Account,
    source: Box<dyn io::Read + Send>,
    options: Options,
    rows: usize,
) -> Result<Preview> {
    let run = Run::prepare(store, dictionary, scope, account, source, options).await?;
    let mut run = match run {
        Ok(run) => run,
        Err(report) => {
            let mapping = Mapping::default();
            return Ok(Preview {
                feed: String::new(),
                description: formats::Description::default(),
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
    run.tell_the_end(&mut report);
    let columns = run.feed.columns.clone();
    Ok(Preview {
        feed: run.feed_name(),
        description: run.feed.description().clone(),
        report,
        mapping: run.mapping,
        columns,
        sample,
        listings,
    })
}
