//! The database, accounts and scopes, the journal, jobs, leases and migrations
