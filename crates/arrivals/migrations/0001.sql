-- How an account's files come, and every file that came.

CREATE TABLE source (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    name TEXT NOT NULL,
    way TEXT NOT NULL,
    address TEXT NOT NULL,
    login TEXT,
    secret TEXT NOT NULL,
    times TEXT NOT NULL,
    zone TEXT NOT NULL,
    category TEXT NOT NULL,
    partial {bool} NOT NULL,
    quiet_hours BIGINT NOT NULL,
    active {bool} NOT NULL,
    validators TEXT NOT NULL,
    next_at BIGINT,
    arrived_at BIGINT NOT NULL,
    alerted_at BIGINT,
    failures BIGINT NOT NULL,
    said TEXT NOT NULL,
    UNIQUE (account, id),
    UNIQUE (account, name)
);
CREATE UNIQUE INDEX source_login ON source (login);
CREATE INDEX source_next ON source (next_at);

CREATE TABLE arrival (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    source {uuid} NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    state TEXT NOT NULL,
    clearance {bool} NOT NULL,
    batch {uuid},
    report TEXT NOT NULL,
    at BIGINT NOT NULL,
    done_at BIGINT,
    FOREIGN KEY (account, source) REFERENCES source (account, id) ON DELETE CASCADE
);
CREATE INDEX arrival_account ON arrival (account, at);
CREATE INDEX arrival_source ON arrival (source, state, at);

-- scoped: source, arrival
