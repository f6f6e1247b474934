-- What tells a listing again when its key has changed, and since when a feed has not named it.

ALTER TABLE import_row ADD COLUMN facts {uuid};
ALTER TABLE import_row ADD COLUMN absent_at BIGINT;
