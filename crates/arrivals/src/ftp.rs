//! FTP and FTPS: each source has a user of its own, and a folder in which only its files are seen.
//!
//! What is uploaded is kept at once; an upload that breaks off leaves nothing, and a file named as
//! unfinished waits until it is given its real name.

use std::collections::HashMap;
use std::fmt;
use std::io::{Cursor, SeekFrom};
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use ::store::{Act, Actor, Store, Timestamp, Via};
use async_trait::async_trait;
use libunftp::ServerBuilder;
use libunftp::options::{FailedLoginsBlock, FailedLoginsPolicy};
use media::{Files, Kept};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeekExt};
use unftp_core::auth::{
    AuthenticationError, Authenticator, Credentials, Principal, UserDetail, UserDetailError,
    UserDetailProvider,
};
use unftp_core::storage::{Error, ErrorKind, Fileinfo, Metadata, Result, StorageBackend};

use crate::folder::is_unfinished;
use crate::presence::Presence;
use crate::receive::take;
use crate::source::{Source, Way, hashed};
use crate::{FILE_BYTES_MAX, store};

#[derive(Clone, Debug)]
pub struct FtpConfig {
    pub listen: SocketAddr,
    /// The ports that clients are told for their data.
    pub passive_ports: RangeInclusive<u16>,
    /// PEM files of certificate and key; with them FTPS is offered beside FTP.
    pub tls: Option<(PathBuf, PathBuf)>,
}

const LISTED: usize = 50;
const IDLE_S: u64 = 600;
const TRIES: u32 = 5;
const BLOCKED: Duration = Duration::from_secs(300);

/// Serves FTP until the process ends.
pub async fn serve_ftp(store: Store, files: Files, config: FtpConfig) -> ::store::Result<()> {
    let broken = |e: &dyn fmt::Display| ::store::Error::broken(format!("FTP: {e}"));
    let door = Arc::new(Door {
        store: store.clone(),
    });
    let presence = Presence::new();
    let shelf = Shelf {
        store,
        files,
        unfinished: Arc::default(),
        presence: presence.clone(),
    };
    let mut builder =
        ServerBuilder::with_user_detail_provider(Box::new(move || shelf.clone()), door.clone())
            .authenticator(door)
            .notify_presence(presence)
            .greeting("Entremise")
            .idle_session_timeout(IDLE_S)
            .failed_logins_policy(FailedLoginsPolicy::new(
                TRIES,
                BLOCKED,
                FailedLoginsBlock::UserAndIP,
            ))
            .passive_ports(config.passive_ports);
    if let Some((certificate, key)) = config.tls {
        builder = builder.ftps(certificate, key);
    }
    let server = builder.build().map_err(|e| broken(&e))?;
    server
        .listen(config.listen.to_string())
        .await
        .map_err(|e| broken(&e))
}

/// Lets the users of sources in.
#[derive(Clone)]
struct Door {
    store: Store,
}

impl fmt::Debug for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Door")
    }
}

impl Door {
    async fn source(&self, login: &str) -> Option<Source> {
        let mut read = self.store.read(&self.store.operator()).await.ok()?;
        store::by_login(&mut read, login, Way::Ftp).await.ok()?
    }
}

#[async_trait]
impl Authenticator for Door {
    async fn authenticate(
        &self,
        username: &str,
        creds: &Credentials,
    ) -> std::result::Result<Principal, AuthenticationError> {
        let source = self.source(username).await;
        let secret = source.map(|s| s.secret).unwrap_or_default();
        let given = creds.password.as_deref().unwrap_or_default();
        // Both are hashes: how long they take to compare tells nothing.
        if secret.is_empty() || hashed(given) != secret {
            return Err(AuthenticationError::BadPassword);
        }
        Ok(Principal {
            username: username.to_owned(),
        })
    }
}

#[async_trait]
impl UserDetailProvider for Door {
    type User = Sender;

    async fn provide_user_detail(
        &self,
        principal: &Principal,
    ) -> std::result::Result<Sender, UserDetailError> {
        let source = self.source(&principal.username).await;
        let source = source.ok_or_else(|| UserDetailError::UserNotFound {
            username: principal.username.clone(),
        })?;
        Ok(Sender(source))
    }
}

/// Whoever is signed in: a source.
#[derive(Debug)]
struct Sender(Source);

impl fmt::Display for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.login.as_deref().unwrap_or("?"))
    }
}

