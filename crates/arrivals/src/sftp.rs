//! SFTP: the folder of a source over SSH. A file is whole when its sender closes it; a connection
//! that dies before leaves nothing.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ::store::{Error, Result, Seal, Store};
use media::Files;
use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::keys::{HashAlg, PrivateKey};
use russh::server::{
    Auth, ChannelOpenHandle, Config, Handler, Msg, PublicKeyOffer, Session, VerifiedPublicKey,
};
use russh::{Channel, ChannelId, Disconnect, MethodKind, MethodSet};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use crate::desk::Desk;
use crate::keys;
use crate::shelf::{self, Shelf};
use crate::source::{Source, Way};

const CONNECTIONS_MAX: usize = 200;
const TRIES: usize = 5;
const REJECTED: Duration = Duration::from_secs(1);
/// How long somebody may take to sign in.
const GRACE: Duration = Duration::from_secs(60);
const IDLE: Duration = Duration::from_secs(600);
/// A source's FTP user may come by the safer door too.
const WAYS: [Way; 2] = [Way::Sftp, Way::Ftp];

/// The key by which senders know us, the same on every node of the deployment.
fn host_key(seal: &Seal) -> Result<PrivateKey> {
    let pair = Ed25519Keypair::from_seed(&seal.derive("SFTP host key"));
    let key = PrivateKey::new(KeypairData::Ed25519(pair), "entremise");
    key.map_err(|e| Error::broken(format!("SFTP host key: {e}")))
}

/// What senders are asked to compare when they come for the first time: `SHA256:…`.
pub fn sftp_fingerprint(seal: &Seal) -> Result<String> {
    let key = host_key(seal)?;
    Ok(key.public_key().fingerprint(HashAlg::Sha256).to_string())
}

/// Serves SFTP until the process ends. `ready` is told the address.
pub async fn serve_sftp(
    store: Store,
    files: Files,
    seal: Seal,
    listen: SocketAddr,
    ready: impl FnOnce(SocketAddr),
) -> Result<()> {
    let broken = |e: std::io::Error| Error::broken(format!("SFTP on {listen}: {e}"));
    let config = Arc::new(Config {
        methods: MethodSet::from(&[MethodKind::Password, MethodKind::PublicKey][..]),
        auth_rejection_time: REJECTED,
        auth_rejection_time_initial: Some(Duration::ZERO),
        keys: vec![host_key(&seal)?],
        max_auth_attempts: TRIES,
        inactivity_timeout: Some(IDLE),
        nodelay: true,
        ..Config::default()
    });
    let listener = TcpListener::bind(listen).await.map_err(broken)?;
    ready(listener.local_addr().map_err(broken)?);
    let shelf = Shelf::new(store, files, "sftp");
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let (stream, _) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "an SFTP connection was lost");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let Ok(place) = room.clone().try_acquire_owned() else {
            continue;
        };
        let (config, shelf) = (config.clone(), shelf.clone());
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = talk(config, stream, shelf).await {
                tracing::debug!(%error, "an SFTP connection ended early");
            }
        });
    }
}

async fn talk(
    config: Arc<Config>,
    stream: TcpStream,
    shelf: Shelf,
) -> std::result::Result<(), russh::Error> {
    let _ = stream.set_nodelay(config.nodelay);
    let signed_in = watch::Sender::new(false);
    let mut news = signed_in.subscribe();
    let caller = Caller {
        shelf,
        source: None,
        channel: None,
        signed_in,
    };
    let begun = timeout(GRACE, russh::server::run_stream(config, stream, caller));
    let running = begun.await.map_err(|_| russh::Error::ConnectionTimeout)??;
    let handle = running.handle();
    tokio::spawn(async move {
        // A caller who has gone drops his end of the news, and nobody is sent away.
        if timeout(GRACE, news.wait_for(|is| *is)).await.is_err() {
            let said = "nobody has signed in".to_owned();
            let _ = handle
                .disconnect(Disconnect::ByApplication, said, "en".to_owned())
                .await;
        }
    });
    running.await
}

/// One connection.
struct Caller {
    shelf: Shelf,
    source: Option<Source>,
    /// Open, and not SFTP yet.
    channel: Option<Channel<Msg>>,
    signed_in: watch::Sender<bool>,
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Caller")
    }
}

impl Caller {
    fn let_in(&mut self, source: Option<Source>) -> Auth {
        self.source = source;
        match self.source {
            Some(_) => Auth::Accept,
            None => Auth::reject(),
        }
    }

    async fn by_key(&self, user: &str, key: &russh::keys::PublicKey) -> Option<Source> {
        let source = shelf::by_login(&self.shelf.store, user, &WAYS).await;
        source.filter(|source| keys::fits(source, key))
    }
}

impl Handler for Caller {
    type Error = russh::Error;

    async fn auth_password(
        &mut self,
        user: &str,
        password: &str,
    ) -> std::result::Result<Auth, russh::Error> {
        let source = shelf::sign_in(&self.shelf.store, user, password, &WAYS).await;
        Ok(self.let_in(source))
    }

    async fn auth_publickey_offered(
        &mut self,
        user: &str,
        offer: PublicKeyOffer<'_>,
    ) -> std::result::Result<Auth, russh::Error> {
        let known = self.by_key(user, offer.public_key).await;
        Ok(known.map_or_else(Auth::reject, |_| Auth::Accept))
    }

    async fn auth_publickey(
        &mut self,
        user: &str,
        key: VerifiedPublicKey<'_>,
    ) -> std::result::Result<Auth, russh::Error> {
        let source = self.by_key(user, key.public_key).await;
        Ok(self.let_in(source))
    }

    async fn auth_succeeded(&mut self, _: &mut Session) -> std::result::Result<(), russh::Error> {
        self.signed_in.send_replace(true);
        Ok(())
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _: &mut Session,
    ) -> std::result::Result<(), russh::Error> {
        // One at a time; dropping the reply says no.
        if self.channel.is_none() {
            self.channel = Some(channel);
            reply.accept().await;
        }
        Ok(())
    }

    async fn channel_eof(
        &mut self,
        channel: ChannelId,
        session: &mut Session,
    ) -> std::result::Result<(), russh::Error> {
        session.close(channel)
    }

    async fn subsystem_request(
        &mut self,
        id: ChannelId,
        name: &str,
        session: &mut Session,
    ) -> std::result::Result<(), russh::Error> {
        let wanted = self.channel.take_if(|channel| channel.id() == id);
        let (Some(channel), Some(source), "sftp") = (wanted, self.source.clone(), name) else {
            return session.channel_failure(id);
        };
        session.channel_success(id)?;
        let desk = Desk::new(self.shelf.clone(), source);
        russh_sftp::server::run(channel.into_stream(), desk).await;
        Ok(())
    }

    async fn shell_request(
        &mut self,
        id: ChannelId,
        session: &mut Session,
    ) -> std::result::Result<(), russh::Error> {
        session.channel_failure(id)
    }

    async fn exec_request(
        &mut self,
        id: ChannelId,
        _: &[u8],
        session: &mut Session,
    ) -> std::result::Result<(), russh::Error> {
        session.channel_failure(id)
    }
}
