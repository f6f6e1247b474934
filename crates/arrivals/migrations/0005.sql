-- Some programs send other pictures under the same addresses.

ALTER TABLE source ADD COLUMN photos_change BIGINT NOT NULL DEFAULT 0;
