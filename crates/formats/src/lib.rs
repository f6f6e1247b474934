//! Bytes to records and records to bytes, streaming, for every file format
