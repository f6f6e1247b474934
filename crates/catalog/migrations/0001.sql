-- Listings and their trash.

CREATE TABLE listing (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    vertical TEXT NOT NULL,
    category TEXT NOT NULL,
    status TEXT NOT NULL,
    parent {uuid},
    level TEXT,
    reference TEXT NOT NULL,
    body TEXT NOT NULL,
    photos TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (account, id),
    FOREIGN KEY (account, parent) REFERENCES listing (account, id)
);
CREATE INDEX listing_reference ON listing (account, vertical, reference);
CREATE INDEX listing_updated ON listing (account, updated_at);
CREATE INDEX listing_parent ON listing (account, parent) WHERE parent IS NOT NULL;

CREATE TABLE trashed_listing (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    actor TEXT NOT NULL,
    trashed_at BIGINT NOT NULL,
    UNIQUE (account, id)
);
CREATE INDEX trashed_listing_account ON trashed_listing (account, trashed_at);

-- scoped: listing, trashed_listing
