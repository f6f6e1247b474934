//! People ask about what they found; the right account answers, and the thread is kept.
//!
//! Promises: an enquiry is stored before the visitor reads "sent"; it becomes a lead of one
//! account, with a sentence that says why that one; what looks like spam is kept apart and never
//! dropped; each mail is written in the transaction that decides it, and sent afterwards.

mod courier;
mod erasing;
mod leads;
mod letters;
mod outbox;
mod receiving;
mod spam;

pub use courier::{Relay, courier, deliver_due};
pub use erasing::{erase_person, writers};
pub use leads::{
    Lead, LeadState, Mail, Message, Thread, answer, counts, list, list_told, mails, mark, notify,
    thread,
};
pub use outbox::mails_by_state;
pub use receiving::{NewEnquiry, Received, receive};
pub use spam::{FormToken, HONEYPOT};

pub const MIGRATIONS: &[store::Migration] = &[
    store::Migration {
        name: "enquiries/0001",
        sql: include_str!("../migrations/0001.sql"),
    },
    store::Migration {
        name: "enquiries/0002",
        sql: include_str!("../migrations/0002.sql"),
    },
];
