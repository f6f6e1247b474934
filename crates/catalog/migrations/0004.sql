-- Files that belong to a listing and are no pictures: deeds, certificates, plans for print. The
-- bytes lie among the raw files under their hash. What an undoing took back is kept until the
-- retention is over.

CREATE TABLE document (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    listing {uuid} NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    hash TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    batch {uuid},
    removed_at BIGINT,
    removed_in {uuid},
    UNIQUE (account, listing, name, hash)
);
CREATE INDEX document_batch ON document (batch) WHERE batch IS NOT NULL;
CREATE INDEX document_removed ON document (removed_in) WHERE removed_in IS NOT NULL;
CREATE INDEX document_hash ON document (hash);

-- scoped: document
