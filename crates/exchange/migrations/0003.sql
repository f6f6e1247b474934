-- A feed's row is found by its listing: listings are named in the order of their coming, so new rows
-- stand behind each other, where by key each would fall on another page.

-- postgres: ALTER TABLE import_row NO FORCE ROW LEVEL SECURITY;
-- postgres: DELETE FROM import_row a USING import_row b WHERE a.account = b.account AND a.feed = b.feed AND a.listing = b.listing AND a.ctid < b.ctid;
-- postgres: ALTER TABLE import_row FORCE ROW LEVEL SECURITY;
-- postgres: ALTER TABLE import_row DROP CONSTRAINT import_row_pkey, ADD PRIMARY KEY (account, feed, listing);

-- SQLite checks a foreign key row by row, and writes rows without one many at a time. An account
-- never goes.
-- sqlite: CREATE TABLE import_row_by_listing (account BLOB NOT NULL, feed TEXT NOT NULL, key BLOB NOT NULL, hash BLOB NOT NULL, listing BLOB NOT NULL, batch BLOB NOT NULL, facts BLOB, absent_at BIGINT, PRIMARY KEY (account, feed, listing)) WITHOUT ROWID;
-- sqlite: INSERT OR REPLACE INTO import_row_by_listing (account, feed, key, hash, listing, batch, facts, absent_at) SELECT account, feed, key, hash, listing, batch, facts, absent_at FROM import_row ORDER BY rowid;
-- sqlite: DROP TABLE import_row;
-- sqlite: ALTER TABLE import_row_by_listing RENAME TO import_row;
-- sqlite: CREATE INDEX import_row_batch ON import_row (batch);