impl UserDetail for Sender {}

/// The one folder that a source sees.
#[derive(Clone)]
struct Shelf {
    store: Store,
    files: Files,
    /// Kept files whose names say that they are not finished.
    unfinished: Arc<Mutex<HashMap<(String, PathBuf), Kept>>>,
    presence: Presence,
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shelf")
    }
}

/// A line of the folder.
#[derive(Clone, Debug)]
struct Shown {
    bytes: u64,
    at: SystemTime,
    folder: bool,
}

impl Metadata for Shown {
    fn len(&self) -> u64 {
        self.bytes
    }
    fn is_dir(&self) -> bool {
        self.folder
    }
    fn is_file(&self) -> bool {
        !self.folder
    }
    fn is_symlink(&self) -> bool {
        false
    }
    fn modified(&self) -> Result<SystemTime> {
        Ok(self.at)
    }
    fn gid(&self) -> u32 {
        0
    }
    fn uid(&self) -> u32 {
        0
    }
}

fn file_name(path: &Path) -> Result<&str> {
    let name = path.file_name().and_then(|n| n.to_str());
    name.ok_or_else(|| Error::from(ErrorKind::FileNameNotAllowedError))
}

fn moment(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0))
}

fn is_root(path: &Path) -> bool {
    path.as_os_str().is_empty() || path == Path::new("/") || path == Path::new(".")
}

fn local(error: ::store::Error) -> Error {
    match error {
        ::store::Error::Refused { .. } => {
            Error::new(ErrorKind::ExceededStorageAllocationError, error)
        }
        error => Error::new(ErrorKind::LocalError, error),
    }
}

impl Shelf {
    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<(String, PathBuf), Kept>> {
        let held = self.unfinished.lock();
        held.unwrap_or_else(PoisonError::into_inner)
    }

    fn key(user: &Sender, name: &str) -> (String, PathBuf) {
        (user.to_string(), PathBuf::from(name))
    }

    async fn arrived(&self, user: &Sender, name: &str, kept: Kept) -> Result<()> {
        let act = Act::by(Actor::System("ftp")).via(Via::Import);
        let arrived = async {
            let scope = self.store.operator().within(user.0.account)?;
            let mut tx = self.store.begin(&scope, act).await?;
            let source = crate::find_source(&mut tx, user.0.id).await?;
            take(&mut tx, &source, name, kept).await?;
            tx.commit().await
        };
        arrived.await.map(drop).map_err(local)
    }

    /// What the source has sent lately, the latest of each name.
    async fn shown(&self, user: &Sender) -> Result<Vec<(PathBuf, Shown, String)>> {
        let scope = self
            .store
            .operator()
            .within(user.0.account)
            .map_err(local)?;
        let mut read = self.store.read(&scope).await.map_err(local)?;
        let sent = store::of_source(&mut read, user.0.id, LISTED).await;
        let mut seen = std::collections::HashSet::new();
        let mut shown: Vec<(PathBuf, Shown, String)> = sent
            .map_err(local)?
            .into_iter()
            .filter(|a| seen.insert(a.name.clone()))
            .map(|a| {
                let shown = Shown {
                    bytes: a.bytes,
                    at: moment(a.at),
                    folder: false,
                };
                (PathBuf::from(a.name), shown, a.hash)
            })
            .collect();
        let held = self.held();
        let own = held
            .iter()
            .filter(|((login, _), _)| *login == user.to_string());
        shown.extend(own.map(|((_, name), kept)| {
            let shown = Shown {
                bytes: kept.bytes,
                at: moment(self.store.now()),
                folder: false,
            };
            (name.clone(), shown, kept.hash.clone())
        }));
        Ok(shown)
    }

    async fn find(&self, user: &Sender, path: &Path) -> Result<(Shown, String)> {
        let name = Path::new(file_name(path)?);
        let shown = self.shown(user).await?;
        let found = shown.into_iter().find(|(known, ..)| known == name);
        found
            .map(|(_, shown, hash)| (shown, hash))
            .ok_or_else(|| ErrorKind::PermanentFileNotAvailable.into())
    }
}

#[async_trait]
impl StorageBackend<Sender> for Shelf {
    type Metadata = Shown;

    async fn metadata<P: AsRef<Path> + Send + fmt::Debug>(
        &self,
        user: &Sender,
        path: P,
    ) -> Result<Shown> {
        if is_root(path.as_ref()) {
            return Ok(Shown {
                bytes: 0,
                at: moment(self.store.now()),
                folder: true,
            });
        }
        self.find(user, path.as_ref()).await.map(|(shown, _)| shown)
    }

