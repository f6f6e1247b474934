-- What an account has agreed with a portal: its numbers there, its passwords, how much may stand
-- there. The same portal may be agreed with twice, for two branches.

CREATE TABLE channel (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    portal TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    settings TEXT NOT NULL,
    sealed TEXT NOT NULL,
    quota BIGINT NOT NULL,
    paused {bool} NOT NULL,
    removed_at BIGINT,
    planned_with TEXT NOT NULL,
    version BIGINT NOT NULL,
    verify_at BIGINT,
    verified_at BIGINT,
    sent_at BIGINT,
    answered_at BIGINT,
    failures BIGINT NOT NULL,
    said TEXT NOT NULL,
    strangers TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (account, id),
    UNIQUE (account, portal, name)
);
CREATE INDEX channel_verify ON channel (verify_at) WHERE verify_at IS NOT NULL;

-- One listing on one portal. `hash` is of what should be there, `sent` of what was last taken by the
-- portal; without `due_at` there is nothing to do. A row outlives its listing until the portal has
-- let go of it.

CREATE TABLE publication (
    account {uuid} NOT NULL REFERENCES account (account),
    channel {uuid} NOT NULL,
    listing {uuid} NOT NULL,
    reference TEXT NOT NULL,
    state TEXT NOT NULL,
    wanted {bool} NOT NULL,
    record TEXT NOT NULL,
    removal TEXT NOT NULL,
    hash BIGINT NOT NULL,
    sent BIGINT,
    sent_removal TEXT NOT NULL,
    uncertain {bool} NOT NULL,
    portal_id TEXT,
    url TEXT,
    reasons TEXT NOT NULL,
    answer TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    due_at BIGINT,
    sent_at BIGINT,
    seen_at BIGINT,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (account, channel, listing),
    FOREIGN KEY (account, channel) REFERENCES channel (account, id)
);
CREATE INDEX publication_due ON publication (channel, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX publication_listing ON publication (account, listing);
CREATE INDEX publication_reference ON publication (account, channel, reference);
CREATE INDEX publication_state ON publication (account, channel, state);

-- scoped: channel, publication
