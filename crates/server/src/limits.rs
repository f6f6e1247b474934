//! How often somebody may try: guessing passwords and flooding forms end here.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use moka::sync::Cache;
use store::Error;

/// Wrong passwords for one address of mail, and from one place, in ten minutes.
const WRONG_FOR_ONE: u32 = 10;
const WRONG_FROM_ONE: u32 = 50;
const SIGN_IN_WINDOW: Duration = Duration::from_secs(600);
/// Enquiries from one place in an hour; more are kept apart, not refused.
const ENQUIRIES: u32 = 20;
const ENQUIRY_WINDOW: Duration = Duration::from_secs(3_600);
const KEPT_MAX: u64 = 100_000;

/// Where a request comes from, as a text.
#[derive(Clone, Debug, Default)]
pub struct Peer(pub String, bool);

impl Peer {
    /// Whether it asks from the deployment's own network.
    pub fn is_ours(&self) -> bool {
        self.1
    }

    /// The connection's address; behind a proxy of our own network the one that the proxy names.
    pub fn of(request: &Request) -> Peer {
        let connected = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let Some(ip) = connected.map(|c| c.0.ip().to_canonical()) else {
            return Peer::default();
        };
        let ours = is_ours(ip);
        let told = request
            .headers()
            .get_all("x-forwarded-for")
            .iter()
            .next_back();
        let told = told
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.rsplit(',').next())
            .and_then(|v| v.trim().parse::<IpAddr>().ok());
        let from = told.filter(|_| ours).unwrap_or(ip).to_canonical();
        let text = match from {
            IpAddr::V4(ip) => ip.to_string(),
            // Whoever has one address of IPv6 has the 2^64 beside it.
            IpAddr::V6(ip) => format!("{:x?}/64", &ip.segments()[..4]),
        };
        Peer(text, is_ours(from))
    }
}

/// An address of this machine or of a network that is not the public one.
fn is_ours(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local(),
    }
}

/// Counts of the last minutes, in the memory of this node.
pub struct Limits {
    wrong: Cache<String, Arc<AtomicU32>>,
    enquiries: Cache<String, Arc<AtomicU32>>,
}

impl Limits {
    pub fn new() -> Limits {
        let counts = |window| {
            Cache::builder()
                .max_capacity(KEPT_MAX)
                .time_to_live(window)
                .build()
        };
        Limits {
            wrong: counts(SIGN_IN_WINDOW),
            enquiries: counts(ENQUIRY_WINDOW),
        }
    }

    /// Counts a try before its password is looked at, so that many at once are many.
    pub fn try_sign_in(&self, email: &str, peer: &Peer) -> Result<(), Error> {
        let for_one = count(&self.wrong, folded(email));
        let from_one = count(&self.wrong, peer.0.clone());
        if for_one > WRONG_FOR_ONE || from_one > WRONG_FROM_ONE {
            return Err(Error::TooMany {
                retry_after_s: SIGN_IN_WINDOW.as_secs() as u32,
            });
        }
        Ok(())
    }

    /// The password was right: the try does not count.
    pub fn signed_in(&self, email: &str, peer: &Peer) {
        for key in [folded(email), peer.0.clone()] {
            if let Some(tries) = self.wrong.get(&key) {
                let _ =
                    tries.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1));
            }
        }
    }

    /// Whether one more enquiry from there is one too many.
    pub fn is_flooding(&self, peer: &Peer) -> bool {
        count(&self.enquiries, peer.0.clone()) > ENQUIRIES
    }
}

fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

fn count(counts: &Cache<String, Arc<AtomicU32>>, key: String) -> u32 {
    let count = counts.get_with(key, Arc::default);
    count.fetch_add(1, Ordering::Relaxed) + 1
}
