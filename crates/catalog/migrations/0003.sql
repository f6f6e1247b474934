-- Fields that a person has edited, so that a file does not write over them; `held` is false once he
-- has let go of one and no file has filled it since.

CREATE TABLE edited_field (
    account {uuid} NOT NULL REFERENCES account (account),
    listing {uuid} NOT NULL,
    field TEXT NOT NULL,
    held {bool} NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (account, listing, field)
);

-- scoped: edited_field
