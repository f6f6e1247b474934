//! The index of live listings: filters, facets, words and places
