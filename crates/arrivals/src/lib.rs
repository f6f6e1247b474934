//! Files come in by every way, are kept raw with their hash, and each becomes one import.
//!
//! A *source* says how an account's files come: by FTP, by mail, from a folder, from an address on
//! the web, or handed over by a person or a program; and what to do with them. An *arrival* is one
//! file that came. Promises: a file is kept before anybody is told that it arrived; it ends in
//! exactly one of imported, unchanged, asked (a person decides) and refused, with the reason; the
//! same file can be worked again at any time; the files of one source are worked in the order they
//! came, and one at a time. This room reads no format: that is `exchange`'s.

mod address;
mod arrival;
mod desk;
mod fetch;
mod folder;
mod ftp;
mod handed;
mod imap;
mod keys;
mod letters;
mod links;
mod mail;
mod mailbox;
mod presence;
mod quiet;
mod receive;
mod retention;
mod schedule;
mod sftp;
mod shelf;
mod source;
mod store;
mod web;
mod work;

pub use address::seal_passwords;
pub use arrival::{Arrival, State};
pub use fetch::{fetch_due, fetcher};
pub use folder::{look, watch_folders};
pub use ftp::{FtpConfig, serve_ftp};
pub use handed::{Handed, import};
pub use links::{follow_due, follower};
pub use mail::serve_mail;
pub use quiet::alert_quiet;
pub use reach::Reach;
pub use receive::{receive, work_again};
pub use retention::{RAW_WEEKS, raw_sweeper, sweep_raw};
pub use sftp::{serve_sftp, sftp_fingerprint};
pub use source::{NewSource, Source, SourceEdit, Way, add, change, find_source, remove, sources};
pub use store::{arrivals, find_arrival, waiting_since};
pub use work::{work_due, worker};

/// The largest raw file that is taken.
pub const FILE_BYTES_MAX: u64 = 4 << 30;

pub const MIGRATIONS: &[::store::Migration] = &[
    ::store::Migration {
        name: "arrivals/0001",
        sql: include_str!("../migrations/0001.sql"),
    },
    ::store::Migration {
        name: "arrivals/0002",
        sql: include_str!("../migrations/0002.sql"),
    },
    ::store::Migration {
        name: "arrivals/0003",
        sql: include_str!("../migrations/0003.sql"),
    },
    ::store::Migration {
        name: "arrivals/0004",
        sql: include_str!("../migrations/0004.sql"),
    },
    ::store::Migration {
        name: "arrivals/0005",
        sql: include_str!("../migrations/0005.sql"),
    },
];
