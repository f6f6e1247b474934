//! A believable world made from a seed: accounts, listings, texts and drawn pictures
