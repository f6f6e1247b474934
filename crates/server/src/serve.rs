//! Starts everything in one process.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use arrivals::{FtpConfig, Reach};
use dictionary::Live;
use enquiries::{FormToken, Relay};
use exchange::Pictures;
use photos::{Fetcher, Manners};
use portal::Portals;
use publication::{Ground, Reconciler};
use store::{Act, Actor, Error, Result, Seal, Store, Via};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::deps::Deps;
use crate::{Sites, api, router};

pub struct Config {
    pub listen: SocketAddr,
    pub data: PathBuf,
    /// A folder of sites to use instead of the built-in ones.
    pub sites: Option<PathBuf>,
    /// A mail relay, see [`Relay::to`]; without one mail is kept in the office.
    pub smtp: Option<String>,
    pub mail_from: String,
    /// Where files are taken by FTP.
    pub ftp: Option<FtpConfig>,
    /// Where files are taken by SFTP.
    pub sftp: Option<SocketAddr>,
    /// Where mail for sources is taken, by SMTP or LMTP.
    pub mail_in: Option<SocketAddr>,
    /// How long raw files are kept.
    pub raw_weeks: i64,
    /// How far addresses that users typed may lead us.
    pub reach: Reach,
    /// With what the passwords that we say are sealed.
    pub seal: Seal,
    pub portals: Portals,
    /// Where the public finds us, as portals are told; by default this machine.
    pub public_url: Option<String>,
}

const BACKLOG: i32 = 4_096;
const HOUSEKEEPING: Duration = Duration::from_secs(600);
const DICTIONARY_LOOK: Duration = Duration::from_secs(1);

/// Serves until the process is told to stop. `ready` is told the address once it answers.
pub async fn serve(
    config: Config,
    store: Store,
    dictionary: Live,
    ready: impl FnOnce(SocketAddr, u64),
) -> Result<()> {
    let listener = listen(config.listen)?;
    let address = listener
        .local_addr()
        .map_err(|e| Error::broken(e.to_string()))?;
    // Unpacked before the first visitor asks where something lies, beside the index.
    let towns = tokio::task::spawn_blocking(gazetteer::Gazetteer::shipped);
    let saved = config.data.join("search");
    let (index, followed) = search::open(&store, &dictionary, Some(&saved)).await?;
    let sites = open_sites(config.sites.as_deref())?;
    let form = FormToken(store.secret("form").await?);
    let deps = Deps::open(
        &config.data,
        store.clone(),
        index.clone(),
        dictionary.clone(),
        (form, config.seal.clone()),
        (sites, ground(&config, &store, &dictionary, address.port())),
        format!(":{}", address.port()),
    )?;
    deps.load_accounts().await?;
    arrivals::seal_passwords(&store, &config.seal).await?;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let following = tokio::spawn(search::follow(
        index.clone(),
        store.clone(),
        dictionary.clone(),
        followed,
        stopping,
    ));
    tokio::spawn(accounts(deps.clone()));
    tokio::spawn(housekeeping(store.clone()));
    tokio::spawn(parcels(deps.clone()));
    tokio::spawn(dictionaries(deps.clone()));
    take_files_in(&config, &deps);
    publish(&deps.ground);
    if let Some(folder) = config.sites {
        tokio::spawn(edited_sites(deps.clone(), folder));
    }
    if let Some(relay) = &config.smtp {
        let relay = Relay::to(relay, &config.mail_from)?;
        tokio::spawn(enquiries::courier(store.clone(), relay));
    }
    let stopped = stopped()?;
    towns.await.map_err(|e| Error::broken(e.to_string()))?;
    ready(address, index.len());
    let app = router(deps).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, app)
        .with_graceful_shutdown(stopped)
        .await
        .map_err(|e| Error::broken(e.to_string()))?;
    stop.send_replace(true);
    following.await.map_err(|e| Error::broken(e.to_string()))
}

