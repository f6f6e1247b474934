//! What whoever imports a file says beside it.

use ::store::{Act, Actor, IdempotencyKey, Via};
use dictionary::Language;

use crate::album::Pictures;
use crate::mapping::Mapping;
use crate::policy::Policy;
use crate::together::Together;

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
    /// Read on however much is refused.
    pub anyway: bool,
    /// A person's mapping instead of the proposed or remembered one.
    pub mapping: Option<Mapping>,
    /// Which of the account's feeds the file is a delivery of; by default those with the same
    /// columns are one feed. Two programs that write the same columns need names.
    pub feed: Option<String>,
    /// What the feed's owner has decided.
    pub policy: Policy,
    /// The language of what is said in the report; the account's if none is asked for.
    pub language: Option<Language>,
    /// How many rows it has, where somebody has counted: for telling how far it has come.
    pub expected: Option<u64>,
    /// Who asked for it; nobody when a clock or the command line did.
    pub by: Option<Actor>,
    /// Where the photos are kept that lie in an archive beside the table.
    pub pictures: Pictures,
    /// The key of the request, kept with the batch: the same request after a crash finishes it.
    pub key: Option<IdempotencyKey>,
    /// What other files that came with it say of its listings.
    pub together: Option<std::sync::Arc<Together>>,
}

impl Options {
    pub(crate) fn act(&self) -> Act {
        let actor = self.by.clone().unwrap_or(Actor::System("import"));
        Act::by(actor).via(Via::Import)
    }
}
