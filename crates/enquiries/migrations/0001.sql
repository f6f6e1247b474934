-- What people ask, to whom it was given, what was said, and the mail that carried it.

CREATE TABLE lead (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    person {uuid} NOT NULL,
    listing {uuid},
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    answers TEXT NOT NULL,
    site TEXT NOT NULL,
    language TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (account, id),
    FOREIGN KEY (account, person) REFERENCES person (account, id)
);
CREATE INDEX lead_account ON lead (account, state, updated_at);
CREATE INDEX lead_fingerprint ON lead (account, fingerprint, created_at);

CREATE TABLE message (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL,
    lead {uuid} NOT NULL,
    inward {bool} NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    FOREIGN KEY (account, lead) REFERENCES lead (account, id) ON DELETE CASCADE
);
CREATE INDEX message_lead ON message (account, lead, at);

CREATE TABLE mail (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL,
    lead {uuid},
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (account, id)
);
CREATE INDEX mail_account ON mail (account, at);
CREATE INDEX mail_lead ON mail (account, lead);

-- scoped: lead, message, mail
