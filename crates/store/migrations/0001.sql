-- The spine: accounts and who may act for them, the journal, jobs, leases, batches.

-- postgres: CREATE FUNCTION entremise_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT NULLIF(NULLIF(current_setting('entremise.account', true), ''), '*')::uuid $$;
-- postgres: CREATE FUNCTION entremise_operator() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT COALESCE(current_setting('entremise.account', true), '') = '*' $$;

CREATE TABLE account (
    account {uuid} PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    vertical TEXT NOT NULL,
    country TEXT NOT NULL,
    language TEXT NOT NULL,
    profile TEXT NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL
);

CREATE TABLE member (
    id {uuid} PRIMARY KEY,
    account {uuid},
    email TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    language TEXT NOT NULL,
    password TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (account) REFERENCES account (account)
);
CREATE INDEX member_account ON member (account, email);

CREATE TABLE session (
    secret TEXT PRIMARY KEY,
    id {uuid} NOT NULL,
    account {uuid},
    member {uuid} NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_expires ON session (expires_at);

CREATE TABLE token (
    secret TEXT PRIMARY KEY,
    id {uuid} NOT NULL,
    account {uuid} NOT NULL REFERENCES account (account),
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    hint TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX token_account ON token (account, created_at);

CREATE TABLE batch (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    actor TEXT NOT NULL,
    state TEXT NOT NULL,
    counts TEXT NOT NULL DEFAULT '{}',
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    UNIQUE (account, id)
);
CREATE INDEX batch_account ON batch (account, started_at);
CREATE INDEX batch_running ON batch (state, started_at);

CREATE TABLE journal (
    seq {serial},
    tx BIGINT NOT NULL,
    at BIGINT NOT NULL,
    account {uuid},
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    batch {uuid},
    cause TEXT,
    entity TEXT NOT NULL,
    id {uuid} NOT NULL,
    fact TEXT NOT NULL,
    before TEXT,
    after TEXT
);
-- postgres: ALTER TABLE journal ADD PRIMARY KEY (tx, seq);
CREATE INDEX journal_id ON journal (id);
CREATE INDEX journal_batch ON journal (batch) WHERE batch IS NOT NULL;
CREATE INDEX journal_account ON journal (account, seq);

CREATE TABLE job (
    id {uuid} PRIMARY KEY,
    account {uuid},
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'due',
    attempts BIGINT NOT NULL DEFAULT 0,
    error TEXT,
    due BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (kind, key)
);
CREATE INDEX job_due ON job (kind, state, due);

CREATE TABLE lease (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL
);

CREATE TABLE follower (
    name TEXT PRIMARY KEY,
    tx BIGINT NOT NULL,
    seq BIGINT NOT NULL
);

CREATE TABLE answered (
    account {uuid} NOT NULL,
    key TEXT NOT NULL,
    route TEXT NOT NULL,
    asked TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE INDEX answered_at ON answered (at);

CREATE TABLE secret (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- scoped: account, member, session, token, batch, journal, job, answered
