//! One file for each noun of the command line.

pub mod account;
pub mod channel;
pub mod dictionary;
pub mod doctor;
pub mod duplicates;
pub mod enquiry;
pub mod import;
pub mod inspect;
pub mod jobs;
pub mod journal;
pub mod mapping;
pub mod migrate;
pub mod person;
pub mod photos;
pub mod portal;
pub mod publish;
pub mod search;
pub mod serve;
pub mod source;
pub mod trash;
pub mod undo;