/// The ways by which files come, and who works them.
fn take_files_in(config: &Config, deps: &Deps) {
    let (store, files) = (deps.store.clone(), deps.files.clone());
    tokio::spawn(arrivals::worker(
        store.clone(),
        deps.dictionary.clone(),
        files.clone(),
        Pictures::In(deps.objects.clone()),
    ));
    tokio::spawn(arrivals::fetcher(
        store.clone(),
        files.clone(),
        config.seal.clone(),
        config.reach,
    ));
    tokio::spawn(arrivals::follower(
        store.clone(),
        files.clone(),
        config.reach,
    ));
    tokio::spawn(arrivals::raw_sweeper(
        store.clone(),
        files.clone(),
        config.raw_weeks,
    ));
    fetch_photos(config.reach, deps);
    let incoming = config.data.join("incoming");
    tokio::spawn(arrivals::watch_folders(
        store.clone(),
        files.clone(),
        incoming,
    ));
    if let Some(ftp) = config.ftp.clone() {
        let served = arrivals::serve_ftp(store.clone(), files.clone(), ftp);
        tokio::spawn(told_when_it_fails(served));
    }
    if let Some(listen) = config.sftp {
        let (store, files, seal) = (store.clone(), files.clone(), config.seal.clone());
        let served = arrivals::serve_sftp(store, files, seal, listen, |_| {});
        tokio::spawn(told_when_it_fails(served));
    }
    if let Some(listen) = config.mail_in {
        tokio::spawn(told_when_it_fails(arrivals::serve_mail(
            store,
            files,
            listen,
            |_| {},
        )));
    }
}

/// Photos that feeds name by address come behind their listings.
fn fetch_photos(reach: Reach, deps: &Deps) {
    let fetcher = Fetcher::new(
        deps.store.clone(),
        deps.dictionary.clone(),
        deps.objects.clone(),
        reach,
        Manners::default(),
    );
    match fetcher {
        Ok(fetcher) => drop(tokio::spawn(fetcher.run())),
        Err(error) => tracing::error!(%error, "photos cannot be fetched"),
    }
}

/// What publications stand on.
fn ground(config: &Config, store: &Store, dictionary: &Live, port: u16) -> Ground {
    let here = format!("http://localhost:{port}");
    let base = config.public_url.clone().unwrap_or(here);
    Ground {
        store: store.clone(),
        dictionary: dictionary.clone(),
        portals: config.portals.clone(),
        seal: config.seal.clone(),
        base: base.trim_end_matches('/').to_owned(),
        reach: config.reach,
    }
}

/// What is at the portals becomes what should be there.
fn publish(ground: &Ground) {
    tokio::spawn(edited_portals(ground.clone()));
    match Reconciler::new(ground.clone()) {
        Ok(reconciler) => drop(tokio::spawn(reconciler.run())),
        Err(error) => tracing::error!(%error, "nothing can be published"),
    }
}

/// Takes over good edits of portals; a bad one is told and the last good one stays.
async fn edited_portals(ground: Ground) {
    loop {
        tokio::time::sleep(DICTIONARY_LOOK).await;
        for fault in ground
            .portals
            .refresh(&ground.dictionary.get())
            .into_iter()
            .flatten()
            .take(20)
        {
            tracing::error!("{fault}; the last good one stays in use");
        }
    }
}

async fn told_when_it_fails(served: impl Future<Output = Result<()>>) {
    if let Err(error) = served.await {
        tracing::error!(%error, "files cannot come in this way");
    }
}

fn open_sites(folder: Option<&Path>) -> Result<Sites> {
    let Some(folder) = folder else {
        return Ok(Sites::shipped());
    };
    Sites::open(folder).map_err(|said| Error::refused("faulty_sites", [&said, &said, &said, &said]))
}

fn listen(address: SocketAddr) -> Result<TcpListener> {
    let failed = |e: std::io::Error| {
        let said = format!("cannot listen on {address}: {e}; give another address with --listen");
        Error::refused("listen", [&said, &said, &said, &said])
    };
    let socket = socket2::Socket::new(
        socket2::Domain::for_address(address),
        socket2::Type::STREAM,
        None,
    )
    .map_err(failed)?;
    socket.set_reuse_address(true).map_err(failed)?;
    socket.set_nonblocking(true).map_err(failed)?;
    socket.bind(&address.into()).map_err(failed)?;
    socket.listen(BACKLOG).map_err(failed)?;
    TcpListener::from_std(socket.into()).map_err(failed)
}

