//! A file of listings that comes together with others, which name its listings by one of its columns.

use std::collections::HashMap;
use std::fmt;
use std::io::Read;
use std::sync::Arc;

use ::store::{Id, Result, kinds};
use dictionary::Photo;
use xxhash_rust::xxh3::xxh3_128;

use crate::feed::Kind;
use crate::import::Run;
use crate::options::Options;
use crate::report::Report;
use crate::store;
use crate::write::{Pending, Writer};

/// Files that lie beside each other, each by its name.
pub trait Members: Send + Sync {
    /// None when there is no such file, or it cannot be opened.
    fn read(&self, name: &str) -> Option<Box<dyn Read + Send>>;
}

impl Members for formats::Archive {
    fn read(&self, name: &str) -> Option<Box<dyn Read + Send>> {
        formats::Archive::read(self, name).ok()
    }
}

/// What the other files say of the listings of this one.
#[derive(Clone)]
pub struct Together {
    /// The batch that all of it belongs to: the import neither opens one nor ends it.
    pub batch: Option<Id<kinds::Batch>>,
    /// The column by which the others name a listing; it is the key of the rows.
    pub column: String,
    /// The pictures of a listing by [`join_key`], in their order; a name leads to `files`.
    pub photos: HashMap<u128, Vec<Photo>>,
    pub files: Arc<dyn Members>,
}

impl fmt::Debug for Together {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (batch, photos) = (self.batch, self.photos.len());
        write!(
            f,
            "Together({batch:?}, {}, {photos} listings with photos)",
            self.column
        )
    }
}

impl Together {
    /// Changes when the pictures do, so that known rows are read again.
    pub(crate) fn fingerprint(&self) -> u128 {
        let each = self.photos.iter().map(|(key, photos)| {
            let told = format!(
                "{key:x} {}",
                serde_json::to_string(photos).unwrap_or_default()
            );
            xxh3_128(told.as_bytes())
        });
        each.fold(0, |all, one| all ^ one)
    }
}

impl Options {
    /// The batch of which this import is a part.
    pub(crate) fn outer_batch(&self) -> Option<Id<kinds::Batch>> {
        let together = self.together.as_ref().filter(|_| !self.dry_run)?;
        together.batch
    }
}

impl Run<'_> {
    /// Gives a draft its pictures.
    pub(crate) fn fill(
        &mut self,
        draft: &mut Pending,
        known: bool,
        report: &mut Report,
    ) -> Result<()> {
        let together = self.options.together.as_ref();
        if let Some(photos) = together.and_then(|t| t.photos.get(&draft.key)) {
            draft.draft.photos.extend(photos.iter().cloned());
        }
        self.album.fill(&mut draft.draft, known, report)
    }

    /// Ends an import that is a part of something larger, if it is: its batch goes on.
    pub(crate) async fn remember_together(
        &self,
        writer: &Writer<'_>,
        report: &mut Report,
    ) -> Result<bool> {
        let Some(batch) = self.options.outer_batch() else {
            return Ok(false);
        };
        report.batch = Some(batch);
        if self.feed.kind != Kind::Kyero {
            let act = writer.act.clone().in_batch(batch);
            let mut tx = writer.store.begin(writer.scope, act).await?;
            store::remember_mapping(&mut tx, &self.account, &writer.feed, &self.mapping).await?;
            tx.commit().await?;
        }
        Ok(true)
    }
}

/// By what a cell names a record of another file: blanks around it and capitals tell nothing apart.
pub fn join_key(cell: &str) -> u128 {
    xxh3_128(cell.trim().to_lowercase().as_bytes())
}