    async fn list<P: AsRef<Path> + Send + fmt::Debug>(
        &self,
        user: &Sender,
        _path: P,
    ) -> Result<Vec<Fileinfo<PathBuf, Shown>>> {
        let shown = self.shown(user).await?;
        let line = |(path, metadata, _)| Fileinfo { path, metadata };
        Ok(shown.into_iter().map(line).collect())
    }

    async fn get<P: AsRef<Path> + Send + fmt::Debug>(
        &self,
        user: &Sender,
        path: P,
        start_pos: u64,
    ) -> Result<Box<dyn AsyncRead + Send + Sync + Unpin>> {
        let (_, hash) = self.find(user, path.as_ref()).await?;
        let file = self.files.get(&hash).map_err(local)?;
        let mut file = tokio::fs::File::from_std(file);
        file.seek(SeekFrom::Start(start_pos)).await?;
        Ok(Box::new(file))
    }

    async fn put<P, R>(&self, user: &Sender, input: R, path: P, start_pos: u64) -> Result<u64>
    where
        P: AsRef<Path> + Send + fmt::Debug,
        R: AsyncRead + Send + Sync + Unpin + 'static,
    {
        let name = file_name(path.as_ref())?;
        let unique = format!("ftp-{}", self.store.dice().below(u64::MAX));
        let mut coming = self.files.begin(&unique, FILE_BYTES_MAX).map_err(local)?;
        let mut before: Box<dyn AsyncRead + Send + Sync + Unpin> = match start_pos {
            0 => Box::new(Cursor::new(Vec::new())),
            // Going on with what broke off: the beginning is what was held under that name.
            at => Box::new(self.get(user, path.as_ref(), 0).await?.take(at)),
        };
        let (mut chunk, mut input) = (vec![0; 64 << 10], input);
        loop {
            let mut read = before.read(&mut chunk).await?;
            if read == 0 {
                read = input.read(&mut chunk).await?;
            }
            if read == 0 {
                break;
            }
            coming.write(&chunk[..read]).map_err(local)?;
        }
        if self.presence.has_left(&user.to_string()).await {
            // Cut off in the middle: half of a file is none.
            return Err(ErrorKind::ConnectionClosed.into());
        }
        let kept = coming.keep().map_err(local)?;
        let bytes = kept.bytes;
        if is_unfinished(name) {
            self.held().insert(Shelf::key(user, name), kept);
        } else if bytes > 0 {
            self.arrived(user, name, kept).await?;
        }
        Ok(bytes - start_pos.min(bytes))
    }

    /// What was sent stays sent: deleting it makes room in the sender's list alone.
    async fn del<P: AsRef<Path> + Send + fmt::Debug>(&self, user: &Sender, path: P) -> Result<()> {
        let name = file_name(path.as_ref())?;
        self.held().remove(&Shelf::key(user, name));
        Ok(())
    }

    async fn mkd<P: AsRef<Path> + Send + fmt::Debug>(&self, _: &Sender, _: P) -> Result<()> {
        Err(ErrorKind::PermissionDenied.into())
    }

    /// An unfinished file that gets its real name is finished.
    async fn rename<P: AsRef<Path> + Send + fmt::Debug>(
        &self,
        user: &Sender,
        from: P,
        to: P,
    ) -> Result<()> {
        let (from, to) = (file_name(from.as_ref())?, file_name(to.as_ref())?);
        let held = self.held().remove(&Shelf::key(user, from));
        let Some(kept) = held else {
            return Err(ErrorKind::PermanentFileNotAvailable.into());
        };
        if is_unfinished(to) {
            self.held().insert(Shelf::key(user, to), kept);
            return Ok(());
        }
        self.arrived(user, to, kept).await
    }

    async fn rmd<P: AsRef<Path> + Send + fmt::Debug>(&self, _: &Sender, _: P) -> Result<()> {
        Err(ErrorKind::PermissionDenied.into())
    }

    async fn cwd<P: AsRef<Path> + Send + fmt::Debug>(&self, _: &Sender, path: P) -> Result<()> {
        if is_root(path.as_ref()) {
            return Ok(());
        }
        Err(ErrorKind::PermanentDirectoryNotAvailable.into())
    }
}
