-- A listing comes back from the trash as old as it was, and newer than any copy of it.

ALTER TABLE trashed_listing ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE trashed_listing ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- Looked up by the beginning of a reference, letter by letter in both engines.
-- sqlite: CREATE INDEX listing_by_reference ON listing (account, reference);
-- postgres: CREATE INDEX listing_by_reference ON listing (account, reference COLLATE "C");
