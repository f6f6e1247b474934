//! The figures: data from a seed, the real server over loopback, processor time per operation
