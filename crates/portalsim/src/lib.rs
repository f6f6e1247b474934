//! Other people's property portals, played in memory, so that publication to them can be tried from
//! end to end: what is sent, what is answered, what is shown, and what goes wrong in between.
//!
//! | path | what it plays |
//! |---|---|
//! | `/rtdf/v1/property/…` | Rightmove's real-time feed: each call answered at once |
//! | `/zpg/v1/listing/…` | Zoopla's real-time feed |
//! | `/aviv/…` | the classifieds of AVIV: accepted first, decided later, told by webhook |
//! | `/control/pull` | a portal that fetches a whole feed from us; what it does not name is gone |
//! | `/{portal}/properties/{id}` | the public page of whatever is shown |
//! | `/control/…` | what the one who tries it sets and asks: faults, what is shown, counts |
//!
//! What happens to a request depends on the seed, the portal, what the request is about and how
//! often that came, and on nothing else: a run repeats however its requests overlap.

mod aviv;
mod checks;
mod conduct;
mod control;
mod door;
mod fate;
mod front;
mod message;
mod page;
mod pull;
mod rtdf;
mod shelf;
mod world;
mod zpg;

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use crate::door::{Cord, Door};
use crate::world::World;

/// How the portals are played.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Every chance comes from it.
    pub seed: u64,
    /// The beginning of the addresses that are told; none: `http://` and the listener's address.
    pub base: Option<String>,
    /// Bodies as `POST /control/faults` takes them; a reset returns to them.
    pub faults: Vec<serde_json::Value>,
    /// One JSON line for each request to stderr.
    pub log: bool,
}

/// Plays the portals at `listener` until the future is dropped.
pub async fn serve(listener: TcpListener, options: Options) -> io::Result<()> {
    let base = match &options.base {
        Some(base) => base.trim_end_matches('/').to_owned(),
        None => format!("http://{}", listener.local_addr()?),
    };
    let (world, errands) = World::new(options, base).map_err(io::Error::other)?;
    let world = Arc::new(world);
    let app = router(world.clone()).into_make_service_with_connect_info::<Cord>();
    tokio::select! {
        ended = axum::serve(Door(listener), app) => ended,
        () = aviv::deliver(world, errands) => Ok(()),
    }
}

fn router(world: Arc<World>) -> Router {
    Router::new()
        .route("/", get(page::index))
        .route("/control/faults", post(control::set_faults))
        .route("/control/faults/{portal}", get(control::faults))
        .route("/control/shown/{portal}", get(control::shown))
        .route("/control/counts/{portal}", get(control::counts))
        .route("/control/pull", post(control::pull))
        .route("/control/reset", post(control::reset))
        .fallback(front::any)
        .with_state(world)
}
