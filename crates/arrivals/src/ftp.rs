//! FTP and FTPS: each source has a user of its own, and a folder in which only its files are seen.
//!
//! What is uploaded is kept at once; an upload that breaks off leaves nothing, and a file named as
//! unfinished waits until it is given its real name.

use std::fmt;
use std::io::SeekFrom;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ::store::{Store, Timestamp};
use async_trait::async_trait;
use libunftp::ServerBuilder;
use libunftp::options::{FailedLoginsBlock, FailedLoginsPolicy};
use media::Files;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncSeekExt};
use unftp_core::auth::{
    AuthenticationError, Authenticator, Credentials, Principal, UserDetail, UserDetailError,
    UserDetailProvider,
};
use unftp_core::storage::{Error, ErrorKind, Fileinfo, Metadata, Result, StorageBackend};

use crate::presence::Presence;
use crate::shelf::{self, Shelf, Shown, is_root};
use crate::source::{Source, Way};

#[derive(Clone, Debug)]
pub struct FtpConfig {
    pub listen: SocketAddr,
    /// The ports that clients are told for their data.
    pub passive_ports: RangeInclusive<u16>,
    /// PEM files of certificate and key; with them FTPS is offered beside FTP.
    pub tls: Option<(PathBuf, PathBuf)>,
}

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
    let folder = Folder {
        shelf: Shelf::new(store, files, "ftp"),
        presence: presence.clone(),
    };
    let mut builder =
        ServerBuilder::with_user_detail_provider(Box::new(move || folder.clone()), door.clone())
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

#[async_trait]
impl Authenticator for Door {
    async fn authenticate(
        &self,
        username: &str,
        creds: &Credentials,
    ) -> std::result::Result<Principal, AuthenticationError> {
        let given = creds.password.as_deref().unwrap_or_default();
        let source = shelf::sign_in(&self.store, username, given, &[Way::Ftp]).await;
        source.ok_or(AuthenticationError::BadPassword)?;
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
        let source = shelf::by_login(&self.store, &principal.username, &[Way::Ftp]).await;
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

#[derive(Clone, Debug)]
struct Folder {
    shelf: Shelf,
    presence: Presence,
}

/// A line of the folder, or the folder itself.
#[derive(Clone, Debug)]
struct Line {
    bytes: u64,
    at: SystemTime,
    folder: bool,
}

impl From<&Shown> for Line {
    fn from(shown: &Shown) -> Line {
        Line {
            bytes: shown.bytes,
            at: moment(shown.at),
            folder: false,
        }
    }
}

impl Metadata for Line {
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
    shelf::file_name(path).ok_or_else(|| Error::from(ErrorKind::FileNameNotAllowedError))
}

fn moment(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0))
}

fn local(error: ::store::Error) -> Error {
    match error {
        ::store::Error::Refused { .. } => {
            Error::new(ErrorKind::ExceededStorageAllocationError, error)
        }
        ::store::Error::NotFound { .. } => ErrorKind::PermanentFileNotAvailable.into(),
        error => Error::new(ErrorKind::LocalError, error),
    }
}

#[async_trait]
impl StorageBackend<Sender> for Folder {
    type Metadata = Line;

    async fn metadata<P: AsRef<Path> + Send + fmt::Debug>(
        &self,
        user: &Sender,
        path: P,
    ) -> Result<Line> {
        if is_root(path.as_ref()) {
            return Ok(Line {
                bytes: 0,
                at: moment(self.shelf.store.now()),
                folder: true,
            });
        }
        let found = self.shelf.find(&user.0, file_name(path.as_ref())?).await;
        found.map(|shown| Line::from(&shown)).map_err(local)
    }

    async fn list<P: AsRef<Path> + Send + fmt::Debug>(
        &self,
        user: &Sender,
        _path: P,
    ) -> Result<Vec<Fileinfo<PathBuf, Line>>> {
        let shown = self.shelf.shown(&user.0).await.map_err(local)?;
        let line = |shown: &Shown| Fileinfo {
            path: PathBuf::from(&shown.name),
            metadata: Line::from(shown),
        };
        Ok(shown.iter().map(line).collect())
    }

    async fn get<P: AsRef<Path> + Send + fmt::Debug>(
        &self,
        user: &Sender,
        path: P,
        start_pos: u64,
    ) -> Result<Box<dyn AsyncRead + Send + Sync + Unpin>> {
        let found = self.shelf.find(&user.0, file_name(path.as_ref())?).await;
        let hash = found.map_err(local)?.hash;
        let file = self.shelf.files.get(&hash).map_err(local)?;
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
        let begun = self.shelf.begin(&user.0, name, start_pos).await;
        let (mut coming, mut input) = (begun.map_err(local)?, input);
        let mut chunk = vec![0; 64 << 10];
        loop {
            match input.read(&mut chunk).await? {
                0 => break,
                read => coming.write(&chunk[..read]).map_err(local)?,
            }
        }
        if self.presence.has_left(&user.to_string()).await {
            // Cut off in the middle: half of a file is none.
            return Err(ErrorKind::ConnectionClosed.into());
        }
        let bytes = self.shelf.end(&user.0, name, coming).await;
        Ok(bytes.map_err(local)? - start_pos)
    }

    async fn del<P: AsRef<Path> + Send + fmt::Debug>(&self, user: &Sender, path: P) -> Result<()> {
        self.shelf.forget(&user.0, file_name(path.as_ref())?);
        Ok(())
    }

    async fn mkd<P: AsRef<Path> + Send + fmt::Debug>(&self, _: &Sender, _: P) -> Result<()> {
        Err(ErrorKind::PermissionDenied.into())
    }

    async fn rename<P: AsRef<Path> + Send + fmt::Debug>(
        &self,
        user: &Sender,
        from: P,
        to: P,
    ) -> Result<()> {
        let (from, to) = (file_name(from.as_ref())?, file_name(to.as_ref())?);
        let renamed = self.shelf.rename(&user.0, from, to).await;
        renamed.map_err(local)
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
