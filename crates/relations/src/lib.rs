//! People and what they allowed; erasing a person
