-- Listings whose pictures are named by address: which import named them, and what is still to be
-- fetched. One row a listing, however often it is imported; without `due` nothing is to be done.

CREATE TABLE photo_errand (
    listing {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    batch {uuid} NOT NULL,
    feed_row BIGINT NOT NULL,
    feed_line BIGINT NOT NULL,
    host TEXT NOT NULL,
    since BIGINT NOT NULL,
    due BIGINT,
    tries BIGINT NOT NULL,
    anew {bool} NOT NULL,
    waiting BIGINT NOT NULL,
    fetched BIGINT NOT NULL,
    failed BIGINT NOT NULL
);
CREATE INDEX photo_errand_due ON photo_errand (host, due) WHERE due IS NOT NULL;
CREATE INDEX photo_errand_batch ON photo_errand (account, batch);

-- What came of asking an address: the picture, and by what its server knows it again.

CREATE TABLE photo_address (
    account {uuid} NOT NULL REFERENCES account (account),
    key {uuid} NOT NULL,
    object TEXT NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    etag TEXT,
    modified TEXT,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (account, key)
);

-- Addresses that gave no picture, and why.

CREATE TABLE photo_failure (
    listing {uuid} NOT NULL,
    key {uuid} NOT NULL,
    account {uuid} NOT NULL REFERENCES account (account),
    url TEXT NOT NULL,
    code TEXT NOT NULL,
    message TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (listing, key)
);

-- scoped: photo_errand, photo_address, photo_failure
