-- What persons chose for a column of a name, and in how many accounts. It has no account: it is told
-- to others only where several agree.

CREATE TABLE column_choice (
    vertical TEXT NOT NULL,
    name TEXT NOT NULL,
    target TEXT NOT NULL,
    accounts BIGINT NOT NULL,
    PRIMARY KEY (vertical, name, target)
);
