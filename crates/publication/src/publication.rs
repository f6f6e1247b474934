//! One listing on one portal.

use ::store::{Id, Timestamp, kinds};
use serde::{Deserialize, Serialize};

/// Where it stands between what we want and what the portal shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is to be sent for the first time.
    Queued,
    /// The portal has it in hand and will tell.
    Accepted,
    /// It is there as it should be.
    Confirmed,
    /// It may not go as it is: the rules or the portal say why.
    Refused,
    /// It is there, and is to be sent again because it has changed.
    Changing,
    /// It is to be taken away.
    Withdrawing,
    Withdrawn,
    /// It was there and is gone, and is to be sent again.
    Lost,
}

/// Why a publication stands where it stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// A rule's, a portal's, or one of ours: `no_answer`, `unmapped`, `quota`.
    pub code: String,
    /// The field that is to be mended, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    pub say: dictionary::Label,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Publication {
    #[serde(skip)]
    pub account: Id<kinds::Account>,
    pub channel: Id<kinds::Channel>,
    pub listing: Id<kinds::Listing>,
    pub reference: String,
    pub state: State,
    pub wanted: bool,
    /// What should stand there, as the portal wants it written.
    #[serde(skip)]
    pub record: String,
    /// What is said to take it away.
    #[serde(skip)]
    pub removal: String,
    #[serde(skip)]
    pub hash: i64,
    /// The hash of what the portal took last; None while nothing of ours is there.
    #[serde(skip)]
    pub sent: Option<i64>,
    /// What would take away what was sent.
    #[serde(skip)]
    pub sent_removal: String,
    /// A call was not answered: whether it was heard is not known.
    pub uncertain: bool,
    pub portal_id: Option<String>,
    pub url: Option<String>,
    pub reasons: Vec<Reason>,
    /// What the portal said last, as it said it.
    pub answer: String,
    pub attempts: i64,
    pub due_at: Option<Timestamp>,
    pub sent_at: Option<Timestamp>,
    pub seen_at: Option<Timestamp>,
    pub changed_at: Timestamp,
}

impl State {
    pub const ALL: [State; 8] = [
        State::Queued,
        State::Accepted,
        State::Confirmed,
        State::Refused,
        State::Changing,
        State::Withdrawing,
        State::Withdrawn,
        State::Lost,
    ];

    pub const fn key(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Accepted => "accepted",
            State::Confirmed => "confirmed",
            State::Refused => "refused",
            State::Changing => "changing",
            State::Withdrawing => "withdrawing",
            State::Withdrawn => "withdrawn",
            State::Lost => "lost",
        }
    }

    pub fn parse(key: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.key() == key)
    }
}

impl Publication {
    /// Whether something of ours is there, or may be.
    pub fn may_be_there(&self) -> bool {
        self.sent.is_some() || self.uncertain
    }
}

impl Reason {
    /// One of ours, in the order of the screens: fr, nl, en, de.
    pub(crate) fn own(code: &str, said: [String; 4]) -> Reason {
        let [fr, nl, en, de] = said;
        Reason {
            code: code.to_owned(),
            field: None,
            say: dictionary::Label { fr, nl, en, de },
        }
    }
}
