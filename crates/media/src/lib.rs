//! The object store: photos and documents, their variants, trash and backup
