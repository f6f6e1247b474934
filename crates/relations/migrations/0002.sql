-- People out of other systems: what these knew of them, their part in listings, and what was noted.
-- Somebody without an address of mail is kept under his own id (per_…) in `email`, which stays one
-- of its kind; whoever reads him sees none. What an undoing took back is kept until the retention
-- is over, so that it can come back and can be erased.

ALTER TABLE person ADD COLUMN given_name TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN family_name TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN company TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN street TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN postcode TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN town TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN country TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN reference TEXT NOT NULL DEFAULT '';
ALTER TABLE person ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
ALTER TABLE person ADD COLUMN batch {uuid};
ALTER TABLE person ADD COLUMN removed_at BIGINT;
ALTER TABLE person ADD COLUMN removed_in {uuid};
CREATE INDEX person_reference ON person (account, reference) WHERE reference <> '';
CREATE INDEX person_name ON person (account, name);
CREATE INDEX person_batch ON person (batch) WHERE batch IS NOT NULL;
CREATE INDEX person_removed ON person (removed_in) WHERE removed_in IS NOT NULL;

CREATE TABLE party (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    listing {uuid} NOT NULL,
    person {uuid} NOT NULL,
    role TEXT NOT NULL,
    batch {uuid},
    removed_at BIGINT,
    removed_in {uuid},
    UNIQUE (account, listing, person, role),
    FOREIGN KEY (account, person) REFERENCES person (account, id) ON DELETE CASCADE
);
CREATE INDEX party_person ON party (account, person);
CREATE INDEX party_batch ON party (batch) WHERE batch IS NOT NULL;
CREATE INDEX party_removed ON party (removed_in) WHERE removed_in IS NOT NULL;

CREATE TABLE note (
    id {uuid} PRIMARY KEY,
    account {uuid} NOT NULL REFERENCES account (account),
    listing {uuid},
    person {uuid},
    key {uuid} NOT NULL,
    said_on TEXT NOT NULL,
    author TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    batch {uuid},
    removed_at BIGINT,
    removed_in {uuid},
    UNIQUE (account, key),
    FOREIGN KEY (account, person) REFERENCES person (account, id) ON DELETE CASCADE
);
CREATE INDEX note_listing ON note (account, listing);
CREATE INDEX note_person ON note (account, person);
CREATE INDEX note_batch ON note (batch) WHERE batch IS NOT NULL;
CREATE INDEX note_removed ON note (removed_in) WHERE removed_in IS NOT NULL;

-- scoped: party, note
