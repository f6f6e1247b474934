-- What persons of an account chose for a column of a name; told to others only where several agree.

CREATE TABLE column_choice (
    account {uuid} NOT NULL REFERENCES account (account),
    vertical TEXT NOT NULL,
    name TEXT NOT NULL,
    target TEXT NOT NULL,
    PRIMARY KEY (account, vertical, name, target)
);
CREATE INDEX column_choice_name ON column_choice (vertical, name);

-- scoped: column_choice