/// Ends when the process is told to stop. It listens from the call on, not from the first poll:
/// who says that he is ready can be told to stop at once.
fn stopped() -> Result<impl Future<Output = ()>> {
    let deaf = |e: std::io::Error| Error::broken(format!("signals cannot be heard: {e}"));
    let mut interrupted = signal(SignalKind::interrupt()).map_err(deaf)?;
    let mut terminated = signal(SignalKind::terminate()).map_err(deaf)?;
    Ok(async move {
        tokio::select! {
            _ = interrupted.recv() => {}
            _ = terminated.recv() => {}
        }
    })
}

/// Keeps the accounts' names at hand.
async fn accounts(deps: Deps) {
    let mut changed = deps.store.changed();
    loop {
        let _ = tokio::time::timeout(Duration::from_secs(60), changed.changed()).await;
        if let Err(error) = deps.load_accounts().await {
            tracing::warn!(%error, "accounts cannot be read");
        }
        // A long import commits often; once a second is enough for names.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Empties the trash of what has lain there for its time; one node does it.
/// Every node has its own shelf.
async fn parcels(deps: Deps) {
    loop {
        let own = deps.clone();
        let swept = tokio::task::spawn_blocking(move || api::migrations::sweep(&own)).await;
        if let Err(error) = swept {
            tracing::warn!(%error, "what was handed over long ago stays for now");
        }
        tokio::time::sleep(HOUSEKEEPING).await;
    }
}

async fn housekeeping(store: Store) {
    let holder = format!("{}-{}", std::process::id(), store.dice().below(u64::MAX));
    loop {
        let ttl = i64::try_from(HOUSEKEEPING.as_millis()).unwrap_or(i64::MAX) * 2;
        if let Ok(Some(_)) = store.lease("housekeeping", &holder, ttl).await {
            // Each by itself: what one cannot end does not stop the other.
            let act = Act::by(Actor::System("housekeeping")).via(Via::Follower);
            let listings = async {
                let mut tx = store.begin(&store.operator(), act.clone()).await?;
                catalog::purge(&mut tx).await?;
                tx.commit().await
            };
            if let Err(error) = listings.await {
                tracing::warn!(%error, "the trash cannot be emptied");
            }
            let people = async {
                let mut tx = store.begin(&store.operator(), act.clone()).await?;
                relations::purge(&mut tx).await?;
                tx.commit().await
            };
            if let Err(error) = people.await {
                tracing::warn!(%error, "people who were taken back cannot be ended");
            }
        }
        tokio::time::sleep(HOUSEKEEPING).await;
    }
}

/// Takes over good edits of the sites; a bad one is told and the last good ones stay.
async fn edited_sites(deps: Deps, folder: PathBuf) {
    let mut seen = None;
    loop {
        tokio::time::sleep(DICTIONARY_LOOK).await;
        let now = Sites::open(&folder);
        if seen.replace(now.clone()).as_ref() == Some(&now) {
            continue;
        }
        match now {
            Ok(sites) if sites == deps.sites() => {}
            Ok(sites) => {
                deps.open_sites(sites);
                tracing::info!("the sites were edited; the new ones are in use");
            }
            Err(said) => tracing::error!("{said}; the last good sites stay in use"),
        }
    }
}

/// Takes over good edits of the verticals; a bad one is told and the last good one stays.
async fn dictionaries(deps: Deps) {
    let mut made_with = deps.index.fingerprint();
    loop {
        tokio::time::sleep(DICTIONARY_LOOK).await;
        // The follower makes the index anew; what was rendered from the old one goes.
        let now = deps.index.fingerprint();
        if std::mem::replace(&mut made_with, now) != now {
            deps.pages.invalidate_all();
            deps.cards.invalidate_all();
        }
        match deps.dictionary.refresh() {
            None | Some(Ok(())) => {}
            Some(Err(faults)) => {
                for fault in faults.iter().take(20) {
                    tracing::error!("{fault}");
                }
                tracing::error!(
                    "the verticals were edited with faults; the last good ones stay in use"
                );
            }
        }
    }
}
