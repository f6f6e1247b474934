-- What each feed has brought: a row for each of its records, by key, with the hash of its bytes.

CREATE TABLE import_row (
    account {uuid} NOT NULL REFERENCES account (account),
    feed TEXT NOT NULL,
    key {uuid} NOT NULL,
    hash {uuid} NOT NULL,
    listing {uuid} NOT NULL,
    batch {uuid} NOT NULL,
    PRIMARY KEY (account, feed, key)
);
CREATE INDEX import_row_batch ON import_row (batch);

CREATE TABLE mapping (
    account {uuid} NOT NULL REFERENCES account (account),
    feed TEXT NOT NULL,
    body TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (account, feed)
);

-- scoped: import_row, mapping
