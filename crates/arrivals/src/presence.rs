//! Who is signed in by FTP. A data connection that is cut ends as one that is finished does; what
//! tells them apart is that the sender, too, is gone.

use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use libunftp::notification::{EventMeta, PresenceEvent, PresenceListener};
use tokio::sync::watch;
use tokio::time::timeout;

/// Both connections of a sender that dies end at once; a moment is left for the news of the other.
const GRACE: Duration = Duration::from_millis(300);

/// How many sessions each login has.
#[derive(Clone, Debug)]
pub(crate) struct Presence(watch::Sender<HashMap<String, u32>>);

impl Presence {
    pub(crate) fn new() -> Presence {
        Presence(watch::Sender::new(HashMap::new()))
    }

    /// Whether nobody of a login is left, now or in a moment.
    pub(crate) async fn has_left(&self, login: &str) -> bool {
        let mut sessions = self.0.subscribe();
        let none = |all: &HashMap<String, u32>| !all.contains_key(login);
        timeout(GRACE, sessions.wait_for(none)).await.is_ok()
    }
}

#[async_trait]
impl PresenceListener for Presence {
    async fn receive_presence_event(&self, event: PresenceEvent, of: EventMeta) {
        self.0.send_modify(|sessions| match event {
            PresenceEvent::LoggedIn => *sessions.entry(of.username).or_default() += 1,
            PresenceEvent::LoggedOut => {
                let left = sessions.get(&of.username).map_or(0, |n| n - 1);
                match left {
                    0 => drop(sessions.remove(&of.username)),
                    left => drop(sessions.insert(of.username, left)),
                }
            }
        });
    }
}
