//! Listings, their hierarchy, their history and their undoing
