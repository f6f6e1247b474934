//! Files that other programs of this machine put into a folder: `DATA/incoming/ACCOUNT/`.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use ::store::{Account, Act, Actor, Error, Result, Store, Via};
use media::{Files, Kept};

use crate::receive::take;
use crate::source::by_hand;
use crate::{FILE_BYTES_MAX, store};

const LOOK: Duration = Duration::from_secs(2);
const TAKEN: &str = "taken";
/// The feed of files that lie in an account's folder itself; a folder below it names its own.
const FEED: &str = "folder";

/// How large a file was and when it was written to, when it was last looked at.
pub type Seen = HashMap<PathBuf, (u64, SystemTime)>;

/// Takes what lies in the folders, for ever.
pub async fn watch_folders(store: Store, files: Files, folder: PathBuf) {
    let mut seen = Seen::new();
    loop {
        if let Err(error) = look(&store, &files, &folder, &mut seen).await {
            tracing::warn!(%error, "the folder of incoming files waits");
        }
        tokio::time::sleep(LOOK).await;
    }
}

/// Looks once. A file is taken when it has stood still since the last look and is not named like one
/// that is still being written; then it is moved to `taken`. How many were.
pub async fn look(store: &Store, files: &Files, folder: &Path, seen: &mut Seen) -> Result<usize> {
    let mut now = Seen::new();
    let mut taken = 0;
    for account in subfolders(folder) {
        let feeds = subfolders(&account)
            .into_iter()
            .filter(|f| !f.ends_with(TAKEN));
        for place in std::iter::once(account.clone()).chain(feeds) {
            for (path, stamp) in still(&place) {
                if seen.get(&path) == Some(&stamp) {
                    let feed = if place == account {
                        FEED
                    } else {
                        name_of(&place)
                    };
                    match take_one(store, files, &account, feed, &path).await {
                        Ok(()) => taken += 1,
                        // It stays where it is; those of others do not wait for it.
                        Err(error) => {
                            tracing::warn!(%error, file = %path.display(), "it cannot be taken");
                            now.insert(path, stamp);
                        }
                    }
                } else {
                    now.insert(path, stamp);
                }
            }
        }
    }
    *seen = now;
    Ok(taken)
}

fn subfolders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|e| e.file_type().is_ok_and(|t| t.is_dir()));
    let mut folders: Vec<PathBuf> = folders.map(|e| e.path()).collect();
    folders.sort();
    folders
}

/// The files of a folder that may be whole, oldest first.
fn still(folder: &Path) -> Vec<(PathBuf, (u64, SystemTime))> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let meta = entry
                .metadata()
                .ok()
                .filter(|m| m.is_file() && m.len() > 0)?;
            let path = entry.path();
            (!is_unfinished(name_of(&path))).then_some((path, (meta.len(), meta.modified().ok()?)))
        })
        .collect();
    files.sort_by_key(|(path, (_, at))| (*at, path.clone()));
    files
}

/// Names that programs give to files while they write them.
pub(crate) fn is_unfinished(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = [
        ".part",
        ".tmp",
        ".temp",
        ".filepart",
        ".crdownload",
        ".uploading",
        ".partial",
        "~",
    ];
    name.starts_with('.') || ends.iter().any(|end| name.ends_with(end))
}

fn name_of(path: &Path) -> &str {
    path.file_name().and_then(|n| n.to_str()).unwrap_or("file")
}

async fn take_one(
    store: &Store,
    files: &Files,
    account: &Path,
    feed: &str,
    path: &Path,
) -> Result<()> {
    let act = Act::by(Actor::System("folder")).via(Via::Import);
    let mut tx = store.begin(&store.operator(), act).await?;
    let account = Account::by_slug(&mut tx, name_of(account)).await?;
    let name = format!("folder-{}", store.dice().below(u64::MAX));
    let kept = copy(files, &name, path)?;
    let source = match store::by_name(&mut tx, account.id, feed).await? {
        Some(source) => source,
        None => by_hand(&mut tx, account.id, feed).await?,
    };
    take(&mut tx, &source, name_of(path), kept).await?;
    tx.commit().await?;
    let aside = path.with_file_name(TAKEN);
    let broken = |e: std::io::Error| Error::broken(format!("{}: {e}", path.display()));
    fs::create_dir_all(&aside).map_err(broken)?;
    fs::rename(path, aside.join(name_of(path))).map_err(broken)
}

fn copy(files: &Files, name: &str, path: &Path) -> Result<Kept> {
    let broken = |e: std::io::Error| Error::broken(format!("{}: {e}", path.display()));
    let mut file = fs::File::open(path).map_err(broken)?;
    let mut coming = files.begin(name, FILE_BYTES_MAX)?;
    let mut chunk = vec![0; 256 << 10];
    loop {
        match file.read(&mut chunk).map_err(broken)? {
            0 => return coming.keep(),
            read => coming.write(&chunk[..read])?,
        }
    }
}
