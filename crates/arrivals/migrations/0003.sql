-- What is handed over and imported while its sender waits is an arrival too; and raw files end.

ALTER TABLE arrival ADD COLUMN partial BIGINT NOT NULL DEFAULT 0;
ALTER TABLE arrival ADD COLUMN raw_gone BIGINT NOT NULL DEFAULT 0;
CREATE INDEX arrival_hash ON arrival (hash);
CREATE INDEX arrival_ended ON arrival (raw_gone, at);
