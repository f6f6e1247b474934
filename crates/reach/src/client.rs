//! The client that asks, and what is said when nothing comes of it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, redirect};
use store::{Error, Result};

use crate::Reach;

const REDIRECTS_MAX: usize = 5;

/// How long an answer may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Until there is a connection.
    pub connect: Duration,
    /// Between two parts of an answer.
    pub silence: Duration,
    /// Until the whole answer is there.
    pub whole: Duration,
}

/// A client that goes no further than `reach` and waits no longer than `patience`.
pub fn client(reach: Reach, patience: Patience) -> Result<Client> {
    let follow = redirect::Policy::custom(move |attempt| {
        if attempt.previous().len() > REDIRECTS_MAX {
            return attempt.error("it is sent on too often");
        }
        if !reach.allows(attempt.url()) {
            return attempt.error("it is sent on into a private network");
        }
        attempt.follow()
    });
    // Without a provider of its own reqwest takes the process's; a second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .user_agent("Entremise")
        .redirect(follow)
        .dns_resolver(Arc::new(reach))
        .no_proxy()
        .connect_timeout(patience.connect)
        .read_timeout(patience.silence)
        .timeout(patience.whole)
        .build()
        .map_err(|e| Error::broken(e.to_string()))
}

/// Why nothing came: the innermost cause says most. The address may hold a key and is not repeated.
pub fn told(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if error.is_timeout() {
        return "the server does not answer in time".into();
    }
    cause.to_string()
}
