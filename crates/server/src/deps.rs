//! What every handler has at hand.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use dictionary::Live;
use enquiries::FormToken;
use media::{Files, Objects, Packing};
use moka::sync::Cache;
use publication::Ground;
use search::Index;
use store::{Account, Id, Result, Seal, Store, kinds};

use crate::Sites;
use crate::api::duplicates::Compared;
use crate::limits::Limits;
use crate::meters::Meters;
use crate::office::{Course, Trial};
use crate::pack::Page;
use crate::site::view::Made as Card;

/// Cheap to clone.
#[derive(Clone)]
pub struct Deps(Arc<Inner>);

pub struct Inner {
    pub store: Store,
    pub index: Index,
    pub dictionary: Live,
    pub objects: Objects,
    pub files: Files,
    /// What was handed over to be migrated.
    pub parcels: Files,
    sites: RwLock<Sites>,
    pub limits: Limits,
    pub meters: Meters,
    pub form: FormToken,
    pub seal: Seal,
    /// What publications stand on.
    pub ground: Ground,
    /// `:8080`, as it stands behind hostnames in addresses.
    pub port: String,
    pub pages: Cache<String, (u64, Page)>,
    pub cards: Cache<(Id<kinds::Listing>, i64, u8), Arc<Card>>,
    pub variants: Cache<(String, u32, Packing), Bytes>,
    /// Dry runs of files that somebody looks at.
    pub trials: Cache<String, Arc<Trial>>,
    /// Migrations that somebody looks at, or that are in the works.
    pub courses: Cache<String, Arc<Course>>,
    /// What is offered twice, by where it was looked for.
    pub duplicates: Cache<String, Compared>,
    /// Held by the one who compares all listings.
    pub comparing: tokio::sync::Mutex<()>,
    accounts: RwLock<HashMap<Id<kinds::Account>, Account>>,
}

const PAGES_BYTES_MAX: u64 = 96 << 20;
const CARDS_MAX: u64 = 60_000;
const VARIANTS_BYTES_MAX: u64 = 192 << 20;
const TRIALS_MAX: u64 = 64;
const COMPARED_MAX: u64 = 256;

impl std::ops::Deref for Deps {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deps {
    /// With the pictures and the raw files that lie in the data folder.
    pub fn open(
        data: &Path,
        store: Store,
        index: Index,
        dictionary: Live,
        (form, seal): (FormToken, Seal),
        (sites, ground): (Sites, Ground),
        port: String,
    ) -> Result<Deps> {
        let objects = Objects::open(&data.join("media"))?;
        let files = Files::open(&data.join("files"))?;
        let parcels = Files::open(&data.join("parcels"))?;
        let weigh = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
        Ok(Deps(Arc::new(Inner {
            store,
            index,
            dictionary,
            objects,
            files,
            parcels,
            sites: RwLock::new(sites),
            limits: Limits::new(),
            meters: Meters::default(),
            form,
            seal,
            ground,
            port,
            pages: Cache::builder()
                .max_capacity(PAGES_BYTES_MAX)
                .weigher(move |key: &String, (_, page): &(u64, Page)| {
                    weigh(key.len() + page.weight())
                })
                .build(),
            cards: Cache::new(CARDS_MAX),
            variants: Cache::builder()
                .max_capacity(VARIANTS_BYTES_MAX)
                .weigher(move |_: &(String, u32, Packing), bytes: &Bytes| weigh(bytes.len()))
                .build(),
            trials: Cache::new(TRIALS_MAX),
            courses: Cache::new(TRIALS_MAX),
            duplicates: Cache::new(COMPARED_MAX),
            comparing: tokio::sync::Mutex::default(),
            accounts: RwLock::default(),
        })))
    }

    pub fn sites(&self) -> Sites {
        let sites = self.sites.read().unwrap_or_else(PoisonError::into_inner);
        sites.clone()
    }

    /// Takes over other sites; pages made for the old ones are made anew.
    pub fn open_sites(&self, sites: Sites) {
        *self.sites.write().unwrap_or_else(PoisonError::into_inner) = sites;
        self.pages.invalidate_all();
    }

    /// Reads the accounts anew; pages only ever look at what is in memory.
    pub async fn load_accounts(&self) -> Result<()> {
        let mut read = self.store.read(&self.store.operator()).await?;
        let all = Account::all(&mut read).await?;
        let mut accounts = self
            .accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *accounts = all.into_iter().map(|a| (a.id, a)).collect();
        Ok(())
    }

    pub fn account(&self, id: Id<kinds::Account>) -> Option<Account> {
        self.accounts
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .cloned()
    }

    pub fn account_by_slug(&self, slug: &str) -> Option<Account> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        accounts.values().find(|a| a.slug == slug).cloned()
    }
}
