-- People: visitors who wrote, owners, subscribers. Personal data lives here.

CREATE TABLE person (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    language TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (account, id),
    UNIQUE (account, email)
);

-- scoped: person
